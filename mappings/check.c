/*
 * check.c - collecting the faults of a mapping or configuration.
 *
 * The first fault is kept back for the err that the run ends with; all others
 * are printed as they are found. So each is told once, and none is lost.
 */
#include "mappings/yaml.h"

#include "formats/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than this is one mistake repeated, and hides the first. */
enum { PRINTED_MAX = 20 };
/* Longer words are not typing errors of each other. */
enum { WORD_MAX = 64 };

static const char *file_of(const struct check *check)
{
    return check->file != NULL ? check->file : "-";
}

/* Its hint came after it. */
static void tell_last(struct check *check)
{
    const struct err *last = &check->last;

    if (last->status != OK && log_is_json())
        err_print(last);
    else if (last->status != OK)
        fprintf(stderr, "%s: %s\n%s%s%s", last->place, last->message,
                last->hint[0] != '\0' ? "    hint: " : "", last->hint,
                last->hint[0] != '\0' ? "\n" : "");
    check->last.status = OK;
}

static void fill(const struct check *check, struct err *err,
                 const struct node *at, const char *message)
{
    fail(err, STOP, EXIT_CONFIG, "bad_configuration", "%s", message);
    if (at != NULL && at->line > 0)
        err_place(err, "%s:%u:%u", file_of(check), at->line, at->column);
    else
        err_place(err, "%s", file_of(check));
}

void check_fault(struct check *check, const struct node *at, const char *format,
                 ...)
{
    char message[sizeof(check->first.message)];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    check->count++;
    if (check->count == 1) {
        fill(check, &check->first, at, message);
        return;
    }
    tell_last(check);
    if (check->quiet || check->count > PRINTED_MAX)
        return;
    fill(check, &check->last, at, message);
}

void check_hint(struct check *check, const char *format, ...)
{
    char hint[sizeof(check->first.hint)];
    va_list args;

    va_start(args, format);
    vsnprintf(hint, sizeof(hint), format, args);
    va_end(args);
    if (check->count == 1)
        err_hint(&check->first, "%s", hint);
    else if (check->last.status != OK && strcmp(hint, check->first.hint) != 0)
        err_hint(&check->last, "%s", hint);
}

static bool listed(const char *const *names, const char *name)
{
    for (; *names != NULL; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool check_keys(struct check *check, const struct node *object,
                const char *const *names, const char *what)
{
    bool good = true;

    if (object == NULL)
        return true;
    if (object->kind != NODE_OBJECT) {
        check_fault(check, object, "%s must be a set of keys", what);
        return false;
    }
    for (const struct node *n = object->first; n != NULL; n = n->next) {
        const char *near;

        if (listed(names, n->name))
            continue;
        check_fault(check, n, "unknown key '%.80s' in %s", n->name, what);
        near = suggest(n->name, names);
        if (near != NULL)
            check_hint(check, "did you mean '%s'?", near);
        good = false;
    }
    return good;
}

struct text check_text(struct check *check, const struct node *object,
                       const char *name)
{
    const struct node *node = node_member(object, name);

    if (node == NULL || node->kind == NODE_NULL)
        return (struct text){0};
    if (node->kind == NODE_TEXT || node->kind == NODE_NUMBER)
        return node->text;
    check_fault(check, node, "%s must be a text", name);
    if (node->kind == NODE_TRUE || node->kind == NODE_FALSE)
        check_hint(check, "put it in quotes: \"%s\"",
                   node->kind == NODE_TRUE ? "true" : "false");
    return (struct text){0};
}

bool check_flag(struct check *check, const struct node *object,
                const char *name, bool otherwise)
{
    const struct node *node = node_member(object, name);

    if (node == NULL || node->kind == NODE_NULL)
        return otherwise;
    if (node->kind == NODE_TRUE || node->kind == NODE_FALSE)
        return node->kind == NODE_TRUE;
    check_fault(check, node, "%s must be true or false", name);
    return otherwise;
}

static void tell_rest(struct check *check)
{
    char message[64];

    snprintf(message, sizeof(message), "%u more faults are not shown",
             check->count - PRINTED_MAX);
    fill(check, &check->last, NULL, message);
    tell_last(check);
}

enum status check_end(struct check *check, struct err *err)
{
    size_t used;

    if (check->count == 0)
        return OK;
    *err = check->first;
    if (check->count == 1 || check->quiet)
        return STOP;
    tell_last(check);
    if (check->count > PRINTED_MAX)
        tell_rest(check);
    used = strlen(err->message);
    snprintf(err->message + used, sizeof(err->message) - used,
             " (and %u more above)", check->count - 1);
    return STOP;
}

/* Letters swapped with their neighbour count once: the commonest slip. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][WORD_MAX + 1];
    size_t na = strlen(a), nb = strlen(b);

    if (na > WORD_MAX || nb > WORD_MAX)
        return WORD_MAX;
    for (size_t j = 0; j <= nb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t *now = rows[i % 3], *last = rows[(i + 2) % 3];
        const size_t *before = rows[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[na % 3][nb];
}

/* Case and the usual separators are not what was mistyped. */
static void plain_word(const char *word, char out[WORD_MAX + 1])
{
    size_t n = 0;

    for (; *word != '\0' && n < WORD_MAX; word++) {
        char c = *word;

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        out[n++] = c == '-' || c == ' ' ? '_' : c;
    }
    out[n] = '\0';
}

const char *suggest(const char *word, const char *const *names)
{
    char plain[WORD_MAX + 1], other[WORD_MAX + 1];
    const char *best = NULL;
    size_t least, length = strlen(word);

    if (length == 0 || length > WORD_MAX)
        return NULL;
    plain_word(word, plain);
    least = length <= 3 ? 1 : length <= 6 ? 2 : 3;
    for (; *names != NULL; names++) {
        size_t d;

        plain_word(*names, other);
        d = distance(plain, other);
        if (d > least || d >= length || (best != NULL && d == least))
            continue;
        least = d;
        best = *names;
    }
    return best;
}
