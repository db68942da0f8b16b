#!/usr/bin/env bash
# Builds the fuzz targets with clang and runs them, one after the other:
#     contrib/fuzz/run.sh [SECONDS [TARGET...]]
#
# SECONDS for each (60), of all targets or those named (csv, json, ...). What is
# learned is kept in build/fuzz/corpus/TARGET, so that an hour goes on where
# the last one ended. An input that breaks something is written to
# build/fuzz/found/TARGET-...; run build/fuzz/contrib/fuzz/fuzz_TARGET on it to
# see what. Once it is mended, it belongs into tests/bad.
#
# FUZZ_BUILD is another folder for all that; FUZZ_JOBS (1) is how many targets
# run side by side. Ends with 1 when anything was found.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_dir=$(cd "$here/../.." && pwd)

usage() {
    echo "usage: contrib/fuzz/run.sh [SECONDS [TARGET...]]"
    exit "$1"
}
case ${1-} in
-h | --help) usage 0 ;;
*[!0-9]*) usage 64 >&2 ;;
esac
seconds=${1:-60}
[ $# = 0 ] || shift
targets=("$@")
if [ $# = 0 ]; then
    for file in "$here"/target_*.c; do
        file=${file##*/target_}
        targets+=("${file%.c}")
    done
fi

build=${FUZZ_BUILD:-$source_dir/build/fuzz}
mkdir -p "$build/found"
build=$(cd "$build" && pwd)
options=(--preset fuzz -B "$build")
if command -v ccache >/dev/null; then
    options+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache
        -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
fi
if ! { (cd "$source_dir" && cmake "${options[@]}") &&
    cmake --build "$build" -j 2 --target "${targets[@]/#/fuzz_}"; } \
    >"$build/build.log" 2>&1; then
    tail -n 30 "$build/build.log"
    exit 1
fi

# Freed memory is kept back for a while, to see whether it is used again; the
# usual quarter of a gigabyte costs half the speed.
export ASAN_OPTIONS=quarantine_size_mb=16:max_malloc_fill_size=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export UBSAN_OPTIONS=print_stacktrace=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}

# one TARGET: a line about it, and its whole output where something was found.
one() {
    local log=$build/$1.log runs code=0 words=()
    mkdir -p "$build/corpus/$1"
    [ ! -f "$here/words/$1.dict" ] || words=("-dict=$here/words/$1.dict")
    # The last bound is for a target that neither ends nor notices that.
    timeout -k 10 $((seconds + 60)) "$build/contrib/fuzz/fuzz_$1" \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -rss_limit_mb=1024 -artifact_prefix="$build/found/$1-" "${words[@]}" \
        "$build/corpus/$1" "$here/seeds/$1" >"$log" 2>&1 </dev/null || code=$?
    runs=$(LC_ALL=C sed -nE 's/^(Done |#)([0-9]+).*/\2/p' "$log" | tail -n 1)
    if [ $code = 0 ]; then
        echo "ok $1: ${runs:-0} runs in $seconds s"
        return 0
    fi
    echo "not ok $1: exit $code after ${runs:-0} runs"
    LC_ALL=C grep -avE '^(#|INFO)' "$log" | head -c 6000
    return 1
}

# As many side by side as FUZZ_JOBS says; wait -n tells how each ended.
failed=0 running=0
for target in "${targets[@]}"; do
    if [ $running -ge "${FUZZ_JOBS:-1}" ]; then
        wait -n || failed=1
        running=$((running - 1))
    fi
    one "$target" &
    running=$((running + 1))
done
while [ $running -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
done
exit $failed
