#!/usr/bin/env bash
# A run that should not have been is put back: at every provider, killed at
# every step, in doubt, over the brake, a few at a time; and explain tells it.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

export CUSTSYNC_BACKOFF_MS=10
FAULT_SHIM=${FAULT_SHIM:-${CUSTSYNC%/*}/tests/fault_shim.so}
# A sanitizer wants to be loaded first.
case ${ASAN_OPTIONS-} in ?*) ASAN_OPTIONS+=:verify_asan_link_order=0 ;; esac

# undo EXIT RUN [OPTION...]: with a report, whose ledger must balance.
undo() {
    local wanted=$1
    shift
    rm -f report.json
    ends "$wanted" undo --report report.json "$@"
    same "ledger of undo $*" balanced "$(jq -r '.rows
        | if .read == (del(.read) | add) then "balanced" else tostring end' report.json)"
}
# later DAYS EXIT ARGUMENT...: as if it were so many days from now.
later() {
    LD_PRELOAD=$FAULT_SHIM FAULT_DAYS=$1 ends "$2" "${@:3}"
}
# wrong N: the file's cities become wrong ones, in N rows.
wrong() { sed -i "2,$(($1 + 1))s/Perth/Nowhere/" a.csv; }
# night: a file of people is there already, and a wrong one comes: run 2.
night() { # PEOPLE WRONG TO
    sandbox --rate off
    at_once
    make_people "$1" >a.csv
    sync 0 --source crm a.csv "$3"
    people "$provider" >before
    wrong "$2"
    sync 0 --source crm --max-changes 100% a.csv "$3"
    ledger "updated $2" ${4:+"$4"}
}

# ---- at every provider ----------------------------------------------------------
for provider in $providers; do
    to=$(account_of "$provider")
    case_name="$provider"
    night 20 20 "$to"
    # The opt-ins of FieldEdge cannot be read back, and must not be lost.
    ends 0 undo -n 2
    same "changes shown" 20 "$(grep -c '^~ update' out)"
    same "what goes back" 20 "$(grep -c '^    billing.city: Nowhere -> Perth$' out)"
    forget
    undo 0 2
    ledger 'updated 20'
    people "$provider" >after
    same_file "what was there before" before after
    same "ever created" 20 "$(holds "$provider")"
    quiet --source crm a.csv "$to"
    forget
    undo 0 2
    ledger 'unchanged 20'
    same "writes of a second undo" 0 "$(total "$provider" writes)"
    ends 0 explain reference_id=R00003
    like "what the run did" 'Perth -> Nowhere' out
    like "what the undo did" 'Nowhere -> Perth' out
    like "that it undoes" 'undoes run 2' out
done

# ---- what cannot be read back is not wiped out ------------------------------------
provider=fieldedge
case_name="opt-ins"
sandbox --rate off
at_once
make_people 2 | sed '1s/$/,accepts_marketing/; 2,$s/$/,yes/' >a.csv
sync 0 --source crm a.csv field:
people fieldedge >before
wrong 2
sync 0 --source crm a.csv field:
undo 0 2
people fieldedge >after
same_file "opt-ins too" before after

# ---- a record that another source has too -------------------------------------------
provider=count
case_name="two sources"
sandbox --rate off
at_once
make_people 3 >a.csv
sync 0 --source crm a.csv books:
make_people 1 >b.csv
sync 0 --source web b.csv books:
undo 1 1
ledger 'updated 2' 'conflict 1'
like "why" 'another source has the customer by now' out
same "who is still active" p00001@example.com "$(page_of '?requests=0' \
    '.providers.count.customers[] | select(.status == "active") | .email')"
quiet --source web b.csv books:

# ---- undone in part, and gone: what is left of an undo is no source ---------------
case_name="undone in part"
night 3 3 books:
undo 0 2 --limit 1
ledger 'updated 1' 'pending 2'
sed -i '3,$d' a.csv
sync 0 --source crm --missing deactivate --max-changes 100% a.csv books:
same "who is still active" p00001@example.com "$(page_of '?requests=0' \
    '.providers.count.customers[] | select(.status == "active") | .email')"

# ---- older than what is kept ----------------------------------------------------------
case_name="old"
night 3 3 books:
forget
later 91 65 undo 2
has "why" 'what run 2 wrote is not known any more' err
same "writes" 0 "$(total count writes)"
later 89 0 undo -n 2
undo 0 2
ledger 'updated 3'

# ---- lives end, and who waits is told of once ------------------------------------------
provider=kounta
case_name="lives"
sandbox --rate off
at_once
make_people 3 >a.csv
sync 0 --source crm a.csv shop:
ends 0 unlink --source crm reference_id=R00003 shop:
sed -i '2s/Perth/Nowhere/' a.csv
for night in 1 2 3; do
    rm -f p.json
    ends 0 plan --source crm --out p.json a.csv shop:
done
ends 0 explain reference_id=R00001
same "pending" 1 "$(grep -c '^ *pending$' out)"
ends 0 explain reference_id=R00003
like "a hand" 'unlinked' out
later 91 0 pull shop:
ends 0 explain reference_id=R00001
has_not "a life that is over" a.csv:2 out
ends 0 explain reference_id=R00003
has_not "a hand that is forgotten" unlinked out

case_name="names on a terminal"
odd=$(printf 'a\302\233\342\200\256b.csv')
make_people 1 9 >"$odd"
sync 0 --source "$(printf 'crm\302\233x')" "$odd" shop:
ends 0 explain reference_id=R00009
has "the file" 'a??b.csv:2' out
same "controls on a terminal" 0 "$(LC_ALL=C grep -c "$(printf '\302\233')" out)"

# ---- a few at a time, and the brake -------------------------------------------------
provider=count
case_name="brake"
night 120 100 books: 'unchanged 20'
forget
ends 65 undo 2
like "the brake" 'too_many_changes|--max-changes' err
same "requests over the brake" 0 "$(total count writes)"
case_name="limit"
undo 0 --max-changes 100 --limit 30 2
ledger 'updated 30' 'pending 70'
undo 0 --max-changes 100 2
ledger 'updated 70' 'unchanged 30'
people count >after
same_file "all of it" before after

# ---- killed at each step ---------------------------------------------------------------
provider=kounta
case_name="killed"
night 3 3 shop:
cp -r state bad.state
for ((n = 1; n < 80; n++)); do
    ours
    rm -rf state
    cp -r bad.state state
    # As if the records had the wrong values again.
    for id in $(page '.providers.kounta.customers[].id'); do
        ask POST "/customers/kounta/$id" '{"primary_address":{"city":"Nowhere"}}'
    done
    CUSTSYNC_DIE_AT=$n custsync undo 2
    [ "$code" = 137 ] || break
    undo 0 2
    people kounta >after
    same_file "undone, though killed at step $n" before after
    quiet --source crm a.csv shop:
done
at_least "steps to die at" 5 "$n"

# ---- a killed run is undone, with what it left in doubt -----------------------------------
provider=count
case_name="a killed run"
sandbox --rate off
at_once
switch count.bulk=off
accounts 'concurrency: 1'
make_people 3 >a.csv
sync 0 --source crm a.csv books:
people count >before
wrong 3
CUSTSYNC_DIE_AT='after PUT' custsync sync --source crm a.csv books:
same "killed" 137 "$code"
sent=$(page '[.providers.count.customers[] | select(.billingAddress.city == "Nowhere")] | length')
at_least "what it wrote" 1 "$sent"
undo 0 2
people count >after
same_file "what it wrote went back" before after

# ---- no answer to the undo itself -----------------------------------------------------------
case_name="in doubt"
night 1 1 books:
faults 'PUT *customers* times 9 drop-after' 'PATCH *customers* times 9 drop-after'
custsync undo 2
same "nobody knows" 1 "$code"
faults '# none'
ends 0 pull books: # which shows what the undo may have written
undo 0 2
people count >after
same_file "after all" before after

# ---- while the run is at work ------------------------------------------------------------------
case_name="at work"
sandbox --rate off --latency 300
at_once
make_people 3 >a.csv
"$CUSTSYNC" sync --source crm a.csv shop: >/dev/null 2>&1 &
started+=($!)
sleep 0.5
ends 75 undo 1
has "why" 'run 1 has not ended' err
ends 75 undo -n 1
wait "${started[-1]}"
