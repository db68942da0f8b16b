/*
 * faults_parse.c - the script of things that go wrong.
 *
 * One fault per line; `#` begins a comment. A request meets the first line
 * that fits it and is not used up:
 *
 *   [METHOD] [PATH-GLOB] [chance P%] [skip N] [times N|always] ACTION
 *
 * METHOD is GET, POST ... or `*`; the path is what follows the provider's
 * base, and `*` in it also crosses `/`. A line with `skip N` first lets N
 * fitting requests go unharmed; without `times` it works once, with `chance`
 * always. A request that a chance spares may meet a later line.
 */
#include "faults.h"
#include "util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char faults_help[] =
    "A fault script has one fault per line, # begins a comment:\n"
    "  [METHOD] [PATH-GLOB] [chance P%] [skip N] [times N|always] ACTION\n"
    "A request meets the first line that fits and is not used up; skip lets "
    "the first N of its requests go unharmed; chance hits P of a hundred, and "
    "a line `random N` chooses which. The path is what follows the provider's "
    "base; * in it crosses /. Actions, with -after the request is carried out "
    "first:\n"
    "  status[-after] CODE [body JSON|-] [header \"Name: value\"]...\n"
    "  429[-after] [retry-after S|\"TEXT\" | retry-after-date S | reset S]"
    " [penalty S]\n"
    "  html[-after] CODE   a gateway's page\n"
    "  garbage[-after]     200 and no JSON\n"
    "  deep N              200 and N arrays within each other\n"
    "  redirect same|other|loop|scheme [CODE]\n"
    "  drip[-after] MS     byte by byte, MS between them; without -after 503\n"
    "  endless headers|body\n"
    "  hang MS             silent, then closed\n"
    "  drop-before, drop-after   closed without an answer\n"
    "  reset, reset-after [N]    reset; the latter after N bytes of the body\n"
    "  delay MS            carried out, answered late\n"
    "  truncate N          carried out, N bytes of the body, then closed\n"
    "  type TEXT           carried out, with that Content-Type\n"
    "  id other|none|bad   carried out, with a wrong id in the answer\n"
    "  list short|empty|loop     a list that lacks records or has no end\n"
    "  bulk one|none|reordered|fewer   outcomes with other indexes, or none\n"
    "  change N M          carried out; then N customers are made and the M "
    "oldest removed\n"
    "  expire, revoke      access tokens end, or all grants, then carried out\n"
    "With a time, 429 begins a penalty: until it ends every request of that "
    "client is a violation and answered 429.\n";

const struct action_kind actions[ACTIONS] = {
    [ACT_STATUS] = {"status", true, ARG_NUMBER, 200, 599, NULL},
    [ACT_STATUS_AFTER] = {"status-after", false, ARG_NUMBER, 200, 599, NULL},
    [ACT_429] = {"429", true, ARG_NONE, 0, 0, NULL},
    [ACT_429_AFTER] = {"429-after", false, ARG_NONE, 0, 0, NULL},
    [ACT_HTML] = {"html", true, ARG_NUMBER, 200, 599, NULL},
    [ACT_HTML_AFTER] = {"html-after", false, ARG_NUMBER, 200, 599, NULL},
    [ACT_GARBAGE] = {"garbage", true, ARG_NONE, 0, 0, NULL},
    [ACT_GARBAGE_AFTER] = {"garbage-after", false, ARG_NONE, 0, 0, NULL},
    [ACT_DEEP] = {"deep", true, ARG_NUMBER, 1, DEEP_MAX, NULL},
    [ACT_TYPE] = {"type", false, ARG_TEXT, 0, 0, NULL},
    [ACT_REDIRECT] = {"redirect", true, ARG_WORD, 0, 0,
                      "same|other|loop|scheme"},
    [ACT_DELAY] = {"delay", false, ARG_NUMBER, 0, WAIT_MAX_MS, NULL},
    [ACT_HANG] = {"hang", true, ARG_NUMBER, 0, WAIT_MAX_MS, NULL},
    [ACT_DRIP] = {"drip", true, ARG_NUMBER, 0, WAIT_MAX_MS, NULL},
    [ACT_DRIP_AFTER] = {"drip-after", false, ARG_NUMBER, 0, WAIT_MAX_MS, NULL},
    [ACT_ENDLESS] = {"endless", true, ARG_WORD, 0, 0, "headers|body"},
    [ACT_DROP_BEFORE] = {"drop-before", true, ARG_NONE, 0, 0, NULL},
    [ACT_DROP_AFTER] = {"drop-after", false, ARG_NONE, 0, 0, NULL},
    [ACT_RESET] = {"reset", true, ARG_NONE, 0, 0, NULL},
    [ACT_RESET_AFTER] = {"reset-after", false, ARG_MAYBE, 0, BODY_MAX, NULL},
    [ACT_TRUNCATE] = {"truncate", false, ARG_NUMBER, 0, BODY_MAX, NULL},
    [ACT_ID] = {"id", false, ARG_WORD, 0, 0, "other|none|bad"},
    [ACT_LIST] = {"list", false, ARG_WORD, 0, 0, "short|empty|loop"},
    [ACT_BULK] = {"bulk", false, ARG_WORD, 0, 0, "one|none|reordered|fewer"},
    [ACT_EXPIRE] = {"expire", false, ARG_NONE, 0, 0, NULL},
    [ACT_REVOKE] = {"revoke", false, ARG_NONE, 0, 0, NULL},
    [ACT_CHANGE] = {"change", false, ARG_NUMBER, 0, CHANGE_MAX, NULL},
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

/* The same, or what stands between quote marks. */
static char *quoted(char **line)
{
    char *start = *line + strspn(*line, " \t\r");
    char *end = *start == '"' ? strchr(start + 1, '"') : NULL;

    if (end == NULL)
        return word(line);
    *end = '\0';
    *line = end + 1;
    return start + 1;
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

static const char *parse_status(struct fault *fault, char **line)
{
    const char *trouble = NULL;
    char *name;

    while (trouble == NULL && (name = word(line)) != NULL) {
        if (strcmp(name, "body") == 0)
            trouble = parse_body(fault, line);
        else if (strcmp(name, "header") == 0)
            trouble = parse_header(fault, line);
        else
            trouble = "status takes body and header";
    }
    return trouble;
}

/* A number of seconds is obeyed; any other text is only said. */
static const char *parse_wait(struct fault *fault, enum wait wait, char **line)
{
    char *value = quoted(line);
    bool seconds = parse_number(value, WAIT_MAX_MS / 1000, &fault->wait_s);

    fault->wait = wait;
    if (seconds)
        return NULL;
    if (wait != WAIT_SECONDS || value == NULL)
        return "the wait is a number of seconds";
    fault->wait = WAIT_RAW;
    free(fault->text);
    fault->text = copy(value);
    return NULL;
}

static const char *parse_429(struct fault *fault, char **line)
{
    const char *trouble = NULL;
    char *name;

    while (trouble == NULL && (name = word(line)) != NULL) {
        if (strcmp(name, "retry-after") == 0)
            trouble = parse_wait(fault, WAIT_SECONDS, line);
        else if (strcmp(name, "retry-after-date") == 0)
            trouble = parse_wait(fault, WAIT_DATE, line);
        else if (strcmp(name, "reset") == 0)
            trouble = parse_wait(fault, WAIT_RESET, line);
        else if (strcmp(name, "penalty") != 0)
            trouble = "429 takes retry-after, retry-after-date, reset and "
                      "penalty";
        else if (!parse_number(word(line), WAIT_MAX_MS / 1000,
                               &fault->penalty_s))
            trouble = "the penalty is a number of seconds";
    }
    return trouble;
}

static const char *parse_choice(struct fault *fault, const char *choice,
                                const char *name)
{
    size_t size = name == NULL ? 0 : strlen(name);

    for (; size > 0; choice++, fault->number++) {
        size_t length = strcspn(choice, "|");

        if (length == size && strncmp(choice, name, size) == 0)
            return NULL;
        choice += length;
        if (*choice == '\0')
            break;
    }
    return "the action takes one of its words";
}

static const char *parse_argument(struct fault *fault,
                                  const struct action_kind *kind, char **line)
{
    char *name;

    if (kind->argument == ARG_NONE)
        return NULL;
    name = kind->argument == ARG_TEXT ? quoted(line) : word(line);
    if (kind->argument == ARG_TEXT && name != NULL) {
        fault->text = copy(name);
        return NULL;
    }
    if (kind->argument == ARG_WORD)
        return parse_choice(fault, kind->choice, name);
    if (kind->argument == ARG_MAYBE && name == NULL)
        return NULL;
    if (name == NULL || !parse_number(name, kind->max, &fault->number))
        return "the action takes a number, or a text";
    return fault->number < kind->min ? "the number is too small" : NULL;
}

static const char *parse_action(struct fault *fault, const char *name,
                                char **line)
{
    const char *trouble;
    char *more = NULL;
    int action = 0;

    while (action < ACTIONS && strcmp(actions[action].name, name) != 0)
        action++;
    if (action == ACTIONS)
        return "unknown action";
    fault->action = (enum action)action;
    trouble = parse_argument(fault, &actions[action], line);
    if (trouble != NULL)
        return trouble;
    if (action == ACT_STATUS || action == ACT_STATUS_AFTER)
        trouble = parse_status(fault, line);
    else if (action == ACT_429 || action == ACT_429_AFTER)
        trouble = parse_429(fault, line);
    else
        more = word(line);
    if (action == ACT_REDIRECT && more != NULL &&
        parse_number(more, 399, &fault->code) && fault->code >= 300)
        more = word(line);
    if (action == ACT_CHANGE && parse_number(more, CHANGE_MAX, &fault->code))
        more = word(line);
    else if (action == ACT_CHANGE)
        return "change takes two numbers: how many come, and how many go";
    if (trouble == NULL && more != NULL)
        trouble = "something stands after the action";
    return trouble;
}

static bool is_method(const char *text)
{
    return strcmp(text, "*") == 0 ||
           (*text != '\0' &&
            strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(text));
}

static bool parse_chance(struct fault *fault, const char *text)
{
    double percent = 0;
    int used = 0;

    if (text == NULL || sscanf(text, "%lf%%%n", &percent, &used) != 1 ||
        used == 0 || text[used] != '\0' || !(percent > 0 && percent <= 100))
        return false;
    fault->chance = (int64_t)(percent * CHANCE_WHOLE / 100);
    return fault->chance > 0;
}

enum { TIMES_UNSAID = -2 };

static const char *parse_rest(struct fault *fault, const char *name,
                              char **line)
{
    if (fault->times == TIMES_UNSAID)
        fault->times = fault->chance > 0 ? -1 : 1;
    return parse_action(fault, name, line);
}

static const char *parse_line(struct fault *fault, char *line)
{
    char *name = word(&line);

    fault->times = TIMES_UNSAID;
    fault->penalty_s = -1;
    fault->code = 302;
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
        else if (strcmp(name, "chance") != 0)
            return parse_rest(fault, name, &line);
        else if (!parse_chance(fault, word(&line)))
            return "chance takes a percentage such as 3%";
        if (to != NULL && !parse_number(word(&line), 1000000000, to))
            return "skip and times take a number";
    }
    return "no action";
}

/* `random N` is no fault: it chooses whom the chances hit. */
static bool is_random(struct faults *faults, char *line, const char **trouble)
{
    int64_t number = 0;
    size_t blank = strspn(line, " \t");

    if (strncmp(line + blank, "random", 6) != 0 ||
        strchr(" \t", line[blank + 6]) == NULL)
        return false;
    line += blank + 6;
    if (!parse_number(word(&line), INT64_MAX, &number) || word(&line) != NULL)
        *trouble = "random takes a number";
    faults->random = ((uint64_t)number + 1) * UINT64_C(0x9E3779B97F4A7C15);
    return true;
}

struct faults *faults_parse(const char *script, char **message)
{
    struct faults *faults = must_alloc(calloc(1, sizeof(*faults)));
    const char *trouble = NULL;

    faults->random = UINT64_C(0x9E3779B97F4A7C15);
    faults->item = must_alloc(calloc(FAULTS_MAX, sizeof(*faults->item)));
    for (int number = 1; *script != '\0' && trouble == NULL; number++) {
        size_t size = strcspn(script, "\n");
        char *line = must_alloc(strndup(script, size));
        size_t blank = strspn(line, " \t\r");

        if (line[blank] == '\0' || line[blank] == '#' ||
            is_random(faults, line, &trouble))
            ; /* no fault */
        else if (faults->count == FAULTS_MAX)
            trouble = "too many lines";
        else
            trouble = parse_line(&faults->item[faults->count++], line);
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
