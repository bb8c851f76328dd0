/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * door.c - a socket in a folder of our own, and the lock that says whose.
 *
 * The lock is taken before the socket is touched: a socket file says nothing
 * about whether somebody still listens on it, a lock does.
 */
#include "config.h"

#include "daemon/desk/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

enum { BACKLOG = 64 };

/* Ours, closed to others, and no link to elsewhere. */
static bool
check_folder(const char *folder, GError **error)
{
    struct stat status;
    fd_auto int fd = -1;

    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return fault_errno(error, "make '%s'", folder);
    fd = open(folder, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0)
        return fault_errno(error, "open '%s'", folder);
    if (status.st_uid != geteuid())
        return fault(error, FAULT_IO, "'%s' belongs to another user", folder);
    if ((status.st_mode & 077) != 0)
        return fault(error, FAULT_IO,
                     "'%s' is open to others: chmod 700 it first", folder);
    return true;
}

static bool
refuse_second(int lock, GError **error)
{
    char text[32] = "";
    ssize_t n = pread(lock, text, sizeof text - 1, 0);
    int pid = n > 0 ? atoi(text) : 0;

    if (pid > 0)
        return fault(error, FAULT_BUSY, "docentd is already running (pid %d)",
                     pid);
    return fault(error, FAULT_BUSY, "docentd is already running");
}

static bool
take_lock(Door *door, const char *socket_path, GError **error)
{
    g_autofree char *path = g_strconcat(socket_path, ".lock", NULL);
    char text[32];

    door->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (door->lock < 0)
        return fault_errno(error, "open '%s'", path);
    if (flock(door->lock, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? refuse_second(door->lock, error)
                                    : fault_errno(error, "lock '%s'", path);
    (void)snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (ftruncate(door->lock, 0) < 0 ||
        pwrite(door->lock, text, strlen(text), 0) < 0)
        return fault_errno(error, "write '%s'", path);
    return true;
}

/* What a daemon that was killed left behind; anything else is not ours. */
static bool
remove_stale(const char *path, GError **error)
{
    struct stat status;

    if (lstat(path, &status) < 0)
        return errno == ENOENT || fault_errno(error, "look at '%s'", path);
    if (!S_ISSOCK(status.st_mode))
        return fault(error, FAULT_IO, "'%s' is in the way: no socket", path);
    return unlink(path) == 0 || fault_errno(error, "remove '%s'", path);
}

static bool
bind_socket(Door *door, const char *path, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    mode_t mask;
    int result;

    if (strlen(path) >= sizeof address.sun_path)
        return fault(error, FAULT_LIMIT,
                     "'%s' is longer than the %zu bytes a socket's path may "
                     "have",
                     path, sizeof address.sun_path - 1);
    if (!remove_stale(path, error))
        return false;
    door->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (door->fd < 0)
        return fault_errno(error, "make a socket");
    (void)strcpy(address.sun_path, path);
    mask = umask(0177);
    result = bind(door->fd, (struct sockaddr *)&address, sizeof address);
    (void)umask(mask);
    if (result < 0)
        return fault_errno(error, "bind '%s'", path);
    door->path = g_strdup(path);
    if (listen(door->fd, BACKLOG) < 0)
        return fault_errno(error, "listen on '%s'", path);
    return true;
}

bool
door_open(Door *ret_door, const char *socket_path, int given, GError **error)
{
    g_auto(Door) door = DOOR_NONE;
    g_autofree char *folder = g_path_get_dirname(socket_path);

    door.fd = given;
    if (!check_folder(folder, error) || !take_lock(&door, socket_path, error))
        return false;
    if (given < 0 && !bind_socket(&door, socket_path, error))
        return false;
    if (!fd_set_nonblocking(door.fd, error))
        return false;
    *ret_door = door;
    door = DOOR_NONE;
    return true;
}

void
door_clear(Door *door)
{
    /* Removed while the lock is held: the next daemon's socket stays. */
    if (door->path != NULL)
        (void)unlink(door->path);
    g_clear_pointer(&door->path, g_free);
    fd_clear(&door->fd);
    fd_clear(&door->lock);
}

int
door_accept(const Door *door)
{
    fd_auto int fd =
        accept4(door->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct ucred peer;
    socklen_t size = sizeof peer;

    if (fd < 0)
        return -1;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
        peer.uid == geteuid())
        return fd_steal(&fd);
    errno = EAGAIN;
    return -1;
}
