/*
 * clean_email.c - what stands in an email column, as one address.
 *
 * The home of libidn2. What is accepted is what mail accepts (RFC 5321 with
 * UTF-8 mailboxes); how people write it down (a name before it, mailto:,
 * angle brackets, several in one cell) comes off first.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"

#include <idn2.h>
#include <string.h>

enum {
    LOCAL_MAX = 64,    /* RFC 5321, 4.5.3.1.1 */
    ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3, without the brackets */
    LABEL_MAX = 63,    /* RFC 1035, 2.3.4 */
    /* A cell longer than this is a note. */
    CELL_MAX = 2000,
    PIECES_MAX = 20,
};

static bool is_alnum(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

static struct text part(struct text text, size_t begin, size_t end)
{
    return (struct text){text.at + begin, end - begin};
}

/* --- one address ----------------------------------------------------------*/

/* "ann lee"@: anything in quotes, quotes and backslashes behind a backslash. */
static const char *check_quoted(struct text local)
{
    for (size_t i = 1; i + 1 < local.size; i++) {
        if (local.at[i] == '\\' && i + 2 < local.size)
            i++;
        else if (local.at[i] == '"' || local.at[i] == '\\')
            return "quotes do not pair";
        if ((unsigned char)local.at[i] < 0x20)
            return "a line end in quotes";
    }
    return NULL;
}

static const char *check_local(struct text local)
{
    if (local.size == 0)
        return "nothing before the @";
    if (local.size > LOCAL_MAX)
        return "more than 64 characters before the @";
    if (local.at[0] == '"')
        return local.size > 2 && local.at[local.size - 1] == '"'
                   ? check_quoted(local)
                   : "quotes do not pair";
    for (size_t i = 0; i < local.size; i++) {
        char byte = local.at[i];

        if (byte == '.' &&
            (i == 0 || i + 1 == local.size || local.at[i + 1] == '.'))
            return "a dot too many before the @";
        if (byte != '.' && !is_alnum(byte) && (unsigned char)byte < 0x80 &&
            strchr("!#$%&'*+-/=?^_`{|}~", byte) == NULL)
            return "a character before the @ that mail does not allow";
    }
    return NULL;
}

/* domain is ASCII here; it is what DNS is asked for. */
static const char *check_domain(struct text domain)
{
    size_t begin = 0, labels = 0;
    bool number = true;

    for (size_t i = 0; i <= domain.size; i++) {
        char byte = i < domain.size ? domain.at[i] : '.';

        if (byte != '.' && byte != '-' && !is_alnum(byte))
            return "a character in the domain that mail does not allow";
        if (byte != '.')
            continue;
        if (i == begin)
            return "a dot too many in the domain";
        if (i - begin > LABEL_MAX)
            return "a part of the domain has more than 63 characters";
        if (domain.at[begin] == '-' || domain.at[i - 1] == '-')
            return "a hyphen at the edge of a part of the domain";
        number = true;
        for (size_t k = begin; k < i; k++)
            number = number && domain.at[k] >= '0' && domain.at[k] <= '9';
        labels++;
        begin = i + 1;
    }
    if (labels < 2)
        return "the domain has no dot";
    return number ? "the domain ends in a number" : NULL;
}

/* The domain as DNS has it, lower case; empty when IDNA does not allow it. */
static struct text ascii_domain(struct text domain, struct arena *arena)
{
    struct text copy = arena_text(arena, domain);
    char *at = (char *)copy.at, *made = NULL;
    bool ascii = true;

    for (size_t i = 0; i < copy.size; i++) {
        ascii = ascii && (unsigned char)at[i] < 0x80;
        if (at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] + 32);
    }
    if (ascii)
        return copy;
    if (idn2_to_ascii_8z(at, &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
        IDN2_OK)
        return (struct text){0};
    copy = arena_text(arena, text_of(made));
    idn2_free(made);
    return copy;
}

/* Position of the last @, or size. */
static size_t last_at(struct text text)
{
    const char *found = text.size > 0 ? memrchr(text.at, '@', text.size) : NULL;

    return found != NULL ? (size_t)(found - text.at) : text.size;
}

/* NULL when mail accepts it, else why not. */
static const char *check_address(struct text text, struct arena *arena)
{
    size_t at = last_at(text);
    const char *reason;
    struct text domain;

    if (at == text.size)
        return "there is no @";
    reason = check_local(part(text, 0, at));
    if (reason != NULL)
        return reason;
    if (at + 1 == text.size)
        return "nothing behind the @";
    domain = ascii_domain(part(text, at + 1, text.size), arena);
    if (domain.size == 0)
        return "a domain that IDNA does not allow";
    if (at + 1 + domain.size > ADDRESS_MAX || text.size > ADDRESS_MAX)
        return "more than 254 characters";
    return check_domain(domain);
}

/* --- several in one cell --------------------------------------------------*/

/* Where a run ends that began with open, with quoted parts inside it. */
static size_t skip_quotes(struct text text, size_t i)
{
    for (i++; i < text.size && text.at[i] != '"'; i++)
        if (text.at[i] == '\\')
            i++;
    return i < text.size ? i : text.size;
}

/* End of the piece at begin: one of the separators outside of "" and <>. */
static size_t piece_end(struct text text, size_t begin, const char *separators)
{
    bool angle = false;
    size_t i;

    for (i = begin; i < text.size; i++) {
        char byte = text.at[i];

        if (byte == '"' && skip_quotes(text, i) < text.size)
            i = skip_quotes(text, i);
        else if (byte == '<' || byte == '>')
            angle = byte == '<';
        else if (!angle && strchr(separators, byte) != NULL)
            break;
    }
    return i < text.size ? i : text.size;
}

static struct text unwrap(struct text text)
{
    size_t end;

    text = text_trim(text);
    if (text.size > 7 && text_is_nocase((struct text){text.at, 7}, "mailto:")) {
        text = part(text, 7, text.size);
        end = text_find(text, "?");
        /* A question mark may stand before the @, but a header goes behind. */
        if (end > last_at(text))
            text = part(text, 0, end);
    }
    /* 'ann@example.com', as spreadsheets and some mail programs put it. */
    if (text.size > 2 && text.at[0] == '\'' && text.at[text.size - 1] == '\'')
        text = part(text, 1, text.size - 1);
    return text_trim(text);
}

struct pieces {
    struct text list[PIECES_MAX];
    size_t count;
    bool words; /* something beside addresses, which a blank set apart */
};

static void add_piece(struct pieces *pieces, struct text text)
{
    text = unwrap(text);
    if (text.size > 0 && pieces->count < PIECES_MAX)
        pieces->list[pieces->count++] = text;
}

/* What stands between two commas: Name <a@b>, or addresses and blanks. */
static void add_pieces(struct pieces *pieces, struct text text)
{
    size_t open, close, begin, end;

    text = unwrap(text);
    for (open = 0; open < text.size && text.at[open] != '<'; open++)
        if (text.at[open] == '"' && skip_quotes(text, open) < text.size)
            open = skip_quotes(text, open);
    if (open < text.size) {
        close = text_find(part(text, open, text.size), ">") + open;
        add_piece(pieces, part(text, open + 1, close));
        return;
    }
    for (begin = 0; begin < text.size; begin = end + 1) {
        end = piece_end(text, begin, " \t\r\n");
        if (end == begin)
            continue;
        /* "john smith@example.com": half of it is someone else's address. */
        if (last_at(part(text, begin, end)) == end - begin)
            pieces->words = true;
        add_piece(pieces, part(text, begin, end));
    }
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
        if (fold_is_blank(point))
            to[size++] = ' ';
        else
            for (; begin < at; begin++)
                to[size++] = text.at[begin];
    }
    to[size] = '\0';
    return (struct text){to, size};
}

void email_read(struct text text, struct arena *arena,
                struct email_answer *answer)
{
    struct pieces pieces = {.count = 0};
    struct text first = {0};
    size_t begin, end;
    bool named;

    *answer = (struct email_answer){.reason = "there is no @"};
    if (text.size > CELL_MAX) {
        answer->reason = "more than 254 characters";
        return;
    }
    text = plain(text, arena);
    for (begin = 0; begin < text.size; begin = end + 1) {
        struct pieces here = {.count = 0};

        end = piece_end(text, begin, ",;");
        add_pieces(&here, part(text, begin, end));
        if (here.words && here.count > 1) {
            answer->reason = "a blank in it";
            continue;
        }
        for (size_t i = 0; i < here.count; i++)
            add_piece(&pieces, here.list[i]);
    }
    /* In "Lee, Ann <ann@example.com>" the first piece is a name's. */
    named = text_find(text, "<") < text.size;
    for (size_t i = 0; i < pieces.count; i++) {
        struct text piece = pieces.list[i];
        const char *reason = check_address(piece, arena);

        if (last_at(piece) == piece.size) {
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
        else if (reason != NULL)
            answer->reason = reason;
    }
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

struct text email_fold(struct text email, struct arena *arena)
{
    size_t at = last_at(email);
    struct text local, domain;

    if (at == email.size)
        return fold_case(email, arena);
    local = fold_case(part(email, 0, at), arena);
    domain = ascii_domain(part(email, at + 1, email.size), arena);
    if (domain.size == 0)
        domain = fold_case(part(email, at + 1, email.size), arena);
    return arena_print(arena, "%.*s@%.*s", TEXT_ARGS(local), TEXT_ARGS(domain));
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
    wash_set(washing, answer.email);
}
