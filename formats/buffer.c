/*
 * buffer.c - bytes that grow at the end.
 */
#include "formats/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

/* Room for that many more bytes and the NUL behind them. */
static void reserve(struct buffer *buffer, size_t more)
{
    size_t need, room = buffer->room > 0 ? buffer->room : FIRST_ROOM;

    if (__builtin_add_overflow(buffer->size, more, &need) ||
        __builtin_add_overflow(need, 1, &need))
        abort();
    if (need <= buffer->room)
        return;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    buffer->at = realloc(buffer->at, room);
    if (buffer->at == NULL)
        abort();
    buffer->room = room;
}

void buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
    reserve(buffer, size);
    if (size > 0)
        memcpy(buffer->at + buffer->size, bytes, size);
    buffer->size += size;
    buffer->at[buffer->size] = '\0';
}

void buffer_text(struct buffer *buffer, struct text text)
{
    buffer_add(buffer, text.at, text.size);
}

void buffer_string(struct buffer *buffer, const char *string)
{
    buffer_add(buffer, string, strlen(string));
}

void buffer_byte(struct buffer *buffer, char byte)
{
    buffer_add(buffer, &byte, 1);
}

void buffer_print(struct buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    int size;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    if (size > 0) {
        reserve(buffer, (size_t)size);
        (void)vsnprintf(buffer->at + buffer->size, (size_t)size + 1, format,
                        again);
        buffer->size += (size_t)size;
    }
    va_end(again);
    va_end(arguments);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    if (buffer->at != NULL)
        buffer->at[0] = '\0';
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->at);
    *buffer = (struct buffer){0};
}

struct text buffer_view(const struct buffer *buffer)
{
    return (struct text){buffer->at != NULL ? buffer->at : "", buffer->size};
}
