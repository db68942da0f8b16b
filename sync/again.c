/* again.c - see again.h. */
#include "sync/again.h"

#include "formats/text.h"
#include "sync/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **words;
static bool due;

/* A byte that moves a terminal's cursor would do so there, and without it the
 * command would be another one. */
static bool is_shown(const char *word)
{
    for (const char *at = word; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    return text_is_utf8(text_of(word));
}

void again_keep(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (!is_shown(argv[i]))
            return;
    words = calloc((size_t)argc + 1, sizeof(*words));
    if (words == NULL)
        abort();
    memcpy(words, argv, (size_t)argc * sizeof(*words));
}

void again_note(int exit, bool dry)
{
    due = !dry &&
          (exit == EXIT_TRYLATER || exit == EXIT_UNAVAILABLE || exit >= 128);
}

void again_word(struct buffer *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789%+,-./:=@^_";

    if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
        buffer_string(out, word);
        return;
    }
    buffer_byte(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'')
            buffer_string(out, "'\\'");
        buffer_byte(out, *word);
    }
    buffer_byte(out, '\'');
}

static void put_line(struct buffer *out)
{
    buffer_string(out, "to go on:");
    for (size_t i = 0; words[i] != NULL; i++) {
        buffer_byte(out, ' ');
        again_word(out, words[i]);
    }
    buffer_byte(out, '\0');
}

/* A command that was cut would be another one. */
void again_hint(struct err *err)
{
    struct buffer line = {0};

    if (!due || words == NULL ||
        (strcmp(err->code, "interrupted") != 0 &&
         strcmp(err->code, "deadline") != 0))
        return;
    put_line(&line);
    if (line.size <= sizeof(err->hint)) {
        err_hint(err, "%s", line.at);
        due = false;
    }
    buffer_free(&line);
}

void again_tell(void)
{
    struct buffer line = {0};

    if (due && words != NULL) {
        put_line(&line);
        progress_say(line.at, NULL);
    }
    buffer_free(&line);
    free(words);
    words = NULL;
}
