#!/usr/bin/env bash
# HTTPS: a certificate that nobody vouches for is refused before a byte of ours
# leaves, ca_file accepts the one that it holds, and only for its own host; a
# process killed in the middle of TLS loses nobody.
# shellcheck source=tests/sandbox_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/sandbox_lib.sh"
# shellcheck source=tests/crash_lib.sh
. "$source_dir/tests/crash_lib.sh"

# certificate NAME ALTERNATIVE: NAME.pem, and both.pem with the key too.
certificate() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$1" \
        -addext "subjectAltName=$2" -keyout "$1.key" -out "$1.pem" \
        2>openssl.err || fail "a certificate" "made" "$(cat openssl.err)"
    cat "$1.pem" "$1.key" >"$1.both.pem"
}
certificate ours IP:127.0.0.1
certificate other IP:127.0.0.1
certificate elsewhere DNS:elsewhere.example
make_people 3 >people.csv

# refused WORDS: every account ends with 69 and those words, and not one
# request there.
refused() {
    local words=$1 to
    for to in shop: books: field:; do
        custsync sync --report report.json people.csv "$to"
        same "exit code, $to" 69 $code
        like "what is wrong" "$words" err
        has "what to do" ca_file err
        same "tries" 0 "$(jq .requests.retries report.json)"
        same "requests that came" 0 "$(brief '[.totals[].requests] | add')"
        same "customers" 0 "$(brief '[.providers[].count] | add')"
    done
}
# Who asks for the page knows the certificate; custsync does not ask curl's
# environment.
case_name='nobody vouches for it'
export CURL_CA_BUNDLE=$work/ours.pem
sandbox --rate off --tls ours.both.pem
like "the sandbox's address" '^https://127' <(echo "$url")
at_once
refused 'certificate'

case_name='ca_file vouches for another'
accounts "ca_file: other.pem"
refused 'certificate'

case_name='ca_file vouches for it'
accounts "ca_file: ours.pem"
for provider in $providers; do
    to=$(account_of "$provider")
    sync 0 people.csv "$to"
    once "$provider" 3
    quiet people.csv "$to"
done

case_name='ca_file is not there'
accounts "ca_file: none.pem"
custsync sync people.csv shop:
same "exit code" 78 $code
has "what is missing" none.pem err

case_name='killed within TLS'
for kind in send after-send half-send after-recv; do
    for n in 3 5 8 13; do
        case_name="killed within TLS, $kind $n"
        sandbox --rate off --tls ours.both.pem
        at_once
        accounts "ca_file: ours.pem"
        killed $kind $n sync people.csv shop:
        [ $code = 137 ] || break
        all_deaths=$((all_deaths + 1))
        sync 0 people.csv shop:
        once kounta 3
        quiet people.csv shop:
    done
done
at_least "deaths" 8 $all_deaths

# The name on it is not that of the host: its own key does not help.
case_name='for another host'
export CURL_CA_BUNDLE=$work/elsewhere.pem
curl() { command curl --insecure "$@"; }
sandbox --rate off --tls elsewhere.both.pem
at_once
accounts "ca_file: elsewhere.pem"
refused 'certificate'
echo "ok: TLS is verified, and survives $all_deaths deaths"
