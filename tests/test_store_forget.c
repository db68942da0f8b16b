/*
 * test_store_forget.c - one person goes, and what others share with it stays.
 */
#include "tests/store_fixture.h"

#include <string.h>

#include "state/forget.h"
#include "state/history.h"

TestSuite(store_forget, .init = folder_make, .fini = folder_remove);

enum { PEOPLE = 20 };

static struct text body_of(int person, int night)
{
    return arena_print(arena,
                       "{\"row\":{\"file\":\"crm.csv\",\"line\":%d},"
                       "\"before\":{\"city\":\"Town of %s%02d, which is large, "
                       "and far away\"},\"record\":\"%d\",\"n\":%d}",
                       person + 2, person == 1 ? "Quilla" : "Person", person,
                       500 + person, night);
}

static void add_event(struct store *store, int person, int night)
{
    const struct event event = {.run = 1 + night,
                                .customer = person,
                                .account = 1,
                                .source = 1,
                                .kind = EVENT_UPDATED,
                                .at_ms = 1000 + person,
                                .body = body_of(person, night)};

    ok(store_event_add(store, &event, &err));
}

/* The first of them is to be forgotten: what the others have in common is told
 * by its event. */
static void make_people(struct store *store)
{
    store_id customer, account, source;
    bool renamed;

    ok(store_account(store, "p", "http://127.0.0.1", "", "shop", &account,
                     &renamed, &err));
    ok(store_source(store, "file", "crm", &source, &err));
    ok(store_begin(store, &err));
    for (int i = 1; i <= PEOPLE; i++) {
        struct text email = arena_print(arena, "person%02d@example.com", i);
        const struct store_key key = {
            .kind = 1,
            .source = source,
            .value = i == 1 ? TEXT("quilla@example.com") : email};

        ok(store_customer_new(store, &customer, &err));
        cr_assert_eq(customer, i);
        ok(store_customer_keys_put(store, customer, source, &key, 1, &err));
        for (int night = 0; night < 3; night++)
            add_event(store, i, night);
    }
    ok(store_commit(store, &err));
}

static void forget_first(struct store *store)
{
    const struct forgotten_mark mark = {.bytes = "some digest"};
    const struct store_key key = {.kind = 1,
                                  .value = TEXT("quilla@example.com")};
    const struct forgetting forgetting = {.customer = 1,
                                          .keys = &key,
                                          .keys_count = 1,
                                          .marks = &mark,
                                          .marks_count = 1};

    ok(store_begin(store, &err));
    ok(store_forget(store, &forgetting, &err));
    ok(store_commit(store, &err));
}

/* Of the file itself and of its log. */
static bool bytes_have(const char *word)
{
    static const char *const suffixes[] = {"", "-wal"};
    bool has = false;

    for (size_t i = 0; i < 2; i++) {
        char name[160];
        struct buffer all = {0};
        char piece[4096];
        FILE *file;
        size_t size;

        (void)snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
        file = fopen(name, "rb");
        if (file == NULL)
            continue;
        while ((size = fread(piece, 1, sizeof(piece), file)) > 0)
            buffer_text(&all, (struct text){piece, size});
        (void)fclose(file);
        has |= all.size > 0 &&
               memmem(all.at, all.size, word, strlen(word)) != NULL;
        buffer_free(&all);
    }
    return has;
}

static void expect_lives(struct store *store)
{
    for (int i = 2; i <= PEOPLE; i++) {
        struct event events[4];
        size_t count;

        ok(store_events(store, i, 0, arena, events, 4, &count, &err));
        cr_assert_eq(count, 3);
        for (size_t night = 0; night < 3; night++) {
            struct text wanted = body_of(i, 2 - (int)night);

            cr_assert(text_equal(events[night].body, wanted), "%.*s",
                      TEXT_ARGS(events[night].body));
        }
    }
}

Test(store_forget, the_others_lives_do_not_stand_on_the_persons)
{
    struct store *store = open_as(STORE_WRITE);
    struct event events[4];
    store_id found[1];
    size_t count;

    make_people(store);
    cr_assert(bytes_have("Quilla"));
    forget_first(store);
    ok(store_wipe(store, &err));
    expect_lives(store);
    ok(store_events(store, 1, 0, arena, events, 4, &count, &err));
    cr_assert_eq(count, 0);
    ok(store_customers_by_key(store, 1, TEXT("quilla@example.com"), 0, found, 1,
                              &count, &err));
    cr_assert_eq(count, 0);
    ok(store_customers_by_key(store, 1, TEXT("person02@example.com"), 0, found,
                              1, &count, &err));
    cr_assert_eq(count, 1);
    store_close(store);
    cr_assert_not(bytes_have("Quilla"));
    cr_assert_not(bytes_have("quilla@example.com"));
    cr_assert(bytes_have("person02@example.com"));
}

/* A life that tells the key goes, whole words of it alone: also where half of
 * it is the form's, and where it is the form that others are told by. */
Test(store_forget, a_key_is_not_told_by_a_longer_one)
{
    static const struct {
        const char *email;
        bool stays;
    } told[] = {
        {"lee@example.com", false},   {"ann.lee@example.com", true},
        {"lee@example.com.au", true}, {"bob@example.com", true},
        {"Lee@Example.com.", false},  {"x <lee@example.com>", false},
        {"lea@example.com", true},    {"my-lee@example.com", true},
    };
    enum { TOLD = sizeof(told) / sizeof(told[0]) };
    const struct store_key key = {.kind = 1, .value = TEXT("lee@example.com")};
    const struct forgetting forgetting = {.keys = &key, .keys_count = 1};
    struct store *store = open_as(STORE_WRITE);
    struct text bodies[TOLD];
    store_id customer;

    ok(store_begin(store, &err));
    for (size_t i = 0; i < TOLD; i++) {
        struct event event = {.run = 1, .kind = EVENT_UPDATED, .at_ms = 1000};

        ok(store_customer_new(store, &customer, &err));
        event.customer = customer;
        event.body = bodies[i] =
            arena_print(arena, "{\"before\":{\"email\":\"%s\"},\"after\":{}}",
                        told[i].email);
        ok(store_event_add(store, &event, &err));
    }
    ok(store_commit(store, &err));
    ok(store_begin(store, &err));
    ok(store_forget(store, &forgetting, &err));
    ok(store_commit(store, &err));
    for (size_t i = 0; i < TOLD; i++) {
        struct event events[2];
        size_t count;

        ok(store_events(store, (store_id)i + 1, 0, arena, events, 2, &count,
                        &err));
        cr_assert_eq(count, told[i].stays, "%s", told[i].email);
        if (count > 0)
            cr_assert(text_equal(events[0].body, bodies[i]), "%.*s",
                      TEXT_ARGS(events[0].body));
    }
    store_close(store);
}

Test(store_forget, the_log_is_empty_though_somebody_has_the_store_open)
{
    struct store *store = open_as(STORE_WRITE), *other = open_as(STORE_WRITE);

    make_people(store);
    (void)fact(other, "something");
    forget_first(store);
    ok(store_wipe(store, &err));
    cr_assert_not(bytes_have("Quilla"));
    store_close(other);
    store_close(store);
}

Test(store_forget, a_wipe_is_due_until_it_is_done)
{
    struct store *store = open_as(STORE_WRITE);
    const struct forgotten_mark mark = {.bytes = "some digest"},
                                other = {.bytes = "another"};
    uint8_t salt[SALT_SIZE], again[SALT_SIZE];
    bool is;

    make_people(store);
    ok(store_salt(store, salt, &err));
    ok(store_wipe_due(store, &is, &err));
    cr_assert_not(is);
    ok(store_any_forgotten(store, &is, &err));
    cr_assert_not(is);
    forget_first(store);
    store_close(store);

    store = open_as(STORE_WRITE);
    ok(store_wipe_due(store, &is, &err));
    cr_assert(is);
    ok(store_wipe(store, &err));
    ok(store_wipe_due(store, &is, &err));
    cr_assert_not(is);
    ok(store_any_forgotten(store, &is, &err));
    cr_assert(is);
    ok(store_is_forgotten(store, &mark, &is, &err));
    cr_assert(is);
    ok(store_is_forgotten(store, &other, &is, &err));
    cr_assert_not(is);
    ok(store_salt(store, again, &err));
    cr_assert_eq(memcmp(salt, again, SALT_SIZE), 0);
    ok(store_verify(store, &err));
    store_close(store);
}
