/*
 * progress.c - who is told, and when; what is known so far.
 */
#include "sync/progress.h"

#include "formats/log.h"
#include "sync/show.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* --- what is known ---------------------------------------------------------*/

static void begin_rate(struct progress_board *board, int64_t now_ms)
{
    board->older_ms = board->newer_ms = now_ms;
    board->older = board->newer = board->done;
}

void progress_board_phase(struct progress_board *board, int64_t now_ms,
                          const char *doing, const char *subject,
                          uint64_t total, const char *unit)
{
    bool same =
        board->doing != NULL && strcmp(board->doing, doing) == 0 &&
        strncmp(board->subject, subject, sizeof(board->subject) - 1) == 0;

    board->total = total;
    board->unit = unit;
    if (same)
        return;
    board->doing = doing;
    (void)snprintf(board->subject, sizeof(board->subject), "%s", subject);
    board->done = board->requests_left = board->least_ms = 0;
    board->wait.wait_ms = 0;
    begin_rate(board, now_ms);
}

/* Of the last ten to twenty seconds: a burst is forgotten, a pause is not. */
static uint64_t rate_of(struct progress_board *board, int64_t now_ms)
{
    int64_t since_ms;

    if (now_ms < board->newer_ms || board->done < board->newer)
        begin_rate(board, now_ms);
    if (now_ms - board->newer_ms >= PROGRESS_RATE_MS) {
        board->older_ms = board->newer_ms;
        board->older = board->newer;
        board->newer_ms = now_ms;
        board->newer = board->done;
    }
    since_ms = now_ms - board->older_ms;
    return since_ms < 1000
               ? 0
               : (board->done - board->older) * 60000 / (uint64_t)since_ms;
}

/* By the allowed rate, or by our own where the provider is slower. */
static uint64_t left_of(const struct progress_board *board, uint64_t per_minute)
{
    uint64_t left_ms = 0;

    if (board->total > board->done && per_minute > 0)
        left_ms = (board->total - board->done) * 60000 / per_minute;
    return left_ms > board->least_ms ? left_ms : board->least_ms;
}

struct progress_view progress_look(struct progress_board *board, int64_t now_ms)
{
    int64_t waited_ms = now_ms - board->wait_ms;
    struct progress_view view = {
        .doing = board->doing,
        .subject = board->subject,
        .unit = board->unit,
        .done = board->done,
        .total = board->total,
        .per_minute = rate_of(board, now_ms),
        .requests_left = board->requests_left,
        .wait = board->wait,
    };

    view.left_ms = left_of(board, view.per_minute);
    if (waited_ms > 0 && (uint64_t)waited_ms >= view.wait.wait_ms)
        view.wait.wait_ms = 0;
    else if (waited_ms > 0)
        view.wait.wait_ms -= (uint64_t)waited_ms;
    return view;
}

/* --- who is told -----------------------------------------------------------*/

enum way { WAY_UNKNOWN, WAY_NONE, WAY_LINE, WAY_LOG };

static struct progress_board board;
static enum way way;
static bool silent, settles;
static volatile sig_atomic_t shown, resumed;
static int64_t next_ms;

/* systemd says which of its sockets is the journal: "device:inode". */
static bool is_journal(const struct stat *file)
{
    const char *journal = getenv("JOURNAL_STREAM");
    char ours[64];

    (void)snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)file->st_dev,
                   (uintmax_t)file->st_ino);
    return journal != NULL && strcmp(journal, ours) == 0;
}

static enum way find_way(void)
{
    const char *terminal = getenv("TERM");
    struct stat file;

    if (isatty(STDERR_FILENO))
        return terminal != NULL && terminal[0] != '\0' &&
                       strcmp(terminal, "dumb") != 0 && !log_is_json()
                   ? WAY_LINE
                   : WAY_LOG;
    if (fstat(STDERR_FILENO, &file) == 0 &&
        (S_ISREG(file.st_mode) || is_journal(&file)))
        return WAY_LOG;
    return WAY_NONE;
}

/* --- suspended -------------------------------------------------------------*/

static const char away[] = "\r\033[K";

/* The shell writes its prompt next, and the line comes again with the run. */
static void suspend(int number)
{
    struct sigaction action = {.sa_handler = SIG_DFL}, ours;
    sigset_t set;
    int kept = errno;

    if (shown && write(STDERR_FILENO, away, sizeof(away) - 1) > 0)
        shown = 0;
    (void)sigaction(number, &action, &ours);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)raise(number);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL); /* stands still here */
    (void)sigaction(number, &ours, NULL);
    resumed = 1;
    errno = kept;
}

static void heed_suspending(void)
{
    struct sigaction action = {.sa_handler = suspend, .sa_flags = SA_RESTART};
    struct sigaction before;

    if (sigaction(SIGTSTP, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        (void)sigaction(SIGTSTP, &action, NULL);
}

/* --- shown -----------------------------------------------------------------*/

static int64_t ticks_ms(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static enum way the_way(int64_t now_ms)
{
    if (way != WAY_UNKNOWN)
        return way;
    way = silent ? WAY_NONE : find_way();
    if (way == WAY_LINE)
        heed_suspending();
    next_ms = now_ms + (way == WAY_LINE ? PROGRESS_FIRST_MS : PROGRESS_LOG_MS);
    return way;
}

void progress_quiet(bool quiet)
{
    silent = quiet;
    way = WAY_UNKNOWN;
}

/* A line that wraps could not be taken away again; the last column is left
 * free, for some terminals wrap there. */
static size_t columns(void)
{
    size_t wide = show_columns(STDERR_FILENO);

    return wide > 1 ? wide - 1 : 0;
}

/* Whose job is in the background must not write over the shell's line. */
static bool in_front(void)
{
    pid_t group = tcgetpgrp(STDERR_FILENO);

    return group < 0 || group == getpgrp();
}

static void draw(const struct progress_view *view)
{
    struct buffer line = {0};

    if (!in_front())
        return;
    progress_line(view, columns(), &line);
    (void)fprintf(stderr, "%s%.*s", away, TEXT_ARGS(buffer_view(&line)));
    (void)fflush(stderr);
    shown = 1;
    buffer_free(&line);
}

void progress_say(const char *message, const char *hint)
{
    progress_clear();
    log_tell(&(struct log_line){
        .level = LEVEL_INFO, .message = message, .hint = hint});
}

static void log_line(const struct progress_view *view)
{
    struct buffer line = {0};

    progress_line(view, SIZE_MAX, &line);
    buffer_byte(&line, '\0');
    progress_say(line.at, NULL);
    buffer_free(&line);
}

bool progress_watched(void)
{
    return the_way(ticks_ms()) != WAY_NONE;
}

void progress_tick_at(int64_t now_ms)
{
    struct progress_view view;

    if (the_way(now_ms) == WAY_NONE || board.doing == NULL || settles ||
        (now_ms < next_ms && !resumed))
        return;
    resumed = 0;
    view = progress_look(&board, now_ms);
    if (way == WAY_LINE)
        draw(&view);
    else
        log_line(&view);
    next_ms = now_ms + (way == WAY_LINE ? PROGRESS_EVERY_MS : PROGRESS_LOG_MS);
}

void progress_tick(void)
{
    if (way != WAY_NONE && board.doing != NULL)
        progress_tick_at(ticks_ms());
}

void progress_clear(void)
{
    if (!shown)
        return;
    (void)fputs(away, stderr);
    (void)fflush(stderr);
    shown = 0;
}

/* --- said by those who work ------------------------------------------------*/

void progress_phase(const char *doing, const char *subject, uint64_t total,
                    const char *unit)
{
    progress_board_phase(&board, ticks_ms(), doing, subject, total, unit);
    progress_tick();
}

void progress_count(uint64_t done)
{
    board.done = done;
    progress_tick();
}

void progress_requests(uint64_t left, uint64_t least_ms)
{
    board.requests_left = left;
    board.least_ms = least_ms;
}

void progress_waits(const struct progress_wait *wait)
{
    board.wait = *wait;
    board.wait_ms = ticks_ms();
    progress_tick();
}

void progress_settles(bool deadline, uint32_t under_way)
{
    char message[200];

    if (settles || under_way == 0)
        return;
    settles = true;
    (void)snprintf(message, sizeof(message),
                   "%s; %" PRIu32 " request%s under way %s settled first",
                   deadline ? "the deadline has come" : "interrupted",
                   under_way, under_way == 1 ? "" : "s",
                   under_way == 1 ? "is" : "are");
    progress_say(message, deadline ? NULL
                                   : "a second signal ends it at once; the "
                                     "next run looks up what was sent");
}
