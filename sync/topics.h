/*
 * topics.h - what `custsync help TOPIC` says: what one asks in a hurry.
 *
 * A topic is a screen at most; the manual has the rest.
 */
#ifndef SYNC_TOPICS_H
#define SYNC_TOPICS_H

struct buffer;

struct topic {
    const char *name;
    const char *text;                  /* whole lines, or NULL, and then */
    void (*print)(struct buffer *out); /* it is made of a table */
};

extern const struct topic topics[]; /* ended by a NULL name */

const struct topic *topic_named(const char *name); /* or NULL */
void topic_print(struct buffer *out, const struct topic *topic);

#endif
