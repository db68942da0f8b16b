#!/bin/sh
# Every layout in tests/recognise is known by its header, and by no mapping but
# its own. What the files are stands in recognise/README.md.
# CUSTSYNC=build/custsync test_recognise.sh
set -u
custsync=$(realpath "${CUSTSYNC:-${1:?usage: test_recognise.sh CUSTSYNC}}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A mapping of whoever runs the tests must not have a say.
export HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"
number=0
failed=0

for file in "$here"/recognise/*; do
    name=$(basename "$file")
    case $name in README.md) continue ;; esac
    number=$((number + 1))
    wanted=${name%%.*}
    (cd "$work" && "$custsync" check "$file" </dev/null) >"$work/said" 2>&1
    if grep -qE "^ *mapping:? +$wanted(:| |\$)" "$work/said"; then
        echo "ok $number $name"
    else
        failed=$((failed + 1))
        echo "not ok $number $name: wanted $wanted"
        sed -n 's/^/    /; 1,20p' "$work/said"
    fi
done
echo "1..$number"
[ "$number" -gt 0 ] && [ "$failed" -eq 0 ]
