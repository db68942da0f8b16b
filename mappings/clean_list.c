/*
 * clean_list.c - lists: tags, ways to make contact, contacts.
 *
 * A list arrives as a JSON array or as a text with commas or semicolons.
 */
#include "mappings/cleaners.h"

#include "formats/limits.h"
#include "mappings/fold.h"

#include <string.h>

struct list {
    struct text texts[LIST_MAX], folded[LIST_MAX];
    size_t count;
    bool full; /* more than LIST_MAX: the rest is left out */
};

/* The first spelling is kept. */
static void add(struct list *list, struct text text, struct arena *arena)
{
    struct text folded;

    text = clean_text(text, arena);
    if (text.size == 0)
        return;
    folded = fold_case(text, arena);
    for (size_t i = 0; i < list->count; i++)
        if (text_equal(list->folded[i], folded))
            return;
    if (list->count == LIST_MAX) {
        list->full = true;
        return;
    }
    list->texts[list->count] = text;
    list->folded[list->count++] = folded;
}

/* "VIP","Blog": a list that was a CSV line itself. */
static struct text unquoted(struct text text)
{
    text = text_trim(text);
    if (text.size > 2 && text.at[0] == '"' && text.at[text.size - 1] == '"')
        return (struct text){text.at + 1, text.size - 2};
    return text;
}

static void split(struct list *list, struct text text, struct arena *arena)
{
    size_t begin = 0;

    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.at[i] != ',' && text.at[i] != ';')
            continue;
        add(list, unquoted((struct text){text.at + begin, i - begin}), arena);
        begin = i + 1;
    }
}

/*
 * The JSON array in a text, or NULL. names is the caller's and is closed with
 * the tree: what a stranger calls his members must not pile up.
 */
static const struct node *array(struct text text, struct names *names,
                                struct arena *arena)
{
    struct node *node;
    struct err err;

    if (text.at[0] != '[' && text.at[0] != '{')
        return NULL;
    if (json_parse(text, arena, names, &node, &err) != OK)
        return NULL;
    if (node->kind == NODE_OBJECT) {
        struct node *list = node_new(arena, NODE_LIST);

        node_add(list, NULL, node);
        return list;
    }
    return node->kind == NODE_LIST ? node : NULL;
}

static struct text scalar(const struct node *node)
{
    switch (node->kind) {
    case NODE_NUMBER:
    case NODE_TEXT:
        return node->text;
    case NODE_TRUE:
        return TEXT("true");
    case NODE_FALSE:
        return TEXT("false");
    default:
        return (struct text){0};
    }
}

static void read_list(const struct washing *washing, struct text text,
                      struct list *list)
{
    struct names *names = text.at[0] == '[' ? names_open() : NULL;
    const struct node *tree =
        names != NULL ? array(text, names, washing->arena) : NULL;
    bool nested = false;

    list->count = 0;
    list->full = false;
    if (tree == NULL)
        split(list, text, washing->arena);
    for (const struct node *node = tree != NULL ? tree->first : NULL;
         node != NULL; node = node->next) {
        nested = nested || node->kind == NODE_LIST || node->kind == NODE_OBJECT;
        add(list, scalar(node), washing->arena);
    }
    names_close(names);
    if (nested)
        wash_warn(washing, "bad_element",
                  "an element that is no text is left out");
    if (list->full)
        wash_warn(washing, "too_many",
                  "more than %d elements: the rest is left out", LIST_MAX);
}

static void set_list(const struct washing *washing, const struct list *list)
{
    if (list->count == 0)
        washing->value->presence = VALUE_BLANK;
    else
        wash_set(washing, value_list(list->texts, list->count, washing->arena));
}

void clean_list_value(const struct washing *washing, struct text text)
{
    struct list list;

    read_list(washing, text, &list);
    set_list(washing, &list);
}

void clean_methods_value(const struct washing *washing, struct text text)
{
    static const char *const methods[] = {"email", "phone", "sms"};
    struct list list, known = {.count = 0};
    size_t bad = 0;

    read_list(washing, text, &list);
    for (size_t i = 0; i < list.count; i++) {
        size_t m = 0;

        while (m < 3 && !text_is(list.folded[i], methods[m]))
            m++;
        if (m < 3) {
            add(&known, text_of(methods[m]), washing->arena);
            continue;
        }
        bad++;
        wash_warn(washing, "bad_method",
                  "\"%.*s\" is none of email, phone and sms",
                  TEXT_ARGS(shown(list.texts[i])));
    }
    set_list(washing, &known);
    if (known.count == 0 && bad > 0)
        washing->value->presence = VALUE_BAD;
}

/* --- contacts -------------------------------------------------------------*/

struct contact {
    struct text first_name, last_name, email, phone;
    bool primary;
};

/* A member cleaned as that field; what is bad is a warning of the list. */
static struct text member(const struct washing *washing,
                          const struct node *contact, const char *name,
                          enum field as)
{
    struct text raw = node_member_text(contact, name);
    struct value value = {.presence = VALUE_BLANK};
    struct customer *customer = washing->customer;
    struct problem **new = &customer->problems;

    while (*new != NULL)
        new = &(*new)->next;
    clean_value(as, raw, washing->cleaning, washing->arena, customer, &value);
    for (struct problem *problem = *new; problem != NULL;
         problem = problem->next)
        problem->field = washing->field;
    return value.presence == VALUE_SET ? value.text : (struct text){0};
}

static bool read_contact(const struct washing *washing, const struct node *node,
                         struct contact *contact)
{
    const struct node *primary = node_member(node, "primary");

    *contact = (struct contact){
        .first_name = member(washing, node, "first_name", FIELD_FIRST_NAME),
        .last_name = member(washing, node, "last_name", FIELD_LAST_NAME),
        .email = member(washing, node, "email", FIELD_EMAIL),
        .phone = member(washing, node, "phone", FIELD_PHONE),
    };
    if (primary != NULL)
        (void)clean_boolean(scalar(primary), &contact->primary);
    return contact->first_name.size > 0 || contact->last_name.size > 0 ||
           contact->email.size > 0 || contact->phone.size > 0;
}

static void put(struct node *object, const char *name, struct text text,
                struct arena *arena)
{
    if (text.size > 0)
        node_add(object, name, node_text(arena, text));
}

static void add_contact(struct node *list, const struct contact *contact,
                        struct arena *arena)
{
    struct node *object = node_add(list, NULL, node_new(arena, NODE_OBJECT));

    put(object, "first_name", contact->first_name, arena);
    put(object, "last_name", contact->last_name, arena);
    put(object, "email", contact->email, arena);
    put(object, "phone", contact->phone, arena);
    node_add(object, "primary",
             node_new(arena, contact->primary ? NODE_TRUE : NODE_FALSE));
}

/* The contacts of the tree that have something to say, at most LIST_MAX. */
static size_t take_contacts(const struct washing *washing,
                            const struct node *tree, struct node *list)
{
    size_t count = 0;
    bool primary = false;

    for (const struct node *node = tree->first; node != NULL;
         node = node->next) {
        struct contact contact;

        if (!read_contact(washing, node, &contact))
            continue;
        if (count == LIST_MAX) {
            wash_warn(washing, "too_many",
                      "more than %d contacts: the rest is left out", LIST_MAX);
            break;
        }
        if (contact.primary && primary) {
            contact.primary = false;
            wash_warn(washing, "several_primary",
                      "more than one primary contact: the first one is");
        }
        primary = primary || contact.primary;
        add_contact(list, &contact, washing->arena);
        count++;
    }
    return count;
}

void clean_contacts_value(const struct washing *washing, struct text text)
{
    struct names *names = names_open();
    const struct node *tree = array(text, names, washing->arena);
    struct node *list = node_new(washing->arena, NODE_LIST);
    struct buffer out = {0};

    if (tree == NULL) {
        wash_bad(washing, "bad_contacts",
                 "contacts are a JSON array of objects");
    } else if (take_contacts(washing, tree, list) == 0) {
        washing->value->presence = VALUE_BLANK;
    } else {
        json_write(&out, list);
        wash_set(washing, arena_text(washing->arena, buffer_view(&out)));
    }
    buffer_free(&out);
    names_close(names);
}
