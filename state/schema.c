/*
 * schema.c - the tables.
 *
 * STRICT, so that a text never hides in a number. WITHOUT ROWID where a row is
 * its key: half the space, a fifth of the time to scan. Where a row carries
 * JSON, a rowid keeps the indexes thin. Times are milliseconds UTC. NULL in a
 * reference is "none"; texts are never NULL.
 */
#include "state/schema.h"

#include <stdio.h>

#include "state/sqlite.h"

static const char version_1[] =
    /* The seed of fingerprints: no two stores hash alike. */
    "CREATE TABLE seed ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " bytes BLOB NOT NULL CHECK (length(bytes) = 16)) STRICT;"
    "INSERT INTO seed VALUES (1, randomblob(16));"

    "CREATE TABLE account ("
    " id INTEGER PRIMARY KEY, provider TEXT NOT NULL, base_url TEXT NOT NULL,"
    " tenant TEXT NOT NULL, UNIQUE (provider, base_url, tenant)) STRICT;"
    /* Which account a label meant last. */
    "CREATE TABLE account_label ("
    " label TEXT PRIMARY KEY, account INTEGER NOT NULL REFERENCES account)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE source ("
    " id INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL,"
    " UNIQUE (kind, name)) STRICT;"
    "CREATE TABLE run ("
    " id INTEGER PRIMARY KEY, command TEXT NOT NULL, job TEXT NOT NULL,"
    " from_end TEXT NOT NULL, to_end TEXT NOT NULL,"
    " started_ms INTEGER NOT NULL, finished_ms INTEGER, exit INTEGER,"
    " report TEXT NOT NULL DEFAULT '') STRICT;"

    "CREATE TABLE customer (id INTEGER PRIMARY KEY) STRICT;"
    /* customer before source: customers of a key then come out distinct. */
    "CREATE TABLE customer_key ("
    " kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " customer INTEGER NOT NULL REFERENCES customer,"
    " source INTEGER NOT NULL,"
    " PRIMARY KEY (kind, value, customer, source)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX customer_key_customer ON customer_key (customer, source);"
    "CREATE TABLE nobody ("
    " source INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (source, kind, value)) STRICT, WITHOUT ROWID;"

    /* times: byte-equal rows of one customer are several rows all the same. */
    "CREATE TABLE fingerprint ("
    " source INTEGER NOT NULL, account INTEGER NOT NULL, print BLOB NOT NULL,"
    " customer INTEGER NOT NULL REFERENCES customer, role INTEGER NOT NULL,"
    " times INTEGER NOT NULL DEFAULT 1,"
    " PRIMARY KEY (source, account, print, customer, role))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX fingerprint_customer"
    " ON fingerprint (customer, source, account);"

    "CREATE TABLE link ("
    " id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account,"
    " customer INTEGER NOT NULL REFERENCES customer,"
    " remote_id TEXT NOT NULL, state INTEGER NOT NULL,"
    " by_hand INTEGER NOT NULL, reference_source INTEGER,"
    " held TEXT NOT NULL, moved TEXT NOT NULL, held_full INTEGER NOT NULL,"
    " UNIQUE (account, remote_id), UNIQUE (customer, account)) STRICT;"
    "CREATE INDEX link_gone ON link (account) WHERE state = 1;"
    "CREATE TABLE said ("
    " link INTEGER NOT NULL REFERENCES link ON DELETE CASCADE,"
    " source INTEGER NOT NULL REFERENCES source, vals TEXT NOT NULL,"
    " PRIMARY KEY (link, source)) STRICT;"
    "CREATE INDEX said_source ON said (source, link);"

    "CREATE TABLE record ("
    " id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account,"
    " remote_id TEXT NOT NULL, vals TEXT NOT NULL, is_full INTEGER NOT NULL,"
    " seen_ms INTEGER NOT NULL, UNIQUE (account, remote_id)) STRICT;"
    "CREATE TABLE record_key ("
    " account INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL,"
    " record INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,"
    " PRIMARY KEY (account, kind, value, record)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX record_key_record ON record_key (record);"
    "CREATE TABLE listed ("
    " account INTEGER PRIMARY KEY, listed_ms INTEGER NOT NULL,"
    " count INTEGER NOT NULL) STRICT;"

    "CREATE TABLE change ("
    " id INTEGER PRIMARY KEY, run INTEGER REFERENCES run,"
    " account INTEGER NOT NULL REFERENCES account,"
    " source INTEGER NOT NULL REFERENCES source,"
    " customer INTEGER NOT NULL REFERENCES customer, link INTEGER,"
    " kind INTEGER NOT NULL, state INTEGER NOT NULL, result INTEGER NOT NULL,"
    " vals TEXT NOT NULL, keys TEXT NOT NULL, wanted TEXT NOT NULL,"
    " remote_id TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,"
    " tries INTEGER NOT NULL, not_before_ms INTEGER NOT NULL,"
    " sent_ms INTEGER NOT NULL, line INTEGER NOT NULL, file TEXT NOT NULL)"
    " STRICT;"
    /* One unsettled change per customer, source and account; 3 is done. */
    "CREATE UNIQUE INDEX change_open ON change (account, source, customer)"
    " WHERE state <> 3;"
    /* What is due, in order; source and run so that counting reads no more. */
    "CREATE INDEX change_due ON change (account, state, id, source, run);"
    "CREATE INDEX change_customer ON change (customer);"
    "CREATE TABLE change_row ("
    " change INTEGER NOT NULL REFERENCES change ON DELETE CASCADE,"
    " n INTEGER NOT NULL, line INTEGER NOT NULL, print BLOB NOT NULL,"
    " role INTEGER NOT NULL, file TEXT NOT NULL, raw BLOB NOT NULL,"
    " PRIMARY KEY (change, n)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE token ("
    " login TEXT PRIMARY KEY, access TEXT NOT NULL, refresh TEXT NOT NULL,"
    " first_refresh TEXT NOT NULL, expires_ms INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE pace_grant ("
    " scope TEXT NOT NULL, at_ms INTEGER NOT NULL, n INTEGER NOT NULL,"
    " PRIMARY KEY (scope, at_ms)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE penalty ("
    " scope TEXT PRIMARY KEY, until_ms INTEGER NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE TABLE breaker ("
    " account INTEGER PRIMARY KEY, failures INTEGER NOT NULL,"
    " open_until_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE fact ("
    " name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;";

/* What became of the last renewal of a login, told to the runs after it. */
static const char version_2[] =
    "ALTER TABLE token ADD COLUMN asked_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE token ADD COLUMN refused TEXT NOT NULL DEFAULT '';";

/* Creates that were found without a run whose ledger could count them. */
static const char version_3[] =
    "CREATE INDEX change_untold ON change (account, source, customer)"
    " WHERE state = 3 AND run IS NULL;";

/*
 * What a read of an account has come to, and what its list showed: item is a
 * digest of the list's words about the record, got_ms when the whole of it was
 * last read. How often what is known of an account's records has moved: a plan
 * kept in a file is made for one state of them.
 *
 * Exports that were published: the run, and of those that only give what
 * changed what each record was given as. A row of a run that is not (yet) the
 * export's is of a file that was never published.
 */
static const char version_4[] =
    "ALTER TABLE record ADD COLUMN item TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE record ADD COLUMN got_ms INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE reading ("
    " account INTEGER PRIMARY KEY REFERENCES account,"
    " begun_ms INTEGER NOT NULL, newest_ms INTEGER NOT NULL,"
    " listed INTEGER NOT NULL, place TEXT NOT NULL,"
    " whole_ms INTEGER NOT NULL, mark_ms INTEGER NOT NULL) STRICT;"
    /* The lives of customers, and with each change how its row was met. */
    "ALTER TABLE change ADD COLUMN met TEXT NOT NULL DEFAULT '';"
    "CREATE INDEX change_done ON change (run) WHERE state = 3;"
    "CREATE TABLE event ("
    " id INTEGER PRIMARY KEY, run INTEGER,"
    " customer INTEGER NOT NULL REFERENCES customer ON DELETE CASCADE,"
    " account INTEGER, source INTEGER, kind INTEGER NOT NULL,"
    " at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE INDEX event_customer ON event (customer);"
    "CREATE INDEX event_run ON event (run, account, customer);"
    /* How often links of an account were made, moved or taken away. */
    "CREATE TABLE account_moved ("
    " account INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;"
    "CREATE TABLE export ("
    " id INTEGER PRIMARY KEY, account INTEGER NOT NULL REFERENCES account,"
    " job TEXT NOT NULL, mapping TEXT NOT NULL, changed INTEGER NOT NULL,"
    " run INTEGER NOT NULL, UNIQUE (account, job, mapping, changed)) STRICT;"
    "CREATE TABLE exported ("
    " export INTEGER NOT NULL REFERENCES export, record TEXT NOT NULL,"
    " run INTEGER NOT NULL, print BLOB NOT NULL,"
    " PRIMARY KEY (export, record, run)) STRICT, WITHOUT ROWID;";

/*
 * What a read found moved is dealt with by each source on its own; and which
 * records we deactivated, so that this can be taken back.
 */
static const char version_5[] =
    "ALTER TABLE said ADD COLUMN moved TEXT NOT NULL DEFAULT '{}';"
    "UPDATE said SET moved = coalesce("
    " (SELECT moved FROM link WHERE link.id = said.link), '{}');"
    "CREATE INDEX said_moved ON said (source, link) WHERE moved <> '{}';"
    "ALTER TABLE link DROP COLUMN moved;"
    "ALTER TABLE link ADD COLUMN deactivated INTEGER NOT NULL DEFAULT 0;";

/* What the last read of an account leaves for the next one, and for a plan. */
static const char version_6[] =
    "ALTER TABLE reading ADD COLUMN words TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE reading ADD COLUMN top_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE reading ADD COLUMN top_since_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE reading ADD COLUMN read_ms INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE reading ADD COLUMN young INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE reading ADD COLUMN unlisted INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE reading ADD COLUMN abridged INTEGER NOT NULL DEFAULT 0;";

/*
 * A customer's rows stand in one row, in the order of customers, without an
 * index the other way round: the first print is that of the row at which the
 * customer is counted, the others are merged with it. Without a reference to
 * customer, which would have to be looked for when one goes.
 *
 * A change that is done goes at once, but for a create that no run has counted.
 */
static const char version_7[] =
    "ALTER TABLE fingerprint RENAME TO fingerprint_6;"
    "CREATE TABLE fingerprint ("
    " source INTEGER NOT NULL, account INTEGER NOT NULL,"
    " customer INTEGER NOT NULL, prints BLOB NOT NULL,"
    " PRIMARY KEY (source, account, customer)) STRICT, WITHOUT ROWID;"
    "INSERT INTO fingerprint"
    " WITH RECURSIVE time (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM time"
    "  WHERE n < (SELECT max(times) FROM fingerprint_6))"
    " SELECT source, account, customer, print FROM fingerprint_6"
    " JOIN time ON n <= times WHERE true"
    " ORDER BY source, account, customer, role"
    " ON CONFLICT DO UPDATE SET"
    " prints = CAST(prints || excluded.prints AS BLOB);"
    "DROP TABLE fingerprint_6;"
    "DROP INDEX change_done;"
    "DELETE FROM change WHERE state = 3 AND run IS NOT NULL;"
    /* See event_form.h. AUTOINCREMENT: events may outlive their form. */
    "ALTER TABLE event RENAME TO event_6;"
    "CREATE TABLE event_form ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER, account INTEGER,"
    " source INTEGER, kind INTEGER NOT NULL, since_ms INTEGER NOT NULL,"
    " body TEXT NOT NULL) STRICT;"
    "CREATE INDEX event_form_run ON event_form (run, account);"
    "CREATE TABLE event ("
    " customer INTEGER NOT NULL, n INTEGER NOT NULL, form INTEGER NOT NULL,"
    " late_ms INTEGER NOT NULL, line INTEGER, record TEXT, differs BLOB,"
    " PRIMARY KEY (customer, n)) STRICT, WITHOUT ROWID;"
    /* Their bodies stay as they are: four zeroes say that all of it differs. */
    "INSERT INTO event_form (run, account, source, kind, since_ms, body)"
    " SELECT run, account, source, kind, min(at_ms), '' FROM event_6"
    " GROUP BY run, account, source, kind, at_ms / 86400000;"
    "INSERT INTO event SELECT e.customer,"
    " row_number() OVER (PARTITION BY e.customer ORDER BY e.id), f.id,"
    " e.at_ms - f.since_ms, NULL, NULL,"
    " CAST(x'00000000' || CAST(e.body AS BLOB) AS BLOB)"
    " FROM event_6 AS e JOIN event_form AS f ON f.run IS e.run"
    " AND f.account IS e.account AND f.source IS e.source AND f.kind = e.kind"
    " AND f.since_ms / 86400000 = e.at_ms / 86400000;"
    "DROP TABLE event_6;";

/*
 * A customer's keys stand with the customer; the table finds whom a key may
 * belong to by the key's number. See keys.h.
 */
static const char version_8[] =
    "ALTER TABLE customer_key RENAME TO customer_key_7;"
    "ALTER TABLE customer ADD COLUMN keys BLOB NOT NULL DEFAULT x'';"
    "INSERT INTO customer (id, keys)"
    " SELECT customer, packed_key(source, kind, value) FROM customer_key_7"
    " WHERE true ORDER BY customer, source, kind, value"
    " ON CONFLICT (id) DO UPDATE SET"
    " keys = CAST(keys || excluded.keys AS BLOB);"
    "CREATE TABLE customer_key ("
    " number INTEGER NOT NULL, customer INTEGER NOT NULL,"
    " PRIMARY KEY (number, customer)) STRICT, WITHOUT ROWID;"
    "INSERT INTO customer_key"
    " SELECT DISTINCT key_number(kind, value), customer FROM customer_key_7"
    " ORDER BY 1, 2;"
    "DROP TABLE customer_key_7;";

/*
 * The prints of 256 customers stand in one row: see print_leaf.h. With a rowid,
 * since without one SQLite keeps but a quarter of a page of a row in its place.
 * Nor can an older custsync read customers, who are packed from here on; what
 * was kept of them as JSON stays until it changes: see customer_pack.c.
 */
static const char version_9[] =
    "ALTER TABLE fingerprint RENAME TO fingerprint_8;"
    "CREATE TABLE fingerprint ("
    " id INTEGER PRIMARY KEY, source INTEGER NOT NULL,"
    " account INTEGER NOT NULL, leaf INTEGER NOT NULL, prints BLOB NOT NULL,"
    " UNIQUE (source, account, leaf)) STRICT;"
    "INSERT INTO fingerprint (source, account, leaf, prints)"
    " SELECT source, account, customer >> 8, print_leaf(customer, prints)"
    " FROM fingerprint_8 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;"
    "DROP TABLE fingerprint_8;";

/* Numbers of keys stand some dozens to a row: see number_leaf.h. */
static const char version_10[] =
    "ALTER TABLE customer_key RENAME TO customer_key_9;"
    "CREATE TABLE customer_key ("
    " first INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;"
    "INSERT INTO customer_key SELECT min(key), number_leaf(key) FROM"
    " (SELECT (number << 32) + customer AS key,"
    "  row_number() OVER (ORDER BY number, customer) / 64 AS leaf"
    "  FROM customer_key_9)"
    " GROUP BY leaf ORDER BY 1;"
    "DROP TABLE customer_key_9;";

/* Who is not to be made anew: see forget.h. */
static const char version_11[] =
    "CREATE TABLE salt ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " bytes BLOB NOT NULL CHECK (length(bytes) = 32)) STRICT;"
    "INSERT INTO salt VALUES (1, randomblob(32));"
    "CREATE TABLE forgotten (mark BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;";

static const char *const steps[] = {version_1, version_2,  version_3, version_4,
                                    version_5, version_6,  version_7, version_8,
                                    version_9, version_10, version_11};

enum { SCHEMA_VERSION = sizeof(steps) / sizeof(steps[0]) };

static enum status ask(struct connection *connection, enum statement statement,
                       int64_t *number, struct err *err)
{
    struct query query = query_open(connection, statement, err);

    if (query_row(&query))
        *number = row_int(&query, 0);
    return query_close(&query);
}

enum status schema_check(struct connection *connection,
                         enum schema_found *found, struct err *err)
{
    int64_t application = 0, version = 0, tables = 0;
    enum status status;

    status = ask(connection, SCHEMA_APPLICATION_ID, &application, err);
    if (status == OK)
        status = ask(connection, SCHEMA_USER_VERSION, &version, err);
    if (status == OK)
        status = ask(connection, SCHEMA_TABLES, &tables, err);
    if (status != OK)
        return status;

    if (application == 0 && version == 0 && tables == 0) {
        *found = SCHEMA_EMPTY;
        return OK;
    }
    if (application != SCHEMA_APPLICATION || version < 1) {
        status = fail(err, STOP, EXIT_CONFIG, "state_foreign",
                      "this is not a state file of custsync");
        err_hint(err, "name another file with --state");
    } else if (version > SCHEMA_VERSION) {
        status = fail(err, STOP, EXIT_CONFIG, "state_newer",
                      "the state was made by a newer custsync"
                      " (version %lld, this one knows %d)",
                      (long long)version, (int)SCHEMA_VERSION);
        err_hint(err, "use that newer custsync, or another --state");
    } else {
        *found = version < SCHEMA_VERSION ? SCHEMA_OLDER : SCHEMA_CURRENT;
    }
    return status;
}

static enum status schema_step(struct connection *connection, int version,
                               struct err *err)
{
    char pragmas[96];
    enum status status;

    (void)snprintf(pragmas, sizeof(pragmas),
                   "PRAGMA application_id=%d; PRAGMA user_version=%d;",
                   (int)SCHEMA_APPLICATION, version);
    status = connection_begin(connection, err);
    if (status != OK)
        return status;
    status = connection_run(connection, steps[version - 1], err);
    if (status == OK)
        status = connection_run(connection, pragmas, err);
    if (status == OK)
        return connection_commit(connection, err);
    connection_rollback(connection);
    return status;
}

enum status schema_upgrade(struct connection *connection, struct err *err)
{
    int64_t version = 0;
    bool knows_words = false;
    enum status status = ask(connection, SCHEMA_USER_VERSION, &version, err);

    while (status == OK && version < SCHEMA_VERSION) {
        if (version > 0 && !knows_words) {
            status = schema_words(connection, err);
            knows_words = true;
        }
        if (status == OK)
            status = schema_step(connection, (int)++version, err);
    }
    return status;
}
