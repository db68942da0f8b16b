/*
 * input.h - a file, or standard input, as a stream of UTF-8.
 *
 * Compression (gz bz2 xz zst lz4) and zip come off, a BOM is read and removed,
 * UTF-16 with a BOM and declared encodings pass through iconv. Bytes without a
 * declared encoding are handed on as they are: the readers check each record,
 * so that one bad row costs one row.
 *
 * Nothing is guessed. Who is believed: a byte order mark before the user
 * (--encoding), the user before what the file declares, that before what a
 * mapping says is usual. Unpacked bytes are bounded (INPUT_MAX).
 */
#ifndef FORMATS_INPUT_H
#define FORMATS_INPUT_H

#include "formats/err.h"
#include "formats/text.h"

struct input;

/*
 * Who says what the encoding is. A mapping tells what such files usually are:
 * where all of a file's other bytes are good UTF-8 instead, that is a doubt to
 * be settled by the user (65), never by a guess. It shows at the file's end.
 */
enum encoding_origin { ENCODING_USUAL, ENCODING_TOLD };

/*
 * path "-" is standard input; what can be read only once is kept in an unlinked
 * temporary file, so that every input can be rewound and opened again. A zip
 * with more than one data file is an error, "some.zip/people.csv" is a file in
 * one.
 * encoding NULL: as found. Exit codes: 66 cannot be opened, 65 broken, written
 * to while it is read, or of an encoding we do not know, 74 read error.
 */
enum status input_open(struct input **out, const char *path,
                       const char *encoding, enum encoding_origin origin,
                       struct err *err);
void input_close(struct input *input); /* NULL is fine */
/* Start again from the first byte. */
enum status input_rewind(struct input *input, struct err *err);
/*
 * What the file itself says its encoding is (an XML declaration); starts again
 * from the first byte. 65 when it is not one we know.
 */
enum status input_declare(struct input *input, const char *encoding,
                          struct err *err);
/* Up to size bytes; *got 0 with END at the end. */
enum status input_read(struct input *input, char *to, size_t size, size_t *got,
                       struct err *err);
/*
 * The same bytes once more, by their place in what input_read gave, wherever
 * it reads now. Only of a file that keeps them: not of what is unpacked or
 * converted on the way. STOP: 65 when the file was written to since it was
 * opened, 74 read error.
 */
bool input_keeps(const struct input *input);
enum status input_again(const struct input *input, uint64_t place, char *to,
                        size_t size, struct err *err);
const char *input_name(const struct input *input);     /* as messages say it */
const char *input_encoding(const struct input *input); /* "UTF-8", ... */
/*
 * True when the user or the file itself (a BOM, a declaration) told the
 * encoding; a mapping's usual one is not known to be right.
 */
bool input_encoding_known(const struct input *input);

#endif
