# shellcheck shell=bash
# reading.sh - scenarios without a request: parsing, planning, writing. Sourced.
# shellcheck disable=SC2034,SC2154

# data NAME FORMAT ROWS [WISH...]: that file in $work, made once.
data() {
    local file=$work/$1
    shift
    [ -s "$file" ] && return
    "$bin/bench_generate" "$@" >"$file.part" || fail "cannot make $file"
    mv "$file.part" "$file"
}

# The server that the stores were made with. Its port is part of what an
# account is, so that a kept folder needs the same one again.
fast_server() {
    [ -z "${fast_port-}" ] || return 0
    [ ! -s "$work/port" ] || fast_port=$(cat "$work/port")
    mkfifo "$tmp/fast.in"
    "$bin/bench_server" 0 ${fast_port:+"$fast_port"} <"$tmp/fast.in" >"$tmp/fast.port" &
    started+=("$!")
    exec {fast_in}>"$tmp/fast.in"
    until_there "$tmp/fast.port"
    fast_port=$(cat "$tmp/fast.port")
    cp "$tmp/fast.port" "$work/port"
    accounts "$fast_port" >"$work/custsync.yaml"
}
until_there() { # FILE
    local tries
    for ((tries = 0; tries < 400; tries++)); do
        [ ! -s "$1" ] || return 0
        sleep 0.025
    done
    fail "$1 did not come"
}
# accounts PORT: a bulk one, and single creates over 16 and 64 connections.
accounts() {
    local same="client_id: a, client_secret: b, access_token: c, refresh_token: d, rate: off, settle_delay: 0ms"
    echo "region: AU"
    echo "accounts:"
    echo "  books: {provider: count, base_url: \"http://127.0.0.1:$1/count\", $same}"
    for width in 16 64; do
        echo "  shop$width: {provider: kounta, base_url: \"http://127.0.0.1:$1/kounta\"," \
            "company: $width, concurrency: $width, $same}"
    done
}

# known FORMAT ROWS: the file and a store that knows all of it: $file, $store.
# The first night is timed by the way, once. Of a store that was kept mappings
# may have changed since, and then one night reads all anew: it is passed.
known() {
    local name=$1-$2
    file=$work/$name.$1
    store=$work/$name.db
    data "$name.$1" "$1" "$2" duplicates=5
    fast_server
    ours=("$custsync" sync --config "$work/custsync.yaml" --state "$store" "$file" books:)
    case " ${passed-} " in *" $name "*) return 0 ;; esac
    if [ ! -e "$store.first" ]; then
        say "    the first night of $2 rows, $1"
        rm -f "$store"*
        measured "$tmp/first" "${ours[@]}"
        mv "$tmp/first" "$store.first"
    fi
    measured "$tmp/second" "${ours[@]}"
    [ "$(grep -cE '^  (created|updated)  *0$|^  unchanged ' "$tmp/out")" = 3 ] ||
        fail "a night was not without changes: $(cat "$tmp/out")"
    passed="${passed-} $name"
}

# unchanged FORMAT BARE TARGET
unchanged() {
    known "$1" "$rows"
    base=("$bin/bench_$2" "$file")
    pair "$1"
    paired "$1" "$3" "nothing changed, $1" "$2" "$rows"
    result "memory-$1" "$(calculate %.1f "$(median "$tmp/$1.ours" 3) / 1024")" "<= 96" \
        "peak MiB, nothing changed, $1" ""
}
scenario_csv() {
    unchanged csv bare_csv "<= 1.8"
    # How much of it is not parsing: the same parse and one scan of what must
    # be compared with it.
    base=("$bin/bench_bare_sqlite" "$store" "SELECT leaf, prints FROM fingerprint")
    pair scan
    paired scan "" "the same beside one scan of the store's fingerprints" bare_sqlite "$rows"
    detail "first night of $rows rows by sync, 100 creates a request, once:" \
        "$(calculate %.1f "$(median "$store.first" 1)") s," \
        "$(calculate %.0f "$(median "$store.first" 3) / 1024") MiB"
}
scenario_json() { unchanged json bare_json "<= 0.4"; }
scenario_ndjson() { unchanged ndjson bare_json "<= 0.4"; }
scenario_xml() { unchanged xml bare_xml "<= 1.8"; }

scenario_changed() {
    local whole phones
    known csv "$rows"
    data "changed-$rows.csv" csv "$rows" duplicates=5 change=1
    data "only-$rows.csv" csv "$rows" duplicates=5 change=1 only=1
    base=("$bin/bench_bare_csv" "$work/changed-$rows.csv")
    ours=("$custsync" plan --config "$work/custsync.yaml" --state "$store"
        "$work/changed-$rows.csv" books:)
    pair changed
    whole=$(ratios changed)
    # What the numbers of the changed rows cost, start-up apart.
    head -n 1 "$work/only-$rows.csv" >"$tmp/none.csv"
    base=("$bin/bench_bare_phone" "$tmp/none.csv" valid)
    ours=("$bin/bench_bare_phone" "$work/only-$rows.csv" valid)
    pair phones
    phones=$(calculate %.6f "$(median "$tmp/phones.ours" 1) - $(median "$tmp/phones.base" 1)")
    result changed "$(calculate %.3f \
        "$whole - ($phones > 0 ? $phones : 0) / $(median "$tmp/changed.base" 1)")" "<= 2.5" \
        "1 % changed, plan, phones apart" bare_csv \
        "$(median "$tmp/changed.ours" 1)" "$(median "$tmp/changed.base" 1)" \
        "$(calculate %.0f "$rows / $(median "$tmp/changed.ours" 1)")" \
        "$(calculate %.1f "$(median "$tmp/changed.ours" 3) / 1024")" \
        "$(calculate %.1f "$(median "$tmp/changed.base" 3) / 1024")"
    detail "1 % changed with the phones of the changed rows: ratio $(calculate %.3f "$whole")"
}

# Planned into the store, of which a hundred creates are then sent in one
# request. A plan that is only shown keeps nothing.
scenario_first() {
    data "csv-$rows.csv" csv "$rows" duplicates=5
    fast_server
    base=("$bin/bench_bare_phone" "$work/csv-$rows.csv")
    ours=("$custsync" sync --limit 100 --config "$work/custsync.yaml"
        --state "$tmp/first.db" "$work/csv-$rows.csv" books:)
    pair first first_afresh
    paired first "<= 1.6" "first night, 5 % duplicates, planned into the store" \
        "bare_phone: libcsv, each number parsed" "$rows"
    base=("$bin/bench_bare_phone" "$work/csv-$rows.csv" valid)
    pair valid first_afresh
    paired valid "" "the same" "bare_phone: parsed and validated" "$rows"
    first_afresh
    ours=("$custsync" plan --config "$work/custsync.yaml" --state "$tmp/first.db"
        "$work/csv-$rows.csv" books:)
    pair shown
    paired shown "" "the same, shown only" "bare_phone: parsed and validated" "$rows"
}
first_afresh() { rm -f "$tmp"/first.db*; }

scenario_convert() {
    data "nophones-$rows.csv" csv "$rows" phones=0
    base=("$bin/bench_bare_convert" "$work/nophones-$rows.csv" "$tmp/bare.xml")
    ours=("$custsync" sync --state "$tmp/convert.db" "$work/nophones-$rows.csv" "$tmp/ours.xml")
    pair convert convert_afresh
    cmp -s "$tmp/bare.xml" "$tmp/ours.xml" ||
        fail "bare_convert does not write what custsync writes"
    paired convert "<= 2" "CSV to XML, no phones" "bare_convert: libcsv, xmlTextWriter" "$rows"
    rm -f "$tmp/bare.xml" "$tmp/ours.xml"
}
convert_afresh() { rm -f "$tmp"/convert.db* "$tmp"/ours.xml*; }

scenario_script() {
    known csv "$rows"
    base=("$python" "$here/night.py" "$file" "$tmp/night.db")
    measured "$tmp/night.first" "${base[@]}"
    pair script
    result script "$(calculate %.2f "1 / $(ratios script)")" ">= 12" \
        "nothing changed, csv: times faster than the script" night.py \
        "$(median "$tmp/script.ours" 1)" "$(median "$tmp/script.base" 1)" \
        "$(calculate %.0f "$rows / $(median "$tmp/script.ours" 1)")" \
        "$(calculate %.1f "$(median "$tmp/script.ours" 3) / 1024")" \
        "$(calculate %.1f "$(median "$tmp/script.base" 3) / 1024")"
    rm -f "$tmp"/night.db*
}

# ---- many rows --------------------------------------------------------------

# Starting costs the same for any file, and is taken off: what a file of ten
# rows takes.
scenario_growth() {
    local sizes=("$((rows / 100))" "$((rows / 10))" "$rows" "$((rows * 5))")
    local size round start cheapest
    for size in 10 "${sizes[@]}"; do known csv "$size"; done
    rm -f "$tmp"/growth-*
    for ((round = 0; round < runs; round++)); do
        for size in 10 "${sizes[@]}"; do
            known csv "$size"
            measured "$tmp/growth-$size" "${ours[@]}"
        done
    done
    start=$(median "$tmp/growth-10" 1)
    cheapest=$(for size in "${sizes[@]}"; do
        per_row "$size"
        echo
    done | sort -g | head -n 1)
    for size in "${sizes[@]}"; do
        result "growth-$size" "$(calculate %.3f "$(per_row "$size") / $cheapest")" "<= 1.3" \
            "time per row, $size rows, start-up off" "the cheapest of these" \
            "$(median "$tmp/growth-$size" 1)" "" \
            "$(calculate %.0f "1 / $(per_row "$size")")" \
            "$(calculate %.1f "$(median "$tmp/growth-$size" 3) / 1024")"
    done
    detail "start-up: $(calculate %.0f "$start * 1000") ms of each run"
    result memory-large "$(calculate %.1f "$(median "$tmp/growth-$size" 3) / 1024")" "<= 256" \
        "peak MiB, nothing changed, csv, $size rows" ""
    known csv "$rows"
    state_size "$store"
}
# A run of few rows may be over before one that was meant to be shorter.
per_row() {
    local took
    took=$(median "$tmp/growth-$1" 1)
    calculate %.12f "($took - $start > $took / 100 ? $took - $start : $took / 100) / $1"
}

# Bytes a row, all tables; and all but those that hold what was said and held.
state_size() { # STORE
    local bases="'link', 'sqlite_autoindex_link_1', 'sqlite_autoindex_link_2', 'said', 'said_source', 'said_moved', 'sqlite_autoindex_said_1'"
    local all beside
    all=$("$bin/bench_bare_sqlite" "$1" "SELECT sum(pgsize) FROM dbstat" print)
    beside=$("$bin/bench_bare_sqlite" "$1" \
        "SELECT sum(pgsize) FROM dbstat WHERE name NOT IN ($bases)" print)
    result state "$(calculate %.1f "$beside / $rows")" "<= 100" \
        "bytes of state a row beside the bases" ""
    detail "state: $(calculate %.0f "$all / $rows") bytes a row with the bases; by table and index:"
    "$bin/bench_bare_sqlite" "$1" "SELECT '    ' || name || ' ' ||
        round(sum(pgsize) * 1.0 / $rows, 1) FROM dbstat GROUP BY name
        HAVING sum(pgsize) > $rows * 5 ORDER BY sum(pgsize) DESC" print >"$tmp/tables"
    while IFS= read -r line; do detail "$line"; done <"$tmp/tables"
}

scenario_large() {
    local format
    for format in csv json ndjson xml; do
        known "$format" "$((rows * 5))"
        rm -f "$tmp/large"
        measured "$tmp/large" "${ours[@]}"
        result "large-$format" "$(calculate %.1f "$(median "$tmp/large" 3) / 1024")" "<= 256" \
            "peak MiB, nothing changed, $format, $((rows * 5)) rows" "" \
            "$(median "$tmp/large" 1)"
    done
}
