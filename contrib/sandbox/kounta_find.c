/*
 * kounta_find.c - Kounta's list of customers and the look-ups in its query.
 */
#include "kounta.h"
#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 25, SAME_REFERENCE_MAX = 1000 };

char *kounta_location(struct call *call, const struct place *place, int64_t id)
{
    const struct request *request = call->request;
    bool relative =
        call->box->switches[SW_KOUNTA_LOCATION] == LOCATION_RELATIVE;

    return print("%s%s%s/kounta/v1/companies/%s/customers/%lld%s",
                 relative ? "" : request->scheme, relative ? "" : "://",
                 relative ? "" : request->host, tenants[call->tenant].id,
                 (long long)id, place->suffix);
}

/* A page of abridged records; `rows` holds one more when there are more. next:
 * its number; 0: the next one begins behind the last record. */
static void send_page(struct call *call, const struct place *place,
                      struct rows *rows, const char *filter, int64_t next)
{
    json_t *list = json_array();
    size_t shown = rows->count > PAGE ? PAGE : rows->count;
    bool more = rows->count > PAGE;

    for (size_t i = 0; i < shown; i++)
        json_array_append_new(
            list, kounta_brief(call->box, &rows->item[i], call->client));
    reply_json(call->reply, 200, list);
    if (shown == PAGE && call->box->switches[SW_KOUNTA_EMPTY_PAGE] == ON)
        more = true;
    if (more)
        reply_header(call->reply, "X-Next-Page",
                     "%s://%s/kounta/v1/companies/%s/customers%s?%s%s=%lld",
                     call->request->scheme, call->request->host,
                     tenants[call->tenant].id, place->suffix, filter,
                     next > 0 ? "page" : "start",
                     next > 0 ? (long long)next
                              : (long long)rows->item[shown - 1].seq);
}

static void list(struct call *call, const struct place *place)
{
    const char *start = request_query(call->request, "start");
    bool numbered = call->box->switches[SW_KOUNTA_PAGING] == PAGING_PAGE;
    const char *page = numbered ? request_query(call->request, "page")
                                : request_header(call->request, "X-Page");
    int64_t after = 0, number = 0, total;
    struct rows rows;

    if ((start != NULL && !parse_number(start, INT64_MAX, &after)) ||
        (page != NULL && !parse_number(page, INT32_MAX, &number))) {
        kounta_error(call, 400, "The page is invalid");
        return;
    }
    rows = store_after(call->box->store, call->tenant, after, PAGE + 1,
                       number * PAGE, call->request->now_ms);
    send_page(call, place, &rows, "", numbered ? number + 1 : 0);
    if (page != NULL && !numbered) {
        total = store_count(call->box->store, call->tenant, "",
                            call->request->now_ms);
        reply_header(call->reply, "X-Pages", "%lld",
                     (long long)((total + PAGE - 1) / PAGE));
    }
    rows_clear(&rows);
}

static enum match match_of(const struct call *call)
{
    return call->box->switches[SW_KOUNTA_SEARCH] == SEARCH_PARTIAL
               ? MATCH_PART
               : MATCH_EXACT;
}

static void by_reference(struct call *call, const struct place *place,
                         const char *value)
{
    const char *start = request_query(call->request, "start");
    int64_t after = 0;
    char key[32];
    char *text = url_encode(value);
    char *filter = print("reference_id=%s&", text);
    struct rows rows, shown;
    size_t skip = 0;

    if (start != NULL)
        parse_number(start, INT64_MAX, &after);
    snprintf(key, sizeof(key), "reference:%d", call->client);
    rows =
        store_find(call->box->store, call->tenant, key, value, match_of(call),
                   SAME_REFERENCE_MAX, call->request->now_ms);
    while (skip < rows.count && rows.item[skip].seq <= after)
        skip++;
    shown = rows;
    if (skip > 0) {
        shown.item += skip;
        shown.count -= skip;
    }
    send_page(call, place, &shown, filter, 0);
    rows_clear(&rows);
    free(filter);
    free(text);
}

/* 302 to the record with the lowest id, or 404. Takes value. */
static void look_up(struct call *call, const struct place *place,
                    const char *key, char *value)
{
    struct rows rows = store_find(call->box->store, call->tenant, key, value,
                                  match_of(call), 1, call->request->now_ms);
    char *address;

    if (rows.count == 0 || *value == '\0') {
        kounta_error(call, 404, "No customer matches");
    } else {
        address = kounta_location(call, place, rows.item[0].seq);
        reply_empty(call->reply, 302);
        reply_header(call->reply, "Location", "%s", address);
        free(address);
    }
    rows_clear(&rows);
    free(value);
}

static void look_up_person(struct call *call, const struct place *place,
                           const char *first, const char *last,
                           const char *phone)
{
    char *one, *two, *three;

    if (is_blank(first) || is_blank(last) || is_blank(phone)) {
        kounta_error(call, 400, "first_name, last_name and phone go together");
        return;
    }
    one = trim(first);
    two = trim(last);
    three = trim(phone);
    look_up(call, place, "person", print("%s\n%s\n%s", one, two, three));
    free(one);
    free(two);
    free(three);
}

void kounta_find(struct call *call, const struct place *place)
{
    const struct request *request = call->request;
    const char *number = request_query(request, "reference_id");
    const char *email = request_query(request, "email");
    const char *mobile = request_query(request, "mobile");
    const char *first = request_query(request, "first_name");
    const char *last = request_query(request, "last_name");
    const char *phone = request_query(request, "phone");
    bool person = first != NULL || last != NULL || phone != NULL;
    int filters =
        (number != NULL) + (email != NULL) + (mobile != NULL) + person;

    if (filters > 1)
        kounta_error(call, 400, "Filters cannot be combined");
    else if (number != NULL)
        by_reference(call, place, number);
    else if (email != NULL)
        look_up(call, place, "email", fold(email));
    else if (mobile != NULL)
        look_up(call, place, "mobile", trim(mobile));
    else if (person)
        look_up_person(call, place, first, last, phone);
    else
        list(call, place);
}
