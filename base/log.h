/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * log.h - what a program tells its keeper: one line each on stderr.
 *
 * Only the top, the event that began the work, logs. Nothing a person wrote
 * (text, queries) is logged; paths only at LOG_DEBUG.
 */
#pragma once

#include <glib.h>

typedef enum { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4,
               LOG_LEVEL_INFO = 6, LOG_LEVEL_DEBUG = 7 } LogLevel;

/* @program is lent for good. Levels above @most are dropped. With a stderr
 * read by the journal, lines carry the <N> prefix of sd-daemon(3). */
void log_init(const char *program, LogLevel most);
void log_line(LogLevel level, const char *format, ...) G_GNUC_PRINTF(2, 3);

#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)
