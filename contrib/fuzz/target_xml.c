/*
 * target_xml.c - the XML reader: records as found, and at a path.
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct reader_options at_path = {.records = "a/b"};
    struct text bytes = {(const char *)data, size};

    fuzz_reader("xml", NULL, bytes);
    fuzz_reader("xml", &at_path, bytes);
    return 0;
}
