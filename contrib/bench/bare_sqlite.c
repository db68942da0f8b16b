/*
 * bare_sqlite.c - the yardstick: one scan of a SQLite file.
 *
 * bare_sqlite FILE SQL [print]: runs the statement and touches each value of
 * each row; with `print` it also prints them. The file is opened to be read
 * only.
 */
#include <sqlite3.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static void touch(sqlite3_stmt *query, bool prints, unsigned long long *sum)
{
    for (int i = 0; i < sqlite3_column_count(query); i++) {
        const unsigned char *text = prints ? sqlite3_column_text(query, i)
                                           : sqlite3_column_blob(query, i);

        *sum += text == NULL ? 0 : text[0];
        if (prints)
            printf("%s%s", i > 0 ? " " : "",
                   text == NULL ? "" : (const char *)text);
    }
    if (prints)
        putchar('\n');
}

static int run(sqlite3 *db, const char *sql, bool prints)
{
    sqlite3_stmt *query = NULL;
    unsigned long rows = 0;
    unsigned long long sum = 0;
    int result = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

    if (result == SQLITE_OK)
        while ((result = sqlite3_step(query)) == SQLITE_ROW) {
            touch(query, prints, &sum);
            rows++;
        }
    sqlite3_finalize(query);
    if (result != SQLITE_DONE)
        fprintf(stderr, "bare_sqlite: %s\n", sqlite3_errmsg(db));
    else if (!prints)
        printf("%lu rows, sum %llu\n", rows, sum);
    return result == SQLITE_DONE ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    int status = EXIT_FAILURE;

    if (argc < 3)
        fprintf(stderr, "usage: bare_sqlite FILE SQL [print]\n");
    else if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) !=
             SQLITE_OK)
        fprintf(stderr, "bare_sqlite: %s\n", sqlite3_errmsg(db));
    else
        status = run(db, argv[2], argc > 3);
    sqlite3_close(db);
    return status;
}
