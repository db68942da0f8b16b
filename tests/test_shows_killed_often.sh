#!/usr/bin/env bash
# Creates at providers that lose answers, reset connections and throttle, with
# SIGKILL again and again until a run comes to its end: everybody is there, and
# once. Five thousand, and every two seconds: contrib/crash.sh --every 2.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

table_head
for provider in $providers; do
    killed_every 0.7 "$provider" 200
done
at_least "kills" 3 $all_deaths
echo "ok: killed $all_deaths times"
