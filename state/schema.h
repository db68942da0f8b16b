/*
 * schema.h - the tables, as steps from one version of the file to the next.
 *
 * A step, once shipped, is never changed: a new version is a new step.
 */
#ifndef STATE_SCHEMA_H
#define STATE_SCHEMA_H

#include "formats/err.h"

struct connection;

enum { SCHEMA_APPLICATION = 0x43755379 }; /* "CuSy", for file(1) and for us */

enum schema_found {
    SCHEMA_EMPTY, /* no tables at all: a new file */
    SCHEMA_OLDER,
    SCHEMA_CURRENT,
};

/* 78 when the file is foreign or made by a newer program. Writes nothing. */
enum status schema_check(struct connection *connection,
                         enum schema_found *found, struct err *err);
/* Brings an empty or older file up to date, each step in one transaction. The
 * write lock must be held. */
enum status schema_upgrade(struct connection *connection, struct err *err);
/* Words that its steps use; once there is the seed. */
enum status schema_words(struct connection *connection, struct err *err);

#endif
