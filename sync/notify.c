/*
 * notify.c - see notify.h.
 */
#include "sync/notify.h"

#include "formats/log.h"
#include "sync/ending.h"
#include "sync/report_own.h"
#include "sync/run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NOTIFY_MS = 30 * 1000,
    LOOK_MS = 20,    /* how often it is asked whether it has ended */
    DYING_MS = 1000, /* what is killed may be in a call that never returns */
};

static void told(const char *what, const char *detail)
{
    struct err err;

    (void)fail(&err, STOP, EXIT_SOME, "notify_failed", "%s%s", what, detail);
    err_hint(&err, "the run itself is not touched by that; try the command by "
                   "hand with a report on its standard input");
    err_place(&err, "--notify");
    log_tell(&(struct log_line){
        .level = LEVEL_WARNING,
        .place = err.place,
        .code = err.code,
        .message = err.message,
        .hint = err.hint,
    });
}

/* In memory and not in a pipe: whoever reads late or never blocks nobody. */
static int report_in_memory(const struct report *report, int *failed)
{
    struct buffer out = {0};
    int fd = memfd_create("custsync-report", MFD_CLOEXEC);
    size_t done = 0;

    *failed = errno;
    report_json(report, &out);
    buffer_byte(&out, '\n');
    while (fd >= 0 && done < out.size) {
        ssize_t size = write(fd, out.at + done, out.size - done);

        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) {
            *failed = errno;
            (void)close(fd);
            fd = -1;
            break;
        }
        done += (size_t)size;
    }
    buffer_free(&out);
    if (fd >= 0)
        (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

/* Ours and two more. */
static char **environment(int exit, struct arena *arena)
{
    size_t count = 0, kept = 0;
    char **all;

    while (environ[count] != NULL)
        count++;
    all = arena_take(arena, (count + 3) * sizeof(*all));
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "CUSTSYNC_EXIT=", 14) != 0 &&
            strncmp(environ[i], "CUSTSYNC_OUTCOME=", 17) != 0)
            all[kept++] = environ[i];
    all[kept++] =
        arena_string(arena, arena_print(arena, "CUSTSYNC_EXIT=%d", exit));
    all[kept] = arena_string(
        arena, arena_print(arena, "CUSTSYNC_OUTCOME=%s", ending_word(exit)));
    return all;
}

/* A group of its own, so that it is ended with all it has started; signals as
 * whoever started us has them. */
static int start(pid_t *pid, const char *command, int input, char **environment)
{
    char shell[] = "sh", option[] = "-c";
    char *arguments[] = {shell, option, strdup(command), NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    int failed;

    (void)sigemptyset(&none);
    (void)sigemptyset(&usual);
    (void)sigaddset(&usual, SIGPIPE);
    (void)sigaddset(&usual, SIGXFSZ);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setsigdefault(&attributes, &usual);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
                                                    POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    if (log_is_json())
        (void)posix_spawn_file_actions_addopen(&files, STDERR_FILENO,
                                               "/dev/null", O_WRONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&files, STDERR_FILENO,
                                           STDOUT_FILENO);
    failed = posix_spawn(pid, "/bin/sh", &files, &attributes, arguments,
                         environment);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    free(arguments[2]);
    return failed;
}

static uint64_t patience_ms(void)
{
    const char *given = getenv("CUSTSYNC_NOTIFY_MS"); /* for tests */
    uint64_t ms;

    return given != NULL && text_to_u64(text_of(given), &ms) ? ms : NOTIFY_MS;
}

/* False: not within that time, or not before a signal came, if one is heeded.
 */
static bool has_ended(pid_t pid, uint64_t within_ms, const volatile int *heeded,
                      int *how)
{
    pid_t got;

    while ((got = waitpid(pid, how, WNOHANG)) == 0 ||
           (got < 0 && errno == EINTR)) {
        if (within_ms == 0 || (heeded != NULL && *heeded != 0))
            return false;
        (void)poll(NULL, 0, LOOK_MS);
        within_ms -= within_ms < LOOK_MS ? within_ms : LOOK_MS;
    }
    return got > 0;
}

static void wait_for(pid_t pid, struct arena *arena)
{
    uint64_t patience = patience_ms();
    int how = 0;

    if (!has_ended(pid, patience, &run_interrupted, &how)) {
        (void)kill(-pid, SIGKILL);
        (void)has_ended(pid, DYING_MS, NULL, &how);
        told("the command was killed: ",
             run_interrupted != 0
                 ? "a signal came"
                 : arena_print(arena, "it did not end within %" PRIu64 " s",
                               patience / 1000)
                       .at);
    } else if (WIFEXITED(how) && WEXITSTATUS(how) != 0) {
        told("the command ended with ",
             arena_print(arena, "%d", WEXITSTATUS(how)).at);
    } else if (WIFSIGNALED(how)) {
        told("the command was ended by signal ",
             arena_print(arena, "%d", WTERMSIG(how)).at);
    }
}

void notify(const struct report *report, const char *command)
{
    struct arena *arena = arena_open();
    int failed = 0;
    int input = report_in_memory(report, &failed);
    pid_t pid;

    if (input >= 0)
        failed = start(&pid, command, input, environment(report->exit, arena));
    if (input < 0 || failed != 0)
        told("the command could not be started: ", strerror(failed));
    else
        wait_for(pid, arena);
    if (input >= 0)
        (void)close(input);
    arena_close(arena);
}
