/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sources.h - where files come from: the table of apps and their folders.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *name;  /* "wechat", for from: and JSON */
    const char *label; /* for people, translatable */
    /* Globs below the home folder, NULL-ended; {DOWNLOAD}, {DOCUMENTS} and
     * {DESKTOP} stand for the XDG user folders. */
    const char *const *globs;
} Source;

extern const Source sources_table[]; /* ended by a NULL name */

typedef struct {
    const Source *source;
    char *folder; /* absolute */
} SourceFound;
void source_found_free(SourceFound *found);

/* Folders of the table that exist for this user; of SourceFound, given.
 * Folders inside one another once, the outer one. */
GPtrArray *sources_discover(const char *home);
/* The source a path belongs to by its place, or NULL; the innermost wins. */
const Source *sources_of(const char *home, const char *path);
/* Origin as the file itself tells it: user.xdg.origin.url, without user,
 * password and query. Given, or NULL. */
char *sources_origin(int fd);
