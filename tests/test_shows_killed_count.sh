#!/usr/bin/env bash
# Killed at every durable step of a sync into COUNT, in bulk and one by one,
# and started again: nobody is there twice, nobody is lost.
#
# The token comes first: COUNT's refresh tokens rotate, and one whose answer is
# lost with the process that asked cannot be had again.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 6 >people.csv
for bulk in on off; do
    sandbox --rate off --set count.bulk=$bulk
    at_once
    case_name='a token'
    ends 0 check books:
    rm -rf fresh
    cp -r state fresh
    die_at_each count
done
echo "ok: died at $steps steps"
