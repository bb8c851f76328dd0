/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * when.h - points in time as a request writes them. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * "2026-11-24", "2026-11-24T20:22", "…:05Z", "…+08:00" (ISO 8601; local time
 * without a zone), or how long ago: "30s", "45m", "2h", "7d", "4w".
 *
 * @now_ms  Unix time in ms
 * Fails    FAULT_BAD_REQUEST, saying what is taken
 */
bool when_parse(const char *text, int64_t now_ms, int64_t *ret_ms,
                GError **error);

/* RFC 3339 in UTC with milliseconds. Given; NULL for 0. */
char *when_format(int64_t ms);
