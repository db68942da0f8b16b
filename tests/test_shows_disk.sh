#!/usr/bin/env bash
# A disk that is full, that fails, that may only be read: the run ends with 74
# and says so, nothing it knew is lost, and the first run after that carries on.
# fiu-run makes calls fail at random, our own shim makes the n-th of them fail.
# Damaged pages and disks that really are small: test_shows_state.sh.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

broken=0 # runs that a fault has ended
# ended_well PROVIDER WORDS: the run that met the fault has said so, or was not
# harmed by it; the next one has everybody there, the third has nothing to do.
ended_well() {
    local to
    to=$(account_of "$1")
    case $code in
    0) ;;
    74)
        broken=$((broken + 1))
        like "what is wrong" "$2" err
        has "what to do" 'hint: ' err
        ;;
    *) fail "exit code" "74 or 0" $code ;;
    esac
    sync 0 people.csv "$to"
    once "$1" $people
    quiet people.csv "$to"
    ledger "unchanged $people"
}

# ---- the n-th call fails ----------------------------------------------------

# failing PROVIDER ON DO FIRST STRIDE WORDS: at every STRIDE-th call of that
# kind, until there is none left.
failing() {
    local n=$4 to
    to=$(account_of "$1")
    while :; do
        case_name="$to $2 $n fails with errno $3"
        begin
        last="sync people.csv $to (faulty: $2 $3 at $n)"
        FAULT_SEEN=$work/seen faulty "$2" "$n" "$3" custsync.db \
            "$CUSTSYNC" sync people.csv "$to" >out 2>err </dev/null
        code=$?
        [ "$(cat seen)" -ge "$n" ] || break
        ended_well "$1" "$6"
        n=$((n + $5))
    done
}
full='no room'
io='I/O|cannot|damaged'
turn=0
for provider in $providers; do
    prepare "$provider" create
    turn=$((turn + 2))
    failing "$provider" write 28 $((turn * 2)) 29 "$full"
    failing "$provider" write 28+ $((turn * 3)) 31 "$full"
    failing "$provider" write 5 $((turn * 5)) 37 "$io"
    failing "$provider" sync 5 $turn 11 "$io"
    failing "$provider" read 5 $turn 17 "$io"
    failing "$provider" truncate 5 1 3 "$io"
done
at_least "runs that a failing call has ended" 15 $broken

# ---- calls fail at random, with libfiu --------------------------------------

# It cannot be loaded together with a sanitizer.
if [ -n "${ASAN_OPTIONS-}" ]; then
    echo "no libfiu with a sanitizer"
elif command -v fiu-run >/dev/null; then
    prepare kounta create
    for point in rw/pwrite sync/fdatasync sync/fsync; do
        case_name="libfiu: posix/io/$point"
        begin
        last="sync people.csv shop: (fiu-run: posix/io/$point)"
        fiu-run -x -f '' \
            -c "enable_random name=posix/io/$point,probability=0.03,failinfo=5" \
            "$CUSTSYNC" sync people.csv shop: >out 2>err </dev/null
        code=$?
        ended_well kounta "$io|$full"
    done
else
    echo "no fiu-run here: contrib/setup-debian.sh installs it"
fi

# ---- a state that may only be read ------------------------------------------

# Root may write everything: a call that fails like for anybody else.
prepare kounta create
for errno in 30 13; do
    case_name="read-only, errno $errno"
    begin
    last='sync people.csv shop: (read-only)'
    faulty open 1 "$errno+" custsync.db "$CUSTSYNC" sync people.csv shop: \
        >out 2>err </dev/null
    code=$?
    same "exit code" 74 $code
    like "what is wrong" '[Rr]ead-only|readonly|[Pp]ermission' err
    has "what to do" 'hint: ' err
    same "requests" 0 "$(brief '[.totals[].requests] | add')"
    ended_well kounta .
done

echo "ok: $broken runs ended by a fault, none of them lost anything"
