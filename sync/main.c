/*
 * main.c - the story: read the command line, do it, tell how it went.
 */
#include "sync/again.h"
#include "sync/codes.h"
#include "sync/options.h"
#include "sync/progress.h"
#include "sync/signals.h"

/* Whoever failed may know better what to do; else the code's remedy is told. */
static void tell(struct err *err)
{
    const char *remedy = code_remedy(err->code);

    if (err->hint[0] == '\0' && remedy != NULL)
        err_hint(err, "%s", remedy);
    err_print(err);
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    int exit = EXIT_DONE;
    enum status status;

    signals_no_core();
    again_keep(argc, argv);
    status = options_parse(&options, argc, argv, &err);
    signals_catch();
    if (status == OK)
        status = options.command->run(&options, &exit, &err);
    progress_clear();
    if (status != OK) {
        again_hint(&err);
        tell(&err);
        exit = err.exit;
    }
    again_tell();
    options_close(&options);
    return signals_exit(exit);
}
