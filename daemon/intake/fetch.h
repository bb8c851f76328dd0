/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch.h - a path below a root as an open descriptor, its facts, its hash.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"

typedef struct {
    int fd; /* read-only; -1: closed */
    uint64_t size_bytes;
    int64_t mtime_ns, ctime_ns;
    uint64_t device, inode;
} Fetched;

void fetched_clear(Fetched *fetched);

/* What lstat says of @path, without opening it; ret_fetched->fd is -1.
 * Fails  FAULT_NOT_FOUND, FAULT_IO, FAULT_UNSUPPORTED: no regular file */
bool fetch_look(const char *path, Fetched *ret_fetched, GError **error);

/*
 * Open @path, which is @root or below it, without following any symbolic
 * link on the way down from @root and without blocking on a FIFO; only a
 * regular file is kept.
 *
 * Fails  FAULT_NOT_FOUND: gone meanwhile
 *        FAULT_IO: no permission, …
 *        FAULT_UNSUPPORTED: no regular file, or behind a link
 *        FAULT_LIMIT: more than @size_bytes_max, or sparse: a file that
 *        holds less than a tenth of the size it claims, above 64 MiB
 */
bool fetch_open(const char *root, const char *path, uint64_t size_bytes_max,
                Fetched *ret_fetched, GError **error);

/* SHA-256 of all of it. Fails  FAULT_IO, FAULT_CHANGED: size is another */
bool fetch_hash(const Fetched *fetched, uint8_t ret_hash[HASH_BYTES],
                GError **error);

/* Still the same bytes, and still what @path names? */
bool fetch_unchanged(const Fetched *fetched, const char *path);
