/*
 * faults.c - which line of the script a request meets, if any.
 */
#include "faults.h"
#include "util.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

void faults_free(struct faults *faults)
{
    if (faults == NULL)
        return;
    for (size_t i = 0; i < faults->count; i++) {
        free(faults->item[i].method);
        free(faults->item[i].glob);
        free(faults->item[i].text);
        free(faults->item[i].body);
        reply_clear(&faults->item[i].headers);
    }
    free(faults->item);
    free(faults);
}

/* xorshift64*: the same script and the same requests, the same faults. */
static bool dice(struct faults *faults, int64_t chance)
{
    uint64_t x = faults->random;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    faults->random = x;
    x *= UINT64_C(2685821657736338717);
    return (int64_t)((x >> 11) % CHANCE_WHOLE) < chance;
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
        if (fault->chance > 0 && !dice(faults, fault->chance))
            continue;
        if (fault->skip == 0)
            return fault;
        fault->skip--;
        break; /* unharmed */
    }
    return NULL;
}

static void end_tokens(const struct fault *fault, struct call *call)
{
    struct sandbox *box = call->box;

    store_begin(box->store);
    if (fault->action == ACT_REVOKE)
        grants_revoke(box);
    else
        token_expire_all(box->store, call->request->now_ms);
    store_commit(box->store);
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
        fault_instead(fault, call);
    } else if (fault->action == ACT_EXPIRE || fault->action == ACT_REVOKE) {
        end_tokens(fault, call);
        handle(call);
    } else {
        handle(call);
        fault_bend(fault, call);
    }
    return actions[fault->action].name;
}
