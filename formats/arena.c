/*
 * arena.c - blocks that are handed out from the front and forgotten at once.
 */
#include "formats/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,
    BLOCK_MIN = 16 * 1024,
    /* What a reset keeps: a loop whose rounds need less never allocates. */
    KEEP_MAX = 1024 * 1024,
};

struct block {
    struct block *next; /* older */
    size_t size, used;  /* bytes of data */
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct block *newest;
    size_t used; /* over all blocks */
};

static struct block *block_open(size_t size)
{
    struct block *block =
        size < SIZE_MAX - sizeof(*block) ? malloc(sizeof(*block) + size) : NULL;

    if (block == NULL)
        abort();
    block->next = NULL;
    block->size = size;
    block->used = 0;
    return block;
}

static void blocks_close(struct block *block)
{
    while (block != NULL) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
}

struct arena *arena_open(void)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL)
        abort();
    return arena;
}

void arena_close(struct arena *arena)
{
    if (arena == NULL)
        return;
    blocks_close(arena->newest);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *block = arena->newest;
    size_t want = arena->used < KEEP_MAX ? arena->used : KEEP_MAX;

    arena->used = 0;
    if (block == NULL)
        return;
    if (block->next == NULL && block->size <= KEEP_MAX) {
        block->used = 0;
        return;
    }
    /* One block of the whole round's size, so that the next fits into it. */
    blocks_close(block);
    arena->newest = block_open(want > BLOCK_MIN ? want : BLOCK_MIN);
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

static void *take(struct arena *arena, size_t size)
{
    struct block *block = arena->newest;
    void *taken;

    if (size > SIZE_MAX / 2)
        abort();
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (block == NULL || block->size - block->used < size) {
        size_t room = block != NULL && block->size < KEEP_MAX ? block->size * 2
                                                              : BLOCK_MIN;

        block = block_open(room > size ? room : size);
        block->next = arena->newest;
        arena->newest = block;
    }
    taken = block->data + block->used;
    block->used += size;
    arena->used += size;
    return taken;
}

void *arena_take(struct arena *arena, size_t size)
{
    void *taken = take(arena, size);

    memset(taken, 0, size);
    return taken;
}

struct text arena_text(struct arena *arena, struct text text)
{
    char *copy = take(arena, text.size + 1);

    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    copy[text.size] = '\0';
    return (struct text){copy, text.size};
}

char *arena_string(struct arena *arena, struct text text)
{
    return (char *)arena_text(arena, text).at;
}

struct text arena_joined(struct arena *arena, const struct text *parts,
                         size_t count, char between)
{
    size_t size = count > 0 ? count - 1 : 0;
    char *to;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    to = take(arena, size + 1);
    to[size] = '\0';
    for (size_t i = 0, at = 0; i < count; i++) {
        if (i > 0)
            to[at++] = between;
        if (parts[i].size > 0)
            memcpy(to + at, parts[i].at, parts[i].size);
        at += parts[i].size;
    }
    return (struct text){to, size};
}

struct text arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    size_t room;
    char *made;
    int size;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    room = size > 0 ? (size_t)size : 0;
    made = take(arena, room + 1);
    made[0] = '\0';
    if (room > 0)
        (void)vsnprintf(made, room + 1, format, again);
    va_end(again);
    va_end(arguments);
    return (struct text){made, room};
}
