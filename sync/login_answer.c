/*
 * login_answer.c - the code, and whether it is the answer to our question.
 */
#include "sync/login_answer.h"

#include "sync/http_url.h"

#include <string.h>

static enum status no_answer(struct err *err, const char *what)
{
    (void)fail(err, REJECT, EXIT_DATA, "bad_answer", "%s", what);
    err_hint(err, "paste the whole address that the browser shows after the "
                  "page was answered, or the code in it");
    return REJECT;
}

/* The part of an address that holds the answer, or a query by itself. */
static bool find_query(struct text said, struct text *query)
{
    size_t at = text_find(said, "?");

    if (at < said.size) {
        *query = (struct text){said.at + at + 1, said.size - at - 1};
        query->size = text_find(*query, "#");
        return true;
    }
    *query = said;
    return text_starts(said, "code=") || text_starts(said, "error=") ||
           text_starts(said, "state=");
}

static enum status refused(struct text query, struct text error,
                           struct arena *arena, struct err *err)
{
    struct text words = TEXT("");

    (void)http_query_value(arena, query, "error_description", &words);
    (void)fail(err, STOP, EXIT_CREDENTIALS, "login_refused",
               "the provider's page gave no leave: %.*s%s%.*s",
               (int)(error.size < 80 ? error.size : 80), error.at,
               words.size > 0 ? ": " : "",
               (int)(words.size < 300 ? words.size : 300), words.at);
    err_hint(err, "log in again, as somebody who may allow it, and say yes");
    return STOP;
}

static enum status read_query(struct text query, const char *state,
                              struct arena *arena, struct text *code,
                              struct err *err)
{
    struct text error, said;
    bool named = http_query_value(arena, query, "state", &said);
    bool no = http_query_value(arena, query, "error", &error);

    /* A no need not name the login: all it can do is end it. */
    if (named ? !text_is(said, state) : !no)
        return no_answer(err, named ? "that is the answer to another login"
                                    : "the address holds no state");
    if (no)
        return refused(query, error, arena, err);
    if (!http_query_value(arena, query, "code", code) || code->size == 0)
        return no_answer(err, "the address holds no code");
    return OK;
}

enum status login_answer(struct text said, const char *state,
                         struct arena *arena, struct text *code,
                         struct err *err)
{
    struct text query;

    said = text_trim(said);
    if (said.size == 0)
        return no_answer(err, "there is nothing");
    /* Blanks, too: no address and no code has any. */
    if (!text_is_printable(said) || memchr(said.at, ' ', said.size) != NULL ||
        said.size > LOGIN_ANSWER_MAX)
        return no_answer(err, "that is neither an address nor a code");
    if (find_query(said, &query))
        return read_query(query, state, arena, code, err);
    if (text_find(said, "://") < said.size)
        return no_answer(err, "the address holds no code");
    *code = http_unescape(arena, said);
    return OK;
}
