/*
 * customer_pack.c - a customer as the store and the spool keep it.
 *
 * PACKED, then value after value: the fixed fields by their number, the custom
 * ones by their name. Of each a letter says which, then SIZE:TEXT, with the
 * size in digits, or - when it is blank:
 *
 *     @3:007,E15:ann@example.com,G-*10:custom.pet,3:cat,
 *
 * It is a text as good as those it is made of: a dump of the store shows it,
 * and no byte order or width of a number can be another. The comma becomes the
 * NUL behind the text once it is read.
 */
#include "mappings/customer.h"

#include <assert.h>
#include <string.h>

enum {
    PACKED = 1, /* begins no JSON; another form is another number */
    LETTER_FIRST = '@',
    LETTER_CUSTOM = '*',
    BLANK = '-',
    DIGITS_MAX = 10,
    ROOM = 3 + DIGITS_MAX, /* of a text: letter, digits, colon and comma */
};

static_assert(LETTER_FIRST + FIELD_FIXED < 0x7f, "a field without a letter");

/* --- packing --------------------------------------------------------------*/

static bool is_kept(const struct value *value)
{
    return value->presence == VALUE_SET || value->presence == VALUE_BLANK;
}

static size_t room_of(const struct customer *customer)
{
    size_t room = 1;

    for (size_t i = 0; i < customer->count; i++) {
        const struct value *value = &customer->values[i];

        if (!is_kept(value))
            continue;
        room += ROOM;
        if (value->presence == VALUE_SET)
            room += value->text.size;
        if (i >= FIELD_FIXED)
            room += ROOM + strlen(field_name((enum field)i));
    }
    return room;
}

static char *put_text(char *at, struct text text)
{
    char digits[DIGITS_MAX], *first = digits + sizeof(digits);
    size_t size = text.size;

    assert(size <= UINT32_MAX);
    do
        *--first = (char)('0' + size % 10);
    while ((size /= 10) > 0);
    for (; first < digits + sizeof(digits); first++)
        *at++ = *first;
    *at++ = ':';
    if (text.size > 0)
        memcpy(at, text.at, text.size);
    at += text.size;
    *at++ = ',';
    return at;
}

static char *put_value(char *at, const struct value *value)
{
    if (value->presence == VALUE_SET)
        return put_text(at, value->text);
    *at++ = BLANK;
    return at;
}

struct text customer_pack(const struct customer *customer, struct arena *arena)
{
    char *packed = arena_take(arena, room_of(customer) + 1), *at = packed;

    *at++ = PACKED;
    for (int i = 0; i < FIELD_FIXED; i++) {
        if (!is_kept(&customer->values[i]))
            continue;
        *at++ = (char)(LETTER_FIRST + i);
        at = put_value(at, &customer->values[i]);
    }
    /* Their numbers are those of this run; in the order of names they give the
     * same bytes in the next one. */
    for (size_t i = 0; i < field_count() - FIELD_FIXED; i++) {
        enum field field = field_custom(i);
        const struct value *value = customer_get(customer, field);

        if (!is_kept(value))
            continue;
        *at++ = LETTER_CUSTOM;
        at = put_text(at, text_of(field_name(field)));
        at = put_value(at, value);
    }
    if (at == packed + 1)
        return TEXT("{}");
    return (struct text){packed, (size_t)(at - packed)};
}

/* --- and back -------------------------------------------------------------*/

struct unpacking {
    char *at, *end; /* what is left of a copy of our own */
    bool broken;
};

/* One value on its way out. */
struct part {
    enum field field; /* FIELD_NONE: nobody here knows it */
    struct text name; /* of a custom field, else empty */
    struct value value;
};

static struct text take_text(struct unpacking *u)
{
    size_t size = 0;
    int digits = 0;
    char *at = u->at;

    for (; at < u->end && *at >= '0' && *at <= '9'; at++) {
        if (++digits > DIGITS_MAX)
            break;
        size = size * 10 + (size_t)(*at - '0');
    }
    if (digits == 0 || at == u->end || *at++ != ':' ||
        size >= (size_t)(u->end - at) || at[size] != ',') {
        u->broken = true;
        return (struct text){0};
    }
    at[size] = '\0';
    u->at = at + size + 1;
    return (struct text){at, size};
}

static void take_part(struct unpacking *u, struct part *part)
{
    int letter = (unsigned char)*u->at++;

    *part = (struct part){.field = FIELD_NONE};
    if (letter == LETTER_CUSTOM) {
        part->name = take_text(u);
        part->field = field_named(part->name);
    } else if (letter >= LETTER_FIRST && letter < LETTER_FIRST + FIELD_FIXED) {
        part->field = (enum field)(letter - LETTER_FIRST);
    } else {
        u->broken = true;
    }
    if (!u->broken && u->at < u->end && *u->at == BLANK) {
        u->at++;
        part->value.presence = VALUE_BLANK;
    } else if (!u->broken) {
        part->value.presence = VALUE_SET;
        part->value.text = take_text(u);
    }
}

static bool is_packed(struct text text)
{
    return text.size > 0 && text.at[0] == PACKED;
}

static struct unpacking unpacking_of(struct text packed, struct arena *arena)
{
    char *copy = arena_string(arena, packed);

    return (struct unpacking){.at = copy + 1, .end = copy + packed.size};
}

static enum status fail_unread(struct err *err)
{
    return fail(err, STOP, EXIT_BUG, "bug",
                "the store holds values that cannot be read");
}

enum status customer_unpack(struct text packed, struct arena *arena,
                            struct customer **out, struct err *err)
{
    struct unpacking u;
    struct part part;

    if (packed.size == 0 || text_is(packed, "{}")) {
        *out = customer_new(arena);
        return OK;
    }
    if (!is_packed(packed))
        return customer_parse(out, packed, arena, err) == OK ? OK
                                                             : fail_unread(err);
    *out = customer_new(arena);
    u = unpacking_of(packed, arena);
    while (u.at < u.end && !u.broken) {
        take_part(&u, &part);
        if (!u.broken && part.field != FIELD_NONE)
            (*out)->values[part.field] = part.value;
    }
    return u.broken ? fail_unread(err) : OK;
}

enum status customer_unpack_json(struct text packed, struct arena *arena,
                                 struct text *json, struct err *err)
{
    struct buffer out = {0};
    struct unpacking u;
    struct part part;
    const char *between = "{";

    *json = packed;
    if (!is_packed(packed))
        return OK;
    u = unpacking_of(packed, arena);
    while (u.at < u.end && !u.broken) {
        take_part(&u, &part);
        if (part.name.size == 0)
            part.name = text_of(field_name(part.field));
        buffer_string(&out, between);
        between = ",";
        json_write(&out, &(struct node){.kind = NODE_TEXT, .text = part.name});
        buffer_byte(&out, ':');
        customer_write_value(&out, part.field, &part.value);
    }
    buffer_string(&out, *between == '{' ? "{}" : "}");
    *json = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return u.broken ? fail_unread(err) : OK;
}

bool customer_is_kept(struct text text)
{
    return is_packed(text) || text_starts(text, "{");
}

struct text customer_pack_over(struct text kept,
                               const struct customer *customer,
                               struct arena *arena, bool *same)
{
    struct text packed = customer_pack(customer, arena);
    struct customer *before;
    struct err ignored;

    *same = text_equal(kept, packed);
    if (*same || is_packed(kept) || kept.size == 0 ||
        customer_unpack(kept, arena, &before, &ignored) != OK)
        return packed;
    *same = text_equal(customer_pack(before, arena), packed);
    return *same ? kept : packed;
}
