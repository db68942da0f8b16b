/*
 * err.h - how a failure is told.
 *
 * A status says how far a failure reaches, an err what it was. The first to
 * know writes the message; callers above may only add the place. A message is
 * one line, lower case, without full stop; a hint says what to do about it.
 * Neither ever holds a secret.
 */
#ifndef FORMATS_ERR_H
#define FORMATS_ERR_H

#include <stdint.h>

enum status {
    OK = 0,
    END,    /* nothing more to read; no err is written */
    REJECT, /* this record or value only; go on with the next */
    RETRY,  /* this call may succeed later */
    STOP,   /* this source, provider or run */
};

/* Exit codes, as the manual names them (sysexits and our two own). */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_SOME = 1,    /* done, but some rows did not get there */
    EXIT_CHANGES = 2, /* plan --exit-code */
    EXIT_USAGE = 64,
    EXIT_DATA = 65,
    EXIT_NOINPUT = 66,
    EXIT_UNAVAILABLE = 69,
    EXIT_BUG = 70,
    EXIT_CANTCREAT = 73,
    EXIT_IO = 74,
    EXIT_TRYLATER = 75,
    EXIT_CREDENTIALS = 77,
    EXIT_CONFIG = 78,
};

struct err {
    enum status status;
    int exit;        /* enum exit_code that fits if this ends the run */
    char code[40];   /* stable, lower snake case; the manual lists them */
    char field[64];  /* our field name, or "" */
    char place[512]; /* "FILE:LINE:COLUMN", "FILE:LINE", "shop:" or "" */
    char message[1024];
    char hint[512]; /* or "" */
};

/* Fills err whole and returns the status, so that `return fail(...)` reads. */
enum status fail(struct err *err, enum status status, int exit,
                 const char *code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Adds to an err already filled. */
void err_hint(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets the place when none is known yet. */
void err_place(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* To standard error, as log.h has it. */
void err_print(const struct err *err);

#endif
