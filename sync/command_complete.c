/*
 * command_complete.c - what may stand next: for the shells, on every TAB.
 *
 * custsync complete -- WORD... prints what the last word, as far as it is
 * written, may become, behind the words before it: a line each, what it is
 * behind a tab. ":files" says that names of files may stand there, ":files X"
 * that they may behind X, which is written already. Whatever is broken, nothing
 * is told, asked or written, and the end is good: somebody is typing.
 */
#include "mappings/locate.h"
#include "sync/codes.h"
#include "sync/command.h"
#include "sync/options_own.h"
#include "sync/topics.h"

#include <stdio.h>
#include <string.h>

struct completing {
    struct arena *arena;
    struct names *names;
    struct buffer out;
    struct text word; /* what there is of the word */
    struct text kept; /* of it, what stands before what is sought */
    const struct command *command; /* NULL: not yet */
    const char *config_path;       /* or NULL */
    size_t position;               /* of the word among the arguments */
    const char *account;           /* the first argument, or NULL */
    bool files;
};

/* A shell might make more of other bytes than we meant. */
static bool is_plain(const char *text)
{
    return text[0] != '\0' &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
                             "XYZ0123456789._+:=,-")] == '\0';
}

static void offer(struct completing *to, const char *name, const char *end,
                  const char *what)
{
    const char *word =
        arena_print(to->arena, "%.*s%s%s", TEXT_ARGS(to->kept), name, end).at;

    if (!is_plain(name) || strncmp(word, to->word.at, to->word.size) != 0)
        return;
    word = arena_print(to->arena, "%s%s%s\n", word, what != NULL ? "\t" : "",
                       what != NULL ? what : "")
               .at;
    /* FROM and TO are accounts and files alike. */
    if (text_find(buffer_view(&to->out), word) == to->out.size)
        buffer_string(&to->out, word);
}

/* Words that blanks separate. */
static void offer_words(struct completing *to, const char *words)
{
    while (*(words += strspn(words, " ")) != '\0') {
        size_t size = strcspn(words, " ");

        offer(to, arena_string(to->arena, (struct text){words, size}), "",
              NULL);
        words += size;
    }
}

/* --- what others have named -----------------------------------------------*/

/* Read as a tree: a configuration that is not right, or lacks a variable just
 * now, has names all the same. NULL: there is no such section. */
static const struct node *section(struct completing *to, const char *name)
{
    const char *path = to->config_path != NULL ? to->config_path
                                               : config_usual_place(to->arena);
    struct node *tree = NULL;
    const struct node *list = NULL;
    struct err err;

    if (path != NULL &&
        yaml_load(path, to->arena, to->names, &tree, &err) == OK &&
        tree != NULL && tree->kind == NODE_OBJECT)
        list = node_member(tree, name);
    return list != NULL && list->kind == NODE_OBJECT ? list->first : NULL;
}

static void offer_configured(struct completing *to, const char *name,
                             const char *end, const char *what)
{
    for (const struct node *n = section(to, name); n != NULL; n = n->next)
        offer(to, n->name, end, what);
}

/* What the provider of the account can look for. */
static void offer_looked_up(struct completing *to)
{
    const struct node *account = section(to, "accounts");
    struct text label = text_of(to->account);
    struct provider *provider = NULL;
    struct err err;

    label.size -= label.size > 0;
    while (account != NULL && !text_is(label, account->name))
        account = account->next;
    if (account == NULL || account->kind != NODE_OBJECT ||
        provider_load(
            &provider,
            arena_string(to->arena, node_member_text(account, "provider")),
            &err) != OK)
        return;
    offer(to, "id", "=", NULL);
    for (size_t i = 0; i < provider->finds_count; i++)
        for (size_t k = 0; provider->finds[i].names[k] != NULL; k++)
            offer(to, provider->finds[i].names[k], "=", NULL);
    provider_close(provider);
}

static void offer_located(struct completing *to, const char *kind,
                          const char *end, const char *what)
{
    const char *const *names = locate_names(kind, to->arena);

    for (; *names != NULL; names++)
        offer(to, *names, end, what);
}

/* "shopify:" and a file behind it: what stands before the colon stays. */
static void offer_files(struct completing *to)
{
    const char *colon = memchr(to->word.at, ':', to->word.size);

    if (colon == NULL)
        offer_located(to, "files", ":", "mapping");
    to->files = true;
    if (colon != NULL)
        to->kept =
            (struct text){to->word.at, (size_t)(colon - to->word.at) + 1};
}

static void offer_commands(struct completing *to)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (!commands[i]->hidden)
            offer(to, commands[i]->name, "", commands[i]->summary);
}

static void offer_options(struct completing *to, const char *before)
{
    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (row->text != NULL && row_is_taken(row, to->command))
            offer(to, arena_print(to->arena, "%s%s", before, row->name).at, "",
                  row->text);
}

static void offer_codes(struct completing *to)
{
    for (const struct code *code = codes; code->name != NULL; code++)
        offer(to, code->name, "", code->meaning);
}

/* --- the value of an option -----------------------------------------------*/

static void keep_to(struct completing *to, char sign)
{
    for (size_t i = to->kept.size; i < to->word.size; i++)
        if (to->word.at[i] == sign)
            to->kept = (struct text){to->word.at, i + 1};
}

static void offer_value(struct completing *to, const struct row *row)
{
    const char *words =
        row->kind == ROW_POLICY ? policy_words(row->name, to->arena) : "";

    if (strcmp(row->argument, "FILE") == 0) {
        to->files = true;
    } else if (strcmp(row->argument, "KEYS") == 0) {
        keep_to(to, ',');
        offer_words(to, words);
    } else if (strncmp(row->argument, "FIELD", 5) == 0) {
        keep_to(to, ',');
        if (memchr(to->word.at + to->kept.size, '=',
                   to->word.size - to->kept.size) != NULL) {
            keep_to(to, '=');
            offer_words(to, words);
        } else {
            for (enum field field = 0; field < FIELD_FIXED; field++)
                offer(to, field_name(field), "=", NULL);
        }
    } else if (strcmp(row->name, "mapping") == 0) {
        offer_located(to, "files", "", NULL);
    } else if (strcmp(row->name, "provider") == 0) {
        offer_located(to, "providers", "", NULL);
    } else if (strcmp(row->argument, "CODE") == 0) {
        offer_codes(to);
    } else {
        offer_words(to, words);
    }
}

/* --- an argument ----------------------------------------------------------*/

/* A word of the command's arguments, "ACCOUNT:" say. */
static void offer_kind(struct completing *to, struct text kind)
{
    if (text_starts(kind, "FROM") || text_is(kind, "TO")) {
        offer_configured(to, "accounts", ":", "account");
        offer_files(to);
    } else if (text_starts(kind, "FILE")) {
        offer_files(to);
    } else if (text_is(kind, "ACCOUNT:")) {
        offer_configured(to, "accounts", ":", "account");
    } else if (text_is(kind, "JOB")) {
        offer_configured(to, "jobs", "", "job");
    } else if (text_is(kind, "KEY=VALUE...")) {
        offer_looked_up(to);
    } else if (text_starts(kind, "KEY=VALUE")) {
        for (size_t i = 0; i < KEY_COUNT; i++)
            offer(to, key_name((enum key)i), "=", NULL);
    } else if (text_is(kind, "NAME")) {
        offer_located(to, "files", "", "mapping");
        offer_located(to, "providers", "", "provider");
    } else if (text_is(kind, "COMMAND")) {
        offer_commands(to);
    } else if (text_is(kind, "TOPIC")) {
        for (const struct topic *topic = topics; topic->name != NULL; topic++)
            offer(to, topic->name, "", "topic");
    } else if (text_is(kind, "OPTION")) {
        offer_options(to, "");
    } else if (text_is(kind, "CODE")) {
        offer_codes(to);
    } else if (kind.size > 0 && kind.at[0] >= 'a' && kind.at[0] <= 'z') {
        offer(to, arena_string(to->arena, kind), "", NULL);
    }
}

/* One way of writing the arguments: the words that may stand at the place. One
 * with dots may stand there again, and so move what follows. */
static void offer_way(struct completing *to, struct text way)
{
    size_t at = 0;
    bool moved = false;

    while (way.size > 0) {
        size_t size = text_find(way, " ");
        struct text kind = {way.at, size};

        if (at == to->position || (moved && at < to->position))
            offer_kind(to, kind);
        else if (size > 3 && memcmp(way.at + size - 3, "...", 3) == 0 &&
                 at < to->position)
            offer_kind(to, kind);
        moved = moved || (size > 3 && memcmp(way.at + size - 3, "...", 3) == 0);
        at++;
        size += size < way.size;
        way = (struct text){way.at + size, way.size - size};
    }
}

static void offer_arguments(struct completing *to)
{
    char *all = arena_string(to->arena, text_of(to->command->arguments));
    struct text rest;
    size_t kept = 0;

    /* What is in brackets may be left out; that makes no difference here. */
    for (size_t i = 0; all[i] != '\0'; i++)
        if (all[i] != '[' && all[i] != ']')
            all[kept++] = all[i];
    rest = (struct text){all, kept};
    for (;;) {
        size_t bar = text_find(rest, " | ");

        offer_way(to, (struct text){rest.at, bar});
        if (bar == rest.size)
            break;
        rest = (struct text){rest.at + bar + 3, rest.size - bar - 3};
    }
}

/* --- the words before -----------------------------------------------------*/

/* The option of a word; the value that it waits for is in another word. */
static const struct row *row_of_word(const struct completing *to,
                                     const char *word)
{
    for (const struct row *row = option_rows; row->name != NULL; row++)
        if (row->argument != NULL && row_is_taken(row, to->command) &&
            strncmp(word, "--", 2) == 0 && strcmp(word + 2, row->name) == 0)
            return row;
    return NULL;
}

/* "--mode=up": the option, and what stands before its value is kept. */
static const struct row *row_of_start(struct completing *to)
{
    const char *equals = memchr(to->word.at, '=', to->word.size);
    const struct row *row;

    if (equals == NULL)
        return NULL;
    row = row_of_word(
        to,
        arena_string(to->arena, (struct text){to->word.at,
                                              (size_t)(equals - to->word.at)}));
    to->kept = (struct text){to->word.at, (size_t)(equals - to->word.at) + 1};
    return row;
}

static void complete(struct completing *to, const char *const *words,
                     size_t count)
{
    const struct row *row = NULL;
    bool only_arguments = false;

    for (size_t i = 0; i + 1 < count; i++) {
        if (row != NULL) {
            if (row->kind == ROW_CONFIG)
                to->config_path = words[i];
            row = NULL;
        } else if (!only_arguments && strcmp(words[i], "--") == 0) {
            only_arguments = true;
        } else if (!only_arguments && words[i][0] == '-' &&
                   words[i][1] != '\0') {
            row = row_of_word(to, words[i]);
        } else if (to->command == NULL) {
            to->command = command_named(words[i]);
            if (to->command == NULL)
                return;
        } else if (to->position++ == 0) {
            to->account = words[i];
        }
    }
    to->word = text_of(words[count - 1]);
    if (row == NULL && !only_arguments && text_starts(to->word, "--"))
        row = row_of_start(to);
    if (row != NULL)
        offer_value(to, row);
    else if (!only_arguments && text_starts(to->word, "-"))
        offer_options(to, "--");
    else if (to->command == NULL)
        offer_commands(to);
    else
        offer_arguments(to);
}

static enum status run(struct options *options, int *exit, struct err *err)
{
    struct completing to = {.arena = options->arena,
                            .names = names_open(),
                            .config_path = options->config_path,
                            .word = TEXT(""),
                            .kept = TEXT("")};
    enum status status;

    (void)exit;
    if (options->arguments_count > 0)
        complete(&to, options->arguments, options->arguments_count);
    if (to.files)
        buffer_print(&to.out, ":files %.*s\n", TEXT_ARGS(to.kept));
    status = print_out(&to.out, err);
    buffer_free(&to.out);
    names_close(to.names);
    return status;
}

extern const struct command command_complete;

const struct command command_complete = {
    .name = "complete",
    .arguments = "-- WORD...",
    .summary = "what may stand next, for the shells",
    .hidden = true,
    .run = run,
};
