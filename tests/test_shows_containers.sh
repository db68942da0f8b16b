#!/usr/bin/env bash
# Files as they come, from outside: packed, in zips, through pipes, in other
# encodings, cut; and that nothing is opened because a file asks for it.
#
#     CUSTSYNC=build/dev/custsync tests/test_shows_containers.sh
set -u
umask 077

: "${CUSTSYNC:?CUSTSYNC names the program}"
CUSTSYNC=$(realpath -e -- "$CUSTSYNC") || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-containers.XXXXXX") || exit 1
work=$(cd "$work" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/home" "$work/tmp" "$work/in"
export HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_STATE_HOME=$work/home
export TMPDIR=$work/tmp NO_COLOR=1
cd "$work/in" || exit 1

fail() { # WHAT
    echo "not ok: $1"
    head -c 2000 "$work/said" | sed 's/^/    /'
    exit 1
}
# gives EXIT ARGUMENT...: what came is in $work/said.
gives() {
    local wanted=$1 code=0
    shift
    timeout -k 5 60 "$CUSTSYNC" "$@" >"$work/said" 2>&1 || code=$?
    [ "$code" = "$wanted" ] || fail "custsync $*: exit code $code, wanted $wanted"
}
says() { grep -qF -- "$1" "$work/said" || fail "does not say \"$1\""; }
# As NDJSON, for comparing: `same FILE...` has the three people and no more.
same() {
    rm -f "$work/out.ndjson"
    gives 0 sync "$@" "$work/out.ndjson" --state "$work/state.db"
    sort "$work/out.ndjson" | cmp -s - "$work/wanted" ||
        fail "$* came out as $(cat "$work/out.ndjson")"
}
made() { # FILE SOURCE: packed by what its suffix says
    python3 - "$1" "$2" <<'PY' || exit 1
import bz2, gzip, lzma, sys, zipfile
to, source = sys.argv[1:]
data = open(source, "rb").read()
if to.endswith(".zip"):
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(source, data)
else:
    pack = {"gz": gzip, "bz2": bz2, "xz": lzma}[to.rsplit(".", 1)[1]].compress
    open(to, "wb").write(pack(data))
PY
}

cat >people.csv <<'CSV'
reference_id,first_name,email
007,Ann,ann@example.com
008,José,jose@example.com
009,Bo,bo@example.com
CSV
cat >people.ndjson <<'JSON'
{"reference_id":"007","first_name":"Ann","email":"ann@example.com"}
{"reference_id":"008","first_name":"José","email":"jose@example.com"}
{"reference_id":"009","first_name":"Bo","email":"bo@example.com"}
JSON
{
    echo '<customers>'
    sed 's/.*id":"\([^"]*\)".*name":"\([^"]*\)".*email":"\([^"]*\)".*/<customer><reference_id>\1<\/reference_id><first_name>\2<\/first_name><email>\3<\/email><\/customer>/' people.ndjson
    echo '</customers>'
} >people.xml
gives 0 sync people.csv "$work/out.ndjson" --state "$work/state.db"
sort "$work/out.ndjson" >"$work/wanted"
[ "$(wc -l <"$work/wanted")" = 3 ] || fail "three people became $(cat "$work/wanted")"

# ---- every format in every packing ----------------------------------------------
for kind in csv ndjson xml; do
    same people.$kind
    for suffix in gz bz2 xz zip; do
        made people.$kind.$suffix people.$kind
        same people.$kind.$suffix
    done
    ! command -v zstd >/dev/null ||
        { zstd -qc people.$kind >people.$kind.zst && same people.$kind.zst; }
    ! command -v lz4 >/dev/null ||
        { lz4 -qc people.$kind >people.$kind.lz4 && same people.$kind.lz4; }
done
# The name may lie about the packing, and a zip's about what is in it.
cp people.csv.gz plain.csv && same plain.csv
cp people.xml.zip x.zip && same x.zip
cp people.ndjson.zip x.csv.zip && same x.csv.zip

# ---- what can be read only once -------------------------------------------------
same - --format csv <people.csv
same - --format csv < <(cat people.csv.gz)
same - --format xml < <(cat people.xml.zip)
same <(cat people.csv) --format csv
mkfifo fifo.csv
cat people.csv >fifo.csv &
same fifo.csv
wait
[ -z "$(ls "$work/tmp")" ] || fail "$(ls "$work/tmp") was left in TMPDIR"

# ---- several files are one source -----------------------------------------------
(head -1 people.csv; sed -n 2p people.csv) >one.csv
(head -1 people.csv; sed -n 3p people.csv) | gzip >two.csv.gz
(head -1 people.csv; sed -n 4p people.csv) >three.csv
made three.zip three.csv
same one.csv two.csv.gz three.zip
same one.csv - three.csv --format csv <two.csv.gz

# ---- a file in a zip ------------------------------------------------------------
python3 - <<'PY'
import zipfile
with zipfile.ZipFile("export.zip", "w", zipfile.ZIP_DEFLATED) as file:
    for name in "people.csv", "people.xml", "in/people.ndjson":
        file.writestr(name, open(name.rsplit("/", 1)[-1]).read())
    file.writestr("readme", "no table")
PY
same export.zip/people.csv
same export.zip/people.xml
same generic:export.zip/in/people.ndjson
gives 65 check export.zip --format csv
says 'the zip holds 4 files: people.csv, people.xml, in/people.ndjson, readme'
says 'file.zip/people.csv'
gives 65 check export.zip
says 'the zip holds 4 files: people.csv, people.xml, in/people.ndjson, readme'
gives 66 check export.zip/nobody.csv
says "does not hold 'nobody.csv'"

# ---- cut: never a success with fewer rows ---------------------------------------
(head -1 people.csv
    for ((i = 0; i < 40; i++)); do
        echo "$i,Name$((i * 7919 % 1000)),p$((i * 104729 % 99991))@example.com"
    done) >many.csv
{
    echo '<customers>'
    awk -F, 'NR > 1 { printf "<customer><reference_id>%s</reference_id><email>%s</email></customer>\n", $1, $3 }' many.csv
    echo '</customers>'
} >many.xml
for suffix in gz bz2 xz zip; do
    made many.csv.$suffix many.csv
    size=$(stat -c %s many.csv.$suffix)
    for ((cut = 1; cut <= 60; cut += 4)); do
        head -c $((size - cut)) many.csv.$suffix >cut.csv.$suffix
        gives 65 sync cut.csv.$suffix "$work/cut.ndjson" --state "$work/state.db"
        [ ! -e "$work/cut.ndjson" ] || fail "a cut $suffix was written"
    done
done
size=$(stat -c %s many.xml)
# Without its last line end it is whole still.
for ((cut = 2; cut <= 200; cut += 9)); do
    head -c $((size - cut)) many.xml >cut.xml
    gives 65 sync cut.xml "$work/cut.ndjson" --state "$work/state.db"
    [ ! -e "$work/cut.ndjson" ] || fail "a cut XML was written"
done

# ---- encodings ------------------------------------------------------------------
iconv -t UTF-16LE people.csv >bare.csv
(printf '\377\376'; cat bare.csv) >marked.csv
iconv -t WINDOWS-1252 people.csv >western.csv
same marked.csv
gives 65 check bare.csv
says 'every other byte is NUL'
says '--encoding utf-16le'
same bare.csv --encoding utf-16le
same western.csv --encoding windows-1252
gives 65 check western.csv --encoding utf-16le
# What a mapping says is usual is believed unless all of the file says else.
cat >usual.yaml <<'YAML'
format: csv
encoding: windows-1252
fields:
  reference_id: reference_id
  first_name: first_name
  email: email
YAML
same usual.yaml:western.csv
gives 65 sync usual.yaml:people.csv "$work/doubt.ndjson" --state "$work/state.db"
[ ! -e "$work/doubt.ndjson" ] || fail "a file in doubt was written"
says "people.csv:3: such a file usually is windows-1252"
says "the bytes c3 a9 are 'é' in UTF-8 and 'Ã©' in windows-1252"
says '--encoding utf-8 or --encoding windows-1252'
same usual.yaml:people.csv --encoding utf-8
(printf '\357\273\277'; cat people.csv) >mark8.csv
same usual.yaml:mark8.csv

# ---- what is no file ------------------------------------------------------------
gives 66 check .  --format csv
gives 66 check /dev/zero --format csv
says 'it is a device'
gives 65 check - --format csv < <(head -c 100000000 /dev/zero)
gives 65 check /dev/null --format csv
made padded.csv.gz people.csv
head -c 70000 /dev/zero >>padded.csv.gz
same padded.csv.gz
echo x >>padded.csv.gz
gives 65 check padded.csv.gz
made twice.csv.gz people.csv
gzip -c twice.csv.gz >twice.csv.gz.gz
gives 65 check twice.csv.gz.gz --format csv
gives 64 sync people.csv out.csv.gz --state "$work/state.db"
[ ! -e out.csv.gz ] || fail "a plain file was named .gz"

# ---- nothing is opened because a file asks for it ---------------------------------
echo secret >secret
cat >entity.xml <<XML
<?xml version="1.0"?>
<!DOCTYPE customers SYSTEM "http://127.0.0.1:9/x.dtd" [
<!ENTITY a SYSTEM "file://$work/in/secret">
<!ENTITY % b SYSTEM "$work/in/secret"> %b;
]>
<customers><customer><reference_id>&a;</reference_id></customer></customers>
XML
cat >include.xml <<XML
<customers xmlns:xi="http://www.w3.org/2001/XInclude"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd">
<?xml-stylesheet href="file://$work/in/secret"?>
<customer><reference_id>7</reference_id><email>ann@example.com</email>
<xi:include href="$work/in/secret" parse="text"/></customer>
</customers>
XML
gives 65 check entity.xml
says 'entity.xml:2: a DOCTYPE is refused unread'
gives 0 check include.xml
# LeakSanitizer cannot work under a tracer.
if command -v strace >/dev/null && [ -z "${ASAN_OPTIONS:-}" ] &&
    strace -o /dev/null true 2>/dev/null; then
    for file in entity.xml include.xml; do
        strace -f -o "$work/trace" -e trace=%file,%network \
            "$CUSTSYNC" check $file >"$work/said" 2>&1
        grep -q "\"$file\"" "$work/trace" || fail "strace saw no $file"
        ! grep -E 'secret|x\.dtd|x\.xsd|connect\(|sendto\(' "$work/trace" ||
            fail "$file had something opened"
        ! grep -E 'AF_INET' "$work/trace" || fail "$file had a socket opened"
    done
fi
echo "ok"
