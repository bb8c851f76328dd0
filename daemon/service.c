/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * service.c - the few bytes of the sd_notify(3) and sd_listen_fds(3)
 * protocols, without their library.
 */
#include "config.h"

#include "daemon/service.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

enum {
    LISTEN_FDS_START = 3, /* sd_listen_fds(3) */
    WATCHDOG_SHARE = 2,   /* a sign at half the time allowed */
};

static int64_t
environment_number(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? g_ascii_strtoll(value, NULL, 10) : 0;
}

int
service_listen_fd(void)
{
    bool ours = environment_number("LISTEN_PID") == getpid() &&
                environment_number("LISTEN_FDS") >= 1;

    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (!ours)
        return -1;
    (void)fcntl(LISTEN_FDS_START, F_SETFD, FD_CLOEXEC);
    return LISTEN_FDS_START;
}

void
service_notify(const char *format, ...)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_autofree char *message = NULL;
    fd_auto int fd = -1;
    socklen_t size;
    va_list args;

    if (path == NULL || strlen(path) >= sizeof address.sun_path)
        return;
    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);

    memcpy(address.sun_path, path, strlen(path));
    /* '@' stands for the NUL of an abstract address. */
    if (address.sun_path[0] == '@')
        address.sun_path[0] = '\0';
    size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        (void)sendto(fd, message, strlen(message), MSG_NOSIGNAL,
                     (struct sockaddr *)&address, size);
}

unsigned
service_watchdog_ms(void)
{
    int64_t every_us = environment_number("WATCHDOG_USEC");
    int64_t whom = environment_number("WATCHDOG_PID");

    if (every_us <= 0 || (whom != 0 && whom != getpid()))
        return 0;
    return (unsigned)(every_us / 1000 / WATCHDOG_SHARE);
}

bool
service_detach(GError **error)
{
    fd_auto int null = -1;
    pid_t child = fork();

    if (child < 0)
        return fault_errno(error, "fork");
    if (child > 0)
        _exit(EXIT_SUCCESS);
    if (setsid() < 0)
        return fault_errno(error, "setsid");
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return fault_errno(error, "open /dev/null");
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (dup2(null, fd) < 0)
            return fault_errno(error, "redirect to /dev/null");
    return true;
}
