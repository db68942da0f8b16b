/*
 * clean_time.c - times: ISO 8601, a format that the mapping names, or the day
 * numbers of spreadsheets.
 *
 * The order of day and month is never guessed. A time without a zone is UTC.
 */
#include "mappings/cleaners.h"

#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TIME_SIZE_MAX = 100, /* bytes; the longest format has weekday and month */
    YEAR_MAX = 9999,
    SECONDS_A_DAY = 24 * 60 * 60,
};

/* What is left to read; at is never past the end. */
struct cursor {
    const char *at;
};

static bool digits(struct cursor *cursor, int wanted, int *out)
{
    int value = 0;

    for (int i = 0; i < wanted; i++) {
        if (cursor->at[i] < '0' || cursor->at[i] > '9')
            return false;
        value = value * 10 + (cursor->at[i] - '0');
    }
    cursor->at += wanted;
    *out = value;
    return true;
}

static bool take(struct cursor *cursor, char byte)
{
    if (*cursor->at != byte)
        return false;
    cursor->at++;
    return true;
}

/* ".123": finer than any customer's date has to be. */
static void skip_fraction(struct cursor *cursor)
{
    const char *at = cursor->at;

    if ((*at != '.' && *at != ',') || at[1] < '0' || at[1] > '9')
        return;
    for (at++; *at >= '0' && *at <= '9'; at++)
        ;
    cursor->at = at;
}

/* "Z", "UTC", "+10", "+10:00", "+1000", blanks before it; nothing is UTC. */
static bool zone(struct cursor *cursor, long *offset)
{
    int sign, hours, minutes = 0;

    while (take(cursor, ' '))
        ;
    *offset = 0;
    if (*cursor->at == '\0' || take(cursor, 'Z') || take(cursor, 'z'))
        return *cursor->at == '\0';
    if (strcmp(cursor->at, "UTC") == 0 || strcmp(cursor->at, "GMT") == 0)
        return true;
    sign = *cursor->at == '-' ? -1 : 1;
    if (!take(cursor, '+') && !take(cursor, '-'))
        return false;
    if (!digits(cursor, 2, &hours))
        return false;
    if (take(cursor, ':') || *cursor->at != '\0')
        if (!digits(cursor, 2, &minutes))
            return false;
    *offset = sign * (hours * 60L + minutes) * 60;
    return *cursor->at == '\0' && hours <= 14 && minutes < 60;
}

/* "2026-11-20", "20261120"; then "T01:02:03", " 01:02", "T010203". */
static bool read_iso(const char *text, struct tm *tm, long *offset)
{
    struct cursor cursor = {text};
    bool dashes, colons;

    if (!digits(&cursor, 4, &tm->tm_year))
        return false;
    dashes = take(&cursor, '-');
    if (!digits(&cursor, 2, &tm->tm_mon) || (dashes && !take(&cursor, '-')) ||
        !digits(&cursor, 2, &tm->tm_mday))
        return false;
    tm->tm_year -= 1900;
    tm->tm_mon -= 1;
    *offset = 0;
    if (*cursor.at == '\0')
        return true;
    if (!take(&cursor, 'T') && !take(&cursor, 't') && !take(&cursor, ' '))
        return false;
    if (!digits(&cursor, 2, &tm->tm_hour))
        return false;
    colons = take(&cursor, ':');
    if (!digits(&cursor, 2, &tm->tm_min))
        return false;
    if (colons ? take(&cursor, ':') : *cursor.at >= '0' && *cursor.at <= '9') {
        if (!digits(&cursor, 2, &tm->tm_sec))
            return false;
        skip_fraction(&cursor);
    }
    return zone(&cursor, offset);
}

static bool read_format(const char *text, const char *format, struct tm *tm,
                        long *offset)
{
    static locale_t plain;
    struct cursor cursor;
    long rest;

    /* Month names are read as written in exports, wherever we run. */
    if (plain == (locale_t)0)
        plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    tm->tm_year = INT_MIN;
    cursor.at = strptime_l(text, format, tm, plain);
    if (cursor.at == NULL || tm->tm_year == INT_MIN)
        return false;
    /* A format without a day names a month: its first day will do. */
    if (tm->tm_mday == 0)
        tm->tm_mday = 1;
    skip_fraction(&cursor);
    if (!zone(&cursor, &rest))
        return false;
    *offset = tm->tm_gmtoff + rest;
    return true;
}

/* timegm() takes the 30th of February for the 2nd of March. */
static bool to_seconds(const struct tm *tm, time_t *out)
{
    struct tm made = *tm;

    if (tm->tm_hour > 23 || tm->tm_min > 59 || tm->tm_sec > 60)
        return false;
    /* A leap second would be the next day. */
    if (made.tm_sec == 60)
        made.tm_sec = 59;
    made.tm_gmtoff = 0;
    *out = timegm(&made);
    return made.tm_year == tm->tm_year && made.tm_mon == tm->tm_mon &&
           made.tm_mday == tm->tm_mday;
}

/* --- day numbers ----------------------------------------------------------*/

enum {
    SERIAL_MAX = 2958465, /* 9999-12-31 */
    /* Spreadsheets count a 29 February 1900, which never was. */
    NO_DAY = 60,
};

/* "45321" and "45321.5", with a comma too: the day and the part of one. */
static bool read_serial(struct text text, uint64_t *day, double *part)
{
    size_t end = 0;
    double worth = 0.1;

    while (end < text.size && text.at[end] != '.' && text.at[end] != ',')
        end++;
    *part = 0;
    if (!text_to_u64((struct text){text.at, end}, day))
        return false;
    for (size_t i = end + 1; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        *part += (text.at[i] - '0') * worth;
        worth /= 10;
    }
    return end == text.size || end + 1 < text.size;
}

bool is_serial(struct text text)
{
    uint64_t day;
    double part;

    return text.size >= 5 && text.size <= TIME_SIZE_MAX &&
           read_serial(text, &day, &part) && day >= 10000 && day <= 99999;
}

static bool serial_seconds(struct text text, bool since_1904, time_t *out)
{
    struct tm start = {.tm_year = since_1904 ? 4 : -1,
                       .tm_mon = since_1904 ? 0 : 11,
                       .tm_mday = since_1904 ? 1 : 30};
    uint64_t day;
    double part;

    if (!read_serial(text, &day, &part) || day > SERIAL_MAX)
        return false;
    if (!since_1904 && (day == 0 || day == NO_DAY))
        return false;
    /* Day 1 is the first of January 1900, and from day 61 on one is missing. */
    if (!since_1904 && day < NO_DAY)
        start.tm_mday = 31;
    *out = timegm(&start) + (time_t)day * SECONDS_A_DAY +
           (time_t)(part * SECONDS_A_DAY + 0.5);
    return true;
}

static bool read_time(struct text text, const char *format, struct arena *arena,
                      time_t *out)
{
    struct tm tm = {.tm_mday = 0};
    const char *string = arena_string(arena, text);
    long offset = 0;

    if (format != NULL && strcmp(format, "serial") == 0)
        return serial_seconds(text, false, out);
    if (format != NULL && strcmp(format, "serial-1904") == 0)
        return serial_seconds(text, true, out);
    if (format != NULL ? !read_format(string, format, &tm, &offset)
                       : !read_iso(string, &tm, &offset))
        return false;
    if (!to_seconds(&tm, out))
        return false;
    *out -= offset;
    return true;
}

bool clean_time(struct text raw, const char *format, struct arena *arena,
                struct text *out)
{
    struct text text = clean_text(raw, arena);
    struct tm utc;
    time_t seconds;

    if (text.size == 0 || text.size > TIME_SIZE_MAX ||
        memchr(text.at, '\0', text.size) != NULL ||
        !read_time(text, format, arena, &seconds))
        return false;
    if (gmtime_r(&seconds, &utc) == NULL || utc.tm_year < 1 - 1900 ||
        utc.tm_year > YEAR_MAX - 1900)
        return false;
    *out = arena_print(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ",
                       utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                       utc.tm_hour, utc.tm_min, utc.tm_sec);
    return true;
}
