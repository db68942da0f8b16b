#!/usr/bin/env bash
# What programs are told is as the schemas in contrib say, by a validator that
# is not ours; and the schemas are strict enough to refuse what is not so.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

wanted=() # SCHEMA FILE pairs; all are judged at once, at the end

# keep SCHEMA: what was just told is to be like it.
keep() {
    local name=told-$((${#wanted[@]} / 2)).json
    cp out "$name"
    [ -s "$name" ] || fail "what custsync $last tells" "something" "nothing"
    wanted+=("$1" "$name")
}

sandbox --rate off
at_once
cat >a.csv <<'EOF'
id,first_name,last_name,email,mobile,city,tags,Shoe size
1001,Ann,Lee,ann.lee@example.com,0491 570 006,Perth,"vip, new",7
1002,Bob,Poe,bob.poe@example.com,,Cairns,,8
1003,Robert,Poe,bob.poe@example.com,0491 570 156,Cairns,,9
1004,Cy,Day,cy.day@example,,Hobart,,
,,,,,Darwin,,
EOF

# ---- before there is anything --------------------------------------------------
ends 0 status --json
keep status
ends 0 runs --json
keep runs
ends 1 explain --json email=ann.lee@example.com
keep explain
ends 0 check --json
keep check

# ---- runs of every kind --------------------------------------------------------
ends 1 check --json a.csv
keep check
ends 1 plan --json --source crm a.csv shop:
keep report
ends 1 sync --json --source crm a.csv shop:
keep report
ends 1 sync --json --source crm a.csv out.json
keep report
sed -i 's/Perth/Hobart/' a.csv
ends 1 sync --json --source crm a.csv shop:
keep report
id=$(page '.providers.kounta.customers[] | select(.first_name == "Ann") | .id')
ends 0 undo --json 2
keep report
ends 0 pull --json shop:
keep report
ends 1 plan --json --two-way --look shop: books:
keep report
ends 1 sync --json --two-way shop: books:
keep report

# Both sides changed one field: the report has both values.
forget
ask POST "/customers/kounta/$id" '{"first_name": "Anne"}'
sed -i 's/,Ann,/,Anna,/' a.csv
ends 0 pull shop:
sync 1 --source crm a.csv shop:
cp report.json out
keep report
same "fields that both sides changed" 1 "$(jq '[.problems[] | select(.kept)] | length' report.json)"

# ---- what does not get there -----------------------------------------------------
ends 0 find --json shop: email=ann.lee@example.com
keep find
printf 'id,first_name,last_name,email\n7,Di,Roe,di.roe@example.com\n' >b.csv
faults 'POST *customers* status 422'
ends 1 sync --json --source till b.csv shop:
keep report
ends 0 status --json
keep status
ends 0 retry --json
keep report
ends 0 status --json
keep status
ends 0 runs --json
keep runs
ends 0 explain --json email=ann.lee@example.com
keep explain
ends 0 explain --json email=di.roe@example.com
keep explain
ends 0 explain --json email=bob.poe@example.com
keep explain


# ---- read back -----------------------------------------------------------------------
ask POST "/customers/kounta/$id" '{"first_name": "Anneke"}'
ask DELETE "/customers/kounta/$(page '.providers.kounta.customers[] | select(.first_name == "Di") | .id')"
ends 1 verify --json --sample 100 shop:
same "what is not as it was left" 'differs gone' \
    "$(jq -r '.records[].code' out | LC_ALL=C sort | paste -sd' ')"
keep verify

# ---- standard error ---------------------------------------------------------------
# logs EXIT LINES ARGUMENT...: so many messages, each one object.
logs() {
    local exit=$1 lines=$2
    shift 2
    ends "$exit" --log-format json "$@"
    same "messages of $*" "$lines" "$(wc -l <err)"
    cp err out
    keep log
}
printf 'regionn: AU\nacounts: {}\njbos: {}\n' >bad.yaml
logs 64 1 sink a.csv shop:
like "a hint" '"code":"usage","message":".*","hint":"did you mean' err
logs 64 1 sync --mode some a.csv shop:
logs 64 1
logs 66 1 sync none.csv shop:
logs 1 1 explain email=zed@example.com
logs 1 1 forget email=zed@example.com --yes
logs 1 2 verify -q shop:
logs 78 3 --config bad.yaml status
same "places of faults" 'bad.yaml:2:1 bad.yaml:3:1 bad.yaml:1:1' "$(jq -r .place err | paste -sd' ')"
# When all is well nothing is said; else what would be the summary.
logs 1 4 sync -q --source crm a.csv shop:
same "levels" 'error error info warning' "$(jq -r .level err | LC_ALL=C sort | paste -sd' ')"
same "codes" 'bad_email missing_required nobody' "$(jq -r '.code // empty' err | LC_ALL=C sort | paste -sd' ')"
like "the ledger" 'ended with 1: read 5, unchanged 3, invalid 2' err
custsync sync -q --log-format=text --source crm a.csv shop:
like "text, when it is asked for" '^problems:' err

# ---- judged -----------------------------------------------------------------------
python3 - "$source_dir/contrib" "${wanted[@]}" <<'PYTHON' || fail "what is told" "as its schema has it" "see above"
import json, jsonschema, sys

folder, pairs = sys.argv[1], sys.argv[2:]
schemas, failed = {}, 0
for name, path in zip(pairs[::2], pairs[1::2]):
    if name not in schemas:
        with open(f"{folder}/{name}.schema.json") as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        schemas[name] = jsonschema.Draft202012Validator(schema)
    with open(path) as file:
        for line in file:
            tree = json.loads(line)
            for fault in schemas[name].iter_errors(tree):
                failed = 1
                print(name, path, list(fault.absolute_path), fault.message[:300])
            # What nobody has described is refused.
            if name != "find" and schemas[name].is_valid({**tree, "x": 1}):
                failed = 1
                print(name, "takes any member")
sys.exit(failed)
PYTHON
