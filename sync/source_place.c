/*
 * source_place.c - where a row stands, as messages name it.
 */
#include "sync/source_own.h"

struct text source_row_id(struct source *source, uint32_t file, struct text raw,
                          struct arena *arena)
{
    struct node *object;
    struct err ignored;

    if (source->spool < 0 ||
        source_fields(source, file, raw, arena, &object, &ignored) != OK)
        return (struct text){0};
    return node_member_text(object, field_name(FIELD_REFERENCE_ID));
}

struct place source_place(const struct source *source, uint32_t file,
                          uint64_t line, struct text id, struct arena *arena)
{
    const char *name = source_file_name(source, file);

    if (source->spool < 0)
        return (struct place){.file = name, .line = line};
    return (struct place){
        .file = arena_print(arena, "%s%.*s", name, TEXT_ARGS(id)).at,
    };
}

const char *place_print(struct place place, struct arena *arena)
{
    return place.line == 0 ? arena_string(arena, text_of(place.file))
                           : arena_print(arena, "%s:%llu", place.file,
                                         (unsigned long long)place.line)
                                 .at;
}
