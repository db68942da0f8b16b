#!/usr/bin/env bash
# A provider that throttles is left alone until it said; whatever goes wrong
# on a create's way, in the end there is one record for each customer.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# ---- throttled ----------------------------------------------------------------
make_people 12 >people.csv
# One request at a time, so that nothing is in flight when the answer comes:
# then a violation is a request begun within the penalty.
throttled() { # PROVIDER ACTION
    case_name="$2 by $1"
    sandbox --rate off
    at_once
    accounts 'concurrency: 1'
    switch count.bulk=off
    faults "* * skip 6 $2"
    forget
    sync 0 people.csv "$(account_of "$1")"
    ledger 'created 12'
    same "customers" 12 "$(holds "$1")"
    same "answers 429" 1 "$(brief ".totals.$1.by_status[\"429\"]")"
    same "violations" 0 "$(total "$1" violations)"
    at_least "milliseconds between the 429 and the next request" "$3" \
        "$(page '[.requests[] | select(.provider == $p)] as $r
            | ($r | map(.status) | index(429)) as $at
            | $r[$at + 1].at_ms - $r[$at].at_ms' --arg p "$1")"
    same "retries in the report" 1 "$(jq .requests.retries report.json)"
    same "429 in the report" 1 "$(jq '.requests.by_status["429"]' report.json)"
}
for provider in $providers; do
    throttled "$provider" '429 retry-after 1' 990
done
throttled kounta '429 reset 1' 1
throttled fieldedge '429 retry-after-date 2' 1

# ---- creates that get lost ------------------------------------------------------
# afterwards PROVIDER: some runs later, for a provider may be given up for a
# while; then everybody is there once.
afterwards() {
    local to n
    to=$(account_of "$1")
    for ((n = 0; n < 4 && code != 0; n++)); do
        case $code in 1 | 69 | 75) ;; *) fail "exit code" "0, 1, 69 or 75" "$code" ;; esac
        custsync sync people.csv "$to"
    done
    same "exit code in the end" 0 "$code"
    same "customers" 12 "$(holds "$1")"
    same "emails" 12 "$(page_of '?requests=0' "[.providers.$1.customers[]
        | .email // .primaryEmail] | unique | length")"
    same "created" 12 "$(total "$1" created)"
    quiet people.csv "$to"
    ledger 'unchanged 12'
    same "unsettled" '{"pending":0,"sending":0,"unknown":0,"rejected":0,"failed":0,"conflict":0}' \
        "$("$CUSTSYNC" status --json "$to" | jq -c '.accounts[0].changes')"
}
for provider in $providers count-bulk; do
    for action in drop-after drop-before 'truncate 5' 'status 503' 'status 502' \
        'status 500' garbage-after 'hang 150'; do
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
        custsync sync people.csv "$(account_of "${provider%-bulk}")"
        at_least "faults met" 1 "$(page '[.requests[] | select(.fault)] | length')"
        afterwards "${provider%-bulk}"
    done
done

# ---- a deadline within a penalty ------------------------------------------------
# A penalty outlives the run that met it.
case_name='a penalty met by the next run'
sandbox --rate off
at_once
accounts 'concurrency: 1'
faults '* * skip 6 429 retry-after 2'
sync 75 people.csv shop: --deadline 200ms
at_least "pending" 1 "$(rows pending)"
sync 0 people.csv shop:
same "customers" 12 "$(holds kounta)"
same "violations" 0 "$(total kounta violations)"
echo "ok: one record each, whatever gets lost"
