/*
 * json_scan.h - the pieces that json_stream.c walks over: the next byte, one
 * value cut out, one value passed over. For json_*.c only.
 *
 * What is cut out as a record is not parsed; what is passed over is, piece by
 * piece, since nobody will look at it again. STOP always has its place.
 */
#ifndef FORMATS_JSON_SCAN_H
#define FORMATS_JSON_SCAN_H

#include "formats/json_stream.h"

/* What scan_peek gives beside a byte; AT_STOP has filled err. */
enum { AT_END = -1, AT_STOP = -2 };

/* The next byte that is not blank, not taken. */
int scan_peek(struct json_stream *stream, struct err *err);
/* Takes the byte that scan_peek gave. */
static inline void scan_take(struct json_stream *stream)
{
    stream->window.begin++;
}

/* STOP 65 broken_file, at the line where the stream is. */
enum status scan_broken(const struct json_stream *stream, struct err *err,
                        const char *message);
/* STOP, with the stream's place if err has none. */
enum status scan_stop(const struct json_stream *stream, struct err *err);

/*
 * The value that begins with first, whole; raw is in the window. Lists and
 * objects are known by their brackets alone.
 */
enum status scan_cut(struct json_stream *stream, int first, struct text *raw,
                     struct err *err);
/* A member's name and the colon behind it; key lives in stream->arena. */
enum status scan_key(struct json_stream *stream, struct text *key,
                     struct err *err);
/* Past a value, whatever its size; with inside past the rest of a list whose
 * bracket was taken. All of it must be JSON. */
enum status scan_skip(struct json_stream *stream, bool inside, struct err *err);

#endif
