/* The marks of a transcript: {{base}}, {{now+N}} and so on. */
#include "scripted.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The value of {{name}} on `to`; false when the name is unknown. */
static bool expand_one(FILE *to, const char *name, const char *base)
{
    time_t at = time(NULL);
    struct tm parts;
    char date[64];

    if (strcmp(name, "base") == 0) {
        fputs(base, to);
        return true;
    }
    if (strcmp(name, "port") == 0) {
        fputs(strrchr(base, ':') + 1, to);
        return true;
    }
    if (strncmp(name, "now", 3) == 0) {
        fprintf(to, "%lld", (long long)at + strtoll(name + 3, NULL, 10));
        return true;
    }
    if (strncmp(name, "date", 4) == 0) {
        at += (time_t)strtoll(name + 4, NULL, 10);
        gmtime_r(&at, &parts);
        strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        fputs(date, to);
        return true;
    }
    if (strncmp(name, "iso", 3) == 0) {
        at += (time_t)strtoll(name + 3, NULL, 10);
        gmtime_r(&at, &parts);
        strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
        fputs(date, to);
        return true;
    }
    return false;
}

char *script_expand(const char *text, const char *base)
{
    char *result = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&result, &bytes);

    if (to == NULL)
        abort();
    while (*text != '\0') {
        const char *end = strstr(text, "}}");
        char name[32];

        if (strncmp(text, "{{", 2) == 0 && end != NULL &&
            (size_t)(end - text) < sizeof(name)) {
            memcpy(name, text + 2, (size_t)(end - text) - 2);
            name[end - text - 2] = '\0';
            if (expand_one(to, name, base)) {
                text = end + 2;
                continue;
            }
        }
        fputc(*text++, to);
    }
    fclose(to);
    if (result == NULL)
        abort();
    return result;
}
