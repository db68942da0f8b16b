/*
 * fault_shim.c - a disk that is full, a cable that is cut, a process that dies.
 *
 * Preloaded into custsync, it counts the calls of the wanted families and does
 * something at the N-th of them:
 *
 *   FAULT_ON    families, with commas between: of sockets connect send recv; of
 *               files open (to write) write read sync truncate rename unlink
 *   FAULT_AT    N, from 1
 *   FAULT_DO    kill   SIGKILL instead of the call
 *               after  the call, then SIGKILL
 *               half   half of what was to be written or sent, then SIGKILL
 *               28     the call fails with this errno, once
 *               28+    from then on all of them do
 *   FAULT_PATH  files whose path does not hold this text are left alone
 *   FAULT_SEEN  a file into which the number of calls seen goes at the end
 *   FAULT_DAYS  so many days later it is, for whoever asks the clock
 *
 * It is a module of its own and shares no code with what it breaks. libcurl,
 * OpenSSL and SQLite call all of these through the dynamic linker.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* What is to become of one call. */
enum fate { GO_ON, FAIL, DIE_AFTER, DIE_HALFWAY };

static bool ready;
static const char *on, *wish, *part, *seen_file;
static long at, seen;
static int failure;
static bool lasting;

static void tell_seen(void)
{
    char number[32];
    int size = snprintf(number, sizeof(number), "%ld\n", seen);
    long fd = syscall(SYS_openat, AT_FDCWD, seen_file,
                      O_WRONLY | O_CREAT | O_TRUNC, 0600);

    (void)syscall(SYS_write, fd, number, size);
    (void)syscall(SYS_close, fd);
}

static void prepare(void)
{
    const char *number = getenv("FAULT_AT");

    if (ready)
        return;
    ready = true;
    on = getenv("FAULT_ON");
    wish = getenv("FAULT_DO");
    part = getenv("FAULT_PATH");
    seen_file = getenv("FAULT_SEEN");
    at = number != NULL ? strtol(number, NULL, 10) : 0;
    if (wish != NULL) {
        failure = atoi(wish);
        lasting = strchr(wish, '+') != NULL;
    }
    if (seen_file != NULL)
        (void)atexit(tell_seen);
}

static bool is_wanted(const char *family)
{
    size_t size = strlen(family);

    for (const char *word = on; word != NULL && *word != '\0';) {
        size_t length = strcspn(word, ",");

        if (length == size && memcmp(word, family, size) == 0)
            return true;
        word += word[length] == ',' ? length + 1 : length;
    }
    return false;
}

/* Standard output and error are told apart by nobody's path. */
static bool is_there(int fd)
{
    char link[64], path[4096];
    ssize_t size;

    if (part == NULL)
        return fd > STDERR_FILENO;
    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    size = readlink(link, path, sizeof(path) - 1);
    if (size < 0)
        return false;
    path[size] = '\0';
    return strstr(path, part) != NULL;
}

static bool is_socket(int fd)
{
    struct stat info;
    int before = errno;
    bool is = fstat(fd, &info) == 0 && S_ISSOCK(info.st_mode);

    errno = before;
    return is;
}

static void die(const char *family)
{
    char line[96];
    int size = snprintf(line, sizeof(line), "fault_shim: killed at %s %ld\n",
                        family, seen);

    (void)syscall(SYS_write, STDERR_FILENO, line, size);
    (void)kill(getpid(), SIGKILL);
    for (;;)
        (void)pause();
}

static enum fate count(const char *family, bool here)
{
    prepare();
    if (!here || !is_wanted(family))
        return GO_ON;
    seen++;
    if (at <= 0 || wish == NULL || seen < at || (seen > at && !lasting))
        return GO_ON;
    if (failure != 0) {
        errno = failure;
        return FAIL;
    }
    if (strcmp(wish, "after") == 0)
        return DIE_AFTER;
    if (strcmp(wish, "half") == 0)
        return DIE_HALFWAY;
    die(family);
    return GO_ON;
}

static enum fate count_file(const char *family, int fd)
{
    prepare();
    return count(family, is_wanted(family) && is_there(fd));
}

static enum fate count_path(const char *family, const char *path)
{
    prepare();
    return count(family, part == NULL || strstr(path, part) != NULL);
}

/* The real one, looked for once. */
#define REAL(name)                                                             \
    static __typeof__(name) *real;                                             \
    if (real == NULL)                                                          \
    real = (__typeof__(real))dlsym(RTLD_NEXT, #name)

/* The call as its fate wants it. */
#define DO(family, fate, call, half_call)                                      \
    do {                                                                       \
        __typeof__(call) done;                                                 \
                                                                               \
        if ((fate) == FAIL)                                                    \
            return -1;                                                         \
        done = (fate) == DIE_HALFWAY ? (half_call) : (call);                   \
        if ((fate) != GO_ON)                                                   \
            die(family);                                                       \
        return done;                                                           \
    } while (0)

/* --- sockets --------------------------------------------------------------*/

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    REAL(connect);
    enum fate fate = count("connect", address->sa_family == AF_INET ||
                                          address->sa_family == AF_INET6);

    DO("connect", fate, real(fd, address, size), real(fd, address, size));
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    REAL(send);
    enum fate fate = count("send", true);

    DO("send", fate, real(fd, bytes, size, flags),
       real(fd, bytes, size / 2, flags));
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    REAL(recv);
    enum fate fate = count("recv", true);

    DO("recv", fate, real(fd, bytes, size, flags),
       real(fd, bytes, size, flags));
}

/* TLS reads and writes its socket like a file. */
ssize_t read(int fd, void *bytes, size_t size)
{
    REAL(read);
    bool socket = is_socket(fd);
    const char *family = socket ? "recv" : "read";
    enum fate fate = socket ? count(family, true) : count_file(family, fd);

    DO(family, fate, real(fd, bytes, size), real(fd, bytes, size));
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(write);
    bool socket = is_socket(fd);
    const char *family = socket ? "send" : "write";
    enum fate fate = socket ? count(family, true) : count_file(family, fd);

    DO(family, fate, real(fd, bytes, size), real(fd, bytes, size / 2));
}

/* --- files ----------------------------------------------------------------*/

#define PWRITE(name, offset_type)                                              \
    ssize_t name(int fd, const void *bytes, size_t size, offset_type offset)   \
    {                                                                          \
        REAL(name);                                                            \
        enum fate fate = count_file("write", fd);                              \
                                                                               \
        DO("write", fate, real(fd, bytes, size, offset),                       \
           real(fd, bytes, size / 2, offset));                                 \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define PREAD(name, offset_type)                                               \
    ssize_t name(int fd, void *bytes, size_t size, offset_type offset)         \
    {                                                                          \
        REAL(name);                                                            \
        enum fate fate = count_file("read", fd);                               \
                                                                               \
        DO("read", fate, real(fd, bytes, size, offset),                        \
           real(fd, bytes, size, offset));                                     \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#define TRUNCATE(name, offset_type)                                            \
    int name(int fd, offset_type size)                                         \
    {                                                                          \
        REAL(name);                                                            \
        enum fate fate = count_file("truncate", fd);                           \
                                                                               \
        DO("truncate", fate, real(fd, size), real(fd, size));                  \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define SYNC(name)                                                             \
    int name(int fd)                                                           \
    {                                                                          \
        REAL(name);                                                            \
        enum fate fate = count_file("sync", fd);                               \
                                                                               \
        DO("sync", fate, real(fd), real(fd));                                  \
    }
SYNC(fsync)
SYNC(fdatasync)

int rename(const char *from, const char *to)
{
    REAL(rename);
    enum fate fate = count_path("rename", to);

    DO("rename", fate, real(from, to), real(from, to));
}

int unlink(const char *path)
{
    REAL(unlink);
    enum fate fate = count_path("unlink", path);

    DO("unlink", fate, real(path), real(path));
}

#define OPEN(name)                                                             \
    int name(const char *path, int flags, ...)                                 \
    {                                                                          \
        REAL(name);                                                            \
        enum fate fate = GO_ON;                                                \
        mode_t mode;                                                           \
        va_list more;                                                          \
                                                                               \
        va_start(more, flags);                                                 \
        mode = va_arg(more, mode_t);                                           \
        va_end(more);                                                          \
        if ((flags & O_ACCMODE) != O_RDONLY)                                   \
            fate = count_path("open", path);                                   \
        DO("open", fate, real(path, flags, mode), real(path, flags, mode));    \
    }
OPEN(open)
OPEN(open64)

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const char *days = getenv("FAULT_DAYS");
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && clock == CLOCK_REALTIME && days != NULL)
        now->tv_sec += 86400 * atol(days);
    return result;
}
