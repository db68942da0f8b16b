/* How a transcript is read; tests/cases/README.md describes it. */
#include "scripted.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { INCLUDES_MAX = 4 };

/* What the reader knows between two lines. */
struct reading {
    struct script *script;
    const char *base;
    const char *path;   /* of the file being read */
    unsigned depth;     /* of includes */
    struct wanted *now; /* the exchange being read; NULL between two */
    unsigned line;
    unsigned group;
    unsigned min, max; /* of the next exchange */
    bool in_group;
    bool in_body; /* the lines that follow belong to a body */
};

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

__attribute__((noreturn, format(printf, 2, 3))) static void
wrong(const struct reading *reading, const char *format, ...)
{
    va_list list;

    fprintf(stderr, "%s:%u: ", file_name(reading->path), reading->line);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
    exit(2);
}

static void *must(void *memory)
{
    if (memory == NULL) {
        fputs("scripted: out of memory\n", stderr);
        exit(2);
    }
    return memory;
}

static char *skip_blanks(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

/* `prefix` cut off the text, or NULL when it does not begin so. */
static char *after(char *text, const char *prefix)
{
    size_t bytes = strlen(prefix);

    return strncmp(text, prefix, bytes) == 0 ? skip_blanks(text + bytes) : NULL;
}

static void append(char **text, const char *more)
{
    char *joined;

    if (asprintf(&joined, "%s%s%s", *text == NULL ? "" : *text,
                 *text == NULL ? "" : "\n", more) < 0)
        must(NULL);
    free(*text);
    *text = joined;
}

static unsigned number(const struct reading *reading, const char *text)
{
    char *end;
    unsigned long value;

    errno = 0;
    value = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value > 1000000)
        wrong(reading, "\"%s\" is no number we can use", text);
    return (unsigned)value;
}

static void add_check(struct reading *reading, enum check_kind kind,
                      const char *name, const char *value)
{
    struct wanted *wanted = reading->now;
    struct check *check;

    if (wanted->checks_count == CHECKS_MAX)
        wrong(reading, "more than %d checks", CHECKS_MAX);
    check = &wanted->checks[wanted->checks_count++];
    check->kind = kind;
    check->name = must(strdup(name));
    check->value = must(strdup(value));
}

/* A request line: METHOD /target. */
static bool is_request_line(const char *text)
{
    const char *at = text;

    while (isupper((unsigned char)*at))
        at++;
    return at > text && at[0] == ' ' && (at[1] == '/' || at[1] == '~');
}

/* The body of the exchange just read is whole now: look at it once. */
static void finish(struct reading *reading)
{
    struct wanted *wanted = reading->now;
    json_error_t error;

    reading->now = NULL;
    reading->in_body = false;
    if (wanted == NULL || wanted == &reading->script->always)
        return;
    if (wanted->reply.status == 0 && !wanted->reply.drop)
        wrong(reading, "%s has no answer", wanted->place);
    if (wanted->body_kind != BODY_JSON && wanted->body_kind != BODY_SUBSET)
        return;
    wanted->json = json_loads(wanted->body,
                              JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (wanted->json == NULL)
        wrong(reading, "the body of %s is no JSON: %s", wanted->place,
              error.text);
}

static void begin(struct reading *reading, const char *line)
{
    struct script *script = reading->script;
    const char *blank = strchr(line, ' ');
    struct wanted *wanted;

    finish(reading);
    if (script->wanted_count == WANTED_MAX)
        wrong(reading, "more than %d exchanges", WANTED_MAX);
    wanted = &script->wanted[script->wanted_count++];
    if (asprintf(&wanted->place, "%s:%u", file_name(reading->path),
                 reading->line) < 0)
        must(NULL);
    if (!reading->in_group)
        reading->group++;
    wanted->group = reading->group;
    wanted->min = reading->min;
    wanted->max = reading->max;
    reading->min = reading->max = 1;
    wanted->method = must(strndup(line, (size_t)(blank - line)));
    wanted->target = must(strdup(blank + 1));
    reading->now = wanted;
}

/* `> verify WHAT [WITH]` */
static void read_verify(struct reading *reading, char *text)
{
    char *rest;

    if ((rest = after(text, "count-hmac ")) != NULL)
        add_check(reading, CHECK_COUNT_HMAC, "x-signature", rest);
    else if (strcmp(text, "compact-json") == 0)
        add_check(reading, CHECK_COMPACT_JSON, "body", "");
    else
        wrong(reading, "nothing is known of \"verify %s\"", text);
}

/* `> name: value`, `> name: ~pattern`, `> name: *`, `> !name:` */
static void read_check(struct reading *reading, char *text)
{
    char *colon = strchr(text, ':');
    char *value;

    if (colon == NULL)
        wrong(reading, "\"%s\" is neither a header nor a body", text);
    *colon = '\0';
    value = skip_blanks(colon + 1);
    if (text[0] == '!')
        add_check(reading, CHECK_ABSENT, text + 1, "");
    else if (strcmp(value, "*") == 0)
        add_check(reading, CHECK_PRESENT, text, "");
    else if (value[0] == '~')
        add_check(reading, CHECK_REGEX, text, value + 1);
    else
        add_check(reading, CHECK_EQUAL, text, value);
}

static void take_body(struct reading *reading, enum body_kind kind,
                      const char *text)
{
    struct wanted *wanted = reading->now;

    wanted->body_kind = kind;
    free(wanted->body);
    wanted->body = must(strdup(text));
    reading->in_body = kind == BODY_JSON || kind == BODY_SUBSET;
}

/* A line of a wanted request, without its ">". */
static void read_wanted(struct reading *reading, char *text)
{
    char *rest;

    if (is_request_line(text)) {
        begin(reading, text);
        return;
    }
    if (reading->now == NULL)
        wrong(reading, "a check before any request");
    if (reading->in_body)
        append(&reading->now->body, text);
    else if ((rest = after(text, "verify ")) != NULL)
        read_verify(reading, rest);
    else if ((rest = after(text, "not-before ")) != NULL)
        add_check(reading, CHECK_NOT_BEFORE, "time", rest);
    else if (text[0] == '{' || text[0] == '[')
        take_body(reading, BODY_JSON, text);
    else if ((rest = after(text, "subset:")) != NULL)
        take_body(reading, BODY_SUBSET, rest);
    else if ((rest = after(text, "form:")) != NULL)
        take_body(reading, BODY_FORM, rest);
    else if ((rest = after(text, "raw:")) != NULL)
        take_body(reading, BODY_RAW, rest);
    else if (strcmp(text, "body: *") == 0)
        take_body(reading, BODY_ANY, "");
    else
        read_check(reading, text);
}

/* `< name: value` */
static void read_reply_header(struct reading *reading, char *text)
{
    struct reply *reply = &reading->now->reply;
    char *colon = strchr(text, ':');

    if (colon == NULL || colon == text)
        wrong(reading, "\"%s\" is neither a header nor a body", text);
    if (reply->headers_count == HEADERS_MAX)
        wrong(reading, "more than %d headers", HEADERS_MAX);
    *colon = '\0';
    reply->headers[reply->headers_count++] = (struct header){
        .name = must(strdup(text)),
        .value = must(strdup(skip_blanks(colon + 1))),
    };
}

/* A line of a reply, without its "<". */
static void read_reply(struct reading *reading, char *text)
{
    struct reply *reply;
    char *rest;

    if (reading->now == NULL || reading->now == &reading->script->always)
        wrong(reading, "an answer to nothing");
    reply = &reading->now->reply;
    if (reply->body != NULL) {
        append(&reply->body, text);
        return;
    }
    reading->in_body = false;
    if (strcmp(text, "drop") == 0)
        reply->drop = true;
    else if ((rest = after(text, "delay ")) != NULL)
        reply->delay_ms = number(reading, rest);
    else if (reply->status == 0 && !reply->drop)
        reply->status = number(reading, text);
    else if ((rest = after(text, "body:")) != NULL)
        append(&reply->body, rest);
    else if (text[0] == '{' || text[0] == '[')
        append(&reply->body, text);
    else
        read_reply_header(reading, text);
}

/* `times N`, `times N-M`, `times *` */
static void read_times(struct reading *reading, char *text)
{
    char *dash = strchr(text, '-');

    if (strcmp(text, "*") == 0) {
        reading->min = 0;
        reading->max = 1000000;
        return;
    }
    if (dash != NULL)
        *dash = '\0';
    reading->min = number(reading, text);
    reading->max = dash == NULL ? reading->min : number(reading, dash + 1);
}

static void read_file(struct reading *reading, const char *path);

/* `include FILE`, beside the file that says so. */
static void read_include(struct reading *reading, const char *name)
{
    const char *outer = reading->path;
    unsigned line = reading->line;
    char *path;

    if (++reading->depth > INCLUDES_MAX)
        wrong(reading, "includes that do not end");
    if (asprintf(&path, "%.*s%s", (int)(file_name(outer) - outer), outer,
                 name) < 0)
        must(NULL);
    read_file(reading, path);
    free(path);
    reading->depth--;
    reading->path = outer;
    reading->line = line;
}

/* A line that is neither wanted nor answered. */
static void read_word(struct reading *reading, char *text)
{
    char *rest;

    finish(reading);
    if (strcmp(text, "any-order") == 0 && !reading->in_group) {
        reading->in_group = true;
        reading->group++;
    } else if (strcmp(text, "end") == 0 && reading->in_group) {
        reading->in_group = false;
    } else if (strcmp(text, "optional") == 0) {
        reading->min = 0;
    } else if ((rest = after(text, "times ")) != NULL) {
        read_times(reading, rest);
    } else if ((rest = after(text, "include ")) != NULL) {
        read_include(reading, rest);
    } else if (strcmp(text, "always") == 0) {
        reading->now = &reading->script->always;
    } else {
        wrong(reading, "\"%s\" is no word of a script", text);
    }
}

static void read_line(struct reading *reading, char *line)
{
    char *text = skip_blanks(line);

    if (text[0] == '#')
        return;
    if (text[0] == '\0')
        finish(reading);
    else if (text[0] == '>')
        read_wanted(reading, skip_blanks(text + 1));
    else if (text[0] == '<')
        read_reply(reading, skip_blanks(text + 1));
    else
        read_word(reading, text);
}

static void read_file(struct reading *reading, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;

    reading->path = path;
    reading->line = 0;
    if (file == NULL)
        wrong(reading, "cannot be read: %s", strerror(errno));
    while (getline(&line, &room, file) >= 0) {
        char *expanded;

        reading->line++;
        line[strcspn(line, "\r\n")] = '\0';
        /* Replies keep their marks: their times count from the answer. */
        expanded = line[0] == '<' ? must(strdup(line))
                                  : script_expand(line, reading->base);
        read_line(reading, expanded);
        free(expanded);
    }
    finish(reading);
    free(line);
    fclose(file);
}

struct script *script_read(const char *path, const char *base)
{
    struct script *script = must(calloc(1, sizeof(*script)));
    struct reading reading = {
        .script = script, .base = base, .min = 1, .max = 1};

    script->name = file_name(path);
    read_file(&reading, path);
    if (reading.in_group)
        wrong(&reading, "a group without its \"end\"");
    script->to_story =
        must(open_memstream(&script->story, &script->story_bytes));
    return script;
}
