/*
 * consent.c - the person at the browser, who says at once what the switch says.
 *
 * A code names the redirect address it was asked with by its digest, so that an
 * exchange that names another one is refused without a further table.
 */
#include "sandbox.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

enum { DIGEST_SHOWN = 16 };

static char *code_make(struct call *call, const char *redirect, int client)
{
    struct token token = {client, clients[client].home,
                          call->request->now_ms +
                              call->box->switches[SW_CODE_TTL] * 1000};
    char *secret = random_hex(24);
    char *digest = sha256_hex(redirect, strlen(redirect));
    char *code = print("%s-code-%s-%.*s", call->provider->name, secret,
                       DIGEST_SHOWN, digest);

    token_keep(call->box->store, TOKEN_CODE, code, &token);
    free(secret);
    free(digest);
    return code;
}

bool consent_fits(const char *code, const char *redirect)
{
    const char *shown = strrchr(code, '-');
    char *digest = sha256_hex(redirect, strlen(redirect));
    bool fits = shown != NULL && strlen(shown + 1) == DIGEST_SHOWN &&
                strncmp(shown + 1, digest, DIGEST_SHOWN) == 0;

    free(digest);
    return fits;
}

void consent_answer(struct call *call, const char *redirect, const char *state,
                    int client)
{
    bool yes = call->box->switches[SW_CONSENT] == CONSENT_YES;
    char *code = yes ? code_make(call, redirect, client) : NULL;
    char *code_text = yes ? url_encode(code) : NULL;
    char *state_text = url_encode(state);

    reply_empty(call->reply, 302);
    reply_header(call->reply, "Location", "%s%c%s%s&state=%s", redirect,
                 strchr(redirect, '?') == NULL ? '?' : '&',
                 yes ? "code="
                     : "error=access_denied"
                       "&error_description=The+person+said+no",
                 yes ? code_text : "", state_text);
    free(code);
    free(code_text);
    free(state_text);
}
