#!/usr/bin/env bash
# What may stand next, on TAB: the program says it, and each shell shows it.
# zsh and fish are asked where they are installed.
set -u
custsync=$(realpath -e -- "${CUSTSYNC:?CUSTSYNC names the program}")
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
scripts=$source_dir/contrib/completions
work=$(mktemp -d "${TMPDIR:-/tmp}/custsync-complete.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 077
failed=0

# An account without its secret at hand, and names that no shell should see.
cat >custsync.yaml <<'END'
accounts:
  shop: {provider: kounta, client_secret: "${NOBODY_HAS_SET_THIS}"}
  books: {provider: count}
  "$(touch pwned)": {provider: count}
  "a b": {provider: count}
jobs:
  nightly: {from: "shop:", to: "books:"}
END
printf 'email\n' >export.csv
mkdir bin folder
ln -s "$custsync" bin/custsync

wrong() { # SHELL WORDS WANTED GOT
    echo "not ok: $1: \"$2\": wanted \"$3\", got \"$4\""
    failed=1
}
# said WANTED WORD...: the first words of the lines, as the program says them.
said() {
    local wanted=$1 got
    shift
    got=$("$custsync" complete -- "$@" 2>&1 | cut -f1 | paste -sd' ')
    [ "$got" = "$wanted" ] || wrong complete "$*" "$wanted" "$got"
}
# among WANTED WORD...: it is one of them; never likewise.
among() {
    local wanted=$1
    shift
    "$custsync" complete -- "$@" 2>&1 | cut -f1 | grep -qxF -- "$wanted" ||
        wrong complete "$*" "$wanted among them" none
}
never() {
    local unwanted=$1
    shift
    ! "$custsync" complete -- "$@" 2>&1 | cut -f1 | grep -qxF -- "$unwanted" ||
        wrong complete "$*" "no $unwanted" it
}

# --- what may stand where -----------------------------------------------------
said "sync" sy
said "--mode" sync --mod
said "--version" --vers
said "" runs --vers
said "upsert create update" sync --mode ""
said "--mode=upsert --mode=update" sync --mode=up
said "email,mobile" sync --match email,mo
said "email=" sync --owner emai
said "email=source" sync --owner email=so
said "tags=union,email=target" sync --owner tags=union,email=ta
said ":files " sync --rejects ""
said ":files --rejects=" sync --rejects=
said "gone" retry --code gon
said "kounta" init --provider ko
said "ndjson" sync --to-format nd
said "shop: books:" pull ""
said "shop: books:" --config custsync.yaml pull ""
said "shop: books: nightly" status ""
said "" pull shop: ""
said "email=" find shop: em
said "id= reference_id= mobile= email= first_name= last_name= phone=" find shop: ""
said "" find nobody: ""
said "reference_id= email= mobile= name+phone=" explain ""
said "new" link email=ann@example.com shop: ""
said "kounta" mappings koun
said "exit-codes" help exit-
said "shop: shopify: :files " sync sho
said ":files shopify:" sync shopify:exp
said "books: :files " sync export.csv boo
said "books: :files " import export.csv --limit 3 boo
said "" snyc ""
among sync ""
among nightly sync --mode create ""
never complete ""
never --table help --
never --limit runs --
never nightly import ""
never 'a b:' pull ""
# Each option with what it is, and none that the command does not take.
while IFS=$'\t' read -r kind option _ _ takers _ _; do
    [ "$kind" = option ] || continue
    case " $takers " in
    " every " | *" sync "*) among "--$option" sync -- ;;
    *) never "--$option" sync -- ;;
    esac
done < <("$custsync" help --table)

# --- nothing is told of what is broken, and nothing is done --------------------
quiet() { # WHAT
    "$custsync" complete -- pull "" >out 2>&1 || wrong complete "$1" 0 "$?"
    [ ! -s out ] || wrong complete "$1" nothing "$(cat out)"
}
cp custsync.yaml kept.yaml
echo 'accounts: {shop: [' >custsync.yaml
quiet "a configuration that is none"
echo '[shop]' >custsync.yaml
quiet "a configuration that is a list"
echo 'accounts: shop' >custsync.yaml
quiet "accounts that are a word"
rm custsync.yaml
HOME=$work XDG_CONFIG_HOME=$work quiet "no configuration"
said "" --config nowhere.yaml pull ""
cp kept.yaml custsync.yaml
find . -newer kept.yaml -name '*.db*' | grep -q . && wrong complete "" "no store" one

# --- the shells ----------------------------------------------------------------
in_bash() {
    bash --norc -c 'source "$1"
        COMP_LINE="$2" COMP_POINT=${#2}
        compopt() { :; }
        _custsync bin/custsync
        printf "%s\n" "${COMPREPLY[@]}"' bash "$scripts/custsync.bash" \
        "bin/custsync $1" 2>&1
}
in_zsh() {
    zsh -f -c 'compdef() { :; }
        compadd() { printf "%s\n" "${(@P)@[-1]}" }
        compset() { PREFIX=${PREFIX#${~2}} }
        _files() { local f; for f in ${PREFIX}*(N); do print -r -- $f; done }
        words=(bin/custsync "${(@)argv[2,-1]}") CURRENT=$#words
        PREFIX=${words[CURRENT]}
        source $1' zsh "$scripts/_custsync" "$@" 2>&1
}
in_fish() {
    fish --no-config -c 'source $argv[1]
        complete -C $argv[2] | cut -f1' "$scripts/custsync.fish" "$1" 2>&1
}
# shells WANTED [BASH'S] WORD...: what all of them show, in any order.
shells() {
    local wanted=$1 bash_wanted=$2 got shell
    shift 2
    for shell in bash zsh fish; do
        command -v $shell >/dev/null || continue
        case $shell in
        bash) got=$(in_bash "$*") ;;
        zsh) got=$(in_zsh "$@") ;;
        fish) got=$(PATH=$work/bin:$PATH in_fish "custsync $*") ;;
        esac
        got=$(LC_ALL=C sort <<<"$got" | paste -sd' ')
        [ $shell = bash ] && [ -n "$bash_wanted" ] ||
            bash_wanted=$wanted
        if [ $shell = bash ]; then
            [ "$got" = "$bash_wanted" ] || wrong bash "$*" "$bash_wanted" "$got"
        else
            [ "$got" = "$wanted" ] || wrong $shell "$*" "$wanted" "$got"
        fi
    done
}
shells "sync" "" sy
shells "--mode" "" sync --mod
shells "--mode=update --mode=upsert" "update upsert" sync --mode=up
shells "books: shop:" "" pull ""
shells "books: nightly shop:" "" status ""
shells "email=" "" find shop: em
shells "shop: shopify:" "" sync sho
shells "export.csv" "" sync export
shells "" "" pull shop: ""
[ "$(in_bash 'sync shopify:exp')" = export.csv ] ||
    wrong bash shopify:exp export.csv "$(in_bash 'sync shopify:exp')"
[ ! -e pwned ] || wrong shells "a name" "a name" "a command"
exit $failed
