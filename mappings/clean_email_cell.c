/*
 * clean_email_cell.c - what stands in an email column, as one address.
 *
 * What an address is stands in clean_email.c; here is how people write it
 * down: a name before it, a comment behind it, mailto:, several in one cell.
 * What somebody hid on purpose (ann at example dot com) stays hidden.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"

#include <string.h>

enum {
    /* A cell longer than this is a note. */
    CELL_MAX = 2000,
    PIECES_MAX = 20,
};

static struct text part(struct text text, size_t begin, size_t end)
{
    return (struct text){text.at + begin, end - begin};
}

static bool is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Where the quoted part ends with which the text begins, or its size. */
static size_t skip_quotes(struct text text)
{
    size_t i = 1;

    for (; i < text.size && text.at[i] != '"'; i++)
        if (text.at[i] == '\\')
            i++;
    return i < text.size ? i : text.size;
}

/* For each byte where what opens there is closed; 0: it is not. */
struct closes {
    uint16_t *at;
};

/*
 * In one pass from the end, for a cell may be nothing but opening marks.
 * Comments nest, and hold quote marks as they are.
 */
static struct closes find_closes(struct text text, struct arena *arena)
{
    struct closes closes = {
        arena_take(arena, (text.size + 1) * sizeof(*closes.at))};
    uint16_t *open = arena_take(arena, (text.size + 1) * sizeof(*open));
    bool *escaped = arena_take(arena, text.size + 1);
    size_t comments = 0, quote = 0;

    for (size_t i = 1; i < text.size; i++)
        escaped[i] = text.at[i - 1] == '\\' && !escaped[i - 1];
    for (size_t i = text.size; i-- > 0;) {
        if (text.at[i] == '"') {
            closes.at[i] = (uint16_t)quote;
            quote = escaped[i] ? quote : i;
        } else if (text.at[i] == ')' && !escaped[i]) {
            open[comments++] = (uint16_t)i;
        } else if (text.at[i] == '(' && comments > 0) {
            closes.at[i] = open[comments - 1];
            comments -= !escaped[i];
        }
    }
    return closes;
}

/* Past what stands in quotes or is a comment; i itself where neither ends. */
static size_t skip_closed(struct closes closes, size_t i)
{
    return closes.at[i] > 0 ? closes.at[i] : i;
}

/* --- one piece ------------------------------------------------------------*/

static int hex(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* RFC 6068: what follows mailto: is a part of a URI. */
static struct text decoded(struct text text, struct arena *arena)
{
    char *to = arena_take(arena, text.size + 1);
    size_t size = 0;

    for (size_t i = 0; i < text.size; i++) {
        int high = i + 2 < text.size ? hex(text.at[i + 1]) : -1;
        int low = i + 2 < text.size ? hex(text.at[i + 2]) : -1;

        if (text.at[i] != '%' || high < 0 || low < 0) {
            to[size++] = text.at[i];
            continue;
        }
        to[size++] = (char)(high * 16 + low);
        i += 2;
    }
    /* What is no text any more was no URI either. */
    return text_is_utf8((struct text){to, size}) ? (struct text){to, size}
                                                 : text;
}

static bool starts_nocase(struct text text, const char *prefix)
{
    size_t size = strlen(prefix);

    return text.size >= size && text_is_nocase(part(text, 0, size), prefix);
}

/* What a program put around an address, off. */
static struct text unwrap(struct text text, struct arena *arena)
{
    size_t end;

    text = text_trim(text);
    if (starts_nocase(text, "mailto:")) {
        text = part(text, 7, text.size);
        end = text_find(text, "?");
        /* A question mark may stand before the @, but a header goes behind. */
        if (end > email_at(text))
            text = part(text, 0, end);
        text = decoded(text, arena);
    } else if (starts_nocase(text, "smtp:")) {
        text = part(text, 5, text.size);
    }
    /* 'ann@example.com', as spreadsheets and some mail programs put it. */
    if (text.size > 2 && text.at[text.size - 1] == text.at[0] &&
        (text.at[0] == '\'' ||
         (text.at[0] == '"' && skip_quotes(text) == text.size - 1)))
        text = part(text, 1, text.size - 1);
    return text_trim(text);
}

struct pieces {
    struct text list[PIECES_MAX];
    size_t count;
    bool words;   /* something beside addresses, which a blank set apart */
    bool dropped; /* a name or a comment */
};

static void add_piece(struct pieces *pieces, struct text text,
                      struct arena *arena)
{
    text = unwrap(text, arena);
    if (text.size > 0 && pieces->count < PIECES_MAX)
        pieces->list[pieces->count++] = text;
}

/* Comments at an edge of a word become blanks; one inside an address, which
 * only RFC 5322 knows, is left for the address to be refused. */
static struct text without_comments(struct text text, struct pieces *pieces,
                                    struct arena *arena)
{
    struct text copy = arena_text(arena, text);
    char *at = (char *)copy.at;
    struct closes closes = find_closes(text, arena);

    for (size_t i = 0; i < copy.size; i++) {
        size_t end = skip_closed(closes, i);
        bool edge = i == 0 || is_blank(at[i - 1]) || at[i - 1] == '>' ||
                    end + 1 >= copy.size || is_blank(at[end + 1]) ||
                    at[end + 1] == '<';

        if (end == i)
            continue;
        if (at[i] == '(' && edge) {
            memset(at + i, ' ', end + 1 - i);
            pieces->dropped = true;
        }
        i = end;
    }
    return copy;
}

/* "Work: ann@example.com": the label off. */
static struct text without_label(struct text text)
{
    size_t end = text_find(text, ": ");

    for (size_t i = 0; i < end; i++)
        if (text.at[i] == '@' || text.at[i] == '"' || text.at[i] == '<')
            return text;
    return end < text.size ? part(text, end + 2, text.size) : text;
}

/* <@relay.example:ann@example.com>: a route is to be passed over, says RFC
 * 5321. */
static struct text without_route(struct text text)
{
    size_t colon = text_find(text, ":");

    text = text_trim(text);
    return text.size > 0 && text.at[0] == '@' && colon + 1 < text.size
               ? part(text, colon + 1, text.size)
               : text;
}

/* What stands between two separators: Name <a@b>, or addresses and blanks. */
static void add_entry(struct pieces *pieces, struct text text,
                      struct arena *arena)
{
    size_t open, close, begin, end;
    struct closes closes;

    text = without_label(unwrap(without_comments(text, pieces, arena), arena));
    closes = find_closes(text, arena);
    for (open = 0; open < text.size && text.at[open] != '<'; open++)
        open = skip_closed(closes, open);
    if (open < text.size) {
        close = text_find(part(text, open, text.size), ">") + open;
        pieces->dropped = pieces->dropped || open > 0 || close + 1 < text.size;
        add_piece(pieces, without_route(part(text, open + 1, close)), arena);
        return;
    }
    for (begin = 0; begin < text.size; begin = end + 1) {
        for (end = begin; end < text.size && !is_blank(text.at[end]); end++)
            if (text.at[end] == '"')
                end = skip_closed(closes, end);
        if (end == begin)
            continue;
        /* "john smith@example.com": half of it is someone else's address. */
        if (email_at(part(text, begin, end)) == end - begin)
            pieces->words = true;
        add_piece(pieces, part(text, begin, end), arena);
    }
}

/* --- several in one cell --------------------------------------------------*/

/*
 * Bytes of a separator at i, or 0. A word is one only behind an address: half
 * of "tom and jerry@example.com" would be somebody else's.
 */
static size_t separator(struct text text, size_t begin, size_t i)
{
    static const char *const words[] = {" ::: ", " / ", " | ",
                                        " or ",  " & ", " and "};
    struct text rest = part(text, i, text.size);

    if (rest.at[0] != ' ')
        return rest.at[0] != '\0' && strchr(",;\n\r", rest.at[0]) != NULL;
    if (email_at(part(text, begin, i)) == i - begin)
        return 0;
    for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++)
        /* The last blank may begin the next separator. */
        if (starts_nocase(rest, words[w]))
            return strlen(words[w]) - 1;
    return 0;
}

/* End of the entry at begin, and the separator's bytes; what stands in "", ()
 * and <> does not separate. */
static size_t entry_end(struct text text, struct closes closes, size_t begin,
                        size_t *between)
{
    bool angle = false;

    *between = 1;
    for (size_t i = begin; i < text.size; i++) {
        size_t past = skip_closed(closes, i);

        if (past > i)
            i = past;
        else if (text.at[i] == '<' || text.at[i] == '>')
            angle = text.at[i] == '<';
        else if (!angle && (*between = separator(text, begin, i)) > 0)
            return i;
    }
    *between = 1;
    return text.size;
}

/* Blanks from outside ASCII become spaces, what cannot be seen goes. */
static struct text plain(struct text text, struct arena *arena)
{
    struct text copy = arena_text(arena, text);
    char *to = (char *)copy.at;
    size_t size = 0, at = 0;

    while (at < text.size) {
        size_t begin = at;
        uint32_t point = fold_next(text, &at);

        if (fold_is_invisible(point))
            continue;
        if (point >= 0x80 && fold_is_blank(point))
            to[size++] = ' ';
        else
            for (; begin < at; begin++)
                to[size++] = text.at[begin];
    }
    to[size] = '\0';
    return (struct text){to, size};
}

/* /o=Shop/ou=.../cn=Recipients/cn=ann; a mailbox may be called /o=a. */
static bool is_exchange(struct text text)
{
    return (starts_nocase(text, "/o=") || starts_nocase(text, "EX:/o=")) &&
           (text_find(text, "/cn=") < text.size ||
            text_find(text, "/CN=") < text.size);
}

static void add_cell(struct pieces *pieces, struct text text,
                     struct email_answer *answer, struct arena *arena)
{
    struct closes closes = find_closes(text, arena);
    size_t end, between;

    for (size_t begin = 0; begin < text.size; begin = end + between) {
        struct pieces here = {.count = 0};
        struct text entry;

        end = entry_end(text, closes, begin, &between);
        entry = text_trim(part(text, begin, end));
        if (is_exchange(entry)) {
            answer->reason = "the address of a mailbox inside Exchange";
            answer->other = true;
            continue;
        }
        add_entry(&here, entry, arena);
        if (here.words && here.count > 1) {
            answer->reason = "a blank in it";
            answer->other = true;
            continue;
        }
        pieces->dropped = pieces->dropped || here.dropped;
        for (size_t i = 0; i < here.count && pieces->count < PIECES_MAX; i++)
            pieces->list[pieces->count++] = here.list[i];
    }
}

static void choose(const struct pieces *pieces, bool named,
                   struct email_answer *answer, struct arena *arena)
{
    struct text first = {0};

    for (size_t i = 0; i < pieces->count; i++) {
        struct text piece = pieces->list[i];
        const char *reason = email_check(piece, arena);

        /* In "Lee, Ann <ann@example.com>" the first piece is a name's. */
        if (email_at(piece) == piece.size) {
            answer->several = answer->several || !named;
            continue;
        }
        if (first.size == 0)
            first = piece;
        else if (!text_equal(email_fold(first, arena),
                             email_fold(piece, arena)))
            answer->several = true;
        if (reason == NULL && answer->email.size == 0)
            answer->email = arena_text(arena, piece);
        else if (reason != NULL && answer->reason == NULL)
            answer->reason = reason;
    }
}

/* Nothing but one address, as nearly every cell is. */
static bool is_bare(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.at[i];

        if ((unsigned char)byte >= 0x7f || byte <= ' ' ||
            strchr("\"'(),:;<>", byte) != NULL)
            return false;
    }
    return true;
}

void email_read(struct text text, struct arena *arena,
                struct email_answer *answer)
{
    struct pieces pieces = {.count = 0};
    const char *reason;

    *answer = (struct email_answer){.reason = NULL};
    if (text.size > CELL_MAX) {
        answer->reason = "more than 254 bytes";
        return;
    }
    if (is_bare(text) && text.size > 0 && text.at[0] != '/') {
        reason = email_check(text, arena);
        answer->reason = reason;
        if (reason == NULL)
            answer->email = text;
        return;
    }
    text = plain(text, arena);
    add_cell(&pieces, text, answer, arena);
    choose(&pieces, text_find(text, "<") < text.size, answer, arena);
    answer->several =
        answer->several || (answer->other && answer->email.size > 0);
    answer->dropped = pieces.dropped;
    if (answer->reason == NULL)
        answer->reason = "there is no @";
}

/* --- the outside ----------------------------------------------------------*/

bool clean_email(struct text raw, struct arena *arena, struct text *out,
                 const char **reason)
{
    struct email_answer answer;

    if (!text_is_utf8(raw)) {
        *reason = "not UTF-8";
        return false;
    }
    email_read(clean_text(raw, arena), arena, &answer);
    if (answer.email.size == 0) {
        *reason = answer.reason;
        return false;
    }
    *out = answer.email;
    return true;
}

void clean_email_value(const struct washing *washing, struct text text)
{
    struct email_answer answer;
    struct text seen = shown(text);

    email_read(text, washing->arena, &answer);
    if (answer.email.size == 0) {
        wash_bad(washing, "bad_email", "\"%.*s\" is no email address: %s",
                 TEXT_ARGS(seen), answer.reason);
        return;
    }
    if (answer.several)
        wash_warn(washing, "several_values",
                  "\"%.*s\" is more than one value: %.*s is used",
                  TEXT_ARGS(seen), TEXT_ARGS(shown(answer.email)));
    else if (answer.dropped)
        wash_note(washing, "words_dropped",
                  "what stands beside the address in \"%.*s\" is left out",
                  TEXT_ARGS(seen));
    if (answer.email.at[0] == '\'')
        note_apostrophe(washing, answer.email);
    wash_set(washing, answer.email);
}
