#!/usr/bin/env bash
# Two accounts of one COUNT client share its hundred requests a minute: two runs
# at the same time use them up, to 97 of 100 at least, and never one too many;
# a run after them asks for nothing until the minute is over.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 120 >people.csv
# Its windows are fixed, and begin with their first request.
# Slow answers, so that neither has used them up before the other began.
sandbox --rate 100/min --latency 60 --set count.bulk=off
sed -i 's/^  books:/&\n    workspace: 0d8f3c1e-5a64-4b7a-9c02-6f1d2e3b4a50/' custsync.yaml
cat >>custsync.yaml <<EOF
  branch:
    provider: count
    workspace: 7b1e9a42-3c5d-4f08-8e6a-1a2b3c4d5e60
    base_url: $url/count
    client_id: sandbox-books
    client_secret: sandbox-books-secret
    refresh_token: sandbox-books-two-refresh
EOF
at_once
accounts 'concurrency: 2'

case_name='two at the same time'
for account in books branch; do
    "$CUSTSYNC" sync people.csv "$account:" --deadline 40s \
        --report "said/$account.json" >"said/$account.out" 2>"said/$account.err" &
    started+=($!)
done
for pid in "${started[@]}"; do
    wait "$pid"
    same "exit code" 75 $?
done
started=()
same "requests too many" 0 "$(total count violations)"
at_most "requests in the minute" 100 "$(total count requests)"
at_least "requests in the minute" 97 "$(total count requests)"
for account in books branch; do
    at_least "requests of $account" 5 \
        "$(jq .requests.total "said/$account.json")"
done

case_name='a third run in the same minute'
before=$(total count requests)
ends 75 sync people.csv books: --deadline 1s
same "requests" "$before" "$(total count requests)"
same "requests too many" 0 "$(total count violations)"
echo "ok: two accounts, one limit"
