/*
 * config_parts.h - what config.c and config_account.c share.
 */
#ifndef SYNC_CONFIG_PARTS_H
#define SYNC_CONFIG_PARTS_H

#include "mappings/yaml.h"
#include "sync/config.h"

/* config.h's struct config is its first member; the rest is to be closed. */
struct loaded_config {
    struct config config;
    struct names *names;
    struct provider **providers; /* of the accounts, each once */
    size_t providers_count;
};

struct config_loader {
    struct loaded_config *loaded;
    struct arena *arena; /* of the config */
    struct check *check;
    bool shared; /* others can read the file */
};

/*
 * The text of a value, references replaced; empty when there is none. A fault
 * when it is no text, or a secret written out where others can read it.
 */
struct text config_value(struct config_loader *loader, const struct node *node,
                         bool secret);
/* An alpha-2 region in upper case, or NULL. */
const char *config_region(struct config_loader *loader,
                          const struct node *node);
/* STOP only when a provider's file is broken; else faults go to the check. */
enum status config_load_account(struct config_loader *loader,
                                const struct node *node,
                                struct account *account, struct err *err);
/* config_url.c: those of the account's calls, and of a login to it. */
void config_load_urls(struct config_loader *loader, const struct node *node,
                      struct account *account);
/* Overwrites what is secret in it. */
void config_wipe_account(const struct account *account);

/* config_owner.c: "tags=union,phone=target". */
/* Who may own a field, NULL-ended. */
extern const char *const policy_owner_words[];
enum status policy_set_owner(struct policy *policy, struct text value,
                             struct arena *arena, struct err *err);

#endif
