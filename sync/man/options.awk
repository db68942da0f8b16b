# Puts commands and options, as `custsync help --table` has them, into a page:
#
#   awk -f options.awk TABLE PAGE.scd | scdoc
#
# @command NAME   how the command is written
# @option NAME    how the option is written, what it does, and who takes it
# @commands       the commands, @options the options that the page has not named
#                 so far, with what the table says of them
#
# The lines behind @command and @option say what the table does not.
BEGIN { FS = "\t" }

function trouble(what) {
    print FILENAME ":" FNR ": " what | "cat 1>&2"
    failed = 1
    exit 1
}

# What scdoc would take for markup is meant as it stands.
function plain(text) {
    gsub(/[*_\\]/, "\\\\&", text)
    return text
}

function sentence(text) {
    return plain(toupper(substr(text, 1, 1)) substr(text, 2)) "."
}

# "FROM... TO", "[--code CODE]": what one types bold, what one fills in slanted.
function arguments(text, words, count, i, word, out, name) {
    count = split(text, words, " ")
    for (i = 1; i <= count; i++) {
        word = words[i]
        out = out " "
        while (word != "") {
            if (match(word, /^[A-Z][A-Z0-9]*(=[A-Z]+)?/))
                name = "_" substr(word, 1, RLENGTH) "_"
            else if (match(word, /^(:|[a-z-]+)/))
                name = "*" substr(word, 1, RLENGTH) "*"
            else {
                match(word, /^./)
                name = substr(word, 1, 1)
            }
            out = out name
            word = substr(word, RLENGTH + 1)
        }
    }
    return out
}

# Ways are parted by a bar that stands in no brackets.
function command_head(name, rest, out, at, depth, c, way) {
    rest = takes[name] == "-" ? "" : takes[name]
    for (at = 1; at <= length(rest) + 1; at++) {
        c = substr(rest, at, 1)
        depth += (c == "[") - (c == "]")
        if (c == "" || (c == "|" && depth == 0)) {
            out = out (out == "" ? "" : ", ") "*" name "*" arguments(way)
            way = ""
        } else {
            way = way c
        }
    }
    return out
}

function choices(words) {
    gsub(/ /, "*|*", words)
    return "*" words "*"
}

function option_head(name, out) {
    out = letter[name] == "-" ? "" : "*-" letter[name] "*, "
    out = out "*--" name "*"
    if (argument[name] ~ /^(WAY|MODE|SIDE)$/)
        out = out " " choices(choice[name])
    else if (argument[name] != "-")
        out = out " _" argument[name] "_"
    return out
}

# Nothing of who is one of those that take every option of sync.
function takers(name, list, count, i, also, only, all) {
    if (taken[name] == "every")
        return "For every command."
    if (taken[name] == "-")
        return "It stands before the command."
    count = split(taken[name], list, " ")
    for (i = 1; i <= count; i++) {
        only = only (only == "" ? "" : ", ") "*" list[i] "*"
        if (list[i] in policy)
            all++
        else
            also = also (also == "" ? "" : ", ") "*" list[i] "*"
    }
    if (all < policies)
        return "For " only "."
    return also == "" ? "" : "Also for " also "."
}

function option(name) {
    told[name] = 1
    print option_head(name)
    print "\t" sentence(text[name])
    behind = takers(name)
}

# Who takes it stands at the end of what is said first.
function close_option() {
    if (behind != "") print "\t" behind
    behind = ""
}

FNR == NR && $1 == "command" {
    order[++commands] = $2
    takes[$2] = $3
    summary[$2] = $4
    if ($5 == "policy") {
        policy[$2] = 1
        policies++
    }
    next
}
FNR == NR && $1 == "option" {
    rank[++options] = $2
    letter[$2] = $3
    argument[$2] = $4
    taken[$2] = $5
    choice[$2] = $6
    text[$2] = $7
    next
}
FNR == NR { next }

/^@command / {
    name = substr($0, 10)
    if (!(name in takes)) trouble("there is no command " name)
    told_command[name] = 1
    print command_head(name)
    next
}
/^@option / {
    name = substr($0, 9)
    if (!(name in text)) trouble("there is no option " name)
    option(name)
    next
}
/^@commands$/ {
    for (i = 1; i <= commands; i++)
        if (!(order[i] in told_command))
            print command_head(order[i]) "\n\t" sentence(summary[order[i]]) "\n"
    next
}
/^@options$/ {
    for (i = 1; i <= options; i++)
        if (!(rank[i] in told)) {
            option(rank[i])
            close_option()
            print ""
        }
    next
}
/^@/ { trouble("nobody knows " $0) }
$0 == "" { close_option() }
{ print }

END { exit failed }
