/*
 * signals.c - what a signal does to a run: a number is remembered.
 */
#include "sync/signals.h"

#include "state/store.h"
#include "sync/run.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

volatile int run_interrupted;

/* The second one, of whichever kind, is not waited for. */
static void interrupt(int number)
{
    if (run_interrupted != 0) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
        return;
    }
    run_interrupted = number;
}

void signals_catch(void)
{
    struct sigaction action = {.sa_handler = interrupt};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    /* No SA_RESTART: a wait for the network or for a lock must come back. */
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    /* A reader that went away and a limit on file sizes are write errors, told
     * like any other. */
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
    store_heed(&run_interrupted, 0);
}

void signals_no_core(void)
{
    struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
    /* A core_pattern with a pipe does not ask for the limit. */
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int signals_exit(int exit)
{
    return run_interrupted != 0 ? 128 + run_interrupted : exit;
}
