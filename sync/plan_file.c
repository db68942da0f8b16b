/* plan_file.c - the writing half of plan_file.h. */
#include "sync/plan_file.h"

#include "formats/format.h"
#include "sync/plan_line.h"
#include "sync/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct plan_out {
    FILE *file; /* unlinked, until all of it is known */
    struct buffer line, work;
    uint64_t changes;
    uint64_t by_kind[CHANGE_DEACTIVATE + 1];
    uint8_t chain[SHA256_SIZE];
};

/* --- both halves ----------------------------------------------------------*/

struct text plan_state_name(const uint8_t seed[16], struct arena *arena)
{
    uint8_t mac[SHA256_SIZE];

    crypto_hmac_sha256((struct text){(const char *)seed, 16},
                       TEXT("custsync state"), mac);
    return crypto_hex(arena, mac, 8);
}

void plan_chain(uint8_t chain[SHA256_SIZE], struct text line,
                struct buffer *work)
{
    buffer_clear(work);
    buffer_add(work, chain, SHA256_SIZE);
    buffer_text(work, line);
    crypto_sha256(buffer_view(work), chain);
}

struct text plan_mac(const uint8_t chain[SHA256_SIZE], const uint8_t seed[16],
                     struct arena *arena)
{
    uint8_t mac[SHA256_SIZE];

    crypto_hmac_sha256((struct text){(const char *)seed, 16},
                       (struct text){(const char *)chain, SHA256_SIZE}, mac);
    return crypto_hex(arena, mac, SHA256_SIZE);
}

/* --- lines ----------------------------------------------------------------*/

static enum status cannot_write(struct err *err)
{
    fail(err, STOP, EXIT_IO, "io", "the temporary file cannot be written: %s",
         strerror(errno));
    err_hint(err, "set TMPDIR to a folder with space for the plan");
    return STOP;
}

/* What stands in out->line, and a line end. */
static enum status put_line(struct plan_out *out, struct err *err)
{
    plan_chain(out->chain, buffer_view(&out->line), &out->work);
    buffer_byte(&out->line, '\n');
    if (fwrite(out->line.at, 1, out->line.size, out->file) != out->line.size)
        return cannot_write(err);
    buffer_clear(&out->line);
    return OK;
}

static void put_member(struct buffer *line, const char *name, struct text value)
{
    buffer_print(line, ",\"%s\":", name);
    plan_quote(line, value);
}

static enum status put_head(struct plan_out *out, const struct plan_head *head,
                            struct err *err)
{
    struct buffer *line = &out->line;
    enum status status;

    buffer_string(line, "{\"custsync_plan\":1");
    put_member(line, "version", text_of(CUSTSYNC_VERSION));
    put_member(line, "made_at", head->made_at);
    buffer_print(line, ",\"run\":%" PRId64, head->run);
    if (head->job != NULL)
        put_member(line, "job", text_of(head->job));
    put_member(line, "from", text_of(head->from));
    put_member(line, "to", text_of(head->to));
    buffer_string(line, ",\"arguments\":[");
    for (size_t i = 0; i < head->arguments_count; i++) {
        buffer_string(line, i > 0 ? "," : "");
        plan_quote(line, text_of(head->arguments[i]));
    }
    buffer_string(line, "],\"options\":[");
    for (size_t i = 0; i < head->options_count; i++) {
        buffer_string(line, i > 0 ? ",[" : "[");
        plan_quote(line, text_of(head->options[i].name));
        buffer_byte(line, ',');
        plan_quote(line, head->options[i].value);
        buffer_byte(line, ']');
    }
    buffer_string(line, "],");
    status = put_line(out, err);
    buffer_string(line, "\"changes\":[");
    return status == OK ? put_line(out, err) : status;
}

enum status plan_out_open(struct plan_out **made, const struct plan_head *head,
                          struct err *err)
{
    FILE *file;
    struct plan_out *out;
    enum status status;

    if (spool_temporary(&file, "the plan", err) != OK)
        return STOP;
    out = calloc(1, sizeof(*out));
    if (out == NULL)
        abort();
    out->file = file;
    status = put_head(out, head, err);
    if (status == OK)
        *made = out;
    else
        plan_out_close(out);
    return status;
}

void plan_out_close(struct plan_out *out)
{
    if (out == NULL)
        return;
    (void)fclose(out->file);
    buffer_free(&out->line);
    buffer_free(&out->work);
    free(out);
}

/* The comma stands before all but the first, so that a change's line is the
 * same wherever it stands. */
enum status plan_out_add(struct plan_out *out, const struct plan_told *told,
                         struct err *err)
{
    buffer_string(&out->line, out->changes > 0 ? "," : " ");
    plan_line(&out->line, told);
    out->changes++;
    out->by_kind[told->kind]++;
    return put_line(out, err);
}

/* --- the end --------------------------------------------------------------*/

static enum status put_tail(struct plan_out *out,
                            const struct report_strategy *strategy,
                            const struct plan_basis *basis, struct err *err)
{
    struct buffer *line = &out->line;

    buffer_print(line,
                 "],\"totals\":{\"changes\":%" PRIu64 ",\"create\":%" PRIu64
                 ",\"update\":%" PRIu64 ",\"deactivate\":%" PRIu64 "}",
                 out->changes, out->by_kind[CHANGE_CREATE],
                 out->by_kind[CHANGE_UPDATE], out->by_kind[CHANGE_DEACTIVATE]);
    buffer_print(line,
                 ",\"strategy\":{\"absence\":\"%s\",\"bulk\":%s,\"requests\":"
                 "%" PRIu64 ",\"time_ms\":%" PRIu64 "}",
                 strategy->absence, strategy->bulk ? "true" : "false",
                 strategy->requests, strategy->time_ms);
    buffer_print(line, ",\"basis\":{\"rows\":%" PRIu64 ",\"moved\":%" PRIu64,
                 basis->rows, basis->moved);
    put_member(line, "state", basis->state);
    put_member(line, "source", basis->source);
    put_member(line, "mapping", basis->mapping);
    put_member(line, "configuration", basis->configuration);
    buffer_string(line, "},");
    return put_line(out, err);
}

/* Of a file that is there already its mode is kept, and this one is nobody
 * else's business. */
static enum status publish(struct plan_out *out, const char *path,
                           struct err *err)
{
    struct stat old, made;
    void *bytes;
    enum status status;

    if (fflush(out->file) != 0 || fstat(fileno(out->file), &made) != 0)
        return cannot_write(err);
    bytes = mmap(NULL, (size_t)made.st_size, PROT_READ, MAP_PRIVATE,
                 fileno(out->file), 0);
    if (bytes == MAP_FAILED)
        return cannot_write(err);
    if (stat(path, &old) == 0 && S_ISREG(old.st_mode))
        (void)chmod(path, 0600);
    status =
        file_publish(path, (struct text){bytes, (size_t)made.st_size}, err);
    (void)munmap(bytes, (size_t)made.st_size);
    return status;
}

enum status plan_out_publish(struct plan_out *out, const char *path,
                             const struct report_strategy *strategy,
                             const struct plan_basis *basis,
                             const uint8_t seed[16], struct err *err)
{
    struct arena *arena = arena_open();
    enum status status = put_tail(out, strategy, basis, err);

    if (status == OK) {
        buffer_string(&out->line, "\"digest\":");
        plan_quote(&out->line, plan_mac(out->chain, seed, arena));
        buffer_byte(&out->line, '}');
        status = put_line(out, err);
    }
    if (status == OK)
        status = publish(out, path, err);
    arena_close(arena);
    return status;
}
