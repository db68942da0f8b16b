#!/bin/sh
# What a shape was written as, read, written and read again, is the same
# customers: for every case to-NAME, whose out.* is wanted of the mapping NAME.
# CUSTSYNC=build/custsync test_written_again.sh
set -u
custsync=$(realpath "${CUSTSYNC:-${1:?usage: test_written_again.sh CUSTSYNC}}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A mapping of whoever runs the tests must not have a say.
export HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"
number=0
failed=0
cd "$work" || exit 1

again() { # MAPPING FILE
    "$custsync" sync "$1:$2" first.ndjson &&
        "$custsync" sync first.ndjson "$1:again.${2##*.}" &&
        "$custsync" sync "$1:again.${2##*.}" second.ndjson &&
        diff -u first.ndjson second.ndjson
}

for case in "$here"/cases/to-*; do
    name=$(basename "$case")
    for file in "$case"/want/out.*; do
        [ -f "$file" ] || continue
        number=$((number + 1))
        # Numbers without a country code are of the case's own country.
        rm -f custsync.yaml
        [ ! -f "$case/config.yaml" ] || cp "$case/config.yaml" custsync.yaml
        if again "${name#to-}" "$file" </dev/null >said 2>&1; then
            echo "ok $number $name"
        else
            failed=$((failed + 1))
            echo "not ok $number $name"
            sed -n 's/^/    /; 1,30p' said
        fi
    done
done
echo "1..$number"
[ "$number" -gt 0 ] && [ "$failed" -eq 0 ]
