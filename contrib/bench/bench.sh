#!/usr/bin/env bash
# What custsync costs beside the bare library: bench.sh [ROWS [BUILD-FOLDER]]
#
# Every way is run in turn, five rounds, and the best time of each counts: what
# else the machine does then weighs on all of them alike. Nothing leaves this
# machine: the accounts are the sandbox's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rows=${1:-50000}
build=$(realpath -e -- "${2:-$here/../../build/release}")
rounds=5

[ -x /usr/bin/time ] || { echo "bench: apt-get install time" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-bench.XXXXXX")
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
fail() {
    echo "bench: $*" >&2
    exit 1
}

cc -O2 -o "$work/bare_csv" "$here/bare_csv.c" -lcsv
cd "$work"

# 15 columns, a person a row, everybody made up.
awk -v rows="$rows" 'BEGIN {
    print "reference_id,first_name,last_name,company,email,mobile,phone," \
        "street,street2,city,state,postal_code,country,tags,notes"
    for (i = 1; i <= rows; i++)
        printf "%d,Ana%c,Silva%c%c,%s,person.%d@example.com,+61411%06d,," \
            "%d High St,,Sydney,NSW,2000,AU,\"VIP, Blog\",%s\n", \
            100000 + i, 97 + i % 26, 97 + int(i / 26) % 26, \
            97 + int(i / 676) % 26, i % 5 ? "" : "Silva & Co", i, \
            i % 1000000, 1 + i % 300, i % 9 ? "" : "\"Rings back, later\""
}' >people.csv

export no_proxy='*' NO_PROXY='*'
umask 077
"$build/custsync-sandbox" --rate off --ready accounts.yaml >/dev/null &
sandbox=$!
for ((tries = 0; tries < 200; tries++)); do
    [ ! -s accounts.yaml ] || break
    kill -0 "$sandbox" 2>/dev/null || fail "the sandbox did not start"
    sleep 0.05
done
{ echo 'region: AU'; cat accounts.yaml; } >custsync.yaml
ends=(--config custsync.yaml --state known.db)
echo "$rows rows, $(($(stat -c %s people.csv) / 1024)) KiB of CSV;" \
    "the first sync takes a while"
"$build/custsync" sync "${ends[@]}" people.csv books: >first ||
    fail "the first sync failed: $(cat first)"
"$build/custsync" sync "${ends[@]}" people.csv books: >second
grep -q ' created 0 updated 0 unchanged' second ||
    fail "the second sync was not without changes: $(cat second)"

names=(bare plan sync convert new)
declare -A what=(
    [bare]="libcsv alone"
    [plan]="plan of an unchanged file"
    [sync]="sync of an unchanged file"
    [convert]="CSV to NDJSON, everybody new to the store"
    [new]="plan of a file nobody knows yet"
)
declare -A command=(
    [bare]="./bare_csv people.csv"
    [plan]="$build/custsync plan ${ends[*]} people.csv books:"
    [sync]="$build/custsync sync ${ends[*]} people.csv books:"
    [convert]="$build/custsync sync --config custsync.yaml --state out.db people.csv out.ndjson"
    [new]="$build/custsync plan --config custsync.yaml --state new.db people.csv shop:"
)
declare -A best=() peak=()
for ((round = 0; round < rounds; round++)); do
    for name in "${names[@]}"; do
        rm -f out.db* out.ndjson new.db*
        from=${EPOCHREALTIME/[.,]/}
        # shellcheck disable=SC2086
        /usr/bin/time -o memory -f %M ${command[$name]} >out 2>err ||
            fail "${command[$name]}: $(cat out err)"
        took=$((${EPOCHREALTIME/[.,]/} - from))
        [ -n "${best[$name]-}" ] && [ "${best[$name]}" -le "$took" ] ||
            best[$name]=$took
        kib=$(tail -n 1 memory)
        [ -n "${peak[$name]-}" ] && [ "${peak[$name]}" -ge "$kib" ] ||
            peak[$name]=$kib
    done
done

printf '\n%-42s %8s %12s %10s\n' "" "x libcsv" "rows/s" "peak MiB"
for name in "${names[@]}"; do
    awk -v what="${what[$name]}" -v took="${best[$name]}" \
        -v bare="${best[bare]}" -v rows="$rows" -v kib="${peak[$name]}" \
        'BEGIN { printf "%-42s %8.1f %12d %10.1f\n", what, took / bare, \
            rows * 1000000 / took, kib / 1024 }'
done
