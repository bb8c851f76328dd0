/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pressure.h - has the machine room for work nobody waits for?
 */
#pragma once

#include <stdbool.h>

typedef enum {
    PRESSURE_NONE,
    PRESSURE_BATTERY, /* no mains supply is online */
    PRESSURE_MEMORY,  /* PSI: tasks stalled on memory */
    PRESSURE_CPU,
} Pressure;

/* Reads /sys/class/power_supply and /proc/pressure (the kernel's
 * Documentation/accounting/psi.rst); what is not there presses nothing.
 * @battery: whether running on battery counts. */
Pressure pressure_now(bool battery);
/* For `docent status`; static; NULL for PRESSURE_NONE. */
const char *pressure_sentence(Pressure pressure);
