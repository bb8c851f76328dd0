/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roots.c - which folders are watched, and which of them are away.
 */
#include "config.h"

#include "daemon/intake/roots.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

enum {
    AWAY_EVERY_S = 30, /* look whether a folder is back; only while one is
                          away, so that an idle daemon never wakes */
    MANY_FILES = 50,   /* fewer may well be deleted at a stroke */
};

struct Roots {
    GPtrArray *list; /* of Root */
    Ledger *ledger;
    unsigned away_source;
    RootsEvents events;
    void *user;
};

bool
roots_is_below(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    if (n == 1)
        return path[0] == '/';
    return strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static Root *
innermost(const Roots *roots, const char *path)
{
    Root *best = NULL;

    for (unsigned i = 0; i < roots->list->len; i++) {
        Root *root = roots->list->pdata[i];

        if (roots_is_below(path, root->path) &&
            (best == NULL || strlen(root->path) > strlen(best->path)))
            best = root;
    }
    return best;
}

static Root *
exactly(const Roots *roots, const char *path)
{
    Root *root = innermost(roots, path);

    return root != NULL && strcmp(root->path, path) == 0 ? root : NULL;
}

const Root *
roots_of(const Roots *roots, const char *path)
{
    return innermost(roots, path);
}

const Root *
roots_at(const Roots *roots, const char *path)
{
    return exactly(roots, path);
}

const GPtrArray *
roots_all(const Roots *roots)
{
    return roots->list;
}

static void
enter(Roots *roots, const Root *root)
{
    LedgerEntry *entry = ledger_entry_new(LEDGER_ROOT);

    entry->root = g_memdup2(root, sizeof *root);
    entry->root->path = g_strdup(root->path);
    entry->urgent = true;
    ledger_put(roots->ledger, entry);
}

static gboolean
look_for_away(gpointer user)
{
    Roots *roots = user;
    bool any = false;

    for (unsigned i = 0; i < roots->list->len; i++) {
        const Root *root = roots->list->pdata[i];
        struct stat status;

        if (!root->away)
            continue;
        any = true;
        if (stat(root->path, &status) == 0 && S_ISDIR(status.st_mode))
            roots->events.there(root->path, roots->user);
    }
    if (any)
        return G_SOURCE_CONTINUE;
    roots->away_source = 0;
    return G_SOURCE_REMOVE;
}

static void
set_away(Roots *roots, Root *root, const char *reason)
{
    if (!root->away) {
        root->away = true;
        enter(roots, root);
        roots->events.changed(root->path, reason, roots->user);
    }
    if (roots->away_source == 0)
        roots->away_source =
            g_timeout_add_seconds(AWAY_EVERY_S, look_for_away, roots);
}

void
roots_away(Roots *roots, const char *path, const char *reason)
{
    Root *root = exactly(roots, path);

    if (root != NULL)
        set_away(roots, root, reason);
}

void
roots_unmounted(Roots *roots, const char *path)
{
    for (unsigned i = 0; i < roots->list->len; i++) {
        Root *root = roots->list->pdata[i];

        if (roots_is_below(root->path, path) ||
            roots_is_below(path, root->path))
            set_away(roots, root, "its file system was unmounted");
    }
}

/*
 * An unmounted disk looks like an empty folder. More than half of many files
 * gone at once is taken for that, and so is all of them where another file
 * system lies below the name now.
 */
bool
roots_may_delete(Roots *roots, const char *top, unsigned seen, unsigned known,
                 unsigned missing)
{
    Root *root = exactly(roots, top);
    struct stat status;
    bool other = false;

    if (root == NULL)
        return true;
    if (stat(top, &status) == 0)
        other = root->device != 0 && root->device != status.st_dev;
    if ((known > MANY_FILES && missing > known / 2) ||
        (other && missing > 0 && seen == 0)) {
        set_away(roots, root, "more than half of its files are gone");
        return false;
    }
    return true;
}

void
roots_present(Roots *roots, const char *top)
{
    Root *root = exactly(roots, top);
    struct stat status;
    bool was_away;

    if (root == NULL || stat(root->path, &status) < 0)
        return;
    was_away = root->away;
    if (!was_away && root->device == status.st_dev &&
        root->inode == status.st_ino)
        return;
    root->away = false;
    root->device = status.st_dev;
    root->inode = status.st_ino;
    enter(roots, root);
    if (was_away)
        roots->events.changed(root->path, NULL, roots->user);
}

bool
roots_put(Roots *roots, const char *path, bool private, bool found,
          GError **error)
{
    struct stat status;
    Root *root = exactly(roots, path);

    if (stat(path, &status) < 0)
        return fault_errno(error, "watch '%s'", path);
    if (!S_ISDIR(status.st_mode))
        return fault(error, FAULT_BAD_REQUEST, "'%s' is not a folder", path);
    if (access(path, R_OK | X_OK) < 0)
        return fault_errno(error, "watch '%s'", path);
    if (root == NULL) {
        root = g_new0(Root, 1);
        root->path = g_strdup(path);
        g_ptr_array_add(roots->list, root);
    }
    root->private = private;
    root->found = found;
    enter(roots, root);
    return true;
}

bool
roots_drop(Roots *roots, const char *path, GError **error)
{
    Root *root = exactly(roots, path);
    LedgerEntry *entry;

    if (root == NULL)
        return fault(error, FAULT_NOT_FOUND, "'%s' is not watched", path);
    entry = ledger_entry_new(LEDGER_UNROOT);
    entry->path = g_strdup(path);
    entry->urgent = true;
    ledger_put(roots->ledger, entry);
    g_ptr_array_remove(roots->list, root);
    return true;
}

Roots *
roots_new(GPtrArray *list, Ledger *ledger, const RootsEvents *events,
          void *user)
{
    Roots *roots = g_new0(Roots, 1);

    roots->list = list;
    roots->ledger = ledger;
    roots->events = *events;
    roots->user = user;
    return roots;
}

void
roots_free(Roots *roots)
{
    if (roots == NULL)
        return;
    g_clear_handle_id(&roots->away_source, g_source_remove);
    g_ptr_array_unref(roots->list);
    g_free(roots);
}
