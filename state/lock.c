/*
 * lock.c - flock, with patience.
 */
#include "state/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

/* One look without waiting. */
static enum lock_result lock_try(int *fd, const char *path)
{
    for (;;) {
        if (*fd < 0)
            *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (*fd < 0)
            return LOCK_FAILED;
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
    enum lock_result result;

    while ((result = lock_try(fd, path)) == LOCK_BUSY) {
        waited = clock_ms() - began;
        if (waited >= patience_ms)
            break;
        sleep_ms(pause);
        pause = pause * 2 < LOOK_LAST_MS ? pause * 2 : LOOK_LAST_MS;
    }
    if (waited_ms != NULL)
        *waited_ms = waited > 0 ? clock_ms() - began : 0;
    return result;
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
