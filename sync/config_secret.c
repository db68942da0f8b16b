/*
 * config_secret.c - values that stand somewhere safer than the configuration.
 */
#include "sync/config_secret.h"

#include "sync/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Keys, tokens, passwords: the longest, a token with claims, has a few KiB. */
enum { SECRET_MAX = 64 * 1024 };

bool secret_shared(const struct stat *state)
{
    return S_ISREG(state->st_mode) && (state->st_mode & 077);
}

bool secret_meddled(const struct stat *state)
{
    return S_ISREG(state->st_mode) && (state->st_mode & (S_IWGRP | S_IWOTH));
}

bool secret_foreign(const struct stat *state)
{
    return S_ISREG(state->st_mode) && state->st_uid != 0 &&
           state->st_uid != geteuid() && geteuid() != 0;
}

/* The end of line that an editor leaves behind is no part of a secret. */
static struct text without_line_end(struct text text)
{
    if (text.size > 0 && text.at[text.size - 1] == '\n')
        text.size--;
    if (text.size > 0 && text.at[text.size - 1] == '\r')
        text.size--;
    return text;
}

/* False with errno; EFBIG past SECRET_MAX. */
static bool read_all(int file, struct buffer *to)
{
    char part[4096];
    ssize_t got;

    while ((got = read(file, part, sizeof(part))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        buffer_add(to, part, (size_t)got);
        if (to->size > SECRET_MAX) {
            errno = EFBIG;
            return false;
        }
    }
    explicit_bzero(part, sizeof(part));
    return true;
}

static void take_file(struct check *check, const struct node *node,
                      const char *path, bool guarded, struct buffer *out)
{
    struct buffer content = {0};
    struct stat state;
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || fstat(file, &state) != 0 || !read_all(file, &content)) {
        check_fault(check, node, "cannot read %.200s: %s", path,
                    strerror(errno));
        check_hint(check, "the path is as seen from where custsync starts; an "
                          "absolute one is the same for cron");
    } else if (guarded && secret_shared(&state)) {
        check_fault(check, node,
                    "%.200s holds a secret and others can read or write it",
                    path);
        check_hint(check, "chmod 600 %.200s", path);
    } else if (guarded && secret_foreign(&state)) {
        check_fault(check, node,
                    "%.200s holds a secret and belongs to another user", path);
        check_hint(check, "keep secrets in files of your own or of root");
    } else {
        buffer_text(out, without_line_end(buffer_view(&content)));
    }
    if (file >= 0)
        (void)close(file);
    crypto_wipe(buffer_view(&content));
    buffer_free(&content);
}

/* What stands between ${ and }. */
static void take_reference(struct check *check, const struct node *node,
                           const char *name, struct arena *arena, bool secret,
                           struct buffer *out)
{
    const char *value;

    if (strncmp(name, "file:", 5) == 0) {
        take_file(check, node, name + 5, secret, out);
        return;
    }
    if (strncmp(name, "cred:", 5) == 0) {
        const char *folder = getenv("CREDENTIALS_DIRECTORY");

        if (folder == NULL || folder[0] == '\0') {
            check_fault(check, node,
                        "${%.100s}: $CREDENTIALS_DIRECTORY is not set", name);
            check_hint(check, "systemd sets it with LoadCredential=%.60s:PATH",
                       name + 5);
        } else if (strchr(name + 5, '/') != NULL || name[5] == '\0') {
            check_fault(check, node, "${%.100s} is no name of a credential",
                        name);
        } else {
            /* The folder guards it; its modes are the system's own. */
            take_file(check, node,
                      arena_print(arena, "%s/%s", folder, name + 5).at, false,
                      out);
        }
        return;
    }
    value = getenv(name);
    if (value == NULL) {
        check_fault(check, node, "environment variable %.100s is not set",
                    name);
        check_hint(check, "export %.100s, or write ${file:PATH}", name);
        return;
    }
    buffer_string(out, value);
}

static bool is_variable(struct text name)
{
    if (name.size == 0 || (name.at[0] >= '0' && name.at[0] <= '9'))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.at[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

static bool is_reference(struct text name)
{
    return is_variable(name) || text_starts(name, "file:") ||
           text_starts(name, "cred:");
}

struct text secret_expand(struct check *check, const struct node *node,
                          struct arena *arena, bool secret, bool *literal)
{
    struct buffer out = {0};
    struct text left = node->text, made;

    *literal = true;
    while (left.size > 0) {
        size_t open = text_find(left, "${"), end;
        struct text name;

        buffer_add(&out, left.at, open);
        if (open == left.size)
            break;
        if (open > 0 && left.at[open - 1] == '$') {
            buffer_byte(&out, '{');
            left.at += open + 2;
            left.size -= open + 2;
            continue;
        }
        left.at += open + 2;
        left.size -= open + 2;
        end = text_find(left, "}");
        name = (struct text){left.at, end};
        if (end == left.size || !is_reference(name)) {
            check_fault(check, node, "a ${ that no name and } follow");
            check_hint(check, "${VAR}, ${file:PATH} or ${cred:NAME}; $${ is "
                              "the two characters themselves");
            break;
        }
        *literal = false;
        take_reference(check, node, arena_string(arena, name), arena, secret,
                       &out);
        left.at += end + 1;
        left.size -= end + 1;
    }
    made = arena_text(arena, buffer_view(&out));
    crypto_wipe(buffer_view(&out));
    buffer_free(&out);
    return made;
}
