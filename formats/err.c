/*
 * err.c - one line about what went wrong.
 */
#include "formats/err.h"

#include "formats/log.h"
#include "formats/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bytes of the character that begins here; 0 when none does. */
static size_t character(const char *at, size_t left)
{
    for (size_t size = 1; size <= 4 && size <= left; size++)
        if (text_is_utf8((struct text){at, size}))
            return size;
    return 0;
}

/*
 * Printed by way of a copy, since the arguments may lie in the err that is
 * being filled. What a stranger wrote may reach a terminal from here: control
 * characters become question marks, nothing is cut inside a character, and what
 * a "%.40s" did cut becomes question marks too.
 */
static void print_line(char *to, size_t size, const char *format,
                       va_list arguments)
{
    char line[1024];
    size_t end, lead;
    int printed = vsnprintf(line, sizeof(line), format, arguments);
    size_t want = printed > 0 ? (size_t)printed : 0;

    end = want < sizeof(line) ? want : sizeof(line) - 1;
    end = end < size ? end : size - 1;
    if (end < want) {
        for (lead = end; lead > 0 && end - lead < 3; lead--)
            if (((unsigned char)line[lead] & 0xc0) != 0x80)
                break;
        end = lead;
    }
    for (size_t i = 0; i < end; i += lead) {
        lead = character(line + i, end - i);
        memcpy(to + i, line + i, lead);
        if (lead == 0)
            lead = 1;
        else if ((unsigned char)line[i] >= 0x20 && line[i] != 0x7f)
            continue;
        to[i] = '?';
    }
    to[end] = '\0';
}

enum status fail(struct err *err, enum status status, int exit,
                 const char *code, const char *format, ...)
{
    char message[sizeof(err->message)];
    va_list arguments;

    va_start(arguments, format);
    print_line(message, sizeof(message), format, arguments);
    va_end(arguments);

    *err = (struct err){.status = status, .exit = exit};
    (void)snprintf(err->code, sizeof(err->code), "%s", code);
    memcpy(err->message, message, sizeof(message));
    return status;
}

void err_hint(struct err *err, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(err->hint, sizeof(err->hint), format, arguments);
    va_end(arguments);
}

void err_place(struct err *err, const char *format, ...)
{
    va_list arguments;

    if (err->place[0] != '\0')
        return;
    va_start(arguments, format);
    print_line(err->place, sizeof(err->place), format, arguments);
    va_end(arguments);
}

void err_print(const struct err *err)
{
    log_tell(&(struct log_line){
        .level = LEVEL_ERROR,
        .place = err->place,
        .code = err->code,
        .message = err->message,
        .hint = err->hint,
    });
}
