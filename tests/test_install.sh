#!/usr/bin/env bash
# What is installed works without the source beside it: into a folder of our
# choice, and run by somebody with nothing of their own.
set -eu
custsync=$(realpath -e -- "${CUSTSYNC:?CUSTSYNC names the program}")
build_dir=${custsync%/*}
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

fail() {
    echo "test_install: $*" >&2
    exit 1
}
as_stranger() {
    env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME="$work/home" \
        "${sanitizer[@]}" "$prefix/bin/custsync" "$@"
}
sanitizer=()
for name in ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS; do
    [ -z "${!name-}" ] || sanitizer+=("$name=${!name}")
done

cmake --install "$build_dir" --prefix "$prefix" >"$work/log" 2>&1 ||
    fail "cmake --install failed: $(cat "$work/log")"
mkdir "$work/home"
cd "$work/home"

# --- the mappings: all of them, and those of the prefix, not of the source ----
as_stranger mappings >"$work/mappings" || fail "mappings ended with $?"
count=0
for file in "$source_dir"/mappings/files/*.yaml \
    "$source_dir"/mappings/providers/*.yaml; do
    name=${file##*/}
    grep -qE "^${name%.yaml} " "$work/mappings" || fail "$name is not listed"
    count=$((count + 1))
done
[ "$count" -ge 10 ] || fail "only $count mappings in the source"
! grep -qF "$source_dir" "$work/mappings" || fail "the source is looked into"

rm "$prefix/share/custsync/mappings/files/shopify.yaml"
as_stranger mappings >"$work/fewer" || fail "mappings ended with $?"
! grep -q '^shopify ' "$work/fewer" || fail "shopify comes from elsewhere"

# --- data files: countries and placeholders have to be found too ---------------
printf 'first_name,email,country\nAna,ana@example.com,England\n' >ana.csv
as_stranger sync --state ana.db ana.csv ana.ndjson >/dev/null 2>"$work/err" ||
    fail "a file cannot be read with what is installed: $(cat "$work/err")"
grep -q '"GB"' ana.ndjson || fail "England is no country: $(cat ana.ndjson)"

# --- the manual, the shell, the documents ---------------------------------------
pages=0
for manual in "$source_dir"/sync/man/*.scd; do
    page=${manual##*/}
    page=${page%.scd}
    [ -s "$prefix/share/man/man${page##*.}/$page" ] || fail "no manual $page"
    pages=$((pages + 1))
done
[ "$pages" -gt 0 ] || fail "there is no manual page at all"
bash -n "$prefix/share/bash-completion/completions/custsync" ||
    fail "the completion is no bash"
for file in zsh/site-functions/_custsync fish/vendor_completions.d/custsync.fish
do
    [ -s "$prefix/share/$file" ] || fail "no completion $file"
done
for file in README.md LICENSE examples/custsync.cron; do
    [ -s "$prefix/share/doc/custsync/$file" ] || fail "no document $file"
done
for unit in custsync@.service custsync@.timer; do
    [ -s "$prefix/lib/systemd/system/$unit" ] || fail "no unit $unit"
done
"$prefix/bin/custsync-sandbox" --help >/dev/null || fail "no sandbox"

# --- a prefix that is moved, and one that is staged for a package ----------------
mv "$prefix" "$work/moved"
prefix=$work/moved
as_stranger mappings woocommerce >"$work/moved.out" ||
    fail "moved, it does not find its mappings"
DESTDIR=$work/staged cmake --install "$build_dir" --prefix /usr \
    >"$work/log" 2>&1 || fail "with DESTDIR: $(cat "$work/log")"
[ -z "$(find "$work/staged" -mindepth 1 -maxdepth 1 ! -name usr)" ] ||
    fail "something is installed outside of the prefix"
prefix=$work/staged/usr
as_stranger mappings shopify >"$work/staged.out" ||
    fail "staged, it does not find its mappings"
echo "test_install: $count mappings and $pages manual pages are in place"
