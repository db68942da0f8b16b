#!/usr/bin/env bash
# The shape of the source, as far as grep can see it: includes point down, each
# library has one home, no provider is named in C, SQL stays in state/.
#
# Every offence is printed as FILE:LINE: what is wrong. The rules are then held
# against a small tree that breaks each of them, for a rule that cannot fail
# guards nothing.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}

# Each library, the headers that betray it, and the files that may have them.
homes='
libcurl|curl/.*|sync/http*.c sync/http_own.h tests/test_http_url.c contrib/bench/*
SQLite|sqlite3.*\.h|state/* contrib/sandbox/* contrib/bench/*
libxml2|libxml/.*|formats/xml*.[ch] contrib/bench/*
libcsv|csv\.h|formats/csv*.[ch] contrib/bench/*
jansson|jansson.*\.h|formats/json*.[ch] contrib/sandbox/* tests/* contrib/bench/*
libarchive|archive(_entry)?\.h|formats/input*.c formats/unpack*.c tests/*
zlib|zlib\.h|formats/unpack_gzip.c
iconv|iconv\.h|formats/encoding.c
libyaml|yaml\.h|mappings/yaml.c
PCRE2|pcre2.*\.h|mappings/pattern.c
utf8proc|utf8proc\.h|mappings/fold.c
libidn2|idn2\.h|mappings/clean_email.c
libphonenumber|phonenumbers/.*|mappings/phone.cc contrib/bench/*
OpenSSL|openssl/.*|sync/crypto.c contrib/sandbox/* tests/*
xxHash|xxh.*\.h|sync/print.c formats/names.c state/keys.c
argp|argp\.h|sync/options.c contrib/sandbox/main.c
libmicrohttpd|microhttpd\.h|contrib/sandbox/* tests/*
'
# Each folder, and whose headers it may include.
layers='
formats|formats
mappings|mappings formats
state|state formats
sync|sync mappings state formats
contrib/sandbox|
'
top='CMakeLists.txt CMakePresets.json README.md LICENSE CHANGELOG.md
CONTRIBUTING.md SECURITY.md formats mappings state sync tests contrib build'

# sources FOLDER...: what is C or C++ in them.
sources() {
    find "$@" -type f \( -name '*.c' -o -name '*.h' -o -name '*.cc' \
        -o -name '*.inc' \) 2>/dev/null | sort
}

check_layers() {
    local layer allowed file line header
    while IFS='|' read -r layer allowed; do
        [ -n "$layer" ] && [ -d "$layer" ] || continue
        while IFS=: read -r file line header; do
            [ -n "$file" ] || continue
            header=${header#*\"}
            header=${header%%\"*}
            case $header in
            */*)
                case " $allowed " in
                *" ${header%%/*} "*) [ "${header#*..}" = "$header" ] &&
                    continue ;;
                esac ;;
            *) [ -f "${file%/*}/$header" ] && continue ;;
            esac
            echo "$file:$line: $layer/ may not include $header"
        done < <(sources "$layer" |
            xargs -r grep -HnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"')
    done <<<"$layers"
}

check_homes() {
    local library headers allowed file line rest home pattern
    while IFS='|' read -r library headers allowed; do
        [ -n "$library" ] || continue
        pattern="^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($headers)[>\"]"
        while IFS=: read -r file line rest; do
            [ -n "$file" ] || continue
            home=no
            set -f # the globs are for case, not for the folder we are in
            for glob in $allowed; do
                # shellcheck disable=SC2254
                case $file in $glob) home=yes ;; esac
            done
            set +f
            [ "$home" = yes ] ||
                echo "$file:$line: $library has its home in $allowed"
        done < <(sources formats mappings state sync contrib tests |
            xargs -r grep -HnE "$pattern")
    done <<<"$homes"
}

check_words() {
    # A provider is data: its name stands in its file and nowhere in C.
    sources formats mappings state sync |
        xargs -r grep -HniE 'kounta|fieldedge|getcount|"count"' |
        sed -E 's/^([^:]*:[0-9]*):.*/\1: a provider is named in C/'
    # Statements begin a string; words in comments and messages do not.
    sources formats mappings sync |
        xargs -r grep -HnE '\b(SELECT .*|INSERT (OR|INTO)|UPDATE [a-z_]+ SET|DELETE FROM|CREATE (TABLE|INDEX|UNIQUE)|PRAGMA|BEGIN IMMEDIATE|ROLLBACK)\b|"(select .+ from|insert into|update [a-z_]+ set|delete from|pragma|begin immediate|rollback)\b|sqlite3_' |
        sed -E 's/^([^:]*:[0-9]*):.*/\1: SQL outside state\//'
    # What is checked out must not know where, nor what lay beside it. The
    # pattern is in pieces, so that this line is no offence.
    grep -rnIE --exclude-dir=.git --exclude-dir=build \
        '\.\./sha''red|/wo''rk/|/tmp/bash_''jobs' . |
        sed -E 's/^\.\/([^:]*:[0-9]*):.*/\1: points outside the repository/'
}

check_top() {
    local entry
    while IFS= read -r entry; do
        case " ${top//$'\n'/ } " in
        *" $entry "*) ;;
        *) echo "$entry:1: not in the agreed layout" ;;
        esac
    done < <(ls)
}

# offences FOLDER: all of them, none when the source is in shape.
offences() (
    cd "$1" || exit 2
    check_layers
    check_homes
    check_words
    check_top
)

found=$(offences "$source_dir")
if [ -n "$found" ]; then
    printf '%s\n' "$found" >&2
    exit 1
fi

# --- the rules themselves -----------------------------------------------------
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{formats,mappings,state,sync,contrib/sandbox,tests,docs}
# breaks FILE TEXT: a file of one line, which must be found.
breaks() { printf '%s\n' "$2" >"$work/$1"; }
breaks formats/up.c '#include "mappings/rule.h"'
breaks formats/dots.c '#include "formats/../state/store.h"'
breaks mappings/aside.c '#include "state/store.h"'
breaks state/up.c '#include "sync/plan.h"'
breaks contrib/sandbox/ours.c '#include "formats/text.h"'
breaks sync/lost.c '#include "nowhere.h"'
breaks sync/plan.c '#include <curl/curl.h>'
breaks sync/store.c '#include <sqlite3.h>'
breaks mappings/tree.c '#include <jansson.h>'
breaks formats/json.c '#include <libxml/parser.h>'
breaks formats/rows.c ' # include <csv.h>'
breaks formats/zip.c '#include <archive.h>'
breaks mappings/bytes.c '#include <iconv.h>'
breaks sync/config.c '#include <yaml.h>'
breaks mappings/rule.c '#include <pcre2.h>'
breaks mappings/key.c '#include <utf8proc.h>'
breaks sync/domain.c '#include <idn2.h>'
breaks mappings/tel.cc '#include <phonenumbers/phonenumberutil.h>'
breaks sync/sign.c '#include <openssl/hmac.h>'
breaks state/hash.c '#include <xxhash.h>'
breaks sync/main.c '#include <argp.h>'
breaks sync/serve.c '#include <microhttpd.h>'
breaks sync/which.c 'if (strcmp(name, "Kounta") == 0)'
breaks sync/which2.c 'if (strcmp(name, "count") == 0)'
breaks mappings/sql.c 'run("SELECT id FROM link");'
breaks sync/where.c '/* see ../sha''red */'
breaks docs.txt 'a file nobody agreed on'
wanted=$({ find "$work" -type f -printf '%P:1\n'; echo docs:1; } | sort -u)
got=$(offences "$work" | cut -d: -f1,2 | sort -u)
if [ "$wanted" != "$got" ]; then
    echo "test_layers: a broken rule was not noticed, or a kept one was:" >&2
    diff <(echo "$wanted") <(echo "$got") >&2
    exit 1
fi
echo "test_layers: the source is in shape, and $(wc -l <<<"$wanted") ways to" \
    "break it are noticed"
