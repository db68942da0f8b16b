/*
 * topics.c - the topics, in the order in which --help names them.
 */
#include "sync/topics.h"

#include "mappings/customer.h"
#include "mappings/provider.h"
#include "sync/help.h"

#include <string.h>

static void print_fields(struct buffer *out)
{
    struct buffer names = {0};

    buffer_string(out, "A customer in our own words. Columns and members with "
                       "these names need no\nmapping:\n\n  ");
    for (enum field field = 0; field < FIELD_FIXED; field++)
        buffer_print(&names, " %s", field_name(field));
    buffer_string(&names, " custom.NAME");
    buffer_byte(&names, '\0');
    help_wrap(out, names.at, 2, 2);
    buffer_free(&names);
    buffer_string(out, "\nHow each is cleaned: man custsync-mapping\n");
}

static void print_providers(struct buffer *out)
{
    struct arena *arena = arena_open();
    const char *const *names = provider_names(arena);

    buffer_string(out, "A provider is an API that a YAML file describes; an "
                       "account is a login\n"
                       "there, in the configuration:\n"
                       "\n"
                       "  accounts:\n"
                       "    shop:\n"
                       "      provider: NAME\n"
                       "      client_id: ${SHOP_CLIENT_ID}\n"
                       "      client_secret: ${SHOP_CLIENT_SECRET}\n"
                       "\n"
                       "  custsync mappings NAME   which settings it takes\n"
                       "  custsync login shop:     tokens, where the provider "
                       "has a page for it\n"
                       "  custsync check           logs in to every account\n"
                       "\n"
                       "Names:");
    for (size_t i = 0; names[i] != NULL; i++)
        buffer_print(out, " %s", names[i]);
    buffer_string(out, "\nWhat an account may say: man custsync.yaml. One more "
                       "provider is one more\nfile: man custsync-provider\n");
    arena_close(arena);
}

const struct topic topics[] = {
    {"endpoints",
     "Either end of a sync is written in one of these ways:\n"
     "\n"
     "  shop:                the account shop of the configuration\n"
     "  shopify:export.csv   that file, in the shape of the mapping shopify\n"
     "  ./acme.yaml:in.csv   the same, with a mapping of your own\n"
     "  customers.csv        a mapping is recognised from the header; else "
     "the\n"
     "                       columns have our names ('custsync help fields')\n"
     "  export.zip/in.csv    one file of a zip\n"
     "  - or shopify:-       standard input or output; --format says what it "
     "is\n"
     "\n"
     "Formats go by suffix: .csv .tsv .txt .json .ndjson .jsonl .xml, when "
     "read\n"
     "also with .gz .bz2 .xz .zst .zip behind it. Several files are one "
     "source.\n"
     "From file to file no configuration is needed:\n"
     "\n"
     "  custsync sync shopify:export.csv xero:contacts.csv\n",
     NULL},
    {"options", NULL, help_options},
    {"fields", NULL, print_fields},
    {"keys",
     "Who is who, strongest first; --match takes fewer or another order:\n"
     "\n"
     "  reference_id   the source's own id, compared within one source\n"
     "  email          in any case\n"
     "  mobile         however it is written\n"
     "  name+phone     both\n"
     "\n"
     "Two rows are one customer when they share a key and no stronger key\n"
     "disagrees. What fits two customers is a conflict, and is left to you:\n"
     "\n"
     "  custsync status shop:\n"
     "  custsync link email=ann@example.com shop: 500001\n"
     "  custsync link email=ann@example.com shop: new\n"
     "\n"
     "link, unlink and explain take KEY=VALUE with these keys; what find can\n"
     "look for is the provider's matter.\n",
     NULL},
    {"exit-codes",
     "   0  all done\n"
     "   1  done, but some rows were invalid, in conflict, rejected or failed\n"
     "   2  plan --exit-code: changes are pending\n"
     "  64  the command line cannot be understood\n"
     "  65  the source is unusable, or a brake holds\n"
     "  66  the source cannot be opened\n"
     "  69  the provider cannot be reached, or is broken; run it again\n"
     "  70  a fault of custsync\n"
     "  73  the output cannot be created\n"
     "  74  reading or writing failed: a full disk, say\n"
     "  75  try later: another run, the deadline, the provider's limit\n"
     "  77  the provider refused the credentials\n"
     "  78  the configuration or a mapping is wrong\n"
     " 130  Ctrl-C, and 143 SIGTERM: what was in flight was settled\n"
     "\n"
     "After 69, 74, 75, 130 and 143 the next run carries on.\n",
     NULL},
    {"mapping-files",
     "A mapping says, in a YAML file, how a shape of file and a customer\n"
     "correspond, in both directions.\n"
     "\n"
     "  custsync mappings            lists those that are there\n"
     "  custsync mappings shopify    shows one\n"
     "  custsync check export.csv    says which fits, and what it makes of it\n"
     "\n"
     "One of your own says which column is which field ('custsync help "
     "fields'):\n"
     "\n"
     "  recognise: [Acme No, Surname, Mail]\n"
     "  region: AU\n"
     "  fields:\n"
     "    reference_id: Acme No\n"
     "    last_name: Surname\n"
     "    email: Mail\n"
     "    mobile: {from: Tel, mobile_else: phone}\n"
     "\n"
     "It is named by its path (./acme.yaml:in.csv), or stands in ~/.config/\n"
     "custsync/mappings and is known by its columns. All of it: man\n"
     "custsync-mapping, which makes one from nothing.\n",
     NULL},
    {"providers", NULL, print_providers},
    {"secrets",
     "Credentials never stand in an argument, a log or a report. In the\n"
     "configuration they are taken from elsewhere:\n"
     "\n"
     "  ${NAME}        an environment variable\n"
     "  ${file:PATH}   the content of a file\n"
     "  ${cred:NAME}   a credential that systemd hands over\n"
     "\n"
     "Written out they are taken only from a file that nobody else can read\n"
     "(chmod 600). A refresh token is the first one: where the provider "
     "renews\n"
     "it, the new one is kept in the store.\n",
     NULL},
    {"files",
     "The configuration is the first of these that is there, or --config:\n"
     "  ./custsync.yaml\n"
     "  $XDG_CONFIG_HOME/custsync/config.yaml   (~/.config without it)\n"
     "  /etc/custsync/config.yaml\n"
     "\n"
     "The store, which knows who is who and what was sent, or --state:\n"
     "  $STATE_DIRECTORY/custsync.db            (set by systemd)\n"
     "  $XDG_STATE_HOME/custsync/custsync.db    (~/.local/state without it)\n"
     "It holds people's data: keep it, and every copy, readable by you alone.\n"
     "\n"
     "Mappings of your own: $CUSTSYNC_MAPPINGS, then\n"
     "  $XDG_CONFIG_HOME/custsync/mappings\n",
     NULL},
    {"cron",
     "With -q a night that went well says nothing, and cron mails the rest:\n"
     "\n"
     "  15 2 * * *  custsync -q sync --wait 10m --deadline 3h nightly\n"
     "\n"
     "Name --config and --state, as cron's folder and HOME may be others than\n"
     "yours; your variables are not there either: let secrets be files "
     "('custsync\n"
     "help secrets'). Exit code 1 wants a look at some rows; after 69 and 75 "
     "the\n"
     "next night carries on ('custsync help exit-codes'). In the morning:\n"
     "\n"
     "  custsync status nightly\n",
     NULL},
    {NULL, NULL, NULL},
};

const struct topic *topic_named(const char *name)
{
    for (const struct topic *topic = topics; topic->name != NULL; topic++)
        if (strcmp(topic->name, name) == 0)
            return topic;
    return NULL;
}

void topic_print(struct buffer *out, const struct topic *topic)
{
    if (topic->print != NULL)
        topic->print(out);
    else
        buffer_string(out, topic->text);
}
