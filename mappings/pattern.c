/*
 * pattern.c - the only home of PCRE2.
 */
#include "mappings/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    /* Steps of one match: a sane pattern over a 64 KiB reply takes less. */
    MATCH_STEPS_MAX = 500 * 1000,
    /* Backtracking points kept at once. */
    MATCH_DEPTH_MAX = 10 * 1000,
    PATTERN_MAX = 2000,
    /* Steps are counted anew at each character of a text, so it must have an
     * end; no field of any provider holds more. */
    SUBJECT_MAX = 64 * 1024,
};

struct pattern {
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data; /* of pattern_take, once it was used */
};

static struct pattern *compile(struct text source, uint32_t options,
                               char reason[128])
{
    struct pattern *pattern;
    pcre2_code *code;
    PCRE2_SIZE where;
    int error;

    if (source.size == 0 || source.size > PATTERN_MAX) {
        snprintf(reason, 128, "%s", source.size == 0 ? "empty" : "too long");
        return NULL;
    }
    code = pcre2_compile((PCRE2_SPTR)source.at, source.size,
                         PCRE2_UTF | PCRE2_UCP | options, &error, &where, NULL);
    if (code == NULL) {
        char words[96];

        if (pcre2_get_error_message(error, (PCRE2_UCHAR *)words,
                                    sizeof(words)) < 0)
            snprintf(words, sizeof(words), "error %d", error);
        snprintf(reason, 128, "%s, at character %zu", words, where + 1);
        return NULL;
    }
    pattern = malloc(sizeof(*pattern));
    if (pattern == NULL)
        abort();
    pattern->code = code;
    pattern->data = NULL;
    pattern->context = pcre2_match_context_create(NULL);
    if (pattern->context == NULL)
        abort();
    pcre2_set_match_limit(pattern->context, MATCH_STEPS_MAX);
    pcre2_set_depth_limit(pattern->context, MATCH_DEPTH_MAX);
    return pattern;
}

struct pattern *pattern_open(struct text source, bool caseless,
                             char reason[128])
{
    return compile(source, caseless ? PCRE2_CASELESS : 0, reason);
}

struct pattern *pattern_open_lines(struct text source, char reason[128])
{
    return compile(source, PCRE2_DOTALL, reason);
}

void pattern_close(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_match_data_free(pattern->data);
    pcre2_match_context_free(pattern->context);
    pcre2_code_free(pattern->code);
    free(pattern);
}

/* Not in the middle of a character. */
struct text pattern_start(struct text text)
{
    if (text.size <= SUBJECT_MAX)
        return text;
    text.size = SUBJECT_MAX;
    while (text.size > 0 && ((unsigned char)text.at[text.size] & 0xC0) == 0x80)
        text.size--;
    return text;
}

/* As pcre2_match() gives it. */
static int match(const struct pattern *pattern, struct text text,
                 pcre2_match_data *data)
{
    if (data == NULL)
        abort();
    if (text.size > SUBJECT_MAX)
        return PCRE2_ERROR_MATCHLIMIT;
    return pcre2_match(pattern->code,
                       (PCRE2_SPTR)(text.at != NULL ? text.at : ""), text.size,
                       0, 0, data, pattern->context);
}

static enum match meaning(int result)
{
    if (result >= 0)
        return MATCH_YES;
    return result == PCRE2_ERROR_NOMATCH ? MATCH_NO : MATCH_UNKNOWN;
}

enum match pattern_found(const struct pattern *pattern, struct text text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int result = match(pattern, text, data);

    pcre2_match_data_free(data);
    return meaning(result);
}

enum match pattern_take(struct pattern *pattern, struct text text,
                        struct text *out)
{
    const PCRE2_SIZE *ends;
    size_t group;
    int result;

    if (pattern->data == NULL)
        pattern->data = pcre2_match_data_create(2, NULL);
    result = match(pattern, text, pattern->data);
    if (result < 0)
        return meaning(result);
    ends = pcre2_get_ovector_pointer(pattern->data);
    /* 0 says that there are more groups than we have room for. */
    group = result != 1 && ends[2] != PCRE2_UNSET ? 2 : 0;
    *out = (struct text){text.at + ends[group], ends[group + 1] - ends[group]};
    return MATCH_YES;
}
