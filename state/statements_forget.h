/*
 * statements_forget.h - those of forgetting a person; statements.h reads it.
 */
STATEMENT(SALT_TAKE, 1, "SELECT bytes FROM salt WHERE one = 1")
STATEMENT(FORGOTTEN_ANY, 1,
          "SELECT EXISTS (SELECT 1 FROM forgotten WHERE mark >= x'')")
STATEMENT(FORGOTTEN_FIND, 1, "SELECT 1 FROM forgotten WHERE mark = ?1")
STATEMENT(FORGOTTEN_ADD, 1,
          "INSERT INTO forgotten (mark) VALUES (?1) ON CONFLICT DO NOTHING")
#define EACH_ACCOUNT "(SELECT id FROM account WHERE id > 0)"
STATEMENT(RECORDS_UNLINKED, 0,
          "SELECT r.account, r.remote_id, r.vals FROM record_key AS k"
          " CROSS JOIN record AS r ON r.id = k.record"
          " WHERE k.account IN " EACH_ACCOUNT " AND k.kind = ?1"
          " AND k.value = ?2 AND NOT EXISTS (SELECT 1 FROM link AS l"
          "  WHERE l.account = r.account AND l.remote_id = r.remote_id)"
          " ORDER BY k.record LIMIT ?3")
STATEMENT(NOBODY_ANY, 0,
          "SELECT EXISTS (SELECT 1 FROM nobody WHERE kind = ?1 AND value = ?2)")
STATEMENT(ACCOUNT_NEXT, 0,
          "SELECT id FROM account WHERE id > ?1 ORDER BY id LIMIT 1")
STATEMENT(DROP_NOTE_ONE, 1, "INSERT INTO temp.dropped (customer) VALUES (?1)")

/* Changes with their rows, and what sources said, go with them. */
STATEMENT(FORGET_CHANGES, 0, "DELETE FROM change WHERE customer = ?1")
STATEMENT(FORGET_LINKS, 0, "DELETE FROM link WHERE customer = ?1")
STATEMENT(FORGET_MOVED, 0,
          "INSERT INTO account_moved SELECT account, 1 FROM link"
          " WHERE customer = ?1" MOVED_ONCE_MORE)
STATEMENT(FORGET_FACTS, 0,
          "DELETE FROM fact WHERE name >= 'new:' AND name < 'new:~'"
          " AND name LIKE '%:' || ?1")
STATEMENT(FORGET_EXPORTED, 0,
          "DELETE FROM exported WHERE record = ?2 AND export IN"
          " (SELECT id FROM export WHERE account = ?1)")
/* Numbers and lines stay; the words may be anybody's. */
STATEMENT(FORGET_REPORTS, 0,
          "UPDATE run SET report = CASE WHEN json_valid(report)"
          "  THEN json_remove(report, '$.problems',"
          "   '$.error.message', '$.error.hint', '$.error.place') ELSE '' END"
          " WHERE report <> ''")
STATEMENT(EVENTS_SAID, 0,
          "SELECT e.customer, e.n, f.body, e.differs"
          " FROM " EVENT_AND_FORM)
STATEMENT(EVENT_DROP, 0, "DELETE FROM event WHERE customer = ?1 AND n = ?2")
STATEMENT(FORM_NEXT, 0,
          "SELECT id, body FROM event_form WHERE id > ?1 ORDER BY id LIMIT 1")
STATEMENT(FORGET_IN_CHANGES, 0,
          "UPDATE change SET message = '' WHERE instr(lower(message), ?1) > 0")

/* Forms that say all of an event of that customer, and of nobody else's. */
STATEMENT(FORMS_ALL_SAID, 0,
          "SELECT e.form, f.body FROM " EVENT_AND_FORM
          " WHERE e.customer = ?1 AND e.form > ?2 AND e.differs IS NULL"
          " AND f.body <> '' ORDER BY e.form LIMIT 1")
STATEMENT(FORM_SAYS_ALL, 0,
          "SELECT 1 FROM event WHERE form = ?2 AND customer <> ?1"
          " AND differs IS NULL LIMIT 1")
STATEMENT(FORM_EVENT_NEXT, 0,
          "SELECT customer, n, differs FROM event WHERE form = ?1"
          " AND customer <> ?2 AND (customer, n) > (?3, ?4)"
          " ORDER BY customer, n LIMIT 1")
STATEMENT(FORM_COPY, 0,
          "INSERT INTO event_form (run, account, source, kind, since_ms, body)"
          " SELECT run, account, source, kind, since_ms, ?2 FROM event_form"
          " WHERE id = ?1")
STATEMENT(EVENT_FORM_PUT, 0,
          "UPDATE event SET form = ?3, differs = ?4"
          " WHERE customer = ?1 AND n = ?2")
STATEMENT(FORM_REMOVE, 0, "DELETE FROM event_form WHERE id = ?1")
