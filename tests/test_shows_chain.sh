#!/usr/bin/env bash
# Kounta -> COUNT -> a file -> FieldEdge with 2,000 customers: each step takes
# the requests that its plan has told, within five in a hundred, and its second
# run writes nothing. CHAIN_PEOPLE=200 for a short one.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

people=${CHAIN_PEOPLE:-2000}
make_people "$people" | awk -F, 'NR > 1 {
    printf "{\"provider\":\"kounta\",\"customer\":{\"first_name\":\"%s\"," \
        "\"last_name\":\"%s\",\"email\":\"%s\",\"mobile\":\"%s\"," \
        "\"reference_id\":\"%s\",\"primary_address\":{\"city\":\"%s\"}}}\n",
        $2, $3, $4, $5, $1, $6 }' >seed
# The books were filled two days ago: what changed within minutes is read more
# than once, which no plan foretells.
sandbox --rate off --seed seed --set clock=-172800 --set count.skew=0
at_once
accounts 'rate: off'

# told LOOK FROM TO: what the plan says that a sync takes.
told() {
    # shellcheck disable=SC2086
    ends 0 plan --json "$2" "$3" $1
    jq .strategy.requests out
}
# near WHAT TOLD: the last sync took so many, within five in a hundred.
near() {
    local took
    took=$(requests)
    at_least "$1: requests told for $took taken" $((took * 95 / 100)) "$2"
    at_most "$1: requests told for $took taken" $((took * 105 / 100)) "$2"
    printf '%-22s told %5d took %5d\n' "$1" "$2" "$took"
}
# step NAME FROM TO LEDGER...: the plan, the run, and both once more.
step() {
    local name=$1 from=$2 to=$3 said
    shift 3
    case_name=$name
    said=$(told --look "$from" "$to")
    forget
    sync 0 "$from" "$to"
    ledger "$@"
    near "$name" "$said"
    said=$(told '' "$from" "$to")
    forget
    sync 0 "$from" "$to"
    same "writes of the second run" 0 "$(brief '[.totals[].writes] | add')"
    near "$name, again" "$said"
}

case_name='a plan over what nobody has read'
ends 0 plan shop: books:
has "that it knows nobody" '  never_read (1)' out
step 'shop: -> books:' shop: books: "created $people"
same "customers" "$people" "$(holds count)"
ledger "unchanged $people"
switch clock=0
ends 0 pull shop:
ends 0 pull books:
step 'books: -> people.csv' books: people.csv "created $people"
same "rows" "$people" "$(jq .rows people.csv.manifest.json)"
cp people.csv before.csv
sync 0 books: people.csv
same_file "the file" before.csv people.csv
step 'people.csv -> field:' people.csv field: "created $people"
same "customers" "$people" "$(holds fieldedge)"
ledger "unchanged $people"

case_name='one email changed in the shop'
id=$(page_of '?requests=0' '.providers.kounta.customers[7].id')
ask POST "/customers/kounta/$id" '{"email":"moved@example.com"}'
forget
sync 0 shop: books:
ledger 'updated 1' "unchanged $((people - 1))"
sync 0 books: people.csv
sync 0 people.csv field:
ledger 'updated 1' "unchanged $((people - 1))"
same "customers ever created" "$people" "$(page_of '?requests=0' '
    .providers.fieldedge.count')"
same "writes in all" 2 "$(brief '[.totals[].writes] | add')"
same "at the end of the chain" 1 "$(page_of '?requests=0' '[.providers.fieldedge
    .customers[] | select(.primaryEmail == "moved@example.com")] | length')"
echo "ok: the chain"
