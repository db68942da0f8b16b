#!/usr/bin/env bash
# The sample customers: the files are what their generator makes, to the byte
# (whoever changes the one must run the other), and the same people are read
# from each of the four formats.
set -eu
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
custsync=${CUSTSYNC:?CUSTSYNC names the program}
sample=$source_dir/contrib/sample
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "test_sample: $*" >&2
    exit 1
}

mkdir "$work/made"
"$sample/generate.sh" "$work/made"
made=0
for file in "$work/made"/*; do
    cmp "$file" "$sample/${file##*/}" ||
        fail "run contrib/sample/generate.sh and commit what it makes"
    made=$((made + 1))
done
[ "$made" -eq 5 ] || fail "$made files, not 5"

cd "$work"
echo 'region: AU' >custsync.yaml
for format in json ndjson xml csv; do
    "$custsync" sync --config custsync.yaml --state "$format.db" \
        "$sample/people.$format" "$format.out.ndjson" >"$format.log" 2>&1 ||
        fail "people.$format: $(cat "$format.log")"
    rows=$(sed -n 's/^  \([a-z]*\)  *\([0-9]*\).*/\1 \2/p' "$format.log" | xargs)
    [[ $rows == 'read 1000 created 975 updated 0 merged 25'* ]] ||
        fail "people.$format: $(cat "$format.log")"
    # A CSV has every column in every row: what is blank there is absent in
    # the others.
    sed -E 's/"[a-z0-9_.]+":(null|\[\]),//g' "$format.out.ndjson" >"$format.people"
    cmp json.people "$format.people" ||
        fail "people.$format holds other people than people.json"
done
echo "test_sample: $made files are as generated, four formats are one people"
