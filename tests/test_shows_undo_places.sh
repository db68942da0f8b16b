#!/usr/bin/env bash
# A run that wrote to two accounts is undone at both or at none; an account with
# two labels is one account; and a limit is for all of it.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

writes() { brief '[.totals[].writes] | add'; }
# each PROVIDER CITY: how many live there.
each() {
    page_of '?requests=0' '[.providers[$p].customers[]
        | select((.primary_address.city // .billingAddress.city) == $c)] | length' \
        --arg p "$1" --arg c "$2"
}
# edit PROVIDER BODY FIRST LAST: those customers get it, by hand.
edit() {
    local email id
    page_of '?requests=0' '.providers[$p].customers[]
        | "\(.email) \(.uuid // .id)"' --arg p "$1" >ids
    while read -r email id; do
        email=${email#p}
        email=$((10#${email%@*}))
        [ "$email" -lt "$3" ] || [ "$email" -gt "$4" ] ||
            ask POST "/customers/$1/$id" "$2"
    done <ids
}
# both PEOPLE: they are at the shop and in the books; then 2 were edited in the
# books, all others in the shop, and a run carried both over.
both() {
    sandbox --rate off
    at_once
    switch count.bulk=off
    make_people "$1" >a.csv
    sync 0 --source crm a.csv shop:
    ends 0 sync --two-way shop: books:
    edit count '{"billingAddress":{"city":"Bookham"}}' 1 2
    edit kounta '{"primary_address":{"city":"Shopton"}}' 3 "$1"
    ends 0 sync --two-way --max-changes 100% shop: books: --report report.json
    same "carried to the shop" 2 "$(each kounta Bookham)"
    same "carried to the books" $(($1 - 2)) "$(each count Shopton)"
    run=$(jq .run report.json)
    forget
}
# undone EXIT [OPTION...]: nothing is written when it ends with more than 1.
undone() {
    ends "$1" undo --report report.json "${@:2}" "$run"
    [ "$1" -lt 2 ] || same "writes of what stopped" 0 "$(writes)"
}

# ---- one end is over the brake -------------------------------------------------
case_name='over the brake at the second account'
both 105
undone 65
has "the brake" 'more than the brake allows' err

# ---- one end cannot be worked on -------------------------------------------------
case_name='the second account is refused'
both 5
cp custsync.yaml kept.yaml
sed -i 's/client_secret: sandbox-books-secret/client_secret: wrong/' custsync.yaml
undone 77
cp kept.yaml custsync.yaml

case_name='the second account is locked'
faults 'GET *partners/customers* times 1 delay 3000'
"$CUSTSYNC" pull books: >/dev/null 2>&1 &
started+=($!)
sleep 0.5
undone 75
wait "${started[-1]}"
faults '# none'

case_name='the first account is locked'
faults 'GET *v1* times 1 delay 3000'
"$CUSTSYNC" pull shop: >/dev/null 2>&1 &
started+=($!)
sleep 0.5
undone 75
wait "${started[-1]}"
faults '# none'

# ---- all of it ---------------------------------------------------------------------
case_name='a limit is for both ends'
forget
undone 0 --limit 3
same "writes" 3 "$(writes)"
same "rows" '5 3 2' "$(rows read) $(rows updated) $(rows pending)"

case_name='then the rest'
undone 0
same "rows" '5 2 3' "$(rows read) $(rows updated) $(rows unchanged)"
same "at the shop" '0 3' "$(each kounta Bookham) $(each kounta Shopton)"
same "in the books" '2 0' "$(each count Bookham) $(each count Shopton)"

case_name='where it all happened'
ends 0 explain email=p00001@example.com
# The two-way run and its undo both have books: in their headings, and wrote to
# the shop.
same "at the shop" 3 "$(grep -c '^   at shop:$' out)"
like "what came from the books" 'Perth -> Bookham' out
ends 0 explain email=p00004@example.com
like "what was carried there" 'Perth -> Shopton' out

# ---- one account with two labels ----------------------------------------------------
case_name='two labels'
sandbox --rate off
at_once
{
    cat custsync.yaml
    echo '  ledger:'
    sed -n '/^  books:/,/^  [a-z]*:/p' custsync.yaml | sed '1d' | grep '^    '
} >two.yaml
mv two.yaml custsync.yaml
make_people 4 >a.csv
sync 0 --source crm a.csv books:
ends 0 undo -n --report report.json 1
same "rows of what it would do" '4 4' "$(rows read) $(rows pending)"
run=1
undone 0 --limit 3
same "rows" '4 3 1' "$(rows read) $(rows updated) $(rows pending)"
undone 0
same "rows" '4 1 3' "$(rows read) $(rows updated) $(rows unchanged)"

case_name='two labels, and what was refused'
sandbox --rate off
at_once
{
    cat custsync.yaml
    echo '  ledger:'
    sed -n '/^  books:/,/^  [a-z]*:/p' custsync.yaml | sed '1d' | grep '^    '
} >two.yaml
mv two.yaml custsync.yaml
switch count.bulk=off
faults 'POST *partners/customers times 9 status 422'
custsync sync --source crm a.csv books:
forget
custsync retry --report report.json
same "tries of each" 4 "$(page '[.requests[] | select(.method == "POST"
    and (.path | test("customers$")))] | length')"
same "rows" 4 "$(rows read)"

echo "ok: a run is undone at all its accounts or at none"
