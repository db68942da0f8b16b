#!/usr/bin/env bash
# Every fault at every kind of request at every provider, as fault_matrix.txt
# lists them: what is at the provider afterwards, what was asked, how long was
# waited, how the run ended, and that the next run brings it to its end.
#
#   test_fault_matrix.sh [SANDBOX [PATTERN]]   only cells whose name fits
#
# SHOW=1 prints what came of each cell in place of judging it.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

table=${TABLE:-$source_dir/tests/fault_matrix.txt}
pattern=${2:-}
workers=2
read -r SECONDS_BEGUN _ </proc/uptime

# ---- the small world of a cell ----------------------------------------------

header=reference_id,first_name,last_name,email,mobile,street,city,postal_code
person() { # N CITY
    echo "R$1,Ann$2,Able,ann$1@example.com,041230000$1,1 Low Rd,$3,6000"
}
{ echo $header && person 1 a Perth; } >one-old.csv
{ echo $header && person 1 a Darwin; } >one.csv
for city in Perth Darwin; do
    { echo $header; for n in 1 2 3; do person $n "$(echo $n | tr 123 abc)" $city; done; } >three-$city.csv
done
mv three-Perth.csv three-old.csv
mv three-Darwin.csv three.csv

# Somebody else, who is there before and must not be touched.
stranger_of() {
    case $1 in
    kounta) stranger='{"first_name":"Zed","last_name":"Other","email":"zed@example.org","mobile":"0491570006","reference_id":"Z9"}' ;;
    count) stranger='{"customer":"Zed Other","email":"zed@example.org","mainPhone":"+61491570006"}' ;;
    *) stranger='{"firstName":"Zed","lastName":"Other","email":"zed@example.org","phoneNumber":"+61491570006"}' ;;
    esac
}
# What the requests of a kind look like: METHOD PATH-GLOB.
place_of() { # KIND PROVIDER
    case $1-$2 in
    token-kounta) echo 'POST /v1/token' ;;
    token-count) echo 'POST /partners/refresh-user-access-token' ;;
    token-fieldedge) echo 'POST /oauth/token' ;;
    proof-kounta | list-kounta) echo 'GET /v1/companies/5678/customers' ;;
    proof-count | list-count) echo 'GET /partners/customers' ;;
    proof-fieldedge) echo 'GET /v1/customers/search' ;;
    # The look-ups that proved the absence go unharmed; Kounta's was a list.
    settle-kounta) echo 'GET /v1/companies/5678/customers skip 1' ;;
    redir-kounta) echo 'GET /v1/companies/5678/customers skip 2' ;;
    settle-count) echo 'GET /partners/customers/find-by-email' ;;
    settle-fieldedge) echo 'GET /v1/customers/search skip 2' ;;
    get-kounta | fetch-kounta) echo 'GET /v1/companies/5678/customers/*' ;;
    get-count) echo 'GET /partners/customers/????????-*' ;;
    get-fieldedge) echo 'GET /v1/customers/id/*' ;;
    create-kounta) echo 'POST /v1/companies/5678/customers' ;;
    create-count) echo 'POST /partners/customers' ;;
    create-fieldedge) echo 'POST /v1/customers' ;;
    update-*) echo 'PUT *' ;;
    bulk-count) echo 'POST /partners/customers/bulk' ;;
    bulkput-count) echo 'PATCH /partners/customers/bulk' ;;
    *) return 1 ;;
    esac
}

# ---- one cell ---------------------------------------------------------------

# None of these runs has a reason to last.
custsync() {
    last="$*"
    timeout -k 5 "${PATIENCE:-15}" "$CUSTSYNC" "$@" >out 2>err </dev/null
    code=$?
}
# act KIND TO: the run that is looked at; sets $code, and report.json.
act() {
    rm -f report.json out.ndjson
    case $1 in
    list) custsync sync --report report.json "$2" out.ndjson ;;
    bulk*) custsync sync --report report.json three.csv "$2" ;;
    *) custsync sync --report report.json one.csv "$2" ;;
    esac
}
# One jq makes all of page and report that a cell compares, a word a line:
# asked, met, violations, throttled_ms, told; then how many customers are there
# as the source has them; then the strangers, then everybody, without ids.
digest='def bare: walk(if type == "object"
        then del(.uuid, .id, .company_id, .createdAt, .updatedAt) else . end);
    (.[1] // {}) as $report | .[0] | .providers[$p].customers as $all
    | .totals[$p].requests, ([.requests[] | select(.fault)] | length),
      .totals[$p].violations, ($report.requests | .throttled_ms // "-", .total // "-"),
      ([$all[] | select((.email // .primaryEmail) | startswith("ann"))
        | select((.primary_address.city // .billingAddress.city // .city) == "Darwin")]
        | length),
      ([$all[] | select((.email // .primaryEmail) == "zed@example.org")] | bare | tojson),
      ($all | bare | sort | tojson),
      ([.requests[] | select(.provider == $p)] as $r | ($r | map(has("fault")) | index(true)) as $at
        | if $at == null or $r[$at + 1] == null then 0 else $r[$at + 1].at_ms - $r[$at].at_ms end)'
# keep_look N: page and report of one of the two runs, for later.
keep_look() {
    if [ -s report.json ]; then mv report.json "report.$1"; else : >"report.$1"; fi
    listed[$1]=none
    if [ -e out.ndjson ]; then
        mapfile -t lines <out.ndjson
        listed[$1]=${#lines[@]}
    fi
}
# look KIND PROVIDER: both into the arrays got and seen.
look() {
    mapfile -t seen < <(jq -rn --arg p "$2" --slurpfile r1 report.1 --slurpfile r2 report.2 \
        --slurpfile p1 page.1 --slurpfile p2 page.2 \
        "def one: $digest; ([\$p1[0], \$r1[0]] | one), ([\$p2[0], \$r2[0]] | one)")
    got=("${seen[@]:0:9}")
    seen=("${seen[@]:9:9}")
    # Of a list what counts is the file: its records, or none at all.
    if [ "$1" = list ]; then got[5]=${listed[1]} seen[5]=${listed[2]}; fi
}
# levers METHOD PATH BODY...: of the sandbox, in one go.
levers() {
    local words=()
    while [ $# -gt 0 ]; do
        words+=(--next -fsS --max-time 20 -X "$1" --data-binary "$3"
            -H 'Content-Type: application/json' "$url/_sandbox$2")
        shift 3
    done
    curl "${words[@]:1}" >asked.json 2>asked.err || fail levers done "$(cat asked.err)"
}

# first KIND PROVIDER: what the cell begins with.
first() {
    local to
    to=$(account_of "$2")
    rm -rf state out.ndjson
    mkdir state
    stranger_of "$2"
    levers POST /restart '' POST "/customers/$2" "$stranger"
    case $1 in
    get | update) custsync sync one-old.csv "$to" ;;
    bulkput) custsync sync three-old.csv "$to" ;;
    list)
        custsync sync three.csv "$to"
        rm -rf state
        mkdir state
        ask POST /login
        ;;
    esac
}

# play KIND PROVIDER FAULT: both runs; sets the got_* of the cell.
play() {
    local to
    to=$(account_of "$2")
    first "$1" "$2"
    script=("$(place_of "$1" "$2") $3")
    [ "$3" != none ] || script=('# none')
    case $1 in
    settle | redir | fetch) script+=("$(place_of create "$2") drop-after") ;;
    esac
    levers POST /faults "$(printf '%s\n' "${script[@]}")" POST /reset ''
    act "$1" "$to"
    got_exit=$code
    keep_look 1
    mv err first.err
    curl -fsS --max-time 20 "$url/_sandbox" -o page.1 \
        --next -fsS -X POST "$url/_sandbox/faults" --data-binary '# none' -o asked.json \
        --next -fsS -X POST "$url/_sandbox/reset" -o asked.json
    act "$1" "$to"
    got_next_exit=$code
    keep_look 2
    curl -fsS --max-time 20 "$url/_sandbox" -o page.2
    look "$1" "$2"
}

# fits WANTED GOT [BASE]: 5, 3..7, or +2 and +1..3 above the base.
fits() {
    local low=${1%..*} high=${1#*..} base=0
    [ "$1" = any ] && return 0
    case $1 in +*) base=${3:-0} ;; esac
    low=${low#+} high=${high#+}
    case $low$high$2 in *[!0-9]*) [ "$1" = "$2" ]; return ;; esac
    [ "$2" -ge $((low + base)) ] && [ "$2" -le $((high + base)) ]
}
red() { reds+=("$1: wanted $2, got $3"); }

# value COLUMN PROVIDER: what it says of that provider, into $word.
value() {
    local letter=${2:0:1}
    for word in $1; do
        case $word in
        "${letter^}"=*) word=${word#*=} && return ;;
        ?=*) ;;
        *) return ;;
        esac
    done
    word=-
}

# judge KIND PROVIDER FAULT EXIT THERE ASKED WAITED NEXT_EXIT NEXT_ASKED
judge() {
    local kind=$1 provider=$2 at
    reds=()
    case $3 in
    hang* | drip\ 1000) accounts 'concurrency: 1' 'timeout: 400ms' ;;
    *) accounts 'concurrency: 1' ;;
    esac
    play "$kind" "$provider" "$3"
    if [ "$3" = none ]; then
        base[$kind$provider]=${got[0]}
        clean[$kind$provider]=${seen[7]}
        strangers[$provider]=${got[6]}
    fi
    at=$kind$provider
    if [ -n "${SHOW:-}" ]; then
        echo "$kind $provider | $3 | $got_exit | ${got[5]} | +$((got[0] - base[$at])) (${got[0]}) | ${got[3]} | $got_next_exit | ${seen[0]}, met ${got[1]}, there ${seen[5]}, violations ${got[2]}"
        return
    fi
    meets=1
    case $kind in settle | redir | fetch) meets=2 ;; esac
    [ "$3" = none ] || fits $meets..100000 "${got[1]}" || red "requests that met the fault" "at least $meets" "${got[1]}"
    fits "$4" "$got_exit" || red "exit" "$4" "$got_exit"
    fits "$5" "${got[5]}" || red "there" "$5" "${got[5]}"
    fits "$6" "${got[0]}" "${base[$at]}" || red "requests" "$6 (clean ${base[$at]})" "${got[0]}"
    case $7 in
    \~*) fits "${7#?}" "${got[8]}" || red "milliseconds after the fault" "${7#?}" "${got[8]}" ;;
    *) [ "${got[3]}" = - ] || fits "$7" "${got[3]}" || red "throttled_ms" "$7" "${got[3]}" ;;
    esac
    [ "${got[4]}" = "${got[0]}" ] || red "requests told" "${got[0]}" "${got[4]}"
    [ "${got[2]}" = 0 ] || red "requests within a penalty" 0 "${got[2]}"
    [ "${got[6]}" = "${strangers[$provider]}" ] || red "strangers" "untouched" "${got[6]}"
    fits "$8" "$got_next_exit" || red "exit of the next run" "$8" "$got_next_exit"
    fits "$9" "${seen[0]}" "${base[$at]}" || red "requests of the next run" "$9 (clean ${base[$at]})" "${seen[0]}"
    # Everybody there once, with every field, and nobody changed.
    if [ "$8" = 0 ]; then
        [ "${seen[7]}" = "${clean[$at]}" ] || red "customers in the end" "${clean[$at]}" "${seen[7]}"
        fits "${there[$kind]}" "${seen[5]}" || red "there in the end" "${there[$kind]}" "${seen[5]}"
    fi
}

# ---- the table --------------------------------------------------------------

# cells: KIND|PROVIDER|FAULT|EXIT|THERE|ASKED|WAITED|NEXT_EXIT|NEXT_ASKED
cells() {
    local kinds kind faults fault provider values i line
    while IFS='|' read -r kinds faults line; do
        case $kinds in '' | \#*) continue ;; esac
        IFS='|' read -ra values <<<"$line"
        while read -r fault; do
            for kind in $kinds; do
                for provider in $providers; do
                    place_of "$kind" "$provider" >/dev/null || continue
                    line=
                    for ((i = 0; i < 6; i++)); do
                        value "${values[i]}" "$provider"
                        line+="|$word"
                    done
                    case "$line|" in *'|-|'*) continue ;; esac
                    echo "$kind|$provider|$fault$line"
                done
            done
        done < <(echo "$faults" | sed 's/ ; /\n/g' | sed 's/^ *//; s/ *$//')
    done <"$table"
}

worker() { # N: its cells, one after the other
    local mine=$1 n=0 kind provider fault exit there asked waited next_exit next_asked line
    mkdir "w$mine" "w$mine/said"
    cp ./*.csv "w$mine"
    cd "w$mine" || exit 1
    export STATE_DIRECTORY=$PWD/state
    sandbox_pid=
    trap 'kill $sandbox_pid 2>/dev/null' EXIT
    sandbox --rate off
    at_once
    declare -A base clean strangers
    declare -A there=([token]=1 [proof]=1 [settle]=1 [redir]=1 [fetch]=1 [get]=1 [create]=1 [update]=1
        [bulk]=3 [bulkput]=3 [list]=4)
    # Clean runs first: what the others are measured by.
    while IFS='|' read -r kind provider fault exit there asked waited next_exit next_asked; do
        if [ "$fault" != none ]; then
            n=$((n + 1))
            [ $((n % workers)) = "$mine" ] || continue
            case "$kind $provider $fault" in *$pattern*) ;; *) continue ;; esac
        fi
        judge "$kind" "$provider" "$fault" "$exit" "$there" "$asked" \
            "$waited" "$next_exit" "$next_asked"
        [ "$fault" = none ] && [ "$mine" != 0 ] && continue
        if [ ${#reds[@]} = 0 ]; then
            echo green >>cells.out
        else
            {
                echo "red: $kind at $provider: $fault"
                printf '    %s\n' "${reds[@]}"
                sed 's/^/    err: /' first.err | head -3
            } >>cells.out
        fi
    done < <(grep -F '|none|' ../cells.txt; grep -vF '|none|' ../cells.txt)
}

cells >cells.txt
for ((n = 0; n < workers; n++)); do
    (worker $n) &
    started+=($!)
done
failed=0
for pid in "${started[@]}"; do wait "$pid" || failed=1; done
started=()
same "workers that ended badly" 0 $failed
[ -n "${SHOW:-}" ] && exit 0
green=$(cat w*/cells.out | grep -c '^green')
reds=$(cat w*/cells.out | grep -c '^red')
cat w*/cells.out | grep -v '^green'
read -r ended _ </proc/uptime
echo "cells: $((green + reds)), green: $green, red: $reds, in $((${ended%.*} - ${SECONDS_BEGUN%.*})) s"
[ "$reds" = 0 ] || exit 1
echo "ok: whatever fails, everybody is there once"
