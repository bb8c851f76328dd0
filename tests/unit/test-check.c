/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-check.c - damage is found, and mended.
 */
#include "config.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "archive-case.h"
#include "base/fault.h"
#include "daemon/archive/check.h"

/* As a fault of the disk would, past the guards of the connection. */
static void
damage(ArchiveCase *at, const char *sql)
{
    sqlite3 *db = store_connection(at->writer);

    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

static void
assert_found_damaged(ArchiveCase *at)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(check_archive(at->writer, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
}

static void
put_two(ArchiveCase *at)
{
    case_put(at, "/home/a/x.txt", "a kingfisher by the river", 1);
    case_put(at, "/home/a/y.txt", "合同编号在第二页", 2);
}

static void
test_whole(ArchiveCase *at, gconstpointer data)
{
    case_check(at);
    put_two(at);
    case_check(at);
}

static void
test_missing_row(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    put_two(at);
    damage(at, "INSERT INTO words(words, rowid, title, body)"
               " VALUES('delete', 1, NULL, document_text(1))");
    g_assert_cmpuint(case_count(at, "kingfisher"), ==, 0);
    assert_found_damaged(at);
    g_assert_true(check_rebuild(at->writer, &error));
    g_assert_cmpuint(case_count(at, "kingfisher"), ==, 1);
}

static void
test_ghost_row(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    put_two(at);
    damage(at, "INSERT INTO words(rowid, title, body)"
               " VALUES(99, '', 'ghost')");
    assert_found_damaged(at);
    g_assert_true(check_rebuild(at->writer, &error));
    g_assert_cmpuint(case_count(at, "ghost"), ==, 0);
}

static void
test_lost_segments(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    put_two(at);
    damage(at, "UPDATE words_data SET block = zeroblob(length(block))"
               " WHERE id > 10");
    assert_found_damaged(at);
    g_assert_true(check_rebuild(at->writer, &error));
    g_assert_cmpuint(case_count(at, "kingfisher"), ==, 1);
}

static void
test_file_without_document(ArchiveCase *at, gconstpointer data)
{
    put_two(at);
    damage(at, "UPDATE file SET document = 99 WHERE document = 1");
    assert_found_damaged(at);
    damage(at, "UPDATE file SET document = 1 WHERE document = 99");
}

static void
test_document_without_file(ArchiveCase *at, gconstpointer data)
{
    put_two(at);
    damage(at, "UPDATE file SET document = 0 WHERE document = 1");
    assert_found_damaged(at);
    damage(at, "UPDATE file SET document = 1 WHERE document = 0");
}

static void
test_text_damaged(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    put_two(at);
    damage(at, "UPDATE text SET body = x'01feedfeedfeed' WHERE id >> 20 = 1");
    text = store_text(at->reader, 1, 0, 100, &error);
    g_assert_null(text);
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
    assert_found_damaged(at);
    archive_case_close(at);
}

static void
test_passages_damaged(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    GArray *passages, *headings;

    put_two(at);
    damage(at, "UPDATE document SET passages = x'00ffffffff0f' WHERE id = 1");
    g_assert_false(store_passages(at->reader, 1, &passages, &headings, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
}

static void
test_set_aside(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *aside = NULL;
    g_autofree char *second = NULL;

    put_two(at);
    archive_case_close(at);
    aside = check_set_aside(at->path, &error);
    g_assert_no_error(error);
    g_assert_true(g_file_test(aside, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(at->path, G_FILE_TEST_EXISTS));
    archive_case_open(at);
    g_assert_true(archive_is_new(at->archive));
    archive_case_close(at);
    second = check_set_aside(at->path, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(second, !=, aside);
}

static void
test_nothing_to_set_aside(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(check_set_aside("/nowhere/index.db", &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_NOT_FOUND);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, test)                                                        \
    g_test_add("/check/" path, ArchiveCase, NULL, archive_case_set_up, test,   \
               archive_case_tear_down)
    ADD("an archive is whole, empty or not", test_whole);
    ADD("a row missing from the index is found and mended", test_missing_row);
    ADD("a row the index made up is found and mended", test_ghost_row);
    ADD("a zeroed index is found and mended", test_lost_segments);
    ADD("a file without its document is found", test_file_without_document);
    ADD("a document without a file is found", test_document_without_file);
    ADD("damaged text is a fault, not garbage", test_text_damaged);
    ADD("damaged passages are a fault", test_passages_damaged);
    ADD("a database set aside makes room for a new one", test_set_aside);
    ADD("setting aside nothing says so", test_nothing_to_set_aside);
    return g_test_run();
}
