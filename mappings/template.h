/*
 * template.h - checking templates when a provider file is loaded.
 *
 * Filling them (template_fill) is in provider.h.
 */
#ifndef MAPPINGS_TEMPLATE_H
#define MAPPINGS_TEMPLATE_H

#include "formats/text.h"

/*
 * Whether every { has its }, and every name between is in names (NULL-ended).
 * False with a reason; *name is the unknown one, or empty.
 */
bool template_good(const char *template, const char *const *names,
                   const char **reason, struct text *name);

#endif
