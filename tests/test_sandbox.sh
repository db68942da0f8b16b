#!/bin/sh
# test_sandbox.sh SANDBOX: asks custsync-sandbox what the providers' facts say.
#
# Needs curl and openssl: the signatures are made by openssl, so that they are
# not the sandbox's own idea. Ends with 1 at the first check that fails.
set -u
sandbox=${1:?usage: test_sandbox.sh SANDBOX}
work=$(mktemp -d) || exit 1
pid=

stop() {
    [ -z "$pid" ] && return 0
    kill "$pid" 2>/dev/null
    wait "$pid"
    ended=$?
    pid=
    return $ended
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

fail() {
    echo "test_sandbox: $check: $1" >&2
    echo "  status ${status:-none}, body: $(head -c 600 "$work/body" 2>/dev/null)" >&2
    sed 's/^/  sandbox: /' "$work/errors" >&2
    exit 1
}

# start OPTION...: a fresh sandbox; sets $url.
start() {
    stop || fail "the sandbox did not end cleanly ($?)"
    rm -f "$work/ready"
    "$sandbox" --ready "$work/ready" "$@" >"$work/out" 2>"$work/errors" &
    pid=$!
    tries=0
    until [ -s "$work/ready" ]; do
        kill -0 "$pid" 2>/dev/null || fail "the sandbox did not start"
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "the sandbox is not ready"
        sleep 0.05
    done
    url=$(sed -n 's/^# custsync-sandbox listening on //p' "$work/ready")
    token=
}

# ask METHOD PATH [curl option...]: sets $status, and the files of the answer.
ask() {
    method=$1 path=$2
    shift 2
    : >"$work/body"
    : >"$work/headers"
    status=$(curl -s --noproxy '*' --max-time 10 -X "$method" \
        -o "$work/body" -D "$work/headers" -w '%{http_code}' "$@" "$url$path")
    code=$?
}

want() { [ "$status" = "$1" ] || fail "expected status $1"; }
has() { grep -qF -- "$1" "$work/body" || fail "the body lacks $1"; }
lacks() { ! grep -qF -- "$1" "$work/body" || fail "the body has $1"; }
empty() { [ ! -s "$work/body" ] || fail "the body is not empty"; }
header() { tr -d '\r' <"$work/headers" | grep -qiE "^$1" || fail "no header $1"; }
no_header() { ! grep -qiE "^$1" "$work/headers" || fail "there is a header $1"; }
# The first value of a member with that name.
value() { grep -o "\"$1\":\"[^\"]*\"" "$work/body" | head -1 | cut -d'"' -f4; }

# ---- Kounta -----------------------------------------------------------------

kounta_token() { # [REFRESH_TOKEN [CLIENT]]
    ask POST /kounta/v1/token -d grant_type=refresh_token \
        -d "refresh_token=${1:-sandbox-shop-refresh}" \
        -d "client_id=${2:-sandbox-shop}" \
        -d "client_secret=${2:-sandbox-shop}-secret"
}
kounta() { # METHOD PATH-BELOW-COMPANY [curl option...]
    m=$1 p=$2
    shift 2
    [ -n "$token" ] || { kounta_token; token=$(value access_token); }
    ask "$m" "/kounta/v1/companies/5678$p" -H "Authorization: Bearer $token" \
        -H 'Accept: application/json' -H 'Content-Type: application/json' "$@"
}
location_id() { tr -d '\r' <"$work/headers" | sed -n 's,^[Ll]ocation:.*/\([0-9]*\)$,\1,p'; }

test_kounta_auth() {
    start
    ask GET /kounta/v1/companies/me -H 'Accept: application/json'
    want 401 && has '"error":"invalid_token"'
    kounta_token
    want 200 && has '"token_type":"Bearer"' && has '"expires_in":3600'
    lacks refresh_token
    kounta_token nonsense
    want 400 && has '"error":"invalid_grant"'
    ask POST /kounta/v1/token -d grant_type=refresh_token \
        -d refresh_token=sandbox-shop-refresh -d client_id=sandbox-shop \
        -d client_secret=wrong
    want 401
    ask POST /kounta/v1/token -H 'Content-Type: application/json' -d '{}'
    want 400
    kounta GET /
    want 200 && has '"id":5678' && header 'X-Ratelimit-Limit: 180'
    ask GET /kounta/v1/companies/5678 -u sandbox-shop:sandbox-shop-secret \
        -H 'Accept: application/json'
    want 200 && header 'X-Ratelimit-Limit: 60'
    ask GET /kounta/v1/companies/5678 -u sandbox-shop:wrong \
        -H 'Accept: application/json'
    want 401
    ask GET /kounta/v1/companies/me -H "Authorization: Bearer $token" \
        -H 'Accept: application/json'
    want 200 && has '"id":5678'
    ask GET /kounta/v1/companies/9012/customers \
        -H "Authorization: Bearer $token" -H 'Accept: application/json'
    want 403 && has '"error":"forbidden"'
    ask POST /_sandbox/expire
    kounta GET /customers
    want 401 && has expired
    # Rotation only by the switch, and then the used one is dead.
    ask POST '/_sandbox/set?kounta.rotate=on'
    kounta_token
    want 200 && has refresh_token
    kounta_token
    want 400
}

test_kounta_formats() {
    start
    kounta_token
    token=$(value access_token)
    ask GET /kounta/v1/companies/5678/customers \
        -H "Authorization: Bearer $token" -H 'Accept: */*'
    want 406 && has '"error":"not_acceptable"'
    ask GET /kounta/v1/companies/5678/customers.json \
        -H "Authorization: Bearer $token" -H 'Accept:'
    want 200 && has '[]'
    ask POST /kounta/v1/companies/5678/customers \
        -H "Authorization: Bearer $token" -H 'Accept: application/json' \
        -H 'Content-Type: text/plain' -d '{"first_name":"A","email":"a@example.com"}'
    want 400
    kounta GET /nothing
    want 404 && has '"error":"not_found"'
    ask GET /kounta/v2/companies -H "Authorization: Bearer $token" \
        -H 'Accept: application/json'
    want 404
}

test_kounta_customers() {
    start
    kounta POST /customers -d '{"first_name":"Zoë","last_name":"Ngata","email":"Zoe@Example.com","mobile":"0491 570 006","phone":"02 5550 1234","reference_id":"007","tags":["Gold"],"accepts_marketing":true,"primary_address":{"address":"1 High St","city":"Sydney","state":"NSW","postal_code":"2000","country":"AU"}}'
    want 201 && empty && header "Location: $url/kounta/v1/companies/5678/customers/[0-9]+\$"
    id=$(location_id)
    kounta GET "/customers/$id"
    want 200 && has '"reference_id":"007"' && has '"tags":["Gold"]' && has "\"id\":$id"
    has '"primary_email_address":"Zoe@Example.com"' && has '"address":"1 High St"'
    has '"state":"NSW"' && has '"created_at":"20' && has '"shipping_address":null'
    kounta GET "/customers/$id/addresses"
    want 200 && has '"city":"Sydney"'
    kounta GET /customers
    want 200 && has '"first_name":"Zoë"' && lacks '"mobile"' && lacks '"tags"'

    kounta POST /customers -d '{"first_name":"No way to reach"}'
    want 400 && has '"error":"invalid_request"'
    kounta POST /customers -d '{"email":"x@example.com","accepts_marketing":"yes","primary_address":{"country":"AUS"}}'
    want 400 && has first_name && has accepts_marketing && has country
    kounta POST /customers -d '{"first_name":"Twin","mobile":"0491 570 006"}'
    want 400 && has mobile
    kounta POST /customers -d '{"first_name":"Same mail","email":"zoe@example.com","primary_address":{"lines":["Suite 5","44 Low St"],"zone":"VIC"}}'
    want 201
    second=$(location_id)
    kounta GET "/customers/$second"
    want 200 && has '"reference_id":""' && has '"address":"Suite 5, 44 Low St"' && has '"state":"VIC"'
    kounta POST /customers -d '{"first_name":"x",}'
    want 400
    kounta POST /customers -d '{"first_name":"Tara","first_name":"Twice","email":"t@example.com"}'
    want 400

    kounta PUT "/customers/$id" -d '{"last_name":"Smith","tags":null}'
    want 200 && has '"last_name":"Smith"' && has '"first_name":"Zoë"' && has '"tags":[]'
    kounta PUT "/customers/$second" -d '{"mobile":"0491 570 006"}'
    want 400
    kounta PUT "/customers/$second" -d '{"email":null}'
    want 400
    kounta PUT /customers/1 -d '{"last_name":"Nobody"}'
    want 404
    kounta DELETE "/customers/$id"
    want 405
    kounta GET /customers/1
    want 404
    ask POST '/_sandbox/set?kounta.addresses=read&kounta.legacy_email=off&kounta.unique_email=on'
    want 200
    kounta GET "/customers/$second"
    has '"lines":["Suite 5","44 Low St"]' && has '"zone":"VIC"' && lacks primary_email_address
    kounta POST /customers -d '{"first_name":"Same mail","email":"zoe@example.com"}'
    want 400
}

test_kounta_lookups() {
    start --seed "$work/seed"
    kounta GET '/customers?email=ANN%40example.com'
    want 302 && empty && header "Location: $url/kounta/v1/companies/5678/customers/41\$"
    kounta GET '/customers?email=nobody%40example.com'
    want 404
    kounta GET '/customers?mobile=%2B61491570156'
    want 302
    kounta GET '/customers?mobile=0491570156'
    want 404
    kounta GET '/customers?first_name=Ann&last_name=Lee&phone=02+5550+0001'
    want 302
    kounta GET '/customers?first_name=Ann&phone=02+5550+0001'
    want 400
    kounta GET '/customers?reference_id=A1'
    want 200 && has '"id":41' && has '"id":42'
    kounta GET '/customers?reference_id=a1'
    want 200 && has '[]'
    # Another application on the same company sees none of it.
    kounta_token sandbox-other-refresh sandbox-other
    mine=$token token=$(value access_token)
    kounta GET '/customers?reference_id=A1'
    want 200 && has '[]'
    kounta GET /customers/41
    want 200 && has '"reference_id":""'
    token=$mine
    ask POST '/_sandbox/set?kounta.location=relative'
    kounta GET '/customers?email=ann%40example.com'
    want 302 && header 'Location: /kounta/v1/companies/5678/customers/41$'
}

test_kounta_pages() {
    : >"$work/many"
    n=0
    while [ $n -lt 60 ]; do
        n=$((n + 1))
        echo "{\"provider\":\"kounta\",\"customer\":{\"first_name\":\"C$n\",\"email\":\"c$n@example.com\",\"reference_id\":\"same\"}}" >>"$work/many"
    done
    for list in 'customers' 'customers?reference_id=same'; do
        start --rate off --seed "$work/many"
        kounta GET "/$list"
        seen=0 pages=0
        while :; do
            want 200
            pages=$((pages + 1))
            seen=$((seen + $(grep -o '"id":' "$work/body" | wc -l)))
            next=$(tr -d '\r' <"$work/headers" | sed -n 's/^[Xx]-[Nn]ext-[Pp]age: //p')
            [ -n "$next" ] || break
            kounta GET "${next#"$url/kounta/v1/companies/5678"}"
        done
        [ "$seen $pages" = '60 3' ] || fail "saw $seen on $pages pages of $list"
        no_header X-Ratelimit
    done
}

test_kounta_webhooks() {
    start
    kounta POST /webhooks -d '{"topic":"customers/created","address":"https://hooks.example.com/a"}'
    want 201
    kounta POST /webhooks -d '{"topic":"customers/created","address":"https://hooks.example.com/a"}'
    want 201 && header 'Location: .*/webhooks/2'
    kounta POST /webhooks -d '{"topic":"customers/created","address":"https://hooks.example.com/a","headers":{"X-Kounta-Me":"1"}}'
    want 400
    kounta GET /webhooks
    want 200 && has '"id":1' && has '"id":2'
    # Its own address takes a delivery, though it makes nothing of it.
    kounta PUT /webhooks/2 -d "{\"address\":\"$url/_sandbox/reset\"}"
    want 200
    kounta POST /customers -d '{"first_name":"Ann","email":"ann@example.com"}'
    want 201
    tries=0
    until ask GET '/_sandbox?requests=0' && grep -q '"delivered":1' "$work/body"; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "nothing was delivered"
        sleep 0.05
    done
    kounta DELETE /webhooks/2
    want 204
}

# ---- COUNT ------------------------------------------------------------------

hmac() { printf '%s' "$2" | openssl dgst -sha256 -hmac "$1" | sed 's/.*= *//'; }
sha() { printf '%s' "$1" | openssl dgst -sha256 | sed 's/.*= *//'; }

# count METHOD PATH [BODY [curl option...]]: PATH begins after /partners.
count() {
    m=$1 p=$2 b=${3-}
    [ $# -ge 3 ] && shift 3 || shift 2
    at=${at_time:-$(date +%s)}
    hash=
    case $m in POST | PUT | PATCH) hash=$(sha "$b") ;; esac
    signature=$(hmac "${count_secret:-sandbox-books-secret}" "$m:${p%%\?*}:$at:$hash")
    if [ -n "$hash" ]; then
        set -- --data-binary "$b" -H 'Content-Type: application/json' "$@"
    fi
    ask "$m" "/count/partners$p" -H 'x-client-id: sandbox-books' \
        -H "x-timestamp: $at" -H "x-signature: $signature" \
        -H "Authorization: Bearer $token" "$@"
}
count_refresh() {
    count POST /refresh-user-access-token \
        "{\"grantType\":\"refresh_token\",\"refreshToken\":\"${1:-sandbox-books-refresh}\"}"
}
count_login() {
    count_refresh "$@"
    want 200
    token=$(value accessToken)
    refresh=$(value refreshToken)
}

test_count_vectors() {
    secret=test_secret_0123456789abcdef
    got=$(hmac $secret 'GET:/customers:1750000000:')
    [ "$got" = 5b10ef2c378abf805d5c2e6d5dc32fa78325019b6ad700fe76147f03bd4878ae ] || fail "vector 1: $got"
    got=$(hmac $secret 'GET:/customers/3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70:1750000000000:')
    [ "$got" = 888a051b579878f83158f04c94dcd4f3ee9250583a317fb0463ea8ad26514a66 ] || fail "vector 2: $got"
    body_hash=$(sha '{"customer":"Zoë & Co","email":"ap@zoe.example"}')
    [ "$body_hash" = 9831014aae38f9e08b9d106352ad8dfc82bd796b98ff03586baa8cd4156d6389 ] || fail "hash 3: $body_hash"
    got=$(hmac $secret "POST:/customers:1750000000:$body_hash")
    [ "$got" = da578897306e63f0fb20ccfff84a856e73b7e45833df38a0c646ae8a01da3b84 ] || fail "vector 3: $got"
    got=$(hmac $secret "POST:/refresh-user-access-token:1750000000:$(sha '{"grantType":"refresh_token","refreshToken":"rt_1"}')")
    [ "$got" = 0a52c7e1800d53255b9b2fe893326a6b079b8509089bf8b7b24f4b3e28bd9e3e ] || fail "vector 4: $got"
}

test_count_auth() {
    start
    ask GET /count/partners/customers
    want 401 && has '"code":"missing_credentials"'
    count GET /customers
    want 401 && has '"code":"invalid_token"'
    count_login
    has '"data":{"result":{' && has '"workspaceName":"Sandbox Books"'
    count GET '/customers?page=1'
    want 200 && has '"status":"success"' && has '"records":[]' && no_header Retry-After
    count_secret=wrong
    count GET /customers
    want 401 && has '"error":"Invalid HMAC signature"'
    count_secret=
    at_time=1750000000
    count GET /customers
    want 401
    ask POST '/_sandbox/set?count.skew=0'
    count GET /customers
    want 200
    at_time=$(date +%s)123
    count GET /customers
    want 200
    ask POST '/_sandbox/set?count.skew=300&count.timestamp=seconds'
    count GET /customers
    want 401
    at_time=
    # A used refresh token is dead; the new one is not, in either spelling.
    count_refresh
    want 401 && has '"code":"invalid_grant"'
    old=$token
    count POST /refresh-user-access-token "{\"grant_type\":\"refresh_token\",\"refresh_token\":\"$refresh\"}"
    want 200
    token=$(value accessToken)
    [ "$old" != "$token" ] || fail "the same access token"
    ask POST /_sandbox/expire
    count GET /customers
    want 401 && has '"code":"token_expired"'
    ask POST '/_sandbox/set?count.errors=observed'
    count GET /customers
    want 401 && has '"error":"invalid_token"' && has '"error_description":"The access token expired"'
}

test_count_consent() {
    start
    ask GET '/count/auth2/authorize-intiate?clientId=sandbox-books&redirectUri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&state=s1'
    want 200
    login_page=$(value redirectUri)
    ask GET "/count/login${login_page#*/count/login}"
    want 302 && header 'Location: http://127.0.0.1:9/cb\?code=[^&]*&state=s1$'
    login_code=$(grep -i '^Location:' "$work/headers" | sed 's/.*code=//; s/&.*//')
    count POST /grant-access-token "{\"grantType\":\"authorization_code\",\"code\":\"$login_code\"}"
    want 200 && has accessToken
    count POST /grant-access-token "{\"grantType\":\"authorization_code\",\"code\":\"$login_code\"}"
    want 401
    ask GET '/count/auth2/authorize-intiate?clientId=sandbox-books&redirectUri=ftp%3A%2F%2Fx&state=s1'
    want 400 && has 'Invalid redirect uri'
    ask GET '/count/auth2/authorize-intiate?clientId=sandbox-books&redirectUri=http%3A%2F%2F127.0.0.1%3A9%2F%3Fa%3Db&state=s1'
    want 400 && has 'Invalid redirect uri'
    ask GET '/kounta/authorize?client_id=sandbox-shop&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&response_type=code&state=s%202'
    want 302 && header 'Location: http://127.0.0.1:9/cb\?code=[^&]*&state=s%202$'
}

test_count_customers() {
    start
    count_login
    count POST /customers '{"customer":"Zoë & Co","email":"ap@zoe.example","contacts":[{"firstName":"Jo","email":"jo@zoe.example","isPrimary":true}],"mood":"good"}'
    want 201 && has '"customer":"Zoë & Co"' && has '"status":"active"' && has '"createdAt":"20'
    has '"_partnerWarnings":[{"field":"mood","reason":"unknown_field"'
    id=$(value uuid)
    count GET "/customers/$id"
    want 200 && has '"firstName":"Jo"'
    count GET "/customers/find-by-email?email=AP%40zoe.example"
    want 200 && has "$id"
    count GET "/customers/find-by-email?email=no%40zoe.example"
    want 404 && has '"code":"not_found"'
    count GET "/customers/find-by-email?email=zoe"
    want 400
    count GET /customers/abc
    want 400 && has '"code":"invalid_uuid"'
    count GET /customers/3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70
    want 404
    count POST /customers '{"customer":"Copy","email":" AP@ZOE.example"}'
    want 409 && has '"code":"email_exists"'
    count POST /customers '{"customer":"","email":"nobody","status":"maybe","mainPhone":12,"billingAddress":"x"}'
    want 400
    for field in customer email status mainPhone billingAddress; do
        has "\"field\":\"$field\""
    done
    count POST /customers '{"customer":"Two","email":"two@zoe.example","contacts":[{"isPrimary":true},{"isPrimary":true}]}'
    want 400
    count POST /customers '{"customer":"Two","email":"two@zoe.example","contacts":[{"email":"nobody"}]}'
    want 400
    count GET /customers
    want 200 && has '"totalRecords":1'

    count POST /customers '{"customer": "Spaced","email":"sp@zoe.example"}'
    want 401
    count POST /customers '{"customer":"Escap\u00e9","email":"sp@zoe.example"}'
    want 401
    ask POST '/_sandbox/set?count.strict_json=off'
    count POST /customers '{"customer": "Spaced","email":"sp@zoe.example"}'
    want 201

    count PUT "/customers/$id" '{"mainPhone":"+61255501234","website":null}'
    want 200 && has '"mainPhone":"+61255501234"' && has '"customer":"Zoë & Co"' && has '"firstName":"Jo"'
    count PUT "/customers/$id" '{"email":"sp@zoe.example"}'
    want 409
    ask POST '/_sandbox/set?count.put=replace'
    count PUT "/customers/$id" '{"customer":"Zoë"}'
    want 400
    count PUT "/customers/$id" '{"customer":"Zoë","email":"ap@zoe.example"}'
    want 200 && has '"mainPhone":null' && has '"contacts":[]'
    count GET '/customers?search=ZO&limit=1&page=1&orderBy=createdAt&orderDirection=DESC'
    want 200 && has '"customer":"Spaced"' && has '"totalRecords":2' && has '"totalPages":2'
    count GET '/customers?page=9'
    want 200 && has '"records":[]'
    count GET '/customers?limit=101'
    want 400
    count GET '/customers?orderBy=mood'
    want 400
    # Another workspace does not see it.
    mine=$token
    count_login sandbox-books-two-refresh
    count GET "/customers/$id"
    want 404
    token=$mine
    ask POST '/_sandbox/set?count.id_key=id&count.list_key=customers&count.find=off'
    count GET /customers
    want 200 && has '"customers":[{"id":' && lacks uuid
    count GET '/customers/find-by-email?email=ap%40zoe.example'
    want 404
    count DELETE "/customers/$id"
    want 200
    count GET "/customers/$id"
    want 404
    count POST /customers '{"customer":"Again","email":"ap@zoe.example"}'
    want 201
}

test_count_bulk() {
    start --seed "$work/seed"
    count_login
    count POST /customers/bulk '{"customers":[{"customer":"A","email":"a@example.org"},{"customer":"B","email":"a@example.org"},{"email":"c@example.org"}]}'
    want 201 && has '"successCount":1,"errorCount":2' && has '"index":1,"success":false,"error":"Email already exists"'
    id=$(value uuid)
    count PATCH /customers/bulk "{\"customers\":[{\"uuid\":\"$id\",\"website\":\"https://a.example\"},{\"uuid\":\"3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70\"},{\"email\":\"x@example.org\"}]}"
    want 201 && has '"successCount":1' && has 'https://a.example'
    rows='{"customer":"X","email":"x@example.org"}'
    n=0
    while [ $n -lt 100 ]; do
        n=$((n + 1)) rows="$rows,{}"
    done
    count POST /customers/bulk "{\"customers\":[$rows]}"
    want 400 && has 'Bulk requests are capped at 100'
    count POST /customers/bulk '{"customers":{}}'
    want 400
    ask POST '/_sandbox/set?count.bulk=off'
    count POST /customers/bulk '{"customers":[{"customer":"A","email":"z@example.org"}]}'
    want 404
}

# ---- FieldEdge --------------------------------------------------------------

field_login() { # [TARGET]
    ask POST /fieldedge/oauth/token -d grant_type=client_credentials \
        -d client_id=sandbox-field -d client_secret=sandbox-field-secret \
        -d "target_id=${1-70001}"
    token=$(value access_token)
}
field() { # METHOD PATH [curl option...]
    m=$1 p=$2
    shift 2
    [ -n "$token" ] || field_login
    ask "$m" "/fieldedge/v1/customers$p" -H "Authorization: Bearer $token" \
        -H 'Accept: application/json' -H 'Content-Type: application/json' "$@"
}

test_fieldedge_auth() {
    start
    field_login
    want 200 && has '"expires_in":3600' && lacks refresh
    ask POST /fieldedge/oauth/token -H 'Content-Type: application/json' \
        -d '{"grant_type":"client_credentials","client_id":"sandbox-field","client_secret":"sandbox-field-secret","target_id":"70001"}'
    want 200
    field_login ''
    want 400
    field_login 99999
    want 403
    ask POST /fieldedge/oauth/token -d grant_type=client_credentials \
        -d client_id=sandbox-field -d client_secret=wrong -d target_id=70001
    want 401 && has '"error":"invalid_client"'
    token=bad
    field GET '/search?email=a%40example.com'
    want 401 && has '"code":"UNAUTHORIZED"' && has requestId
    ask GET /fieldedge/v1/leads -H "Authorization: Bearer $token"
    want 404
}

test_fieldedge_customers() {
    start
    field POST '' -d '{"firstName":"Ana","lastName":"Silva","companyName":"Silva HVAC","email":"ana@silva.example","phoneNumber":"+12145550198","preferredContactMethods":["Email","SMS"],"address1":"1 Main  St","city":"Dallas","state":"TX","zip":"75201","marketingEmailOptIn":true}'
    want 201 && has '"data":{"customerId":"' && has '"createdAt":"20'
    id=$(value customerId)
    field GET "/id/$id"
    want 200 && has '"primaryPhone":"+1-214-555-0198"' && has '"contactOnSms":true' && has '"displayName":"Silva HVAC"'
    has '"billingCity":"Dallas"' && lacks marketing && lacks phoneNumber
    field GET "/$id"
    want 404
    field GET /id/3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70
    want 204 && empty
    field GET /id/12
    want 400
    field POST '' -d '{"firstName":"J","lastName":"Bob 2","customerId":"x","preferredContactMethods":["Fax"],"marketingSmsOptIn":true}'
    want 400 && has '"code":"VALIDATION_ERROR"' && has INVALID_LENGTH && has CONTAINS_DIGITS && has customerId && has requestId
    has '"field":"email","code":"REQUIRED"' && has '"field":"phoneNumber","code":"REQUIRED"'
    field POST '' -d '{"firstName":"Bo","lastName":"Li","phoneNumber":"0491 570 006","companyName":null}'
    want 400 && has INVALID_FORMAT && has INVALID_VALUE
    field POST '' -d '{"firstName":"Ana","lastName":"Other","phoneNumber":"+12145550198"}'
    want 201
    field GET '/search?phone=%2B1%20214-555-0198'
    want 200 && has '"customers":[' && has Silva && has Other
    field GET '/search?email=ANA%40silva.example&firstName=zz'
    want 200 && has Silva && lacks Other
    field GET '/search?firstName=an&email=ana%40silva.example'
    [ "$(grep -o '"id"' "$work/body" | wc -l)" = 2 ] || fail "a row twice or missing"
    has '"lastName":"Silva"' && has '"lastName":"Other"'
    ask POST '/_sandbox/set?fieldedge.search=and'
    field GET '/search?email=ana%40silva.example&firstName=zz'
    want 204 && empty
    field GET /search
    want 400
    field GET '/by-address?address1=1%20MAIN%20st&city=dallas'
    want 200 && has Silva
    field GET '/by-address?address1=1%20MAIN%20st&city=Austin'
    want 204
    field GET /by-address
    want 400
    field PUT "/$id" -d '{"firstName":"Ana","lastName":"Souza","email":"ana@silva.example"}'
    want 200 && has '"updatedAt":"20'
    field GET "/id/$id"
    has '"lastName":"Souza"' && has '"primaryPhone":null' && has '"companyName":null' && has '"contactOnSms":false'
    field PUT "/$id" -d '{"city":"Austin"}'
    want 400
    ask POST '/_sandbox/set?fieldedge.put=partial&fieldedge.wrap_errors=on'
    field PUT "/$id" -d '{"city":"Austin"}'
    want 200
    field PUT /3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70 -d '{"city":"Austin"}'
    want 400 && has '{"error":{"code":"CUSTOMER_NOT_FOUND"'
    field_login 70002
    field GET "/id/$id"
    want 204
}

test_fieldedge_visibility() {
    start --set fieldedge.visible_after=400
    field POST '' -d '{"firstName":"Ana","lastName":"Silva","email":"ana@silva.example"}'
    want 201
    id=$(value customerId)
    field GET '/search?email=ana%40silva.example'
    want 204
    field GET "/id/$id"
    want 200
    sleep 0.6
    field GET '/search?email=ana%40silva.example'
    want 200
    start --set fieldedge.prefix=leads
    grep -q '/fieldedge/leads$' "$work/ready" || fail "no prefix in the accounts"
    field GET '/search?email=ana%40silva.example'
    want 404
}

# ---- pace, faults, page -----------------------------------------------------

test_limits() {
    start --rate 3/s
    count_login
    count GET /customers && count GET /customers && want 200
    count GET /customers
    want 429 && has '"code":"rate_limited"' && no_header Retry-After
    kounta_token
    token=$(value access_token)
    kounta GET /customers && kounta GET /customers && want 200
    header 'X-Ratelimit-Remaining: 0'
    kounta GET /customers
    want 429 && header 'X-Ratelimit-Reset: [0-9]{10}$' && no_header Retry-After
    token=
    field GET '/search?firstName=x' && field GET '/search?firstName=x' && want 204
    field GET '/search?firstName=x'
    want 429 && header 'Retry-After: 1'
    ask GET '/_sandbox?requests=0'
    [ "$(grep -o '"violations":1' "$work/body" | wc -l)" = 3 ] || fail "violations"
    sleep 1.1
    field GET '/search?firstName=x'
    want 204
}

test_faults() {
    cat >"$work/script" <<'SCRIPT'
# what goes wrong, in order
POST /v1/customers skip 1 drop-after
POST /v1/customers drop-before
POST /v1/customers truncate 10
POST /v1/customers times 2 status 503 header "Retry-After: 7" header "X-Why: test"
POST /v1/customers status 500 body {"a": [1, "x y"]} header "X-Why: body"
POST /v1/customers status 502 body -
POST /v1/customers garbage
POST /v1/customers garbage-after
POST /v1/customers delay 300
POST /v1/customers hang 300
GET */search* 429 retry-after 1
SCRIPT
    start --faults "$work/script"
    new='{"firstName":"Ana","lastName":"Silva","email":"ana@silva.example"}'
    field_login
    field POST '' -d "$new" && want 201
    field POST '' -d "$new" && want 000
    [ $code = 52 ] || fail "drop-after: curl said $code"
    field POST '' -d "$new" && want 000
    [ $code = 52 ] || fail "drop-before: curl said $code"
    field POST '' -d "$new" && want 201
    [ "$code $(wc -c <"$work/body")" = '18 10' ] || fail "truncate: curl said $code"
    field POST '' -d "$new" && want 503 && header 'Retry-After: 7' && header 'X-Why: test' && has INTERNAL_ERROR
    field POST '' -d "$new" && want 503
    field POST '' -d "$new" && want 500 && has '{"a": [1, "x y"]}' && header 'X-Why: body'
    field POST '' -d "$new" && want 502 && empty
    field POST '' -d "$new" && want 200 && lacks '{'
    field POST '' -d "$new" && want 200 && lacks '{'
    from=$(date +%s%3N)
    field POST '' -d "$new" && want 201
    [ $(($(date +%s%3N) - from)) -ge 300 ] || fail "no delay"
    field POST '' -d "$new" && want 000
    ask GET /_sandbox
    has '"count":5' && has '"created":5' && has '"fault":"drop-after"' && has '"status":0'
    # A penalty: who does not wait is counted, and refused again.
    field GET '/search?firstName=a' && want 429 && header 'Retry-After: 1'
    field GET '/search?firstName=a' && want 429
    ask GET '/_sandbox?requests=0'
    has '"violations":1' && lacks '"requests":['
    sleep 1.1
    field GET '/search?firstName=a' && want 200
    ask POST /_sandbox/faults --data-binary 'GET * always status 500'
    want 200
    field GET '/search?firstName=a' && want 500
    ask POST /_sandbox/faults --data-binary 'GET * sing'
    want 400 && has 'line 1: unknown action'
    ask POST /_sandbox/faults --data-binary '* 429 reset 1'
    want 200
    field GET '/search?firstName=a' && want 429 && header 'X-Ratelimit-Reset: [0-9]{10}$'
    ask POST /_sandbox/faults --data-binary '429 retry-after-date 1'
    sleep 2.1
    field GET '/search?firstName=a' && want 429 && header 'Retry-After: [A-Z][a-z]{2}, [0-9]{2} .* GMT$'
}

# Answers that break off or do not end, and those from somebody in between.
test_faults_on_the_wire() {
    start --rate off
    new='{"firstName":"Ana","lastName":"Silva","email":"ana@silva.example"}'
    field_login
    faulty() { # ACTION: of the next create, which is sent
        ask POST /_sandbox/faults --data-binary "POST /v1/customers $1"
        want 200
        field POST '' -d "$new"
    }
    faulty reset && want 000
    [ $code = 56 ] || fail "reset: curl said $code"
    faulty reset-after
    [ $code = 56 ] || fail "reset-after: curl said $code"
    faulty 'reset-after 7'
    [ "$code $(wc -c <"$work/body")" = '56 7' ] || fail "reset-after 7: curl said $code"
    faulty 'endless headers'
    [ $code = 56 ] || [ $code = 27 ] || fail "endless headers: curl said $code"
    ask POST /_sandbox/faults --data-binary 'POST /v1/customers endless body'
    field POST '' -d "$new" --max-time 0.5
    [ $code = 28 ] && [ "$(wc -c <"$work/body")" -gt 1000000 ] || fail "endless body: curl said $code"
    : >"$work/body"
    from=$(date +%s%3N)
    faulty 'drip 2' && want 503 && has INTERNAL_ERROR
    [ $(($(date +%s%3N) - from)) -ge 300 ] || fail "no drip"
    faulty 'drip-after 1' && want 201 && has customerId
    faulty 'status-after 303 header "Location: /x"' && want 303 && header 'Location: /x'
    faulty 'status-after 200 body -' && want 200 && empty
    faulty 'html 404' && want 404 && has '<html>' && header 'Content-Type: text/html'
    faulty 'html-after 201' && want 201 && has '<html>'
    faulty 'deep 70000' && want 200
    [ "$(wc -c <"$work/body")" = 140000 ] || fail "not deep"
    faulty 'type "text/plain; charset=x"' && want 201 && has customerId && header 'Content-Type: text/plain; charset=x'
    ask GET '/_sandbox?requests=0&customers=0'
    has '"count":7' && has '"created":7'
    faulty 'redirect same' && want 302 && header "Location: $url/fieldedge/login"
    faulty 'redirect other 307' && want 307 && header 'Location: http://localhost:[0-9]+/fieldedge/v1/customers'
    faulty 'redirect loop' && want 302 && header "Location: $url/fieldedge/v1/customers"
    faulty 'redirect scheme 308' && want 308 && header 'Location: https://127.0.0.1:[0-9]+/fieldedge/v1/customers'
    # What Retry-After may say, and penalties that it does not tell of.
    faulty '429 retry-after 99999999999999999999' && want 429 && header 'Retry-After: 99999999999999999999'
    faulty '429 retry-after -5' && want 429 && header 'Retry-After: -5'
    faulty '429 retry-after "Fri, 31 Dec 1999 23:59:59 GMT"' && want 429 && header 'Retry-After: Fri, 31 Dec 1999 23:59:59 GMT'
    faulty '429-after retry-after 3 penalty 0' && want 429 && header 'Retry-After: 3'
    field POST '' -d "$new" && want 201
    faulty '429 penalty 60' && want 429 && no_header Retry-After
    field POST '' -d "$new" && want 429
    ask GET '/_sandbox?requests=0&customers=0'
    has '"count":9' && has '"violations":1'
    for bad in 'id' 'id sing' 'html 99' 'deep 0' 'drip' 'chance 0% 429' 'redirect same 200' \
        '429 retry-after' '429 penalty x' 'type' 'chance 5 429' 'reset 5' 'bulk two'; do
        ask POST /_sandbox/faults --data-binary "$bad"
        want 400 && has 'line 1:'
    done
}

# Answers that are well formed and not true.
test_faults_that_lie() {
    start --rate off
    kounta_token
    token=$(value access_token)
    for n in 1 2 3; do
        kounta POST /customers -d "{\"first_name\":\"A\",\"email\":\"a$n@example.com\"}"
        want 201
    done
    lie() { ask POST /_sandbox/faults --data-binary "$1"; want 200; }
    lie 'POST * id other'
    kounta POST /customers -d '{"first_name":"B","email":"b@example.com"}'
    want 201 && [ "$(location_id)" = 500001 ] || fail "not another id"
    lie 'POST * id none'
    kounta POST /customers -d '{"first_name":"B","email":"b2@example.com"}'
    want 201 && no_header Location
    lie 'POST * id bad'
    kounta POST /customers -d '{"first_name":"B","email":"b3@example.com"}'
    want 201 && header "Location: $url/kounta/v1/companies/5678/customers\$"
    lie 'GET * id other'
    kounta GET /customers/500002
    want 200 && has '"id":500001' && has a1@example.com && lacks a2@example.com
    lie 'GET * list short'
    kounta GET /customers
    want 200 && has '"id":500003' && lacks '"id":500004'
    lie 'GET * list empty'
    kounta GET /customers
    want 200 && has '[]'
    lie 'GET * always list loop'
    kounta GET '/customers?start=500001'
    want 200 && header "X-Next-Page: $url/kounta/v1/companies/5678/customers\?start=0"
    lie '# none'
    count_login
    row() { echo "{\"customer\":\"C$1\",\"email\":\"c$1@example.com\"}"; }
    lie 'POST * bulk one'
    count POST /customers/bulk "{\"customers\":[$(row 1),$(row 2)]}"
    want 201 && has '"index":1' && has '"index":2' && lacks '"index":0'
    lie 'POST * bulk reordered'
    count POST /customers/bulk "{\"customers\":[$(row 3),$(row 4)]}"
    want 201 && lacks '"index"'
    [ "$(value email)" = c4@example.com ] || fail "not reordered"
    lie 'POST * bulk fewer'
    count POST /customers/bulk "{\"customers\":[$(row 5),$(row 6)]}"
    want 201 && lacks c5@example.com && has c6@example.com
    lie 'GET /partners/customers always list loop'
    count GET '/customers?page=9'
    want 200 && has c1@example.com && has '"totalPages":10000'
    lie 'GET /partners/customers list empty'
    count GET /customers
    want 200 && has '"records":[]' && has '"totalRecords":6'
    # The same dice for the same number.
    throws() {
        lie "random $1
GET * chance 30% status 500"
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
            kounta GET /
            printf '%s' "$status"
        done
    }
    first=$(throws 7)
    [ "$first" = "$(throws 7)" ] || fail "other dice for the same number"
    [ "$first" != "$(throws 8)" ] || fail "the same dice for another number"
    case $first in *500*) ;; *) fail "the dice never hit" ;; esac
}

# Tokens that end by the way, a clock that is wrong, records not yet shown.
test_levers() {
    start --rate off --set clock=-7200
    kounta_token
    token=$(value access_token)
    kounta GET /
    want 200
    here=$(date +%s)
    there=$(date -d "$(tr -d '\r' <"$work/headers" | sed -n 's/^[Dd]ate: //p')" +%s)
    [ $((here - there)) -ge 7195 ] && [ $((here - there)) -le 7205 ] || fail "the clock is not two hours behind"
    ask POST '/_sandbox/set?clock=0'
    want 200
    token= # its end was told by the other clock
    kounta POST /customers -d '{"first_name":"A","email":"a1@example.com"}'
    ask POST '/_sandbox/set?kounta.search=partial&fieldedge.search_match=partial'
    want 200
    kounta GET '/customers?email=1@exam'
    want 302
    ask POST '/_sandbox/set?kounta.search=exact&kounta.visible_after=60000&count.visible_after=60000'
    want 200
    kounta GET '/customers?email=1@exam'
    want 404
    kounta POST /customers -d '{"first_name":"B","email":"b1@example.com"}'
    want 201
    kounta GET '/customers?email=b1@example.com'
    want 404
    kounta GET "/customers"
    lacks b1@example.com
    kounta GET /customers/500002
    want 200
    ask POST /_sandbox/faults --data-binary 'GET * expire'
    kounta GET /
    want 401 && has expired
    token=
    kounta GET /
    want 200
    ask POST /_sandbox/faults --data-binary 'GET * revoke'
    kounta GET /
    want 401
    kounta_token
    want 400
    field_login
    want 401 && has removed
    ask POST /_sandbox/login
    kounta_token
    want 200
    field_login
    want 200
    count_login
    count POST /customers '{"customer":"C","email":"c@example.com"}'
    want 201
    count GET '/customers/find-by-email?email=c@example.com'
    want 404
    count GET '/customers'
    has '"totalRecords":0'
    count POST /customers '{"customer":"C","email":"c@example.com"}'
    want 409
    ask POST /_sandbox/restart
    ask GET /_sandbox
    has '"kounta":{"customers":[],"count":0}' && has '"requests":[]'
    kounta GET /
    want 401
}

test_page() {
    start --seed "$work/seed" --latency 5
    ask GET /_sandbox
    want 200 && has '"kounta":{"customers":[{"id":41' && has '"requests":[]' && has '"count":2'
    kounta GET '/customers?email=ann%40example.com'
    count_login
    ask GET /_sandbox
    has '"query":"email=ann%40example.com"' && has '"auth":"bearer"' && has '<redacted>' && has '"tokens":1'
    for secret in sandbox-shop-secret sandbox-books-secret sandbox-shop-refresh \
        sandbox-books-refresh "$token" "$refresh"; do
        lacks "$secret"
    done
    ask POST /_sandbox/customers/kounta/41 -d '{"last_name":"By hand","phone":null}'
    want 200 && has '"last_name":"By hand"' && has '"email":"ann@example.com"'
    ask POST /_sandbox/customers/kounta -d '{"first_name":"New","email":"new@example.com"}'
    want 200 && has '"first_name":"New"'
    ask DELETE /_sandbox/customers/kounta/41
    want 200
    ask DELETE /_sandbox/customers/kounta/41
    want 404
    ask POST /_sandbox/customers/nobody/41 -d '{}'
    want 404
    ask GET '/_sandbox?requests=0'
    has '"created":0' && has '"writes":0' && lacks '"requests":['
    ask POST /_sandbox/reset
    want 200
    ask GET /_sandbox
    has '"requests":[]' && has '"kept":0'
    ask POST '/_sandbox/set?count.mood=good'
    want 400 && has count.errors
    ask GET /_sandbox/nothing
    want 404
    ask GET /elsewhere
    want 404
}

test_data_file() {
    start --data "$work/data.db" --seed "$work/seed"
    count_login
    count POST /customers '{"customer":"Kept","email":"kept@example.org"}'
    want 201
    start --data "$work/data.db" --seed "$work/seed"
    ask GET /_sandbox
    has Kept && has '"count":2'
    count_login # the printed refresh token works at each start
    count GET '/customers/find-by-email?email=kept%40example.org'
    want 200
    [ "$(stat -c %a "$work/ready")" = 600 ] || fail "the accounts are for all to read"
}

test_command_line() {
    start
    cmp -s "$work/out" "$work/ready" || fail "standard output differs from --ready"
    grep -q 'rate: off' "$work/out" && fail "a rate where none was asked for"
    start --rate off
    [ "$(grep -c 'rate: off' "$work/out")" = 3 ] || fail "no rate: off"
    stop || fail "SIGTERM ended it with $?"
    for wrong in '--set count.mood=good' '--set count.skew=x' '--rate often' '--port 70000' '--what'; do
        # shellcheck disable=SC2086
        "$sandbox" $wrong >"$work/out" 2>"$work/errors"
        [ $? = 64 ] || fail "$wrong is no usage error"
    done
    "$sandbox" --set count.mood=good 2>&1 | grep -q count.errors || fail "switches are not listed"
    "$sandbox" --help | grep -q drop-after || fail "faults are not in the help"
    "$sandbox" --faults /nonexistent 2>"$work/errors" && fail "a missing script is fine"
    true
}

cat >"$work/seed" <<'SEED'
{"provider":"kounta","customer":{"id":41,"first_name":"Ann","last_name":"Lee","email":"ann@example.com","phone":"02 5550 0001","mobile":"+61491570156","reference_id":"A1"}}
{"provider":"kounta","customer":{"id":42,"first_name":"Ann","last_name":"Other","primary_email_address":"ann@example.com","reference_id":"A1"}}

{"provider":"count","customer":{"customer":"Old Co","email":"old@example.org"}}
{"provider":"fieldedge","customer":{"firstName":"Old","lastName":"Hand","primaryEmail":"old@example.org"}}
SEED
for tool in curl openssl; do
    command -v $tool >/dev/null || { echo "test_sandbox: needs $tool" >&2; exit 1; }
done
for check in $(sed -n 's/^\(test_[a-z_]*\)() .*/\1/p' "$0"); do
    status=
    : >"$work/errors"
    $check
done
check=end
stop || fail "the sandbox did not end cleanly ($?)"
echo "test_sandbox: all good"
