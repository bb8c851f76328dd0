/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sources.h - where files come from: the table of apps and their folders.
 *
 * All on the loop: the table with this user's folders put in is kept from
 * one call to the next.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *name;  /* "wechat", for from: and JSON */
    const char *label; /* for people, translatable */
    /* Globs below the home folder, NULL-ended. {DOWNLOAD}, {DOCUMENTS},
     * {DESKTOP} and {PICTURES} stand for the XDG user folders, {WINE} for
     * the documents folder of each Wine prefix. */
    const char *const *globs;
} Source;

extern const Source sources_table[]; /* ended by a NULL name */

typedef struct {
    const Source *source;
    char *folder; /* absolute, no part of it a symbolic link */
} SourceFound;
void source_found_free(SourceFound *found);

/*
 * Folders of the table that exist for this user now; of SourceFound, given.
 * Reads user-dirs.dirs anew. A folder that holds the home folder itself is
 * left out: an XDG folder is switched off that way.
 *
 * sources_present has all of them, sources_discover what is to be watched:
 * of folders inside one another the outer one.
 */
GPtrArray *sources_present(const char *home);
GPtrArray *sources_discover(const char *home);
/* The source a path belongs to by its place, or NULL; the innermost wins. A
 * source's own folder belongs to what is around it. */
const Source *sources_of(const char *home, const char *path);
/* Origin as the file itself tells it: the web address of user.xdg.origin.url,
 * or else of user.xdg.referrer.url, without user, password, query and
 * fragment, all in ASCII, so that no look-alike letter deceives. A hint: any
 * program can write it. Given, or NULL. */
char *sources_origin(int fd);
