#!/usr/bin/env bash
# Ten thousand new customers into COUNT, which takes a hundred in one request:
# the plan says so beforehand, the sync keeps to it, and where the server has
# no bulk it is done one by one.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 10000 >people.csv
head -301 people.csv >fewer.csv

case_name=plan
sandbox --rate 100/min
ends 0 plan people.csv books: --json
same "rows pending" 10000 "$(jq .rows.pending out)"
same "bulk" true "$(jq .strategy.bulk out)"
same "creates" 10000 "$(jq .strategy.creates out)"
planned=$(jq .strategy.requests out)
at_least "requests planned" 100 "$planned"
at_most "requests planned" 210 "$planned"
# 100 a minute with a margin: the first hundred at once, or evenly, as the
# pace has it; between 0 and 3 minutes either way.
at_most "milliseconds planned" 180000 "$(jq .strategy.time_ms out)"
same "requests of a plan" 0 "$(brief '[.totals[].requests] | add')"
ends 0 plan people.csv books:
like "the plan in words" "about $planned requests, [0-9]+ (s|min)" out
ends 2 plan people.csv books: --exit-code

case_name='ten thousand'
sandbox --rate off
sync 0 people.csv books:
ledger 'created 10000'
same "customers" 10000 "$(holds count)"
at_most "requests" 210 "$(total count requests)"
same "requests in the report" "$(total count requests)" "$(requests)"
same "violations" 0 "$(total count violations)"
quiet people.csv books:
ledger 'unchanged 10000'

case_name='changed in bulk, too'
# A number stands by itself; an address would be read before it is replaced.
sed -i '2,302s/,04123/,04124/' people.csv
forget
sync 0 people.csv books:
ledger 'updated 301' 'unchanged 9699'
same "records changed" 301 "$(total count updated)"
at_most "requests" 14 "$(total count requests)"

# The brake does not ask about the rows' number alone: here it is off.
case_name='no bulk'
sandbox --rate off --set count.bulk=off
sync 0 fewer.csv books:
ledger 'created 300'
same "customers" 300 "$(holds count)"
same "emails" 300 "$(page '[.providers.count.customers[].email] | unique | length')"
quiet fewer.csv books:
ledger 'unchanged 300'
sed -i '2,52s/,Perth$/,Broome/' fewer.csv
forget
sync 0 fewer.csv books:
ledger 'updated 51' 'unchanged 249'
same "records changed" 51 "$(total count updated)"

case_name='refused as a whole'
sandbox --rate off
faults 'POST *bulk times 4 status 400'
sync 0 fewer.csv books:
ledger 'created 300'
once count 300
# Three hundreds and what they were halved into; never row by row.
at_most "requests" 16 "$(total count requests)"
quiet fewer.csv books:

case_name='a reply lost, a reply cut short, rows told by place or not at all'
sandbox --rate off
at_once
faults 'POST *bulk drop-after' 'POST *bulk truncate 4000' 'POST *bulk bulk fewer'
sync 0 fewer.csv books:
ledger 'created 300'
once count 300
quiet fewer.csv books:
ledger 'unchanged 300'

case_name='believed by its rows, not by its status'
sandbox --rate off
at_once
head -101 people.csv >hundred.csv
faults 'POST *bulk status-after 500'
sync 0 hundred.csv books:
ledger 'created 100'
once count 100
quiet hundred.csv books:
echo "ok: ten thousand into COUNT"
