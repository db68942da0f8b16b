/*
 * rule_time.c - the formats of a rule: loaded, tried on a text, written.
 */
#include "mappings/rule_time.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SECONDS_A_DAY = 24 * 60 * 60, MILLION = 1000 * 1000 };

/* Days before 1970 of day 0, as spreadsheets count. */
static const struct {
    const char *format;
    long days;
} serials[] = {{"serial", 25569}, {"serial-1904", 24107}};

static void load_format(const struct node *node, struct check *check,
                        struct rule *rule, const char **formats)
{
    static const char *const words[] = {"iso", "serial", "serial-1904", NULL};
    const char *near;

    if (!rule_word(node)) {
        check_fault(check, node, "format must hold texts");
        return;
    }
    if (rule->formats_count == FORMATS_MAX) {
        check_fault(check, node, "more than %d formats", FORMATS_MAX);
        return;
    }
    formats[rule->formats_count++] =
        text_is(node->text, "iso") ? NULL : node->text.at;
    if (text_find(node->text, "%") < node->text.size)
        return;
    for (size_t i = 0; words[i] != NULL; i++)
        if (text_is(node->text, words[i]))
            return;
    check_fault(check, node, "'%.40s' is no format of a time", node->text.at);
    near = suggest(node->text.at, words);
    if (near != NULL)
        check_hint(check, "did you mean '%s'?", near);
    else
        check_hint(check, "as in strptime: %%d/%%m/%%Y; or iso, serial, "
                          "serial-1904");
}

void formats_load(struct mapping *mapping, const struct node *node,
                  struct check *check, struct rule *rule)
{
    const char **formats;

    if (node == NULL || node->kind == NODE_NULL)
        return;
    if (rule->type != TYPE_TIME)
        check_fault(check, node, "format is for times only");
    formats = arena_take(mapping->arena, FORMATS_MAX * sizeof(*formats));
    rule->formats = formats;
    if (node->kind != NODE_LIST)
        load_format(node, check, rule, formats);
    else if (node->first == NULL)
        check_fault(check, node, "format must be a text or a list of texts");
    else
        for (const struct node *n = node->first; n != NULL; n = n->next)
            load_format(n, check, rule, formats);
    rule->format = formats[0];
}

struct meanings time_meanings(const struct rule *rule, struct text text,
                              struct arena *arena)
{
    struct meanings meanings = {.count = 0};
    struct text first = {0};

    for (size_t i = 0; i < rule->formats_count; i++) {
        struct text *time = &meanings.times[i];

        if (!clean_time(text, rule->formats[i], arena, time)) {
            *time = (struct text){0};
            continue;
        }
        if (meanings.count++ == 0)
            first = *time;
        meanings.differ = meanings.differ || !text_equal(first, *time);
    }
    return meanings;
}

/* Days and millionths, which is finer than a second. */
static struct text serial_outside(const struct tm *tm, long days,
                                  struct arena *arena)
{
    struct tm copy = *tm;
    long long seconds =
        (long long)timegm(&copy) + (long long)days * SECONDS_A_DAY;
    long long rest = seconds % SECONDS_A_DAY, fine;

    if (seconds < 0 || rest == 0)
        return arena_print(arena, "%lld", seconds / SECONDS_A_DAY);
    fine = (rest * MILLION + SECONDS_A_DAY / 2) / SECONDS_A_DAY;
    return arena_print(arena, "%lld.%06lld", seconds / SECONDS_A_DAY, fine);
}

/* Canonical times are UTC to the second. */
struct text time_outside(struct text canonical, const char *format,
                         struct arena *arena)
{
    char copy[32], out[128];
    struct tm tm = {0};
    size_t size;

    if (format == NULL || canonical.size >= sizeof(copy))
        return canonical;
    memcpy(copy, canonical.at, canonical.size);
    copy[canonical.size] = '\0';
    if (strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm) == NULL)
        return canonical;
    for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++)
        if (strcmp(format, serials[i].format) == 0)
            return serial_outside(&tm, serials[i].days, arena);
    size = strftime(out, sizeof(out), format, &tm);
    return size == 0 ? canonical : arena_text(arena, (struct text){out, size});
}
