/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h - the archive in SQLite: opening it, transactions, folders
 * watched, figures and upkeep. Files are in file.h, what they hold is in
 * document.h; both come with this header.
 *
 * A Store is one connection, used from one thread at a time. There is one
 * writer; readers see what was committed. A *file* is a name in a folder; a
 * *document* is content, by its hash: copies share one. Paths are absolute
 * bytes without a trailing '/'.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/document.h"
#include "daemon/archive/file.h"
#include "daemon/archive/names.h"
#include "daemon/archive/rank.h"

typedef struct Store Store;

/* What all connections of one archive share, in memory. Loaded by
 * archive_open, kept in step by the writer as it commits. */
typedef struct {
    char *path;  /* of the database */
    bool is_new; /* archive_open made it */
    Names *names;
    Rank *rank;
} Archive;

/*
 * Create or open the database, migrate it, load names and ranks.
 * Fails  FAULT_STORE: it is corrupt or newer than this program;
 *        FAULT_FULL, FAULT_IO
 */
Archive *archive_open(const char *path, GError **error);
void archive_free(Archive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_free)
/* True when archive_open made the database. */
bool archive_is_new(const Archive *archive);

Store *store_open_writer(Archive *archive, GError **error);
Store *store_open_reader(Archive *archive, GError **error);
void store_free(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_free)
sqlite3 *store_connection(Store *store); /* lent, for search and check */
/* From any thread: the statement running ends with FAULT_CANCELLED. */
void store_interrupt(Store *store);

/* A transaction held by its scope; rolled back unless committed. */
typedef struct {
    Store *store;
} Transaction;
#define TRANSACTION_NONE ((Transaction){NULL})
bool transaction_begin(Transaction *work, Store *store, GError **error);
bool transaction_commit(Transaction *work, GError **error);
void transaction_clear(Transaction *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Transaction, transaction_clear)

/* ---- folders watched ---- */
typedef struct {
    int64_t id;
    char *path;
    bool private;    /* found, never sent to a model */
    bool found;      /* by docent itself at first start, not by the user */
    bool away;       /* unmounted or gone: nothing is deleted */
    uint64_t device; /* as last seen; 0: never */
    uint64_t inode;
} Root;
void root_free(Root *root);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Root, root_free)

GPtrArray *store_roots(Store *store, GError **error); /* of Root */
/* Adds it or changes it (by path). */
bool store_put_root(Store *store, const Root *root, GError **error);
/* Its files go too. */
bool store_drop_root(Store *store, const char *path, GError **error);

/* ---- the whole ---- */
typedef struct {
    uint64_t files, documents, passages, text_bytes, database_bytes;
    uint64_t by_state[FILE_EXCLUDED + 1];
} StoreCounts;
bool store_counts(Store *store, StoreCounts *ret_counts, GError **error);

/* Large loads: bigger FTS5 buffers and rarer merges. Off merges what it
 * left, a bounded amount at a time, and gives memory back. */
bool store_set_bulk(Store *store, bool bulk, GError **error);
/* A little upkeep when idle: merge segments, give free pages back,
 * checkpoint. *ret_more: call again. */
bool store_tidy(Store *store, bool *ret_more, GError **error);
