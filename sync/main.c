/*
 * main.c - the story: read the command line, do it, tell how it went.
 */
#include "sync/options.h"
#include "sync/progress.h"
#include "sync/signals.h"

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    int exit = EXIT_DONE;
    enum status status;

    signals_no_core();
    status = options_parse(&options, argc, argv, &err);
    signals_catch();
    if (status == OK)
        status = options.command->run(&options, &exit, &err);
    progress_clear();
    if (status != OK) {
        err_print(&err);
        exit = err.exit;
    }
    options_close(&options);
    return signals_exit(exit);
}
