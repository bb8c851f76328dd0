/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * file.h - a file is a name in a folder, and points to the document that is
 * its content. Paths are absolute bytes.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Store Store; /* store.h */

typedef enum {
    FILE_WAITING, /* its content is not read yet */
    FILE_INDEXED,
    FILE_PARTIAL, /* some of the content, or the name alone */
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
    char *source;      /* "wechat", "browser", … or NULL */
    char *origin;      /* URL or contact, or NULL */
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
/* The copies of a document, newest first (of File *). */
GPtrArray *store_files_of(Store *store, int64_t document, GError **error);
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
bool store_move(Store *store, const char *from, const char *to, GError **error);
bool store_opened(Store *store, const char *path, int64_t now_ms,
                  GError **error);
