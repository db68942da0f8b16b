/*
 * arena.h - what dies together is allocated together.
 *
 * One arena per batch of records, one per request in flight; reset, never
 * freed piece by piece. Running out of memory ends the process: the store is
 * safe at any instant, so no caller checks for NULL.
 */
#ifndef FORMATS_ARENA_H
#define FORMATS_ARENA_H

#include "formats/text.h"

struct arena;

struct arena *arena_open(void);
void arena_close(struct arena *arena); /* NULL is fine */
/* Forgets all that was taken; keeps one block so that a loop stays flat. */
void arena_reset(struct arena *arena);
size_t arena_used(const struct arena *arena); /* bytes handed out */

void *arena_take(struct arena *arena, size_t size); /* zeroed, aligned to 16 */
struct text arena_text(struct arena *arena, struct text text); /* a copy */
char *arena_string(struct arena *arena, struct text text);
/* The parts in one, with that byte between them. */
struct text arena_joined(struct arena *arena, const struct text *parts,
                         size_t count, char between);
struct text arena_print(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
