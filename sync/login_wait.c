/*
 * login_wait.c - two places from which the answer may come.
 */
#include "sync/login_wait.h"

#include "formats/log.h"
#include "sync/command.h"
#include "sync/login_answer.h"
#include "sync/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    /* Who went away from an open page must not find it good tomorrow. */
    LOGIN_WAIT_MS = 15 * 60 * 1000,
    LOGIN_SLICE_MS = 500, /* connections that say nothing are dropped */
};

struct pasted {
    int fd; /* -1: it ended */
    size_t size;
    char bytes[LOGIN_ANSWER_MAX];
};

static enum status judge_paste(const struct login_wait *wait, struct text said,
                               struct text *code, struct err *err)
{
    enum status status =
        login_answer(said, wait->state, wait->arena, code, err);

    if (status != REJECT)
        return status;
    /* What is piped in is all there will ever be. */
    if (!wait->terminal) {
        err_place(err, "standard input");
        return err->status = STOP;
    }
    err_print(err);
    if (!log_is_json())
        (void)fputs("paste it here: ", stderr);
    return RETRY;
}

/* RETRY: no answer yet. */
static enum status read_paste(const struct login_wait *wait,
                              struct pasted *pasted, struct text *code,
                              struct err *err)
{
    ssize_t got = read(pasted->fd, pasted->bytes + pasted->size,
                       sizeof(pasted->bytes) - pasted->size);
    struct text said = {pasted->bytes, 0};
    const char *end;

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return RETRY;
    pasted->size += got > 0 ? (size_t)got : 0;
    end = memchr(pasted->bytes, '\n', pasted->size);
    if (end == NULL && got > 0 && pasted->size < sizeof(pasted->bytes))
        return RETRY;
    said.size = end != NULL ? (size_t)(end - pasted->bytes) : pasted->size;
    if (got <= 0 && said.size == 0) {
        pasted->fd = -1;
        if (wait->loopback != NULL && !wait->terminal)
            return RETRY;
        (void)fail(err, STOP, EXIT_DATA, "bad_answer",
                   "standard input ended before an answer came");
        err_hint(err, "paste the address that the browser shows after the "
                      "page was answered");
        return STOP;
    }
    /* What follows in the same breath is no second answer. */
    pasted->size = 0;
    return judge_paste(wait, said, code, err);
}

/* Any page may send a browser here: the true answer may still come. */
static void tell_other(const struct login_wait *wait, const struct err *err)
{
    char place[sizeof("127.0.0.1:65535")];

    (void)snprintf(place, sizeof(place), "127.0.0.1:%u",
                   (unsigned)loopback_port(wait->loopback));
    log_tell(&(struct log_line){
        .level = LEVEL_WARNING,
        .place = place,
        .code = err->code,
        .message = err->message,
        .hint = "it is left aside; the answer to this login may still come"});
}

static enum status take_browser(const struct login_wait *wait,
                                struct text *code, struct err *err)
{
    struct text target;
    enum status status;

    while (loopback_next(wait->loopback, now_ms(), &target)) {
        size_t query = text_find(target, "?");

        /* What no query follows is a path, and no bare code. */
        target = query < target.size
                     ? (struct text){target.at + query, target.size - query}
                     : TEXT("?");
        status = login_answer(target, wait->state, wait->arena, code, err);
        loopback_answer(
            wait->loopback, status == OK,
            status == OK     ? "custsync has the answer. This page may be "
                               "closed; how it went is told where custsync runs."
            : status == STOP ? "The provider gave no leave, and custsync ends."
                             : "That is not the answer to the login that "
                               "custsync waits for.");
        if (status != REJECT)
            return status;
        tell_other(wait, err);
    }
    return RETRY;
}

static enum status turn(const struct login_wait *wait, struct pasted *pasted,
                        struct text *code, struct err *err)
{
    struct pollfd polls[LOOPBACK_POLLS + 1];
    nfds_t count = 0;
    bool typed;
    enum status status = RETRY;

    if (wait->loopback != NULL)
        count = loopback_polls(wait->loopback, polls);
    polls[count] = (struct pollfd){.fd = pasted->fd, .events = POLLIN};
    if (run_interrupted == 0)
        (void)poll(polls, count + 1, LOGIN_SLICE_MS);
    if (run_interrupted != 0) {
        (void)fail(err, STOP, EXIT_TRYLATER, "interrupted",
                   "a signal ended the login; nothing is kept");
        err_hint(err, "begin it again whenever it suits");
        return STOP;
    }
    typed = pasted->fd >= 0 && polls[count].revents != 0;
    if (wait->loopback != NULL)
        status = take_browser(wait, code, err);
    if (status == RETRY && typed)
        status = read_paste(wait, pasted, code, err);
    return status;
}

enum status login_wait(const struct login_wait *wait, struct text *code,
                       struct err *err)
{
    int64_t until_ms = now_ms() + LOGIN_WAIT_MS;
    struct pasted pasted = {.fd = STDIN_FILENO};
    enum status status = RETRY;

    while (status == RETRY) {
        status = turn(wait, &pasted, code, err);
        if (status == RETRY && now_ms() >= until_ms) {
            status = fail(err, STOP, EXIT_TRYLATER, "login_late",
                          "nobody answered within %d minutes",
                          LOGIN_WAIT_MS / 60000);
            err_hint(err, "begin again when somebody is at the browser");
        }
    }
    explicit_bzero(&pasted, sizeof(pasted));
    return status;
}
