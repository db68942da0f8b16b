/*
 * bare_convert.c - the yardstick: libcsv in, xmlTextWriter out.
 *
 * bare_convert IN.csv OUT.xml writes the bytes custsync writes for a clean
 * file without phone numbers, where nothing needs cleaning: cells by their
 * column's name, blank ones left out. It checks nothing and syncs nothing to
 * the disk.
 */
#include <csv.h>
#include <libxml/xmlwriter.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 * 1024, COLUMNS_MAX = 64, NAME_MAX_SIZE = 64 };

struct job {
    xmlTextWriterPtr writer;
    char name[COLUMNS_MAX][NAME_MAX_SIZE];
    unsigned column;
    unsigned long rows;
};

/* The columns of an address go by their full name in what custsync writes. */
static void take_name(struct job *job, const char *text)
{
    static const char *const address[] = {"street", "city", "state",
                                          "postal_code", "country"};
    const char *prefix = "";

    for (size_t i = 0; i < sizeof(address) / sizeof(address[0]); i++)
        if (strcmp(address[i], text) == 0)
            prefix = "billing.";
    (void)snprintf(job->name[job->column], NAME_MAX_SIZE, "%s%s", prefix, text);
}

static void on_cell(void *text, size_t size, void *data)
{
    struct job *job = data;

    if (job->column < COLUMNS_MAX) {
        if (job->rows == 0) {
            take_name(job, text);
        } else {
            if (job->column == 0)
                xmlTextWriterStartElement(job->writer, BAD_CAST "customer");
            if (size > 0)
                xmlTextWriterWriteElement(
                    job->writer, BAD_CAST job->name[job->column], text);
        }
    }
    job->column++;
}

static void on_row(int last, void *data)
{
    struct job *job = data;

    (void)last;
    if (job->rows++ > 0)
        xmlTextWriterEndElement(job->writer);
    job->column = 0;
}

static int convert(FILE *file, struct job *job)
{
    static char block[BLOCK];
    struct csv_parser parser;
    size_t size;
    int good;

    if (csv_init(&parser, CSV_APPEND_NULL) != 0)
        return 0;
    xmlTextWriterSetIndent(job->writer, 1);
    xmlTextWriterSetIndentString(job->writer, BAD_CAST "  ");
    xmlTextWriterStartDocument(job->writer, NULL, "UTF-8", NULL);
    xmlTextWriterStartElement(job->writer, BAD_CAST "customers");
    while ((size = fread(block, 1, sizeof(block), file)) > 0)
        if (csv_parse(&parser, block, size, on_cell, on_row, job) != size)
            break;
    good = feof(file) && csv_fini(&parser, on_cell, on_row, job) == 0;
    csv_free(&parser);
    return xmlTextWriterEndDocument(job->writer) >= 0 && good;
}

int main(int argc, char **argv)
{
    static struct job job;
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    int good;

    if (file == NULL) {
        fprintf(stderr, "usage: bare_convert IN.csv OUT.xml\n");
        return EXIT_FAILURE;
    }
    job.writer = xmlNewTextWriterFilename(argv[2], 0);
    if (job.writer == NULL) {
        fclose(file);
        return EXIT_FAILURE;
    }
    good = convert(file, &job);
    xmlFreeTextWriter(job.writer);
    fclose(file);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
