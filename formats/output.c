/*
 * output.c - a file is there whole, or not at all.
 */
#include "formats/output.h"

#include "formats/format.h"
#include "formats/step.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_TRIED = 100 };

static enum status cannot_create(const char *path, struct err *err)
{
    (void)fail(err, STOP, EXIT_CANTCREAT, "cannot_create", "cannot create: %s",
               strerror(errno));
    err_place(err, "%s", path);
    return STOP;
}

static enum status cannot_write(const struct output *output, struct err *err)
{
    (void)fail(err, STOP, EXIT_IO, "write_error", "cannot write: %s",
               strerror(errno));
    err_place(err, "%s", output->name);
    return STOP;
}

/* A writer holds a lock on what it writes; whoever can have it is dead. */
static bool lock_now(int fd)
{
    struct stat info;

    return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &info) == 0 &&
           info.st_nlink > 0;
}

/* ".NAME.PID-N.tmp", and what stands between the dots is of digits. */
static bool is_temporary(const char *name, const char *base)
{
    size_t size = strlen(base);

    if (name[0] != '.' || strncmp(name + 1, base, size) != 0 ||
        name[1 + size] != '.')
        return false;
    name += 2 + size;
    size = strspn(name, "0123456789");
    if (size == 0 || name[size] != '-')
        return false;
    name += size + 1;
    size = strspn(name, "0123456789");
    return size > 0 && strcmp(name + size, ".tmp") == 0;
}

/* What runs that were killed left behind holds people's data, for nobody. */
static void sweep(const char *path, const char *base)
{
    char folder[PATH_MAX] = ".";
    const struct dirent *entry;
    DIR *listing;

    if (base > path)
        (void)snprintf(folder, sizeof(folder), "%.*s", (int)(base - path),
                       path);
    listing = opendir(folder);
    if (listing == NULL)
        return;
    while ((entry = readdir(listing)) != NULL) {
        struct stat info;
        int fd;

        if (!is_temporary(entry->d_name, base))
            continue;
        fd = openat(dirfd(listing), entry->d_name,
                    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
            info.st_uid == geteuid() && lock_now(fd))
            (void)unlinkat(dirfd(listing), entry->d_name, 0);
        if (fd >= 0)
            (void)close(fd);
    }
    (void)closedir(listing);
}

/* A name beside the file, so that rename stays inside one file system. */
static enum status open_beside(struct output *output, mode_t mode,
                               struct err *err)
{
    const char *slash = strrchr(output->path, '/');
    const char *base = slash != NULL ? slash + 1 : output->path;

    sweep(output->path, base);
    for (int i = 0; i < NAMES_TRIED; i++) {
        int size = snprintf(output->temporary, sizeof(output->temporary),
                            "%.*s.%s.%ld-%d.tmp", (int)(base - output->path),
                            output->path, base, (long)getpid(), i);

        if (size >= (int)sizeof(output->temporary)) {
            errno = ENAMETOOLONG;
            break;
        }
        /* It holds people's data: its owner's alone, whatever the umask. */
        output->fd = open(output->temporary,
                          O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (output->fd < 0 && errno != EEXIST)
            break;
        if (output->fd < 0)
            continue;
        /* Another run may have swept it away before it was locked. A file
         * system without locks keeps what the dead leave. */
        if (!lock_now(output->fd) && errno != ENOLCK && errno != EOPNOTSUPP) {
            (void)close(output->fd);
            output->fd = -1;
            continue;
        }
        /* Who opened the old file to others opens the new one too. */
        if (mode != 0)
            (void)fchmod(output->fd, mode);
        return OK;
    }
    output->temporary[0] = '\0';
    return cannot_create(output->name, err);
}

enum status output_open(struct output *output, const char *path,
                        struct err *err)
{
    struct stat stat_now;
    mode_t mode = 0;

    output->name = path;
    output->temporary[0] = '\0';
    output->fd = -1;
    if (strcmp(path, "-") == 0) {
        output->name = "standard output";
        output->fd = STDOUT_FILENO;
        return OK;
    }
    if (stat(path, &stat_now) == 0) {
        mode = stat_now.st_mode & 0777;
        if (S_ISDIR(stat_now.st_mode)) {
            errno = EISDIR;
            return cannot_create(path, err);
        }
        if (!S_ISREG(stat_now.st_mode)) {
            output->fd = open(path, O_WRONLY | O_CLOEXEC);
            return output->fd >= 0 ? OK : cannot_create(path, err);
        }
        /* Through a link its target is replaced, not the link. */
        if (realpath(path, output->path) == NULL)
            return cannot_create(path, err);
    } else if (snprintf(output->path, sizeof(output->path), "%s", path) >=
               (int)sizeof(output->path)) {
        errno = ENAMETOOLONG;
        return cannot_create(path, err);
    }
    return open_beside(output, mode, err);
}

enum status output_write(struct output *output, struct text text,
                         struct err *err)
{
    while (text.size > 0) {
        ssize_t done = write(output->fd, text.at, text.size);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return cannot_write(output, err);
        text.at += done;
        text.size -= (size_t)done;
    }
    return OK;
}

/* The new name must survive a power cut too. */
static int sync_folder(const char *path)
{
    char folder[PATH_MAX];
    char *slash;
    int fd, done;

    (void)snprintf(folder, sizeof(folder), "%s", path);
    slash = strrchr(folder, '/');
    if (slash == NULL)
        (void)snprintf(folder, sizeof(folder), ".");
    else if (slash == folder)
        folder[1] = '\0';
    else
        *slash = '\0';
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    done = fsync(fd);
    /* Some network file systems have no fsync of folders. */
    if (done != 0 && (errno == EINVAL || errno == ENOSYS))
        done = 0;
    (void)close(fd);
    return done;
}

enum status output_settle(struct output *output, struct err *err)
{
    if (output->temporary[0] == '\0')
        return OK;
    return fsync(output->fd) == 0 ? OK : cannot_write(output, err);
}

enum status output_publish(struct output *output, struct err *err)
{
    if (output->temporary[0] == '\0')
        return OK;
    step("before", "publish");
    if (rename(output->temporary, output->path) != 0)
        return cannot_write(output, err);
    step("after", "publish");
    output->temporary[0] = '\0';
    if (sync_folder(output->path) != 0)
        return cannot_write(output, err);
    return OK;
}

void output_close(struct output *output)
{
    if (output->temporary[0] != '\0')
        (void)unlink(output->temporary);
    if (output->fd >= 0 && output->fd != STDOUT_FILENO)
        (void)close(output->fd);
    output->fd = -1;
}

static enum status publish(const char *path, struct text content, mode_t mode,
                           struct err *err)
{
    struct output output;
    enum status status = output_open(&output, path, err);

    if (status == OK && mode != 0 && output.temporary[0] != '\0')
        (void)fchmod(output.fd, mode);
    if (status == OK)
        status = output_write(&output, content, err);
    if (status == OK)
        status = output_settle(&output, err);
    if (status == OK)
        status = output_publish(&output, err);
    if (status == OK || output.fd >= 0)
        output_close(&output);
    return status;
}

/* What is written in place is not opened twice: a pipe has a reader. */
enum status file_try(const char *path, struct err *err)
{
    struct output output;
    struct stat state;
    enum status status;

    if (stat(path, &state) == 0 && !S_ISREG(state.st_mode))
        return OK;
    status = output_open(&output, path, err);
    if (status == OK)
        output_close(&output);
    return status;
}

enum status file_publish(const char *path, struct text content, struct err *err)
{
    return publish(path, content, 0, err);
}

enum status file_publish_for_all(const char *path, struct text content,
                                 struct err *err)
{
    return publish(path, content, 0644, err);
}
