/* replaces.c - see replaces.h. */
#include "sync/replaces.h"

#include <string.h>

static bool same_object(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool replaces_slot(const struct write_spec *update, const struct slot *slots,
                   size_t count, const bool *send, size_t i)
{
    if (update->replaces == REPLACES_RECORD)
        return true;
    if (update->replaces != REPLACES_OBJECT)
        return false;
    for (size_t j = 0; j < count; j++) {
        if (send[slots[j].field] &&
            same_object(slots[i].object, slots[j].object))
            return true;
    }
    return false;
}

bool replaces_unsent(const struct write_spec *update, const struct slot *slots,
                     size_t count, const bool *send, const bool *ours)
{
    for (size_t i = 0; i < count; i++) {
        const struct slot *slot = &slots[i];
        bool known = update->replaces == REPLACES_OBJECT && ours[slot->field];

        if (slot->readable && slot->writable && !send[slot->field] && !known &&
            replaces_slot(update, slots, count, send, i))
            return true;
    }
    return false;
}
