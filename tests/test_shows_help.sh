#!/usr/bin/env bash
# Every example that --help shows does what it says, and `help` finds things.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

sandbox --rate off
cat >>custsync.yaml <<'END'
jobs:
  nightly:
    from: crm.csv
    to: "shop:"
END
{
    echo reference_id,first_name,last_name,email
    echo 1001,Ann,Lee,ann.lee@example.com
} >crm.csv
head -n 3 "$sample/shopify-customers.csv" >export.csv

# What an example takes for granted: somebody is there and known, two runs were.
ends 0 sync nightly
record=$(page '.providers.kounta.customers[0].id')
ends 0 unlink email=ann.lee@example.com shop:
ends 0 link email=ann.lee@example.com shop: "$record"
sed -i s/Ann,/Anne,/ crm.csv
ends 0 sync nightly

examples() { # COMMAND
    "$CUSTSYNC" help --table | awk -F '\t' -v command="$1" \
        '$1 == "example" && $2 == command { print $3 }'
}
count=0
for command in $("$CUSTSYNC" help --table | awk -F '\t' '$1 == "command" {print $2}'); do
    case_name="examples of $command"
    while read -r program words; do
        same "the program" custsync "$program"
        count=$((count + 1))
        # These wait for a person: test_login and test_init are theirs.
        case $words in login* | init) continue ;; esac
        # The example's record is the sandbox's.
        read -ra words <<<"${words//500001/$record}"
        custsync "${words[@]}"
        case $code in
        0 | 1) ;;
        *) fail "custsync ${words[*]}" "0 or 1" "$code" ;;
        esac
    done < <(examples "$command")
done
case_name=
at_least "examples" 25 "$count"

case_name="help NAME"
for name in sync exit-codes bad_email limit; do
    ends 0 help "$name"
    has "help $name" "${name%%-*}" out
done
for pair in snyc:sync exitcodes:exit-codes bad_emial:bad_email limmit:limit \
    providrs:providers; do
    ends 64 help "${pair%%:*}"
    has "a hint" "did you mean '${pair#*:}'?" err
done
ends 64 help sync plan
ends 64
has "the screen" "usage: custsync" err
has "what is wrong" "no command was given" err

# The exit codes of the topic are those of the manual.
codes_of() { grep -oE "$1" "$2" | grep -oE '[0-9]+' | LC_ALL=C sort -u | paste -sd' '; }
ends 0 help exit-codes
sed -n '/^# EXIT STATUS/,/^# ENV/p' "$source_dir/sync/man/custsync.1.scd" >status
same "exit codes" "$(codes_of '^\*[0-9].*\*$' status)" \
    "$(codes_of '^ *[0-9]+  |and 143' out)"
echo "ok: $count examples"
