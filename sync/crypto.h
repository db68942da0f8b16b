/*
 * crypto.h - digests, signatures, base64 and random bytes.
 *
 * The only home of OpenSSL's libcrypto. Nothing here fails on input; when the
 * library itself is broken the process ends (abort), since nothing could be
 * signed or told apart any more.
 */
#ifndef SYNC_CRYPTO_H
#define SYNC_CRYPTO_H

#include "formats/arena.h"

enum { SHA256_SIZE = 32 };

void crypto_sha256(struct text text, uint8_t digest[SHA256_SIZE]);
/* The same of bytes that come in pieces. */
struct crypto_digest;
struct crypto_digest *crypto_digest_open(void);
void crypto_digest_add(struct crypto_digest *running, struct text text);
/* Once, when all were added. */
void crypto_digest_end(struct crypto_digest *running,
                       uint8_t digest[SHA256_SIZE]);
void crypto_digest_close(struct crypto_digest *running); /* NULL is fine */

void crypto_hmac_sha256(struct text key, struct text message,
                        uint8_t mac[SHA256_SIZE]);

/* Lower case. */
struct text crypto_hex(struct arena *arena, const uint8_t *bytes, size_t size);
struct text crypto_base64(struct arena *arena, struct text bytes);
/* The two together: what bodies are signed by. */
struct text crypto_sha256_hex(struct arena *arena, struct text text);

void crypto_random(void *to, size_t size);
/* Overwrites a secret that is no longer needed; at NULL is fine. */
void crypto_wipe(struct text secret);

#endif
