/*
 * clean_email.c - one email address: whether mail accepts it, and the form
 * in which it is compared.
 *
 * The home of libidn2. A mailbox is that of RFC 5321 with UTF-8 in it (RFC
 * 6531), at a domain that DNS can be asked for (RFC 5890) or at an address
 * literal. What the obsolete syntax of RFC 5322 allows beyond that is refused,
 * as servers do.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"

#include <arpa/inet.h>
#include <idn2.h>
#include <string.h>
#include <strings.h>

enum {
    LOCAL_MAX = 64,    /* bytes; RFC 5321, 4.5.3.1.1 */
    ADDRESS_MAX = 254, /* bytes; RFC 5321, 4.5.3.1.3, without the brackets */
    LABEL_MAX = 63,    /* bytes; RFC 1035, 2.3.4 */
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_alnum(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

static struct text part(struct text text, size_t begin, size_t end)
{
    return (struct text){text.at + begin, end - begin};
}

/* "ann lee"@: anything in quotes, quotes and backslashes behind a backslash. */
static const char *check_quoted(struct text local)
{
    for (size_t i = 1; i + 1 < local.size; i++) {
        if (local.at[i] == '\\' && i + 2 < local.size)
            i++;
        else if (local.at[i] == '"' || local.at[i] == '\\')
            return "quotes do not pair";
        if ((unsigned char)local.at[i] < 0x20 || local.at[i] == 0x7f)
            return "a control character in quotes";
    }
    return NULL;
}

static const char *check_local(struct text local)
{
    if (local.size == 0)
        return "nothing before the @";
    if (local.size > LOCAL_MAX)
        return "more than 64 bytes before the @";
    if (local.at[0] == '"')
        return local.size > 1 && local.at[local.size - 1] == '"'
                   ? check_quoted(local)
                   : "quotes do not pair";
    for (size_t i = 0; i < local.size; i++) {
        char byte = local.at[i];

        if (byte == '.' &&
            (i == 0 || i + 1 == local.size || local.at[i + 1] == '.'))
            return "a dot too many before the @";
        if (byte != '.' && !is_alnum(byte) && (unsigned char)byte < 0x80 &&
            (byte == '\0' || strchr("!#$%&'*+-/=?^_`{|}~", byte) == NULL))
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
            number = number && is_digit(domain.at[k]);
        labels++;
        begin = i + 1;
    }
    if (labels < 2)
        return "the domain has no dot";
    return number ? "the domain ends in a number" : NULL;
}

/* [192.0.2.1] or [IPv6:2001:db8::1] */
static const char *check_literal(struct text domain)
{
    char text[INET6_ADDRSTRLEN + sizeof("IPv6:")];
    unsigned char bytes[sizeof(struct in6_addr)];
    size_t size = domain.size - 2;
    bool known;

    if (domain.at[domain.size - 1] != ']' || size >= sizeof(text))
        return "no address stands in the brackets";
    memcpy(text, domain.at + 1, size);
    text[size] = '\0';
    known = strncasecmp(text, "IPv6:", 5) == 0
                ? inet_pton(AF_INET6, text + 5, bytes) == 1
                : inet_pton(AF_INET, text, bytes) == 1;
    return known && strlen(text) == size ? NULL
                                         : "no address stands in the brackets";
}

/* The domain as DNS has it, lower case; empty when IDNA does not allow it. */
static struct text ascii_domain(struct text domain, struct arena *arena)
{
    struct text copy = arena_text(arena, domain);
    char *at = (char *)copy.at, *made = NULL;
    bool plain = memchr(at, '\0', copy.size) == NULL;

    if (!plain)
        return (struct text){0};
    for (size_t i = 0; i < copy.size; i++) {
        plain = plain && (unsigned char)at[i] < 0x80;
        if (at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] + 32);
    }
    /* What says that it is an encoded label has to be one. */
    if (plain && text_find(copy, "xn--") == copy.size)
        return copy;
    if (idn2_to_ascii_8z(at, &made, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
        IDN2_OK)
        return (struct text){0};
    copy = arena_text(arena, text_of(made));
    idn2_free(made);
    return copy;
}

size_t email_at(struct text text)
{
    const char *found = text.size > 0 ? memrchr(text.at, '@', text.size) : NULL;

    return found != NULL ? (size_t)(found - text.at) : text.size;
}

const char *email_check(struct text text, struct arena *arena)
{
    size_t at = email_at(text);
    const char *reason;
    struct text domain;

    if (at == text.size)
        return "there is no @";
    reason = check_local(part(text, 0, at));
    if (reason != NULL)
        return reason;
    if (at + 1 == text.size)
        return "nothing behind the @";
    if (text.size > ADDRESS_MAX)
        return "more than 254 bytes";
    domain = part(text, at + 1, text.size);
    if (domain.at[0] == '[')
        return domain.size > 2 ? check_literal(domain)
                               : "no address stands in the brackets";
    domain = ascii_domain(domain, arena);
    if (domain.size == 0)
        return "a domain that IDNA does not allow";
    if (at + 1 + domain.size > ADDRESS_MAX)
        return "more than 254 bytes";
    return check_domain(domain);
}

struct text email_fold(struct text email, struct arena *arena)
{
    size_t at = email_at(email);
    struct text local, domain;

    if (at == email.size)
        return fold_case(email, arena);
    local = fold_case(part(email, 0, at), arena);
    domain = ascii_domain(part(email, at + 1, email.size), arena);
    if (domain.size == 0)
        domain = fold_case(part(email, at + 1, email.size), arena);
    return arena_joined(arena, (struct text[]){local, domain}, 2, '@');
}
