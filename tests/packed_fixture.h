/*
 * packed_fixture.h - compressed files and zips, made by libarchive.
 */
#ifndef TESTS_PACKED_FIXTURE_H
#define TESTS_PACKED_FIXTURE_H

#include "transcript.h"

#include <archive.h>
#include <archive_entry.h>

enum packer { NONE, GZIP, BZIP2, XZ, ZSTD, LZ4, ZIP, PACKINGS };

/* What input_read gives, twice over a rewind; or the failure. */
__attribute__((unused)) static char *
bytes_from(const char *path, const char *encoding, enum encoding_origin origin)
{
    struct input *input = NULL;
    struct buffer out = {0};
    struct err err = {0};
    enum status status = input_open(&input, path, encoding, origin, &err);
    size_t first = 0;

    for (int round = 0; round < 2 && status == OK; round++) {
        buffer_clear(&out);
        while (status == OK) {
            char block[4096];
            size_t got = 0;

            status = input_read(input, block, sizeof(block), &got, &err);
            buffer_add(&out, block, got);
        }
        if (round == 0)
            first = out.size;
        if (status == END && round == 0)
            status = input_rewind(input, &err);
    }
    if (status == STOP) {
        buffer_clear(&out);
        buffer_print(&out, "STOP %d %s %s", err.exit, err.code,
                     line_of(err.place));
    } else {
        cr_expect_eq(first, out.size);
        buffer_string(&out, "");
    }
    input_close(input);
    return out.at;
}

__attribute__((unused)) static char *bytes_of(const char *path,
                                              const char *encoding)
{
    return bytes_from(path, encoding, ENCODING_TOLD);
}

/* With a password, a zip is encrypted. */
__attribute__((unused)) static const char *
pack_with(const char *name, enum packer packer, const char *const *files,
          const char *content, size_t size, const char *password)
{
    struct archive *archive = archive_write_new();
    const char *path = in_folder(name);

    if (packer == GZIP)
        archive_write_add_filter_gzip(archive);
    if (packer == BZIP2)
        archive_write_add_filter_bzip2(archive);
    if (packer == XZ)
        archive_write_add_filter_xz(archive);
    if (packer == ZSTD)
        archive_write_add_filter_zstd(archive);
    if (packer == LZ4)
        archive_write_add_filter_lz4(archive);
    if (packer == ZIP)
        archive_write_set_format_zip(archive);
    else
        archive_write_set_format_raw(archive);
    if (password != NULL) {
        cr_assert_eq(
            archive_write_set_options(archive, "zip:encryption=zipcrypt"),
            ARCHIVE_OK);
        archive_write_set_passphrase(archive, password);
    }
    cr_assert_eq(archive_write_open_filename(archive, path), ARCHIVE_OK);
    for (; *files != NULL; files++) {
        struct archive_entry *entry = archive_entry_new();
        bool folder = (*files)[strlen(*files) - 1] == '/';

        archive_entry_set_pathname(entry, *files);
        archive_entry_set_filetype(entry, folder ? AE_IFDIR : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        if (!folder)
            archive_entry_set_size(entry, (int64_t)size);
        cr_assert_eq(archive_write_header(archive, entry), ARCHIVE_OK);
        if (!folder)
            cr_assert_eq(archive_write_data(archive, content, size),
                         (la_ssize_t)size);
        archive_entry_free(entry);
    }
    cr_assert_eq(archive_write_free(archive), ARCHIVE_OK);
    return path;
}

static const char *const one_file[] = {"a.csv", NULL};

__attribute__((unused)) static const char *
pack(const char *name, enum packer packer, const char *content, size_t size)
{
    return pack_with(name, packer, one_file, content, size, NULL);
}

/* The bytes of a file, to be freed. */
__attribute__((unused)) static struct buffer slurp(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct buffer out = {0};
    char block[4096];
    size_t got;

    cr_assert_not_null(file);
    while ((got = fread(block, 1, sizeof(block), file)) > 0)
        buffer_add(&out, block, got);
    (void)fclose(file);
    return out;
}

#endif
