/*
 * statements.h - every statement the store prepares, once.
 *
 * Read several times, each time with another STATEMENT(name, hot, sql). hot: it
 * runs per row, change, record or request, so it must never scan a table; a
 * test asks SQLite how it would run each of them. No include guard on purpose.
 */

/* --- schema, accounts, sources, runs --------------------------------------*/
STATEMENT(SCHEMA_APPLICATION_ID, 0, "PRAGMA application_id")
STATEMENT(SCHEMA_USER_VERSION, 0, "PRAGMA user_version")
STATEMENT(SCHEMA_TABLES, 0, "SELECT count(*) FROM sqlite_schema")
STATEMENT(LOOK_BEGIN, 0, "BEGIN")
STATEMENT(LOOK_END, 0, "COMMIT")
STATEMENT(SEED_TAKE, 0, "SELECT bytes FROM seed WHERE one = 1")
STATEMENT(ACCOUNT_FIND, 1,
          "SELECT id FROM account"
          " WHERE provider = ?1 AND base_url = ?2 AND tenant = ?3")
STATEMENT(ACCOUNT_ADD, 1,
          "INSERT INTO account (provider, base_url, tenant)"
          " VALUES (?1, ?2, ?3)")
STATEMENT(ACCOUNT_ADD_AS, 1,
          "INSERT INTO account (id, provider, base_url, tenant)"
          " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
STATEMENT(ACCOUNT_HAS, 1, "SELECT 1 FROM account WHERE id = ?1")
STATEMENT(LABEL_FIND, 1, "SELECT account FROM account_label WHERE label = ?1")
STATEMENT(LABEL_PUT, 1,
          "INSERT INTO account_label (label, account) VALUES (?1, ?2)"
          " ON CONFLICT (label) DO UPDATE SET account = excluded.account")
STATEMENT(SOURCE_FIND, 1,
          "SELECT id FROM source WHERE kind = ?1 AND name = ?2")
STATEMENT(SOURCE_ADD, 1, "INSERT INTO source (kind, name) VALUES (?1, ?2)")
STATEMENT(SOURCE_ADD_AS, 1,
          "INSERT INTO source (id, kind, name) VALUES (?1, ?2, ?3)"
          " ON CONFLICT DO NOTHING")
STATEMENT(SOURCE_HAS, 1, "SELECT 1 FROM source WHERE id = ?1")
STATEMENT(RUN_LAST, 1, "SELECT coalesce(max(id), 0) FROM run")
STATEMENT(RUN_ADD_AS, 1,
          "INSERT INTO run (id, command, job, from_end, to_end, started_ms)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING")
STATEMENT(RUN_END, 1,
          "UPDATE run SET exit = ?2, report = ?3, finished_ms = ?4"
          " WHERE id = ?1")
#define RUN_COLUMNS                                                            \
    "id, started_ms, finished_ms, coalesce(exit, -1), command, job, from_end," \
    " to_end, report"
STATEMENT(RUN_FIND, 1, "SELECT " RUN_COLUMNS " FROM run WHERE id = ?1")
STATEMENT(RUN_JOB, 1, "SELECT job, from_end FROM run WHERE id = ?1")
STATEMENT(RUNS, 1,
          "SELECT " RUN_COLUMNS " FROM run"
          " WHERE id > 0 AND (?2 = '' OR from_end = ?2 OR to_end = ?2)"
          " ORDER BY id DESC LIMIT ?1")

#define RUNS_ALIKE                                                             \
    "command = ?1 AND job = ?2"                                                \
    " AND (?2 <> '' OR (from_end = ?3 AND to_end = ?4))"
STATEMENT(RUN_DONE_LAST, 0,
          "SELECT coalesce(max(finished_ms), 0) FROM run"
          " WHERE " RUNS_ALIKE " AND exit IN (0, 1)")
STATEMENT(RUN_ENDS_LAST, 0,
          "SELECT from_end, to_end FROM run WHERE " RUNS_ALIKE
          " ORDER BY id DESC LIMIT 1")
STATEMENT(RUN_IN_A_ROW, 0,
          "SELECT count(*) FROM run WHERE " RUNS_ALIKE
          " AND exit = ?5 AND id > coalesce((SELECT max(id) FROM run"
          " WHERE " RUNS_ALIKE " AND exit IS NOT ?5), 0)")

/* --- fingerprints ---------------------------------------------------------*/
STATEMENT(FINGERPRINTS, 1,
          "SELECT leaf, prints FROM fingerprint"
          " WHERE source = ?1 AND account = ?2 ORDER BY leaf")
STATEMENT(LEAF_FIND, 1,
          "SELECT id, prints FROM fingerprint"
          " WHERE source = ?1 AND account = ?2 AND leaf = ?3")
STATEMENT(LEAF_ADD, 1,
          "INSERT INTO fingerprint (source, account, leaf, prints)"
          " VALUES (?1, ?2, ?3, ?4)")
STATEMENT(LEAF_PUT, 1, "UPDATE fingerprint SET prints = ?2 WHERE id = ?1")
STATEMENT(LEAF_REMOVE, 1, "DELETE FROM fingerprint WHERE id = ?1")
/* Of each source and account, of which there are few. */
#define EACH_SOURCE "(SELECT id FROM source WHERE id > 0)"
STATEMENT(LEAVES_OF, 1,
          "SELECT source, account, prints FROM fingerprint"
          " WHERE source IN " EACH_SOURCE
          " AND account IN (SELECT id FROM account WHERE id > 0"
          "  AND ?2 IN (0, id))"
          " AND leaf = ?1")
/* A row that another source is about to have; what an undo has left to do is
 * nobody's. */
STATEMENT(CHANGE_OTHER, 1,
          "SELECT 1 FROM change"
          " WHERE customer = ?1 AND source <> ?2 AND account = ?3"
          " AND state <> 3 AND kind < 2 LIMIT 1")
STATEMENT(FINGERPRINTS_FORGET, 0,
          "DELETE FROM fingerprint WHERE account = ?1"
          " AND source IN " EACH_SOURCE)

/* --- customers and keys ---------------------------------------------------*/
STATEMENT(CUSTOMER_ADD, 1, "INSERT INTO customer DEFAULT VALUES")
STATEMENT(CUSTOMER_KEYS, 1, "SELECT keys FROM customer WHERE id = ?1")
STATEMENT(CUSTOMER_KEYS_PUT, 1, "UPDATE customer SET keys = ?2 WHERE id = ?1")
/* The piece in which it stands, or would; and those behind the first, up to the
 * second. */
STATEMENT(NUMBERS_AT, 1,
          "SELECT first, entries FROM customer_key WHERE first <= ?1"
          " ORDER BY first DESC LIMIT 1")
STATEMENT(NUMBERS_BETWEEN, 1,
          "SELECT first, entries FROM customer_key"
          " WHERE first > ?1 AND first <= ?2 ORDER BY first")
STATEMENT(NUMBERS_AROUND, 1,
          "SELECT (SELECT max(first) FROM customer_key WHERE first <= ?1),"
          " (SELECT entries FROM customer_key WHERE first <= ?1"
          "  ORDER BY first DESC LIMIT 1),"
          " (SELECT min(first) FROM customer_key WHERE first > ?1)")
STATEMENT(NUMBERS_ADD, 1,
          "INSERT INTO customer_key (first, entries) VALUES (?1, ?2)")
STATEMENT(NUMBERS_PUT, 1,
          "UPDATE customer_key SET entries = ?2 WHERE first = ?1")
STATEMENT(NUMBERS_REMOVE, 1, "DELETE FROM customer_key WHERE first = ?1")
/* Of any place: a search that ends at the first row. */
STATEMENT(CUSTOMER_KEY_ANY, 1,
          "SELECT EXISTS (SELECT 1 FROM customer_key"
          " WHERE first >= -9223372036854775808)")
STATEMENT(NOBODY_FIND, 1,
          "SELECT 1 FROM nobody WHERE source = ?1 AND kind = ?2 AND value = ?3")
STATEMENT(NOBODY_ADD, 1,
          "INSERT INTO nobody (source, kind, value) VALUES (?1, ?2, ?3)"
          " ON CONFLICT DO NOTHING")

/* --- links and said -------------------------------------------------------*/
#define LINK_COLUMNS                                                          \
    "l.id, l.account, l.customer, l.remote_id, l.state, l.by_hand,"           \
    " l.reference_source, l.held, l.held_full, l.deactivated"
STATEMENT(LINK_OF, 1,
          "SELECT " LINK_COLUMNS " FROM link AS l"
          " WHERE l.customer = ?2 AND l.account = ?1")
STATEMENT(LINK_BY_REMOTE, 1,
          "SELECT " LINK_COLUMNS " FROM link AS l"
          " WHERE l.account = ?1 AND l.remote_id = ?2")
STATEMENT(LINK_ADD, 1,
          "INSERT INTO link (account, customer, remote_id, state, by_hand,"
          " reference_source, held, held_full, deactivated)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
STATEMENT(LINK_PUT, 1,
          "UPDATE link SET account = ?1, customer = ?2, remote_id = ?3,"
          " state = ?4, by_hand = ?5, reference_source = ?6, held = ?7,"
          " held_full = ?8, deactivated = ?9 WHERE id = ?10")
STATEMENT(LINK_REMOVE, 1, "DELETE FROM link WHERE id = ?1")
STATEMENT(LINK_UNBIND_CHANGES, 1,
          "UPDATE change SET link = NULL WHERE link = ?1"
          " AND customer = (SELECT customer FROM link WHERE id = ?1)")
STATEMENT(LINKS_COUNT, 0,
          "SELECT (SELECT count(*) FROM link WHERE account = ?1)"
          " - (SELECT count(*) FROM link WHERE account = ?1 AND state = 1)")
/* As many as are asked for and those that do not count, and no more. */
STATEMENT(LINKS_REACH, 0,
          "WITH gone (n) AS"
          " (SELECT count(*) FROM link WHERE account = ?1 AND state = 1)"
          " SELECT (SELECT count(*) FROM (SELECT 1 FROM link"
          "  WHERE account = ?1 LIMIT ?2 + (SELECT n FROM gone)))"
          "  - (SELECT n FROM gone) >= ?2")
STATEMENT(LINK_OF_SOURCE_NEXT, 1,
          "SELECT " LINK_COLUMNS " FROM said AS s"
          " CROSS JOIN link AS l ON l.id = s.link"
          " WHERE s.source = ?2 AND s.link > ?3 AND l.account = ?1"
          " ORDER BY s.link LIMIT 1")
STATEMENT(ACCOUNT_MOVED, 0, "SELECT times FROM account_moved WHERE account = ?1")
#define MOVED_ONCE_MORE " ON CONFLICT (account) DO UPDATE SET times = times + 1"
STATEMENT(LINK_MADE, 1,
          "INSERT INTO account_moved VALUES (?1, 1)" MOVED_ONCE_MORE)
STATEMENT(LINK_MOVES, 1,
          "INSERT INTO account_moved SELECT ?1, 1 FROM link WHERE id = ?2"
          " AND (customer IS NOT ?3 OR remote_id IS NOT ?4 OR state IS NOT ?5"
          " OR held IS NOT ?6)" MOVED_ONCE_MORE)
STATEMENT(LINK_GOES, 1,
          "INSERT INTO account_moved SELECT account, 1 FROM link"
          " WHERE id = ?1" MOVED_ONCE_MORE)
STATEMENT(SAID_FIND, 1,
          "SELECT vals FROM said WHERE link = ?2 AND source = ?1")
STATEMENT(SAID_AND_MOVED, 1,
          "SELECT vals, moved FROM said WHERE link = ?2 AND source = ?1")
STATEMENT(SAID_PUT, 1,
          "INSERT INTO said (source, link, vals) VALUES (?1, ?2, ?3)"
          " ON CONFLICT (link, source) DO UPDATE SET vals = excluded.vals")
STATEMENT(MOVED_FIND, 1,
          "SELECT moved FROM said WHERE link = ?2 AND source = ?1")
STATEMENT(MOVED_PUT, 1,
          "UPDATE said SET moved = ?3 WHERE link = ?2 AND source = ?1")
STATEMENT(MOVED_NEXT, 1,
          "SELECT source, vals, moved FROM said WHERE link = ?1 AND source > ?2"
          " ORDER BY source LIMIT 1")
STATEMENT(MOVED_CUSTOMERS, 1,
          "SELECT l.customer FROM said AS s INDEXED BY said_moved"
          " CROSS JOIN link AS l ON l.id = s.link"
          " WHERE s.source = ?2 AND s.moved <> '{}' AND l.account = ?1")

/* --- records seen ---------------------------------------------------------*/
STATEMENT(RECORD_PUT, 1,
          "INSERT INTO record (account, remote_id, vals, is_full, seen_ms,"
          " got_ms, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
          " ON CONFLICT (account, remote_id) DO UPDATE SET"
          " vals = excluded.vals, is_full = excluded.is_full,"
          " seen_ms = excluded.seen_ms, got_ms = excluded.got_ms,"
          " item = CASE excluded.item WHEN '' THEN item ELSE excluded.item END"
          " RETURNING id")
STATEMENT(RECORD_TOUCH, 1,
          "UPDATE record SET seen_ms = ?3"
          " WHERE account = ?1 AND remote_id = ?2")
STATEMENT(RECORD_DROP, 1,
          "DELETE FROM record WHERE account = ?1 AND remote_id = ?2")
STATEMENT(RECORD_KEYS_DROP, 1, "DELETE FROM record_key WHERE record = ?1")
STATEMENT(RECORD_KEY_ADD, 1,
          "INSERT INTO record_key (account, kind, value, record)"
          " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
STATEMENT(RECORD_FIND, 1,
          "SELECT remote_id, vals, is_full, seen_ms, got_ms, item FROM record"
          " WHERE account = ?1 AND remote_id = ?2")
STATEMENT(RECORDS_BY_KEY, 1,
          "SELECT r.remote_id FROM record_key AS k"
          " CROSS JOIN record AS r ON r.id = k.record"
          " WHERE k.account = ?1 AND k.kind = ?2 AND k.value = ?3"
          " ORDER BY k.record LIMIT ?4")
STATEMENT(RECORD_NEXT, 1,
          "SELECT remote_id, vals, is_full, seen_ms, got_ms, item FROM record"
          " WHERE account = ?1 AND remote_id > ?2 ORDER BY remote_id LIMIT 1")
/* In order of remote_id, so that a walk over them reads each row once. */
STATEMENT(RECORDS_DUE, 1,
          "SELECT remote_id FROM record WHERE account = ?1 AND remote_id > ?2"
          " AND seen_ms >= ?3 AND (is_full = 0 OR got_ms < ?4)"
          " ORDER BY remote_id LIMIT ?5")
STATEMENT(RECORDS_SEEN, 1,
          "SELECT remote_id FROM record WHERE account = ?1 AND remote_id > ?2"
          " AND seen_ms >= ?3 ORDER BY remote_id LIMIT ?4")
STATEMENT(RECORDS_UNSEEN, 1,
          "SELECT remote_id FROM record WHERE account = ?1 AND remote_id > ?2"
          " AND seen_ms < ?3 UNION ALL"
          " SELECT l.remote_id FROM link AS l WHERE l.account = ?1"
          " AND l.remote_id > ?2 AND l.state = 0 AND NOT EXISTS"
          " (SELECT 1 FROM record AS r WHERE r.account = ?1"
          " AND r.remote_id = l.remote_id) ORDER BY remote_id LIMIT ?4")
STATEMENT(RECORDS_LEFT, 1,
          "SELECT remote_id FROM record AS r WHERE account = ?1"
          " AND remote_id > ?2 AND seen_ms < ?3 AND NOT EXISTS"
          " (SELECT 1 FROM link AS l WHERE l.account = ?1"
          " AND l.remote_id = r.remote_id AND l.state = 0)"
          " ORDER BY remote_id LIMIT ?4")
STATEMENT(LINKS_BARE, 0,
          "SELECT count(*) FROM link AS l WHERE l.account = ?1"
          " AND l.state = 0 AND NOT EXISTS (SELECT 1 FROM record AS r"
          " WHERE r.account = ?1 AND r.remote_id = l.remote_id)")
STATEMENT(RECORDS_COUNT, 0,
          "SELECT count(*) FROM record WHERE account = ?1")
STATEMENT(LINKS_DUE, 1,
          "SELECT l.remote_id FROM link AS l WHERE l.account = ?1"
          " AND l.remote_id > ?2 AND l.state = 0 AND NOT EXISTS"
          " (SELECT 1 FROM record AS r WHERE r.account = ?1"
          " AND r.remote_id = l.remote_id AND r.is_full = 1"
          " AND r.got_ms >= ?3) ORDER BY l.remote_id LIMIT ?4")
STATEMENT(READING_FIND, 1,
          "SELECT begun_ms, newest_ms, listed, place, whole_ms, mark_ms, words,"
          " top_ms, top_since_ms, read_ms, young, unlisted, abridged"
          " FROM reading WHERE account = ?1")
STATEMENT(READING_PUT, 1,
          "INSERT OR REPLACE INTO reading (account, begun_ms, newest_ms, listed,"
          " place, whole_ms, mark_ms, words, top_ms, top_since_ms, read_ms,"
          " young, unlisted, abridged) VALUES"
          " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)")
STATEMENT(LISTED_FIND, 1,
          "SELECT listed_ms, count FROM listed WHERE account = ?1")
STATEMENT(LISTED_PUT, 1,
          "INSERT INTO listed (account, listed_ms, count) VALUES (?1, ?2, ?3)"
          " ON CONFLICT (account) DO UPDATE SET"
          " listed_ms = excluded.listed_ms, count = excluded.count")

/* --- changes --------------------------------------------------------------*/
#define CHANGE_COLUMNS                                                        \
    "c.id, c.run, c.account, c.source, c.customer, c.link, c.kind, c.state,"  \
    " c.result, c.vals, c.keys, c.wanted, c.remote_id, c.code, c.message,"    \
    " c.tries, c.not_before_ms, c.sent_ms, c.line, c.file, c.met"
STATEMENT(CHANGE_ADD, 1,
          "INSERT INTO change (run, account, source, customer, link, kind,"
          " state, result, vals, keys, wanted, remote_id, code, message,"
          " tries, not_before_ms, sent_ms, line, file, met) VALUES (?1, ?2, ?3,"
          " ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
          " ?18, ?19, ?20)")
STATEMENT(CHANGE_ROW_ADD, 1,
          "INSERT INTO change_row (change, n, line, print, role, file, raw)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
STATEMENT(CHANGE_PUT, 1,
          "UPDATE change SET link = ?2, kind = ?3, state = ?4, result = ?5,"
          " wanted = ?6, remote_id = ?7, code = ?8, message = ?9, tries = ?10,"
          " not_before_ms = ?11, sent_ms = ?12, run = ?13 WHERE id = ?1")
STATEMENT(CHANGE_ROWS_REMOVE, 1, "DELETE FROM change_row WHERE change = ?1")
STATEMENT(CHANGE_FIND, 1,
          "SELECT " CHANGE_COLUMNS " FROM change AS c WHERE c.id = ?1")
STATEMENT(CHANGE_ROWS, 1,
          "SELECT line, print, role, file, raw FROM change_row"
          " WHERE change = ?1 ORDER BY n")
STATEMENT(CHANGE_OF, 1,
          "SELECT " CHANGE_COLUMNS " FROM change AS c"
          " WHERE c.account = ?1 AND c.source = ?2 AND c.customer = ?3"
          " AND c.state <> 3")
STATEMENT(CHANGES_DUE, 1,
          "SELECT " CHANGE_COLUMNS " FROM change AS c"
          " WHERE c.account = ?1 AND c.state = ?2 AND c.id > ?3"
          " AND (?4 = 0 OR c.source = ?4) ORDER BY c.id LIMIT ?5")
STATEMENT(CHANGE_REMOVE, 1, "DELETE FROM change WHERE id = ?1")
/* 1: created. */
STATEMENT(CHANGES_UNTOLD, 1,
          "SELECT customer FROM change WHERE account = ?1 AND source = ?2"
          " AND state = 3 AND run IS NULL AND result = 1")
STATEMENT(CHANGE_TELL, 1,
          "DELETE FROM change WHERE account = ?1 AND source = ?2"
          " AND customer = ?3 AND state = 3 AND run IS NULL")
STATEMENT(CHANGES_COUNT, 1,
          "SELECT state, count(*) FROM change WHERE account = ?1"
          " AND (?2 = 0 OR source = ?2) AND (?3 = 0 OR run = ?3)"
          " GROUP BY state")
/*
 * Dropping a plan: what it brings in is noted, then it goes, then whoever is
 * still known by something else is struck off the note. 0, 4, 5: planned,
 * rejected (if ?3), failed.
 */
STATEMENT(DROP_NOTE, 1,
          "INSERT INTO temp.dropped (customer) SELECT customer FROM change"
          " WHERE account = ?1 AND source = ?2 AND kind = 0"
          " AND (state IN (0, 5) OR (state = 4 AND ?3)) AND state <> 3"
          " ON CONFLICT DO NOTHING")
STATEMENT(DROP_CHANGES, 1,
          "DELETE FROM change WHERE account = ?1 AND source = ?2"
          " AND (state IN (0, 5) OR (state = 4 AND ?3)) AND state <> 3")
STATEMENT(DROP_SPARE, 0,
          "DELETE FROM temp.dropped WHERE"
          " EXISTS (SELECT 1 FROM link"
          "  WHERE link.customer = dropped.customer)"
          " OR EXISTS (SELECT 1 FROM change"
          "  WHERE change.customer = dropped.customer)")
STATEMENT(DROP_NEXT, 0,
          "SELECT c.id, c.keys FROM temp.dropped AS d"
          " CROSS JOIN customer AS c ON c.id = d.customer"
          " WHERE d.customer > ?1 ORDER BY d.customer LIMIT 1")
#define DROPPED "(SELECT customer FROM temp.dropped)"
STATEMENT(DROP_FROM, 0,
          "SELECT min(customer) FROM temp.dropped WHERE customer >= ?1")
STATEMENT(DROP_BETWEEN, 0,
          "SELECT customer FROM temp.dropped WHERE customer BETWEEN ?1 AND ?2")
STATEMENT(DROP_EVENTS, 0, "DELETE FROM event WHERE customer IN " DROPPED)
STATEMENT(DROP_CUSTOMERS, 0, "DELETE FROM customer WHERE id IN " DROPPED)
STATEMENT(DROP_END, 0, "DELETE FROM temp.dropped")

/* --- lives ----------------------------------------------------------------*/
#define EVENT_COLUMNS                                                          \
    "e.n, f.run, e.customer, f.account, f.source, f.kind,"                     \
    " f.since_ms + e.late_ms, f.body, e.line, coalesce(e.record, (SELECT"      \
    " remote_id FROM link WHERE customer = e.customer"                         \
    " AND account = f.account)), e.differs"
#define EVENT_AND_FORM "event AS e CROSS JOIN event_form AS f ON f.id = e.form"
STATEMENT(FORM_ADD, 1,
          "INSERT INTO event_form (run, account, source, kind, since_ms, body)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
/* VALUES, not SELECT: that would go by way of a table made for it. */
STATEMENT(EVENT_ADD, 1,
          "INSERT INTO event VALUES (?1, coalesce((SELECT max(n) FROM event"
          " WHERE customer = ?1), 0) + 1, ?2, ?3, ?4,"
          " CASE WHEN ?5 IS NOT (SELECT remote_id FROM link"
          "  WHERE customer = ?1 AND account = ?6) THEN ?5 END, ?7)")
STATEMENT(EVENT_LAST, 1,
          "SELECT " EVENT_COLUMNS " FROM " EVENT_AND_FORM
          " WHERE e.customer = ?1 AND f.account IS ?2 AND f.source IS ?3"
          " AND f.kind = ?4 ORDER BY e.n DESC LIMIT 1")
/* The link ?1 is to be of that customer and record: what was told of another
 * one names it from now on. */
STATEMENT(EVENTS_NAME_RECORD, 1,
          "UPDATE event SET record = (SELECT remote_id FROM link"
          "  WHERE id = ?1) WHERE record IS NULL"
          " AND customer = (SELECT customer FROM link WHERE id = ?1"
          "  AND (customer IS NOT ?2 OR remote_id IS NOT ?3))"
          " AND EXISTS (SELECT 1 FROM event_form WHERE id = form"
          "  AND account = (SELECT account FROM link WHERE id = ?1))")
/* 1, 2: bytes may have left, and nobody knows; 4 and above: see below. */
STATEMENT(WRITTEN_SINCE, 1,
          "SELECT EXISTS (SELECT 1 FROM change WHERE customer = ?2"
          " AND +account = ?1 AND +state IN (1, 2))"
          " OR EXISTS (SELECT 1 FROM " EVENT_AND_FORM
          "  WHERE e.customer = ?2 AND f.account = ?1 AND f.kind >= 4"
          "  AND f.since_ms + e.late_ms > ?3)")
STATEMENT(WRITES_SINCE, 1,
          "SELECT " EVENT_COLUMNS " FROM " EVENT_AND_FORM
          " WHERE e.customer = ?2 AND f.account = ?1 AND f.kind >= 4"
          " AND f.since_ms + e.late_ms > ?3 ORDER BY e.n DESC LIMIT ?4")
/* A run of a day before may still have been at work. */
STATEMENT(WRITTEN_COUNT, 0,
          "SELECT count(DISTINCT e.customer) FROM " EVENT_AND_FORM
          " WHERE e.form IN (SELECT id FROM event_form WHERE account = ?1"
          "  AND kind >= 4 AND run >= coalesce((SELECT min(id) FROM run"
          "   WHERE started_ms >= ?2 - 86400000), ?2))"
          " AND f.since_ms + e.late_ms > ?2")
STATEMENT(EVENTS_OF_CUSTOMER, 1,
          "SELECT " EVENT_COLUMNS " FROM " EVENT_AND_FORM
          " WHERE e.customer = ?1 AND e.n < ?2 ORDER BY e.n DESC LIMIT ?3")
/* 4 and above: written and acknowledged. */
STATEMENT(RUN_ACCOUNT_NEXT, 1,
          "SELECT min(account) FROM event_form WHERE run = ?1 AND account > ?2"
          " AND kind >= 4")
/* From customer to customer: all of them together go through the table once. */
#define FORMS_OF_WRITES                                                        \
    "(SELECT id FROM event_form WHERE run = ?1 AND account = ?2 AND kind >= 4)"
STATEMENT(RUN_WROTE_NEXT, 1,
          "SELECT customer FROM event WHERE customer > ?3"
          " AND form IN " FORMS_OF_WRITES " ORDER BY customer LIMIT 1")
STATEMENT(RUN_WROTE, 1,
          "SELECT " EVENT_COLUMNS " FROM " EVENT_AND_FORM
          " WHERE e.customer = ?3 AND f.run = ?1 AND f.account = ?2"
          " AND f.kind >= 4 ORDER BY e.n")
STATEMENT(RUN_FIRST_SINCE, 0,
          "SELECT id FROM run WHERE started_ms >= ?1 ORDER BY id LIMIT 1")
STATEMENT(FORMS_PRUNE, 0, "DELETE FROM event_form WHERE run < ?1")
STATEMENT(HAND_PRUNE, 0,
          "DELETE FROM event_form WHERE run IS NULL AND since_ms < ?1")
STATEMENT(EVENTS_SWEEP_END, 0,
          "SELECT max(customer) FROM (SELECT customer FROM event"
          " WHERE customer > ?1 ORDER BY customer LIMIT ?2)")
STATEMENT(EVENTS_SWEEP, 0,
          "DELETE FROM event WHERE customer > ?1 AND customer <= ?2"
          " AND NOT EXISTS (SELECT 1 FROM event_form WHERE id = event.form)")
STATEMENT(FACTS_PRUNE, 0,
          "DELETE FROM fact WHERE name >= '" FACT_OF_RUN "'"
          " AND name < '" FACT_OF_RUN "~' AND CAST(value AS INTEGER) < ?1")
STATEMENT(REPORTS_PRUNE, 0,
          "UPDATE run SET report = '' WHERE id < ?1 AND report <> ''")
STATEMENT(ACCOUNT_ABOUT, 0,
          "SELECT provider, base_url, tenant, coalesce((SELECT min(label)"
          " FROM account_label WHERE account = account.id), '')"
          " FROM account WHERE id = ?1")
STATEMENT(SOURCE_ABOUT, 1, "SELECT kind, name FROM source WHERE id = ?1")
STATEMENT(LINKS_OF_CUSTOMER, 1,
          "SELECT " LINK_COLUMNS " FROM link AS l"
          " WHERE l.customer = ?1 ORDER BY l.account LIMIT ?2")
STATEMENT(CHANGES_OF_CUSTOMER, 1,
          "SELECT " CHANGE_COLUMNS " FROM change AS c"
          " WHERE c.customer = ?1 AND c.state <> 3 ORDER BY c.id LIMIT ?2")
STATEMENT(SAID_OF_LINK, 1,
          "SELECT source, vals FROM said WHERE link = ?1"
          " ORDER BY source LIMIT ?2")

#include "state/statements_more.h"
#include "state/statements_forget.h"
