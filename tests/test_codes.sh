#!/usr/bin/env bash
# Every problem code that the source can tell is in sync/codes_list.h, which is
# where summaries take the remedy from, and every one of these is in the manual,
# with that remedy.
set -u
source_dir=${SOURCE_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
cd "$source_dir" || exit 1
failed=0

# What stands before a code: an exit code, a customer's or a note's function, an
# outcome.
before='\bfail\([^";]*?EXIT_\w+,'
before+='|\b(?:wash_bad|wash_warn|customer_problem|customer_notice|notes_add)\([^";]*?'
before+='|\b(?:plan_refuse|finish_badly)\([^";]*?'
before+='|\btell\(client, call, EXIT_\w+,|\bfinish_in_doubt\([^";]*?'
before+='|\breport_problem\([^;]*?"(?:warning|invalid|conflict|rejected)",'

# codes FILE...: the codes that the files tell, one to a line.
codes() {
    cat "$@" | tr '\n' ' ' |
        grep -oP "(?:$before)\\s*\"\\K[a-z][a-z0-9_]*(?=\")" | sort -u
}

listed() {
    grep -oP '^CODE\(\K\w+' sync/codes_list.h
}

told=$(codes formats/*.c mappings/*.c state/*.c sync/*.c)
# A pattern that finds nothing guards nothing.
if [ "$(wc -l <<<"$told")" -lt 80 ]; then
    echo "only $(wc -l <<<"$told") codes were found in the source"
    failed=1
fi
for code in $told; do
    listed | grep -qx "$code" || {
        echo "sync/codes_list.h: $code is missing"
        failed=1
    }
done
for code in $(listed); do
    grep -rqs "\"$code\"" formats mappings/*.c state sync || {
        echo "sync/codes_list.h: $code is told nowhere"
        failed=1
    }
    grep -qx "\*$code\*" sync/man/custsync-codes.7.scd || {
        echo "sync/man/custsync-codes.7.scd: $code is missing"
        failed=1
    }
done
# The manual may say more about a code than a summary, but not something else.
python3 - <<'PYTHON' || failed=1
import re, sys
listed = open("sync/codes_list.h").read()
manual = open("sync/man/custsync-codes.7.scd").read()
told = dict(re.findall(r"\n\*(\w+)\*\n\t(.*?)(?=\n\n)", manual, re.S))
string = r'"(?:[^"\\]|\\.)*"'
codes = re.findall(rf"CODE\((\w+),((?:\s*{string})+),((?:\s*{string})+)\)",
                   listed)
wrong = [] if len(codes) > 100 else ["sync/codes_list.h: hardly a code"]
for code, _, remedy in codes:
    remedy = "".join(s[1:-1] for s in re.findall(string, remedy))
    plain = [re.sub(r"\s+", " ", re.sub(r"[*_\\]", "", s)).lower()
             for s in (remedy, told.get(code, ""))]
    if plain[0] not in plain[1]:
        wrong.append(f"sync/man/custsync-codes.7.scd: {code}: {remedy}")
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(1 if wrong else 0)
PYTHON
exit $failed
