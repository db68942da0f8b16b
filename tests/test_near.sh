#!/usr/bin/env bash
# Whoever mistypes a name is told which one was meant, whatever it is the name
# of. Nobody is asked anything: all of it is found before that.
set -u
custsync=$(realpath -e -- "${CUSTSYNC:?CUSTSYNC names the program}")
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-near.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 077
failed=0

cat >custsync.yaml <<'END'
accounts:
  shop: {provider: kounta, company: 5, client_id: a, client_secret: b,
         refresh_token: c, base_url: "http://127.0.0.1:9"}
  books: {provider: count, client_id: a, client_secret: b, refresh_token: c,
          base_url: "http://127.0.0.1:9"}
jobs:
  nightly: {from: "shop:", to: "books:"}
END
printf 'email,first_name\nann@example.com,Ann\n' >export.csv
echo '{}' >plan.json

# near EXIT HINT ARGUMENT...: ends so, and the hint holds that.
near() {
    local wanted=$1 hint=$2 code
    shift 2
    "$custsync" --state s.db "$@" >out 2>err </dev/null
    code=$?
    if [ "$code" != "$wanted" ] || ! grep -F "hint: " err | grep -qF -- "$hint"; then
        echo "not ok: custsync $*: wanted $wanted and \"$hint\", got $code and"
        sed 's/^/    /' err
        failed=1
    fi
}

near 64 "did you mean 'sync'?" snyc export.csv shop:
near 64 "did you mean '--limit'?" sync --limt 3 export.csv shop:
near 64 "it is for sync" runs --limit 3
near 64 "did you mean 'exit-codes'?" help exitcodes
# accounts, and what has their form
near 78 "did you mean 'shop:'?" sync export.csv shp:
near 78 "there are shop: books:" sync export.csv till:
near 78 "did you mean 'shop:'?" pull shp:
near 78 "did you mean 'shop:'?" status shp:
near 78 "did you mean 'shop:'?" explain shp:=1
near 78 "did you mean the account 'shop:'?" sync shp:export.csv x.json
near 78 "'shop:' is an account" sync shop:export.csv x.json
near 64 "shop: for the account" pull shop
near 64 "did you mean 'shop:'?" pull shp
near 64 "there are shop: books:" pull nightly
# jobs
near 64 "did you mean 'nightly'?" sync nigtly
near 64 "did you mean 'nightly'?" status nigtly
near 64 "custsync status [ACCOUNT: | JOB]" status weekly
# mappings and providers, by whichever way they are named
near 78 "did you mean 'shopify'?" sync shopfy:export.csv x.json
near 78 "did you mean 'shopify'?" sync --mapping shopfy export.csv x.json
near 78 "did you mean 'shopify'?" mappings shopfy
near 78 "did you mean 'kounta'?" mappings kunta
# files
near 66 "did you mean 'export.csv'?" sync exprt.csv x.json
near 66 "did you mean 'export.csv'?" sync generic:exprt.csv x.json
near 66 "did you mean '$work/export.csv'?" sync "$work/exprt.csv" x.json
near 66 "did you mean 'plan.json'?" sync --plan plam.json
near 78 "did you mean 'custsync.yaml'?" --config custsnc.yaml status
# keys, fields, codes, words, formats
near 64 "did you mean 'email='?" find shop: emial=ann@example.com
near 64 "did you mean 'email'?" link emial=ann@example.com shop: 1
near 64 "did you mean 'mobile'?" explain moblie=0491570006
near 64 "did you mean 'email'?" sync --match emial export.csv x.json
near 64 "did you mean 'email'?" sync --owner emial=source export.csv x.json
near 64 "did you mean 'source'?" sync --owner email=sorce export.csv x.json
near 64 "did you mean 'gone'?" retry --code gonne
near 64 "did you mean 'upsert'?" sync --mode upsrt export.csv x.json
near 64 "did you mean 'csv'?" sync --format cvs export.csv x.json
near 64 "did you mean 'json'?" sync --to-format jsn export.csv x.json
# in the configuration
printf 'accounts: {}\njbos: {}\n' >custsync.yaml
near 78 "did you mean 'jobs'?" status
printf 'accounts: {shop: {provider: kunta}}\n' >custsync.yaml
near 78 "did you mean 'kounta'?" status
printf 'accounts: {}\njobs: {a: {from: shp.csv, to: x.json, mdoe: create}}\n' \
    >custsync.yaml
near 78 "did you mean 'mode'?" status
exit $failed
