# Completion of custsync for bash.
#
# Commands and options come from the program's own --help, mappings from its
# list and accounts from the configuration: a new one needs no change here.

_custsync_options() { # [COMMAND]
    custsync "$@" --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[a-zA-Z][a-z-]*' |
        tr -d ' ,'
}

_custsync_commands() {
    custsync --help 2>/dev/null |
        sed -n '/^Commands:/,/^$/s/^  *\([a-z]*\) .*/\1/p'
}

# The names below accounts: or jobs: in the configuration that would be read.
_custsync_configured() { # SECTION
    local file config=${_custsync_config:-}
    for file in ${config:+"$config"} custsync.yaml \
        "${XDG_CONFIG_HOME:-$HOME/.config}/custsync/config.yaml" \
        /etc/custsync/config.yaml; do
        [ -r "$file" ] || continue
        sed -n "/^$1:/,/^[^ #]/s/^  \([^ :#][^ :]*\):.*/\1/p" "$file"
        return
    done
}

_custsync_mappings() {
    custsync mappings 2>/dev/null | sed -n 's/^\([^ ][^ ]*\)  *file .*/\1/p'
}

_custsync_values() { # OPTION: the words it takes, or nothing
    case $1 in
    --duplicates) echo merge first last reject ;;
    --mode) echo upsert create update ;;
    --blank) echo keep clear ;;
    --prefer) echo source target ;;
    --missing) echo keep report deactivate ;;
    --format | --to-format) echo csv json ndjson xml ;;
    --mapping) _custsync_mappings ;;
    esac
}

_custsync() {
    local cur prev words cword i command= name
    local _custsync_config=
    # With its help "shop:" is one word; bash alone would break it in two.
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n : cur prev words cword
    else
        cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
        --config) _custsync_config=${words[i + 1]-} ;;
        --state) ((i++)) ;;
        -*) ;;
        *) [ -n "$command" ] || command=${words[i]} ;;
        esac
    done

    COMPREPLY=()
    case $prev in
    --config | --state | --rejects | --report)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        compopt -o filenames 2>/dev/null
        return ;;
    --duplicates | --mode | --blank | --prefer | --missing | --format | \
        --to-format | --mapping)
        mapfile -t COMPREPLY < <(compgen -W "$(_custsync_values "$prev")" \
            -- "$cur")
        return ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W \
            "$(_custsync_options ${command:+"$command"})" -- "$cur")
        return
    fi
    if [ -z "$command" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(_custsync_commands)" -- "$cur")
        return
    fi
    case $command in
    mappings)
        mapfile -t COMPREPLY < <(compgen -W "$(_custsync_mappings)" -- "$cur")
        return ;;
    esac
    local found=()
    if [[ $cur != *:* ]]; then
        for name in $(_custsync_configured accounts); do
            found+=("$name:")
        done
        found+=($(_custsync_configured jobs))
        case $command in
        sync | plan | check | import | export)
            for name in $(_custsync_mappings); do
                found+=("$name:")
            done ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "${found[*]-}" -- "$cur"
            compgen -f -- "$cur")
        [[ ${COMPREPLY[*]-} != *: ]] || compopt -o nospace 2>/dev/null
    elif [[ $cur == *:* ]]; then
        # shopify:exp<TAB>: the file after the mapping's name.
        mapfile -t COMPREPLY < <(compgen -P "${cur%%:*}:" -f -- "${cur#*:}")
        declare -F __ltrim_colon_completions >/dev/null &&
            __ltrim_colon_completions "$cur"
    fi
}
complete -F _custsync custsync
