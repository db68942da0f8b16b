#!/usr/bin/env bash
# What an older custsync kept as JSON says the same: nothing is sent again, a
# refusal stands, lives are told alike, and what changes is sent.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

state=state/custsync.db
# as_before: every customer in the state is written as older versions did. What
# another program changes is damage, so the file is made anew, without sums.
as_before() {
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$source_dir/tests \
        python3 - $state >forms <<'PYTHON' || fail "the state" "written" "$?"
import json, os, sqlite3, sys
from kept import kept
path = sys.argv[1]
old, new = sqlite3.connect(path), sqlite3.connect(path + '.new')
new.executescript('\n'.join(old.iterdump()))
for pragma in 'application_id', 'user_version':
    value, = old.execute('PRAGMA ' + pragma).fetchone()
    new.execute(f'PRAGMA {pragma} = {value}')
for table, column in (('link', 'held'), ('said', 'vals'), ('said', 'moved'),
                      ('record', 'vals'), ('change', 'vals'),
                      ('change', 'wanted')):
    for row, text in new.execute(
            f'SELECT rowid, {column} FROM {table}').fetchall():
        if text.startswith('\1'):
            print(table, column)
            new.execute(f'UPDATE {table} SET {column} = ? WHERE rowid = ?',
                        (json.dumps(kept(text), separators=(',', ':'),
                                    ensure_ascii=False), row))
new.commit()
new.close()
old.close()
for end in '-wal', '-shm':
    if os.path.exists(path + end):
        os.remove(path + end)
os.replace(path + '.new', path)
PYTHON
}
lives() {
    local id
    for id in 1 2 3 4; do
        custsync explain "reference_id=$id" --source people --json
        cat out
    done | jq '.. | .links? // empty'
}
refuse() { faults 'POST *customers* skip 3 always status 400'; }

sandbox --rate off
at_once
{
    echo reference_id,first_name,last_name,email,city,tags,custom.pet
    echo '1,Ann,Able,ann@example.com,Perth,"a,b",cat'
    echo '2,Zoë,"Ba""ker",bob@example.com,,,'
    echo '3,Cleo,Cole,cleo@example.com,Perth,a,'
    echo '4,Dan,Dale,dan@example.com,Perth,,dog'
} >people.csv
refuse
sync 1 --source people people.csv shop:
ledger 'created 3' 'rejected 1'
lives >lives.packed
as_before
same "what was packed" "change vals 1 link held 3 said vals 3" \
    "$(sort forms | uniq -c | awk '{ print $2, $3, $1 }' | xargs)"
lives >lives.json
same_file "lives" lives.packed lives.json

case_name='nothing changed'
forget
sync 1 --source people people.csv shop:
ledger 'unchanged 3' 'rejected 1'
same "requests" 0 "$(requests)"
as_before
same "what was packed" '' "$(cat forms)"

case_name='all of them moved'
faults '# none'
sed -i 's/Perth/Hobart/; s/,,,$/,Hobart,,/' people.csv
sync 0 --source people people.csv shop:
ledger 'created 1' 'updated 3'
as_before
same "what was packed" "link held 4 record vals 3 said vals 4" \
    "$(sort forms | uniq -c | awk '{ print $2, $3, $1 }' | xargs)"
forget
quiet --source people people.csv shop:
echo "ok: kept forms"
