/*
 * diff.h - what of a customer has to be sent: the three-way comparison.
 *
 * Pure arithmetic on values: `now` is what the source says (projected onto the
 * target), `said` what it said last and was dealt with, `held` what the target
 * acknowledged or showed. The source moved if now differs from said; the target
 * moved if a read found it different from held. Nothing here reads or writes.
 */
#ifndef SYNC_DIFF_H
#define SYNC_DIFF_H

#include "mappings/mapping.h"

struct bases {
    const struct customer *said;  /* NULL: this source never spoke of it */
    const struct customer *held;  /* NULL: nothing is known of the record */
    const struct customer *moved; /* fields set here: a read found them moved */
    bool held_full; /* a field held does not have is blank there */
};

struct decision {
    bool *send;   /* by field number */
    size_t count; /* of fields to send; 0: nothing to do */
    bool *both;   /* both sides moved; --prefer decided */
    size_t both_count;
    struct customer *values; /* what to send: now, lists merged with held */
};

/* all in the arena; slots are the target's. */
void diff_decide(const struct slot *slots, size_t slots_count,
                 const struct customer *now, const struct bases *bases,
                 bool prefer_target, bool blank_clear, struct arena *arena,
                 struct decision *out);

/* base with every present value of over put over it; blank ones clear. */
struct customer *diff_overlay(const struct customer *base,
                              const struct customer *over, struct arena *arena);
/* Fields of fresh that differ from held (both ways), with fresh's value or
 * blank: what a read found moved. Write-only slots never do. */
struct customer *diff_moved(const struct slot *slots, size_t slots_count,
                            const struct customer *held,
                            const struct customer *fresh, struct arena *arena);
/* NULL or empty JSON gives an empty customer. */
enum status diff_parse(struct text json, struct arena *arena,
                       struct customer **out, struct err *err);
struct text diff_json(const struct customer *customer, struct arena *arena);

#endif
