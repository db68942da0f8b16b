#!/usr/bin/env bash
# What custsync costs beside the bare libraries, all in one run: see README.md.
#
# Nothing leaves this machine. No result fails anything: the exit code says
# whether the scenarios could be run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)

usage() {
    cat <<END
usage: run.sh [OPTION...]
  --rows N        rows of the files (default 1,000,000)
  --runs N        rounds, ours and the baseline in turn (default 5)
  --only LIST     these scenarios, or groups of them, with commas between
  --json FILE     the results as JSON, too
  --build FOLDER  a build of custsync (default build/release; made if missing)
  --work FOLDER   where data and stores are made, and kept for the next run
                  (default: a folder below \$TMPDIR that goes at the end)
  --list          the scenarios
END
}
scenarios=(
    "csv       reading   nothing changed since last night, CSV"
    "json      reading   the same, a JSON array"
    "ndjson    reading   the same, NDJSON"
    "xml       reading   the same, XML"
    "changed   reading   1 % changed, plan of the CSV"
    "first     reading   nobody known yet, 5 % duplicates, planned into the store"
    "convert   reading   CSV to XML, no phone numbers"
    "script    reading   the Python script people write today, nothing changed"
    "growth    growth    nothing changed: rows/100, rows/10, rows, 5 x rows"
    "large     large     peak memory at 5 x rows, each format"
    "push      sending   single creates, 16 connections"
    "curl      sending   the same beside curl --parallel"
    "wait16    sending   50 ms an answer, 16 connections"
    "wait64    sending   50 ms an answer, 64 connections"
    "minute    pace      a limit of 100 a minute"
    "second    pace      a limit of 50 a second"
    "count     requests  new customers, and a night with 50 changes, at COUNT"
    "kounta    requests  the same at Kounta"
    "fieldedge requests  the same at FieldEdge"
)

rows=1000000 runs=5 only='' json='' build='' work=''

# shellcheck source=contrib/bench/lib.sh
. "$here/lib.sh"
# shellcheck source=contrib/bench/reading.sh
. "$here/reading.sh"
# shellcheck source=contrib/bench/sending.sh
. "$here/sending.sh"
# shellcheck source=contrib/bench/requests.sh
. "$here/requests.sh"

options() {
    while [ $# -gt 0 ]; do
        case $1 in
        --rows | --runs | --only | --json | --build | --work)
            [ $# -gt 1 ] || { usage >&2; exit 64; }
            printf -v "${1#--}" %s "$2"
            shift 2
            ;;
        --list) printf '%s\n' "${scenarios[@]}"; exit 0 ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; exit 64 ;;
        esac
    done
    case $rows$runs in *[!0-9]* | '') usage >&2; exit 64 ;; esac
    [ "$rows" -ge 100 ] && [ "$runs" -ge 1 ] || { usage >&2; exit 64; }
    # Better now than after hours.
    if [ -n "$json" ]; then
        json=$(realpath -m -- "$json")
        : >"$json"
    fi
    # All but the largest files, unless something is named.
    : "${only:=reading,growth,sending,pace,requests}"
}

# A function, so that all of the script is read before a run of hours begins,
# whoever edits it meanwhile.
main() {
    local chosen=() scenario name group wish
    options "$@"
    for scenario in "${scenarios[@]}"; do
        read -r name group _ <<<"$scenario"
        case ,$only, in
        *,"$name",* | *,"$group",*) chosen+=("$name") ;;
        esac
    done
    for wish in ${only//,/ }; do
        grep -qE "^($wish +|[a-z0-9]+ +$wish +)" <<<"$(printf '%s\n' "${scenarios[@]}")" ||
            fail "there is no scenario $wish: see --list"
    done

    prepare
    say "$(machine)"
    for name in "${chosen[@]}"; do
        say "$name: $(sed -nE "s/^$name +[a-z]+ +//p" \
            <<<"$(printf '%s\n' "${scenarios[@]}")")"
        "scenario_$name"
    done
    table
    [ -z "$json" ] || results_json >"$json"
    exit
}
main "$@"
