#!/usr/bin/env bash
# Each secret - those of the configuration, every token that was ever given, the
# headers made of them - is looked for, as it is and in base64, in everything
# that runs leave behind: output, logs, reports, rejected rows, temporary files,
# arguments, the state. Tokens are in the state's table `token`, and only there.
# And what is left behind is its owner's alone.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
command -v python3 >/dev/null || { echo "not ok: needs python3"; exit 1; }
# Rights that custsync gives are its own, not those of whoever starts it.
umask 022

configured=(sandbox-shop-secret sandbox-books-secret sandbox-field-secret
    sandbox-shop-refresh sandbox-books-refresh)
: >tokens # all that were given, one a line, outside of what is looked through

# remember_tokens: those that the state has now.
remember_tokens() {
    python3 - state/custsync.db >>tokens <<'PY' || fail "the tokens" "read" "none"
import sqlite3, sys
for row in sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True).execute(
        "SELECT access, refresh FROM token"):
    print("\n".join(text for text in row if text))
PY
}
# dump: the state as text, table `token` aside.
dump() {
    python3 - state/custsync.db <<'PY'
import sqlite3, sys
state = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
state.text_factory = lambda b: b.decode("utf-8", "backslashreplace")
for line in state.iterdump():
    if not line.startswith('INSERT INTO "token"'):
        print(line)
PY
}
# new_sandbox [OPTION...]: with a configuration that nobody else reads.
new_sandbox() {
    sandbox --rate off "$@"
    chmod 600 custsync.yaml
    at_once
}
# encoded: the words of standard input, each as it is and as it stands in a
# Basic header, in a base64 text at any of three places, and in a query.
encoded() {
    python3 -c '
import base64, sys, urllib.parse
ids = {"shop": "sandbox-shop", "books": "sandbox-books", "field": "sandbox-field"}
for word in {line.rstrip("\n") for line in sys.stdin if line.strip()}:
    print(word)
    print(urllib.parse.quote(word, safe=""))
    for lead in range(3):
        whole = base64.b64encode(b"x" * lead + word.encode()).decode()
        # Only the letters that no neighbour has a say in.
        print(whole[(lead * 8 + 5) // 6:len(whole.rstrip("=")) - 1])
    for name in ids.values():
        print(base64.b64encode((name + ":" + word).encode()).decode())
' | awk 'length($0) > 7' | sort -u
}
# What the accounts' keepers have on disk themselves is no leak.
kept='custsync.yaml|ready.yaml|secret.txt|creds|tokens|words|asked.json|page.json|data.db.*|dump.*'
# clean WHAT: none of the words is anywhere in what was left behind.
clean() {
    local found
    { printf '%s\n' "${configured[@]}" && cat tokens; } | encoded >words
    at_least "words looked for" 40 "$(wc -l <words)"
    find . -type f | grep -vE "^\./($kept)(/|$)" | grep -v '^\./state/' >files
    at_least "files looked through" 3 "$(wc -l <files)"
    found=$(xargs -d '\n' grep -lFf words <files)
    same "files that show a secret ($1)" '' "$found"
    dump >dump.sql
    found=$(grep -nFf words dump.sql | cut -c1-200)
    same "rows of the state with a secret ($1)" '' "$found"
    # What the configuration holds is in no page of the state at all.
    printf '%s\n' "${configured[@]}" | encoded >words
    found=$(grep -laFf words state/*)
    same "parts of the state with a configured secret ($1)" '' "$found"
}
private() { # WHAT FILE...: mode 600
    local file
    for file in "${@:2}"; do
        same "mode of $file ($1)" 600 "$(stat -c %a "$file")"
    done
}

# ---- secrets by every way a configuration can take them ------------------------
case_name='three ways to a secret'
make_people 6 >people.csv
echo 'A9,No,Reach,,,' >>people.csv
new_sandbox --latency 30 --set count.bulk=off --set kounta.rotate=on
mkdir -p creds
(umask 077; echo sandbox-books-secret >secret.txt)
echo sandbox-field-secret >creds/field
export SHOP_SECRET=sandbox-shop-secret CREDENTIALS_DIRECTORY=$work/creds
sed -i -e 's/sandbox-shop-secret/${SHOP_SECRET}/' \
    -e "s#sandbox-books-secret#\${file:$work/secret.txt}#" \
    -e 's/sandbox-field-secret/${cred:field}/' custsync.yaml
faults 'POST /v1/companies/* skip 3 status 500 body {"error":"server_error"}' \
    'POST * skip 9 drop-after' 'POST * skip 12 garbage-after'
for provider in $providers; do
    to=$(account_of "$provider")
    "$CUSTSYNC" sync -v -v people.csv "$to" --report "said/$provider.json" \
        --rejects "said/$provider.csv" --json >"said/$provider.out" \
        2>"said/$provider.err" &
    started=($!)
    # Until it has become custsync, the arguments are the shell's.
    arguments() {
        tr '\0' '\n' <"/proc/${started[0]}/cmdline" >"said/$provider.args" &&
            grep -q people.csv "said/$provider.args"
    }
    soon "the arguments" arguments
    same "processes that $to starts" '' \
        "$(cat "/proc/${started[0]}/task/${started[0]}/children" 2>/dev/null)"
    # Its memory and its environment are nobody's; root may all the same.
    if [ "$(id -u)" != 0 ]; then
        ! cat "/proc/${started[0]}/environ" >/dev/null 2>&1 ||
            fail "the environment of a run" "closed" "open"
    fi
    wait "${started[0]}"
    same "exit code at $provider" 1 $?
    started=()
    remember_tokens
    # Old ones and new ones: each provider renews them twice.
    for n in 1 2; do
        ask POST /expire
        custsync check -v -v "$to"
        remember_tokens
    done
    custsync sync -v -v people.csv "$to" --report "said/$provider.html"
    custsync status -v -v "$to"
    custsync status --json "$to"
    custsync find -v -v "$to" email=p00001@example.com
done
custsync runs --json
at_least "tokens given" 10 "$(sort -u tokens | wc -l)"
clean "after runs"
private "after runs" state/* said/*.csv said/kounta.json said/kounta.html \
    said/count.json said/fieldedge.json

# Whatever the state is made of, a token that is no good any more is gone from
# it once nobody writes.
case_name='tokens that were replaced'
python3 - state/custsync.db >now <<'PY'
import sqlite3, sys
for row in sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True).execute(
        "SELECT access, refresh FROM token"):
    print("\n".join(text for text in row if text))
PY
sort -u tokens | grep -vxFf now >old
rm now
at_least "tokens replaced" 5 "$(wc -l <old)"
found=$(grep -laFf old state/*)
rm old
same "parts of the state with an old token" '' "$found"

# What is looked for would be found.
case_name='the search itself'
{ printf '%s\n' "${configured[@]}" && cat tokens; } | encoded >words
for leak in "$(head -1 tokens)" "$(tail -1 tokens)" sandbox-field-secret \
    "$(printf '{"a":"sandbox-books-secret"}' | base64)" \
    "$(printf 'sandbox-shop:%s' "$(head -1 tokens)" | base64 -w0)"; do
    grep -qFf words <<<"a $leak b" || fail "the search" "$leak" "nothing"
done

# ---- the provider says them itself -----------------------------------------------
# said_back ACCOUNT FAULT...: its answers repeat what it was told.
said_back() {
    local to=$1
    shift
    case_name="$to says it back: $1"
    forget
    faults "$@"
    custsync sync -v -v fresh.csv "$to" --report said/back.json --rejects said/back.csv
    custsync sync -v fresh.csv "$to" --report said/back.html
    custsync status -v "$to"
    custsync check -v "$to"
    remember_tokens
    clean "$1"
    faults '# none'
}
make_people 3 50 >fresh.csv
said_back shop: 'POST /v1/companies/*/customers times 9 status 400 body {"error":"x","error_description":"bad sandbox-shop-secret and sandbox-shop-refresh"}'
said_back books: 'POST /partners/customers times 9 status 400 body {"error":"Bad Request","message":"sandbox-books-secret sandbox-books-refresh"}'
said_back field: 'POST /v1/customers times 9 status 422 body {"errors":[{"field":"sandbox-field-secret","message":"no sandbox-field-secret"}]}'
make_people 3 60 >fresh.csv
said_back shop: 'GET * times 9 status 302 header "Location: http://x.example/sandbox-shop-secret"'
said_back shop: 'GET * times 9 status 500 header "X-Y: sandbox-shop-secret" body {"error":"sandbox-shop-secret"}'
said_back field: 'POST /v1/customers times 9 status 201 body {"id":"sandbox-field-secret"}'
ask POST /expire
said_back books: 'POST *refresh* times 9 status 400 body {"error":"sandbox-books-refresh","message":"sandbox-books-secret"}'
ask POST /expire
said_back field: 'POST *token* times 9 status 400 body {"error":"sandbox-field-secret"}'

# ---- what goes wrong before the first request -------------------------------------
case_name='faults of the configuration'
custsync sync -v -v people.csv nowhere:
sed 's/^region:.*/&\nsecret: sandbox-shop-secret/' custsync.yaml >ready.yaml
chmod 600 ready.yaml
ends 78 check --config ready.yaml
chmod 644 secret.txt
ends 78 check books:
chmod 600 secret.txt
clean "faults"

# ---- killed, and what others see ----------------------------------------------------
case_name='killed in the middle'
new_sandbox --latency 40 --set count.bulk=off
make_people 60 200 >people.csv
"$CUSTSYNC" sync -v -v people.csv books: --report said/dead.json --rejects said/dead.csv \
    >said/dead.out 2>said/dead.err &
started=($!)
under_way() { [ "$(holds count)" -ge 3 ]; }
soon "the first customers" under_way
private "in the middle" state/*
kill -KILL "${started[0]}"
wait "${started[0]}" 2>/dev/null
started=()
private "after the end" state/*
remember_tokens
clean "killed"
same "core files" '' "$(find . -name 'core*')"

echo "ok: $(sort -u tokens | wc -l) tokens and ${#configured[@]} secrets are nowhere to be found"
