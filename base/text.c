/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.c - UTF-8 made valid, measured, and safe to show.
 *
 * A downloaded document may hold anything, so what a terminal would obey and
 * what an eye would not see are both written out as what they are.
 */
#include "config.h"

#include "base/text.h"

#include <string.h>

enum {
    MARKS_RUN_MAX = 8,       /* more on one letter climb over other lines */
    DISTANCE_BYTES_MAX = 64, /* names of commands and keys are shorter */
};

/* The places where a byte of valid text has to change. */
static bool
byte_is_replaced(unsigned char byte)
{
    return byte < 0x20 && byte != '\n' && byte != '\t';
}

static bool
text_is_clean(const char *text, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++)
        if (byte_is_replaced((unsigned char)text[i]))
            return false;
    return text_is_valid(text, size_bytes);
}

char *
text_valid(const char *text, size_t size_bytes, size_t *ret_size_bytes)
{
    const char *at = text, *end = text + size_bytes;
    GString *made;

    if (text_is_clean(text, size_bytes)) {
        if (ret_size_bytes != NULL)
            *ret_size_bytes = size_bytes;
        return g_strndup(text, size_bytes);
    }
    made = g_string_sized_new(size_bytes + 16);
    while (at < end) {
        const char *bad;

        (void)g_utf8_validate_len(at, (size_t)(end - at), &bad);
        for (; at < bad; at++) {
            if (*at == '\r') {
                g_string_append_c(made, '\n');
                if (at + 1 < end && at[1] == '\n')
                    at++;
            } else {
                g_string_append_c(
                    made, byte_is_replaced((unsigned char)*at) ? ' ' : *at);
            }
        }
        if (at < end && at == bad) {
            if (*at == '\0')
                g_string_append_c(made, ' ');
            else
                g_string_append(made, "\xEF\xBF\xBD");
            at++;
        }
    }
    if (ret_size_bytes != NULL)
        *ret_size_bytes = made->len;
    return g_string_free(made, FALSE);
}

bool
text_is_valid(const char *text, size_t size_bytes)
{
    return g_utf8_validate_len(text, size_bytes, NULL);
}

/* Default_Ignorable_Code_Point of Unicode, and what turns the direction of
 * the text after it: all there, none seen. */
static bool
is_unseen(gunichar c)
{
    static const struct {
        gunichar first, last;
    } ranges[] = {
        {0x00AD, 0x00AD},   {0x034F, 0x034F},   {0x061C, 0x061C},
        {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
        {0x200B, 0x200F},   {0x202A, 0x202E},   {0x2060, 0x206F},
        {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
        {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},   {0x1BCA0, 0x1BCA3},
        {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return false;
}

static bool
is_selector(gunichar c)
{
    return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
}

/*
 * Joiners and one variation selector belong to how Persian, Indic scripts,
 * Han variants and emoji are written. After ASCII, or one after another,
 * they only hide something.
 */
static bool
is_needed_unseen(gunichar c, gunichar before)
{
    if (c != 0x200C && c != 0x200D && !is_selector(c))
        return false;
    if (c == 0x200D && is_selector(before))
        return true;
    return before >= 0x80 && !is_unseen(before);
}

static void
append_visible(GString *made, gunichar c, bool line)
{
    if (c == '\n' || c == '\t')
        g_string_append_c(made, line ? ' ' : (char)c);
    else if (c == 0x2028 || c == 0x2029)
        g_string_append_c(made, line ? ' ' : '\n');
    else if (c < 0x20 || c == 0x7F)
        g_string_append_printf(made, "^%c", (char)(c ^ 0x40));
    else
        g_string_append_printf(made, "<U+%04X>", (unsigned)c);
}

static char *
make_safe(const char *text, bool line)
{
    GString *made = g_string_new(NULL);
    gunichar before = 0;
    unsigned marks = 0;

    for (const char *at = text; at != NULL && *at != '\0';) {
        gunichar c = g_utf8_get_char_validated(at, -1);

        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_printf(made, "\\x%02X", (unsigned char)*at);
            before = 0;
            marks = 0;
            at++;
            continue;
        }
        marks = g_unichar_ismark(c) ? marks + 1 : 0;
        if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
            (is_unseen(c) && !is_needed_unseen(c, before)))
            append_visible(made, c, line);
        else if (marks <= MARKS_RUN_MAX)
            g_string_append_unichar(made, c);
        before = c;
        at = g_utf8_next_char(at);
    }
    return g_string_free(made, FALSE);
}

char *
text_safe(const char *text)
{
    return make_safe(text, false);
}

char *
text_safe_line(const char *text)
{
    return make_safe(text, true);
}

static unsigned
character_cells(gunichar c)
{
    if (c < 0x20 || c == 0x7F || g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

unsigned
text_cells(const char *text)
{
    unsigned cells = 0;

    for (; *text != '\0'; text = g_utf8_next_char(text))
        cells += character_cells(g_utf8_get_char(text));
    return cells;
}

char *
text_clip(const char *text, unsigned cells)
{
    const char *at = text, *cut = text;
    unsigned used = 0;

    for (; *at != '\0'; at = g_utf8_next_char(at)) {
        unsigned more = character_cells(g_utf8_get_char(at));

        /* The cut stands where the ellipsis still fits behind it. */
        if (used + more > cells) {
            g_autofree char *head = g_strndup(text, (size_t)(cut - text));

            return g_strconcat(head, cells > 0 ? "…" : "", NULL);
        }
        used += more;
        if (used + 1 <= cells)
            cut = g_utf8_next_char(at);
    }
    return g_strdup(text);
}

size_t
text_floor(const char *text, size_t size_bytes, size_t at)
{
    if (at >= size_bytes)
        return size_bytes;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

char *
text_from_path(const char *path)
{
    return g_utf8_make_valid(path, -1);
}

char *
text_size(uint64_t size_bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    double value = (double)size_bytes / 1000;
    size_t unit = 0;

    if (size_bytes < 1000)
        return g_strdup_printf("%u B", (unsigned)size_bytes);
    while (value >= 999.5 && unit + 1 < G_N_ELEMENTS(units)) {
        value /= 1000;
        unit++;
    }
    return g_strdup_printf(value < 9.95 ? "%.1f %s" : "%.0f %s", value,
                           units[unit]);
}

unsigned
text_distance(const char *a, const char *b)
{
    size_t a_bytes = strlen(a), b_bytes = strlen(b);
    unsigned rows[3][DISTANCE_BYTES_MAX + 1];
    unsigned *two_up = rows[0], *up = rows[1], *row = rows[2];

    if (a_bytes > DISTANCE_BYTES_MAX || b_bytes > DISTANCE_BYTES_MAX)
        return (unsigned)MIN(MAX(a_bytes, b_bytes), G_MAXUINT);

    for (size_t j = 0; j <= b_bytes; j++)
        up[j] = (unsigned)j;
    for (size_t i = 1; i <= a_bytes; i++) {
        unsigned *spare = two_up;

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_bytes; j++) {
            char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
            unsigned best = MIN(up[j], row[j - 1]) + 1;

            best = MIN(best, up[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) &&
                y == g_ascii_tolower(a[i - 2]))
                best = MIN(best, two_up[j - 2] + 1);
            row[j] = best;
        }
        two_up = up;
        up = row;
        row = spare;
    }
    return up[b_bytes];
}

bool
text_is_cjk(uint32_t c)
{
    if (c < 0x1100)
        return false;
    if (c >= 0x4E00 && c <= 0x9FFF) /* Han, the most of them */
        return true;
    return c <= 0x11FF ||                    /* hangul jamo */
           (c >= 0x2E80 && c <= 0x2FD5) ||   /* radicals */
           (c >= 0x3005 && c <= 0x3007) ||   /* 々 〆 〇 */
           (c >= 0x3021 && c <= 0x3029) ||   /* Hangzhou numerals */
           (c >= 0x3031 && c <= 0x3035) ||   /* kana repeat marks */
           (c >= 0x3041 && c <= 0x3096) ||   /* hiragana */
           (c >= 0x309D && c <= 0x309F) ||   /* its iteration marks */
           (c >= 0x30A1 && c <= 0x30FA) ||   /* katakana */
           (c >= 0x30FC && c <= 0x30FF) ||   /* its length and iteration */
           (c >= 0x3105 && c <= 0x318E) ||   /* bopomofo, hangul letters */
           (c >= 0x31A0 && c <= 0x31BF) ||   /* bopomofo, extended */
           (c >= 0x31F0 && c <= 0x31FF) ||   /* katakana, extended */
           (c >= 0x3400 && c <= 0x4DBF) ||   /* Han extension A */
           (c >= 0xA960 && c <= 0xA97C) ||   /* hangul jamo, extended */
           (c >= 0xAC00 && c <= 0xD7FB) ||   /* hangul */
           (c >= 0xF900 && c <= 0xFAFF) ||   /* Han, compatibility */
           (c >= 0xFF66 && c <= 0xFF9F) ||   /* katakana, halfwidth */
           (c >= 0xFFA1 && c <= 0xFFDC) ||   /* hangul, halfwidth */
           (c >= 0x1B000 && c <= 0x1B16F) || /* kana, historic */
           (c >= 0x20000 && c <= 0x3FFFD);   /* Han extensions B … */
}
