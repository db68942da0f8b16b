/*
 * near.h - "did you mean", wherever people write a name.
 *
 * Which name is near is for suggest() (mappings/yaml.h) alone.
 */
#ifndef SYNC_NEAR_H
#define SYNC_NEAR_H

#include "formats/arena.h"
#include "formats/err.h"

struct config;

/* The hint names the nearest of names, which a NULL ends; with none near it is
 * otherwise, or nothing when that is NULL. Whether there was one. */
bool near_hint(struct err *err, const char *word, const char *const *names,
               const char *otherwise);
/* The same, but what else there is stands behind it: "did you mean 'x'? ...".
 */
void near_hint_and(struct err *err, const char *word, const char *const *names,
                   const char *all);
/* The names of the accounts, and of the jobs, NULL-ended. */
const char *const *near_accounts(const struct config *config,
                                 struct arena *arena);
const char *const *near_jobs(const struct config *config, struct arena *arena);
/* The same for an account, written with its colon; with none near the hint
 * lists those that there are. */
void near_account(struct err *err, const char *word,
                  const struct config *config);
/* A file that is not there: the hint is the nearest that its folder has. */
void near_file(struct err *err, const char *path);

#endif
