#!/usr/bin/env bash
# An update that had no answer is read before anything is planned on it, whether
# it arrived or not: the source may have gone back to its old value meanwhile.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

export CUSTSYNC_BACKOFF_MS=10

# the_phone PROVIDER: the digits that the one record shows.
the_phone() {
    page '.providers[$p].customers[0] | (.phone // .mainPhone // .primaryPhone)
        | gsub("[^0-9]"; "") | .[-9:]' --arg p "$1"
}
say() { # NUMBER
    printf 'id,first_name,last_name,email,phone\n' >one.csv
    printf '1,Ann,Lee,ann@example.com,%s\n' "$1" >>one.csv
}

for provider in $providers; do
    to=$(account_of "$provider")
    for how in drop-after drop-before; do
        case_name="$to: $how, then back to the old value"
        sandbox --rate off
        at_once
        say '02 5550 0001'
        sync 0 one.csv "$to"
        ledger 'created 1'
        faults "PUT * times 20 $how"
        say '02 5550 0002'
        # 69 where nothing else was asked in the run, 1 where something answered.
        custsync sync --report report.json one.csv "$to"
        ledger 'failed 1'
        faults '# none'
        say '02 5550 0001'
        sync 0 one.csv "$to"
        same "the number there" 255500001 "$(the_phone "$provider")"
        quiet one.csv "$to"
    done
done
echo "ok: an update in doubt is looked at"
