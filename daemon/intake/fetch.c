/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch.c - opens what a stranger may have put there, and nothing else.
 *
 * Between the event and the open, a name can become a link to a secret, a
 * FIFO that never answers or a device that acts when it is opened. openat2
 * with RESOLVE_NO_SYMLINKS and O_NONBLOCK rules out each.
 */
#include "config.h"

#include "daemon/intake/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

enum {
    HASH_CHUNK_BYTES = 256 * 1024,
    SPARSE_FROM_BYTES = 64 * 1024 * 1024,
    SPARSE_SHARE = 10,      /* less than a tenth on disk */
    STAT_BLOCK_BYTES = 512, /* of st_blocks, whatever the file system */
};

void
fetched_clear(Fetched *fetched)
{
    fd_clear(&fetched->fd);
}

static int64_t
in_ns(struct timespec t)
{
    return (int64_t)t.tv_sec * G_GINT64_CONSTANT(1000000000) + t.tv_nsec;
}

static void
take_facts(const struct stat *status, Fetched *ret_fetched)
{
    ret_fetched->size_bytes = (uint64_t)status->st_size;
    ret_fetched->mtime_ns = in_ns(status->st_mtim);
    ret_fetched->ctime_ns = in_ns(status->st_ctim);
    ret_fetched->device = status->st_dev;
    ret_fetched->inode = status->st_ino;
}

bool
fetch_look(const char *path, Fetched *ret_fetched, GError **error)
{
    struct stat status;

    ret_fetched->fd = -1;
    if (lstat(path, &status) < 0)
        return fault_errno(error, "stat");
    if (!S_ISREG(status.st_mode))
        return fault(error, FAULT_UNSUPPORTED, "not a regular file");
    take_facts(&status, ret_fetched);
    return true;
}

static bool
check_size(const struct stat *status, uint64_t size_bytes_max, GError **error)
{
    uint64_t size = (uint64_t)status->st_size;
    uint64_t on_disk = (uint64_t)status->st_blocks * STAT_BLOCK_BYTES;

    if (size > SPARSE_FROM_BYTES && on_disk < size / SPARSE_SHARE) {
        return fault(error, FAULT_LIMIT,
                     "a sparse file: it claims %" G_GUINT64_FORMAT
                     " MB and holds %" G_GUINT64_FORMAT " MB",
                     size / 1000000, on_disk / 1000000);
    }
    if (size > size_bytes_max) {
        return fault(error, FAULT_LIMIT,
                     "%" G_GUINT64_FORMAT
                     " MB, more than index.max_file_size (%" G_GUINT64_FORMAT
                     " MB)",
                     size / 1000000, size_bytes_max / 1000000);
    }
    return true;
}

/* "" for @root itself. */
static const char *
path_below(const char *root, const char *path)
{
    size_t n = strlen(root);

    g_assert(strncmp(path, root, n) == 0);
    path += n;
    while (*path == '/')
        path++;
    return path;
}

bool
fetch_open(const char *root, const char *path, uint64_t size_bytes_max,
           Fetched *ret_fetched, GError **error)
{
    struct open_how how = {
        .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC,
        .resolve =
            RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    fd_auto int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    fd_auto int fd = -1;
    struct stat status;

    if (top < 0)
        return fault_errno(error, "open the folder");
    fd = (int)syscall(SYS_openat2, top, path_below(root, path), &how,
                      sizeof how);
    if (fd < 0 && (errno == ELOOP || errno == EXDEV))
        return fault(error, FAULT_UNSUPPORTED, "behind a symbolic link");
    if (fd < 0 && errno == ENXIO)
        return fault(error, FAULT_UNSUPPORTED, "not a regular file");
    if (fd < 0)
        return fault_errno(error, "open");
    if (fstat(fd, &status) < 0)
        return fault_errno(error, "stat");
    if (!S_ISREG(status.st_mode))
        return fault(error, FAULT_UNSUPPORTED, "not a regular file");
    take_facts(&status, ret_fetched);
    if (!check_size(&status, size_bytes_max, error))
        return false;
    ret_fetched->fd = fd_steal(&fd);
    return true;
}

bool
fetch_hash(const Fetched *fetched, uint8_t ret_hash[HASH_BYTES], GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree guchar *chunk = NULL;
    size_t room = MIN(fetched->size_bytes + 1, HASH_CHUNK_BYTES);
    gsize n_hash = HASH_BYTES;
    uint64_t at = 0;

    chunk = g_malloc(room);
    for (;;) {
        ssize_t n = pread(fetched->fd, chunk, room, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault_errno(error, "read");
        if (n == 0)
            break;
        g_checksum_update(sum, chunk, n);
        at += (uint64_t)n;
        if (at > fetched->size_bytes)
            break;
    }
    if (at != fetched->size_bytes)
        return fault(error, FAULT_CHANGED, "it grew or shrank while read");
    g_checksum_get_digest(sum, ret_hash, &n_hash);
    return true;
}

bool
fetch_unchanged(const Fetched *fetched, const char *path)
{
    struct stat now, named;
    Fetched again = {.fd = -1};

    if (fstat(fetched->fd, &now) < 0 || lstat(path, &named) < 0)
        return false;
    take_facts(&now, &again);
    /* ctime is left out: a rename or a chmod moves it, the bytes stay. */
    return again.size_bytes == fetched->size_bytes &&
           again.mtime_ns == fetched->mtime_ns && named.st_ino == now.st_ino &&
           named.st_dev == now.st_dev;
}
