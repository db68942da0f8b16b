#!/usr/bin/env bash
# The bench can be run: every scenario but the two that take minutes gives a
# ratio, and a ratio is a number above 0. What the numbers are is not asked.
set -u
: "${CUSTSYNC:?CUSTSYNC names the program}"
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
build=$(dirname "$(realpath -e -- "$CUSTSYNC")") || exit 1
run=$source_dir/contrib/bench/run.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-test-bench.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "not ok: $*"
    head -c 3000 "$work/err"
    exit 1
}

all=$("$run" --list | awk '{ print $1 }' | grep -vxE 'minute|large')
TMPDIR=$work "$run" --build "$build" --rows 200 --runs 1 \
    --only "$(paste -sd, - <<<"$all")" --json "$work/json" \
    >"$work/out" 2>"$work/err" || fail "the bench ends with $?"
jq -e '.results | length > 0 and
    all(.ratio | type == "number" and . > 0 and . < 1e12)' \
    "$work/json" >/dev/null || fail "a ratio is no number above 0"
for name in $all; do
    jq -e --arg n "$name" 'any(.results[]; .scenario | startswith($n))' \
        "$work/json" >/dev/null || fail "no result of $name"
done
# The table has a row for each of them, below its two lines of heading.
rows=$(grep -c '^|' "$work/out")
[ "$rows" = $(($(jq '.results | length' "$work/json") + 2)) ] ||
    fail "the table has $rows lines"
# What a scenario needs and does not find ends the bench.
"$run" --build "$build" --only no-such-thing >"$work/out" 2>"$work/err" &&
    fail "a scenario that does not exist"
left=$(find "$work" -maxdepth 1 -name 'custsync-bench.*' | wc -l)
[ "$left" = 0 ] || fail "$left folders are left"
echo "ok: $(wc -w <<<"$all") scenarios"
