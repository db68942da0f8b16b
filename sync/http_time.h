/*
 * http_time.h - the times that replies tell. Pure: asks no clock.
 *
 * With the other http files the only home of libcurl.
 */
#ifndef SYNC_HTTP_TIME_H
#define SYNC_HTTP_TIME_H

#include "formats/arena.h"

/* A server that asks for more than a day is asked again after a day. */
enum { RETRY_AFTER_MAX_S = 24 * 60 * 60 };

/* An HTTP date in ms since 1970; 0 when it is none. */
int64_t http_date_ms(struct arena *arena, struct text value);
/*
 * How long a Retry-After asks to wait: seconds, however many digits they have,
 * or a date. now_ms: by the clock of whoever wrote that date. At most
 * RETRY_AFTER_MAX_S; 0 when it asks for nothing, or is neither.
 */
uint64_t http_retry_after_ms(struct arena *arena, struct text value,
                             int64_t now_ms);

#endif
