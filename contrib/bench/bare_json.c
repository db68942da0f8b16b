/*
 * bare_json.c - the yardstick: a file through jansson, record by record.
 *
 * An array or NDJSON: each record is loaded by its own call out of a block of
 * 1 MiB and forgotten at once. Nothing is looked at, so what stands between
 * records is only passed over, not judged.
 */
#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 1024 * 1024 };

/* Loads the records that are whole in text; how many bytes they were. */
static size_t load(const char *text, size_t size, unsigned long *records)
{
    size_t at = 0;

    for (;;) {
        json_error_t error;
        json_t *record;

        while (at < size && strchr("[], \r\n\t", text[at]) != NULL)
            at++;
        if (at == size)
            return at;
        record =
            json_loadb(text + at, size - at, JSON_DISABLE_EOF_CHECK, &error);
        if (record == NULL)
            return at;
        json_decref(record);
        at += (size_t)error.position;
        ++*records;
    }
}

int main(int argc, char **argv)
{
    static char block[BLOCK + 1];
    unsigned long records = 0;
    size_t have = 0, size;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

    if (file == NULL) {
        fprintf(stderr, "usage: bare_json FILE\n");
        return EXIT_FAILURE;
    }
    while ((size = fread(block + have, 1, BLOCK - have, file)) > 0) {
        size_t used;

        have += size;
        used = load(block, have, &records);
        have -= used;
        memmove(block, block + used, have);
    }
    fclose(file);
    printf("%lu rows, %zu bytes left over\n", records, have);
    return have == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
