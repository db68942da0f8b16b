/*
 * measure.c - how long a command takes, and how much memory.
 *
 * measure FILE COMMAND [ARGUMENT...]: runs it and appends a line to FILE:
 * seconds, seconds of CPU (its children's too), peak memory in KiB, exit code.
 * Its own exit code is the command's. A shell's own means would do, were their
 * memory and their clock not coarser than what is measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    double start = now(), took;
    int status, code;
    FILE *file;
    pid_t pid;

    if (argc < 3) {
        fprintf(stderr, "usage: measure FILE COMMAND [ARGUMENT...]\n");
        return 64;
    }
    pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
        perror("measure");
        return 70;
    }
    took = now() - start;
    code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    file = fopen(argv[1], "a");
    if (file == NULL) {
        perror(argv[1]);
        return 73;
    }
    fprintf(file, "%.6f %.6f %ld %d\n", took,
            seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
            code);
    return fclose(file) == 0 ? code : 74;
}
