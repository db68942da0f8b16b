/*
 * config.h - the configuration: accounts, jobs, and where secrets come from.
 *
 * YAML 1.2 core or JSON. ${VAR}, ${file:PATH} and ${cred:NAME} are replaced
 * while loading; a secret written out in a file that others can read is an
 * error. Every fault is told with FILE:LINE:COLUMN; exit 78. Settings an
 * account may have beyond the common ones come from its provider's file.
 */
#ifndef SYNC_CONFIG_H
#define SYNC_CONFIG_H

#include "mappings/provider.h"

struct setting {
    const char *name;
    struct text value;
};

struct account {
    const char *name; /* the label */
    const struct provider *provider;
    const struct auth_spec *auth;
    const char *base_url, *token_url; /* filled, no slash at the end */
    const char *login_url;    /* instead of the provider's page, or NULL */
    const char *redirect_uri; /* where a login comes back to, or NULL */
    const char *tenant;       /* filled */
    const char *rate_scope;   /* filled, with provider and base_url before */
    struct rate_spec rate;
    uint32_t concurrency;         /* 1..64, 8 by default */
    const char *region;           /* alpha-2 or NULL */
    const char *ca_file;          /* or NULL */
    uint64_t settle_ms;           /* how late a write may become visible */
    uint64_t refetch_ms;          /* how long a record whose list item looks
                                     as it did is taken to be unchanged */
    uint64_t settle_unguarded_ms; /* where no unique key refuses a second one */
    uint64_t timeout_ms;          /* of one request, HTTP_TIMEOUT_MS at most */
    struct text access_token;     /* a first one, or empty */
    const struct setting *settings;
    size_t settings_count;
};

/* What every account may set, whatever its provider; NULL-ended. */
const char *const *account_keys(void);
/* The value of a setting, or NULL; the form template_fill wants. */
const char *account_setting(const void *account, const char *name);

enum duplicates {
    DUPLICATES_MERGE,
    DUPLICATES_FIRST,
    DUPLICATES_LAST,
    DUPLICATES_REJECT
};
enum mode { MODE_UPSERT, MODE_CREATE, MODE_UPDATE };
enum missing { MISSING_KEEP, MISSING_REPORT, MISSING_DEACTIVATE };

/* Whose word counts for a field; NONE: whoever moved, then --prefer. */
enum owner { OWNER_NONE, OWNER_SOURCE, OWNER_TARGET, OWNER_UNION, OWNER_FILL };

struct owner_rule {
    enum field field;
    enum owner owner;
};

/* What a run is asked to do; jobs and the command line fill the same. */
struct policy {
    enum key match[KEY_COUNT];
    size_t match_count;
    const char *source;   /* or NULL */
    const char *encoding; /* of FROM, or NULL */
    char delimiter;       /* 0: as found */
    bool skip_set;
    uint32_t skip;
    const char *format, *to_format;
    const char *mapping; /* PATH or name for FROM, or NULL */
    bool look;
    bool changed; /* an export gives what changed since its last success */
    enum duplicates duplicates;
    enum mode mode;
    bool blank_clear;
    bool prefer_target;
    const struct owner_rule *owners; /* each field once, in order of name */
    size_t owners_count;
    bool two_way;
    enum missing missing;
    bool full;     /* pull: the whole list, whatever could be spared */
    bool recreate; /* records that were deleted at the target */
    bool max_changes_set;
    bool max_changes_percent;
    uint64_t max_changes;          /* number or percent; default 50 % */
    uint64_t limit;                /* 0: none */
    uint64_t wait_ms, deadline_ms; /* 0: none */
    const char *rejects, *report;  /* paths or NULL */
    const char *metrics, *notify;  /* a path, a command; or NULL */
    const char *out, *plan;        /* a plan kept in a file; path or NULL */
    bool json, dry_run, exit_code, safe_csv;
    bool log_json; /* standard error is lines of JSON */
    int verbosity; /* -1 quiet, 0, 1, 2 */
};

void policy_defaults(struct policy *policy);
enum owner policy_owner(const struct policy *policy, enum field field);
/* The same way seen from the other end: for the way back of --two-way. */
struct policy policy_turned(const struct policy *policy, struct arena *arena);
/*
 * One setting by its name as a job or an option writes it: "max-changes" and
 * "max_changes" are the same. Lists (match) are separated by commas. Keys that
 * only the command line has (json, dry_run, out) are known too. STOP
 * with EXIT_USAGE and no place when the key is unknown or the value is none of
 * its values; a configuration makes that 78 and adds the place.
 */
enum status policy_set(struct policy *policy, const char *key,
                       struct text value, struct arena *arena, struct err *err);
/* Whether the setting decides what is planned, not how it is sent or told. */
bool policy_plans(const char *key);
/* Whether it is a person's consent, which goes with a plan and may be given
 * anew when it is carried out. */
bool policy_consents(const char *key);
/* All of these, so that two policies that plan alike print alike. */
void policy_print(const struct policy *policy, struct buffer *out);
/* The keys a job may have beside from and to, NULL-ended. */
const char *const *policy_keys(void);
/* The words that a setting chooses among, separated by blanks; "" when its
 * values are no words, or a flag's. */
const char *policy_words(const char *key, struct arena *arena);

struct job {
    const char *name;
    const char *const *from; /* NULL-ended: several files are one source */
    size_t from_count;
    const char *to;
    struct policy policy;
};

struct config {
    const char *file;   /* or NULL: none was needed */
    const char *region; /* or NULL */
    const struct account *accounts;
    size_t accounts_count;
    const struct job *jobs;
    size_t jobs_count;
    struct arena *arena; /* owns all of it */
};

/* The first of the usual places that has a file, or NULL. */
const char *config_usual_place(struct arena *arena);
/* path NULL: the usual places; a missing file is an empty configuration then.
 * Providers of the accounts are loaded too. */
enum status config_load(struct config **out, const char *path, struct err *err);
void config_close(struct config *config); /* NULL is fine */
const struct account *config_account(const struct config *config,
                                     struct text name);
const struct job *config_job(const struct config *config, struct text name);

#endif
