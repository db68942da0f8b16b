#!/usr/bin/env bash
# Both ways, killed at a sample of its durable steps and of what goes over the
# wire, and started again: both ends are what they would have been, nobody is
# there twice, and the run after that sends nothing to either.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

# Two edits on each side, one of them on a field that both changed, and somebody
# new on each.
case_name="before"
mkdir data fresh
box_options="--set count.bulk=off"
box
make_people 4 >people.csv
sync 0 people.csv shop:
sync 0 --two-way shop: books:
sync 0 --two-way shop: books:
# lever PROVIDER EMAIL BODY: as if somebody there edited that customer by hand.
lever() {
    ask POST "/customers/$1/$(page_of '?requests=0' '.providers[$p].customers[]
        | select(.email == $e) | .uuid // .id' --arg p "$1" --arg e "$2")" "$3"
}
lever kounta p00001@example.com '{"email":"one@example.com"}'
lever count p00002@example.com '{"mainPhone":"+61491570156"}'
lever kounta p00003@example.com '{"mobile":"0491570157"}'
lever count p00003@example.com '{"mainPhone":"+61491570158"}'
ask POST /customers/kounta '{"first_name":"Kim","last_name":"Ode",
    "email":"kim@example.com","mobile":"0491570159"}'
ask POST /customers/count '{"customer":"Cas Poe","email":"cas@example.com",
    "mainPhone":"+61491570110","contacts":[{"firstName":"Cas",
    "lastName":"Poe","isPrimary":true}]}'
kill "$sandbox_pid"
wait "$sandbox_pid"
sandbox_pid=
cp -r state data fresh/

# both FILE: what the ends and the store hold; the books' ids are drawn by lot.
both() {
    local id='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
    { people kounta; people count; store_text; } |
        sed -E "s/$id/ID/g; s/\(0, '[^']*'\)(, )?//g" | LC_ALL=C sort >"$1"
}
agreed() { sync 0 --two-way shop: books:; }

case_name="undisturbed"
begin
cp -r state died
agreed
same "customers" "6 6" "$(holds kounta) $(holds count)"
same "made" "1 1" "$(brief '"\(.totals.kounta.created) \(.totals.count.created)"')"
agreed # what a run has made, the next one reads
both wanted

deaths=0
for kind in step after-send after-recv; do
    stride=13
    [ $kind = step ] || stride=5
    for ((n = 1; ; n += stride)); do
        case_name="killed at $kind $n"
        begin
        killed $kind $n sync --two-way shop: books:
        [ $code != 0 ] || break
        same "exit code of the killed run" 137 $code
        deaths=$((deaths + 1))
        cp -r state died
        custsync sync --two-way --report report.json shop: books:
        if [ $code = 77 ]; then # COUNT's one token died with its process
            login_again
            custsync sync --two-way --report report.json shop: books:
        fi
        same "exit code of the second run" 0 $code
        forget
        agreed
        same "writes of the third run" "0 0" \
            "$(brief '"\(.totals.kounta.writes) \(.totals.count.writes)"')"
        both got
        same_file "both ends and the store" wanted got
    done
done
at_least "deaths" 12 $deaths
echo "ok: killed $deaths times"
