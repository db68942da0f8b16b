#!/usr/bin/env bash
# What custsync wrote itself is no edit when it is read again, whichever command
# wrote it: of lists each end keeps what its own people did, what an undo puts
# back stays there and goes nowhere else, and a write that a retry or another
# job's run finishes counts as one that was answered at once.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# two_shops: people.csv at shop, and after a first run at shop2 as well.
two_shops() {
    sandbox --rate off
    cat >>custsync.yaml <<YAML
  shop2:
    provider: kounta
    base_url: $url/kounta
    company: 9012
    client_id: sandbox-shop
    client_secret: sandbox-shop-secret
    refresh_token: sandbox-shop-two-refresh
YAML
    at_once
    rm -f other.db*
    sync 0 people.csv shop:
    sync 0 --two-way shop: shop2:
}
# of N FILTER: what jq makes of person N at shop and at shop2, in a line.
of() {
    page_of '?requests=0' '[.providers.kounta | .. | objects
        | select(.email? == $e)] | sort_by(.id) | map('"$2"') | join(" ")' \
        --arg e "$(printf 'p%05d@example.com' "$1")"
}
tags() { of "$1" '.tags | sort | join(",")'; }
city() { of "$1" .primary_address.city; }
id() { of "$1" '.id | tostring' | cut -d' ' -f1; }
# by_hand N MEMBERS: somebody edits person N at shop. elsewhere LINE...: at
# shop2, through a program that knows nothing of ours.
by_hand() { ask POST "/customers/kounta/$(id "$1")" "$2"; }
elsewhere() {
    printf '%s\n' "$@" >theirs.csv
    ends 0 import --state other.db --source theirs theirs.csv shop2:
}
# settled: the next run sends nothing to either.
settled() {
    forget
    sync 0 --two-way "$@" shop: shop2:
    same "writes of the next run" 0 "$(total kounta writes)"
    same "lines of the next run" '[]' "$(jq -c .problems report.json)"
}

case_name=lists
make_people 4 | sed '1s/$/,tags/; 2,$s/$/,x;y;z/' >people.csv
two_shops
elsewhere first_name,email,tags Bob,p00001@example.com,'x;y;z' \
    Cleo,p00002@example.com,'x;y;z' Dan,p00003@example.com,'x;y;z' \
    Eve,p00004@example.com,'x;y;z'
by_hand 1 '{"tags": ["x", "y", "z", "a"]}' # both add
by_hand 2 '{"tags": ["y", "z"]}'           # both take away
by_hand 3 '{"tags": ["x", "y", "z", "a"]}' # one adds, the other takes away
by_hand 4 '{"tags": ["y", "z"]}'
elsewhere first_name,email,tags Bob,p00001@example.com,'x;y;z;b' \
    Cleo,p00002@example.com,'x;z' Dan,p00003@example.com,'y;z' \
    Eve,p00004@example.com,'x;y;z;b'
same "both ends before" "x,y,z,a x,y,z,b" "$(of 1 '.tags | join(",")')"
sync 0 --two-way shop: shop2:
same "both added" "a,b,x,y,z a,b,x,y,z" "$(tags 1)"
same "both took away" "z z" "$(tags 2)"
same "added here, taken there" "a,y,z a,y,z" "$(tags 3)"
same "taken here, added there" "b,y,z b,y,z" "$(tags 4)"
settled

case_name=undo
make_people 2 >people.csv
two_shops
by_hand 1 '{"primary_address": {"city": "Corrected"}}'
sync 0 --two-way shop: shop2:
same "carried" "Corrected Corrected" "$(city 1)"
ends 0 undo "$(jq .run report.json)"
same "undone over there alone" "Corrected Perth" "$(city 1)"
settled
same "both stay" "Corrected Perth" "$(city 1)"
forget
sync 0 shop2: shop:
same "one way back" "0 Corrected Perth" "$(total kounta writes) $(city 1)"
# It is no gag: what somebody changes there from now on is carried.
elsewhere first_name,email,city Bob,p00001@example.com,Later
sync 0 --two-way shop: shop2:
same "a later edit" "Later Later" "$(city 1)"

# finished HOW: a write of the way back does not get its answer; somebody else
# finishes it, and the edit after it is one and no dispute.
finished() {
    case_name="finished by $1"
    two_shops
    elsewhere first_name,email,city Bob,p00001@example.com,Second
    faults "$2"
    sync 1 --two-way shop: shop2:
    faults '# none'
    case $1 in
    retry) ends 0 retry ;;
    leftover)
        printf 'first_name,email\nZoe,zoe@example.com\n' >zoe.csv
        ends 0 import --source zoe zoe.csv shop:
        ;;
    esac
    same "arrived" "Second Second" "$(city 1)"
    elsewhere first_name,email,city Bob,p00001@example.com,Third
    sync 0 --two-way shop: shop2:
    same "the edit after it" "Third Third" "$(city 1)"
    same "disputes" "" "$(problem both_changed)"
    settled
}
finished retry 'PUT * status 400'
finished leftover 'PUT * times 20 drop-after'

# retried SIDE CITY: a write of the way back was refused, and shop has an edit of
# its own since. Whose side --prefer means does not turn with the write: shop is
# FROM, and the source.
retried() {
    case_name="retry --prefer $1"
    two_shops
    elsewhere first_name,email,city Bob,p00001@example.com,Second
    faults 'PUT * status 400'
    sync 1 --two-way shop: shop2:
    faults '# none'
    by_hand 1 '{"primary_address": {"city": "Mine"}}'
    ends 0 retry --prefer "$1"
    same "at both ends" "$2" "$(city 1)"
}
retried source 'Mine Second'
# Once more by the next run: what was kept there has still to go here.
sync 0 --two-way shop: shop2:
same "at both ends in the end" 'Mine Mine' "$(city 1)"
settled
retried target 'Second Second'

case_name="filled in, both ways"
two_shops
by_hand 1 '{"phone": "0255501111"}'
elsewhere first_name,email,phone Bob,p00001@example.com,0255502222 \
    Cleo,p00002@example.com,0255503333
sync 0 --two-way --owner phone=fill shop: shop2:
same "each keeps its own" "0255501111 0255502222" "$(of 1 .phone)"
same "who had none" "0255503333 0255503333" "$(of 2 .phone)"
same "told once" "changed on both sides; each keeps its own" "$(problem both_changed)"
same "kept" '"both"' "$(jq -c '.problems[] | select(.kept) | .kept' report.json)"
settled --owner phone=fill

echo "ok: lists of both ends, an undo, a retry from either side, a leftover"
