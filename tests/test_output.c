/*
 * test_output.c - whose the files are that custsync makes, and what the killed
 * leave behind.
 */
#include "transcript.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(output, .timeout = 20, .init = folder_open, .fini = folder_close);

static unsigned mode_of(const char *path)
{
    struct stat now;

    cr_assert_eq(stat(path, &now), 0);
    return now.st_mode & 0777;
}

static unsigned temporaries(void)
{
    DIR *folder = opendir(test_folder);
    const struct dirent *entry;
    unsigned count = 0;

    cr_assert_not_null(folder);
    while ((entry = readdir(folder)) != NULL)
        count += strstr(entry->d_name, ".tmp") != NULL;
    (void)closedir(folder);
    return count;
}

Test(output, a_new_file_is_its_owners_alone)
{
    const char *path = in_folder("new.csv");
    struct err err;

    (void)umask(0);
    cr_assert_eq(file_publish(path, TEXT("id\n"), &err), OK);
    cr_assert_eq(mode_of(path), 0600);
}

Test(output, a_file_that_is_replaced_keeps_its_mode)
{
    const char *path = in_folder("old.csv");
    struct err err;

    (void)umask(077);
    cr_assert_eq(file_publish(path, TEXT("id\n"), &err), OK);
    cr_assert_eq(chmod(path, 0644), 0);
    cr_assert_eq(file_publish(path, TEXT("id\n1\n"), &err), OK);
    cr_assert_eq(mode_of(path), 0644);
}

/* A process that has begun to write path, and waits to be killed. */
static pid_t begin_writing(const char *path)
{
    int ready[2];
    char byte;
    pid_t pid;

    cr_assert_eq(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        struct writer *writer;
        struct err err;

        if (writer_open(&writer, format_named("ndjson"), path, NULL, &err) !=
                OK ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    (void)close(ready[1]);
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return pid;
}

Test(output, what_the_killed_left_goes_and_what_the_living_write_stays)
{
    const char *path = in_folder("out.csv");
    static const char *const others[] = {
        ".out.csv.12-0.tmp.csv", ".out.csv.x-0.tmp", ".other.csv.12-0.tmp",
        ".out.csv.12.tmp", "out.csv.12-0.tmp"};
    struct err err;
    pid_t dead, living;
    int state;

    dead = begin_writing(path);
    cr_assert_eq(kill(dead, SIGKILL), 0);
    cr_assert_eq(waitpid(dead, &state, 0), dead);
    cr_assert_eq(temporaries(), 1);
    living = begin_writing(path);
    cr_assert_eq(temporaries(), 1);
    for (size_t i = 0; i < 5; i++) {
        FILE *file = fopen(in_folder(others[i]), "w");

        cr_assert_not_null(file);
        (void)fclose(file);
    }
    cr_assert_eq(file_publish(path, TEXT("id\n"), &err), OK);
    cr_assert_eq(temporaries(), 6, "%u", temporaries());
    cr_assert_eq(kill(living, SIGKILL), 0);
    cr_assert_eq(waitpid(living, &state, 0), living);
    cr_assert_eq(file_publish(path, TEXT("id\n"), &err), OK);
    cr_assert_eq(temporaries(), 5, "%u", temporaries());
}

Test(output, a_link_by_a_temporary_name_is_left_alone)
{
    const char *path = in_folder("out.csv");
    const char *victim = in_folder("victim");
    struct err err;

    cr_assert_eq(file_publish(victim, TEXT("precious"), &err), OK);
    cr_assert_eq(symlink(victim, in_folder(".out.csv.12-0.tmp")), 0);
    cr_assert_eq(file_publish(path, TEXT("id\n"), &err), OK);
    cr_assert_eq(temporaries(), 1);
    cr_assert_eq(access(victim, F_OK), 0);
}
