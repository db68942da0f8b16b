# shellcheck shell=bash
# crash_lib.sh - custsync is killed at a place of our choice, run again to its
# end, and what the provider and the store then hold is compared with what a run
# holds that nobody disturbed. Sourced after sandbox_lib.sh, never run.
#
# A place is the n-th durable step (formats/step.h) or the n-th call of a kind
# (tests/fault_shim.c). Each death begins with the same state and the same
# sandbox, both copied from what the scenario has prepared.
#
# shellcheck disable=SC2034
FAULT_SHIM=${FAULT_SHIM:-${CUSTSYNC%/*}/tests/fault_shim.so}
FAULT_SHIM=$(realpath -e -- "$FAULT_SHIM") || exit 1
command -v python3 >/dev/null || { echo "not ok: needs python3"; exit 1; }
# A sanitizer wants to be loaded first, and looks for leaks behind the shim, too.
case ${ASAN_OPTIONS-} in ?*)
    ASAN_OPTIONS+=:verify_asan_link_order=0 ;;
esac

scenarios='create update bulk merge refresh adopt link look export'
# Before a step, and around what a socket and a file do.
kinds='step connect send half-send after-send after-recv write half-write'
people=5 # in each scenario

# ---- a faulty world ---------------------------------------------------------

# faulty ON AT DO PATH COMMAND...: with the shim's fault in it.
faulty() {
    local on=$1 at=$2 what=$3 part=$4
    shift 4
    env LD_PRELOAD="$FAULT_SHIM" FAULT_ON="$on" FAULT_AT="$at" \
        FAULT_DO="$what" ${part:+FAULT_PATH="$part"} "$@"
}
# killed KIND N ARGUMENT...: custsync dies at that place, or ends before it.
killed() {
    local kind=$1 n=$2
    shift 2
    last="$* (killed: $kind $n)"
    case $kind in
    step) CUSTSYNC_DIE_AT=$n "$CUSTSYNC" "$@" ;;
    connect | send) faulty "$kind" "$n" kill '' "$CUSTSYNC" "$@" ;;
    half-send) faulty send "$n" half '' "$CUSTSYNC" "$@" ;;
    after-*) faulty "${kind#after-}" "$n" after '' "$CUSTSYNC" "$@" ;;
    write) faulty write,sync,truncate "$n" kill custsync.db "$CUSTSYNC" "$@" ;;
    half-write) faulty write "$n" half custsync.db "$CUSTSYNC" "$@" ;;
    *) fail "a kind" "one of $kinds" "$kind" ;;
    esac >out 2>err </dev/null &
    # A shell that waits for it does not tell that it was killed.
    wait $! 2>/dev/null
    code=$?
}

# ---- what the store holds ---------------------------------------------------

# store_text: who is known, linked as what, with which bases and prints, and
# what is not settled; without ids and times. The file created_before gets how
# many the run created and counted that left the state in the folder died. All
# of it from copies: who closes the store itself moves its log, and no other
# program may.
store_text() {
    rm -rf looked
    cp -r state looked
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$source_dir/tests python3 - <<'PYTHON'
import json, sqlite3
from kept import kept

db = sqlite3.connect('looked/custsync.db')
lines = []

def canonical(text):
    return json.dumps(kept(text), sort_keys=True)

def number(packed, at): # seven bits a byte
    shift = value = 0
    while True:
        value |= (packed[at] & 127) << shift
        shift += 7
        at += 1
        if packed[at - 1] < 128:
            return value, at

def unpacked(packed):
    at = 0
    while at < len(packed):
        head, at = number(packed, at)
        size, at = number(packed, at)
        yield head & 15, packed[at:at + size].decode()
        at += size

rows_of = {}
for leaf, prints in db.execute('SELECT leaf, prints FROM fingerprint'
                               ' ORDER BY source, account'):
    counts = {}
    for low in prints[::17]: # the last byte of the customer, and the print
        counts[low] = counts.get(low, 0) + 1
    for low in counts:
        rows_of.setdefault(leaf << 8 | low, []).append(counts[low])

def customers_found():
    for first, entries in db.execute('SELECT first, entries FROM customer_key'):
        at = 0
        while at < len(entries):
            _, at = number(entries, at)
            customer, at = number(entries, at)
            yield customer

found = set(customers_found())
for customer, packed in db.execute('SELECT id, keys FROM customer').fetchall():
    keys = sorted(unpacked(packed))
    if keys and customer not in found:
        lines.append(f'not found by its keys {keys}')
    lines.append(f'customer {keys}')
    for link, state, held in db.execute(
            'SELECT id, state, held FROM link WHERE customer = ?',
            (customer,)):
        lines.append(f'link {keys} {state}')
        for said, moved in db.execute(
                'SELECT vals, moved FROM said WHERE link = ?', (link,)):
            lines.append(f'said {keys} {canonical(said)} {canonical(moved)}')
            # What was said is held; a look may have shown more than that.
            missing = set(kept(said)) - set(kept(held))
            lines.append(f'not held {keys} {sorted(missing)}')
    for count in rows_of.get(customer, []):
        lines.append(f'prints {keys} {count}')
for state, count in db.execute('SELECT state, count(*) FROM change'
                               ' WHERE state <> 3 GROUP BY state'):
    lines.append(f'unsettled {state} {count}')
print('\n'.join(sorted(lines)))

def ask(folder, sql):
    try:
        return sqlite3.connect(folder + '/custsync.db').execute(
            sql).fetchone()[0]
    except sqlite3.OperationalError as error:
        if 'no such table' not in str(error): # else it died before there were
            raise
        return 0

# A create that was found, and that no run has counted, is kept as a change.
def counted(folder):
    return (ask(folder, 'SELECT count(*) FROM event JOIN event_form'
                ' ON event_form.id = form WHERE kind = 4')
            - ask(folder, 'SELECT count(*) FROM change WHERE state = 3'))

with open('created_before', 'w') as file:
    print(counted('died') - counted('begun'), file=file)
PYTHON
}

# ---- scenarios --------------------------------------------------------------

box() { # [--fresh]: the sandbox, on its port, with its data or those of fresh
    ours
    if [ -n "$sandbox_pid" ]; then
        kill "$sandbox_pid"
        wait "$sandbox_pid"
        sandbox_pid=
    fi
    case ${1-} in --fresh) rm -rf data && cp -r fresh/data data ;; esac
    mv state kept 2>/dev/null
    # shellcheck disable=SC2086
    sandbox --rate off --data data/box.db --port "$port" $box_options
    if [ -d kept ]; then rm -rf state && mv kept state; fi
    port=${url##*:}
    at_once
}
port=0
box_options=

# as_adopted TO: people.csv is there, and this state knows nothing of it.
as_adopted() {
    sync 0 people.csv "$1"
    rm -rf state
    mkdir state
    box
    ends 0 check "$1"
    sed -i 's/Perth/Broome/' tonight.csv
}
# prepare PROVIDER SCENARIO: leaves tonight.csv, and in fresh what there is when
# it is read: the state, which has a token, and the sandbox's records. What is to
# be killed is in $doomed.
prepare() {
    local to email=p00001@example.com
    to=$(account_of "$1")
    case_name="$2 at $1, before"
    ours
    rm -rf data state fresh
    mkdir data fresh
    box_options="--set count.bulk=off"
    [ "$2" != bulk ] || box_options=
    box
    make_people $people >people.csv
    cp people.csv tonight.csv
    end=$to
    source_end=tonight.csv
    case $2 in
    create) ends 0 check "$to" ;;
    merge)
        ends 0 check "$to"
        tail -n +2 people.csv | sed 's/Perth/Hobart/' >>tonight.csv
        ;;
    refresh)
        ends 0 check "$to"
        ask POST /expire
        ;;
    bulk) # three are there and have new numbers, the others are new
        head -4 people.csv >first.csv
        sync 0 first.csv "$to"
        sed -i '2,4s/,04123/,04124/' tonight.csv
        ;;
    update)
        sync 0 people.csv "$to"
        sed -i 's/Perth/Broome/' tonight.csv
        ;;
    adopt) # another state has made them
        as_adopted "$to"
        ;;
    look) # likewise; to be looked for by a plan, before a sync
        as_adopted "$to"
        ;;
    link) # one was deleted there, and has come back under another id
        sync 0 people.csv "$to"
        ask DELETE "/customers/$1/$(id_at "$1" $email)"
        ask POST "/customers/$1" "$(made_by_hand "$1" zed@example.com)"
        sed -i 's/Perth/Broome/' tonight.csv
        ;;
    export)
        sync 0 people.csv "$to"
        source_end=$to
        end=exported.csv
        ;;
    esac
    doomed=(sync --report report.json "$source_end" "$end")
    case $2 in
    look) doomed=(plan --look "$source_end" "$end") ;;
    link) doomed=(link reference_id=R00001 "$end" "$(id_at "$1" zed@example.com)") ;;
    esac
    kill "$sandbox_pid"
    wait "$sandbox_pid"
    sandbox_pid=
    cp -r state data fresh/
}
# id_at PROVIDER EMAIL: which record there has it.
id_at() {
    page_of '?requests=0' '.providers[$p].customers[]
        | select((.email // .primaryEmail) == $e) | .uuid // .id' \
        --arg p "$1" --arg e "$2"
}
made_by_hand() { # PROVIDER EMAIL: what is posted for it
    case $1 in
    kounta) echo "{\"first_name\":\"Zed\",\"email\":\"$2\"}" ;;
    count) echo "{\"customer\":\"Zed\",\"email\":\"$2\"}" ;;
    *) echo "{\"firstName\":\"Zed\",\"lastName\":\"Z\",\"email\":\"$2\"}" ;;
    esac
}
# begin: all is as the scenario has prepared it.
begin() {
    ours
    rm -rf state died begun exported.csv
    cp -r fresh/state state
    cp -r state begun
    box --fresh
}
# tell PROVIDER FILE: what there is now, in a fixed order; how many customers
# are in $held, how many were ever made in $made_there.
tell() {
    people "$1" >"$2"
    read -r held made_there < <(jq -r --arg p "$1" \
        '[.providers[$p].count, .totals[$p].created] | join(" ")' page.json)
    store_text >>"$2"
    if [ -f exported.csv ]; then LC_ALL=C sort exported.csv >>"$2"; fi
}
# other_rows: the columns of the ledger that a death must not move.
other_rows() {
    jq -c '.rows | {read, merged, invalid, conflict, rejected, failed, pending}' \
        report.json
}
# scenarios_of PROVIDER: one has no bulk, another no list of its customers.
scenarios_of() {
    case $1 in
    kounta) echo "${scenarios/bulk /}" ;;
    fieldedge) echo "${scenarios/bulk /}" | sed 's/ export//' ;;
    *) echo "$scenarios" ;;
    esac
}

# ---- deaths -----------------------------------------------------------------

# login_again: COUNT's refresh token that was used by a process that died has died
# with it. Somebody logs in, and the new one goes into the configuration.
login_again() {
    local at body code path=/grant-access-token token
    code=$(curl -fsS "$url/count/auth2/authorize-intiate" -G \
        -d clientId=sandbox-books -d redirectUri=http://127.0.0.1/ -d state=1 |
        jq -r .data.redirectUri |
        xargs curl -fsS -o /dev/null -w '%{redirect_url}' |
        sed 's/.*code=//; s/&.*//')
    at=$(date +%s)
    body="{\"grantType\":\"authorization_code\",\"code\":\"$code\"}"
    token=$(curl -fsS "$url/count/partners$path" --data-binary "$body" \
        -H 'Content-Type: application/json' -H 'x-client-id: sandbox-books' \
        -H "x-timestamp: $at" -H "x-signature: $(hmac \
            "POST:$path:$at:$(printf %s "$body" | sha256sum | cut -d' ' -f1)")" |
        jq -r .data.result.refreshToken)
    sed -i "s/sandbox-books-refresh/$token/" custsync.yaml
    logins=$((logins + 1))
}
hmac() { printf %s "$1" | openssl dgst -sha256 -hmac sandbox-books-secret | sed 's/.* //'; }

# undisturbed PROVIDER: what is to be the same in the end, however it got there.
undisturbed() {
    case_name="${case_name%, *}, undisturbed"
    begin
    cp -r state died
    if [ "${doomed[0]}" != sync ]; then
        ends 0 "${doomed[@]}"
        wanted_writes=$(writes "$1")
    fi
    sync 0 "$source_end" "$end"
    tell "$1" wanted
    wanted_rows=$(other_rows)
    wanted_created=$(rows created)
    wanted_made=$made_there
    wanted_held=$held
}
writes() { brief '.totals[$p].writes' --arg p "$1"; }
# survived PROVIDER: after a death; the second run brings it to its end, the
# third finds nothing to do. What is no sync writes nothing there, and one
# follows.
survived() {
    cp -r state died
    custsync "${doomed[@]}"
    restarts=$((restarts + 1))
    if [ $code = 77 ]; then
        same "who loses a token" count "$1"
        login_again
        custsync "${doomed[@]}"
    fi
    same "exit code of the second run" 0 $code
    if [ "${doomed[0]}" != sync ]; then
        same "writes before the sync" "$wanted_writes" "$(writes "$1")"
        sync 0 "$source_end" "$end"
    fi
    tell "$1" got
    same_file "provider and store" wanted got
    same "customers ever made there" "$wanted_made" "$made_there"
    same "the other columns" "$wanted_rows" "$(other_rows)"
    # To a file every customer is created, each time.
    [ "$source_end" = "$(account_of "$1")" ] ||
        same "rows created, in both runs" "$wanted_created" \
            $(($(cat created_before) + $(rows created)))
    found=$((found + held))
    expected=$((expected + wanted_held))
    [ "$source_end" = "$(account_of "$1")" ] && return
    forget
    sync 0 "$source_end" "$end"
    same "requests of the third run" 0 "$(requests)"
}
# die_at PROVIDER KIND FIRST STRIDE: at every STRIDE-th place from FIRST on.
die_at() {
    local n=$3 name=${case_name%, *}
    while :; do
        case_name="$name, $2 $n"
        begin
        killed "$2" "$n" "${doomed[@]}"
        [ $code = 137 ] || break
        deaths=$((deaths + 1))
        survived "$1"
        n=$((n + $4))
        at_most "places" 2000 $n
    done
    same "exit code of the run that did not die" 0 $code
}
# crash PROVIDER SCENARIO STRIDE KIND...: a row of the table. Which places are
# taken depends on nothing but these words.
crash() {
    local provider=$1 scenario=$2 stride=$3 kind first=0
    shift 3
    deaths=0 restarts=0 logins=0 expected=0 found=0
    prepare "$provider" "$scenario"
    undisturbed "$provider"
    first=$(($(cksum <<<"$provider $scenario" | cut -d' ' -f1) % stride))
    for kind; do
        die_at "$provider" "$kind" $((first % stride + 1)) "$stride"
        first=$((first + 1))
    done
    case_name=
    printf '%-9s %-8s %7d %8d %9d %9d %6d\n' "$provider" "$scenario" \
        $deaths $restarts $expected $found $logins
    same "customers found" $expected $found
    all_deaths=$((all_deaths + deaths))
}
all_deaths=0
table_head() {
    printf '%-9s %-8s %7s %8s %9s %9s %6s\n' provider scenario killed \
        restarts expected found logins
}

# ---- killed by the clock ----------------------------------------------------

# trouble PATH SEED: of a hundred creates three are lost on their way back, three
# connections reset, three answered 503 though carried out; and there are bursts
# of refusals.
trouble() {
    local action burst
    echo "random $2"
    for action in drop-after reset 'status-after 503'; do
        echo "POST $1 chance 3% $action"
    done
    for burst in 1 2 3 4 5; do
        echo "* /*customers* skip $((burst * 60)) 429 retry-after 1"
        echo "* /*customers* times 8 429"
    done
}
# killed_every SECONDS PROVIDER PEOPLE: creates, through trouble, with SIGKILL
# every so often until a run comes to its end; where two in a row have brought
# nobody there the machine is slow, and they get twice the time.
killed_every() {
    local every=$1 provider=$2 n=$3 to path pid=0 kills=0 ends=0 idle=0 before=0
    to=$(account_of "$provider")
    case $provider in
    kounta) path='/v1/companies/*/customers' ;;
    count) path='/partners/customers' ;;
    *) path='/v1/customers' ;;
    esac
    case_name="$n creates at $provider, killed every $every s"
    box_options="--set count.bulk=off"
    make_people "$n" >people.csv
    # shellcheck disable=SC2086
    sandbox --rate off $box_options
    at_once
    accounts 'concurrency: 16'
    ends 0 check "$to"
    ask POST /faults "$(trouble "$path" 1)"
    last="sync people.csv $to"
    while :; do
        "$CUSTSYNC" sync people.csv "$to" >out 2>err </dev/null &
        pid=$!
        started=("$pid")
        ended_within "$every" "$pid" || { kill -KILL "$pid" 2>/dev/null; }
        wait "$pid" 2>/dev/null
        code=$?
        started=()
        case $code in
        137) kills=$((kills + 1)) ;;
        0) break ;;
        # A breaker or a penalty that outlives a run is no end.
        1 | 69 | 75) ends=$((ends + 1)) && at_most "runs that gave up" 100 $ends ;;
        *) fail "exit code" "0, 1, 69, 75 or 137" $code ;;
        esac
        held=$(holds "$provider")
        if [ "$held" -gt "$before" ]; then idle=0; else idle=$((idle + 1)); fi
        before=$held
        if [ $idle -ge 2 ]; then
            every=$(awk -v s="$every" 'BEGIN { print s * 2 }')
            idle=0
        fi
        at_most "runs" 2000 $((kills + ends))
    done
    once "$provider" "$n"
    faults '# none'
    quiet people.csv "$to"
    ledger "unchanged $n"
    deaths=$kills
    case_name=
    printf '%-9s %-8s %7d %8d %9d %9d %6d\n' "$provider" "every $1" \
        $kills $((kills + ends)) "$n" "$(holds "$provider")" 0
    all_deaths=$((all_deaths + kills))
}
ended_within() { # SECONDS PID
    timeout "$1" tail --pid="$2" -s 0.05 -f /dev/null
}
