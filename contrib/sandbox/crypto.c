/*
 * crypto.c - hashes, signatures, random ids and the encodings around them.
 */
#include "util.h"

#include <microhttpd.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static char *hex(const unsigned char *bytes, size_t size)
{
    static const char digit[] = "0123456789abcdef";
    char *text = must_alloc(malloc(size * 2 + 1));

    for (size_t i = 0; i < size; i++) {
        text[i * 2] = digit[bytes[i] >> 4];
        text[i * 2 + 1] = digit[bytes[i] & 15];
    }
    text[size * 2] = '\0';
    return text;
}

char *random_hex(size_t bytes)
{
    unsigned char buffer[64];

    if (bytes > sizeof(buffer) || RAND_bytes(buffer, (int)bytes) != 1)
        must_alloc(NULL);
    return hex(buffer, bytes);
}

char *uuid_make(void)
{
    char *text = random_hex(16);
    char *uuid;

    text[12] = '4';
    text[16] = "89ab"[text[16] & 3];
    uuid = print("%.8s-%.4s-%.4s-%.4s-%s", text, text + 8, text + 12, text + 16,
                 text + 20);
    free(text);
    return uuid;
}

char *sha256_hex(const void *data, size_t size)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (EVP_Digest(data, size, digest, &length, EVP_sha256(), NULL) != 1)
        must_alloc(NULL);
    return hex(digest, length);
}

char *hmac_hex(const char *key, const void *data, size_t size)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;

    must_alloc(
        HMAC(EVP_sha256(), key, (int)strlen(key), data, size, digest, &length));
    return hex(digest, length);
}

bool same_secret(const char *a, const char *b)
{
    size_t size = strlen(a);

    return size == strlen(b) && CRYPTO_memcmp(a, b, size) == 0;
}

char *basic_decode(const char *header)
{
    size_t size;
    unsigned char *plain;
    int length;

    if (header == NULL || strncasecmp(header, "Basic ", 6) != 0)
        return NULL;
    header += 6;
    size = strlen(header);
    if (size == 0 || size % 4 != 0 || size > 4096)
        return NULL;
    plain = must_alloc(malloc(size + 1));
    length = EVP_DecodeBlock(plain, (const unsigned char *)header, (int)size);
    if (length < 0) {
        free(plain);
        return NULL;
    }
    /* The padding comes out as NUL, which ends the text in the right place. */
    plain[length] = '\0';
    return (char *)plain;
}

char *form_value(const char *body, const char *name)
{
    size_t length = strlen(name);

    while (*body != '\0') {
        size_t size = strcspn(body, "&");

        if (size > length && body[length] == '=' &&
            strncmp(body, name, length) == 0) {
            char *value =
                must_alloc(strndup(body + length + 1, size - length - 1));

            for (char *c = value; *c != '\0'; c++)
                if (*c == '+')
                    *c = ' ';
            MHD_http_unescape(value);
            return value;
        }
        body += size + (body[size] == '&');
    }
    return NULL;
}

char *url_encode(const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char digit[] = "0123456789ABCDEF";
    char *encoded = must_alloc(malloc(strlen(text) * 3 + 1));
    char *to = encoded;

    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;

        if (strchr(plain, *text) != NULL) {
            *to++ = *text;
        } else {
            *to++ = '%';
            *to++ = digit[byte >> 4];
            *to++ = digit[byte & 15];
        }
    }
    *to = '\0';
    return encoded;
}
