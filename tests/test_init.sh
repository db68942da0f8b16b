#!/usr/bin/env bash
# custsync init: by options and by questions. What it writes loads, is nobody
# else's, holds no secret, and shows no key that is none.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

here=$source_dir/tests
head -5 "$sample/shopify-customers.csv" >export.csv
none() { [ ! -e custsync.yaml ] || fail "the configuration" "none" "one"; }
nothing_left() {
    none
    [ -z "$(find . -name '*.tmp')" ] || fail "temporary files" "none" "some"
}

# ---- what is missing is named ------------------------------------------------
case_name='without a terminal'
ends 64 init
has "error" '--provider is missing' err
ends 64 init --provider kounta
has "error" '--set company= is missing' err
ends 64 init --provider kounta --set company=5678
has "error" '--set client_id= is missing' err
ends 64 init --provider fieldedge --set client_id=a
has "error" '--set target_id= is missing' err
ends 64 init --provider kuonta
has "what to do" "did you mean 'kounta'?" err
ends 64 init --provider kounta --set compny=1
has "what to do" "did you mean 'company'?" err
ends 64 init --provider kounta --set company=5678 --set company=5679
has "error" '--set company: it is given twice' err
ends 64 init --provider kounta --set auth=magic
has "error" "kounta has no auth 'magic'" err
ends 64 init --provider kounta --account 'my shop'
has "error" '--account: a name is made of' err
given=(--provider kounta --set company=5678 --set client_id=sandbox-shop)
ends 64 init "${given[@]}" --region Australia
has "error" '--region: a region is two letters' err
ends 66 init "${given[@]}" --file nothere.csv
ends 64 init "${given[@]}" --file shop:
has "error" '--file: that is an account, and no file' err
ends 64 init "${given[@]}" --file customers.xlsx
has "what to do" 'a workbook is not read: save it as CSV' err
ends 64 init "${given[@]}" --set client_secret=sandbox-shop-secret
has "error" '--set client_secret: that is a secret, and is not written' err
has_not "error" 'sandbox-shop-secret' err
nothing_left

# ---- by options, an account that works ---------------------------------------
sandbox --rate off
mv custsync.yaml known.yaml
umask 077
echo sandbox-shop-secret >secret
export SHOP_TOKEN=sandbox-shop-refresh
given+=(--account shop --set "base_url=$url/kounta" --set client_secret=secret
    --region au)
case_name='an account that works'
ends 0 init "${given[@]}" --set "refresh_token=\${SHOP_TOKEN}" --file export.csv
same "mode" 600 "$(stat -c %a custsync.yaml)"
for wanted in 'wrote custsync.yaml' 'shop: logged in' 'to create 4, to update 0' \
    "shopify:$work/export.csv: shopify: all 5 columns" \
    '  custsync sync --limit 10 nightly'; do
    has "what was told" "$wanted" out
done
has_not "what is next" 'custsync login' out
for wanted in 'region: AU' '  shop:' '    provider: kounta' '    company: 5678' \
    "    client_secret: \${file:$work/secret}" \
    '    refresh_token: ${SHOP_TOKEN}' "    from: \"shopify:$work/export.csv\"" \
    '    source: shopify'; do
    grep -qxF -- "$wanted" custsync.yaml || fail "the file" "$wanted" "$(cat custsync.yaml)"
done
has_not "the file" sandbox-shop-secret custsync.yaml
has_not "the file" sandbox-shop-refresh custsync.yaml
ends 0 check nightly
sync 0 nightly
ledger 'created 4'
# Under the name that the file itself would have had.
quiet shopify:export.csv shop:

case_name='quietly'
ends 0 init -q --config quiet.yaml "${given[@]}" \
    --set "refresh_token=\${SHOP_TOKEN}" --file export.csv
same "what was told" '' "$(cat out err)"
same_file "what was written" custsync.yaml quiet.yaml

case_name='over another file'
cp custsync.yaml before
ends 73 init "${given[@]}"
has "error" 'custsync.yaml: a configuration is there already' err
same_file "the file" before custsync.yaml
rm custsync.yaml
ln -s nowhere custsync.yaml
ends 73 init # before anything is asked
[ -L custsync.yaml ] && [ ! -e nowhere ] || fail "the link" "as it was" "another"
rm custsync.yaml
ends 73 init --config no/such/folder.yaml
like "error" 'folder.yaml: cannot be created: No such file' err
nothing_left

case_name='credentials that are refused'
echo nonsense >secret
rm -rf state
mkdir state
ends 77 init "${given[@]}" --set "refresh_token=\${SHOP_TOKEN}" --file export.csv
has "what was told" 'to create 4' out
has "error" 'shop: the provider refused to give a token (401)' err
rm custsync.yaml
echo sandbox-shop-secret >secret

# ---- a file that does not fit -------------------------------------------------
case_name='rows that are invalid'
echo 'Kundennr,E-Mail,Telefon
7,ann@example.com,0491 570 006' >odd.csv
ends 1 init "${given[@]}" --config odd.yaml --file odd.csv
has "what is next" '  custsync check --config odd.yaml nightly' out
has "what is next" '  custsync sync --config odd.yaml --limit 10 nightly' out
has "the file" '    # No mapping knows this file' odd.yaml

case_name='an encoding that has to be said'
{
    echo 'id,name,email'
    for ((i = 0; i < 30; i++)); do
        printf '%d,S\xf8n %d,son%d@example.com\n' $i $i $i
    done
} >latin.csv
ends 65 init "${given[@]}" --config latin.yaml --file latin.csv
has "what to do" '(in a job: encoding: windows-1252)' err
has "what is next" '  custsync plan --config latin.yaml nightly' out
has_not "what is next" 'custsync sync' out
sed -i 's/^    # encoding:/    encoding:/' latin.yaml
ends 0 plan --config latin.yaml nightly
has "the plan" 'create  Søn' out

# What is told to be typed is what a shell makes the same words of.
case_name='names that a shell, a comment or a quote mark would take apart'
name=$'o\'d "#\\ \nx.csv'
cp odd.csv "$name"
ends 1 init "${given[@]}" --config 'my odd.yaml' --file "$name"
has "what is next" "  custsync sync --config 'my odd.yaml' --limit 10 nightly" out
ends 1 plan --config 'my odd.yaml' nightly
for name in 'a ${HOME}.csv' $'no\xfftext.csv'; do
    cp export.csv "$name"
    ends 64 init "${given[@]}" --config never.yaml --file "$name"
    has "error" '--file: a configuration cannot hold that name' err
    [ ! -e never.yaml ] || fail "the configuration" "none" "one"
done

# ---- what is not there yet ---------------------------------------------------
case_name='nobody has logged in'
rm -rf state
mkdir state
ends 0 init "${given[@]}"
has "what was told" 'shop: nobody has logged in yet' out
has "what is next" '  custsync login shop:' out
has "what is next" '  custsync plan FILE shop:' out
rm custsync.yaml

case_name='a secret that is not there'
for provider in kounta count fieldedge; do
    ends 0 init --provider $provider --config $provider.yaml --file export.csv \
        $([ $provider != kounta ] || echo --set company=5678) \
        $([ $provider != fieldedge ] || echo --set target_id=7) \
        --set client_id=007
    has "what was told" "$provider: not asked, as something is missing" out
    has "what was told" 'plan 1 nightly' out
    has "what is next" "  export ${provider^^}_CLIENT_SECRET=..." out
    has "the file" "    client_id: \"007\"" $provider.yaml
    # Whatever stands behind a # is as true as the rest.
    sed -E 's/^( *)# ( *[a-z_]+:)/\1\2/' $provider.yaml >whole.yaml
    same "keys in comments of $provider" yes \
        "$([ "$(grep -c '#' whole.yaml)" -lt "$(grep -c '#' $provider.yaml)" ] && echo yes)"
    chmod 600 whole.yaml
    (
        export "${provider^^}_CLIENT_SECRET=x" COUNT_WORKSPACE=w
        ends 0 plan --config whole.yaml nightly
    ) || exit 1
done
# A stand-in for a secret must not have become an account of the store.
ends 0 runs --json
same "runs" 0 "$(jq '.runs | length' out)"

# ---- a provider of one's own --------------------------------------------------
case_name='a provider of one'"'"'s own'
cat >tiny.yaml <<'END'
provider: tiny
base_url: https://api.example.com
settings: {shop: required, key: [required, secret], note: optional}
about:
  shop: the number in the address of your pages, which is long enough to need a second line
  note: whatever you like
id: id
fields: {email: email}
END
ends 0 init --config own.yaml --provider ./tiny.yaml --set shop=7
sed -n '/shop: 7/q;/^    /p' own.yaml >told
printf '    %s\n' "provider: \"$work/tiny.yaml\"" \
    '# the number in the address of your pages, which is long enough to need a' \
    '# second line' >wanted
same_file "what is told of a setting" wanted told
has "what is optional" '    # whatever you like' own.yaml
has "what is optional" '    # note: ${TINY_NOTE}' own.yaml
sed -i 's/^  note:/  nota:/' tiny.yaml
ends 78 init --config other.yaml --provider ./tiny.yaml --set shop=7
has "error" "'nota' is about no setting" err

# ---- by questions ------------------------------------------------------------
asked() { # EXIT SCRIPT-LINE...
    local wanted=$1
    shift
    rm -f custsync.yaml
    printf '%s\n' "$@" >script
    PTY_OUT=out python3 "$here/pty_run.py" script "$CUSTSYNC" init \
        >err 2>&1 </dev/null
    code=$?
    last='init on a terminal'
    same "exit code" "$wanted" "$code"
}
case_name='questions'
asked 0 'wait provider (count, fieldedge, kounta, or a file): ' 'type konta' \
    "wait did you mean 'kounta'?" 'wait provider (' 'type kounta' \
    'wait name of the account [kounta]: ' 'type shop:' \
    "wait (The company's number" 'wait company [${KOUNTA_COMPANY}]: ' 'type 5678' \
    'wait client_id [${KOUNTA_CLIENT_ID}]: ' 'type sandbox-shop' \
    'wait client_secret, a secret: the file that holds it, or [${KOUNTA_CLIENT_SECRET}]: ' \
    'type sandbox-shop-secret' 'wait that is a secret, and is not written' \
    'wait [${KOUNTA_CLIENT_SECRET}]: ' 'type secret' \
    'wait region of phone numbers' 'type' \
    'wait a file to import (none: Enter): ' 'type nothere.csv' \
    'wait nothere.csv: ' 'wait a file to import' 'type export.csv'
has "what was told" 'shop: nobody has logged in yet' out
has "what was told" 'to create 4' out
has "the file" "    client_secret: \${file:$work/secret}" custsync.yaml
has "the file" '# region: AU' custsync.yaml
has_not "the file" sandbox-shop-secret custsync.yaml
same "mode" 600 "$(stat -c %a custsync.yaml)"

case_name='questions, and Enter to nearly all'
export FIELDEDGE_CLIENT_ID=sandbox-field
asked 0 'wait provider (' 'type fieldedge' 'wait [fieldedge]: ' 'type' \
    'wait client_id [' 'type' 'wait client_secret' 'type' \
    'wait target_id [' 'type' 'wait region' 'type au' 'wait file' 'type'
has "the file" '    client_id: ${FIELDEDGE_CLIENT_ID}' custsync.yaml
has_not "what is next" 'FIELDEDGE_CLIENT_ID' out
has "what is next" '  export FIELDEDGE_TARGET_ID=...' out
has_not "what is next" 'custsync login' out

case_name='Ctrl-C'
asked 130 'wait provider (' 'type kounta' 'wait name' 'key C'
nothing_left
case_name='Ctrl-D'
asked 64 'wait provider (' 'key D'
nothing_left

echo "ok: custsync init"
