#!/usr/bin/env bash
# 500 customers at two accounts, 100 edits on each side drawn by lot, 20 of them
# on the same field of the same customer: after one run both ends agree by the
# policy, no edit is lost without a line in the report, and the next run sends
# nothing to either.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

seed=${SEED:-20261121}

# draw: lines "NUMBER SIDE FIELD" of customers 1 to 500; SIDE is both, shop or
# books. Each customer and field is edited by one line; 40 customers are edited
# by the shop in one field and by the books in another.
draw() {
    awk -v seed="$seed" 'BEGIN {
        srand(seed)
        split("email mobile city", field, " ")
        for (i = 1; i <= 500; i++) who[i] = i
        for (i = 500; i > 1; i--) {
            j = int(rand() * i) + 1; t = who[i]; who[i] = who[j]; who[j] = t
        }
        for (i = 1; i <= 20; i++) print who[i], "both", field[int(rand() * 3) + 1]
        for (i = 21; i <= 100; i++) {
            f = int(rand() * 3)
            print who[i], "shop", field[f + 1]
            if (i <= 60) print who[i], "books", field[(f + 1) % 3 + 1]
        }
        for (i = 101; i <= 140; i++) print who[i], "books", field[int(rand() * 3) + 1]
    }'
}

# expected PREFER: email, mobile and city of each customer afterwards, from the
# draw alone; a value edited by the shop ends in 1, by the books in 2.
expected() {
    awk -v prefer="$1" '
        function edited(n, field, side) {
            if (field == "email") return "e" n "-" side "@example.com"
            if (field == "mobile") return sprintf("04%d%06d", 50 + side, n)
            return "Town" n "x" side
        }
        { side = $2 == "books" || ($2 == "both" && prefer == "target") ? 2 : 1
          value[$1, $3] = edited($1, $3, side) }
        END {
            for (n = 1; n <= 500; n++) {
                e = sprintf("p%05d@example.com", n)
                m = sprintf("04%08d", 12300000 + n)
                c = "Perth"
                if ((n, "email") in value) e = value[n, "email"]
                if ((n, "mobile") in value) m = value[n, "mobile"]
                if ((n, "city") in value) c = value[n, "city"]
                print e, m, c
            }
        }' drawn | LC_ALL=C sort
}

# edits: every edit of the draw is made at the sandbox by hand.
edits() {
    page_of '?requests=0' '.providers.kounta.customers[]
        | "\(.email) \(.id)"' >shop.ids
    page_of '?requests=0' '.providers.count.customers[]
        | "\(.email) \(.uuid)"' >books.ids
    awk '
        function body(provider, n, field, side) {
            if (field == "email")
                return "{\"email\":\"e" n "-" side "@example.com\"}"
            if (field == "mobile")
                return provider == "kounta" \
                    ? sprintf("{\"mobile\":\"04%d%06d\"}", 50 + side, n) \
                    : sprintf("{\"mainPhone\":\"+614%d%06d\"}", 50 + side, n)
            return "{\"" (provider == "kounta" ? "primary_address" \
                : "billingAddress") "\":{\"city\":\"Town" n "x" side "\"}}"
        }
        FILENAME == "shop.ids" { shop[$1] = $2; next }
        FILENAME == "books.ids" { books[$1] = $2; next }
        {
            email = sprintf("p%05d@example.com", $1)
            if ($2 != "books")
                print "/customers/kounta/" shop[email], body("kounta", $1, $3, 1)
            if ($2 != "shop")
                print "/customers/count/" books[email], body("count", $1, $3, 2)
        }' shop.ids books.ids drawn >made
    while read -r path body; do ask POST "$path" "$body"; done <made
    same "edits at the shop" 100 "$(grep -c /kounta/ made)"
    same "edits in the books" 100 "$(grep -c /count/ made)"
}

ends_of() {
    page_of '?requests=0' '.providers.kounta.customers[]
        | "\(.email) \(.mobile) \(.primary_address.city)"' | LC_ALL=C sort >at.shop
    page_of '?requests=0' '.providers.count.customers[]
        | "\(.email) \(.mainPhone | sub("^\\+61"; "0")) \(.billingAddress.city)"' |
        LC_ALL=C sort >at.books
}

draw >drawn
make_people 500 >people.csv
for prefer in source target; do
    case_name="prefer $prefer, seed $seed"
    sandbox --rate off
    at_once
    sync 0 people.csv shop:
    sync 0 --two-way shop: books:
    same "customers in the books" 500 "$(holds count)"
    same "made at the shop" 500 "$(total kounta created)"
    forget
    sync 0 --two-way shop: books:
    same "writes of a run after the first" "0 0" \
        "$(brief '"\(.totals.kounta.writes) \(.totals.count.writes)"')"

    edits
    forget
    sync 0 --two-way --prefer "$prefer" shop: books:
    expected "$prefer" >wanted
    ends_of
    same_file "what the shop has" wanted at.shop
    same_file "what the books have" wanted at.books
    same "made anew" "0 0" \
        "$(brief '"\(.totals.kounta.created) \(.totals.count.created)"')"
    # Each disputed field is told once, with both values and who has it.
    jq -r '.problems[] | select(.code == "both_changed")
        | "\(.field) \(.kept) \(.source) \(.target)"' report.json |
        LC_ALL=C sort >told
    awk -v kept="$prefer" '
        $2 == "both" && $3 == "email" { print "email", kept, \
            "e" $1 "-1@example.com", "e" $1 "-2@example.com" }
        $2 == "both" && $3 == "mobile" { printf "mobile %s +614%d%06d +614%d%06d\n",
            kept, 51, $1, 52, $1 }
        $2 == "both" && $3 == "city" { print "billing.city", kept,
            "Town" $1 "x1", "Town" $1 "x2" }' drawn | LC_ALL=C sort >wanted.told
    same_file "disputes" wanted.told told
    # Neither a terminal nor a log shows whose they are.
    has_not "the summary" "@example.com" out
    has_not "standard error" "@example.com" err

    forget
    sync 0 --two-way --prefer "$prefer" shop: books:
    same "writes of the next run" "0 0" \
        "$(brief '"\(.totals.kounta.writes) \(.totals.count.writes)"')"
    same "disputes of the next run" "" "$(problem both_changed)"
done
echo "ok: 500 customers, 100 edits on each side, 20 disputes, two policies"
