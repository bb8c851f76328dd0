/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forgotten.c - the table of files not to be taken in again.
 */
#include "config.h"

#include "daemon/archive/forgotten.h"

#include "daemon/archive/connection.h"

bool
forgotten_add(Store *store, const char *path, GError **error)
{
    /* '0' is the character after '/': the range is all that lies below. */
    g_autofree char *from = g_strconcat(path, "/", NULL);
    g_autofree char *to = g_strconcat(path, "0", NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);

    return statement_run(
        store, error,
        "INSERT OR REPLACE INTO forgotten(path, size, mtime_ns)"
        " SELECT CAST(folder.path || '/' || name AS BLOB), size, mtime_ns"
        " FROM folder JOIN file ON file.folder = folder.id"
        " WHERE folder.path = ? OR (folder.path >= ? AND folder.path < ?)"
        " OR (folder.path = ? AND name = ?)",
        "ppppp", path, from, to, folder, name);
}

bool
forgotten_check(Store *store, const File *file, bool again, bool *ret_forgotten,
                GError **error)
{
    int64_t any, same;

    /* Nearly always empty: one look at it is all it costs then. */
    if (!statement_number(store, &any, 0, error,
                          "SELECT 1 FROM forgotten WHERE path = ?", "p",
                          file->path))
        return false;
    *ret_forgotten = false;
    if (any == 0)
        return true;
    if (!statement_number(store, &same, 0, error,
                          "SELECT size = ? AND mtime_ns = ?"
                          " FROM forgotten WHERE path = ?",
                          "iip", (int64_t)file->size_bytes, file->mtime_ns,
                          file->path))
        return false;
    if (same != 0 && !again) {
        *ret_forgotten = true;
        return true;
    }
    return statement_run(store, error, "DELETE FROM forgotten WHERE path = ?",
                         "p", file->path);
}
