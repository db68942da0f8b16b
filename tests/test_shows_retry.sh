#!/usr/bin/env bash
# What was killed or left in doubt is counted once, by the run that meets its
# rows; retry may be killed, has several accounts and reports like a sync; and
# status tells of all that.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

export CUSTSYNC_BACKOFF_MS=10

# doubtful TO: one create of the source `a` arrived, and nobody knows.
doubtful() {
    sandbox --rate off
    at_once
    make_people 1 >a.csv
    make_people 1 7 >b.csv
    faults 'POST *customers* drop-after' 'GET * skip 1 always status 503'
    custsync sync --source a --report report.json a.csv "$1"
    same "in doubt" "1 69" "$(rows pending) $code"
    faults '# none'
}

# ---- found by another source's run ------------------------------------------
for to in shop: books:; do
    case_name="$to: found by another source's run"
    doubtful "$to"
    sync 0 --source b b.csv "$to"
    ledger 'created 1'
    ends 0 plan --json --source a a.csv "$to"
    sync 0 --source a a.csv "$to"
    ledger 'created 1'
    sync 0 --source a a.csv "$to"
    ledger 'unchanged 1'
done

# ---- killed between finding it and saying so ----------------------------------
case_name="killed after it was found"
doubtful shop:
cp -r state found.state
for ((n = 1; n < 60; n++)); do
    ours
    rm -rf state
    cp -r found.state state
    CUSTSYNC_DIE_AT=$n custsync sync --source a --report report.json a.csv shop:
    [ "$code" = 137 ] || break
    rm -f report.json
    custsync sync --source a --report report.json a.csv shop:
    # Killed when its end was on disk, the run before has counted it.
    case "$(rows created) $(jq -r .rows.unchanged report.json)" in
        '1 0') ;;
        '0 1') same "counted at step $n" 1 "$("$CUSTSYNC" runs --json |
            jq '[.runs[].rows.created // 0] | add')" ;;
        *) fail "the row's column at step $n" created "$(jq -c .rows report.json)" ;;
    esac
done
at_least "steps to die at" 5 "$n"
once kounta 1

# ---- status ---------------------------------------------------------------------
case_name="status"
sandbox --rate off
at_once
make_people 25 >a.csv
CUSTSYNC_DIE_AT='after POST' custsync sync a.csv shop:
same "killed" 137 "$code"
ends 0 status shop:
like "the killed run" ' killed  sync  a.csv -> shop:' out
same "killed, as JSON" true "$("$CUSTSYNC" status --json | jq '.runs[0].killed')"
ends 0 runs
like "the killed run" ' killed  sync' out
sync 0 a.csv shop:
ends 0 sync a.csv books:
ends 0 status books:
has "its run" 'a.csv -> books:' out
has_not "another account's run" 'shop:' out
sandbox --rate off
at_once
faults 'POST *customers* always status 400'
custsync sync a.csv shop:
ends 0 status shop:
has "how many are not shown" 'rejected: and 5 more' out

# ---- retry ------------------------------------------------------------------------
case_name="retry, killed at every step"
make_people 4 >a.csv
sandbox --rate off
at_once
faults 'POST *customers* always status 400'
for to in shop: field:; do
    custsync sync --report report.json a.csv "$to"
    ledger 'rejected 4'
done
faults '# none'
for ((n = 1; n < 90; n++)); do
    CUSTSYNC_DIE_AT=$n custsync retry --json
    [ "$code" = 137 ] || break
done
at_least "times it was killed" 5 "$n"
same "exit code of the last one" 0 "$code"
same "balanced" true "$(jq '.rows | .read == (del(.read) | add)' out)"
same "customers there" "4 4" "$(holds kounta) $(holds fieldedge)"
for to in shop: field:; do
    sync 0 a.csv "$to"
    same "rows that are not there" 4 "$(jq '.rows | .unchanged + .created' report.json)"
done
once kounta 4
once fieldedge 4

case_name="retry of several accounts"
forget
sandbox --rate off
at_once
faults 'POST *customers* always status 400'
custsync sync a.csv shop:
custsync sync a.csv field:
faults '# none'
ends 0 retry --json
same "its ledger" "8 8 retry" "$(jq -r '"\(.rows.read) \(.rows.created) \(.command)"' out)"
ends 0 retry --json
same "nothing is left" 0 "$(jq .rows.read out)"
ends 0 runs
like "as a run" '0  retry' out

case_name="retry of what a job left in doubt"
doubtful shop:
ends 0 retry --json
same "its ledger" "1 1" "$(jq -r '.rows | "\(.read) \(.created)"' out)"
sync 0 --source a a.csv shop:
ledger 'unchanged 1'
once kounta 1

# What a settled doubt leaves planned has its code still: it is one row.
case_name="retry, killed after nobody was found"
sandbox --rate off
at_once
make_people 1 >a.csv
faults 'POST *customers* drop-before' 'GET * skip 1 always status 503'
custsync sync a.csv shop:
faults '# none'
sync 0 b.csv field: # a later run, of no job
ask POST /customers/kounta '{"first_name":"Zed","email":"p00001@example.com","reference_id":"Z9"}'
sync 1 a.csv shop:
ledger 'conflict 1'
like "for a person" 'found_other' out
nobody() { # of the provider's is left
    local id
    for id in $(page_of '?requests=0' '.providers.kounta.customers[].id'); do
        ask DELETE "/customers/kounta/$id"
    done
}
cp -r state parked.state
for ((n = 1; n < 60; n++)); do
    ours
    nobody
    rm -rf state
    cp -r parked.state state
    CUSTSYNC_DIE_AT=$n custsync retry
    [ "$code" = 137 ] || break
    ends 0 retry --json
    same "pending at step $n" 0 "$(jq .rows.pending out)"
    same "there at step $n" 1 "$(holds kounta)"
done
at_least "steps to die at" 5 "$n"

# The policy is the job's: what the till says of her stays.
case_name="retry, of a job"
sandbox --rate off
at_once
make_people 1 >a.csv
cat >>custsync.yaml <<'YAML'
jobs:
  till:
    from: a.csv
    to: "shop:"
    prefer: target
YAML
faults 'POST *customers* always status 400'
custsync sync till
faults '# none'
sync 0 b.csv field: # a later run, of no job
ask POST /customers/kounta '{"first_name":"Zed","email":"p00001@example.com"}'
ends 0 retry --json
same "whose name stays" target \
    "$(jq -r '.problems[] | select(.code == "both_changed").kept' out)"

# ---- the provider's words -----------------------------------------------------
case_name="names in the provider's words"
sandbox --rate off
at_once
make_people 1 >a.csv
faults 'POST *customers* always status 422 body {"error":"TAKEN","message":"no BOB Able <P00001@example.com> (04 1230 0001), see x@example.org"}'
custsync sync a.csv shop:
has "the line" 'a.csv:2: ' out
has "what it is about" 'no <first_name> <last_name> <<email>> (<mobile>), see <email>' out
ends 0 status shop:
has "what it is about" '<first_name>' out
ends 1 retry -v
has "all of it" 'no BOB Able <P00001@example.com>' out
echo "ok $runs runs"
