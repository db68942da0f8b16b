#!/usr/bin/env bash
# Thousands of creates, sixteen at a time, at providers that lose three answers
# of a hundred, reset three connections, say 503 to three that they carried out,
# and throttle in bursts: everybody is there once, and the second run asks
# nothing.
#
#   test_shows_5000.sh [SANDBOX [PEOPLE [SEED]]]   500 people, else as told
#
# PEOPLE in the environment does the same.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

many=${2:-${PEOPLE:-500}}
seed=${3:-${SEED:-1}}
make_people "$many" >people.csv

# trouble PATH: the faults of creates there, and five bursts of five refusals
# over all requests. A bulk request is worth a hundred creates.
trouble() {
    local n chance=3% apart=$((many / 6))
    [ "$bulk" = off ] || chance=20% apart=20
    echo "random $seed"
    echo "POST $1 chance $chance drop-after"
    echo "POST $1 chance $chance reset"
    echo "POST $1 chance $chance status-after 503"
    for n in 1 2 3 4 5; do
        echo "* /*customers* skip $apart 429 retry-after 1"
        echo "* /*customers* times 4 429"
    done
}

for provider in $providers; do
    to=$(account_of "$provider")
    case $provider in
    kounta) path='/v1/companies/*/customers' ;;
    count) path='/partners/customers' ;;
    *) path='/v1/customers' ;;
    esac
    for bulk in off on; do
        [ "$bulk" = off ] || [ "$provider" = count ] || continue
        case_name="$many creates at $provider, bulk $bulk"
        sandbox --rate off
        at_once
        accounts 'concurrency: 16'
        switch "count.bulk=$bulk"
        if [ "$bulk" = on ]; then path='/partners/customers/bulk'; fi
        trouble "$path" >script
        ask POST /faults "$(cat script)"
        read -r begun _ </proc/uptime
        sync 0 people.csv "$to"
        read -r ended _ </proc/uptime
        ledger "created $many"
        once "$provider" "$many"
        at_least "refusals" 5 "$(brief ".totals.$provider.by_status[\"429\"]")"
        [ "$bulk" = on ] || at_least "lost and reset" $((many / 40)) "$(brief ".totals.$provider.by_status[\"0\"]")"
        echo "$case_name: $(requests) requests, $(jq -c .requests.by_status report.json)," \
            "$(jq .requests.throttled_ms report.json) ms throttled, $((${ended%.*} - ${begun%.*})) s"
        faults '# none'
        quiet people.csv "$to"
        ledger "unchanged $many"
    done
done
echo "ok: $many creates, nobody twice and nobody lost"
