/*
 * page_chart.h - pictures within a page: inline SVG, each with a title and a
 * description for who does not see it.
 *
 * They stretch with the window, so no text stands in them: it stands beside.
 */
#ifndef SYNC_PAGE_CHART_H
#define SYNC_PAGE_CHART_H

#include "sync/page.h"
#include "sync/report_own.h"

/* report_html_problems.c: the sections about what went wrong. */
void report_html_problems(struct page *page, const struct report *report);
/* The rows as one bar, a piece for each column of the ledger. */
void chart_ledger(struct page *page, struct node *parent,
                  const struct report *report);
/* Requests over time against what was allowed, and waits; and as numbers. */
void chart_pace(struct page *page, struct node *parent,
                const struct report_pace *pace);
/* How often a field was written, beside most, which is a whole bar. Only to be
 * looked at: the numbers stand in the cells before it. */
void chart_field(struct page *page, struct node *cell,
                 const struct field_writes *writes, uint64_t most);

#endif
