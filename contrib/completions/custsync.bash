# Completion of custsync for bash.
#
# The program says what may stand next (`custsync complete`), from its own
# tables, the configuration and the mappings: a new option needs no change here.

_custsync() {
    local line=${COMP_LINE:0:COMP_POINT} found word rest
    local -a words
    # Words as they were typed: bash would break "shop:" and "--mode=" in two. A
    # blank behind a backslash is a part of its word.
    # shellcheck disable=SC2162
    read -a words <<<"$line"
    [[ $line != *[[:space:]] ]] || words+=('')
    word=${words[-1]}
    # What bash takes for the word's beginning stands there already.
    rest=${word%"${word##*[:=]}"}
    [[ $COMP_WORDBREAKS == *:* && $COMP_WORDBREAKS == *=* ]] || rest=

    COMPREPLY=()
    while IFS= read -r found; do
        case $found in
        ':files '*)
            compopt -o filenames 2>/dev/null
            found=${found#:files }
            while IFS= read -r found; do
                COMPREPLY+=("$found")
            done < <(compgen -f -- "${word#"$found"}")
            ;;
        *)
            found=${found%%$'\t'*}
            # More is to come behind "shopify:" and "email=".
            [[ $found != *[:=] ]] || compopt -o nospace 2>/dev/null
            COMPREPLY+=("${found#"$rest"}")
            ;;
        esac
    done < <("$1" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _custsync custsync
