/*
 * login_answer.h - what a browser came back with, or a person pasted.
 *
 * Pure: asks nobody and waits for nothing. What it reads is a stranger's: any
 * page may send a browser to our port, and a paste may be of anything.
 */
#ifndef SYNC_LOGIN_ANSWER_H
#define SYNC_LOGIN_ANSWER_H

#include "formats/arena.h"
#include "formats/err.h"

/* An address with a code in it; the longest that providers give has 1 KiB. */
enum { LOGIN_ANSWER_MAX = 8 * 1024 };

/*
 * said: the address the provider sent the browser to, its query alone, or the
 * bare code. OK: *code. REJECT: it is no answer to the login that this state
 * stands for, and another may still come. STOP 77: the provider's page says no.
 */
enum status login_answer(struct text said, const char *state,
                         struct arena *arena, struct text *code,
                         struct err *err);

#endif
