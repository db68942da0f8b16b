/*
 * json_stream.h - a JSON document as it flows by: to the list of records, from
 * one record to the next, and to the very end.
 *
 * What stands between records is looked at closely, since a file that is cut,
 * edited by hand or put together from two must not pass as a shorter one: all
 * of it is STOP 65 broken_file, with the line.
 */
#ifndef FORMATS_JSON_STREAM_H
#define FORMATS_JSON_STREAM_H

#include "formats/reading.h"

enum {
    JSON_PATH_MAX = 16,   /* segments of a records path */
    JSON_SEEN_MAX = 2000, /* members beside the records: an object that is used
                             as a table of customers has more */
};

/* Where the list of records is: members from the top ("data.customers"). */
struct json_path {
    struct text at[JSON_PATH_MAX]; /* borrowed */
    size_t count;                  /* 0: not told */
};

/* records as in reader_options; STOP 78 when it is not a path. */
enum status json_path_open(struct json_path *path, const char *records,
                           struct err *err);

struct json_stream {
    struct window window;
    struct names *names;   /* for keys and odd elements; borrowed */
    struct arena *arena;   /* scratch */
    uint64_t line;         /* of window.begin */
    struct json_path path; /* none: found by its looks */
    size_t level;          /* objects that are open */
    bool started, in_list, found, after_value, at_end;
    size_t empty_lists;           /* that might have been the records */
    uint64_t seen[JSON_SEEN_MAX]; /* names of the objects that are open */
    size_t seen_count, seen_from[JSON_PATH_MAX + 1];
};

/* records as for json_path_open(). */
enum status json_stream_open(struct json_stream *stream, struct input *input,
                             const char *records, struct names *names,
                             struct err *err);
void json_stream_close(struct json_stream *stream);
enum status json_stream_rewind(struct json_stream *stream, struct err *err);

/* The next element of the list of records; END only at the document's end. */
enum status json_stream_next(struct json_stream *stream, struct record *record,
                             struct err *err);
/* The same for one object per line. */
enum status json_stream_line(struct json_stream *stream, struct record *record,
                             struct err *err);

#endif
