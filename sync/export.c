/* export.c - see export.h. */
#include "sync/export.h"

#include "state/store_export.h"
#include "sync/manifest.h"
#include "sync/print.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct export
{
    struct export_request request;
    store_id id, previous; /* 0: none yet */
    struct manifest *manifest;
    bool partial;
    uint64_t seed;
    struct fingerprint print; /* of the record that export_sees saw last */
};

bool export_is_file(const char *path)
{
    struct stat seen;

    return strcmp(path, "-") != 0 &&
           (stat(path, &seen) != 0 || S_ISREG(seen.st_mode) ||
            S_ISDIR(seen.st_mode));
}

enum status export_open(struct export **out,
                        const struct export_request *request, struct err *err)
{
    struct export *export = calloc(1, sizeof(*export));
    const struct export_name name = {
        .account = request->account,
        .job = request->job != NULL ? request->job : "",
        .mapping = request->mapping,
        .changed = request->changed,
    };
    uint8_t seed[16];
    enum status status;

    if (export == NULL)
        abort();
    export->request = *request;
    status = store_export(request->store, &name, &export->id, err);
    if (status == OK)
        status = store_seed(request->store, seed, err);
    if (status != OK) {
        export_close(export);
        return status;
    }
    export->seed = print_seed(seed, TEXT("export"));
    *out = export;
    return OK;
}

store_id export_id(const struct export *export)
{
    return export->id;
}

void export_close(struct export *export)
{
    if (export == NULL)
        return;
    manifest_close(export->manifest);
    free(export);
}

void export_of_known(struct export *export)
{
    if (export != NULL)
        export->partial = true;
}

enum status export_begin(struct export *export, struct err *err)
{
    enum status status =
        store_export_begin(export->request.store, export->id,
                           !export->request.dry, &export->previous, err);

    if (status != OK || export->request.dry)
        return status;
    return manifest_open(&export->manifest, export->request.path, err);
}

void export_watch(struct export *export, struct writer *writer,
                  const char *const *columns)
{
    manifest_columns(export->manifest, columns);
    writer_watched(writer, manifest_bytes, export->manifest);
}

/* --- records ---------------------------------------------------------------*/

/* As a source an account's reference id is its record's id. */
static struct text record_of(const struct customer *customer)
{
    return customer_text(customer, FIELD_REFERENCE_ID);
}

enum status export_sees(struct export *export, const struct customer *customer,
                        const struct node *object, struct err *err)
{
    const struct export_request *request = &export->request;
    struct fingerprint before;
    struct buffer json = {0};
    bool found = false;
    enum status status;

    if (!request->changed)
        return OK;
    json_write(&json, object);
    export->print = print_of(export->seed, buffer_view(&json));
    buffer_free(&json);
    status = store_exported(request->store, export->id, record_of(customer),
                            export->previous, &before, &found, err);
    return status == OK && found &&
                   memcmp(&before, &export->print, sizeof(before)) == 0
               ? END
               : status;
}

enum status export_wrote(struct export *export, const struct customer *customer,
                         const struct node *object, struct arena *arena,
                         struct err *err)
{
    const struct export_request *request = &export->request;

    manifest_row(export->manifest, object, arena);
    return request->changed
               ? store_exported_put(request->store, export->id,
                                    record_of(customer), request->run,
                                    &export->print, err)
               : OK;
}

/* --- publishing ------------------------------------------------------------*/

enum status export_commit(struct export *export, struct writer *writer,
                          const struct format *format, struct err *err)
{
    const struct export_request *request = &export->request;
    const struct manifest_about about = {
        .from = request->from,
        .job = request->job,
        .mapping = request->mapping,
        .format = format->name,
        .run = request->run,
        .previous = export->previous,
        .now_ms = request->now_ms,
        .changed = request->changed,
        .complete = !export->partial,
    };
    enum status status = writer_settle(writer, err);

    if (status == OK)
        status = manifest_settle(export->manifest, &about, err);
    if (status == OK)
        status = writer_publish(writer, err);
    if (status == OK)
        status = manifest_publish(export->manifest, err);
    return status == OK ? store_export_done(request->store, export->id,
                                            request->run, err)
                        : status;
}
