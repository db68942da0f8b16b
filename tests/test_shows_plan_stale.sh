#!/usr/bin/env bash
# A plan kept in a file is carried out once and exactly; made stale in six ways
# it is refused six times, with the reason and without a write.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

writes() { brief '[.totals[].writes] | add'; }
# refused CODE ARGUMENT...: sync --plan ends with 65 and that code, and writes
# nothing.
refused() {
    local why=$1
    shift
    forget
    ends 65 sync --plan p.json "$@"
    same "writes of what is refused" 0 "$(writes)"
    reason "$why"
}
reason() {
    has "the reason" "$(words "$1")" err
    has "what to do" 'hint:' err
}
words() {
    case $1 in
    plan_source_moved) echo 'the source has changed since' ;;
    plan_mapping_moved) echo "a mapping or a provider's file has changed" ;;
    plan_configuration_moved) echo 'has changed in the configuration' ;;
    plan_target_moved) echo 'is not as it was when the plan was made' ;;
    plan_target_gone) echo 'cannot be made any more as they were planned' ;;
    plan_state_moved) echo 'has changed what is known of the account' ;;
    plan_altered) echo 'was altered after it was made' ;;
    plan_other_state) echo 'over another state file' ;;
    *) fail "a reason" "one of ours" "$1" ;;
    esac
}
valid() {
    python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open("p.json")), json.load(open(sys.argv[1])))' \
        "$source_dir/contrib/plan.schema.json" ||
        fail "the plan" "as contrib/plan.schema.json has it" "something else"
}
# planned ARGUMENT...: a plan with two creates and two updates in p.json.
planned() {
    forget
    rm -f p.json
    ends 0 plan --out p.json "$@"
    same "writes of a plan" 0 "$(writes)"
    same "mode of a plan" 600 "$(stat -c %a p.json)"
    valid
    same "changes" '2 create, 2 update' "$(jq -r '[.changes[].do] | group_by(.)
        | map("\(length) \(.[0])") | join(", ")' p.json)"
}
# record PROVIDER EMAIL: its id there.
record() {
    page_of '?requests=0' '.providers[$p].customers[]
        | select((.email // .primaryEmail) == $e) | (.uuid // .id) | tostring' \
        --arg p "$1" --arg e "$2"
}
# start: 30 customers are known, and the source then has two new ones and two
# that differ.
start() {
    sandbox --rate off
    at_once
    cat >>custsync.yaml <<YAML
jobs:
  nightly:
    from: people.csv
    to: "$to"
YAML
    make_people 30 >people.csv
    sync 0 nightly
    make_people 32 >people.csv
    sed -i -e '5s/Perth/Broome/' -e '7s/Perth/Albany/' people.csv
}

for provider in $providers; do
    to=$(account_of "$provider")

    # ---- as it says, once ----------------------------------------------------
    case_name="$to as it says"
    start
    planned nightly
    same "before and after" 'Perth Broome' "$(jq -r '.changes[]
        | select(.line == 5) | .fields["billing.city"]
        | "\(.before) \(.after)"' p.json)"
    same "why it matched" 'reference_id R00004' "$(jq -r '.changes[]
        | select(.line == 5) | "\(.match.by) \(.match.key)"' p.json)"
    same "the record" "$(record "$provider" p00004@example.com)" "$(jq -r \
        '.changes[] | select(.line == 5) | .record' p.json)"
    requests=$(jq .strategy.requests p.json)
    forget
    sync 0 --plan p.json
    ledger 'created 2' 'updated 2' 'unchanged 28'
    same "requests, as the plan said" "$requests" "$(requests)"
    same "created" 2 "$(total "$provider" created)"
    same "updated" 2 "$(total "$provider" updated)"
    same "customers" 32 "$(holds "$provider")"

    case_name="$to a second time"
    forget
    sync 0 --plan p.json
    ledger 'unchanged 32'
    same "requests" 0 "$(requests)"
    has "what it says of itself" 'nothing of it is left' out
    quiet nightly

    # ---- stale in six ways ---------------------------------------------------
    case_name="$to the source moved"
    start
    planned nightly
    cp people.csv kept.csv
    sed -i '20s/Perth/Darwin/' people.csv
    refused plan_source_moved
    cp kept.csv people.csv

    case_name="$to another row of the source, that changes nothing"
    echo ',,,,,' >>people.csv
    sed -i '$d' people.csv
    make_people 1 5 | tail -n 1 >>people.csv
    refused plan_source_moved
    cp kept.csv people.csv

    case_name="$to the configuration moved"
    cp custsync.yaml kept.yaml
    echo '    prefer: target' >>custsync.yaml
    refused plan_configuration_moved
    cp kept.yaml custsync.yaml
    sed -i '/^jobs:/,$d' custsync.yaml
    forget
    ends 65 sync --plan p.json
    has "the reason" "no job 'nightly'" err
    cp kept.yaml custsync.yaml
    accounts 'region: NZ'
    refused plan_configuration_moved
    cp kept.yaml custsync.yaml

    case_name="$to the target's record moved"
    id=$(record "$provider" p00006@example.com)
    case $provider in
    kounta) ask POST "/customers/kounta/$id" '{"last_name":"Moved"}' ;;
    count) ask POST "/customers/count/$id" '{"website":"https://moved.example"}' ;;
    fieldedge) ask POST "/customers/fieldedge/$id" '{"lastName":"Moved"}' ;;
    esac
    refused plan_target_moved
    has "the record" "$id" err

    case_name="$to the target's record is gone"
    start
    planned nightly
    ask DELETE "/customers/$provider/$(record "$provider" p00006@example.com)"
    refused plan_target_gone

    case_name="$to somebody was made who was to be created"
    start
    planned nightly
    case $provider in
    kounta) ask POST /customers/kounta '{"first_name":"Jon","last_name":"Dunn","email":"p00031@example.com"}' ;;
    count) ask POST /customers/count '{"name":"Jon Dunn","email":"p00031@example.com"}' ;;
    fieldedge) ask POST /customers/fieldedge '{"firstName":"Jon","lastName":"Dunn","primaryEmail":"p00031@example.com","primaryPhoneNumber":"+61412300031"}' ;;
    esac
    refused plan_target_moved

    case_name="$to the state moved: the same was done by another run"
    start
    planned nightly
    sync 0 nightly
    refused plan_state_moved

    case_name="$to the state moved: a link by hand"
    start
    planned nightly
    ends 0 unlink --source nightly reference_id=R00004 "$to"
    refused plan_state_moved

    case_name="$to the state moved: another source"
    start
    planned nightly
    make_people 2 40 >others.csv
    sync 0 --source others others.csv "$to"
    refused plan_state_moved

    case_name="$to the plan was altered"
    start
    planned nightly
    cp p.json kept.json
    sed -i 's/Broome/Hobart/' p.json
    refused plan_altered
    cp kept.json p.json
    sed -i '4d' p.json
    refused plan_altered
    cp kept.json p.json
    sed -i '$d' p.json
    forget
    ends 65 sync --plan p.json
    has "the reason" 'cut short' err
    cp kept.json p.json

    case_name="$to the plan is of another state"
    refused plan_other_state --state other.db

    case_name="$to after all that, as it says"
    forget
    sync 0 --plan p.json
    ledger 'created 2' 'updated 2' 'unchanged 28'
done

# ---- deactivations, which are nobody's rows ------------------------------------
# leaving: ten are known, and the source then has lost the tenth; one moved.
leaving() {
    sandbox --rate off
    at_once
    make_people 10 >people.csv
    sync 0 --source crm people.csv books:
    make_people 9 >people.csv
    sed -i '3s/Perth/Broome/' people.csv
    ends 0 plan --out p.json --source crm --missing deactivate people.csv books:
    same "what it would do" 'update deactivate' \
        "$(jq -r '[.changes[].do] | join(" ")' p.json)"
    id=$(record count p00010@example.com)
}
active() { page_of '?requests=0' '[.providers.count.customers[]
    | select(.status == "active")] | length'; }
to=books:
provider=count

case_name='who is to be deactivated is gone'
leaving
ask DELETE "/customers/count/$id"
refused plan_target_gone

case_name='who is to be deactivated is inactive already'
leaving
ask POST "/customers/count/$id" '{"status":"inactive"}'
refused plan_target_moved
has "the record" "$id" err

case_name='who is to be deactivated was edited'
leaving
ask POST "/customers/count/$id" '{"website":"https://moved.example"}'
refused plan_target_moved

case_name='who is to be deactivated cannot be read'
leaving
faults "GET *$id* times 9 status 500"
forget
ends 69 sync --plan p.json
has "the reason" '1 of its records could not be read; nothing was sent' err
same "writes" 0 "$(writes)"
custsync status books:
has_not "left behind" failed out

case_name='and when it can'
faults '# none'
sync 0 --plan p.json
same "who moved to Broome" 1 "$(page_of '?requests=0' '[.providers.count
    .customers[] | select(.billingAddress.city == "Broome")] | length')"
same "active" 9 "$(active)"
sync 0 --plan p.json
has "what it says of itself" 'nothing of it is left' out

# ---- a record that is made anew --------------------------------------------------
# deleted: four are known, one's record is gone, and another one has moved.
deleted() {
    sandbox --rate off
    at_once
    make_people 4 >people.csv
    sync 0 --source crm people.csv books:
    id=$(record count p00004@example.com)
    ask DELETE "/customers/count/$id"
    ends 0 pull books:
    sed -i '2s/Perth/Broome/;5s/Perth/Albany/' people.csv
}
again() { ask POST /customers/count '{"name":"Jon Dunn","email":"p00004@example.com"}'; }
anew() { ends 0 plan --out p.json --source crm --recreate people.csv books:; }

case_name='made anew by somebody else'
deleted
anew
valid
same "what it would do" "create $id, update null" "$(jq -r '[.changes[]
    | "\(.do) \(.recreates)"] | sort | join(", ")' p.json)"
ends 0 plan --source crm --recreate people.csv books:
has "what it makes anew" "(anew: record $id was deleted)" out
again
refused plan_target_moved
anew
same "what is left to do" 'update update' "$(jq -r '[.changes[].do] | join(" ")' p.json)"
sync 0 --plan p.json
ledger 'updated 2' 'unchanged 2'
same "customers" 4 "$(holds count)"

case_name='made anew as it says'
deleted
anew
sync 0 --plan p.json
ledger 'created 1' 'updated 1' 'unchanged 2'
same "customers" 4 "$(holds count)"

case_name='made anew before the plan is'
deleted
again
anew
same "what it would do" 'update update' "$(jq -r '[.changes[].do] | join(" ")' p.json)"
sync 0 --plan p.json
ledger 'updated 2' 'unchanged 2'
same "customers" 4 "$(holds count)"

# ---- a mapping of one's own --------------------------------------------------
case_name='the mapping moved'
to=shop:
provider=kounta
sandbox --rate off
at_once
cp "$source_dir/mappings/files/generic.yaml" own.yaml
make_people 3 >people.csv
ends 0 plan --out p.json --mapping own.yaml people.csv shop:
sed -i 's/^  status: status/  status: [status, standing]/' own.yaml
refused plan_mapping_moved

# ---- how it is asked ---------------------------------------------------------
case_name='how it is asked'
ends 64 sync --plan p.json people.csv shop:
ends 64 sync --plan p.json --prefer target
ends 64 plan --out p.json people.csv out.csv
ends 66 sync --plan none.json
ends 65 sync --plan people.csv
ends 64 plan --out people.csv people.csv shop:
ends 2 plan --exit-code people.csv shop:
like "a change, as a diff has it" '^\+ create .*people.csv:2$' out
like "a field of it" '^    billing.city: Perth$' out

case_name='the first changes only'
make_people 50 >people.csv
ends 0 plan people.csv shop:
same "changes shown" 20 "$(grep -c '^[+~-] ' out)"
has "how many more" 'and 30 more changes' out
ends 0 plan -v people.csv shop:
same "changes shown" 50 "$(grep -c '^[+~-] ' out)"
printf 'email,first_name\nx@example.com,"A\033[31m\302\233B"\n' >odd.csv
ends 0 plan odd.csv shop:
same "controls on a terminal" 0 "$(LC_ALL=C grep -cP '\x1b|\x9b' out)"

# ---- consent to the brake --------------------------------------------------------
case_name='consent'
sandbox --rate off
at_once
make_people 110 >people.csv
sync 0 --source crm people.csv books:
sed -i 's/Perth/Broome/' people.csv
ends 65 plan --out p.json --source crm people.csv books:
ends 0 plan --out p.json --source crm --max-changes 110 people.csv books:
forget
ends 65 sync --plan p.json --max-changes 10%
has "the brake" 'more than the brake allows' err
same "writes" 0 "$(writes)"
sync 0 --plan p.json --limit 1 # as it was given with the plan
sync 0 --plan p.json --max-changes 100%
same "who moved" 110 "$(page_of '?requests=0' '[.providers.count.customers[]
    | select(.billingAddress.city == "Broome")] | length')"

# ---- a part of it, and the rest ----------------------------------------------
case_name='a canary'
start
planned nightly
sync 0 --plan p.json --limit 1
same "writes" 1 "$(writes)"
sync 0 --plan p.json
same "writes" 4 "$(writes)"
same "customers" 32 "$(holds kounta)"
quiet nightly

case_name='a canary, and then a change that is not the plan any more'
start
planned nightly
sync 0 --plan p.json --limit 1
ask POST "/customers/kounta/$(record kounta p00006@example.com)" \
    '{"primary_address":{"city":"Esperance"}}'
ends 0 pull shop:
sync 1 --plan p.json
same "rows in conflict, done now, done before" '1 2 29' \
    "$(rows conflict) $(($(rows created) + $(rows updated))) $(rows unchanged)"
same "what is left alone" 1 "$(jq .codes.not_in_plan report.json)"
same "the hand's city" Esperance "$(page_of '?requests=0' '.providers.kounta
    .customers[] | select(.email == "p00006@example.com")
    | .primary_address.city')"


# ---- refused meanwhile, so that not even a link tells of it --------------------
case_name='another run was refused what the plan would do'
start
sed -i -e 's/Broome/Perth/' -e 's/Albany/Perth/' people.csv
ends 0 plan --out p.json nightly
faults 'POST *customers times 9 status 422'
sync 1 nightly
ledger 'rejected 2' 'unchanged 30'
forget
ends 65 sync --plan p.json
has "the reason" 'done, or refused, by another run' err
same "writes" 0 "$(writes)"

# ---- where its rows come from ------------------------------------------------------
case_name='from two files, and from an account'
sandbox --rate off
at_once
make_people 2 >a.csv
make_people 2 3 >b.csv
ends 0 plan --out two.json --source crm a.csv b.csv shop:
same "from" 'a.csv b.csv' "$(jq -r .from two.json)"
sync 0 --plan two.json
ledger 'created 4'
ends 0 plan --out p.json shop: books: # a record of an account has no line
valid
same "changes, lines" '4 0' \
    "$(jq -r '"\(.changes | length) \([.changes[].line // empty] | length)"' p.json)"
sync 0 --plan p.json
ledger 'created 4'
echo "ok: plans are carried out as they say, and refused when anything moved"
