/*
 * rule.h - one line of fields: our field and where it lives outside.
 *
 * Shared by mapping.c and the rule_*.c files only. A rule is loaded once
 * (rule_load.c), reads (rule_read.c), projects (rule_project.c) and writes
 * (rule_write.c). All it points to lives in the mapping's arena.
 */
#ifndef MAPPINGS_RULE_H
#define MAPPINGS_RULE_H

#include "mappings/columns.h"
#include "mappings/mapping.h"
#include "mappings/met.h"
#include "mappings/pattern.h"

/* One place outside: a column of a flat shape, or a path. */
struct place {
    const char *path; /* as written; of a column its name as it is written */
    int column;       /* in the mapping's columns; -1 in a shape of paths */
    const struct condition *when; /* only read where it holds; NULL: always */
};

struct places {
    struct place *at;
    size_t count;
};

/* A value table: outside and ours, in the file's order. */
struct table {
    struct table_row {
        struct text outside, ours;
    } * rows;
    size_t count;
};

struct condition {
    struct places places;  /* the first that is filled is asked */
    const struct text *is; /* any of these; count 0: only whether filled */
    size_t count;
    bool none;             /* none of them, instead */
    struct pattern *match; /* is found in it, instead; or NULL */
    bool filled;           /* what is asked for when count is 0 */
};

/* A column that is written with a constant, beside a value. */
struct also {
    const char *path;
    struct text text;
    uint32_t line, column; /* in the mapping file */
};

/* What stands in for our field when it has no value. */
struct fallback {
    const enum field *fields; /* joined with `with`, those that have a value */
    size_t count;
    const char *with;
    const char *after; /* of append: between the value and the first */
};

enum { CONTACT_MEMBERS = 5 }; /* first_name last_name email phone primary */
extern const char *const contact_members[CONTACT_MEMBERS + 1];

struct each {
    const char *const *reads; /* paths in an element; NULL: not there */
    const char *write;
};

struct flag {
    struct text ours;
    struct place place;
};

/* One of several contacts that stand in columns of their own. */
struct person {
    struct places reads[CONTACT_MEMBERS];
    const char *write[CONTACT_MEMBERS]; /* NULL: the shape lacks it */
};

/* A list of more formats than this is a guess. */
enum { FORMATS_MAX = 8 };

/* Of a whole name in one column; and from PART_ADDRESS on, in the order of enum
 * address_part, of the lines of an address. */
enum name_part { PART_ALL, PART_FIRST, PART_LAST, PART_ADDRESS };
/* Points into the whole; empty when it has no such part. */
struct text name_part(struct text whole, enum name_part part);

enum shown_as { AS_USUAL, AS_TEXT, AS_NUMBER, AS_BOOLEAN, AS_LIST, AS_NAME };

struct rule {
    enum field field;
    enum type type;
    uint32_t line, column; /* in the mapping file */
    struct places reads;
    uint64_t bit;       /* as a reader of columns; 0: it has none */
    struct place write; /* path NULL: read only */
    bool constant_set;
    struct text constant; /* value: */
    bool otherwise_set;
    struct text otherwise; /* default: */
    const char *split;     /* list elements in one cell */
    const char *join;      /* several places in one text */
    const char *strip;
    const char *prefix;    /* before the value outside */
    struct pattern *match; /* what is read of a text; NULL: all */
    enum name_part part;
    struct table table;
    const char *region, *format;
    const char *const *formats; /* of times; NULL is ISO 8601 */
    size_t formats_count;       /* of more than one the column decides */
    const struct condition *when;
    const struct fallback *ors;
    size_t ors_count;
    struct fallback append; /* joined to the end of our value on writing */
    enum field mobile_else;
    bool others; /* mobile_else takes the other numbers of the list, too */
    const struct each *each; /* CONTACT_MEMBERS long, or NULL */
    const enum field *primary_from;
    size_t primary_from_count;
    const struct flag *flags;
    size_t flags_count;
    struct also *also;
    size_t also_count;
    struct person *people; /* of contacts, in place of reads */
    size_t people_count, people_written;
    enum shown_as as;
    bool required, reference, write_only;
    bool limits;     /* min or max is given */
    size_t min, max; /* characters; max 0: none */
    struct pattern *pattern;
    const char *message;
    const enum field *needs;
    size_t needs_count;
    bool clear_text; /* cleared by `cleared`, else by null */
    struct text cleared;
    enum field reads_as;
};

struct group {
    const enum field *fields;
    size_t count;
};

/* Whom a shape is for: customers whose field is one of the words. */
struct only {
    enum field field;
    const struct text *words;
    size_t count;
};

struct mapping {
    const char *name, *file, *title;
    const char *format, *encoding, *region, *source, *records;
    char delimiter;
    bool skip_set;
    uint32_t skip;
    bool national;                       /* phones: national */
    bool flat;                           /* columns, else paths */
    bool elements;                       /* format: xml */
    const char *const *const *recognise; /* lists, NULL-ended, or NULL */
    const char *rows;                    /* what its lines begin with */
    const char *const *continues;        /* blank in a row that goes on with the
                                            record; NULL-ended, or NULL */
    unsigned repair;                     /* enum repair */
    const char *const *by_position;      /* columns: of a file without header */
    const char *const *header;           /* the vendor's columns, for writing */
    const char *custom; /* prefix of columns for custom fields */
    struct rule *rules;
    size_t rules_count;
    bool conditional; /* a rule or place has a condition */
    const struct condition *skips;
    size_t skips_count;
    const struct group *groups; /* require_any */
    size_t groups_count;
    const struct only *only;
    size_t only_count;
    struct kept_pattern {
        struct pattern *pattern; /* NULL: it was none */
        struct kept_pattern *next;
    } * patterns; /* of rules and conditions, closed with the mapping */
    const struct node *examples;
    struct text digest;
    struct columns *columns;
    struct met *members; /* of records of paths; NULL: not looked at */
    struct arena *arena;
    struct arena *scratch; /* of decision_see; NULL until then */
    struct names *names;
    /* Made again when custom fields were added since. */
    struct slot *slots;
    size_t slots_count, slots_fields;
};

/* What is within one address: its fields are all of one row. */
enum address { ADDRESS_BILLING, ADDRESS_SHIPPING, ADDRESSES };

/* A record as rules see it; one of its rows, when it has several. */
struct view {
    const struct mapping *mapping;
    const struct node *object;
    struct found found; /* of a flat shape */
    /* Of the first row: those that follow it, and the row of each address. */
    const struct view *more;
    size_t more_count;
    const struct view *address[ADDRESSES];
    bool *taken; /* of one of several rows: by column, whether a rule read it */
    /* Of the record: a pattern gave up on the rule that is read. */
    bool *untold;
};

/* How many nodes at most are taken at one place. */
enum { PLACE_NODES_MAX = 501 };
size_t view_all(const struct view *view, const struct place *place,
                const struct node **out, size_t room);
/* Nothing can stand there: most names of a rule are in no file, so that is
 * asked before all else. */
static inline bool view_lacks(const struct view *view,
                              const struct place *place)
{
    return view->mapping->flat &&
           (place->column < 0 || view->found.at[place->column] == NULL);
}
/* The same of all that a rule reads. */
static inline bool view_lacks_all(const struct view *view,
                                  const struct rule *rule)
{
    return view->mapping->flat && rule->bit != 0 &&
           (view->found.read & rule->bit) == 0;
}
/* Reads one field; problems go to the customer. */
void rule_read(const struct rule *rule, const struct view *view,
               const struct cleaning *cleaning, struct arena *arena,
               struct customer *customer);
/* The same for a custom field that no rule names. */
void rule_read_extra(const struct extra *extra, const struct view *view,
                     const struct cleaning *cleaning, struct arena *arena,
                     struct customer *customer);
bool condition_holds(const struct condition *condition,
                     const struct view *view);
enum address address_of(enum field field); /* ADDRESSES: of none */
/* Whether the mapping has a rule of this field. */
bool named_by_rule(const struct mapping *mapping, enum field field);
/* Looks up the columns of the record and of its further rows. */
void view_open(struct view *view, struct arena *arena);
/* The condition that leaves the record out, or NULL; *untold: a pattern gave
 * up on one. */
const struct condition *view_skipped(const struct view *view);
/* Says what stands in the record and no rule can take: text beside elements,
 * values of further rows. After all rules have read. */
void view_say_left(const struct view *view, struct arena *arena,
                   struct customer *customer);
/* Says whose further places held another value than the one that was taken.
 * After all rules have read. */
void view_say_passed(const struct view *view, const struct cleaning *cleaning,
                     struct arena *arena, struct customer *customer);
/* The rule has read this one of several rows. */
void row_taken(const struct view *row, const struct rule *rule);
/* Whether something that is not blank stands at the place. */
bool view_filled(const struct view *view, const struct place *place);

/* Whether its values are lists: of texts, or contacts. */
bool rule_of_many(const struct rule *rule);
/* Whether it has a place to be written to. */
bool rule_writes(const struct rule *rule);
/* Each place that it writes, from 0; *path is NULL where one is left open.
 * False past the last. */
bool rule_written(const struct rule *rule, size_t index, const char ***path);
/* The slot's value of a customer, limits checked; problems go to out. */
void rule_project(const struct mapping *mapping, const struct rule *rule,
                  const struct customer *customer, bool for_create,
                  struct arena *arena, struct customer *out);
/* Adds the value to the record, or clears it. */
void rule_write(const struct mapping *mapping, const struct rule *rule,
                const struct value *value, const struct target_form *form,
                struct arena *arena, struct node *object);
/* Whether a text that stands alone where a list may is split: in XML an element
 * of a path is one element of the list, unless the rule says split. */
bool rule_splits(const struct mapping *mapping, const struct rule *rule);
/* split without its blanks, if it has anything else; empty: , and ; */
struct text rule_mark(const struct rule *rule);
/* Whether strip takes something off the text: exporters put a ' before what a
 * spreadsheet would take for a formula or number. */
bool rule_is_guarded(const struct rule *rule, struct text text);
/* A single value's text as it stands outside. */
struct text rule_outside(const struct rule *rule, enum field field,
                         struct text canonical, const struct target_form *form,
                         struct arena *arena);
/* A phone number where the form is national. */
struct text rule_national(const struct target_form *form, struct text e164,
                          struct arena *arena);
/* A list of canonical contacts as a tree of our member names. */
struct node *contacts_tree(struct text canonical, struct names *names,
                           struct arena *arena);
/* Of contacts what the rule has a place for; problems go to out. */
struct text contacts_carried(const struct rule *rule, struct text canonical,
                             struct arena *arena, struct customer *out);
/* What a target wants when the caller does not say. */
struct target_form mapping_form(const struct mapping *mapping,
                                const struct target_form *form);

/* --- loading ---------------------------------------------------------------*/

/* What is said about files; before rules are loaded. */
void mapping_load_shape(struct mapping *mapping, const struct node *tree,
                        struct check *check);
/* Written columns get the spelling of the file's; after rules are loaded. */
void mapping_spell_columns(struct mapping *mapping, struct check *check);
/* A constant column takes no place where a value or another one is written. */
void mapping_check_also(const struct mapping *mapping, struct check *check);
/* What examples: asks for; one that asks for nothing is a fault. */
void examples_load(struct mapping *mapping, const struct node *tree,
                   struct check *check);
/* only: whom the shape is for. */
void mapping_load_only(struct mapping *mapping, const struct node *tree,
                       struct check *check);
/* Loads fields: into mapping->rules; faults go to check. */
void rules_load(struct mapping *mapping, const struct node *fields,
                struct check *check);
/* A list of conditions (skip_when:) or one (when:). */
const struct condition *conditions_load(struct mapping *mapping,
                                        const struct node *node,
                                        struct check *check, size_t *count);
bool rule_word(const struct node *node); /* a text or number */
struct place rule_place(struct mapping *mapping, const struct node *node,
                        struct check *check);
/* [fields], or {join: [fields], with: " "}. */
struct fallback fallback_load(struct mapping *mapping, const struct node *node,
                              const char *what, const char *with,
                              struct check *check);
/* or: a list of fields and such joins; node may be NULL. */
const struct fallback *fallbacks_load(struct mapping *mapping,
                                      const struct node *node,
                                      struct check *check, size_t *count);
const enum field *rule_fields(struct mapping *mapping, const struct node *node,
                              const char *what, struct check *check,
                              size_t *count);
void table_load(struct mapping *mapping, const struct node *rule,
                struct check *check, struct table *table);
/* NULL when the outside word is not in the table. */
const struct text *table_ours(const struct table *table, struct text outside);
const struct text *table_outside(const struct table *table, struct text ours);

#endif
