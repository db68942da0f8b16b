/*
 * switches.c - what the facts leave open, and how the sandbox settles it.
 */
#include "sandbox.h"
#include "util.h"

#include <stdlib.h>
#include <string.h>

struct setting {
    const char *name;
    const char *choices; /* split at |; NULL: a number */
    int64_t value;       /* default: the choice's index, or the number */
    int64_t max;         /* below zero: so far in both directions */
};

static const char on_off[] = "off|on";

static const struct setting settings[SWITCH_COUNT] = {
    [SW_COUNT_ERRORS] = {"count.errors", "documented|observed", 0, 0},
    [SW_COUNT_LIST_KEY] = {"count.list_key", "records|customers", 0, 0},
    [SW_COUNT_LIST_ITEMS] = {"count.list_items", "full|brief", 0, 0},
    [SW_COUNT_ID_KEY] = {"count.id_key", "uuid|id", 0, 0},
    [SW_COUNT_BULK] = {"count.bulk", on_off, ON, 0},
    [SW_COUNT_FIND] = {"count.find", on_off, ON, 0},
    [SW_COUNT_SKEW] = {"count.skew", NULL, 300, 86400},
    [SW_COUNT_TIMESTAMP] = {"count.timestamp", "any|seconds|milliseconds", 0,
                            0},
    [SW_COUNT_STRICT_JSON] = {"count.strict_json", on_off, ON, 0},
    [SW_COUNT_PUT] = {"count.put", "partial|replace", 0, 0},
    [SW_COUNT_RETRY_AFTER] = {"count.retry_after", on_off, OFF, 0},
    [SW_COUNT_VISIBLE_AFTER] = {"count.visible_after", NULL, 0, WAIT_MAX_MS},
    [SW_KOUNTA_LOCATION] = {"kounta.location", "absolute|relative", 0, 0},
    [SW_KOUNTA_ADDRESSES] = {"kounta.addresses", "write|read", 0, 0},
    [SW_KOUNTA_FORMAT] = {"kounta.format", "either|accept|extension", 0, 0},
    [SW_KOUNTA_ROTATE] = {"kounta.rotate", on_off, OFF, 0},
    [SW_KOUNTA_UNIQUE_EMAIL] = {"kounta.unique_email", on_off, OFF, 0},
    [SW_KOUNTA_LEGACY_EMAIL] = {"kounta.legacy_email", on_off, ON, 0},
    [SW_KOUNTA_EMPTY_PAGE] = {"kounta.empty_page", on_off, OFF, 0},
    [SW_KOUNTA_PAGING] = {"kounta.paging", "start|page", 0, 0},
    [SW_KOUNTA_ME] = {"kounta.me", "object|redirect", 0, 0},
    [SW_KOUNTA_PUT] = {"kounta.put", "partial|replace", 0, 0},
    [SW_KOUNTA_SEARCH] = {"kounta.search", "exact|partial", 0, 0},
    [SW_KOUNTA_VISIBLE_AFTER] = {"kounta.visible_after", NULL, 0, WAIT_MAX_MS},
    [SW_FIELDEDGE_PUT] = {"fieldedge.put", "partial|replace", PUT_REPLACE, 0},
    [SW_FIELDEDGE_SEARCH] = {"fieldedge.search", "or|and", 0, 0},
    [SW_FIELDEDGE_SEARCH_MATCH] = {"fieldedge.search_match", "exact|partial", 0,
                                   0},
    [SW_FIELDEDGE_VISIBLE_AFTER] = {"fieldedge.visible_after", NULL, 0,
                                    WAIT_MAX_MS},
    [SW_FIELDEDGE_WRAP] = {"fieldedge.wrap_errors", on_off, OFF, 0},
    [SW_FIELDEDGE_PREFIX] = {"fieldedge.prefix", "none|leads|open-api", 0, 0},
    [SW_TOKEN_TTL] = {"token_ttl", NULL, 3600, 365 * 86400},
    [SW_CODE_TTL] = {"code_ttl", NULL, 600, 86400},
    [SW_CONSENT] = {"consent", "yes|no", 0, 0},
    [SW_CLOCK] = {"clock", NULL, 0, -365 * 86400},
};

void switches_default(int64_t values[SWITCH_COUNT])
{
    for (int i = 0; i < SWITCH_COUNT; i++)
        values[i] = settings[i].value;
}

/* The text of choice number `index`, and its length; NULL past the end. */
static const char *choice(const char *choices, int64_t index, size_t *size)
{
    for (; index > 0; index--) {
        choices = strchr(choices, '|');
        if (choices == NULL)
            return NULL;
        choices++;
    }
    *size = strcspn(choices, "|");
    return choices;
}

static bool set_value(const struct setting *setting, const char *value,
                      int64_t *to)
{
    const char *name;
    size_t size;

    if (setting->choices == NULL) {
        bool is_signed = setting->max < 0;
        bool minus = is_signed && value[0] == '-';
        bool plus = is_signed && value[0] == '+';

        if (!parse_number(value + (minus || plus),
                          is_signed ? -setting->max : setting->max, to))
            return false;
        *to = minus ? -*to : *to;
        return true;
    }
    for (int64_t i = 0; (name = choice(setting->choices, i, &size)); i++) {
        if (strlen(value) == size && strncmp(value, name, size) == 0) {
            *to = i;
            return true;
        }
    }
    return false;
}

bool switches_set(int64_t values[SWITCH_COUNT], const char *name,
                  const char *value)
{
    for (int i = 0; i < SWITCH_COUNT; i++) {
        int64_t number;

        if (strcmp(settings[i].name, name) != 0)
            continue;
        if (!set_value(&settings[i], value, &number))
            return false;
        values[i] = number;
        return true;
    }
    return false;
}

char *switches_help(void)
{
    char *help = copy("");

    for (int i = 0; i < SWITCH_COUNT; i++) {
        const struct setting *setting = &settings[i];
        size_t size = 0;
        const char *name;
        char *longer;

        if (setting->choices == NULL) {
            longer = print("%s  %s=NUMBER (%lld)\n", help, setting->name,
                           (long long)setting->value);
        } else {
            name = choice(setting->choices, setting->value, &size);
            longer = print("%s  %s=%s (%.*s)\n", help, setting->name,
                           setting->choices, (int)size, name);
        }
        free(help);
        help = longer;
    }
    return help;
}

json_t *switches_json(const int64_t values[SWITCH_COUNT])
{
    json_t *object = json_object();

    for (int i = 0; i < SWITCH_COUNT; i++) {
        size_t size = 0;
        const char *name;

        if (settings[i].choices == NULL) {
            json_object_set_new(object, settings[i].name,
                                json_integer(values[i]));
            continue;
        }
        name = choice(settings[i].choices, values[i], &size);
        json_object_set_new(object, settings[i].name, json_stringn(name, size));
    }
    return object;
}
