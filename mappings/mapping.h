/*
 * mapping.h - how one outside shape corresponds to a customer, both ways.
 *
 * A mapping is loaded once and never changes. Records (node trees) become
 * customers through mapping_read, customers become records through
 * mapping_project (what this shape can hold of a customer, fallbacks applied)
 * and mapping_write. mapping_read of a written record gives the projected
 * customer again, for every field whose rule works both ways.
 *
 * Never touches a network or the store. Reading remembers which column is which
 * within the mapping, so one thread at a time uses a mapping.
 */
#ifndef MAPPINGS_MAPPING_H
#define MAPPINGS_MAPPING_H

#include "formats/format.h"
#include "mappings/clean.h"
#include "mappings/customer.h"
#include "mappings/yaml.h"

struct mapping;

/* Where mappings are looked for, strongest first, ended by NULL: the user's,
 * the build tree's or the prefix's. kind is "files" or "providers". */
const char *const *mapping_folders(void);
/* name is a mapping's name or a path (has a slash or ends in .yaml/.json). */
enum status mapping_load(struct mapping **out, const char *name,
                         struct err *err); /* STOP 78 */
/* From a tree already loaded: providers carry their body's mapping inside.
 * Faults go to check; STOP, with nothing in *out, when there were some. tree
 * must outlive the mapping, whose rules point into it. */
enum status mapping_build(struct mapping **out, const char *name,
                          const char *file, const struct node *tree,
                          struct check *check, struct err *err);
void mapping_close(struct mapping *mapping); /* NULL is fine */

const char *mapping_name(const struct mapping *mapping);
const char *mapping_title(const struct mapping *mapping); /* or NULL */
const char *mapping_file(const struct mapping *mapping);
/* NULL where the mapping does not say. */
const char *mapping_format(const struct mapping *mapping);
const char *mapping_encoding(const struct mapping *mapping);
const char *mapping_region(const struct mapping *mapping);
const char *mapping_source(const struct mapping *mapping);
/* Fills in what the mapping says about reading (delimiter, skip, records, rows,
 * columns by position) where options leave it open. */
void mapping_reader_options(const struct mapping *mapping,
                            struct reader_options *options);
/* What a writer of this shape needs: columns in order, root and element,
 * encoding. */
void mapping_writer_options(const struct mapping *mapping,
                            struct writer_options *options);
/* The columns that only this shape has, NULL-ended; it may be known by several
 * such lists. NULL past the last. */
const char *const *mapping_recognise(const struct mapping *mapping,
                                     size_t index);
/* Bytes that change when the mapping's meaning changes. */
struct text mapping_digest(const struct mapping *mapping);
/* Whether a rule of it reads this column (folded comparison) or member (a path
 * without brackets: "tel.uri"). */
bool mapping_knows(const struct mapping *mapping, struct text column);
/* Whether it reads the field from this column of a header. */
bool mapping_feeds(const struct mapping *mapping, struct text column,
                   enum field field);
/*
 * The columns, members of contacts ("contacts.role") and, in a shape of paths,
 * all members that held something in a record read since it was loaded and that
 * no rule reads, in the order in which they were met; not all when a file has
 * very many. None of a provider's, whose objects hold more than customers.
 */
const char *const *mapping_unread(const struct mapping *mapping, size_t *count);

/* All file mappings found, loaded once; generic is always there and last. */
struct catalogue;
enum status catalogue_open(struct catalogue **out, struct err *err);
void catalogue_close(struct catalogue *catalogue);
size_t catalogue_count(const struct catalogue *catalogue);
const struct mapping *catalogue_at(const struct catalogue *catalogue,
                                   size_t index);
/* For reader_options.known: any mapping knows it. self is the catalogue. */
bool catalogue_knows(const void *self, struct text column);
/*
 * The mapping whose recognise list is wholly in columns (the longest list
 * wins), of that format; else generic. *why is a line for `check`.
 */
const struct mapping *catalogue_recognise(const struct catalogue *catalogue,
                                          const struct format *format,
                                          const char *const *columns,
                                          char why[256]);

/* --- outside -> customer --------------------------------------------------*/

/*
 * REJECT with code "skipped" when a row filter leaves the record out (not an
 * error: the row is `skipped`). Bad values are problems of the customer. A row
 * without a name and without a way to reach anybody gets the fatal problem
 * "nobody".
 */
enum status mapping_read(const struct mapping *mapping,
                         const struct node *object,
                         const struct cleaning *cleaning, struct arena *arena,
                         struct customer **out, struct err *err);
/*
 * Asks for the phone numbers of a record that mapping_read will have later: a
 * guess that changes nothing but phones, and may leave some out.
 */
void mapping_foresee(const struct mapping *mapping, const struct node *object,
                     const struct cleaning *cleaning, struct arena *arena,
                     struct phones_ahead *phones);

/*
 * A customer that was read from an account becomes one of a source: its
 * reference id is the record's id, and what the target's own reference field
 * held goes to the field that `reads_as` names (custom.reference_id).
 */
void mapping_as_source(const struct mapping *mapping, struct text id,
                       struct customer *customer);

/* --- customer -> outside --------------------------------------------------*/

/* One write rule of a shape: the unit in which bases are kept and compared. */
struct slot {
    enum field field;
    bool readable;      /* the shape shows it when read */
    bool writable;      /* false: read-only fields are no slots of a change */
    bool required;      /* the shape needs it on create */
    bool reference;     /* the target's own reference field */
    const char *object; /* outermost member it lives in, when it is nested in an
                           object that a write replaces; else NULL */
};

/*
 * In the file's order. generic has one for each custom field too: ask again
 * after records were read, the list grows as they bring new ones.
 */
const struct slot *mapping_slots(const struct mapping *mapping, size_t *count);
/* The one of that field, or NULL. */
const struct slot *mapping_slot(const struct mapping *mapping,
                                enum field field);

/* Whether a shape has a place for a field. */
enum carrying {
    CARRIED_NEVER,
    CARRIED_AT_TIMES, /* other fields' places take it where they have none of
                         their own, or beside it (or, append, primary_from) */
    CARRIED_ALWAYS,   /* its own place; what that cannot hold is a problem that
                         mapping_project tells */
};
enum carrying mapping_carries(const struct mapping *mapping, enum field field);
/*
 * Whether what is written of the field comes back exactly, and nothing comes
 * back where there was none. False where a rule joins, appends, divides a name,
 * falls back to others, has a default, or is read under a condition that its
 * own writing does not meet. It writes and reads: not for every record.
 */
bool mapping_two_way(const struct mapping *mapping, enum field field);

/*
 * Whether the shape is for this customer, as `only` says; if not, *why is the
 * field that says something else. A shape of a list of subscribers, say, has no
 * column for the opt-in: who stands in it has one.
 */
bool mapping_wants(const struct mapping *mapping,
                   const struct customer *customer, enum field *why);
/* Whether `only` asks for the field; what it may be there: "true or false". */
bool mapping_asks(const struct mapping *mapping, enum field field);
struct text mapping_only(const struct mapping *mapping, enum field field,
                         struct arena *arena);

/* How a target wants its values. */
struct target_form {
    const char *region; /* of the account: for phones written nationally */
    bool national;      /* phones as national digits, else E.164 */
    bool cells;         /* the format holds texts only (CSV): lists are joined,
                           contacts are JSON in a cell. A mapping of format csv
                           always does so; generic must be told */
    bool elements;      /* a list of one looks like a single value (XML), as
                           above */
    const struct national *nationals; /* found already, in that region */
    size_t nationals_count;
};

/*
 * What this shape can hold of the customer: each slot's value after fallbacks
 * (name from company, then first and last...), opt-ins that lack an address
 * turned false, limits checked. Problems: a value over a limit is left out
 * (warning), a needed one makes the customer invalid (fatal problem).
 * for_create false skips the checks of what is required.
 *
 * A slot is named after our field, and may hold another one's value: COUNT's
 * slot name holds the company where there is no name, its slot mobile a
 * landline. So what a target shows is brought to slots in the same way, by
 * mapping_project(mapping_read(record), for_create false), and slots compare
 * with slots. A required slot is never VALUE_BLANK: it cannot be cleared.
 */
struct customer *mapping_project(const struct mapping *mapping,
                                 const struct customer *customer,
                                 bool for_create, struct arena *arena);
/*
 * Of a field that is CARRIED_AT_TIMES: whether this customer's value is written
 * (projected is mapping_project's). It is when it stands whole in a text of a
 * place that takes it, when a written name or number says the same, or when it
 * did not fit there, which was told. Else *beside is the field whose place
 * would have taken it, or FIELD_NONE.
 */
bool mapping_carried(const struct mapping *mapping,
                     const struct customer *customer,
                     const struct customer *projected, enum field field,
                     enum field *beside, struct arena *arena);
/*
 * The outside record of a projected customer: the fields for which wanted
 * (by field number, field_count() long; NULL: all) is true. A VALUE_BLANK field
 * is written as the shape clears it (null, empty text, empty list). form NULL:
 * as the mapping itself says (phones:, region:).
 */
struct node *mapping_write(const struct mapping *mapping,
                           const struct customer *projected, const bool *wanted,
                           const struct target_form *form, struct arena *arena);
/* One value as the target writes it in a look-up (phone in its form). */
struct text mapping_outside(const struct mapping *mapping, enum field field,
                            struct text canonical,
                            const struct target_form *form,
                            struct arena *arena);

/* --- examples -------------------------------------------------------------*/

/* Runs the examples beside the mapping; each fault is counted in check. */
void mapping_examples(const struct mapping *mapping, struct check *check);

/* A path into a tree ("data.records", "contacts[isPrimary=true].email", "");
 * NULL when nothing is there. Shared with the provider part. */
const struct node *path_find(const struct node *tree, const char *path);
/* The first of several paths that gives something; NULL-ended list. */
const struct node *path_first(const struct node *tree,
                              const char *const *paths);

#endif
