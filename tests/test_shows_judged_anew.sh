#!/usr/bin/env bash
# What makes rows be judged anew that did not change: a data file of one's own.
# Only what comes out otherwise is sent.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

own=$XDG_CONFIG_HOME/custsync/mappings/data
mkdir -p "$own"
sandbox --rate off
at_once
{
    echo reference_id,first_name,last_name,email,city,country
    echo R1,Ann,Able,ann@example.com,Strelsau,Ruritania
    echo R2,Bob,Baker,bob@example.com,Perth,Australia
    echo R3,Cleo,Cole,spare@example.com,Perth,Australia
} >people.csv

# Who has which country at the books: "ann@example.com AU".
countries() {
    page_of '?requests=0' '.providers.count.customers[]
        | "\(.email // .primaryEmail) \(.billingAddress.country)"' | sort
}

case_name='a country that nobody knows'
sync 0 people.csv books:
ledger 'created 3'
has "said" '"Ruritania"' <(problem bad_country)
quiet people.csv books:

case_name='countries.csv of my own'
cp "$source_dir/mappings/data/countries.csv" "$own/countries.csv"
quiet people.csv books:
echo Ruritania,RO >>"$own/countries.csv"
sync 0 people.csv books:
ledger 'updated 1' 'unchanged 2'
like "Ann's country" '^ann@example.com (RO|Romania|ROU)$' <(countries)
quiet people.csv books:

case_name='placeholders.txt of my own'
cp "$source_dir/mappings/data/placeholders.txt" "$own/placeholders.txt"
echo '# A remark says nothing.' >>"$own/placeholders.txt"
quiet people.csv books:
forget
echo 'email spare@*' >>"$own/placeholders.txt"
sync 0 people.csv books:
ledger 'unchanged 3'
quiet people.csv books:
echo "ok: judged anew"
