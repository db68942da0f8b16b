/*
 * script_fixture.h - a server that says what the test's list holds, and calls
 * of the client that are answered by it.
 */
#ifndef TESTS_SCRIPT_FIXTURE_H
#define TESTS_SCRIPT_FIXTURE_H

#include "tests/client_fixture.h"

/* What the server says to request n: the test's own list. */
static struct {
    int status;
    const char *headers, *body;
} script[16];

__attribute__((unused)) static bool answer(struct server *server, int socket,
                                           unsigned index)
{
    (void)server;
    cr_assert_lt(index, sizeof(script) / sizeof(script[0]));
    server_reply(socket, script[index].status,
                 script[index].headers != NULL ? script[index].headers : "",
                 script[index].body != NULL ? script[index].body : "");
    return true;
}

/* The same every time. */
__attribute__((unused)) static bool answer_first(struct server *server,
                                                 int socket, unsigned index)
{
    (void)index;
    return answer(server, socket, 0);
}

__attribute__((unused)) static struct call *done(struct call *call)
{
    cr_assert_eq(client_do(client, call, &err), OK, "%s", err.message);
    cr_assert_eq(call->end, CALL_ANSWERED, "%s", call->err.message);
    return call;
}

__attribute__((unused)) static const struct find_spec *spec_by(const char *name)
{
    const struct provider *provider = account->provider;

    for (size_t i = 0; i < provider->finds_count; i++)
        if (strcmp(provider->finds[i].names[0], name) == 0)
            return &provider->finds[i];
    cr_assert_fail("no look-up by %s", name);
    return NULL;
}

__attribute__((unused)) static struct call *find(const char *name,
                                                 const char *value)
{
    const struct setting values[] = {{name, text_of(value)}};

    return done(api_find(client, spec_by(name), values, 1));
}

#endif
