/*
 * sink.h - TO as a file: each customer written in a mapping's shape.
 *
 * Published whole at the end or not at all. Any mapping goes into any format
 * that can hold it: columns into all, paths into JSON, NDJSON and XML.
 */
#ifndef SYNC_SINK_H
#define SYNC_SINK_H

#include "sync/export.h"
#include "sync/plan.h"

struct sink;

/*
 * export: what is remembered of the file, borrowed; or NULL.
 * dry: everything is judged, nothing is written. STOP 64: the format is not
 * told, or cannot hold the mapping; 73: the file cannot be created; 78.
 */
enum status sink_open(struct sink **out, const struct endpoint *to,
                      const struct policy *policy, bool dry,
                      struct export *export, struct err *err);
const struct mapping *sink_mapping(const struct sink *sink);
struct plan_sink sink_as_target(struct sink *sink);
enum status sink_commit(struct sink *sink, struct err *err);
void sink_close(struct sink *sink); /* NULL is fine */

#endif
