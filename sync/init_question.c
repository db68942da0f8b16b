/*
 * init_question.c - asks, where somebody can answer, until the answer will do.
 */
#include "sync/init_own.h"

#include "sync/run.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { ANSWER_MAX = 4096 }; /* what a terminal takes as one line */

enum status init_misused(struct err *err, const struct question *question,
                         const char *what)
{
    (void)fail(err, STOP, EXIT_USAGE, "usage", "%s", what);
    err_place(err, "%s", question->option);
    return STOP;
}

/* A terminal gives one line at a time. */
static enum status read_line(const struct asking *asking, struct text *answer,
                             struct err *err)
{
    char line[ANSWER_MAX];
    ssize_t got = -1;

    while (run_interrupted == 0 && got < 0) {
        got = read(STDIN_FILENO, line, sizeof(line));
        if (got < 0 && errno != EINTR)
            break;
    }
    if (run_interrupted != 0) {
        (void)fail(err, STOP, EXIT_TRYLATER, "interrupted",
                   "a signal ended it; nothing was written");
        err_hint(err, "begin it again whenever it suits");
        return STOP;
    }
    if (got <= 0)
        return fail(err, STOP, EXIT_USAGE, "usage",
                    "there was no answer; nothing was written");
    *answer = arena_text(asking->init->arena,
                         text_trim((struct text){line, (size_t)got}));
    return OK;
}

static enum status ask(const struct asking *asking,
                       const struct question *question, struct text *answer,
                       struct err *err)
{
    const char *fallback = question->fallback;
    enum status status;

    if (question->about != NULL)
        (void)fprintf(stderr, "  (%s)\n", question->about);
    (void)fprintf(stderr, "%s%s%s%s: ", question->prompt,
                  fallback != NULL && fallback[0] != '\0' ? " [" : "",
                  fallback != NULL ? fallback : "",
                  fallback != NULL && fallback[0] != '\0' ? "]" : "");
    status = read_line(asking, answer, err);
    if (status == OK && answer->size == 0 && fallback != NULL)
        *answer = text_of(fallback);
    return status;
}

enum status init_settle(struct asking *asking, const struct question *question,
                        struct err *err)
{
    struct text answer = question->given;
    enum status status = OK;

    if (answer.at == NULL && !asking->terminal) {
        if (question->fallback == NULL || question->needed) {
            (void)fail(err, STOP, EXIT_USAGE, "usage", "%s is missing",
                       question->option);
            err_hint(err, "'custsync init --help' shows all of them; on a "
                          "terminal custsync asks");
            return STOP;
        }
        answer = text_of(question->fallback);
    }
    while (answer.at == NULL) {
        status = ask(asking, question, &answer, err);
        if (status != OK)
            return status;
        status = question->take(asking, question, answer, err);
        if (status == OK)
            return OK;
        err_print(err);
        answer.at = NULL;
    }
    return question->take(asking, question, answer, err);
}
