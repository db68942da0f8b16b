/*
 * loopback.h - a browser on this machine brings one answer.
 *
 * No server: it listens on 127.0.0.1 alone, while a person logs in, knows one
 * path, and is gone with the first good answer. Never waits: whoever uses it
 * polls what loopback_polls names, and calls loopback_next.
 */
#ifndef SYNC_LOOPBACK_H
#define SYNC_LOOPBACK_H

#include "formats/err.h"
#include "formats/text.h"

#include <poll.h>

struct loopback;

/* Browsers open one or two ahead of need; a page that means harm more. */
enum { LOOPBACK_CONNECTIONS = 8, LOOPBACK_POLLS = LOOPBACK_CONNECTIONS };

/* port 0: any that is free. path: borrowed. STOP 75 when the port is taken. */
enum status loopback_open(struct loopback **out, uint16_t port,
                          const char *path, struct err *err);
void loopback_close(struct loopback *loopback); /* NULL is fine */
uint16_t loopback_port(const struct loopback *loopback);
/* At most LOOPBACK_POLLS. */
size_t loopback_polls(const struct loopback *loopback, struct pollfd *polls);
/*
 * Takes what came, and answers whatever is no GET of the path by itself. True:
 * *target is what one asked for, until loopback_answer, which is due then.
 */
bool loopback_next(struct loopback *loopback, int64_t now_ms,
                   struct text *target);
/* A page with that sentence (ours, a literal), and the connection's end. */
void loopback_answer(struct loopback *loopback, bool good,
                     const char *sentence);

#endif
