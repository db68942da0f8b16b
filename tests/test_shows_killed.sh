#!/usr/bin/env bash
# Killed at every durable step and started again: nobody is there twice, nobody
# is lost, and the third run is silent.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

make_people 6 >people.csv
for provider in kounta fieldedge; do
    to=$(account_of "$provider")
    sandbox --rate off
    at_once
    case_name="a token for $to"
    ends 0 check "$to"
    rm -rf fresh
    cp -r state fresh
    die_at_each "$provider"
done
echo "ok: died at $steps steps"
