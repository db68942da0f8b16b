#!/usr/bin/env bash
# The server that judges the cases is judged itself: what a script wants must
# pass, and each way to be wrong must fail. SCRIPTED names the server.
set -u
SCRIPTED=$(realpath -e -- "${SCRIPTED:?SCRIPTED names the server}") || exit 2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/custsync-scripted.XXXXXX") || exit 2
server=
cleanup() {
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$scratch"
}
trap cleanup EXIT
mkfifo "$scratch/said"
bad=0

# ask METHOD TARGET BODY [HEADER]: one request on a connection of its own.
ask() {
    exec 4<>"/dev/tcp/127.0.0.1/$port" || exit 2
    printf '%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s%s\r\n%s' \
        "$1" "$2" "${4:+$4$'\r\n'}" \
        "${3:+Content-Length: ${#3}$'\r\n'}" "$3" >&4
    cat <&4 >>"$scratch/replies"
    exec 4<&-
}
# try WANTED-EXIT NAME SCRIPT COMMANDS
try() {
    printf '%s\n' "$3" >"$scratch/script"
    : >"$scratch/replies"
    "$SCRIPTED" --port-file "$scratch/port" "$scratch/script" \
        >"$scratch/said" 2>"$scratch/err" &
    server=$!
    exec 3<"$scratch/said"
    read -r -t 10 -u 3 _ port
    eval "$4"
    kill "$server"
    wait "$server"
    local got=$?
    server=
    exec 3<&-
    [ "$got" -eq "$1" ] && return
    bad=1
    echo "not ok: $2: exit $got, wanted $1"
    cat "$scratch/err"
}

plain='> GET /a/b?x=1&mail=a%2Bb@c.example
> accept: application/json
> !x-not: 
< 204'
ok="'Accept: application/json'"
try 0 "as wanted" "$plain" "ask GET '/a/b?x=1&mail=a%2Bb@c.example' '' $ok"
try 0 "pairs in another order, other spelling" "$plain" \
    "ask GET '/a/b?mail=a%2bb%40c.example&x=1' '' $ok"
try 1 "a bare plus is a blank" "$plain" \
    "ask GET '/a/b?x=1&mail=a+b@c.example' '' $ok"
try 1 "a pair too many" "$plain" \
    "ask GET '/a/b?x=1&y=2&mail=a%2Bb@c.example' '' $ok"
try 1 "another header" "$plain" \
    "ask GET '/a/b?x=1&mail=a%2Bb@c.example' '' 'Accept: text/xml'"
try 1 "a header that must not be there" "$plain" \
    "ask GET '/a/b?x=1&mail=a%2Bb@c.example' '' $ok\$'\\r\\nX-Not: 1'"
try 1 "a body that must not be there" "$plain" \
    "ask GET '/a/b?x=1&mail=a%2Bb@c.example' 'x' $ok"
try 1 "nothing came" "$plain" ":"
try 1 "it came twice" "$plain" \
    "for i in 1 2; do ask GET '/a/b?x=1&mail=a%2Bb@c.example' '' $ok; done"

json='> POST /c
> {"a":1,"b":["x","~^y"]}
< 201'
try 0 "the same value" "$json" "ask POST /c '{\"b\":[\"x\",\"yes\"],\"a\":1}'"
try 1 "a member too many" "$json" \
    "ask POST /c '{\"b\":[\"x\",\"yes\"],\"a\":1,\"c\":0}'"
try 1 "a text for a number" "$json" \
    "ask POST /c '{\"b\":[\"x\",\"yes\"],\"a\":\"1\"}'"
try 1 "an array too long" "$json" \
    "ask POST /c '{\"b\":[\"x\",\"yes\",1],\"a\":1}'"
try 1 "not JSON" "$json" "ask POST /c 'a=1'"
subset='> POST /c
> subset: {"a":1,"!b":null}
< 201'
try 0 "more members" "$subset" "ask POST /c '{\"a\":1,\"c\":2}'"
try 1 "the forbidden member" "$subset" "ask POST /c '{\"a\":1,\"b\":2}'"

order='> GET /1
< 200

optional
> GET /maybe
< 200

any-order
times 1-2
> GET /2
< 200

times *
> GET /3
< 200
end

> GET /4
< 200'
go() { for one; do ask GET "/$one" ''; done; }
try 0 "in order" "$order" "go 1 maybe 2 4"
try 0 "the free choice used" "$order" "go 1 3 2 3 2 3 4"
try 1 "out of order" "$order" "go 2 1 4"
try 1 "back to what is over" "$order" "go 1 2 4 3"
try 1 "one too many" "$order" "go 1 2 2 2 4"
try 1 "the last is missing" "$order" "go 1 2"

signed='> POST /partners/customers
> verify count-hmac secret
> body: *
< 201'
try 1 "no signature" "$signed" "ask POST /partners/customers '{}'"
try 1 "a stale timestamp" "$signed" "ask POST /partners/customers '{}' \
    \$'X-Timestamp: 1750000000\\r\\nX-Signature: 00'"
if command -v openssl >/dev/null; then
    sign() { # BODY SECRET
        local now hash
        now=$(date +%s)
        hash=$(printf %s "$1" | sha256sum | cut -d' ' -f1)
        ask POST /partners/customers "$1" "X-Timestamp: $now"$'\r\n'"$(
            printf 'X-Signature: '
            printf %s "POST:/customers:$now:$hash" |
                openssl dgst -sha256 -hmac "$2" -r | cut -d' ' -f1)"
    }
    try 0 "signed" "$signed" "sign '{\"a\":1}' secret"
    try 1 "signed with another secret" "$signed" "sign '{\"a\":1}' other"
fi
try 1 "too early" '> GET /a
< 200

> GET /a
> not-before 60000
< 200' "go a a"
try 0 "an answer that waits" '> GET /a
< delay 20
< 200
< body: {{base}}' "go a; grep -q \"http://127.0.0.1:\$port\" \$scratch/replies"
echo '< 200' >"$scratch/script"
"$SCRIPTED" --port-file "$scratch/port" "$scratch/script" 2>/dev/null
[ $? -eq 2 ] || { echo "not ok: a wrong script is served"; bad=1; }
[ "$bad" -eq 0 ] && echo ok
exit "$bad"
