/*
 * plan_keys.c - keys are worked out once a row: reading a phone number costs
 * more than all else that happens to a row.
 */
#include "sync/plan.h"

#include <string.h>

#include "sync/diff.h"

/* No key holds them: cleaning takes control characters off; messages show
 * values without. */
enum { SEPARATOR = 0x1e, PROBLEM = 0x1d, PART = 0x1f };

void plan_keys(const struct policy *policy, const struct customer *customer,
               struct arena *arena, struct text keys[KEY_COUNT])
{
    for (size_t i = 0; i < KEY_COUNT; i++)
        keys[i] = i < policy->match_count
                      ? customer_key(customer, policy->match[i], arena)
                      : (struct text){0};
}

void plan_pack(const struct customer *customer,
               const struct text keys[KEY_COUNT], struct buffer *out)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        buffer_text(out, keys[i]);
        buffer_byte(out, SEPARATOR);
    }
    for (const struct problem *problem = customer->problems; problem != NULL;
         problem = problem->next) {
        if (problem->notice || problem->once)
            continue;
        buffer_print(out, "%c%s%c%s%c%s", PROBLEM,
                     problem->field == FIELD_NONE ? ""
                                                  : field_name(problem->field),
                     PART, problem->code, PART, problem->message);
    }
    buffer_byte(out, SEPARATOR);
    customer_write(out, customer, true);
}

/* Up to the byte, which is taken off too. */
static struct text take(struct text *packed, char byte)
{
    const char *end = memchr(packed->at, byte, packed->size);
    size_t size = end != NULL ? (size_t)(end - packed->at) : packed->size;
    struct text part = {packed->at, size};

    packed->at += size + (end != NULL);
    packed->size -= size + (end != NULL);
    return part;
}

static void unpack_problems(struct text packed, struct customer *customer,
                            struct arena *arena)
{
    (void)take(&packed, PROBLEM);
    while (packed.size > 0) {
        struct text one = take(&packed, PROBLEM);
        enum field field = field_named(take(&one, PART));
        const char *code = arena_string(arena, take(&one, PART));

        customer_problem(customer, arena, field, false, code, "%.*s",
                         TEXT_ARGS(one));
    }
}

enum status plan_unpack(struct text packed, struct arena *arena,
                        struct customer **customer, struct text keys[KEY_COUNT],
                        struct err *err)
{
    struct text problems;
    enum status status;

    for (size_t i = 0; i < KEY_COUNT; i++)
        keys[i] = arena_text(arena, take(&packed, SEPARATOR));
    problems = take(&packed, SEPARATOR);
    status = diff_parse(packed, arena, customer, err);
    if (status == OK)
        unpack_problems(problems, *customer, arena);
    return status;
}
