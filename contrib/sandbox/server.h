/*
 * server.h - the HTTP server: one thread that answers, one that wakes those
 * answers that were told to wait.
 */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "sandbox.h"

struct server;

/*
 * Listens on 127.0.0.1, on box->port, or any free one when that is 0; sets
 * box->port. NULL: said on standard error.
 */
struct server *server_start(struct sandbox *box);
/* Ends both threads; answers that wait are not waited for. NULL is fine. */
void server_stop(struct server *server);

#endif
