/*
 * util.c - text, JSON and time; crypto.c has the rest of util.h.
 */
#include "util.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

void *must_alloc(void *pointer)
{
    if (pointer == NULL) {
        fputs("custsync-sandbox: out of memory\n", stderr);
        _exit(EX_OSERR);
    }
    return pointer;
}

char *copy(const char *text)
{
    return must_alloc(strdup(text));
}

char *print(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    va_end(arguments);
    return must_alloc(text);
}

char *fold(const char *text)
{
    char *folded, *to;
    mbstate_t from_state = {0}, to_state = {0};
    bool blank = false;

    if (text == NULL)
        return NULL;
    /* A character grows by no more than a few bytes when its case changes. */
    to = folded = must_alloc(malloc(strlen(text) * 4 + 8));
    while (*text != '\0') {
        wchar_t wide;
        size_t used = mbrtowc(&wide, text, strlen(text), &from_state);
        size_t made;

        if (used == 0 || used > 8) { /* not a character: kept as it is */
            memset(&from_state, 0, sizeof(from_state));
            *to++ = *text++;
            continue;
        }
        text += used;
        if (iswspace((wint_t)wide)) {
            blank = to != folded;
            continue;
        }
        if (blank)
            *to++ = ' ';
        blank = false;
        made = wcrtomb(to, (wchar_t)towlower((wint_t)wide), &to_state);
        if (made != (size_t)-1)
            to += made;
    }
    *to = '\0';
    return folded;
}

char *trim(const char *text)
{
    size_t size;

    if (text == NULL)
        return NULL;
    while (isspace((unsigned char)*text))
        text++;
    size = strlen(text);
    while (size > 0 && isspace((unsigned char)text[size - 1]))
        size--;
    return must_alloc(strndup(text, size));
}

char *digits(const char *text)
{
    char *found, *to;

    if (text == NULL)
        return NULL;
    to = found = must_alloc(malloc(strlen(text) + 1));
    for (; *text != '\0'; text++)
        if (isdigit((unsigned char)*text))
            *to++ = *text;
    *to = '\0';
    return found;
}

size_t characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        if (((unsigned char)*text & 0xC0) != 0x80)
            count++;
    return count;
}

bool is_blank(const char *text)
{
    if (text == NULL)
        return true;
    while (isspace((unsigned char)*text))
        text++;
    return *text == '\0';
}

bool is_email(const char *text)
{
    const char *at = strchr(text, '@');
    const char *dot;

    if (at == NULL || at == text || strchr(at + 1, '@') != NULL)
        return false;
    for (const char *c = text; *c != '\0'; c++)
        if (isspace((unsigned char)*c) || iscntrl((unsigned char)*c) ||
            strchr("<>(),;:\"[]\\", *c) != NULL)
            return false;
    if (strstr(text, "..") != NULL || text[0] == '.' || at[-1] == '.')
        return false;
    dot = strrchr(at, '.');
    return dot != NULL && dot > at + 1 && dot[1] != '\0';
}

bool is_uuid(const char *text, bool only_v4)
{
    if (strlen(text) != 36)
        return false;
    for (int i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i] != '-')
                return false;
        } else if (!isxdigit((unsigned char)text[i])) {
            return false;
        }
    }
    return !only_v4 || (text[14] == '4' && strchr("89abAB", text[19]) != NULL);
}

bool is_all_digits(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

bool parse_number(const char *text, int64_t max, int64_t *number)
{
    int64_t value = 0;

    if (text == NULL || !is_all_digits(text) || strlen(text) > 18)
        return false;
    for (; *text != '\0'; text++)
        value = value * 10 + (*text - '0');
    *number = value;
    return value <= max;
}

/* The length of the string that starts at a quote mark, 0 when not ours. */
static size_t stringified_string(const char *text, size_t size)
{
    for (size_t i = 1; i < size; i++) {
        if (text[i] == '"')
            return i + 1;
        if (text[i] != '\\')
            continue;
        if (++i == size)
            return 0;
        if (strchr("\"\\bfnrt", text[i]) != NULL)
            continue;
        /* Only control characters without a short form, in small hex. */
        if (text[i] != 'u' || size - i < 5 || text[i + 1] != '0' ||
            text[i + 2] != '0' || strchr("01", text[i + 3]) == NULL ||
            strchr("0123456789abcdef", text[i + 4]) == NULL)
            return 0;
        if (text[i + 3] == '0' && strchr("89acd", text[i + 4]) != NULL)
            return 0;
        i += 4;
    }
    return 0;
}

static bool stringified_number(const char *text, size_t size)
{
    const char *dot = memchr(text, '.', size);

    if (memchr(text, 'E', size) != NULL ||
        (size == 2 && text[0] == '-' && text[1] == '0'))
        return false;
    return dot == NULL || memchr(text, 'e', size) != NULL ||
           text[size - 1] != '0';
}

bool is_stringified(const char *text, size_t size)
{
    size_t i = 0;

    while (i < size) {
        size_t used = 1;

        if (text[i] == '"') {
            used = stringified_string(text + i, size - i);
            if (used == 0)
                return false;
        } else if (isspace((unsigned char)text[i])) {
            return false;
        } else if (text[i] == '-' || isdigit((unsigned char)text[i])) {
            while (i + used < size && (isalnum((unsigned char)text[i + used]) ||
                                       strchr("+-.", text[i + used]) != NULL))
                used++;
            if (!stringified_number(text + i, used))
                return false;
        }
        i += used;
    }
    return true;
}

const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

void take(json_t *to, const char *name, json_t *value)
{
    if (value == NULL)
        json_object_set_new(to, name, json_null());
    else
        json_object_set(to, name, value);
}

static _Atomic int64_t shift_ms;

void clock_shift(int64_t ms)
{
    shift_ms = ms;
}

int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + shift_ms;
}

char *http_date(int64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    char date[40];

    gmtime_r(&seconds, &parts);
    strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return copy(date);
}

char *iso_time(int64_t ms, const char *zone, bool with_ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm parts;
    char text[40];

    gmtime_r(&seconds, &parts);
    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    if (with_ms)
        return print("%s.%03d%s", text, (int)(ms % 1000), zone);
    return print("%s%s", text, zone);
}
