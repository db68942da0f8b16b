#!/bin/sh
# What a shape was written as, read, written and read again, is the same
# customers: for every case to-NAME, whose out.* is wanted of the mapping NAME.
# And what any mapping writes is known by its columns for what it is, so that
# nobody has to name it: read named and unnamed it is the same.
# CUSTSYNC=build/custsync test_written_again.sh
set -u
custsync=$(realpath "${CUSTSYNC:-${1:?usage: test_written_again.sh CUSTSYNC}}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A mapping of whoever runs the tests must not have a say.
export HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_STATE_HOME="$work/state"
number=0
failed=0
cd "$work" || exit 1

tell() { # STATUS NAME
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number $2"
    else
        failed=$((failed + 1))
        echo "not ok $number $2"
        sed -n 's/^/    /; 1,30p' said
    fi
}

# --- there and back, and there and back -------------------------------------
# Whoever made a file of subscribers knows that they are; the file is no proof,
# so they are asked for their yes anew.
asked() { # MAPPING
    case $1 in
    mailchimp) sed 's/}$/,"accepts_marketing":true}/' first.ndjson ;;
    *) cat first.ndjson ;;
    esac
}

again() { # MAPPING FILE
    "$custsync" sync "$1:$2" first.ndjson &&
        asked "$1" >asked.ndjson &&
        "$custsync" sync asked.ndjson "$1:again.${2##*.}" &&
        "$custsync" sync "$1:again.${2##*.}" second.ndjson &&
        diff -u first.ndjson second.ndjson
}

for case in "$here"/cases/to-*; do
    name=$(basename "$case")
    for file in "$case"/want/out.*; do
        [ -f "$file" ] || continue
        # Numbers without a country code are of the case's own country.
        rm -f custsync.yaml
        [ ! -f "$case/config.yaml" ] || cp "$case/config.yaml" custsync.yaml
        again "${name#to-}" "$file" </dev/null >said 2>&1
        tell $? "$name"
    done
done
rm -f custsync.yaml

# --- known again ------------------------------------------------------------
# Everything that every shape needs. Whoever said yes is in one file and whoever
# said no in another, where a file is for one of them only.
cat >people.csv <<'EOF'
id,name,company,first_name,last_name,email,phone,mobile,website,tax_number,notes,status,street,street2,city,state,postal_code,country,shipping.street,shipping.city,shipping.state,shipping.postal_code,shipping.country,tags,accepts_marketing
C17,Silva Cafe,Silva Cafe Pty,Ana,Silva,ana@example.com,02 5550 1234,0491 570 156,https://silva.example/,51824753556,oat milk,active,1 High St,Floor 2,Sydney,NSW,2000,AU,2 Low Rd,Bondi,NSW,2026,AU,VIP,yes
C18,,,Bo,Day,bo@example.org,,0491 570 157,,,,,2 Low Rd,,Perth,WA,6000,AU,,,,,,,no
EOF

# What has no mark of its own has to be named; here is why.
nameless() { # MAPPING
    case $1 in
    sage-50) echo "has no header, only places" ;;
    stripe-objects) echo "has members that any object may have" ;;
    esac
}

suffix() { # FORMAT, as `custsync mappings` has it
    case $1 in
    json) echo ndjson ;;
    xml) echo xml ;;
    *) echo csv ;;
    esac
}

known() { # MAPPING FILE
    "$custsync" sync "$1:$2" named.ndjson &&
        "$custsync" check "$2" >checked &&
        grep -E "^ *mapping +$1: " checked &&
        "$custsync" sync "$2" unnamed.ndjson &&
        diff -u named.ndjson unnamed.ndjson
}

"$custsync" mappings >list </dev/null || exit 1
while read -r name kind format _; do
    [ "$kind" = file ] || continue
    file=out.$(suffix "$format")
    rm -f out.*
    if ! "$custsync" sync people.csv "$name:$file" </dev/null >said 2>&1; then
        grep -q "how to read, not how to write" said && continue
        tell 1 "$name writes"
        continue
    fi
    why=$(nameless "$name")
    if [ -n "$why" ]; then
        number=$((number + 1))
        echo "ok $number $name has to be named: it $why"
        ! known "$name" "$file" </dev/null >said 2>&1
        tell $? "$name is truly not known"
        continue
    fi
    known "$name" "$file" </dev/null >said 2>&1
    tell $? "$name is known again"
done <list
echo "1..$number"
[ "$number" -gt 40 ] && [ "$failed" -eq 0 ]
