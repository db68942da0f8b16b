/*
 * plan_keys.c - keys are worked out once a row: reading a phone number costs
 * more than all else that happens to a row.
 */
#include "sync/plan.h"

#include <string.h>

void plan_keys(const struct policy *policy, const struct customer *customer,
               struct arena *arena, struct text keys[KEY_COUNT])
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        keys[i] = i < policy->match_count
                      ? customer_key(customer, policy->match[i], arena)
                      : (struct text){0};
}

/* --- packed ----------------------------------------------------------------*/

/*
 * Keys, the customer as the store keeps it, and its problems. Read by this
 * process alone, so numbers stand as they are in memory. A NUL is behind each
 * text: it is used where it lies.
 */
struct packed_problem {
    int32_t field;
    uint32_t code, message; /* bytes */
};

static void put_text(struct buffer *out, struct text text)
{
    buffer_text(out, text);
    buffer_byte(out, '\0');
}

static bool is_kept(const struct problem *problem)
{
    return !problem->notice && !problem->once;
}

static void put_problems(struct buffer *out, const struct problem *first)
{
    uint32_t count = 0;

    for (const struct problem *p = first; p != NULL; p = p->next)
        count += is_kept(p);
    buffer_add(out, &count, sizeof(count));
    for (const struct problem *p = first; p != NULL; p = p->next) {
        struct packed_problem head = {
            .field = p->field,
            .code = (uint32_t)strlen(p->code),
            .message = (uint32_t)strlen(p->message),
        };

        if (!is_kept(p))
            continue;
        buffer_add(out, &head, sizeof(head));
        put_text(out, text_of(p->code));
        put_text(out, text_of(p->message));
    }
}

void plan_pack(const struct customer *customer,
               const struct text keys[KEY_COUNT], struct arena *arena,
               struct buffer *out)
{
    struct text packed = customer_pack(customer, arena);
    uint32_t size;

    for (size_t i = 0; i < KEY_COUNT; i++) {
        size = (uint32_t)keys[i].size;
        buffer_add(out, &size, sizeof(size));
        put_text(out, keys[i]);
    }
    size = (uint32_t)packed.size;
    buffer_add(out, &size, sizeof(size));
    put_text(out, packed);
    put_problems(out, customer->problems);
}

/* What is left of the packed bytes; broken once they were not enough. */
struct unpacking {
    struct text left;
    bool broken;
};

static const char *take(struct unpacking *u, size_t size)
{
    const char *at = u->left.at;

    u->broken = u->broken || size > u->left.size;
    if (u->broken)
        return NULL;
    u->left = (struct text){at + size, u->left.size - size};
    return at;
}

static void take_head(struct unpacking *u, void *head, size_t size)
{
    const char *at = take(u, size);

    if (at != NULL)
        memcpy(head, at, size);
    else
        memset(head, 0, size);
}

static struct text take_text(struct unpacking *u, size_t size)
{
    const char *at = take(u, size + 1);

    return at != NULL ? (struct text){at, size} : (struct text){0};
}

static void take_problems(struct unpacking *u, struct customer *customer,
                          struct arena *arena)
{
    uint32_t count;

    take_head(u, &count, sizeof(count));
    for (; count > 0 && !u->broken; count--) {
        struct packed_problem head;
        struct text code, message;

        take_head(u, &head, sizeof(head));
        code = take_text(u, head.code);
        message = take_text(u, head.message);
        if (!u->broken)
            customer_problem(customer, arena, (enum field)head.field, false,
                             code.at, "%s", message.at);
    }
}

enum status plan_unpack(struct text packed, struct arena *arena,
                        struct customer **customer, struct text keys[KEY_COUNT],
                        struct err *err)
{
    struct unpacking u = {.left = packed};
    uint32_t size;

    for (size_t i = 0; i < KEY_COUNT; i++) {
        take_head(&u, &size, sizeof(size));
        keys[i] = take_text(&u, size);
    }
    take_head(&u, &size, sizeof(size));
    if (customer_unpack(take_text(&u, size), arena, customer, err) == OK) {
        take_problems(&u, *customer, arena);
        if (!u.broken)
            return OK;
    }
    return fail(err, STOP, EXIT_BUG, "bug",
                "a row's customer was not kept whole");
}
