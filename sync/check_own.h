/*
 * check_own.h - what `check` found out about a source, between the file that
 * reads it and those that tell it.
 */
#ifndef SYNC_CHECK_OWN_H
#define SYNC_CHECK_OWN_H

#include "mappings/met.h"
#include "sync/check_source.h"
#include "sync/sink.h"

enum {
    SHOWN_ROWS = 3,  /* customers shown, to see that columns went right */
    SHOWN_LINES = 6, /* of each kind */
    KINDS_MAX = 400, /* codes times fields and targets; there are not so many */
};

enum found {
    FOUND_INVALID, /* costs the row */
    FOUND_WARNING, /* costs the value, or is worth a look */
    FOUND_NOTICE,  /* odd, or mended without loss */
    FOUND_CELL,    /* what a spreadsheet had put around cells */
    FOUND_LINE,    /* said about the file: lines that are no rows, columns */
    FOUND_REFUSED, /* foreseen of a target */
    FOUND_KINDS,
};

/* One code of one field, as many times as it came. */
struct kind {
    enum found found;
    size_t target; /* of FOUND_REFUSED: which of the targets */
    char code[40];
    char where[64];    /* field or column, or "" */
    char message[256]; /* of the first */
    uint64_t count;
    uint64_t lines[SHOWN_LINES];
};

struct target {
    const char *name;
    const struct mapping *mapping;
    struct provider *own; /* to be closed; NULL: it has none of its own */
    struct sink *file;    /* the same */
    uint64_t accepted, refused;
};

/* What a file turned out to be: texts for people, borrowed or static. */
struct file_facts {
    const char *name, *format;
    const char *delimiter;                   /* in a word; NULL: has none */
    uint64_t header;                         /* its line; 0: has none */
    const char *encoding;                    /* "UTF-8" */
    const char *told_by;                     /* who says so, half a sentence */
    const char *compression;                 /* or NULL */
    const char *const *used, *const *unused; /* columns, NULL-ended */
    size_t used_count, unused_count;
    /* Of a file whose records need not be alike: what members some have;
     * max 0: its columns are those of its header. */
    struct met members;
};

struct shown_row {
    uint64_t line;
    struct customer *customer;
};

struct checking {
    struct source *source;
    const struct policy *policy;
    struct arena *arena; /* of the whole check */
    struct arena *row;   /* of one row; reset */
    struct file_facts *files;
    struct target *targets;
    size_t targets_count;
    bool asked; /* TO was given: refusals are faults */
    struct kind *kinds;
    size_t kinds_count;
    bool *present; /* by field: some row has its column */
    size_t present_count;
    struct shown_row shown[SHOWN_ROWS];
    size_t shown_count;
    uint64_t rows, good, invalid, skipped;
    uint64_t quoted; /* rows with a quote mark */
    bool ended;      /* read to its end */
};

/* check_file.c */
void check_file_facts(const struct checking *checking,
                      const struct endpoint *from, uint32_t file,
                      struct file_facts *facts);
/* Which of its columns are used, after it was read. */
void check_file_columns(const struct checking *checking, uint32_t file);
/* Fields that matter and that no column of the source gives, NULL-ended. */
const char *const *check_no_column(const struct checking *checking);
/* check_text.c, check_json.c */
void check_tell_text(const struct checking *checking, struct buffer *out);
void check_tell_json(const struct checking *checking, struct node *out,
                     struct arena *arena);
const char *found_name(enum found found);

#endif
