#!/usr/bin/env bash
# Every example in the README and in the manual is run, and says what stands
# there. What differs is told as a diff; "documents/run.py --write" mends it.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export SANDBOX=${SANDBOX:-${1:?the path of custsync-sandbox}}
exec python3 -B "$here/documents/run.py" "${@:2}"
