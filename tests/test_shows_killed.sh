#!/usr/bin/env bash
# Killed at a sample of all places and started again: nobody is there twice,
# nobody is lost, each is created in one run, the third run is silent, and the
# store knows what it would have known. All places: contrib/crash.sh.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

# Each pair dies at some steps, and at some calls of one kind in turn.
others=(after-send after-recv half-write send connect write half-send)
turn=0
table_head
for provider in $providers; do
    for scenario in $(scenarios_of "$provider"); do
        if [ "$scenario" = link ]; then # it asks nobody, and has few steps
            crash "$provider" link 7 step half-write
            continue
        fi
        other=${others[turn++ % ${#others[@]}]}
        stride=43
        case $other in *write) stride=101 ;; esac
        crash "$provider" "$scenario" $stride step "$other"
    done
done

# The one death after which somebody has to do something: COUNT's refresh token
# was used, and what came for it is lost.
prepare count refresh
undisturbed count
begin
logins=0
killed step 'after POST' sync "$source_end" "$end"
same "exit code of the killed run" 137 $code
survived count
same "logins" 1 $logins
echo "ok: killed $all_deaths times"
