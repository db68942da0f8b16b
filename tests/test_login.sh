#!/usr/bin/env bash
# custsync login: by the browser that comes to the port, by a paste, and every
# way in which it can go wrong. No secret is ever shown, and a login that failed
# leaves nothing.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

here=$source_dir/tests
# without_tokens: the configuration of who never logged in.
without_tokens() { sed -i '/refresh_token:/d' custsync.yaml; }
# redirects ADDRESS: every account of the configuration comes back there.
redirects() {
    sed -i '/redirect_uri:/d' custsync.yaml
    sed -i "s|^    provider: .*|&\n    redirect_uri: $1|" custsync.yaml
}
# browse ADDRESS: where the browser ends that opens it and says what the
# sandbox's switch says.
browse() { curl -sS --max-time 10 -o /dev/null -w '%{redirect_url}' "$1"; }
# pasted EXIT TEXT [ARGUMENT...]: the login of the account in $account, answered
# by a pipe; {} in TEXT is where the browser ended.
pasted() {
    local wanted=$1 text=$2 address
    shift 2
    rm -f out err
    mkfifo answer
    last="login $account $*"
    runs=$((runs + 1))
    "$CUSTSYNC" login "$account" "$@" >out 2>err <answer &
    started=($!)
    exec 4>answer
    soon "the address" test -s out
    address=$(head -1 out)
    ended=$(browse "$address")
    printf '%s\n' "${text//\{\}/"$ended"}" >&4
    exec 4>&-
    wait "${started[0]}"
    code=$?
    started=()
    rm answer
    cp out "said/$runs.out"
    cp err "said/$runs.err"
    same "exit code of $last" "$wanted" "$code"
}
code_in() { sed 's/.*[?&]code=//; s/&.*//' <<<"$1"; }
# listening [ARGUMENT...]: a login of $account on a free port; its address is in
# $address, the port's in $door.
listening() {
    last="login $account --port 0 $*"
    rm -f out err
    runs=$((runs + 1))
    "$CUSTSYNC" login "$account" --port 0 "$@" >out 2>err </dev/null &
    started=($!)
    soon "the address" grep -qs 'awaited on' err
    address=$(head -1 out)
    door=http://$(sed -n 's/^The answer is awaited on \(.*\)\.$/\1/p' err)
}
over() { # EXIT
    wait "${started[0]}"
    code=$?
    started=()
    cp out "said/$runs.out"
    cp err "said/$runs.err"
    same "exit code of $last" "$1" "$code"
}
# answer [CURL OPTION...] ADDRESS: what the port says to it, in $status and page.
answer() { status=$(curl -sS --max-time 10 -o page -w '%{http_code}' "$@"); }
no_tokens() {
    ends 77 find "$account" id=1
    like "what to do" "hint: log in: custsync login $account\$" err
}

sandbox --rate off --set kounta.rotate=on
without_tokens

for account in shop: books:; do
    case_name="$account without tokens"
    no_tokens

    case_name="$account by a paste"
    pasted 0 '{}'
    has "the end" "${account%:}: logged in; the tokens are kept in" out
    ends 1 find "$account" email=nobody@example.com
    same "mode of the store" 600 "$(stat -c %a state/custsync.db)"

    case_name="$account: nothing of the login is shown"
    has_not "output" "$(code_in "$ended")" out
    has_not "output" "$(code_in "$ended")" "said/$((runs - 1)).err"

    case_name="$account by the code alone, and over tokens that are there"
    pasted 0 '  {} ' # blanks around it do no harm
    rm -f out err
    mkfifo answer
    "$CUSTSYNC" login "$account" >out 2>err <answer &
    started=($!)
    exec 4>answer
    soon "the address" test -s out
    code_in "$(browse "$(head -1 out)")" >&4
    exec 4>&-
    last='login by the code'
    over 0
    rm answer

    case_name="$account by the browser"
    rm -rf state
    listening
    answer -L "$address"
    same "page" 200 "$status"
    has "page" 'custsync has the answer' page
    over 0
    ends 1 find "$account" email=nobody@example.com
    ! curl -s -o page "$door/" || fail "the port" "closed" "open"
done

# Tokens of a login outlive those of the configuration, which may be dead.
case_name='over a dead refresh token of the configuration'
account=books:
rm -rf state
sed -i '/client_id: sandbox-books/a\    refresh_token: dead-from-the-start' custsync.yaml
ends 77 find books: email=nobody@example.com
has "what to do" 'hint: log in: custsync login books:' err
pasted 0 '{}'
ends 1 find books: email=nobody@example.com
ask POST /expire
ends 1 find books: email=nobody@example.com
without_tokens

# ---- refused ----------------------------------------------------------------
for account in shop: books:; do
    rm -rf state

    case_name="$account: the person says no"
    switch consent=no
    pasted 77 '{}'
    has "error" 'gave no leave: access_denied: The person said no' err
    no_tokens
    listening
    answer -L "$address"
    same "page" 400 "$status"
    over 77
    switch consent=yes
    no_tokens

    case_name="$account: the answer to another login"
    pasted 65 'http://127.0.0.1:8737/?code=c-code-made-up&state=0123456789abcdef'
    has "error" 'standard input: that is the answer to another login' err

    case_name="$account: no answer at all"
    [ "$account" = shop: ] && for text in '' 'http://127.0.0.1:8737/?code=abc' 'https://example.com/' \
        'two words' 'http://127.0.0.1:8737/?state=abc'; do
        pasted 65 "$text"
        like "error" 'nothing|no state|no code|neither|another login' err
    done
    custsync login "$account"
    same "exit code without standard input" 65 "$code"
    has "error" 'standard input ended before an answer came' err

    case_name="$account: a code that is wrong"
    pasted 77 'made-up-code-0123456789'
    like "error" "${account%:}: the provider refused to give a token \(40[01]\)" err
    like "error" "hint: a code is good for a short time, once" err
    has_not "error" 'made-up-code-0123456789' err

    case_name="$account: a code that is too old"
    switch code_ttl=0
    pasted 77 '{}'
    like "error" "hint: a code is good for a short time, once" err
    switch code_ttl=600

    # Used once more, it is worth nothing.
    case_name="$account: a code that was used"
    pasted 0 '{}'
    used=$(code_in "$ended")
    rm -rf state
    pasted 77 "$used"
    no_tokens
done

# Only the provider knows whom a code's tokens are for.
case_name='the tokens of another company'
account=shop:
rm -rf state
sed -i 's/company: 5678/company: 9999/' custsync.yaml
pasted 77 '{}'
has "error" 'shop: the provider refused the credentials (403)' err
has "what to do" 'log in anew: custsync login shop:' err
no_tokens
sed -i 's/company: 9999/company: 5678/' custsync.yaml

# ---- the port ---------------------------------------------------------------
case_name='what comes to the port'
account=shop:
listening
answer "$door/"
same "an answer without anything" 400 "$status"
answer "$door/?code=made-up&state=0123"
same "another login's answer" 400 "$status"
answer "$door/favicon.ico"
same "another path" 404 "$status"
answer -d code=made-up "$door/"
same "a POST" 405 "$status"
answer -H 'Host: evil.example' "$door/?error=access_denied"
same "another host's name" 421 "$status"
answer -H "Long: $(head -c 20000 /dev/zero | tr '\0' x)" "$door/"
same "a long head" 431 "$status"
# Those that connect and say nothing are in nobody's way.
for n in 1 2 3; do exec {fd}<>"/dev/tcp/127.0.0.1/${door##*:}"; done
answer -L "$address"
same "the answer after all that" 200 "$status"
over 0
has "what was told of it" 'that is the answer to another login' err
has "what was told of it" 'it is left aside; the answer to this login may still come' err
has_not "what was told of it" made-up err

case_name='the port of somebody else'
listening
custsync login shop: --port "${door##*:}"
same "exit code" 75 "$code"
like "error" "cannot listen on 127.0.0.1:${door##*:}: Address already in use" err
case_name='for programs'
kill -INT "${started[0]}"
over 130
listening_json() {
    "$CUSTSYNC" login shop: --port 0 --log-format json >out 2>err </dev/null &
    started=($!)
}
rm -f out err
listening_json
soon "the port" grep -qs 'awaited on' err
door=http://$(jq -r .message err | grep -oE '127.0.0.1:[0-9]+')
answer "$door/?code=x&state=y"
same "another login's answer" 400 "$status"
kill -INT "${started[0]}"
over 130
same "codes of what was told" 'null bad_answer interrupted' \
    "$(jq -r .code err | paste -sd' ')"

case_name='a signal'
listening
kill -INT "${started[0]}"
over 130
has "error" 'a signal ended the login; nothing is kept' err

case_name='a port that is none'
for port in x 65536 -1; do
    ends 64 login shop: --port="$port"
    has "error" "is no port" err
done

# ---- the configuration ------------------------------------------------------
case_name='redirect_uri of the own machine'
rm -rf state
redirects "http://localhost:1/back"
listening
has "the address" 'redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fback&' out
# As a tunnel from port 1 of another machine would bring it.
answer "$door/"
same "another path" 404 "$status"
answer "$(browse "$address" | sed "s#http://localhost:1/#$door/#")"
same "page" 200 "$status"
over 0

# A browser that goes to ::1 finds nobody at 127.0.0.1.
case_name='redirect_uri where nobody listens'
rm -rf state
redirects 'http://[::1]:1/back'
ends 64 login shop: --port 0
has "error" 'leads to another host than 127.0.0.1' err
pasted 0 '{}'

case_name='redirect_uri of another host'
redirects "https://sandbox.example/back"
ends 64 login shop: --port 0
has "error" 'leads to another host' err
pasted 0 '{}'
has "where the browser ended" 'https://sandbox.example/back?code=' <(echo "$ended")
account=books:
pasted 0 '{}'

# Where tokens come from is said once, for a code as for a refresh.
case_name='token_url of an account'
account=shop:
rm -rf state
sed -i 's|^    provider: kounta|&\n    token_url: http://127.0.0.1:9/token|' custsync.yaml
CUSTSYNC_BACKOFF_MS=1 pasted 69 '{}'
has "error" 'shop: no token was given: Failed to connect to 127.0.0.1 port 9' err
sed -i '/token_url:/d' custsync.yaml

case_name='redirect_uri that cannot be'
for wrong in http://example.com/ https://a.example/?b=c nonsense; do
    redirects "$wrong"
    ends 78 login shop:
    has "error" "redirect_uri '${wrong%/}'" err
done
redirects "https://elsewhere.example/"
account=books:
ends 77 login books:
has "error" 'the provider does not begin a login (400): validation_error: Invalid redirect uri' err
sed -i '/redirect_uri:/d' custsync.yaml

case_name='accounts without a login'
ends 78 login field:
has "error" 'field: its provider has no login by a page' err
has "what to do" 'hint: the credentials in the configuration are all it needs: custsync check field:' err
accounts 'auth: basic'
sed -i '/provider: \(count\|fieldedge\)/{n;/auth: basic/d}' custsync.yaml
ends 78 login shop:
has "error" 'no login by a page with auth: basic' err
sed -i '/auth: basic/d' custsync.yaml
ends 64 login
ends 64 login people.csv
ends 78 login nobody:

# The tokens of another tenant than the account names are not kept.
case_name='the tokens of another workspace'
rm -rf state
sed -i '/client_id: sandbox-books/a\    workspace: 7b1e9a42-3c5d-4f08-8e6a-1a2b3c4d5e60' custsync.yaml
account=books:
pasted 77 '{}'
like "error" "books: the token is for '0d8f3c1e.*', the account names '7b1e9a42" err
has "what to do" 'custsync login books:, and choose that one on the page' err
no_tokens

# Those of a refresh token serve no run: neither the first nor the one after it.
case_name='a refresh token of another workspace'
rm -rf state
sed -i '/client_id: sandbox-books/a\    refresh_token: sandbox-books-refresh' custsync.yaml
for time in first second; do
    ends 77 find books: id=1
    like "error, the $time time" "books: the token is for '0d8f3c1e" err
done
without_tokens

# ---- on a terminal ----------------------------------------------------------
on_terminal() { # EXIT SCRIPT-LINE... ; login $account on a free port
    local wanted=$1
    shift
    printf '%s\n' "$@" >script
    PTY_OUT=out python3 "$here/pty_run.py" script \
        "$CUSTSYNC" login "$account" --port 0 >shown 2>&1 </dev/null
    code=$?
    # What is typed is shown by the terminal, not by us.
    grep -v 'paste it here: http' shown >err
    runs=$((runs + 1))
    cp out "said/$runs.out"
    cp err "said/$runs.err"
    last="login $account on a terminal"
    same "exit code" "$wanted" "$code"
}
account=shop:
rm -rf state
case_name='a paste on a terminal'
on_terminal 0 'wait paste it here: ' 'type oh dear' 'wait neither an address nor a code' \
    'wait paste it here: ' 'type ?code=x&state=y' 'wait answer to another login' \
    'wait paste it here: ' \
    'run curl -sS -o /dev/null -w "%{redirect_url}" "$(head -1 out)" >ended' \
    'file ended'
has "the end" 'shop: logged in; the tokens are kept in' out
ends 1 find shop: email=nobody@example.com

case_name='the browser, while a terminal waits for a paste'
on_terminal 0 'wait paste it here: ' \
    'run curl -sSL -o page "$(head -1 out)"'
has "page" 'custsync has the answer' page

case_name='the port of somebody else, on a terminal'
sed -i '/redirect_uri:/d' custsync.yaml
listening
redirects "$door/"
printf '%s\n' 'wait paste it here: ' \
    'run curl -sS -o /dev/null -w "%{redirect_url}" "$(head -1 other.out)" >ended' \
    'file ended' >script
PTY_OUT=other.out python3 "$here/pty_run.py" script "$CUSTSYNC" login shop: \
    >other.err 2>&1 </dev/null
same "exit code" 0 "$?"
has "warning" 'paste the address that the browser ends at, whatever it' other.err
kill -INT "${started[0]}"
over 130
sed -i '/redirect_uri:/d' custsync.yaml

case_name='the page says no, on a terminal'
rm -rf state
switch consent=no
on_terminal 77 'wait paste it here: ' 'run curl -sSL -o page "$(head -1 out)"'
has "page" 'gave no leave' page
switch consent=yes
no_tokens

case_name='Ctrl-C'
on_terminal 130 'wait paste it here: ' 'key C'
has "error" 'a signal ended the login; nothing is kept' err
no_tokens
case_name='Ctrl-D'
on_terminal 65 'wait paste it here: ' 'key D'
has "error" 'standard input ended before an answer came' err

# ---- two at once ------------------------------------------------------------
# A code is good once: whoever comes second waits for the first, and both hold.
case_name='two logins at once'
sandbox --rate off --latency 300
without_tokens
for n in 1 2; do
    "$CUSTSYNC" login shop: --port 0 >"said/at-once-$n.out" \
        2>"said/at-once-$n.err" </dev/null &
    started+=($!)
done
for n in 1 2; do
    soon "the address" test -s "said/at-once-$n.out"
    browse "$(head -1 "said/at-once-$n.out")" >"ended-$n"
done
for n in 1 2; do answer "$(cat "ended-$n")" & done
for n in 1 2; do
    wait "${started[n - 1]}"
    same "exit code of login $n" 0 "$?"
done
started=()

# ---- what was said, in any of it --------------------------------------------
case_name='secrets'
for secret in sandbox-shop-secret sandbox-books-secret k-access c-access \
    k-refresh c-refresh kounta-code- count-code-; do
    for file in said/*; do has_not "$file" "$secret" "$file"; done
done

echo "ok: custsync login"
