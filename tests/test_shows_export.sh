#!/usr/bin/env bash
# Exports that an accountant can trust: the same state gives the same bytes, a
# manifest tells what is in them, --changed gives each change once, and whatever
# happens on the way the old file is whole, or the new one is.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

manifest() { jq -r "$1" "$2.manifest.json"; }
# agrees FILE: the manifest is the file's.
agrees() {
    same "SHA-256 of $1" "$(sha256sum <"$1" | cut -d' ' -f1)" "$(manifest .sha256 "$1")"
    same "bytes of $1" "$(stat -c %s "$1")" "$(manifest .bytes "$1")"
}
edit() { # N NAME: of the n-th customer of the books, by hand
    ask POST "/customers/count/$(page_of '?requests=0' \
        ".providers.count.customers[$1].uuid")" "{\"customer\":\"$2\"}"
}

make_people 12 >people.csv
sandbox --rate off
at_once
sync 0 people.csv books:

# ---- the same bytes -------------------------------------------------------------
for shape in xero:a.csv myob:a.txt quickbooks:b.csv mailchimp:c.csv generic:d.json \
    generic:e.ndjson generic:f.xml generic:g.tsv shopify:h.csv google-contacts:i.csv; do
    case_name="export to $shape"
    file=${shape#*:}
    custsync export books: "$shape"
    # Some shapes are not for everybody, or need what not everybody has.
    case $code in 0 | 1) ;; *) fail "exit code" "0 or 1" "$code" ;; esac
    agrees "$file"
    cp "$file" before
    run=$(manifest .run "$file")
    custsync export books: "$shape"
    same_file "the same state" before "$file"
    agrees "$file"
    same "the run before" "$run" "$(manifest .previous_run "$file")"
done
case_name='a store that never saw it before gives the same bytes'
cp -r state kept
rm -rf state
mkdir state
cp a.csv before
ask POST /login
ends 0 export books: xero:a.csv
same_file "another store" before a.csv
rm -rf state
mv kept state
case_name='what the manifest says'
ends 0 export books: xero:a.csv
same "rows" 12 "$(manifest .rows a.csv)"
same "lines" 13 "$(wc -l <a.csv)"
same "filled" "12 12 0" "$(manifest '[.filled.EmailAddress, .filled.POCity,
    .filled.TaxNumber] | join(" ")' a.csv)"
same "file, from, mapping, changed" "a.csv books: xero false" \
    "$(manifest '[.file, .from, .mapping, .changed] | join(" ")' a.csv)"
same "nobody in it" '' "$(grep -o 'p00001\|Able' a.csv.manifest.json)"
case_name='a manifest is for accounts and files'
ends 0 sync people.csv plain.csv
same "from a file" no "$([ -e plain.csv.manifest.json ] && echo yes || echo no)"
ends 0 export books: - --to-format csv
same "of standard output" no "$([ -e ./-.manifest.json ] && echo yes || echo no)"
ends 64 export books: a.csv --report a.csv.manifest.json
ends 64 export books: a.csv --rejects a.csv.manifest.json

# ---- only what changed ------------------------------------------------------------
changed() { # ROWS FILE: of the export --changed
    ends 0 export books: "xero:$2" --changed --report report.json
    same "rows" "$1" "$(manifest .rows "$2")"
    same "created" "$1" "$(rows created)"
    same "unchanged" $((12 - $1)) "$(rows unchanged)"
    agrees "$2"
}
case_name='--changed'
changed 12 night-1.csv
changed 0 night-2.csv
same "the run before" "$(manifest .run night-1.csv)" "$(manifest .previous_run night-2.csv)"
edit 7 Edited
edit 9 Edited
changed 2 night-3.csv
same "who" 2 "$(grep -c Edited night-3.csv)"
case_name='--changed: a whole export in between takes nothing from it'
edit 5 Edited
ends 0 export books: xero:a.csv
ends 0 export books: xero:a.csv --report report.json
changed 1 night-4.csv
case_name='--changed: another mapping and another job are other exports'
ends 0 export books: myob:m.txt --changed
same "rows" 12 "$(manifest .rows m.txt)"
cat >>custsync.yaml <<'YAML'
jobs:
  books-night:
    from: "books:"
    to: "xero:job.csv"
    changed: true
YAML
ends 0 sync books-night
same "rows of the job" 12 "$(manifest .rows job.csv)"
ends 0 sync books-night
same "rows of the job's second night" 0 "$(manifest .rows job.csv)"
same "its name" books-night "$(manifest .job job.csv)"
changed 0 night-5.csv
case_name='--changed: a plan takes nothing from it'
edit 3 Planned
ends 0 pull books:
ends 0 plan books: xero:night-6.csv --changed --json
same "would be written" 1 "$(jq .rows.created out)"
same "file" no "$([ -e night-6.csv ] && echo yes || echo no)"
changed 1 night-6.csv
case_name='--changed: who failed is given again'
edit 4 Failed
faults 'GET /partners/customers* always status 500'
ends 69 export books: xero:night-7.csv --changed
faults '# none'
mkdir night-7.csv.manifest.json
ends 73 export books: xero:night-7.csv --changed
same "files" "$(ls -d night-7*)" "$(ls -dA night-7* .night-7* 2>/dev/null)"
rmdir night-7.csv.manifest.json
changed 1 night-7.csv
case_name='--changed: what it is for'
ends 64 export books: - --changed --to-format csv
has "why" 'needs a file' err
ends 64 sync people.csv books: --changed
has "why" 'for exports' err
case_name='one run at a time'
python3 - <<'PYTHON' &
import fcntl, glob, time
held = [open(name, 'r+') for name in glob.glob('state/custsync.db.export_*.lock')]
for file in held:
    fcntl.flock(file, fcntl.LOCK_EX)
open('held', 'w').close()
time.sleep(600)
PYTHON
started=($!)
soon "the locks" test -e held
ends 75 export books: xero:a.csv
has "which" 'xero:a.csv' err
kill "${started[0]}"
wait "${started[0]}" 2>/dev/null
started=()

# ---- killed, and full disks --------------------------------------------------------
# whole FILE: the file there is the one before or the one after; and unless its
# manifest is, the manifest is of the other one.
whole() {
    cmp -s "$1" old || cmp -s "$1" new || fail "$1" "old or new" "$(head -3 "$1")"
    jq -e .sha256 "$1.manifest.json" >/dev/null || fail "manifest" whole torn
    local is
    is=$(manifest .sha256 "$1")
    case " $(sha256sum old new | cut -d' ' -f1 | paste -sd' ') " in
    *" $is "*) ;;
    *) fail "SHA-256 of the manifest" "the old or the new file's" "$is" ;;
    esac
    # Not once the manifest is ahead of its file.
    if cmp -s "$1" old; then
        same "manifest of the old file" "$(sha256sum <old | cut -d' ' -f1)" "$is"
    fi
}
# prepared WAY: as before the run that is killed; what it is to publish is new.
prepared() {
    ours
    rm -rf state night.csv night.csv.manifest.json
    cp -r fresh state
    cp old night.csv
    cp old.manifest night.csv.manifest.json
    rm -f .night*
}
for way in '' --changed; do
    case_name="killed${way:+ $way}"
    # shellcheck disable=SC2086
    ends 0 export books: xero:night.csv $way
    cp night.csv old
    cp night.csv.manifest.json old.manifest
    rm -rf fresh
    cp -r state fresh
    edit 1 "Killed${way:+Too}"
    # shellcheck disable=SC2086
    ends 0 export books: xero:night.csv $way
    cp night.csv new
    cmp -s old new && fail "another file" "different" "the same"
    deaths=0
    # Where anything is published, and what the store hears of it.
    for kind in step write; do
        stride=1
        [ $kind = step ] || stride=7
        for ((n = 1; n < 1000; n += stride)); do
            case_name="killed at $kind $n${way:+, $way}"
            prepared
            # shellcheck disable=SC2086
            killed $kind $n export books: xero:night.csv $way
            [ $code = 137 ] || break
            deaths=$((deaths + 1))
            whole night.csv
            published=no
            cmp -s night.csv new && published=yes
            # shellcheck disable=SC2086
            ends 0 export books: xero:night.csv $way
            if [ -z "$way" ] || [ $published = no ] || cmp -s night.csv new; then
                same_file "after the next run" new night.csv
            else
                # It was published and known as such: nothing is left to give.
                same "rows of the next run" 0 "$(manifest .rows night.csv)"
            fi
            agrees night.csv
            same "left behind" '' "$(ls -dA .night* 2>/dev/null)"
        done
        same "the run that did not die" 0 "$code"
    done
    at_least "deaths" 20 $deaths
    all=$((${all:-0} + deaths))
    # The very place between the two names.
    case_name="killed between the two${way:+, $way}"
    prepared
    # shellcheck disable=SC2086
    CUSTSYNC_DIE_AT='after publish' custsync export books: xero:night.csv $way
    same "exit code" 137 "$code"
    same_file "the file" new night.csv
    same_file "the manifest" old.manifest night.csv.manifest.json
    # shellcheck disable=SC2086
    ends 0 export books: xero:night.csv $way
    same_file "the next run gives it again" new night.csv
    agrees night.csv
    # A disk without room, for the file and for the manifest.
    for part in .night.csv. .manifest.json.; do
        for n in 1 2 3 4; do
            case_name="no room for $part, call $n${way:+, $way}"
            prepared
            # shellcheck disable=SC2086
            faulty write,sync "$n" 28+ "$part" "$CUSTSYNC" export books: \
                xero:night.csv $way >out 2>err </dev/null
            code=$?
            [ $code = 0 ] && break
            last="export books: xero:night.csv $way (no room for $part)"
            same "exit code" 74 "$code"
            same_file "the file" old night.csv
            same_file "the manifest" old.manifest night.csv.manifest.json
            same "left behind" '' "$(ls -dA .night* 2>/dev/null)"
            # shellcheck disable=SC2086
            ends 0 export books: xero:night.csv $way
            same_file "the next run" new night.csv
        done
        at_least "calls that failed" 2 "$n"
    done
done
echo "ok: exports; killed $all times"
