#!/usr/bin/env bash
# A state file of version 6, as a custsync of that version left it, is brought
# up to date in one run and tells what it told: every life, what is pending, and
# what the next night would do. What it said then stands in tests/upgrade.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

wanted=$source_dir/tests/upgrade
state=state/custsync.db
cp "$wanted"/*.csv "$wanted/custsync.yaml" .
chmod 600 custsync.yaml
# as_it_was: the state of version 6.
as_it_was() {
    rm -rf state
    mkdir state
    python3 - "$wanted/state-6.sql" $state <<'PYTHON'
import sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.executescript(open(sys.argv[1]).read())
db.executescript('PRAGMA application_id=%d; PRAGMA user_version=6;' % 0x43755379)
PYTHON
}
# as_then FILE ARGUMENT...: says what it said then.
as_then() {
    local file=$1
    shift
    custsync "$@"
    [ -z "${UPGRADE_WANTED:-}" ] || { cat out err >"$wanted/$file"; return; }
    cat out err >got
    same_file "$*" "$wanted/$file" got
}
lives="reference_id=1 reference_id=2 reference_id=3 reference_id=4 reference_id=7
reference_id=8 reference_id=9 reference_id=10 email=hal@example.com reference_id=A2"

as_it_was
if [ -z "${UPGRADE_WANTED:-}" ]; then
    ends 78 status
    has "what to do" "the next sync upgrades it" err
fi
as_then plan-books.out plan --source crm --max-changes 100% night.csv books:
for life in $lives; do
    custsync explain "$life" --source crm --json
    cat out err
    custsync explain "$life" --source crm
    cat out err
done >lives
[ -z "${UPGRADE_WANTED:-}" ] || cp lives "$wanted/lives.out"
same_file "lives" "$wanted/lives.out" lives
as_then status.out status
# Kounta's file is another one since: each row is judged anew, and its warning
# told again.
as_then plan-shop.out plan --source crm --max-changes 100% night.csv shop:
as_then undo.out undo -n 5
as_then night.out sync --source till till.csv shop:

# Killed at each step of it, and run again.
dies=0
code=137
while [ "$code" = 137 ]; do
    dies=$((dies + 1))
    as_it_was
    CUSTSYNC_DIE_AT=$dies custsync plan --source crm --max-changes 100% night.csv books:
    [ "$code" = 137 ] || break
    as_then plan-books.out plan --source crm --max-changes 100% night.csv books:
    code=137
done
at_least "deaths" 2 $((dies - 1))
echo ok
