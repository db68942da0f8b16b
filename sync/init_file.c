/*
 * init_file.c - a new file, which appears whole and replaces nothing.
 */
#include "sync/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status cannot(struct err *err, const char *path)
{
    (void)fail(err, STOP, EXIT_CANTCREAT, "cannot_create",
               "cannot be created: %m");
    err_place(err, "%s", path);
    if (errno == EEXIST)
        err_hint(err, "it is left as it is; --config FILE names another");
    return STOP;
}

static bool write_all(int file, struct text text)
{
    while (text.size > 0) {
        ssize_t put = write(file, text.at, text.size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text.at += put;
        text.size -= (size_t)put;
    }
    return fsync(file) == 0;
}

/* Some file systems of the network know only links. */
static bool give_name(const char *temporary, const char *path)
{
    if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (link(temporary, path) != 0)
        return false;
    (void)unlink(temporary);
    return true;
}

enum status init_publish(const char *path, struct text text, struct err *err)
{
    struct buffer temporary = {0};
    int file, saved;
    bool good;

    buffer_print(&temporary, "%s.%ld.tmp", path, (long)getpid());
    buffer_byte(&temporary, '\0');
    file = open(temporary.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    good = file >= 0 && write_all(file, text) && give_name(temporary.at, path);
    saved = errno;
    if (file >= 0) {
        (void)close(file);
        if (!good)
            (void)unlink(temporary.at);
    }
    buffer_free(&temporary);
    errno = saved;
    return good ? OK : cannot(err, path);
}
