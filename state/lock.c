/*
 * lock.c - flock, with patience.
 */
#include "state/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A commit takes about a millisecond, so the first look is soon; a plan of a
 * million rows takes half a minute, so the later ones are seldom. */
enum { LOOK_FIRST_MS = 1, LOOK_LAST_MS = 20 };

static int64_t clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One process, one signal, one deadline: every wait hears the same. */
static const volatile int *signalled;
static int64_t deadline_ms;

void lock_heed(const volatile int *interrupted, uint64_t within_ms)
{
    signalled = interrupted;
    deadline_ms = 0;
    if (within_ms > 0 && within_ms < INT64_MAX / 2)
        deadline_ms = clock_ms() + (int64_t)within_ms;
}

enum lock_halt lock_halted(void)
{
    if (signalled != NULL && *signalled != 0)
        return LOCK_INTERRUPTED;
    if (deadline_ms != 0 && clock_ms() >= deadline_ms)
        return LOCK_DEADLINE;
    return LOCK_GO_ON;
}

static void sleep_ms(long ms)
{
    struct timespec time = {.tv_sec = 0, .tv_nsec = ms * 1000000};

    (void)nanosleep(&time, NULL);
}

/* Whether the open file is still the one that others find at the path. */
static bool lock_current(int fd, const char *path)
{
    struct stat held, named;

    return fstat(fd, &held) == 0 && stat(path, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/*
 * A lock file is signed, so it is written: never one that also has another
 * name, and never somebody else's, who could hold us up or misguide us. Root
 * comes upon the lock files of those it works for.
 */
static bool lock_own(int fd)
{
    struct stat held;

    return fstat(fd, &held) == 0 && S_ISREG(held.st_mode) &&
           held.st_nlink <= 1 && (held.st_uid == geteuid() || geteuid() == 0);
}

/* One look without waiting. */
static enum lock_result lock_try(int *fd, const char *path)
{
    /* O_NONBLOCK: to open a pipe must not wait for its other end. */
    const int flags =
        O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

    for (;;) {
        if (*fd < 0)
            *fd = open(path, flags, 0600);
        if (*fd < 0)
            return errno == ELOOP || errno == EISDIR || errno == ENXIO
                       ? LOCK_STRANGE
                       : LOCK_FAILED;
        if (!lock_own(*fd)) {
            lock_close(fd);
            return LOCK_STRANGE;
        }
        if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR)
                continue;
            return errno == EWOULDBLOCK ? LOCK_BUSY : LOCK_FAILED;
        }
        if (lock_current(*fd, path))
            return LOCK_TAKEN;
        lock_close(fd);
    }
}

enum lock_result lock_take(int *fd, const char *path, int64_t patience_ms,
                           int64_t *waited_ms)
{
    int64_t began = clock_ms(), waited = 0;
    long pause = LOOK_FIRST_MS;
    bool halted = false;
    enum lock_result result;

    while ((result = lock_try(fd, path)) == LOCK_BUSY) {
        waited = clock_ms() - began;
        if (!halted && lock_halted() != LOCK_GO_ON) {
            halted = true;
            if (patience_ms > waited + LOCK_LAST_PATIENCE_MS)
                patience_ms = waited + LOCK_LAST_PATIENCE_MS;
        }
        if (waited >= patience_ms)
            break;
        sleep_ms(pause);
        pause = pause * 2 < LOOK_LAST_MS ? pause * 2 : LOOK_LAST_MS;
    }
    if (waited_ms != NULL)
        *waited_ms = waited > 0 ? clock_ms() - began : 0;
    return result;
}

enum status lock_fail(enum lock_result result, struct err *err)
{
    enum status status;

    if (result == LOCK_STRANGE) {
        status = fail(err, STOP, EXIT_IO, "state_io",
                      "cannot lock: not a lock file of this user");
        err_hint(err, "it must be a plain file of one name and one owner; "
                      "put it away if no run needs it");
    } else {
        status = fail(err, STOP, EXIT_IO, "state_io", "cannot lock: %s",
                      strerror(errno));
        err_hint(err, "look at the rights of that file and its folder");
    }
    return status;
}

void lock_drop(int fd)
{
    if (fd >= 0)
        (void)flock(fd, LOCK_UN);
}

void lock_close(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

void lock_sign(int fd)
{
    char line[24];
    int size = snprintf(line, sizeof(line), "%ld\n", (long)getpid());

    /* The pid only serves a message; a full disk must not cost the lock. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, line, (size_t)size, 0) != size)
        errno = 0;
}

pid_t lock_signed(int fd)
{
    char line[24] = "";

    if (pread(fd, line, sizeof(line) - 1, 0) <= 0)
        return 0;
    return (pid_t)strtol(line, NULL, 10);
}

pid_t lock_holder(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    pid_t pid = fd >= 0 ? lock_signed(fd) : 0;

    lock_close(&fd);
    /* Somebody else's process may not be signalled, but it is there. */
    return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) ? pid : 0;
}
