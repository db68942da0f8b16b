/*
 * columns.c - which column a name is, and the cache over interned names.
 */
#include "mappings/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/met.h"
#include "mappings/path.h"

enum {
    /* Names of a stranger's file that are remembered; then we start anew. */
    CACHE_MAX = 16 * 1024,
    CACHE_FIRST = 256,
};

struct answer {
    int column;       /* or -1 */
    int scope;        /* of an object of that name; 0: none of ours inside */
    enum field field; /* custom, or FIELD_NONE */
};

struct entry {
    const char *name; /* as handed in: an interned name of some table */
    char *copy;       /* a table may have died, and its address come again */
    int scope;
    bool met; /* it held something, and is no column */
    struct answer answer;
};

struct columns {
    char **folded; /* per column */
    size_t count, room;
    char **scopes; /* folded prefixes; [0] is the top, "" */
    size_t scopes_count, scopes_room;
    const char *custom;
    struct entry *cache;
    size_t cached, cache_room; /* room is a power of two */
    struct met unread;
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
    return (int)columns->count++;
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

/* Dies with the next one. */
static struct entry *entry_of(struct columns *columns, int scope,
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

bool columns_know(struct columns *columns, struct text name)
{
    struct answer answer = resolve(columns, 0, name);

    return answer.column >= 0 || answer.field != FIELD_NONE;
}

static bool is_blank(const struct node *node)
{
    return node->kind == NODE_NULL ||
           (node->kind == NODE_TEXT && text_trim(node->text).size == 0);
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

/* --- what a record has -----------------------------------------------------*/

/* An address that is an object is no street: only what is inside counts. */
static bool is_group(const struct node *node, struct answer answer)
{
    return node->kind == NODE_OBJECT && answer.scope > 0 &&
           node_member(node, "#text") == NULL;
}

/* Of several the first that is not blank. */
static void take_column(struct found *found, int column, const struct node *n)
{
    const struct node **at = &found->at[column];

    if (*at == NULL || (is_blank(*at) && !is_blank(n)))
        *at = n;
}

/* Whether anything in it is a column or a custom field. */
static bool walk(struct columns *columns, const struct node *object, int scope,
                 int depth, struct arena *arena, struct found *found)
{
    bool any = false;

    for (const struct node *n = object->first; n != NULL; n = n->next) {
        struct entry *entry;
        struct answer answer;
        bool within = false;

        if (n->name == NULL)
            continue;
        entry = entry_of(columns, scope, n->name);
        answer = entry->answer;
        if (answer.column >= 0 && !is_group(n, answer)) {
            take_column(found, answer.column, n);
        } else if (answer.field != FIELD_NONE) {
            struct extra *extra = arena_take(arena, sizeof(*extra));

            *extra = (struct extra){answer.field, n, found->extras};
            found->extras = extra;
        } else if (!entry->met && node_filled(n) &&
                   (n->kind != NODE_OBJECT || answer.scope == 0)) {
            entry->met = true;
            columns_unread_in(columns, columns->scopes[scope], entry->copy);
        }
        if (n->kind == NODE_OBJECT && answer.scope > 0 && depth < DEPTH_MAX)
            within = walk(columns, n, answer.scope, depth + 1, arena, found);
        /* Nothing of it is read: its rule says that it is no text. */
        if (answer.column >= 0 && is_group(n, answer) && !within &&
            found->at[answer.column] == NULL)
            found->at[answer.column] = n;
        any = any || within || answer.column >= 0 || answer.field != FIELD_NONE;
    }
    return any;
}

void columns_find(struct columns *columns, const struct node *object,
                  struct arena *arena, struct found *found)
{
    found->at = arena_take(arena, (columns->count + 1) * sizeof(*found->at));
    found->extras = NULL;
    walk(columns, object, 0, 1, arena, found);
}

void columns_glance(const struct columns *columns, const struct node *object,
                    struct arena *arena, struct found *found)
{
    found->at = arena_take(arena, (columns->count + 1) * sizeof(*found->at));
    found->extras = NULL;
    if (columns->cache_room == 0)
        return;
    for (const struct node *n = object->first; n != NULL; n = n->next) {
        const struct entry *entry =
            n->name != NULL ? place_of(columns, 0, n->name) : NULL;

        if (entry != NULL && is_of(entry, n->name) && entry->answer.column >= 0)
            take_column(found, entry->answer.column, n);
    }
}
