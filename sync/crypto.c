/*
 * crypto.c - the few things of libcrypto that this program needs.
 */
#include "sync/crypto.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

/*
 * One fetched digest and one context serve all: a look-up of the algorithm for
 * every call would cost more than the digest of a short body.
 */
void crypto_sha256(struct text text, uint8_t digest[SHA256_SIZE])
{
    static EVP_MD *algorithm;
    static EVP_MD_CTX *context;
    unsigned int size = SHA256_SIZE;

    if (algorithm == NULL) {
        algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
        context = EVP_MD_CTX_new();
    }
    if (algorithm == NULL || context == NULL ||
        EVP_DigestInit_ex2(context, algorithm, NULL) != 1 ||
        EVP_DigestUpdate(context, text.at, text.size) != 1 ||
        EVP_DigestFinal_ex(context, digest, &size) != 1)
        abort();
}

struct crypto_digest {
    EVP_MD_CTX *context;
};

struct crypto_digest *crypto_digest_open(void)
{
    struct crypto_digest *running = malloc(sizeof(*running));

    if (running == NULL || (running->context = EVP_MD_CTX_new()) == NULL ||
        EVP_DigestInit_ex(running->context, EVP_sha256(), NULL) != 1)
        abort();
    return running;
}

void crypto_digest_add(struct crypto_digest *running, struct text text)
{
    if (EVP_DigestUpdate(running->context, text.at, text.size) != 1)
        abort();
}

void crypto_digest_end(struct crypto_digest *running,
                       uint8_t digest[SHA256_SIZE])
{
    unsigned int size = SHA256_SIZE;

    if (EVP_DigestFinal_ex(running->context, digest, &size) != 1)
        abort();
}

void crypto_digest_close(struct crypto_digest *running)
{
    if (running == NULL)
        return;
    EVP_MD_CTX_free(running->context);
    free(running);
}

void crypto_hmac_sha256(struct text key, struct text message,
                        uint8_t mac[SHA256_SIZE])
{
    unsigned int size = SHA256_SIZE;
    const char *key_at = key.at != NULL ? key.at : "";

    if (key.size > INT_MAX ||
        HMAC(EVP_sha256(), key_at, (int)key.size,
             (const unsigned char *)(message.at != NULL ? message.at : ""),
             message.size, mac, &size) == NULL)
        abort();
}

struct text crypto_hex(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = arena_take(arena, size * 2 + 1);

    for (size_t i = 0; i < size; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 0x0f];
    }
    return (struct text){hex, size * 2};
}

struct text crypto_base64(struct arena *arena, struct text bytes)
{
    char *encoded = arena_take(arena, (bytes.size + 2) / 3 * 4 + 1);
    int size = 0;

    if (bytes.size > INT_MAX / 2)
        abort();
    if (bytes.size > 0)
        size =
            EVP_EncodeBlock((unsigned char *)encoded,
                            (const unsigned char *)bytes.at, (int)bytes.size);
    return (struct text){encoded, (size_t)size};
}

struct text crypto_sha256_hex(struct arena *arena, struct text text)
{
    uint8_t digest[SHA256_SIZE];

    crypto_sha256(text, digest);
    return crypto_hex(arena, digest, sizeof(digest));
}

void crypto_random(void *to, size_t size)
{
    if (size > INT_MAX || RAND_bytes(to, (int)size) != 1)
        abort();
}

void crypto_wipe(struct text secret)
{
    /* A text borrows as const what our arenas and buffers own. */
    if (secret.at != NULL)
        explicit_bzero((void *)(uintptr_t)secret.at, secret.size);
}
