/*
 * test_provider.c - provider files as structs, what replies mean, templates.
 */
#include "mappings/provider.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

TestSuite(provider, .timeout = 20);

static struct arena *arena;
static struct names *names;
static struct provider *count, *kounta, *fieldedge;

static void open_all(void)
{
    struct err err;

    arena = arena_open();
    names = names_open();
    cr_assert_eq(provider_load(&count, "count", &err), OK, "%s", err.message);
    cr_assert_eq(provider_load(&kounta, "kounta", &err), OK, "%s", err.message);
    cr_assert_eq(provider_load(&fieldedge, "fieldedge", &err), OK, "%s",
                 err.message);
}

static void close_all(void)
{
    provider_close(count);
    provider_close(kounta);
    provider_close(fieldedge);
    names_close(names);
    arena_close(arena);
}

static const struct node *json(const char *text)
{
    struct node *node;
    struct err err;

    cr_assert_eq(json_parse(text_of(text), arena, names, &node, &err), OK, "%s",
                 err.message);
    return node;
}

static enum meaning means(const struct provider *provider, const char *call,
                          int status, const char *body)
{
    return provider_meaning(provider, call, status,
                            body[0] == '{' ? json(body) : NULL, text_of(body));
}

static const struct find_spec *find_by(const struct provider *provider,
                                       enum field field, size_t n)
{
    for (size_t i = 0; i < provider->finds_count; i++)
        if (provider->finds[i].by_count == n &&
            provider->finds[i].by[0] == field)
            return &provider->finds[i];
    return NULL;
}

Test(provider, count_is_signed_and_pages_by_number, .init = open_all,
     .fini = close_all)
{
    cr_expect_str_eq(count->base_url, "https://api.getcount.com");
    cr_expect(count->sign.used);
    cr_expect_str_eq(count->sign.base,
                     "{method}:{path}:{timestamp}:{body_sha256}");
    cr_expect_str_eq(count->sign.strip_path, "/partners");
    cr_expect_not(count->sign.milliseconds);
    cr_expect_eq(count->auths[0].kind, AUTH_OAUTH2);
    cr_expect(count->auths[0].token_signed);
    cr_expect_eq(count->auths[0].token_form, BODY_JSON);
    cr_expect_str_eq(count->auths[0].token_path,
                     "/partners/refresh-user-access-token");
    cr_expect_str_eq(count->auths[0].login.code_path,
                     "/partners/grant-access-token");
    cr_expect_eq(count->list.paging, PAGING_PAGE);
    cr_expect_eq(count->list.first, 1);
    cr_expect_eq(count->list.size, 100);
    cr_expect_str_eq(count->list.page, "page");
    cr_expect_str_eq(count->list.size_name, "limit");
    cr_expect_not(count->list.full);
    cr_expect_eq(count->list.carries_count, 5);
    cr_expect_eq(count->rate.limit, 100);
    cr_expect_eq(count->rate.window_ms, 60000);
    cr_expect_eq(count->unique[0], FIELD_EMAIL);
    cr_expect_eq(count->settle_ms, 5000);
    cr_expect_eq(count->update.replaces, REPLACES_OBJECT);
    cr_expect(count->update.reply_needed);
    cr_expect_str_eq(count->bulk_create.items[0], "customer");
    cr_expect_str_eq(count->bulk_update.request.method, "PATCH");
    cr_expect_str_eq(count->bulk_update.row_id, "uuid");
    cr_expect_eq(count->bulk_create.missing[1], 405);
    cr_expect_null(count->deactivate.request.method);
    cr_expect_null(count->bulk_create.row_id);
}

Test(provider, kounta_follows_headers_and_redirects, .init = open_all,
     .fini = close_all)
{
    const struct find_spec *find = find_by(kounta, FIELD_MOBILE, 1);

    cr_expect_eq(kounta->list.paging, PAGING_NEXT_HEADER);
    cr_expect_str_eq(kounta->list.header, "X-Next-Page");
    cr_expect_str_eq(kounta->list.items[0], "");
    cr_expect(kounta->phones_national);
    cr_expect_eq(kounta->auths_count, 2);
    cr_expect_eq(kounta->auths[1].kind, AUTH_BASIC);
    cr_expect_str_eq(kounta->auths[1].rate.at[0].value, "60/min");
    cr_expect(kounta->create.id_from_location);
    cr_expect_str_eq(kounta->tenant, "{company}");
    cr_expect_str_eq(kounta->reset_header, "X-Ratelimit-Reset");
    cr_assert_not_null(find);
    cr_expect_eq(find->style, FOUND_REDIRECT);
    cr_expect_eq(find->absent[0], 404);
    cr_expect_str_eq(find->names[0], "mobile");
    cr_expect_eq(find_by(kounta, FIELD_REFERENCE_ID, 1)->style, FOUND_ARRAY);
    cr_expect_eq(find_by(kounta, FIELD_FIRST_NAME, 3)->by[2], FIELD_PHONE);
    cr_expect_str_eq(kounta->probe.request.path, "/v1/companies/{company}");
}

Test(provider, fieldedge_has_no_list_and_replaces_all, .init = open_all,
     .fini = close_all)
{
    const struct find_spec *find = find_by(fieldedge, FIELD_MOBILE, 1);

    cr_expect_null(fieldedge->list.request.method);
    cr_expect_eq(fieldedge->update.replaces, REPLACES_RECORD);
    cr_expect_eq(fieldedge->unique_count, 0);
    cr_expect_eq(fieldedge->settle_ms, 60000);
    cr_expect_not(fieldedge->auths[0].refreshes);
    cr_expect_eq(fieldedge->auths[0].token_form, BODY_FORM);
    cr_assert_not_null(find);
    cr_expect(find->partial);
    cr_expect_str_eq(find->names[0], "phone");
    cr_expect_str_eq(find->request.query.at[0].value, "{phone}");
    cr_expect_eq(find->absent[0], 204);
}

Test(provider, settings_say_what_is_needed_and_what_is_secret, .init = open_all,
     .fini = close_all)
{
    cr_expect_str_eq(fieldedge->needs[0], "client_id");
    cr_expect_str_eq(fieldedge->needs[1], "client_secret");
    cr_expect_str_eq(fieldedge->needs[2], "target_id");
    cr_expect_null(fieldedge->needs[3]);
    cr_expect_str_eq(kounta->secrets[0], "client_secret");
    cr_expect_str_eq(kounta->secrets[2], "refresh_token");
}

Test(provider, a_reply_means_what_the_file_says, .init = open_all,
     .fini = close_all)
{
    static const char hmac[] = "{\"error\":\"Invalid HMAC signature\"}";
    static const char old[] = "{\"message\":\"Invalid access token.\"}";

    cr_expect_eq(means(count, "get", 401, hmac), MEANS_DENIED);
    cr_expect_eq(
        means(count, "get", 401, "{\"error\":\"missing_credentials\"}"),
        MEANS_DENIED);
    cr_expect_eq(means(count, "get", 401, "{\"code\":\"token_expired\"}"),
                 MEANS_REFRESH);
    cr_expect_eq(means(count, "token", 401, "{}"), MEANS_DENIED);
    cr_expect_eq(means(count, "list", 403, old), MEANS_REFRESH);
    cr_expect_eq(means(count, "list", 403, "{}"), MEANS_DENIED);
    cr_expect_eq(means(count, "create", 409, "{}"), MEANS_DUPLICATE);
    cr_expect_eq(means(count, "update", 409, "{}"), MEANS_DUPLICATE);
    cr_expect_eq(means(count, "get", 404, ""), MEANS_ABSENT);
    cr_expect_eq(means(count, "update", 404, ""), MEANS_ABSENT);
    cr_expect_eq(means(count, "list", 404, ""), MEANS_BROKEN);
    cr_expect_eq(means(count, "create", 400, "{}"), MEANS_INVALID);
    cr_expect_eq(means(count, "create", 201, "{}"), MEANS_OK);
}

Test(provider, a_refused_bulk_row_is_told_by_its_message, .init = open_all,
     .fini = close_all)
{
    cr_expect_eq(means(count, "bulk_row", 0, "Email already exists"),
                 MEANS_DUPLICATE);
    cr_expect_eq(means(count, "bulk_row", 0, "Email is not valid"),
                 MEANS_INVALID);
    cr_expect_eq(means(kounta, "bulk_row", 0, "x"), MEANS_INVALID);
}

Test(provider, kounta_and_fieldedge_differ_about_404, .init = open_all,
     .fini = close_all)
{
    cr_expect_eq(means(kounta, "get", 404, ""), MEANS_ABSENT);
    cr_expect_eq(means(kounta, "update", 404, ""), MEANS_ABSENT);
    cr_expect_eq(means(kounta, "create", 404, ""), MEANS_BROKEN);
    cr_expect_eq(means(kounta, "list", 404, ""), MEANS_BROKEN);
    cr_expect_eq(means(fieldedge, "get", 404, ""), MEANS_BROKEN);
    cr_expect_eq(means(fieldedge, "find", 404, ""), MEANS_BROKEN);
    cr_expect_eq(means(fieldedge, "get", 204, ""), MEANS_ABSENT);
    cr_expect_eq(means(fieldedge, "update", 204, ""), MEANS_ABSENT);
    cr_expect_eq(means(fieldedge, "update", 404, ""), MEANS_ABSENT);
    cr_expect_eq(
        means(fieldedge, "update", 400, "{\"code\":\"CUSTOMER_NOT_FOUND\"}"),
        MEANS_ABSENT);
    cr_expect_eq(
        means(fieldedge, "create", 400, "{\"code\":\"CUSTOMER_NOT_FOUND\"}"),
        MEANS_INVALID);
    cr_expect_eq(means(fieldedge, "get", 401,
                       "{\"message\":\"no\",\"errorCode\":10000006}"),
                 MEANS_BROKEN);
}

Test(provider, an_expired_token_may_come_as_400, .init = open_all,
     .fini = close_all)
{
    cr_expect_eq(means(kounta, "get", 400,
                       "{\"error\":\"invalid_request\",\"error_description\":"
                       "\"The access token provided has expired\"}"),
                 MEANS_REFRESH);
    cr_expect_eq(means(kounta, "create", 400,
                       "{\"error_description\":\"mobile already in use\"}"),
                 MEANS_DUPLICATE);
    cr_expect_eq(means(kounta, "create", 400, "{\"error\":\"x\"}"),
                 MEANS_INVALID);
    cr_expect_eq(means(kounta, "find", 302, ""), MEANS_OK);
}

Test(provider, what_no_file_names_is_tried_again, .init = open_all,
     .fini = close_all)
{
    static const int retried[] = {500, 502, 503, 504, 418, 408, 0};

    for (size_t i = 0; retried[i] != 0; i++) {
        cr_expect_eq(means(count, "create", retried[i], "{}"), MEANS_RETRY);
        cr_expect_eq(means(kounta, "create", retried[i], "{}"), MEANS_RETRY);
        cr_expect_eq(means(fieldedge, "create", retried[i], "{}"), MEANS_RETRY);
    }
    cr_expect_eq(means(count, "create", 429, ""), MEANS_THROTTLED);
    cr_expect_eq(means(kounta, "token", 429, ""), MEANS_THROTTLED);
    cr_expect_eq(means(fieldedge, "find", 429, ""), MEANS_THROTTLED);
}

Test(provider, a_record_is_an_object_wherever_it_stands, .init = open_all,
     .fini = close_all)
{
    const char *const *paths = count->get.items;
    const struct node *record;

    record = provider_record(
        paths, json("{\"data\":{\"uuid\":\"u1\",\"customer\":\"Acme\"}}"));
    cr_assert_not_null(record);
    cr_expect(text_is(provider_id(count, record), "u1"));
    record = provider_record(paths,
                             json("{\"data\":{\"customer\":{\"id\":\"u2\"}}}"));
    cr_expect(text_is(provider_id(count, record), "u2"));
    record = provider_record(fieldedge->get.items,
                             json("{\"customers\":[{\"id\":\"u3\"}]}"));
    cr_expect(text_is(provider_id(fieldedge, record), "u3"));
    cr_expect(text_is(
        provider_text(count->create.id, json("{\"data\":{\"customer\":\"Acme\","
                                             "\"uuid\":\"u4\"}}")),
        "u4"));
}

Test(provider, items_are_the_first_array, .init = open_all, .fini = close_all)
{
    const char *const *paths = count->list.items;

    cr_expect_eq(node_count(provider_items(
                     paths, json("{\"data\":{\"records\":[{},{}]}}"))),
                 2);
    cr_expect_eq(node_count(provider_items(
                     paths, json("{\"customers\":[{}],\"data\":{}}"))),
                 1);
    cr_expect_null(provider_items(paths, json("{\"data\":{}}")));
}

Test(provider, a_big_id_keeps_its_digits, .init = open_all, .fini = close_all)
{
    cr_expect(text_is(provider_id(kounta, json("{\"id\":90071992547409931}")),
                      "90071992547409931"));
}

Test(provider, a_complaint_is_one_line, .init = open_all, .fini = close_all)
{
    struct text line = provider_complaint(
        fieldedge,
        json("{\"error\":{\"code\":\"VALIDATION_ERROR\",\"message\":\"no\\n"
             "good\",\"errors\":[{\"field\":\"zip\",\"message\":\"bad\"}]}}"),
        (struct text){0}, arena);

    cr_expect(text_is(line, "VALIDATION_ERROR: no good; zip: bad"), "%.*s",
              TEXT_ARGS(line));
    line =
        provider_complaint(count, NULL, TEXT("<html>\n\nBad gateway"), arena);
    cr_expect(text_is(line, "<html> Bad gateway"), "%.*s", TEXT_ARGS(line));
    line = provider_complaint(count, NULL, (struct text){0}, arena);
    cr_expect_eq(line.size, 0);
}

Test(provider, a_complaint_is_never_cut_within_a_character, .init = open_all,
     .fini = close_all)
{
    struct buffer raw = {0};
    struct text line;

    buffer_byte(&raw, 'x');
    for (int i = 0; i < 500; i++)
        buffer_string(&raw, "\xC3\xA9");
    line = provider_complaint(count, NULL, buffer_view(&raw), arena);
    cr_expect_leq(line.size, 300);
    cr_expect(text_is_utf8(line));
    buffer_free(&raw);
}

Test(provider, rates_and_durations)
{
    struct rate_spec rate;
    uint64_t ms;

    cr_expect(rate_parse(TEXT("100/min"), &rate));
    cr_expect(rate.limit == 100 && rate.window_ms == 60000);
    cr_expect(rate_parse(TEXT("10/s"), &rate));
    cr_expect(rate.limit == 10 && rate.window_ms == 1000);
    cr_expect(rate_parse(TEXT("off"), &rate));
    cr_expect_eq(rate.limit, 0);
    cr_expect_not(rate_parse(TEXT("0/s"), &rate));
    cr_expect_not(rate_parse(TEXT("fast"), &rate));
    cr_expect_not(rate_parse(TEXT("5/"), &rate));
    cr_expect_not(rate_parse(TEXT(""), &rate));
    cr_expect(duration_parse(TEXT("200ms"), &ms) && ms == 200);
    cr_expect(duration_parse(TEXT("5m"), &ms) && ms == 300000);
    cr_expect(duration_parse(TEXT("2h"), &ms) && ms == 7200000);
    cr_expect_not(duration_parse(TEXT("5"), &ms));
    cr_expect_not(duration_parse(TEXT("m"), &ms));
    cr_expect_not(duration_parse(TEXT("99999999999999999999s"), &ms));
}

static const char *value(const void *self, const char *name)
{
    (void)self;
    if (strcmp(name, "company") == 0)
        return "56 78";
    return strcmp(name, "blank") == 0 ? "" : NULL;
}

static struct text stars(struct arena *in, struct text text)
{
    return arena_print(in, "*%.*s*", TEXT_ARGS(text));
}

Test(provider, templates_take_values_and_escape_them, .init = open_all,
     .fini = close_all)
{
    const char *missing = NULL;
    struct text out;

    cr_expect(template_fill("/v1/{company}/x", value, NULL, stars, arena, &out,
                            &missing));
    cr_expect(text_is(out, "/v1/*56 78*/x"));
    cr_expect(template_fill("{workspace|blank|company}", value, NULL, NULL,
                            arena, &out, &missing));
    cr_expect(text_is(out, "56 78"));
    cr_expect(
        template_fill("{blank}", value, NULL, NULL, arena, &out, &missing));
    cr_expect_eq(out.size, 0);
    cr_expect_not(
        template_fill("a{nobody}", value, NULL, NULL, arena, &out, &missing));
    cr_expect_str_eq(missing, "nobody");
}

Test(provider, an_unknown_name_is_met_with_a_suggestion)
{
    struct provider *provider;
    struct err err;

    cr_expect_eq(provider_load(&provider, "kuonta", &err), STOP);
    cr_expect_eq(err.exit, EXIT_CONFIG);
    cr_expect_str_eq(err.hint, "did you mean 'kounta'?");
    cr_expect_null(provider);
}

Test(provider, a_name_in_a_template_must_be_known)
{
    struct provider *provider;
    const char *path = "/tmp/custsync-test-provider.yaml";
    FILE *file = fopen(path, "w");
    struct err err;

    fputs("provider: tiny\nbase_url: https://api.example.com\nid: id\n"
          "settings: {company: required}\n"
          "get: {request: 'GET /v1/{compny}/{id}'}\n"
          "fields: {email: email}\n",
          file);
    fclose(file);
    cr_expect_eq(provider_load(&provider, path, &err), STOP);
    cr_expect_str_eq(err.place, "/tmp/custsync-test-provider.yaml:5:7");
    cr_expect_str_eq(err.message, "unknown name {compny}");
    cr_expect_str_eq(err.hint, "did you mean {company}?");
    remove(path);
}

Test(provider, a_refused_time_is_no_refused_credential, .init = open_all,
     .fini = close_all)
{
    static const char *const calls[] = {"get", "create", "token"};

    for (int i = 0; i < 3; i++) {
        cr_expect_eq(means(count, calls[i], 401,
                           "{\"error\":\"Invalid HMAC signature\",\"message\":"
                           "\"timestamp out of range\"}"),
                     MEANS_CLOCK);
        cr_expect_eq(means(count, calls[i], 401,
                           "{\"error\":\"Invalid HMAC signature\"}"),
                     MEANS_DENIED);
    }
    cr_expect_not(kounta->update.reply_needed, "it may say nothing");
    cr_expect(fieldedge->update.reply_needed);
}

Test(provider, any_name_of_an_id_shows_it, .init = open_all, .fini = close_all)
{
    const struct node *record = json("{\"uuid\":\"u\",\"id\":7}");

    cr_expect(provider_shows(count->id, record, TEXT("u")));
    cr_expect(provider_shows(count->id, record, TEXT("7")));
    cr_expect_not(provider_shows(count->id, record, TEXT("8")));
    cr_expect_not(provider_shows(count->id, record, TEXT("")));
    cr_expect_not(provider_shows(count->id, NULL, TEXT("u")));
}

Test(provider, the_digest_tells_meaning_not_comments, .init = open_all,
     .fini = close_all)
{
    cr_expect_not(text_equal(count->digest, kounta->digest));
    cr_expect_gt(count->digest.size, 1000);
    cr_expect_eq(text_find(count->digest, "a whole customer"),
                 count->digest.size);
}
