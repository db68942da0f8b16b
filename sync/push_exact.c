/*
 * push_exact.c - a plan kept in a file is carried out onto the records that it
 * was made for, or not at all.
 */
#include "sync/push.h"

void exact_stop(struct task *task, struct text id, const char *what)
{
    struct err err;

    fail(&err, STOP, EXIT_DATA, "plan_target_moved",
         "record %.*s at %s is not as it was when the plan was made: %s",
         TEXT_ARGS(id), task->push->with->account->name, what);
    err_hint(&err, "make the plan anew with 'custsync plan --out'");
    push_stop(task->push, &err);
    finish_later(task);
}

const char *exact_moved(struct task *task, const struct customer *record)
{
    const struct push *push = task->push;
    const struct customer *moved;
    struct buffer names = {0};
    const char *said = NULL;

    if (!push->with->exactly)
        return NULL;
    moved = diff_moved(push->slots, push->slots_count, task->held, record,
                       task->arena);
    for (size_t i = 0; i < moved->count; i++) {
        if (moved->values[i].presence != VALUE_ABSENT)
            buffer_print(&names, "%s%s", names.size > 0 ? ", " : "",
                         field_name((enum field)i));
    }
    if (names.size > 0)
        said = arena_string(task->arena, buffer_view(&names));
    buffer_free(&names);
    return said;
}

bool exact_found(struct task *task, struct text id)
{
    if (!task->push->with->exactly || task_in_doubt(task))
        return false;
    exact_stop(task, id, "it was not there, or fitted nobody");
    return true;
}
