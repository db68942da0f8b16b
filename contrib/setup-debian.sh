#!/usr/bin/env bash
# Installs what custsync needs to be built and tested on Debian 12.
#
# Only what is missing is installed, so it may run as often as one likes, and
# needs neither root nor a network when nothing is missing.
set -euo pipefail

packages=(
    # to build
    build-essential cmake ninja-build pkg-config scdoc
    libcsv-dev libxml2-dev libcurl4-openssl-dev libjansson-dev libsqlite3-dev
    libyaml-dev libssl-dev libxxhash-dev libutf8proc-dev libidn2-dev
    libphonenumber-dev libarchive-dev zlib1g-dev libpcre2-dev
    # to run: names of countries, and whom to trust
    iso-codes ca-certificates
    # the sandbox, the scripted server and the tests; curl and openssl ask the
    # sandbox, so that its answers are not judged by our own code alone
    libmicrohttpd-dev libcriterion-dev curl openssl jq
    # calls that fail, for the tests of disks that do
    libfiu-dev fiu-utils
    # the manual as people see it: a page that warns is a page that is wrong
    man-db
    # a JSON Schema validator that is not ours, for mappings/schema.json
    python3 python3-yaml python3-jsonschema
)

say() { printf 'setup: %s\n' "$*"; }

if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian; install what corresponds to: ${packages[*]}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) ||
        status=
    [ "$status" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    say "all ${#packages[@]} packages are there"
    exit 0
fi

root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        say "not root and no sudo; as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    # Nobody is there to type a password in CI.
    root=(sudo ${CI:+-n})
fi

apt() {
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" </dev/null
}
install_missing() { apt install -y --no-install-recommends "${missing[@]}"; }

say "installing ${missing[*]}"
# The lists are fetched when they know a package not at all, or turn out to be
# too old to fetch it.
if ! apt-cache show "${missing[@]}" >/dev/null 2>&1; then
    apt update
    install_missing
elif ! install_missing; then
    apt update
    install_missing
fi
say "all ${#packages[@]} packages are there"
