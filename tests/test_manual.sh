#!/usr/bin/env bash
# Every command and every option that --help shows is in custsync(1).
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
program=${CUSTSYNC:?the path of the program}
manual=$source_dir/sync/man/custsync.1.scd
failed=0

commands() {
    "$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

options() { # COMMAND
    "$program" "$1" --help | grep -oE '^ +(-[a-zA-Z], |)--[a-z-]+' |
        grep -oE -- '--[a-z-]+'
}

missing() {
    echo "sync/man/custsync.1.scd: $1 is missing"
    failed=1
}

[ "$(commands | wc -l)" -ge 10 ] || missing "nearly every command"
for command in $(commands); do
    grep -qE "^\*$command\*|, \*$command\*" "$manual" || missing "$command"
    [ "$command" != help ] || continue
    for option in $(options "$command"); do
        grep -qE "^(\*.*, )?\*$option\*" "$manual" ||
            missing "$command $option"
    done
done
exit $failed
