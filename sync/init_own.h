/*
 * init_own.h - one thing that init must know, and how it comes to know it.
 */
#ifndef SYNC_INIT_OWN_H
#define SYNC_INIT_OWN_H

#include "sync/init.h"

struct asking {
    struct init *init;
    const struct options *options;
    bool terminal;
};

struct question {
    const char *option;   /* "--provider", or "--set company=" */
    const char *prompt;   /* without the fallback */
    struct text given;    /* by an option; at NULL: not */
    const char *fallback; /* NULL: an answer is needed */
    bool needed;          /* the fallback is for a terminal only */
    const char *setting;  /* which one, or NULL */
    enum status (*take)(struct asking *asking, const struct question *question,
                        struct text answer, struct err *err);
    const char *about; /* told before it is asked, or NULL */
};

/* By the option, by asking until it will do, or by what goes without saying. */
enum status init_settle(struct asking *asking, const struct question *question,
                        struct err *err);
/* STOP 64 about the question's option. */
enum status init_misused(struct err *err, const struct question *question,
                         const char *what);

#endif
