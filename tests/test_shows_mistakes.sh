#!/usr/bin/env bash
# What people do wrong, and what they are told: each time the place, the cause
# and what to do, by an exit code that says whose turn it is; and nothing has
# happened at the provider. MISTAKES=FILE keeps the whole conversation.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

told=${MISTAKES:-$work/mistakes.txt}
: >"$told"

# mistake EXIT CAUSE REMEDY ARGUMENT...: both are parts of what is said, on lines
# of standard error; the remedy is one of a hint.
mistake() {
    local exit=$1 cause=$2 remedy=$3
    shift 3
    case_name=$cause
    ends "$exit" "$@"
    {
        printf '\n$ custsync %s\n' "$*"
        cat out err
        printf '[%s]\n' "$code"
    } >>"$told"
    has "the cause" "$cause" err
    grep -A1 -F -- "$cause" err | grep -F 'hint: ' | grep -qF -- "$remedy" ||
        fail "what to do" "hint: ...$remedy" "$(cat err)"
    at_most "lines of it" 8 "$(wc -l <err)"
}
# configured SED: the good configuration, with that changed.
configured() {
    sed "$1" good.yaml >custsync.yaml
    ! cmp -s good.yaml custsync.yaml || fail "sed $1" "a change" "none"
}

sandbox --rate off
cp custsync.yaml good.yaml
make_people 6 >people.csv

# ---- on the command line -----------------------------------------------------
mistake 64 "no command 'snyc'" "did you mean 'sync'?" snyc people.csv shop:
mistake 64 'an end or a job is missing' 'custsync sync FROM... TO' sync
mistake 64 "there is no job 'people.csv'" 'FROM... TO' sync people.csv
mistake 64 "--limit: 'ten' is no value" 'a number' \
    sync --limit ten people.csv shop:
mistake 64 "--mode: 'upsrt' is no value" "did you mean 'upsert'?" \
    sync --mode upsrt people.csv shop:
mistake 78 "no account 'shp'" "did you mean 'shop:'?" sync people.csv shp:
mistake 78 "no mapping is called 'shopfy'" "did you mean 'shopify'?" \
    sync shopfy:people.csv shop:
mistake 64 "both ends are the account 'shop'" 'name another' sync shop: shop:
mistake 64 "there is no code 'bad_emial'" '' retry --code bad_emial
mistake 65 'there is no run 99' "'custsync runs' lists them" retry 99
mistake 65 'there is no run 99' "'custsync runs' lists them" undo 99
mistake 64 "'emial' is no key" 'email' explain emial=ann@example.com
mistake 64 "email: nobody is known by 'ann'" 'no valid one' explain email=ann

# ---- in the configuration ----------------------------------------------------
configured 's/provider: kounta/provder: kounta/'
mistake 78 "account 'shop' needs a provider" "did you mean 'provider'?" \
    sync people.csv shop:
configured 's/provider: kounta/provider: konta/'
mistake 78 "unknown provider 'konta'" "did you mean 'kounta'?" \
    sync people.csv shop:
configured 's/^    company:/    compnay:/'
mistake 78 "unknown key 'compnay'" "did you mean 'company'?" \
    sync people.csv shop:
configured 's/^  shop:/  shop: kounta\n  other:/'
mistake 78 "account 'shop' needs a provider" 'indented further' \
    sync people.csv shop:
# shellcheck disable=SC2016
configured 's/client_secret: .*/client_secret: ${SHOP_SECRET}/'
mistake 78 'environment variable SHOP_SECRET is not set' 'export SHOP_SECRET' \
    sync people.csv shop:
# shellcheck disable=SC2016
configured 's/client_secret: .*/client_secret: ${file:nowhere.txt}/'
mistake 78 'cannot read nowhere.txt' 'an absolute one' sync people.csv shop:
cp good.yaml custsync.yaml
chmod 644 custsync.yaml
mistake 78 'in a file that others can read' 'chmod 600 custsync.yaml' \
    sync people.csv shop:
chmod 600 custsync.yaml
mistake 78 'cannot open goood.yaml' "did you mean 'good.yaml'?" \
    sync --config goood.yaml people.csv shop:
mistake 78 'cannot open nowhere/none.yaml' 'look at the path' \
    sync --config nowhere/none.yaml people.csv shop:

# ---- at the file ---------------------------------------------------------------
mistake 66 'peeple.csv: cannot open' '' sync peeple.csv shop:
mistake 64 "format of 'people.xlsx' is not told" 'save it as CSV' \
    sync people.xlsx shop:
printf 'a,b,c\n1,2,3\n' >abc.csv
mistake 65 'none of the 3 columns is known' 'custsync mappings' \
    sync abc.csv shop:
mistake 65 'one column where several' "--delimiter ','" \
    sync --delimiter ';' people.csv shop:
: >empty.csv
mistake 65 'the file is empty' 'look whether the export worked' \
    sync empty.csv shop:
printf 'id,email\n1,"a@example.com\n2,b@example.com\n' >quote.csv
mistake 65 'quote.csv:2: a quote mark opens' 'export the file again' \
    sync quote.csv shop:
printf '[{"email":' >cut.json
mistake 65 'cut.json:1: ' 'nothing of it was used' sync cut.json shop:
{
    echo id,first_name,email
    for ((i = 1; i <= 30; i++)); do printf '%d,Ren\xe9,r%d@example.com\n' $i $i; done
} >latin.csv
mistake 65 '30 of 30 rows are not UTF-8' '--encoding windows-1252' \
    sync latin.csv shop:
mistake 65 'the encoding "windows-12552" is not' 'windows-1252' \
    sync --encoding windows-12552 latin.csv shop:
mistake 73 'nowhere/out.csv: cannot create' 'the folder has to be there' \
    sync people.csv nowhere/out.csv
mistake 73 'nowhere/report.json: cannot create' 'the folder has to be there' \
    sync --report nowhere/report.json people.csv shop:
mistake 73 'nowhere/m.prom: cannot create' 'the folder has to be there' \
    sync --metrics nowhere/m.prom people.csv shop:
mistake 73 'nowhere/rejects.csv: cannot create' 'the folder has to be there' \
    sync --rejects nowhere/rejects.csv people.csv shop:
mistake 78 '/dev/full: the state is no plain file' '--state' \
    sync --state /dev/full people.csv shop:

same "requests, all in all" 0 "$(brief '[.totals[].requests] | add')"

# ---- at the provider ---------------------------------------------------------
configured 's/client_secret: .*/client_secret: wrong/'
mistake 77 'shop: the provider refused' 'client_secret' sync people.csv shop:
configured 's/sandbox-books-secret/wrong/'
mistake 77 'Invalid HMAC signature' "client_secret of account 'books'" \
    sync people.csv books:
configured 's/refresh_token: .*/refresh_token: old/'
# The secret was refused before, and no renewal was lost by that.
mistake 77 'shop: the provider refused' 'log in: custsync login shop:' \
    sync people.csv shop:
mistake 77 'books: the provider refused' 'custsync login books:' \
    sync people.csv books:
configured 's#base_url: .*#base_url: http://127.0.0.1:9#'
CUSTSYNC_BACKOFF_MS=1 mistake 69 'Failed to connect' 'base_url' \
    sync people.csv shop:

case_name=
same "customers made" 0 "$(holds kounta)"

# ---- two at once -----------------------------------------------------------------
cp good.yaml custsync.yaml
sandbox --rate off --latency 200
"$CUSTSYNC" sync people.csv shop: >said/first.out 2>said/first.err &
started=($!)
under_way() { [ "$(brief .totals.kounta.requests)" -ge 1 ]; }
soon "the first run" under_way
mistake 75 'another run' '--wait' sync people.csv shop:
wait "${started[0]}"
started=()
sync 0 people.csv shop:
once kounta 6

# ---- and a disk that is full: test_shows_disk.sh, test_shows_state.sh ------------
# ---- broken configurations and mappings of all kinds: test_shows_bad_config.sh ---
echo "ok: $runs runs"
