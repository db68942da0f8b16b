#!/usr/bin/env bash
# Huge CSV: see tests/test_bad.sh. Without a name: what there is.
set -u
size=$((${HUGE_MB:-64} * 1024 * 1024))
header='id,name,email'

# repeat TEXT [BYTES]: the lines of TEXT again and again.
repeat() {
    yes "$1" | head -c "${2:-$size}"
}

# On one line.
fill() {
    yes "$1" | tr -d '\n' | head -c "${2:-$size}"
}

# columns COUNT: 1,1,1...
columns() {
    yes 1 | head -n "$1" | paste -sd,
}

case ${1-} in
'')
    printf '%s\t%s\t%s\n' \
        one-quote.csv 65 'one-quote.csv:2: a quote mark opens here' \
        one-quote-on-a-line.csv 65 'one-quote-on-a-line.csv:3: ' \
        one-quote-in-the-header.csv 65 ':1: a quote mark opens here' \
        one-line.csv 65 'one-line.csv:1: a record is larger than' \
        one-row.csv 65 'one-row.csv:2: a record is larger than' \
        one-row-of-delimiters.csv 65 ':2: a record is larger than' \
        one-cell.csv 65 'one-cell.csv:2: a record is larger than' \
        columns.csv 65 'columns.csv:1: too many columns' \
        header-of-columns.csv 65 ':1: a record is larger than' \
        header-of-known-names.csv 65 ':1: too many columns' \
        rows-of-columns.csv 65 ':2: a row has more than 2000 cells' \
        blank-lines.csv 65 'blank-lines.csv:20: none of the first lines' \
        title-lines.csv 65 'none of the 1 columns is known' \
        titles-below-the-header.csv 0 'good 1' \
        totals.csv 0 'total_row' \
        text-after-quotes.csv 1 'invalid' \
        quotes-in-cells.csv 0 'invalid 0' \
        carriage-returns.csv 0 'invalid 0' \
        nul-bytes.csv 65 'nul-bytes.csv:1: ' \
        latin.csv 65 'in windows-1252 it reads'
    ;;
one-quote.csv) printf '%s\n' "$header" && printf '"' && repeat '1,Ann' ;;
one-quote-on-a-line.csv)
    printf '%s\n1,Ann,ann@example.com\n2,"' "$header" && fill x
    ;;
one-quote-in-the-header.csv) printf 'id,"name' && repeat '1,Ann' ;;
one-line.csv) fill x ;;
one-row.csv) printf '%s\n' "$header" && fill 'a,b,' ;;
one-row-of-delimiters.csv) printf '%s\n' "$header" && fill , ;;
one-cell.csv) printf '%s\n1,' "$header" && fill x ;;
columns.csv)
    row=$(columns 20000)
    repeat "$row"
    ;;
header-of-columns.csv) fill 'name,c,' ;;
header-of-known-names.csv)
    fill 'name,email,' $((4000 * 1000)) && printf 'x\n1,2\n'
    ;;
rows-of-columns.csv)
    row=$(columns 20000)
    printf '%s\n' "$header" && repeat "$row"
    ;;
blank-lines.csv) repeat '' && printf '%s\n1,Ann,ann@example.com\n' "$header" ;;
title-lines.csv)
    repeat 'Customers of ours'
    printf '%s\n1,Ann,ann@example.com\n' "$header"
    ;;
titles-below-the-header.csv)
    printf '%s\n' "$header" && repeat 'Page'$'\n' $((4096 * 1024))
    printf '\n1,Ann,ann@example.com\n'
    ;;
totals.csv)
    printf '%s\n1,Ann,ann@example.com\n' "$header"
    repeat 'TOTAL,5,' $((9 * 500000))
    ;;
text-after-quotes.csv)
    printf '%s\n' "$header" && repeat '1,"Ann" A,x' $((12 * 200000))
    ;;
quotes-in-cells.csv)
    printf '%s\n' "$header"
    for ((i = 0; i < 10; i++)); do
        printf '%d,A' "$i" && fill '"' 500000 && printf ',a%d@example.com\n' "$i"
    done
    ;;
carriage-returns.csv)
    printf '%s\r1,Ann,ann@example.com\r' "$header"
    yes '' | head -c $((16 * 1024 * 1024)) | tr '\n' '\r'
    ;;
nul-bytes.csv) head -c "$size" /dev/zero ;;
latin.csv)
    printf '%s\n' "$header"
    repeat $'1,Fran\xe7ois,f@example.com' $((28 * 100000))
    ;;
*) exit 64 ;;
esac
exit 0
