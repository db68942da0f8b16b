/*
 * provider_reply.c - what replies mean, and what they say for people.
 */
#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"
#include "mappings/pattern.h"
#include "mappings/provider_parts.h"

/* A line in a report; what is longer is a page, not a message. */
enum { COMPLAINT_MAX = 300 };

static const char *const calls[] = {
    "probe",       "list",        "get",      "find",  "create", "update",
    "bulk_create", "bulk_update", "bulk_row", "token", NULL};

static void load_reply(struct loader *loader, const struct node *node,
                       struct reply_rule *rule)
{
    static const char *const keys[] = {"status", "path",  "pattern",
                                       "calls",  "means", NULL};
    static const char *const meanings[] = {
        "ok",      "absent", "duplicate", "invalid", "retry",  "throttled",
        "refresh", "clock",  "denied",    "dead",    "broken", NULL};
    struct text pattern;
    char reason[128];

    check_keys(loader->check, node, keys, "a reply rule");
    if (node->kind != NODE_OBJECT)
        return;
    rule->statuses = part_statuses(loader, node, "status");
    rule->path = part_word(loader, node, "path");
    rule->calls = part_words(loader, node, "calls");
    for (size_t i = 0; rule->calls != NULL && rule->calls[i] != NULL; i++) {
        const char *near;
        size_t j = 0;

        while (calls[j] != NULL && strcmp(calls[j], rule->calls[i]) != 0)
            j++;
        if (calls[j] != NULL)
            continue;
        check_fault(loader->check, node_member(node, "calls"),
                    "unknown call '%.40s'", rule->calls[i]);
        near = suggest(rule->calls[i], calls);
        if (near != NULL)
            check_hint(loader->check, "did you mean '%s'?", near);
    }
    if (node_member(node, "means") == NULL)
        check_fault(loader->check, node, "means is missing");
    rule->means =
        (enum meaning)part_choice(loader, node, "means", meanings, MEANS_RETRY);
    pattern = check_text(loader->check, node, "pattern");
    rule->pattern = pattern.at;
    if (rule->pattern == NULL) {
        if (rule->path != NULL)
            check_fault(loader->check, node, "path without a pattern");
        return;
    }
    rule->compiled = pattern_open(pattern, true, reason);
    if (rule->compiled == NULL)
        check_fault(loader->check, node_member(node, "pattern"),
                    "not a pattern: %s", reason);
}

static void load_errors(struct loader *loader, const struct node *tree)
{
    static const char *const keys[] = {"code",       "message",       "fields",
                                       "field_name", "field_message", NULL};
    const struct node *node = part_object(loader, tree, "errors", keys);
    struct provider *provider = loader->provider;

    if (node == NULL)
        return;
    provider->error_code = part_paths(loader, node, "code");
    provider->error_message = part_paths(loader, node, "message");
    provider->error_fields = part_paths(loader, node, "fields");
    provider->error_field_name = part_paths(loader, node, "field_name");
    provider->error_field_message = part_paths(loader, node, "field_message");
}

void load_replies(struct loader *loader, const struct node *tree)
{
    const struct node *node = node_member(tree, "replies");
    struct reply_rule *rules =
        arena_take(loader->arena, (node_count(node) + 1) * sizeof(*rules));
    size_t count = 0;

    load_errors(loader, tree);
    loader->provider->replies = rules;
    if (node == NULL || node->kind == NODE_NULL)
        return;
    if (node->kind != NODE_LIST) {
        check_fault(loader->check, node, "replies must be a list of rules");
        return;
    }
    for (const struct node *n = node->first; n != NULL; n = n->next)
        load_reply(loader, n, &rules[count++]);
    loader->provider->replies_count = count;
}

static bool has_status(const int *statuses, int status)
{
    for (; *statuses != 0; statuses++)
        if (*statuses == status ||
            (*statuses < 10 && *statuses == status / 100))
            return true;
    return false;
}

static bool has_call(const char *const *list, const char *call)
{
    for (; *list != NULL; list++)
        if (strcmp(*list, call) == 0)
            return true;
    return false;
}

static bool rule_holds(const struct reply_rule *rule, const char *call,
                       int status, const struct node *body, struct text raw)
{
    if (rule->statuses != NULL && !has_status(rule->statuses, status))
        return false;
    if (rule->calls != NULL && !has_call(rule->calls, call))
        return false;
    if (rule->compiled == NULL)
        return rule->pattern == NULL;
    if (rule->path != NULL)
        raw = node_words(path_find(body, rule->path));
    /* What cannot be told leaves the reply to the rules below. */
    return raw.size > 0 &&
           pattern_found(rule->compiled, pattern_start(raw)) == MATCH_YES;
}

/* What HTTP itself says, where the file is silent. */
static enum meaning usual_meaning(const char *call, int status)
{
    if (strcmp(call, "bulk_row") == 0)
        return MEANS_INVALID;
    if (status >= 200 && status < 300)
        return MEANS_OK;
    if (strcmp(call, "token") == 0 &&
        (status == 400 || status == 401 || status == 403))
        return MEANS_DENIED;
    if (strcmp(call, "update") == 0 && (status == 404 || status == 410))
        return MEANS_ABSENT;
    switch (status) {
    case 400:
    case 409:
    case 413:
    case 415:
    case 422:
        return MEANS_INVALID;
    case 401:
        return MEANS_REFRESH;
    case 403:
        return MEANS_DENIED;
    case 404:
    case 405:
    case 406:
    case 410:
        return MEANS_BROKEN;
    case 429:
        return MEANS_THROTTLED;
    default:
        return status >= 300 && status < 400 ? MEANS_BROKEN : MEANS_RETRY;
    }
}

enum meaning provider_meaning(const struct provider *provider, const char *call,
                              int status, const struct node *body,
                              struct text raw)
{
    if (strcmp(call, "get") == 0 && provider->get.absent != NULL &&
        has_status(provider->get.absent, status))
        return MEANS_ABSENT;
    for (size_t i = 0; i < provider->replies_count; i++)
        if (rule_holds(&provider->replies[i], call, status, body, raw))
            return provider->replies[i].means;
    return usual_meaning(call, status);
}

/* One line: what breaks it becomes a blank, and so do runs of blanks. */
static void add_line(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c > 0x20 && c != 0x7F)
            buffer_byte(out, (char)c);
        else if (out->size > 0 && out->at[out->size - 1] != ' ')
            buffer_byte(out, ' ');
    }
}

static void add_fields(const struct provider *provider, struct buffer *out,
                       const struct node *body)
{
    const struct node *list = provider_items(provider->error_fields, body);

    for (const struct node *n = list != NULL ? list->first : NULL;
         n != NULL && out->size < COMPLAINT_MAX; n = n->next) {
        struct text name = provider_text(provider->error_field_name, n);
        struct text message = provider_text(provider->error_field_message, n);

        if (name.size == 0 && message.size == 0)
            continue;
        buffer_string(out, out->size > 0 ? "; " : "");
        add_line(out, name);
        buffer_string(out, name.size > 0 && message.size > 0 ? ": " : "");
        add_line(out, message);
    }
}

struct text provider_complaint(const struct provider *provider,
                               const struct node *body, struct text raw,
                               struct arena *arena)
{
    struct text code = provider_text(provider->error_code, body);
    struct text message = provider_text(provider->error_message, body);
    struct buffer line = {0};
    struct text out;

    add_line(&line, code);
    if (message.size > 0 && !text_equal(code, message)) {
        buffer_string(&line, line.size > 0 ? ": " : "");
        add_line(&line, message);
    }
    add_fields(provider, &line, body);
    if (line.size == 0 && text_is_utf8(raw)) {
        if (raw.size > COMPLAINT_MAX)
            raw.size = COMPLAINT_MAX;
        add_line(&line, raw);
    }
    out = text_trim(buffer_view(&line));
    if (out.size > COMPLAINT_MAX)
        out.size = COMPLAINT_MAX;
    /* Not in the middle of a character. */
    while (out.size > 0 && !text_is_utf8(out))
        out.size--;
    out = arena_text(arena, out);
    buffer_free(&line);
    return out;
}
