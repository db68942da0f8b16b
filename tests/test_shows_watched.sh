#!/usr/bin/env bash
# Who watches runs from afar: --metrics leaves numbers for Prometheus whatever
# became of the run, and --notify runs a command when it needs a person.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
here=$source_dir/tests

# numbers: those of the file m.prom, in the file numbers, by a strict reader.
numbers() {
    python3 "$here/metrics_check.py" m.prom >numbers 2>said-of-it ||
        fail "m.prom" "what Prometheus reads" "$(cat said-of-it)"
    ! command -v promtool >/dev/null || promtool check metrics <m.prom >said-of-it 2>&1 ||
        fail "m.prom" "what promtool passes" "$(cat said-of-it)"
    same "who may read m.prom" 644 "$(stat -c %a m.prom)"
    same "what is left beside it" '' "$(find . -name '*.tmp')"
}
# is SAMPLE VALUE
is() { same "$1" "$2" "$(awk -v k="custsync_$1" '$1 == k { print $2 }' numbers)"; }
job='from="file",job="nightly",to="shop"'

export CUSTSYNC_BACKOFF_MS=1
sandbox --rate 6000/min
at_once
accounts 'rate: 6000\/min'
cat >>custsync.yaml <<'EOF'
jobs:
  nightly:
    from: a.csv
    to: "shop:"
    metrics: m.prom
    notify: 'cat >told.json; echo "$CUSTSYNC_EXIT $CUSTSYNC_OUTCOME $#" >told; echo heard'
EOF
cp custsync.yaml good.yaml
make_people 5 >a.csv

# ---- a run that is done -----------------------------------------------------------
touch m.prom
ln m.prom before
ends 0 sync nightly
numbers
[ ! -s before ] || fail "m.prom" "replaced whole" "written into"
is "rows_read{$job}" 5
is 'rows{from="file",job="nightly",outcome="created",to="shop"}' 5
is "last_run_exit_code{$job}" 0
is 'answers{from="file",job="nightly",status="201",to="shop"}' 5
is 'changes{account="shop",from="file",job="nightly",state="pending",to="shop"}' 0
is "linked_customers{account=\"shop\",$job}" 5
is "request_limit{account=\"shop\",$job}" 6000
at_least "budget left" 1 "$(awk '/^custsync_request_budget_left/ { print $2 }' numbers)"
done_at=$(awk '/^custsync_last_success/ { print $2 }' numbers)
has_not "paths and people" a.csv m.prom
has_not "paths and people" example.com m.prom
[ ! -e told ] || fail "notify" "silence" "$(cat told)"

# ---- one that needs a person, and is done -------------------------------------------
echo 'R9,,,,,' >>a.csv
ends 1 sync -q nightly
numbers
is "last_run_exit_code{$job}" 1
is 'problems{code="nobody",from="file",job="nightly",to="shop"}' 1
same "exit, outcome and arguments" '1 some 0' "$(cat told)"
same "the report" '1 1 nobody' "$(jq -r '"\(.exit) \(.rows.invalid) \(.problems[0].code)"' told.json)"
has "what the command says" heard err
has_not "standard output" heard out
done_again=$(awk '/^custsync_last_success/ { print $2 }' numbers)
[ "$done_again" != "$done_at" ] || fail "last success" "later" "$done_again"
rm told

# ---- ends before anything is sent -----------------------------------------------------
# early EXIT WORD ERROR ARGUMENT...: told, with the last success as it was.
early() {
    local exit=$1 word=$2 error=$3
    shift 3
    rm -f told
    ends "$exit" "$@"
    numbers
    is "last_run_exit_code{$job}" "$exit"
    is "last_success_timestamp_seconds{$job}" "$done_again"
    same "exit and outcome" "$exit $word 0" "$(cat told)"
    same "the error" "$exit $error" "$(jq -r '"\(.exit) \(.error.code)"' told.json)"
}
mv a.csv b.csv
early 66 no_source no_input sync nightly
printf 'id,name,email\n1,"Ann' >a.csv
early 65 data unclosed_quote sync nightly
mv b.csv a.csv
mv custsync.yaml kept.yaml
echo 'regionn: AU' >custsync.yaml
# The job's own keys cannot be read now: the command line says it.
early 78 configuration bad_configuration sync nightly --metrics m.prom \
    --notify 'cat >told.json; echo "$CUSTSYNC_EXIT $CUSTSYNC_OUTCOME $#" >told'
mv kept.yaml custsync.yaml
echo 'R8,Zed,Able,zed@example.com,,' >>a.csv

# ---- a provider that is away ------------------------------------------------------------
# It comes back by itself: told the third time in a row.
faults '* * always status 500'
for i in 1 2 3 4; do
    rm -f told
    custsync sync nightly
    numbers
    is "last_success_timestamp_seconds{$job}" "$done_again"
    heard=no
    [ ! -e told ] || heard=yes
    echo "$i $code $heard"
done >away
same "whom it is told" '1 69 no,2 69 no,3 69 yes,4 69 no' "$(paste -sd, away)"
faults '# none'

# ---- the command's own troubles -----------------------------------------------------------
# own COMMAND: it is told, and the run ends as it would.
own() {
    CUSTSYNC_NOTIFY_MS=100 ends 1 sync -q --log-format json --notify "$1" a.csv x.json
    jq -r 'select(.code == "notify_failed") | .message' err
}
same "a command that fails" 'the command ended with 3' "$(own 'exit 3')"
same "one that is not there" 'the command ended with 127' "$(own './nowhere 2>/dev/null')"
like "one that does not end" 'was killed' <(own 'sleep 1000 & echo $! >child; wait')
gone() { ! kill -0 "$(cat child)" 2>/dev/null; }
soon "the end of what it started" gone
# Whoever waits for it at a terminal need not.
"$CUSTSYNC" sync -q a.csv x.json --notify 'sleep 1000 & echo $! >child.new; mv child.new waits; wait' \
    >out 2>err &
pid=$!
started+=("$pid")
soon "its start" [ -e waits ]
mv waits child
kill -INT "$pid"
soon "the end of a run that is interrupted then" gone
wait "$pid"
same "its exit" 130 $?
has "what it says" "killed: a signal came" err
same "one that reads nothing" '' "$(own :)"

# ---- other commands --------------------------------------------------------------------
ends 0 pull --metrics m.prom shop:
numbers
is 'last_run_exit_code{from="shop",job="",to=""}' 0
ends 0 retry --metrics m.prom
numbers
ends 1 undo 1 --metrics m.prom
numbers
ends 1 sync a.csv x.json --metrics m.prom
numbers
is 'rows{from="file",job="",outcome="invalid",to="file"}' 1
# A file that is no such file is left alone, however little is understood.
cp a.csv source.keep
cp custsync.yaml config.keep
ends 73 sync a.csv x.json --metrics a.csv
has "why" "something else than metrics" err
ends 78 sync a.csv nobody: --metrics a.csv
ends 64 sync a.csv --metrics a.csv
ends 73 retry --metrics custsync.yaml
ends 73 sync a.csv x.json --metrics state/custsync.db
ends 64 sync a.csv y.prom --to-format csv --metrics y.prom
ends 64 sync a.csv x.json --report custsync.yaml
ends 64 sync a.csv custsync.yaml --to-format csv
ends 64 sync a.csv x.json --rejects state/custsync.db
ends 64 retry --report state/custsync.db
ends 64 pull shop: --report custsync.yaml
same_file "the source" source.keep a.csv
same_file "the configuration" config.keep custsync.yaml
ends 0 status
# What is no account is no label, and no byte is one that Prometheus refuses.
ends 64 sync a.csv "$(printf 'jo\xff"hn:')" --metrics m.prom
numbers
is 'last_run_exit_code{from="file",job="",to="file"}' 64
# Files of jobs that share an account lie in one folder: no sample comes twice.
sed 's/nightly:/weekly:/; s/m\.prom/w.prom/' custsync.yaml | sed -n '/^jobs:/,$p' |
    sed 1d >>custsync.yaml
ends 1 plan -q nightly
ends 1 plan -q weekly
same "samples of two jobs that are one" '' \
    "$(cat m.prom w.prom | grep -v '^#' | sed 's/ [^ ]*$//' | sort | uniq -d)"
ends 73 sync a.csv x.json --metrics nowhere/m.prom

ask POST /revoke
early 77 credentials denied sync nightly
