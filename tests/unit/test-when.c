/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-when.c - points in time as requests write them.
 */
#include "config.h"

#include "daemon/desk/when.h"

#include "base/fault.h"

#define NOW_MS G_GINT64_CONSTANT(1795550000000)

static int64_t
parsed(const char *text)
{
    g_autoptr(GError) error = NULL;
    int64_t ms = 0;

    g_assert_true(when_parse(text, NOW_MS, &ms, &error));
    g_assert_no_error(error);
    return ms;
}

static void
test_ago(void)
{
    g_assert_cmpint(parsed("30s"), ==, NOW_MS - 30 * 1000);
    g_assert_cmpint(parsed("45m"), ==, NOW_MS - 45 * 60 * 1000);
    g_assert_cmpint(parsed("2h"), ==, NOW_MS - 2 * 3600 * 1000);
    g_assert_cmpint(parsed("7d"), ==,
                    NOW_MS - G_GINT64_CONSTANT(7) * 86400 * 1000);
    g_assert_cmpint(parsed("4w"), ==,
                    NOW_MS - G_GINT64_CONSTANT(28) * 86400 * 1000);
}

static void
test_iso(void)
{
    g_assert_cmpint(parsed("1970-01-02T00:00:00Z"), ==, 86400000);
    g_assert_cmpint(parsed("1970-01-01T08:00:00+08:00"), ==, 0);
    g_assert_cmpint(parsed("2026-11-24T20:22:16.500Z") % 1000, ==, 500);
    g_assert_cmpint(parsed("2026-11-25") - parsed("2026-11-24"), ==, 86400000);
    g_assert_cmpint(parsed("2026-11-24T20:22"), ==,
                    parsed("2026-11-24T20:22:00"));
}

static void
test_refuses(void)
{
    static const char *const bad[] = {
        "",  "x",          "2x",          "-2h",         "2h3",
        "h", "2026-13-01", "tomorrowish", "99999999999d"};

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        int64_t ms = 42;

        g_assert_false(when_parse(bad[i], NOW_MS, &ms, &error));
        g_assert_error(error, FAULT, FAULT_BAD_REQUEST);
        g_assert_cmpint(ms, ==, 42);
    }
}

static void
test_format(void)
{
    g_autofree char *text = when_format(86400123);

    g_assert_cmpstr(text, ==, "1970-01-02T00:00:00.123Z");
    g_assert_null(when_format(0));
    g_assert_cmpint(parsed(text), ==, 86400123);
}

int
main(int argc, char **argv)
{
    (void)g_setenv("TZ", "UTC", TRUE);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/when/a number and a unit is that long ago", test_ago);
    g_test_add_func("/when/ISO 8601 days and times are understood", test_iso);
    g_test_add_func("/when/anything else is refused and changes nothing",
                    test_refuses);
    g_test_add_func("/when/times are written in UTC and read back",
                    test_format);
    return g_test_run();
}
