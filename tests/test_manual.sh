#!/usr/bin/env bash
# The manual tells what is there, and no more: every command and option of
# the program is in custsync(1), every key of the configuration is in
# custsync.yaml(5); and each page is rendered at 80 columns without a warning.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
program=${CUSTSYNC:?the path of the program}
pages=$source_dir/sync/man
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-manual.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
failed=0

wrong() { # PAGE WHAT
    echo "sync/man/$1.scd: $2"
    failed=1
}

# --- commands and options: lists made of the program's own table --------------
source_page() { # FILE: as scdoc gets it
    awk -f "$pages/options.awk" "$work/table" "$1"
}
# What is told below a line: a head, not a sentence that begins so.
heads() { awk '/^\t/ && head ~ /^\*/ { print head } { head = $0 }' "$1"; }
names() { awk -F '\t' -v kind="$1" '$1 == kind { print $2 }' "$work/table"; }

"$program" help --table >"$work/table" || wrong custsync.1 "no table"
source_page "$pages/custsync.1.scd" >"$work/page" ||
    wrong custsync.1 "it names what is not there"
heads "$work/page" >"$work/heads"
[ "$(names command | wc -l)" -ge 10 ] || wrong custsync.1 "nearly no command"
[ "$(names option | wc -l)" -ge 30 ] || wrong custsync.1 "nearly no option"
for command in $(names command); do
    [ "$(grep -cE "^\*$command\*( |,|$)" "$work/heads")" = 1 ] ||
        wrong custsync.1 "$command is not told once"
done
for option in $(names option); do
    [ "$(grep -cE "^(\*-.\*, )?\*--$option\*( |$)" "$work/heads")" = 1 ] ||
        wrong custsync.1 "--$option is not told once"
done

# A page that names what is not there does not come to be; what no page names
# comes with what the table says.
for line in "@option frobnicate" "@command snyc" "@optoins"; do
    echo "$line" >"$work/wrong.scd"
    ! source_page "$work/wrong.scd" >/dev/null 2>&1 ||
        wrong options.awk "nothing against $line"
done
printf '@option limit\n\tMore of it.\n\n@options\n' >"$work/short.scd"
source_page "$work/short.scd" >"$work/short"
[ "$(sed -n 1,4p "$work/short")" = "*--limit* _N_
	Send at most N changes.
	More of it.
	Also for *retry*, *undo*." ] || wrong options.awk "$(sed 5q "$work/short")"
[ "$(heads "$work/short" | grep -c '^\*.*--')" = "$(names option | wc -l)" ] ||
    wrong options.awk "an option that the page does not name is missing"

# --- keys of the configuration ------------------------------------------------
# told SECTION: the keys that a section of custsync.yaml(5) tells of.
told() {
    sed -n "/^# $1\$/,/^# /p" "$pages/custsync.yaml.5.scd" |
        grep -xE '(, |\*[a-z_]+\*)+' | grep -oE '[a-z_]+' | sort
}
# table FILE VARIABLE: the texts of an array of C.
table() {
    tr '\n' ' ' <"$source_dir/sync/$1.c" | grep -oP " $2\[\] = \{\K[^}]*" |
        grep -oE '"[a-z_]+"' | tr -d '"'
}
# Those that only the command line has stand last, and are counted there.
job_keys() {
    local last
    last=$(sed -n 's/.*ONLY_COMMAND_LINE = \([0-9]*\).*/\1/p' \
        "$source_dir/sync/config_policy.c")
    printf 'from\nto\n'
    sed -n '/ setters\[\] = {/,/};/s/^ *{"\([a-z_]*\)".*/\1/p' \
        "$source_dir/sync/config_policy.c" | head -n "-$last"
}
same_keys() { # SECTION KEYS
    sort <<<"$2" >"$work/there"
    told "$1" >"$work/told"
    [ "$(wc -l <"$work/there")" -ge 3 ] ||
        wrong custsync.yaml.5 "the source has no keys of $1"
    diff -U0 "$work/there" "$work/told" >"$work/differ" ||
        wrong custsync.yaml.5 "keys of $1 (-: not told, +: not there):
$(grep '^[-+][a-z]' "$work/differ")"
}
same_keys "THE FILE" "$(table config keys)"
same_keys ACCOUNTS "$(table config_account common_keys)"
same_keys JOBS "$(job_keys)"

# settings PROVIDER; row PROVIDER: its row of the table, as four lines.
settings() {
    "$program" mappings "$1" | sed -n '/^settings:/,/^[^ ]/s/^  \([a-z_]*\):.*/\1/p'
}
row() { grep -A3 "^|  $1\$" "$pages/custsync.yaml.5.scd"; }
for file in "$source_dir"/mappings/providers/*.yaml; do
    provider=$(basename "$file" .yaml)
    for setting in $(settings "$provider" | grep -vx access_token); do
        row "$provider" | grep -qF "*$setting*" ||
            wrong custsync.yaml.5 "$provider takes $setting"
    done
done

# --- keys of mappings and providers -------------------------------------------
# The schema has them all, for editors; test_schema.sh holds it to the program.
schema=$source_dir/mappings/schema.json
mapping_pages=("$pages"/custsync-mapping.5.scd "$pages"/custsync-provider.5.scd)
jq -r '[.. | objects | .properties? // {} | keys[]] | unique[]' "$schema" \
    >"$work/there"
[ "$(wc -l <"$work/there")" -ge 100 ] || wrong '*' "the schema has no keys"
while read -r key; do
    grep -qE "\*([^*]*[^a-z_*])?$key([^a-z_*][^*]*)?\*" "${mapping_pages[@]}" ||
        wrong custsync-mapping.5 "$key is missing, and in custsync-provider.5"
done <"$work/there"
jq -r '.. | objects | .enum? // [] | .[] | strings' "$schema" >>"$work/there"
grep -hxE '(, |\*[a-z_]+\*)+' "${mapping_pages[@]}" | grep -oE '[a-z_]+' |
    grep -vxFf "$work/there" >"$work/invented" &&
    wrong custsync-mapping.5 "nobody reads: $(sort -u "$work/invented")"

# --- each page as people see it -----------------------------------------------
seen=0
for page in "$pages"/*.scd; do
    name=$(basename "$page" .scd)
    sh "$pages/page.sh" "$work/table" "$page" >"$work/$name" ||
        { wrong "$name" "it cannot be made"; continue; }
    LC_ALL=C.UTF-8 MANWIDTH=80 MANROFFOPT= MAN_KEEP_FORMATTING= \
        man --warnings -l "$work/$name" >"$work/text" 2>"$work/err" ||
        wrong "$name" "man cannot show it"
    [ ! -s "$work/err" ] || wrong "$name" "$(head -5 "$work/err")"
    wide=$(LC_ALL=C.UTF-8 grep -E '^.{81}' "$work/text" | head -20)
    [ -z "$wide" ] || wrong "$name" "wider than 80 columns: $wide"
    ! LC_ALL=C.UTF-8 grep -m 3 -P '\x{2010}$' "$work/text" ||
        wrong "$name" "words are cut at line ends"
    for section in NAME DESCRIPTION 'SEE ALSO'; do
        grep -qx "$section" "$work/text" || wrong "$name" "no $section"
    done
    for other in "$pages"/*.scd; do
        other=$(basename "$other" .scd)
        [ "$other" = "$name" ] || sed -n '/^# SEE ALSO/,$p' "$page" |
            grep -qF "*${other%.*}*(${other##*.})" ||
            wrong "$name" "SEE ALSO has no $other"
    done
    seen=$((seen + 1))
done
[ "$seen" -ge 5 ] || wrong '*' "only $seen pages"
exit $failed
