/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-cut.c - how a text becomes passages.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "indexer/cut.h"

static char *
part(const char *text, GArray *passages, unsigned i)
{
    const Passage *each = &g_array_index(passages, Passage, i);

    g_assert_cmpuint(i, <, passages->len);
    return g_strndup(text + each->start, each->end - each->start);
}

#define assert_part(text, passages, i, words)                                  \
    do {                                                                       \
        g_autofree char *part_ = part(text, passages, i);                      \
        g_assert_cmpstr(part_, ==, words);                                     \
    } while (0)

/* Without gap or overlap, in whole characters. */
static void
assert_covers(const char *text, size_t size_bytes, GArray *passages)
{
    uint32_t at = 0;

    for (unsigned i = 0; i < passages->len; i++) {
        const Passage *each = &g_array_index(passages, Passage, i);

        g_assert_cmpuint(each->start, ==, at);
        g_assert_cmpuint(each->end, >, at);
        g_assert_true(g_utf8_validate_len(text + at, each->end - at, NULL));
        at = each->end;
    }
    g_assert_cmpuint(at, ==, size_bytes);
}

static GArray *
cut(const char *text, unsigned weight_max)
{
    GArray *passages = cut_passages(text, strlen(text), NULL, 0, weight_max);

    assert_covers(text, strlen(text), passages);
    return passages;
}

static void
test_empty(void)
{
    g_autoptr(GArray) none = cut("", 10);

    g_assert_cmpuint(none->len, ==, 0);
}

static void
test_short_paragraphs(void)
{
    const char *text = "One two.\n\nThree four.\n\nFive six.";
    g_autoptr(GArray) whole = cut(text, 12);
    g_autoptr(GArray) parts = cut(text, 9);

    g_assert_cmpuint(whole->len, ==, 1);
    g_assert_cmpuint(parts->len, ==, 2);
    assert_part(text, parts, 0, "One two.\n\nThree four.\n\n");
    assert_part(text, parts, 1, "Five six.");
}

static void
test_sentences(void)
{
    const char *latin =
        "He said \"no.\" Then he went away from here. Ah, well.";
    const char *han = "他说：“不行。”然后走了很远很远。好的。";
    g_autoptr(GArray) words = cut(latin, 10);
    g_autoptr(GArray) characters = cut(han, 10);

    assert_part(latin, words, 0, "He said \"no.\" ");
    assert_part(han, characters, 0, "他说：“不行。”");
}

static void
test_lines(void)
{
    const char *text = "first line of\ncode here\nand there";
    g_autoptr(GArray) passages = cut(text, 8);

    assert_part(text, passages, 0, "first line of\n");
}

static void
test_abbreviation(void)
{
    const char *text = "some fruit, e.g. apples and pears too";
    g_autoptr(GArray) passages = cut(text, 10);

    assert_part(text, passages, 0, "some fruit, e.g. apples and ");
}

static void
test_characters(void)
{
    const char *text = "日本語の文書";
    g_autoptr(GArray) passages = cut(text, 4);

    g_assert_cmpuint(passages->len, ==, 2);
    assert_part(text, passages, 0, "日本語の");
    assert_part(text, passages, 1, "文書");
}

static void
test_attached(void)
{
    const char *text = "一二三四，五六";
    g_autoptr(GArray) passages = cut(text, 4);

    assert_part(text, passages, 0, "一二三四，");
}

static void
test_marks(void)
{
    const char *text = "one two\n\nthree four\n\nfive";
    const CutMark marks[] = {{0, 1, 0}, {9, 2, 1}, {21, 2, 2}};
    g_autoptr(GArray) passages =
        cut_passages(text, strlen(text), marks, G_N_ELEMENTS(marks), 100);
    const Passage *second;

    assert_covers(text, strlen(text), passages);
    g_assert_cmpuint(passages->len, ==, 3);
    second = &g_array_index(passages, Passage, 1);
    g_assert_cmpuint(second->start, ==, 9);
    g_assert_cmpuint(second->page, ==, 2);
    g_assert_cmpuint(second->heading, ==, 1);
}

static void
test_white_page(void)
{
    const char *text = " \n\nfirst \n \n\nlast\n";
    const CutMark marks[] = {{0, 1, 0}, {3, 2, 0}, {9, 3, 0}, {13, 4, 0}};
    g_autoptr(GArray) passages =
        cut_passages(text, strlen(text), marks, G_N_ELEMENTS(marks), 100);

    assert_covers(text, strlen(text), passages);
    g_assert_cmpuint(passages->len, ==, 2);
    assert_part(text, passages, 0, " \n\nfirst \n \n\n");
    g_assert_cmpuint(g_array_index(passages, Passage, 0).page, ==, 2);
    g_assert_cmpuint(g_array_index(passages, Passage, 1).page, ==, 4);
}

static void
test_all_white(void)
{
    g_autoptr(GArray) passages = cut(" \n\n \t", 10);

    g_assert_cmpuint(passages->len, ==, 1);
}

/* Weight, counted the plain way: a word 2, a Han character 1. */
static unsigned
weight_of(const char *text, size_t size_bytes)
{
    unsigned weight = 0;
    bool word = false;

    for (const char *at = text; at < text + size_bytes;
         at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (c >= 0x4E00 && c < 0xA000)
            weight++;
        if (!word && c < 0x80 && g_ascii_isalnum((char)c))
            weight += 2;
        word = c < 0x80 && g_ascii_isalnum((char)c);
    }
    return weight;
}

static void
test_weight(void)
{
    static const char *const pieces[] = {"word ", "汉字", "。",  ". ",
                                         "\n",    "\n\n", "Öl ", "，",
                                         "　",    "」",   "¿ "};
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);

    for (int round = 0; round < 200; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        unsigned weight_max = (unsigned)g_rand_int_range(rand, 2, 60);
        g_autoptr(GArray) passages = NULL;

        for (int i = g_rand_int_range(rand, 1, 400); i > 0; i--)
            g_string_append(
                text, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
        passages = cut(text->str, weight_max);
        for (unsigned i = 0; i < passages->len; i++) {
            const Passage *each = &g_array_index(passages, Passage, i);

            g_assert_cmpuint(
                weight_of(text->str + each->start, each->end - each->start), <=,
                weight_max);
        }
    }
}

static void
test_long_line(void)
{
    enum { SIZE_BYTES = 4 * 1000 * 1000 };
    g_autofree char *text = g_malloc(SIZE_BYTES);
    g_autoptr(GArray) passages = NULL;

    memset(text, 'x', SIZE_BYTES);
    passages = cut_passages(text, SIZE_BYTES, NULL, 0, CUT_WEIGHT);
    assert_covers(text, SIZE_BYTES, passages);
    g_assert_cmpuint(passages->len, >, SIZE_BYTES / 10000);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cut/an empty text has no passages", test_empty);
    g_test_add_func("/cut/short paragraphs are joined while they fit",
                    test_short_paragraphs);
    g_test_add_func("/cut/a sentence ends with its closing quotes",
                    test_sentences);
    g_test_add_func("/cut/lines are kept whole", test_lines);
    g_test_add_func("/cut/a point before a small letter ends nothing",
                    test_abbreviation);
    g_test_add_func("/cut/never splits a character", test_characters);
    g_test_add_func("/cut/no passage begins with a comma", test_attached);
    g_test_add_func("/cut/no passage reaches across a mark", test_marks);
    g_test_add_func("/cut/no passage is white space alone", test_white_page);
    g_test_add_func("/cut/unless all of the text is", test_all_white);
    g_test_add_func("/cut/no passage is too heavy", test_weight);
    g_test_add_func("/cut/a line without spaces is cut as well",
                    test_long_line);
    return g_test_run();
}
