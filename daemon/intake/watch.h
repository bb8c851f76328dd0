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

/* All on the loop. Paths are absolute bytes, lent for the call. */
typedef struct {
    /* A name that is no folder was closed after writing or moved in: read it
     * now (@settled), or it only appeared (a link, a writer just begun):
     * wait. It may be gone again, or be no regular file. */
    void (*touched)(const char *path, bool settled, void *user);
    /* Its attributes changed (times, xattr): look, no need to read. */
    void (*attributes)(const char *path, void *user);
    /* A name is no longer there; @folder: it was a folder, and all below it
     * is gone with it. */
    void (*gone)(const char *path, bool folder, void *user);
    /* Both ends were in watched folders, within one read or 50 ms. What was
     * at @to is replaced. A folder and those below stay watched, unless @to
     * may not be entered; one that was left out before is watched alone and
     * has to be scanned. */
    void (*moved)(const char *from, const char *to, bool folder, void *user);
    /* A folder appeared: it is watched already (so nothing made in it from
     * now on is missed); scan it for what came before. */
    void (*folder)(const char *path, void *user);
    /* Events were lost: scan everything below (NULL: all roots). */
    void (*lost)(const char *path, void *user);
    /* The file system that held the folder @path was unmounted; told for
     * each watched folder on it. */
    void (*unmounted)(const char *path, void *user);
} WatchEvents;

/* On the loop, asked before a subfolder is watched; false leaves the tree
 * out. */
typedef bool (*WatchEnter)(const char *path, void *user);

/* @events is copied.
 * Fails  FAULT_LIMIT: no inotify instance left (max_user_instances) */
Watch *watch_new(const WatchEvents *events, WatchEnter enter, void *user,
                 GError **error);
/* From outside its callbacks, once no other thread calls watch_add. */
void watch_free(Watch *watch);

/*
 * From any thread: watch @folder alone (scan adds the ones below as it
 * walks, so a tree is walked once). Already watched is no failure. When the
 * kernel has no watch left (ENOSPC), the folder joins those to be polled:
 * true all the same; adding it again tries again.
 *
 * Fails  FAULT_NOT_FOUND: not there, or not a folder, or a link to one
 *        FAULT_IO: no permission, …
 */
bool watch_add(Watch *watch, const char *folder, GError **error);
/* It and all below. Events the kernel had ready are dropped too. */
void watch_remove(Watch *watch, const char *folder);

unsigned watch_count(Watch *watch);
/* Folders without a kernel watch, of char *, lent until the next call, which
 * is from the loop; scan them now and then. */
GPtrArray *watch_polled(Watch *watch);
