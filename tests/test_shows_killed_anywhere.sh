#!/usr/bin/env bash
# Updates die at every durable step, and runs of creates at instants of no
# choice; started again, nobody is twice, nobody lost, and all is as it should.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 6 >people.csv

case_name='the first night'
sandbox --rate off
at_once
sync 0 people.csv shop:
rm -rf fresh
cp -r state fresh
sed 's/Perth/Broome/' people.csv >tonight.csv
n=0
while :; do
    n=$((n + 1))
    case_name="an update dies at step $n"
    rm -rf state
    cp -r fresh state
    for id in $(page_of '?requests=0' '.providers.kounta.customers[].id'); do
        ask POST "/customers/kounta/$id" '{"primary_address":{"city":"Perth"}}'
    done
    forget
    CUSTSYNC_DIE_AT=$n "$CUSTSYNC" sync tonight.csv shop: >out 2>err
    code=$?
    [ $code = 100 ] || break
    sync 0 tonight.csv shop:
    same "customers" 6 "$(holds kounta)"
    same "in Broome" 6 "$(page_of '?requests=0' '[.providers.kounta.customers[]
        | select(.primary_address.city == "Broome")] | length')"
    same "created" 0 "$(total kounta created)"
    quiet tonight.csv shop:
done
same "exit code of the run that did not die" 0 $code
at_least "steps of an update" 5 $n

# At no chosen instant: the kernel kills it, in the middle of whatever.
make_people 150 >people.csv
for provider in $providers; do
    to=$(account_of "$provider")
    sandbox --rate off --latency 4
    at_once
    switch count.bulk=off
    ends 0 check "$to"
    for part in 1 20 60 110; do
        case_name="$to killed after about $part customers"
        "$CUSTSYNC" sync people.csv "$to" >out 2>err &
        started=($!)
        there() { [ "$(holds "$provider")" -ge "$part" ]; }
        soon "$part customers" there
        kill -KILL "${started[0]}" 2>/dev/null
        wait "${started[0]}" 2>/dev/null
        started=()
    done
    case_name="$to killed four times"
    last=
    healed "$provider" 150
done
echo "ok: died at $((n - 1)) steps of an update, and in between"
