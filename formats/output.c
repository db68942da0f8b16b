/*
 * output.c - a file is there whole, or not at all.
 */
#include "formats/format.h"

#include "formats/encoding.h"
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

enum { FLUSH_AT = 64 * 1024, NAMES_TRIED = 100 };

struct output {
    int fd;
    char path[PATH_MAX];      /* what is replaced */
    char temporary[PATH_MAX]; /* "" when written in place: a pipe, a device */
    const char *name;         /* for messages; borrowed */
};

struct writer {
    const struct format *format;
    void *self;
    struct output output;
    struct buffer buffer, converted;
    const char *encoding; /* static; NULL: UTF-8 */
    char *path;
    bool begun;
};

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

static enum status output_open(struct output *output, const char *path,
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

static enum status output_write(struct output *output, struct text text,
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

static enum status output_commit(struct output *output, struct err *err)
{
    if (output->temporary[0] == '\0')
        return OK;
    step("before", "publish");
    if (fsync(output->fd) != 0 || rename(output->temporary, output->path) != 0)
        return cannot_write(output, err);
    step("after", "publish");
    output->temporary[0] = '\0';
    if (sync_folder(output->path) != 0)
        return cannot_write(output, err);
    return OK;
}

static void output_close(struct output *output)
{
    if (output->temporary[0] != '\0')
        (void)unlink(output->temporary);
    if (output->fd >= 0 && output->fd != STDOUT_FILENO)
        (void)close(output->fd);
    output->fd = -1;
}

/* Packing is for files that are read; a plain file named .gz misleads. */
static enum status check_path(const char *path, struct err *err)
{
    if (!format_is_packed(text_of(path)))
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "'%s' would be a packed file, and files are written plain",
               path);
    err_hint(err, "leave the last suffix out, and pack the file afterwards");
    return STOP;
}

enum status writer_open(struct writer **out, const struct format *format,
                        const char *path, const struct writer_options *options,
                        struct err *err)
{
    static const struct writer_options usual;
    struct writer *writer = calloc(1, sizeof(*writer));
    enum status status;

    *out = NULL;
    if (writer == NULL || (writer->path = strdup(path)) == NULL)
        abort();
    writer->format = format;
    writer->output.fd = -1;
    if (options == NULL)
        options = &usual;
    if (options->encoding != NULL && !encoding_is_utf8(options->encoding))
        writer->encoding = options->encoding;
    status = check_path(path, err);
    if (status == OK)
        status = format->create(&writer->self, options, err);
    if (status == OK)
        status = output_open(&writer->output, writer->path, err);
    if (status != OK) {
        writer_close(writer);
        return status;
    }
    *out = writer;
    return OK;
}

static enum status flush(struct writer *writer, struct err *err)
{
    struct buffer *bytes = &writer->buffer;
    enum status status = OK;

    if (writer->encoding != NULL) {
        bytes = &writer->converted;
        /* Records were looked at before; what is left is the mapping's. */
        if (!encoding_add(writer->encoding, buffer_view(&writer->buffer),
                          bytes))
            status = fail(err, STOP, EXIT_CONFIG, "not_in_encoding",
                          "a column's name has letters that %s lacks",
                          encoding_label(writer->encoding));
    }
    if (status == OK)
        status = output_write(&writer->output, buffer_view(bytes), err);
    buffer_clear(&writer->converted);
    buffer_clear(&writer->buffer);
    return status;
}

static enum status begin(struct writer *writer, struct err *err)
{
    if (writer->begun)
        return OK;
    writer->begun = true;
    /* Who reads UTF-16 knows it by its mark. */
    if (writer->encoding != NULL && encoding_is_wide(writer->encoding))
        buffer_string(&writer->buffer, "\xef\xbb\xbf");
    return writer->format->begin(writer->self, &writer->buffer, err);
}

static enum status in_encoding(const char *encoding, struct text text,
                               struct err *err)
{
    if (encoding_has(encoding, text))
        return OK;
    return fail(err, REJECT, EXIT_DATA, "not_in_encoding",
                "it has letters that %s lacks", encoding_label(encoding));
}

enum status format_holds(const struct format *format, const char *encoding,
                         struct text text, struct err *err)
{
    enum status status = OK;

    if (format->holds != NULL)
        status = format->holds(text, err);
    return status == OK ? in_encoding(encoding, text, err) : status;
}

/* Every name and text of a record, before any of it is written. */
static enum status check_texts(const struct writer *writer,
                               const struct node *node, struct err *err)
{
    enum status status = OK;

    if (node->name != NULL)
        status = in_encoding(writer->encoding, text_of(node->name), err);
    if (status == OK && node->text.size > 0)
        status =
            format_holds(writer->format, writer->encoding, node->text, err);
    for (const struct node *child = node->first; child != NULL && status == OK;
         child = child->next)
        status = check_texts(writer, child, err);
    if (status != OK && node->name != NULL && err->field[0] == '\0')
        (void)snprintf(err->field, sizeof(err->field), "%s", node->name);
    return status;
}

enum status writer_write(struct writer *writer, const struct node *object,
                         struct err *err)
{
    enum status status = begin(writer, err);
    size_t before = writer->buffer.size;

    if (status == OK &&
        (writer->encoding != NULL || writer->format->holds != NULL))
        status = check_texts(writer, object, err);
    if (status == OK)
        status =
            writer->format->write(writer->self, object, &writer->buffer, err);
    if (status == REJECT)
        writer->buffer.size = before;
    if (status == OK && writer->buffer.size >= FLUSH_AT)
        status = flush(writer, err);
    return status;
}

enum status writer_commit(struct writer *writer, struct err *err)
{
    enum status status = begin(writer, err);

    if (status == OK)
        status = writer->format->finish(writer->self, &writer->buffer, err);
    if (status == OK)
        status = flush(writer, err);
    if (status == OK)
        status = output_commit(&writer->output, err);
    return status;
}

void writer_close(struct writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->self != NULL)
        writer->format->destroy(writer->self);
    output_close(&writer->output);
    buffer_free(&writer->buffer);
    buffer_free(&writer->converted);
    free(writer->path);
    free(writer);
}

enum status file_publish(const char *path, struct text content, struct err *err)
{
    struct output output;
    enum status status = output_open(&output, path, err);

    if (status == OK)
        status = output_write(&output, content, err);
    if (status == OK)
        status = output_commit(&output, err);
    if (status == OK || output.fd >= 0)
        output_close(&output);
    return status;
}
