/*
 * reading.h - what the readers have in common: a window over the input, notes
 * about the file, and a count of the rows that are not UTF-8.
 */
#ifndef FORMATS_READING_H
#define FORMATS_READING_H

#include "formats/format.h"

/*
 * The part of an input that is in memory: at[begin..end). It grows to one
 * record of RECORD_MAX and is used again for the next, so a reader is as flat
 * as its largest record.
 */
struct window {
    struct input *input; /* borrowed */
    char *at;
    size_t begin, end, room;
    size_t held;   /* bytes at begin that do not count: of an earlier record */
    uint64_t read; /* bytes of the input that came in, up to end */
    bool ended;    /* nothing comes behind end */
};

/*
 * Reads more behind end; what begins at begin may move to the front. OK with
 * at least one byte more, END, or STOP: 65 too_large past RECORD_MAX.
 */
enum status window_fill(struct window *window, struct err *err);
/* From the first byte of the input. */
enum status window_rewind(struct window *window, struct err *err);
void window_free(struct window *window);
static inline struct text window_view(const struct window *window)
{
    return (struct text){window->at != NULL ? window->at + window->begin : "",
                         window->end - window->begin};
}
/* Where in the input a byte stands that is in memory. */
static inline uint64_t window_place(const struct window *window, const char *at)
{
    return window->read - (uint64_t)(window->at + window->end - at);
}
/* Number of line feeds; with CR LF or LF that is the number of lines. */
uint64_t count_lines(struct text text);

struct notes {
    struct note *items;
    size_t count;
};

/* Past NOTES_MAX they are dropped. */
void notes_add(struct notes *notes, uint64_t line, const char *code,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
void notes_free(struct notes *notes);

/*
 * The member paths of a record ("address.city"), each once, in order, ended by
 * NULL; NULL object: none. A list is one path.
 */
const char *const *paths_of(const struct node *object, struct arena *arena);

enum { EVIDENCE_MAX = 96 };

/*
 * How the word around the first byte that is not UTF-8 reads in windows-1252,
 * or that the byte stands for nothing there. Never more than a few characters:
 * it is somebody's data.
 */
void evidence_of(struct text bytes, char evidence[EVIDENCE_MAX]);
/* A copy with RECORD_MARK for NUL and for bytes that are not UTF-8, one for
 * those that stand together. */
struct text marked(struct text bytes, struct arena *arena);
/* Fills err: what is not UTF-8, the evidence and the option to set. STOP. */
enum status refuse_encoding(const char *what, const char *evidence,
                            struct err *err);

/* Rows seen, and those of them that are not UTF-8. */
struct tally {
    uint64_t rows, bad, first_bad_line;
    char evidence[EVIDENCE_MAX]; /* from the first bad row */
};

/* Counts the row. REJECT with bad_encoding when it is not UTF-8. */
enum status tally_row(struct tally *tally, const struct record *record,
                      struct err *err);
/*
 * At the end of the file: STOP with a hint at --encoding when more than ten
 * and more than one in ten were bad and nothing had told the encoding. Only
 * here, so that the order of the rows does not matter.
 */
enum status tally_end(const struct tally *tally, const struct input *input,
                      struct err *err);

#endif
