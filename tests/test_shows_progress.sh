#!/usr/bin/env bash
# What a run tells on a terminal while it works, what it leaves there when it is
# interrupted, and that nobody is lost or made twice by that.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
export TERM=xterm
unset NO_COLOR

# on_terminal WANTED OPTION... -- ARGUMENT...: custsync on a terminal; what was
# drawn in drawn, and in lines, one a drawing, without what erases.
on_terminal() {
    local wanted=$1 options=() code
    shift
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    last="${options[*]} $*"
    python3 "$source_dir/tests/pty_drawn.py" "${options[@]}" drawn \
        "$CUSTSYNC" "$@"
    code=$?
    tr '\r' '\n' <drawn | sed 's/\x1b\[K//' | grep -v '^$' >lines
    cp lines out
    : >err
    same "exit code" "$wanted" "$code"
}
# fits COLUMNS: none of what is drawn anew reaches the last column.
fits() {
    python3 - "$1" <<'PYTHON' || fail "a line" "at most $1 columns" "more"
import re, sys
drawn = open("drawn", "rb").read().decode()
lines = re.findall("\r\033\\[K([^\r\n]*?)(?=\r\033|\\^)", drawn)
assert lines, "nothing was drawn"
sys.exit(any(len(line) >= int(sys.argv[1]) for line in lines))
PYTHON
}
fresh() { # OPTION...: a sandbox that takes its time
    sandbox --rate off --latency 120 "$@"
    at_once
    accounts 'concurrency: 4'
}

make_people 12 >people.csv
case_name='80 columns'
fresh
on_terminal 0 -- sync people.csv shop:
like "how far it is" '^sending to shop:  [0-9]+/12 changes  ' lines
like "what is to come" ' [0-9]+ requests to go' lines
like "the summary, on a line of its own" '^run 1: people.csv -> shop:$' lines
fits 80
has_not "colours" $'\033[3' drawn

case_name='40 columns, from one moment to the next'
fresh
on_terminal 0 --resize 'sending to=40' -- sync people.csv shop:
sed -i 's/.*<resized>//' drawn
fits 40
like "how far it is" '/12' drawn

case_name='a terminal that can only print'
fresh
TERM=dumb on_terminal 0 -- sync people.csv shop:
has_not "what erases" $'\033' drawn
has_not "progress" 'sending to' drawn
case_name='no colours'
NO_COLOR=1 on_terminal 0 -- sync people.csv shop:
has_not "colours" $'\033[3' drawn
case_name='elsewhere'
ours
rm -rf state
mkdir state
"$CUSTSYNC" sync people.csv shop: 2>&1 >/dev/null | cat >piped
same "in a pipe" '' "$(cat piped)"

case_name='among customers on the terminal'
make_people 20000 >many.csv
on_terminal 0 -- sync many.csv - --to-format csv
has "the customers" ',p00009@example.com,' drawn
has_not "what erases" $'\033[K' drawn

case_name='suspended'
fresh
on_terminal 0 --suspend 'requests to go' -- sync people.csv shop:
has "the line is away" $'\r\033[K<stopped>' drawn
same "customers" 12 "$(holds kounta)"

case_name='throttled'
fresh
accounts 'rate: 6\/min'
on_terminal 130 --interrupt ' waits 5[0-7] s' -- sync people.csv shop:
like "why" 'waits [0-9]+ s: kounta allows 6/min' lines
like "what is pending" '^  pending +[0-9]+  the next run goes on' lines
same "how far it says it is" "$(sed -n 's/^  created *//p' lines)" \
    "$(sed -n 's#^sending to shop:  \([0-9]*\)/.* waits 5[0-7] s.*#\1#p' lines | tail -1)"

# Creates take so long that nobody is too late for what is under way.
slow() { fresh; faults "POST *customers* always delay $1"; }
case_name='interrupted'
slow 1000
on_terminal 130 --interrupt 'requests to go' -- sync people.csv 'shop:'
like "what is settled" \
    '^custsync: interrupted; [1-4] requests? under way (is|are) settled first$' lines
like "a second one" '^    hint: a second signal ends it at once' lines
like "what is pending" '^  pending +[0-9]+  the next run goes on' lines
like "how to go on" 'to go on: .*custsync sync people.csv shop:$' lines
same "customers" "$(sed -n 's/^  created *//p' lines)" "$(holds kounta)"
faults '# none'
sync 0 people.csv shop:
same "customers" 12 "$(holds kounta)"
same "ever made" 12 "$(total kounta created)"

case_name='another run'
slow 500
"$CUSTSYNC" sync people.csv shop: >/dev/null 2>&1 &
started+=($!)
writing() { [ "$(total kounta writes)" -gt 0 ]; }
soon "the other run" writing
on_terminal 0 -- sync --wait 30s people.csv shop:
like "what it waits for" '^waiting for another run on shop$' lines
same "ever made" 12 "$(total kounta created)"

case_name='interrupted twice'
slow 3000
on_terminal 130 --interrupt 'requests to go' --twice -- sync people.csv shop:
has_not "a summary" 'created' lines
faults '# none'
sync 0 people.csv shop:
same "customers" 12 "$(holds kounta)"
same "ever made" 12 "$(total kounta created)"

case_name='the deadline'
slow 4000
on_terminal 75 -- sync --deadline 3s people.csv shop:
like "what is settled" \
    '^custsync: the deadline has come; [1-4] requests? under way' lines
has "how to go on" 'sync --deadline 3s people.csv shop:' lines
faults '# none'
sync 0 people.csv shop:
same "ever made" 12 "$(total kounta created)"
echo ok
