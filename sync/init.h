/*
 * init.h - a first configuration: what is asked, what is written.
 *
 * What an account needs stands in its provider's file; nothing here knows a
 * provider. A secret is never written, only where it stands.
 */
#ifndef SYNC_INIT_H
#define SYNC_INIT_H

#include "sync/options.h"

struct init {
    const char *path; /* of the file that is written */
    struct provider *provider;
    const char *provider_name; /* as accounts write it */
    const struct auth_spec *auth;
    const char *account;
    const char *region; /* or NULL */
    struct setting *settings;
    size_t settings_count;
    const char *from;    /* of the job; NULL: there is none */
    const char *source;  /* the name under which its ids are known */
    const char *mapping; /* its mapping, and why that one */
    bool by_our_names;   /* no mapping knows it: columns count by their names */
    struct arena *arena; /* borrowed */
};

/* The job that is made of a file. */
#define INIT_JOB "nightly"

/* init_ask.c: by the options, and on a terminal by asking. STOP 64 names the
 * option that is missing. */
enum status init_ask(struct init *init, const struct options *options,
                     struct err *err);
const char *init_setting(const struct init *init, const char *name);
bool init_listed(const char *const *names, const char *name);
/* Where people find its value, or NULL. */
const char *init_about(const struct init *init, const char *setting);
/* "${PROVIDER_CLIENT_SECRET}" */
struct text init_reference(const struct init *init, const char *setting);

/* init_text.c: the configuration, commented. Pure. */
void init_text(const struct init *init, struct buffer *out);

/* init_file.c: whole or not at all, 0600, and never over another file. 73. */
enum status init_publish(const char *path, struct text text, struct err *err);

#endif
