#!/usr/bin/env bash
# Files that must be refused, or whose bad rows must be: tests/bad.
#
# Every file there goes through `custsync check`, which must end in time and in
# little memory, as NAME.want says: the exit code in its first line, then texts
# that must stand in its output. NAME.args, when there is one, holds the
# options, blank between them.
#
# huge_*.sh there write what is too large for a repository. Without arguments
# they list it, a line each: NAME, exit code, text that must occur, with tabs
# between them; with a NAME they write that file to standard output. Its suffix
# is its format. HUGE_MB is how large a large one is: 64 (8 under a sanitizer),
# and 1024 by hand.
#
#     CUSTSYNC=build/dev/custsync tests/test_bad.sh [NAME...]
set -u
umask 077

: "${CUSTSYNC:?CUSTSYNC names the program}"
CUSTSYNC=$(realpath -e -- "$CUSTSYNC") || exit 1
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
bad=$source_dir/tests/bad
# ctest gives every script the sandbox, which this one has no use for.
case ${1-} in */*) shift ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-bad.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/home"
export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_STATE_HOME=$work/home
export NO_COLOR=1

# A record twice, its tree, and the libraries; far below any of the files that
# try to make it more. Seconds are the processor's, whoever else it works for;
# only what hangs is ended by the clock. AddressSanitizer reserves terabytes that it never uses.
memory_kb=$((400 * 1024)) seconds=20 huge_mb=64
if [ -n "${ASAN_OPTIONS:-}" ]; then
    memory_kb=unlimited seconds=300 huge_mb=8
fi
export HUGE_MB=${HUGE_MB:-$huge_mb}
failed=0 count=0

not_ok() { # NAME WHAT
    echo "not ok $1: $2"
    head -c 2000 "$work/said" | sed 's/^/    /'
    failed=$((failed + 1))
}

# checked NAME FILE EXIT ARGUMENT...: reads texts from standard input.
checked() {
    local name=$1 file=$2 wanted=$3 code=0 begin=$EPOCHREALTIME took text
    shift 3
    count=$((count + 1))
    (
        ulimit -v "$memory_kb" -c 0 -t "$seconds"
        cd "${file%/*}" || exit 1
        exec timeout -k 5 "$((seconds * 10))" "$CUSTSYNC" check "$@" "${file##*/}"
    ) >"$work/said" 2>&1 </dev/null || code=$?
    took=$(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 1000))
    if [ "$code" != "$wanted" ]; then
        not_ok "$name" "exit code $code after $took ms, wanted $wanted"
        return
    fi
    # What a stranger wrote must not reach a terminal as it is.
    if LC_ALL=C grep -q $'[\001-\010\013-\037\177]' "$work/said" ||
        ! iconv -f UTF-8 -t UTF-8 "$work/said" >"$work/shown" 2>&1; then
        not_ok "$name" "output that is not plain UTF-8"
        return
    fi
    while IFS= read -r text; do
        if [ -n "$text" ] && ! grep -qF -- "$text" "$work/said"; then
            not_ok "$name" "does not say \"$text\""
            return
        fi
    done
    echo "ok $name ($took ms)"
}

# chosen NAME: all of them, or those that were named.
chosen() {
    local name=$1 one
    shift
    [ $# -gt 0 ] || return 0
    for one; do [ "$one" != "$name" ] || return 0; done
    return 1
}

for file in "$bad"/*; do
    name=${file##*/}
    case $name in *.want | *.args | *.sh | README*) continue ;; esac
    chosen "$name" "$@" || continue
    args=()
    [ ! -f "$file.args" ] || read -r -a args <"$file.args"
    if [ ! -f "$file.want" ]; then
        : >"$work/said"
        count=$((count + 1))
        not_ok "$name" "there is no $name.want"
        continue
    fi
    checked "$name" "$file" "$(head -n 1 "$file.want")" "${args[@]}" \
        < <(tail -n +2 "$file.want")
done

for script in "$bad"/huge_*.sh; do
    [ -x "$script" ] || continue
    if ! "$script" >"$work/list" || [ ! -s "$work/list" ]; then
        : >"$work/said"
        not_ok "${script##*/}" "lists nothing"
        continue
    fi
    while IFS=$'\t' read -r name wanted text; do
        chosen "$name" "$@" || continue
        if ! "$script" "$name" >"$work/$name"; then
            not_ok "$name" "cannot be made"
        else
            checked "$name" "$work/$name" "$wanted" <<<"$text"
        fi
        rm -f "$work/$name"
    done <"$work/list"
done

echo "$((count - failed)) of $count files"
[ $count -gt 0 ] && [ $failed = 0 ]
