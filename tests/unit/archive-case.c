/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * archive-case.c - what the tests of the archive share.
 */
#include "config.h"

#include "archive-case.h"

#include <glib/gstdio.h>
#include <string.h>

#include "daemon/archive/check.h"

void
archive_case_open(ArchiveCase *at)
{
    g_autoptr(GError) error = NULL;

    at->archive = archive_open(at->path, &error);
    g_assert_no_error(error);
    at->writer = store_open_writer(at->archive, &error);
    g_assert_no_error(error);
    at->reader = store_open_reader(at->archive, &error);
    g_assert_no_error(error);
}

void
archive_case_close(ArchiveCase *at)
{
    g_clear_pointer(&at->reader, store_free);
    g_clear_pointer(&at->writer, store_free);
    g_clear_pointer(&at->archive, archive_free);
}

void
archive_case_set_up(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    at->folder = g_dir_make_tmp("archive-XXXXXX", &error);
    g_assert_no_error(error);
    at->path = g_build_filename(at->folder, "index.db", NULL);
    archive_case_open(at);
}

static void
remove_all(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        (void)g_unlink(path);
    }
    (void)g_rmdir(folder);
}

void
archive_case_tear_down(ArchiveCase *at, gconstpointer data)
{
    if (at->writer != NULL)
        case_check(at);
    archive_case_close(at);
    remove_all(at->folder);
    g_free(at->folder);
    g_free(at->path);
}

Extract *
case_extract(const char *text)
{
    Extract *extract = extract_new();
    uint32_t start = 0;

    g_free(extract->text);
    extract->text = g_strdup(text);
    extract->text_bytes = (uint32_t)strlen(text);
    extract->type = g_strdup("text/plain");
    while (start < extract->text_bytes) {
        const char *blank = strstr(text + start, "\n\n");
        Passage passage = {.start = start,
                           .end = blank != NULL ? (uint32_t)(blank + 2 - text)
                                                : extract->text_bytes,
                           .page = extract->passages->len + 1};

        g_array_append_val(extract->passages, passage);
        start = passage.end;
    }
    extract->pages = extract->passages->len;
    return extract;
}

int64_t
case_put_extract(ArchiveCase *at, const char *path, Extract *extract,
                 int64_t arrived_ms)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    g_autoptr(GError) error = NULL;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(Prepared) prepared = NULL;
    g_autoptr(File) file = g_new0(File, 1);
    uint8_t hash[HASH_BYTES];
    gsize size = sizeof hash;

    g_checksum_update(sum, (const guchar *)extract->text, -1);
    g_checksum_get_digest(sum, hash, &size);
    file->path = g_strdup(path);
    file->size_bytes = extract->text_bytes;
    file->arrived_ms = arrived_ms;
    file->device = 7;
    file->inode = g_str_hash(path);
    file->state = FILE_INDEXED;
    prepared = prepared_new(extract);

    transaction_begin(&work, at->writer, &error);
    g_assert_no_error(error);
    store_put_document(at->writer, hash, prepared, 1, &file->document, &error);
    g_assert_no_error(error);
    store_put_file(at->writer, file, &error);
    g_assert_no_error(error);
    transaction_commit(&work, &error);
    g_assert_no_error(error);
    return file->document;
}

int64_t
case_put(ArchiveCase *at, const char *path, const char *text,
         int64_t arrived_ms)
{
    return case_put_extract(at, path, case_extract(text), arrived_ms);
}

unsigned
case_count(ArchiveCase *at, const char *expression)
{
    sqlite3_stmt *statement;
    unsigned count;

    g_assert_cmpint(
        sqlite3_prepare_v2(store_connection(at->reader),
                           "SELECT count(*) FROM words WHERE words MATCH ?", -1,
                           &statement, NULL),
        ==, SQLITE_OK);
    sqlite3_bind_text(statement, 1, expression, -1, SQLITE_STATIC);
    g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
    count = (unsigned)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return count;
}

void
case_check(ArchiveCase *at)
{
    g_autoptr(GError) error = NULL;

    (void)check_archive(at->writer, &error);
    g_assert_no_error(error);
}
