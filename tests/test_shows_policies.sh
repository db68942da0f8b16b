#!/usr/bin/env bash
# What the policies promise: canary and brake, modes, duplicates, blanks, who
# wins, who is missing; a second run at once, a deadline, and SIGTERM.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# at_kounta ID-FIELD VALUE FILTER: something of the customer with that value.
at_kounta() {
    page_of '?requests=0' ".providers.kounta.customers[]
        | select(.$1 == \"$2\") | $3"
}

# ---- canary -------------------------------------------------------------------
make_people 20 >people.csv
case_name='--limit'
sandbox --rate off
at_once
sync 0 people.csv shop: --limit 5
ledger 'created 5' 'pending 15'
same "customers" 5 "$(holds kounta)"
sync 0 people.csv shop: --limit 5
ledger 'created 5' 'pending 10' 'unchanged 5'
# The canary showed a mistake: what was not sent yet is planned anew.
sed -i 's/Perth/Broome/' people.csv
sync 0 people.csv shop:
ledger 'created 10' 'updated 10'
same "in Broome" 20 "$(page_of '?requests=0' '[.providers.kounta.customers[]
    | select(.primary_address.city == "Broome")] | length')"
quiet people.csv shop:

# ---- brake --------------------------------------------------------------------
case_name=brake
make_people 120 >many.csv
sandbox --rate off
at_once
sync 0 many.csv shop:
sed '2,71s/Perth/Broome/' many.csv >half.csv
forget
custsync sync half.csv shop:
same "exit code over the brake" 65 "$code"
has "what to do about it" --max-changes err
same "writes" 0 "$(total kounta writes)"
ends 65 sync half.csv shop: --max-changes 69
ends 65 sync half.csv shop: --max-changes 10%
same "writes" 0 "$(total kounta writes)"
sync 0 half.csv shop: --max-changes 70
ledger 'updated 70' 'unchanged 50'
same "records changed" 70 "$(total kounta updated)"
# New customers are no changes of known ones.
{ cat half.csv; make_people 200 1000 | tail -n +2; } >grown.csv
sync 0 grown.csv shop:
ledger 'created 200' 'unchanged 120'
# Exactly half is not over half.
sed '2,161s/,[A-Z][a-z]*$/,Albany/' grown.csv >albany.csv
sync 0 albany.csv shop:
ledger 'updated 160' 'unchanged 160'

# ---- modes --------------------------------------------------------------------
case_name='--mode'
make_people 4 >people.csv
sandbox --rate off
at_once
head -3 people.csv >two.csv
sync 0 two.csv shop:
sed -i '2s/Perth/Broome/' people.csv
forget
sync 0 people.csv shop: --mode create
ledger 'created 2' 'skipped 1' 'unchanged 1'
same "records changed" 0 "$(total kounta updated)"
make_people 6 >people.csv
sed -i '2s/Perth/Broome/' people.csv
sync 0 people.csv shop: --mode update
ledger 'updated 1' 'skipped 2' 'unchanged 3'
same "customers" 4 "$(holds kounta)"
sync 0 people.csv shop:
ledger 'created 2' 'unchanged 4'

# ---- duplicates -----------------------------------------------------------------
cat >twins.csv <<'CSV'
reference_id,first_name,last_name,email,city
T1,Tess,Twin,tess@example.com,Perth
T1,Tess,Twin,tess@example.com,Broome
U1,Una,Unit,una@example.com,Perth
T1,Tess,Twin,tess@example.com,
CSV
for way in merge first last reject; do
    case_name="--duplicates $way"
    sandbox --rate off
    at_once
    case $way in
    merge) wanted=0 city=Broome ;;
    first) wanted=0 city=Perth ;;
    last) wanted=0 city=null ;;
    reject) wanted=1 ;;
    esac
    sync $wanted twins.csv shop: --duplicates $way --rejects twins-rejects.csv
    if [ $way = reject ]; then
        ledger 'created 1' 'conflict 3'
        same "rejected rows" 3 "$(grep -c Tess twins-rejects.csv)"
        same "customers" 1 "$(holds kounta)"
        continue
    fi
    if [ $way = merge ]; then
        ledger 'created 2' 'merged 2'
    else
        ledger 'created 2' 'skipped 2'
    fi
    same "city" $city "$(at_kounta first_name Tess '.primary_address.city')"
    quiet twins.csv shop: --duplicates $way
done

# ---- blanks ---------------------------------------------------------------------
case_name='a blank keeps'
make_people 3 >people.csv
sandbox --rate off
at_once
sync 0 people.csv shop:
sed -i '2s/,0412300001,/,,/' people.csv
forget
sync 0 people.csv shop:
same "mobile" 0412300001 "$(at_kounta reference_id R00001 .mobile)"
same "writes" 0 "$(total kounta writes)"
case_name='--blank clear'
sync 0 people.csv shop: --blank clear
ledger 'updated 1' 'unchanged 2'
same "mobile" null "$(at_kounta reference_id R00001 '.mobile | if . == "" then null else . end')"
same "email" p00001@example.com "$(at_kounta reference_id R00001 .email)"
quiet people.csv shop: --blank clear
# An absent column never clears.
cut -d, -f1-5 people.csv >narrow.csv
sync 0 narrow.csv shop: --blank clear
same "city" Perth "$(at_kounta reference_id R00002 .primary_address.city)"

# ---- who wins -------------------------------------------------------------------
for side in source target; do
    case_name="--prefer $side"
    make_people 3 >people.csv
    sandbox --rate off
    at_once
    sync 0 people.csv shop:
    id=$(at_kounta reference_id R00001 .id)
    ask POST "/customers/kounta/$id" '{"last_name":"Target","tags":["VIP"]}'
    sed -i '2s/,Able,/,Source,/' people.csv
    sync 0 people.csv shop: --prefer $side
    wanted=Source
    [ $side = source ] || wanted=Target
    same "last name" $wanted "$(page_of '?requests=0' \
        ".providers.kounta.customers[] | select(.id == $id) | .last_name")"
    same "tags, set by hand" VIP "$(page_of '?requests=0' \
        ".providers.kounta.customers[] | select(.id == $id) | .tags[]")"
    quiet people.csv shop: --prefer $side
done
# A correction made in the target survives while the source stays.
case_name='a correction by hand'
sandbox --rate off
make_people 3 >people.csv
sync 0 people.csv books:
id=$(page_of '?requests=0' '.providers.count.customers[0].uuid')
ask POST "/customers/count/$id" '{"website":"https://hand.example.com","mainPhone":"+61412399999"}'
sed -i '2,4s/Perth/Broome/' people.csv
sync 0 people.csv books:
ledger 'updated 3'
same "corrected" '+61412399999 https://hand.example.com' "$(page_of '?requests=0' \
    '.providers.count.customers[0] | "\(.mainPhone) \(.website)"')"

# ---- missing --------------------------------------------------------------------
case_name='--missing'
make_people 10 >people.csv
head -9 people.csv >fewer.csv
inactive() {
    page_of '?requests=0' '[.providers.count.customers[]
        | select(.status == "inactive") | .email] | join(" ")'
}
sandbox --rate off
at_once
sync 0 people.csv books:
forget
sync 0 fewer.csv books:
same "inactive" '' "$(inactive)"
sync 0 fewer.csv books: --missing report
same "reported" 2 "$(jq .codes.missing report.json)"
same "writes" 0 "$(total count writes)"
sync 0 fewer.csv books: --missing deactivate
same "inactive" 'p00009@example.com p00010@example.com' "$(inactive)"
same "records changed" 2 "$(total count updated)"
same "customers" 10 "$(holds count)"
quiet fewer.csv books: --missing deactivate

# ---- another run ------------------------------------------------------------------
case_name='another run on the account'
make_people 60 >people.csv
sandbox --rate off --latency 40
at_once
accounts 'concurrency: 2'
"$CUSTSYNC" sync people.csv shop: >said/first.out 2>said/first.err &
started=($!)
under_way() { [ "$(holds kounta)" -ge 2 ]; }
soon "the first run" under_way
ends 75 sync people.csv shop:
like "who holds it" 'another run|works on' err
# Another account of the same state file is free, and waiting helps.
head -4 people.csv >few.csv
sync 0 few.csv field:
ledger 'created 3'
sync 0 people.csv shop: --wait 30s
ledger 'unchanged 60'
wait "${started[0]}"
same "exit code of the first" 0 $?
started=()
same "customers" 60 "$(holds kounta)"

# ---- SIGTERM and SIGINT -------------------------------------------------------------
for signal in TERM INT; do
    case_name="SIG$signal in the middle"
    sandbox --rate off --latency 40
    at_once
    accounts 'concurrency: 2'
    # A background process of a script has SIGINT ignored unless told otherwise.
    rm -f report.json
    set -m
    "$CUSTSYNC" sync people.csv shop: --report report.json >out 2>err &
    started=($!)
    set +m
    soon "the run to be stopped" under_way
    kill -$signal "${started[0]}"
    wait "${started[0]}"
    code=$?
    started=()
    wanted=143
    [ $signal = TERM ] || wanted=130
    same "exit code" $wanted $code
    at_least "pending" 1 "$(rows pending)"
    same "created" "$(holds kounta)" "$(rows created)"
    same "unsettled" 0 "$("$CUSTSYNC" status --json shop: |
        jq '.accounts[0].changes | .sending + .unknown')"
    sync 0 people.csv shop:
    same "customers" 60 "$(holds kounta)"
    same "created" 60 "$(total kounta created)"
    quiet people.csv shop:
done

# ---- deadline -----------------------------------------------------------------------
case_name='--deadline'
sandbox --rate off --latency 40
at_once
accounts 'concurrency: 1'
sync 75 people.csv shop: --deadline 2s
at_least "created" 1 "$(rows created)"
at_least "pending" 1 "$(rows pending)"
sync 0 people.csv shop:
same "customers" 60 "$(holds kounta)"
echo "ok: policies"
