# shellcheck shell=bash
# requests.sh - how many requests, counted by the sandbox. Sourced.
#
# An account already holds people; new ones come, some of whom it holds. Then
# all is known, and a few have moved house. At 100,000 rows or more: 20,000
# held, 10,000 new, 2,000 of them the same people, 50 of 100,000 moved.
# shellcheck disable=SC2034,SC2154

# a_sandbox OPTION...: a new one; its accounts without our limits.
a_sandbox() {
    local tries
    a_sandbox_ends
    rm -f "$tmp/ready.yaml"
    "$build/custsync-sandbox" --ready "$tmp/ready.yaml" "$@" >/dev/null 2>"$tmp/sandbox.err" &
    sandbox_pid=$!
    until_there "$tmp/ready.yaml"
    sandbox_url=$(sed -n 's/^# custsync-sandbox listening on //p' "$tmp/ready.yaml")
    { echo 'region: AU'; cat "$tmp/ready.yaml"; } >"$tmp/sandbox.yaml"
}
# each 'KEY: VALUE': every account of the sandbox has it.
each() {
    sed -i "/^ *${1%%:*}:/d; s#^    provider: .*#&\n    $1#" "$tmp/sandbox.yaml"
}
a_sandbox_ends() {
    [ -n "${sandbox_pid-}" ] || return 0
    kill "$sandbox_pid"
    wait "$sandbox_pid" || :
    sandbox_pid=
}
# forget: what was asked so far; the first tokens are good again, for a store
# that has none yet.
forget() {
    curl -fsS --max-time 20 -X POST "$sandbox_url/_sandbox/login" >/dev/null
    curl -fsS --max-time 20 -X POST "$sandbox_url/_sandbox/reset" >/dev/null
}

# counted PROVIDER: all requests; kinds PROVIDER: by what they were.
counted() {
    curl -fsS --max-time 120 "$sandbox_url/_sandbox?customers=0" >"$tmp/page"
    [ "$(jq .log.not_kept "$tmp/page")" = 0 ] || detail "    (the sandbox's log was full)"
    jq ".totals.$1.requests" "$tmp/page"
}
kinds() {
    jq -r --arg p "$1" '[.requests[] | select(.provider == $p) |
        if (.path | test("token")) then "token"
        elif (.path | test("/bulk$")) then .method + " bulk"
        elif .method != "GET" then .method
        elif (.query | test("start=|page=")) and (.query | test("search=") | not)
            or (.query == "" and (.path | test("/customers(/?|\\.json)$")))
            then "GET list"
        elif .query == "" then "GET one"
        else "GET by " + (.query | split("&") | map(split("=")[0]) | join("+"))
        end]
        | group_by(.) | map("\(.[0]) \(length)") | join(", ")' "$tmp/page"
}

# synced FILE ACCOUNT STORE [OPTION...]
synced() {
    local file=$1 account=$2 store=$3
    shift 3
    measured "$tmp/synced" "$custsync" sync --config "$tmp/sandbox.yaml" \
        --state "$tmp/$store.db" "$@" "$work/$file" "$account"
}

# arrive PROVIDER ACCOUNT: people that the account holds, and then new ones.
arrive() {
    all=$((rows < 100000 ? rows : 100000))
    held=$((all / 5)) new=$((all / 10)) same=$((all / 50)) moved=$((all < 1000 ? 5 : 50))
    a_sandbox --rate off
    each 'rate: off'
    each 'settle_delay: 0ms'
    rm -f "$tmp"/held.db* "$tmp"/ours.db* "$tmp"/night.db*
    data "held-$held.csv" csv "$held" ids=0
    data "new-$new.csv" csv "$new" first=$((held - same)) change=100
    synced "held-$held.csv" "$2" held --source elsewhere
    forget
    synced "new-$new.csv" "$2" ours
    sent=$(counted "$1")
}
# against_best NAME PROVIDER BEST WHAT ARITHMETIC
against_best() {
    result "$1" "$(calculate %.4f "$sent / $3")" "<= 1.05" "$4" "the best the API allows"
    detail "$4: sent $sent ($(kinds "$2")); best $5 = $3"
}
# quiet_night PROVIDER ACCOUNT: everybody known, a few have moved.
quiet_night() {
    a_sandbox --rate off
    each 'rate: off'
    each 'settle_delay: 0ms'
    rm -f "$tmp"/night.db*
    data "known-$all.csv" csv "$all"
    data "moved-$all.csv" csv "$all" moved="$moved"
    synced "known-$all.csv" "$2" night
    forget
    synced "moved-$all.csv" "$2" night
    sent=$(counted "$1")
}
pages() { echo $((($1 + $2 - 1) / $2)); }

scenario_count() {
    arrive count books:
    against_best count count $(($(pages "$held" 100) + $(pages $((new - same)) 100) + $(pages "$same" 100))) \
        "COUNT, $new new into $held, $same the same" \
        "$(pages "$held" 100) list pages + $(pages $((new - same)) 100) bulk creates + $(pages "$same" 100) bulk updates"
    quiet_night count books:
    against_best count-night count "$(pages "$moved" 100)" \
        "COUNT, $moved of $all changed" "$(pages "$moved" 100) bulk update"
    a_sandbox_ends
}
scenario_kounta() {
    local list looks cheapest
    arrive kounta shop:
    list=$(pages "$held" 25)
    looks=$new
    cheapest=$((list < looks ? list : looks))
    against_best kounta kounta $((cheapest + new)) \
        "Kounta, $new new into $held, $same the same" \
        "$cheapest (list of $list pages, or $looks look-ups) + $((new - same)) creates + $same updates"
    # Neither shows a number, a tag or an address of whom it finds: see README.
    against_best kounta-read kounta $((cheapest + new + same)) \
        "the same, whoever is found read once" \
        "$cheapest list pages or look-ups + $same reads of whom they show in part + $((new - same)) creates + $same updates"
    quiet_night kounta shop:
    against_best kounta-night kounta "$moved" "Kounta, $moved of $all changed" "$moved updates"
    a_sandbox_ends
}
scenario_fieldedge() {
    local looks
    arrive fieldedge field:
    # Whoever is there is found by the first key; absence needs all of them.
    looks=$(awk -F, -v same="$same" 'NR > 1 { n += NR - 1 <= same || $7 == "" ? 1 : 2 }
        END { print n }' "$work/new-$new.csv")
    against_best fieldedge fieldedge $((looks + new)) \
        "FieldEdge, $new new into $held, $same the same" \
        "$looks look-ups (by mobile and email) + $((new - same)) creates + $same updates"
    quiet_night fieldedge field:
    against_best fieldedge-night fieldedge $((2 * moved)) "FieldEdge, $moved of $all changed" \
        "$moved reads + $moved updates"
    a_sandbox_ends
}
