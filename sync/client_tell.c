/*
 * client_tell.c - what a client waits for, for whoever watches.
 */
#include "sync/client_own.h"

#include "sync/progress.h"

enum { WORTH_TELLING_MS = 1000 };

void client_tell_wait(const struct client *client, uint64_t wait_ms, bool paced)
{
    const struct account *account = client->account;
    struct progress_wait wait = {.who = account->provider->name};
    int64_t penalty_ms = client->pace.until_ms - client_now(client);
    bool idle = client->running == 0 && client->waiting.first != NULL;

    if (wait_ms != UINT64_MAX && wait_ms >= WORTH_TELLING_MS &&
        (paced || idle)) {
        wait.wait_ms = wait_ms;
        wait.again = !paced;
        if (paced && penalty_ms <= 0) {
            wait.limit = account->rate.limit;
            wait.window_ms = account->rate.window_ms;
        }
    }
    progress_waits(&wait);
}

void client_tell_halt(const struct client *client)
{
    bool signal = client->interrupted != NULL && *client->interrupted != 0;
    struct err ignored;

    if (client->running > 0 && client_halted(client, &ignored) != OK)
        progress_settles(!signal, client->running);
}
