/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-text.c - UTF-8 made valid, measured, and safe to show.
 */
#include "config.h"

#include "base/text.h"

#include <string.h>

static void
assert_valid(const char *raw, size_t size_bytes, const char *expected)
{
    size_t made_bytes = 0;
    g_autofree char *made = text_valid(raw, size_bytes, &made_bytes);

    g_assert_cmpstr(made, ==, expected);
    g_assert_cmpuint(made_bytes, ==, strlen(expected));
    g_assert_true(text_is_valid(made, made_bytes));
}

static void
test_valid_mends(void)
{
    assert_valid("", 0, "");
    assert_valid("日本語\tabc\n", 14, "日本語\tabc\n");
    assert_valid("a\0b", 3, "a b");
    assert_valid("a\x01\x1B[31m", 7, "a  [31m");
    assert_valid("a\r\nb\rc\r", 7, "a\nb\nc\n");
    assert_valid("a\xFFz", 3, "a\xEF\xBF\xBDz");
    /* Overlong, a surrogate, a character cut short at the end. */
    assert_valid("\xC0\xAF", 2, "\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_valid("\xED\xA0\x80", 3, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_valid("x\xE6\x97", 3, "x\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void
test_valid_knows(void)
{
    g_assert_true(text_is_valid("é", 2));
    g_assert_false(text_is_valid("é", 1));
    g_assert_false(text_is_valid("a\0b", 3));
    g_assert_false(text_is_valid("\xF4\x90\x80\x80", 4));
}

static void
assert_safe_line(const char *raw, const char *expected)
{
    g_autofree char *made = text_safe_line(raw);

    g_assert_cmpstr(made, ==, expected);
}

static void
test_safe_disarms_controls(void)
{
    assert_safe_line(NULL, "");
    assert_safe_line("\x1B]0;title\x07", "^[]0;title^G");
    assert_safe_line("\x7F", "^?");
    /* C1 as UTF-8: some terminals obey U+009B as they obey ESC [. */
    assert_safe_line("\xC2\x9B"
                     "31m",
                     "<U+009B>31m");
    assert_safe_line("a\xFF\xC3", "a\\xFF\\xC3");
    assert_safe_line("one\ntwo\tthree", "one two three");
}

static void
test_safe_shows_what_is_unseen(void)
{
    assert_safe_line("report\xE2\x80\xAE"
                     "fdp.exe",
                     "report<U+202E>fdp.exe");
    assert_safe_line("\xEF\xBB\xBFx", "<U+FEFF>x");
    assert_safe_line("a\xE2\x80\x8B\xE2\x80\x8D", "a<U+200B><U+200D>");
    assert_safe_line("\xF3\xA0\x81\x81", "<U+E0041>");
    assert_safe_line("\xE2\x81\xA6\xD8\x9C", "<U+2066><U+061C>");
}

static void
test_safe_keeps_writing(void)
{
    static const char *const kept[] = {
        "合同 – 第三条",         "می‌خواهم" /* ZWNJ */,
        "👩‍💻" /* ZWJ */, "❤️" /* VS16 */,
        "क्‍ष",          "é́"};

    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
        assert_safe_line(kept[i], kept[i]);
    /* A second selector on one character only carries something hidden. */
    assert_safe_line("❤\xEF\xB8\x8F\xEF\xB8\x8F", "❤\xEF\xB8\x8F<U+FE0F>");
}

static void
test_safe_keeps_lines(void)
{
    g_autofree char *made = text_safe("a\n\tb\r\xE2\x80\xA9");

    g_assert_cmpstr(made, ==, "a\n\tb^M\n");
}

static void
test_safe_cuts_towers(void)
{
    g_autoptr(GString) tower = g_string_new("a");
    g_autofree char *made = NULL;

    for (unsigned i = 0; i < 100; i++)
        g_string_append(tower, "\xCC\x81");
    g_string_append(tower, "b");
    made = text_safe_line(tower->str);
    g_assert_cmpuint(strlen(made), ==, 1 + 8 * 2 + 1);
    g_assert_true(g_str_has_suffix(made, "b"));
}

static void
test_cells(void)
{
    g_assert_cmpuint(text_cells("abc"), ==, 3);
    g_assert_cmpuint(text_cells("合同"), ==, 4);
    g_assert_cmpuint(text_cells("ＡＢ"), ==, 4);
    g_assert_cmpuint(text_cells("e\xCC\x81"), ==, 1);
    g_assert_cmpuint(text_cells(""), ==, 0);
}

static void
assert_clip(const char *text, unsigned cells, const char *expected)
{
    g_autofree char *made = text_clip(text, cells);

    g_assert_cmpstr(made, ==, expected);
    g_assert_cmpuint(text_cells(made), <=, cells);
}

static void
test_clip(void)
{
    assert_clip("letter", 6, "letter");
    assert_clip("letter", 5, "lett…");
    assert_clip("合同合同", 8, "合同合同");
    assert_clip("合同合同", 7, "合同合…");
    assert_clip("合同合同", 6, "合同…");
    assert_clip("letter", 1, "…");
    assert_clip("letter", 0, "");
    /* A mark stays with its letter. */
    assert_clip("e\xCC\x81xyz", 2, "e\xCC\x81…");
}

static void
test_floor(void)
{
    const char *text = "a日b";

    g_assert_cmpuint(text_floor(text, 5, 1), ==, 1);
    g_assert_cmpuint(text_floor(text, 5, 2), ==, 1);
    g_assert_cmpuint(text_floor(text, 5, 3), ==, 1);
    g_assert_cmpuint(text_floor(text, 5, 4), ==, 4);
    g_assert_cmpuint(text_floor(text, 5, 99), ==, 5);
    g_assert_cmpuint(text_floor(text, 5, 0), ==, 0);
}

static void
test_from_path(void)
{
    g_autofree char *made = text_from_path("/home/a\xE9.pdf");

    g_assert_cmpstr(made, ==, "/home/a\xEF\xBF\xBD.pdf");
}

static void
test_size(void)
{
    static const struct {
        uint64_t size_bytes;
        const char *expected;
    } rows[] = {
        {0, "0 B"},
        {999, "999 B"},
        {1000, "1.0 kB"},
        {4200000, "4.2 MB"},
        {42000000, "42 MB"},
        {999499, "999 kB"},
        {999999, "1.0 MB"},
        {9960, "10 kB"},
        {UINT64_MAX, "18 EB"},
        {123456789, "123 MB"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *made = text_size(rows[i].size_bytes);

        g_assert_cmpstr(made, ==, rows[i].expected);
    }
}

static void
test_distance(void)
{
    g_assert_cmpuint(text_distance("status", "status"), ==, 0);
    g_assert_cmpuint(text_distance("Status", "sTATUS"), ==, 0);
    g_assert_cmpuint(text_distance("status", "stauts"), ==, 1);
    g_assert_cmpuint(text_distance("find", "fin"), ==, 1);
    g_assert_cmpuint(text_distance("find", "fnid"), ==, 1);
    g_assert_cmpuint(text_distance("", "abc"), ==, 3);
    g_assert_cmpuint(text_distance("kitten", "sitting"), ==, 3);
}

static void
test_distance_of_long_words(void)
{
    g_autofree char *long_word = g_strnfill(5000, 'x');

    g_assert_cmpuint(text_distance(long_word, "find"), ==, 5000);
}

static void
test_cjk(void)
{
    static const gunichar yes[] = {0x4E2D, 0x3005,  0x3042, 0x30A2, 0x30FC,
                                   0xAC00, 0x3105,  0x1100, 0xF900, 0xFF71,
                                   0x3400, 0x20000, 0x30000};
    static const gunichar no[] = {'a',    0xE9,   0x3001, 0x3002, 0x30FB,
                                  0xFF21, 0x2026, 0x0E01, 0x1F600};

    for (size_t i = 0; i < G_N_ELEMENTS(yes); i++)
        g_assert_true(text_is_cjk(yes[i]));
    for (size_t i = 0; i < G_N_ELEMENTS(no); i++)
        g_assert_false(text_is_cjk(no[i]));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/any bytes become valid UTF-8", test_valid_mends);
    g_test_add_func("/text/knows what is valid", test_valid_knows);
    g_test_add_func("/text/a terminal has nothing to obey",
                    test_safe_disarms_controls);
    g_test_add_func("/text/what an eye would miss is written out",
                    test_safe_shows_what_is_unseen);
    g_test_add_func("/text/joiners and selectors stay where writing needs them",
                    test_safe_keeps_writing);
    g_test_add_func("/text/safe text keeps its lines", test_safe_keeps_lines);
    g_test_add_func("/text/towers of combining marks are cut",
                    test_safe_cuts_towers);
    g_test_add_func("/text/wide characters take two cells", test_cells);
    g_test_add_func("/text/a clipped text fits and says so", test_clip);
    g_test_add_func("/text/an offset never splits a character", test_floor);
    g_test_add_func("/text/a path of any bytes can be read", test_from_path);
    g_test_add_func("/text/sizes are for people", test_size);
    g_test_add_func("/text/a swap of neighbours is one step", test_distance);
    g_test_add_func("/text/long words are far from all",
                    test_distance_of_long_words);
    g_test_add_func("/text/letters of CJK scripts are told from the rest",
                    test_cjk);
    return g_test_run();
}
