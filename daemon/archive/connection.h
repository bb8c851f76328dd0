/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * connection.h - one connection to the database, for the rooms that speak
 * SQL: its statements, its faults, its transaction, and what is to change in
 * memory once that is committed. The transactions of store.h are here.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"
#include "daemon/archive/tokenize.h"

enum {
    CONNECTION_BUSY_MS = 10000,
    /* The archive's own, so that a database of another program is refused:
     * "doct". */
    CONNECTION_APPLICATION_ID = 0x646f6374,
};

struct Store {
    Archive *archive; /* lent */
    sqlite3 *db;
    bool writer;
    GHashTable *statements; /* SQL text (static) to sqlite3_stmt */
    TokenizeReplay *replay; /* of db */
    unsigned depth;         /* transactions begun inside each other */
    bool broken;            /* an inner one was not committed */
    GArray *changes;        /* of Change, in order */
};

/* Fails  FAULT_STORE, FAULT_IO, FAULT_FULL; the database is made when
 * @writer. Pragmas, tokenizer and functions are set. */
Store *connection_open(Archive *archive, bool writer, GError **error);

/*
 * FAULT_STORE, or what the result code of @db says better: FAULT_FULL,
 * FAULT_CANCELLED, FAULT_BUSY, FAULT_IO. Returns false.
 */
bool connection_fault(sqlite3 *db, GError **error, const char *doing);

/* Run statements without results, separated by ';'. */
bool connection_run(sqlite3 *db, const char *sql, GError **error);

/* A statement in use; back to its start at the end of its scope, so that no
 * read transaction stays open behind it. */
typedef sqlite3_stmt Statement;
void statement_done(Statement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, statement_done)

/*
 * The prepared statement for @sql, a string literal (it is known by its
 * address), with its parameters set in order. @kinds, one letter each:
 * i int64_t; t char * or NULL; p char *, a path, as bytes;
 * b const void *, size_t. Bytes and strings are lent until it is done.
 */
Statement *statement_new(Store *store, GError **error, const char *sql,
                         const char *kinds, ...);
/* 1 a row, 0 the end, -1 failure. */
int statement_step(Store *store, Statement *statement, GError **error);
/* To its end, ignoring rows. */
bool statement_run(Store *store, GError **error, const char *sql,
                   const char *kinds, ...);
/* The first column of the only row; @fallback when there is none. */
bool statement_number(Store *store, int64_t *ret_number, int64_t fallback,
                      GError **error, const char *sql, const char *kinds, ...);

/* A reader's statements see one state of the database while it is held. */
typedef struct {
    Store *store;
} Snapshot;
#define SNAPSHOT_NONE ((Snapshot){NULL})
bool snapshot_begin(Snapshot *snapshot, Store *store, GError **error);
void snapshot_clear(Snapshot *snapshot);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Snapshot, snapshot_clear)

/* Column as a new string; NULL when it is NULL. */
char *statement_text(Statement *statement, int column);

/* What is to change in memory at commit. @path and numbers by kind. */
typedef enum {
    CHANGE_NAME_PUT,  /* id of a file, path (given), number: arrived_ms */
    CHANGE_NAME_DROP, /* id of a file */
    CHANGE_TOKENS,    /* id of a document, number; 0 drops it */
    CHANGE_ARRIVED,   /* id of a document, number */
} ChangeKind;
typedef struct {
    ChangeKind kind;
    int64_t id;
    char *path;
    int64_t number;
} Change;
void connection_change(Store *store, ChangeKind kind, int64_t id, char *path,
                       int64_t number);
