#!/usr/bin/env bash
# A plan from a file that is killed at a step and started again, from the same
# file, goes on: what the provider and the store then hold is what they hold when
# nobody disturbed it, and a third time there is nothing to do.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

# apply EXIT: the plan, with a report.
apply() {
    rm -f report.json
    ends "$1" sync --plan p.json --report report.json
}
# ends_as PROVIDER FILE: as tell, but for what a read has shown in fields of which
# this source never speaks: an update that is settled by a look keeps the note.
ends_as() {
    tell "$1" "$2"
    sed -i 's/^\(link .*\] [01]\) {.*}$/\1/' "$2"
}
deaths_at() { # PROVIDER KIND FIRST STRIDE
    local n=$3
    while :; do
        case_name="a plan at $1, killed: $2 $n"
        begin
        killed "$2" "$n" sync --plan p.json
        [ $code = 137 ] || break
        deaths=$((deaths + 1))
        apply 0
        ends_as "$1" got
        same_file "provider and store" wanted got
        same "customers ever made there" "$wanted_made" "$made_there"
        forget
        apply 0
        same "requests of the third run" 0 "$(requests)"
        has "what it says of itself" 'nothing of it is left' out
        n=$((n + $4))
        at_most "places" 2000 $n
    done
    same "exit code of the run that did not die" 0 $code
}

deaths=0
for provider in $providers; do
    # Five are there and have moved; three are new.
    prepare "$provider" update
    make_people 8 | sed 's/Perth/Broome/' >tonight.csv
    begin
    ends 0 plan --out p.json tonight.csv "$end"
    same "changes" '3 create, 5 update' "$(jq -r '[.changes[].do] | group_by(.)
        | map("\(length) \(.[0])") | join(", ")' p.json)"
    kill "$sandbox_pid"
    wait "$sandbox_pid"
    sandbox_pid=
    ours
    rm -rf fresh
    mkdir fresh
    cp -r state data fresh/
    begin
    cp -r state died
    apply 0
    same "created and updated" '3 5' "$(rows created) $(rows updated)"
    ends_as "$provider" wanted
    wanted_made=$made_there
    deaths_at "$provider" step 1 "${STRIDE:-7}"
    deaths_at "$provider" after-send 2 "${STRIDE:-7}"
done
at_least "deaths" 30 $deaths
echo "ok: a plan goes on after $deaths deaths"
