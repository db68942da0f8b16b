/*
 * target_clean.c - cells to phones, emails, dates and the other types: what
 * comes out is UTF-8, and cleaning it once more changes nothing.
 */
#include "fuzz.h"

#include "mappings/clean.h"

static const struct cleaning ways[] = {
    {.regions = {NULL}},
    {.regions = {"GB", "AU"},
     .time_format = "%d/%m/%Y",
     .cells = true,
     .repair = REPAIR_DOUBLE_ENCODED | REPAIR_LOST_ZERO},
    {.regions = {NULL, NULL, NULL, "AU"}, .time_format = "serial"},
};

static void check_value(enum field field, const struct value *value,
                        struct text raw)
{
    if (value->presence == VALUE_SET &&
        (value->text.size == 0 || !text_is_utf8(value->text)))
        fuzz_broken("%s is set to '%.*s' from '%.*s'", field_name(field),
                    TEXT_ARGS(value->text), TEXT_ARGS(raw));
}

/* What is canonical is its own canonical form. */
static void clean_again(enum field field, struct text text,
                        const struct cleaning *cleaning, struct arena *arena)
{
    struct cleaning plain = {
        .regions = {cleaning->regions[0], cleaning->regions[1],
                    cleaning->regions[2], cleaning->regions[3]}};
    struct customer *customer = customer_new(arena);
    struct value value = {.presence = VALUE_ABSENT};

    clean_value(field, text, &plain, arena, customer, &value);
    if (value.presence != VALUE_SET || !text_equal(value.text, text))
        fuzz_broken("%s: '%.*s' is cleaned to '%.*s' (%d)", field_name(field),
                    TEXT_ARGS(text), TEXT_ARGS(value.text),
                    (int)value.presence);
}

static void clean_one(enum field field, struct text raw,
                      const struct cleaning *cleaning, struct arena *arena)
{
    struct customer *customer = customer_new(arena);
    struct value value = {.presence = VALUE_ABSENT};

    clean_value(field, raw, cleaning, arena, customer, &value);
    check_value(field, &value, raw);
    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        if (!text_is_utf8(text_of(p->message)))
            fuzz_broken("a message that is not UTF-8: %s", p->message);
    if (value.presence == VALUE_SET && field != FIELD_TAGS &&
        field != FIELD_CONTACTS && field != FIELD_CONTACT_METHODS)
        clean_again(field, value.text, cleaning, arena);
}

static void fold_all(struct text text, struct arena *arena)
{
    static const enum field fields[] = {FIELD_NAME, FIELD_EMAIL, FIELD_MOBILE};

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        if (!text_is_utf8(value_fold(fields[i], text, arena)))
            fuzz_broken("a fold that is not UTF-8");
    if (!text_is_utf8(fold_name(text, arena)))
        fuzz_broken("a folded name that is not UTF-8");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_open();
    struct text raw =
        arena_text(arena, (struct text){(const char *)data, size});

    /* A reader lets nothing else through. */
    if (text_is_utf8(raw) && memchr(raw.at, '\0', raw.size) == NULL) {
        for (enum field field = 0; field < FIELD_FIXED; field++)
            for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
                clean_one(field, raw, &ways[i], arena);
        fold_all(raw, arena);
    }
    arena_close(arena);
    return 0;
}
