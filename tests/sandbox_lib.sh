# shellcheck shell=bash
# sandbox_lib.sh - what the end-to-end scripts share. Sourced, never run.
#
# A script gets a folder of its own ($work, which is also where it stands), a
# sandbox on a port of its own, and a state file of its own; all of it goes
# when the script ends, however it ends. The first check that fails ends the
# script with 1 and says what, what was wanted, and what came.
#
# Whatever custsync says, in any run, is kept below $work/said.
#
# These are for the scripts that source this file.
# shellcheck disable=SC2034
set -u
umask 077

: "${CUSTSYNC:?CUSTSYNC names the program}"
SANDBOX=${1:-${SANDBOX:?SANDBOX names custsync-sandbox}}
CUSTSYNC=$(realpath -e -- "$CUSTSYNC") || exit 1
SANDBOX=$(realpath -e -- "$SANDBOX") || exit 1
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
sample=$source_dir/contrib/sample
for tool in curl jq; do
    command -v $tool >/dev/null || { echo "not ok: needs $tool"; exit 1; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-shows.XXXXXX") || exit 1
work=$(cd "$work" && pwd -P)
mkdir "$work/said" "$work/home" "$work/tmp" "$work/state"
cd "$work" || exit 1
# Only what is ours: no configuration, store or proxy of whoever runs this.
export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_STATE_HOME=$work/home
export STATE_DIRECTORY=$work/state TMPDIR=$work/tmp TZ=UTC
export no_proxy='*' NO_PROXY='*' NO_COLOR=1
# Waiting between tries is not what these scripts look at.
export CUSTSYNC_BACKOFF_MS=20

sandbox_pid=
started=() # pids of whatever else a script leaves behind when it fails
runs=0
case_name=
finish() {
    local pid
    for pid in "${started[@]}" $sandbox_pid; do
        kill -KILL "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    if [ -n "${KEEP:-}" ]; then echo "kept $work"; else rm -rf "$work"; fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- checks -----------------------------------------------------------------

fail() { # WHAT WANTED GOT
    echo "not ok: ${case_name:+$case_name: }$1, wanted $2, got $3"
    if [ -n "${last-}" ]; then
        echo "    custsync $last"
        head -c 3000 out | sed 's/^/    out: /'
        head -c 3000 err | sed 's/^/    err: /'
    fi
    exit 1
}
same() { [ "$2" = "$3" ] || fail "$@"; } # WHAT WANTED GOT
at_most() { [ "$3" -le "$2" ] || fail "$1" "at most $2" "$3"; }
at_least() { [ "$3" -ge "$2" ] || fail "$1" "at least $2" "$3"; }
# has WHAT TEXT FILE; has_not likewise; like takes a pattern of grep -E.
has() { grep -qF -- "$2" "$3" || fail "$1" "$2" "$(head -c 1500 "$3")"; }
has_not() { ! grep -qF -- "$2" "$3" || fail "$1" "no $2" "$(grep -F -- "$2" "$3" | head -3)"; }
like() { grep -qE -- "$2" "$3" || fail "$1" "$2" "$(head -c 1500 "$3")"; }
same_file() { # WHAT WANTED GOT
    cmp -s "$2" "$3" || fail "$1" "$2" "$(diff "$2" "$3" | head -20)"
}

# soon WHAT COMMAND...: until it succeeds, and at most for ten seconds.
soon() {
    local what=$1 tries
    shift
    for ((tries = 0; tries < 400; tries++)); do
        "$@" && return
        sleep 0.025
    done
    fail "$what" "within ten seconds" "nothing"
}

# ours: nothing is removed outside the folder that is ours.
ours() {
    case $PWD/ in "$work"/*) ;; *) fail "the folder" "within $work" "$PWD" ;; esac
}

# ---- the sandbox ------------------------------------------------------------

# sandbox [OPTION...]: a new one, and with it a new state file and a new
# configuration: what it says its accounts are.
sandbox() {
    if [ -n "$sandbox_pid" ]; then
        kill "$sandbox_pid"
        wait "$sandbox_pid"
    fi
    ours
    rm -rf ready.yaml state
    mkdir state
    "$SANDBOX" --ready ready.yaml "$@" >/dev/null 2>sandbox.err &
    sandbox_pid=$!
    soon "the sandbox ($*)" sandbox_is_ready
    url=$(sed -n 's/^# custsync-sandbox listening on //p' ready.yaml)
    { echo 'region: AU'; cat ready.yaml; } >custsync.yaml
}
sandbox_is_ready() {
    [ -s ready.yaml ] && return 0
    kill -0 "$sandbox_pid" 2>/dev/null || fail "the sandbox" "started" "$(cat sandbox.err)"
    return 1
}
# accounts 'KEY: VALUE'...: every account of the configuration gets it too.
accounts() {
    local line
    for line; do
        sed -i "/^ *${line%%:*}:/d" custsync.yaml
        sed -i "s/^    provider: .*/&\n    $line/" custsync.yaml
    done
}
# The wait for a write to show is the providers' matter; the sandbox has none.
at_once() { accounts 'settle_delay: 0ms'; }

# page FILTER [jq option...]: what jq makes of the sandbox's page, plain;
# brief likewise, of the page without requests and customers.
page() { page_of '' "$@"; }
brief() { page_of '?requests=0&customers=0' "$@"; }
page_of() {
    local query=$1 filter=$2
    shift 2
    curl -fsS --max-time 20 "$url/_sandbox$query" >page.json ||
        fail "the sandbox's page" "an answer" "none"
    jq -r "$@" "$filter" page.json
}
# ask METHOD PATH [BODY]: a lever of the sandbox.
ask() {
    curl -fsS --max-time 20 -X "$1" -H 'Content-Type: application/json' \
        --data-binary "${3-}" "$url/_sandbox$2" >asked.json 2>asked.err ||
        fail "$1 $2" "done" "$(cat asked.err)"
}
forget() { ask POST /reset; }
faults() { ask POST /faults "$(printf '%s\n' "$@")"; }
switch() { ask POST "/set?$1"; }
# holds PROVIDER: how many customers; total PROVIDER WORD: a number of totals.
holds() { brief ".providers.$1.count"; }
total() { brief ".totals.$1.$2"; }
# bodies PROVIDER METHOD: the bodies of such requests, one a line, tokens aside.
bodies() {
    page '.requests[] | select(.provider == $p and .method == $m
        and .body != "<redacted>") | .body' --arg p "$1" --arg m "$2"
}
# people PROVIDER: its customers, without ids and stamps, in a fixed order.
people() {
    page_of '?requests=0' '.providers[$p].customers[]
        | walk(if type == "object"
               then del(.uuid, .id, .createdAt, .updatedAt) else . end)' \
        --arg p "$1" -cS | LC_ALL=C sort
}

# once PROVIDER N: it holds N customers, all different, and never made more.
once() {
    same "customers, different emails, ever created" "$2 $2 $2" \
        "$(page_of '?requests=0' '.providers[$p] as $held | [$held.count,
            ([$held.customers[] | .email // .primaryEmail] | unique | length),
            .totals[$p].created] | join(" ")' --arg p "$1")"
}

providers='kounta count fieldedge'
account_of() {
    case $1 in kounta) echo shop: ;; count) echo books: ;; *) echo field: ;; esac
}

# ---- custsync ---------------------------------------------------------------

# custsync ARGUMENT...: runs it; its output is in the files out and err, its
# exit code in $code.
custsync() {
    last="$*"
    runs=$((runs + 1))
    "$CUSTSYNC" "$@" >out 2>err </dev/null
    code=$?
    cp out "said/$runs.out"
    cp err "said/$runs.err"
}
# ends EXIT ARGUMENT...: it must end with that code.
ends() {
    local wanted=$1
    shift
    custsync "$@"
    same "exit code of custsync $*" "$wanted" "$code"
}
# sync EXIT FROM TO [OPTION...]: with a report, whose ledger must balance.
sync() {
    local wanted=$1
    shift
    rm -f report.json
    ends "$wanted" sync --report report.json "$@"
    [ -s report.json ] || fail "the report of sync $*" "a file" "none"
    same "ledger of sync $*, and its exit code" "balanced $wanted" "$(jq -r \
        '(.rows | if .read == (del(.read) | add) then "balanced" else . end
        | tostring) + " " + (.exit | tostring)' report.json)"
}
# rows COLUMN: of the ledger; requests: sent by the last sync; codes: problems.
rows() { jq ".rows.$1" report.json; }
requests() { jq .requests.total report.json; }
# ledger 'COLUMN N'...: these, and zero in all the others but read.
ledger() {
    local wanted got
    wanted=$(printf '%s\n' "$@" | LC_ALL=C sort | paste -sd, -)
    got=$(jq -r '.rows | del(.read) | to_entries[] | select(.value != 0)
        | "\(.key) \(.value)"' report.json | LC_ALL=C sort | paste -sd, -)
    same "ledger" "$wanted" "$got"
}
# quiet FROM TO: nothing is left to be done, and nothing is asked.
quiet() {
    forget
    sync 0 "$@"
    same "requests of a second run" 0 "$(requests)"
    same "requests of a second run at the sandbox" 0 \
        "$(brief '[.totals[].requests] | add')"
}

# problem CODE: the messages with it, one a line.
problem() { jq -r --arg c "$1" '.problems[] | select(.code == $c) | .message' report.json; }

# make_people N [FIRST]: made-up customers in our own columns, on standard
# output; each has all three keys.
make_people() {
    echo reference_id,first_name,last_name,email,mobile,city
    seq "${2:-1}" "$((${2:-1} + $1 - 1))" | awk 'BEGIN {
        split("Ann Bob Cleo Dan Eve Finn Gus Hana Ivy Jon", first, " ")
        split("Able Baker Cole Dunn Ellis Ford Gray Hart Ince Jones", last, " ")
    } {
        printf "R%05d,%s,%s,p%05d@example.com,04%08d,Perth\n", $1,
            first[$1 % 10 + 1], last[int($1 / 10) % 10 + 1], $1, 12300000 + $1
    }'
}
