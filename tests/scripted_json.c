/* Wanted JSON against what came, with the place of each difference. */
#include "scripted.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* One comparison: where it stands and where differences go. */
struct comparing {
    bool subset;
    FILE *why; /* or NULL */
    char place[512];
};

static bool compare(struct comparing *comparing, const json_t *wanted,
                    const json_t *got);

static bool differ(const struct comparing *comparing, const char *what,
                   const json_t *wanted, const json_t *got)
{
    size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);
    char *ours, *theirs;

    if (comparing->why == NULL)
        return false;
    ours = wanted == NULL ? NULL : json_dumps(wanted, flags);
    theirs = got == NULL ? NULL : json_dumps(got, flags);
    fprintf(comparing->why,
            "    %s%s%s\n        wanted %s\n        got    %s\n",
            comparing->place[0] == '\0' ? "value" : comparing->place,
            what[0] == '\0' ? "" : ": ", what, ours == NULL ? "nothing" : ours,
            theirs == NULL ? "nothing" : theirs);
    free(ours);
    free(theirs);
    return false;
}

/* Step into a member and out again: compare at a longer place. */
static bool compare_at(struct comparing *comparing, const char *step,
                       const json_t *wanted, const json_t *got)
{
    size_t bytes = strlen(comparing->place);
    bool same;

    snprintf(comparing->place + bytes, sizeof(comparing->place) - bytes, "%s",
             step);
    same = got == NULL ? differ(comparing, "missing", wanted, NULL)
                       : compare(comparing, wanted, got);
    comparing->place[bytes] = '\0';
    return same;
}

static bool compare_objects(struct comparing *comparing, const json_t *wanted,
                            const json_t *got)
{
    bool same = true;
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)wanted, key, value)
    {
        char step[256];

        if (key[0] == '!') {
            if (json_object_get(got, key + 1) != NULL)
                same =
                    differ(comparing, key, NULL, json_object_get(got, key + 1));
            continue;
        }
        snprintf(step, sizeof(step), ".%s", key);
        same &= compare_at(comparing, step, value, json_object_get(got, key));
    }
    if (comparing->subset)
        return same;
    json_object_foreach((json_t *)got, key, value)
    {
        if (json_object_get(wanted, key) == NULL)
            same = differ(comparing, key, NULL, value);
    }
    return same;
}

static bool compare_arrays(struct comparing *comparing, const json_t *wanted,
                           const json_t *got)
{
    size_t index;
    json_t *value;
    bool same = true;

    if (json_array_size(wanted) != json_array_size(got))
        return differ(comparing, "another length", wanted, got);
    json_array_foreach(wanted, index, value)
    {
        char step[32];

        snprintf(step, sizeof(step), "[%zu]", index);
        same &= compare_at(comparing, step, value, json_array_get(got, index));
    }
    return same;
}

static bool text_fits(const char *pattern, const json_t *got)
{
    regex_t regex;
    bool result;

    if (!json_is_string(got) ||
        regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    result = regexec(&regex, json_string_value(got), 0, NULL, 0) == 0;
    regfree(&regex);
    return result;
}

static bool compare(struct comparing *comparing, const json_t *wanted,
                    const json_t *got)
{
    const char *text = json_string_value(wanted);

    if (text != NULL && strcmp(text, "*") == 0)
        return true;
    if (text != NULL && text[0] == '~')
        return text_fits(text + 1, got) || differ(comparing, "", wanted, got);
    if (json_is_object(wanted) && json_is_object(got))
        return compare_objects(comparing, wanted, got);
    if (json_is_array(wanted) && json_is_array(got))
        return compare_arrays(comparing, wanted, got);
    return json_equal(wanted, got) || differ(comparing, "", wanted, got);
}

bool match_json(const json_t *wanted, const json_t *got, bool subset, FILE *why)
{
    struct comparing comparing = {.subset = subset, .why = why};

    return compare(&comparing, wanted, got);
}

/* All values of a file as one array, so that one comparison serves. */
static json_t *read_values(const char *path)
{
    json_t *values = json_array();
    FILE *file = fopen(path, "r");
    json_error_t error;
    json_t *value;
    int byte;

    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(2);
    }
    for (;;) {
        do
            byte = fgetc(file);
        while (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t');
        if (byte == EOF)
            break;
        ungetc(byte, file);
        value = json_loadf(
            file, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES, &error);
        if (value == NULL) {
            printf("    %s:%d: no JSON: %s\n", path, error.line, error.text);
            json_decref(values);
            values = NULL;
            break;
        }
        json_array_append_new(values, value);
    }
    fclose(file);
    return values;
}

int match_files(const char *wanted, const char *got)
{
    json_t *ours = read_values(wanted);
    json_t *theirs = read_values(got);
    bool same = ours != NULL && theirs != NULL &&
                match_json(ours, theirs, true, stdout);

    json_decref(ours);
    json_decref(theirs);
    return same ? 0 : 1;
}
