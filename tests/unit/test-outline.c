/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-outline.c - headings found by how their lines begin.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "indexer/outline.h"

/* The outline as one line: "1:title 2:title". */
static char *
shown(GArray *headings)
{
    GString *line = g_string_new(NULL);

    for (unsigned i = 0; i < headings->len; i++) {
        const Heading *each = &g_array_index(headings, Heading, i);

        g_string_append_printf(line, "%s%u:%s", i > 0 ? "|" : "", each->level,
                               each->title);
    }
    return g_string_free(line, FALSE);
}

static void
assert_outline(const char *text, const char *expected)
{
    g_autoptr(GArray) headings = outline_find(text, strlen(text));
    g_autofree char *found = shown(headings);

    g_assert_cmpstr(found, ==, expected);
}

static void
test_statute(void)
{
    const char *text = "第一编　总　则\n\n第一章　基本规定\n\n"
                       "第一条　为了保护。\n\n第二条　民法调整。\n另一款。\n\n"
                       "第二章　自然人\n\n第一节　权利能力\n\n"
                       "第三条 自然人。\n\n第二节　监护\n\n第四条 父母。\n"
                       "第四条之一 监护人。\n\n"
                       "第二编 物权\n\n第一分编 通则\n第一章 一般规定\n"
                       "第五条 本编。\n第二分编 所有权\n第六条 所有权人。\n";

    assert_outline(text, "1:第一编 总则|3:第一章 基本规定|5:第一条|5:第二条|"
                         "3:第二章 自然人|4:第一节 权利能力|5:第三条|"
                         "4:第二节 监护|5:第四条|5:第四条之一|1:第二编 物权|"
                         "2:第一分编 通则|3:第一章 一般规定|5:第五条|"
                         "2:第二分编 所有权|5:第六条");
}

static void
test_place(void)
{
    const char *text = "序言\n  第一条 甲\n第二条 乙\n";
    g_autoptr(GArray) headings = outline_find(text, strlen(text));

    g_assert_cmpuint(headings->len, ==, 2);
    g_assert_true(g_str_has_prefix(
        text + g_array_index(headings, Heading, 0).start, "第一条 甲"));
    g_assert_cmpuint(g_array_index(headings, Heading, 0).page, ==, 0);
}

static void
test_contents(void)
{
    assert_outline("目录\n第一章 总则\n第二章 分则\n\n"
                   "第一章 总则\n本法如下。\n第二章 分则\n又如下。\n",
                   "1:第一章 总则|1:第二章 分则");
    assert_outline("Chapter 1 Down ........ 3\nChapter 2 Pool ..... 9\n\n"
                   "Chapter 1 Down\nAlice was tired.\n\n"
                   "Chapter 2 Pool\nCurious!\n",
                   "1:Chapter 1 Down|1:Chapter 2 Pool");
}

static void
test_references(void)
{
    assert_outline("第一条 甲\n第九条 的规定见下文\n第二条 乙\n第三条 丙\n",
                   "1:第一条|1:第二条|1:第三条");
    assert_outline("第五条、第六条规定如下。\n第七条第二款\n", "");
}

static void
test_numbered(void)
{
    assert_outline("1 Introduction\nWe begin.\n\n1.1 Aims\nMany.\n\n"
                   "1.2 Scope\nWide.\n\n2 Methods\nGood ones.\n\n"
                   "2.1 Data\nMuch.\n\n3 Results\nNone.\n",
                   "1:1 Introduction|2:1.1 Aims|2:1.2 Scope|1:2 Methods|"
                   "2:2.1 Data|1:3 Results");
    assert_outline("一、背景\n很长的文字。\n（一）起因\n文字。\n（二）经过\n"
                   "文字。\n二、结论\n文字。\n",
                   "1:一、背景|2:（一）起因|2:（二）经过|1:二、结论");
}

static void
test_lists(void)
{
    assert_outline("We need:\n1. Milk\n2. Bread\n3. Eggs\nand no more.\n", "");
    assert_outline("1. Take the bread.\nSlowly.\n2. Cut the bread.\nWell.\n",
                   "");
    assert_outline("1. A line that is set in a narrow column and goes\non.\n"
                   "2. Another line that is set in a narrow column, also\n"
                   "too long.\n",
                   "");
    assert_outline("（一）销售的；\n（二）提供的；\n（三）其他。\n", "");
}

static void
test_list_inside(void)
{
    assert_outline("1. Shopping\nWe need these:\n1. Milk\n2. Bread\n3. Eggs\n"
                   "That is all.\n2. Cooking\nAll in one pot.\n"
                   "3. Eating\nWith friends.\n",
                   "1:1. Shopping|1:2. Cooking|1:3. Eating");
}

static void
test_marked(void)
{
    assert_outline("Part I\n\nChapter 1. Loomings\nCall me.\n\n"
                   "Chapter 2. The Bag\nI stuffed.\n\nPART II\n\n"
                   "Chapter 3. The Inn\nEntering.\n",
                   "1:Part I|2:Chapter 1. Loomings|2:Chapter 2. The Bag|"
                   "1:PART II|2:Chapter 3. The Inn");
    assert_outline("Section 4 of the Act provides that\n"
                   "Section 5 of the Act says nothing\n",
                   "");
    assert_outline("第1章 序\n文。\n第2章 破\n文。\n", "1:第1章 序|1:第2章 破");
}

static void
test_once(void)
{
    assert_outline("第一章 总则\n只有一章。\n", "");
    assert_outline("Chapter 7\nAlone.\n", "");
    assert_outline("", "");
}

static void
test_articles(void)
{
    const char *text = "第一章 总则\n第一条 甲\n第二条 乙\n第二章 分则\n丙\n";
    g_autoptr(GArray) headings = outline_find_articles(text, strlen(text));
    g_autofree char *found = shown(headings);

    g_assert_cmpstr(found, ==, "1:第一条|1:第二条");
}

/* A number without end is no number, and no time is lost on it. */
static void
test_hostile(void)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < 20000; i++)
        g_string_append(text, i % 2 ? "1.1.1.1.1.1\n" : "第零零零零零零零\n");
    g_string_append(text, "第");
    for (int i = 0; i < 100000; i++)
        g_string_append(text, "零");
    g_string_append(text, "\n99999999999999999999 X\n第");
    assert_outline(text->str, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/outline/a statute has books, chapters and articles",
                    test_statute);
    g_test_add_func("/outline/a heading begins at its line", test_place);
    g_test_add_func("/outline/a table of contents is no heading",
                    test_contents);
    g_test_add_func("/outline/a line that refers to an article is no heading",
                    test_references);
    g_test_add_func("/outline/numbered headings nest", test_numbered);
    g_test_add_func("/outline/a list is no outline", test_lists);
    g_test_add_func("/outline/a list inside a section does not end it",
                    test_list_inside);
    g_test_add_func("/outline/parts and chapters name themselves", test_marked);
    g_test_add_func("/outline/what stands once is no heading", test_once);
    g_test_add_func("/outline/articles can be found alone", test_articles);
    g_test_add_func("/outline/endless numbers do no harm", test_hostile);
    return g_test_run();
}
