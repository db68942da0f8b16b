/*
 * yaml.h - a YAML 1.2 core (or JSON) file as a tree that knows its places.
 *
 * Only libyaml's events are used. A key given twice, anchors, aliases, tags, a
 * second document, depth past DEPTH_MAX and files past YAML_MAX are errors with
 * FILE:LINE:COLUMN. Plain scalars: true/false/null (also ~ and empty), numbers
 * by the core schema become NODE_NUMBER with their text; all else, and all
 * that is quoted, is text. What JSON would not call a number is text too: a
 * leading zero, `+61`, `.5`, `0x1F`. Every node has line and column (from 1); a
 * member's place is where its key begins.
 */
#ifndef MAPPINGS_YAML_H
#define MAPPINGS_YAML_H

#include <sys/stat.h>

#include "formats/node.h"

/*
 * STOP, exit 78 (66 cannot be read). Such a file decides where data and
 * credentials go, so one that everybody may write is refused.
 */
enum status yaml_load(const char *path, struct arena *arena,
                      struct names *names, struct node **out, struct err *err);
/* The same; *seen is what the file that was read is (zeroes: not a file). */
enum status yaml_load_seen(const char *path, struct arena *arena,
                           struct names *names, struct node **out,
                           struct stat *seen, struct err *err);
enum status yaml_parse(struct text bytes, const char *shown_as,
                       struct arena *arena, struct names *names,
                       struct node **out, struct err *err);

/*
 * Checking what was loaded. A check collects every fault, so that a file is
 * mended in one go. The first is what the run ends with (check_end); every
 * further one is printed to standard error as it is found, as
 * "FILE:LINE:COLUMN: message" + hint, so that each is told once. A hint that is
 * the first one's comes once as well, at the end.
 */
struct check {
    const char *file;
    struct err first; /* what the run ends with */
    struct err last;  /* a later one, told when its hint is known; OK: none */
    unsigned count;   /* faults so far; printing stops after 20 */
    bool quiet;       /* collect only (tests, recognition) */
};

void check_fault(struct check *check, const struct node *at, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));
void check_hint(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Every member of object must be in names (ended by NULL); others are faults
 * "unknown key 'x'" with a "did you mean". False when there was one.
 */
bool check_keys(struct check *check, const struct node *object,
                const char *const *names, const char *what);
/* The text of a member that must be a text or number; empty when absent. */
struct text check_text(struct check *check, const struct node *object,
                       const char *name);
bool check_flag(struct check *check, const struct node *object,
                const char *name, bool otherwise);
/* OK, or STOP with the first fault in err (exit 78). */
enum status check_end(struct check *check, struct err *err);
/* The nearest of names (ended by NULL) within a small edit distance, or NULL.
 */
const char *suggest(const char *word, const char *const *names);

#endif
