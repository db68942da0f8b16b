/*
 * progress.c - the line that moves while a run works.
 */
#include "sync/progress.h"

#include "formats/log.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_EVERY_MS = 100 };

static bool silent, shown;
static int64_t shown_ms;

void progress_quiet(bool quiet)
{
    silent = quiet;
}

static bool wanted(void)
{
    static int terminal = -1;

    if (terminal < 0)
        terminal = isatty(STDERR_FILENO) ? 1 : 0;
    return terminal == 1 && !silent && !log_is_json();
}

static int64_t ticks_ms(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* A line that wraps could not be taken away again. */
static size_t columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        return size.ws_col;
    return 80;
}

void progress(bool now, const char *format, ...)
{
    char line[256];
    size_t room;
    va_list arguments;

    if (!wanted() || (!now && ticks_ms() - shown_ms < PROGRESS_EVERY_MS))
        return;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    room = columns() - 1;
    if (strlen(line) > room && room < sizeof(line))
        line[room] = '\0';
    (void)fprintf(stderr, "\r\033[K%s", line);
    (void)fflush(stderr);
    shown = true;
    shown_ms = ticks_ms();
}

void progress_clear(void)
{
    if (!shown)
        return;
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    shown = false;
}
