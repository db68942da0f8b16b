/* dispute.c - see dispute.h. */
#include "sync/dispute.h"

#include <string.h>

/* The other way may have told of it already. */
static bool is_news(const struct dispute *dispute, enum field field)
{
    static const uint8_t seed[16];
    int64_t what[2] = {dispute->customer, field};
    char bytes[sizeof(what)];

    if (dispute->ends == NULL)
        return true;
    memcpy(bytes, what, sizeof(what));
    return key_set_add(
        dispute->ends->told,
        print_key(seed, 'b', (struct text){bytes, sizeof(bytes)}));
}

/* What is only filled in goes neither way once both ends have it. */
static bool stands_apart(const struct dispute *dispute, enum field field,
                         bool sent)
{
    return dispute->ends != NULL && !sent &&
           policy_owner(dispute->policy, field) == OWNER_FILL;
}

/* To whoever started the run the source is FROM, both ways. */
static struct report_edit edit_of(const struct dispute *dispute,
                                  enum field field, bool sent)
{
    bool turned = dispute->ends != NULL && dispute->ends->turned;
    struct text now = customer_text(dispute->now, field);
    struct text held = customer_text(dispute->held, field);
    const char *winner = sent != turned ? "source" : "target";

    return (struct report_edit){
        .kept = stands_apart(dispute, field, sent) ? "both" : winner,
        .source = turned ? held : now,
        .target = turned ? now : held,
    };
}

static void tell(const struct dispute *dispute, const struct decision *decision,
                 enum field field)
{
    const struct dispute_ends *ends = dispute->ends;
    bool sent = decision->send[field];
    struct report_edit edit = edit_of(dispute, field, sent);
    const char *winner = sent ? "the source" : "the target";

    if (ends != NULL)
        winner = sent ? ends->source : ends->target;
    if (stands_apart(dispute, field, sent))
        report_edit(dispute->report, dispute->file, dispute->line,
                    "both_changed", field_name(field), &edit,
                    "changed on both sides; each keeps its own");
    else if (decision->both[field])
        report_edit(dispute->report, dispute->file, dispute->line,
                    "both_changed", field_name(field), &edit,
                    "changed on both sides; %s's value has it", winner);
    else
        report_edit(dispute->report, dispute->file, dispute->line,
                    "edit_replaced", field_name(field), &edit,
                    "changed where it does not belong; %s's value is put back",
                    winner);
}

void dispute_tell(const struct dispute *dispute,
                  const struct decision *decision)
{
    for (size_t i = 0; i < field_count(); i++) {
        if ((decision->both[i] || decision->replaced[i]) &&
            is_news(dispute, (enum field)i))
            tell(dispute, decision, (enum field)i);
    }
}
