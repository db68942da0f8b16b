/* plan_text.c - see plan_text.h. */
#include "sync/plan_text.h"

#include "sync/command.h"
#include "sync/plan_line.h"
#include "sync/show.h"
#include "sync/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A note may have thousands of letters; the plan's file has them all. */
enum { LETTERS_SHOWN = 80 };

struct plan_text {
    FILE *file;
    struct buffer line;
    uint64_t changes;
    bool all;
};

enum status plan_text_open(struct plan_text **out, bool all, struct err *err)
{
    FILE *file;
    struct plan_text *text;

    if (spool_temporary(&file, "the plan", err) != OK)
        return STOP;
    text = calloc(1, sizeof(*text));
    if (text == NULL)
        abort();
    text->file = file;
    text->all = all;
    *out = text;
    return OK;
}

void plan_text_close(struct plan_text *text)
{
    if (text == NULL)
        return;
    (void)fclose(text->file);
    buffer_free(&text->line);
    free(text);
}

/* --- one change -----------------------------------------------------------*/

static void show(struct buffer *out, struct text value)
{
    show_safely(out, value, LETTERS_SHOWN);
}

static void show_value(struct buffer *out, const struct customer *customer,
                       enum field field)
{
    if (customer == NULL || !customer_has(customer, field))
        buffer_string(out, "(blank)");
    else
        show(out, customer_text(customer, field));
}

/* By what a person would know the customer. */
static void show_who(struct buffer *out, const struct plan_told *told)
{
    static const enum field fields[] = {FIELD_NAME, FIELD_FIRST_NAME,
                                        FIELD_LAST_NAME, FIELD_COMPANY,
                                        FIELD_EMAIL};
    bool named = false;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        const struct customer *shown =
            told->before != NULL && customer_has(told->before, fields[i])
                ? told->before
                : told->after;

        if (!customer_has(shown, fields[i]) ||
            (named && fields[i] != FIELD_LAST_NAME))
            continue;
        buffer_string(out, named ? " " : "  ");
        show(out, customer_text(shown, fields[i]));
        named = true;
        if (fields[i] != FIELD_FIRST_NAME)
            return;
    }
}

static void show_why(struct buffer *out, const struct plan_told *told)
{
    if (strcmp(told->matched, "undo") == 0) {
        if (told->kind == CHANGE_DEACTIVATE)
            buffer_string(out, "  (that run made it)");
    } else if (told->kind == CHANGE_DEACTIVATE) {
        buffer_string(out, "  (the source no longer has it)");
    } else if (strcmp(told->matched, "hand") == 0) {
        buffer_string(out, "  (linked by hand)");
    } else if (told->recreates.size > 0) {
        buffer_string(out, "  (anew: record ");
        show(out, told->recreates);
        buffer_string(out, " was deleted)");
    } else if (told->matched[0] != '\0') {
        buffer_print(out, "  (by %s ", told->matched);
        show(out, told->key);
        buffer_byte(out, ')');
    }
    if (told->rows > 1)
        buffer_print(out, "  (%zu rows)", told->rows);
}

static void show_change(struct buffer *out, const struct plan_told *told)
{
    static const char marks[] = {
        [CHANGE_CREATE] = '+',
        [CHANGE_UPDATE] = '~',
        [CHANGE_DEACTIVATE] = '-',
    };

    buffer_print(out, "%c %s", marks[told->kind], plan_verb(told->kind));
    if (told->remote_id.size > 0) {
        buffer_byte(out, ' ');
        show(out, told->remote_id);
    }
    show_who(out, told);
    if (told->file[0] != '\0') {
        buffer_string(out, "  ");
        show(out, text_of(told->file));
        if (told->line > 0)
            buffer_print(out, ":%" PRIu64, told->line);
    }
    show_why(out, told);
    buffer_byte(out, '\n');
    for (size_t i = 0; i < field_count(); i++) {
        if (!told->fields[i])
            continue;
        buffer_print(out, "    %s: ", field_name((enum field)i));
        if (told->kind != CHANGE_CREATE) {
            show_value(out, told->before, (enum field)i);
            buffer_string(out, " -> ");
        }
        show_value(out, told->after, (enum field)i);
        buffer_byte(out, '\n');
    }
}

bool plan_text_shows(const struct plan_text *text)
{
    return text->all || text->changes < CHANGES_SHOWN;
}

enum status plan_text_add(struct plan_text *text, const struct plan_told *told,
                          struct err *err)
{
    bool shown = plan_text_shows(text);

    text->changes++;
    if (!shown)
        return OK;
    buffer_clear(&text->line);
    show_change(&text->line, told);
    if (fwrite(text->line.at, 1, text->line.size, text->file) ==
        text->line.size)
        return OK;
    return fail(err, STOP, EXIT_IO, "io",
                "the temporary file cannot be written: %s", strerror(errno));
}

void plan_text_way(struct plan_text *text, const char *from, const char *to)
{
    (void)fprintf(text->file, "%s -> %s\n", from, to);
}

enum status plan_text_show(struct plan_text *text, struct err *err)
{
    char block[16 * 1024];
    struct buffer out = {0};
    size_t got;
    enum status status = OK;

    if (text == NULL || text->changes == 0)
        return OK;
    rewind(text->file);
    while (status == OK &&
           (got = fread(block, 1, sizeof(block), text->file)) > 0) {
        buffer_clear(&out);
        buffer_add(&out, block, got);
        status = print_out(&out, err);
    }
    if (status == OK && ferror(text->file))
        status = fail(err, STOP, EXIT_IO, "io",
                      "the temporary file cannot be read: %s", strerror(errno));
    buffer_clear(&out);
    if (!text->all && text->changes > CHANGES_SHOWN)
        buffer_print(&out,
                     "and %" PRIu64 " more change%s; -v shows all, --out FILE "
                     "keeps them\n",
                     text->changes - CHANGES_SHOWN,
                     text->changes - CHANGES_SHOWN == 1 ? "" : "s");
    buffer_byte(&out, '\n');
    if (status == OK)
        status = print_out(&out, err);
    buffer_free(&out);
    return status;
}
