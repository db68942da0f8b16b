#!/usr/bin/env bash
# Killed at every durable step, and at instants of no choice, and started
# again: nobody is there twice, nobody is lost, and the third run is silent.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 6 >people.csv

# One sandbox for each provider; between the deaths its records are removed,
# so that each begins with nothing. The token is kept: one whose answer was
# lost with the process that asked cannot be had again.
empty_again() {
    local urls
    mapfile -t urls < <(page_of '?requests=0' ".providers.$1.customers[]
        | .uuid // .id" | sed "s#^#$url/_sandbox/customers/$1/#")
    [ ${#urls[@]} = 0 ] || curl -fsS -X DELETE "${urls[@]}" >asked.json ||
        fail "removing the customers" "done" "$(cat asked.json)"
    rm -rf state
    cp -r fresh state
    forget
}
# healed PROVIDER EMAILS: the second run brings it to its end, the third finds
# nothing to do.
healed() {
    local to
    to=$(account_of "$1")
    sync 0 people.csv "$to"
    once "$1" "$2"
    quiet people.csv "$to"
    ledger "unchanged $2"
}
# die_at_each PROVIDER PREPARE: dies at the first durable step, the second, ...
# until there is none left to die at.
die_at_each() {
    local n=0 to
    to=$(account_of "$1")
    while :; do
        n=$((n + 1))
        empty_again "$1"
        case_name="$to dies at step $n"
        last="sync people.csv $to, killed"
        CUSTSYNC_DIE_AT=$n "$CUSTSYNC" sync people.csv "$to" >out 2>err
        code=$?
        [ $code = 100 ] || break
        healed "$1" 6
        at_most "steps" 200 $n
    done
    same "exit code of the run that did not die" 0 $code
    at_least "steps survived by $to" 10 $n
    steps=$((${steps:-0} + n - 1))
}

for provider in $providers count-one; do
    to=$(account_of "${provider%-one}")
    sandbox --rate off
    at_once
    [ "$provider" != count-one ] || switch count.bulk=off
    case_name="a token for $to"
    ends 0 check "$to"
    rm -rf fresh
    cp -r state fresh
    die_at_each "${provider%-one}"
done
echo "ok: died at $steps steps of a create"
