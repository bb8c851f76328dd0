/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-store.c - what the archive promises of files, documents and text.
 * After each test the archive is checked whole.
 */
#include "config.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "archive-case.h"
#include "base/fault.h"

static void
exec(ArchiveCase *at, const char *sql)
{
    int code =
        sqlite3_exec(store_connection(at->writer), sql, NULL, NULL, NULL);

    g_assert_cmpint(code, ==, SQLITE_OK);
}

static StoreCounts
counts(ArchiveCase *at)
{
    g_autoptr(GError) error = NULL;
    StoreCounts all;

    store_counts(at->reader, &all, &error);
    g_assert_no_error(error);
    return all;
}

static File *
file_at(ArchiveCase *at, const char *path)
{
    g_autoptr(GError) error = NULL;
    File *file = store_file(at->reader, path, &error);

    g_assert_no_error(error);
    return file;
}

static bool
has(ArchiveCase *at, const char *path)
{
    g_autoptr(File) file = file_at(at, path);

    return file != NULL;
}

static unsigned
forget_tree(ArchiveCase *at, const char *path)
{
    g_autoptr(GError) error = NULL;
    unsigned count;

    store_forget_tree(at->writer, path, &count, &error);
    g_assert_no_error(error);
    return count;
}

static void
move(ArchiveCase *at, const char *from, const char *to)
{
    g_autoptr(GError) error = NULL;

    store_move(at->writer, from, to, &error);
    g_assert_no_error(error);
}

static unsigned
named(ArchiveCase *at, const char *words)
{
    unsigned total;
    g_autoptr(GArray) hits = names_find(at->archive->names, words, 10, &total);

    return total;
}

static void
test_found_when_committed(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/home/a/letter.txt", "a kingfisher by the river", 1000);
    g_assert_cmpuint(case_count(at, "kingfisher"), ==, 1);
    g_assert_cmpuint(named(at, "letter"), ==, 1);
    g_assert_cmpuint(rank_count(at->archive->rank), ==, 1);
}

static void
test_private_to_its_owner(ArchiveCase *at, gconstpointer data)
{
    struct stat status;

    g_assert_cmpint(stat(at->path, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
}

static void
test_file_survives_whole(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    char path[] = "/home/a/\xff\xfe bad.txt";
    File file = {.path = path,
                 .size_bytes = UINT64_C(1) << 40,
                 .mtime_ns = -5,
                 .ctime_ns = 6,
                 .device = UINT64_MAX,
                 .inode = UINT64_MAX - 1,
                 .arrived_ms = 77,
                 .state = FILE_FAILED,
                 .fault = FAULT_BROKEN,
                 .reason = (char *)"it is cut short",
                 .source = (char *)"wechat",
                 .origin = (char *)"https://example.org/"};
    g_autoptr(File) got = NULL;

    store_put_file(at->writer, &file, &error);
    g_assert_no_error(error);
    got = file_at(at, path);
    g_assert_cmpstr(got->path, ==, path);
    g_assert_cmpuint(got->size_bytes, ==, file.size_bytes);
    g_assert_cmpint(got->mtime_ns, ==, -5);
    g_assert_cmpuint(got->device, ==, UINT64_MAX);
    g_assert_cmpuint(got->inode, ==, UINT64_MAX - 1);
    g_assert_cmpint(got->state, ==, FILE_FAILED);
    g_assert_cmpint(got->fault, ==, FAULT_BROKEN);
    g_assert_cmpstr(got->reason, ==, "it is cut short");
    g_assert_cmpstr(got->source, ==, "wechat");
    g_assert_cmpstr(got->origin, ==, "https://example.org/");
}

static void
test_change_keeps_arrival(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(File) got = NULL;

    case_put(at, "/home/a/x.txt", "first", 1000);
    store_opened(at->writer, "/home/a/x.txt", 1500, &error);
    g_assert_no_error(error);
    case_put(at, "/home/a/x.txt", "second", 2000);
    got = file_at(at, "/home/a/x.txt");
    g_assert_cmpint(got->arrived_ms, ==, 1000);
    g_assert_cmpint(got->opened_ms, ==, 1500);
}

static void
test_change_forgets_old_text(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/home/a/x.txt", "the first wording", 1000);
    case_put(at, "/home/a/x.txt", "the second wording", 2000);
    g_assert_cmpuint(case_count(at, "first"), ==, 0);
    g_assert_cmpuint(case_count(at, "second"), ==, 1);
    g_assert_cmpuint(counts(at).documents, ==, 1);
}

static void
test_read_again_in_place(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int64_t first = case_put(at, "/home/a/x.pdf", "same content", 1000);
    g_autoptr(Prepared) better = prepared_new(case_extract("read better"));
    g_autoptr(DocumentRow) row = NULL;
    uint8_t hash[HASH_BYTES];
    gsize size = sizeof hash;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    int64_t again;

    g_checksum_update(sum, (const guchar *)"same content", -1);
    g_checksum_get_digest(sum, hash, &size);
    store_put_document(at->writer, hash, better, 2, &again, &error);
    g_assert_no_error(error);
    g_assert_cmpint(again, ==, first);
    g_assert_cmpuint(case_count(at, "same"), ==, 0);
    g_assert_cmpuint(case_count(at, "better"), ==, 1);
    row = store_document_by_hash(at->reader, hash, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(row->reader_version, ==, 2);
}

static void
test_copies_share(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int64_t one = case_put(at, "/home/a/x.txt", "shared text", 1000);
    int64_t two = case_put(at, "/home/b/y.txt", "shared text", 2000);

    g_assert_cmpint(one, ==, two);
    g_assert_cmpuint(case_count(at, "shared"), ==, 1);
    store_forget_file(at->writer, "/home/a/x.txt", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(case_count(at, "shared"), ==, 1);
    store_forget_file(at->writer, "/home/b/y.txt", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(case_count(at, "shared"), ==, 0);
    g_assert_cmpuint(rank_count(at->archive->rank), ==, 0);
}

static void
test_forget_tree(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/home/a/in/x.txt", "one", 1);
    case_put(at, "/home/a/in/deep/y.txt", "two", 2);
    case_put(at, "/home/a/in-not/z.txt", "three", 3);
    case_put(at, "/home/a/in.txt", "four", 4);
    g_assert_cmpuint(forget_tree(at, "/home/a/in"), ==, 2);
    g_assert_true(has(at, "/home/a/in-not/z.txt"));
    g_assert_true(has(at, "/home/a/in.txt"));
    g_assert_false(has(at, "/home/a/in/deep/y.txt"));
    g_assert_cmpuint(counts(at).documents, ==, 2);
    g_assert_cmpuint(names_count(at->archive->names), ==, 2);
}

static void
test_forget_all_below_the_root(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/x.txt", "one", 1);
    case_put(at, "/home/y.txt", "two", 2);
    g_assert_cmpuint(forget_tree(at, "/"), ==, 2);
}

static void
test_move_file(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(File) moved = NULL;

    case_put(at, "/home/a/x.txt", "contents", 1000);
    move(at, "/home/a/x.txt", "/home/b/renamed.txt");
    g_assert_false(has(at, "/home/a/x.txt"));
    moved = file_at(at, "/home/b/renamed.txt");
    g_assert_cmpint(moved->arrived_ms, ==, 1000);
    g_assert_cmpuint(named(at, "renamed"), ==, 1);
    g_assert_cmpuint(named(at, "x.txt"), ==, 0);
    g_assert_cmpuint(case_count(at, "contents"), ==, 1);
}

static void
test_move_tree(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/home/a/x.txt", "one", 1);
    case_put(at, "/home/a/deep/y.txt", "two", 2);
    case_put(at, "/home/ab/z.txt", "three", 3);
    move(at, "/home/a", "/home/moved");
    g_assert_true(has(at, "/home/moved/x.txt"));
    g_assert_true(has(at, "/home/moved/deep/y.txt"));
    g_assert_true(has(at, "/home/ab/z.txt"));
    g_assert_cmpuint(named(at, "y.txt"), ==, 1);
}

static void
test_move_over_another(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/home/new.part", "the new text", 1);
    case_put(at, "/home/name.txt", "the old text", 2);
    move(at, "/home/new.part", "/home/name.txt");
    g_assert_cmpuint(counts(at).files, ==, 1);
    g_assert_cmpuint(case_count(at, "old"), ==, 0);
    g_assert_cmpuint(case_count(at, "new"), ==, 1);
}

static void
test_move_into_itself(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    case_put(at, "/home/a/x.txt", "one", 1);
    g_assert_false(store_move(at->writer, "/home/a", "/home/a/b", &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_BAD_REQUEST);
    g_assert_true(has(at, "/home/a/x.txt"));
}

static void
test_roll_back(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    unsigned count;

    case_put(at, "/home/a/x.txt", "remains", 1);
    {
        g_auto(Transaction) work = TRANSACTION_NONE;

        g_assert_true(transaction_begin(&work, at->writer, &error));
        g_assert_true(store_forget_tree(at->writer, "/home", &count, &error));
        case_put(at, "/home/a/y.txt", "never was", 2);
    }
    g_assert_cmpuint(case_count(at, "remains"), ==, 1);
    g_assert_cmpuint(case_count(at, "never"), ==, 0);
    g_assert_cmpuint(named(at, "x.txt"), ==, 1);
    g_assert_cmpuint(named(at, "y.txt"), ==, 0);
    g_assert_cmpuint(rank_count(at->archive->rank), ==, 1);
}

static void
test_inner_failure_fails_all(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Transaction) work = TRANSACTION_NONE;

    g_assert_true(transaction_begin(&work, at->writer, &error));
    case_put(at, "/home/a/x.txt", "one", 1);
    {
        g_auto(Transaction) inner = TRANSACTION_NONE;

        g_assert_true(transaction_begin(&inner, at->writer, &error));
    }
    g_assert_false(transaction_commit(&work, &error));
    transaction_clear(&work);
    g_assert_cmpuint(counts(at).files, ==, 0);
}

static void
test_old_text_until_committed(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(Transaction) work = TRANSACTION_NONE;

    case_put(at, "/home/a/x.txt", "the old", 1);
    g_assert_true(transaction_begin(&work, at->writer, &error));
    case_put(at, "/home/a/x.txt", "the new", 1);
    g_assert_cmpuint(case_count(at, "old"), ==, 1);
    g_assert_cmpuint(case_count(at, "new"), ==, 0);
    g_assert_true(transaction_commit(&work, &error));
    g_assert_cmpuint(case_count(at, "old"), ==, 0);
    g_assert_cmpuint(case_count(at, "new"), ==, 1);
}

static void
test_opened_again(ArchiveCase *at, gconstpointer data)
{
    g_assert_true(archive_is_new(at->archive));
    case_put(at, "/home/a/x.txt", "a word", 1);
    case_put(at, "/home/a/y.txt", "a word more", 2);
    archive_case_close(at);
    archive_case_open(at);
    g_assert_false(archive_is_new(at->archive));
    g_assert_cmpuint(named(at, "x.txt"), ==, 1);
    g_assert_cmpuint(rank_count(at->archive->rank), ==, 2);
    g_assert_cmpuint(case_count(at, "word"), ==, 2);
}

static void
test_part_of_a_large_text(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *middle = NULL;
    g_autofree char *all = NULL;
    g_autofree char *none = NULL;
    int64_t document;

    while (text->len < 1000 * 1000)
        g_string_append_printf(text, "第%zu段文字 of a large book.\n\n",
                               text->len);
    document = case_put(at, "/home/a/book.txt", text->str, 1);
    all = store_text(at->reader, document, 0, UINT32_MAX, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(all, ==, text->str);
    middle = store_text(at->reader, document, 262100, 262200, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(text->str, middle));
    g_assert_true(g_utf8_validate(middle, -1, NULL));
    g_assert_cmpuint(strlen(middle), >=, 100);
    none = store_text(at->reader, document, 2000000, 3000000, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(none, ==, "");
}

static void
test_one_passage_larger_than_a_part(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new("x");
    g_autofree char *all = NULL;
    int64_t document;

    while (text->len < 700 * 1000)
        g_string_append(text, "没有空行的一段");
    document = case_put(at, "/home/a/long.txt", text->str, 1);
    all = store_text(at->reader, document, 0, UINT32_MAX, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(all, ==, text->str);
}

static void
test_character_borders(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    int64_t document = case_put(at, "/home/a/x.txt", "甲乙丙", 1);
    g_autofree char *text = store_text(at->reader, document, 1, 4, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, "甲乙");
}

static void
test_passages_and_headings(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Extract *extract = case_extract("one two\n\nthree 四五\n\nsix");
    Heading heading = {
        .title = g_strdup("Part"), .level = 1, .page = 2, .start = 9};
    g_autoptr(GArray) passages = NULL;
    g_autoptr(GArray) headings = NULL;
    g_autoptr(GArray) positions = NULL;
    int64_t document;

    g_array_append_val(extract->headings, heading);
    g_array_index(extract->passages, Passage, 1).heading = 1;
    g_array_index(extract->passages, Passage, 2).page = 1;
    document = case_put_extract(at, "/home/a/x.txt", extract, 1);
    store_passage_positions(at->reader, document, &passages, &headings,
                            &positions, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(passages->len, ==, 3);
    g_assert_cmpuint(g_array_index(passages, Passage, 1).start, ==, 9);
    g_assert_cmpuint(g_array_index(passages, Passage, 1).page, ==, 2);
    g_assert_cmpuint(g_array_index(passages, Passage, 1).heading, ==, 1);
    g_assert_cmpuint(g_array_index(passages, Passage, 2).page, ==, 1);
    g_assert_cmpuint(g_array_index(passages, Passage, 2).heading, ==, 0);
    g_assert_cmpuint(g_array_index(positions, uint32_t, 1), ==, 2);
    g_assert_cmpuint(g_array_index(positions, uint32_t, 2), ==, 5);
    g_assert_cmpuint(headings->len, ==, 1);
    g_assert_cmpstr(g_array_index(headings, Heading, 0).title, ==, "Part");
    g_assert_cmpuint(g_array_index(headings, Heading, 0).start, ==, 9);
}

static void
test_document_without_text(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Extract *extract = case_extract("");
    g_autoptr(DocumentRow) row = NULL;
    int64_t document;

    extract->state = EXTRACT_FAILED;
    extract->fault = FAULT_ENCRYPTED;
    extract->reason = g_strdup("it wants a password");
    document = case_put_extract(at, "/home/a/x.pdf", extract, 1);
    row = store_document(at->reader, document, &error);
    g_assert_no_error(error);
    g_assert_cmpint(row->state, ==, EXTRACT_FAILED);
    g_assert_cmpint(row->fault, ==, FAULT_ENCRYPTED);
    g_assert_cmpstr(row->reason, ==, "it wants a password");
    g_assert_cmpuint(rank_count(at->archive->rank), ==, 0);
}

static void
test_lists(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) in = NULL;
    g_autoptr(GPtrArray) below = NULL;
    g_autoptr(GPtrArray) recent = NULL;
    g_autoptr(GPtrArray) indexed = NULL;
    g_autoptr(File) by_inode = NULL;

    case_put(at, "/home/a/x.txt", "one", 1000);
    case_put(at, "/home/a/deep/y.txt", "two", 3000);
    case_put(at, "/home/b/z.txt", "three", 2000);
    in = store_files_in(at->reader, "/home/a", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(in->len, ==, 1);
    below = store_folders_below(at->reader, "/home/a", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(below->len, ==, 2);
    recent = store_recent(at->reader, 2, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(recent->len, ==, 2);
    g_assert_cmpstr(((File *)recent->pdata[0])->path, ==, "/home/a/deep/y.txt");
    indexed =
        store_files_by_state(at->reader, FILE_INDEXED, "/home/a", 10, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(indexed->len, ==, 2);
    by_inode =
        store_file_by_inode(at->reader, 7, g_str_hash("/home/b/z.txt"), &error);
    g_assert_no_error(error);
    g_assert_cmpstr(by_inode->path, ==, "/home/b/z.txt");
}

static void
test_roots(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    Root root = {.path = (char *)"/home/a", .found = true, .inode = 9};
    g_autoptr(GPtrArray) roots = NULL;
    g_autoptr(GPtrArray) after = NULL;

    g_assert_true(store_put_root(at->writer, &root, &error));
    root.private = true;
    g_assert_true(store_put_root(at->writer, &root, &error));
    roots = store_roots(at->reader, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(roots->len, ==, 1);
    g_assert_true(((Root *)roots->pdata[0])->private);
    g_assert_cmpuint(((Root *)roots->pdata[0])->inode, ==, 9);
    case_put(at, "/home/a/x.txt", "one", 1);
    g_assert_true(store_drop_root(at->writer, "/home/a", &error));
    after = store_roots(at->reader, &error);
    g_assert_cmpuint(after->len, ==, 0);
    g_assert_cmpuint(counts(at).files, ==, 0);
}

static void
test_full_disk(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Prepared) prepared = NULL;
    uint8_t hash[HASH_BYTES] = {1};
    GRand *random = g_rand_new_with_seed(1);
    int64_t id;

    case_put(at, "/home/a/x.txt", "was there", 1);
    while (text->len < 500 * 1000)
        g_string_append_printf(text, "%x ", g_rand_int(random));
    g_rand_free(random);
    prepared = prepared_new(case_extract(text->str));
    exec(at, "PRAGMA max_page_count=30");
    g_assert_false(
        store_put_document(at->writer, hash, prepared, 1, &id, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_FULL);
    g_assert_cmpuint(case_count(at, "there"), ==, 1);
    case_check(at);

    exec(at, "PRAGMA max_page_count=100000");
    case_put(at, "/home/a/y.txt", "room again", 2);
    g_assert_cmpuint(case_count(at, "room"), ==, 1);
}

static void
test_corrupt(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    archive_case_close(at);
    g_assert_true(g_file_set_contents(
        at->path,
        "this is no database, and long enough to be seen as none "
        "by whoever reads the first hundred bytes of its header",
        -1, NULL));
    g_assert_null(archive_open(at->path, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
}

static void
test_newer(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    exec(at, "PRAGMA user_version=99");
    archive_case_close(at);
    g_assert_null(archive_open(at->path, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
    g_assert_nonnull(strstr(error->message, "newer"));
}

static void
test_of_another_program(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    exec(at, "PRAGMA application_id=1");
    archive_case_close(at);
    g_assert_null(archive_open(at->path, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
}

static void
test_bulk_and_tidy(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    bool more = true;

    g_assert_true(store_set_bulk(at->writer, true, &error));
    for (int i = 0; i < 200; i++) {
        g_autofree char *path = g_strdup_printf("/home/a/%d.txt", i);
        g_autofree char *text = g_strdup_printf("common word%d", i);

        case_put(at, path, text, i);
    }
    g_assert_cmpuint(forget_tree(at, "/home/a"), ==, 200);
    case_put(at, "/home/b/x.txt", "common", 1);
    g_assert_true(store_set_bulk(at->writer, false, &error));
    while (more) {
        g_assert_true(store_tidy(at->writer, &more, &error));
        g_assert_no_error(error);
    }
    g_assert_cmpuint(case_count(at, "common"), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, test)                                                        \
    g_test_add("/store/" path, ArchiveCase, NULL, archive_case_set_up, test,   \
               archive_case_tear_down)
    ADD("a text is found once it is committed", test_found_when_committed);
    ADD("the database is for its owner alone", test_private_to_its_owner);
    ADD("every fact of a file survives, its name in any bytes",
        test_file_survives_whole);
    ADD("a change keeps when a file arrived and was opened",
        test_change_keeps_arrival);
    ADD("a change takes the old text out of the index",
        test_change_forgets_old_text);
    ADD("a document read again stays in its place", test_read_again_in_place);
    ADD("copies share a document until the last is gone", test_copies_share);
    ADD("forgetting a tree spares its neighbours", test_forget_tree);
    ADD("everything below the root folder can be forgotten",
        test_forget_all_below_the_root);
    ADD("a moved file keeps its text and arrival", test_move_file);
    ADD("a moved folder takes along what is below it", test_move_tree);
    ADD("a move over another file replaces it", test_move_over_another);
    ADD("a folder does not move into itself", test_move_into_itself);
    ADD("a transaction rolled back leaves all as it was", test_roll_back);
    ADD("a step that failed cannot be committed", test_inner_failure_fails_all);
    ADD("readers see the old text until the new is committed",
        test_old_text_until_committed);
    ADD("names and lengths are there after opening again", test_opened_again);
    ADD("any part of a large text is read exactly", test_part_of_a_large_text);
    ADD("a passage larger than a part is kept",
        test_one_passage_larger_than_a_part);
    ADD("a range widens to whole characters", test_character_borders);
    ADD("passages keep page, heading and token position",
        test_passages_and_headings);
    ADD("a document without text says why", test_document_without_text);
    ADD("files are listed by folder, state, arrival and inode", test_lists);
    ADD("a watched folder goes with its files", test_roots);
    ADD("a full disk is told apart, and loses nothing", test_full_disk);
    ADD("a damaged database is a fault of the store", test_corrupt);
    ADD("a database of a newer version is refused", test_newer);
    ADD("a database of another program is refused", test_of_another_program);
    ADD("a large load and its upkeep leave the index whole",
        test_bulk_and_tidy);
    return g_test_run();
}
