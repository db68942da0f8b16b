/*
 * log.c - see log.h.
 */
#include "formats/log.h"

#include "formats/node.h"

#include <stdio.h>
#include <time.h>

static bool as_json;

void log_as_json(bool json)
{
    as_json = json;
}

bool log_is_json(void)
{
    return as_json;
}

static bool is_empty(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static void add(struct node *object, const char *name, const char *text,
                struct arena *arena)
{
    if (!is_empty(text))
        (void)node_add(object, name, node_text(arena, text_of(text)));
}

/* To the millisecond: what happened first is asked of logs. */
static const char *time_now(struct arena *arena)
{
    struct timespec now;
    struct tm tm;
    char seconds[32];

    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &tm);
    (void)strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm);
    return arena_print(arena, "%s.%03ldZ", seconds, now.tv_nsec / 1000000).at;
}

static void tell_json(const struct log_line *line)
{
    static const char *const levels[] = {
        [LEVEL_INFO] = "info",
        [LEVEL_WARNING] = "warning",
        [LEVEL_ERROR] = "error",
    };
    struct arena *arena = arena_open();
    struct node *object = node_new(arena, NODE_OBJECT);
    struct buffer out = {0};

    add(object, "time", time_now(arena), arena);
    add(object, "level", levels[line->level], arena);
    add(object, "place", line->place, arena);
    add(object, "code", line->code, arena);
    add(object, "message", line->message, arena);
    add(object, "hint", line->hint, arena);
    json_write(&out, object);
    buffer_byte(&out, '\n');
    (void)fwrite(out.at, 1, out.size, stderr);
    (void)fflush(stderr);
    buffer_free(&out);
    arena_close(arena);
}

void log_tell(const struct log_line *line)
{
    if (as_json) {
        tell_json(line);
        return;
    }
    (void)fprintf(stderr, "custsync: %s%s%s\n",
                  is_empty(line->place) ? "" : line->place,
                  is_empty(line->place) ? "" : ": ", line->message);
    if (!is_empty(line->hint))
        (void)fprintf(stderr, "    hint: %s\n", line->hint);
}
