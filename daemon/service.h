/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * service.h - what a service manager gives and wants: a listening socket,
 * news of readiness, a sign of life. Everything works without one too.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The socket systemd listens on for us (sd_listen_fds(3)), close-on-exec,
 * or -1. The variables are cleared, so that no child believes them. */
int service_listen_fd(void);

/* "READY=1", "STATUS=…", "STOPPING=1", as in sd_notify(3); no-op without
 * $NOTIFY_SOCKET. */
void service_notify(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* How often a sign of life is wanted, in ms; 0: none is. */
unsigned service_watchdog_ms(void);

/* In the background, detached from the terminal; the parent exits. */
bool service_detach(GError **error);
