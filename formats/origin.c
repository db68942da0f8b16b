/*
 * origin.c - files by pread, pipes through a temporary file.
 */
#include "formats/origin.h"

#include "formats/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };

struct origin {
    int fd;           /* the file, or the temporary one */
    int from;         /* what is copied to it, or -1 */
    uint64_t kept;    /* bytes copied so far */
    bool ended;       /* nothing comes behind kept */
    struct stat stat; /* of the file, or of what is copied */
    struct origin *next;
};

/* What was read only once: kept to the end of the run. */
static struct origin *kept;

static enum status io_error(const char *what, struct err *err)
{
    (void)fail(err, STOP, EXIT_IO, "read_error", "%s: %s", what,
               strerror(errno));
    err_hint(err, "look at the disk it is on, and run it again");
    return STOP;
}

static enum status cannot_open(const char *why, struct err *err)
{
    return fail(err, STOP, EXIT_NOINPUT, "no_input", "cannot open: %s", why);
}

static int open_temporary(void)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_MAX];
    int fd;

    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    if (snprintf(path, sizeof(path), "%s/custsync-XXXXXX", folder) >=
        (int)sizeof(path))
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A device has no end of its own; only a terminal's user makes one. */
static bool is_endless(const struct stat *stat, int fd)
{
    return S_ISBLK(stat->st_mode) ||
           (S_ISCHR(stat->st_mode) && stat->st_rdev != makedev(1, 3) &&
            isatty(fd) == 0);
}

/* fd stays open: as long as it is, no other pipe gets its number. */
static enum status keep(struct origin **out, int fd, const struct stat *stat,
                        struct err *err)
{
    struct origin *origin = calloc(1, sizeof(*origin));

    if (origin == NULL)
        abort();
    origin->from = fd;
    origin->stat = *stat;
    origin->fd = open_temporary();
    if (origin->fd < 0) {
        (void)io_error("cannot make a temporary file in TMPDIR", err);
        (void)close(fd);
        free(origin);
        return STOP;
    }
    origin->next = kept;
    kept = origin;
    *out = origin;
    return OK;
}

static struct origin *find_kept(const struct stat *stat)
{
    struct origin *origin = kept;

    while (origin != NULL && !same_file(&origin->stat, stat))
        origin = origin->next;
    return origin;
}

/* Before it is opened: a FIFO that was read would wait for another writer. */
static struct origin *find_opened(const char *path, bool standard)
{
    struct stat now;
    int got = standard ? fstat(STDIN_FILENO, &now) : stat(path, &now);

    if (got != 0 || (!standard && S_ISREG(now.st_mode)))
        return NULL;
    return find_kept(&now);
}

enum status origin_open(struct origin **out, const char *path, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    struct stat now;
    const char *why = NULL;
    int fd;

    *out = find_opened(path, standard);
    if (*out != NULL)
        return OK;
    fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                  : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &now) != 0)
        why = strerror(errno);
    else if (S_ISDIR(now.st_mode))
        why = "it is a folder";
    else if (is_endless(&now, fd))
        why = "it is a device";
    if (why != NULL) {
        (void)cannot_open(why, err);
        if (fd >= 0)
            (void)close(fd);
        return STOP;
    }
    if (standard || !S_ISREG(now.st_mode))
        return keep(out, fd, &now, err);
    *out = calloc(1, sizeof(**out));
    if (*out == NULL)
        abort();
    **out = (struct origin){.fd = fd, .from = -1, .stat = now};
    return OK;
}

void origin_close(struct origin *origin)
{
    if (origin == NULL || origin->from >= 0)
        return;
    (void)close(origin->fd);
    free(origin);
}

static enum status write_all(int fd, const char *at, size_t size,
                             struct err *err)
{
    while (size > 0) {
        ssize_t done = write(fd, at, size);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return io_error("cannot keep the input in TMPDIR", err);
        at += done;
        size -= (size_t)done;
    }
    return OK;
}

/* Copies until that many bytes are kept, or all. */
static enum status copy(struct origin *origin, uint64_t until, struct err *err)
{
    enum status status = OK;
    char *block = NULL;

    if (origin->from < 0 || origin->ended || origin->kept >= until)
        return OK;
    block = malloc(BLOCK);
    if (block == NULL)
        abort();
    while (status == OK && !origin->ended && origin->kept < until) {
        ssize_t got = read(origin->from, block, BLOCK);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            status = io_error("cannot read", err);
            break;
        }
        origin->ended = got == 0;
        status = write_all(origin->fd, block, (size_t)got, err);
        if (status == OK)
            origin->kept += (uint64_t)got;
        if (status == OK && origin->kept > INPUT_MAX)
            status = fail(err, STOP, EXIT_DATA, "too_large",
                          "the input is larger than %lld GiB",
                          INPUT_MAX / (1024 * 1024 * 1024));
    }
    free(block);
    return status;
}

enum status origin_read(struct origin *origin, uint64_t place, void *to,
                        size_t size, size_t *got, struct err *err)
{
    ssize_t done;

    *got = 0;
    if (copy(origin, place + 1, err) != OK)
        return STOP;
    do
        done = pread(origin->fd, to, size, (off_t)place);
    while (done < 0 && errno == EINTR);
    if (done < 0)
        return io_error("cannot read", err);
    *got = (size_t)done;
    return done > 0 ? OK : END;
}

enum status origin_size(struct origin *origin, uint64_t *size, struct err *err)
{
    enum status status = copy(origin, UINT64_MAX, err);

    *size = origin->from >= 0 ? origin->kept : (uint64_t)origin->stat.st_size;
    return status;
}

enum status origin_check(const struct origin *origin, struct err *err)
{
    struct stat now;

    if (origin->from >= 0)
        return OK;
    if (fstat(origin->fd, &now) != 0)
        return io_error("cannot read", err);
    if (now.st_size == origin->stat.st_size &&
        now.st_mtim.tv_sec == origin->stat.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == origin->stat.st_mtim.tv_nsec)
        return OK;
    (void)fail(err, STOP, EXIT_DATA, "file_changed",
               "the file was written to while it was read (%lld bytes, then "
               "%lld)",
               (long long)origin->stat.st_size, (long long)now.st_size);
    err_hint(err, "wait until it is written, and run again");
    return STOP;
}

size_t origin_split(const char *path)
{
    size_t size = strlen(path);
    char part[PATH_MAX];
    struct stat now;

    if (size >= sizeof(part) || stat(path, &now) == 0 || errno != ENOTDIR)
        return size;
    memcpy(part, path, size + 1);
    while (strrchr(part, '/') != NULL) {
        *strrchr(part, '/') = '\0';
        if (stat(part, &now) == 0)
            return S_ISREG(now.st_mode) ? strlen(part) : size;
    }
    return size;
}
