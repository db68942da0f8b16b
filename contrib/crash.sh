#!/usr/bin/env bash
# Kills custsync everywhere and looks whether anybody is lost or twice.
#
#   contrib/crash.sh [OPTION...] [PROVIDER...]     all three, when none is named
#
#   --stride N         only every N-th place of each kind
#   --scenario NAME    only this one: create update bulk merge refresh adopt
#                      link look export
#   --every SECONDS    no places, but SIGKILL every so often, until done
#   --people N         so many creates then (5000)
#
# Without --every it dies at each durable step, each connect, before, within and
# after each send, after each receipt, before each write of the store and in the
# middle of it; and each time it is run again and compared with a run that
# nobody disturbed. One provider takes about a quarter of an hour; they may run
# side by side. It needs a build with tests, and takes build/dev when CUSTSYNC
# and SANDBOX name no other.
#
# The table: places at which it was killed, runs that followed, customers
# expected in all and found in all, logins that were needed because a token was
# lost with the process that had asked for it.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

usage() {
    sed -n '/^#   contrib/,/^$/{/^#/!q;s/^# \{0,1\}//p}' contrib/crash.sh
    exit "$1"
}
stride=1 every='' people_wanted=5000 only='' named=()
while [ $# -gt 0 ]; do
    case $1 in
    --stride | --every | --people | --scenario) [ $# -ge 2 ] || usage 64 >&2 ;;
    esac
    case $1 in
    --stride) stride=$2 && shift ;;
    --every) every=$2 && shift ;;
    --people) people_wanted=$2 && shift ;;
    --scenario) only=$2 && shift ;;
    -h | --help) usage 0 ;;
    kounta | count | fieldedge) named+=("$1") ;;
    *) usage 64 >&2 ;;
    esac
    shift
done
set --
export CUSTSYNC=${CUSTSYNC:-build/dev/custsync}
export SANDBOX=${SANDBOX:-build/dev/custsync-sandbox}
if [ ! -x "$CUSTSYNC" ] || [ ! -x "$SANDBOX" ]; then
    echo "crash: no $CUSTSYNC and $SANDBOX; build them: contrib/test.sh" >&2
    exit 1
fi
# shellcheck source=tests/sandbox_lib.sh
. tests/sandbox_lib.sh
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

[ ${#named[@]} -gt 0 ] || read -r -a named <<<"$providers"
table_head
for provider in "${named[@]}"; do
    if [ -n "$every" ]; then
        killed_every "$every" "$provider" "$people_wanted"
        continue
    fi
    for scenario in $(scenarios_of "$provider"); do
        [ -z "$only" ] || [ "$only" = "$scenario" ] || continue
        # shellcheck disable=SC2086
        crash "$provider" "$scenario" "$stride" $kinds
    done
done
echo "ok: killed $all_deaths times, nobody twice, nobody lost"
