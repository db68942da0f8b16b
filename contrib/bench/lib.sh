# shellcheck shell=bash
# lib.sh - what the scenarios share: rounds, medians, the table. Sourced.
#
# run.sh gives here, top, rows, runs, build, work; its results are in
# $tmp/results, a line each, parted by tabs:
#   scenario ratio target what baseline seconds base-seconds rows/s MiB base-MiB
# These are for the scripts that source this file.
# shellcheck disable=SC2034,SC2154
say() { printf '%s\n' "$*" >&2; }
fail() {
    say "bench: $*"
    exit 1
}

started=() # pids
finish() {
    local pid
    for pid in "${started[@]}" ${push_pid-} ${sandbox_pid-}; do
        kill "$pid" 2>/dev/null || continue
        wait "$pid" 2>/dev/null || :
    done
    rm -rf "$tmp"
    return 0
}

# ---- the start --------------------------------------------------------------

prepare() {
    local tool
    for tool in cmake curl jq python3; do
        command -v "$tool" >/dev/null || fail "needs $tool"
    done
    if [ -z "$build" ]; then
        build=$top/build/release
        [ -f "$build/CMakeCache.txt" ] || (cd "$top" && cmake --preset release) >&2
    fi
    build=$(realpath -e -- "$build")
    cmake --build "$build" --target bench >"${TMPDIR:-/tmp}/bench.$$" 2>&1 || {
        cat "${TMPDIR:-/tmp}/bench.$$" >&2
        rm -f "${TMPDIR:-/tmp}/bench.$$"
        fail "the build failed"
    }
    rm -f "${TMPDIR:-/tmp}/bench.$$"
    bin=$build/contrib/bench
    custsync=$build/custsync
    # The interpreter itself, not what stands before it in PATH.
    python=$(python3 -c 'import sys; print(sys.executable)')

    umask 077
    tmp=$(mktemp -d "${TMPDIR:-/tmp}/custsync-bench.XXXXXX")
    trap finish EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ -n "$work" ]; then
        mkdir -p "$work"
        work=$(realpath -e -- "$work")
    else
        work=$tmp
    fi
    mkdir "$tmp/home"
    : >"$tmp/results"
    : >"$tmp/details"
    export HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home XDG_STATE_HOME=$tmp/home
    export no_proxy='*' NO_PROXY='*' NO_COLOR=1 LC_ALL=C.UTF-8
    cd "$tmp"
}

# One line; also a member of the JSON.
machine() {
    local cpu commit
    cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
    commit=$(git -C "$top" rev-parse --short HEAD 2>/dev/null || echo unknown)
    [ -z "$(git -C "$top" status --porcelain 2>/dev/null)" ] ||
        commit="$commit and changes"
    printf '%s, %s cores, %s MiB, %s, Linux %s, %s; commit %s, %s; load %s' \
        "${cpu:-unknown}" "$(nproc)" \
        "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" \
        "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)" \
        "$(uname -r)" "$(stat -f -c %T "$work")" "$commit" \
        "$(sed -n 's/^CMAKE_BUILD_TYPE:[^=]*=//p' "$build/CMakeCache.txt")" \
        "$(cut -d' ' -f1-3 /proc/loadavg)"
}
versions() {
    local name
    "$custsync" --version | head -n 1
    for name in libcurl libxml-2.0 jansson sqlite3; do
        echo "$name $(pkg-config --modversion "$name" 2>/dev/null || echo unknown)"
    done
    for name in libcsv3 libphonenumber8; do
        echo "$name $(dpkg-query -W -f='${Version}' "$name" 2>/dev/null || echo unknown)"
    done
    "$python" --version
}

# ---- rounds -----------------------------------------------------------------

# measured FILE COMMAND...: a line to FILE; it must succeed.
measured() {
    local file=$1
    shift
    "$bin/bench_measure" "$file" "$@" >"$tmp/out" 2>"$tmp/err" ||
        fail "$* failed: $(head -c 2000 "$tmp/err")$(head -c 2000 "$tmp/out")"
}

# pair NAME [BEFORE]: the arrays base and ours in turn, BEFORE ahead of ours.
pair() {
    local round
    rm -f "$tmp/$1.base" "$tmp/$1.ours"
    for ((round = 0; round < runs; round++)); do
        measured "$tmp/$1.base" "${base[@]}"
        "${2:-:}"
        measured "$tmp/$1.ours" "${ours[@]}"
    done
}
# median FILE COLUMN; ratios NAME: the median of the rounds' own ratios.
median() { awk -v c="$2" '{ print $c }' "$1" | middle; }
middle() {
    sort -g | awk '{ x[NR] = $1 }
        END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'
}
ratios() { paste "$tmp/$1.base" "$tmp/$1.ours" | awk '{ print $5 / $1 }' | middle; }

# calculate FORMAT EXPRESSION, as awk does.
calculate() { awk "BEGIN { printf \"$1\", $2 }"; }

# result NAME RATIO TARGET WHAT BASELINE [SECONDS BASE-SECONDS ROWS/S MIB BASE-MIB]
result() {
    local IFS=$'\t'
    awk -v r="$2" 'BEGIN { exit !(r == r + 0 && r > 0 && r < 1e12) }' ||
        fail "$1: no ratio ($2)"
    printf '%s\n' "$*" >>"$tmp/results"
    say "    ratio $2, target $3"
}
# paired NAME TARGET WHAT BASELINE ROWS: of what pair NAME has measured.
paired() {
    local seconds
    seconds=$(median "$tmp/$1.ours" 1)
    result "$1" "$(calculate %.3f "$(ratios "$1")")" "$2" "$3" "$4" \
        "$seconds" "$(median "$tmp/$1.base" 1)" \
        "$(calculate %.0f "$5 / $seconds")" \
        "$(calculate %.1f "$(median "$tmp/$1.ours" 3) / 1024")" \
        "$(calculate %.1f "$(median "$tmp/$1.base" 3) / 1024")"
}
# detail TEXT...: a line below the table.
detail() { printf '%s\n' "$*" | tee -a "$tmp/details" >&2; }

# ---- what comes out ---------------------------------------------------------

table() {
    machine
    printf '\n%s rows, median of %s; a ratio is the median of the ratios of single rounds\n\n' \
        "$rows" "$runs"
    awk -F'\t' 'BEGIN {
        print "| | seconds | rows/s | MiB | baseline | seconds | MiB | ratio | target | met |"
        print "|---|---|---|---|---|---|---|---|---|---|"
    }
    function met(ratio, target, sides) {
        split(target, sides, " ")
        if (sides[1] == "<=") return ratio <= sides[2] ? "yes" : "no"
        if (sides[1] == ">=") return ratio >= sides[2] ? "yes" : "no"
        return ""
    }
    function short(x) { return x == "" ? "" : sprintf("%.3g", x) }
    {
        printf "| %s | %s | %s | %s | %s | %s | %s | **%s** | %s | %s |\n", $4,
            short($6), $8, $9, $5, short($7), $10, $2, $3, met($2, $3)
    }' "$tmp/results"
    if [ -s "$tmp/details" ]; then
        echo
        cat "$tmp/details"
    fi
}

results_json() {
    jq -R -s --arg machine "$(machine)" --arg versions "$(versions)" \
        --arg rows "$rows" --arg runs "$runs" --arg at "$(date -u +%FT%TZ)" \
        --rawfile details "$tmp/details" '
        def number: if . == null or . == "" then null else tonumber end;
        {at: $at, machine: $machine, versions: ($versions | split("\n")),
         rows: ($rows | tonumber), runs: ($runs | tonumber),
         results: [split("\n")[] | select(. != "") | split("\t") | {
            scenario: .[0], ratio: (.[1] | number), target: .[2],
            met: ((.[2] | split(" ")) as [$way, $limit] | (.[1] | number) as $r |
                if $way == "<=" then $r <= ($limit | tonumber)
                elif $way == ">=" then $r >= ($limit | tonumber)
                else null end),
            what: .[3], baseline: .[4], seconds: (.[5] | number),
            baseline_seconds: (.[6] | number), rows_per_second: (.[7] | number),
            peak_mib: (.[8] | number), baseline_peak_mib: (.[9] | number)}],
         details: ($details | split("\n") | map(select(. != "")))}' "$tmp/results"
}
