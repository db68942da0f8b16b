/*
 * source.h - FROM as a stream of rows: files in a mapping's shape, or the
 * records of an account that a pull brought into the store.
 *
 * Several files are one source. A row has its place and raw bytes first; the
 * customer is made on demand, from the raw bytes alone.
 */
#ifndef SYNC_SOURCE_H
#define SYNC_SOURCE_H

#include "state/store.h"
#include "sync/endpoint.h"

struct source_row {
    uint32_t file;   /* which of the files */
    uint64_t line;   /* 0 for an account's record */
    struct text raw; /* dies at the next source_next */
    uint64_t place;  /* of raw, for source_again */
};

struct source;

/*
 * Recognises the mapping of each file (all must be the same), checks that it
 * has a known column. target: whose region helps read phones; may be NULL.
 * Exit 66 cannot be opened, 65 unusable, 78 mapping wrong.
 */
enum status source_open(struct source **out, const struct endpoint *from,
                        size_t count, const struct policy *policy,
                        const struct config *config,
                        const struct account *target, struct err *err);
/*
 * The records of an account that a pull brought into the store, as rows: one
 * JSON object a row in our field names, reference_id being the record's id.
 */
enum status source_of_account(struct source **out, struct store *store,
                              store_id account, const struct endpoint *from,
                              const struct policy *policy,
                              const struct config *config,
                              const struct account *target, struct err *err);
void source_close(struct source *source); /* NULL is fine */
/* OK, END, REJECT (row and err filled: the row is invalid) or STOP. */
enum status source_next(struct source *source, struct source_row *row,
                        struct err *err);
/*
 * The bytes of a row once more, if its file keeps them (reader_keeps). STOP: 65
 * when it was written to meanwhile.
 */
bool source_keeps(const struct source *source, uint32_t file);
enum status source_again(struct source *source, uint32_t file, uint64_t place,
                         size_t size, struct arena *arena, struct text *raw,
                         struct err *err);
/* The customer of a raw row; REJECT: invalid, or err.code "skipped". */
enum status source_customer(struct source *source, uint32_t file,
                            struct text raw, struct arena *arena,
                            struct customer **customer, struct err *err);
/* The same from the row's fields. */
enum status source_read(struct source *source, uint32_t file,
                        const struct node *object, struct arena *arena,
                        struct customer **customer, struct err *err);
/* Asks for the phone numbers of a row that source_read will have later. */
void source_foresee(const struct source *source, const struct node *object,
                    struct arena *arena, struct phones_ahead *phones);
/*
 * Where a row stands, as messages name it: FILE and line; of an account's
 * record `shop:ID` and no line (0), for which its id is needed.
 */
struct place {
    const char *file;
    uint64_t line;
};
struct place source_place(const struct source *source, uint32_t file,
                          uint64_t line, struct text id, struct arena *arena);
/* The id in a raw row of an account's records; empty of any other source. */
struct text source_row_id(struct source *source, uint32_t file, struct text raw,
                          struct arena *arena);
/* "FILE:LINE", or "shop:ID"; a copy. */
const char *place_print(struct place place, struct arena *arena);
/* The fields of the raw row in the source's own names, for --rejects. */
enum status source_fields(struct source *source, uint32_t file, struct text raw,
                          struct arena *arena, struct node **object,
                          struct err *err);
const char *source_file_name(const struct source *source, uint32_t file);
size_t source_files(const struct source *source);
struct reader *source_reader(struct source *source, uint32_t file);
const struct input *source_input(const struct source *source, uint32_t file);
const struct mapping *source_mapping(const struct source *source);
/* What stands between the cells of a CSV; 0 for other formats. */
char source_delimiter(const struct source *source, uint32_t file);
/* The encoding that the options or the mapping give; NULL: neither does. */
const char *source_encoding(const struct source *source);
/* How the formats of open time columns were decided; NULL: none is open, or no
 * row was taken apart yet. */
const struct decision *source_decision(const struct source *source);
/* "recognised as shopify: ..." for check and -v. */
const char *source_why(const struct source *source);
/* The name under which its reference ids are known (DESIGN 7.0). */
const char *source_name(const struct source *source);
/* What decides, beside the raw bytes, what a row means: header, dialect,
 * mapping, regions. Part of the fingerprint. Of one file. */
struct text source_digest(struct source *source, uint32_t file,
                          struct arena *arena);

#endif
