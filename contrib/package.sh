#!/usr/bin/env bash
# Builds the Debian packages, into build/package, and looks at them with what is
# there of lintian and systemd-analyze.
#
#     contrib/package.sh [--chroot DIR]
#
# With --chroot (as root, with debootstrap) they are tried as well: installed on
# a bare Debian 12, where a thousand made-up people go to the sandbox twice, and
# removed again. DIR is that Debian; it is made when it is not there, and only a
# copy of it is worked in. With systemd-nspawn the copy is booted, too, and the
# job started by its unit. $MIRROR names another mirror of Debian.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n=== %s\n' "$*"; }
fail() {
    printf 'package: %s\n' "$*" >&2
    exit 1
}
usage() {
    echo "usage: contrib/package.sh [--chroot DIR]"
    exit "$1"
}

base=
while [ $# -gt 0 ]; do
    case $1 in
    --chroot) base=${2:?$(usage 64 >&2)} && shift 2 ;;
    -h | --help) usage 0 ;;
    *) usage 64 >&2 ;;
    esac
done

work=$(mktemp -d "${TMPDIR:-/var/tmp}/custsync-package.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "Building"
contrib/setup-debian.sh
cmake --preset package >"$work/log" 2>&1 &&
    cmake --build --preset package >>"$work/log" 2>&1 &&
    rm -f build/package/*.deb &&
    (cd build/package && cpack -G DEB) >>"$work/log" 2>&1 ||
    { tail -40 "$work/log" >&2; fail "it does not build"; }
debs=(build/package/*.deb)
[ ${#debs[@]} -eq 2 ] || fail "not two packages: ${debs[*]}"
ls -l "${debs[@]}"

say "What lintian finds"
if command -v lintian >/dev/null; then
    root=()
    [ "$(id -u)" -ne 0 ] || root=(--allow-root)
    lintian "${root[@]}" --fail-on error,warning "${debs[@]}" ||
        fail "lintian is not content"
    echo "nothing"
else
    echo "lintian is not here"
fi

say "What systemd thinks of the units"
dpkg-deb -x "${debs[0]}" "$work/tree"
[ -x "$work/tree/usr/bin/custsync" ] || dpkg-deb -x "${debs[1]}" "$work/tree"
if command -v systemd-analyze >/dev/null; then
    units=$work/tree/usr/lib/systemd/system
    for unit in service timer; do
        sed "s#^ExecStart=custsync #ExecStart=$work/tree/usr/bin/custsync #" \
            "$units/custsync@.$unit" >"$work/custsync@nightly.$unit"
    done
    systemd-analyze verify --man=no "$work"/custsync@nightly.{service,timer} ||
        fail "systemd-analyze verify is not content"
    systemd-analyze security --offline=yes "$work/custsync@nightly.service" |
        tail -1
else
    echo "systemd-analyze is not here"
fi
[ -n "$base" ] || exit 0

# --- a bare Debian 12 --------------------------------------------------------
[ "$(id -u)" -eq 0 ] || fail "--chroot needs root"
if [ ! -d "$base" ]; then
    command -v debootstrap >/dev/null || fail "--chroot needs debootstrap"
    say "Making a bare Debian 12 in $base"
    debootstrap --variant=minbase bookworm "$base" \
        "${MIRROR:-http://deb.debian.org/debian}" >"$work/log" 2>&1 ||
        { tail -20 "$work/log" >&2; fail "debootstrap failed"; }
fi
tree=$work/debian
cp -a --one-file-system "$base" "$tree"
mkdir "$tree/try"
cp "${debs[@]}" contrib/debian/try.sh contrib/sample/people.csv "$tree/try"
cp /etc/resolv.conf "$tree/etc/resolv.conf"

# inside COMMAND...: mounts and processes of its own, which end with it however
# it ends, so that none of ours can be unmounted or removed by mistake.
inside() {
    unshare --mount --pid --fork --kill-child sh -eu -c '
        tree=$1
        shift
        mount -t proc proc "$tree/proc"
        mount --bind /dev "$tree/dev"
        exec chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"' \
        - "$tree" "$@" </dev/null
}
# quietly WHAT COMMAND...: what it says is told only when it fails.
quietly() {
    local what=$1
    shift
    "$@" >"$work/log" 2>&1 || { tail -40 "$work/log" >&2; fail "$what"; }
}
install_all='apt-get -q update && apt-get -q install -y
    --no-install-recommends'

say "Installing on a bare Debian 12"
quietly "it cannot be installed" inside sh -c \
    "${install_all//$'\n'/ } /try/*.deb"
say "The job, as its unit starts it"
inside sh /try/try.sh || fail "the job does not run"

if command -v systemd-nspawn >/dev/null; then
    say "The job, started by systemd"
    rm -rf "$tree/var/lib/custsync" "$tree/try/rehearsal"
    quietly "there is no systemd" inside sh -c \
        "${install_all//$'\n'/ } systemd dbus libnss-systemd"
    cat >"$tree/etc/systemd/system/try.service" <<'UNIT'
[Unit]
After=basic.target
[Service]
ExecStart=/bin/sh -c "sh /try/try.sh >/try/said 2>&1; echo $? >/try/code; systemctl poweroff"
UNIT
    ln -s ../try.service -t "$tree/etc/systemd/system/timers.target.wants"
    timeout 120 systemd-nspawn --quiet --directory "$tree" --boot --keep-unit \
        --register=no --console=pipe >"$work/log" 2>&1 </dev/null || :
    cat "$tree/try/said" || tail "$work/log"
    [ "$(cat "$tree/try/code")" = 0 ] || fail "its unit does not run it"
fi

say "Removing"
quietly "it cannot be removed" inside apt-get -q purge -y custsync \
    custsync-sandbox
for path in usr/bin/custsync usr/bin/custsync-sandbox usr/share/custsync; do
    [ ! -e "$tree/$path" ] || fail "/$path is left behind"
done
[ -s "$tree/var/lib/custsync/custsync.db" ] || fail "the store is gone"
echo "all is gone but the configuration and the store"
