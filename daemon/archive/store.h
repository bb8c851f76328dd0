/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h - files, documents and their text in SQLite; all writing.
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

#include "base/passage.h"
#include "daemon/archive/names.h"
#include "daemon/archive/rank.h"

typedef struct Store Store;

/* What all connections of one archive share, in memory. Loaded by
 * archive_open, kept in step by the writer as it commits. */
typedef struct {
    char *path; /* of the database */
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

/* ---- files ---- */
typedef enum {
    FILE_WAITING,  /* its content is not read yet */
    FILE_INDEXED,
    FILE_PARTIAL,  /* some of the content, or the name alone */
    FILE_FAILED,
    FILE_EXCLUDED, /* by a rule: the name alone */
} FileState;
const char *file_state_name(FileState state);

typedef struct {
    int64_t id; /* 0 before it is stored */
    char *path;
    uint64_t size_bytes;
    int64_t mtime_ns, ctime_ns;
    uint64_t device, inode;
    int64_t arrived_ms; /* first seen, Unix time; kept when it changes */
    int64_t document;   /* 0: none yet */
    FileState state;
    int fault; /* FaultCode of a failed or partial one */
    char *reason;
    char *source;  /* "wechat", "browser", … or NULL */
    char *origin;  /* URL or contact, or NULL */
    int64_t opened_ms; /* through docent, last; 0: never */
} File;
void file_free(File *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(File, file_free)

/* NULL without @error: no such row. */
File *store_file(Store *store, const char *path, GError **error);
File *store_file_by_id(Store *store, int64_t id, GError **error);
/* The row that has this identity, for a file that was moved. */
File *store_file_by_inode(Store *store, uint64_t device, uint64_t inode,
                          GError **error);
/* Those directly in @folder (of File *), for scan: one SQL read. */
GPtrArray *store_files_in(Store *store, const char *folder, GError **error);
/* Folders below and including @folder that hold files (of char *). */
GPtrArray *store_folders_below(Store *store, const char *folder,
                               GError **error);
/* Files in @state below @folder (NULL: anywhere), newest first. */
GPtrArray *store_files_by_state(Store *store, FileState state,
                                const char *folder, unsigned limit,
                                GError **error);
GPtrArray *store_recent(Store *store, unsigned limit, const char *folder,
                        GError **error);

/*
 * Insert or update by path; sets file->id, and keeps arrived_ms, opened_ms
 * of the row that was there. A document that loses its last file is dropped
 * with its text.
 */
bool store_put_file(Store *store, File *file, GError **error);
bool store_forget_file(Store *store, const char *path, GError **error);
/* @path and all below it; *ret_count files. */
bool store_forget_tree(Store *store, const char *path, unsigned *ret_count,
                       GError **error);
/* A file or a whole folder has another path now; nothing else changes.
 * What was at @to is replaced. */
bool store_move(Store *store, const char *from, const char *to,
                GError **error);
bool store_opened(Store *store, const char *path, int64_t now_ms,
                  GError **error);

/* ---- documents ---- */
enum { HASH_BYTES = 32 }; /* SHA-256 of the content */

typedef struct {
    int64_t id;
    char *type, *title, *author, *language, *charset;
    int64_t created_s;
    uint32_t pages, tokens, text_bytes, n_passages;
    ExtractState state;
    int fault;
    char *reason;
    uint32_t reader_version; /* of the indexer that read it */
} DocumentRow;
void document_row_free(DocumentRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DocumentRow, document_row_free)

/* NULL without @error: none. */
DocumentRow *store_document(Store *store, int64_t id, GError **error);
DocumentRow *store_document_by_hash(Store *store,
                                    const uint8_t hash[HASH_BYTES],
                                    GError **error);

/* An extract made ready to be written, on any thread: tokens made, text
 * compressed. @extract is taken. */
typedef struct Prepared Prepared;
Prepared *prepared_new(Extract *extract);
void prepared_free(Prepared *prepared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prepared, prepared_free)
size_t prepared_bytes(const Prepared *prepared); /* memory it holds */

/* The document with this content, new or in place of its older reading (the
 * old text stays findable until the transaction is committed). */
bool store_put_document(Store *store, const uint8_t hash[HASH_BYTES],
                        Prepared *prepared, uint32_t reader_version,
                        int64_t *ret_id, GError **error);

/* Text of bytes @start … @end, widened to character borders. Only the parts
 * that hold it are decompressed. Given. */
char *store_text(Store *store, int64_t document, uint32_t start,
                 uint32_t end, GError **error);
/* Passages (of Passage) and headings (of Heading); both given. */
bool store_passages(Store *store, int64_t document, GArray **ret_passages,
                    GArray **ret_headings, GError **error);

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
