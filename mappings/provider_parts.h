/*
 * provider_parts.h - how the parts of a provider file are read.
 *
 * Shared by the provider_*.c files only. Every reader takes the object it looks
 * into and the name of the member; faults go to the loader's check and give an
 * empty value, so that one look finds all of them.
 */
#ifndef MAPPINGS_PROVIDER_PARTS_H
#define MAPPINGS_PROVIDER_PARTS_H

#include "mappings/provider.h"

struct loader {
    struct arena *arena;
    struct check *check;
    struct provider *provider;
    const char *const *extra; /* template names of this call, or NULL */
};

/* A text, or NULL when absent. */
const char *part_word(struct loader *loader, const struct node *object,
                      const char *name);
/* The same, with its {names} checked. */
const char *part_template(struct loader *loader, const struct node *object,
                          const char *name);
/* One text or a list of texts; NULL-ended, NULL when absent. */
const char *const *part_words(struct loader *loader, const struct node *object,
                              const char *name);
/* The same, each a path. */
const char *const *part_paths(struct loader *loader, const struct node *object,
                              const char *name);
/* Members with templates as values. */
struct pairs part_pairs(struct loader *loader, const struct node *object,
                        const char *name);
/* One status or a list of them; 0-ended, NULL when absent. */
const int *part_statuses(struct loader *loader, const struct node *object,
                         const char *name);
/* One field or a list of our fields. */
const enum field *part_fields(struct loader *loader, const struct node *object,
                              const char *name, size_t *count);
uint32_t part_number(struct loader *loader, const struct node *object,
                     const char *name, uint32_t otherwise);
uint64_t part_duration(struct loader *loader, const struct node *object,
                       const char *name, uint64_t otherwise);
/* An object member, or NULL; keys are checked. */
const struct node *part_object(struct loader *loader, const struct node *object,
                               const char *name, const char *const *keys);
/* request: "GET /path" and query: of a call. */
struct request_spec part_request(struct loader *loader,
                                 const struct node *call);
/* Position of a member's word in words (NULL-ended), or otherwise. */
size_t part_choice(struct loader *loader, const struct node *object,
                   const char *name, const char *const *words,
                   size_t otherwise);
size_t words_count(const char *const *words);

void load_settings(struct loader *loader, const struct node *tree);
void load_about(struct loader *loader, const struct node *tree);
void load_auths(struct loader *loader, const struct node *tree);
void load_sign(struct loader *loader, const struct node *tree);
void load_calls(struct loader *loader, const struct node *tree);
void load_finds(struct loader *loader, const struct node *tree);
void load_replies(struct loader *loader, const struct node *tree);

#endif
