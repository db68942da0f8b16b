#!/usr/bin/env bash
# What verify tells is what is so at the provider, by the list where that is
# cheaper and record by record where it is not; it writes nothing there, and a
# later sync sees an edit as one.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# verifies EXIT 'MEMBER N'...: the numbers, and zero in all others.
verifies() {
    local exit=$1 wanted got
    shift
    ends "$exit" verify "$to" --json "${options[@]}"
    cp out told.json
    wanted=$(printf '%s\n' "$@" | LC_ALL=C sort | paste -sd, -)
    got=$(jq -r 'to_entries[] | select((.key | IN("equal", "differ", "gone",
        "unsettled", "twice")) and .value != 0) | "\(.key) \(.value)"' told.json |
        LC_ALL=C sort | paste -sd, -)
    same "what verify tells" "$wanted" "$got"
    same "writes" "$writes" "$(total "$provider" writes)"
    cp told.json "told-$runs.json"
}

for provider in $providers; do
    to=$(account_of "$provider")
    options=()
    sandbox --rate off
    at_once
    make_people 12 >people.csv
    case_name="$to"
    sync 0 people.csv "$to"
    ledger 'created 12'
    writes=$(total "$provider" writes)
    verifies 0 'equal 12'
    same "linked" 12 "$(jq .linked told.json)"
    case $provider in
    kounta | fieldedge) at_least "requests one by one" 12 "$(jq .requests told.json)" ;;
    count) at_most "requests of a list" 8 "$(jq .requests told.json)" ;;
    esac

    case_name="$to a sample"
    options=(--sample 5 --seed 7)
    verifies 0 'equal 5'
    at_most "requests of a sample" 8 "$(jq .requests told.json)"

    case_name="$to an edit there, and one who is gone"
    options=()
    # id_of WORD: of the record that has it.
    id_of() {
        page '.providers[$p].customers[] | select(tostring | contains($w))
            | .uuid // .id' --arg p "$provider" --arg w "$1"
    }
    field=last_name
    case $provider in
    kounta) edit='{"last_name":"Zed"}' ;;
    count) edit='{"contacts":[{"firstName":"Dan","lastName":"Zed"}]}' field=contacts ;;
    fieldedge) edit='{"lastName":"Zed"}' ;;
    esac
    ask POST "/customers/$provider/$(id_of p00003@)" "$edit"
    ask DELETE "/customers/$provider/$(id_of p00004@)"
    verifies 1 'equal 10' 'differ 1' 'gone 1'
    same "the field" "$field" "$(jq -r '.fields | keys | join(" ")' told.json)"
    like "what it shows" Zed <(jq -c '.records[] | select(.code == "differs").after' told.json)
    custsync explain reference_id=R00003
    cp out life
    ends 1 verify "$to"
    like "the field in the text" "^  $field +1  .*\(with reference_id R00003\)$" out
    has "what to do" "gone (1): " out
    ends 1 verify -q "$to"
    same "quiet" "" "$(cat out)"
    [ -s err ] || fail "what differs, for cron's mail" "told" "nothing"
    custsync explain reference_id=R00003
    same_file "what is held" life out
done

case_name="one reference id twice"
to=shop:
provider=kounta
options=()
sandbox --rate off
at_once
make_people 10 >people.csv
sync 0 people.csv "$to"
writes=$(total kounta writes)
ask POST /customers/kounta '{"first_name":"Ann","email":"ann2@example.com",
    "reference_id":"R00003"}'
verifies 1 'equal 10' 'twice 1'

case_name="not all"
ends 64 verify
ends 64 verify --sample few "$to"
ends 65 verify books:
kill "$sandbox_pid"
ends 69 verify "$to" --deadline 2s

case_name="as its schema says"
python3 - "$source_dir/contrib/verify.schema.json" told-*.json 2>err <<'PYTHON' || fail "verify --json" "as its schema" "$(tail -3 err)"
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    jsonschema.validate(json.load(open(name)), schema)
PYTHON
echo ok
