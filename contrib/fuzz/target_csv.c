/*
 * target_csv.c - the CSV reader: as found, with a header that is told, with
 * lines that say what they are, and with several rows per record.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const columns[] = {"id", "name", "email", NULL};
    static const char *const continues[] = {"email", NULL};
    static const struct reader_options ways[] = {
        {.delimiter = 0},
        {.delimiter = ';', .skip_set = true, .skip = 1},
        {.columns = columns},
        {.rows = "CUST"},
        {.continues = continues},
    };
    struct text bytes = {(const char *)data, size};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        fuzz_reader("csv", &ways[i], bytes);
    return 0;
}
