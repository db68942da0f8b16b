/*
 * endpoint.h - either end of a sync, written as rclone writes one.
 *
 * "shop:" is an account, "shopify:export.csv" a file in a mapping's shape,
 * "customers.csv" a file whose mapping is recognised, "-" standard input or
 * output. A name before the colon is an account when nothing follows.
 */
#ifndef SYNC_ENDPOINT_H
#define SYNC_ENDPOINT_H

#include "sync/config.h"

struct endpoint {
    bool is_account;
    const char *name; /* of the account, or of the mapping or NULL */
    const struct account *account; /* when is_account */
    const char *path;              /* of the file, "-" for standard in or out */
    const char *written;           /* as the user wrote it */
};

/* REJECT/STOP exit 64 with a hint when it is neither; 78 when the account is
 * not in the configuration ("did you mean"). */
enum status endpoint_parse(struct endpoint *endpoint, const char *text,
                           const struct config *config, struct err *err);
/* "shop" of "shop:"; empty when it is not written as an account is. */
struct text endpoint_account_name(struct text written);
/*
 * That there is a mapping of the name, if it names one: STOP 78. "shop:x.csv"
 * has the form of one, and may have been meant for the account shop.
 */
enum status endpoint_check(const struct endpoint *endpoint,
                           const struct config *config, struct err *err);

#endif
