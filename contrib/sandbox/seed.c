/*
 * seed.c - records that are there from the start: NDJSON lines of
 * {"provider": "kounta", "customer": {...}, "tenant": "5678"}, the last one
 * optional. They are taken as they are, unjudged, as old data would be.
 */
#include "sandbox.h"
#include "util.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tenant_of(json_t *line)
{
    const char *provider = member(line, "provider");
    const char *id = member(line, "tenant");

    for (int i = 0; provider != NULL && i < tenant_count; i++)
        if (strcmp(providers[tenants[i].provider]->name, provider) == 0 &&
            (id == NULL || strcmp(tenants[i].id, id) == 0))
            return i;
    return -1;
}

/* NULL, or what is wrong with the line. */
static const char *seed_line(struct sandbox *box, const char *text)
{
    json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    json_t *record = json_object_get(line, "customer");
    struct row row = {.tenant = tenant_of(line)};
    struct row old = {0};
    const char *trouble = NULL;

    if (line == NULL) {
        trouble = "not JSON";
    } else if (row.tenant < 0) {
        trouble = "no such provider or tenant";
    } else if (!json_is_object(record)) {
        trouble = "customer must be an object";
    } else {
        providers[tenants[row.tenant].provider]->merge(box, &row, record);
        /* The data file may have it from the last time. */
        if (!store_get(box->store, row.tenant, row.id, &old)) {
            row.updated_ms = now_ms();
            keep_row(box, &row);
        }
    }
    row_clear(&old);
    row_clear(&row);
    json_decref(line);
    return trouble;
}

bool seed_load(struct sandbox *box, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = must_alloc(malloc(SEED_LINE_MAX));
    const char *trouble = NULL;
    int number = 0;

    if (file == NULL) {
        fprintf(stderr, "custsync-sandbox: %s: %s\n", path, strerror(errno));
        free(line);
        return false;
    }
    store_begin(box->store);
    while (trouble == NULL && fgets(line, SEED_LINE_MAX, file) != NULL) {
        number++;
        if (!is_blank(line))
            trouble = seed_line(box, line);
    }
    store_commit(box->store);
    if (trouble != NULL)
        fprintf(stderr, "custsync-sandbox: %s:%d: %s\n", path, number, trouble);
    fclose(file);
    free(line);
    return trouble == NULL;
}
