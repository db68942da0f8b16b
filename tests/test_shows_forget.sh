#!/usr/bin/env bash
# Who is forgotten is in none of the bytes of the store's files, and is not made
# anew: by no source, by none of its keys, by no read. Everybody else stays as
# they were, and a run that is killed on the way forgets all or nothing.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# The person, in whatever form it came: the city is nobody else's.
marks='quilla zyzzyva quilla.z@example.com 0491578888 61491578888 QZ-77 wagga_quilla'
people() {
    make_people 30
    echo 'QZ-77,Quilla,Zyzzyva,Quilla.Z@example.com,0491578888,Wagga_Quilla'
    echo 'R00090,Rob,Poe,rob@example.com,0491570156,Perth'
}
# nowhere: none of the marks is in a file of the store.
nowhere() {
    local mark
    for mark in $marks; do
        same "$mark in the store's files" "" "$(grep -liaF -- "$mark" state/* 2>/dev/null)"
    done
}
somewhere() {
    [ -n "$(grep -liaF quilla.z@example.com state/*)" ] ||
        fail "quilla.z@example.com in the store's files" found nothing
}

sandbox --rate off
people >crm.csv
sync 0 --source crm crm.csv shop:
ledger 'created 32'
# Edits, a pull, a second account, an unlucky row and a plan: traces of all
# kinds, in forms that others share.
sed -i 's/Wagga_Quilla/Wagga_Quilla West/; s/p00003@example.com,\([0-9]*\),Perth/p00003@example.com,\1,Hobart/' crm.csv
sync 0 --source crm crm.csv shop:
ledger 'updated 2' 'unchanged 30'
ends 0 pull shop:
sync 0 shop: books:
echo 'reference_id,first_name,email,mobile
9,Quilla,quilla.z@example,0491578888' >till.csv
sync 0 --source till till.csv shop:
somewhere
custsync explain reference_id=R00003 --source crm
grep -v '^  *holds' out >life.before
record=$(page '.providers.kounta.customers[] | select(tostring | ascii_downcase
    | contains("quilla.z@")) | .id')
cp -a state first

case_name="who is not known"
ends 1 forget email=stranger@example.com
has "who it is not" "no customer with email=stranger@example.com is known" err
ends 64 forget
ends 64 forget email

case_name="a customer who stands for two"
echo 'reference_id,first_name,email
R00090,Rae,rae@example.com' >other.csv
sync 0 --source other other.csv shop:
ends 65 forget reference_id=R00090
has "how to choose" "--source NAME" err

case_name="while a run is at work"
exec 9<>"$(ls state/*.account_1-*.lock)"
flock -n 9 || fail "the lock of an account" "free" "taken"
ends 75 forget email=quilla.z@example.com
has "who holds it" "shop: held by another run" err
exec 9>&-
somewhere

case_name="the person"
ends 0 forget email=QUILLA.Z@example.com
has "what is not touched" "shop: record $record is not touched" out
has "what keeps it out" "not to be made anew by: reference_id, email, mobile" out
nowhere
same "the person at the provider" 1 "$(page '[.providers.kounta.customers[]
    | select(tostring | ascii_downcase | contains("quilla.z@"))] | length')"
ends 0 forget email=quilla.z@example.com
has "the second time" "was forgotten already" out
ends 1 explain email=quilla.z@example.com
custsync explain reference_id=R00003 --source crm
grep -v '^  *holds' out >life.after
same_file "another one's life" life.before life.after
custsync runs
same "runs" 0 "$code"
custsync status
same "status" 0 "$code"

case_name="the same source"
sync 0 --source crm crm.csv shop:
ledger 'unchanged 31' 'skipped 1'
same "its code" "skipped forgotten" "$(jq -r '.problems[] |
    select(.code == "forgotten") | "\(.outcome) \(.code)"' report.json)"
nowhere

case_name="other sources, by one key each"
for row in '1,Q,quilla.z@example.com,' '2,Q,,+61 491 578 888' '3,Q,QUILLA.Z@EXAMPLE.COM,0491570157'; do
    printf 'reference_id,first_name,email,mobile\n%s\n' "$row" >one.csv
    sync 0 --source elsewhere one.csv shop:
    ledger 'skipped 1'
done
printf 'reference_id,first_name,email\nQZ-77,Quilla,another@example.com\n' >one.csv
sync 0 --source crm one.csv books:
ledger 'skipped 1'
sync 0 --source elsewhere one.csv books:
ledger 'created 1'
marks='zyzzyva quilla.z@example.com 0491578888 61491578888 wagga_quilla'
nowhere

case_name="a read of the accounts, and from one to the other"
ends 0 pull --full shop:
nowhere
sync 0 shop: books: --full
same "skipped" 1 "$(rows skipped)"
sync 0 shop: out.json --full
same "skipped" 1 "$(rows skipped)"
has_not "the file" quilla.z out.json
nowhere

case_name="the store is whole"
python3 -c "
import sqlite3
db = sqlite3.connect('file:state/custsync.db?mode=ro', uri=True)
print(db.execute('PRAGMA integrity_check').fetchone()[0])" >got
same "integrity" ok "$(cat got)"

# ---- who shares a key, who has none, who was only seen ---------------------------
case_name="a shared number"
marks='quilla.z@example.com QZ-77'
sandbox --rate off
at_once
printf '%s\n' 'reference_id,first_name,last_name,email,mobile,phone,city' \
    'QZ-77,Quilla,Zyzzyva,quilla.z@example.com,0491578888,,' \
    'R1,Ann,Zyzzyva,ann@example.com,0491578888,,' \
    ',Solitaria,Nomail,,,08 7010 1234,Broome' >crm.csv
sync 0 --source crm crm.csv shop:
ledger 'created 3'
ends 0 forget email=quilla.z@example.com
has "what is shared" "also somebody else's, so it keeps nobody out: mobile" out
nowhere
sed -i 's/Ann,Zyzzyva/Anna,Zyzzyva/' crm.csv
sync 0 --source crm crm.csv shop:
ledger 'updated 1' 'unchanged 1' 'skipped 1'

case_name="at a terminal"
id=$(page '.providers.kounta.customers[] | select(.first_name == "Solitaria") | .id')
printf '%s\n' 'wait back. [y/N]' 'type n' >script
PTY_OUT=out python3 "$source_dir/tests/pty_run.py" script "$CUSTSYNC" forget "shop:=$id" >err
same "exit code of a no" 64 $?
sed -i 's/type n/type y/' script
PTY_OUT=out python3 "$source_dir/tests/pty_run.py" script "$CUSTSYNC" forget "shop:=$id" >err
same "exit code of a yes" 0 $?

case_name="who has no id"
has "what keeps it out" "not to be made anew by: reference_id, name+phone" out
marks='solitaria'
nowhere
sync 0 --source crm crm.csv shop:
ledger 'unchanged 1' 'skipped 2'

case_name="who was only seen"
ask POST /customers/kounta '{"first_name":"Seen","email":"seen.once@example.com"}'
ends 0 pull shop:
marks='seen.once@example.com'
[ -n "$(grep -liaF seen.once state/*)" ] || fail "the record" "known" "not"
ends 0 forget email=seen.once@example.com
nowhere
ends 0 pull --full shop:
nowhere

case_name="the record, found by a shared number"
sandbox --rate off
at_once
rm -rf state
head='reference_id,first_name,last_name,email,mobile'
lee='B1,Lee,Mono,lee@example.com,0491570156'
mum='B2,Mum,Mono,,0491570156'
printf '%s\n' "$head" "$lee" >crm.csv
sync 0 --source crm crm.csv field:
printf '%s\n' "$head" "$mum" >mum.csv
sync 0 --source crm mum.csv shop:
ends 0 forget email=lee@example.com
printf '%s\n' "$head" "$lee" "$mum" >crm.csv
sync 0 --source crm crm.csv field:
ledger 'created 1' 'skipped 1'
same "who is there" 'Lee Mum' "$(page '[.providers.fieldedge.customers[].firstName]
    | sort | join(" ")')"
marks='lee@example.com'
nowhere

case_name="somebody else who is given the key"
printf '%s\n' "$head" "$lee" 'B3,Bob,Roe,bob@example.com,' 'B4,Cy,Roe,cy@example.com,' >crm.csv
sync 0 --source crm crm.csv books:
ledger 'created 2' 'skipped 1'
sed -i 's/bob@/lee@/' crm.csv
sync 0 --source crm crm.csv books: --missing deactivate
ledger 'unchanged 1' 'skipped 2'
same "who is active" 2 "$(page '[.providers.count.customers[] |
    select(.status == "active")] | length')"
sed -i 's/Roe,lee@/Roe,bob@/' crm.csv
sync 0 --source crm crm.csv shop:
sync 0 shop: field: --full
id=$(page '.providers.kounta.customers[] | select(.first_name == "Bob") | .id')
ask POST "/customers/kounta/$id" '{"email":"lee@example.com"}'
sync 0 shop: field: --full
same "skipped while it shows the key" 1 "$(rows skipped)"
ask POST "/customers/kounta/$id" '{"email":"bob@example.com"}'
sync 0 shop: field: --full
same "skipped when it does no more" 0 "$(rows skipped)"

case_name="while something is in doubt"
ask POST /restart
rm -rf state
echo 'reference_id,first_name,email
D1,Doubt,doubt@example.com' >doubt.csv
faults 'POST *customers* always status-after 503' \
    'GET * skip 1 always status 503'
custsync sync --source crm doubt.csv shop:
ends 75 forget email=doubt@example.com
has "why not" "what became of it is not known yet" err
marks='doubt@example.com'
[ -n "$(grep -liaF doubt@ state/*)" ] || fail "whoever is in doubt" "known" "not"

# Killed at each step, and given again: all or nothing, then nothing.
case_name="killed"
dies=0
code=137
marks='zyzzyva quilla.z@example.com 0491578888 61491578888 QZ-77 wagga_quilla'
while [ "$code" = 137 ]; do
    dies=$((dies + 1))
    rm -rf state
    cp -a first state
    CUSTSYNC_DIE_AT=$dies custsync forget email=quilla.z@example.com
    [ "$code" = 137 ] || break
    custsync explain email=quilla.z@example.com
    if [ "$code" = 0 ]; then
        for what in 'reference_id QZ-77' 'shop: record' 'books: record' 'run 2'; do
            has "all of it, after step $dies" "$what" out
        done
    fi
    ends 0 forget email=quilla.z@example.com
    nowhere
    code=137
done
at_least "deaths" 4 $((dies - 1))
nowhere
echo ok
