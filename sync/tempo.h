/*
 * tempo.h - when requests left, and how long they waited for their turn: for
 * the picture of a run.
 *
 * A run may take a second or a week: time is cut into equal parts, so few that
 * they are kept whole; when it outgrows them two become one. Times come from
 * the caller and never go back further than the last part.
 */
#ifndef SYNC_TEMPO_H
#define SYNC_TEMPO_H

#include <stdint.h>

enum {
    TEMPO_PARTS = 120,
    TEMPO_FIRST_MS = 250, /* of a part, at the beginning */
};

struct tempo_part {
    uint32_t sent;
    uint32_t refused; /* answers that asked for more peace: 429 */
    uint64_t waited_ms;
};

struct tempo { /* all zero: nothing yet */
    int64_t begun_ms;
    uint64_t part_ms;
    uint32_t count; /* of parts in use */
    struct tempo_part parts[TEMPO_PARTS];
};

void tempo_sent(struct tempo *tempo, int64_t now_ms);
void tempo_refused(struct tempo *tempo, int64_t now_ms);
/* A wait for the limit that went from one time to another. */
void tempo_waited(struct tempo *tempo, int64_t from_ms, int64_t to_ms);

/* Requests of the part at that place and of those before it that lie within the
 * window; of a part longer than the window, so many as would be within it. */
uint64_t tempo_within(const struct tempo *tempo, uint32_t at,
                      uint64_t window_ms);

#endif
