/*
 * clean.h - what each type accepts, and its canonical form.
 *
 * One function per type. Each takes the outside text and gives the canonical
 * text in the arena, or says why the value cannot be used. Blank and
 * placeholder cells (N/A, NULL, -, #REF!, 0000-00-00 where the type is a key,
 * phone or date) come out as VALUE_BLANK. A person named Null stays Null.
 */
#ifndef MAPPINGS_CLEAN_H
#define MAPPINGS_CLEAN_H

#include "mappings/customer.h"

/* How outside texts are to be read. */
struct cleaning {
    /* Regions for numbers without a country code, strongest first: the row's
     * own country (filled in by the mapping engine), mapping, target account,
     * configuration. Alpha-2 or NULL. */
    const char *regions[4];
    const char *time_format; /* strptime format, "serial" or "serial-1904" (a
                                spreadsheet's day number), NULL: ISO 8601 */
    bool cells;      /* texts are a spreadsheet's cells (CSV): what it does to
                        numbers is looked for */
    unsigned repair; /* enum repair: what is put right, else it is only said */
    const struct decision *decision; /* of a column's time format, or NULL */
    struct phones_ahead
        *ahead; /* phone numbers are asked for, not read; or NULL */
};

enum repair {
    REPAIR_DOUBLE_ENCODED = 1, /* UTF-8 that was taken for Windows-1252 */
    REPAIR_LOST_ZERO = 2,      /* postcodes without their leading zero */
};

/* Cleans by the field's type into *value; adds problems to the customer. */
void clean_value(enum field field, struct text raw,
                 const struct cleaning *cleaning, struct arena *arena,
                 struct customer *customer, struct value *value);

/*
 * Reads the data files (placeholders, country names) now, so that a missing
 * one is told before any work. STOP 78. Without it they are read when first
 * needed, and a missing one ends the process with the same message and code.
 */
enum status clean_open(struct err *err);

/* Changes whenever cleaning gives other results: part of the fingerprint. */
#define CLEAN_VERSION "2"

/* --- the single types, for tests and for other uses -----------------------*/

/* Outer blanks, BOM, zero-width and control characters off; NFC is not done. */
struct text clean_text(struct text raw, struct arena *arena);
/* False with a reason when it is no address that mail accepts. */
bool clean_email(struct text raw, struct arena *arena, struct text *out,
                 const char **reason);
/* Lower-case local part, IDNA domain; for comparing only. */
struct text email_fold(struct text email, struct arena *arena);
/*
 * E.164 of a valid number. mobile tells whether it can be a mobile (also true
 * where a plan does not tell fixed and mobile apart). False: not valid.
 */
bool clean_phone(struct text raw, const char *const regions[4],
                 struct arena *arena, struct text *e164, bool *mobile);
/* National digits ("0412345678") of an E.164 number if it is of that region,
 * else the E.164 text itself. */
struct text phone_national(struct text e164, const char *region,
                           struct arena *arena);
/* The same for keeping, without an arena: any thread may ask. */
struct national {
    struct text e164;
    char local[32]; /* empty: it is not of the region */
};
void national_find(struct national *national, const char *region);
/* Alpha-2 of alpha-2, alpha-3, a name or a usual other name; else empty. */
struct text clean_country(struct text raw, struct arena *arena);
/* What people call the country of an alpha-2, in English; else empty. */
struct text country_name(struct text alpha2);
bool region_known(const char *alpha2);
bool clean_boolean(struct text raw, bool *out);
/* RFC 3339 UTC text; format NULL reads ISO 8601. */
bool clean_time(struct text raw, const char *format, struct arena *arena,
                struct text *out);
bool is_placeholder(enum key key, struct text normal);
/* NFKC, case folded, marks stripped; for keys and "did you mean". */
struct text fold_name(struct text text, struct arena *arena);
/* NFC, runs of blanks collapsed. */
struct text fold_text(struct text text, struct arena *arena);

#endif
