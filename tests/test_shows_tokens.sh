#!/usr/bin/env bash
# Access tokens that end in the middle are renewed once and nothing is lost;
# COUNT's rotated refresh token outlives the run; and no secret of the
# configuration is ever shown.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 40 >people.csv
make_people 40 41 >more.csv
secrets=(sandbox-shop-secret sandbox-books-secret sandbox-field-secret
    sandbox-shop-refresh sandbox-books-refresh)

# ---- expired in the middle of a run -----------------------------------------
for provider in $providers; do
    case_name="expired in the middle at $provider"
    to=$(account_of "$provider")
    sandbox --rate off --latency 20
    at_once
    accounts 'concurrency: 2'
    switch count.bulk=off
    "$CUSTSYNC" sync -v -v people.csv "$to" >said/slow.out 2>said/slow.err &
    started=($!)
    under_way() { [ "$(holds "$provider")" -ge 5 ]; }
    soon "the first customers" under_way
    ask POST /expire
    wait "${started[0]}"
    same "exit code" 0 $?
    started=()
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

# ---- nothing is shown -------------------------------------------------------
# Secrets by every way a configuration can take them.
case_name='secrets'
sandbox --rate off --latency 30 --set count.bulk=off
at_once
mkdir -p creds
echo sandbox-books-secret >secret.txt
echo sandbox-field-secret >creds/field
export SHOP_SECRET=sandbox-shop-secret CREDENTIALS_DIRECTORY=$work/creds
sed -i -e 's/sandbox-shop-secret/${SHOP_SECRET}/' \
    -e "s#sandbox-books-secret#\${file:$work/secret.txt}#" \
    -e 's/sandbox-field-secret/${cred:field}/' custsync.yaml
has_not "the configuration" -secret custsync.yaml
faults 'POST /v1/companies/* skip 3 status 500 body {"error":"server_error"}' \
    'POST /v1/companies/* skip 4 status 400 body {"error":"invalid_request","error_description":"no"}' \
    'POST * skip 9 drop-after' 'POST * skip 12 garbage-after'
echo 'A9,No,Reach,,,' >>people.csv
for provider in $providers; do
    to=$(account_of "$provider")
    "$CUSTSYNC" sync -v -v people.csv "$to" --report "said/$provider.json" \
        --rejects "said/$provider.csv" --json >"said/$provider.out" \
        2>"said/$provider.err" &
    started=($!)
    # Until it has become custsync, the arguments are the shell's.
    arguments() {
        tr '\0' '\n' <"/proc/${started[0]}/cmdline" >"said/$provider.args" &&
            grep -q people.csv "said/$provider.args"
    }
    soon "the arguments" arguments
    wait "${started[0]}"
    same "exit code at $provider" 1 $?
    started=()
    custsync sync -v -v people.csv "$to" --report "said/$provider.html"
    custsync status -v -v "$to"
    custsync check -v -v "$to"
    custsync find -v -v "$to" email=p00001@example.com
    ask POST /expire
    custsync check -v -v "$to"
done
# ... and of what goes wrong before the first request.
custsync sync -v -v people.csv nowhere:
sed 's/^region:.*/&\nsecret: sandbox-shop-secret/' custsync.yaml >wrong.yaml
ends 78 check --config wrong.yaml
custsync status --json
custsync runs --json
at_least "output looked at" 40 "$(find said -type f | wc -l)"
for secret in "${secrets[@]}" 'Bearer '; do
    found=$(grep -rlF -- "$secret" said | head -3)
    same "files that show $secret" "" "$found"
done
# Tokens given by the server are in the store, and only there.
if command -v sqlite3 >/dev/null; then
    sqlite3 state/custsync.db .dump >dump.sql
    for secret in "${secrets[@]:0:3}"; do
        has_not "the store" "$secret" dump.sql
    done
fi
for file in state/*; do
    same "mode of ${file##*/}" 600 "$(stat -c %a "$file")"
done
echo "ok: tokens are renewed, kept, and never shown"
