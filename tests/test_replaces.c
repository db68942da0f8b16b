/*
 * test_replaces.c - which writes need a read before them, where they replace
 * more than they send.
 */
#include "tests/mapping_fixture.h"

#include "sync/diff.h"

/* What a test does not name is false or NULL. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static const char shape[] = "format: json\n"
                            "fields:\n"
                            "  company: firm\n"
                            "  billing.street: home.street\n"
                            "  billing.city: home.city\n"
                            "  billing.state: {read: home.state}\n"
                            "  shipping.city: goods.city\n"
                            "  tags: home.labels\n";

#include "tests/diff_fixture.h"

TestSuite(replaces, .init = set_up, .fini = tear_down, .timeout = 30);

/* The street moved, and is all that is sent. The other members of its object:
 * a city, as the source says it and as it is held there, and labels. */
struct moved {
    const char *city, *held_city;
    enum owner city_owner;
    bool labels_merge; /* else they are the source's as a whole */
    bool unread;       /* held is of no whole record */
};

static struct customer *acme(const char *street, const char *city)
{
    struct customer *customer = customer_new(arena);

    customer_set(customer, FIELD_COMPANY, TEXT("Acme"));
    customer_set(customer, FIELD_TAGS, TEXT("[\"VIP\"]"));
    customer_set(customer, FIELD_SHIPPING_CITY, TEXT("Hobart"));
    customer_set(customer, FIELD_BILLING_STREET, text_of(street));
    if (city != NULL)
        customer_set(customer, FIELD_BILLING_CITY, text_of(city));
    return customer;
}

static bool reads(const struct moved *moved, enum replaces replaces)
{
    const struct owner_rule rules[] = {
        {FIELD_BILLING_CITY, moved->city_owner},
        {FIELD_TAGS, moved->labels_merge ? OWNER_NONE : OWNER_SOURCE},
    };
    const struct policy policy = {.owners = rules, .owners_count = 2};
    const struct provider provider = {.mapping = mapping,
                                      .update = {.replaces = replaces}};
    const struct bases bases = {
        .held = acme("1 Old St", moved->held_city),
        .held_full = !moved->unread,
    };
    bool *send = arena_take(arena, field_count() * sizeof(*send));

    send[FIELD_BILLING_STREET] = true;
    return diff_needs_read(&provider, send, &policy,
                           acme("1 New St", moved->city), &bases, arena);
}

static bool object_reads(struct moved moved)
{
    return reads(&moved, REPLACES_OBJECT);
}

Test(replaces, an_object_that_the_source_has_as_the_target_is_written_unread)
{
    cr_expect_not(object_reads((struct moved){"Perth", "Perth"}));
    cr_expect_not(object_reads((struct moved){"Perth", "Perth", OWNER_SOURCE}));
}

Test(replaces, what_the_source_lacks_or_says_otherwise_is_read)
{
    cr_expect(object_reads((struct moved){NULL, "Perth"}), "lacks it");
    cr_expect(object_reads((struct moved){NULL, NULL}),
              "filled since, perhaps");
    cr_expect(object_reads((struct moved){"Perth", NULL}), "kept from there");
    cr_expect(object_reads((struct moved){"Perth", "Sydney"}),
              "somebody has been at it");
    cr_expect(object_reads((struct moved){"Perth", "Perth", .unread = true}));
}

Test(replaces, what_the_target_has_a_say_in_is_read)
{
    cr_expect(object_reads((struct moved){"Perth", "Perth", OWNER_TARGET}));
    cr_expect(object_reads((struct moved){"Perth", "Perth", OWNER_FILL}));
    cr_expect(
        object_reads((struct moved){"Perth", "Perth", .labels_merge = true}),
        "a list may have been added to");
}

Test(replaces, a_record_is_read_and_a_member_is_not)
{
    const struct moved all = {"Perth", "Perth"}, part = {NULL, "Perth"};

    cr_expect(reads(&all, REPLACES_RECORD));
    cr_expect_not(reads(&part, REPLACES_MEMBER));
}
