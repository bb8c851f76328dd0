/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-fold.c - what counts as the same character.
 */
#include "config.h"

#include "daemon/archive/fold.h"

#include <string.h>

static void
same(const char *text, const char *folded)
{
    size_t size = 0;
    g_autofree char *made = fold_text(text, strlen(text), &size);

    g_assert_cmpstr(made, ==, folded);
    g_assert_cmpuint(size, ==, strlen(folded));
}

static void
test_case_and_marks(void)
{
    same("Straße ÉCOLE Ñandú", "strasse ecole nandu");
    same("e\xCC\x81t\xC3\xA9", "ete"); /* composed and not */
    same("Łódź Đà Nẵng Ærø", "lodz da nang aero");
    same("ΣΊΣΥΦΟΣ", "σισυφοσ");
    same("Ёлка", "елка");
    same("أَحْمَد", "احمد");
}

static void
test_russian_short_i(void)
{
    same("Край", "край");
    same("Кра\xD0\xB8\xCC\x86", "край");
}

static void
test_widths(void)
{
    same("Ｄｏｃ１２３", "doc123");
    same("ｶﾞﾗｽ ﾊﾟﾝ", "ガラス パン");
    same("か\xE3\x82\x99 は\xE3\x82\x9A", "が ぱ");
    same("ﬁle №5 ㎏", "file no5 kg");
}

static void
test_hangul(void)
{
    same("한국", "한국");
    same("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB\xE1\x84\x80\xE1\x85\xAE"
         "\xE1\x86\xA8",
         "한국");
}

static void
test_marks_that_are_vowels(void)
{
    same("ที่", "ที่");
    same("हिन्दी", "हिन्दी");
}

static void
test_traditional(void)
{
    same("計算機網絡與資訊安全", "计算机网络与资讯安全");
    same("餅乾", "饼干");
    same("看著 裏面 這裡 後來 什麼", "看着 里面 这里 后来 什么");
    same("臺灣颱風", "台湾台风");
    same("覆盖", "覆盖");
    g_assert_cmphex(fold_han(0x9F8D), ==, 0x9F99); /* 龍 龙 */
    g_assert_cmphex(fold_han(0x9F99), ==, 0x9F99);
}

static void
test_radicals(void)
{
    same("⼈⽤⻚", "人用页");
}

static void
test_what_is_not_seen(void)
{
    same("co\xC2\xADop\xE2\x80\x8B"
         "er\xEF\xBB\xBF"
         "ate",
         "cooperate");
    same("\xEF\xB8\x8F", "");
}

static void
test_quotes(void)
{
    same("don’t “a–b”", "don't \"a-b\"");
}

static void
test_longest(void)
{
    uint32_t folded[FOLD_MAX];
    unsigned size;

    g_assert_cmpuint(fold_next("\xEF\xB7\xBA", 3, folded, &size), ==, 18);
    g_assert_cmpuint(size, ==, 3);
}

static void
test_twice_is_once(void)
{
    for (gunichar c = 1; c <= 0x10FFFF; c++) {
        char text[8];
        int size;
        size_t once_size, twice_size;
        g_autofree char *once = NULL, *twice = NULL;

        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        size = g_unichar_to_utf8(c, text);
        once = fold_text(text, (size_t)size, &once_size);
        twice = fold_text(once, once_size, &twice_size);
        g_assert_true(g_utf8_validate(once, (gssize)once_size, NULL));
        if (strcmp(once, twice) != 0)
            g_error("U+%04X: '%s' then '%s'", c, once, twice);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fold/case and diacritics do not count",
                    test_case_and_marks);
    g_test_add_func("/fold/the Russian short i stays a letter of its own",
                    test_russian_short_i);
    g_test_add_func("/fold/full and half width are the same", test_widths);
    g_test_add_func("/fold/jamo make the syllable they spell", test_hangul);
    g_test_add_func("/fold/marks that are vowels stay",
                    test_marks_that_are_vowels);
    g_test_add_func("/fold/traditional Chinese is found by simplified",
                    test_traditional);
    g_test_add_func("/fold/a radical is the character it looks like",
                    test_radicals);
    g_test_add_func("/fold/what is not seen is dropped", test_what_is_not_seen);
    g_test_add_func("/fold/typographic quotes and dashes are plain ones",
                    test_quotes);
    g_test_add_func("/fold/the longest expansion fits", test_longest);
    g_test_add_func("/fold/folding twice is folding once", test_twice_is_once);
    return g_test_run();
}
