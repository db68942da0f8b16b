/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target takes any bytes, puts them through one part of custsync as a
 * stranger could, and holds the result against what that part promises. What
 * breaks a promise ends the process by fuzz_broken; the sanitizers see to the
 * rest. A target is linked with libFuzzer, or with replay.c, which runs it over
 * files.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "formats/format.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what is wrong and aborts. */
_Noreturn void fuzz_broken(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * A path that opens as a file of these bytes, without a disk. It holds until
 * the next call with the same slot (0 to 3).
 */
const char *fuzz_file(unsigned slot, struct text bytes);

/* An err that was given back must be fit to be shown and to end a run. */
void fuzz_check_err(enum status status, const struct err *err);

/*
 * Reads the bytes to their end, all fields too; twice, and both must say the
 * same. Lines never fall, fields are UTF-8, errors are fit to be shown.
 */
void fuzz_reader(const char *format, const struct reader_options *options,
                 struct text bytes);

#endif
