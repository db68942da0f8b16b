/*
 * test_progress.c - what a run tells while it works: on any width, at its time,
 * and to nobody who did not ask.
 */
#include "mappings/fold.h"
#include "sync/progress.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(progress, .timeout = 10);

static const struct progress_view sending = {
    .doing = "sending to",
    .subject = "shop:",
    .unit = "changes",
    .done = 340,
    .total = 975,
    .per_minute = 57,
    .requests_left = 635,
    .left_ms = 11 * 60 * 1000,
};

static const char *line_of(const struct progress_view *view, size_t columns)
{
    static struct buffer out;

    progress_line(view, columns, &out);
    buffer_byte(&out, '\0');
    return out.at;
}

Test(progress, tells_all_where_there_is_room)
{
    cr_assert_str_eq(line_of(&sending, SIZE_MAX),
                     "sending to shop:  340/975 changes  57/min  "
                     "635 requests to go  11 min left");
}

Test(progress, leaves_out_what_matters_least)
{
    struct progress_view view = sending;

    cr_assert_str_eq(line_of(&view, 79),
                     "sending to shop:  340/975 changes  57/min  "
                     "635 requests to go  11 min left");
    cr_assert_str_eq(line_of(&view, 70),
                     "sending to shop:  340/975 changes  635 requests to go  "
                     "11 min left");
    cr_assert_str_eq(line_of(&view, 39),
                     "sending to shop:  340/975  11 min left");
    cr_assert_str_eq(line_of(&view, 25), "shop:  340/975  11 min");
    cr_assert_str_eq(line_of(&view, 8), "340/975");
    cr_assert_str_eq(line_of(&view, 0), "");
    view.subject = "customers-of-november.csv";
    view.left_ms = 0;
    cr_assert_str_eq(line_of(&view, 39), "sending to customers-of...  340/975");
}

Test(progress, says_plainly_what_is_waited_for)
{
    struct progress_view view = sending;

    view.wait = (struct progress_wait){
        .wait_ms = 33001, .who = "kounta", .limit = 60, .window_ms = 60000};
    cr_assert_str_eq(line_of(&view, 79),
                     "sending to shop:  340/975  waits 34 s: kounta allows "
                     "60/min  11 min left");
    cr_assert_str_eq(line_of(&view, 39), "shop:  340/975  waits 34 s  11 min");
    view.wait.limit = 10;
    view.wait.window_ms = 1000;
    cr_assert(strstr(line_of(&view, 79), ": kounta allows 10/s") != NULL);
    view.wait.limit = 0;
    cr_assert(strstr(line_of(&view, 79), "34 s: kounta asks for a pause"));
    view.wait.again = true;
    cr_assert(strstr(line_of(&view, 79), "waits 34 s to try again"));
}

Test(progress, fits_every_width_whatever_the_letters_are)
{
    struct progress_view view = sending;
    struct buffer out = {0};

    view.doing = "reading";
    view.subject = "\xe9\xa1\xa7\xe5\xae\xa2\xe5\x90\x8d\xe7\xb0\xbf.csv "
                   "e\xcc\x81t\xc3\xa9 \xf0\x9f\x98\x80 \033[2J\xff\xfe";
    for (size_t columns = 0; columns < 120; columns++) {
        progress_line(&view, columns, &out);
        cr_assert_leq(fold_columns(buffer_view(&out)), columns);
        cr_assert(text_is_utf8(buffer_view(&out)));
        cr_assert_eq(text_find(buffer_view(&out), "\033"), out.size);
    }
    buffer_free(&out);
}

/* --- rate and time left ----------------------------------------------------*/

Test(progress, counts_the_rate_of_the_last_seconds)
{
    struct progress_board board = {0};

    progress_board_phase(&board, 1000, "reading", "a.csv", 0, "rows");
    board.done = 50;
    cr_assert_eq(progress_look(&board, 1500).per_minute, 0);
    board.done = 100;
    cr_assert_eq(progress_look(&board, 11000).per_minute, 600);
    /* A minute without any: the rate falls, and what was before is forgotten.
     */
    (void)progress_look(&board, 21000);
    (void)progress_look(&board, 31000);
    cr_assert_eq(progress_look(&board, 71000).per_minute, 0);
}

Test(progress, knows_the_time_left_by_the_allowed_rate)
{
    struct progress_board board = {0};

    progress_board_phase(&board, 1000, "sending to", "shop:", 100, "changes");
    board.least_ms = 90000;
    cr_assert_eq(progress_look(&board, 2000).left_ms, 90000);
    /* In a first burst it is the limit that will count, ... */
    board.done = 60;
    cr_assert_eq(progress_look(&board, 3000).left_ms, 90000);
    /* ... and where the provider is slower than it allows, it is that. */
    board.done = 1;
    cr_assert_gt(progress_look(&board, 11000).left_ms, 900000);
}

Test(progress, a_new_phase_begins_anew_and_the_same_one_goes_on)
{
    struct progress_board board = {0};

    progress_board_phase(&board, 1000, "reading", "shop:", 0, "customers");
    board.done = 20;
    progress_board_phase(&board, 9000, "reading", "shop:", 50, "customers");
    cr_assert_eq(progress_look(&board, 9000).done, 20);
    cr_assert_eq(progress_look(&board, 9000).total, 50);
    progress_board_phase(&board, 9000, "reading", "books:", 0, "customers");
    cr_assert_eq(progress_look(&board, 9000).done, 0);
}

Test(progress, a_wait_grows_shorter_and_ends)
{
    struct progress_board board = {0};

    progress_board_phase(&board, 0, "sending to", "shop:", 9, "changes");
    board.wait = (struct progress_wait){.wait_ms = 30000, .who = "kounta"};
    board.wait_ms = 1000;
    cr_assert_eq(progress_look(&board, 11000).wait.wait_ms, 20000);
    cr_assert_eq(progress_look(&board, 31000).wait.wait_ms, 0);
    cr_assert_eq(progress_look(&board, 99000).wait.wait_ms, 0);
}

/* --- who is told -----------------------------------------------------------*/

static FILE *told;

static void errors_to_file(void)
{
    told = tmpfile();
    cr_assert_not_null(told);
    (void)fflush(stderr);
    cr_assert_geq(dup2(fileno(told), STDERR_FILENO), 0);
}

static size_t lines_told(void)
{
    char block[4096];
    ssize_t size = pread(fileno(told), block, sizeof(block), 0);
    size_t lines = 0;

    for (ssize_t i = 0; i < size; i++)
        lines += block[i] == '\n';
    return lines;
}

Test(progress, a_log_gets_a_line_a_minute_and_none_before)
{
    int64_t now = INT64_C(1) << 50; /* later than any real one */

    errors_to_file();
    progress_quiet(false);
    progress_tick_at(now);
    progress_phase("sending to", "shop:", 9, "changes");
    progress_tick_at(now + 59999);
    cr_assert_eq(lines_told(), 0);
    progress_tick_at(now + 60000);
    progress_tick_at(now + 60001);
    progress_tick_at(now + 119999);
    cr_assert_eq(lines_told(), 1);
    progress_tick_at(now + 120000);
    cr_assert_eq(lines_told(), 2);
}

Test(progress, who_wants_quiet_gets_none)
{
    errors_to_file();
    progress_quiet(true);
    progress_tick_at(1000);
    progress_phase("sending to", "shop:", 9, "changes");
    progress_tick_at(1000000);
    cr_assert_eq(lines_told(), 0);
}

Test(progress, a_pipe_gets_none_but_the_journal_does)
{
    int ends[2];
    char journal[64], block[200];
    struct stat file;

    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
    progress_quiet(false);
    progress_tick_at(1000);
    progress_phase("sending to", "shop:", 9, "changes");
    progress_tick_at(1000000);
    cr_assert_lt(read(ends[0], block, sizeof(block)), 0);

    cr_assert_eq(fstat(ends[1], &file), 0);
    (void)snprintf(journal, sizeof(journal), "%ju:%ju", (uintmax_t)file.st_dev,
                   (uintmax_t)file.st_ino);
    cr_assert_eq(setenv("JOURNAL_STREAM", journal, 1), 0);
    progress_quiet(false);
    progress_tick_at(1000000);
    progress_tick_at(1060000);
    cr_assert_gt(read(ends[0], block, sizeof(block)), 0);
}

Test(progress, what_is_settled_is_said_once_and_to_everybody)
{
    errors_to_file();
    progress_quiet(true);
    progress_settles(false, 0);
    cr_assert_eq(lines_told(), 0);
    progress_settles(true, 3);
    progress_settles(true, 2);
    cr_assert_eq(lines_told(), 1);
}
