/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fd.h - file descriptors that close themselves, whole reads and writes,
 * and descriptors that travel over a socket.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A descriptor held by its scope: fd_auto int fd = open(…); */
#define fd_auto __attribute__((cleanup(fd_clear)))
void fd_clear(int *fd);
/* What *fd held, which becomes -1: the caller's from now on. */
int fd_steal(int *fd);

bool fd_set_nonblocking(int fd, GError **error);

/*
 * All of @fd from its start, by pread, so that a file cut short by its
 * writer is a short read and never SIGBUS.
 *
 * Fails  FAULT_LIMIT: more than @limit_bytes
 *        FAULT_IO
 */
GBytes *fd_read_all(int fd, size_t limit_bytes, GError **error);

/* All @bytes or a failure; restarts on EINTR. */
bool fd_write_all(int fd, const void *data, size_t size_bytes,
                  GError **error);

/*
 * One datagram of a SOCK_SEQPACKET socket, with @passed (or -1) attached by
 * SCM_RIGHTS. fd_recv returns the size, 0 at the end, -1 on failure; a
 * descriptor received is given in *ret_passed (else -1, close-on-exec), and
 * more than one is refused.
 */
bool fd_send(int socket, const void *data, size_t size_bytes, int passed,
             GError **error);
ssize_t fd_recv(int socket, void *data, size_t room_bytes, int *ret_passed,
                GError **error);
