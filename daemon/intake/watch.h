/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch.h - inotify as a few plain words: touched, gone, moved, new, lost.
 *
 * inotify is a hint; a scan is the truth. Watch tells what it saw, and when
 * it can no longer tell (overflow, no watches left) it says so, and a scan
 * has to look.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Watch Watch;

/* Paths are absolute bytes, lent for the call. */
typedef struct {
    /* A regular name was closed after writing or moved in: read it now
     * (@settled), or it only appeared (link, an open writer): wait. */
    void (*touched)(const char *path, bool settled, void *user);
    /* Its attributes changed (times, xattr): look, no need to read. */
    void (*attributes)(const char *path, void *user);
    /* A name is no longer there; @folder: it was a watched folder. */
    void (*gone)(const char *path, bool folder, void *user);
    /* Both ends were in watched folders, within one read or 50 ms. */
    void (*moved)(const char *from, const char *to, bool folder, void *user);
    /* A folder appeared: it is watched already (so nothing made in it from
     * now on is missed); scan it for what came before. */
    void (*folder)(const char *path, void *user);
    /* Events were lost: scan everything below (NULL: all roots). */
    void (*lost)(const char *path, void *user);
    /* The file system below @path was unmounted. */
    void (*unmounted)(const char *path, void *user);
} WatchEvents;

/* Asked before a subfolder is watched; false leaves the tree out. */
typedef bool (*WatchEnter)(const char *path, void *user);

/* Fails  FAULT_LIMIT: no inotify instance left (max_user_instances) */
Watch *watch_new(const WatchEvents *events, WatchEnter enter, void *user,
                 GError **error);
void watch_free(Watch *watch);

/*
 * Watch @folder alone (scan adds the ones below as it walks, so a tree is
 * walked once). Already watched is no failure. When the kernel has no watch
 * left (ENOSPC), the folder joins those to be polled: true all the same.
 *
 * Fails  FAULT_NOT_FOUND, FAULT_IO (no permission, …)
 */
bool watch_add(Watch *watch, const char *folder, GError **error);
/* It and all below. */
void watch_remove(Watch *watch, const char *folder);

unsigned watch_count(const Watch *watch);
/* Folders without a kernel watch, of char *, lent; scan them now and then. */
GPtrArray *watch_polled(const Watch *watch);
