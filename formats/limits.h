/*
 * limits.h - a number on everything a stranger controls, each with its reason.
 */
#ifndef FORMATS_LIMITS_H
#define FORMATS_LIMITS_H

enum {
    /* One cell: the longest note a CRM exports is 64 KiB; a cell past this is
     * a quote that was never closed. */
    FIELD_MAX = 1 * 1024 * 1024,
    /* One record is held whole in memory, twice at most. */
    RECORD_MAX = 4 * 1024 * 1024,
    /* HubSpot allows 1,000 columns; nobody else comes near. */
    COLUMNS_MAX = 2000,
    /* Nesting of JSON, XML and YAML; real records have six levels. */
    DEPTH_MAX = 64,
    /* Distinct names in one run: a file that brings more is not a table. */
    NAMES_MAX = 100 * 1000,
    /* And their bytes together: a name is kept to the end of the run. */
    NAMES_BYTES_MAX = 16 * 1024 * 1024,
    /* Members, elements or attributes in one record. */
    NODES_MAX = 50 * 1000,
    /* A header is searched in the first lines only: titles are few. */
    HEADER_LINES_MAX = 20,
    /* A mapping or configuration is written by hand. */
    YAML_MAX = 1 * 1024 * 1024,
    /* A reply is held whole in memory, so it must have an end. */
    REPLY_MAX = 16 * 1024 * 1024,
    /* Pages of one list: COUNT itself ends at 10,000. */
    PAGES_MAX = 100 * 1000,
    /* Elements of one list field (tags, contacts). */
    LIST_MAX = 500,
    /* Notes about one file. */
    NOTES_MAX = 100,
};

/* Unpacked bytes of one input: a million customers as XML are 0.5 GB. */
#define INPUT_MAX (64LL * 1024 * 1024 * 1024)
/* A compressed file that grows more than this many times is a bomb: exports
 * shrink 5 to 50 times, the same short row for ever 400, one byte 1,030. */
#define INPUT_RATIO_MAX 250

#endif
