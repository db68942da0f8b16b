/*
 * text.h - a borrowed run of bytes, and a buffer that grows.
 *
 * A text never owns: it points into an arena, a window of input or a literal,
 * and dies with it. Texts that an arena or a buffer made are followed by a NUL
 * byte that is not counted, so they may be handed to C functions as strings.
 */
#ifndef FORMATS_TEXT_H
#define FORMATS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    const char *at; /* NULL only when size is 0 */
    size_t size;    /* bytes */
};

#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})
#define TEXT_ARGS(t)  (int)(t).size, ((t).at != NULL ? (t).at : "") /* %.*s */

struct text text_of(const char *string); /* NULL gives an empty text */
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *string);
/* ASCII letters fold, all other bytes compare as they are. */
bool text_is_nocase(struct text a, const char *string);
bool text_starts(struct text a, const char *prefix);
/* Byte order; for sorting. */
int text_compare(struct text a, struct text b);
/* Outer ASCII blanks, tabs and line ends off. */
struct text text_trim(struct text a);
/* Position of the first occurrence, or a.size. */
size_t text_find(struct text a, const char *needle);
/* Printable ASCII, blanks too, and nothing else. */
bool text_is_printable(struct text a);
/* Strict UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool text_is_utf8(struct text a);
/* Number of code points of valid UTF-8. */
size_t text_length(struct text a);
/*
 * A decimal number without sign, nothing else around it; false when it is not
 * one or does not fit.
 */
bool text_to_u64(struct text a, uint64_t *out);

/* Grows by doubling; a run out of memory ends the process (exit 70 by abort).
 */
struct buffer {
    char *at;
    size_t size, room; /* bytes */
};

void buffer_add(struct buffer *buffer, const void *bytes, size_t size);
void buffer_text(struct buffer *buffer, struct text text);
void buffer_string(struct buffer *buffer, const char *string);
void buffer_byte(struct buffer *buffer, char byte);
void buffer_print(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_clear(struct buffer *buffer); /* keeps the room */
void buffer_free(struct buffer *buffer);  /* may be used again */
struct text buffer_view(const struct buffer *buffer);

#endif
