/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * escape.h - attempts to break out of the sandbox, for `docent doctor` and
 * the tests: open a home file, reach the network, exec, fork, ptrace, …
 */
#pragma once

#include <stdbool.h>

/* Fork a child for each attempt, in the sandbox as documents get it, and
 * print one line each on stdout: "held  open-home  openat: Permission
 * denied" or "ESCAPED …". True when all held. */
bool escape_try_all(void);
