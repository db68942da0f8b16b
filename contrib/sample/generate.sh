#!/bin/sh
# Makes the sample customers: contrib/sample/generate.sh [FOLDER]
#
# 1,000 rows, always the same ones. Everybody is made up: addresses end in
# example.com and the like, numbers are from ranges that Australia keeps free
# for fiction. 25 rows are somebody who is there already, under a mobile or an
# email that is written another way, or under the same id: 975 people.
set -eu
folder=${1:-$(dirname "$0")}
mkdir -p "$folder"

# The C locale, so that every awk counts bytes and sorts the same way.
LC_ALL=C exec awk -v folder="$folder" '
# Park and Miller: whole in the doubles of any awk, unlike rand().
function roll(sides)
{
    seed = (seed * 16807) % 2147483647
    return seed % sides
}
function chance(percent) { return roll(100) < percent }

function fill(list, text)
{
    sizes[text] = split(text, list, "|")
    return sizes[text]
}

# --- people ------------------------------------------------------------------

# An entry "Zoë/zoe" is a name and how it is written in an address.
function shown(entry) { sub(/\/.*/, "", entry); return entry }
function plain(entry)
{
    if (index(entry, "/") > 0)
        sub(/.*\//, "", entry)
    return tolower(entry)
}

function new_email(first, last,    address)
{
    address = plain(first) "." plain(last)
    taken[address]++
    if (taken[address] > 1)
        address = address taken[address]
    return address "@" domains[1 + roll(domains_n)]
}

# 7919 shares no factor with 10,000: no number comes twice.
function new_mobile() { return 491570000 + (mobiles++ * 7919 + 156) % 10000 }

function new_landline(area)
{
    return area (area == 8 ? "7010" : "5550") \
        sprintf("%04d", (landlines++ * 733 + 1234) % 10000)
}

function new_person(p,    first, last, place, parts)
{
    first = firsts[1 + roll(firsts_n)]
    last = lasts[1 + roll(lasts_n)]
    place = places[1 + roll(places_n)]
    split(place, parts, ",")
    P[p, "id"] = sprintf("72104483%05d", 10007 + p * 37)
    P[p, "first"] = shown(first)
    P[p, "last"] = shown(last)
    P[p, "email"] = new_email(first, last)
    P[p, "company"] = chance(18) ? shown(last) " " trades[1 + roll(trades_n)] : ""
    P[p, "street"] = 1 + roll(240) " " streets[1 + roll(streets_n)]
    P[p, "street2"] = chance(12) ? "Unit " 1 + roll(40) : ""
    P[p, "city"] = parts[1]
    P[p, "state"] = parts[2]
    P[p, "zip"] = parts[3]
    P[p, "mobile"] = chance(93) ? new_mobile() : ""
    P[p, "landline"] = P[p, "mobile"] == "" || chance(15) ? \
        new_landline(parts[4]) : ""
    P[p, "style"] = roll(4)
    # Without a landline an address may carry the mobile, and the row none.
    P[p, "where"] = P[p, "landline"] == "" && chance(8) ? "address" : "row"
    P[p, "marketing"] = chance(55) ? "yes" : "no"
    P[p, "sms"] = P[p, "mobile"] != "" && chance(30) ? "yes" : "no"
    P[p, "orders"] = roll(30)
    P[p, "spent"] = sprintf("%d.%02d", P[p, "orders"] * (20 + roll(90)), \
        P[p, "orders"] > 0 ? roll(100) : 0)
    P[p, "note"] = chance(6) ? notes[1 + roll(notes_n)] : ""
    P[p, "tags"] = tags[1 + roll(tags_n)]
}

function mobile_text(number, style,    a, b, c)
{
    if (number == "")
        return ""
    a = substr(number, 1, 3)
    b = substr(number, 4, 3)
    c = substr(number, 7, 3)
    if (style == 0)
        return "+61" number
    if (style == 1)
        return "0" a " " b " " c
    if (style == 2)
        return "0" number
    return "+61 " a " " b " " c
}

function landline_text(number)
{
    if (number == "")
        return ""
    return "(0" substr(number, 1, 1) ") " substr(number, 2, 4) " " \
        substr(number, 6, 4)
}

# --- rows ----------------------------------------------------------------------

function row_of(p)
{
    for (i = 1; i <= keys_n; i++)
        R[keys[i]] = P[p, keys[i]]
    R["mobile"] = mobile_text(P[p, "mobile"], P[p, "style"])
    R["landline"] = landline_text(P[p, "landline"])
}

# Somebody who is there already, as a second person would write them down.
function row_again(p, way)
{
    row_of(p)
    if (way == 0) {
        R["id"] = R["mobile"] = R["landline"] = ""
        R["email"] = toupper(R["email"])
    } else if (way == 1) {
        R["id"] = R["email"] = R["landline"] = ""
        R["marketing"] = "no"
        R["mobile"] = mobile_text(P[p, "mobile"], (P[p, "style"] + 1) % 4)
    } else {
        R["email"] = toupper(substr(R["email"], 1, 1)) substr(R["email"], 2)
        R["mobile"] = mobile_text(P[p, "mobile"], (P[p, "style"] + 2) % 4)
    }
}

# Whom row N repeats: an earlier person with a mobile, each only once.
function repeated(people,    p)
{
    do
        p = 1 + roll(people)
    while (P[p, "mobile"] == "" || P[p, "where"] != "row" || p in again)
    again[p] = 1
    return p
}

# --- the five files ------------------------------------------------------------

function quoted(text)
{
    if (text !~ /[",\n]/)
        return text
    gsub(/"/, "\"\"", text)
    return "\"" text "\""
}

function guarded(text) { return text == "" ? "" : "\047" text }

# Shopify puts an apostrophe before what a spreadsheet would reckon with.
function write_shopify(    phone, at_address)
{
    phone = R["where"] == "row" ? R["mobile"] : ""
    at_address = R["landline"] != "" || R["where"] == "row" ? \
        R["landline"] : R["mobile"]
    if (phone ~ /^\+/)
        phone = guarded(phone)
    if (at_address ~ /^\+/)
        at_address = guarded(at_address)
    print guarded(R["id"]) "," quoted(R["first"]) "," quoted(R["last"]) "," \
        R["email"] "," R["marketing"] "," quoted(R["company"]) "," \
        quoted(R["street"]) "," quoted(R["street2"]) "," R["city"] "," \
        R["state"] ",AU," guarded(R["zip"]) "," at_address "," phone "," \
        R["sms"] "," R["spent"] "," R["orders"] "," quoted(R["note"]) ",no," \
        quoted(R["tags"]) > shopify
}

function write_csv()
{
    print R["id"] "," quoted(R["first"]) "," quoted(R["last"]) "," \
        quoted(R["company"]) "," R["email"] "," R["mobile"] "," \
        R["landline"] "," quoted(R["street"]) "," quoted(R["street2"]) "," \
        R["city"] "," R["state"] "," R["zip"] ",AU," R["marketing"] "," \
        R["sms"] "," quoted(R["tags"]) "," quoted(R["note"]) > csv
}

function json_text(text)
{
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    gsub(/\n/, "\\n", text)
    return "\"" text "\""
}

function member(name, text)
{
    if (text != "")
        object = object (object == "" ? "" : ", ") "\"" name "\": " text
}

function text_member(name, text)
{
    if (text != "")
        member(name, json_text(text))
}

function json_tags(text,    list, n, i, out)
{
    n = split(text, list, ", ")
    for (i = 1; i <= n; i++)
        out = out (i > 1 ? ", " : "") json_text(list[i])
    return n > 0 ? "[" out "]" : ""
}

function json_object(    billing)
{
    object = ""
    text_member("street", R["street"])
    text_member("street2", R["street2"])
    text_member("city", R["city"])
    text_member("state", R["state"])
    text_member("postal_code", R["zip"])
    text_member("country", "AU")
    billing = "{" object "}"
    object = ""
    text_member("reference_id", R["id"])
    text_member("first_name", R["first"])
    text_member("last_name", R["last"])
    text_member("company", R["company"])
    text_member("email", R["email"])
    text_member("mobile", R["mobile"])
    text_member("phone", R["landline"])
    member("billing", billing)
    member("accepts_marketing", R["marketing"] == "yes" ? "true" : "false")
    member("accepts_sms", R["sms"] == "yes" ? "true" : "false")
    member("tags", json_tags(R["tags"]))
    text_member("notes", R["note"])
    return "{" object "}"
}

function element(indent, name, text)
{
    if (text == "")
        return
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    print indent "<" name ">" text "</" name ">" > xml
}

function write_xml()
{
    print "  <customer>" > xml
    element("    ", "reference_id", R["id"])
    element("    ", "first_name", R["first"])
    element("    ", "last_name", R["last"])
    element("    ", "company", R["company"])
    element("    ", "email", R["email"])
    element("    ", "mobile", R["mobile"])
    element("    ", "phone", R["landline"])
    print "    <billing>" > xml
    element("      ", "street", R["street"])
    element("      ", "street2", R["street2"])
    element("      ", "city", R["city"])
    element("      ", "state", R["state"])
    element("      ", "postal_code", R["zip"])
    element("      ", "country", "AU")
    print "    </billing>" > xml
    element("    ", "accepts_marketing", R["marketing"])
    element("    ", "accepts_sms", R["sms"])
    element("    ", "tags", R["tags"])
    element("    ", "notes", R["note"])
    print "  </customer>" > xml
}

function write_row(n,    object)
{
    write_shopify()
    write_csv()
    object = json_object()
    printf "%s\n  %s", n == 1 ? "[" : ",", object > json
    print object > ndjson
    write_xml()
}

BEGIN {
    seed = 20261121
    rows = 1000
    shopify = folder "/shopify-customers.csv"
    csv = folder "/people.csv"
    json = folder "/people.json"
    ndjson = folder "/people.ndjson"
    xml = folder "/people.xml"

    firsts_n = fill(firsts, "Ana|Amelia|Aroha|Ben|Bridie|Callum|Chloe|Dae|" \
        "Dmitri|Ella|Emeka|Farah|Finn|Grace|Hamish|Hana|Imogen|Isaac|Jack|" \
        "Jia|Jorge|Kiri|Lachlan|Leila|Liam|Lin|Mateo|Matilda|Mei|Mia|Nadia|" \
        "Noah|Oliver|Olivia|Omar|Priya|Quinn|Ravi|Renée/renee|Rosa|Ruby|" \
        "Sakura|Samir|Sean|Siobhan|Tane|Tariq|Tessa|Thi|Tomas|Uma|Vikram|" \
        "Wren|Xavier|Yasmin|Yusuf|Zara|Zoë/zoe|José/jose|Mary Anne/maryanne")
    lasts_n = fill(lasts, "Abbott|Ahmed|Alvarez|Anderson|Baker|Banerjee|" \
        "Brown|Chen|Clarke|Cohen|Costa|D\047Angelo/dangelo|Davies|Dunn|" \
        "Edwards|Evans|Fischer|Fitzgerald|Foster|Garcia|Gill|Haddad|Hughes|" \
        "Ibrahim|Jensen|Johansson|Jones|Kapoor|Kelly|Kim|King|Kowalski|Lam|" \
        "Lee|Lewis|Lopez|Macdonald|Martin|Mitchell|Moreau|Morgan|" \
        "Müller/mueller|Murphy|Nair|Nguyen|Nowak|O\047Brien/obrien|" \
        "O\047Neill/oneill|Okafor|Papadopoulos|Park|Patel|Perera|Phillips|" \
        "Popov|Quigley|Rahman|Reid|Rossi|Russo|Santos|Sato|Schmidt|Shah|" \
        "Silva|Singh|Smith-Jones/smithjones|Stewart|Suzuki|Taylor|Thompson|" \
        "Tran|Turner|van Dyk/vandyk|Walker|Watson|Williams|Wong|Yilmaz|Young|" \
        "Zhang|Zimmer")
    trades_n = fill(trades, "Plumbing|Catering|& Sons Pty Ltd|Electrical|" \
        "Books, Music & More|Bakery|Landscapes|Dental|\"The Corner\" Cafe|" \
        "Motors")
    streets_n = fill(streets, "High St|Station Rd|Harbour View|Wattle Ave|" \
        "Banksia Cres|King St|Mill Lane|Church St|Railway Pde|Ocean Rd|" \
        "Gum Tree Dr|Market Sq|Bridge St|Acacia Ct|Hill Tce")
    # City, state, postal code, area code of its landlines.
    places_n = fill(places, "Sydney,NSW,2000,2|Newcastle,NSW,2300,2|" \
        "Wollongong,NSW,2500,2|Canberra,ACT,2600,2|Melbourne,VIC,3000,3|" \
        "Geelong,VIC,3220,3|Ballarat,VIC,3350,3|Hobart,TAS,7000,3|" \
        "Launceston,TAS,7250,3|Brisbane,QLD,4000,7|Cairns,QLD,4870,7|" \
        "Toowoomba,QLD,4350,7|Adelaide,SA,5000,8|Perth,WA,6000,8|" \
        "Fremantle,WA,6160,8|Darwin,NT,0800,8")
    domains_n = fill(domains, "example.com|example.org|example.net|" \
        "mail.example.com|post.example.org")
    tags_n = fill(tags, "|||VIP|VIP, Newsletter|Newsletter|Wholesale|" \
        "Local pickup|Repeat, Local pickup|VIP, Wholesale, Repeat")
    notes_n = fill(notes, "Leave at the side gate.\nDog is friendly.|" \
        "Prefers \"no substitutions\", call first|Rings back after 5 pm|" \
        "Gate code on file\n\nAsk for the manager; pays by invoice|" \
        "Allergic to nuts & sesame <tell the kitchen>")
    keys_n = fill(keys, "id|first|last|email|company|street|street2|city|" \
        "state|zip|where|marketing|sms|orders|spent|note|tags")

    print "Customer ID,First Name,Last Name,Email,Accepts Email Marketing," \
        "Default Address Company,Default Address Address1," \
        "Default Address Address2,Default Address City," \
        "Default Address Province Code,Default Address Country Code," \
        "Default Address Zip,Default Address Phone,Phone," \
        "Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt," \
        "Tags" > shopify
    print "reference_id,first_name,last_name,company,email,mobile,phone," \
        "street,street2,city,state,postal_code,country,accepts_marketing," \
        "accepts_sms,tags,notes" > csv
    print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<customers>" > xml
    for (n = 1; n <= rows; n++) {
        if (n % 40 == 0) {
            row_again(repeated(people), (n / 40) % 3)
        } else {
            new_person(++people)
            row_of(people)
        }
        write_row(n)
    }
    print "\n]" > json
    print "</customers>" > xml
}
'
