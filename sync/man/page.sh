#!/bin/sh
# page.sh TABLE PAGE.scd: the page as man(1) reads it, on standard output. TABLE
# is what `custsync help --table` says.
set -eu
source=$(awk -f "$(dirname "$0")/options.awk" "$1" "$2")
page=$(printf '%s\n' "$source" | "${SCDOC:-scdoc}")
# scdoc asks for no hyphens at line ends, and man's macros forget it: the names
# of options, files and codes have to stay whole to be copied and searched for.
printf '%s\n' "$page" | sed 's/^\.nh$/.nr HY 0/'
