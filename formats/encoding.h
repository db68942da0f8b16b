/*
 * encoding.h - a declared encoding to UTF-8, through iconv.
 *
 * Only encodings on a list of ours, never //TRANSLIT or //IGNORE: a byte that
 * the encoding does not have is an error, not a guess.
 */
#ifndef FORMATS_ENCODING_H
#define FORMATS_ENCODING_H

#include "formats/err.h"
#include "formats/text.h"

struct encoding;

/*
 * The name as iconv takes it, for what a user or an XML declaration wrote
 * (any case, "latin1", "cp1252"); NULL when it is not on the list.
 */
const char *encoding_named(struct text name);
/* What people write for it ("windows-1252"), for messages and declarations. */
const char *encoding_label(const char *name);
/* Whether bytes of it need no conversion. */
bool encoding_is_utf8(const char *name);
/* Whether a letter takes two bytes or four in it. */
bool encoding_is_wide(const char *name);

/* name from encoding_named. STOP 65 when this system cannot convert it. */
enum status encoding_open(struct encoding **out, const char *name,
                          struct err *err);
void encoding_close(struct encoding *encoding); /* NULL is fine */
/*
 * Converts as much as fits: *from moves behind what was used, *got is what was
 * written. The bytes of a character that is not whole yet stay in *from; with
 * last set they are an error. At the end call it with last until *from is empty
 * and *got is 0: some encodings hold a letter back until they know that no
 * accent follows. STOP 65 bad_encoding at a byte it cannot be.
 */
enum status encoding_convert(struct encoding *encoding, struct text *from,
                             bool last, char *to, size_t size, size_t *got,
                             struct err *err);

/*
 * The other way, for files that are written. name from encoding_named, NULL is
 * UTF-8. encoding_has: whether the text can be written in it and is read back
 * the same; encoding_add appends it, false when it cannot be (then nothing is
 * appended).
 */
bool encoding_has(const char *name, struct text text);
bool encoding_add(const char *name, struct text text, struct buffer *out);
/* A few bytes of it as UTF-8, appended; false when they are none of it. */
bool encoding_read(const char *name, struct text bytes, struct buffer *out);

#endif
