/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * connection.c - opening SQLite safely, statements, faults, transactions.
 *
 * Nothing in the file is trusted more than it must be: the schema may not
 * call what is not marked harmless, and shadow tables are closed to SQL.
 */
#include "config.h"

#include "daemon/archive/connection.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/fault.h"

/* mmap spares readers a copy of each page; half a gigabyte of address space
 * covers the index of 200,000 documents. A writer does not gain by it. */
#define READER_MMAP_BYTES "536870912"

static const char writer_pragmas[] =
    /* These two only while the database is empty, before WAL. */
    "PRAGMA page_size=16384;"
    "PRAGMA auto_vacuum=INCREMENTAL;"
    "PRAGMA journal_mode=WAL;"
    /* Commits may be lost with the power, never the database; what is lost
     * is read again from the files. */
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA journal_size_limit=67108864;"
    "PRAGMA cache_size=-16384;";

static const char reader_pragmas[] = "PRAGMA mmap_size=" READER_MMAP_BYTES ";"
                                     "PRAGMA cache_size=-4096;"
                                     "PRAGMA query_only=ON;";

static const char all_pragmas[] = "PRAGMA trusted_schema=OFF;"
                                  "PRAGMA cell_size_check=ON;"
                                  "PRAGMA temp_store=MEMORY;";

bool
connection_fault(sqlite3 *db, GError **error, const char *doing)
{
    int code = db != NULL ? sqlite3_errcode(db) : SQLITE_NOMEM;
    FaultCode as = FAULT_STORE;

    switch (code & 0xff) {
    case SQLITE_FULL:
        as = FAULT_FULL;
        break;
    case SQLITE_INTERRUPT:
        as = FAULT_CANCELLED;
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        as = FAULT_BUSY;
        break;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        as = FAULT_IO;
        if (sqlite3_system_errno(db) == ENOSPC ||
            sqlite3_system_errno(db) == EDQUOT)
            as = FAULT_FULL;
        break;
    case SQLITE_NOMEM:
        as = FAULT_INTERNAL;
        break;
    default:
        break;
    }
    return fault(error, as, "%s: %s", doing,
                 db != NULL ? sqlite3_errmsg(db) : "out of memory");
}

bool
connection_run(sqlite3 *db, const char *sql, GError **error)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return connection_fault(db, error, "database");
    return true;
}

/* ---- statements ---- */

void
statement_done(Statement *statement)
{
    if (statement == NULL)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void
bind(Statement *statement, const char *kinds, va_list args)
{
    for (int i = 1; kinds[i - 1] != '\0'; i++) {
        const void *bytes;

        switch (kinds[i - 1]) {
        case 'i':
            sqlite3_bind_int64(statement, i, va_arg(args, int64_t));
            break;
        case 't':
            /* Ended by NUL, so that FTS5 is handed this very pointer. */
            sqlite3_bind_text(statement, i, va_arg(args, const char *), -1,
                              SQLITE_STATIC);
            break;
        case 'p':
            bytes = va_arg(args, const char *);
            sqlite3_bind_blob64(statement, i, bytes, strlen(bytes),
                                SQLITE_STATIC);
            break;
        case 'b':
            bytes = va_arg(args, const void *);
            sqlite3_bind_blob64(statement, i, bytes, va_arg(args, size_t),
                                SQLITE_STATIC);
            break;
        default:
            g_assert_not_reached();
        }
    }
}

static Statement *
statement_new_va(Store *store, GError **error, const char *sql,
                 const char *kinds, va_list args)
{
    Statement *statement = g_hash_table_lookup(store->statements, sql);

    if (statement == NULL) {
        if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                               &statement, NULL) != SQLITE_OK) {
            connection_fault(store->db, error, "database");
            return NULL;
        }
        g_hash_table_insert(store->statements, (gpointer)sql, statement);
    }
    bind(statement, kinds, args);
    return statement;
}

Statement *
statement_new(Store *store, GError **error, const char *sql, const char *kinds,
              ...)
{
    Statement *statement;
    va_list args;

    va_start(args, kinds);
    statement = statement_new_va(store, error, sql, kinds, args);
    va_end(args);
    return statement;
}

int
statement_step(Store *store, Statement *statement, GError **error)
{
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return 1;
    if (code == SQLITE_DONE)
        return 0;
    connection_fault(store->db, error, "database");
    return -1;
}

bool
statement_run(Store *store, GError **error, const char *sql, const char *kinds,
              ...)
{
    g_autoptr(Statement) statement = NULL;
    va_list args;
    int got;

    va_start(args, kinds);
    statement = statement_new_va(store, error, sql, kinds, args);
    va_end(args);
    if (statement == NULL)
        return false;
    while ((got = statement_step(store, statement, error)) == 1)
        ;
    return got == 0;
}

bool
statement_number(Store *store, int64_t *ret_number, int64_t fallback,
                 GError **error, const char *sql, const char *kinds, ...)
{
    g_autoptr(Statement) statement = NULL;
    va_list args;
    int got;

    va_start(args, kinds);
    statement = statement_new_va(store, error, sql, kinds, args);
    va_end(args);
    if (statement == NULL)
        return false;
    got = statement_step(store, statement, error);
    if (got < 0)
        return false;
    *ret_number = got == 1 ? sqlite3_column_int64(statement, 0) : fallback;
    return true;
}

char *
statement_text(Statement *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);

    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return NULL;
    return bytes == NULL
               ? g_strdup("")
               : g_strndup(bytes,
                           (size_t)sqlite3_column_bytes(statement, column));
}

/* ---- transactions ---- */

static void
change_clear(void *data)
{
    Change *change = data;

    g_free(change->path);
}

void
connection_change(Store *store, ChangeKind kind, int64_t id, char *path,
                  int64_t number)
{
    Change change = {kind, id, path, number};

    g_assert(store->depth > 0);
    g_array_append_val(store->changes, change);
}

static void
apply_changes(Store *store)
{
    Archive *archive = store->archive;

    for (guint i = 0; i < store->changes->len; i++) {
        Change *change = &g_array_index(store->changes, Change, i);

        switch (change->kind) {
        case CHANGE_NAME_PUT:
            names_put(archive->names, change->id, change->path, change->number);
            break;
        case CHANGE_NAME_DROP:
            names_drop(archive->names, change->id);
            break;
        case CHANGE_TOKENS:
            rank_put(archive->rank, change->id, (uint32_t)change->number);
            break;
        case CHANGE_ARRIVED:
            rank_arrived(archive->rank, change->id, change->number);
            break;
        }
    }
    g_array_set_size(store->changes, 0);
}

bool
transaction_begin(Transaction *work, Store *store, GError **error)
{
    g_assert(store->writer && work->store == NULL);
    if (store->depth == 0) {
        if (!statement_run(store, error, "BEGIN IMMEDIATE", ""))
            return false;
        store->broken = false;
    }
    store->depth++;
    work->store = store;
    return true;
}

/* Savepoints would do for inner ones, but each makes FTS5 write out what it
 * has gathered; so an inner one that fails fails the whole. */
bool
transaction_commit(Transaction *work, GError **error)
{
    Store *store = work->store;

    if (store->depth > 1) {
        store->depth--;
        work->store = NULL;
        return true;
    }
    if (store->broken)
        return fault(error, FAULT_STORE, "a step of the transaction failed");
    if (!statement_run(store, error, "COMMIT", ""))
        return false;
    store->depth = 0;
    work->store = NULL;
    apply_changes(store);
    return true;
}

void
transaction_clear(Transaction *work)
{
    Store *store = work->store;

    work->store = NULL;
    if (store == NULL)
        return;
    store->broken = true;
    if (--store->depth > 0)
        return;
    g_array_set_size(store->changes, 0);
    /* A full disk may have rolled it back already. */
    if (!sqlite3_get_autocommit(store->db))
        (void)statement_run(store, NULL, "ROLLBACK", "");
}

bool
snapshot_begin(Snapshot *snapshot, Store *store, GError **error)
{
    /* Within a transaction there is one state already. */
    if (!sqlite3_get_autocommit(store->db))
        return true;
    if (!statement_run(store, error, "BEGIN", ""))
        return false;
    snapshot->store = store;
    return true;
}

void
snapshot_clear(Snapshot *snapshot)
{
    if (snapshot->store != NULL)
        (void)statement_run(snapshot->store, NULL, "ROLLBACK", "");
    snapshot->store = NULL;
}

/* ---- life ---- */

static void
statement_finalize(void *statement)
{
    (void)sqlite3_finalize(statement);
}

static bool
set_up(Store *store, GError **error)
{
    sqlite3 *db = store->db;

    if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) !=
            SQLITE_OK ||
        sqlite3_busy_timeout(db, CONNECTION_BUSY_MS) != SQLITE_OK)
        return connection_fault(db, error, "open");
    store->replay = tokenize_register(db, error);
    return store->replay != NULL && connection_run(db, all_pragmas, error);
}

Store *
connection_open(Archive *archive, bool writer, GError **error)
{
    g_autoptr(Store) store = g_new0(Store, 1);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                        : SQLITE_OPEN_READONLY);

    store->archive = archive;
    store->writer = writer;
    store->changes = g_array_new(FALSE, FALSE, sizeof(Change));
    g_array_set_clear_func(store->changes, change_clear);
    store->statements =
        g_hash_table_new_full(NULL, NULL, NULL, statement_finalize);
    if (sqlite3_open_v2(archive->path, &store->db, flags, NULL) != SQLITE_OK) {
        connection_fault(store->db, error, "open the index");
        return NULL;
    }
    if (!set_up(store, error) ||
        !connection_run(store->db, writer ? writer_pragmas : reader_pragmas,
                        error))
        return NULL;
    return g_steal_pointer(&store);
}

void
store_free(Store *store)
{
    if (store == NULL)
        return;
    g_assert(store->depth == 0);
    g_hash_table_destroy(store->statements);
    (void)sqlite3_close_v2(store->db);
    g_array_unref(store->changes);
    g_free(store);
}

sqlite3 *
store_connection(Store *store)
{
    return store->db;
}

void
store_interrupt(Store *store)
{
    sqlite3_interrupt(store->db);
}
