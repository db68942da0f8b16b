#!/usr/bin/env bash
# Whatever goes wrong on a create's way, lost before it arrived, lost on its
# way back, cut short or refused, in the end there is one record for each
# customer and nothing is left unsettled.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 12 >people.csv

# One run does it: nobody twice, nobody lost, and nothing left unsettled.
# fault_matrix.txt has the rest, request by request.
afterwards() {
    ledger 'created 12'
    once "$1" 12
    quiet people.csv "$(account_of "$1")"
    ledger 'unchanged 12'
    same "unsettled" '{"pending":0,"sending":0,"unknown":0,"rejected":0,"failed":0,"conflict":0}' \
        "$("$CUSTSYNC" status --json "$(account_of "$1")" | jq -c '.accounts[0].changes')"
}
for provider in $providers count-bulk; do
    for action in drop-after drop-before 'truncate 5' 'status 503' 'status 502' \
        'status 500' garbage-after 'hang 150' reset reset-after 'status-after 503' \
        'html-after 200' 'id none'; do
        case_name="$action on creates at $provider"
        sandbox --rate off
        at_once
        case $provider in
        kounta) path='/v1/companies/*/customers' ;;
        fieldedge) path='/v1/customers' ;;
        count)
            path='/partners/customers'
            switch count.bulk=off ;;
        *) path='/partners/customers/bulk' ;;
        esac
        if [ "$provider" = count-bulk ]; then
            faults "POST $path $action"
        else
            faults "POST $path skip 2 times 2 $action" \
                "POST $path skip 3 $action"
        fi
        sync 0 people.csv "$(account_of "${provider%-bulk}")"
        at_least "faults met" 1 "$(page '[.requests[] | select(.fault)] | length')"
        afterwards "${provider%-bulk}"
    done
done

echo "ok: one record each, whatever gets lost"
