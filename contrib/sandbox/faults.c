/*
 * faults.c - the script of things that go wrong.
 *
 * One fault per line; `#` begins a comment. A request meets the first line
 * that fits it and is not used up:
 *
 *   [METHOD] [PATH-GLOB] [skip N] [times N|always] ACTION
 *
 * METHOD is GET, POST ... or `*`; the path is what follows the provider's
 * base, and `*` in it also crosses `/`. A line with `skip N` first lets N
 * fitting requests go unharmed; without `times` it works once.
 */
#include "sandbox.h"
#include "util.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char faults_help[] =
    "A fault script has one fault per line, # begins a comment:\n"
    "  [METHOD] [PATH-GLOB] [skip N] [times N|always] ACTION\n"
    "A request meets the first line that fits and is not used up; skip lets "
    "the first N of its requests go unharmed. The path is what follows the "
    "provider's base; * in it crosses /. Actions:\n"
    "  status CODE [body JSON|-] [header \"Name: value\"]...\n"
    "  429 [retry-after S | retry-after-date S | reset S]\n"
    "  delay MS            carried out, answered late\n"
    "  hang MS             not carried out, silent, then closed\n"
    "  drop-before         not carried out, closed\n"
    "  drop-after          carried out, closed without an answer\n"
    "  truncate N          carried out, N bytes of the body, then closed\n"
    "  garbage             not carried out, 200 and no JSON\n"
    "  garbage-after       carried out, 200 and no JSON\n"
    "With a time, 429 begins a penalty: until it ends every request of that "
    "client is a violation and answered 429.\n";

enum action {
    ACT_STATUS,
    ACT_429,
    ACT_DELAY,
    ACT_HANG,
    ACT_DROP_BEFORE,
    ACT_DROP_AFTER,
    ACT_TRUNCATE,
    ACT_GARBAGE,
    ACT_GARBAGE_AFTER,
    ACTIONS
};

static const struct {
    const char *name;
    bool before; /* the request is not carried out */
    bool number; /* takes one */
} actions[ACTIONS] = {
    [ACT_STATUS] = {"status", true, true},
    [ACT_429] = {"429", true, false},
    [ACT_DELAY] = {"delay", false, true},
    [ACT_HANG] = {"hang", true, true},
    [ACT_DROP_BEFORE] = {"drop-before", true, false},
    [ACT_DROP_AFTER] = {"drop-after", false, false},
    [ACT_TRUNCATE] = {"truncate", false, true},
    [ACT_GARBAGE] = {"garbage", true, false},
    [ACT_GARBAGE_AFTER] = {"garbage-after", false, false},
};

enum wait { WAIT_NONE, WAIT_SECONDS, WAIT_DATE, WAIT_RESET };

struct fault {
    char *method, *glob; /* NULL: any */
    int64_t skip, times; /* times < 0: always */
    enum action action;
    int64_t number; /* status, bytes or milliseconds */
    enum wait wait;
    int64_t wait_s;
    char *body;           /* NULL: the provider's own error */
    struct reply headers; /* only its headers are used */
};

struct faults {
    struct fault *item;
    size_t count;
};

/* The next word, cut out of the line; NULL at the end. */
static char *word(char **line)
{
    char *start = *line + strspn(*line, " \t\r");
    size_t size = strcspn(start, " \t\r");

    if (size == 0)
        return NULL;
    *line = start + size;
    if (**line != '\0')
        *(*line)++ = '\0';
    return start;
}

static const char *parse_body(struct fault *fault, char **line)
{
    json_error_t error;
    json_t *json;

    *line += strspn(*line, " \t");
    if (**line == '-') {
        (*line)++;
        fault->body = copy("");
        return NULL;
    }
    json = json_loads(*line, JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &error);
    if (json == NULL)
        return "body takes JSON or -";
    json_decref(json);
    free(fault->body);
    fault->body = must_alloc(strndup(*line, (size_t)error.position));
    *line += error.position;
    return NULL;
}

static const char *parse_header(struct fault *fault, char **line)
{
    char *name = *line + strspn(*line, " \t");
    char *end = *name == '"' ? strchr(name + 1, '"') : NULL;
    char *colon = end == NULL ? NULL : strchr(name, ':');

    if (colon == NULL || colon > end || colon == name + 1)
        return "header takes \"Name: value\", with the quote marks";
    *colon = *end = '\0';
    reply_header(&fault->headers, name + 1, "%s",
                 colon + 1 + strspn(colon + 1, " \t"));
    *line = end + 1;
    return NULL;
}

static const char *parse_429(struct fault *fault, char **line)
{
    char *name = word(line);

    if (name == NULL)
        return NULL;
    if (strcmp(name, "retry-after") == 0)
        fault->wait = WAIT_SECONDS;
    else if (strcmp(name, "retry-after-date") == 0)
        fault->wait = WAIT_DATE;
    else if (strcmp(name, "reset") == 0)
        fault->wait = WAIT_RESET;
    else
        return "429 takes retry-after, retry-after-date or reset";
    if (!parse_number(word(line), WAIT_MAX_MS / 1000, &fault->wait_s))
        return "the wait is a number of seconds";
    return NULL;
}

static const char *parse_action(struct fault *fault, char *name, char **line)
{
    const char *trouble = NULL;
    int action = 0;
    int64_t max = WAIT_MAX_MS;

    while (action < ACTIONS && strcmp(actions[action].name, name) != 0)
        action++;
    if (action == ACTIONS)
        return "unknown action";
    fault->action = (enum action)action;
    if (actions[action].number &&
        !parse_number(word(line), max, &fault->number))
        return "the action takes a number";
    if (action == ACT_429)
        trouble = parse_429(fault, line);
    if (action == ACT_STATUS && (fault->number < 200 || fault->number > 599))
        return "a status is 200 to 599";
    while (action == ACT_STATUS && trouble == NULL &&
           (name = word(line)) != NULL) {
        if (strcmp(name, "body") == 0)
            trouble = parse_body(fault, line);
        else if (strcmp(name, "header") == 0)
            trouble = parse_header(fault, line);
        else
            trouble = "status takes body and header";
    }
    if (trouble == NULL && word(line) != NULL)
        trouble = "something stands after the action";
    return trouble;
}

static bool is_method(const char *text)
{
    return strcmp(text, "*") == 0 ||
           (*text != '\0' &&
            strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(text));
}

static const char *parse_line(struct fault *fault, char *line)
{
    char *name = word(&line);

    fault->times = 1;
    if (name != NULL && is_method(name)) {
        if (strcmp(name, "*") != 0)
            fault->method = copy(name);
        name = word(&line);
    }
    if (name != NULL && (name[0] == '/' || name[0] == '*')) {
        fault->glob = copy(name);
        name = word(&line);
    }
    for (; name != NULL; name = word(&line)) {
        int64_t *to = NULL;

        if (strcmp(name, "skip") == 0)
            to = &fault->skip;
        else if (strcmp(name, "times") == 0)
            to = &fault->times;
        else if (strcmp(name, "always") == 0)
            fault->times = -1;
        else
            return parse_action(fault, name, &line);
        if (to != NULL && !parse_number(word(&line), 1000000000, to))
            return "skip and times take a number";
    }
    return "no action";
}

struct faults *faults_parse(const char *script, char **message)
{
    struct faults *faults = must_alloc(calloc(1, sizeof(*faults)));
    const char *trouble = NULL;

    faults->item = must_alloc(calloc(FAULTS_MAX, sizeof(*faults->item)));
    for (int number = 1; *script != '\0' && trouble == NULL; number++) {
        size_t size = strcspn(script, "\n");
        char *line = must_alloc(strndup(script, size));
        size_t blank = strspn(line, " \t\r");

        if (line[blank] != '\0' && line[blank] != '#') {
            if (faults->count == FAULTS_MAX)
                trouble = "too many lines";
            else
                trouble = parse_line(&faults->item[faults->count++], line);
        }
        if (trouble != NULL)
            *message = print("line %d: %s", number, trouble);
        free(line);
        script += size + (script[size] == '\n');
    }
    if (trouble != NULL) {
        faults_free(faults);
        return NULL;
    }
    return faults;
}

void faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->item[i].method);
        free(faults->item[i].glob);
        free(faults->item[i].body);
        reply_clear(&faults->item[i].headers);
    }
    free(faults->item);
    free(faults);
}

static struct fault *find(struct faults *faults, const struct request *request)
{
    for (size_t i = 0; faults != NULL && i < faults->count; i++) {
        struct fault *fault = &faults->item[i];

        if (fault->times == 0)
            continue;
        if (fault->method != NULL &&
            strcmp(fault->method, request->method) != 0)
            continue;
        if (fault->glob != NULL && fnmatch(fault->glob, request->path, 0) != 0)
            continue;
        if (fault->skip == 0)
            return fault;
        fault->skip--;
        break; /* unharmed */
    }
    return NULL;
}

/* Ends when the header says so, so that an obedient client never violates. */
static void throttle(const struct fault *fault, struct call *call)
{
    int64_t until_ms = call->request->now_ms + fault->wait_s * 1000;
    time_t until_s = (time_t)((until_ms + 999) / 1000);
    struct tm parts;
    char date[40];

    call->provider->error(call, 429, "Too many requests");
    switch (fault->wait) {
    case WAIT_NONE:
        return;
    case WAIT_SECONDS:
        reply_header(call->reply, "Retry-After", "%lld",
                     (long long)fault->wait_s);
        break;
    case WAIT_DATE:
        gmtime_r(&until_s, &parts);
        strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        reply_header(call->reply, "Retry-After", "%s", date);
        until_ms = (int64_t)until_s * 1000;
        break;
    case WAIT_RESET:
        reply_header(call->reply, "X-Ratelimit-Remaining", "0");
        reply_header(call->reply, "X-Ratelimit-Reset", "%lld",
                     (long long)until_s);
        until_ms = (int64_t)until_s * 1000;
        break;
    }
    rate_penalty_begin(call, until_ms);
}

static void garbage(struct reply *reply)
{
    reply_clear(reply); /* a Location would give the id away */
    reply_text(reply, 200, "application/json",
               "<html><body>Gateway notice</body></html>");
}

static void instead(const struct fault *fault, struct call *call)
{
    struct reply *reply = call->reply;

    switch (fault->action) {
    case ACT_STATUS:
        if (fault->body != NULL && *fault->body != '\0')
            reply_text(reply, (unsigned)fault->number, "application/json",
                       fault->body);
        else if (fault->body != NULL)
            reply_empty(reply, (unsigned)fault->number);
        else
            call->provider->error(call, (unsigned)fault->number,
                                  "Fault injected by the sandbox");
        for (size_t i = 0; i < fault->headers.header_count; i++)
            reply_header(reply, fault->headers.headers[i].name, "%s",
                         fault->headers.headers[i].value);
        break;
    case ACT_429:
        throttle(fault, call);
        break;
    case ACT_GARBAGE:
        garbage(reply);
        break;
    case ACT_HANG:
        reply->delay_ms += fault->number;
        reply_empty(reply, 0);
        break;
    default:
        reply_empty(reply, 0);
    }
}

static void bend(const struct fault *fault, struct reply *reply)
{
    if (fault->action == ACT_DELAY) {
        reply->delay_ms += fault->number;
    } else if (fault->action == ACT_GARBAGE_AFTER) {
        garbage(reply);
    } else if (fault->action == ACT_TRUNCATE && reply->size > 0) {
        reply->is_cut = true;
        reply->cut = (size_t)fault->number < reply->size ? (size_t)fault->number
                                                         : reply->size - 1;
    } else { /* also an answer without a body that could be cut */
        reply_empty(reply, 0);
    }
}

const char *faults_apply(struct faults *faults, struct call *call,
                         void (*handle)(struct call *call))
{
    struct fault *fault = find(faults, call->request);

    if (fault == NULL) {
        handle(call);
        return NULL;
    }
    /* Over the limit the provider says so, and the fault stays for later. */
    if (actions[fault->action].before && !rate_gate(call))
        return NULL;
    if (fault->times > 0)
        fault->times--;
    if (actions[fault->action].before) {
        instead(fault, call);
    } else {
        handle(call);
        bend(fault, call->reply);
    }
    return actions[fault->action].name;
}
