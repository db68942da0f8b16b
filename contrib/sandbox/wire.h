/*
 * wire.h - answers that no HTTP library would send: reset connections, bytes
 * that drip, headers and bodies without an end.
 *
 * They are written on the connection's own socket by a thread of their own,
 * while libmicrohttpd has put the connection aside.
 */
#ifndef SANDBOX_WIRE_H
#define SANDBOX_WIRE_H

#include "sandbox.h"

/* Ends the connection with RST and not FIN; the descriptor stays open. */
void wire_reset(int fd);

struct wires;

struct wires *wires_open(void);
/* Returns when all have ended, soon. NULL is fine. */
void wires_close(struct wires *wires);
/*
 * Writes the reply, which stays alive and unchanged until `done` is called in
 * another thread; the connection is to be closed then.
 */
void wires_send(struct wires *wires, int fd, const struct reply *reply,
                void (*done)(void *self), void *self);

#endif
