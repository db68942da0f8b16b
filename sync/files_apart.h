/*
 * files_apart.h - no two files of a run are the same one.
 *
 * What one is written to is lost when another takes its place: a source, the
 * configuration, the store.
 */
#ifndef SYNC_FILES_APART_H
#define SYNC_FILES_APART_H

#include "sync/command.h"

/* ends NULL: of all accounts. STOP 64. */
enum status files_apart(const struct options *options,
                        const struct config *config, const struct ends *ends,
                        struct err *err);

#endif
