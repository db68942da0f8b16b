# shellcheck shell=bash
# sending.sh - scenarios that are about requests a second. Sourced.
#
# The rates of push, curl and wait are the server's own: from the first create
# that came to the last one answered, so that planning and starting are apart.
# shellcheck disable=SC2034,SC2154

# a_server MS: a new one, told to wait; and a configuration for it.
a_server() {
    a_server_ends
    rm -f "$tmp/push.in" "$tmp/push.port"
    mkfifo "$tmp/push.in"
    "$bin/bench_server" "$1" <"$tmp/push.in" >"$tmp/push.port" &
    push_pid=$!
    exec {push_in}>"$tmp/push.in"
    until_there "$tmp/push.port"
    push_port=$(cat "$tmp/push.port")
    accounts "$push_port" >"$tmp/push.yaml"
    base_url=http://127.0.0.1:$push_port/kounta/v1/companies/16/customers
}
a_server_ends() {
    [ -n "${push_pid-}" ] || return 0
    exec {push_in}>&-
    wait "$push_pid" || :
    push_pid=
}

# A body as custsync sends it on average, the same for whoever else sends.
a_body() {
    cat <<'END'
{"reference_id":"C1000003","first_name":"Noah","last_name":"Ashley","email":"Ash.3@example.com","phone":"0292962963","mobile":"0437037031","tags":["Newsletter"],"primary_address":{"address":"4 Station Road","city":"Hobart","state":"TAS","postal_code":"7000","country":"AU"}}
END
}

# told: creates, seconds and bytes since the server was last asked.
told() {
    curl -fsS --max-time 20 "http://127.0.0.1:$push_port/_bench" |
        awk '{ print $1, $2 / 1e6, $3 }'
}
# sent FILE N COMMAND...: a line of N's requests a second, the peak, and bytes.
sent() {
    local file=$1 wanted=$2 creates seconds bytes
    shift 2
    rm -f "$tmp/one"
    measured "$tmp/one" "$@"
    read -r creates seconds bytes <<<"$(told)"
    [ "$creates" = "$wanted" ] || fail "$*: $creates creates, wanted $wanted"
    echo "$(calculate '%.2f %.6f' "$creates / $seconds, $seconds")" \
        "$(awk '{ print $3 }' "$tmp/one") $(calculate %.0f "$bytes / $creates")" >>"$file"
}

# against NAME TARGET WHAT BASELINE N BASE...: pushes N beside that command.
against() {
    local name=$1 target=$2 what=$3 baseline=$4 n=$5 round
    shift 5
    rm -f "$tmp/$name.base" "$tmp/$name.ours"
    data "push-$n.csv" csv "$n"
    for ((round = 0; round < runs; round++)); do
        sent "$tmp/$name.base" "$n" "$@"
        rm -f "$tmp"/push.db*
        sent "$tmp/$name.ours" "$n" "$custsync" sync --config "$tmp/push.yaml" \
            --state "$tmp/push.db" "$work/push-$n.csv" shop16:
    done
    result "$name" "$(calculate %.3f "$(ratios "$name")")" "$target" "$what" "$baseline" \
        "$(median "$tmp/$name.ours" 2)" "$(median "$tmp/$name.base" 2)" \
        "$(calculate %.0f "$(median "$tmp/$name.ours" 1)")" \
        "$(calculate %.1f "$(median "$tmp/$name.ours" 3) / 1024")" \
        "$(calculate %.1f "$(median "$tmp/$name.base" 3) / 1024")"
    detail "$what: requests/s $(calculate '%.0f, %s %.0f' \
        "$(median "$tmp/$name.ours" 1), \"$baseline\", $(median "$tmp/$name.base" 1)");" \
        "bytes a body $(median "$tmp/$name.ours" 4) and $(median "$tmp/$name.base" 4)"
    rm -f "$tmp"/push.db*
}
pushed() { echo $((rows < 20000 ? rows : 20000)); }

scenario_push() {
    a_server 0
    a_body >"$tmp/body"
    against push ">= 0.4" "single creates, 16 connections" bare_curl "$(pushed)" \
        "$bin/bench_bare_curl" "$base_url" "$tmp/body" "$(pushed)" 16
    a_server_ends
}
scenario_curl() {
    a_server 0
    a_body >"$tmp/body"
    against curl ">= 1.0" "the same beside curl" "curl --parallel" "$(pushed)" \
        curl -q -s -S -Z --parallel-max 16 -o /dev/null -H 'Content-Type: application/json' \
        --data-binary "@$tmp/body" "$base_url?[1-$(pushed)]"
    a_server_ends
}

# waiting CONNECTIONS: 50 ms an answer; the rate beside connections / delay.
waiting() {
    local per=60 n round
    [ "$rows" -ge 10000 ] || per=8
    n=$(($1 * per))
    a_server 50
    data "push-$n.csv" csv "$n"
    rm -f "$tmp/wait$1"
    for ((round = 0; round < (runs < 3 ? runs : 3); round++)); do
        rm -f "$tmp"/push.db*
        sent "$tmp/wait$1" "$n" "$custsync" sync --config "$tmp/push.yaml" \
            --state "$tmp/push.db" "$work/push-$n.csv" "shop$1:"
    done
    result "wait$1" "$(calculate %.3f "$(median "$tmp/wait$1" 1) * 0.05 / $1")" ">= 0.95" \
        "50 ms an answer, $1 connections" "connections / delay" \
        "$(median "$tmp/wait$1" 2)" "$(calculate %.3f "$n * 0.05 / $1")" \
        "$(calculate %.0f "$(median "$tmp/wait$1" 1)")" \
        "$(calculate %.1f "$(median "$tmp/wait$1" 3) / 1024")"
    rm -f "$tmp"/push.db*
    a_server_ends
}
scenario_wait16() { waiting 16; }
scenario_wait64() { waiting 64; }

# ---- a limit, which takes real time -----------------------------------------

# paced NAME LIMIT WINDOW-SECONDS RATE WINDOWS: the sandbox judges; how much of
# the limit was used from the first request to the first one of a later window.
paced() {
    local name=$1 limit=$2 seconds=$3 rate=$4 windows=$5 n used violations
    n=$((limit * windows + 10))
    data "push-$n.csv" csv "$n"
    a_sandbox --rate "$rate"
    each "rate: $rate"
    rm -f "$tmp"/push.db* "$tmp/$name"
    measured "$tmp/$name" "$custsync" sync --config "$tmp/sandbox.yaml" \
        --state "$tmp/push.db" "$work/push-$n.csv" shop:
    curl -fsS "$sandbox_url/_sandbox?customers=0" >"$tmp/page"
    used=$(jq --argjson k $((limit * windows)) --argjson ms $((seconds * 1000 * windows)) \
        '[.requests[] | select(.provider == "kounta") | .at_ms] | sort
        | $ms / (.[$k] - .[0])' "$tmp/page")
    violations=$(jq '.totals.kounta | .violations + (.by_status["429"] // 0)' "$tmp/page")
    result "$name" "$(calculate %.4f "$used")" ">= 0.97" \
        "a limit of $limit in $seconds s: part of it used, $violations violations" \
        "the limit, at the sandbox" "$(median "$tmp/$name" 1)"
    a_sandbox_ends
}
scenario_minute() { paced minute 100 60 100/min 1; }
scenario_second() { paced second 50 1 50/s $((rows < 10000 ? 2 : 8)); }
