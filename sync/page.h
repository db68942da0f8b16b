/*
 * page.h - what an HTML page of ours is made of.
 *
 * A page is a tree of nodes that the XML writer writes, so that all escaping is
 * libxml2's, and the page is XML as well. No element may be empty: <td/> opens
 * a cell for a browser. Everything is in the page's arena.
 */
#ifndef SYNC_PAGE_H
#define SYNC_PAGE_H

#include "formats/format.h"
#include "formats/node.h"

struct page {
    struct arena *arena;
    struct node *html, *head, *body;
};

/*
 * With a head that has the title, the style and the script below, and lets
 * nothing else in: no address is fetched, no other script runs.
 */
void page_open(struct page *page, const char *title);
/* The whole text; the page is closed by it. */
enum status page_write(struct page *page, struct buffer *out, struct err *err);

struct node *page_element(struct page *page, struct node *parent,
                          const char *name);
/* The same with a class. */
struct node *page_part(struct page *page, struct node *parent, const char *name,
                       const char *class);
/* An element that holds a text. What has no place on a page is taken out of it;
 * an empty one is a dash. */
struct node *page_words(struct page *page, struct node *parent,
                        const char *name, const char *text);
/* The text within an element that has one, and its attributes. */
void page_text(struct page *page, struct node *element, const char *text);
void page_attribute(struct page *page, struct node *element, const char *name,
                    const char *value);
/* A heading within a section of its own. */
struct node *page_section(struct page *page, const char *title);
/* In a box that scrolls when the table is wider than the window. class "sorts":
 * by whichever column is clicked on; "slim": no wider than it has to be. A head
 * that begins with '#' stands over numbers. Returns what rows go into. */
struct node *page_table(struct page *page, struct node *parent,
                        const char *class, const char *const *heads);
/* A cell with a number, to the right. */
void page_number(struct page *page, struct node *row, uint64_t number);
/* 1,234,567. */
const char *page_grouped(struct page *page, uint64_t number);

/* page_style.c; neither holds what XML would escape. */
extern const char page_style[], page_script[];

#endif
