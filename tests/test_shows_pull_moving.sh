#!/usr/bin/env bash
# Others make and remove customers while a list is read: every customer who was
# there throughout is in the result, once. Behind it stand the ways in which the
# providers page: behind the last record, by opaque addresses that move, and by
# numbers. Then what a second read costs when nothing has changed, and when
# something has.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

N=${N:-3000}

# seed PROVIDER N: as they stand there already, in its own shape.
seed() {
    seq 1 "$2" | awk -v provider="$1" '{
        if (provider == "kounta")
            printf "{\"provider\":\"kounta\",\"customer\":{\"id\":%d,\"first_name\":\"Ann\",\"last_name\":\"N%d\",\"email\":\"p%d@example.com\",\"phone\":\"02 5550 %04d\"}}\n", 1000 + $1, $1, $1, $1 % 10000
        else
            printf "{\"provider\":\"count\",\"customer\":{\"customer\":\"Ann N%d\",\"email\":\"p%d@example.com\"}}\n", $1, $1
    }'
}
# ids PROVIDER FILE: those it holds; read FILE: those of an export.
ids() {
    page_of '?requests=0' '.providers[$p].customers[] | .uuid // .id' \
        --arg p "$1" | LC_ALL=C sort >"$2"
}
asked() { brief ".totals.$1.requests"; }

# moving PROVIDER ACCOUNT SCRIPT-LINE: export it while that goes on.
moving() {
    ids "$1" before
    same "customers before" "$N" "$(wc -l <before)"
    forget
    faults "$3"
    sync 0 "$2" result.ndjson
    faults ''
    ids "$1" after
    jq -r .reference_id result.ndjson | LC_ALL=C sort >result
    same "who came and went" '200 50' \
        "$(LC_ALL=C comm -13 before after | wc -l) $(LC_ALL=C comm -23 before after | wc -l)"
    same "customers twice in the result" 0 "$(uniq -d result | wc -l)"
    LC_ALL=C comm -12 before after >throughout
    same "who was there throughout and is not in the result" '' \
        "$(LC_ALL=C comm -23 throughout result | head -3)"
    sort -u before after >ever
    same "who never was there" '' "$(LC_ALL=C comm -13 ever result | head -3)"
}

case_name="kounta, behind the last record"
seed kounta "$N" >shop.ndjson
sandbox --rate off --seed shop.ndjson
moving kounta shop: 'GET /v1/companies/*/customers skip 10 times 50 change 4 1'
echo "kounta, $N customers, 200 made and 50 removed: $(asked kounta) requests"

case_name="kounta, pages that move"
sandbox --rate off --seed shop.ndjson --set kounta.paging=page
moving kounta shop: 'GET /v1/companies/*/customers skip 10 times 50 change 4 1'
echo "kounta, pages that move: $(asked kounta) requests"

case_name="count, numbered pages"
seed count "$N" >books.ndjson
sandbox --rate off --seed books.ndjson
moving count books: 'GET /partners/customers skip 5 times 10 change 20 5'
echo "count: $(asked count) requests"

# ---- what it costs ---------------------------------------------------------------
case_name="kounta, twice"
sandbox --rate off --seed shop.ndjson
pages=$(((N + 24) / 25))
ends 0 pull shop:
at_most "requests of the first read" $((pages + N + 3)) "$(asked kounta)"
echo "kounta, first read: $(asked kounta) requests"
forget
ends 0 pull shop:
echo "kounta, second read: $(asked kounta) requests"
# A list without phones and stamps tells nobody that nothing changed...
at_least "requests of the second read" "$N" "$(asked kounta)"
ask POST /customers/kounta/1007 '{"phone":"02 5550 9999"}'
sync 0 shop: result.ndjson
same "a phone that the list does not show" '+61255509999' \
    "$(jq -r 'select(.reference_id == "1007") | .phone' result.ndjson)"
# ... unless the user says for how long it may be taken so.
accounts 'refetch: 24h'
ask POST /customers/kounta/1008 '{"last_name":"Changed"}'
forget
ends 0 pull shop:
echo "kounta, second read with refetch: $(asked kounta) requests"
at_most "requests when old records are good enough" $((pages + 2)) "$(asked kounta)"

case_name="count, twice"
# All but one is two days old: what is as new as the newest is read again.
sandbox --rate off --seed books.ndjson --set count.skew=0 --set clock=-172800
switch clock=0
first=$(page_of '?requests=0' '.providers.count.customers[0].uuid')
ask POST "/customers/count/$first" '{"customer":"Newest"}'
pages=$(((N + 99) / 100))
ends 0 pull books:
at_most "requests of the first read" $((pages + 3)) "$(asked count)"
echo "count, first read: $(asked count) requests"
forget
ends 0 pull books:
echo "count, second read: $(asked count) requests"
at_most "requests of the second read" 2 "$(asked count)"
case_name="count, one changed and one removed"
second=$(page_of '?requests=0' '.providers.count.customers[1].uuid')
ask POST "/customers/count/$first" '{"customer":"Changed"}'
forget
sync 0 books: result.ndjson
at_most "requests" 2 "$(asked count)"
same "the change" Changed \
    "$(jq -r --arg id "$first" 'select(.reference_id == $id) | .name' result.ndjson)"
ask DELETE "/customers/count/$second"
forget
sync 0 books: result.ndjson
same "who is in the result" "$((N - 1))" "$(wc -l <result.ndjson)"
at_least "requests, since a removal shows in the number only" "$pages" "$(asked count)"
forget
ends 0 pull --full books:
at_least "requests of --full" "$pages" "$(asked count)"

case_name="count, short items"
# They lack addresses and contacts, but tell when a record was changed.
sandbox --rate off --seed books.ndjson --set count.list_items=brief
ends 0 pull books:
at_least "requests of the first read" "$((pages + N))" "$(asked count)"
ask POST "/customers/count/$(page_of '?requests=0' '.providers.count.customers[0].uuid')" \
    '{"billingAddress":{"city":"Perth"}}'
forget
ends 0 pull books:
echo "count, short items, one changed: $(asked count) requests"
# All are as new as the newest, so that the whole list is read after all.
at_most "requests of the second read" $((2 * pages + 4)) "$(asked count)"
sync 0 books: result.ndjson
same "an address that the list does not show" 1 \
    "$(jq -r 'select(.["billing.city"] == "Perth") | 1' result.ndjson)"

case_name="two who read at a time"
"$CUSTSYNC" sync --missing report books: one.ndjson >one.out 2>&1 &
started+=($!)
# Of one shape they would be one export, and wait for each other.
"$CUSTSYNC" sync --missing report --report two.json books: hubspot:two.csv >two.out 2>&1 &
started+=($!)
for pid in "${started[@]}"; do
    wait "$pid" || fail "both" "exit 0" "$(cat one.out two.out)"
done
started=()
same "customers in each file" "$N $N" \
    "$(wc -l <one.ndjson) $(jq .rows.created two.json)"

echo "ok: lists that move while they are read"
