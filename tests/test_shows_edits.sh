#!/usr/bin/env bash
# One field edited in one row is one update with that field in it; a changed
# email with the same reference id is an update, never a second customer.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 60 >people.csv

# edit SED TO-PROVIDER: the run after that edit writes one update, whose body
# is kept in the file sent.
edit() {
    sed -i "$1" people.csv
    forget
    sync 0 people.csv "$to"
    ledger 'updated 1' 'unchanged 59'
    same "creates" 0 "$(total "$provider" created)"
    same "records changed" 1 "$(total "$provider" updated)"
    same "writes" 1 "$(total "$provider" writes)"
    same "customers" 60 "$(holds "$provider")"
    { bodies "$provider" PUT; bodies "$provider" PATCH; } >sent
    same "bodies" 1 "$(wc -l <sent)"
}
# sent_has FILTER WANTED: the body's member; a bulk call wraps its one row.
sent_has() {
    same "$1 in the body" "$2" \
        "$(jq -r "(if .customers then .customers[0] else . end) | $1" sent)"
}

for provider in $providers; do
    to=$(account_of "$provider")
    sandbox --rate off
    make_people 60 >people.csv
    case_name="$to"
    sync 0 people.csv "$to"
    ledger 'created 60'

    case_name="$to a last name edited"
    edit '18s/,Baker,/,Bakerson,/'
    case $provider in
    kounta) sent_has .last_name Bakerson ;;
    count) sent_has '.contacts[0].lastName' Bakerson ;;
    fieldedge) sent_has .lastName Bakerson ;;
    esac
    same "who has the name" p00017@example.com "$(page '.providers[$p]
        .customers[] | select(tostring | contains("Bakerson"))
        | .primaryEmail // .email' --arg p "$provider")"

    case_name="$to a city edited"
    edit '30s/Perth$/Broome/'
    case $provider in
    kounta) sent_has .primary_address.city Broome ;;
    count) sent_has .billingAddress.city Broome ;;
    fieldedge) sent_has .city Broome ;;
    esac

    case_name="$to an email edited, the reference id the same"
    edit '41s/p00040@/new40@/'
    sent_has .email new40@example.com
    same "the old address" 0 "$(page "[.providers.$provider.customers[]
        | select(tostring | contains(\"p00040@\"))] | length")"

    case_name="$to a mobile edited, the reference id the same"
    edit '42s/,0412300041,/,0412399041,/'
    case $provider in
    kounta) sent_has .mobile 0412399041 ;;
    count) sent_has .mainPhone +61412399041 ;;
    fieldedge) sent_has .phoneNumber +61412399041 ;;
    esac

    case_name="$to the edits again"
    quiet people.csv "$to"
    ledger 'unchanged 60'

    # The same values written another way are no edit.
    case_name="$to spelled another way"
    sed -i -e 's/,p000\(2.\)@example.com/,P000\1@EXAMPLE.com/' \
        -e 's/,0412\(3000\)\(..\),/,+61 412 \1 \2,/' people.csv
    forget
    sync 0 people.csv "$to"
    same "writes" 0 "$(total "$provider" writes)"

    # Back to what it was: A to B to A is sent each time.
    case_name="$to edited back"
    edit '18s/,Bakerson,/,Baker,/'
done
echo "ok: one edit, one update, at three providers"
