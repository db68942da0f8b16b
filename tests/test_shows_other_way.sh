#!/usr/bin/env bash
# The other way: from an account to files and to another account; and what one
# asks by hand: pull, find, status, runs, plan --exit-code, link and unlink.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 60 >people.csv
sandbox --rate off
at_once
cat >>custsync.yaml <<'YAML'
jobs:
  nightly:
    from: "shop:"
    to: "books:"
    match: [reference_id, email]
YAML
sync 0 people.csv shop:

# ---- to files -------------------------------------------------------------------
for format in csv json ndjson xml tsv; do
    case_name="export to $format"
    forget
    ends 0 export shop: "out.$format"
    same "writes" 0 "$(total kounta writes)"
    # Whatever was written reads back as the same people, and the same again.
    ends 0 sync "out.$format" "back.$format.ndjson"
    jq -cS 'with_entries(select(.value != null and .value != []))' \
        "back.$format.ndjson" | sort >"$format.people"
    same "people" 60 "$(wc -l <"$format.people")"
    same_file "the people" csv.people "$format.people"
done
case_name='an exported person'
jq -c 'select(.["custom.reference_id"] == "R00007")' csv.people >one.json
for pair in 'first_name Hana' 'last_name Able' 'email p00007@example.com' \
    'mobile +61412300007' 'billing.city Perth'; do
    same "${pair%% *}" "${pair#* }" "$(jq -r --arg f "${pair%% *}" '.[$f]' one.json)"
done
same "reference id: the provider's" "$(page_of '?requests=0' '.providers.kounta
    .customers[] | select(.reference_id == "R00007") | .id')" \
    "$(jq -r .reference_id one.json)"
case_name='a file is whole or not there'
cp out.csv before.csv
faults 'GET /v1/companies/*/customers always status 500'
custsync export shop: out.csv
same "exit code" 69 "$code"
same_file "the old file" before.csv out.csv
same "files left behind" "$(ls -d out.* | wc -l)" "$(ls -dA ./*out.* ./.out.* 2>/dev/null | wc -l)"
faults '# none'
rm state/custsync.db*
ends 0 sync people.csv shop:
case_name='standard output'
ends 0 export shop: - --to-format ndjson
same "lines" 60 "$(wc -l <out)"
same "objects" 60 "$(jq -c . out | wc -l)"
ends 73 export shop: nowhere/out.csv

# ---- account to account -----------------------------------------------------------
case_name='account to account'
forget
ends 2 plan nightly --exit-code
same "writes of a plan" 0 "$(brief '[.totals[].writes] | add')"
sync 0 nightly
ledger 'created 60'
same "job in the report" nightly "$(jq -r .job report.json)"
same "customers" 60 "$(holds count)"
same "writes at the source" 0 "$(total kounta writes)"
ends 0 plan nightly --exit-code
forget
sync 0 nightly
ledger 'unchanged 60'
same "writes of a second run" 0 "$(brief '[.totals[].writes] | add')"
case_name='an edit in the shop reaches the books'
id=$(page_of '?requests=0' '.providers.kounta.customers[9].id')
ask POST "/customers/kounta/$id" '{"last_name":"Edited"}'
# A plan asks nobody: it knows what was pulled.
ends 0 pull shop:
ends 2 plan nightly --exit-code
sync 0 nightly
ledger 'updated 1' 'unchanged 59'
same "edited there" 1 "$(page_of '?requests=0' '[.providers.count.customers[]
    | select(.contacts[0].lastName == "Edited")] | length')"
case_name='a correction in the books survives the night'
id=$(page_of '?requests=0' '.providers.count.customers[3].uuid')
ask POST "/customers/count/$id" '{"mainPhone":"+61412355555"}'
ends 0 pull books:
forget
sync 0 nightly
same "writes" 0 "$(total count writes)"
same "corrected" +61412355555 "$(page_of '?requests=0' '.providers.count
    .customers[3].mainPhone')"

# ---- pull, find -----------------------------------------------------------------
case_name=pull
ends 0 pull books: --json
same "rows read" 60 "$(jq .rows.read out)"
case_name=find
found() { # LINES ACCOUNT KEY=VALUE...
    ends 0 find "${@:2}"
    same "customers found" "$1" "$(jq -c . out | wc -l)"
}
found 1 shop: email=p00007@example.com
same "who" R00007 "$(jq -r '.["custom.reference_id"]' out)"
same "mobile" +61412300007 "$(jq -r .mobile out)"
found 1 shop: reference_id=R00007
found 1 shop: mobile='0412 300 007'
found 1 books: email=p00007@example.com
found 60 books: search=example.com
found 1 "books:" "id=$id"
ends 1 find shop: email=nobody@example.com
same "output" '' "$(cat out)"
ends 1 find books: email=nobody@example.com
ends 64 find shop: street=x
has "the look-ups there are" 'email=' err

# ---- status, runs ---------------------------------------------------------------
case_name='status and runs'
ends 0 status --json shop:
same "linked" 60 "$(jq '.accounts[0].linked' out)"
same "pending" 0 "$(jq '.accounts[0].changes.pending' out)"
ends 0 status --json
same "accounts" 'books field shop' "$(jq -r '[.accounts[].account] | sort | join(" ")' out)"
ends 0 status nightly
ends 0 runs --json
at_least "runs" 10 "$(jq '.runs | length' out)"
same "numbers" true "$(jq '[.runs[].run] | . == (unique | reverse)' out)"
same "ledgers" 0 "$(jq '[.runs[].rows
    | select(.read != (del(.read) | add))] | length' out)"
sync 1 <(printf 'first_name,email\nNo,Reach\n') field: --format csv
ends 0 runs --json
same "exit of the last run" 1 "$(jq '.runs[0].exit' out)"

# ---- a conflict settled by hand ---------------------------------------------------
cat >seed <<'SEED'
{"provider":"fieldedge","customer":{"id":"00000000-0000-4000-8000-000000000071","firstName":"Hana","lastName":"Hart","primaryEmail":"hana@example.com"}}
{"provider":"fieldedge","customer":{"id":"00000000-0000-4000-8000-000000000072","firstName":"Hana","lastName":"Hart","primaryPhone":"+61412300072"}}
SEED
cat >hana.csv <<'CSV'
reference_id,first_name,last_name,email,mobile,city
H1,Hana,Hart,hana@example.com,0412 300 072,Perth
CSV
case_name='a conflict'
sandbox --rate off --seed seed
at_once
sync 1 hana.csv field:
ledger 'conflict 1'
ends 0 status --json field:
same "conflicts in the status" 1 "$(jq '.accounts[0].changes.conflict' out)"
case_name='link'
ends 0 link reference_id=H1 field: 00000000-0000-4000-8000-000000000072
sync 0 hana.csv field:
ledger 'updated 1'
same "records" 2 "$(holds fieldedge)"
same "email of the record chosen" hana@example.com "$(page_of '?requests=0' '
    .providers.fieldedge.customers[] | select(.id == "00000000-0000-4000-8000-000000000072") | .primaryEmail')"
quiet hana.csv field:
# It is remembered: the next edit goes there without a question.
sed -i 's/Perth/Broome/' hana.csv
sync 0 hana.csv field:
ledger 'updated 1'
same "city of the record chosen" Broome "$(page_of '?requests=0' '
    .providers.fieldedge.customers[] | select(.id == "00000000-0000-4000-8000-000000000072") | .city')"
case_name='unlink'
ends 0 unlink reference_id=H1 field:
ends 0 link reference_id=H1 field: new
sync 0 hana.csv field:
ledger 'created 1'
same "records" 3 "$(holds fieldedge)"
quiet hana.csv field:
case_name='link what is not there'
ends 65 link reference_id=H9 field: 00000000-0000-4000-8000-000000000071
ends 64 link reference_id=H1
# ---- a plan over an account nobody has read yet ------------------------------------
case_name='plan --look over an account that was never read'
sandbox --rate off --seed <(echo '{"provider":"kounta","customer":{"first_name":"Ann","last_name":"Able","email":"ann@example.com"}}')
ends 2 plan shop: books: --look --exit-code
same "writes" 0 "$(brief '[.totals[].writes] | add')"
echo "ok: the other way"
