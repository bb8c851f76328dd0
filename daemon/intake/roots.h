/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roots.h - the folders watched, and whether they are there.
 *
 * A root that is unmounted, unplugged or emptied at a stroke is *away*:
 * nothing of it is deleted, and it is looked for until it is back.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/archive/store.h"
#include "daemon/intake/ledger.h"

typedef struct Roots Roots;

typedef struct {
    /* An away root's folder is there again: scan it. */
    void (*there)(const char *path, void *user);
    /* It became away (with the reason), or is back (NULL). */
    void (*changed)(const char *path, const char *away, void *user);
} RootsEvents;

/* @list (of Root) is taken; @ledger lent. */
Roots *roots_new(GPtrArray *list, Ledger *ledger, const RootsEvents *events,
                 void *user);
void roots_free(Roots *roots);

/* Of Root; lent until one is added or dropped. */
const GPtrArray *roots_all(const Roots *roots);
/* The innermost root @path is or lies below; lent, or NULL. */
const Root *roots_of(const Roots *roots, const char *path);
/* The root that is @path itself; lent, or NULL. */
const Root *roots_at(const Roots *roots, const char *path);

/*
 * Fails  FAULT_NOT_FOUND, FAULT_IO: it cannot be read
 *        FAULT_BAD_REQUEST: no folder
 */
bool roots_put(Roots *roots, const char *path, bool private, bool found,
               GError **error);
/* Fails  FAULT_NOT_FOUND: is no root */
bool roots_drop(Roots *roots, const char *path, GError **error);

/* @path is a root: it is away. */
void roots_away(Roots *roots, const char *path, const char *reason);
/* A file system was unmounted at @path: every root in or around it. */
void roots_unmounted(Roots *roots, const char *path);
/* After a scan: may the @missing of @known files be forgotten? When it looks
 * as if the root itself were gone, it becomes away instead. */
bool roots_may_delete(Roots *roots, const char *top, unsigned seen,
                      unsigned known, unsigned missing);
/* A scan of @top agreed with the archive: it is there, as it is now. */
void roots_present(Roots *roots, const char *top);

/* True when @path is @folder or lies below it. */
bool roots_is_below(const char *path, const char *folder);
