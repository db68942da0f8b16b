/*
 * scripted.h - a server that plays a hand-written transcript.
 *
 * A transcript says which requests are wanted, in which order, and what each
 * is answered. The server compares what arrives with what is wanted and gives
 * a verdict at the end. It knows no provider: what a provider's contract
 * fixes stands in the transcripts. tests/cases/README.md describes the
 * format.
 *
 * A test program: everything read from a script lives until the end of the
 * process, and a fault in a script ends it with a message and exit code 2.
 */
#ifndef TESTS_SCRIPTED_H
#define TESTS_SCRIPTED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum {
    CHECKS_MAX = 32,           /* checks of one wanted request */
    HEADERS_MAX = 32,          /* headers of one reply or request */
    WANTED_MAX = 256,          /* exchanges in one script */
    BODY_MAX = 4 * 1024 * 1024 /* bytes of a request's body */
};

/* A header's name and value; both borrowed from their holder. */
struct header {
    const char *name;
    const char *value;
};

/* One request as it arrived. */
struct request {
    char *method;
    char *target;                       /* raw: path and query, undecoded */
    struct header headers[HEADERS_MAX]; /* of the connection */
    unsigned headers_count;
    char *body; /* with a NUL behind its last byte */
    size_t body_bytes;
    int64_t since_reply_ms; /* since the last reply; -1 when there is none */
};

enum check_kind {
    CHECK_EQUAL,
    CHECK_REGEX,
    CHECK_PRESENT,
    CHECK_ABSENT,
    CHECK_COUNT_HMAC,
    CHECK_COMPACT_JSON,
    CHECK_NOT_BEFORE
};

struct check {
    enum check_kind kind;
    char *name;  /* of the header */
    char *value; /* text, pattern, secret */
};

enum body_kind {
    BODY_NONE, /* the request must carry none */
    BODY_ANY,
    BODY_JSON,   /* the same value */
    BODY_SUBSET, /* at least these members */
    BODY_FORM,   /* the same pairs, in any order */
    BODY_RAW     /* byte for byte */
};

struct reply {
    unsigned status;
    struct header headers[HEADERS_MAX];
    unsigned headers_count;
    char *body; /* NULL: none */
    unsigned delay_ms;
    bool drop; /* close the connection instead of answering */
};

/* One exchange of a script: what is wanted and how it is answered. */
struct wanted {
    char *place;    /* FILE:LINE where it begins */
    unsigned group; /* neighbours of one group come in any order */
    unsigned min;   /* how often it must happen */
    unsigned max;   /* and how often it may */
    unsigned happened;
    char *method;
    char *target; /* a leading ~ makes it a pattern */
    struct check checks[CHECKS_MAX];
    unsigned checks_count;
    enum body_kind body_kind;
    char *body;
    json_t *json; /* of BODY_JSON and BODY_SUBSET */
    struct reply reply;
};

struct script {
    const char *name; /* of its file */
    struct wanted wanted[WANTED_MAX];
    unsigned wanted_count;
    struct wanted always; /* only its checks: they hold for every request */
    unsigned next;        /* the first exchange of the group we stand in */
    unsigned arrived;     /* requests so far */
    unsigned unwanted;    /* of them, those the script does not have */
    char *story;          /* what happened, for the verdict */
    size_t story_bytes;
    FILE *to_story;
};

/*
 * Read a script. base is the server's own address, which takes the place of
 * {{base}}. Ends the process when the script is wrong.
 */
struct script *script_read(const char *path, const char *base);

/*
 * Find the exchange that a request belongs to and count it; NULL when the
 * script does not want it here. Writes the story either way.
 */
struct wanted *script_take(struct script *script,
                           const struct request *request);

/*
 * Whether all went as wanted. If not, or when asked to tell, the whole story
 * goes to standard error.
 */
bool script_verdict(struct script *script, bool tell);

/*
 * A copy of text with {{base}}, {{port}}, {{now+N}} (epoch seconds), {{date+N}}
 * (an HTTP date) and {{iso+N}} (ISO 8601) filled in. The caller frees it.
 */
char *script_expand(const char *text, const char *base);

/*
 * Compare a request with a wanted one. Differences go to why, which may be
 * NULL.
 */
bool match_request(const struct wanted *wanted, const struct wanted *always,
                   const struct request *request, FILE *why);

/* Whether method and path agree, whatever the rest says. */
bool match_place(const struct wanted *wanted, const struct request *request);

/*
 * Compare two JSON values. With subset, members that the wanted objects do
 * not name are not looked at. Differences go to why, which may be NULL.
 */
bool match_json(const json_t *wanted, const json_t *got, bool subset,
                FILE *why);

/*
 * Compare two files of JSON values, one after another, as subsets; the
 * process's exit code.
 */
int match_files(const char *wanted, const char *got);

#endif
