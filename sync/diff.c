/* diff.c - see diff.h. */
#include "sync/diff.h"

static bool is_list(enum field field)
{
    enum type type = field_type(field);

    return type == TYPE_LIST || type == TYPE_METHODS;
}

/* The value a side has, empty when blank or absent. */
static struct text side(const struct customer *customer, enum field field)
{
    if (customer == NULL || !customer_has(customer, field))
        return (struct text){0};
    return customer_text(customer, field);
}

static bool same(enum field field, struct text a, struct text b,
                 struct arena *arena)
{
    if (a.size == 0 || b.size == 0)
        return a.size == b.size;
    return value_same(field, a, b, arena);
}

/* Did this source ever speak of the field, be it to say it is blank? */
static bool spoken(const struct customer *said, enum field field)
{
    return said != NULL && customer_get(said, field)->presence != VALUE_ABSENT;
}

enum verdict { QUIET, SEND, RIDE, BOTH };

/*
 * RIDE: nothing of its own to send, but it goes along when the record is
 * written anyway (a write-only member of which nobody knows the target's side).
 */
static enum verdict judge(const struct slot *slot, struct text now,
                          const struct bases *bases, struct text *effective,
                          struct arena *arena)
{
    enum field field = slot->field;
    struct text said = side(bases->said, field);
    struct text held = side(bases->held, field);
    bool met = spoken(bases->said, field);

    *effective = now;
    if (met && same(field, now, said, arena))
        return QUIET;
    if (!slot->readable)
        return met ? SEND : RIDE;
    if (is_list(field)) {
        *effective = value_merge_list(held, said, now, arena);
        return same(field, *effective, held, arena) ? QUIET : SEND;
    }
    if (held.size == 0 && !bases->held_full)
        return SEND; /* unknown there: the source's word is all there is */
    if (same(field, now, held, arena))
        return QUIET;
    if (met ? customer_get(bases->moved, field)->presence != VALUE_ABSENT
            : held.size > 0)
        return BOTH;
    return SEND;
}

static void take(struct decision *out, enum field field, struct text value)
{
    out->send[field] = true;
    out->count++;
    customer_set(out->values, field, value);
    if (value.size == 0)
        out->values->values[field].presence = VALUE_BLANK;
}

static bool speaks(const struct customer *now, const struct bases *bases,
                   enum field field, bool blank_clear)
{
    enum presence presence = customer_get(now, field)->presence;

    if (presence == VALUE_SET)
        return true;
    /* Blank erases only what this source itself once gave. */
    return presence == VALUE_BLANK && blank_clear && bases->said != NULL &&
           customer_has(bases->said, field);
}

void diff_decide(const struct slot *slots, size_t slots_count,
                 const struct customer *now, const struct bases *bases,
                 bool prefer_target, bool blank_clear, struct arena *arena,
                 struct decision *out)
{
    size_t fields = field_count();
    struct bases known = *bases;
    bool *rides = arena_take(arena, fields * sizeof(bool));

    if (known.moved == NULL)
        known.moved = customer_new(arena);
    *out = (struct decision){
        .send = arena_take(arena, fields * sizeof(bool)),
        .both = arena_take(arena, fields * sizeof(bool)),
        .values = diff_overlay(customer_new(arena), now, arena),
    };
    for (size_t i = 0; i < slots_count; i++) {
        enum field field = slots[i].field;
        struct text value, mine = side(now, field);
        enum verdict verdict;

        if (!slots[i].writable || !speaks(now, &known, field, blank_clear))
            continue;
        verdict = judge(&slots[i], mine, &known, &value, arena);
        if (verdict == BOTH) {
            out->both[field] = true;
            out->both_count++;
            verdict = prefer_target ? QUIET : SEND;
        }
        if (verdict == SEND)
            take(out, field, value);
        rides[field] = verdict == RIDE;
    }
    if (out->count == 0)
        return;
    for (size_t i = 0; i < slots_count; i++) {
        if (rides[slots[i].field])
            take(out, slots[i].field, side(now, slots[i].field));
    }
}

struct customer *diff_overlay(const struct customer *base,
                              const struct customer *over, struct arena *arena)
{
    struct customer *out = customer_new(arena);

    for (size_t i = 0; i < out->count; i++) {
        const struct value *value = customer_get(over, (enum field)i);

        if (value->presence == VALUE_ABSENT || value->presence == VALUE_BAD)
            value = customer_get(base, (enum field)i);
        out->values[i] = *value;
    }
    return out;
}

struct customer *diff_moved(const struct slot *slots, size_t slots_count,
                            const struct customer *held,
                            const struct customer *fresh, struct arena *arena)
{
    struct customer *out = customer_new(arena);

    for (size_t i = 0; i < slots_count; i++) {
        enum field field = slots[i].field;
        struct text now = side(fresh, field);

        if (!slots[i].readable || same(field, now, side(held, field), arena))
            continue;
        customer_set(out, field, now);
        if (now.size == 0)
            out->values[field].presence = VALUE_BLANK;
    }
    return out;
}

enum status diff_parse(struct text json, struct arena *arena,
                       struct customer **out, struct err *err)
{
    enum status status;

    if (json.size == 0) {
        *out = customer_new(arena);
        return OK;
    }
    status = customer_parse(out, json, arena, err);
    if (status != OK)
        return fail(err, STOP, EXIT_BUG, "bug",
                    "the store holds values that cannot be read");
    return OK;
}

struct text diff_json(const struct customer *customer, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text json;

    customer_write(&buffer, customer, true);
    json = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return json;
}
