/*
 * main.c - options, the printed configuration, and the wait for a signal.
 */
#include "sandbox.h"
#include "server.h"
#include "util.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

struct options {
    const char *data, *faults, *ready, *seed, *tls;
    struct sandbox *box;
};

static const struct argp_option option_table[] = {
    {"port", 'p', "N", 0, "listen on 127.0.0.1:N (default: any free port)", 0},
    {"data", 'd', "FILE", 0,
     "keep customers and tokens in this SQLite file "
     "(default: in memory)",
     0},
    {"rate", 'r', "SPEC", 0,
     "off, or 100/min, 10/s (default: each "
     "provider's documented limit)",
     0},
    {"latency", 'l', "MS", 0, "delay before every reply", 0},
    {"faults", 'f', "SCRIPT", 0, "file of fault lines, see below", 0},
    {"set", 's', "NAME=VALUE", 0, "a switch, see below; may be repeated", 0},
    {"ready", 'R', "FILE", 0,
     "write the accounts into FILE once the server "
     "listens",
     0},
    {"seed", 'S', "FILE", 0,
     "records to start with, NDJSON of "
     "{\"provider\":\"kounta\",\"customer\":{...}}",
     0},
    {"tls", 'T', "FILE", 0,
     "speak HTTPS, with the certificate and the key in this PEM file", 0},
    {"verbose", 'v', NULL, 0, "a line per request on standard error", 0},
    {NULL, 'h', NULL, OPTION_HIDDEN, NULL, 0},
    {0}};

static bool parse_set(struct sandbox *box, const char *text)
{
    char *name = copy(text);
    char *equals = strchr(name, '=');
    bool good = false;

    if (equals != NULL) {
        *equals = '\0';
        good = switches_set(box->switches, name, equals + 1);
    }
    free(name);
    return good;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    struct sandbox *box = options->box;
    int64_t number = 0;

    switch (key) {
    case 'p':
        if (!parse_number(text, 65535, &number))
            argp_error(state, "--port takes 0 to 65535, not '%s'", text);
        box->port = (unsigned)number;
        break;
    case 'd':
        options->data = text;
        break;
    case 'r':
        if (!rate_parse(&box->rate.spec, text))
            argp_error(state, "--rate takes off, 100/min or 10/s, not '%s'",
                       text);
        break;
    case 'l':
        if (!parse_number(text, WAIT_MAX_MS, &box->latency_ms))
            argp_error(state, "--latency takes milliseconds, not '%s'", text);
        break;
    case 'f':
        options->faults = text;
        break;
    case 's':
        if (!parse_set(box, text)) {
            char *help = switches_help();

            fprintf(stderr, "the switches and their defaults are:\n%s", help);
            free(help);
            argp_error(state, "unknown switch or value '%s'", text);
        }
        break;
    case 'R':
        options->ready = text;
        break;
    case 'S':
        options->seed = text;
        break;
    case 'T':
        options->tls = text;
        break;
    case 'v':
        box->verbose = true;
        break;
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

/* Adds what lives in other files' tables to the end of --help. */
static char *help_filter(int key, const char *text, void *input)
{
    char *switches, *all;

    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC)
        return (char *)text;
    switches = switches_help();
    all =
        print("%s\nSwitches (default in brackets):\n%s", faults_help, switches);
    free(switches);
    return all;
}

/* The whole of a small file; the caller frees it. NULL: said already. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text;

    if (file == NULL) {
        fprintf(stderr, "custsync-sandbox: %s: %s\n", path, strerror(errno));
        return NULL;
    }
    text = must_alloc(calloc(1, SCRIPT_MAX + 1));
    if (fread(text, 1, SCRIPT_MAX, file) == SCRIPT_MAX) {
        fprintf(stderr, "custsync-sandbox: %s: it is too long\n", path);
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static bool load_faults(struct sandbox *box, const char *path)
{
    char *script = read_file(path), *message = NULL;

    if (script != NULL)
        box->faults = faults_parse(script, &message);
    if (message != NULL)
        fprintf(stderr, "custsync-sandbox: %s: %s\n", path, message);
    free(message);
    free(script);
    return box->faults != NULL;
}

/* The accounts, as custsync's configuration has them; caller frees. */
static char *configuration(const struct sandbox *box)
{
    static const char *const prefixes[] = {"", "/leads", "/open-api"};
    const char *rate = box->rate.spec.is_off ? "    rate: off\n" : "";
    char *base =
        print("http%s://127.0.0.1:%u", box->tls != NULL ? "s" : "", box->port);
    char *text;

    text = print("# custsync-sandbox listening on %s\n"
                 "accounts:\n"
                 "  shop:\n"
                 "    provider: kounta\n"
                 "    base_url: %s/kounta\n"
                 "    company: 5678\n"
                 "    client_id: sandbox-shop\n"
                 "    client_secret: sandbox-shop-secret\n"
                 "    refresh_token: sandbox-shop-refresh\n"
                 "%s"
                 "    login_url: %s/kounta/authorize\n"
                 "  books:\n"
                 "    provider: count\n"
                 "    base_url: %s/count\n"
                 "    client_id: sandbox-books\n"
                 "    client_secret: sandbox-books-secret\n"
                 "    refresh_token: sandbox-books-refresh\n"
                 "%s"
                 "  field:\n"
                 "    provider: fieldedge\n"
                 "    base_url: %s/fieldedge%s\n"
                 "    token_url: %s/fieldedge/oauth/token\n"
                 "    client_id: sandbox-field\n"
                 "    client_secret: sandbox-field-secret\n"
                 "    target_id: 70001\n"
                 "%s",
                 base, base, rate, base, base, rate, base,
                 prefixes[box->switches[SW_FIELDEDGE_PREFIX]], base, rate);
    free(base);
    return text;
}

/* Whole or not at all, and for its owner alone: there are secrets in it. */
static bool write_ready(const char *path, const char *text)
{
    char *temporary = print("%s.tmp.%ld", path, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    bool good = file != NULL && fputs(text, file) != EOF;

    if (file != NULL)
        good = fclose(file) == 0 && good;
    good = good && rename(temporary, path) == 0;
    if (!good) {
        fprintf(stderr, "custsync-sandbox: %s: %s\n", path, strerror(errno));
        unlink(temporary);
    }
    free(temporary);
    return good;
}

static int announce(const struct sandbox *box, const char *ready)
{
    char *text = configuration(box);
    int status = EX_OK;

    fputs(text, stdout);
    fflush(stdout);
    if (ready != NULL && !write_ready(ready, text))
        status = EX_CANTCREAT;
    free(text);
    return status;
}

static int serve(struct sandbox *box, const char *ready)
{
    struct server *server;
    sigset_t signals;
    int status, number;

    /* Before any thread is there, so that main alone receives them. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);

    hooks_open(box);
    server = server_start(box);
    status = server == NULL ? EX_UNAVAILABLE : announce(box, ready);
    if (status == EX_OK)
        sigwait(&signals, &number);
    server_stop(server);
    hooks_close(box);
    return status;
}

int main(int argc, char **argv)
{
    static const struct argp argp = {
        .options = option_table,
        .parser = parse_option,
        .doc = "Play the customer APIs of Kounta, COUNT and FieldEdge on one "
               "loopback port.\vThe rest of the help is in tables.",
        .help_filter = help_filter,
    };
    static struct sandbox box;
    struct options options = {.box = &box};
    int status = EX_OK;

    setlocale(LC_CTYPE, "C.UTF-8"); /* cases and blanks of all scripts */
    switches_default(box.switches);
    argp_parse(&argp, argc, argv, 0, NULL, &options);

    box.store = store_open(options.data);
    if (box.store == NULL) {
        status = EX_CANTCREAT;
    } else {
        store_begin(box.store);
        grants_keep(&box);
        store_commit(box.store);
        /* What stands there from the start has its stamps by the same clock. */
        clock_shift(box.switches[SW_CLOCK] * 1000);
        if (options.tls != NULL)
            box.tls = read_file(options.tls);
        if ((options.tls != NULL && box.tls == NULL) ||
            (options.faults != NULL && !load_faults(&box, options.faults)))
            status = EX_CONFIG;
        else if (options.seed != NULL && !seed_load(&box, options.seed))
            status = EX_DATAERR;
        else
            status = serve(&box, options.ready);
    }
    faults_free(box.faults);
    free(box.tls);
    log_reset(&box.log);
    store_close(box.store);
    return status;
}
