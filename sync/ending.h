/*
 * ending.h - what is told when a run is over, however it ended, beside the
 * summary: --metrics FILE for Prometheus, and --notify CMD when it needs a
 * person.
 *
 * Neither is asked for by most: then nothing of this costs anything.
 */
#ifndef SYNC_ENDING_H
#define SYNC_ENDING_H

#include "sync/command.h"

struct ending {
    const struct options *options;
    const struct policy *policy; /* the command line's, then the job's */
    const struct config *config; /* NULL: it could not be loaded */
    const struct ends *ends;     /* NULL: of all accounts, or not known */
    struct report *report;       /* owned */
};

/*
 * Opens the report, which says from here on what is known of the run: until its
 * ends are, whatever the command line says.
 */
void ending_open(struct ending *ending, const struct options *options,
                 const char *command);
/* config and ends are borrowed until ending_close. STOP (73) when the report or
 * the metrics could not be written: nothing is done of which nobody would hear.
 */
enum status ending_knows(struct ending *ending, const struct config *config,
                         const struct ends *ends, const char *command,
                         struct err *err);
/*
 * The run is over, with that exit or by err. Writes the metrics, then notifies;
 * closes the report. Gives the status back, or that of metrics that could not
 * be written (73, 74) when all else was well.
 */
enum status ending_close(struct ending *ending, enum status status,
                         const int *exit, struct err *err);

/* Whether a run that ended so, so many times in a row, needs a person. */
bool ending_needs_person(int exit, uint64_t in_a_row);
/* "done" "some" "later" ...: an exit code in a word, for programs. */
const char *ending_word(int exit);

#endif
