#!/usr/bin/env bash
# Runs one end-to-end case: run_case.sh CASE, a directory or a name in cases/.
# CUSTSYNC and SCRIPTED name the two programs. KEEP=1 keeps the scratch folder.
# What a case is made of stands in cases/README.md.
set -u
umask 077

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case_dir=${1:?usage: run_case.sh CASE}
[ -d "$case_dir" ] || case_dir=$here/cases/$case_dir
[ -f "$case_dir/steps" ] || { echo "not ok $1: no such case" >&2; exit 2; }
case_dir=$(cd "$case_dir" && pwd)
name=$(basename "$case_dir")
CUSTSYNC=$(realpath -e -- "${CUSTSYNC:?CUSTSYNC names the program}") || exit 2
SCRIPTED=$(realpath -e -- "${SCRIPTED:?SCRIPTED names the server}") || exit 2

scratch=$(mktemp -d "${TMPDIR:-/tmp}/custsync-$name.XXXXXX") || exit 2
work=$scratch/work
server=
cleanup() {
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null
        wait "$server" 2>/dev/null
    fi
    if [ -n "${KEEP:-}" ]; then echo "kept $scratch"; else rm -rf "$scratch"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step=0
line=
show() { # TITLE FILE
    [ -s "$2" ] || return 0
    echo "--- $1"
    head -c 8000 "$2" | sed 's/^/    /'
}
failed() {
    echo "not ok $name: step $step: $*"
    [ -z "$line" ] || echo "--- command"$'\n'"    $line"
    show "standard output" "$scratch/out-$step"
    show "standard error" "$scratch/err-$step"
    show "differences" "$scratch/differences"
    # Interrupted, the server tells what it saw, whether it minds or not.
    kill -INT "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    server=
    show "server" "$scratch/server.err"
    exit 1
}

# --- the scratch copy, the server and its address ---------------------------
cp -r "$case_dir" "$work" || exit 2
chmod -R u+w "$work"
cp "$here"/cases/*.txt "$scratch"/ # what several scripts include
mkdir -p "$scratch"/{home,config,state,cache,tmp}
cd "$work" || exit 2

steps=$(grep -c '^custsync' steps)
scripts=()
if [ -f server.txt ]; then
    scripts=(server.txt)
else
    for ((i = 1; i <= steps; i++)); do
        # A step without a script is a step that sends nothing.
        [ -f "server-$i.txt" ] || : >"server-$i.txt"
        scripts+=("server-$i.txt")
    done
fi
mkfifo "$scratch/said"
"$SCRIPTED" --port-file "$scratch/port" "${scripts[@]}" \
    >"$scratch/said" 2>"$scratch/server.err" &
server=$!
exec 3<"$scratch/said"
read -r -t 10 -u 3 word port || failed "the server did not start"
[ "$word" = ready ] || failed "the server said $word"
base=http://127.0.0.1:$port
grep -rlF '{{base}}' --exclude='server*.txt' . |
    xargs -r sed -i "s#{{base}}#$base#g"
[ ! -f config.yaml ] || mv config.yaml custsync.yaml

# --- the program's world: nothing of ours but what it needs -----------------
world=(PATH="$PATH" LANG=C.UTF-8 TZ=UTC HOME="$scratch/home"
    XDG_CONFIG_HOME="$scratch/config" XDG_STATE_HOME="$scratch/state"
    XDG_CACHE_HOME="$scratch/cache" STATE_DIRECTORY="$scratch/state"
    TMPDIR="$scratch/tmp")
for kept in $(compgen -e | grep -E '^(CUSTSYNC_|[AUL]+SAN_OPTIONS$|GCOV_)'); do
    world+=("$kept=${!kept}")
done
secrets=()

custsync() {
    timeout -k 2 "${STEP_SECONDS:-20}" env -i "${world[@]}" "$CUSTSYNC" "$@"
}

# --- what a step must have given --------------------------------------------
same_file() { # WANTED GOT
    case $(tr -d ' \n\t' <"$1" | head -c 1) in
    '{' | '[') "$SCRIPTED" --compare "$1" "$2" ;;
    *) diff -u "$1" "$2" ;;
    esac >"$scratch/differences" 2>&1
}
check_errors() { # PATTERNS: each must be found, !PATTERN must not
    local pattern
    while IFS= read -r pattern || [ -n "$pattern" ]; do
        case $pattern in
        '' | '#'*) ;;
        '!'*) ! grep -qE -- "${pattern#!}" "$scratch/err-$step" ||
            failed "standard error matches ${pattern#!}" ;;
        *) grep -qE -- "$pattern" "$scratch/err-$step" ||
            failed "standard error does not match $pattern" ;;
        esac
    done <"$1"
}
check_secrets() {
    local secret
    for secret in "${secrets[@]}"; do
        ! grep -qF -- "$secret" "$scratch/out-$step" "$scratch/err-$step" ||
            failed "a secret is shown: $secret"
    done
}
check_server() {
    local word number verdict
    if [ ${#scripts[@]} -gt 1 ] && [ "$step" -lt "$steps" ]; then
        kill -USR1 "$server"
    elif [ "$step" -eq "$steps" ]; then
        kill -TERM "$server"
    else
        return
    fi
    read -r -t 10 -u 3 word number verdict || failed "the server is gone"
    [ "$verdict" = ok ] || failed "the server saw something else"
}
check_step() { # EXIT
    local wanted=$want_exit
    want_exit=0
    case "|$wanted|" in
    *"|$1|"*) ;;
    *) failed "exit code $1, wanted $wanted" ;;
    esac
    [ ! -f "out-$step" ] || same_file "out-$step" "$scratch/out-$step" ||
        failed "standard output differs"
    [ ! -f "err-$step" ] || check_errors "err-$step"
    check_secrets
    check_server
}

# --- the steps ---------------------------------------------------------------
run_step() {
    step=$((step + 1))
    eval "$line" >"$scratch/out-$step" 2>"$scratch/err-$step" </dev/null
    status=$?
}
mapfile -t lines <steps
want_exit=0
for ((at = 0; at < ${#lines[@]}; at++)); do
    text=${lines[at]}
    case $text in
    '' | '#'*) ;;
    'env '*)
        pair=${text#env }
        world+=("$pair")
        case $pair in
        *SECRET=?* | *TOKEN=?*) secrets+=("${pair#*=}") ;;
        esac ;;
    '$ '*)
        line=$text
        eval "${text#\$ }" || failed "the preparation failed" ;;
    custsync*)
        line=$text
        # The exit code a step must have stands on the line below it.
        case ${lines[at + 1]-} in
        'expect exit '*) want_exit=${lines[at + 1]#expect exit } ;;
        esac
        run_step
        check_step "$status" ;;
    'expect exit '*) ;;
    *) failed "\"$text\" is no step" ;;
    esac
done
[ "$step" -gt 0 ] || failed "no step at all"
wait "$server"
server_status=$?
server=
[ "$server_status" -eq 0 ] || failed "the server ended with $server_status"
if [ -d want ]; then
    while IFS= read -r -d '' file; do
        [ -f "${file#want/}" ] || failed "${file#want/} was not written"
        same_file "$file" "${file#want/}" || failed "${file#want/} differs"
    done < <(find want -type f -print0)
fi
echo "ok $name"
