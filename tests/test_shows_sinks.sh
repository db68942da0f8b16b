#!/usr/bin/env bash
# Files as sinks: any mapping into any format that can hold it, what it cannot
# hold said once, and a file that is there whole or not at all.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# Nothing unfinished is left beside the files.
tidy() {
    local left
    left=$(find "$work" -name '*.tmp' | head -3)
    same "files left behind" "" "$left"
}

make_people 50 >people.csv

# ---- any mapping to any mapping -------------------------------------------------
case_name='any mapping'
cat >rich.ndjson <<'JSON'
{"reference_id":"007","name":"Acme Pty","company":"Acme Pty","first_name":"Ann","last_name":"Lee","email":"ann@acme.example","phone":"+61255501234","mobile":"+61491570156","billing":{"street":"1 High St","city":"Sydney","state":"NSW","postal_code":"2000","country":"AU"},"tags":["VIP","Blog"],"notes":"calls back"}
{"reference_id":"12345678901234567890123","name":"Bo Lee","company":"Bo & Sons","first_name":"Bo","last_name":"Lee","email":"bo@acme.example","mobile":"+61491570006","billing":{"street":"2 Low Rd","city":"Perth","state":"WA","postal_code":"6000","country":"AU"}}
JSON
for file in "$source_dir"/mappings/files/*.yaml; do
    name=$(basename "$file" .yaml)
    format=$(sed -n 's/^format: *//p' "$file")
    case_name="to $name"
    custsync sync rich.ndjson "$name:sink.${format:-csv}" --report report.json
    # Some shapes are only ever read.
    [ "$code" = 64 ] && grep -q 'how to read, not how to write' err && continue
    case $code in 0 | 1) ;; *) fail "exit code" "0 or 1" "$code" ;; esac
    # What it wrote, it reads.
    created=$(rows created)
    [ "$created" = 0 ] && continue
    ends 0 sync "$name:sink.${format:-csv}" back.ndjson --report report.json
    same "customers read back" "$created" \
        "$(jq '.rows | .created + .skipped' report.json)"
done
tidy

# ---- what cannot be held is said once --------------------------------------------
case_name='said once'
cat >tags.csv <<'CSV'
id,name,email,tags,custom.Colour
1,Ann Lee,ann@example.com,"a, b",red
2,Bo Lee,bo@example.com,c,
3,Cy Lee,cy@example.com,,
CSV
sync 0 tags.csv xero:out.csv
same "tags" "xero has no place for it: left out of 2 customers (first at tags.csv:2)" \
    "$(jq -r '.problems[] | select(.field == "tags") | .message' report.json)"
same "a column of one's own" "xero has no place for it: left out of 1 customer (tags.csv:2)" \
    "$(jq -r '.problems[] | select(.field == "custom.Colour") | .message' report.json)"
same "times it is said" 2 "$(jq .codes.not_carried report.json)"
# plan says the same, and writes nothing.
ends 0 plan tags.csv xero:planned.csv --report report.json
same "times a plan says it" 2 "$(jq .codes.not_carried report.json)"
[ ! -e planned.csv ] || fail "a plan" "no file" "$(cat planned.csv)"
# A shape that has a place for everything says nothing.
sync 0 tags.csv out.json
same "problems" 0 "$(jq '.problems | length' report.json)"
like "a column of one's own" '"custom.Colour":"red"' out.json
sync 0 tags.csv out.csv
like "header" 'custom\.Colour$' <(head -1 out.csv)

# ---- formats -----------------------------------------------------------------------
case_name='formats'
ends 0 sync people.csv people.dat --to-format xml
like "XML" '^<\?xml' people.dat
ends 0 sync people.csv - --to-format ndjson
same "customers on standard output" 50 "$(grep -c '^{"reference_id"' out)"
has_not "customers on standard output" 'run 1' out
has "the summary" '' err
for stream in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
    "$CUSTSYNC" sync people.csv "$stream" --to-format ndjson >all 2>err ||
        fail "$stream" 0 $?
    same "lines on $stream" 50 "$(grep -c . all)"
done
ends 64 sync people.csv people.csv.gz
has "why" 'would not be packed' err
ends 64 sync people.csv people
ends 64 sync people.csv people.dat --to-format parquet
if [ -f "$source_dir/mappings/files/prestashop.yaml" ]; then
    ends 64 sync people.csv prestashop:people.csv
    has "why" 'no CSV can hold' err
    ends 0 sync people.csv prestashop:people.dat
fi

# ---- by position, without a header ----------------------------------------------------
case_name='by position'
cat >card.yaml <<'YAML'
format: csv
columns: [code, title, mail]
fields:
  reference_id: code
  name: {from: title, or: [{join: [first_name, last_name], with: " "}]}
  email: mail
YAML
cat >card.csv <<'CSV'
C-1,Ann Lee,ann@example.com
C-2,Bo Lee,bo@example.com
CSV
ends 0 sync ./card.yaml:card.csv ./card.yaml:again.csv
same_file "a file without a header" card.csv again.csv
ends 0 sync ./card.yaml:again.csv - --to-format ndjson
same "customers" 2 "$(grep -c '"name":' out)"

# ---- encodings ---------------------------------------------------------------------------
case_name='encoding'
cat >west.yaml <<'YAML'
format: csv
encoding: windows-1252
fields: {reference_id: id, name: name, email: email, notes: note}
YAML
cat >west.csv <<'CSV'
id,name,email,note
1,Zoë Čapek,z@example.com,x
2,Zoë Łuk,l@example.com,caf€
CSV
sync 0 west.csv ./west.yaml:out.csv
same "values left out" 2 "$(jq '.codes.not_in_encoding // 0' report.json)"
same "in its encoding" '2,,l@example.com,caf€' "$(iconv -f cp1252 -t utf-8 out.csv | tail -1)"
sed -i 's/name: name/name: {from: name, required: true}/' west.yaml
sync 1 west.csv ./west.yaml:out.csv
ledger 'invalid 2'
printf 'id,name,email,note\n1,Ann,a@example.com,x\xef\xbf\xbfy\n' >odd.csv
sync 0 odd.csv out.xml
same "left out of XML" 1 "$(jq .codes.bad_character report.json)"
sync 0 out.xml out.json

# ---- whole or not at all -----------------------------------------------------------------
case_name='whole'
make_people 5000 >many.csv
echo kept >old.json
cp old.json out.json
# A disk that is full: a limit on the size of files stands for it.
(trap '' XFSZ; ulimit -f 200; "$CUSTSYNC" sync many.csv out.json >out 2>err)
same "exit code on a full disk" 74 $?
same_file "the file of before" old.json out.json
has_not "the summary" 'created' out
tidy
ends 74 sync people.csv /dev/full --to-format csv
ends 73 sync people.csv nowhere/out.json
ends 73 sync people.csv people.csv/out.json
mkdir folder
ends 73 sync people.csv folder --to-format json
# A broken source leaves what was there.
printf 'id,name,email\n1,Ann,a@example.com\n2,"Bo,b@example.com\n' >broken.csv
ends 65 sync broken.csv out.json
same_file "the file of before" old.json out.json
ends 65 sync broken.csv - --to-format json
same "bytes on standard output" 0 "$(wc -c <out)"
# Killed while it reads: a pipe that never ends.
mkfifo endless
for signal in KILL TERM; do
    rm -f fed
    (cat many.csv; : >fed; exec sleep 30) >endless &
    feeder=$!
    started+=("$feeder")
    "$CUSTSYNC" sync --format csv endless out.json >out 2>err &
    killed=$!
    started+=("$killed")
    until [ -e fed ]; do sleep 0.05; done # it is reading by then
    kill -"$signal" "$killed"
    kill "$feeder" 2>/dev/null
    wait "$killed" 2>/dev/null
    code=$?
    same "exit code" "$((128 + $(kill -l "$signal")))" "$code"
    same_file "the file of before" old.json out.json
done
tidy
# Through a link its target is replaced; the rights stay.
chmod 640 out.json
ln -s out.json link.json
ends 0 sync people.csv link.json
same "the link" out.json "$(readlink link.json)"
same "customers" 50 "$(jq length out.json)"
same "rights" 640 "$(stat -c %a out.json)"
# A pipe has no name to be replaced; it is written as it comes.
mkfifo pipe
cat pipe >got &
started+=($!)
ends 0 sync people.csv pipe --to-format ndjson
wait "${started[-1]}"
same "customers through a pipe" 50 "$(grep -c . got)"
# The source itself.
cp people.csv same.csv
ends 0 sync same.csv same.csv
same "rows" 51 "$(grep -c . same.csv)"
tidy

# ---- formulas ------------------------------------------------------------------------------
case_name='--safe-csv'
jq -nc '["=1+1", "+1", "-1", "@x", "\u0027=1", "\u0027\u0027+1", "\u0027quoted\u0027",
    "=\"007\"", "\u0027", "+61 491 570 156", "-12.50", "O\u0027Neil", "\u0027-", "=",
    "a\nb", "\"", ";", "\u0027@\"x\""]
    | to_entries[] | {reference_id: "\(.key)", name: "n\(.key)",
        email: "e\(.key)@example.com", notes: .value, custom: {raw: .value}}' >formulas.ndjson
for guard in '' --safe-csv; do
    # shellcheck disable=SC2086
    ends 0 sync formulas.ndjson guarded.csv $guard
    ends 0 sync guarded.csv back.ndjson
    jq -cS . back.ndjson >back.sorted
    jq -cS '.["custom.raw"] = .custom.raw | del(.custom)' formulas.ndjson >wanted.sorted
    same_file "what comes back ($guard)" wanted.sorted back.sorted
done
has "guarded" "'=1+1" guarded.csv
echo "ok $runs runs"
