/*
 * plan_keys.c - keys are worked out once a row: reading a phone number costs
 * more than all else that happens to a row.
 */
#include "sync/plan.h"

#include <string.h>

#include "sync/diff.h"

/* No key holds it: cleaning takes control characters off. */
enum { SEPARATOR = 0x1e };

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
    customer_write(out, customer, true);
}

enum status plan_unpack(struct text packed, struct arena *arena,
                        struct customer **customer, struct text keys[KEY_COUNT],
                        struct err *err)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *end = memchr(packed.at, SEPARATOR, packed.size);
        size_t size = (size_t)(end - packed.at);

        keys[i] = arena_text(arena, (struct text){packed.at, size});
        packed.at += size + 1;
        packed.size -= size + 1;
    }
    return diff_parse(packed, arena, customer, err);
}
