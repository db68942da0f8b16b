/*
 * rejects_json.c - our members in a record of JSON that is no good tree.
 *
 * A key that stands twice, NaN, half a surrogate pair: a tree would lose what
 * is wrong with them, so they stay text.
 */
#include "formats/reading.h"
#include "sync/rejects.h"

#include <string.h>

/* Behind the member, element or quote mark that begins at i. */
static size_t member_end(struct text text, size_t i)
{
    size_t depth = 0;

    for (; i < text.size; i++) {
        switch (text.at[i]) {
        case '"':
            for (i++; i < text.size && text.at[i] != '"'; i++)
                i += text.at[i] == '\\';
            break;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            depth -= depth > 0;
            break;
        case ',':
            if (depth == 0)
                return i;
            break;
        }
    }
    return text.size;
}

static bool is_ours(struct text member)
{
    member = text_trim(member);
    for (const char *const *name = reason_columns; *name != NULL; name++) {
        size_t size = strlen(*name);

        if (member.size > size + 2 && member.at[0] == '"' &&
            memcmp(member.at + 1, *name, size) == 0 &&
            member.at[size + 1] == '"')
            return true;
    }
    return false;
}

/* The members, without those that an earlier run has put there. */
static void add_members(struct buffer *out, struct text inside)
{
    size_t begin = 0, end, kept = 0;

    if (text_trim(inside).size == 0)
        return;
    for (; begin <= inside.size; begin = end + 1) {
        struct text member;

        end = member_end(inside, begin);
        member = (struct text){inside.at + begin, end - begin};
        if (is_ours(member))
            continue;
        if (kept++ > 0)
            buffer_byte(out, ',');
        buffer_text(out, member);
    }
}

struct text rejects_json(struct text raw, struct node *ours,
                         struct arena *arena)
{
    struct text record = text_trim(marked(raw, arena)), text;
    struct buffer out = {0}, tail = {0};

    if (record.size < 2 || record.at[0] != '{' ||
        record.at[record.size - 1] != '}') {
        node_add(ours, REJECTS_ROW, node_text(arena, record));
        json_write(&out, ours);
    } else {
        buffer_byte(&out, '{');
        add_members(&out, (struct text){record.at + 1, record.size - 2});
        json_write(&tail, ours);
        tail.at[0] = ',';
        /* Nothing of its own: the comma would be one too many. */
        buffer_add(&out, tail.at + (out.size == 1),
                   tail.size - (out.size == 1));
    }
    text = arena_text(arena, buffer_view(&out));
    buffer_free(&tail);
    buffer_free(&out);
    return text;
}
