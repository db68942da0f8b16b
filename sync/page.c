/*
 * page.c - see page.h.
 */
#include "sync/page.h"

#include "sync/crypto.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- elements -------------------------------------------------------------*/

struct node *page_element(struct page *page, struct node *parent,
                          const char *name)
{
    return node_add(parent, name, node_new(page->arena, NODE_OBJECT));
}

void page_attribute(struct page *page, struct node *element, const char *name,
                    const char *value)
{
    (void)node_add(element, arena_print(page->arena, "@%s", name).at,
                   node_text(page->arena, text_of(value)));
}

struct node *page_part(struct page *page, struct node *parent, const char *name,
                       const char *class)
{
    struct node *element = page_element(page, parent, name);

    page_attribute(page, element, "class", class);
    return element;
}

/* Bytes that begin no character, and characters that XML has not, become the
 * sign for "no character". */
static struct text cleaned(struct page *page, const char *text)
{
    struct buffer out = {0};
    struct text clean;
    size_t left = strlen(text);

    while (left > 0) {
        size_t size = 1;
        struct err err;

        while (size < 4 && size < left &&
               !text_is_utf8((struct text){text, size}))
            size++;
        if (!text_is_utf8((struct text){text, size}))
            size = 1;
        if (format_holds(format_named("xml"), NULL, (struct text){text, size},
                         &err) == OK)
            buffer_add(&out, text, size);
        else
            buffer_string(&out, "\xef\xbf\xbd");
        text += size;
        left -= size;
    }
    clean = arena_text(page->arena, buffer_view(&out));
    buffer_free(&out);
    return clean;
}

void page_text(struct page *page, struct node *element, const char *text)
{
    struct text clean =
        text_is_printable(text_of(text)) ? text_of(text) : cleaned(page, text);

    (void)node_add(
        element, "#text",
        node_text(page->arena, clean.size > 0 ? clean : TEXT("\xe2\x80\x93")));
}

struct node *page_words(struct page *page, struct node *parent,
                        const char *name, const char *text)
{
    struct node *element = page_element(page, parent, name);

    page_text(page, element, text);
    return element;
}

struct node *page_section(struct page *page, const char *title)
{
    struct node *section = page_element(page, page->body, "section");

    (void)page_words(page, section, "h2", title);
    return section;
}

struct node *page_table(struct page *page, struct node *parent,
                        const char *class, const char *const *heads)
{
    struct node *box = page_part(page, parent, "div", "scroll");
    struct node *table = page_part(page, box, "table", class);
    struct node *row =
        page_element(page, page_element(page, table, "thead"), "tr");

    /* Who has no mouse scrolls it too. */
    page_attribute(page, box, "tabindex", "0");
    for (; *heads != NULL; heads++) {
        bool number = **heads == '#';
        struct node *head =
            page_words(page, row, "th", number ? *heads + 1 : *heads);

        page_attribute(page, head, "scope", "col");
        if (number)
            page_attribute(page, head, "class", "n");
    }
    return page_element(page, table, "tbody");
}

const char *page_grouped(struct page *page, uint64_t number)
{
    char digits[24], out[32];
    int size = snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t used = 0;

    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    return arena_string(page->arena, (struct text){out, used});
}

void page_number(struct page *page, struct node *row, uint64_t number)
{
    struct node *cell = page_part(page, row, "td", "n");

    page_attribute(page, cell, "data-v",
                   arena_print(page->arena, "%" PRIu64, number).at);
    page_text(page, cell, page_grouped(page, number));
}

/* --- the page -------------------------------------------------------------*/

static const char *source_of(struct page *page, const char *text)
{
    uint8_t digest[SHA256_SIZE];

    crypto_sha256(text_of(text), digest);
    return arena_print(
               page->arena, "'sha256-%s'",
               crypto_base64(page->arena, (struct text){(const char *)digest,
                                                        sizeof(digest)})
                   .at)
        .at;
}

static void add_meta(struct page *page, const char *kind, const char *name,
                     const char *content)
{
    struct node *meta = page_element(page, page->head, "meta");

    page_attribute(page, meta, kind, name);
    if (content != NULL)
        page_attribute(page, meta, "content", content);
}

void page_open(struct page *page, const char *title)
{
    page->arena = arena_open();
    page->html = node_new(page->arena, NODE_OBJECT);
    page_attribute(page, page->html, "lang", "en");
    page->head = page_element(page, page->html, "head");
    page->body =
        page_element(page, page_element(page, page->html, "body"), "main");
    add_meta(page, "charset", "utf-8", NULL);
    add_meta(page, "http-equiv", "Content-Security-Policy",
             arena_print(page->arena,
                         "default-src 'none'; style-src %s; script-src %s; "
                         "base-uri 'none'; form-action 'none'",
                         source_of(page, page_style),
                         source_of(page, page_script))
                 .at);
    add_meta(page, "name", "viewport", "width=device-width, initial-scale=1");
    add_meta(page, "name", "color-scheme", "light dark");
    add_meta(page, "name", "robots", "noindex");
    add_meta(page, "name", "referrer", "no-referrer");
    (void)page_words(page, page->head, "title", title);
    (void)page_words(page, page->head, "style", page_style);
}

/* The declaration gives way to what browsers go by, and what the writer needs
 * around a record goes. */
static void take(struct buffer *out, struct text xml)
{
    static const char last[] = "</html>";
    size_t begin = text_find(xml, "<html"), end = xml.size;

    while (
        end > begin &&
        !text_starts((struct text){xml.at + end - 1, xml.size - end + 1}, last))
        end--;
    buffer_string(out, "<!DOCTYPE html>\n");
    buffer_add(out, xml.at + begin, end - begin + sizeof(last) - 2);
    buffer_byte(out, '\n');
}

enum status page_write(struct page *page, struct buffer *out, struct err *err)
{
    const struct format *format = format_named("xml");
    struct writer_options options = {.records = "page/html"};
    struct buffer xml = {0};
    void *writer = NULL;
    enum status status = format->create(&writer, &options, err);

    /* Behind what it works on. */
    (void)page_words(page, page->body, "script", page_script);
    if (status == OK)
        status = format->begin(writer, &xml, err);
    if (status == OK)
        status = format->write(writer, page->html, &xml, err);
    if (status == OK)
        status = format->finish(writer, &xml, err);
    if (writer != NULL)
        format->destroy(writer);
    if (status == OK)
        take(out, buffer_view(&xml));
    buffer_free(&xml);
    arena_close(page->arena);
    return status;
}
