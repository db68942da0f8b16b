/*
 * locate.h - the file of a mapping or provider, by its name.
 *
 * Looked for in every folder of mapping_folders(), strongest first: there in
 * KIND ("files" or "providers"), then, for what users write themselves, in the
 * folder itself. What holds a slash or ends in .yaml, .yml or .json is a path.
 */
#ifndef MAPPINGS_LOCATE_H
#define MAPPINGS_LOCATE_H

#include "formats/arena.h"
#include "formats/err.h"

/* STOP 78 with a "did you mean" when there is none. */
enum status locate_mapping(const char *kind, const char *name,
                           struct arena *arena, const char **path,
                           struct err *err);
/* The names there are of that kind, sorted, each once; NULL-ended. */
const char *const *locate_names(const char *kind, struct arena *arena);

#endif
