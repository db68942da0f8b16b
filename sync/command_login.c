/*
 * command_login.c - a person says yes in a browser, and the tokens are kept.
 *
 * What the page is and what its answer is worth stands in the provider's file.
 * On a machine without a browser the address is opened on any other one, and
 * what that browser shows in the end is pasted.
 */
#include "sync/command.h"

#include "formats/log.h"
#include "sync/crypto.h"
#include "sync/http_url.h"
#include "sync/login_wait.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STATE_BYTES = 16 }; /* nobody guesses it within a login */

struct login {
    const struct account *account;
    struct client *client;
    struct loopback *loopback; /* NULL: only what is pasted counts */
    struct arena *arena;
    struct text port; /* as given, or empty */
    bool terminal, quiet;
    const char *redirect_uri;
    const char *state;
};

static enum status check_account(const struct login *login, struct err *err)
{
    const struct account *account = login->account;

    if (account->auth != NULL && account->auth->login.url != NULL)
        return OK;
    (void)fail(err, STOP, EXIT_CONFIG, "no_such_call",
               "its provider has no login by a page%s%s",
               account->auth != NULL ? " with auth: " : "",
               account->auth != NULL ? account->auth->name : "");
    err_place(err, "%s", account->name);
    err_hint(err,
             "the credentials in the configuration are all it needs: "
             "custsync check %s:",
             account->name);
    return STOP;
}

/* Whether the browser comes back to where we listen: not to ::1, say. */
static bool comes_here(const char *redirect_uri)
{
    static const char *const ours[] = {"http://127.0.0.1", "http://localhost"};

    if (redirect_uri == NULL)
        return true;
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (text_starts(text_of(redirect_uri), ours[i]) &&
            strchr(":/", redirect_uri[strlen(ours[i])]) != NULL)
            return true;
    return false;
}

/* Somebody at the terminal can paste, whoever has the port. */
static enum status do_without(const struct login *login, struct err *err)
{
    if (!login->terminal || login->port.size > 0)
        return STOP;
    log_tell(&(struct log_line){
        .level = LEVEL_WARNING,
        .place = login->account->name,
        .code = err->code,
        .message = err->message,
        .hint = "paste the address that the browser ends at, whatever it "
                "shows there"});
    return OK;
}

/* Where the browser is to come back to, and somebody there if we may. */
static enum status open_door(struct login *login, struct err *err)
{
    const char *given = login->account->redirect_uri;
    uint64_t port = given != NULL ? http_port(given) : LOGIN_PORT;
    enum status status;

    login->redirect_uri = given;
    if (login->port.size > 0 &&
        (!text_to_u64(login->port, &port) || port > UINT16_MAX)) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'%.*s' is no port",
                   TEXT_ARGS(login->port));
        err_place(err, "--port");
        return STOP;
    }
    if (!comes_here(given)) {
        if (login->port.size == 0)
            return OK;
        (void)fail(err, STOP, EXIT_USAGE, "usage",
                   "redirect_uri of '%s' leads to another host than 127.0.0.1: "
                   "nobody would come to the port",
                   login->account->name);
        err_hint(err, "leave --port out, and paste the address");
        return STOP;
    }
    if (login->terminal || login->port.size > 0) {
        status = loopback_open(
            &login->loopback, (uint16_t)port,
            given != NULL ? http_path(login->arena, given).at : "/", err);
        if (status != OK && do_without(login, err) != OK)
            return STOP;
        if (status == OK)
            port = loopback_port(login->loopback);
    }
    if (given == NULL)
        login->redirect_uri =
            arena_print(login->arena, "http://127.0.0.1:%u/", (unsigned)port)
                .at;
    return OK;
}

/* Another host's words go to a person's terminal and browser. */
static enum status check_page(const struct login *login, struct text page,
                              struct err *err)
{
    if (text_is_printable(page) && memchr(page.at, ' ', page.size) == NULL &&
        (text_starts(page, "https://") ||
         (text_starts(page, "http://") && http_is_loopback(page.at))))
        return OK;
    (void)fail(err, STOP, EXIT_UNAVAILABLE, "broken",
               "the provider named no address that a browser may open");
    err_place(err, "%s", login->account->name);
    return STOP;
}

/* For programs: one line, since nobody reads a paragraph there. */
static void say_waiting(const struct login *login)
{
    char message[100] = "the page's answer is awaited on standard input";

    if (login->loopback != NULL)
        (void)snprintf(message, sizeof(message),
                       "the page's answer is awaited on 127.0.0.1:%u",
                       (unsigned)loopback_port(login->loopback));
    log_tell(
        &(struct log_line){.place = login->account->name, .message = message});
}

static void say_how(const struct login *login)
{
    if (login->loopback != NULL)
        (void)fprintf(stderr,
                      "\nThe answer is awaited on 127.0.0.1:%u.\n"
                      "A browser on another machine finds nobody there: then "
                      "copy the address\nthat it ends at, and paste it here.\n",
                      (unsigned)loopback_port(login->loopback));
    else
        (void)fprintf(stderr, "\nThen copy the address that the browser ends "
                              "at, and paste it here.\n");
    if (login->terminal)
        (void)fputs("paste it here: ", stderr);
}

static enum status show_page(const struct login *login, struct text page,
                             struct err *err)
{
    bool talk = !login->quiet && !log_is_json();
    struct buffer out = {0};
    enum status status;

    if (talk)
        (void)fprintf(stderr, "Open this address in a browser, and say yes "
                              "there:\n\n");
    buffer_text(&out, page);
    buffer_byte(&out, '\n');
    status = print_out(&out, err);
    buffer_free(&out);
    if (status == OK && talk)
        say_how(login);
    else if (status == OK && !login->quiet)
        say_waiting(login);
    return status;
}

static enum status ask(struct login *login, struct text *code, struct err *err)
{
    struct login_wait wait = {.terminal = login->terminal,
                              .arena = login->arena};
    uint8_t random[STATE_BYTES];
    struct text page;
    enum status status;

    crypto_random(random, sizeof(random));
    login->state = crypto_hex(login->arena, random, sizeof(random)).at;
    status = client_login_page(login->client, login->redirect_uri, login->state,
                               login->arena, &page, err);
    if (status == OK)
        status = check_page(login, page, err);
    if (status == OK)
        status = show_page(login, page, err);
    if (status != OK)
        return STOP;
    wait.loopback = login->loopback;
    wait.state = login->state;
    status = login_wait(&wait, code, err);
    /* The line of the prompt is not ended by what the browser brings. */
    if (login->terminal && !login->quiet && !log_is_json())
        (void)fputc('\n', stderr);
    return status;
}

static enum status exchange(struct login *login, struct text code,
                            struct err *err)
{
    enum status status = client_login_code(
        login->client, code.at, login->redirect_uri, login->state, err);

    crypto_wipe(code);
    return status;
}

static enum status log_in(struct login *login, const char *state_path,
                          struct err *err)
{
    struct text code = TEXT("");
    enum status status = ask(login, &code, err);

    if (status == OK) {
        loopback_close(login->loopback);
        login->loopback = NULL;
        status = exchange(login, code, err);
    }
    if (status != OK)
        err_place(err, "%s", login->account->name);
    else if (!login->quiet)
        (void)printf("%s: logged in; the tokens are kept in %s\n",
                     login->account->name, state_path);
    return status;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    const char *state_path = options_state_path(options);
    struct login login = {
        .arena = options->arena,
        .port = options_given(options, "port"),
        .terminal = isatty(STDIN_FILENO) == 1,
        .quiet = options->policy.verbosity < 0,
    };
    struct config *config = NULL;
    struct store *store = NULL;
    store_id id;
    enum status status = arguments_between(options, 1, 1, err);

    (void)exit;
    if (status == OK)
        status = config_load(&config, options->config_path, err);
    if (status == OK)
        status = account_argument(config, options->arguments[0], &login.account,
                                  err);
    if (status == OK)
        status = check_account(&login, err);
    if (status == OK)
        status = open_door(&login, err);
    if (status == OK)
        status = store_open(&store, state_path, STORE_WRITE, err);
    if (status == OK)
        status = client_for(&login.client, login.account, store, &id, err);
    if (status == OK)
        status = log_in(&login, state_path, err);
    loopback_close(login.loopback);
    client_close(login.client);
    store_close(store);
    config_close(config);
    return status;
}

extern const struct command command_login;

const struct command command_login = {
    .name = "login",
    .arguments = "ACCOUNT:",
    .summary = "log in at the provider's page, and keep the tokens",
    .examples = "custsync login shop:\n"
                "custsync login shop: --port 8737",
    .run = run,
};
