/*
 * lock.h - kernel locks on files, which die with the process that holds them.
 *
 * A lock file is never removed by us: two processes could then hold locks on
 * two files of one name. If somebody else removed it, that is noticed.
 */
#ifndef STATE_LOCK_H
#define STATE_LOCK_H

#include <stdint.h>
#include <sys/types.h>

#include "formats/err.h"

enum lock_result {
    LOCK_TAKEN,   /* ours now */
    LOCK_BUSY,    /* somebody held it all the time */
    LOCK_STRANGE, /* what is at the path is no lock file of ours */
    LOCK_FAILED,  /* errno says why */
};

/* Why nobody should wait any more. */
enum lock_halt {
    LOCK_GO_ON,
    LOCK_INTERRUPTED,
    LOCK_DEADLINE,
};

enum {
    /* What is held in hand may still be written down after that. */
    LOCK_LAST_PATIENCE_MS = 2000,
};

/*
 * What every wait of this process looks at, from now on: the number a signal
 * handler sets (borrowed; NULL none), and a time so many ms from now (0 none).
 */
void lock_heed(const volatile int *interrupted, uint64_t within_ms);
enum lock_halt lock_halted(void);

/*
 * Takes the lock on the file at path, opening (mode 0600, made when missing)
 * *fd if it is -1. Waits at most patience_ms, and at most LOCK_LAST_PATIENCE_MS
 * once lock_halted(); *waited_ms, when given, says how long it took. *fd stays
 * open unless what was opened is not what a lock file may be: a plain file of
 * one name that is ours.
 */
enum lock_result lock_take(int *fd, const char *path, int64_t patience_ms,
                           int64_t *waited_ms);
/* STRANGE and FAILED, told to a person, without the place. */
enum status lock_fail(enum lock_result result, struct err *err);
void lock_drop(int fd);    /* lets go, keeps the file open; -1 is fine */
void lock_close(int *fd);  /* lets go; sets -1 */
void lock_sign(int fd);    /* writes our pid into the file */
pid_t lock_signed(int fd); /* the pid written there; 0 unknown */
/* The same by name, when that process is alive; takes no lock. */
pid_t lock_holder(const char *path);

#endif
