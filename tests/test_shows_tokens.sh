#!/usr/bin/env bash
# Access tokens that end in the middle are renewed once and nothing is lost;
# COUNT's rotated refresh token outlives the run; and credentials that are
# refused end the run with 77.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 40 >people.csv
make_people 40 41 >more.csv

# ---- expired in the middle of a run -----------------------------------------
for provider in $providers; do
    case_name="expired in the middle at $provider"
    to=$(account_of "$provider")
    sandbox --rate off
    at_once
    accounts 'concurrency: 2'
    switch count.bulk=off
    faults 'POST * skip 9 expire'
    sync 0 people.csv "$to"
    faults '# none'
    same "customers" 40 "$(holds "$provider")"
    same "created" 40 "$(total "$provider" created)"
    same "tokens given" 2 "$(total "$provider" tokens)"
    quiet people.csv "$to"

    case_name="expired between two runs at $provider"
    ask POST /expire
    forget
    sync 0 more.csv "$to"
    ledger 'created 40'
    same "tokens given" 1 "$(total "$provider" tokens)"
    same "customers" 80 "$(holds "$provider")"
done

# Tokens that live for a second are renewed as often as it takes.
case_name='tokens of one second'
sandbox --rate off --latency 60 --set token_ttl=1 --set count.bulk=off
at_once
accounts 'concurrency: 1'
sync 0 people.csv books:
ledger 'created 40'
same "customers" 40 "$(holds count)"
at_least "tokens given" 2 "$(total count tokens)"
at_most "requests" 150 "$(total count requests)"

# And those that end while the next call waits for its turn within the rate: it is
# sent with a new one, and nobody is lost or twice.
make_people 12 >few.csv
for provider in $providers; do
    case_name="tokens that end inside a wait at $provider"
    sandbox --rate 8/s --set token_ttl=1 --set count.bulk=off
    at_once
    accounts 'concurrency: 1'
    sed -i 's#^    provider: .*#&\n    rate: 8/s#' custsync.yaml
    sync 0 few.csv "$(account_of "$provider")"
    ledger 'created 12'
    once "$provider" 12
    at_least "milliseconds waited" 500 "$(jq .requests.throttled_ms report.json)"
    at_least "tokens given" 2 "$(total "$provider" tokens)"
done

# ---- rotation ---------------------------------------------------------------
case_name="COUNT's rotated token"
sandbox --rate off
sync 0 people.csv books:
same "tokens given" 1 "$(total count tokens)"
# The one of the configuration is dead by now; the store's must do, even in a
# process that never saw the first.
for n in 1 2 3; do
    ask POST /expire
    make_people 5 $((100 * n)) >few.csv
    forget
    sync 0 few.csv books:
    ledger 'created 5'
    same "tokens given, run $n" 1 "$(total count tokens)"
    at_most "refused, run $n" 1 "$(total count auth_failures)"
done
case_name="COUNT's rotated token without the store"
ask POST /expire
ends 77 sync more.csv books: --state "$work/other.db"
like "what to do" 'refresh_token|login' err

# Two processes on two accounts of one state file, each with its own token.
case_name="Kounta's rotated token"
sandbox --rate off --set kounta.rotate=on
sync 0 people.csv shop:
ask POST /expire
sync 0 more.csv shop:
same "customers" 80 "$(holds kounta)"

# ---- credentials refused ----------------------------------------------------
for wrong in 'client_secret: nonsense-secret' 'refresh_token: nonsense-refresh'; do
    case_name="a wrong ${wrong%%:*}"
    sandbox --rate off
    sed -i "s/^    ${wrong%%:*}: .*/    $wrong/" custsync.yaml
    ends 77 sync people.csv shop: -v
    ends 77 check shop:
    ends 77 sync people.csv books: -v -v
    same "writes" 0 "$(brief '[.totals[].writes] | add')"
    has_not "output" "${wrong#*: }" out
    has_not "output" "${wrong#*: }" err
done

echo "ok: tokens are renewed and kept"
