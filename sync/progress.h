/*
 * progress.h - what a run is doing, told while it does it.
 *
 * Those who work say what they know: the phase, how far it is, what is still to
 * be asked, what is waited for. Here is decided who is told. On a terminal one
 * line is drawn anew at most ten times a second, and taken away before anything
 * else is written. A file or the journal, or a terminal that can only print,
 * gets a line a minute, the first after a minute. A pipe gets nothing.
 *
 * One run at a time, by one thread. Never people's data.
 */
#ifndef SYNC_PROGRESS_H
#define SYNC_PROGRESS_H

#include "formats/text.h"

/* Nothing is shown after progress_quiet(true). */
void progress_quiet(bool quiet);
/*
 * From now on this is done to that: "reading" "crm.csv". total: of so many
 * units, 0: nobody knows. Said again of the same it only corrects the total.
 */
void progress_phase(const char *doing, const char *subject, uint64_t total,
                    const char *unit);
void progress_count(uint64_t done);
/* Requests that are probably still to be sent, and the time that many need at
 * the allowed rate; 0 and 0: nobody knows, or there is no limit. */
void progress_requests(uint64_t left, uint64_t least_ms);

/* Why nothing is sent for a while. */
struct progress_wait {
    uint64_t wait_ms;          /* 0: nothing is waited for */
    const char *who;           /* a provider's name */
    uint64_t limit, window_ms; /* its limit; 0: it asked for a pause */
    bool again; /* neither: what failed is tried again after that */
};
void progress_waits(const struct progress_wait *wait);
/*
 * A signal or the deadline ended the sending, and so many requests are under
 * way: said once, and even when nothing else is shown.
 */
void progress_settles(bool deadline, uint32_t under_way);
/* A line of its own, whoever watches; the hint may be NULL. */
void progress_say(const char *message, const char *hint);
/* Shows what is known now, when it is time to. Cheap. */
void progress_tick(void);
/* Whether anybody is told: what costs work is found out only then. */
bool progress_watched(void);
/* Takes the line away: before anything else is written, and at the end. */
void progress_clear(void);

/* --- how it is shown: progress_line.c --------------------------------------*/

struct progress_view {
    const char *doing, *subject, *unit;
    uint64_t done, total;
    uint64_t per_minute;    /* units; 0: not known yet */
    uint64_t requests_left; /* 0: not known */
    uint64_t left_ms;       /* 0: not known */
    struct progress_wait wait;
};

/*
 * One line of at most that many columns of a terminal. What matters least goes
 * first: nothing wraps, and nothing is cut inside a character.
 */
void progress_line(const struct progress_view *view, size_t columns,
                   struct buffer *out);

/* --- when: testable, on a time that is passed in ---------------------------*/

enum {
    PROGRESS_FIRST_MS = 250,     /* a short run draws nothing on a terminal */
    PROGRESS_EVERY_MS = 100,     /* a line on a terminal */
    PROGRESS_LOG_MS = 60 * 1000, /* a line in a log */
    PROGRESS_RATE_MS = 10 * 1000 /* a rate is of that long, or twice */
};

struct progress_board {
    const char *doing, *unit; /* literals */
    char subject[200];
    uint64_t done, total, requests_left, least_ms;
    struct progress_wait wait; /* as it was at wait_ms */
    int64_t wait_ms;
    /* Where the rate is counted from, and where it will be next. */
    int64_t older_ms, newer_ms;
    uint64_t older, newer;
};

void progress_board_phase(struct progress_board *board, int64_t now_ms,
                          const char *doing, const char *subject,
                          uint64_t total, const char *unit);
struct progress_view progress_look(struct progress_board *board,
                                   int64_t now_ms);
/* progress_tick, of a clock that only goes forward. */
void progress_tick_at(int64_t now_ms);

#endif
