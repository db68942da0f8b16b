/* files_apart.c - see files_apart.h. */
#include "sync/files_apart.h"

#include "sync/export.h"
#include "sync/manifest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The file that a path means, whether or not it is there; false: nowhere. */
static bool real_file(const char *path, char out[PATH_MAX])
{
    char folder[PATH_MAX], real[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    if (realpath(path, out) != NULL)
        return true;
    (void)snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
    return realpath(folder[0] != '\0' ? folder : ".", real) != NULL &&
           snprintf(out, PATH_MAX, "%s/%s", real, name) < PATH_MAX;
}

static bool same_file(const char *a, const char *b)
{
    char real_a[PATH_MAX], real_b[PATH_MAX];
    struct stat seen;

    if (a == NULL || b == NULL || strcmp(a, "-") == 0 || strcmp(b, "-") == 0)
        return false;
    /* Devices and pipes take what comes. */
    if (stat(a, &seen) == 0 && !S_ISREG(seen.st_mode))
        return false;
    return real_file(a, real_a) && real_file(b, real_b) &&
           strcmp(real_a, real_b) == 0;
}

static enum status two_in_one(const char *path, struct err *err)
{
    return fail(err, STOP, EXIT_USAGE, "usage",
                "'%s' would be written over by the other file of that name",
                path);
}

/* The configuration and the store are nobody's to write over. */
static bool is_own(const struct options *options, const struct config *config,
                   const char *path)
{
    return same_file(path, config->file) ||
           same_file(path, options_state_path(options));
}

/* Whether the file is one of the run's ends, or beside it. */
static enum status check_ends(const struct ends *ends, const char *written,
                              struct arena *arena, struct err *err)
{
    const char *to = ends->to.path; /* NULL: an account, or none */

    if (same_file(written, to))
        return two_in_one(to, err);
    if (to != NULL && ends->from[0].is_account && export_is_file(to)) {
        const char *manifest = arena_print(arena, "%s" MANIFEST_SUFFIX, to).at;

        if (same_file(written, manifest))
            return two_in_one(manifest, err);
    }
    for (size_t i = 0; i < ends->from_count; i++)
        if (!ends->from[i].is_account && same_file(written, ends->from[i].path))
            return two_in_one(ends->from[i].path, err);
    return OK;
}

enum status files_apart(const struct options *options,
                        const struct config *config, const struct ends *ends,
                        struct err *err)
{
    const struct policy *policy =
        ends != NULL ? &ends->policy : &options->policy;
    const char *written[] = {policy->rejects, policy->report, policy->metrics,
                             policy->out};
    enum status status = OK;

    if (ends != NULL && is_own(options, config, ends->to.path))
        return two_in_one(ends->to.path, err);
    for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
        if (written[i] == NULL)
            continue;
        for (size_t k = 0; k < i; k++)
            if (same_file(written[i], written[k]))
                return two_in_one(written[i], err);
        if (is_own(options, config, written[i]) ||
            same_file(written[i], policy->plan))
            return two_in_one(written[i], err);
        if (ends != NULL)
            status = check_ends(ends, written[i], options->arena, err);
        if (status != OK)
            return status;
    }
    return OK;
}
