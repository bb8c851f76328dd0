/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * schema.c - the tables, step by step from an empty database.
 *
 * Paths and names are bytes, so they are blobs: a name need not be UTF-8.
 */
#include "config.h"

#include "daemon/archive/schema.h"

#include "base/fault.h"
#include "daemon/archive/connection.h"

/*
 * Text is kept once, compressed, in parts. The full-text index has no copy:
 * its content is a view that inflates the parts, so that FTS5 can check and
 * rebuild itself. Lengths of rows are kept in memory (rank.h), hence
 * columnsize=0.
 *
 * text.id is document << 20 | part, so that the parts of a document lie
 * together and are found by a range.
 */
static const char version_1[] =
    "CREATE TABLE root("
    " id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE,"
    " private INTEGER NOT NULL, found INTEGER NOT NULL,"
    " away INTEGER NOT NULL, device INTEGER NOT NULL,"
    " inode INTEGER NOT NULL);"

    "CREATE TABLE folder(id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);"

    "CREATE TABLE file("
    " id INTEGER PRIMARY KEY, folder INTEGER NOT NULL, name BLOB NOT NULL,"
    " size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " ctime_ns INTEGER NOT NULL, device INTEGER NOT NULL,"
    " inode INTEGER NOT NULL, arrived_ms INTEGER NOT NULL,"
    " document INTEGER NOT NULL, state INTEGER NOT NULL,"
    " fault INTEGER NOT NULL, reason TEXT, source TEXT, origin TEXT,"
    " opened_ms INTEGER NOT NULL, UNIQUE(folder, name));"
    "CREATE INDEX file_by_document ON file(document, arrived_ms);"
    "CREATE INDEX file_by_inode ON file(inode);"
    "CREATE INDEX file_by_arrival ON file(arrived_ms);"
    "CREATE INDEX file_by_state ON file(state, arrived_ms);"

    "CREATE TABLE forgotten("
    " path BLOB PRIMARY KEY, size INTEGER NOT NULL,"
    " mtime_ns INTEGER NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE document("
    " id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, type TEXT,"
    " title TEXT, author TEXT, language TEXT, charset TEXT,"
    " created_s INTEGER NOT NULL, pages INTEGER NOT NULL,"
    " tokens INTEGER NOT NULL, text_bytes INTEGER NOT NULL,"
    " n_passages INTEGER NOT NULL, state INTEGER NOT NULL,"
    " fault INTEGER NOT NULL, reason TEXT, reader_version INTEGER NOT NULL,"
    " passages BLOB, headings BLOB);"

    "CREATE TABLE text("
    " id INTEGER PRIMARY KEY, start INTEGER NOT NULL, body BLOB NOT NULL);"

    "CREATE VIEW index_source AS"
    " SELECT id, title, document_text(id) AS body FROM document;"
    "CREATE VIRTUAL TABLE words USING fts5(title, body,"
    " content='index_source', content_rowid='id', tokenize='docent',"
    " columnsize=0, detail=full);"
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, instance);";

/* steps[i] takes version i to i + 1. */
static const char *const steps[SCHEMA_VERSION] = {version_1};

static bool
read_number(sqlite3 *db, const char *sql, int *ret_number, GError **error)
{
    sqlite3_stmt *statement = NULL;
    bool got = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
               sqlite3_step(statement) == SQLITE_ROW;

    if (got)
        *ret_number = sqlite3_column_int(statement, 0);
    else
        connection_fault(db, error, "read the index");
    (void)sqlite3_finalize(statement);
    return got;
}

static bool
take_steps(sqlite3 *db, int version, GError **error)
{
    g_autofree char *stamp = NULL;

    for (; version < SCHEMA_VERSION; version++)
        if (!connection_run(db, steps[version], error))
            return fault_prefix(error, "version %d of the schema", version + 1);
    stamp =
        g_strdup_printf("PRAGMA application_id=%d;"
                        "PRAGMA user_version=%d;",
                        (int)CONNECTION_APPLICATION_ID, (int)SCHEMA_VERSION);
    return connection_run(db, stamp, error);
}

bool
schema_prepare(sqlite3 *db, GError **error)
{
    int version, application, tables;

    if (!read_number(db, "PRAGMA user_version", &version, error) ||
        !read_number(db, "PRAGMA application_id", &application, error) ||
        !read_number(db, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return false;
    if (tables > 0 && application != CONNECTION_APPLICATION_ID)
        return fault(error, FAULT_STORE, "it is not an index of docent");
    if (version > SCHEMA_VERSION)
        return fault(error, FAULT_STORE,
                     "it is of a newer docent (version %d, this one knows %d)",
                     version, (int)SCHEMA_VERSION);
    if (version == SCHEMA_VERSION)
        return true;

    if (!connection_run(db, "BEGIN IMMEDIATE", error))
        return false;
    if (!take_steps(db, version, error) ||
        !connection_run(db, "COMMIT", error)) {
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    return true;
}
