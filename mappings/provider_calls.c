/*
 * provider_calls.c - list, get, find, create, update and bulk of a provider
 * file.
 */
#include <string.h>

#include "mappings/path.h"
#include "mappings/provider_parts.h"

static void load_get(struct loader *loader, const struct node *tree,
                     const char *name, struct get_spec *get)
{
    static const char *const keys[] = {"request", "query", "items", "absent",
                                       NULL};
    const struct node *node = part_object(loader, tree, name, keys);

    if (node == NULL)
        return;
    get->request = part_request(loader, node);
    get->items = part_paths(loader, node, "items");
    get->absent = part_statuses(loader, node, "absent");
}

static void load_paging(struct loader *loader, const struct node *node,
                        struct list_spec *list)
{
    static const char *const keys[] = {"style", "header", "page",   "size",
                                       "first", "cursor", "steady", NULL};
    static const char *const styles[] = {
        "none", "page", "next_header", "cursor", "link", "offset", NULL};
    const struct node *paging = part_object(loader, node, "paging", keys);

    if (paging == NULL)
        return;
    list->paging =
        (enum paging_kind)part_choice(loader, paging, "style", styles, 0);
    list->header = part_word(loader, paging, "header");
    list->page = part_word(loader, paging, "page");
    list->size_name = part_word(loader, paging, "size");
    list->cursor = part_paths(loader, paging, "cursor");
    list->first = part_number(loader, paging, "first",
                              list->paging == PAGING_PAGE ? 1 : 0);
    list->steady = check_flag(loader->check, paging, "steady",
                              list->paging == PAGING_CURSOR);
    if (list->steady &&
        (list->paging == PAGING_PAGE || list->paging == PAGING_OFFSET))
        check_fault(loader->check, paging,
                    "numbered pages are never steady: they move when a record "
                    "is removed");
    if (list->paging == PAGING_NEXT_HEADER && list->header == NULL)
        check_fault(loader->check, paging, "next_header needs header");
    if ((list->paging == PAGING_PAGE || list->paging == PAGING_OFFSET ||
         list->paging == PAGING_CURSOR) &&
        list->page == NULL)
        check_fault(loader->check, paging,
                    "page, the name in the query, is missing");
    if (list->paging == PAGING_CURSOR && list->cursor == NULL)
        check_fault(loader->check, paging, "cursor, its path, is missing");
}

static void load_changed(struct loader *loader, const struct node *node,
                         struct list_spec *list)
{
    static const char *const keys[] = {"at", "query", NULL};
    const struct node *changed = part_object(loader, node, "changed", keys);

    if (changed == NULL)
        return;
    list->stamp = part_paths(loader, changed, "at");
    list->newest = part_pairs(loader, changed, "query");
    if (list->stamp == NULL)
        check_fault(loader->check, changed,
                    "at, the path to the time of change, is missing");
}

static void load_list(struct loader *loader, const struct node *tree)
{
    static const char *const keys[] = {"request", "query", "paging",  "size",
                                       "items",   "total", "pages",   "carries",
                                       "full",    "whole", "changed", NULL};
    const struct node *node = part_object(loader, tree, "list", keys);
    struct list_spec *list = &loader->provider->list;

    if (node == NULL)
        return;
    list->request = part_request(loader, node);
    load_paging(loader, node, list);
    list->size = part_number(loader, node, "size", 0);
    list->items = part_paths(loader, node, "items");
    list->total = part_paths(loader, node, "total");
    list->pages = part_paths(loader, node, "pages");
    list->carries = part_fields(loader, node, "carries", &list->carries_count);
    list->full = check_flag(loader->check, node, "full", false);
    list->whole = part_paths(loader, node, "whole");
    load_changed(loader, node, list);
    if (list->items == NULL)
        check_fault(loader->check, node, "items, the path to them, is missing");
    if (list->size == 0 &&
        (list->paging == PAGING_PAGE || list->paging == PAGING_OFFSET))
        check_fault(loader->check, node,
                    "size, the records in a full page, is missing");
}

static void load_find(struct loader *loader, const struct node *node,
                      struct find_spec *find)
{
    static const char *const keys[] = {
        "by",       "names",  "request", "query",    "found",
        "items",    "absent", "partial", "optional", "abridged",
        "fallback", "most",   NULL};
    static const char *const styles[] = {"object", "array", "redirect", NULL};

    check_keys(loader->check, node, keys, "a look-up");
    if (node->kind != NODE_OBJECT)
        return;
    find->by = part_fields(loader, node, "by", &find->by_count);
    find->names = part_words(loader, node, "names");
    if (find->names == NULL)
        find->names = part_words(loader, node, "by");
    if (find->names == NULL)
        check_fault(loader->check, node, "a look-up needs by or names");
    else if (find->by_count > 0 && words_count(find->names) != find->by_count)
        check_fault(loader->check, node,
                    "names must be one for each field of by");
    loader->extra = find->names;
    find->request = part_request(loader, node);
    loader->extra = NULL;
    find->style =
        (enum found_style)part_choice(loader, node, "found", styles, 0);
    find->items = part_paths(loader, node, "items");
    find->absent = part_statuses(loader, node, "absent");
    find->partial = check_flag(loader->check, node, "partial", false);
    find->optional = check_flag(loader->check, node, "optional", false);
    find->abridged = check_flag(loader->check, node, "abridged", false);
    find->fallback = check_flag(loader->check, node, "fallback", false);
    find->most = part_number(loader, node, "most", 0);
    if (find->items == NULL && find->style != FOUND_REDIRECT)
        check_fault(loader->check, node,
                    "items, where what was found stands, is missing");
}

void load_finds(struct loader *loader, const struct node *tree)
{
    const struct node *node = node_member(tree, "find");
    struct find_spec *finds =
        arena_take(loader->arena, (node_count(node) + 1) * sizeof(*finds));
    size_t count = 0;

    loader->provider->finds = finds;
    if (node == NULL || node->kind == NODE_NULL)
        return;
    if (node->kind != NODE_LIST) {
        check_fault(loader->check, node, "find must be a list of look-ups");
        return;
    }
    for (const struct node *n = node->first; n != NULL; n = n->next)
        load_find(loader, n, &finds[count++]);
    loader->provider->finds_count = count;
}

/* id: location, or paths in the reply; location may stand among them. */
static void load_new_id(struct loader *loader, const struct node *node,
                        struct write_spec *write)
{
    const char *const *words = part_paths(loader, node, "id");
    const char **paths =
        arena_take(loader->arena, (words_count(words) + 1) * sizeof(*paths));
    size_t count = 0;

    for (; words != NULL && *words != NULL; words++) {
        if (strcmp(*words, "location") == 0)
            write->id_from_location = true;
        else
            paths[count++] = *words;
    }
    write->id = count > 0 ? paths : NULL;
}

static void load_write(struct loader *loader, const struct node *tree,
                       const char *name, struct write_spec *write)
{
    static const char *const keys[] = {"request",  "query", "constants",
                                       "wrap",     "id",    "items",
                                       "replaces", "reply", NULL};
    static const char *const kinds[] = {"member", "object", "record", NULL};
    static const char *const replies[] = {"optional", "required", NULL};
    const struct node *node = part_object(loader, tree, name, keys);

    if (node == NULL)
        return;
    write->request = part_request(loader, node);
    write->constants = part_pairs(loader, node, "constants");
    write->wrap = part_word(loader, node, "wrap");
    load_new_id(loader, node, write);
    write->items = part_paths(loader, node, "items");
    write->replaces =
        (enum replaces)part_choice(loader, node, "replaces", kinds, 0);
    write->reply_needed = part_choice(loader, node, "reply", replies, 0) == 1;
    if (write->reply_needed && write->id == NULL && write->items == NULL)
        check_fault(loader->check, node_member(node, "reply"),
                    "a reply that is required needs id or items");
}

static void load_bulk(struct loader *loader, const struct node *tree,
                      const char *name, struct bulk_spec *bulk)
{
    static const char *const keys[] = {
        "request", "query", "rows",    "row_id", "max",     "results", "index",
        "ok",      "id",    "message", "items",  "missing", NULL};
    const struct node *node = part_object(loader, tree, name, keys);

    if (node == NULL)
        return;
    bulk->request = part_request(loader, node);
    bulk->rows = part_word(loader, node, "rows");
    bulk->row_id = part_word(loader, node, "row_id");
    bulk->max = part_number(loader, node, "max", 100);
    bulk->results = part_paths(loader, node, "results");
    bulk->index = part_word(loader, node, "index");
    bulk->ok = part_word(loader, node, "ok");
    bulk->id = part_paths(loader, node, "id");
    bulk->message = part_paths(loader, node, "message");
    bulk->items = part_paths(loader, node, "items");
    bulk->missing = part_statuses(loader, node, "missing");
    if (bulk->rows == NULL || bulk->results == NULL || bulk->ok == NULL ||
        bulk->max == 0)
        check_fault(loader->check, node,
                    "%s needs rows, results, ok and a max above 0", name);
}

void load_calls(struct loader *loader, const struct node *tree)
{
    struct provider *provider = loader->provider;

    load_get(loader, tree, "probe", &provider->probe);
    load_list(loader, tree);
    load_get(loader, tree, "get", &provider->get);
    load_write(loader, tree, "create", &provider->create);
    load_write(loader, tree, "update", &provider->update);
    load_write(loader, tree, "deactivate", &provider->deactivate);
    load_bulk(loader, tree, "bulk_create", &provider->bulk_create);
    load_bulk(loader, tree, "bulk_update", &provider->bulk_update);
}

/* --- taking replies apart --------------------------------------------------*/

const struct node *provider_record(const char *const *paths,
                                   const struct node *body)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        const struct node *found = path_find(body, *paths);

        if (found != NULL && found->kind == NODE_OBJECT)
            return found;
    }
    return NULL;
}

const struct node *provider_items(const char *const *paths,
                                  const struct node *body)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        const struct node *found = path_find(body, *paths);

        if (found != NULL && found->kind == NODE_LIST)
            return found;
    }
    return NULL;
}

struct text provider_text(const char *const *paths, const struct node *body)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        const struct node *found = path_find(body, *paths);

        if (found != NULL && found->text.size > 0 &&
            (found->kind == NODE_TEXT || found->kind == NODE_NUMBER))
            return found->text;
    }
    return (struct text){0};
}

bool provider_shows(const char *const *paths, const struct node *body,
                    struct text id)
{
    for (; paths != NULL && *paths != NULL; paths++) {
        const char *const one[] = {*paths, NULL};

        if (id.size > 0 && text_equal(provider_text(one, body), id))
            return true;
    }
    return false;
}

struct text provider_id(const struct provider *provider,
                        const struct node *record)
{
    return provider_text(provider->id, record);
}
