#!/usr/bin/env bash
# The mapping that CONTRIBUTING.md shows is one, and its example is right.
set -eu
custsync=$(realpath -e -- "${CUSTSYNC:?CUSTSYNC names the program}")
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir files
sed -n '/^```yaml$/,/^```$/{/^```/!p}' "$source_dir/CONTRIBUTING.md" \
    >files/till.yaml
[ -s files/till.yaml ] || { echo "not ok: no mapping is shown"; exit 1; }
printf '%s\n' 'Member No,Given Name,Mail,Cell,Phone,Newsletter' \
    '7,Ann,ann@example.com,,0491 570 006,J' >list.csv
export CUSTSYNC_MAPPINGS=$work HOME=$work
"$custsync" check list.csv >out 2>&1 || { cat out; exit 1; }
grep -q '^  mapping    till' out || { cat out; exit 1; }
grep -q '^rows 1: good 1' out || { cat out; exit 1; }
echo "ok: the mapping of CONTRIBUTING.md is found and right"
