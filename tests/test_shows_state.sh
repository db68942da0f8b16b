#!/usr/bin/env bash
# The state under a disk that lies, fills up or is somebody else's: an error
# that says so and what to do, nothing sent that is not written down, and the
# next run carries on.
# shellcheck source=tests/sandbox_lib.sh
if [ -z "${STATE_IN_A_ROOM_OF_ITS_OWN:-}" ]; then
    # A small disk needs a mount, and it must go with this script.
    export STATE_IN_A_ROOM_OF_ITS_OWN=no
    for room in "unshare -m" "unshare -Urm"; do
        # shellcheck disable=SC2086
        if $room mount -t tmpfs -o size=1m none /mnt 2>/dev/null; then
            STATE_IN_A_ROOM_OF_ITS_OWN=yes
            # shellcheck disable=SC2086
            exec $room bash "$0" "$@"
        fi
    done
fi
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

state=state/custsync.db
# asked: requests that came to the sandbox since it was told to forget.
asked() { brief '[.totals[].requests] | add'; }

# ---- torn and damaged pages ------------------------------------------------------
make_people 40 >people.csv
sed 's/Perth/Broome/' people.csv >moved.csv
make_people 3 60 | tail -n +2 >>moved.csv
sandbox --rate off
at_once
sync 0 people.csv shop:
cp -r state whole
pages=$(($(stat -c %s $state) / 4096))
at_least "pages" 20 $pages
# damage HOW PAGE (from 0): what a disk may do to it.
damage() {
    case $1 in
    noise) head -c 4096 /dev/urandom | dd of=$state bs=4096 seek="$2" conv=notrunc ;;
    torn) head -c 2048 /dev/urandom | dd of=$state bs=2048 seek=$(($2 * 2 + 1)) conv=notrunc ;;
    old) dd if=whole/custsync.db of=$state bs=4096 skip=$((($2 + 1) % pages)) seek="$2" count=1 conv=notrunc ;;
    cut) truncate -s $(($2 * 4096 + 2048)) $state ;;
    esac 2>/dev/null
}
# Pages that nobody uses are written before they are read: nothing is lost there.
spare=$(python3 - $state <<'PYTHON'
import struct, sys
data = open(sys.argv[1], 'rb').read()
page, = struct.unpack('>I', data[32:36])
while page:
    at = (page - 1) * 4096
    page, count = struct.unpack('>2I', data[at:at + 8])
    print(*struct.unpack('>%dI' % count, data[at + 8:at + 8 + 4 * count]))
PYTHON
)
n=0
for ((page = 1; page < pages; page++)); do
    case " ${spare//$'\n'/ } " in *" $((page + 1)) "*) continue ;; esac
    how=(noise torn old cut)
    how=${how[page % 4]}
    case_name="page $((page + 1)) of $pages, $how"
    rm -rf state
    cp -r whole state
    damage "$how" "$page"
    cmp -s whole/custsync.db $state && continue
    forget
    ends 74 sync moved.csv shop:
    like "what it is" 'custsync\.db: the state file is damaged' err
    like "what to do" 'hint: .*backup' err
    same "requests" 0 "$(asked)"
    custsync status shop:
    [ "$code" = 0 ] || [ "$code" = 74 ] || fail "status" "0 or 74" "$code"
    n=$((n + 1))
done
at_least "pages damaged" 20 $n
case_name='the backup after the damage'
rm -rf state
cp -r whole state
sync 0 moved.csv shop:
ledger 'created 3' 'updated 40'
same "customers" 43 "$(holds kounta)"
case_name='without a backup'
rm -rf state
mkdir state
forget
sync 0 moved.csv shop:
same "customers and created" '43 0' "$(holds kounta) $(total kounta created)"

# ---- somebody else looks at what a killed run left ----------------------------
# The last to close a state moves its log into the file. Whoever only wanted to
# look has done no damage.
case_name='closed by another program'
rm -rf "$work/state" && mkdir "$work/state"
sandbox --rate off --latency 40
accounts 'settle_delay: 0ms' 'concurrency: 1'
"$CUSTSYNC" sync people.csv shop: >said/dead.out 2>said/dead.err &
started=($!)
under_way() { [ "$(holds kounta)" -ge 10 ]; }
soon "the first customers" under_way
kill -KILL "${started[0]}"
wait "${started[0]}" 2>/dev/null
started=()
at_least "the log" 4096 "$(stat -c %s $state-wal)"
python3 -c 'import sqlite3, sys
base = sqlite3.connect(sys.argv[1])
print(base.execute("SELECT count(*) FROM customer").fetchone())
print(base.execute("PRAGMA integrity_check").fetchone())
base.close()' $state >looked || fail "another program" "reads it" "$(cat looked)"
same "the log afterwards" '' "$(ls $state-wal 2>/dev/null)"
sync 0 people.csv shop:
same "customers" 40 "$(holds kounta)"
sync 0 moved.csv shop:

# ---- a small disk, a full disk --------------------------------------------------
if [ "$STATE_IN_A_ROOM_OF_ITS_OWN" = yes ]; then
    make_people 3000 >many.csv
    mkdir small
    case_name='12 MB'
    mount -t tmpfs -o size=12m none small || fail "a small disk" "mounted" "not"
    sandbox --rate off
    at_once
    sync 0 many.csv books: --state small/state.db
    once count 3000
    umount small

    case_name='no room at all'
    mount -t tmpfs -o size=12m none small
    sandbox --rate off
    at_once
    head -c 9000000 /dev/zero >small/else
    for ((runs_full = 0; runs_full < 3; runs_full++)); do
        ends 74 sync many.csv books: --state small/state.db
        like "what it is" 'cannot write the state: no room' err
        like "what to do" 'make room' err
    done
    held=$(holds count)
    rm small/else
    ends 0 sync many.csv books: --state small/state.db
    once count 3000
    at_most "held while there was no room" 3000 "$held"
    umount small
else
    echo "a small disk cannot be mounted here: left out"
fi

# A limit on the size of files ends like a full disk, not by a signal.
case_name='a limit on files'
sandbox --rate off
at_once
(ulimit -f 64; "$CUSTSYNC" sync moved.csv field: >out 2>err)
same "exit code" 74 $?
like "what it is" 'no room' err
sync 0 moved.csv field:
once fieldedge 43

# ---- somebody holds the write lock and does not let go ------------------------------
# held_by_another WANTED SECONDS OPTION...: all the while.
held_by_another() {
    local wanted=$1 most=$2 pid began
    shift 2
    (flock -x 9 && exec sleep 60) 9>>$state.lock &
    started=($!)
    soon "the holder" is_held
    began=$SECONDS
    "$CUSTSYNC" sync people.csv field: "$@" >out 2>err &
    pid=$!
    started+=($pid)
    if [ "$wanted" -gt 128 ]; then
        sleep 0.3
        kill -TERM $pid
    fi
    wait $pid
    same "exit code" "$wanted" $?
    at_most "seconds" "$most" $((SECONDS - began))
    kill "${started[0]}"
    wait "${started[0]}" 2>/dev/null
    started=()
}
is_held() { ! flock -n $state.lock true; }
case_name='a signal while another run writes'
held_by_another 143 20
case_name='the deadline while another run writes'
held_by_another 75 20 --deadline 1s
like "what it is" 'deadline' err
case_name='and afterwards'
sync 0 people.csv field:

# ---- the state is somebody else's as well ----------------------------------------------
case_name='rights'
chmod 644 $state
forget
ends 78 sync moved.csv field:
like "what to do" 'chmod 600' err
ends 78 status
same "requests" 0 "$(asked)"
chmod 600 $state
ln -s custsync.db state/link.db
ends 78 sync moved.csv field: --state state/link.db
like "what it is" 'symbolic link' err

case_name='the lock names the account'
name=$(echo state/*account*.lock)
(flock -x 9 && exec sleep 60) 9>>"$name" &
started=($!)
is_held() { ! flock -n "$name" true; }
soon "the holder" is_held
ends 75 sync people.csv field:
like "whose it is" '^custsync: field: held by another run' err
kill "${started[0]}"
started=()

echo "ok: $n damaged pages told, a full disk survived, nobody waits in vain"
