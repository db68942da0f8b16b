#!/usr/bin/env bash
# The main job: a thousand people, in each of four formats, to each of the
# three providers. Nobody twice, nobody lost, and the second run is silent.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

uniques=975

for format in csv json ndjson xml; do
    sandbox --rate off
    for provider in $providers; do
        to=$(account_of "$provider")
        case_name="people.$format to $to"
        sync 0 "$sample/people.$format" "$to"
        same "rows read" 1000 "$(rows read)"
        ledger "created $uniques" "merged $((1000 - uniques))"
        same "customers at the provider" $uniques "$(holds "$provider")"
        same "records made there" $uniques "$(total "$provider" created)"
        same "records changed there" 0 "$(total "$provider" updated)"

        case_name="$case_name, again"
        quiet "$sample/people.$format" "$to"
        ledger "unchanged $uniques" "merged $((1000 - uniques))"

        people "$provider" >"$provider.$format"
    done
done

# An absent value is blank in a CSV; the provider must not see the difference.
for provider in $providers; do
    for format in json ndjson xml; do
        case_name="people.$format at $provider"
        same_file "the customers" "$provider.csv" "$provider.$format"
    done
done

# One format read last night and another tonight: the rows are others, to the
# byte, but the people are the same, and their reference ids at home in one
# place.
for format in json xml csv; do
    case_name="people.$format after another format"
    forget
    sync 0 "$sample/people.$format" shop: --source crm
    same "writes" 0 "$(total kounta writes)"
done
echo "ok: $uniques people of 1000 rows, four formats, three providers"
