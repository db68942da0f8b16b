#!/usr/bin/env bash
# Ids are texts, digit for digit: from every format, to every format and to a
# provider, none of them passes through a number.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

ids='007 12345678901234567890123 1E5 9007199254740993'
cat >ids.csv <<'CSV'
id,first_name,last_name,email
007,Ann,Lee,a@example.com
12345678901234567890123,Bo,Lee,b@example.com
1E5,Cy,Lee,c@example.com
9007199254740993,Di,Lee,d@example.com
CSV
cat >ids.ndjson <<'JSON'
{"id":"007","first_name":"Ann","last_name":"Lee","email":"a@example.com"}
{"id":12345678901234567890123,"first_name":"Bo","last_name":"Lee","email":"b@example.com"}
{"id":1E5,"first_name":"Cy","last_name":"Lee","email":"c@example.com"}
{"id":9007199254740993,"first_name":"Di","last_name":"Lee","email":"d@example.com"}
JSON
{ echo '['; sed '$!s/$/,/' ids.ndjson; echo ']'; } >ids.json
{
    echo '<customers>'
    for id in $ids; do
        i=$((${i:-0} + 1))
        sed -n "$((i + 1))p" ids.csv | sed -E 's|([^,]*),([^,]*),([^,]*),(.*)|<c><id>\1</id><first_name>\2</first_name><last_name>\3</last_name><email>\4</email></c>|'
    done
    echo '</customers>'
} >ids.xml

for from in csv ndjson json xml; do
    for to in csv ndjson json xml; do
        case_name="$from to $to"
        # Spelling and digits may be odd, and are told; they are not touched.
        ends 0 sync "ids.$from" "out.$to"
        ends 0 sync "out.$to" back.ndjson
        # jq would make numbers of them.
        same "ids" "$ids" "$(sed -E 's/.*"reference_id":"([^"]*)".*/\1/' back.ndjson | paste -sd' ')"
    done
    for provider in $providers; do
        case_name="$from to $provider"
        sandbox --rate off
        at_once
        sync 0 "ids.$from" "$(account_of "$provider")"
        once "$provider" 4
        # The others have no field for it, and need none.
        [ "$provider" = kounta ] || continue
        for id in $ids; do
            same "ids $id there" 1 "$(page_of '?requests=0' "[.providers[\$p].customers[]
                | tostring | select(contains(\"\\\"$id\\\"\"))] | length" --arg p "$provider")"
        done
        quiet "ids.$from" "$(account_of "$provider")"
    done
done
echo "ok $runs runs"
