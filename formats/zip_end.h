/*
 * zip_end.h - whether a zip is whole, as its end tells.
 *
 * A zip is read from its end, so that bytes behind it, or another zip before
 * it, would go unnoticed.
 */
#ifndef FORMATS_ZIP_END_H
#define FORMATS_ZIP_END_H

#include "formats/origin.h"

/*
 * STOP 65 when its last end record is not followed by its comment and nothing
 * else, or when more than the zip stands before it. OK without such a record:
 * who reads the zip says so.
 */
enum status zip_end_check(struct origin *origin, struct err *err);

#endif
