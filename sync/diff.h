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
#include "mappings/provider.h"
#include "sync/config.h"

struct bases {
    const struct customer *said;  /* NULL: this source never spoke of it */
    const struct customer *held;  /* NULL: nothing is known of the record */
    const struct customer *moved; /* fields set here: a read found them moved */
    bool held_full; /* a field held does not have is blank there */
};

struct decision {
    bool *send;   /* by field number */
    size_t count; /* of fields to send; 0: nothing to do */
    bool *both; /* both sides moved; --prefer, or the field's owner, decided */
    size_t both_count;
    bool *dealt;    /* the source moved, or both sides agree: an edit there is
                       dealt with; one that is merely kept stands against what
                       the source says next */
    bool *replaced; /* only the target moved, and the source owns the field:
                       what is sent takes an edit's place */
    struct customer *values; /* what to send: now, lists merged with held */
};

/*
 * all in the arena; slots are the target's. Of the policy: prefer, blank,
 * owner. An owner goes before prefer:
 *
 * - source: its value stands, over an edit at the target too, and a list as a
 *   whole
 * - target: a value reaches the target with the create, and never again
 * - union: a list loses nothing; what either side has, the target gets
 * - fill: a value goes where the target is blank, never over another one
 */
void diff_decide(const struct slot *slots, size_t slots_count,
                 const struct customer *now, const struct bases *bases,
                 const struct policy *policy, struct arena *arena,
                 struct decision *out);
/*
 * Does a write of these fields (by number) need to know what the target holds
 * at this moment? Where an edit of just now counts, where a list merges with
 * what is there, and where more is replaced than the source has: of an object
 * whose every member it says as the target holds it, nothing is to be learned.
 * The planner counts these reads and the push makes them. Of bases: held and
 * held_full.
 */
bool diff_needs_read(const struct provider *provider, const bool *send,
                     const struct policy *policy, const struct customer *now,
                     const struct bases *bases, struct arena *arena);
/*
 * Who was deactivated since a source had lost them is back: unless wanted says
 * of itself what its status is, it is active again where the record still holds
 * what we set. said then knows that `inactive` was our doing.
 */
void diff_return(const struct slot *slots, size_t slots_count,
                 const struct bases *bases, struct customer *wanted,
                 struct customer *said);

/* base with every present value of over put over it; blank ones clear. */
struct customer *diff_overlay(const struct customer *base,
                              const struct customer *over, struct arena *arena);
/* Fields of fresh that differ from held (both ways), with fresh's value or
 * blank: what a read found moved. Write-only slots never do. */
struct customer *diff_moved(const struct slot *slots, size_t slots_count,
                            const struct customer *held,
                            const struct customer *fresh, struct arena *arena);

#endif
