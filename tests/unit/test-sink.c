/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-sink.c - what becomes of text that is poured.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "base/fault.h"
#include "indexer/sink.h"

enum { ROOM_BYTES = 1000 * 1000 };

/* Finished, and as extract_check wants it. */
static Extract *
finish(Sink *sink)
{
    g_autoptr(GError) error = NULL;
    Extract *extract = sink_finish(sink);

    g_assert_true(extract_check(extract, &error));
    g_assert_no_error(error);
    return extract;
}

static const Passage *
passage(const Extract *extract, unsigned i)
{
    g_assert_cmpuint(i, <, extract->passages->len);
    return &g_array_index(extract->passages, Passage, i);
}

static const Heading *
heading(const Extract *extract, unsigned i)
{
    g_assert_cmpuint(i, <, extract->headings->len);
    return &g_array_index(extract->headings, Heading, i);
}

static void
test_paragraphs(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_break(sink);
    sink_text(sink, "\n  one ", -1);
    sink_text(sink, "more \n", -1);
    sink_break(sink);
    sink_break(sink);
    sink_text(sink, "  ", -1);
    sink_text(sink, "two\n\n", -1);
    extract = finish(sink);
    g_assert_cmpstr(extract->text, ==, "one more\n\ntwo");
    g_assert_cmpint(extract->state, ==, EXTRACT_INDEXED);
}

static void
test_invalid(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_text(sink,
              "a\0b\xFF"
              "c\r\nd",
              8);
    extract = finish(sink);
    g_assert_cmpstr(extract->text, ==,
                    "a b\xEF\xBF\xBD"
                    "c\nd");
}

static void
test_pages(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_page(sink, 1);
    sink_text(sink, "first", -1);
    sink_page(sink, 2);
    sink_text(sink, " \n", -1);
    sink_page(sink, 3);
    sink_text(sink, "third", -1);
    extract = finish(sink);
    g_assert_cmpstr(extract->text, ==, "first\n\nthird");
    g_assert_cmpuint(extract->passages->len, ==, 2);
    g_assert_cmpuint(passage(extract, 0)->page, ==, 1);
    g_assert_cmpuint(passage(extract, 1)->page, ==, 3);
    g_assert_cmpuint(passage(extract, 1)->start, ==, 7);
}

static void
test_headings(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_text(sink, "before", -1);
    sink_heading(sink, 1, " Big \n title ");
    sink_heading(sink, 2, "Small");
    sink_text(sink, "text", -1);
    sink_heading(sink, 2, "");
    sink_heading(sink, 2, "Last");
    extract = finish(sink);
    g_assert_cmpstr(extract->text, ==,
                    "before\n\nBig title\n\nSmall\n\ntext\n\nLast");
    g_assert_cmpuint(extract->headings->len, ==, 3);
    g_assert_cmpstr(heading(extract, 0)->title, ==, "Big title");
    g_assert_cmpuint(heading(extract, 0)->start, ==, 8);
    g_assert_cmpstr(extract->title, ==, "Big title");
    /* Nothing stands under the big one alone. */
    g_assert_cmpuint(extract->passages->len, ==, 3);
    g_assert_cmpuint(passage(extract, 0)->heading, ==, 0);
    g_assert_cmpuint(passage(extract, 1)->heading, ==, 2);
    g_assert_cmpuint(passage(extract, 1)->start, ==, 8);
    g_assert_cmpuint(passage(extract, 2)->heading, ==, 3);
}

static void
test_limit(void)
{
    g_autoptr(Sink) sink = sink_new(20);
    g_autoptr(Extract) extract = NULL;

    sink_page(sink, 1);
    g_assert_true(sink_text(sink, "0123456789", -1));
    sink_page(sink, 2);
    g_assert_false(sink_text(sink, "日本語日本語", -1));
    g_assert_false(sink_text(sink, "more", -1));
    g_assert_false(sink_heading(sink, 1, "more"));
    extract = finish(sink);
    g_assert_cmpstr(extract->text, ==, "0123456789\n\n日本");
    g_assert_cmpint(extract->state, ==, EXTRACT_PARTIAL);
    g_assert_cmpint(extract->fault, ==, FAULT_LIMIT);
    g_assert_nonnull(strstr(extract->reason, "page 2"));
}

/* At every limit the text stays whole and says that it is not. */
static void
test_limits(void)
{
    for (uint32_t limit = 0; limit < 40; limit++) {
        g_autoptr(Sink) sink = sink_new(limit);
        g_autoptr(Extract) extract = NULL;

        sink_page(sink, 1);
        sink_text(sink, "one 日本\xFF", -1);
        sink_heading(sink, 1, "Ein Öl");
        sink_page(sink, 2);
        sink_text(sink, "日本語", -1);
        extract = finish(sink);
        g_assert_cmpuint(extract->text_bytes, <=, limit);
        g_assert_cmpint(extract->state, ==,
                        limit < 33 ? EXTRACT_PARTIAL : EXTRACT_INDEXED);
    }
}

static void
test_outline_places(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_outline(sink, 1, "The First", 1);
    sink_outline(sink, 2, "Nowhere", 2);
    sink_outline(sink, 1, "Second part", 2);
    sink_outline(sink, 1, "Lost", 0);
    sink_page(sink, 1);
    sink_text(sink, "a cover\nTHE\nFIRST\ntext", -1);
    sink_page(sink, 2);
    sink_text(sink, "x\nSecond part\ny", -1);
    extract = finish(sink);
    g_assert_cmpuint(extract->headings->len, ==, 4);
    g_assert_cmpuint(heading(extract, 0)->start, ==, 8);
    g_assert_cmpuint(heading(extract, 1)->start, ==, 24);
    g_assert_cmpuint(heading(extract, 1)->page, ==, 2);
    g_assert_cmpuint(heading(extract, 2)->start, ==, 26);
    g_assert_cmpuint(heading(extract, 3)->start, ==, 26);
    g_assert_null(extract->title);
}

static void
test_found_outline(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_page(sink, 1);
    sink_text(sink, "第一章 总则\n甲\n", -1);
    sink_page(sink, 2);
    sink_text(sink, "第二章 分则\n乙", -1);
    extract = finish(sink);
    g_assert_cmpuint(extract->headings->len, ==, 2);
    g_assert_cmpstr(heading(extract, 1)->title, ==, "第二章 分则");
    g_assert_cmpuint(heading(extract, 1)->page, ==, 2);
    g_assert_cmpuint(passage(extract, 1)->heading, ==, 2);
}

static void
test_articles(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_heading(sink, 1, "某法");
    sink_heading(sink, 2, "第一章 总则");
    sink_text(sink, "第一条 甲。\n第二条 乙。", -1);
    sink_heading(sink, 2, "第二章 分则");
    sink_text(sink, "第三条 丙。", -1);
    extract = finish(sink);
    g_assert_cmpuint(extract->headings->len, ==, 6);
    g_assert_cmpstr(heading(extract, 2)->title, ==, "第一条");
    g_assert_cmpuint(heading(extract, 2)->level, ==, 3);
    {
        g_autofree char *path = extract_heading_path(extract->headings, 6);

        g_assert_cmpstr(path, ==, "某法 › 第二章 分则 › 第三条");
    }
}

static void
test_given_articles(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    sink_heading(sink, 1, "第一条");
    sink_text(sink, "甲", -1);
    sink_heading(sink, 1, "第二条");
    sink_text(sink, "乙", -1);
    extract = finish(sink);
    g_assert_cmpuint(extract->headings->len, ==, 2);
}

static void
test_facts(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autofree char *long_author = g_strnfill(5000, 'x');
    g_autoptr(Extract) extract = NULL;

    sink_title(sink, NULL);
    sink_title(sink, " \n ");
    sink_heading(sink, 1, "A heading");
    sink_title(sink, "The  title\nof it");
    sink_title(sink, "Another");
    sink_author(sink, long_author);
    sink_language(sink, "not a language");
    sink_language(sink, "zh-CN");
    sink_created(sink, 0);
    sink_created(sink, 1000);
    sink_created(sink, 2000);
    sink_partial(sink, FAULT_UNSUPPORTED, "page %d is missing", 3);
    sink_partial(sink, FAULT_LIMIT, "too long");
    extract = finish(sink);
    g_assert_cmpstr(extract->title, ==, "The title of it");
    g_assert_cmpuint(strlen(extract->author), ==, EXTRACT_STRING_BYTES_MAX);
    g_assert_cmpstr(extract->language, ==, "zh-CN");
    g_assert_cmpint(extract->created_s, ==, 1000);
    g_assert_cmpstr(extract->reason, ==, "page 3 is missing");
    g_assert_cmpint(extract->fault, ==, FAULT_UNSUPPORTED);
}

static void
test_many_headings(void)
{
    g_autoptr(Sink) sink = sink_new(ROOM_BYTES);
    g_autoptr(Extract) extract = NULL;

    for (int i = 0; i < EXTRACT_HEADINGS_MAX + 100; i++)
        sink_heading(sink, (unsigned)i, "x");
    extract = finish(sink);
    g_assert_cmpuint(extract->headings->len, ==, EXTRACT_HEADINGS_MAX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sink/paragraphs are set apart by one blank line",
                    test_paragraphs);
    g_test_add_func("/sink/text becomes valid", test_invalid);
    g_test_add_func("/sink/a page without text leaves no passage", test_pages);
    g_test_add_func("/sink/a heading is text and a place", test_headings);
    g_test_add_func("/sink/the cut is recorded with its page", test_limit);
    g_test_add_func("/sink/any limit is kept", test_limits);
    g_test_add_func("/sink/bookmarks find their place", test_outline_places);
    g_test_add_func("/sink/an outline is found where none was given",
                    test_found_outline);
    g_test_add_func("/sink/articles come below the chapters given",
                    test_articles);
    g_test_add_func("/sink/an article given is not found again",
                    test_given_articles);
    g_test_add_func("/sink/facts are one line and the first stays", test_facts);
    g_test_add_func("/sink/headings above their limit are text only",
                    test_many_headings);
    return g_test_run();
}
