#!/bin/sh
# Inside a Debian that has both packages and next to nothing else, as root: the
# sample's people to the sandbox's till, twice, by the unit's command line; and
# by the unit itself where systemd runs. contrib/package.sh starts it.
set -eu
fail() {
    echo "try: $*" >&2
    exit 1
}
work=/try/rehearsal
mkdir -p "$work" /etc/custsync/credentials
cp /try/people.csv "$work"
chmod 755 /try "$work"

custsync-sandbox --rate off --verbose --ready "$work/ready.yaml" \
    >/dev/null 2>"$work/requests" &
sandbox=$!
trap 'kill $sandbox' EXIT
tries=0
until [ -s "$work/ready.yaml" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 200 ] || fail "the sandbox does not start"
    sleep 0.05
done

# --- the configuration: the secrets are the unit's credentials ---------------
umask 022
awk '/^  [a-z]+:$/ { account = substr($1, 1, length($1) - 1) }
    /^    (client_secret|refresh_token): / {
        name = account "_" substr($1, 1, length($1) - 1)
        print $2 >("/etc/custsync/credentials/" name)
        print "    " $1 " ${cred:secret_" name "}"
        next
    }
    { print }
    END {
        print "jobs:\n  nightly:\n    from: /try/rehearsal/people.csv"
        print "    to: \"shop:\"\n    report: /var/lib/custsync/nightly.json"
    }' "$work/ready.yaml" >/etc/custsync/config.yaml
chmod 600 /etc/custsync/credentials/*

# --- the job -----------------------------------------------------------------
unit=/usr/lib/systemd/system/custsync@.service
by_hand() { # what systemd would do, of a user who has nothing
    mkdir -p /var/lib/custsync /run/creds
    for file in /etc/custsync/credentials/*; do
        cp "$file" "/run/creds/secret_${file##*/}"
    done
    chown -R 65534:65534 /var/lib/custsync /run/creds
    command=$(sed -n -e 's/%i/nightly/g' -e 's/^ExecStart=//p' "$unit")
    setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \
        env -i PATH=/usr/bin:/bin LANG=C.UTF-8 HOME=/ \
        STATE_DIRECTORY=/var/lib/custsync CREDENTIALS_DIRECTORY=/run/creds \
        sh -c "$command"
}
by_unit() { # and what it has said since the last look
    systemctl start custsync@nightly || :
    journalctl --sync
    journalctl --quiet --output=cat --cursor-file="$work/seen" \
        --unit custsync@nightly
}
job() {
    if [ -d /run/systemd/system ]; then by_unit; else by_hand; fi \
        >"$work/said" 2>&1 || :
    cat "$work/said"
}
# rows WORD NUMBER...: what the summary's table must say.
rows() {
    while [ $# -gt 0 ]; do
        grep -qE "^  $1 +$2( |$)" "$work/said" || fail "not $2 rows $1"
        shift 2
    done
}

job
rows read 1000 created 975 merged 25
before=$(wc -l <"$work/requests")
job
rows read 1000 created 0 unchanged 975 merged 25
[ "$(wc -l <"$work/requests")" -eq "$before" ] || fail "the second run asked"
[ -s /var/lib/custsync/nightly.json ] || fail "there is no report"
[ "$(stat -Lc %a /var/lib/custsync/custsync.db)" = 600 ] || fail "the store"

# --- what else the package has -----------------------------------------------
if [ -d /run/systemd/system ]; then
    systemctl --quiet enable --now custsync@nightly.timer
    systemctl is-active custsync@nightly.timer
    [ "$(stat -c %u /var/lib/private/custsync)" -ne 0 ] || fail "it ran as root"
fi
for page in man1/custsync.1 man5/custsync-mapping.5; do
    gzip -t "/usr/share/man/$page.gz" || fail "no manual $page"
done
custsync mappings | grep -q '^shopify ' || fail "no mappings"
[ -s /usr/share/bash-completion/completions/custsync ] || fail "no completion"
