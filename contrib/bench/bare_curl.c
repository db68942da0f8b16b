/*
 * bare_curl.c - the yardstick: libcurl multi, posting one body again and again.
 *
 * bare_curl URL BODY-FILE TIMES CONNECTIONS: that many handles, each used
 * again as soon as its answer is there, over kept connections. What comes back
 * is dropped; anything but a 2xx ends it. It knows no limit, no retry, no
 * signature and no store.
 */
#include <curl/curl.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODY_MAX = 64 * 1024, HANDLES_MAX = 256 };

struct work {
    CURLM *multi;
    long left;   /* requests that are still to be sent */
    long flying; /* and those whose answer is out */
};

static size_t drop(char *text, size_t one, size_t size, void *data)
{
    (void)text, (void)data;
    return one * size;
}

static CURL *make(const char *url, const char *body, size_t size,
                  struct curl_slist *headers)
{
    CURL *handle = curl_easy_init();

    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)size);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    return handle;
}

/* Sends again whatever came back; false: an answer was no success. */
static bool collect(struct work *work)
{
    CURLMsg *message;
    int more;

    while ((message = curl_multi_info_read(work->multi, &more)) != NULL) {
        CURL *handle = message->easy_handle;
        CURLcode result = message->data.result;
        long status = 0;

        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        curl_multi_remove_handle(work->multi, handle);
        work->flying--;
        if (result != CURLE_OK || status / 100 != 2) {
            fprintf(stderr, "bare_curl: %s, status %ld\n",
                    curl_easy_strerror(result), status);
            return false;
        }
        if (work->left > 0) {
            work->left--;
            work->flying++;
            curl_multi_add_handle(work->multi, handle);
        }
    }
    return true;
}

static bool post(struct work *work)
{
    bool good = true;
    int running;

    while (good && work->flying > 0) {
        good = curl_multi_perform(work->multi, &running) == CURLM_OK &&
               collect(work);
        if (good && work->flying > 0 && running > 0)
            good =
                curl_multi_poll(work->multi, NULL, 0, 1000, NULL) == CURLM_OK;
    }
    return good;
}

static size_t read_body(const char *path, char *body)
{
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(body, 1, BODY_MAX, file);

    if (file != NULL)
        fclose(file);
    return size;
}

int main(int argc, char **argv)
{
    static char body[BODY_MAX];
    CURL *handles[HANDLES_MAX];
    size_t size = argc == 5 ? read_body(argv[2], body) : 0;
    long times = argc == 5 ? atol(argv[3]) : 0;
    long width = argc == 5 ? atol(argv[4]) : 0;
    struct curl_slist *headers = NULL;
    struct work work = {.left = times};
    bool good;

    if (size == 0 || times < 1 || width < 1 || width > HANDLES_MAX) {
        fprintf(stderr, "usage: bare_curl URL BODY-FILE TIMES CONNECTIONS\n");
        return EXIT_FAILURE;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Accept: application/json");
    work.multi = curl_multi_init();
    for (long i = 0; i < width; i++) {
        handles[i] = make(argv[1], body, size, headers);
        if (work.left > 0) {
            work.left--;
            work.flying++;
            curl_multi_add_handle(work.multi, handles[i]);
        }
    }
    good = post(&work);
    for (long i = 0; i < width; i++) {
        curl_multi_remove_handle(work.multi, handles[i]);
        curl_easy_cleanup(handles[i]);
    }
    curl_multi_cleanup(work.multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
