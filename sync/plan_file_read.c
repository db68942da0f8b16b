/*
 * plan_file_read.c - the reading half of plan_file.h. The lines are taken as
 * they were written: who laid them out anew has altered them, and the MAC says
 * so.
 */
#include "sync/plan_file.h"

#include "formats/limits.h"
#include "sync/near.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A change holds two customers at most, each as long as a record may be. */
enum { LINE_MAX_BYTES = 4 * RECORD_MAX, PARTS_MAX = 10000 };

struct loading {
    struct plan_file *file;
    FILE *from;
    struct buffer line, work;
    struct names *names;
};

struct print_key plan_file_line(struct text line)
{
    static const uint8_t seed[16];

    return print_key(seed, 'c', line);
}

static enum status no_plan(const char *what, struct err *err)
{
    fail(err, STOP, EXIT_DATA, "plan_altered", "%s", what);
    err_hint(err, "make it anew with 'custsync plan --out FILE'");
    return STOP;
}

/* --- lines ----------------------------------------------------------------*/

/* The next line, without its end; END when there is none. */
static enum status next_line(struct loading *loading, struct err *err)
{
    int byte;

    buffer_clear(&loading->line);
    while ((byte = getc_unlocked(loading->from)) != EOF && byte != '\n') {
        if (loading->line.size == LINE_MAX_BYTES)
            return no_plan("a line of it is longer than any change", err);
        buffer_byte(&loading->line, (char)byte);
    }
    if (ferror(loading->from))
        return fail(err, STOP, EXIT_IO, "read_error", "cannot read: %s",
                    strerror(errno));
    if (byte == EOF)
        return loading->line.size == 0 ? END : no_plan("it is cut short", err);
    return OK;
}

/* As above, and counted into the chain. */
static enum status chained_line(struct loading *loading, struct err *err)
{
    enum status status = next_line(loading, err);

    if (status == END)
        return no_plan("it is cut short", err);
    if (status == OK)
        plan_chain(loading->file->chain, buffer_view(&loading->line),
                   &loading->work);
    return status;
}

/* The members on a line as an object of their own: before "{", after "}". */
static enum status members(struct loading *loading, const char *before,
                           struct text text, struct node **object,
                           struct err *err)
{
    struct buffer json = {0};
    enum status status = REJECT;

    if (text.size > 0 && text.at[text.size - 1] == ',') {
        buffer_string(&json, before);
        buffer_add(&json, text.at, text.size - 1);
        buffer_byte(&json, '}');
        status =
            json_parse(arena_text(loading->file->arena, buffer_view(&json)),
                       loading->file->arena, loading->names, object, err);
    }
    buffer_free(&json);
    return status == OK && (*object)->kind == NODE_OBJECT
               ? OK
               : no_plan("it is no plan that custsync wrote", err);
}

/* --- the head -------------------------------------------------------------*/

static enum status take_arguments(struct plan_file *file,
                                  const struct node *list, struct err *err)
{
    size_t count = node_count(list);

    if (count == 0 || count > PARTS_MAX)
        return no_plan("it does not say what it is a plan of", err);
    file->arguments = arena_take(file->arena, count * sizeof(char *));
    for (const struct node *at = list->first; at != NULL; at = at->next)
        file->arguments[file->arguments_count++] =
            arena_string(file->arena, at->text);
    return OK;
}

static enum status take_options(struct plan_file *file, const struct node *list,
                                struct err *err)
{
    size_t count = list != NULL ? node_count(list) : 0;

    if (list == NULL || count > PARTS_MAX)
        return no_plan("it does not say how it was made", err);
    file->options =
        arena_take(file->arena, (count + 1) * sizeof(struct setting));
    for (const struct node *pair = list->first; pair != NULL;
         pair = pair->next) {
        if (node_count(pair) != 2)
            return no_plan("it does not say how it was made", err);
        file->options[file->options_count++] = (struct setting){
            .name = arena_string(file->arena, pair->first->text),
            .value = arena_text(file->arena, pair->last->text),
        };
    }
    return OK;
}

static enum status load_head(struct loading *loading, struct err *err)
{
    struct node *head = NULL;
    enum status status = chained_line(loading, err);

    if (status == OK)
        status = members(loading, "", buffer_view(&loading->line), &head, err);
    if (status == OK && !text_is(node_member_text(head, "custsync_plan"), "1"))
        status = no_plan("it is no plan that this custsync knows", err);
    if (status == OK)
        status =
            take_arguments(loading->file, node_member(head, "arguments"), err);
    if (status == OK)
        status = take_options(loading->file, node_member(head, "options"), err);
    if (status == OK)
        status = chained_line(loading, err);
    if (status == OK && !text_is(buffer_view(&loading->line), "\"changes\":["))
        status = no_plan("it is no plan that custsync wrote", err);
    return status;
}

/* --- the changes and the tail ---------------------------------------------*/

static enum status load_changes(struct loading *loading, struct err *err)
{
    struct plan_file *file = loading->file;

    for (;;) {
        enum status status = chained_line(loading, err);
        struct text line = buffer_view(&loading->line);

        if (status != OK || text_starts(line, "]"))
            return status;
        if (!text_starts(line, file->changes > 0 ? "," : " "))
            return no_plan("it is no plan that custsync wrote", err);
        file->changes++;
        (void)key_set_add(file->lines, plan_file_line((struct text){
                                           line.at + 1, line.size - 1}));
    }
}

static enum status load_tail(struct loading *loading, struct err *err)
{
    struct plan_file *file = loading->file;
    struct text line = buffer_view(&loading->line);
    struct node *tail = NULL;
    const struct node *basis;
    enum status status = OK;

    if (!text_starts(line, "],"))
        return no_plan("it is no plan that custsync wrote", err);
    status = members(loading, "{", (struct text){line.at + 2, line.size - 2},
                     &tail, err);
    if (status != OK)
        return status;
    basis = node_member(tail, "basis");
    file->basis = (struct plan_basis){
        .state = node_member_text(basis, "state"),
        .source = node_member_text(basis, "source"),
        .mapping = node_member_text(basis, "mapping"),
        .configuration = node_member_text(basis, "configuration"),
    };
    if (!text_to_u64(node_member_text(basis, "moved"), &file->basis.moved) ||
        !text_to_u64(node_member_text(basis, "rows"), &file->basis.rows))
        return no_plan("it does not say what it stands on", err);
    return OK;
}

static enum status load_digest(struct loading *loading, struct err *err)
{
    struct text line;
    enum status status = next_line(loading, err);

    line = buffer_view(&loading->line);
    if (status == STOP)
        return status;
    if (status == END || !text_starts(line, "\"digest\":\"") ||
        line.size != 10 + 2 * SHA256_SIZE + 2 ||
        memcmp(line.at + line.size - 2, "\"}", 2) != 0)
        return no_plan("it is cut short", err);
    loading->file->digest = arena_text(
        loading->file->arena, (struct text){line.at + 10, 2 * SHA256_SIZE});
    return getc_unlocked(loading->from) == EOF
               ? OK
               : no_plan("something stands behind its end", err);
}

enum status plan_file_load(struct plan_file **out, const char *path,
                           struct err *err)
{
    struct loading loading = {.from = fopen(path, "re")};
    struct plan_file *file;
    enum status status;

    if (loading.from == NULL) {
        fail(err, STOP, EXIT_NOINPUT, "no_input", "cannot open: %s",
             strerror(errno));
        err_place(err, "%s", path);
        near_file(err, path);
        return STOP;
    }
    file = loading.file = calloc(1, sizeof(*file));
    if (file == NULL)
        abort();
    file->arena = arena_open();
    file->path = path;
    file->lines = key_set_open();
    loading.names = names_open();
    status = load_head(&loading, err);
    if (status == OK)
        status = load_changes(&loading, err);
    if (status == OK)
        status = load_tail(&loading, err);
    if (status == OK)
        status = load_digest(&loading, err);
    names_close(loading.names);
    buffer_free(&loading.line);
    buffer_free(&loading.work);
    (void)fclose(loading.from);
    if (status == OK) {
        *out = file;
        return OK;
    }
    err_place(err, "%s", path);
    plan_file_close(file);
    return status;
}

void plan_file_close(struct plan_file *file)
{
    if (file == NULL)
        return;
    key_set_close(file->lines);
    arena_close(file->arena);
    free(file);
}

enum status plan_file_genuine(const struct plan_file *file,
                              const uint8_t seed[16], struct err *err)
{
    struct arena *arena = arena_open();
    enum status status = OK;

    if (!text_equal(file->basis.state, plan_state_name(seed, arena))) {
        fail(err, STOP, EXIT_DATA, "plan_other_state",
             "the plan was made over another state file");
        err_hint(err, "name that one with --state, or make the plan anew");
        status = STOP;
    } else if (!text_equal(file->digest, plan_mac(file->chain, seed, arena))) {
        status = no_plan("the plan was altered after it was made", err);
    }
    if (status != OK)
        err_place(err, "%s", file->path);
    arena_close(arena);
    return status;
}
