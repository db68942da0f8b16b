/*
 * columns.c - which column a name is, and the cache over interned names.
 */
#include "mappings/columns_own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"

enum {
    /* Names of a stranger's file that are remembered; then we start anew. */
    CACHE_MAX = 16 * 1024,
    CACHE_FIRST = 256,
};

static void *grown(void *at, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return at;
    *room = *room == 0 ? 64 : *room * 2;
    at = realloc(at, *room * size);
    if (at == NULL)
        abort();
    return at;
}

static char *copied(const char *at, size_t size)
{
    char *copy = strndup(at, size);

    if (copy == NULL)
        abort();
    return copy;
}

struct columns *columns_open(void)
{
    struct columns *columns = calloc(1, sizeof(*columns));

    if (columns == NULL)
        abort();
    columns->unread.max = UNREAD_MAX;
    columns->scopes = grown(NULL, 0, &columns->scopes_room, sizeof(char *));
    columns->scopes[columns->scopes_count++] = copied("", 0);
    return columns;
}

static void forget(struct columns *columns)
{
    for (size_t i = 0; i < columns->cache_room; i++)
        free(columns->cache[i].copy);
    free(columns->cache);
    columns->cache = NULL;
    columns->cached = columns->cache_room = 0;
}

void columns_close(struct columns *columns)
{
    if (columns == NULL)
        return;
    forget(columns);
    for (size_t i = 0; i < columns->count; i++)
        free(columns->folded[i]);
    for (size_t i = 0; i < columns->scopes_count; i++)
        free(columns->scopes[i]);
    free(columns->folded);
    free(columns->readers);
    free(columns->scopes);
    met_close(&columns->unread);
    free(columns);
}

static int column_of(const struct columns *columns, const char *folded,
                     size_t size)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strncmp(columns->folded[i], folded, size) == 0 &&
            columns->folded[i][size] == '\0')
            return (int)i;
    return -1;
}

int columns_add(struct columns *columns, const char *name)
{
    char folded[COLUMN_NAME_MAX];
    size_t size = column_fold(text_of(name), folded);
    int known = column_of(columns, folded, size);

    if (known >= 0)
        return known;
    forget(columns);
    columns->folded =
        grown(columns->folded, columns->count, &columns->room, sizeof(char *));
    columns->folded[columns->count] = copied(folded, size);
    columns->readers = grown(columns->readers, columns->count,
                             &columns->readers_room, sizeof(struct readers));
    columns->readers[columns->count] = (struct readers){0};
    return (int)columns->count++;
}

void columns_reader(struct columns *columns, int column, uint64_t bit)
{
    struct readers *readers = &columns->readers[column];

    readers->twice |= readers->read & bit;
    readers->read |= bit;
}

void columns_custom(struct columns *columns, const char *prefix)
{
    columns->custom = prefix;
    forget(columns);
}

size_t columns_count(const struct columns *columns)
{
    return columns->count;
}

/* A scope only for what begins a column: others are never walked into. */
static int scope_of(struct columns *columns, const char *folded, size_t size)
{
    char custom[COLUMN_NAME_MAX];
    size_t n = columns->custom != NULL
                   ? column_fold(text_of(columns->custom), custom)
                   : 0;
    bool wanted = n > 0 && n == size && memcmp(custom, folded, n) == 0;

    for (size_t i = 0; i < columns->scopes_count; i++)
        if (strncmp(columns->scopes[i], folded, size) == 0 &&
            columns->scopes[i][size] == '\0')
            return (int)i;
    for (size_t i = 0; size > 0 && !wanted && i < columns->count; i++)
        wanted = strncmp(columns->folded[i], folded, size) == 0 &&
                 columns->folded[i][size] != '\0';
    if (!wanted)
        return 0;
    columns->scopes = grown(columns->scopes, columns->scopes_count,
                            &columns->scopes_room, sizeof(char *));
    columns->scopes[columns->scopes_count] = copied(folded, size);
    return (int)columns->scopes_count++;
}

/* "custom.Loyalty Level" and, within an object custom, "Loyalty Level". */
static enum field custom_of(const struct columns *columns, int scope,
                            struct text name)
{
    char folded[COLUMN_NAME_MAX], full[COLUMN_NAME_MAX + 8];
    struct text word = {0}, made;
    size_t size, n;

    if (columns->custom == NULL)
        return FIELD_NONE;
    size = column_fold(text_of(columns->custom), folded);
    n = strlen(columns->custom);
    if (scope == 0 && name.size > n) {
        struct text head = {name.at, n - 1};
        char mark = name.at[n - 1];

        if (text_is_nocase(head, "custom") &&
            (mark == '.' || mark == '_' || mark == ' '))
            word = (struct text){name.at + n, name.size - n};
    } else if (scope > 0 && strlen(columns->scopes[scope]) == size &&
               memcmp(columns->scopes[scope], folded, size) == 0) {
        word = name;
    }
    word = text_trim(word);
    if (word.size == 0 || word.size >= COLUMN_NAME_MAX)
        return FIELD_NONE;
    memcpy(full, "custom.", 7);
    memcpy(full + 7, word.at, word.size);
    made = (struct text){full, word.size + 7};
    return field_define(made);
}

static struct answer resolve(struct columns *columns, int scope,
                             struct text name)
{
    char folded[2 * COLUMN_NAME_MAX];
    size_t before = strlen(columns->scopes[scope]), size;
    struct answer answer = {-1, 0, FIELD_NONE};

    if (name.size > COLUMN_NAME_MAX || !text_is_utf8(name))
        return answer;
    memcpy(folded, columns->scopes[scope], before);
    size = before + column_fold(name, folded + before);
    if (size >= COLUMN_NAME_MAX || size == before)
        return answer;
    answer.column = column_of(columns, folded, size);
    if (answer.column < 0)
        answer.field = custom_of(columns, scope, name);
    answer.scope = scope_of(columns, folded, size);
    return answer;
}

static size_t slot_of(const struct columns *columns, int scope,
                      const char *name)
{
    uint64_t key = (uint64_t)(uintptr_t)name ^ ((uint64_t)scope << 50);

    key *= 0x9E3779B97F4A7C15u;
    return (size_t)(key >> 32) & (columns->cache_room - 1);
}

static void widen(struct columns *columns)
{
    struct entry *old = columns->cache;
    size_t room = columns->cache_room;

    columns->cache_room = room == 0 ? CACHE_FIRST : room * 2;
    columns->cache = calloc(columns->cache_room, sizeof(*columns->cache));
    if (columns->cache == NULL)
        abort();
    for (size_t i = 0; i < room; i++) {
        size_t slot;

        if (old[i].name == NULL)
            continue;
        slot = slot_of(columns, old[i].scope, old[i].name);
        while (columns->cache[slot].name != NULL)
            slot = (slot + 1) & (columns->cache_room - 1);
        columns->cache[slot] = old[i];
    }
    free(old);
}

/* Where the name is kept, or would be. */
static struct entry *place_of(const struct columns *columns, int scope,
                              const char *name)
{
    size_t slot = slot_of(columns, scope, name);

    while (columns->cache[slot].name != NULL &&
           (columns->cache[slot].name != name ||
            columns->cache[slot].scope != scope))
        slot = (slot + 1) & (columns->cache_room - 1);
    return &columns->cache[slot];
}

static bool is_of(const struct entry *entry, const char *name)
{
    return entry->name != NULL && strcmp(entry->copy, name) == 0;
}

struct entry *columns_entry(struct columns *columns, int scope,
                            const char *name)
{
    struct entry *entry;

    if (columns->cached >= CACHE_MAX)
        forget(columns);
    if (columns->cached * 2 >= columns->cache_room)
        widen(columns);
    entry = place_of(columns, scope, name);
    if (is_of(entry, name))
        return entry;
    if (entry->name == NULL)
        columns->cached++;
    free(entry->copy);
    *entry = (struct entry){
        .name = name,
        .copy = copied(name, strlen(name)),
        .scope = scope,
        .answer = resolve(columns, scope, text_of(name)),
    };
    return entry;
}

const struct entry *columns_known(const struct columns *columns, int scope,
                                  const char *name)
{
    const struct entry *entry;

    if (columns->cache_room == 0)
        return NULL;
    entry = place_of(columns, scope, name);
    return is_of(entry, name) ? entry : NULL;
}

bool columns_know(struct columns *columns, struct text name)
{
    struct answer answer = resolve(columns, 0, name);

    return answer.column >= 0 || answer.field != FIELD_NONE;
}

/* --- what no column reads --------------------------------------------------*/

void columns_unread_in(struct columns *columns, const char *above,
                       const char *name)
{
    char full[2 * COLUMN_NAME_MAX + 2];
    int size =
        snprintf(full, sizeof(full), "%.*s%s%.*s", COLUMN_NAME_MAX, above,
                 *above != '\0' ? "." : "", COLUMN_NAME_MAX, name);

    /* Further rows and a text beside elements are no names of the file's. */
    if (strcmp(name, NODE_ROW) != 0 && strcmp(name, "#text") != 0)
        met_add(&columns->unread, (struct text){full, (size_t)size});
}

const char *const *columns_unread(const struct columns *columns, size_t *count)
{
    *count = columns->unread.count;
    return (const char *const *)columns->unread.names;
}
