/*
 * phone.h - the C face of libphonenumber, which is C++.
 *
 * Nothing else of the library is used, and no exception leaves phone.cc. The
 * first call reads the metadata (11 ms); no network, no locale.
 */
#ifndef MAPPINGS_PHONE_H
#define MAPPINGS_PHONE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
#define PHONE_CALL noexcept
extern "C" {
#else
#define PHONE_CALL
#endif

struct phone_found {
    bool mobile;    /* can be one */
    bool extension; /* one stood there and is not part of e164 */
    bool more;      /* by phone_search: another number stands behind it */
    char e164[20];
};

/* Whether the text is one valid number; region is alpha-2, or NULL when only
 * a number with its country code will do. Letters are never read as digits:
 * "02 9999 Ann" is nobody's number. */
bool phone_parse(const char *text, size_t size, const char *region,
                 struct phone_found *found) PHONE_CALL;
/* The first valid number in a text with words around it. */
bool phone_search(const char *text, size_t size, const char *region,
                  struct phone_found *found) PHONE_CALL;
/* A number as it is written inside its region, digits only; false when it is of
 * another region or not valid, or would not be read there as the same one. */
bool phone_local(const char *e164, size_t size, const char *region, char *out,
                 size_t room) PHONE_CALL;

/*
 * The regions and kinds of numbers that the library knows, for tests: the
 * index-th region (or "001" and its country code, for numbers of no region),
 * and one of its numbers of that type in each way of writing. False past the
 * last region; e164 is empty where the region has no such numbers.
 */
enum { PHONE_TYPES = 10 };
struct phone_example {
    char region[4];
    char e164[20];
    char international[40], national[40], uri[40];
    char from_au[40], from_us[40]; /* as dialled there: 0011, 011 */
};
bool phone_example(size_t index, int type,
                   struct phone_example *out) PHONE_CALL;

#ifdef __cplusplus
}
#endif

#endif
