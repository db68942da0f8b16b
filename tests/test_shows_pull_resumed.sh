#!/usr/bin/env bash
# A read of a list that was stopped - by an outage, a deadline, a kill - goes on where it stopped: nothing is asked twice but what was
# under way, and the result is the one of a read that nobody disturbed.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

N=300
pages=$((N / 25))
together=8 # requests under way at a time
seq 1 "$N" | awk '{
    printf "{\"provider\":\"kounta\",\"customer\":{\"id\":%d,\"first_name\":\"Ann\",\"last_name\":\"N%d\",\"email\":\"p%d@example.com\",\"phone\":\"02 5550 %04d\"}}\n", 1000 + $1, $1, $1, $1 }' >shop.ndjson
asked() { brief ".totals.kounta.requests"; }
# result: what stands in the file, in a fixed order.
result() { jq -cS . result.ndjson | LC_ALL=C sort; }
# again: a new store over the same provider.
again() {
    ours
    rm -rf state
    mkdir state
    faults ''
    forget
}

sandbox --rate off --seed shop.ndjson
sync 0 shop: result.ndjson
result >wanted
same "customers" "$N" "$(wc -l <wanted)"

# stopped NAME EXIT FAULT...: stopped by those, gone on with without.
stopped() {
    case_name=$1
    again
    rm -f result.ndjson
    faults "${@:3}"
    ends "$2" sync shop: result.ndjson
    [ ! -e result.ndjson ] || fail "a file of half a list" none one
    faults ''
    sync 0 shop: result.ndjson
    result >got
    same_file "the result" wanted got
    # The token, both runs; five tries of what failed; what was under way.
    at_most "requests of both runs" $((pages + N + 2 + 10 + 6 * together)) "$(asked)"
}
stopped 'an outage in the list' 69 'GET /v1/companies/*/customers skip 7 always status 503'
stopped 'an outage in the records' 69 'GET /v1/companies/*/customers/* skip 200 always status 503'
stopped 'a page of garbage that stays' 69 'GET /v1/companies/*/customers skip 5 always garbage'

case_name='a deadline'
again
rm -f result.ndjson
faults 'GET /v1/companies/*/customers always delay 150'
ends 75 sync --deadline 1s shop: result.ndjson
first=$(asked)
faults ''
sync 0 shop: result.ndjson
result >got
same_file "the result" wanted got
at_least "requests of the first run" 4 "$first"
at_most "requests of both runs" $((pages + N + 4 + together)) "$(asked)"

# Each run dies after so many steps, and the next one goes on: with nothing kept
# it would never come to an end.
case_name='killed again and again'
again
rm -f result.ndjson
deaths=0
while :; do
    CUSTSYNC_DIE_AT=90 "$CUSTSYNC" sync shop: result.ndjson >out 2>err </dev/null &
    wait $! 2>/dev/null # a shell that waits does not tell of the kill
    code=$?
    [ "$code" = 137 ] || break
    deaths=$((deaths + 1))
    at_most "deaths" 60 "$deaths"
done
same "the end of the last one" 0 "$code"
at_least "deaths" 5 "$deaths"
sync 0 shop: result.ndjson
result >got
same_file "the result" wanted got

# Two ways, and the read of the shop stops in the fetches: its list is from then,
# and proves of nobody who came since that the shop does not have them.
case_name='made while a read was stopped'
again
at_once
faults 'GET /v1/companies/*/customers/* always delay 150'
ends 75 sync --deadline 1s --two-way shop: books:
faults ''
ask POST /customers/kounta '{"first_name":"Zoe","last_name":"New","email":"zoe.new@example.com"}'
ask POST /customers/count '{"firstName":"Zoe","lastName":"New","customer":"Zoe New","email":"zoe.new@example.com"}'
sync 0 --two-way shop: books:
same "of one who came meanwhile, at the shop" 1 "$(page_of '?requests=0' \
    '[.providers.kounta.customers[] | select(.email == "zoe.new@example.com")] | length')"
same "customers at the shop" $((N + 1)) "$(holds kounta)"
same "customers in the books" $((N + 1)) "$(holds count)"

echo "ok: reads that go on where they were stopped"
