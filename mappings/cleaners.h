/*
 * cleaners.h - what the files behind clean.h share; for this folder only.
 */
#ifndef MAPPINGS_CLEANERS_H
#define MAPPINGS_CLEANERS_H

#include "mappings/clean.h"

/* One value on its way through clean_value(). */
struct washing {
    enum field field;
    const struct cleaning *cleaning;
    struct arena *arena;
    struct customer *customer; /* problems go here */
    struct value *value;
};

/* Room for a value in a message: the rest is not needed to find it. */
enum { SHOWN_MAX = 60 };
/* The value's beginning, whole characters, for "%.*s" with TEXT_ARGS. */
struct text shown(struct text text);
/* The value cannot be used: presence and a warning. */
void wash_bad(const struct washing *washing, const char *code,
              const char *format, ...) __attribute__((format(printf, 3, 4)));
/* It can be used, but something is worth saying. */
#define wash_warn(w, ...)                                                      \
    customer_problem((w)->customer, (w)->arena, (w)->field, false, __VA_ARGS__)
/* Odd, or mended without loss; for what only spreadsheets do to a cell, ask
 * cleaning->cells first. */
#define wash_note(w, ...)                                                      \
    customer_notice((w)->customer, (w)->arena, (w)->field, __VA_ARGS__)
void wash_set(const struct washing *washing, struct text canonical);

/* A cell that says nothing where keys, phones and dates stand. */
bool is_blank_word(struct text text);
/* The same, of a phone's column only: a lone 0. */
bool is_blank_phone(struct text text);
/* #REF! and the like, or #### where a column was too narrow. */
bool is_error_word(struct text text);
/* Reads placeholders.txt once. STOP 78. */
enum status placeholders_open(struct err *err);
/* Reads the country names once. STOP 78. */
enum status countries_open(struct err *err);

/* --- what programs did to a text on its way ------------------------------*/

/* Printable ASCII, tabs and line ends: neither to be stripped nor decoded. */
bool is_plain_text(struct text text);
/*
 * The text that was meant, when all of this one is UTF-8 that was taken for
 * Windows-1252 (or Latin-1) and encoded once more; else empty.
 */
struct text undouble(struct text text, struct arena *arena);
/* Says when an id looks as if a spreadsheet had held it. */
void note_id(const struct washing *washing, struct text text);
void note_apostrophe(const struct washing *washing, struct text text);
/* A postcode: warns of a lost zero, or puts it back when asked to. */
struct text wash_postcode(const struct washing *washing, struct text text);
/* Reads postcodes.csv once. STOP 78. */
enum status postcodes_open(struct err *err);

/* --- per type; texts are clean_text()ed -----------------------------------*/

/* Position of the last @, or size. */
size_t email_at(struct text text);
/* NULL when mail accepts this address, else why not. */
const char *email_check(struct text address, struct arena *arena);

struct email_answer {
    struct text email;  /* empty: none was valid */
    bool several;       /* more than one address stood there */
    bool other;         /* something that is no address did */
    bool dropped;       /* a name or a comment did */
    const char *reason; /* of the first invalid one */
};
void email_read(struct text text, struct arena *arena,
                struct email_answer *answer);

enum phone_fault { PHONE_GOOD, PHONE_INVALID, PHONE_NO_REGION, PHONE_LOST };
struct phone_answer {
    enum phone_fault fault;
    bool mobile, several, extension;
    bool words;    /* left out: more than "Mobile:" */
    bool expanded; /* written out from 4.12345678E+08 or 412345678.0 */
    bool restored; /* a leading zero stood there once */
    char e164[20];
};
void phone_read(struct text text, const char *const regions[4],
                struct phone_answer *answer);

/* A longer text is not remembered. */
enum { PHONE_TEXT_MAX = 44 };
/* Whether phone_read would have to read it, and would remember it then. */
bool phone_is_news(struct text text, const char *const regions[4]);
/* What phone_read_cell found of it elsewhere: the next phone_read has it. */
void phone_remember(struct text text, const char *const regions[4],
                    const struct phone_answer *answer);

/* The same without the memory of what was read before; any thread may.
 * *answer is zeroed. */
void phone_read_cell(struct text text, const char *const regions[4],
                     struct phone_answer *answer);
/* Not NULL and not empty. */
bool region_given(const char *region);

/*
 * Undoes what a spreadsheet did to a number: *text may point into out then, and
 * *expanded tells it. False when digits are gone: those that the exponent asks
 * for are not there.
 */
bool phone_unspoil(struct text *text, char *out, size_t room, bool *expanded);

/* 45321 or 45321.5: a day since 1900 or 1904, from 1927 on. */
bool is_serial(struct text text);

/* A country by its name. */
enum country_found { COUNTRY_NONE, COUNTRY_ONE, COUNTRY_SEVERAL };
enum country_found country_read(struct text text, struct arena *arena,
                                struct text *alpha2);

void clean_email_value(const struct washing *washing, struct text text);
void clean_phone_value(const struct washing *washing, struct text text);
void clean_list_value(const struct washing *washing, struct text text);
void clean_methods_value(const struct washing *washing, struct text text);
void clean_contacts_value(const struct washing *washing, struct text text);

#endif
