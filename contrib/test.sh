#!/usr/bin/env bash
# Sets up, builds and tests: contrib/test.sh [dev|asan]
#
# dev (the default) is optimised, asan runs the same tests under
# AddressSanitizer and UBSan. The last lines are ctest's, the exit code is 0
# only when every test passed.
set -euo pipefail

usage() {
    echo "usage: contrib/test.sh [dev|asan]"
    exit "$1"
}
case $# in
0) preset=dev ;;
1) preset=$1 ;;
*) usage 64 >&2 ;;
esac
case $preset in
dev | asan) ;;
-h | --help) usage 0 ;;
*) usage 64 >&2 ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."
contrib/setup-debian.sh
# Nobody watches in CI, and no test may ask anybody anything anywhere.
if [ -n "${CI:-}" ]; then
    export NO_COLOR=1 CLICOLOR=0 TERM=dumb
fi
exec cmake --workflow --preset "$preset" </dev/null
