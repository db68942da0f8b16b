/*
 * bare_csv.c - the yardstick: a file through libcsv, and nothing else.
 *
 * Reads in blocks of 64 KiB, counts cells and rows, keeps nothing. What
 * custsync needs more than this is what its own work costs.
 */
#include <csv.h>

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 64 * 1024 };

struct counts {
    unsigned long cells, rows;
};

static void on_cell(void *text, size_t size, void *data)
{
    struct counts *counts = data;

    (void)text;
    (void)size;
    counts->cells++;
}

static void on_row(int last, void *data)
{
    struct counts *counts = data;

    (void)last;
    counts->rows++;
}

int main(int argc, char **argv)
{
    static char block[BLOCK];
    struct counts counts = {0};
    struct csv_parser parser;
    size_t size;
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    int status = EXIT_FAILURE;

    if (file == NULL || csv_init(&parser, CSV_APPEND_NULL) != 0) {
        fprintf(stderr, "usage: bare_csv FILE\n");
        return EXIT_FAILURE;
    }
    while ((size = fread(block, 1, sizeof(block), file)) > 0)
        if (csv_parse(&parser, block, size, on_cell, on_row, &counts) != size)
            break;
    if (feof(file) && csv_fini(&parser, on_cell, on_row, &counts) == 0)
        status = EXIT_SUCCESS;
    printf("%lu rows, %lu cells\n", counts.rows, counts.cells);
    csv_free(&parser);
    fclose(file);
    return status;
}
