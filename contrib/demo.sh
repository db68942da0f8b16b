#!/usr/bin/env bash
# Shows the whole way, on this machine alone: sets up, builds, starts the
# sandbox (the three providers, played on a loopback port), and brings 1,000
# made-up customers of a shop to a till, to the books and to field service.
#
# Ends with 0 only when everything was as it is said here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n=== %s\n' "$*"; }
fail() {
    printf '\ndemo: %s\n' "$*" >&2
    [ ! -s "$work/sandbox.err" ] || sed 's/^/  sandbox: /' "$work/sandbox.err" >&2
    exit 1
}

work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-demo.XXXXXX")
sandbox=
finish() {
    if [ -n "$sandbox" ]; then
        kill "$sandbox" 2>/dev/null || :
        wait "$sandbox" 2>/dev/null || :
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "Setting up and building"
contrib/setup-debian.sh
# Where the tests were built already nothing has to be built again.
preset=release
[ ! -f build/dev/CMakeCache.txt ] || preset=dev
cmake --preset "$preset" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; fail "CMake found something missing"; }
cmake --build --preset "$preset" --target custsync custsync-sandbox \
    >"$work/log" 2>&1 || { tail -40 "$work/log" >&2; fail "it does not build"; }
echo "built in build/$preset"
program=$PWD/build/$preset/custsync

say "Starting the sandbox on a free port"
# No proxy may come between us and our own machine.
export no_proxy='*' NO_PROXY='*'
umask 077
"build/$preset/custsync-sandbox" --rate off --ready "$work/accounts.yaml" \
    >/dev/null 2>"$work/sandbox.err" &
sandbox=$!
for ((tries = 0; tries < 200; tries++)); do
    [ ! -s "$work/accounts.yaml" ] || break
    kill -0 "$sandbox" 2>/dev/null || fail "the sandbox did not start"
    sleep 0.05
done
[ -s "$work/accounts.yaml" ] || fail "the sandbox is not ready"
url=$(sed -n 's/^# custsync-sandbox listening on //p' "$work/accounts.yaml")

# The configuration: what the sandbox says its accounts are, and whose numbers
# begin with 04.
{
    echo 'region: AU'
    cat "$work/accounts.yaml"
} >"$work/custsync.yaml"
echo "$url; it says what its accounts are:"
sed -n '/^accounts:/,$p' "$work/accounts.yaml" | grep -v secret: |
    sed -n '1,6s/^/    /p'
echo "    ..."

sample=contrib/sample/shopify-customers.csv

# custsync ARGUMENT...: shows the command and what it says; 1 (done, but some
# rows did not get there) is no success here, for every row of the sample can.
custsync() {
    local code=0
    printf '\n$ custsync %s\n' "$*"
    "$program" "$1" --config "$work/custsync.yaml" --state "$work/custsync.db" \
        "${@:2}" >"$work/out" 2>"$work/err" </dev/null || code=$?
    sed 's/^/    /' "$work/out"
    [ "$code" -eq 0 ] || {
        sed 's/^/    /' "$work/err" >&2
        fail "custsync $1 ended with $code"
    }
}
# number WORD: the number beside a word in the summary's table.
number() { sed -n "s/^  $1  *\([0-9][0-9]*\).*/\1/p" "$work/out"; }
# rows WORD NUMBER...: what the table must say.
rows() {
    while [ $# -gt 0 ]; do
        [ "$(number "$1")" = "$2" ] || fail "not $2 rows $1, but $(number "$1")"
        shift 2
    done
}

page() { curl -fsS --max-time 10 "$url/_sandbox?requests=0"; }
# holds PROVIDER: the records that the sandbox has there.
holds() { page | jq ".providers.$1.customers | length"; }
writes() { page | jq '[.totals[].writes] | add'; }

# planned PEOPLE: what the plan of a sync that is to create them must say.
planned() {
    rows read 1000 pending "$1"
}

say "Shopify's export into the till (Kounta): a plan first, it sends nothing"
custsync plan "shopify:$sample" shop:
rows read 1000
[ "$(writes)" -eq 0 ] || fail "a plan wrote something"

say "... and now in earnest"
custsync import "shopify:$sample" shop:
rows read 1000
people=$(number created)
merged=$(number merged)
[ -n "$people" ] && [ -n "$merged" ] || fail "the summary cannot be read"
[ "$((people + merged))" -eq 1000 ] || fail "some rows did not get there"
[ "$merged" -gt 0 ] || fail "nobody was recognised who is there twice"
echo
echo "1000 rows are $people people: $merged rows were somebody who was there"
echo "already, by an email in other case or a mobile written another way."
[ "$(holds kounta)" -eq "$people" ] || fail "Kounta holds $(holds kounta)"

say "The same file again: nothing is written"
before=$(writes)
custsync import "shopify:$sample" shop:
rows read 1000 created 0 updated 0
[ "$(writes)" -eq "$before" ] || fail "the second run wrote something"
echo
echo "The sandbox counted $before writes before and counts $before now."

say "The same people into the books (COUNT)"
custsync plan "shopify:$sample" books:
planned "$people"
custsync sync "shopify:$sample" books:
rows read 1000 created "$people"
custsync sync "shopify:$sample" books:
rows read 1000 created 0 updated 0

say "... and into field service (FieldEdge)"
custsync plan "shopify:$sample" field:
planned "$people"
custsync sync "shopify:$sample" field:
rows read 1000 created "$people"
custsync sync "shopify:$sample" field:
rows read 1000 created 0 updated 0

say "What the sandbox holds"
for provider in kounta count fieldedge; do
    there=$(holds "$provider")
    printf '    %-10s %s customers\n' "$provider" "$there"
    [ "$there" -eq "$people" ] || fail "$provider holds $there, not $people"
done

say "And out again: the till's customers as a file"
custsync export shop: "$work/till.csv"
rows created "$people"
[ -s "$work/till.csv" ] || fail "there is no file"
head -3 "$work/till.csv" | cut -c1-76 | sed 's/^/    /'

say "All as promised: $people people, three providers, nobody twice."
