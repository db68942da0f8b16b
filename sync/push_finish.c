/*
 * push_finish.c - how a change ends: its state, its row's column, what is told.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sync/push.h"

void queue_add(struct queue *queue, struct task *task)
{
    task->next = NULL;
    if (queue->last == NULL)
        queue->first = task;
    else
        queue->last->next = task;
    queue->last = task;
    queue->count++;
}

struct task *queue_take(struct queue *queue)
{
    struct task *task = queue->first;

    if (task == NULL)
        return NULL;
    queue->first = task->next;
    if (queue->first == NULL)
        queue->last = NULL;
    queue->count--;
    task->next = NULL;
    return task;
}

/* Every kind of change counts here, and every way to end but to be sent. */
static void note_proof(const struct task *task)
{
    struct proof *proof = task->push->with->proof;

    if (proof == NULL || task->willing)
        return;
    switch (task->change.state) {
    case CHANGE_PLANNED:
    case CHANGE_UNKNOWN:
    case CHANGE_FAILED:
        proof->unread++;
        break;
    default:
        proof->changed++;
        break;
    }
}

static void end(struct task *task)
{
    note_proof(task);
    task->step = STEP_ENDED;
    queue_add(&task->push->ended, task);
}

bool finish_counts(const struct task *task)
{
    const struct push *push = task->push;
    const struct key_set *chosen = push->with->chosen;

    return !push->settling ||
           (chosen != NULL &&
            key_set_has(chosen, push_chosen(task->change.id)));
}

void finish_count(struct task *task, enum column column)
{
    struct push *push = task->push;
    const struct pushing *with = push->with;

    if (!finish_counts(task) || task->counted ||
        task->change.kind == CHANGE_DEACTIVATE)
        return;
    /* Ours already, since this run found it so: an update comes on top. */
    if ((column == ROWS_UPDATED || column == ROWS_UNCHANGED) &&
        settled_created(with->settled, task->change.account,
                        task->change.source, task->change.customer))
        column = ROWS_CREATED;
    task->counted = true;
    report_count(with->report, column, 1);
    push->counted++;
}

/* Counted when it is in the store: the record may turn out to be another's. */
void finish_done(struct task *task, enum change_result result)
{
    task->change.state = CHANGE_DONE;
    task->change.result = result;
    task->change.code = task->change.message = TEXT("");
    end(task);
}

void finish_skipped(struct task *task)
{
    task->change.state = CHANGE_DONE;
    task->change.result = RESULT_NONE;
    end(task);
}

/* In doubt, and the next run's to settle. */
static void tell_pending(struct task *task)
{
    struct push *push = task->push;

    if (push->settling || task->change.kind == CHANGE_DEACTIVATE)
        return;
    report_problem(push->with->report, task->change.file.at, task->change.line,
                   column_name(ROWS_PENDING), task->change.code.at, "", "%.*s",
                   TEXT_ARGS(task->change.message));
}

void finish_later(struct task *task)
{
    if (task->change.state == CHANGE_SENDING)
        task->change.state = CHANGE_PLANNED; /* not one byte left */
    if (task->change.state == CHANGE_UNKNOWN && task->change.code.size > 0)
        tell_pending(task);
    end(task);
}

void finish_in_doubt(struct task *task, const char *code, const char *message)
{
    finish_badly(task, CHANGE_FAILED, code, "%s", message);
    task->change.state = CHANGE_UNKNOWN; /* the next run asks before all else */
}

static enum status reject_rows(struct task *task, const char *code,
                               const char *message, struct err *err)
{
    const struct pushing *with = task->push->with;
    struct change_row *rows;
    size_t count;
    enum status status = store_change_rows(with->store, task->change.id,
                                           task->arena, &rows, &count, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        uint32_t file = 0;

        while (file + 1 < source_files(with->source) &&
               !text_is(rows[i].file, source_file_name(with->source, file)))
            file++;
        status = rejects_add(with->rejects, file, rows[i].line, rows[i].raw,
                             code, message, err);
    }
    return status;
}

/* What finish_badly says, told and counted once: of a row that an earlier run
 * left in doubt by the plan that meets it, where it stands tonight. */
static void tell_badly(struct task *task, enum column column)
{
    const struct pushing *with = task->push->with;
    const char *code = task->change.code.at;
    const char *message = task->change.message.at;
    struct err err;

    if (!finish_counts(task) && task->change.kind != CHANGE_DEACTIVATE &&
        settled_badly(with->settled, &task->change, column))
        return;
    finish_count(task, column);
    report_problem(with->report, task->change.file.at, task->change.line,
                   column_name(column), code, "", "%s", message);
    if (with->rejects != NULL && column != ROWS_PENDING &&
        reject_rows(task, code, message, &err) != OK)
        push_stop(task->push, &err);
}

void finish_badly(struct task *task, enum change_state state, const char *code,
                  const char *format, ...)
{
    static const enum column columns[] = {
        [CHANGE_UNKNOWN] = ROWS_PENDING,
        [CHANGE_REJECTED] = ROWS_REJECTED,
        [CHANGE_FAILED] = ROWS_FAILED,
        [CHANGE_PARKED] = ROWS_CONFLICT,
    };
    char message[400];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    task->change.state = state;
    task->change.code = arena_text(task->arena, text_of(code));
    task->change.message = arena_text(task->arena, text_of(message));
    tell_badly(task, columns[state]);
    end(task);
}

void finish_taken(struct task *task)
{
    task->change.state = CHANGE_PARKED;
    task->change.result = RESULT_NONE;
    task->change.code = TEXT("record_taken");
    task->change.message = arena_print(
        task->arena, "record %.*s at %s belongs to another customer",
        TEXT_ARGS(task->change.remote_id), task->push->with->account->name);
    if (!task->counted)
        tell_badly(task, ROWS_CONFLICT);
}
