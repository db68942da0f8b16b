/*
 * target_reply.c - what a server answers: what every shipped provider makes of
 * the reply to each call, and its records as customers.
 */
#include "fuzz.h"

#include "formats/limits.h"
#include "mappings/provider.h"

enum { PROVIDERS_MAX = 16, RECORDS_MAX = 20 };

static struct provider *providers[PROVIDERS_MAX];
static size_t providers_count;

static void open_providers(void)
{
    struct arena *arena = arena_open();
    const char *const *name = provider_names(arena);
    struct err err = {0};

    for (; *name != NULL && providers_count < PROVIDERS_MAX; name++)
        if (provider_load(&providers[providers_count++], *name, &err) != OK)
            fuzz_broken("%s: %s", err.place, err.message);
    if (providers_count == 0)
        fuzz_broken("no provider is found");
    arena_close(arena);
}

static void read_record(const struct provider *provider,
                        const struct node *record, struct arena *arena)
{
    struct cleaning cleaning = {.regions = {"AU"}};
    struct text id = provider_id(provider, record);
    struct buffer out = {0};
    struct customer *customer;
    struct err err = {0};

    if (record == NULL || !text_is_utf8(id))
        return;
    if (mapping_read(provider->mapping, record, &cleaning, arena, &customer,
                     &err) != OK)
        return;
    mapping_as_source(provider->mapping, id, customer);
    customer = mapping_project(provider->mapping, customer, false, arena);
    customer_write(&out, customer, true);
    if (!text_is_utf8(buffer_view(&out)))
        fuzz_broken("a customer that is not UTF-8");
    buffer_free(&out);
}

static void meanings(const struct provider *provider, const struct node *body,
                     struct text raw)
{
    static const char *const calls[] = {"probe", "list",        "get",
                                        "find",  "create",      "update",
                                        "token", "bulk_create", "bulk_row"};
    static const int statuses[] = {0,   200, 201, 302, 400, 401,
                                   404, 409, 422, 429, 500, 503};

    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        for (size_t j = 0; j < sizeof(statuses) / sizeof(statuses[0]); j++)
            (void)provider_meaning(provider, calls[i], statuses[j], body, raw);
}

static void reply_to(const struct provider *provider, const struct node *body,
                     struct text raw, struct arena *arena)
{
    struct text said = provider_complaint(provider, body, raw, arena);
    const struct node *items = provider_items(provider->list.items, body);
    size_t count = 0;

    if (said.size > 300 || !text_is_utf8(said) ||
        memchr(said.size > 0 ? said.at : "", '\n', said.size) != NULL)
        fuzz_broken("a complaint that cannot be shown: %.*s", TEXT_ARGS(said));
    meanings(provider, body, raw);
    read_record(provider, provider_record(provider->get.items, body), arena);
    read_record(provider, provider_record(provider->create.items, body), arena);
    (void)provider_text(provider->create.id, body);
    for (const struct node *item = items != NULL ? items->first : NULL;
         item != NULL && count < RECORDS_MAX; item = item->next, count++)
        read_record(provider, item, arena);
    for (size_t i = 0; i < provider->auths_count; i++) {
        (void)provider_text(provider->auths[i].access_token, body);
        (void)provider_text(provider->auths[i].expires_in, body);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text raw = {(const char *)data, size};
    struct arena *arena = arena_open();
    struct names *names = names_open();
    struct node *body = NULL;
    struct err err = {0};

    if (providers_count == 0)
        open_providers();
    if (json_parse(raw, arena, names, &body, &err) != OK)
        body = NULL;
    for (size_t i = 0; i < providers_count; i++)
        reply_to(providers[i], body, raw, arena);
    names_close(names);
    arena_close(arena);
    return 0;
}
