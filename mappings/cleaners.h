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
void wash_set(const struct washing *washing, struct text canonical);

/* A cell that says nothing where keys, phones and dates stand. */
bool is_blank_word(struct text text);
/* Reads placeholders.txt once. STOP 78. */
enum status placeholders_open(struct err *err);
/* Reads the country names once. STOP 78. */
enum status countries_open(struct err *err);

/* --- per type; texts are clean_text()ed -----------------------------------*/

struct email_answer {
    struct text email;  /* empty: none was valid */
    bool several;       /* more than one address stood there */
    const char *reason; /* of the first invalid one */
};
void email_read(struct text text, struct arena *arena,
                struct email_answer *answer);

enum phone_fault { PHONE_GOOD, PHONE_INVALID, PHONE_NO_REGION, PHONE_LOST };
struct phone_answer {
    enum phone_fault fault;
    bool mobile, several, extension;
    char e164[20];
};
void phone_read(struct text text, const char *const regions[4],
                struct phone_answer *answer);

/*
 * Undoes what a spreadsheet did to a number: *text may point into out then.
 * False when digits are gone: those that the exponent asks for are not there.
 */
bool phone_unspoil(struct text *text, char *out, size_t room);

void clean_email_value(const struct washing *washing, struct text text);
void clean_phone_value(const struct washing *washing, struct text text);
void clean_list_value(const struct washing *washing, struct text text);
void clean_methods_value(const struct washing *washing, struct text text);
void clean_contacts_value(const struct washing *washing, struct text text);

#endif
