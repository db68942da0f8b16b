/*
 * verify_own.h - what verify.c (reading) and verify_one.c (comparing) share.
 */
#ifndef SYNC_VERIFY_OWN_H
#define SYNC_VERIFY_OWN_H

#include "mappings/customer.h"
#include "sync/verify.h"

struct print_key verify_id(struct text id);
bool verify_wants(const struct verify *verify, struct text id);
/* A record, of which at least the reference id is known. */
void verify_reference(struct verify *verify, struct text id,
                      const struct customer *shown);
/* A record, in a list or by itself; once. Who is not linked, or not in the
 * sample, counts for what is there twice alone. */
enum status verify_shown(struct verify *verify, struct text id,
                         struct customer *shown, int64_t asked_ms,
                         struct arena *arena, struct err *err);
/* The provider says that there is none. */
enum status verify_absent(struct verify *verify, struct text id,
                          int64_t asked_ms, struct arena *arena,
                          struct err *err);

#endif
