#!/usr/bin/env bash
# A provider that throttles is left alone until it said, by this run and by
# the next.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

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

# A provider that is down is not asked again by each run of the night: what ten
# calls in a row have met opens a breaker, whichever runs they were of, and the
# runs that find it open plan and ask nothing.
case_name='a breaker met by the next runs'
export CUSTSYNC_BACKOFF_MS=10
sandbox --rate off
at_once
ends 0 check shop:
faults '* *customers* always status 500'
for ((n = 1; n <= 12; n++)); do
    custsync sync people.csv shop: --report report.json
    [ "$code" != 75 ] || break
    same "exit code" 69 "$code"
done
same "the run that opens it" 10 "$n"
like "until when" 'breaker is open until .* after 10 failures' err
faults '# none'
sync 75 people.csv shop:
same "requests and rows pending" '0 12' "$(requests) $(rows pending)"
ends 0 status shop:
like "told by status" 'after 10 failures nothing is sent until' out
echo "ok: not one request within a penalty"
