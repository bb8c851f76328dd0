/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-search.c - words in, files out.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "archive-case.h"
#include "base/fault.h"
#include "base/text.h"
#include "daemon/archive/search.h"

static SearchResult *
find_by(ArchiveCase *at, SearchWish wish)
{
    g_autoptr(GError) error = NULL;
    SearchResult *result;

    if (wish.limit == 0)
        wish.limit = 20;
    result = search_find(at->reader, at->archive, &wish, &error);
    g_assert_no_error(error);
    return result;
}

static SearchResult *
find(ArchiveCase *at, const char *words)
{
    return find_by(at, (SearchWish){.words = words});
}

static const SearchHit *
hit(const SearchResult *result, guint i)
{
    g_assert_cmpuint(i, <, result->hits->len);
    return result->hits->pdata[i];
}

/* Paths found for @words, as "a b c" in order. */
static char *
paths(const SearchResult *result)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < result->hits->len; i++)
        g_string_append_printf(all, "%s%s", i > 0 ? " " : "",
                               hit(result, i)->file->path);
    return g_string_free(g_steal_pointer(&all), FALSE);
}

#define assert_finds(at, wish_words, expected)                                 \
    do {                                                                       \
        g_autoptr(SearchResult) result_ = find(at, wish_words);                \
        g_autofree char *paths_ = paths(result_);                              \
        g_assert_cmpstr(paths_, ==, expected);                                 \
    } while (0)

static void
test_all_words(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/d/a", "the kingfisher dives", 1);
    case_put(at, "/d/b", "the heron waits", 1);
    case_put(at, "/d/c", "kingfisher\n\nfar away\n\nheron", 1);
    assert_finds(at, "kingfisher heron", "/d/c");
}

static void
test_some_words(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;

    case_put(at, "/d/a", "the kingfisher dives", 1);
    case_put(at, "/d/b", "the heron waits", 1);
    result = find(at, "kingfisher zeppelin");
    g_assert_true(result->any);
    g_assert_cmpuint(result->total, ==, 1);
    g_assert_cmpstr(hit(result, 0)->file->path, ==, "/d/a");
    g_assert_cmpuint(result->unknown->len, ==, 1);
    g_assert_cmpstr(result->unknown->pdata[0], ==, "zeppelin");
}

static void
test_chinese(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/d/a", "租赁合同编号：二〇二三", 1);
    case_put(at, "/d/b", "同合租赁", 1);
    assert_finds(at, "合同", "/d/a");
    assert_finds(at, "合同编号", "/d/a");
    assert_finds(at, "編號", "/d/a");
    assert_finds(at, "号编", "");
}

static void
test_one_chinese_character(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/d/a", "一只鹤", 1);
    case_put(at, "/d/b", "一只鹭鸟", 1);
    assert_finds(at, "鹤", "/d/a");
    assert_finds(at, "鹭", "/d/b");
}

static void
test_phrase(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/d/a", "a red boat on the lake", 1);
    case_put(at, "/d/b", "the boat is red", 1);
    case_put(at, "/d/c", "编号 合同", 1);
    case_put(at, "/d/e", "合同编号", 1);
    assert_finds(at, "\"red boat\"", "/d/a");
    assert_finds(at, "\"合同编号\"", "/d/e");
}

static void
test_stems(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) loose = NULL;
    g_autoptr(SearchResult) exact = NULL;

    case_put(at, "/d/a", "she signed the contract", 1);
    case_put(at, "/d/b", "many contracts were signed", 1);
    case_put(at, "/d/c", "the contrary is another matter", 1);
    loose = find(at, "contract");
    g_assert_cmpuint(loose->total, ==, 2);
    exact = find(at, "\"contracts\"");
    g_assert_cmpuint(exact->total, ==, 1);
    g_assert_cmpstr(hit(exact, 0)->file->path, ==, "/d/b");
}

static void
test_prefix(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/d/a", "the zeppelin rose", 1);
    case_put(at, "/d/b", "the zebra ran", 1);
    assert_finds(at, "zepp*", "/d/a");
}

static void
test_by_name(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;

    case_put(at, "/d/invoice-2024.pdf", "nothing to see", 1);
    case_put(at, "/d/other.pdf", "nothing either", 1);
    result = find(at, "invoice");
    g_assert_cmpuint(result->total, ==, 1);
    g_assert_true(hit(result, 0)->by_name);
    g_assert_false(hit(result, 0)->by_content);
}

static void
test_name_and_content_once(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;

    case_put(at, "/d/heron.txt", "all about the heron", 1);
    case_put(at, "/d/other.txt", "a heron, in passing, among other words", 1);
    result = find(at, "heron");
    g_assert_cmpuint(result->total, ==, 2);
    g_assert_cmpstr(hit(result, 0)->file->path, ==, "/d/heron.txt");
    g_assert_true(hit(result, 0)->by_name);
    g_assert_true(hit(result, 0)->by_content);
    g_assert_false(hit(result, 1)->by_name);
}

static void
test_names_only(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;

    case_put(at, "/d/heron.txt", "nothing", 1);
    case_put(at, "/d/other.txt", "a heron", 1);
    result = find_by(at, (SearchWish){.words = "heron", .names_only = true});
    g_assert_cmpuint(result->total, ==, 1);
    g_assert_cmpstr(hit(result, 0)->file->path, ==, "/d/heron.txt");
}

static void
test_file_not_read_yet(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    File file = {.path = (char *)"/d/landing.pdf", .state = FILE_WAITING};

    g_assert_true(store_put_file(at->writer, &file, &error));
    assert_finds(at, "landing", "/d/landing.pdf");
}

static void
test_copies(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;
    g_autoptr(SearchResult) named = NULL;

    case_put(at, "/d/report.txt", "the heron report", 1000);
    case_put(at, "/d/report(1).txt", "the heron report", 3000);
    case_put(at, "/d/copy.txt", "the heron report", 2000);
    result = find(at, "heron");
    g_assert_cmpuint(result->total, ==, 1);
    g_assert_cmpuint(hit(result, 0)->copies, ==, 3);
    g_assert_cmpstr(hit(result, 0)->file->path, ==, "/d/report(1).txt");
    named = find(at, "copy");
    g_assert_cmpuint(named->total, ==, 1);
    g_assert_cmpstr(hit(named, 0)->file->path, ==, "/d/copy.txt");
}

static void
put_with_source(ArchiveCase *at, const char *path, const char *source)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(File) file = store_file(at->reader, path, &error);

    g_free(file->source);
    file->source = g_strdup(source);
    g_assert_true(store_put_file(at->writer, file, &error));
}

static void
test_filters(ArchiveCase *at, gconstpointer data)
{
    static const struct {
        SearchWish wish;
        const char *expected;
    } cases[] = {
        {{.words = "heron", .folder = "/d"}, "/d/in/b.txt /d/a.pdf"},
        {{.words = "heron", .folder = "/d/in"}, "/d/in/b.txt"},
        {{.words = "heron", .kind = "pdf"}, "/d/a.pdf"},
        {{.words = "heron", .kind = "text"}, "/e/c.txt /d/in/b.txt"},
        {{.words = "heron", .source = "wechat"}, "/d/in/b.txt"},
        {{.words = "heron", .since_ms = 2000}, "/e/c.txt /d/in/b.txt"},
        {{.words = "heron", .before_ms = 2000}, "/d/a.pdf"},
        {{.words = "heron", .since_ms = 2000, .folder = "/e"}, "/e/c.txt"},
        {{.words = "a.pdf", .kind = "text"}, ""},
        {{.words = "", .folder = "/d"}, "/d/in/b.txt /d/a.pdf"},
        {{.words = NULL, .kind = "pdf"}, "/d/a.pdf"},
    };
    Extract *pdf = case_extract("heron one");

    g_free(pdf->type);
    pdf->type = g_strdup("application/pdf");
    case_put_extract(at, "/d/a.pdf", pdf, 1000);
    case_put(at, "/d/in/b.txt", "heron two", 2000);
    case_put(at, "/e/c.txt", "heron three", 3000);
    put_with_source(at, "/d/in/b.txt", "wechat");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        SearchWish wish = cases[i].wish;
        g_autoptr(SearchResult) result = NULL;
        g_autofree char *got = NULL;

        wish.order = SEARCH_RECENT;
        result = find_by(at, wish);
        got = paths(result);
        g_assert_cmpstr(got, ==, cases[i].expected);
        g_assert_cmpuint(result->total, ==, result->hits->len);
    }
}

static void
test_copies_pass_filters_alone(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;

    case_put(at, "/d/a.txt", "heron", 1000);
    case_put(at, "/e/b.txt", "heron", 2000);
    result = find_by(at, (SearchWish){.words = "heron", .folder = "/d"});
    g_assert_cmpuint(result->total, ==, 1);
    g_assert_cmpuint(hit(result, 0)->copies, ==, 1);
    g_assert_cmpstr(hit(result, 0)->file->path, ==, "/d/a.txt");
}

static void
test_no_such_kind(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    SearchWish wish = {.words = "x", .kind = "sculpture", .limit = 1};

    g_assert_null(search_find(at->reader, at->archive, &wish, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_BAD_REQUEST);
}

static void
test_every_kind_is_known(ArchiveCase *at, gconstpointer data)
{
    for (int i = 0; kind_names[i] != NULL; i++)
        g_assert_cmpint(kind_find(kind_names[i]), ==, i);
    g_assert_true(kind_fits(kind_find("code"), "text/plain", "x.py"));
    g_assert_false(kind_fits(kind_find("text"), "text/plain", "x.py"));
    g_assert_true(kind_fits(kind_find("image"), "image/png", "x"));
    g_assert_true(kind_fits(kind_find("spreadsheet"), NULL, "表.XLSX"));
    g_assert_false(kind_fits(kind_find("pdf"), "text/html", "x.pdf"));
}

static void
test_orders(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) recent = NULL;
    g_autoptr(SearchResult) largest = NULL;
    g_autofree char *by_arrival = NULL;
    g_autofree char *by_size = NULL;

    case_put(at, "/d/a", "heron heron heron", 1000);
    case_put(at, "/d/b", "heron", 3000);
    case_put(at, "/d/c", "heron and a good many more words", 2000);
    recent =
        find_by(at, (SearchWish){.words = "heron", .order = SEARCH_RECENT});
    by_arrival = paths(recent);
    g_assert_cmpstr(by_arrival, ==, "/d/b /d/c /d/a");
    largest =
        find_by(at, (SearchWish){.words = "heron", .order = SEARCH_LARGEST});
    by_size = paths(largest);
    g_assert_cmpstr(by_size, ==, "/d/c /d/a /d/b");
}

static void
test_listing(ArchiveCase *at, gconstpointer data)
{
    case_put(at, "/d/a", "one", 1000);
    case_put(at, "/d/b", "two", 3000);
    case_put(at, "/d/c", "three", 2000);
    assert_finds(at, "", "/d/b /d/c /d/a");
    assert_finds(at, "  ", "/d/b /d/c /d/a");
}

static void
test_pages_of_results(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) all = NULL;

    for (int i = 0; i < 30; i++) {
        g_autofree char *path = g_strdup_printf("/d/%d", i);
        g_autofree char *text = g_strdup_printf("heron number %d", i);

        case_put(at, path, text, i);
    }
    all = find_by(at, (SearchWish){.words = "heron", .limit = 100});
    g_assert_cmpuint(all->hits->len, ==, 30);
    for (unsigned offset = 0; offset < 30; offset += 10) {
        g_autoptr(SearchResult) page = find_by(
            at, (SearchWish){.words = "heron", .limit = 10, .offset = offset});

        g_assert_cmpuint(page->hits->len, ==, 10);
        g_assert_cmpuint(page->total, ==, 30);
        for (unsigned i = 0; i < 10; i++)
            g_assert_cmpstr(hit(page, i)->file->path, ==,
                            hit(all, offset + i)->file->path);
    }
}

static void
test_snippet(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(SearchResult) result = NULL;
    const char *snippet;

    for (int i = 0; i < 40; i++)
        g_string_append(text, "filler words before it all\n");
    g_string_append(text, "\n\nhere a heron alone\n\nthere the heron\nand "
                          "the\tkingfisher together\n\nthe end");
    case_put(at, "/d/a", text->str, 1);
    result = find(at, "kingfisher heron");
    snippet = hit(result, 0)->snippet;
    g_assert_cmpuint(hit(result, 0)->page, ==, 3);
    g_assert_nonnull(strstr(snippet, "the heron and the kingfisher"));
    g_assert_null(strchr(snippet, '\n'));
}

static void
test_snippet_of_a_long_passage(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(SearchResult) result = NULL;
    const char *snippet;

    for (int i = 0; i < 400; i++)
        g_string_append(text, "甲乙丙丁戊己庚辛，");
    g_string_append(text, "合同编号在此");
    for (int i = 0; i < 400; i++)
        g_string_append(text, "甲乙丙丁戊己庚辛，");
    case_put(at, "/d/a", text->str, 1);
    result = find(at, "合同编号");
    snippet = hit(result, 0)->snippet;
    g_assert_nonnull(strstr(snippet, "合同编号"));
    g_assert_cmpuint(text_cells(snippet), <=, 160);
    g_assert_true(g_utf8_validate(snippet, -1, NULL));
}

static void
test_few_snippets(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(SearchResult) result = NULL;

    case_put(at, "/d/a", "heron one", 1);
    case_put(at, "/d/b", "heron two", 1);
    result = find_by(at, (SearchWish){.words = "heron", .snippets_max = 1});
    g_assert_nonnull(hit(result, 0)->snippet);
    g_assert_null(hit(result, 1)->snippet);
}

static void
test_odd_words(ArchiveCase *at, gconstpointer data)
{
    static const char *const odd[] = {
        "\"",        "\"\"", "*",     "AND",       "NOT x",   "(",
        "a OR b",    "x:y",  "^",     "heron AND", "\xff",    "-heron",
        "NEAR(a b)", "…",    "'; --", "\"heron",   "heron *", "{title}: heron",
    };

    case_put(at, "/d/a", "heron one", 1);
    for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autoptr(SearchResult) result = find(at, odd[i]);

        g_assert_nonnull(result);
    }
    assert_finds(at, "\"heron", "/d/a");
}

static int
stop_at_once(void *user)
{
    return 1;
}

static void
test_interrupted(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    SearchWish wish = {.words = "heron", .limit = 10};

    case_put(at, "/d/a", "heron", 1);
    sqlite3_progress_handler(store_connection(at->reader), 1, stop_at_once,
                             NULL);
    g_assert_null(search_find(at->reader, at->archive, &wish, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_CANCELLED);
    sqlite3_progress_handler(store_connection(at->reader), 0, NULL, NULL);
    assert_finds(at, "heron", "/d/a");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, test)                                                        \
    g_test_add("/search/" path, ArchiveCase, NULL, archive_case_set_up, test,  \
               archive_case_tear_down)
    ADD("a document with every word, wherever in it, is found", test_all_words);
    ADD("when none has all words those with some are found", test_some_words);
    ADD("Chinese words are found, in either script", test_chinese);
    ADD("one Chinese character is found", test_one_chinese_character);
    ADD("a phrase is words in a row", test_phrase);
    ADD("forms of a word are found, but not for words in quotes", test_stems);
    ADD("a star ends the beginning of a word", test_prefix);
    ADD("a file is found by its name", test_by_name);
    ADD("a file found by name and text is one hit, and before others",
        test_name_and_content_once);
    ADD("names alone when asked", test_names_only);
    ADD("a file is found by name before it is read", test_file_not_read_yet);
    ADD("copies are one hit, the newest shown", test_copies);
    ADD("filters let through what they say", test_filters);
    ADD("a copy outside a filter is not counted",
        test_copies_pass_filters_alone);
    ADD("an unknown kind is refused", test_no_such_kind);
    ADD("kinds go by content, then by extension", test_every_kind_is_known);
    ADD("hits come by arrival or size when asked", test_orders);
    ADD("no words list what arrived last", test_listing);
    ADD("pages of results join without gap or overlap", test_pages_of_results);
    ADD("a snippet shows the passage with most words", test_snippet);
    ADD("a snippet fits two lines, in whole characters",
        test_snippet_of_a_long_passage);
    ADD("only so many hits get a snippet", test_few_snippets);
    ADD("no words typed make an error", test_odd_words);
    ADD("an interrupted search says so, and the next one works",
        test_interrupted);
    return g_test_run();
}
