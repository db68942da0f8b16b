/* diff.c - see diff.h. */
#include "sync/diff.h"

#include "sync/replaces.h"

/* A list without elements is as blank as none: that is how it is read back. */
static struct text filled(enum field field, struct text value)
{
    return value_unites(field) && text_is(value, "[]") ? (struct text){0}
                                                       : value;
}

/* The value a side has, empty when blank or absent. */
static struct text side(const struct customer *customer, enum field field)
{
    if (customer == NULL || !customer_has(customer, field))
        return (struct text){0};
    return filled(field, customer_text(customer, field));
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

/*
 * RIDE: nothing of its own to send, but it goes along when the record is
 * written anyway (a write-only member of which nobody knows the target's side).
 * TAKEN, KEPT: both sides moved, and the source's value goes or stays at home.
 * REPLACES: only the target moved, and gives way all the same.
 */
enum verdict { QUIET, SEND, RIDE, TAKEN, KEPT, REPLACES };

/* One field on its way to a verdict. */
struct judging {
    const struct slot *slot;
    struct text now, said, held;
    bool met;              /* this source spoke of the field before */
    bool source;           /* it moved since */
    bool target;           /* an edit of it stands against the source's value */
    bool unknown;          /* what the target has nobody knows */
    struct text effective; /* what would be sent */
    struct arena *arena;
};

static bool agree(const struct judging *j)
{
    return same(j->slot->field, filled(j->slot->field, j->effective), j->held,
                j->arena);
}

/* No owner: who moved is heard, and `prefer` settles it where both did. */
static enum verdict judge_freely(struct judging *j, bool prefer_target)
{
    if (!j->source)
        return QUIET;
    if (value_unites(j->slot->field))
        j->effective = value_merge_list(j->held, j->said, j->now, j->arena);
    else if (j->unknown)
        return SEND; /* the source's word is all there is */
    if (agree(j))
        return QUIET;
    if (j->target && !value_unites(j->slot->field))
        return prefer_target ? KEPT : TAKEN;
    return SEND;
}

static enum verdict judge_for_source(const struct judging *j)
{
    if (j->unknown)
        return j->source ? SEND : QUIET;
    if (agree(j))
        return QUIET;
    if (!j->source)
        return REPLACES;
    return j->target ? TAKEN : SEND;
}

static enum verdict judge_for_target(const struct judging *j)
{
    return j->source && j->target && !agree(j) ? KEPT : QUIET;
}

static enum verdict judge_union(struct judging *j)
{
    j->effective =
        value_merge_list(j->held, (struct text){0}, j->now, j->arena);
    if (j->unknown && !j->source)
        return QUIET;
    return agree(j) ? QUIET : SEND;
}

static enum verdict judge_fill(const struct judging *j)
{
    if (!j->source || j->now.size == 0)
        return QUIET;
    return j->held.size == 0 ? SEND : judge_for_target(j);
}

static enum verdict judge(struct judging *j, const struct policy *policy)
{
    enum owner owner = policy_owner(policy, j->slot->field);

    if (!j->slot->readable) {
        /* Nobody sees what is there, so it may be filled already. */
        if (owner == OWNER_TARGET || owner == OWNER_FILL || !j->source)
            return QUIET;
        return j->met ? SEND : RIDE;
    }
    switch (owner) {
    case OWNER_NONE:
        break;
    case OWNER_SOURCE:
        return judge_for_source(j);
    case OWNER_TARGET:
        return judge_for_target(j);
    case OWNER_UNION:
        return judge_union(j);
    case OWNER_FILL:
        return judge_fill(j);
    }
    return judge_freely(j, policy->prefer_target);
}

static struct judging judging_of(const struct slot *slot, struct text now,
                                 const struct bases *bases, struct arena *arena)
{
    enum field field = slot->field;
    struct judging j = {
        .slot = slot,
        .now = now,
        .said = side(bases->said, field),
        .held = side(bases->held, field),
        .met = spoken(bases->said, field),
        .effective = now,
        .arena = arena,
    };

    j.source = !(j.met && same(field, now, j.said, arena));
    /* At a first meeting blank on one side is no dispute. */
    j.target = j.met
                   ? customer_get(bases->moved, field)->presence != VALUE_ABSENT
                   : j.held.size > 0;
    j.unknown = j.held.size == 0 && !bases->held_full;
    return j;
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

/* What the verdict on a field means for the decision. */
static void conclude(struct decision *out, const struct judging *j,
                     enum verdict verdict)
{
    enum field field = j->slot->field;

    if (verdict == TAKEN || verdict == KEPT) {
        out->both[field] = true;
        out->both_count++;
    }
    out->replaced[field] = verdict == REPLACES;
    out->dealt[field] = j->source || verdict == REPLACES ||
                        same(field, j->now, j->held, j->arena);
    if (verdict == SEND || verdict == TAKEN || verdict == REPLACES)
        take(out, field, j->effective);
}

void diff_decide(const struct slot *slots, size_t slots_count,
                 const struct customer *now, const struct bases *bases,
                 const struct policy *policy, struct arena *arena,
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
        .dealt = arena_take(arena, fields * sizeof(bool)),
        .replaced = arena_take(arena, fields * sizeof(bool)),
        .values = diff_overlay(customer_new(arena), now, arena),
    };
    for (size_t i = 0; i < slots_count; i++) {
        enum field field = slots[i].field;
        struct judging j;
        enum verdict verdict;

        if (!slots[i].writable ||
            !speaks(now, &known, field, policy->blank_clear))
            continue;
        j = judging_of(&slots[i], side(now, field), &known, arena);
        verdict = judge(&j, policy);
        conclude(out, &j, verdict);
        rides[field] = verdict == RIDE;
    }
    if (out->count == 0)
        return;
    for (size_t i = 0; i < slots_count; i++) {
        if (rides[slots[i].field])
            take(out, slots[i].field, side(now, slots[i].field));
    }
}

/* Is what is sent for the field made of, or given up for, what is there? */
static bool heeds_target(const struct slot *slot, const struct policy *policy)
{
    enum owner owner = policy_owner(policy, slot->field);

    if (owner == OWNER_FILL)
        return true;
    return slot->readable && value_unites(slot->field) &&
           (owner == OWNER_NONE || owner == OWNER_UNION);
}

/* The source has it, its word counts, and the target has the same, as far as we
 * know. Whether a list still has what is put in there only a read tells. */
static bool is_ours(const struct slot *slot, const struct policy *policy,
                    const struct customer *now, const struct bases *bases,
                    struct arena *arena)
{
    struct text ours = side(now, slot->field);

    return ours.size > 0 && !heeds_target(slot, policy) &&
           policy_owner(policy, slot->field) != OWNER_TARGET &&
           same(slot->field, ours, side(bases->held, slot->field), arena);
}

bool diff_needs_read(const struct provider *provider, const bool *send,
                     const struct policy *policy, const struct customer *now,
                     const struct bases *bases, struct arena *arena)
{
    size_t count;
    const struct slot *slots = mapping_slots(provider->mapping, &count);
    bool *ours = arena_take(arena, field_count() * sizeof(*ours));

    if (policy->prefer_target || !bases->held_full)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (send[slots[i].field] && heeds_target(&slots[i], policy))
            return true;
        ours[slots[i].field] = is_ours(&slots[i], policy, now, bases, arena);
    }
    return replaces_unsent(&provider->update, slots, count, send, ours);
}

void diff_return(const struct slot *slots, size_t slots_count,
                 const struct bases *bases, struct customer *wanted,
                 struct customer *said)
{
    const struct value *held = customer_get(bases->held, FIELD_STATUS);

    for (size_t i = 0; i < slots_count; i++) {
        if (slots[i].field != FIELD_STATUS || !slots[i].writable ||
            !text_is(held->text, "inactive") ||
            customer_get(bases->moved, FIELD_STATUS)->presence != VALUE_ABSENT)
            continue;
        customer_set(said, FIELD_STATUS, TEXT("inactive"));
        if (!customer_has(wanted, FIELD_STATUS))
            customer_set(wanted, FIELD_STATUS, TEXT("active"));
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
