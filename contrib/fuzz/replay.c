/*
 * replay.c - runs a fuzz target over files, without a fuzzer.
 *
 *     fuzz_NAME FILE|FOLDER...
 *
 * Each file below the folders is one input. Links are not followed. The name
 * of a file is printed before it runs only when the environment has
 * FUZZ_VERBOSE; what breaks ends the process.
 */
#include "fuzz.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

/* More than any file that a target is meant for. */
enum { REPLAY_MAX = 8 * 1024 * 1024 };

static unsigned count;
static const char *now = "";

static void say_which(void)
{
    (void)fprintf(stderr, "last file: %s\n", now);
}

static int run(const char *path, const struct stat *stat, int kind,
               struct FTW *place)
{
    uint8_t *bytes;
    size_t size;
    FILE *file;

    (void)place;
    if (kind != FTW_F || stat->st_size > REPLAY_MAX)
        return 0;
    file = fopen(path, "rbe");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    now = path;
    if (getenv("FUZZ_VERBOSE") != NULL)
        say_which();
    /* Exactly as long as the input, so that a sanitizer sees a step too far. */
    bytes = malloc((size_t)stat->st_size + (stat->st_size == 0));
    if (bytes == NULL)
        abort();
    size = fread(bytes, 1, (size_t)stat->st_size, file);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    count++;
    return 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (nftw(argv[i], run, 16, FTW_PHYS) != 0)
            return 1;
    (void)printf("%u files\n", count);
    return count > 0 ? 0 : 1;
}
