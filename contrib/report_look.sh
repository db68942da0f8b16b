#!/usr/bin/env bash
# Looks at a report in a browser: report_look.sh REPORT.html [FOLDER].
#
# Leaves screenshots in FOLDER (default: where it stands): light, dark, 400 px
# wide, and what would be printed; fails when the console has an error, when the
# page's script does not run, or when anything but the page itself was asked for.
# Needs chromium (Debian: chromium); ends with 77 where there is none.
set -euo pipefail
page=$(realpath -e -- "${1:?usage: report_look.sh REPORT.html [FOLDER]}")
folder=$(realpath -- "${2:-.}")
for browser in chromium chromium-browser google-chrome; do
    ! command -v $browser >/dev/null || break
done
command -v $browser >/dev/null || { echo "needs chromium" >&2; exit 77; }
mkdir -p "$folder"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
name=$(basename "$page" .html)

# look NAME OPTION...: one start of the browser, which logs what it asks for.
address=file://$page
look() {
    local shot=$1
    shift
    "$browser" --headless=new --disable-gpu --hide-scrollbars \
        --no-first-run --disable-extensions --disable-background-networking \
        --disable-component-update --disable-sync \
        ${LOOK_AS_ROOT:+--no-sandbox} --user-data-dir="$scratch/$shot" \
        --enable-logging=stderr --v=0 \
        --log-net-log="$scratch/$shot.net" "$@" "$address" \
        >"$scratch/$shot.out" 2>"$scratch/$shot.err"
    # What the page's own console says, and what its policy refused.
    ! grep -E 'CONSOLE|Refused to' "$scratch/$shot.err" || {
        echo "$shot: the console is not silent" >&2
        exit 1
    }
    ! grep -oE '"(url|original_url)": *"(https?|wss?):[^"]*"' \
        "$scratch/$shot.net" | grep -vE 'google|gstatic|gvt1' || {
        echo "$shot: something was asked for" >&2
        exit 1
    }
}
[ "$(id -u)" -ne 0 ] || LOOK_AS_ROOT=1
tall=${LOOK_HEIGHT:-2600}
look light --window-size=1200,"$tall" --screenshot="$folder/$name-light.png"
look dark --window-size=1200,"$tall" --force-dark-mode \
    --blink-settings=preferredColorScheme=0 \
    --screenshot="$folder/$name-dark.png"
look script --dump-dom
grep -q '<th scope="col"[^>]*><button' "$scratch/script.out" ||
    ! grep -q 'class="sorts"' "$page" || {
    echo "the script that sorts tables did not run" >&2
    exit 1
}
look print --print-to-pdf="$folder/$name.pdf" --no-pdf-header-footer
# No window of a browser is that narrow: a frame is.
printf '<iframe src="%s" width="400" height="%s" style="border:0"></iframe>' \
    "$address" "$tall" >"$scratch/frame.html"
address=file://$scratch/frame.html
look narrow --window-size=500,"$tall" --screenshot="$folder/$name-400px.png"
if command -v pdftoppm >/dev/null; then
    pdftoppm -r 60 -png "$folder/$name.pdf" "$folder/$name-print"
fi
ls -1 "$folder/$name"*
