#!/usr/bin/env bash
# Every fuzz target for a minute, two side by side, where clang and its fuzzer
# are there; else 77, which ctest calls skipped. FUZZ_SECONDS is another time.
#
# Under a sanitizer the same targets run over their seeds already, and the
# fuzzer's build has both sanitizers anyway: skipped there too.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
skip() {
    echo "skipped: $*"
    exit 77
}

[ -z "${ASAN_OPTIONS:-}" ] || skip "this is a sanitizer's build"
command -v clang >/dev/null && command -v clang++ >/dev/null ||
    skip "no clang here"
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-fuzz.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
echo 'int LLVMFuzzerTestOneInput(const char *a, unsigned long b);
int LLVMFuzzerTestOneInput(const char *a, unsigned long b) { return !a && b; }' \
    >"$work/none.c"
clang -fsanitize=fuzzer,address,undefined -o "$work/none" "$work/none.c" \
    2>"$work/none.err" || skip "clang has no fuzzer: $(head -n 1 "$work/none.err")"

FUZZ_JOBS=2 "$source_dir/contrib/fuzz/run.sh" "${FUZZ_SECONDS:-60}"
