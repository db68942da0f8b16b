#!/usr/bin/env bash
# How much of the source the tests run through:
#
#     contrib/coverage.sh [LABELS [OPTION...]]
#
# LABELS are ctest's: "unit" alone is the fastest, "unit|case" the default, "."
# is all. So are the options: unit -R test_csv is one program's share. The pages,
# line by line, are in build/coverage/pages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1-} in
-*) echo "usage: contrib/coverage.sh [LABELS [OPTION...]]" && exit 64 ;;
esac
command -v gcovr >/dev/null ||
    { echo "coverage: install the package gcovr" >&2; exit 69; }

cmake --preset coverage >/dev/null
cmake --build --preset coverage >build/coverage/build.log 2>&1 ||
    { tail -40 build/coverage/build.log >&2; exit 1; }
# What earlier runs counted is no news.
find build/coverage -name '*.gcda' -delete
# Unoptimised and counting, a test may be too slow for its time; what it ran
# through counts all the same, and contrib/test.sh says which tests fail.
ctest --test-dir build/coverage -j2 -L "${1:-unit|case}" "${@:2}" \
    >build/coverage/tests.log ||
    tail -15 build/coverage/tests.log >&2

mkdir -p build/coverage/pages
gcovr --root . --object-directory build/coverage -j 2 \
    --filter 'formats/' --filter 'mappings/' --filter 'state/' --filter 'sync/' \
    --exclude-unreachable-branches --exclude-throw-branches \
    --html-details build/coverage/pages/index.html --json-summary \
    build/coverage/summary.json build/coverage >build/coverage/gcovr.log 2>&1 ||
    { tail -20 build/coverage/gcovr.log >&2; exit 1; }
jq -r '.files | map(. + {folder: (.filename | split("/")[0])})
    | ([{folder: "all"} + (map({line_covered, line_total}) | {
            line_covered: (map(.line_covered) | add),
            line_total: (map(.line_total) | add)})]
        + (group_by(.folder) | map({folder: .[0].folder,
            line_covered: (map(.line_covered) | add),
            line_total: (map(.line_total) | add)})))[]
    | "\(.folder)\t\(.line_covered * 1000 / .line_total | round / 10) %"
      + " of \(.line_total) lines"' build/coverage/summary.json
