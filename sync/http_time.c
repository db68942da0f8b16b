/* http_time.c - see http_time.h. */
#include "sync/http_time.h"

#include <curl/curl.h>
#include <time.h>

int64_t http_date_ms(struct arena *arena, struct text value)
{
    time_t seconds =
        value.size > 0 ? curl_getdate(arena_text(arena, value).at, NULL) : -1;

    return seconds > 0 ? (int64_t)seconds * 1000 : 0;
}

static bool is_number(struct text value)
{
    for (size_t i = 0; i < value.size; i++)
        if (value.at[i] < '0' || value.at[i] > '9')
            return false;
    return value.size > 0;
}

uint64_t http_retry_after_ms(struct arena *arena, struct text value,
                             int64_t now_ms)
{
    uint64_t seconds = RETRY_AFTER_MAX_S;
    int64_t until_ms;

    if (is_number(value)) {
        /* One that no number holds asks for the most there is. */
        if (!text_to_u64(value, &seconds) || seconds > RETRY_AFTER_MAX_S)
            seconds = RETRY_AFTER_MAX_S;
        return seconds * 1000;
    }
    until_ms = http_date_ms(arena, value);
    if (until_ms <= now_ms)
        return 0;
    if (until_ms - now_ms > (int64_t)RETRY_AFTER_MAX_S * 1000)
        return (uint64_t)RETRY_AFTER_MAX_S * 1000;
    return (uint64_t)(until_ms - now_ms);
}
