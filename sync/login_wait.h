/*
 * login_wait.h - until a person has answered the provider's page.
 *
 * The browser brings the answer to our port, or the person pastes it: whichever
 * comes first. A signal ends the wait at once.
 */
#ifndef SYNC_LOGIN_WAIT_H
#define SYNC_LOGIN_WAIT_H

#include "sync/loopback.h"

#include "formats/arena.h"

/* One that never changes: providers want to know the address before. */
enum { LOGIN_PORT = 8737 };

struct login_wait {
    struct loopback *loopback; /* borrowed, or NULL: nobody can come */
    bool terminal;             /* standard input is one: ask again */
    const char *state;         /* the answer must have it */
    struct arena *arena;
};

/* STOP: 77 the page said no, 65 no answer to this login came, 75 too late. */
enum status login_wait(const struct login_wait *wait, struct text *code,
                       struct err *err);

#endif
