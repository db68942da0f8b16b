#!/usr/bin/env bash
# The sample customers are what their generator makes, to the byte: whoever
# changes the one must run the other.
set -eu
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
sample=$source_dir/contrib/sample
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$sample/generate.sh" "$work"
made=0
for file in "$work"/*; do
    cmp "$file" "$sample/${file##*/}" || {
        echo "test_sample: run contrib/sample/generate.sh and commit" >&2
        exit 1
    }
    made=$((made + 1))
done
[ "$made" -eq 5 ] || { echo "test_sample: $made files, not 5" >&2; exit 1; }
echo "test_sample: $made files are as generated"
