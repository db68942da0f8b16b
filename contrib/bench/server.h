/*
 * server.h - what the bench's server understands and answers: a few calls of
 * two providers, read just as far as a fixed answer needs.
 */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FDS_MAX = 1024, ANSWER_MAX = 64 * 1024, BULK_MAX = 500 };

struct request {
    const char *head, *path, *body; /* borrowed from the connection's bytes */
    size_t size, path_size, body_size;
    bool is_get, is_post;
};

struct tally {
    int64_t first_us, last_us; /* 0: none since somebody asked */
    unsigned long creates, bytes, next_id;
};

/* The first request of these bytes, if it is whole. */
bool request_cut(const char *bytes, size_t size, struct request *request);

/* Whether it makes customers, one or many. */
bool request_creates(const struct request *request);

/* Writes the whole answer to text[ANSWER_MAX] and counts; its size. */
size_t answer(const struct request *request, struct tally *tally, char *text);

#endif
