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

enum lock_result {
    LOCK_TAKEN,  /* ours now */
    LOCK_BUSY,   /* somebody held it all the time */
    LOCK_FAILED, /* errno says why */
};

/*
 * Takes the lock on the file at path, opening (mode 0600, made when missing)
 * *fd if it is -1. Waits at most patience_ms; *waited_ms, when given, says how
 * long it took. *fd stays open whatever comes out, -1 when it never opened.
 */
enum lock_result lock_take(int *fd, const char *path, int64_t patience_ms,
                           int64_t *waited_ms);
void lock_drop(int fd);    /* lets go, keeps the file open; -1 is fine */
void lock_close(int *fd);  /* lets go; sets -1 */
void lock_sign(int fd);    /* writes our pid into the file */
pid_t lock_signed(int fd); /* the pid written there; 0 unknown */

#endif
