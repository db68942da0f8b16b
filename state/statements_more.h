/*
 * statements_more.h - those of tokens, pace and exports; statements.h reads it.
 */

/* --- tokens, pace, breaker, facts -----------------------------------------*/
STATEMENT(TOKEN_FIND, 1,
          "SELECT access, refresh, first_refresh, expires_ms, asked_ms,"
          " refused FROM token WHERE login = ?1")
STATEMENT(TOKEN_PUT, 1,
          "INSERT INTO token (login, access, refresh, first_refresh,"
          " expires_ms) VALUES (?1, ?2, ?3, ?4, ?5)"
          " ON CONFLICT (login) DO UPDATE SET access = excluded.access,"
          " refresh = excluded.refresh,"
          " first_refresh = excluded.first_refresh,"
          " expires_ms = excluded.expires_ms, asked_ms = 0, refused = ''")
STATEMENT(TOKEN_ASKED, 1,
          "INSERT INTO token (login, access, refresh, first_refresh,"
          " expires_ms, asked_ms) VALUES (?1, '', '', '', 0, ?2)"
          " ON CONFLICT (login) DO UPDATE SET asked_ms = excluded.asked_ms")
STATEMENT(TOKEN_REFUSED, 1,
          "INSERT INTO token (login, access, refresh, first_refresh,"
          " expires_ms, refused) VALUES (?1, '', '', '', 0, ?2)"
          " ON CONFLICT (login) DO UPDATE SET refused = excluded.refused")
STATEMENT(GRANTS_AHEAD, 1,
          "SELECT coalesce(sum(n), 0) FROM pace_grant"
          " WHERE scope = ?1 AND at_ms > ?2")
STATEMENT(GRANTS_AHEAD_DROP, 1,
          "DELETE FROM pace_grant WHERE scope = ?1 AND at_ms > ?2")
STATEMENT(GRANTS_DROP, 1,
          "DELETE FROM pace_grant WHERE scope = ?1 AND at_ms <= ?2")
STATEMENT(GRANTS, 1,
          "SELECT at_ms, n FROM pace_grant"
          " WHERE scope = ?1 AND at_ms > ?2 ORDER BY at_ms")
STATEMENT(GRANTS_USED, 1,
          "SELECT coalesce(sum(n), 0) FROM pace_grant"
          " WHERE scope = ?1 AND at_ms > ?2")
STATEMENT(GRANT_ADD, 1,
          "INSERT INTO pace_grant (scope, at_ms, n) VALUES (?1, ?2, ?3)"
          " ON CONFLICT (scope, at_ms) DO UPDATE SET n = n + excluded.n")
/* The first grant from that time on; an earlier one than meant is safe. */
STATEMENT(GRANT_TAKE, 1,
          "UPDATE pace_grant SET n = n - 1 WHERE scope = ?1 AND at_ms ="
          " (SELECT at_ms FROM pace_grant WHERE scope = ?1 AND n > 0"
          " AND at_ms BETWEEN ?2 AND ?3 ORDER BY at_ms LIMIT 1)")
STATEMENT(PENALTY_FIND, 1, "SELECT until_ms FROM penalty WHERE scope = ?1")
/* One that lies more than 25 hours behind the old one shows that the old one
 * was written by a wrong clock. */
STATEMENT(PENALTY_PUT, 1,
          "INSERT INTO penalty (scope, until_ms) VALUES (?1, ?2)"
          " ON CONFLICT (scope) DO UPDATE SET"
          " until_ms = CASE WHEN until_ms BETWEEN excluded.until_ms"
          "  AND excluded.until_ms + 90000000"
          " THEN until_ms ELSE excluded.until_ms END")
STATEMENT(PENALTY_REMOVE, 1, "DELETE FROM penalty WHERE scope = ?1")
STATEMENT(BREAKER_FIND, 1,
          "SELECT failures, open_until_ms FROM breaker WHERE account = ?1")
STATEMENT(BREAKER_PUT, 1,
          "INSERT INTO breaker (account, failures, open_until_ms)"
          " VALUES (?1, ?2, ?3) ON CONFLICT (account) DO UPDATE SET"
          " failures = excluded.failures,"
          " open_until_ms = excluded.open_until_ms")
STATEMENT(FACT_FIND, 1, "SELECT value FROM fact WHERE name = ?1")
STATEMENT(FACT_PUT, 1,
          "INSERT INTO fact (name, value) VALUES (?1, ?2)"
          " ON CONFLICT (name) DO UPDATE SET value = excluded.value")

/* --- exports --------------------------------------------------------------*/
STATEMENT(EXPORT_FIND, 1,
          "SELECT id FROM export WHERE account = ?1 AND job = ?2"
          " AND mapping = ?3 AND changed = ?4")
STATEMENT(EXPORT_ADD, 1,
          "INSERT INTO export (account, job, mapping, changed, run)"
          " VALUES (?1, ?2, ?3, ?4, 0)")
STATEMENT(EXPORT_RUN, 1, "SELECT run FROM export WHERE id = ?1")
STATEMENT(EXPORT_PUBLISHED, 1, "UPDATE export SET run = ?2 WHERE id = ?1")
STATEMENT(EXPORTED_FIND, 1,
          "SELECT print FROM exported WHERE export = ?1 AND record = ?2"
          " AND run <= ?3 ORDER BY run DESC LIMIT 1")
STATEMENT(EXPORTED_PUT, 1,
          "INSERT INTO exported (export, record, run, print)"
          " VALUES (?1, ?2, ?3, ?4)"
          " ON CONFLICT (export, record, run) DO UPDATE SET"
          " print = excluded.print")
STATEMENT(EXPORTED_STRAYS, 0,
          "DELETE FROM exported WHERE export = ?1 AND run > ?2")
/* Given anew, or of a record that is no more. */
STATEMENT(EXPORTED_OLD, 0,
          "DELETE FROM exported AS old WHERE export = ?1 AND"
          " ((run < ?2 AND EXISTS (SELECT 1 FROM exported AS new"
          "   WHERE new.export = old.export AND new.record = old.record"
          "   AND new.run = ?2))"
          " OR NOT EXISTS (SELECT 1 FROM export JOIN record"
          "   ON record.account = export.account"
          "   AND record.remote_id = old.record WHERE export.id = old.export))")
