/*
 * target_ndjson.c - one JSON object per line.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reader("ndjson", NULL, (struct text){(const char *)data, size});
    return 0;
}
