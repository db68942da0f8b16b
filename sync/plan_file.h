/*
 * plan_file.h - a plan kept in a file: what would be done, and on what ground.
 *
 * One JSON document, written line by line and read line by line: a head (what
 * was asked), one line per change, then totals, cost and the basis (digests of
 * source, mapping and configuration, and how often the account's links had
 * moved). Its last line is a MAC over all others with a key that only the state
 * file has, so it can neither be edited nor be taken to another state. It holds
 * people's data: 0600, published whole or not at all. contrib/plan.schema.json
 * describes it.
 */
#ifndef SYNC_PLAN_FILE_H
#define SYNC_PLAN_FILE_H

#include "sync/crypto.h"
#include "sync/key_set.h"
#include "sync/options.h"
#include "sync/plan.h"

/* What a plan stands on. Digests are hexadecimal; all in the caller's arena. */
struct plan_basis {
    struct text state;  /* of the state file: which one it is */
    uint64_t moved;     /* store_links_moved of the target's account */
    struct text source; /* every row, in order, and the headers */
    uint64_t rows;
    struct text mapping, configuration;
};

/* --- writing --------------------------------------------------------------*/

struct plan_out;

struct plan_head {
    const char *const *arguments; /* as the command line had them */
    size_t arguments_count;
    const struct setting *options; /* those that decide what is planned */
    size_t options_count;
    const char *job; /* or NULL */
    const char *from, *to;
    store_id run;
    struct text made_at;
};

enum status plan_out_open(struct plan_out **out, const struct plan_head *head,
                          struct err *err);
void plan_out_close(struct plan_out *out); /* NULL is fine */
enum status plan_out_add(struct plan_out *out, const struct plan_told *told,
                         struct err *err);
/* Totals, strategy and basis behind the changes, and the file gets its name. */
enum status plan_out_publish(struct plan_out *out, const char *path,
                             const struct report_strategy *strategy,
                             const struct plan_basis *basis,
                             const uint8_t seed[16], struct err *err);

/* --- reading --------------------------------------------------------------*/

struct plan_file {
    struct arena *arena;
    const char *path;
    const char **arguments;
    size_t arguments_count;
    struct setting *options;
    size_t options_count;
    struct plan_basis basis;
    uint64_t changes;
    struct key_set *lines;      /* of its changes, as plan_file_line */
    struct text digest;         /* as the file says */
    uint8_t chain[SHA256_SIZE]; /* over all lines before it */
};

/* STOP 66 when it cannot be opened, 65 "plan_altered" when it is no plan, or
 * not all of one. Whose it is plan_file_genuine says. */
enum status plan_file_load(struct plan_file **out, const char *path,
                           struct err *err);
void plan_file_close(struct plan_file *file); /* NULL is fine */
/* STOP 65: made over another state file, or altered since. */
enum status plan_file_genuine(const struct plan_file *file,
                              const uint8_t seed[16], struct err *err);
struct print_key plan_file_line(struct text line);

/* --- both -----------------------------------------------------------------*/

/* Which state file that seed is of, without telling the seed. */
struct text plan_state_name(const uint8_t seed[16], struct arena *arena);
/* chain becomes the digest of itself and the line. */
void plan_chain(uint8_t chain[SHA256_SIZE], struct text line,
                struct buffer *work);
struct text plan_mac(const uint8_t chain[SHA256_SIZE], const uint8_t seed[16],
                     struct arena *arena);

#endif
