/* Where a script stands, whom it wants next, and how it all went. */
#include "scripted.h"

#include <stdlib.h>

static bool is_satisfied(const struct script *script, unsigned from,
                         unsigned group)
{
    for (unsigned i = from; i < script->wanted_count; i++) {
        const struct wanted *wanted = &script->wanted[i];

        if (wanted->group != group)
            break;
        if (wanted->happened < wanted->min)
            return false;
    }
    return true;
}

static unsigned group_end(const struct script *script, unsigned from)
{
    unsigned at = from;

    while (at < script->wanted_count &&
           script->wanted[at].group == script->wanted[from].group)
        at++;
    return at;
}

/*
 * Walk from where the script stands: a request may belong to the present
 * group, or to a later one when all before it have what they need. With near,
 * method and path suffice, so that a verdict can name what was meant.
 */
static struct wanted *search(struct script *script,
                             const struct request *request, bool near)
{
    unsigned from = script->next;

    while (from < script->wanted_count) {
        unsigned end = group_end(script, from);

        for (unsigned i = from; i < end; i++) {
            struct wanted *wanted = &script->wanted[i];

            if (near ? match_place(wanted, request)
                     : wanted->happened < wanted->max &&
                           match_request(wanted, &script->always, request,
                                         NULL)) {
                if (!near)
                    script->next = from;
                return wanted;
            }
        }
        if (!near && !is_satisfied(script, from, script->wanted[from].group))
            return NULL;
        from = end;
    }
    return NULL;
}

/* Say which exchange an unwanted request comes nearest to, and why not. */
static void tell_unwanted(struct script *script, const struct request *request)
{
    struct wanted *near = search(script, request, true);
    FILE *to = script->to_story;

    if (near == NULL) {
        fputs("    no exchange from here on has this method and path\n", to);
        if (request->body_bytes > 0)
            fprintf(to, "    body %s\n", request->body);
        return;
    }
    if (near->happened >= near->max)
        fprintf(to, "    %s has happened %u times already\n", near->place,
                near->happened);
    else if (match_request(near, &script->always, request, NULL))
        fprintf(to, "    %s comes later: %s has not happened yet\n",
                near->place, script->wanted[script->next].place);
    else
        fprintf(to, "    nearest is %s\n", near->place);
    match_request(near, &script->always, request, to);
}

struct wanted *script_take(struct script *script, const struct request *request)
{
    struct wanted *wanted = search(script, request, false);

    script->arrived++;
    fprintf(script->to_story, "%3u %s %s -> ", script->arrived, request->method,
            request->target);
    if (wanted == NULL) {
        script->unwanted++;
        fprintf(script->to_story, "UNWANTED\n");
        tell_unwanted(script, request);
        return NULL;
    }
    wanted->happened++;
    if (wanted->reply.drop)
        fprintf(script->to_story, "%s, dropped\n", wanted->place);
    else
        fprintf(script->to_story, "%s, %u\n", wanted->place,
                wanted->reply.status);
    return wanted;
}

bool script_verdict(struct script *script, bool tell)
{
    unsigned missing = 0;

    for (unsigned i = 0; i < script->wanted_count; i++) {
        const struct wanted *wanted = &script->wanted[i];

        if (wanted->happened >= wanted->min)
            continue;
        missing++;
        fprintf(script->to_story, "MISSING %s, %u of %u times: %s %s\n",
                wanted->place, wanted->happened, wanted->min, wanted->method,
                wanted->target);
    }
    fclose(script->to_story);
    script->to_story = NULL;
    if (missing == 0 && script->unwanted == 0 && !tell)
        return true;
    fprintf(stderr, "%s: %u unwanted, %u missing\n%s", script->name,
            script->unwanted, missing, script->story);
    return missing == 0 && script->unwanted == 0;
}
