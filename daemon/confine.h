/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confine.h - docentd has the files, so it has no network.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * Before the first thread: no new privileges, not dumpable, and a seccomp
 * filter under which no socket but AF_UNIX can be made, here and in every
 * child. Cannot be undone.
 *
 * Fails  FAULT_INTERNAL: the kernel has no seccomp
 */
bool confine_network(GError **error);

/* Try to reach the network, for `docent doctor`: what the kernel said, as
 * "refused: …" or "REACHED". Given. */
char *confine_try_network(void);
