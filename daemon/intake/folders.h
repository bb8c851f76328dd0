/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folders.h - folders by path and by inotify watch, in a tree.
 *
 * A name is held once, by its own node, so that a folder which is renamed
 * takes all below it along in one step, and fifty thousand of them are a few
 * megabytes. Pure; not to be used from two threads at once.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Folders Folders;

enum {
    FOLDERS_NONE = -2,   /* not here, or only as a parent of others */
    FOLDERS_POLLED = -1, /* here, without a watch */
};                       /* else a watch descriptor, from 0 */

Folders *folders_new(void);
void folders_free(Folders *folders);

/* @path (absolute) is watched by @watch, or FOLDERS_POLLED. Returns the watch
 * it had before, if that was another, else FOLDERS_NONE. */
int folders_put(Folders *folders, const char *path, int watch);
int folders_watch(Folders *folders, const char *path);
/* Given; NULL: no folder has that watch. */
char *folders_path(const Folders *folders, int watch);
/* The kernel has dropped @watch; the folders below stay. */
void folders_forget_watch(Folders *folders, int watch);

/* Take out @path and all below it; their watches are added to @watches (of
 * int). */
void folders_drop(Folders *folders, const char *path, GArray *watches);
/* @from and all below are at @to from now on; what was there is dropped into
 * @watches. No-op when @from is not here. */
void folders_move(Folders *folders, const char *from, const char *to,
                  GArray *watches);

unsigned folders_watched(const Folders *folders);
unsigned folders_polled(const Folders *folders);
/* Paths of those polled, added to @paths (of char *). */
void folders_list_polled(const Folders *folders, GPtrArray *paths);
