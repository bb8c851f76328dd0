/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.c - the archive as a whole: opening it, what it watches, its figures
 * and its upkeep.
 */
#include "config.h"

#include "daemon/archive/store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "daemon/archive/connection.h"
#include "daemon/archive/document.h"
#include "daemon/archive/schema.h"

enum {
    /* What FTS5 gathers before it writes a segment. */
    IDLE_HASH_BYTES = 1024 * 1024,
    BULK_HASH_BYTES = 32 * 1024 * 1024,
    /* Segments of a level that begin a merge; 0: none by themselves. */
    IDLE_AUTOMERGE = 4,
    BULK_AUTOMERGE = 0,
    TIDY_MERGE_PAGES = 200, /* written by one step of a merge */
};
#define TIDY_VACUUM_PAGES "2000"

/* ---- the archive ---- */

/* Made by us, so that nobody else may read it whatever the umask. */
static bool
make_database(Archive *archive, GError **error)
{
    fd_auto int fd = open(archive->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return fault_errno(error, "open '%s'", archive->path);
    archive->is_new = status.st_size == 0;
    return true;
}

static bool
load_names(Store *store, GError **error)
{
    g_autoptr(Statement) statement =
        statement_new(store, error,
                      "SELECT file.id, folder.path, file.name, file.arrived_ms"
                      " FROM file JOIN folder ON folder.id = file.folder",
                      "");
    g_autoptr(GString) path = g_string_new(NULL);
    int got;

    if (statement == NULL)
        return false;
    while ((got = statement_step(store, statement, error)) == 1) {
        g_string_truncate(path, 0);
        g_string_append_len(path, sqlite3_column_blob(statement, 1),
                            sqlite3_column_bytes(statement, 1));
        g_string_append_c(path, '/');
        g_string_append_len(path, sqlite3_column_blob(statement, 2),
                            sqlite3_column_bytes(statement, 2));
        names_put(store->archive->names, sqlite3_column_int64(statement, 0),
                  path->str, sqlite3_column_int64(statement, 3));
    }
    return got == 0;
}

static bool
load_ranks(Store *store, GError **error)
{
    g_autoptr(Statement) lengths =
        statement_new(store, error, "SELECT id, tokens FROM document", "");
    g_autoptr(Statement) arrivals = statement_new(
        store, error,
        "SELECT document, max(arrived_ms) FROM file WHERE document > 0"
        " GROUP BY document",
        "");
    int got;

    if (lengths == NULL || arrivals == NULL)
        return false;
    while ((got = statement_step(store, lengths, error)) == 1)
        rank_put(store->archive->rank, sqlite3_column_int64(lengths, 0),
                 (uint32_t)sqlite3_column_int64(lengths, 1));
    while (got == 0 && (got = statement_step(store, arrivals, error)) == 1) {
        rank_arrived(store->archive->rank, sqlite3_column_int64(arrivals, 0),
                     sqlite3_column_int64(arrivals, 1));
        got = 0;
    }
    return got == 0;
}

Archive *
archive_open(const char *path, GError **error)
{
    g_autoptr(Archive) archive = g_new0(Archive, 1);
    g_autoptr(Store) store = NULL;

    archive->path = g_strdup(path);
    archive->names = names_new();
    archive->rank = rank_new();
    if (!make_database(archive, error))
        return NULL;
    store = connection_open(archive, true, error);
    if (store == NULL || !schema_prepare(store->db, error) ||
        !load_names(store, error) || !load_ranks(store, error)) {
        fault_prefix(error, "index '%s'", path);
        return NULL;
    }
    return g_steal_pointer(&archive);
}

void
archive_free(Archive *archive)
{
    if (archive == NULL)
        return;
    g_free(archive->path);
    names_free(archive->names);
    rank_free(archive->rank);
    g_free(archive);
}

bool
archive_is_new(const Archive *archive)
{
    return archive->is_new;
}

static Store *
open_store(Archive *archive, bool writer, GError **error)
{
    g_autoptr(Store) store = connection_open(archive, writer, error);

    if (store == NULL || !document_register(store, error) ||
        !rank_register(store->db, error))
        return NULL;
    return g_steal_pointer(&store);
}

Store *
store_open_writer(Archive *archive, GError **error)
{
    return open_store(archive, true, error);
}

Store *
store_open_reader(Archive *archive, GError **error)
{
    return open_store(archive, false, error);
}

/* ---- folders watched ---- */

void
root_free(Root *root)
{
    if (root == NULL)
        return;
    g_free(root->path);
    g_free(root);
}

GPtrArray *
store_roots(Store *store, GError **error)
{
    g_autoptr(GPtrArray) roots =
        g_ptr_array_new_with_free_func((GDestroyNotify)root_free);
    g_autoptr(Statement) statement = statement_new(
        store, error,
        "SELECT id, path, private, found, away, device, inode FROM root"
        " ORDER BY path",
        "");
    int got;

    if (statement == NULL)
        return NULL;
    while ((got = statement_step(store, statement, error)) == 1) {
        Root *root = g_new0(Root, 1);

        root->id = sqlite3_column_int64(statement, 0);
        root->path = statement_text(statement, 1);
        root->private = sqlite3_column_int(statement, 2) != 0;
        root->found = sqlite3_column_int(statement, 3) != 0;
        root->away = sqlite3_column_int(statement, 4) != 0;
        root->device = (uint64_t)sqlite3_column_int64(statement, 5);
        root->inode = (uint64_t)sqlite3_column_int64(statement, 6);
        g_ptr_array_add(roots, root);
    }
    return got == 0 ? g_steal_pointer(&roots) : NULL;
}

bool
store_put_root(Store *store, const Root *root, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;

    return transaction_begin(&work, store, error) &&
           statement_run(store, error,
                         "INSERT INTO root(path, private, found, away, device,"
                         " inode) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
                         " ON CONFLICT(path) DO UPDATE SET private = ?2,"
                         " found = ?3, away = ?4, device = ?5, inode = ?6",
                         "piiiii", root->path, (int64_t)root->private,
                         (int64_t)root->found, (int64_t)root->away,
                         (int64_t)root->device, (int64_t)root->inode) &&
           transaction_commit(&work, error);
}

bool
store_drop_root(Store *store, const char *path, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    unsigned count;

    return transaction_begin(&work, store, error) &&
           statement_run(store, error, "DELETE FROM root WHERE path = ?", "p",
                         path) &&
           store_forget_tree(store, path, &count, error) &&
           transaction_commit(&work, error);
}

/* ---- the whole ---- */

static bool
count_files(Store *store, StoreCounts *counts, GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        store, error, "SELECT state, count(*) FROM file GROUP BY state", "");
    int got;

    if (statement == NULL)
        return false;
    while ((got = statement_step(store, statement, error)) == 1) {
        int state = sqlite3_column_int(statement, 0);
        uint64_t count = (uint64_t)sqlite3_column_int64(statement, 1);

        counts->files += count;
        if (state >= 0 && state <= FILE_EXCLUDED)
            counts->by_state[state] = count;
    }
    return got == 0;
}

static bool
count_documents(Store *store, StoreCounts *counts, GError **error)
{
    g_autoptr(Statement) statement =
        statement_new(store, error,
                      "SELECT count(*), sum(n_passages), sum(text_bytes),"
                      " (SELECT page_count FROM pragma_page_count) *"
                      " (SELECT page_size FROM pragma_page_size) FROM document",
                      "");

    if (statement == NULL || statement_step(store, statement, error) != 1)
        return false;
    counts->documents = (uint64_t)sqlite3_column_int64(statement, 0);
    counts->passages = (uint64_t)sqlite3_column_int64(statement, 1);
    counts->text_bytes = (uint64_t)sqlite3_column_int64(statement, 2);
    counts->database_bytes = (uint64_t)sqlite3_column_int64(statement, 3);
    return true;
}

bool
store_counts(Store *store, StoreCounts *ret_counts, GError **error)
{
    StoreCounts counts = {0};

    if (!count_files(store, &counts, error) ||
        !count_documents(store, &counts, error))
        return false;
    *ret_counts = counts;
    return true;
}

static bool
set_words(Store *store, const char *what, int64_t number, GError **error)
{
    return statement_run(store, error,
                         "INSERT INTO words(words, rank) VALUES(?, ?)", "ti",
                         what, number);
}

bool
store_set_bulk(Store *store, bool bulk, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;

    return transaction_begin(&work, store, error) &&
           set_words(store, "hashsize",
                     bulk ? BULK_HASH_BYTES : IDLE_HASH_BYTES, error) &&
           set_words(store, "automerge", bulk ? BULK_AUTOMERGE : IDLE_AUTOMERGE,
                     error) &&
           transaction_commit(&work, error);
}

/* What a merge did shows in the count of changes: less than two is nothing
 * (SQLite's own advice). */
static bool
merge_some(Store *store, bool *ret_more, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    int before = sqlite3_total_changes(store->db);

    if (!transaction_begin(&work, store, error) ||
        !set_words(store, "merge", TIDY_MERGE_PAGES, error) ||
        !transaction_commit(&work, error))
        return false;
    *ret_more = sqlite3_total_changes(store->db) - before >= 2;
    return true;
}

bool
store_tidy(Store *store, bool *ret_more, GError **error)
{
    bool more;
    int64_t free_pages;

    if (!merge_some(store, &more, error))
        return false;
    if (more) {
        *ret_more = true;
        return true;
    }
    if (!statement_run(store, error,
                       "PRAGMA incremental_vacuum(" TIDY_VACUUM_PAGES ")",
                       "") ||
        !statement_number(store, &free_pages, 0, error, "PRAGMA freelist_count",
                          ""))
        return false;
    *ret_more = free_pages > 0;
    if (free_pages > 0)
        return true;
    return statement_run(store, error, "PRAGMA wal_checkpoint(TRUNCATE)", "");
}
