/*
 * log.h - what is said on standard error: text for people, or, for programs,
 * each message as one line of JSON.
 *
 * One way for the whole process, chosen before the first message. Never holds a
 * secret. Not for threads at once.
 */
#ifndef FORMATS_LOG_H
#define FORMATS_LOG_H

#include <stdbool.h>

enum log_level { LEVEL_INFO, LEVEL_WARNING, LEVEL_ERROR };

/* Members that are NULL or "" are left out. */
struct log_line {
    enum log_level level;
    const char *place;   /* "FILE:LINE", "shop:" or a job */
    const char *code;    /* as the manual lists them */
    const char *message; /* one line, lower case, no full stop */
    const char *hint;
};

void log_as_json(bool json);
bool log_is_json(void);
/*
 * As text "custsync: PLACE: MESSAGE\n    hint: HINT\n"; else an object with
 * time, level, and whichever of place, code, message and hint there are. A line
 * goes out in one write.
 */
void log_tell(const struct log_line *line);

#endif
