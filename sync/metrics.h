/*
 * metrics.h - a run in Prometheus' text format, for the textfile collector.
 *
 * Labels are names of jobs, of accounts, and words of ours: never a path, never
 * a person's data. The file is there whole or not at all, and everybody may
 * read it (0644), since the collector is another user.
 */
#ifndef SYNC_METRICS_H
#define SYNC_METRICS_H

#include "state/past.h"
#include "sync/command.h"

struct metrics {
    const struct report *report; /* finished */
    const struct past *past;
    struct store *store;         /* NULL: nothing is told of accounts */
    const struct config *config; /* NULL: the same */
    const struct ends *ends;     /* NULL: all accounts */
};

/*
 * Whether they could be written there: 73. They are written even when nothing
 * else of the command line could be understood, so a file that is not empty and
 * no metrics of ours is never replaced: it may be the source.
 */
enum status metrics_try(const char *path, struct err *err);
enum status metrics_write(const struct metrics *metrics, const char *path,
                          struct err *err); /* 73, 74 */
/* The text alone. */
void metrics_text(const struct metrics *metrics, struct buffer *out);

#endif
