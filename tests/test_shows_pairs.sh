#!/usr/bin/env bash
# From one provider to another, all nine pairs: who is new there is created, the
# second run writes nothing, an email changed at the source is an update at the
# target. Whom a target cannot take is told by the record; and a provider that
# cannot list its customers says so.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

people=6
make_people $people >people.csv
sandbox --rate off
# The second account at each provider, as the sandbox knows them.
cat >>custsync.yaml <<YAML
  shop2:
    provider: kounta
    base_url: $url/kounta
    company: 9012
    client_id: sandbox-shop
    client_secret: sandbox-shop-secret
    refresh_token: sandbox-shop-two-refresh
  books2:
    provider: count
    base_url: $url/count
    workspace: 7b1e9a42-3c5d-4f08-8e6a-1a2b3c4d5e60
    client_id: sandbox-books
    client_secret: sandbox-books-secret
    refresh_token: sandbox-books-two-refresh
  field2:
    provider: fieldedge
    base_url: $url/fieldedge
    token_url: $url/fieldedge/oauth/token
    client_id: sandbox-field
    client_secret: sandbox-field-secret
    target_id: 70002
  same:
    provider: kounta
    base_url: $url/kounta
    company: 5678
    client_id: sandbox-shop
    client_secret: sandbox-shop-secret
    refresh_token: sandbox-shop-refresh
YAML
at_once
cp custsync.yaml all.yaml

provider_of() {
    case $1 in shop*) echo kounta ;; books*) echo count ;; *) echo fieldedge ;; esac
}
# emails ACCOUNT: of its customers, in order. A second account's are elsewhere.
emails() {
    local from=customers
    case $1 in *2:) from=other_tenants ;; esac
    page_of '?requests=0' '.providers[$p][$from] | tostring
        | [scan("p0[0-9]+@example.com|moved@example.com")] | unique | .[]' \
        --arg p "$(provider_of "$1")" --arg from $from
}
move_email() { # ACCOUNT: of its third customer, by hand
    local p id key
    p=$(provider_of "$1")
    case $p in count) id=uuid key=email ;; *) id=id key=email ;; esac
    ask POST "/customers/$p/$(page_of '?requests=0' \
        ".providers.$p.customers[2].$id")" "{\"$key\":\"moved@example.com\"}"
}
writes() { brief '[.totals[].writes] | add'; }

for pair in 'shop: books:' 'shop: field:' 'shop: shop2:' \
    'books: shop:' 'books: field:' 'books: books2:'; do
    from=${pair% *} to=${pair#* }
    case_name="$from to $to"
    ask POST /restart
    ask POST /login
    ours
    rm -rf state
    mkdir state
    sync 0 people.csv "$from"
    # A note of the pair itself: what the source has and the target has not.
    sync 0 "$from" "$to"
    ledger "created $people"
    same "emails there" "$(emails "$from")" "$(emails "$to")"
    forget
    sync 0 "$from" "$to"
    ledger "unchanged $people"
    same "writes of the second run" 0 "$(writes)"
    move_email "$from"
    forget
    sync 0 "$from" "$to"
    ledger 'updated 1' "unchanged $((people - 1))"
    same "writes for one email" 1 "$(writes)"
    same "emails there" "$(emails "$from")" "$(emails "$to")"
    same "the new one" moved@example.com "$(emails "$to" | grep moved)"
    forget
    sync 0 "$from" "$to"
    same "writes afterwards" 0 "$(writes)"
done

# ---- a provider without a list ------------------------------------------------------
for to in shop: books: field2:; do
    case_name="field: to $to"
    forget
    ends 64 sync field: "$to"
    has "that it cannot" 'no way to list' err
    has "what it can do" 'those that a sync links are read from then on' err
    same "writes" 0 "$(writes)"
done
case_name='two names of one account'
ends 64 sync shop: same:
has "why" 'both ends are the account' err

case_name='field: whom a sync has linked'
rm -rf state
mkdir state
ask POST /restart
ask POST /login
sync 0 people.csv field:
sync 0 field: shop: --report report.json
ledger "created $people"
has "that it is not everybody" '  known_only (1)' out
forget
sync 0 field: shop:
same "writes of the second run" 0 "$(writes)"
same "emails there" "$(emails field:)" "$(emails shop:)"

# ---- whom the target cannot take ----------------------------------------------------
cat >lacking.csv <<'CSV'
id,first_name,last_name,email,mobile
L1,Ann,Able,ann@example.com,0412 300 001
L2,Bob,Baker,,0412 300 002
L3,Cleo,,cleo@example.com,0412 300 003
CSV
case_name='who has no email cannot be in the books'
ask POST /restart
ask POST /login
ours
rm -rf state
mkdir state
sync 0 lacking.csv shop:
id() { page_of '?requests=0' ".providers.kounta.customers[$1].id"; }
sync 1 shop: books:
ledger 'created 2' 'invalid 1'
same "where, what" "shop:$(id 1) null email missing_required" "$(jq -r '.problems[]
    | select(.outcome == "invalid") | [.file, .line // "null", .field, .code]
    | join(" ")' report.json)"
has "place in the summary" "    shop:$(id 1): email: " out
has_not "no line of anything" 'shop::' out
case_name='who has no last name cannot be in the field'
sync 1 shop: field: --rejects rejects.ndjson
ledger 'created 2' 'invalid 1'
has "where" "    shop:$(id 2): last_name: " out
same "the reject names it" "$(id 2)" "$(jq -r .reference_id rejects.ndjson)"
same "and no line" '' "$(jq -r '._line' rejects.ndjson)"
case_name='what has no place is told by a record'
ends 0 export shop: xero:contacts.csv
like "first at" "first at shop:$(id 0)\)" out
echo "ok: all pairs"
