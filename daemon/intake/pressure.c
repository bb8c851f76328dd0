/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pressure.c - battery and pressure stall information, asked when needed.
 */
#include "config.h"

#include "daemon/intake/pressure.h"

#include <glib.h>
#include <string.h>

/* Per cent of the last ten seconds in which some task waited. Above these
 * people feel it. CPU waits are normal while we ourselves work on all cores,
 * so that bar is high. */
#define MEMORY_SOME_AVG10_MAX 10.0
#define CPU_SOME_AVG10_MAX 90.0

#define SUPPLIES "/sys/class/power_supply"

static bool
says(const char *supply, const char *what, const char *value)
{
    g_autofree char *path = g_build_filename(SUPPLIES, supply, what, NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) &&
           strcmp(g_strstrip(text), value) == 0;
}

static bool
on_battery(void)
{
    g_autoptr(GDir) supplies = g_dir_open(SUPPLIES, 0, NULL);
    bool battery = false;
    const char *each;

    while (supplies != NULL && (each = g_dir_read_name(supplies)) != NULL) {
        if (says(each, "type", "Mains") || says(each, "type", "USB")) {
            if (says(each, "online", "1"))
                return false;
        } else if (says(each, "type", "Battery") &&
                   says(each, "scope", "System")) {
            battery = true;
        } else if (says(each, "type", "Battery") &&
                   says(each, "status", "Discharging")) {
            battery = true;
        }
    }
    return battery;
}

static double
some_avg10(const char *resource)
{
    g_autofree char *path = g_strconcat("/proc/pressure/", resource, NULL);
    g_autofree char *text = NULL;
    const char *at;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    at = strstr(text, "avg10=");
    return at != NULL ? g_ascii_strtod(at + strlen("avg10="), NULL) : 0;
}

Pressure
pressure_now(bool battery)
{
    if (battery && on_battery())
        return PRESSURE_BATTERY;
    if (some_avg10("memory") > MEMORY_SOME_AVG10_MAX)
        return PRESSURE_MEMORY;
    if (some_avg10("cpu") > CPU_SOME_AVG10_MAX)
        return PRESSURE_CPU;
    return PRESSURE_NONE;
}

const char *
pressure_sentence(Pressure pressure)
{
    static const char *const sentences[] = {
        [PRESSURE_NONE] = NULL,
        [PRESSURE_BATTERY] = "paused while on battery",
        [PRESSURE_MEMORY] = "paused: memory is short",
        [PRESSURE_CPU] = "paused: the processors are busy",
    };

    return sentences[pressure];
}
