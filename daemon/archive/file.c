/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.c - names in folders.
 *
 * A path is kept as its folder, once, and its name, so that a folder of
 * thousands is read by one range and moved by one row.
 */
#include "config.h"

#include "daemon/archive/file.h"

#include <string.h>

#include "base/fault.h"
#include "daemon/archive/connection.h"

/* ---- paths ---- */

/* "/a/b" is "/a" and "b"; "/b" is "" and "b". The name, lent; the folder in
 * *ret_folder, given. */
static const char *
split_path(const char *path, char **ret_folder)
{
    const char *slash = strrchr(path, '/');

    g_assert(slash != NULL);
    *ret_folder = g_strndup(path, (size_t)(slash - path));
    return slash + 1;
}

/* Paths below @path are those from @path/ to before @path0, since '0'
 * follows '/' in ASCII. */
static char *
below_first(const char *path)
{
    return g_strconcat(path, "/", NULL);
}

static char *
below_end(const char *path)
{
    return g_strconcat(path, "0", NULL);
}

/* The folder "/" is kept as "", so that its children are "/name" too. */
static const char *
as_kept(const char *folder)
{
    return folder == NULL || strcmp(folder, "/") == 0 ? "" : folder;
}

/* The id of @folder, made when it is not there. */
static bool
need_folder(Store *store, const char *folder, int64_t *ret_id, GError **error)
{
    if (!statement_number(store, ret_id, 0, error,
                          "SELECT id FROM folder WHERE path = ?", "p", folder))
        return false;
    if (*ret_id != 0)
        return true;
    if (!statement_run(store, error, "INSERT INTO folder(path) VALUES(?)", "p",
                       folder))
        return false;
    *ret_id = sqlite3_last_insert_rowid(store->db);
    return true;
}

static bool
drop_empty_folder(Store *store, int64_t id, GError **error)
{
    return statement_run(store, error,
                         "DELETE FROM folder WHERE id = ?1 AND NOT EXISTS"
                         " (SELECT 1 FROM file WHERE folder = ?1)",
                         "i", id);
}

/* ---- files, read ---- */

static const char *const state_names[] = {
    [FILE_WAITING] = "waiting",   [FILE_INDEXED] = "indexed",
    [FILE_PARTIAL] = "partial",   [FILE_FAILED] = "failed",
    [FILE_EXCLUDED] = "excluded",
};

const char *
file_state_name(FileState state)
{
    g_assert((size_t)state < G_N_ELEMENTS(state_names));
    return state_names[state];
}

void
file_free(File *file)
{
    if (file == NULL)
        return;
    g_free(file->path);
    g_free(file->reason);
    g_free(file->source);
    g_free(file->origin);
    g_free(file);
}

#define FILE_SELECT                                                            \
    "SELECT file.id, folder.path, file.name, size, mtime_ns, ctime_ns,"        \
    " device, inode, arrived_ms, document, state, fault, reason, source,"      \
    " origin, opened_ms FROM file JOIN folder ON folder.id = file.folder"

static File *
read_file(Statement *statement)
{
    File *file = g_new0(File, 1);
    g_autofree char *folder = statement_text(statement, 1);
    g_autofree char *name = statement_text(statement, 2);
    int state = sqlite3_column_int(statement, 10);

    file->id = sqlite3_column_int64(statement, 0);
    file->path = g_strconcat(folder, "/", name, NULL);
    file->size_bytes = (uint64_t)sqlite3_column_int64(statement, 3);
    file->mtime_ns = sqlite3_column_int64(statement, 4);
    file->ctime_ns = sqlite3_column_int64(statement, 5);
    file->device = (uint64_t)sqlite3_column_int64(statement, 6);
    file->inode = (uint64_t)sqlite3_column_int64(statement, 7);
    file->arrived_ms = sqlite3_column_int64(statement, 8);
    file->document = sqlite3_column_int64(statement, 9);
    file->state = (FileState)CLAMP(state, FILE_WAITING, FILE_EXCLUDED);
    file->fault = sqlite3_column_int(statement, 11);
    file->reason = statement_text(statement, 12);
    file->source = statement_text(statement, 13);
    file->origin = statement_text(statement, 14);
    file->opened_ms = sqlite3_column_int64(statement, 15);
    return file;
}

static File *
read_one(Store *store, Statement *statement, GError **error)
{
    if (statement == NULL || statement_step(store, statement, error) != 1)
        return NULL;
    return read_file(statement);
}

static GPtrArray *
read_all(Store *store, Statement *statement, GError **error)
{
    g_autoptr(GPtrArray) files =
        g_ptr_array_new_with_free_func((GDestroyNotify)file_free);
    int got;

    if (statement == NULL)
        return NULL;
    while ((got = statement_step(store, statement, error)) == 1)
        g_ptr_array_add(files, read_file(statement));
    return got == 0 ? g_steal_pointer(&files) : NULL;
}

File *
store_file(Store *store, const char *path, GError **error)
{
    g_autofree char *folder = NULL;
    const char *name = split_path(path, &folder);
    g_autoptr(Statement) statement = statement_new(
        store, error, FILE_SELECT " WHERE folder.path = ? AND file.name = ?",
        "pp", folder, name);

    return read_one(store, statement, error);
}

File *
store_file_by_id(Store *store, int64_t id, GError **error)
{
    g_autoptr(Statement) statement =
        statement_new(store, error, FILE_SELECT " WHERE file.id = ?", "i", id);

    return read_one(store, statement, error);
}

File *
store_file_by_inode(Store *store, uint64_t device, uint64_t inode,
                    GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        store, error, FILE_SELECT " WHERE inode = ? AND device = ? LIMIT 1",
        "ii", (int64_t)inode, (int64_t)device);

    return read_one(store, statement, error);
}

GPtrArray *
store_files_of(Store *store, int64_t document, GError **error)
{
    g_autoptr(Statement) statement =
        statement_new(store, error,
                      FILE_SELECT " WHERE document = ?"
                                  " ORDER BY arrived_ms DESC",
                      "i", document);

    return read_all(store, statement, error);
}

GPtrArray *
store_files_in(Store *store, const char *folder, GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        store, error, FILE_SELECT " WHERE folder.path = ? ORDER BY file.name",
        "p", as_kept(folder));

    return read_all(store, statement, error);
}

GPtrArray *
store_folders_below(Store *store, const char *folder, GError **error)
{
    g_autofree char *first = below_first(as_kept(folder));
    g_autofree char *end = below_end(as_kept(folder));
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Statement) statement =
        statement_new(store, error,
                      "SELECT path FROM folder WHERE path = ?1"
                      " OR (path >= ?2 AND path < ?3) ORDER BY path",
                      "ppp", as_kept(folder), first, end);
    int got;

    if (statement == NULL)
        return NULL;
    while ((got = statement_step(store, statement, error)) == 1)
        g_ptr_array_add(folders, statement_text(statement, 0));
    return got == 0 ? g_steal_pointer(&folders) : NULL;
}

GPtrArray *
store_files_by_state(Store *store, FileState state, const char *folder,
                     unsigned limit, GError **error)
{
    g_autofree char *first = below_first(as_kept(folder));
    g_autofree char *end = below_end(as_kept(folder));
    g_autoptr(Statement) statement = statement_new(
        store, error,
        FILE_SELECT " WHERE state = ?1 AND (folder.path = ?2 OR"
                    " (folder.path >= ?3 AND folder.path < ?4))"
                    " ORDER BY arrived_ms DESC LIMIT ?5",
        "ipppi", (int64_t)state, as_kept(folder), first, end, (int64_t)limit);

    return read_all(store, statement, error);
}

GPtrArray *
store_recent(Store *store, unsigned limit, const char *folder, GError **error)
{
    g_autofree char *first = below_first(as_kept(folder));
    g_autofree char *end = below_end(as_kept(folder));
    g_autoptr(Statement) statement =
        statement_new(store, error,
                      /* '+' keeps the planner to the index by arrival. */
                      FILE_SELECT " WHERE (+folder.path = ?1 OR"
                                  " (+folder.path >= ?2 AND +folder.path < ?3))"
                                  " ORDER BY arrived_ms DESC LIMIT ?4",
                      "pppi", as_kept(folder), first, end, (int64_t)limit);

    return read_all(store, statement, error);
}

/* ---- files, written ---- */

static bool
insert_file(Store *store, File *file, int64_t folder, const char *name,
            GError **error)
{
    if (!statement_run(
            store, error,
            "INSERT INTO file(folder, name, size, mtime_ns, ctime_ns, device,"
            " inode, arrived_ms, document, state, fault, reason, source,"
            " origin, opened_ms)"
            " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            "ipiiiiiiiiittti", folder, name, (int64_t)file->size_bytes,
            file->mtime_ns, file->ctime_ns, (int64_t)file->device,
            (int64_t)file->inode, file->arrived_ms, file->document,
            (int64_t)file->state, (int64_t)file->fault, file->reason,
            file->source, file->origin, file->opened_ms))
        return false;
    file->id = sqlite3_last_insert_rowid(store->db);
    connection_change(store, CHANGE_NAME_PUT, file->id, g_strdup(file->path),
                      file->arrived_ms);
    return true;
}

static bool
update_file(Store *store, File *file, const File *old, GError **error)
{
    file->id = old->id;
    file->arrived_ms = old->arrived_ms;
    file->opened_ms = old->opened_ms;
    return statement_run(
        store, error,
        "UPDATE file SET size = ?, mtime_ns = ?, ctime_ns = ?, device = ?,"
        " inode = ?, document = ?, state = ?, fault = ?, reason = ?,"
        " source = ?, origin = ? WHERE id = ?",
        "iiiiiiiittti", (int64_t)file->size_bytes, file->mtime_ns,
        file->ctime_ns, (int64_t)file->device, (int64_t)file->inode,
        file->document, (int64_t)file->state, (int64_t)file->fault,
        file->reason, file->source, file->origin, file->id);
}

bool
store_put_file(Store *store, File *file, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    g_autoptr(File) old = NULL;
    g_autoptr(GError) inner = NULL;
    g_autofree char *folder = NULL;
    const char *name = split_path(file->path, &folder);
    int64_t folder_id;

    if (!transaction_begin(&work, store, error))
        return false;
    old = store_file(store, file->path, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    if (old != NULL) {
        if (!update_file(store, file, old, error) ||
            (old->document != file->document &&
             !document_settle(store, old->document, error)))
            return false;
    } else if (!need_folder(store, folder, &folder_id, error) ||
               !insert_file(store, file, folder_id, name, error)) {
        return false;
    }
    return document_settle(store, file->document, error) &&
           transaction_commit(&work, error);
}

/* One file's row, with its document when it was the last. */
static bool
drop_file(Store *store, int64_t id, int64_t document, GError **error)
{
    if (!statement_run(store, error, "DELETE FROM file WHERE id = ?", "i", id))
        return false;
    connection_change(store, CHANGE_NAME_DROP, id, NULL, 0);
    return document_settle(store, document, error);
}

bool
store_forget_file(Store *store, const char *path, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    g_autofree char *folder = NULL;
    const char *name = split_path(path, &folder);
    g_autoptr(Statement) statement = NULL;
    int64_t id, document, folder_id;
    int got;

    if (!transaction_begin(&work, store, error))
        return false;
    statement = statement_new(
        store, error,
        "SELECT file.id, document, folder.id FROM file JOIN folder"
        " ON folder.id = file.folder WHERE folder.path = ? AND file.name = ?",
        "pp", folder, name);
    if (statement == NULL ||
        (got = statement_step(store, statement, error)) < 0)
        return false;
    if (got == 0)
        return transaction_commit(&work, error);
    id = sqlite3_column_int64(statement, 0);
    document = sqlite3_column_int64(statement, 1);
    folder_id = sqlite3_column_int64(statement, 2);
    return drop_file(store, id, document, error) &&
           drop_empty_folder(store, folder_id, error) &&
           transaction_commit(&work, error);
}

static bool
forget_folder(Store *store, const char *folder, unsigned *count, GError **error)
{
    g_autoptr(GPtrArray) files = store_files_in(store, folder, error);

    if (files == NULL)
        return false;
    for (guint i = 0; i < files->len; i++) {
        const File *file = files->pdata[i];

        if (!drop_file(store, file->id, file->document, error))
            return false;
    }
    *count += files->len;
    return statement_run(store, error, "DELETE FROM folder WHERE path = ?", "p",
                         folder);
}

bool
store_forget_tree(Store *store, const char *path, unsigned *ret_count,
                  GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    g_autoptr(GPtrArray) folders = NULL;
    g_autoptr(GError) inner = NULL;
    g_autoptr(File) itself = NULL;
    unsigned count = 0;

    if (!transaction_begin(&work, store, error))
        return false;
    itself = store_file(store, path, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    if (itself != NULL) {
        count = 1;
        if (!store_forget_file(store, path, error))
            return false;
    }
    folders = store_folders_below(store, path, error);
    if (folders == NULL)
        return false;
    for (guint i = 0; i < folders->len; i++)
        if (!forget_folder(store, folders->pdata[i], &count, error))
            return false;
    if (!transaction_commit(&work, error))
        return false;
    *ret_count = count;
    return true;
}

/* ---- files, moved ---- */

static bool
move_file(Store *store, const File *file, const char *to, GError **error)
{
    g_autofree char *old_folder = NULL;
    g_autofree char *folder = NULL;
    const char *name = split_path(to, &folder);
    int64_t id, old_id;

    (void)split_path(file->path, &old_folder);
    if (!need_folder(store, folder, &id, error) ||
        !statement_number(store, &old_id, 0, error,
                          "SELECT folder FROM file WHERE id = ?", "i",
                          file->id) ||
        !statement_run(store, error,
                       "UPDATE file SET folder = ?, name = ? WHERE id = ?",
                       "ipi", id, name, file->id) ||
        !drop_empty_folder(store, old_id, error))
        return false;
    connection_change(store, CHANGE_NAME_PUT, file->id, g_strdup(to),
                      file->arrived_ms);
    return true;
}

/* One folder of a tree that moved: its row, and the names in memory. */
static bool
move_folder(Store *store, const char *folder, const char *to, GError **error)
{
    g_autoptr(GPtrArray) files = store_files_in(store, folder, error);

    if (files == NULL ||
        !statement_run(store, error,
                       "UPDATE folder SET path = ? WHERE path = ?", "pp", to,
                       folder))
        return false;
    for (guint i = 0; i < files->len; i++) {
        const File *file = files->pdata[i];

        connection_change(store, CHANGE_NAME_PUT, file->id,
                          g_strconcat(to, strrchr(file->path, '/'), NULL),
                          file->arrived_ms);
    }
    return true;
}

static bool
is_below(const char *path, const char *folder)
{
    size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 && path[size] == '/';
}

static bool
move_tree(Store *store, const char *from, const char *to, GError **error)
{
    g_autoptr(GPtrArray) folders = store_folders_below(store, from, error);

    if (folders == NULL)
        return false;
    for (guint i = 0; i < folders->len; i++) {
        const char *folder = folders->pdata[i];
        g_autofree char *moved = g_strconcat(to, folder + strlen(from), NULL);

        if (!move_folder(store, folder, moved, error))
            return false;
    }
    return true;
}

bool
store_move(Store *store, const char *from, const char *to, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    g_autoptr(GError) inner = NULL;
    g_autoptr(File) file = NULL;
    unsigned replaced;

    if (strcmp(from, to) == 0)
        return true;
    if (is_below(from, to) || is_below(to, from))
        return fault(error, FAULT_BAD_REQUEST,
                     "a folder cannot take the place of one it is in");
    if (!transaction_begin(&work, store, error))
        return false;
    file = store_file(store, from, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    return store_forget_tree(store, to, &replaced, error) &&
           (file == NULL || move_file(store, file, to, error)) &&
           move_tree(store, from, to, error) &&
           transaction_commit(&work, error);
}

bool
store_opened(Store *store, const char *path, int64_t now_ms, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    g_autofree char *folder = NULL;
    const char *name = split_path(path, &folder);

    return transaction_begin(&work, store, error) &&
           statement_run(store, error,
                         "UPDATE file SET opened_ms = ? WHERE name = ? AND"
                         " folder = (SELECT id FROM folder WHERE path = ?)",
                         "ipp", now_ms, name, folder) &&
           transaction_commit(&work, error);
}
