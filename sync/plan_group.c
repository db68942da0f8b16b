/*
 * plan_group.c - from nodes to groups of rows. A known customer that a new, a
 * changed or a vanished row touches is planned anew from all its rows, so its
 * unchanged ones join the group here.
 */
#include <stdlib.h>

#include "sync/identity.h"
#include "sync/plan.h"
#include "sync/spool.h"

struct touched {
    uint32_t customer;
    uint32_t group;
};

static int by_customer(const void *a, const void *b)
{
    const struct touched *one = a, *two = b;

    return one->customer < two->customer ? -1 : one->customer > two->customer;
}

static const struct touched *find_touched(const struct touched *touched,
                                          size_t count, uint32_t customer)
{
    struct touched wanted = {.customer = customer};

    return count == 0
               ? NULL
               : bsearch(&wanted, touched, count, sizeof(wanted), by_customer);
}

/* Customers with a row gone that no group has yet; those of groups are marked.
 */
static size_t add_gone(struct plan *plan, struct touched *touched, size_t count)
{
    size_t had = count;

    for (size_t i = 0; i < plan->prints.count; i++) {
        const struct known_print *print = &plan->prints.at[i];
        const struct touched *found;

        if (print->state != KNOWN_GONE)
            continue;
        found = find_touched(touched, had, print->customer);
        if (found != NULL)
            plan->lost_rows[found->group] = true;
        else
            touched[count++].customer = print->customer;
    }
    if (count > had)
        qsort(touched + had, count - had, sizeof(touched[0]), by_customer);
    return count;
}

static void number_gone(struct plan *plan, struct touched *touched, size_t had,
                        size_t count)
{
    for (size_t i = had; i < count; i++) {
        if (i > had && touched[i].customer == touched[i - 1].customer) {
            touched[i].group = touched[i - 1].group;
            continue;
        }
        touched[i].group = plan->groups;
        plan->lost_rows[plan->groups] = true;
        plan->known[plan->groups++] = touched[i].customer;
    }
    qsort(touched, count, sizeof(touched[0]), by_customer);
}

static struct touched *find_all_touched(struct plan *plan, size_t *count)
{
    size_t room = plan->gone + 1;
    struct touched *touched;

    for (uint32_t i = 0; i < plan->groups; i++)
        room += plan->known[i] != 0;
    touched = malloc(room * sizeof(*touched));
    if (touched == NULL)
        abort();
    *count = 0;
    for (uint32_t i = 0; i < plan->groups; i++) {
        if (plan->known[i] != 0)
            touched[(*count)++] = (struct touched){(uint32_t)plan->known[i], i};
    }
    if (*count > 0)
        qsort(touched, *count, sizeof(*touched), by_customer);
    room = *count;
    *count = add_gone(plan, touched, *count);
    number_gone(plan, touched, room, *count);
    return touched;
}

/* --- rows of the groups ----------------------------------------------------
 */

/* One bit for each known customer. Nearly all prints are of customers that are
 * not touched, and each would be looked for all the way. */
static uint8_t *mark_touched(const struct touched *touched, size_t count,
                             uint32_t *most)
{
    uint8_t *marks;

    *most = count > 0 ? touched[count - 1].customer : 0;
    marks = calloc(*most / 8 + 1, 1);
    if (marks == NULL)
        abort();
    for (size_t i = 0; i < count; i++)
        marks[touched[i].customer / 8] |=
            (uint8_t)(1 << touched[i].customer % 8);
    return marks;
}

/* Rows that did not change, of customers that are looked at all the same. */
static enum status join_known(struct plan *plan, const struct touched *touched,
                              size_t count, struct err *err)
{
    uint32_t most;
    uint8_t *marks = mark_touched(touched, count, &most);
    enum status status = OK;

    for (size_t i = 0; count > 0 && status == OK && i < plan->prints.count;
         i++) {
        struct known_print *print = &plan->prints.at[i];
        uint32_t customer = print->customer;
        struct spooled spooled;

        if (print->state != KNOWN_MET || customer > most ||
            !(marks[customer / 8] >> customer % 8 & 1))
            continue;
        status =
            spool_get(plan->spool, print->offset, plan->work, &spooled, err);
        if (status != OK)
            break;
        print->state = KNOWN_JOINED;
        plan_add_row(plan, &(struct row){
                               .print = print->print,
                               .offset = print->offset,
                               .line = spooled.line,
                               .file = (uint16_t)spooled.file,
                               .who = print->customer,
                               .state = ROW_MORE,
                           });
        arena_reset(plan->work);
    }
    free(marks);
    return status;
}

static int by_offset(const void *a, const void *b, void *self)
{
    const struct row *rows = self;
    uint64_t one = rows[*(const uint32_t *)a].offset;
    uint64_t two = rows[*(const uint32_t *)b].offset;

    return one < two ? -1 : one > two;
}

static void put_in_order(struct plan *plan)
{
    plan->order = malloc((plan->rows_count + 1) * sizeof(plan->order[0]));
    if (plan->order == NULL)
        abort();
    for (uint32_t i = 0; i < plan->rows_count; i++)
        plan->order[i] = i;
    qsort_r(plan->order, plan->rows_count, sizeof(plan->order[0]), by_offset,
            plan->rows);
}

/* The group that a row belongs to; NO_GROUP: none. */
static uint32_t group_of(struct plan *plan, struct row *row,
                         const struct touched *touched, size_t count)
{
    const struct touched *found;
    uint32_t group;

    if (row->state == ROW_MORE) {
        found = find_touched(touched, count, row->who);
        return found != NULL ? found->group : NO_GROUP;
    }
    group = identity_group(plan->identity, row->who);
    if (group == NO_GROUP) {
        row->state = ROW_TIED; /* told when its turn comes */
        plan->unreadable++;    /* whose row it is, nobody knows */
    }
    return group;
}

/* From the last row to the first, so that chains are in row order. */
static void chain_rows(struct plan *plan, const struct touched *touched,
                       size_t count)
{
    for (size_t i = plan->rows_count; i-- > 0;) {
        uint32_t at = plan->order[i];
        struct row *row = &plan->rows[at];
        uint32_t group = group_of(plan, row, touched, count);

        if (group == NO_GROUP)
            continue;
        row->state = ROW_SLOW;
        row->who = group;
        row->next = plan->head[group];
        plan->head[group] = at;
    }
}

enum status plan_group(struct plan *plan, struct err *err)
{
    struct touched *touched;
    size_t count;
    enum status status = identity_resolve(plan->identity, err);

    if (status != OK)
        return status;
    plan->groups = identity_groups(plan->identity);
    plan->known = calloc(plan->groups + plan->gone + 1, sizeof(store_id));
    plan->head = malloc((plan->groups + plan->gone + 1) * sizeof(uint32_t));
    plan->lost_rows = calloc(plan->groups + plan->gone + 1, sizeof(bool));
    if (plan->known == NULL || plan->head == NULL || plan->lost_rows == NULL)
        abort();
    for (uint32_t i = 0; i < plan->groups; i++)
        plan->known[i] = identity_known(plan->identity, i);
    touched = find_all_touched(plan, &count);
    for (uint32_t i = 0; i < plan->groups; i++)
        plan->head[i] = UINT32_MAX;
    status = join_known(plan, touched, count, err);
    if (status == OK) {
        put_in_order(plan);
        chain_rows(plan, touched, count);
    }
    free(touched);
    return status;
}
