/*
 * forget.h - everything that the store knows of one person, and its end.
 *
 * A customer with its links and changes, and records that a provider showed
 * under a key that is the person's alone. Nothing is sent anywhere: the records
 * at the providers stay as they are.
 */
#ifndef SYNC_FORGET_H
#define SYNC_FORGET_H

#include "sync/forgotten.h"
#include "sync/who.h"

enum { FORGET_KEYS_MAX = 256, FORGET_RECORDS_MAX = 64, FORGET_LINKS_MAX = 32 };

enum forget_known {
    FORGET_NOBODY,  /* nobody is known by that key */
    FORGET_ALREADY, /* nobody, and whoever it was is kept out */
    FORGET_SOMEBODY,
};

struct forget {
    struct who who;
    struct forgotten forgotten; /* the salt */
    enum forget_known known;
    store_id customer; /* 0: only records were seen */
    struct record_named records[FORGET_RECORDS_MAX];
    size_t records_count;
    struct store_key keys[FORGET_KEYS_MAX]; /* of the person, each once */
    size_t keys_count;
    bool shared[FORGET_KEYS_MAX]; /* by keys: somebody else's too */
};

/*
 * Fills all but who. STOP 64 and 65 as who_find, but that nobody is known is no
 * fault; 75 while a change may be on its way.
 */
enum status forget_find(struct forget *forget, const char *written,
                        struct err *err);
/* In one transaction; store_wipe is due then. */
enum status forget_do(const struct forget *forget, struct err *err);

#endif
