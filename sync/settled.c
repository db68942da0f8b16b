/* settled.c - see settled.h. */
#include "sync/settled.h"

#include <stdlib.h>
#include <string.h>

#include "sync/key_set.h"

struct settled {
    struct key_set *set;
};

struct settled *settled_open(void)
{
    struct settled *settled = calloc(1, sizeof(*settled));

    if (settled == NULL)
        abort();
    settled->set = key_set_open();
    return settled;
}

void settled_close(struct settled *settled)
{
    if (settled == NULL)
        return;
    key_set_close(settled->set);
    free(settled);
}

static struct print_key key_of(store_id source, store_id customer, bool created)
{
    static const uint8_t seed[16];
    store_id both[2] = {source, customer};
    char bytes[sizeof(both)];

    memcpy(bytes, both, sizeof(both));
    return print_key(seed, created ? 'c' : 'l',
                     (struct text){bytes, sizeof(bytes)});
}

void settled_add(struct settled *settled, store_id source, store_id customer,
                 bool created)
{
    (void)key_set_add(settled->set, key_of(source, customer, created));
}

bool settled_created(const struct settled *settled, store_id source,
                     store_id customer)
{
    return settled != NULL &&
           key_set_has(settled->set, key_of(source, customer, true));
}

bool settled_lost(const struct settled *settled, store_id source,
                  store_id customer)
{
    return settled != NULL &&
           key_set_has(settled->set, key_of(source, customer, false));
}
