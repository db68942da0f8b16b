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

# proof PROVIDER N: the requests that show N people not to be there.
proof() { [ "$1" = fieldedge ] && echo $((2 * $2)) || echo 1; }

# A provider that is down is not asked for long, and the next run keeps off it:
# each has its ledger all the same, what is in doubt is told with what to do, and
# the run that finds the creates is the one that counts them.
make_people 12 >people.csv
for provider in $providers; do
    to=$(account_of "$provider")
    case_name="$to: down in the middle"
    sandbox --rate off
    at_once
    faults 'POST *customers* always status-after 503' \
        "GET * skip $(proof "$provider" 12) always status 503"
    custsync sync --report report.json people.csv "$to"
    case $code in 69 | 75) ;; *) fail "exit code" "69 or 75" "$code" ;; esac
    same "rows there, told" "12" "$(jq '.rows | .read' report.json)"
    at_least "rows pending" 1 "$(rows pending)"
    same "rows with a column" "12" "$(jq '.rows | del(.read) | add' report.json)"
    ends 0 status "$to"
    like "what to do" 'run it again; what may have been done is looked up' out
    rm -f report.json
    custsync sync --report report.json people.csv "$to"
    same "ledger of a run that cannot ask" "12" \
        "$(jq '.rows | del(.read) | add' report.json)"
done

# A create that arrived and was not answered counts once, in the run that settles
# it.
for provider in $providers; do
    to=$(account_of "$provider")
    case_name="$to: found the next night"
    make_people 1 >people.csv
    sandbox --rate off
    at_once
    faults 'POST *customers* drop-after' \
        "GET * skip $(proof "$provider" 1) always status 503"
    custsync sync --report report.json people.csv "$to"
    same "in doubt" "1 69" "$(rows pending) $code"
    faults '# none'
    sync 0 people.csv "$to"
    ledger 'created 1'
    same "records" 1 "$(holds "$provider")"
    quiet people.csv "$to"
    ledger 'unchanged 1'
done

# What was made shows itself late: a look that comes too early is no proof, the
# second one finds it, and nobody is made again.
for provider in $providers; do
    case_name="$provider: it shows itself late"
    make_people 1 >people.csv
    sandbox --rate off --set "$provider.visible_after=900"
    accounts 'settle_delay: 600ms'
    faults 'POST *customers* drop-after'
    sync 0 people.csv "$(account_of "$provider")"
    ledger 'created 1'
    once "$provider" 1
    at_least "milliseconds between the create and its last look" 1100 \
        "$(page '[.requests[] | select(.provider == $p)] | last.at_ms
            - ([.[] | select(.method == "POST" and (.path
                | test("customers")))] | last.at_ms)' --arg p "$provider")"
done

# A value that identifies nobody finds what was sent with it; of who shares it,
# not every one may be shown, so nobody is made again for not being among them.
for provider in fieldedge count; do
    to=$(account_of "$provider")
    case_name="$to: nothing but a placeholder"
    printf 'id,first_name,last_name,email\n1,Ann,Able,noreply@example.com\n' >one.csv
    sandbox --rate off
    at_once
    faults 'POST *customers* drop-after'
    sync 0 one.csv "$to"
    ledger 'created 1'
    same "records" 1 "$(holds "$provider")"
    quiet one.csv "$to"
done
case_name="field: a placeholder that others have"
sandbox --rate off
at_once
printf 'id,first_name,last_name,email\n2,Bob,Baker,noreply@example.com\n' >other.csv
sync 0 other.csv field:
faults 'POST *customers* drop-before'
sync 1 --source new one.csv field:
same "for a person" 1 "$(jq .codes.unsearchable report.json)"
same "made" 1 "$(total fieldedge created)"
echo "ok: an update in doubt is looked at"
