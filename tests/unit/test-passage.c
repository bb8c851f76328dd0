/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-passage.c - what is refused from a reader that may have been taken
 * over.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "base/fault.h"
#include "base/passage.h"

static void
set_text(Extract *extract, const char *text)
{
    g_free(extract->text);
    extract->text = g_strdup(text);
    extract->text_bytes = (uint32_t)strlen(text);
}

static void
add_passage(Extract *extract, uint32_t start, uint32_t end, uint32_t heading)
{
    Passage passage = {start, end, 1, heading};

    g_array_append_val(extract->passages, passage);
}

static void
add_heading(Extract *extract, unsigned level, const char *title, uint32_t start)
{
    Heading heading = {g_strdup(title), level, 1, start};

    g_array_append_val(extract->headings, heading);
}

/* "日本 text", two passages, two headings. */
static Extract *
sound(void)
{
    Extract *extract = extract_new();

    set_text(extract, "日本 text");
    add_passage(extract, 0, 6, 1);
    add_passage(extract, 6, 11, 2);
    add_heading(extract, 1, "日本", 0);
    add_heading(extract, 2, "text", 7);
    return extract;
}

static void
assert_refused(const Extract *extract)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(extract_check(extract, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_PROTOCOL);
}

static Passage *
passage(Extract *extract, unsigned i)
{
    return &g_array_index(extract->passages, Passage, i);
}

static Heading *
heading(Extract *extract, unsigned i)
{
    return &g_array_index(extract->headings, Heading, i);
}

static void
test_sound(void)
{
    g_autoptr(Extract) extract = sound();
    g_autoptr(Extract) empty = extract_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(extract_check(extract, &error));
    g_assert_no_error(error);
    g_assert_true(extract_check(empty, &error));
    g_assert_no_error(error);
}

static void
test_offsets(void)
{
    static const struct {
        uint32_t first_end, second_start, second_end;
    } bad[] = {
        {5, 5, 11}, /* inside a character */
        {6, 7, 11}, /* a gap */
        {6, 3, 11}, /* an overlap */
        {6, 6, 12}, /* past the end */
        {6, 6, 10}, /* short of the end */
        {0, 0, 11}, /* an empty one */
        {6, 6, G_MAXUINT32},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(Extract) extract = sound();

        passage(extract, 0)->end = bad[i].first_end;
        passage(extract, 1)->start = bad[i].second_start;
        passage(extract, 1)->end = bad[i].second_end;
        assert_refused(extract);
    }
}

static void
test_headings(void)
{
    for (int i = 0; i < 8; i++) {
        g_autoptr(Extract) extract = sound();
        Heading *second = heading(extract, 1);

        switch (i) {
        case 0:
            passage(extract, 0)->heading = 3;
            break;
        case 1:
            second->level = 0;
            break;
        case 2:
            second->level = EXTRACT_LEVEL_MAX + 1;
            break;
        case 3:
            second->start = 12;
            break;
        case 4:
            second->start = 1;
            break;
        case 5:
            heading(extract, 0)->start = 8;
            break;
        case 6:
            second->title[0] = '\0';
            break;
        default:
            second->title[1] = '\n';
            break;
        }
        assert_refused(extract);
    }
}

static void
test_strings(void)
{
    g_autoptr(Extract) extract = sound();

    extract->title = g_strnfill(EXTRACT_STRING_BYTES_MAX + 1, 'x');
    assert_refused(extract);
    extract->title[EXTRACT_STRING_BYTES_MAX] = '\0';
    g_assert_true(extract_check(extract, NULL));
    extract->title[0] = '\xFF';
    assert_refused(extract);
    extract->title[0] = '\x1B';
    assert_refused(extract);
}

static void
test_text(void)
{
    g_autoptr(Extract) extract = sound();

    extract->text[10] = '\0';
    assert_refused(extract);
    extract->text[10] = '\xFF';
    assert_refused(extract);
}

static void
test_state(void)
{
    g_autoptr(Extract) extract = sound();

    extract->state = EXTRACT_PARTIAL;
    assert_refused(extract);
    extract->reason = g_strdup("page 2 is missing");
    g_assert_true(extract_check(extract, NULL));
    extract->state = EXTRACT_FAILED;
    assert_refused(extract);
    extract->state = (ExtractState)7;
    assert_refused(extract);
    extract->state = EXTRACT_PARTIAL;
    extract->fault = -1;
    assert_refused(extract);
}

static void
test_path(void)
{
    g_autoptr(Extract) extract = extract_new();
    g_autofree char *none = extract_heading_path(extract->headings, 0);
    g_autofree char *inner = NULL;
    g_autofree char *after = NULL;

    add_heading(extract, 1, "Part", 0);
    add_heading(extract, 3, "Lost", 0);
    add_heading(extract, 2, "Chapter", 0);
    add_heading(extract, 3, "Section", 0);
    add_heading(extract, 1, "Other", 0);
    inner = extract_heading_path(extract->headings, 4);
    after = extract_heading_path(extract->headings, 5);
    g_assert_null(none);
    g_assert_cmpstr(inner, ==, "Part › Chapter › Section");
    g_assert_cmpstr(after, ==, "Other");
}

static void
test_free(void)
{
    extract_free(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/passage/a sound answer passes", test_sound);
    g_test_add_func("/passage/passages that do not cover the text are refused",
                    test_offsets);
    g_test_add_func("/passage/headings out of range are refused",
                    test_headings);
    g_test_add_func("/passage/strings are one short line of UTF-8",
                    test_strings);
    g_test_add_func("/passage/a text with NUL or bad bytes is refused",
                    test_text);
    g_test_add_func("/passage/a failure has a reason and no text", test_state);
    g_test_add_func("/passage/a path names the headings above, outermost first",
                    test_path);
    g_test_add_func("/passage/freeing nothing is allowed", test_free);
    return g_test_run();
}
