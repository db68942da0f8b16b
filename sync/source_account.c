/*
 * source_account.c - the records of an account as rows of a source.
 */
#include "sync/source_own.h"

#include "sync/diff.h"
#include "sync/spool.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct record_spool {
    FILE *file;
    struct arena *arena; /* of one record */
};

/*
 * As a source, an account's reference id is its record's id; what stands in its
 * own reference field is carried along as a custom field.
 */
static enum status spool_record(void *self, const struct record_seen *record,
                                struct err *err)
{
    struct record_spool *spool = self;
    enum field custom = field_define(TEXT("custom.reference_id"));
    struct customer *customer;
    struct text json;
    enum status status =
        customer_unpack(record->values, spool->arena, &customer, err);

    if (status != OK)
        return status;
    if (custom != FIELD_NONE && customer_has(customer, FIELD_REFERENCE_ID))
        customer_set(customer, custom,
                     customer_text(customer, FIELD_REFERENCE_ID));
    customer_set(customer, FIELD_REFERENCE_ID, record->remote_id);
    json = customer_json(customer, spool->arena);
    fwrite(json.at, 1, json.size, spool->file);
    arena_reset(spool->arena);
    if (putc('\n', spool->file) == EOF)
        return fail(err, STOP, EXIT_IO, "io",
                    "the temporary file of records cannot be written");
    return OK;
}

static enum status spool_records(struct source *source, struct store *store,
                                 store_id account, struct err *err)
{
    struct record_spool spool;
    struct arena *arena = arena_open();
    FILE *file;
    enum status status = spool_temporary(&file, "the account's records", err);

    if (status != OK) {
        arena_close(arena);
        return status;
    }
    spool = (struct record_spool){file, arena_open()};
    status = store_records(store, account, arena, spool_record, &spool, err);
    arena_close(spool.arena);
    arena_close(arena);
    if (status == OK && fflush(file) != 0)
        status = fail(err, STOP, EXIT_IO, "io",
                      "the temporary file of records cannot be written");
    source->spool = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    fclose(file);
    return status;
}

enum status source_of_account(struct source **out, struct store *store,
                              store_id account, const struct endpoint *from,
                              const struct policy *policy,
                              const struct config *config,
                              const struct account *target, struct err *err)
{
    struct source *source = source_new(policy, config, target);
    struct policy reading;
    struct endpoint file = {.name = "generic", .written = from->written};
    enum status status = catalogue_open(&source->catalogue, err);

    policy_defaults(&reading);
    reading.format = "ndjson";
    source->files = arena_take(source->arena, sizeof(source->files[0]));
    source->count = 1;
    if (status == OK)
        status = mapping_load(&source->own, "generic", err);
    source->mapping = source->own;
    if (status == OK)
        status = spool_records(source, store, account, err);
    if (status == OK) {
        file.path =
            arena_print(source->arena, "/proc/self/fd/%d", source->spool).at;
        status = source_open_file(source, &source->files[0], &file, &reading,
                                  source->own, err);
        if (status != OK && strcmp(err->code, "empty_file") == 0) {
            /* An account without customers is no fault. */
            input_close(source->files[0].input);
            source->count = 0;
            status = OK;
        }
    }
    if (status != OK) {
        source_close(source);
        return status;
    }
    source->files[0].name = from->written;
    if (source->name == NULL)
        source->name = from->name;
    source_settle(source);
    snprintf(source->why, sizeof(source->why), "account %s", from->name);
    *out = source;
    return OK;
}
