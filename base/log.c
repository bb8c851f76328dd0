/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.c - one line on stderr for each thing worth telling.
 */
#include "config.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static const char *log_program = "docent";
static LogLevel log_most = LOG_LEVEL_INFO;
static bool log_to_journal;

void
log_init(const char *program, LogLevel most)
{
    log_program = program;
    log_most = most;
    log_to_journal = getenv("JOURNAL_STREAM") != NULL;
}

void
log_line(LogLevel level, const char *format, ...)
{
    g_autofree char *raw = NULL;
    g_autofree char *safe = NULL;
    va_list args;

    if (level > log_most)
        return;
    va_start(args, format);
    raw = g_strdup_vprintf(format, args);
    va_end(args);
    safe = text_safe_line(raw);
    if (log_to_journal)
        (void)fprintf(stderr, "<%d>%s\n", (int)level, safe);
    else
        (void)fprintf(stderr, "%s: %s\n", log_program, safe);
}
