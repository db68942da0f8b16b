#!/usr/bin/env bash
# What check shows of a file: dialect, encoding, mapping, columns, first rows,
# every kind of damage with its lines, what targets would refuse; and that far
# fewer rows than last time are a warning.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# no_wall: no line is wider than a screen.
no_wall() {
    local wide
    wide=$(sed 1,2d out | awk 'length($0) > 80' | head -1)
    same "a line wider than 80" "" "$wide"
}
# said WORDS...: all of them, whatever stands around and between the lines.
said() {
    local words
    tr -s ' \n' '  ' <out >flat
    for words; do has "said" "$words" flat; done
}

# ---- a good file --------------------------------------------------------------------
case_name='a good file'
make_people 5 >people.csv
ends 0 check people.csv
said 'csv, comma between cells, header on line 1' 'UTF-8, as nothing says otherwise' \
    'mapping generic' 'used reference_id, first_name, last_name, email, mobile, city' \
    'rows 5: good 5, invalid 0, skipped 0' 'first rows line 2 line 3 line 4' \
    'email p00001@example.com p00002@example.com' 'no column phone'
for provider in $providers; do said "$provider accepts 5"; done
no_wall

# ---- dialects and encodings ----------------------------------------------------------
case_name='dialect'
{ echo 'Customers of Friday'; echo; tr , ';' <people.csv; } | iconv -t UTF-16 >wide.txt
ends 0 check wide.txt
said 'semicolon between cells, header on line 3' 'UTF-16LE, as the file itself says' \
    'title_line'
sed 's/Perth/Orl\xe9ans/' people.csv >west.csv
ends 0 check west.csv --encoding windows-1252
said 'as --encoding says' 'Orléans'
for pack in gzip bzip2 xz zstd; do
    command -v "$pack" >/dev/null || continue
    case $pack in gzip) end=gz ;; bzip2) end=bz2 ;; zstd) end=zst ;; *) end=xz ;; esac
    "$pack" -c <people.csv >"people.csv.$end"
    ends 0 check "people.csv.$end"
    said "packed $pack" 'header on line 1'
done
"$CUSTSYNC" check --format csv - <people.csv >out 2>err || fail 'standard input' 0 $?
said 'standard input' 'header on line 1' 'good 5'
"$CUSTSYNC" check --format csv - < <(cat people.csv) >out 2>err || fail 'a pipe' 0 $?
said 'header on line 1' 'good 5'

# ---- damage ---------------------------------------------------------------------------
case_name='damage'
cat >hurt.csv <<'CSV'
Report of customers
id,name,email,phone,note,Shoe size
1,Ann Lee,ann@example.com,6.14E+10,"=""007""",38
2,Bo Lee,bo@example,+61 491 570 156,'=1+1,39
3,"Cy" Lee,cy@example.com,,,
4,Di Lee,di@example.com,,,,,too many
id,name,email,phone,note,Shoe size
,,,,,40
TOTAL,,,,,157
CSV
ends 1 check hurt.csv
said 'header on line 2' 'not used Shoe size' 'invalid 3' \
    'bad_row 2 line 5 6' 'nobody 1 line 8' 'bad_email email 1 line 4' \
    'lost_digits phone 1 line 3' 'title_line 1 line 1' 'total_row 1 line 9' \
    'formula_cell note 1 line 3' 'guarded_cell note 1 line 4' \
    '-> correct the address in the source'
no_wall
ends 1 check --json hurt.csv
same "rows" '{"read":5,"good":2,"invalid":3,"skipped":0}' "$(jq -c .rows out)"
same "columns" '["Shoe size"]' "$(jq -c '.files[0].unused' out)"
same "kinds" 'bad_email:1:[4] bad_row:2:[5,6] formula_cell:1:[3]' "$(jq -r \
    '[.problems[] | select(.code | IN("bad_row", "bad_email", "formula_cell"))
    | "\(.code):\(.times):\(.lines | tojson)"] | sort | join(" ")' out)"
same "providers" 3 "$(jq '.targets | length' out)"
same "exit" 1 "$(jq .exit out)"
same "the first customer" 'Ann Lee' "$(jq -r '.first[0].customer.name' out)"

# ---- a target ----------------------------------------------------------------------------
case_name='a target'
cat >needs.yaml <<'YAML'
format: csv
fields: {reference_id: id, email: {from: email, required: true}}
YAML
printf 'id,name,email\n1,Ann,a@example.com\n2,Bo,\n' >two.csv
ends 1 check two.csv ./needs.yaml:x.csv
said './needs.yaml:x.csv accepts 1 and refuses 1' 'missing_required email 1 line 3'
# Without TO it is foreseen, and counts for nothing.
ends 0 check two.csv
said 'missing_required'

# ---- a broken file -------------------------------------------------------------------------
case_name='a broken file'
printf 'id,name,email\n1,Ann,a@example.com\n2,"Bo,b@example.com\n' >broken.csv
ends 65 check broken.csv
said 'not read to the end' 'line 2'
has "the place" 'broken.csv:3' err

# ---- fewer rows -------------------------------------------------------------------------------
case_name='fewer rows'
sandbox --rate off
at_once
make_people 100 >people.csv
sync 0 people.csv shop:
same "warnings of a first run" 0 "$(jq '.codes.fewer_rows // 0' report.json)"
head -61 people.csv >most.csv
sync 0 most.csv shop:
same "warnings of 60 after 100" 0 "$(jq '.codes.fewer_rows // 0' report.json)"
head -30 people.csv >half.csv
sync 0 half.csv shop: --missing report
same "warnings of 29 after 60" 1 "$(jq .codes.fewer_rows report.json)"
same "its words" '29 rows where the last run read 60: the source may be cut short' \
    "$(problem fewer_rows)"
same "customers" 100 "$(holds kounta)"
# A plan leaves no trace; each account and source has a count of its own.
ends 0 plan people.csv shop:
sync 0 half.csv shop:
same "warnings the night after" 0 "$(jq '.codes.fewer_rows // 0' report.json)"
sync 0 half.csv books:
same "warnings at another account" 0 "$(jq '.codes.fewer_rows // 0' report.json)"
head -11 people.csv >ten.csv
sync 0 ten.csv shop:
same "warnings of 10 after 29" 1 "$(jq .codes.fewer_rows report.json)"
head -3 people.csv >two.csv
sync 0 two.csv shop:
same "warnings of 2 after 10" 0 "$(jq '.codes.fewer_rows // 0' report.json)"
echo "ok $runs runs"
