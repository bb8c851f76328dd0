/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fd.c - descriptors: closed by scope, read and written whole, passed on.
 */
#include "config.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

enum {
    READ_FIRST_BYTES = 16 * 1024, /* for files that do not tell their size */
};

void
fd_clear(int *fd)
{
    int saved = errno;

    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
    errno = saved;
}

int
fd_steal(int *fd)
{
    int held = *fd;

    *fd = -1;
    return held;
}

bool
fd_set_nonblocking(int fd, GError **error)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
        return fault_errno(error, "make descriptor non-blocking");
    return true;
}

GBytes *
fd_read_all(int fd, size_t limit_bytes, GError **error)
{
    struct stat status;
    g_autofree char *data = NULL;
    size_t used = 0, room;

    if (fstat(fd, &status) < 0) {
        fault_errno(error, "stat");
        return NULL;
    }
    if (status.st_size > 0 && (size_t)status.st_size > limit_bytes) {
        fault(error, FAULT_LIMIT, "%jd bytes, more than %zu",
              (intmax_t)status.st_size, limit_bytes);
        return NULL;
    }
    room = status.st_size > 0 ? (size_t)status.st_size + 1 : READ_FIRST_BYTES;
    data = g_malloc(room);
    for (;;) {
        ssize_t n = pread(fd, data + used, room - used, (off_t)used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            fault_errno(error, "read");
            return NULL;
        }
        if (n == 0)
            return g_bytes_new_take(g_steal_pointer(&data), used);
        used += (size_t)n;
        if (used > limit_bytes) {
            fault(error, FAULT_LIMIT, "more than %zu bytes", limit_bytes);
            return NULL;
        }
        if (used == room) {
            room *= 2;
            data = g_realloc(data, room);
        }
    }
}

bool
fd_write_all(int fd, const void *data, size_t size_bytes, GError **error)
{
    const char *at = data;

    while (size_bytes > 0) {
        ssize_t n = write(fd, at, size_bytes);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault_errno(error, "write");
        at += n;
        size_bytes -= (size_t)n;
    }
    return true;
}

bool
fd_send(int socket, const void *data, size_t size_bytes, int passed,
        GError **error)
{
    struct iovec part = {(void *)data, size_bytes};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    ssize_t n;

    if (passed >= 0) {
        struct cmsghdr *header;

        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof passed);
        memcpy(CMSG_DATA(header), &passed, sizeof passed);
    }
    do
        n = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fault_errno(error, "send");
    return true;
}

ssize_t
fd_recv(int socket, void *data, size_t room_bytes, int *ret_passed,
        GError **error)
{
    struct iovec part = {data, room_bytes};
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes,
    };
    fd_auto int passed = -1;
    int count = 0;
    ssize_t n;

    do
        n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        fault_errno(error, "receive");
        return -1;
    }
    for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h != NULL;
         h = CMSG_NXTHDR(&message, h)) {
        if (h->cmsg_level != SOL_SOCKET || h->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = CMSG_LEN(0); at + sizeof(int) <= h->cmsg_len;
             at += sizeof(int)) {
            fd_auto int each = -1;

            memcpy(&each, (char *)h + at, sizeof each);
            if (count++ == 0)
                passed = fd_steal(&each);
        }
    }
    if (count > 1 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
        fault(error, FAULT_PROTOCOL, "oversized message");
        return -1;
    }
    *ret_passed = fd_steal(&passed);
    return n;
}
