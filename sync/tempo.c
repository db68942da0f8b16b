/* tempo.c - see tempo.h. */
#include "sync/tempo.h"

/* Two parts become one, of twice the length. */
static void fold(struct tempo *tempo)
{
    for (uint32_t i = 0; i < TEMPO_PARTS / 2; i++) {
        const struct tempo_part *a = &tempo->parts[2 * i], *b = a + 1;

        tempo->parts[i] = (struct tempo_part){
            .sent = a->sent + b->sent,
            .refused = a->refused + b->refused,
            .waited_ms = a->waited_ms + b->waited_ms,
        };
    }
    for (uint32_t i = TEMPO_PARTS / 2; i < TEMPO_PARTS; i++)
        tempo->parts[i] = (struct tempo_part){0};
    tempo->part_ms *= 2;
    tempo->count = (tempo->count + 1) / 2;
}

static uint64_t place_of(const struct tempo *tempo, int64_t now_ms)
{
    int64_t since_ms = now_ms - tempo->begun_ms;

    /* A clock that was put back: what is told last is the nearest. */
    return since_ms > 0 ? (uint64_t)since_ms / tempo->part_ms : 0;
}

static struct tempo_part *part_at(struct tempo *tempo, int64_t now_ms)
{
    uint64_t place;

    if (tempo->part_ms == 0) {
        tempo->part_ms = TEMPO_FIRST_MS;
        tempo->begun_ms = now_ms;
    }
    while ((place = place_of(tempo, now_ms)) >= TEMPO_PARTS)
        fold(tempo);
    if (tempo->count < place + 1)
        tempo->count = (uint32_t)place + 1;
    return &tempo->parts[place];
}

void tempo_sent(struct tempo *tempo, int64_t now_ms)
{
    part_at(tempo, now_ms)->sent++;
}

void tempo_refused(struct tempo *tempo, int64_t now_ms)
{
    part_at(tempo, now_ms)->refused++;
}

void tempo_waited(struct tempo *tempo, int64_t from_ms, int64_t to_ms)
{
    if (to_ms <= from_ms)
        return;
    /* The last first, so that nothing is folded while it is shared out. */
    (void)part_at(tempo, from_ms);
    (void)part_at(tempo, to_ms);
    while (from_ms < to_ms) {
        struct tempo_part *part = part_at(tempo, from_ms);
        int64_t end_ms =
            tempo->begun_ms +
            (int64_t)((place_of(tempo, from_ms) + 1) * tempo->part_ms);

        if (end_ms > to_ms)
            end_ms = to_ms;
        part->waited_ms += (uint64_t)(end_ms - from_ms);
        from_ms = end_ms;
    }
}

uint64_t tempo_within(const struct tempo *tempo, uint32_t at,
                      uint64_t window_ms)
{
    uint64_t parts = window_ms / (tempo->part_ms > 0 ? tempo->part_ms : 1);
    uint64_t sum = 0;

    if (parts == 0)
        return (tempo->parts[at].sent * window_ms + tempo->part_ms / 2) /
               tempo->part_ms;
    for (uint64_t i = 0; i < parts && i <= at; i++)
        sum += tempo->parts[at - i].sent;
    return sum;
}
