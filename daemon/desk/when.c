/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * when.c - ISO 8601 and plain durations.
 */
#include "config.h"

#include "daemon/desk/when.h"

#include <string.h>

#include "base/fault.h"

static int64_t
unit_ms(char unit)
{
    switch (unit) {
    case 's':
        return G_GINT64_CONSTANT(1000);
    case 'm':
        return G_GINT64_CONSTANT(60) * 1000;
    case 'h':
        return G_GINT64_CONSTANT(3600) * 1000;
    case 'd':
        return G_GINT64_CONSTANT(86400) * 1000;
    case 'w':
        return G_GINT64_CONSTANT(604800) * 1000;
    default:
        return 0;
    }
}

static bool
parse_ago(const char *text, int64_t now_ms, int64_t *ret_ms)
{
    enum { AGO_MAX = 100000 };
    char *end;
    uint64_t n = g_ascii_strtoull(text, &end, 10);
    int64_t unit = unit_ms(*end);

    if (end == text || unit == 0 || end[1] != '\0' || n > AGO_MAX ||
        !g_ascii_isdigit(text[0]))
        return false;
    *ret_ms = now_ms - (int64_t)n * unit;
    return true;
}

/* g_date_time_new_from_iso8601 wants a time; a bare day is its midnight. */
static bool
parse_iso(const char *text, int64_t *ret_ms)
{
    g_autoptr(GTimeZone) local = g_time_zone_new_local();
    g_autoptr(GDateTime) time = NULL;
    g_autofree char *full = NULL;

    if (strchr(text, 'T') == NULL && strchr(text, ' ') == NULL)
        full = g_strconcat(text, "T00:00:00", NULL);
    else if (strlen(text) == strlen("2026-11-24T20:22"))
        full = g_strconcat(text, ":00", NULL);
    else
        full = g_strdup(text);
    time = g_date_time_new_from_iso8601(full, local);
    if (time == NULL)
        return false;
    *ret_ms = g_date_time_to_unix(time) * 1000 +
              g_date_time_get_microsecond(time) / 1000;
    return true;
}

bool
when_parse(const char *text, int64_t now_ms, int64_t *ret_ms, GError **error)
{
    if (parse_ago(text, now_ms, ret_ms) || parse_iso(text, ret_ms))
        return true;
    return fault(error, FAULT_BAD_REQUEST,
                 "'%s' is no time: write 2026-11-24, 2026-11-24T20:22 or how "
                 "long ago: 45m, 2h, 7d, 4w",
                 text);
}

char *
when_format(int64_t ms)
{
    g_autoptr(GDateTime) time = NULL;
    g_autofree char *whole = NULL;

    if (ms == 0)
        return NULL;
    time = g_date_time_new_from_unix_utc(ms / 1000);
    if (time == NULL)
        return NULL;
    whole = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
    return g_strdup_printf("%s.%03dZ", whole, (int)(ms % 1000));
}
