#!/usr/bin/env bash
# --rejects loads back: in every shape that a source can have, the rows that did
# not get there, read again with the same mapping, are the same rows with the
# same problem, and the three columns of ours disturb nothing.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

# again SOURCE [OPTION...]: every customer without an email is refused by the
# target; what was rejected is loaded with the same mapping and options, and
# then once more. The problems are the same, line numbers aside.
cat >needs.yaml <<'YAML'
format: csv
fields: {reference_id: id, name: {from: name, or: [{join: [first_name, last_name], with: " "}]}, email: {from: email, required: true}, billing.city: city}
YAML
problems_of() {
    jq -c '[.problems[] | select(.outcome != "warning") | [.outcome, .code]]
        | sort' report.json
}
again() {
    local source=$1 shape=${1%:*} suffix=${1##*.} wanted first
    shift
    [ "$shape" = "$source" ] && shape='' || shape=$shape:
    sync 1 "$source" ./needs.yaml:out.csv --rejects "rejects.$suffix" "$@"
    wanted=$(problems_of)
    first=$(jq -c '[.rows.invalid, .rows.created]' report.json)
    sync 1 "${shape}rejects.$suffix" ./needs.yaml:out2.csv \
        --rejects "rejects2.$suffix" "$@"
    same "problems of the rejects" "$wanted" "$(problems_of)"
    same "rows of the rejects" "[$(jq -nr "$first[0]"),0]" \
        "$(jq -c '[.rows.invalid, .rows.created]' report.json)"
    sync 1 "${shape}rejects2.$suffix" ./needs.yaml:out3.csv "$@"
    same "problems of their rejects" "$wanted" "$(problems_of)"
}

# ---- CSV --------------------------------------------------------------------------
case_name='a plain CSV'
cat >plain.csv <<'CSV'
id,name,email,city
1,Ann Lee,ann@example.com,Perth
2,Bo Lee,,"Cairns, ""north"""
3,Cy Lee,cy@example.com,Perth,one too many
4,"Di" Lee,di@example.com,Perth
5,"Ed
Lee",,Perth
,,,
CSV
again plain.csv
has "where it stood" ',3,missing_required,' rejects.csv
has "a quoted cell" '"Cairns, ""north"""' rejects.csv

case_name='title lines and semicolons'
cat >titled.csv <<'CSV'
Customers of Friday
printed by the till

id;name;email;city
1;Ann Lee;ann@example.com;Perth
2;Bo Lee;;Cairns
TOTAL;2;;
CSV
again titled.csv
same "rows" 2 "$(grep -c . rejects.csv)"

case_name='lines to be skipped'
cat >skipping.yaml <<'YAML'
format: csv
skip: 2
fields: {reference_id: id, name: name, email: email, billing.city: city}
YAML
{ printf 'made by x\nid,name\n'; cat plain.csv; } >skipping.csv
again ./skipping.yaml:skipping.csv
again skipping.csv --skip 2

case_name='by position'
cat >position.yaml <<'YAML'
format: csv
columns: [code, title, mail, town]
fields: {reference_id: code, name: title, email: mail, billing.city: town}
YAML
tail -n +2 plain.csv >position.csv
again ./position.yaml:position.csv

case_name='a line end is missing'
printf 'id,name,email,city\n1,Ann Lee,ann@example.com,Perth\n2,Bo Lee,bo@exam' >cut.csv
sync 1 cut.csv out.json --rejects rejects.csv
same "code" cut_row "$(jq -r '.problems[0].code' report.json)"
sync 1 rejects.csv out.json
ledger 'invalid 1'

case_name='another encoding'
cat >west.yaml <<'YAML'
format: csv
encoding: windows-1252
fields: {reference_id: id, name: name, email: email, billing.city: city}
YAML
printf 'id,name,email,city\n1,Zo\xeb,z@example.com,x\n2,\x80uro,,Orl\xe9ans\n' >west.csv
again ./west.yaml:west.csv
has "its bytes" "$(printf 'Orl\xe9ans')" rejects.csv
again west.csv --encoding windows-1252

case_name='several files'
printf 'id,name,email,city\n1,Ann,,Perth\n2,Bo,b@example.com,x,y\n' >one.csv
printf 'id;email;name;note\n3;;Cy;"a;b"\n4;d@example.com;"D"x;\n' >two.csv
sync 1 one.csv two.csv ./needs.yaml:out.csv --rejects rejects.csv
ledger 'invalid 4'
sync 1 rejects.csv ./needs.yaml:out.csv
ledger 'invalid 4'

case_name='formulas'
cat >formulas.csv <<'CSV'
id,name,email,city
1,=1+1,,"'=2"
CSV
again formulas.csv
again formulas.csv --safe-csv
has "guarded" "'=1+1" rejects.csv

case_name='lines that say what they are'
cat >ledger.yaml <<'YAML'
format: csv
delimiter: tab
rows: CUST
fields: {reference_id: REFNUM, name: NAME, email: EMAIL, billing.city: CITY}
YAML
printf '!HDR\tPROD\nHDR\tx\n!CUST\tNAME\tREFNUM\tEMAIL\tCITY\nCUST\tAnn\t1\tann@example.com\tPerth\nCUST\tBo\t2\t\tCairns\n!VEND\tNAME\nVEND\tSupplier\n' >ledger.csv
again ./ledger.yaml:ledger.csv

case_name='several rows of one customer'
cat >further.yaml <<'YAML'
format: csv
continues: [email, id]
fields: {reference_id: id, name: name, email: email, billing.city: city}
YAML
cat >further.csv <<'CSV'
id,name,email,city
1,Ann,ann@example.com,Perth
,,,Broome
2,Bo,,Cairns
,,,"Hobart, east"
,,,Darwin
3,Cy,cy@example.com,Perth
CSV
again ./further.yaml:further.csv
same "lines, further rows among them" 4 "$(grep -c . rejects.csv)"
has "a further row" '"Hobart, east",,,' rejects.csv

# ---- JSON, NDJSON, XML ------------------------------------------------------------------
case_name='NDJSON'
cat >people.ndjson <<'JSON'
{"id":1,"name":"Ann","email":"ann@example.com"}
{"id":12345678901234567890123,"name":"Bo","more":{"deep":[1,{"x":null}]}}
{"id":3,"name":"Cy","id":4,"email":"c@example.com"}
{"id":5,"name":"lone \ud800","email":"d@example.com"}
JSON
again people.ndjson
has "digits" '"id":12345678901234567890123' rejects.ndjson

case_name='a JSON array'
jq -sc . <(sed -n '1,2s/12345678901234567890123/2/p' people.ndjson) >array.json
again array.json
printf '[{"id":1,"name":"Ann","email":"ann@example.com"},\n{"id":3,"id":4,"name":"Cy"}\n]' >array.json
again array.json

case_name='XML with a path and namespaces'
cat >spaced.yaml <<'YAML'
format: xml
records: Export/Customers/Customer
fields: {reference_id: "@id", name: Name, email: Email, billing.city: Address.City}
YAML
cat >spaced.xml <<'XML'
<?xml version="1.0" encoding="iso-8859-1"?>
<c:Export xmlns:c="urn:example:c" xmlns="urn:example:d" xmlns:x="urn:example:x">
 <c:Customers>
  <c:Customer id="1"><Name>Ann</Name><Email>ann@example.com</Email></c:Customer>
  <c:Customer id="002" x:kind="a"><Name><![CDATA[Bo & <Sons>]]></Name><x:Note>n</x:Note>
   <c:Address><City>Perth</City></c:Address><c:Address><City>Cairns</City></c:Address></c:Customer>
 </c:Customers>
</c:Export>
XML
again ./spaced.yaml:spaced.xml
has "CDATA" 'Bo &amp; &lt;Sons&gt;' rejects.xml

case_name='plain XML'
cat >plain.xml <<'XML'
<customers><customer><id>1</id><name>Ann</name></customer><customer><id>2</id><name>Bo</name><email>b@example.com</email></customer></customers>
XML
again plain.xml

case_name='JSON with a path'
cat >pathed.yaml <<'YAML'
format: json
records: answer.customers
fields: {reference_id: id, name: who.name, email: who.email, billing.city: {from: "places[0].city"}}
YAML
cat >pathed.json <<'JSON'
{"count": 2, "answer": {"customers": [
 {"id": "007", "who": {"name": "Ann", "email": "ann@example.com"}},
 {"id": "008", "who": {"name": "Bo"}, "places": [{"city": "Perth"}, {"city": "x"}]}
]}}
JSON
again ./pathed.yaml:pathed.json

# ---- what could not be taken apart --------------------------------------------------
# mended SED FILE CUSTOMERS: the rejects, corrected, are customers like any.
mended() {
    local suffix=${2##*.}
    cp "rejects.$suffix" "mended.$suffix"
    sed -i "$1" "mended.$suffix"
    sync 0 "mended.$suffix" mended.json
    ledger "created $3"
}

case_name='put right: several files, every way to be broken'
{
    printf 'id,name,email,city\r\n1,Caf\xe9 "N",a@example.com,Perth\r\n'
    printf '2,"Di" Lee,d@example.com,"x, y"\r\n'
    printf '3,Cy,c@example.com,12 High St, Unit 2,Perth\r\n'
    printf '4,Bo,b@example.com,Pe\nrth\r\n5,N\0ul,n@example.com,x\r\n'
    printf '6,Ed,e@exam'
} >one.csv
printf 'id;email;name;note\n7;f@example.com;"F"x;a,b\n' >two.csv
sync 1 one.csv two.csv out.json --rejects rejects.csv
ledger 'invalid 7'
cat >want.csv <<'CSV'
id,name,email,city,note,_line,_code,_message
1,"Caf[?] ""N""",a@example.com,Perth,,2,bad_encoding,the row is not UTF-8
2,"""Di""[?] Lee",d@example.com,"x, y",,3,bad_row,text follows a closing quote mark
3,Cy,c@example.com,"12 High St[?], Unit 2,Perth",,4,bad_row,6 cells where the header has 4
4,Bo,b@example.com,"Pe[?]
rth",,5,torn_row,"a line end in a cell tears the row, which goes on to line 6: it is LF, that of the row above CR LF"
5,N[?]ul,n@example.com,x,,7,bad_row,the row holds a NUL byte
6,Ed,e@exam[?],,,8,cut_row,the file ends in the middle of this row
7,"""F""[?]x",f@example.com,,"a,b",2,bad_row,text follows a closing quote mark
CSV
same_file "the rows" want.csv rejects.csv
same "it is UTF-8" 0 "$(iconv -f UTF-8 -t UTF-8 rejects.csv >/dev/null; echo $?)"
sync 1 rejects.csv out.json --rejects rejects2.csv
same "codes" '["bad_encoding","bad_row","bad_row","bad_row","bad_row","cut_row","torn_row"]' \
    "$(jq -c '[.problems[].code] | sort' report.json)"
same "no column of ours twice" id,name,email,city,note,_line,_code,_message \
    "$(head -n 1 rejects2.csv)"
mended 's/\[?\]$//; s/exam\[?\]/example.com/; s/\[?\]//' rejects.csv 7
same "what they are" '["Perth","x, y","12 High St, Unit 2,Perth","Pe\nrth","x",null,null]' \
    "$(jq -c '[.[]["billing.city"]]' mended.json)"

case_name='rows that quote marks and line ends have joined and torn'
{
    printf 'id,name,notes,email\n1,Ana,"open,a@example.com\n'
    printf '2,Bob,x,b@example.com\n3,Cy,y",c@example.com\n'
    printf '4,"Di" Lee,"l1\nl2",d@example.com\n5,Ed,see [?]\nthere,\n'
    printf '6,Flo,z,f@example.com\n7,Gus,z,g@example.com\n'
} >joined.csv
sync 1 joined.csv out.json --rejects rejects.csv
ledger 'created 2,invalid 3'
same "codes" '["bad_row","stray_quote","torn_row"]' \
    "$(jq -c '[.problems[].code] | sort' report.json)"
sync 1 rejects.csv out.json --rejects rejects2.csv
ledger 'invalid 3'
# A mark that belongs to the data stays, once the code is taken out.
sed 's/see \[?\]\[?\]/see [?]/; s/^\(there.*\),torn_row,/\1,,/' \
    rejects.csv >right.csv
sync 1 right.csv out.json --rejects rejects2.csv
ledger 'created 1,invalid 2'
same "the mark stays" 1 "$(grep -c 'see \[?\]' out.json)"

case_name='columns that look like ours'
cat >looks.yaml <<'YAML'
format: csv
fields: {reference_id: Code, name: Line, email: Message}
YAML
printf 'Code,Line,Message\n,Ann,\n2,,\n3,Cy,"c@"x\n' >looks.csv
again ./looks.yaml:looks.csv
same "no column twice" 0 "$(grep -c duplicate_column report.json)"

case_name='put right: NDJSON'
{
    echo '{"id":1,"name":"Ann","id":2,"email":"a@example.com","_line":"7"}'
    echo '"Bo"'
    printf '{"id":3,"name":"C\xe9","email":"c@example.com"}\n'
    echo '{"id":4,"note":"\ud800","email":"d@example.com",}'
} >broken.ndjson
sync 1 broken.ndjson out.json --rejects rejects.ndjson
ledger 'invalid 4'
same "our members, once each" 4 "$(grep -c '"_line"' rejects.ndjson)"
same "our members, once each" 4 "$(grep -o '"_line"' rejects.ndjson | grep -c .)"
has "a record that is no object" '"_row":"\"Bo\""' rejects.ndjson
sync 1 rejects.ndjson out.json --rejects rejects2.ndjson
ledger 'invalid 4'
same "our members, once each" 4 "$(grep -o '"_line"' rejects2.ndjson | grep -c .)"
cp rejects2.ndjson rejects.ndjson
mended 's/"id":2,//; s/"_row":"[^,]*"/"id":2,"name":"Bo","email":"b@example.com"/; s/C\[?\]/Cy/; s/"note":"[^,]*",//; s/,,/,/' rejects.ndjson 4

case_name='a member that is called #row'
echo '{"id":"4","#row":{"id":"5"},"city":"x"}' >row.ndjson
sync 1 row.ndjson out.json --rejects rejects.ndjson
same "one record" 1 "$(grep -c . rejects.ndjson)"
has "as it was" '"#row":{"id":"5"}' rejects.ndjson
echo "ok $runs runs"
