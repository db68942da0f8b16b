/*
 * format.h - readers and writers of record files: CSV, JSON, NDJSON, XML.
 *
 * A reader yields a record's place and raw bytes first and its fields only when
 * asked, because an unchanged record is never taken apart. raw is enough to get
 * the fields again later from the same reader (or one opened over the same
 * file): that is how rejected rows are written out.
 *
 * A new format is one file with a const struct format and one line in list.h.
 */
#ifndef FORMATS_FORMAT_H
#define FORMATS_FORMAT_H

#include "formats/input.h"
#include "formats/node.h"

struct record {
    uint64_t line;   /* where it begins in the decoded file, from 1 */
    struct text raw; /* its bytes, without the line end; dies at next call */
    uint64_t place;  /* of raw in the decoded file: for reader_again */
};

struct reader_options {
    char delimiter;      /* 0: as found in the header line (CSV) */
    bool skip_set;       /* skip was given; then the header is not searched */
    uint32_t skip;       /* lines before the header */
    const char *records; /* path to the records ("data.customers", JSON; "a/b",
                            XML); NULL: the top-level array or the one member
                            that is an array of objects; XML: children of the
                            root */
    const char *const *columns; /* CSV without header: names by position, ended
                                   by NULL; else NULL */
    /*
     * CSV whose lines begin with what they are (QuickBooks' IIF): only lines
     * whose first cell is this are records ("CUST"), their header is the line
     * whose first cell is it behind a `!`. NULL: every line.
     */
    const char *rows;
    /*
     * CSV with several rows per record: a row in which all these columns are
     * blank, but not all cells, goes on with the record above it; its cells are
     * a NODE_ROW member. NULL-ended, or NULL. raw is then all of its rows.
     */
    const char *const *continues;
    /* Whether a column name is one that some mapping knows. May be NULL. */
    bool (*known)(const void *self, struct text name);
    const void *self;
    /* Whether two column names are one; NULL: when they are equal. */
    bool (*same)(struct text a, struct text b);
};

/*
 * What --rejects puts behind a record's own columns, ended by NULL: where it
 * stood, why it was refused. They are nobody else's, whatever they look like.
 */
enum { REASON_LINE, REASON_CODE, REASON_MESSAGE, REASON_COUNT };
extern const char *const reason_columns[REASON_COUNT + 1];
bool is_reason_column(struct text name);

/*
 * Stands where something of a record cannot be told: bytes that are no text, a
 * line end or a quote mark that has no place there, the end of a cut file.
 */
#define RECORD_MARK "[?]"

/* Something about the whole file that is worth saying once. */
struct note {
    uint64_t line;
    char code[40];
    char message[256];
};

struct writer_options {
    char delimiter;             /* 0: the format's usual one */
    const char *const *columns; /* CSV: header, in order, ended by NULL */
    const char *records;        /* XML: "customers/customer" root and element;
                                   JSON: member that holds the array, or NULL */
    bool safe_csv;              /* guard formulas for spreadsheets */
    const char *rows; /* CSV: as in reader_options; the first column */
    bool headless;    /* CSV: columns go by position, no header is written */
    const char *encoding; /* of the file, as encoding_named() gives it; UTF-16
                             gets a byte order mark. NULL: UTF-8 */
};

struct reader; /* format-independent part in format.c, the rest is self */
struct writer;

struct format {
    const char *name;     /* "csv" */
    const char *suffixes; /* ".csv .tsv .txt" */

    /* self is kept by the reader. STOP when the file is unusable (65). */
    enum status (*open)(void **self, struct input *input,
                        const struct reader_options *options,
                        struct names *names, struct err *err);
    /*
     * OK, END, REJECT (this record is bad; record is filled, err says why, go
     * on) or STOP (the file is broken here; nothing of it may be used).
     */
    enum status (*next)(void *self, struct record *record, struct err *err);
    /* The fields of a raw record; OK or REJECT. */
    enum status (*fields)(void *self, struct text raw, struct arena *arena,
                          struct node **object, struct err *err);
    /*
     * What stands in a record that was refused with that code, for people to
     * put right: an object of texts in order, with RECORD_MARKs in it. NULL, or
     * no function: its raw bytes are as good.
     */
    struct node *(*salvage)(void *self, struct text raw, const char *code,
                            struct arena *arena);
    /*
     * The names that the file carries, ended by NULL: a CSV's header in order,
     * else the member paths ("address.city") of the first record.
     */
    const char *const *(*columns)(void *self);
    /* What else decides how raw becomes fields: header, delimiter. */
    struct text (*digest)(void *self);
    const struct note *(*notes)(void *self, size_t *count);
    void (*close)(void *self);

    enum status (*create)(void **self, const struct writer_options *options,
                          struct err *err);
    /* Appends the bytes of the start, of one record, of the end. */
    enum status (*begin)(void *self, struct buffer *out, struct err *err);
    enum status (*write)(void *self, const struct node *object,
                         struct buffer *out, struct err *err);
    /*
     * Whether it will write a record: OK or REJECT. Then write does not ask
     * again, and may be called by another thread while this looks at further
     * ones. NULL: write itself says so.
     */
    enum status (*check)(void *self, const struct node *object,
                         struct err *err);
    enum status (*finish)(void *self, struct buffer *out, struct err *err);
    void (*destroy)(void *self);
    /* Whether it has all characters of a text: OK or REJECT. NULL: any. */
    enum status (*holds)(struct text text, struct err *err);
};

/* By its name, or NULL. */
const struct format *format_named(const char *name);
/*
 * By the file's suffix, looking past .gz .bz2 .xz .zst .lz4 .zip; or NULL. A
 * zip that is there and holds one file has that file's suffix, and
 * "some.zip/people.csv" the one it ends in.
 */
const struct format *format_of_path(const char *path);
/* The same by the name alone, which is not of something packed. */
const struct format *format_of_name(struct text name);
/* Whether the name ends as those of compressed files do. */
bool format_is_packed(struct text path);
/* "csv json ndjson xml", for messages. */
const char *format_list(void);

/* input is borrowed and rewound. options are copied, their pointers are not. */
enum status reader_open(struct reader **out, const struct format *format,
                        struct input *input,
                        const struct reader_options *options,
                        struct names *names, struct err *err);
void reader_close(struct reader *reader); /* NULL is fine */
enum status reader_next(struct reader *reader, struct record *record,
                        struct err *err); /* err gets FILE:LINE as place */
enum status reader_fields(struct reader *reader, struct text raw,
                          struct arena *arena, struct node **object,
                          struct err *err);
/*
 * The bytes of a record that was read before, while others may have been read
 * since; only of a file whose reader keeps them, which it does when they lie
 * there as they are read (input_keeps).
 */
bool reader_keeps(const struct reader *reader);
enum status reader_again(struct reader *reader, uint64_t place, size_t size,
                         struct arena *arena, struct text *raw,
                         struct err *err); /* STOP as input_again */
struct node *reader_salvage(struct reader *reader, struct text raw,
                            const char *code, struct arena *arena);
const char *const *reader_columns(struct reader *reader);
struct text reader_digest(struct reader *reader);
const struct note *reader_notes(struct reader *reader, size_t *count);
const struct format *reader_format(const struct reader *reader);

/*
 * A file is published whole or not at all: a temporary name beside it, fsync,
 * rename, fsync of the folder. path "-" is standard output, written as it
 * comes. writer_close without a commit before removes the temporary file.
 */
enum status writer_open(struct writer **out, const struct format *format,
                        const char *path, const struct writer_options *options,
                        struct err *err); /* 73 when it cannot be created; 64
                                             to a name that ends in .gz */
/*
 * STOP 74, which may be of a record before, or REJECT when a name or a text of
 * it cannot stand in the file: bad_character, bad_name, not_in_encoding,
 * err.field naming the member. Then nothing of the record is written, and the
 * next may be.
 */
enum status writer_write(struct writer *writer, const struct node *object,
                         struct err *err);
/*
 * Whether one text can stand in a file of that format and encoding (NULL:
 * UTF-8): OK, or REJECT as above.
 */
enum status format_holds(const struct format *format, const char *encoding,
                         struct text text, struct err *err);
enum status writer_commit(struct writer *writer, struct err *err);
/*
 * The same in two steps, for files that are published together: all is written
 * and on the disk, then it gets its name. STOP 74.
 */
enum status writer_settle(struct writer *writer, struct err *err);
enum status writer_publish(struct writer *writer, struct err *err);
/* Shown every byte that goes into the file, in order, by whatever thread writes
 * it, and all of them by the end of writer_settle; set before the first. */
typedef void writer_watch(void *self, struct text bytes);
void writer_watched(struct writer *writer, writer_watch *watch, void *self);
void writer_close(struct writer *writer); /* NULL is fine */

/* The same publishing for a file that is no record file (reports). */
/* Whether it could be, as far as can be known before: 73. */
enum status file_try(const char *path, struct err *err);
enum status file_publish(const char *path, struct text content,
                         struct err *err);
/* The same, and everybody may read it (0644), whatever it was before. */
enum status file_publish_for_all(const char *path, struct text content,
                                 struct err *err);

#endif
