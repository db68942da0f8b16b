/*
 * packing.c - beginnings of compressed files.
 */
#include "formats/packing.h"

#include <string.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static const char unpack_it[] = "unpack it and name the file to read";
static const char save_it[] = "save it as CSV (UTF-8) and name that file";

static const struct packing packings[] = {
    {BYTES("\x1f\x8b"), PACKING_GZIP, "gzip", NULL},
    {BYTES("\x28\xb5\x2f\xfd"), PACKING_STREAM, "zstd", NULL},
    {BYTES("\xfd"
           "7zXZ\0"),
     PACKING_STREAM, "xz", NULL},
    {BYTES("\x04\x22\x4d\x18"), PACKING_STREAM, "lz4", NULL},
    {BYTES("PK\3\4"), PACKING_ZIP, "zip", NULL},
    {BYTES("PK\5\6"), PACKING_ZIP, "zip", NULL},
    /* Its blocks have no end: one that is cut looks whole. */
    {BYTES("\x02\x21\x4c\x18"), PACKING_FOREIGN, "old lz4",
     "pack it anew, without -l"},
    {BYTES("PK\7\x08"), PACKING_FOREIGN, "split zip", unpack_it},
    {BYTES("7z\xbc\xaf\x27\x1c"), PACKING_FOREIGN, "7z", unpack_it},
    {BYTES("Rar!\x1a\7"), PACKING_FOREIGN, "rar", unpack_it},
    {BYTES("\x1f\x9d"), PACKING_FOREIGN, "compress (.Z)", unpack_it},
    {BYTES("LZIP\1"), PACKING_FOREIGN, "lzip", unpack_it},
    {BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), PACKING_FOREIGN, "Excel (.xls)",
     save_it},
    {BYTES("%PDF-"), PACKING_FOREIGN, "PDF", save_it},
};

/* "BZh9" alone could be a word: the first block's mark decides. */
static bool is_bzip2(struct text head)
{
    return head.size >= 10 && memcmp(head.at, "BZh", 3) == 0 &&
           (memcmp(head.at + 4, "1AY&SY", 6) == 0 ||
            memcmp(head.at + 4, "\x17rE8P\x90", 6) == 0);
}

const struct packing *packing_of(struct text head)
{
    static const struct packing bzip2 = {BYTES("BZh"), PACKING_STREAM, "bzip2",
                                         NULL};

    for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++)
        if (head.size >= packings[i].size &&
            memcmp(head.at, packings[i].bytes, packings[i].size) == 0)
            return &packings[i];
    return is_bzip2(head) ? &bzip2 : NULL;
}

enum status packing_goes_on(const char *name, uint64_t at, struct err *err)
{
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken: behind its end, at byte "
                "%llu, there is more that is not %s",
                (unsigned long long)at, name);
}
