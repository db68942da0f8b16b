/*
 * sink.h - TO as a file: each customer written in a mapping's shape.
 *
 * Published whole at the end or not at all.
 */
#ifndef SYNC_SINK_H
#define SYNC_SINK_H

#include "sync/plan.h"

struct sink;

enum status sink_open(struct sink **out, const struct endpoint *to,
                      const struct policy *policy, struct err *err);
const struct mapping *sink_mapping(const struct sink *sink);
struct plan_sink sink_as_target(struct sink *sink);
enum status sink_commit(struct sink *sink, struct err *err);
void sink_close(struct sink *sink); /* NULL is fine */

#endif
