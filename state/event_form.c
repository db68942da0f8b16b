/* event_form.c - see event_form.h. */
#include "state/event_form.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_MARK = 1,
    RECORD_MARK = 2,
    FORMS = 64,      /* in memory */
    FORMS_ALIKE = 8, /* of one run, account, source and kind, as far as the
                        memory goes: then what differs is kept, however much */
    FORM_MAX = 512,  /* bytes of a form's text; a longer body has all its own */
    DIFFERS_MAX = 24, /* bytes for which no other form is made */
    DIGITS_MAX = 18,  /* of a number that an integer holds */
    HEAD = 4,         /* of a difference: how much of the form's text stands
                         before it and behind it */
};

/* Forms are of one day, so that they go with it. */
static const int64_t late_max_ms = 24 * 60 * 60 * (int64_t)1000;

struct form {
    store_id id, run, account, source;
    enum event_kind kind;
    int64_t since_ms;
    size_t size;
    char text[FORM_MAX];
};

struct forms {
    struct arena *arena;
    struct form at[FORMS];
    size_t count, next; /* next: the one to give way when all are in use */
};

struct forms *forms_open(void)
{
    struct forms *forms = calloc(1, sizeof(*forms));

    if (forms == NULL)
        abort();
    forms->arena = arena_open();
    return forms;
}

void forms_close(struct forms *forms)
{
    if (forms == NULL)
        return;
    arena_close(forms->arena);
    free(forms);
}

void forms_forget(struct forms *forms)
{
    forms->count = forms->next = 0;
}

void forms_add(struct forms *forms, store_id id, const struct event *event,
               struct text text)
{
    struct form *form = &forms->at[forms->next];

    assert(text.size <= FORM_MAX);
    *form = (struct form){
        .id = id,
        .run = event->run,
        .account = event->account,
        .source = event->source,
        .kind = event->kind,
        .since_ms = event->at_ms,
        .size = text.size,
    };
    memcpy(form->text, text.at, text.size);
    forms->next = (forms->next + 1) % FORMS;
    if (forms->count < FORMS)
        forms->count++;
}

/* --- marks ----------------------------------------------------------------*/

/* What stands behind that name, up to the end of the body; empty: nothing. */
static struct text behind(struct text body, struct text name)
{
    const char *found = memmem(body.at, body.size, name.at, name.size);
    const char *at = found != NULL ? found + name.size : NULL;

    return found == NULL
               ? TEXT("")
               : (struct text){at, (size_t)(body.at + body.size - at)};
}

/* Digits that an integer gives back as they are. */
static struct text find_line(struct text body)
{
    struct text line = behind(body, TEXT("\"line\":"));
    size_t size = 0;

    while (size < line.size && line.at[size] >= '0' && line.at[size] <= '9')
        size++;
    if (size > DIGITS_MAX || (size > 1 && line.at[0] == '0'))
        size = 0;
    return (struct text){line.at, size};
}

static struct text find_record(struct text body)
{
    struct text record = behind(body, TEXT("\"record\":\""));
    size_t size = 0;

    while (size < record.size && record.at[size] != '"' &&
           record.at[size] != '\\')
        size++;
    if (size == record.size || record.at[size] != '"')
        size = 0;
    return (struct text){record.at, size};
}

static size_t add_marked(char *to, size_t size, const char **from,
                         struct text part, char mark)
{
    size_t before = (size_t)(part.at - *from);

    memcpy(to + size, *from, before);
    to[size + before] = mark;
    *from = part.at + part.size;
    return size + before + 1;
}

static struct text put_marks(struct kept_event *kept, struct text body,
                             struct arena *arena)
{
    struct text line = find_line(body), record = find_record(body);
    bool line_first = record.size == 0 || line.at < record.at;
    char *to = arena_take(arena, body.size + 2);
    const char *from = body.at, *end = body.at + body.size;
    size_t size = 0;

    if (line.size > 0 && line_first)
        size = add_marked(to, size, &from, line, LINE_MARK);
    if (record.size > 0)
        size = add_marked(to, size, &from, record, RECORD_MARK);
    if (line.size > 0 && !line_first)
        size = add_marked(to, size, &from, line, LINE_MARK);
    memcpy(to + size, from, (size_t)(end - from));
    kept->record = record;
    kept->has_line = line.size > 0;
    for (size_t i = 0; i < line.size; i++)
        kept->line = kept->line * 10 + (line.at[i] - '0');
    return (struct text){to, size + (size_t)(end - from)};
}

/* --- what differs ---------------------------------------------------------*/

/* The ends that both have. */
static void alike(struct text a, struct text b, size_t *before, size_t *after)
{
    size_t most = a.size < b.size ? a.size : b.size;

    *before = *after = 0;
    while (*before < most && a.at[*before] == b.at[*before])
        (*before)++;
    while (*after < most - *before &&
           a.at[a.size - 1 - *after] == b.at[b.size - 1 - *after])
        (*after)++;
}

struct text forms_difference(struct text form, struct text text,
                             struct arena *arena)
{
    size_t before, after, size;
    uint8_t *bytes;

    alike(form, text, &before, &after);
    size = text.size - before - after;
    if (size == 0 && before + after == form.size)
        return TEXT("");
    bytes = arena_take(arena, HEAD + size);
    bytes[0] = (uint8_t)before;
    bytes[1] = (uint8_t)(before >> 8);
    bytes[2] = (uint8_t)after;
    bytes[3] = (uint8_t)(after >> 8);
    memcpy(bytes + HEAD, text.at + before, size);
    return (struct text){(const char *)bytes, HEAD + size};
}

bool forms_fits(struct text text)
{
    return text.size <= FORM_MAX;
}

static bool is_of(const struct form *form, const struct event *event)
{
    int64_t late_ms = event->at_ms - form->since_ms;

    return form->run == event->run && form->account == event->account &&
           form->source == event->source && form->kind == event->kind &&
           late_ms >= 0 && late_ms < late_max_ms;
}

/* What it costs to be told by that form: 0 when it says all. */
static size_t cost_of(const struct form *form, struct text text)
{
    size_t before, after;

    alike((struct text){form->text, form->size}, text, &before, &after);
    return before == form->size && text.size == form->size
               ? 0
               : HEAD + text.size - before - after;
}

/* The cheapest; not good while another form may be made, and would be better:
 * for what says less than a form does there is soon one that says just that. */
static const struct form *find_best(const struct forms *forms,
                                    const struct event *event, struct text text,
                                    bool *good)
{
    const struct form *best = NULL;
    size_t fewest = SIZE_MAX, count = 0;

    for (size_t i = 0; i < forms->count && fewest > 0; i++) {
        const struct form *form = &forms->at[i];
        size_t cost;

        if (!is_of(form, event))
            continue;
        count++;
        cost = cost_of(form, text);
        if (cost < fewest)
            best = form;
        fewest = cost < fewest ? cost : fewest;
    }
    *good = best != NULL &&
            (fewest == 0 || (fewest > HEAD && fewest <= HEAD + DIFFERS_MAX) ||
             count >= FORMS_ALIKE || text.size > FORM_MAX);
    return best;
}

struct kept_event forms_choose(struct forms *forms, const struct event *event)
{
    struct kept_event kept = {.form = 0};
    const struct form *best;
    struct text text;
    bool good;

    assert(memchr(event->body.at, LINE_MARK, event->body.size) == NULL &&
           memchr(event->body.at, RECORD_MARK, event->body.size) == NULL);
    arena_reset(forms->arena);
    text = put_marks(&kept, event->body, forms->arena);
    best = find_best(forms, event, text, &good);
    if (good) {
        kept.form = best->id;
        kept.form_text = (struct text){best->text, best->size};
        kept.late_ms = event->at_ms - best->since_ms;
    } else {
        kept.form_text = text.size <= FORM_MAX ? text : TEXT("");
    }
    kept.differs = forms_difference(kept.form_text, text, forms->arena);
    return kept;
}

/* --- the body again -------------------------------------------------------*/

/* How much of the form's text stands before and behind what differs. */
static struct text middle_of(struct text form, struct text differs,
                             size_t *before, size_t *after)
{
    const uint8_t *head = (const uint8_t *)differs.at;

    *before = form.size;
    *after = 0;
    if (differs.size < HEAD)
        return TEXT("");
    *before = head[0] | (size_t)head[1] << 8;
    *after = head[2] | (size_t)head[3] << 8;
    if (*before + *after > form.size)
        *before = *after = 0;
    return (struct text){differs.at + HEAD, differs.size - HEAD};
}

struct text forms_text(struct text form, struct text differs,
                       struct arena *arena)
{
    size_t before, after;
    struct text middle = middle_of(form, differs, &before, &after);
    char *at = arena_take(arena, before + middle.size + after + 1);

    memcpy(at, form.at, before);
    memcpy(at + before, middle.at, middle.size);
    memcpy(at + before + middle.size, form.at + form.size - after, after);
    return (struct text){at, before + middle.size + after};
}

static void add_expanded(struct buffer *body, struct text text,
                         const struct kept_event *kept)
{
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] == LINE_MARK)
            buffer_print(body, "%lld", (long long)kept->line);
        else if (text.at[i] == RECORD_MARK)
            buffer_text(body, kept->record);
        else
            buffer_byte(body, text.at[i]);
    }
}

struct text forms_body(struct text form, const struct kept_event *kept,
                       struct arena *arena)
{
    struct buffer body = {0};
    struct text out;
    size_t before, after;
    struct text middle = middle_of(form, kept->differs, &before, &after);

    add_expanded(&body, (struct text){form.at, before}, kept);
    add_expanded(&body, middle, kept);
    add_expanded(&body, (struct text){form.at + form.size - after, after},
                 kept);
    out = arena_text(arena, buffer_view(&body));
    buffer_free(&body);
    return out;
}
