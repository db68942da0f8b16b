/*
 * folders.h - where mappings and data files are found.
 *
 * Strongest first: $CUSTSYNC_MAPPINGS; the user's folder
 * ($XDG_CONFIG_HOME/custsync/mappings, else ~/.config/custsync/mappings); for
 * a program that runs from its build folder the source's mappings, for an
 * installed one <prefix>/share/custsync/mappings, found from the program's
 * own place first, so that a moved tree still works. mapping_folders() in
 * mapping.h returns this list.
 *
 * Never writes, and never looks into the working directory. One thread at a
 * time reads data files: what they held is remembered for data_digest().
 */
#ifndef MAPPINGS_FOLDERS_H
#define MAPPINGS_FOLDERS_H

#include "formats/node.h"

/*
 * The path of a data file ("data/countries.csv") in the strongest folder that
 * has it, in the arena; NULL when none has.
 */
const char *data_file(const char *relative, struct arena *arena);
/* The same, as an err: STOP, exit 78, with a hint. */
enum status data_find(const char **out, const char *relative,
                      struct arena *arena, struct err *err);
/* Sees one row of a data file, an object that dies with the call. */
typedef enum status data_row(const struct node *row, struct err *err);
/* All rows of a CSV, "data/countries.csv". What is wrong with it, or what each
 * says is, is STOP 78 with its path. */
enum status data_rows(const char *relative, data_row *each, struct err *err);
/*
 * Opens what clean_open() did not open before. What is wrong with it ends the
 * process here: going on would call every country unknown.
 */
void data_needed(enum status open(struct err *err));
/* Changes with whatever data files were read so far held. */
uint64_t data_digest(void);
/* A whole small file (at most YAML_MAX bytes). STOP: 78 when it cannot be
 * opened, 74 when it cannot be read. */
enum status data_read(struct text *out, const char *path, struct arena *arena,
                      struct err *err);

#endif
