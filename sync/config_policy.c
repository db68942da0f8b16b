/*
 * config_policy.c - the settings of a run, for jobs and the command line alike.
 */
#include "sync/config_parts.h"
#include "sync/near.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* How a value is read and where in struct policy it goes. */
enum kind {
    KIND_TEXT,     /* const char *: not empty */
    KIND_FORMAT,   /* const char *: the name of a format */
    KIND_CHOICE,   /* enum: the position among words */
    KIND_EITHER,   /* bool: whether it is the second of words */
    KIND_DURATION, /* uint64_t, milliseconds */
    KIND_OWN,      /* read by set */
};

struct setter {
    const char *key;
    enum kind kind;
    size_t offset; /* in struct policy */
    const char *const *words;
    enum status (*set)(struct policy *policy, struct text value,
                       struct arena *arena, struct err *err);
};

void policy_defaults(struct policy *policy)
{
    *policy = (struct policy){
        .match = {KEY_REFERENCE_ID, KEY_EMAIL, KEY_MOBILE, KEY_NAME_PHONE},
        .match_count = KEY_COUNT,
        .max_changes = 50,
        .max_changes_percent = true,
    };
}

static enum status bad(struct err *err, const char *key, struct text value,
                       const char *wanted)
{
    (void)fail(err, STOP, EXIT_USAGE, "bad_value", "'%.*s' is no value for %s",
               (int)(value.size < 60 ? value.size : 60), value.at, key);
    err_hint(err, "%s", wanted);
    return STOP;
}

/* The position of value among words, or a fault that lists them. */
static enum status choose(const char *key, struct text value,
                          const char *const *words, size_t *chosen,
                          struct err *err)
{
    struct buffer hint = {0};
    char word[32];

    for (*chosen = 0; words[*chosen] != NULL; (*chosen)++)
        if (text_is(value, words[*chosen]))
            return OK;
    (void)snprintf(word, sizeof(word), "%.*s", TEXT_ARGS(value));
    buffer_string(&hint, "one of");
    for (size_t i = 0; words[i] != NULL; i++)
        buffer_print(&hint, " %s", words[i]);
    buffer_byte(&hint, '\0');
    (void)bad(err, key, value, hint.at);
    near_hint_and(err, word, words, hint.at);
    buffer_free(&hint);
    return STOP;
}

static enum status filled(const char *key, struct text value,
                          struct arena *arena, const char **to, struct err *err)
{
    if (value.size == 0 || memchr(value.at, '\0', value.size) != NULL)
        return bad(err, key, value, "it must not be empty");
    *to = arena_string(arena, value);
    return OK;
}

static enum status set_match(struct policy *policy, struct text value,
                             struct arena *arena, struct err *err)
{
    bool seen[KEY_COUNT] = {false};
    const char *names[KEY_COUNT + 1] = {NULL};

    for (size_t i = 0; i < KEY_COUNT; i++)
        names[i] = key_name((enum key)i);
    policy->match_count = 0;
    (void)arena;
    for (;;) {
        size_t comma = text_find(value, ",");
        struct text name = text_trim((struct text){value.at, comma});
        size_t which;
        enum key key;

        if (!key_named(name, &key))
            return choose("match", name, names, &which, err);
        if (seen[key])
            return bad(err, "match", name, "it is named twice");
        seen[key] = true;
        policy->match[policy->match_count++] = key;
        if (comma == value.size)
            return OK;
        value = (struct text){value.at + comma + 1, value.size - comma - 1};
    }
}

static enum status set_delimiter(struct policy *policy, struct text value,
                                 struct arena *arena, struct err *err)
{
    static const struct {
        const char *name;
        char byte;
    } named[] = {{"tab", '\t'},      {"\\t", '\t'}, {"comma", ','},
                 {"semicolon", ';'}, {"pipe", '|'}, {"space", ' '}};

    (void)arena;
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++)
        if (text_is_nocase(value, named[i].name)) {
            policy->delimiter = named[i].byte;
            return OK;
        }
    if (value.size != 1 || strchr("\"\r\n", value.at[0]) != NULL ||
        (unsigned char)value.at[0] >= 0x80)
        return bad(err, "delimiter", value,
                   "one character such as , ; | or the word tab");
    policy->delimiter = value.at[0];
    return OK;
}

static enum status set_skip(struct policy *policy, struct text value,
                            struct arena *arena, struct err *err)
{
    uint64_t lines;

    (void)arena;
    if (!text_to_u64(value, &lines) || lines > 1000 * 1000)
        return bad(err, "skip", value, "the number of lines before the header");
    policy->skip = (uint32_t)lines;
    policy->skip_set = true;
    return OK;
}

static enum status set_max_changes(struct policy *policy, struct text value,
                                   struct arena *arena, struct err *err)
{
    struct text number = value;
    bool percent = value.size > 0 && value.at[value.size - 1] == '%';
    uint64_t most;

    (void)arena;
    if (percent)
        number.size--;
    if (!text_to_u64(number, &most) || (percent && most > 100))
        return bad(err, "max-changes", value,
                   "a number of changes, or a part of the known records as "
                   "50%");
    policy->max_changes = most;
    policy->max_changes_percent = percent;
    policy->max_changes_set = true;
    return OK;
}

static enum status set_limit(struct policy *policy, struct text value,
                             struct arena *arena, struct err *err)
{
    (void)arena;
    if (!text_to_u64(value, &policy->limit) || policy->limit == 0)
        return bad(err, "limit", value, "a number of changes, 1 or more");
    return OK;
}

static bool ends(struct text text, const char *suffix)
{
    size_t size = strlen(suffix);

    return text.size > size &&
           text_is_nocase((struct text){text.at + text.size - size, size},
                          suffix);
}

static enum status set_report(struct policy *policy, struct text value,
                              struct arena *arena, struct err *err)
{
    if (!ends(value, ".json") && !ends(value, ".html"))
        return bad(err, "report", value, "a file that ends in .json or .html");
    return filled("report", value, arena, &policy->report, err);
}

static enum status set_format(const char *key, struct text value,
                              struct arena *arena, const char **to,
                              struct err *err)
{
    enum { FORMATS_MAX = 20 };
    const char *names[FORMATS_MAX + 1] = {NULL};
    const char *list;
    size_t count = 0;
    char hint[200];

    if (filled(key, value, arena, to, err) != OK)
        return STOP;
    if (format_named(*to) != NULL)
        return OK;
    *to = NULL;
    for (list = format_list(); *list != '\0' && count < FORMATS_MAX; count++) {
        size_t size = strcspn(list, " ");

        names[count] = arena_string(arena, (struct text){list, size});
        list += size + strspn(list + size, " ");
    }
    (void)snprintf(hint, sizeof(hint), "one of %s", format_list());
    (void)bad(err, key, value, hint);
    near_hint_and(err, arena_string(arena, value), names, hint);
    return STOP;
}

static const char *const flags[] = {"false", "true", NULL};
static const char *const log_formats[] = {"text", "json", NULL};
static const char *const duplicates[] = {"merge", "first", "last", "reject",
                                         NULL};
static const char *const modes[] = {"upsert", "create", "update", NULL};
static const char *const blanks[] = {"keep", "clear", NULL};
static const char *const sides[] = {"source", "target", NULL};
static const char *const missings[] = {"keep", "report", "deactivate", NULL};

#define AT(member) offsetof(struct policy, member)

/* A job may have all but the last ones, the command line all. */
static const struct setter setters[] = {
    {"match", KIND_OWN, 0, NULL, set_match},
    {"source", KIND_TEXT, AT(source), NULL, NULL},
    {"encoding", KIND_TEXT, AT(encoding), NULL, NULL},
    {"delimiter", KIND_OWN, 0, NULL, set_delimiter},
    {"skip", KIND_OWN, 0, NULL, set_skip},
    {"format", KIND_FORMAT, AT(format), NULL, NULL},
    {"to_format", KIND_FORMAT, AT(to_format), NULL, NULL},
    {"mapping", KIND_TEXT, AT(mapping), NULL, NULL},
    {"look", KIND_EITHER, AT(look), flags, NULL},
    {"changed", KIND_EITHER, AT(changed), flags, NULL},
    {"duplicates", KIND_CHOICE, AT(duplicates), duplicates, NULL},
    {"mode", KIND_CHOICE, AT(mode), modes, NULL},
    {"blank", KIND_EITHER, AT(blank_clear), blanks, NULL},
    {"prefer", KIND_EITHER, AT(prefer_target), sides, NULL},
    {"owner", KIND_OWN, 0, NULL, policy_set_owner},
    {"two_way", KIND_EITHER, AT(two_way), flags, NULL},
    {"missing", KIND_CHOICE, AT(missing), missings, NULL},
    {"full", KIND_EITHER, AT(full), flags, NULL},
    {"recreate", KIND_EITHER, AT(recreate), flags, NULL},
    {"max_changes", KIND_OWN, 0, NULL, set_max_changes},
    {"limit", KIND_OWN, 0, NULL, set_limit},
    {"wait", KIND_DURATION, AT(wait_ms), NULL, NULL},
    {"deadline", KIND_DURATION, AT(deadline_ms), NULL, NULL},
    {"rejects", KIND_TEXT, AT(rejects), NULL, NULL},
    {"report", KIND_OWN, 0, NULL, set_report},
    {"metrics", KIND_TEXT, AT(metrics), NULL, NULL},
    {"notify", KIND_TEXT, AT(notify), NULL, NULL},
    {"safe_csv", KIND_EITHER, AT(safe_csv), flags, NULL},
    {"json", KIND_EITHER, AT(json), flags, NULL},
    {"out", KIND_TEXT, AT(out), NULL, NULL},
    {"plan", KIND_TEXT, AT(plan), NULL, NULL},
    {"dry_run", KIND_EITHER, AT(dry_run), flags, NULL},
    {"exit_code", KIND_EITHER, AT(exit_code), flags, NULL},
    {"log_format", KIND_EITHER, AT(log_json), log_formats, NULL},
};

enum {
    SETTERS = sizeof(setters) / sizeof(setters[0]),
    ONLY_COMMAND_LINE = 6, /* the last ones */
};

static enum status set(const struct setter *setter, struct policy *policy,
                       struct text value, struct arena *arena, struct err *err)
{
    void *to = (char *)policy + setter->offset;
    size_t chosen = 0;

    switch (setter->kind) {
    case KIND_TEXT:
        return filled(setter->key, value, arena, to, err);
    case KIND_FORMAT:
        return set_format(setter->key, value, arena, to, err);
    case KIND_CHOICE:
        if (choose(setter->key, value, setter->words, &chosen, err) != OK)
            return STOP;
        *(unsigned int *)to = (unsigned int)chosen;
        return OK;
    case KIND_EITHER:
        if (choose(setter->key, value, setter->words, &chosen, err) != OK)
            return STOP;
        *(bool *)to = chosen == 1;
        return OK;
    case KIND_DURATION:
        return duration_parse(value, to)
                   ? OK
                   : bad(err, setter->key, value,
                         "a duration is 200ms, 10s, 5m or 2h");
    case KIND_OWN:
        break;
    }
    return setter->set(policy, value, arena, err);
}

const char *const *policy_keys(void)
{
    static const char *keys[SETTERS - ONLY_COMMAND_LINE + 1];

    for (size_t i = 0; i < SETTERS - ONLY_COMMAND_LINE; i++)
        keys[i] = setters[i].key;
    return keys;
}

enum { NAME = 40 };

/* "max-changes" and "max_changes" are the same: the name as the table has it.
 * NULL: it has none of that name. */
static const struct setter *setter_named(const char *key, char name[NAME])
{
    (void)snprintf(name, NAME, "%s", key);
    for (char *c = name; *c != '\0'; c++)
        if (*c == '-')
            *c = '_';
    for (size_t i = 0; i < SETTERS; i++)
        if (strcmp(setters[i].key, name) == 0)
            return &setters[i];
    return NULL;
}

const char *policy_words(const char *key, struct arena *arena)
{
    char name[NAME];
    const struct setter *setter = setter_named(key, name);
    const char *const *words = NULL;
    struct text list = TEXT("");

    if (setter == NULL || setter->words == flags)
        return "";
    words =
        setter->set == policy_set_owner ? policy_owner_words : setter->words;
    if (setter->kind == KIND_FORMAT)
        return format_list();
    if (setter->set == set_match)
        for (size_t i = 0; i < KEY_COUNT; i++)
            list = arena_print(arena, "%s%s%s", list.at, i > 0 ? " " : "",
                               key_name((enum key)i));
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        list =
            arena_print(arena, "%s%s%s", list.at, i > 0 ? " " : "", words[i]);
    return list.at;
}

enum status policy_set(struct policy *policy, const char *key,
                       struct text value, struct arena *arena, struct err *err)
{
    char name[NAME];
    const struct setter *setter = setter_named(key, name);

    if (setter != NULL)
        return set(setter, policy, value, arena, err);
    (void)fail(err, STOP, EXIT_USAGE, "unknown_key", "unknown setting '%.40s'",
               key);
    (void)near_hint(err, name, policy_keys(), NULL);
    return STOP;
}

/* --- what decides a plan --------------------------------------------------*/

/* How long, how many, where to: what is planned is the same. */
static const char *const aside[] = {
    "look",      "full",        "limit",      "wait",    "deadline", "rejects",
    "report",    "safe_csv",    "json",       "out",     "plan",     "dry_run",
    "exit_code", "max_changes", "log_format", "metrics", "notify",
};

bool policy_plans(const char *key)
{
    char name[NAME];
    const struct setter *setter = setter_named(key, name);

    for (size_t i = 0; setter != NULL && i < sizeof(aside) / sizeof(aside[0]);
         i++)
        if (strcmp(setter->key, aside[i]) == 0)
            return false;
    return setter != NULL;
}

bool policy_consents(const char *key)
{
    char name[NAME];
    const struct setter *setter = setter_named(key, name);

    return setter != NULL && strcmp(setter->key, "max_changes") == 0;
}

/* Those that set reads are written by hand. */
static void print_own(const struct policy *policy, struct buffer *out)
{
    buffer_string(out, "match=");
    for (size_t i = 0; i < policy->match_count; i++)
        buffer_print(out, "%s,", key_name(policy->match[i]));
    buffer_print(out, "\ndelimiter=%d\nskip=%d:%u\n", policy->delimiter,
                 policy->skip_set, policy->skip);
    buffer_string(out, "owner=");
    for (size_t i = 0; i < policy->owners_count; i++)
        buffer_print(out, "%s:%d,", field_name(policy->owners[i].field),
                     (int)policy->owners[i].owner);
    buffer_byte(out, '\n');
}

void policy_print(const struct policy *policy, struct buffer *out)
{
    print_own(policy, out);
    for (size_t i = 0; i < SETTERS; i++) {
        const void *at = (const char *)policy + setters[i].offset;
        const char *text;

        if (setters[i].kind == KIND_OWN || !policy_plans(setters[i].key))
            continue;
        buffer_print(out, "%s=", setters[i].key);
        switch (setters[i].kind) {
        case KIND_CHOICE:
            buffer_print(out, "%u", *(const unsigned int *)at);
            break;
        case KIND_EITHER:
            buffer_print(out, "%d", *(const bool *)at);
            break;
        case KIND_DURATION:
            buffer_print(out, "%llu",
                         (unsigned long long)*(const uint64_t *)at);
            break;
        default:
            memcpy(&text, at, sizeof(text));
            buffer_string(out, text != NULL ? text : "");
        }
        buffer_byte(out, '\n');
    }
}
