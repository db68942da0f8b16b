/*
 * test_sign.c - signatures against the vectors of COUNT's fact sheet.
 */
#include <criterion/criterion.h>

#include "sync/crypto.h"
#include "sync/sign.h"

TestSuite(sign, .timeout = 10);
TestSuite(crypto, .timeout = 10);

static const struct pair headers[] = {
    {"x-client-id", "{client_id}"},
    {"x-timestamp", "{timestamp}"},
    {"x-signature", "{signature}"},
};

static struct provider provider = {
    .name = "count",
    .sign =
        {
            .used = true,
            .key = "{client_secret}",
            .base = "{method}:{path}:{timestamp}:{body_sha256}",
            .strip_path = "/partners",
            .headers = {headers, 3},
        },
};

static const struct setting settings[] = {
    {"client_id", TEXT("cid")},
    {"client_secret", TEXT("test_secret_0123456789abcdef")},
};

static const struct account account = {
    .name = "books",
    .provider = &provider,
    .base_url = "https://api.getcount.com",
    .settings = settings,
    .settings_count = 2,
};

struct vector {
    const char *method, *path;
    int64_t now_ms;
    bool milliseconds;
    const char *body;
    const char *base; /* or NULL: not given in the sheet */
    const char *signature;
};

static const struct vector vectors[] = {
    {"GET", "/partners/customers", 1750000000999, false, NULL,
     "GET:/customers:1750000000:",
     "5b10ef2c378abf805d5c2e6d5dc32fa78325019b6ad700fe76147f03bd4878ae"},
    {"GET", "/partners/customers/3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70",
     1750000000000, true, NULL,
     "GET:/customers/3f0d5a52-7d0a-4c1e-9d7b-2a3c4d5e6f70:1750000000000:",
     "888a051b579878f83158f04c94dcd4f3ee9250583a317fb0463ea8ad26514a66"},
    {"POST", "/partners/customers", 1750000000000, false,
     "{\"customer\":\"Zo\xc3\xab & Co\",\"email\":\"ap@zoe.example\"}",
     "POST:/customers:1750000000:"
     "9831014aae38f9e08b9d106352ad8dfc82bd796b98ff03586baa8cd4156d6389",
     "da578897306e63f0fb20ccfff84a856e73b7e45833df38a0c646ae8a01da3b84"},
    {"POST", "/partners/refresh-user-access-token", 1750000000000, false,
     "{\"grantType\":\"refresh_token\",\"refreshToken\":\"rt_1\"}",
     "POST:/refresh-user-access-token:1750000000:"
     "7565253f04b4679cab5b1c5376400de9e2ec3b98ed1543805582261ad78cdc0d",
     "0a52c7e1800d53255b9b2fe893326a6b079b8509089bf8b7b24f4b3e28bd9e3e"},
};

static struct text header(const struct http_header *list, size_t count,
                          const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_is(list[i].name, name))
            return list[i].value;
    return TEXT("");
}

Test(sign, all_vectors_of_the_sheet_come_out)
{
    struct arena *arena = arena_open();
    struct err err;

    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        const struct vector *v = &vectors[i];
        struct signing signing = {v->method, text_of(v->path), text_of(v->body),
                                  v->now_ms};
        struct http_header *list;
        struct text base;
        size_t count;

        provider.sign.milliseconds = v->milliseconds;
        cr_assert_eq(sign_base(&account, &signing, arena, &base, &err), OK);
        cr_assert_str_eq(base.at, v->base);
        cr_assert_eq(
            sign_request(&account, &signing, arena, &list, &count, &err), OK);
        cr_assert_eq(count, 3);
        cr_assert_str_eq(header(list, count, "x-signature").at, v->signature);
        cr_assert_str_eq(header(list, count, "x-client-id").at, "cid");
    }
    arena_close(arena);
}

Test(sign, the_prefix_comes_off_as_a_whole_segment)
{
    static const char *const cases[][2] = {
        {"/partners", "GET:/:1:"},
        {"/partners/", "GET:/:1:"},
        {"/partnership/x", "GET:/partnership/x:1:"},
        {"/auth2/x", "GET:/auth2/x:1:"},
    };
    struct arena *arena = arena_open();
    struct err err;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct signing signing = {"GET", text_of(cases[i][0]), {NULL, 0}, 1000};
        struct text base;

        cr_assert_eq(sign_base(&account, &signing, arena, &base, &err), OK);
        cr_assert_str_eq(base.at, cases[i][1]);
    }
    arena_close(arena);
}

Test(sign, a_signature_can_be_base64)
{
    struct arena *arena = arena_open();
    struct signing signing = {
        "GET", TEXT("/partners/customers"), {NULL, 0}, 1750000000000};
    struct http_header *list;
    struct err err;
    size_t count;

    provider.sign.base64 = true;
    cr_assert_eq(sign_request(&account, &signing, arena, &list, &count, &err),
                 OK);
    cr_assert_str_eq(header(list, count, "x-signature").at,
                     "WxDvLDeKv4BdXC5tXcMvp4MlAZtq1wD+dhR/A71IeK4=");
    arena_close(arena);
}

Test(sign, a_missing_secret_is_named_and_nothing_is_signed)
{
    struct arena *arena = arena_open();
    struct account bare = account;
    struct signing signing = {"GET", TEXT("/x"), {NULL, 0}, 0};
    struct http_header *list;
    struct err err;
    size_t count;

    bare.settings_count = 1;
    cr_assert_eq(sign_request(&bare, &signing, arena, &list, &count, &err),
                 STOP);
    cr_assert_eq(err.exit, EXIT_CONFIG);
    cr_assert(strstr(err.message, "client_secret"));
    arena_close(arena);
}

Test(sign, a_provider_that_does_not_sign_gets_no_headers)
{
    struct provider plain = {.name = "plain"};
    struct account bare = account;
    struct signing signing = {"GET", TEXT("/x"), {NULL, 0}, 0};
    struct arena *arena = arena_open();
    struct http_header *list;
    struct err err;
    size_t count = 9;

    bare.provider = &plain;
    cr_assert_eq(sign_request(&bare, &signing, arena, &list, &count, &err), OK);
    cr_assert_eq(count, 0);
    arena_close(arena);
}

Test(crypto, digests_and_base64_are_the_published_ones)
{
    struct arena *arena = arena_open();
    uint8_t mac[SHA256_SIZE];

    cr_assert_str_eq(
        crypto_sha256_hex(arena, TEXT("")).at,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    cr_assert_str_eq(
        crypto_sha256_hex(arena, TEXT("abc")).at,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    /* RFC 4231, test case 2. */
    crypto_hmac_sha256(TEXT("Jefe"), TEXT("what do ya want for nothing?"), mac);
    cr_assert_str_eq(
        crypto_hex(arena, mac, sizeof(mac)).at,
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    /* RFC 4648. */
    cr_assert_str_eq(crypto_base64(arena, TEXT("")).at, "");
    cr_assert_str_eq(crypto_base64(arena, TEXT("f")).at, "Zg==");
    cr_assert_str_eq(crypto_base64(arena, TEXT("foobar")).at, "Zm9vYmFy");
    arena_close(arena);
}

Test(crypto, a_wiped_secret_is_gone)
{
    char secret[] = "correct horse";

    crypto_wipe((struct text){secret, sizeof(secret) - 1});
    for (size_t i = 0; i < sizeof(secret); i++)
        cr_assert_eq(secret[i], '\0');
    crypto_wipe((struct text){NULL, 0});
}

Test(crypto, random_bytes_differ)
{
    uint8_t a[16], b[16];

    crypto_random(a, sizeof(a));
    crypto_random(b, sizeof(b));
    cr_assert_neq(memcmp(a, b, sizeof(a)), 0);
}
