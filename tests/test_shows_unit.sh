#!/usr/bin/env bash
# A job as the systemd unit runs it: its command line, its environment, nothing
# else. Where systemd's own tools are they judge the units as well.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"

units=$source_dir/contrib/systemd
service=$units/custsync@.service
# setting NAME: its values in the unit, one a line.
setting() { sed -n "s/^$1=//p" "$service"; }

sandbox --rate off
at_once

case_name='the credentials of the unit'
# /etc/custsync/credentials, and what LoadCredential makes of that folder: one
# credential for each file, named after both.
mkdir etc creds
awk '/^  [a-z]+:$/ { account = substr($1, 1, length($1) - 1) }
    /^    (client_secret|refresh_token): / {
        name = account "_" substr($1, 1, length($1) - 1)
        print $2 >("etc/" name)
        print "    " $1 " ${cred:secret_" name "}"
        next
    }
    { print }' custsync.yaml >config.yaml
has 'the configuration' 'cred:secret_shop_refresh_token' config.yaml
load=$(setting LoadCredential)
same 'the folder' /etc/custsync/credentials "${load#*:}"
for file in etc/*; do
    install -m 400 "$file" "creds/${load%%:*}_${file##*/}"
done
printf 'jobs:\n  to-till:\n    from: %s\n    to: "shop:"\n    report: %s\n' \
    "$sample/people.csv" "$work/state/to-till.json" >>config.yaml
chmod 644 config.yaml

case_name='the command of the unit'
read -r -a command < <(setting ExecStart | sed -e 's/%i/to-till/g' \
    -e "s#/etc/custsync/config.yaml#$work/config.yaml#g")
same 'the program, looked for by systemd' custsync "${command[0]}"
# started EXIT: as systemd starts it, of a user who has no home.
started() {
    local code=0
    (cd / && umask "$(setting UMask)" && exec env -i PATH=/usr/bin:/bin \
        LANG=C.UTF-8 HOME=/ LOGNAME=custsync USER=custsync SHELL=/bin/sh \
        INVOCATION_ID=1 STATE_DIRECTORY="$work/state" \
        CREDENTIALS_DIRECTORY="$work/creds" no_proxy='*' \
        "$CUSTSYNC" "${command[@]:1}") >out 2>err </dev/null || code=$?
    last="${command[*]:1}"
    same 'exit code' "$1" "$code"
    has_not 'output' secret- out
    has_not 'messages' secret- err
    [ -s state/to-till.json ] || fail 'the report' 'a file' 'none'
    cp state/to-till.json report.json
}
started 0
ledger 'created 975' 'merged 25'
same 'customers at the till' 975 "$(holds kounta)"
[ -s state/custsync.db ] || fail 'the store' 'in the state directory' 'none'
for file in state/*; do
    same "mode of $file" 600 "$(stat -c %a "$file")"
done
case_name='the next night'
forget
started 0
same 'requests' 0 "$(requests)"

case_name='what the unit starts again'
prevented=" $(setting RestartPreventExitStatus) "
for code in 64 65 66 70 73 74 77 78; do
    [[ $prevented == *" $code "* ]] || fail "$code" 'not tried again' 'tried'
done
for code in 69 75; do
    [[ $prevented != *" $code "* ]] || fail "$code" 'tried again' 'not tried'
done

case_name='the units'
if command -v systemd-analyze >/dev/null; then
    mkdir units
    # Its words for a program that is not installed are no fault of the unit.
    sed "s#^ExecStart=custsync #ExecStart=$CUSTSYNC #" "$service" \
        >units/custsync@to-till.service
    cp "$units/custsync@.timer" units/custsync@to-till.timer
    systemd-analyze verify --man=no units/custsync@to-till.{service,timer} \
        >out 2>&1 || fail 'systemd-analyze verify' 'no fault' "$(cat out)"
    # In tenths, 100 is the worst.
    systemd-analyze security --offline=yes --threshold=15 \
        units/custsync@to-till.service >out 2>&1 ||
        fail 'systemd-analyze security' 'at most 1.5' "$(tail -1 out)"
fi
echo 'ok: the unit runs its job'
