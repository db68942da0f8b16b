/*
 * check_text.c - what `check` found out about a source, for people: grouped,
 * aligned, on 80 columns.
 */
#include "mappings/decision.h"
#include "sync/check_own.h"
#include "sync/codes.h"

#include <inttypes.h>
#include <string.h>

enum {
    WIDTH = 80,
    LABEL = 13, /* column in which facts begin */
    DEEP = 20,  /* column in which values of customers begin */
    CELL = 20,  /* width of a customer's value */
};

/* --- lines -----------------------------------------------------------------*/

static void spaces(struct buffer *out, size_t count)
{
    while (count-- > 0)
        buffer_byte(out, ' ');
}

/* Words one after the other; a line that is full goes on below its indent. */
struct lines {
    struct buffer *out;
    size_t indent, at; /* columns */
};

static void put_word(struct lines *lines, struct text word)
{
    size_t size = text_length(word);

    if (lines->at > lines->indent && lines->at + 1 + size > WIDTH) {
        buffer_byte(lines->out, '\n');
        spaces(lines->out, lines->indent);
        lines->at = lines->indent;
    } else if (lines->at > lines->indent) {
        buffer_byte(lines->out, ' ');
        lines->at++;
    }
    buffer_text(lines->out, word);
    lines->at += size;
}

static void put_words(struct lines *lines, const char *words)
{
    while (*words != '\0') {
        size_t size = strcspn(words, " \n\t\r");

        if (size > 0)
            put_word(lines, (struct text){words, size});
        words += size;
        words += strspn(words, " \n\t\r");
    }
}

static struct lines labelled(struct buffer *out, const char *label)
{
    buffer_print(out, "  %-*s", LABEL - 2, label);
    return (struct lines){out, LABEL, LABEL};
}

static void fact(struct buffer *out, const char *label, const char *words)
{
    struct lines lines = labelled(out, label);

    put_words(&lines, words);
    buffer_byte(out, '\n');
}

/* A name with blanks stays whole. */
static void names(struct buffer *out, const char *label,
                  const char *const *list, struct arena *arena)
{
    struct lines lines;

    if (list[0] == NULL)
        return;
    lines = labelled(out, label);
    for (; *list != NULL; list++)
        put_word(&lines,
                 arena_print(arena, "%s%s", *list, list[1] != NULL ? "," : ""));
    buffer_byte(out, '\n');
}

/* --- the file --------------------------------------------------------------*/

static void tell_format(const struct checking *checking,
                        const struct file_facts *facts, struct buffer *out)
{
    struct buffer words = {0};

    buffer_string(&words, facts->format);
    if (facts->delimiter != NULL)
        buffer_print(&words, ", %s between cells", facts->delimiter);
    if (facts->header > 0)
        buffer_print(&words, ", header on line %" PRIu64, facts->header);
    else if (facts->delimiter != NULL)
        buffer_string(&words, ", columns by position");
    if (facts->delimiter != NULL && checking->rows > 0)
        buffer_print(&words, ", quotes in %" PRIu64 " of %" PRIu64 " rows",
                     checking->quoted, checking->rows);
    buffer_byte(&words, '\0');
    fact(out, "format", words.at);
    buffer_free(&words);
}

static void tell_file(const struct checking *checking,
                      const struct file_facts *facts, struct buffer *out)
{
    struct arena *arena = checking->arena;

    buffer_print(out, "\n%s\n", facts->name);
    tell_format(checking, facts, out);
    fact(out, "encoding",
         arena_print(arena, "%s, %s", facts->encoding, facts->told_by).at);
    if (facts->compression != NULL)
        fact(out, "packed", facts->compression);
    names(out, "used", facts->used, arena);
    names(out, "not used", facts->unused, arena);
    if (facts->unused_count > 0)
        fact(out, "", "(if one is wanted: 'custsync help mapping-files')");
}

static void tell_mapping(const struct checking *checking, struct buffer *out)
{
    const struct mapping *mapping = source_mapping(checking->source);
    const char *title = mapping_title(mapping);
    struct arena *arena = checking->arena;

    fact(out, "mapping",
         arena_print(arena, "%s%s%s (%s)", mapping_name(mapping),
                     title != NULL ? ": " : "", title != NULL ? title : "",
                     source_why(checking->source))
             .at);
    fact(out, "source",
         arena_print(arena, "%s, the name under which its ids are known",
                     source_name(checking->source))
             .at);
    names(out, "no column", check_no_column(checking), arena);
}

static void tell_decisions(const struct checking *checking, struct buffer *out)
{
    const struct decision *decision = source_decision(checking->source);
    struct buffer lines = {0};
    char *left = NULL, *line;

    if (decision == NULL)
        return;
    decision_tell(decision, &lines);
    buffer_byte(&lines, '\0');
    for (line = strtok_r(lines.at, "\n", &left); line != NULL;
         line = strtok_r(NULL, "\n", &left))
        fact(out, "dates", line);
    buffer_free(&lines);
}

/* --- the first customers ---------------------------------------------------*/

/* At most CELL - 2 characters, line ends shown as blanks. */
static void put_cell(struct buffer *out, struct text value, bool last)
{
    size_t length = text_length(value), shown = 0, i = 0;
    bool cut = length > CELL - 2;

    while (i < value.size && shown < (cut ? CELL - 3U : CELL)) {
        unsigned char byte = (unsigned char)value.at[i++];

        buffer_byte(out, byte < 0x20 || byte == 0x7f ? ' ' : (char)byte);
        while (i < value.size && ((unsigned char)value.at[i] & 0xc0) == 0x80)
            buffer_byte(out, value.at[i++]);
        shown++;
    }
    if (cut) {
        buffer_string(out, "\xe2\x80\xa6");
        shown++;
    }
    if (!last)
        spaces(out, CELL - shown);
}

static bool anybody_has(const struct checking *checking, enum field field)
{
    for (size_t i = 0; i < checking->shown_count; i++)
        if (customer_has(checking->shown[i].customer, field))
            return true;
    return false;
}

static size_t last_with(const struct checking *checking, enum field field)
{
    size_t last = 0;

    for (size_t i = 0; i < checking->shown_count; i++)
        if (customer_has(checking->shown[i].customer, field))
            last = i;
    return last;
}

static void tell_first(const struct checking *checking, struct buffer *out)
{
    if (checking->shown_count == 0)
        return;
    buffer_print(out, "\n%-*s", DEEP, "first rows");
    for (size_t i = 0; i < checking->shown_count; i++)
        put_cell(out,
                 arena_print(checking->arena, "line %" PRIu64,
                             checking->shown[i].line),
                 i + 1 == checking->shown_count);
    buffer_byte(out, '\n');
    for (size_t f = 0; f < field_count(); f++) {
        enum field field = (enum field)f;
        size_t last = last_with(checking, field);
        const char *name = field_name(field);

        if (!anybody_has(checking, field))
            continue;
        buffer_print(out, "  %-*s", DEEP - 2, name);
        if (strlen(name) > DEEP - 3)
            buffer_byte(out, ' ');
        for (size_t i = 0; i <= last; i++)
            put_cell(out, customer_text(checking->shown[i].customer, field),
                     i == last);
        buffer_byte(out, '\n');
    }
}

/* --- what was found --------------------------------------------------------*/

static void tell_kind(const struct kind *kind, struct buffer *out,
                      struct arena *arena, bool remedy)
{
    static const char nothing[] = "nothing has to be done";
    uint64_t shown = kind->count < SHOWN_LINES ? kind->count : SHOWN_LINES;
    const char *what = remedy ? code_remedy(kind->code) : NULL;
    struct lines lines = {out, 6, 6};

    buffer_print(out, "  %s%s%s  %" PRIu64 "  line", kind->code,
                 kind->where[0] != '\0' ? " " : "", kind->where, kind->count);
    for (uint64_t i = 0; i < shown; i++)
        buffer_print(out, " %" PRIu64, kind->lines[i]);
    buffer_string(out, kind->count > shown ? " ...\n" : "\n");
    spaces(out, lines.indent);
    put_words(&lines, kind->message);
    buffer_byte(out, '\n');
    if (what == NULL || strncmp(what, nothing, strlen(nothing)) == 0)
        return;
    spaces(out, lines.indent);
    lines.at = lines.indent;
    put_words(&lines, arena_print(arena, "-> %s", what).at);
    buffer_byte(out, '\n');
}

static void tell_found(const struct checking *checking, enum found found,
                       const char *title, struct buffer *out)
{
    bool first = true;

    for (size_t i = 0; i < checking->kinds_count; i++) {
        if (checking->kinds[i].found != found)
            continue;
        if (first)
            buffer_print(out, "\n%s\n", title);
        first = false;
        tell_kind(&checking->kinds[i], out, checking->arena,
                  found != FOUND_CELL && found != FOUND_NOTICE);
    }
}

/* --- targets ---------------------------------------------------------------*/

static void tell_target(const struct checking *checking, size_t index,
                        struct buffer *out)
{
    const struct target *target = &checking->targets[index];
    struct lines lines = labelled(out, target->name);
    struct arena *arena = checking->arena;

    if (strlen(target->name) > LABEL - 3)
        buffer_byte(out, ' ');
    put_words(&lines,
              arena_print(arena, "accepts %" PRIu64, target->accepted).at);
    if (target->refused > 0)
        put_words(&lines,
                  arena_print(arena, "and refuses %" PRIu64 "%s",
                              target->refused, checking->asked ? "" : ":")
                      .at);
    for (size_t i = 0; i < checking->kinds_count && !checking->asked; i++) {
        const struct kind *kind = &checking->kinds[i];

        if (kind->found != FOUND_REFUSED || kind->target != index)
            continue;
        put_words(&lines, arena_print(arena, "%s %s (%" PRIu64 ")", kind->code,
                                      kind->where, kind->count)
                              .at);
    }
    buffer_byte(out, '\n');
}

static void tell_targets(const struct checking *checking, struct buffer *out)
{
    if (checking->targets_count == 0 || !checking->ended)
        return;
    buffer_print(out, "\n%s\n",
                 checking->asked ? "the target" : "what providers would say");
    for (size_t i = 0; i < checking->targets_count; i++)
        tell_target(checking, i, out);
    if (checking->asked)
        tell_found(checking, FOUND_REFUSED, "refused", out);
}

void check_tell_text(const struct checking *checking, struct buffer *out)
{
    for (uint32_t i = 0; i < source_files(checking->source); i++)
        tell_file(checking, &checking->files[i], out);
    tell_mapping(checking, out);
    tell_decisions(checking, out);
    buffer_print(out,
                 "\nrows %" PRIu64 ": good %" PRIu64 ", invalid %" PRIu64
                 ", skipped %" PRIu64 "%s\n",
                 checking->rows, checking->good, checking->invalid,
                 checking->skipped,
                 checking->ended ? "" : "; not read to the end");
    tell_first(checking, out);
    tell_found(checking, FOUND_INVALID, "invalid rows", out);
    tell_found(checking, FOUND_WARNING, "values left out, or worth a look",
               out);
    tell_found(checking, FOUND_NOTICE, "odd, and read all the same", out);
    tell_found(checking, FOUND_CELL, "what a spreadsheet left behind", out);
    tell_found(checking, FOUND_LINE, "about the file", out);
    tell_targets(checking, out);
}
