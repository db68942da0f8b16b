/*
 * command_find.c - the look-ups of a provider, from the command line.
 *
 * Which look-ups there are, what they are called and how they answer is in the
 * provider's file; id= is its get.
 */
#include "sync/api.h"
#include "sync/command.h"
#include "sync/progress.h"

#include <stdio.h>
#include <string.h>

/* A look-up takes a handful of values; more is a slip. */
enum { KEYS_MAX = 16 };

/* One KEY=VALUE as given. */
struct wanted {
    const char *name;
    enum field field;      /* FIELD_NONE: the provider's own word (search) */
    struct text canonical; /* cleaned by the field's type */
    struct text outside;   /* as the target writes it */
};

struct finding {
    struct client *client;
    const struct account *account;
    struct arena *arena;
    struct wanted keys[KEYS_MAX];
    size_t count;
    struct buffer out;
    size_t found;
};

/* --- the keys -------------------------------------------------------------*/

/* "street" is billing.street, as in the generic mapping. */
static enum field field_of(const char *name, struct arena *arena)
{
    enum field field = field_named(text_of(name));

    if (field == FIELD_NONE)
        field = field_named(arena_print(arena, "billing.%s", name));
    return field;
}

static enum status clean_key(const struct finding *finding,
                             const struct config *config, struct wanted *key,
                             struct text raw, struct err *err)
{
    const struct provider *provider = finding->account->provider;
    const char *region = finding->account->region != NULL
                             ? finding->account->region
                             : provider->region_hint;
    struct cleaning cleaning = {
        .regions = {NULL, mapping_region(provider->mapping), region,
                    config->region},
    };
    struct target_form form = {
        .region = region != NULL ? region : config->region,
        .national = provider->phones_national,
    };
    struct customer *customer = customer_new(finding->arena);
    struct value value = {0};

    key->canonical = key->outside = text_trim(raw);
    if (key->field == FIELD_NONE)
        return OK;
    clean_value(key->field, raw, &cleaning, finding->arena, customer, &value);
    /* Without a region, digits are what a target of national numbers has. */
    if (value.presence == VALUE_BAD && field_type(key->field) == TYPE_PHONE &&
        provider->phones_national)
        return OK;
    if (value.presence != VALUE_SET)
        return fail(err, STOP, EXIT_USAGE, "usage", "%s: %s", key->name,
                    customer->problems != NULL ? customer->problems->message
                                               : "the value is blank");
    key->canonical = value.text;
    key->outside = mapping_outside(provider->mapping, key->field, value.text,
                                   &form, finding->arena);
    return OK;
}

static enum status read_keys(struct finding *finding,
                             const struct options *options,
                             const struct config *config, struct err *err)
{
    for (size_t i = 1; i < options->arguments_count; i++) {
        struct wanted *key = &finding->keys[finding->count++];
        struct setting pair;
        enum status status =
            pair_argument(options->arguments[i], finding->arena, &pair, err);

        if (status == OK) {
            key->name = pair.name;
            key->field = strcmp(pair.name, "id") == 0
                             ? FIELD_NONE
                             : field_of(pair.name, finding->arena);
            status = clean_key(finding, config, key, pair.value, err);
        }
        if (status != OK)
            return status;
    }
    return OK;
}

static const struct wanted *key_of(const struct finding *finding,
                                   const char *name)
{
    for (size_t i = 0; i < finding->count; i++)
        if (strcmp(finding->keys[i].name, name) == 0)
            return &finding->keys[i];
    return NULL;
}

/* --- choosing the look-up -------------------------------------------------*/

static bool serves(const struct finding *finding, const struct find_spec *spec)
{
    size_t matched = 0, names = 0;

    for (; spec->names[names] != NULL; names++)
        if (key_of(finding, spec->names[names]) != NULL)
            matched++;
    return matched == finding->count && (matched == names || spec->optional);
}

static const struct find_spec *choose(const struct finding *finding)
{
    const struct provider *provider = finding->account->provider;

    for (size_t i = 0; i < provider->finds_count; i++)
        if (serves(finding, &provider->finds[i]))
            return &provider->finds[i];
    return NULL;
}

/* Another look-up by the same field, for when the chosen one is broken. */
static const struct find_spec *fallback(const struct finding *finding,
                                        const struct find_spec *chosen)
{
    const struct provider *provider = finding->account->provider;

    for (size_t i = 0; i < provider->finds_count; i++) {
        const struct find_spec *spec = &provider->finds[i];

        if (spec != chosen && spec->fallback && spec->by_count == 1 &&
            chosen->by_count == 1 && spec->by[0] == chosen->by[0] &&
            finding->count == 1)
            return spec;
    }
    return NULL;
}

/* The look-up's key that a key of no look-up may have been meant for. */
static const char *near_key(const struct finding *finding)
{
    const struct provider *provider = finding->account->provider;
    const char *near = NULL;

    for (size_t key = 0; key < finding->count && near == NULL; key++)
        for (size_t i = 0; i < provider->finds_count && near == NULL; i++)
            near = suggest(finding->keys[key].name, provider->finds[i].names);
    return near;
}

static enum status no_such_find(const struct finding *finding, struct err *err)
{
    const struct provider *provider = finding->account->provider;
    const char *near = near_key(finding);
    struct buffer list = {0};

    buffer_string(&list, provider->get.request.method != NULL ? "id=" : "");
    for (size_t i = 0; i < provider->finds_count; i++) {
        const struct find_spec *spec = &provider->finds[i];

        for (size_t k = 0; spec->names[k] != NULL; k++)
            buffer_print(&list, "%s%s=",
                         k > 0           ? " "
                         : list.size > 0 ? ", "
                                         : "",
                         spec->names[k]);
    }
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "%s has no look-up by what was given", provider->title);
    if (near != NULL)
        err_hint(err, "did you mean '%s='? it has: %.*s", near,
                 TEXT_ARGS(buffer_view(&list)));
    else
        err_hint(err, "it has: %.*s", TEXT_ARGS(buffer_view(&list)));
    buffer_free(&list);
    return STOP;
}

/* --- asking ---------------------------------------------------------------*/

static enum status ask(struct client *client, struct call *call,
                       struct err *err)
{
    char subject[100];
    enum status status;

    (void)snprintf(subject, sizeof(subject),
                   "%s:", client_account(client)->name);
    progress_phase("asking", subject, 0, "");
    status = client_do(client, call, err);
    if (status != OK || call->end == CALL_ANSWERED)
        return status;
    *err = call->err;
    err->status = STOP;
    if (err->exit == 0)
        err->exit = EXIT_UNAVAILABLE;
    return STOP;
}

/* Free text is folded as names are: providers compare it in their own way. */
static bool same(const struct finding *finding, const struct wanted *key,
                 const struct customer *customer, enum field field)
{
    struct text theirs = customer_text(customer, field);

    if (theirs.size == 0)
        return false;
    if (field_type(field) == TYPE_TEXT)
        return text_equal(fold_name(theirs, finding->arena),
                          fold_name(key->canonical, finding->arena));
    return value_same(field, theirs, key->canonical, finding->arena);
}

static bool fits(const struct finding *finding, const struct customer *customer)
{
    for (size_t i = 0; i < finding->count; i++) {
        const struct wanted *key = &finding->keys[i];
        bool fitting = key->field == FIELD_NONE ||
                       same(finding, key, customer, key->field);

        /* Where a provider has one number, it is read as either. */
        if (key->field == FIELD_PHONE)
            fitting = fitting || same(finding, key, customer, FIELD_MOBILE);
        if (key->field == FIELD_MOBILE)
            fitting = fitting || same(finding, key, customer, FIELD_PHONE);
        if (!fitting)
            return false;
    }
    return true;
}

static enum status take(struct finding *finding, const struct node *record,
                        bool candidate, struct err *err)
{
    struct customer *customer;
    enum status status = OK;

    if (candidate) {
        status = api_customer(finding->client, record, false, finding->arena,
                              &customer, err);
        if (status != OK || !fits(finding, customer))
            return status;
    }
    status = api_customer(finding->client, record, true, finding->arena,
                          &customer, err);
    if (status != OK)
        return status;
    customer_write(&finding->out, customer, false);
    buffer_byte(&finding->out, '\n');
    finding->found++;
    return OK;
}

static enum status get(struct finding *finding, struct text id, bool candidate,
                       struct err *err)
{
    struct call *call = api_get(finding->client, id);
    const struct node *record = NULL;
    enum status status = ask(finding->client, call, err);

    if (status == OK)
        status = api_got(finding->client, call, &record, err);
    if (status == OK && record != NULL)
        status = take(finding, record, candidate, err);
    client_call_free(call);
    return status;
}

static enum status find(struct finding *finding, const struct find_spec *spec,
                        struct err *err)
{
    struct setting values[KEYS_MAX];
    struct api_record *records = NULL;
    size_t names = 0, count = 0;
    struct call *call;
    enum status status;

    for (size_t i = 0; spec->names[i] != NULL && names < KEYS_MAX; i++) {
        const struct wanted *key = key_of(finding, spec->names[i]);

        /* A fallback asks for the same value under another name. */
        if (key == NULL && spec->fallback)
            key = &finding->keys[0];
        values[names++] = (struct setting){
            .name = spec->names[i],
            .value = key != NULL ? key->outside : (struct text){0},
        };
    }
    call = api_find(finding->client, spec, values, names);
    status = ask(finding->client, call, err);
    if (status == OK)
        status = api_found(finding->client, spec, call, &records, &count, err);
    for (size_t i = 0; i < count && status == OK; i++)
        if (records[i].node == NULL || spec->abridged)
            status = get(finding, records[i].id, spec->partial, err);
        else
            status = take(finding, records[i].node, spec->partial, err);
    client_call_free(call);
    return status;
}

/*
 * A look-up that gives no answer to what was asked is broken, and one that
 * denies a customer may be: where there is a second way it is asked too.
 */
static enum status find_by(struct finding *finding,
                           const struct find_spec *spec, struct err *err)
{
    const struct find_spec *other = fallback(finding, spec);
    enum status status = find(finding, spec, err);

    if (other != NULL &&
        (status == REJECT || (status == OK && finding->found == 0)))
        status = find(finding, other, err);
    return status;
}

static enum status look(struct finding *finding, struct err *err)
{
    const struct find_spec *spec = choose(finding);
    const struct wanted *id = key_of(finding, "id");
    bool by_id = id != NULL && finding->count == 1 &&
                 finding->account->provider->get.request.method != NULL;
    enum status status;

    if (!by_id && spec == NULL)
        return no_such_find(finding, err);
    status = by_id ? get(finding, id->canonical, false, err)
                   : find_by(finding, spec, err);
    if (status == REJECT) {
        err->status = status = STOP;
        if (err->exit == 0)
            err->exit = EXIT_UNAVAILABLE;
        err_place(err, "%s", finding->account->name);
    }
    return status;
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct finding finding = {.arena = options->arena};
    struct config *config = NULL;
    struct store *store = NULL;
    store_id id;
    enum status status = arguments_between(options, 2, KEYS_MAX + 1, err);

    if (status == OK)
        status = config_load(&config, options->config_path, err);
    if (status == OK)
        status = account_argument(config, options->arguments[0],
                                  &finding.account, err);
    if (status == OK)
        status = read_keys(&finding, options, config, err);
    if (status == OK && choose(&finding) == NULL &&
        key_of(&finding, "id") == NULL)
        status = no_such_find(&finding, err);
    if (status == OK)
        status = store_for_asking(&store, options, &finding.account, 1, err);
    if (status == OK)
        status = client_for(&finding.client, finding.account, store, &id, err);
    if (status == OK)
        status = look(&finding, err);
    if (status == OK && finding.found > 0)
        status = print_out(&finding.out, err);
    if (status == OK)
        *exit = finding.found > 0 ? EXIT_DONE : EXIT_SOME;
    buffer_free(&finding.out);
    client_close(finding.client);
    store_close(store);
    config_close(config);
    return status;
}

extern const struct command command_find;

const struct command command_find = {
    .name = "find",
    .arguments = "ACCOUNT: KEY=VALUE...",
    .summary = "look customers up at the provider",
    .examples = "custsync find shop: email=ann.lee@example.com",
    .run = run,
};
