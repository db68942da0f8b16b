#!/usr/bin/env bash
# The report as a page: whatever strangers wrote, it is one page that any
# browser reads, fetches nothing, and says in words what its pictures show.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

page() { # TEXT...
    python3 "$source_dir/tests/page_check.py" r.html "$@" 2>said-of-it ||
        fail "the page of $last" "as wanted" "$(cat said-of-it)"
}

sandbox --rate 100/s
at_once
accounts 'rate: 100\/s'
make_people 30 >'a<b>&"c.csv'
# Names are no matter of pages, but values in messages are.
printf '%s\n' 'R9,<script>alert(1)</script>,Poe,"""><img src=x onerror=alert(1)>@y",,' \
    $'R8,Zo\xc3\xab,Poe,\xe2\x80\xaegnp.exe@\x01y,,' >>'a<b>&"c.csv'

faults 'POST *customers* times 1 status 422' '* * skip 9 times 1 429 retry-after 1'
ends 1 sync --report r.html --source crm 'a<b>&"c.csv' shop:
page 'Run 1' 'a<b>&"c.csv → shop:' 'Done, but some rows did not get there' \
    '<img src=x onerror=alert(1)>' 'Requests of shop over time' \
    'What became of 32 rows' 'of the allowed 100' 'told to wait by' \
    'Fields that were written' 'billing.city' 'bad_email' 'a<b>&"c.csv:33'
sed -i 's/Perth/Hobart/' 'a<b>&"c.csv'
ends 1 plan --max-changes 100% --report r.html --source crm 'a<b>&"c.csv' shop:
page 'Plan 2' 'What it would take' 'Some rows would not get there' 'would be sent'
# A run that did not come to its end says why.
faults '* * always status 500'
ends 69 sync --max-changes 100% --full --report r.html --source crm 'a<b>&"c.csv' shop:
page 'The provider cannot be reached, or is broken' "$(sed -n 's/^custsync: shop: //p' err | head -1)"
# Last night's does not stay in its place.
ends 66 sync --report r.html nowhere.csv shop:
page 'The source cannot be opened' 'nowhere.csv: cannot open' 'exit code 66'
ends 0 sync --report r.html 'a<b>&"c.csv' x.json
page 'What became of 32 rows'
head -1 'a<b>&"c.csv' >none.csv
ends 0 sync --report r.html none.csv x.json
page 'All done'

# ---- a name that would move a terminal's cursor -------------------------------------
cp none.csv $'e\e[2J.csv'
ends 0 plan $'e\e[2J.csv' shop:
has "the summary" ': e?[2J.csv -> shop:' out
rm $'e\e[2J.csv'
ends 66 sync $'e\e[2J.csv' shop:
ends 0 runs
has "the runs" 'e?[2J.csv -> shop:' out
