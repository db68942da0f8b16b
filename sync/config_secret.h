/*
 * config_secret.h - ${VAR}, ${file:PATH}, ${cred:NAME}, and who may read what.
 *
 * Shared by the config*.c files only.
 */
#ifndef SYNC_CONFIG_SECRET_H
#define SYNC_CONFIG_SECRET_H

#include "mappings/yaml.h"

/*
 * The text of a value with every reference replaced; "$${" gives "${". Faults
 * (a variable that is not set, a file that cannot be read) go to check at the
 * node's place, and the result is empty then. *literal tells that nothing of
 * it came from outside.
 */
struct text secret_expand(struct check *check, const struct node *node,
                          struct arena *arena, bool secret, bool *literal);
/* Of a plain file that is open: whether group or others may read or write it,
 * may write it, and whether it belongs to somebody else than us and root. Root
 * reads what it is given. */
bool secret_shared(const struct stat *state);
bool secret_meddled(const struct stat *state);
bool secret_foreign(const struct stat *state);

#endif
