/* follow.c - see follow.h. */
#include "sync/follow.h"

#include "sync/diff.h"

struct following {
    const struct follow *what;
    struct arena *arena;
};

static bool says_nothing(const struct customer *customer)
{
    for (size_t i = 0; customer != NULL && i < customer->count; i++) {
        if (customer->values[i].presence != VALUE_ABSENT)
            return false;
    }
    return true;
}

static void strike(struct customer *moved, const bool *fields)
{
    for (size_t i = 0; fields != NULL && i < moved->count; i++) {
        if (fields[i])
            moved->values[i].presence = VALUE_ABSENT;
    }
}

/* Of what a source never spoke of it has no base: a default that a provider
 * filled in, say, is nobody's edit. */
static struct customer *spoken_of(const struct customer *seen,
                                  const struct customer *said,
                                  struct arena *arena)
{
    struct customer *out = customer_new(arena);

    for (size_t i = 0; i < out->count; i++) {
        if (customer_get(said, (enum field)i)->presence != VALUE_ABSENT)
            out->values[i] = *customer_get(seen, (enum field)i);
    }
    return out;
}

static enum status follow_one(void *self, store_id source, struct text values,
                              struct text edits, struct err *err)
{
    const struct following *following = self;
    const struct follow *what = following->what;
    struct arena *arena = following->arena;
    struct customer *said, *moved;
    struct text after;
    bool same;
    enum status status;

    if (edits.size <= 2 && what->seen == NULL)
        return OK; /* nothing there, nothing new */
    status = customer_unpack(values, arena, &said, err);
    if (status == OK)
        status = customer_unpack(edits, arena, &moved, err);
    if (status != OK)
        return status;
    if (what->seen != NULL)
        moved = diff_overlay(moved, spoken_of(what->seen, said, arena), arena);
    strike(moved, what->written);
    if (source == what->source)
        strike(moved, what->dealt);
    after = customer_pack_over(edits, moved, arena, &same);
    return same ? OK
                : store_moved_put(what->store, source, what->link, after, err);
}

enum status follow_moved(const struct follow *follow, struct arena *arena,
                         struct err *err)
{
    struct follow what = *follow;
    struct following following = {&what, arena};

    if (says_nothing(what.seen))
        what.seen = NULL;
    return store_moved_each(what.store, what.link, arena, follow_one,
                            &following, err);
}

void follow_status(struct link *link, const struct customer *record)
{
    if (!text_is(customer_text(record, FIELD_STATUS), "inactive"))
        link->deactivated = false;
}

/* What is shown late stays as it is held; late has it as it is shown. */
static struct customer *leave_late(const struct late *late,
                                   const struct customer *held,
                                   struct customer *record,
                                   struct customer *seen, struct arena *arena)
{
    struct customer *shown = diff_overlay(customer_new(arena), held, arena);

    for (size_t i = 0; i < seen->count; i++) {
        if (!late->fields[i])
            continue;
        shown->values[i] = seen->values[i];
        seen->values[i].presence = VALUE_ABSENT;
        record->values[i] = *customer_get(held, (enum field)i);
    }
    return shown;
}

static enum status put_shown(struct store *store, struct link *link,
                             const struct customer *record,
                             const struct customer *seen, struct arena *arena,
                             struct err *err)
{
    const struct follow follow = {
        .store = store, .link = link->id, .seen = seen};
    bool same;
    enum status status = follow_moved(&follow, arena, err);

    link->held = customer_pack_over(link->held, record, arena, &same);
    link->held_full = true;
    link->state = LINK_LIVE;
    follow_status(link, record);
    return status == OK ? store_link_put(store, link, err) : status;
}

enum status follow_shown(struct store *store, const struct shown *shown,
                         struct followed *followed, struct arena *arena,
                         struct err *err)
{
    struct customer *held, *seen, *record;
    struct link link;
    struct late late;
    size_t count;
    const struct slot *slots = mapping_slots(shown->mapping, &count);
    enum status status = store_link_by_remote(
        store, shown->account, shown->remote_id, arena, &link, err);

    *followed = (struct followed){.link = {.id = 0}};
    if (status != OK || link.id == 0)
        return status;
    record = mapping_project(shown->mapping, shown->customer, false, arena);
    status = customer_unpack(link.held, arena, &held, err);
    if (status != OK)
        return status;
    seen = diff_moved(slots, count, held, record, arena);
    *followed = (struct followed){.link = link, .held = held};
    status = follow_late(&(struct late_asked){.store = store,
                                              .link = &link,
                                              .mapping = shown->mapping,
                                              .held = held,
                                              .record = record,
                                              .seen = seen,
                                              .settled_ms = shown->settled_ms,
                                              .doubt = true},
                         &late, arena, err);
    if (status != OK)
        return status;
    if (late.any)
        followed->late = leave_late(&late, held, record, seen, arena);
    if (says_nothing(seen) && link.held_full && link.state == LINK_LIVE)
        return OK;
    followed->seen = says_nothing(seen) ? NULL : seen;
    return put_shown(store, &link, record, seen, arena, err);
}

enum status follow_gone(struct store *store, struct link *link, struct err *err)
{
    enum status status;

    link->state = LINK_GONE;
    link->deactivated = false;
    status = store_link_put(store, link, err);
    if (status == OK)
        status =
            store_fingerprints_drop(store, link->account, link->customer, err);
    return status;
}
