/* phones_ahead.c - see phones_ahead.h. */
#include "mappings/phones_ahead.h"

#include "mappings/cleaners.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PHONES_FIRST = 128, REGION_SIZE = 2 };

struct phone_ahead {
    char text[PHONE_TEXT_MAX];
    size_t size;
    char regions[4][REGION_SIZE + 1]; /* "": none */
    struct phone_answer answer;
};

static void regions_of(const struct phone_ahead *phone, const char *regions[4])
{
    for (int i = 0; i < 4; i++)
        regions[i] = phone->regions[i];
}

static struct phone_ahead *add(struct phones_ahead *phones)
{
    if (phones->count == phones->room) {
        phones->room = phones->room == 0 ? PHONES_FIRST : phones->room * 2;
        phones->at = realloc(phones->at, phones->room * sizeof(phones->at[0]));
        if (phones->at == NULL)
            abort();
    }
    return &phones->at[phones->count++];
}

void phones_ask(struct phones_ahead *phones, struct text text,
                const char *const regions[4])
{
    struct phone_ahead *phone;

    if (!phone_is_news(text, regions))
        return;
    phone = add(phones);
    *phone = (struct phone_ahead){.size = text.size};
    memcpy(phone->text, text.at, text.size);
    for (int i = 0; i < 4; i++)
        if (region_given(regions[i])) {
            assert(strlen(regions[i]) <= REGION_SIZE);
            memcpy(phone->regions[i], regions[i], strlen(regions[i]));
        }
}

void phones_work_out(void *self)
{
    struct phones_ahead *phones = self;
    size_t i;

    while ((i = atomic_fetch_add(&phones->next, 1)) < phones->count) {
        struct phone_ahead *phone = &phones->at[i];
        const char *regions[4];

        regions_of(phone, regions);
        phone_read_cell((struct text){phone->text, phone->size}, regions,
                        &phone->answer);
    }
}

void phones_remember(const struct phones_ahead *phones, size_t first,
                     size_t end)
{
    for (size_t i = first; i < end; i++) {
        const struct phone_ahead *phone = &phones->at[i];
        const char *regions[4];

        regions_of(phone, regions);
        phone_remember((struct text){phone->text, phone->size}, regions,
                       &phone->answer);
    }
}

void phones_clear(struct phones_ahead *phones)
{
    phones->count = 0;
    atomic_store(&phones->next, 0);
}

void phones_free(struct phones_ahead *phones)
{
    free(phones->at);
    *phones = (struct phones_ahead){0};
}
