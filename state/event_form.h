/*
 * event_form.h - what events have in common, kept once.
 *
 * The events of a run resemble one another: run, account, source, kind, and of
 * the body all but the line of the row and the id of the record, mostly. That
 * is a form, one row of a table for many events. Of a body that differs from
 * its form in more the difference is kept. Whose form is gone is no event any
 * more.
 *
 * In a form's text LINE_MARK stands for the digits of the first "line", and
 * RECORD_MARK for those of "record": JSON has no such bytes of its own. A
 * record that is its customer's at that account is not written down with the
 * event; who changes or removes the link does that.
 */
#ifndef STATE_EVENT_FORM_H
#define STATE_EVENT_FORM_H

#include "state/history.h"

struct forms; /* those that were made or used last */

struct forms *forms_open(void);
void forms_close(struct forms *forms); /* NULL is fine */
/* Those that the transaction made are undone. */
void forms_forget(struct forms *forms);

/* An event as it is kept, beside its form. */
struct kept_event {
    store_id form; /* 0: to be made for it, of form_text */
    struct text form_text;
    bool has_line; /* a mark stands for it */
    int64_t line;
    struct text record;  /* empty: there is no mark for it */
    struct text differs; /* empty: the form's text is all */
    int64_t late_ms;     /* since the form's time */
};

/* How it is to be kept. Texts live until the next call. */
struct kept_event forms_choose(struct forms *forms, const struct event *event);
/* Its form was made. */
void forms_add(struct forms *forms, store_id id, const struct event *event,
               struct text text);
/* The text that an event is kept as, marks and all; and what differs in it from
 * a form's: empty when nothing does. */
struct text forms_text(struct text form, struct text differs,
                       struct arena *arena);
struct text forms_difference(struct text form, struct text text,
                             struct arena *arena);
/* Whether a form may be made of the text. */
bool forms_fits(struct text text);
/* The body again. form: its text. */
struct text forms_body(struct text form, const struct kept_event *kept,
                       struct arena *arena);

#endif
