/*
 * private.c - rights and owner of the state file and of what lies beside it.
 */
#include "state/private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status fail_exposed(const char *path, const struct stat *info,
                                struct err *err)
{
    if (S_ISLNK(info->st_mode)) {
        (void)fail(err, STOP, EXIT_CONFIG, "state_exposed",
                   "the state is a symbolic link");
        err_hint(err, "name the file itself with --state; a folder may be a "
                      "link");
    } else if (!S_ISREG(info->st_mode)) {
        (void)fail(err, STOP, EXIT_CONFIG, "state_exposed",
                   "the state is no plain file");
        err_hint(err, "name another file with --state");
    } else if (info->st_uid != geteuid() && geteuid() != 0) {
        (void)fail(err, STOP, EXIT_CONFIG, "state_exposed",
                   "the state belongs to another user (uid %lu)",
                   (unsigned long)info->st_uid);
        err_hint(err, "run as that user, or name another file with --state");
    } else if (info->st_mode & 077) {
        (void)fail(err, STOP, EXIT_CONFIG, "state_exposed",
                   "others can read or write the state (mode %03o)",
                   (unsigned)info->st_mode & 0777);
        err_hint(err, "it holds customers and tokens: chmod 600 it, and log in "
                      "again where others may have looked");
    } else {
        return OK;
    }
    err_place(err, "%s", path);
    return STOP;
}

static enum status fail_open(const char *path, struct err *err)
{
    (void)fail(err, STOP, EXIT_IO, "state_io", "cannot open the state: %s",
               strerror(errno));
    err_hint(err, "look at the rights of the file and its folder");
    err_place(err, "%s", path);
    return STOP;
}

/* What SQLite keeps beside the file; it is no fault when it is not there. */
static enum status private_beside(const char *path, const char *suffix,
                                  bool to_write, struct err *err)
{
    char name[PATH_MAX];
    struct stat info;

    if (snprintf(name, sizeof(name), "%s%s", path, suffix) >=
            (int)sizeof(name) ||
        lstat(name, &info) != 0)
        return OK;
    if (fail_exposed(name, &info, err) != OK)
        return STOP;
    /* SQLite gives it the rights that the state had when it was made. */
    if (to_write && !(info.st_mode & S_IWUSR) && info.st_uid == geteuid())
        (void)chmod(name, 0600);
    return OK;
}

enum status private_state(const char *path, bool to_write, struct err *err)
{
    struct stat info;
    enum status status;

    if (lstat(path, &info) != 0)
        return fail_open(path, err);
    status = fail_exposed(path, &info, err);
    if (status == OK)
        status = private_beside(path, "-wal", to_write, err);
    if (status == OK)
        status = private_beside(path, "-shm", to_write, err);
    return status;
}

enum status private_path(const char *path, char **whole, struct err *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    char folder[PATH_MAX] = ".";
    char *real;

    *whole = NULL;
    if (slash != NULL) {
        /* The folder of "/x" is "/". */
        size_t size = slash == path ? 1 : (size_t)(slash - path);

        if (size >= sizeof(folder)) {
            errno = ENAMETOOLONG;
            return fail_open(path, err);
        }
        memcpy(folder, path, size);
        folder[size] = '\0';
    }
    real = realpath(folder, NULL);
    if (real == NULL)
        return fail_open(path, err);
    if (asprintf(whole, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name) < 0)
        abort();
    free(real);
    return OK;
}

bool private_frozen(const char *path)
{
    char name[PATH_MAX];
    struct stat info;

    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ||
        snprintf(name, sizeof(name), "%s-wal", path) >= (int)sizeof(name))
        return false;
    return stat(name, &info) != 0 || info.st_size == 0;
}
