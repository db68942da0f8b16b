/*
 * fieldedge_search.c - FieldEdge's two searches: by phone, email and first
 * name, and by address. Nothing found is 204, without a body.
 */
#include "fieldedge.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { FOUND_MAX = 100000 };

static void send_found(struct call *call, json_t *found)
{
    if (json_array_size(found) > 0) {
        reply_json(call->reply, 200, json_pack("{s:o}", "customers", found));
    } else {
        json_decref(found);
        reply_empty(call->reply, 204);
    }
}

struct criterion {
    const char *key;
    char *value; /* owned; NULL: not asked for */
    enum match match;
};

static bool fits(const struct row *row, const struct criterion *criterion)
{
    struct keyset keys = {0};
    bool found = false;

    fieldedge_keys(row, &keys);
    for (size_t i = 0; i < keys.count; i++) {
        const char *value = keys.item[i].value;

        if (strcmp(keys.item[i].name, criterion->key) == 0)
            found = criterion->match == MATCH_PART
                        ? strstr(value, criterion->value) != NULL
                    : criterion->match == MATCH_PREFIX
                        ? strncmp(value, criterion->value,
                                  strlen(criterion->value)) == 0
                        : strcmp(value, criterion->value) == 0;
        free(keys.item[i].value);
    }
    return found;
}

/*
 * With `all` a row must meet every criterion, so that the first one's rows are
 * looked through; else the rows of each are put together, nobody twice.
 */
static void search(struct call *call, struct criterion *criteria, size_t count,
                   bool all)
{
    json_t *found = json_array();
    bool first = true;

    for (size_t i = 0; i < count && (first || !all); i++) {
        struct rows rows;

        if (criteria[i].value == NULL)
            continue;
        rows = store_find(call->box->store, call->tenant, criteria[i].key,
                          criteria[i].value, criteria[i].match, FOUND_MAX,
                          call->request->now_ms);
        for (size_t r = 0; r < rows.count; r++) {
            bool show = true;

            for (size_t j = 0; j < count && show; j++) {
                if (j == i || criteria[j].value == NULL)
                    continue;
                if (all)
                    show = fits(&rows.item[r], &criteria[j]);
                else if (j < i)
                    show = !fits(&rows.item[r], &criteria[j]);
            }
            if (show)
                json_array_append_new(found, fieldedge_read(&rows.item[r]));
        }
        rows_clear(&rows);
        first = false;
    }
    if (first)
        fieldedge_error(call, 400, "VALIDATION_ERROR",
                        "At least one criterion is required.", NULL);
    else
        send_found(call, found);
    if (first)
        json_decref(found);
    for (size_t i = 0; i < count; i++)
        free(criteria[i].value);
}

static char *unless_blank(char *text)
{
    if (is_blank(text)) {
        free(text);
        return NULL;
    }
    return text;
}

void fieldedge_search(struct call *call)
{
    const struct request *request = call->request;
    bool part =
        call->box->switches[SW_FIELDEDGE_SEARCH_MATCH] == SEARCH_PARTIAL;
    struct criterion criteria[] = {
        {"email", unless_blank(fold(request_query(request, "email"))),
         part ? MATCH_PART : MATCH_EXACT},
        {"phone", unless_blank(digits(request_query(request, "phone"))),
         part ? MATCH_PART : MATCH_EXACT},
        {"first", unless_blank(fold(request_query(request, "firstName"))),
         part ? MATCH_PART : MATCH_PREFIX},
    };

    search(call, criteria, 3,
           call->box->switches[SW_FIELDEDGE_SEARCH] == SEARCH_AND);
}

void fieldedge_by_address(struct call *call)
{
    static const char *const parts[][2] = {
        {"address1", "at:address1"}, {"address2", "at:address2"},
        {"city", "at:city"},         {"state", "at:state"},
        {"zip", "at:zip"},
    };
    enum { PARTS = sizeof(parts) / sizeof(parts[0]) };
    struct criterion criteria[PARTS];

    for (int i = 0; i < PARTS; i++)
        criteria[i] = (struct criterion){
            parts[i][1],
            unless_blank(fold(request_query(call->request, parts[i][0]))),
            MATCH_EXACT,
        };
    search(call, criteria, PARTS, true);
}
