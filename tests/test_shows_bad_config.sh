#!/usr/bin/env bash
# A slip in the configuration, a mapping or a provider file: exit 78, one
# message with FILE:LINE:COLUMN, a hint that says what to do, nothing sent, and
# no secret shown.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 3 >people.csv
sandbox --rate off
cp custsync.yaml good.yaml
# The first lines of the configuration: region, a comment, accounts, shop, and
# shop's keys from line 5 on.
same "line 5 of the configuration" '    provider: kounta' "$(sed -n 5p good.yaml)"

# wrong PLACE WORD HINT [custsync's arguments]: standard error is one message
# that begins with the place, with the word, and has a hint with that in it.
# A place without its column will do with any.
wrong() {
    local place=$1 word=$2 hint=$3
    shift 3
    [ $# -gt 0 ] || set -- sync people.csv shop:
    ends 78 "$@"
    same "messages" 1 "$(grep -vc '^    ' err)"
    head -1 err >first
    like "the place" "^custsync: (.*/)?${place/./\\.}" first
    [[ $place != *:[0-9]*: ]] || [[ $place == *:*:*: ]] || like "a column" "$place[0-9]+: " first
    has "the word" "$word" first
    if [ -n "$hint" ]; then
        same "hints" 1 "$(grep -c '^    hint: ' err)"
        grep '^    hint: ' err >second
        like "the hint" "$hint" second
    fi
    same "output" '' "$(cat out)"
    has_not "a message" -secret err
    same "requests" 0 "$(brief '[.totals[].requests] | add')"
}
# slip NAME SED: the good configuration with that slip.
slip() {
    case_name=$1
    sed "$2" good.yaml >custsync.yaml
}

slip 'an unknown key of an account' '6s/base_url/base_ulr/'
wrong custsync.yaml:6:5: base_ulr 'did you mean .*base_url'
slip 'an unknown key of all' '1s/region/reigon/'
wrong custsync.yaml:1:1: reigon 'did you mean .*region'
slip 'a missing variable' '9s/:.*/: ${NO_SUCH_VARIABLE}/'
wrong custsync.yaml:9: NO_SUCH_VARIABLE .
slip 'a missing file' '9s/:.*/: ${file:no-such-file}/'
wrong custsync.yaml:9: no-such-file ''
slip 'a credential that is not there' '9s/:.*/: ${cred:nothing}/'
wrong custsync.yaml:9: '' .
slip 'an unknown provider' '5s/kounta/kountr/'
wrong custsync.yaml:5: kountr 'did you mean .*kounta|kounta'
slip 'no provider' '5d'
wrong custsync.yaml: provider ''
slip 'a missing setting' '7d'
wrong custsync.yaml: 'needs company' ''
slip 'a bad rate' '11s/off/often/'
same "line 11" '    rate: often' "$(sed -n 11p custsync.yaml)"
wrong custsync.yaml:11: often .
slip 'a bad duration' '11s/rate: off/settle_delay: soon/'
wrong custsync.yaml:11: soon .
slip 'a bad number' '11s/rate: off/concurrency: many/'
wrong custsync.yaml:11: concurrency ''
slip 'a key twice' '11s/rate: off/company: 5678/'
wrong custsync.yaml:11:5: company ''
slip 'broken YAML' '5s/provider: kounta/provider: [kounta/'
wrong custsync.yaml: '' ''
slip 'a tab' '5s/^    /\t/'
wrong custsync.yaml:5: '' ''
slip 'an address without TLS' '6s#http://.*#http://api.kounta.example#'
wrong custsync.yaml:6: http https
slip 'an unknown region' '1s/AU/Australia/'
wrong custsync.yaml:1: Australia ''
slip 'a job without an account' '$a jobs:\n  n:\n    from: people.csv\n    to: "shpo:"'
wrong custsync.yaml: shpo 'did you mean .*shop' sync n
slip 'a job with a bad policy' '$a jobs:\n  n:\n    from: people.csv\n    to: "shop:"\n    prefer: nobody'
wrong custsync.yaml: nobody 'source.*target' sync n
slip 'others can read a secret' '10d; 12,$d'
chmod 644 custsync.yaml
wrong custsync.yaml:9: client_secret .
slip 'others can write the configuration' 's/sandbox-[a-z]*-\(secret\|refresh\)/${NOT_HERE}/'
for mode in 666 620 602; do
    chmod $mode custsync.yaml
    wrong custsync.yaml: 'can write' 'chmod go-w custsync.yaml'
done
chmod 600 custsync.yaml
slip "a secret's file that others can write" "9s#:.*#: \${file:$work/key}#"
echo sandbox-shop-secret >key
chmod 602 key
wrong custsync.yaml:9: key 'chmod 600'
rm key
case_name='no configuration'
rm custsync.yaml
custsync sync people.csv shop:
same "exit code" 78 "$code"
same "messages" 1 "$(grep -vc '^    ' err)"
cp good.yaml custsync.yaml
case_name='no such configuration'
ends 78 sync people.csv shop: --config nowhere.yaml

# ---- mappings -------------------------------------------------------------------
# mapping NAME: a mapping from standard input, used for the source.
mapping() {
    case_name=$1
    cat >crm.yaml
}
with_mapping='sync people.csv shop: --mapping ./crm.yaml'
mapping 'an unknown field' <<'YAML'
format: csv
fields:
  first_nmae: first_name
YAML
# shellcheck disable=SC2086
wrong crm.yaml:3:3: first_nmae 'did you mean .*first_name' $with_mapping
mapping 'an unknown verb' <<'YAML'
format: csv
fields:
  first_name: {from: first_name, strpi: "'"}
YAML
# shellcheck disable=SC2086
wrong crm.yaml:3: strpi 'did you mean .*strip' $with_mapping
mapping 'an unknown format' <<'YAML'
format: cvs
fields:
  first_name: first_name
YAML
# shellcheck disable=SC2086
wrong crm.yaml:1: cvs 'csv' $with_mapping
case_name='no such mapping'
ends 78 sync people.csv shop: --mapping ./nothing.yaml
ends 78 sync nothing:people.csv shop:
has "the word" nothing err

# ---- a provider file of one's own ---------------------------------------------
case_name='a slip in a provider file'
mkdir -p home/custsync/mappings/providers
sed 's/^probe:/porbe:/' "$source_dir/mappings/providers/kounta.yaml" \
    >home/custsync/mappings/providers/mine.yaml
sed -i 's/^provider: kounta/provider: mine/' home/custsync/mappings/providers/mine.yaml
line=$(grep -n '^porbe' home/custsync/mappings/providers/mine.yaml | cut -d: -f1)
sed '5s/kounta/mine/' good.yaml >custsync.yaml
wrong "mine.yaml:$line:1:" porbe 'did you mean .*probe'
sed -i 's/^porbe:/probe:/' home/custsync/mappings/providers/mine.yaml
case_name='and without the slip'
sync 0 people.csv shop:
ledger 'created 3'
# ---- examples ------------------------------------------------------------------
cp good.yaml custsync.yaml
mapping 'an example that does not come out' <<'YAML'
format: csv
fields:
  first_name: first_name
  email: email
examples:
  - title: a slip
    input: {first_name: Ann, email: ann@example.com}
    customer: {first_name: Anna, email: ann@example.com}
YAML
ends 78 check people.csv --mapping ./crm.yaml
like "the place" 'crm\.yaml:[0-9]+:[0-9]+: ' err
echo "ok: slips are named where they are"
