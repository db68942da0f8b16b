/*
 * signals.c - what a signal does to a run: a number is remembered.
 */
#include "sync/signals.h"

#include "sync/run.h"

#include <signal.h>
#include <stddef.h>

volatile int run_interrupted;

static void interrupt(int number)
{
    run_interrupted = number;
}

void signals_catch(void)
{
    struct sigaction action = {.sa_handler = interrupt,
                               .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    /* No SA_RESTART: a wait for the network or for a lock must come back. */
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    /* A reader that went away is a write error, told like any other. */
    (void)sigaction(SIGPIPE, &ignore, NULL);
}

int signals_exit(int exit)
{
    return run_interrupted != 0 ? 128 + run_interrupted : exit;
}
