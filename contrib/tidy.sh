#!/usr/bin/env bash
# Has clang-tidy look at the C source: contrib/tidy.sh [--deep] [FILE...]
#
# Without a FILE at all of it, for some minutes. --deep follows the paths
# through each function, too, which takes twenty times as long. The checks are
# those of .clang-tidy. Ends with 0 when it finds nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

checks=()
if [ "${1-}" = --deep ]; then
    # The functions that it wants in place of memcpy are in no libc of ours.
    no=-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
    checks=("--checks=clang-analyzer-*,$no")
    shift
fi
case ${1-} in
-*) echo "usage: contrib/tidy.sh [--deep] [FILE...]" && exit 64 ;;
esac
command -v clang-tidy >/dev/null ||
    { echo "tidy: install the package clang-tidy" >&2; exit 69; }
[ -f build/dev/compile_commands.json ] || cmake --preset dev >/dev/null

files=("$@")
[ ${#files[@]} -gt 0 ] ||
    files=(formats/*.c mappings/*.c state/*.c sync/*.c contrib/sandbox/*.c)
# It counts what it left out on standard error, file by file.
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" \
    clang-tidy -p build/dev --quiet "${checks[@]}" 2>/dev/null ||
    { echo "tidy: there is something to mend" >&2; exit 1; }
echo "tidy: ${#files[@]} files, nothing found"
