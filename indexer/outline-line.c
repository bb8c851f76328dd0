/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outline-line.c - which lines begin like a heading, by kind and number.
 *
 * Only the line and its neighbours are looked at: whether the numbers run on
 * is judged in outline.c. A line that reads like a sentence is refused here.
 */
#include "config.h"

#include "indexer/outline-line.h"

#include <string.h>

#include "base/text.h"

enum {
    CANDIDATES_MAX = 200 * 1000,
    NUMBER_MAX = 9999, /* of a section or an article */
    TITLE_CELLS_MAX = 80,
    MARKED_CELLS_MAX = 120, /* where the line says what it is: Chapter 3 */
};

typedef struct {
    const char *at, *end;
} Cursor;

static gunichar
peek(const Cursor *cursor)
{
    return cursor->at < cursor->end ? g_utf8_get_char(cursor->at) : 0;
}

static void
next(Cursor *cursor)
{
    if (cursor->at < cursor->end)
        cursor->at = g_utf8_next_char(cursor->at);
}

static bool
is_blank(gunichar c)
{
    return c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0;
}

static unsigned
skip_blank(Cursor *cursor)
{
    unsigned n = 0;

    for (; is_blank(peek(cursor)); n++)
        next(cursor);
    return n;
}

static bool
take(Cursor *cursor, const char *word)
{
    size_t size_bytes = strlen(word);

    if ((size_t)(cursor->end - cursor->at) < size_bytes ||
        memcmp(cursor->at, word, size_bytes) != 0)
        return false;
    cursor->at += size_bytes;
    return true;
}

/* ---- numbers ---- */

static int
han_digit(gunichar c)
{
    static const gunichar digits[] = {0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
                                      0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D};

    if (c == 0x3007) /* 〇 */
        return 0;
    if (c == 0x4E24) /* 两 */
        return 2;
    for (int i = 0; i < 10; i++)
        if (digits[i] == c)
            return i;
    return -1;
}

static unsigned
han_unit(gunichar c)
{
    return c == 0x5341 ? 10 : c == 0x767E ? 100 : c == 0x5343 ? 1000 : 0;
}

/* 五百六十三, 十二, 一二三; 0 when there is none. */
static unsigned
take_han_number(Cursor *cursor)
{
    unsigned sum = 0, digits = 0;

    for (; sum <= NUMBER_MAX && digits <= NUMBER_MAX; next(cursor)) {
        gunichar c = peek(cursor);
        int digit = han_digit(c);
        unsigned unit = han_unit(c);

        if (digit >= 0) {
            digits = digits * 10 + (unsigned)digit;
        } else if (unit > 0) {
            sum += (digits == 0 ? 1 : digits) * unit;
            digits = 0;
        } else {
            break;
        }
    }
    return sum + digits;
}

static unsigned
take_digits(Cursor *cursor)
{
    unsigned number = 0;

    for (; number <= NUMBER_MAX; next(cursor)) {
        gunichar c = peek(cursor);

        if (c >= 0xFF10 && c <= 0xFF19) /* fullwidth */
            c = c - 0xFF10 + '0';
        if (c < '0' || c > '9')
            break;
        number = number * 10 + (c - '0');
    }
    return number;
}

static unsigned
take_roman(Cursor *cursor)
{
    static const char letters[] = "IVXLC";
    static const unsigned values[] = {1, 5, 10, 50, 100};
    unsigned sum = 0, before = 0;

    for (; sum <= NUMBER_MAX; next(cursor)) {
        gunichar c = peek(cursor);
        const char *letter = c > 0 && c < 0x80 ? strchr(letters, (int)c) : NULL;
        unsigned value;

        if (letter == NULL)
            break;
        value = values[letter - letters];
        sum += value;
        if (before > 0 && before < value)
            sum -= 2 * before;
        before = value;
    }
    return sum;
}

/* ---- lines ---- */

/* 第…章: number and unit. An article ends there, its text follows. */
static bool
take_han_marked(Cursor *cursor, Candidate *candidate)
{
    static const struct {
        const char *word;
        Kind kind;
    } units[] = {
        {"分编", KIND_SUBPART}, {"编", KIND_PART},    {"編", KIND_PART},
        {"部分", KIND_PART},    {"篇", KIND_PART},    {"卷", KIND_PART},
        {"章", KIND_CHAPTER},   {"回", KIND_CHAPTER}, {"节", KIND_SECTION},
        {"節", KIND_SECTION},   {"条", KIND_ARTICLE}, {"條", KIND_ARTICLE},
    };
    unsigned number;

    if (!take(cursor, "第"))
        return false;
    skip_blank(cursor);
    number = take_han_number(cursor);
    if (number == 0)
        number = take_digits(cursor);
    skip_blank(cursor);
    if (number == 0 || number > NUMBER_MAX)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (!take(cursor, units[i].word))
            continue;
        candidate->kind = units[i].kind;
        candidate->numbers[0] = number;
        candidate->style = 'h';
        return true;
    }
    return false;
}

/* Chapter 3, PART II. */
static bool
take_marked(Cursor *cursor, Candidate *candidate)
{
    static const struct {
        const char *word;
        Kind kind;
    } units[] = {
        {"Part", KIND_PART},       {"PART", KIND_PART},
        {"Chapter", KIND_CHAPTER}, {"CHAPTER", KIND_CHAPTER},
        {"Section", KIND_SECTION}, {"SECTION", KIND_SECTION},
        {"Article", KIND_ARTICLE}, {"ARTICLE", KIND_ARTICLE},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        unsigned number;

        if (!take(cursor, units[i].word))
            continue;
        if (skip_blank(cursor) == 0)
            return false;
        candidate->style = 'd';
        number = take_digits(cursor);
        if (number == 0) {
            candidate->style = 'r';
            number = take_roman(cursor);
        }
        candidate->kind = units[i].kind;
        candidate->numbers[0] = number;
        return number > 0 && number <= NUMBER_MAX;
    }
    return false;
}

/* 一、 and （一）. */
static bool
take_han_numbered(Cursor *cursor, Candidate *candidate)
{
    bool inner = take(cursor, "（") || take(cursor, "(");
    unsigned number = take_han_number(cursor);

    if (number == 0 || number > 99)
        return false;
    candidate->kind = inner ? KIND_HAN_INNER : KIND_HAN;
    candidate->numbers[0] = number;
    candidate->style = 'h';
    if (inner)
        return take(cursor, "）") || take(cursor, ")");
    return take(cursor, "、");
}

/* 1 1. 1.2 1.2.3, then a space or 、. */
static bool
take_numbered(Cursor *cursor, Candidate *candidate)
{
    unsigned depth = 0;
    bool dotted = false;

    while (depth < OUTLINE_DEPTH_MAX &&
           g_ascii_isdigit((int)MIN(peek(cursor), 0x7F))) {
        unsigned number = take_digits(cursor);

        if (number == 0 || number > 999)
            return false;
        candidate->numbers[depth++] = number;
        dotted = take(cursor, ".");
        if (!dotted)
            break;
    }
    if (depth == 0)
        return false;
    candidate->kind = KIND_NUMBER + depth - 1;
    /* Deeper ones are written both ways within one document. */
    candidate->style = depth > 1 ? 'n' : dotted ? '.' : ' ';
    if (!dotted && depth == 1 && take(cursor, "、")) {
        candidate->style = ',';
        return true;
    }
    return is_blank(peek(cursor)) || (dotted && text_is_cjk(peek(cursor)));
}

/* Dot leaders, as in a table of contents. */
static bool
has_leaders(const char *at, size_t size_bytes)
{
    static const char *const leaders[] = {"....", ". . .", "……", "····", "‥‥"};

    for (size_t i = 0; i < G_N_ELEMENTS(leaders); i++)
        if (g_strstr_len(at, (gssize)size_bytes, leaders[i]) != NULL)
            return true;
    return false;
}

static gunichar
last_character(const char *at, const char *end)
{
    return end > at ? g_utf8_get_char(g_utf8_prev_char(end)) : 0;
}

static unsigned
cells_of(const char *at, const char *end, unsigned enough)
{
    unsigned cells = 0;

    for (; at < end && cells <= enough; at = g_utf8_next_char(at))
        cells += g_unichar_iswide(g_utf8_get_char(at)) ? 2 : 1;
    return cells;
}

/* What follows the number of a marked heading (not an article) is a title,
 * not the rest of a sentence that refers to it. */
static bool
is_marked_title(Cursor rest, const char *line)
{
    gunichar c = peek(&rest), last = last_character(line, rest.end);
    bool blank;

    if (cells_of(line, rest.end, MARKED_CELLS_MAX) > MARKED_CELLS_MAX ||
        last == ',' || last == ';' || last == 0xFF0C || last == 0x3002 ||
        last == 0xFF1B)
        return false;
    if (c == 0 || c == '.' || c == ':' || c == 0xFF1A || c == '-' ||
        c == 0x2013 || c == 0x2014)
        return true;
    blank = skip_blank(&rest) > 0;
    c = peek(&rest);
    return blank && (text_is_cjk(c) || !g_unichar_islower(c)) && c != ',' &&
           c != '(';
}

static bool
is_numbered_title(Cursor rest)
{
    gunichar c, last = last_character(rest.at, rest.end);

    skip_blank(&rest);
    c = peek(&rest);
    if (c == 0 || !(g_unichar_isupper(c) || text_is_cjk(c)))
        return false;
    if (cells_of(rest.at, rest.end, TITLE_CELLS_MAX) > TITLE_CELLS_MAX)
        return false;
    return strchr(".,;:!-", (int)MIN(last, 0x7F)) == NULL && last != 0x3002 &&
           last != 0xFF0C && last != 0xFF1B && last != 0xFF1A && last != 0xFF01;
}

/* An article's text follows on its line, after a space, or is set apart. */
static bool
is_article(Cursor *rest)
{
    gunichar c;

    if (take(rest, "之"))
        (void)take_han_number(rest);
    c = peek(rest);
    return c == 0 || is_blank(c) || c == 0x3010 || c == ':' || c == 0xFF1A ||
           c == '.' || (c == 0xFF08 && rest->end - rest->at < 90);
}

static bool
line_begins(const char *text, const char *at, const char *end,
            Candidate *ret_candidate)
{
    Candidate candidate = {0};
    Cursor cursor = {at, end};
    bool title;

    if (take_han_marked(&cursor, &candidate) ||
        (cursor.at = at, take_marked(&cursor, &candidate))) {
        if (candidate.kind == KIND_ARTICLE) {
            title = is_article(&cursor);
            candidate.end = (size_t)(cursor.at - text);
            skip_blank(&cursor);
            candidate.text_after = cursor.at < end;
        } else {
            title = is_marked_title(cursor, at);
        }
    } else if ((cursor.at = at, take_han_numbered(&cursor, &candidate)) ||
               (cursor.at = at, take_numbered(&cursor, &candidate))) {
        title = is_numbered_title(cursor);
    } else {
        return false;
    }
    if (!title ||
        (candidate.kind != KIND_ARTICLE && has_leaders(at, (size_t)(end - at))))
        return false;
    candidate.start = (size_t)(at - text);
    if (candidate.end == 0)
        candidate.end = (size_t)(end - text);
    *ret_candidate = candidate;
    return true;
}

/* A numbered line that goes on in small letters is a sentence cut by the
 * edge of the page. */
static bool
goes_on(const Candidate *candidate, const char *at)
{
    return candidate->kind >= KIND_HAN &&
           g_unichar_islower(g_utf8_get_char(at));
}

GArray *
outline_candidates(const char *text, size_t size_bytes)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(Candidate));
    const char *end = text + size_bytes;
    bool text_before = false, adjacent = false;

    for (const char *line = text; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *after = stop != NULL ? stop + 1 : end;
        Cursor cursor = {line, stop != NULL ? stop : end};
        Candidate each, *last = NULL;

        if (found->len > 0)
            last = &g_array_index(found, Candidate, found->len - 1);
        skip_blank(&cursor);
        while (cursor.end > cursor.at &&
               is_blank(last_character(cursor.at, cursor.end)))
            cursor.end = g_utf8_prev_char(cursor.end);
        line = after;
        if (cursor.at == cursor.end) {
            adjacent = false;
            continue;
        }
        if (found->len < CANDIDATES_MAX &&
            line_begins(text, cursor.at, cursor.end, &each)) {
            if (last != NULL && each.text_after)
                last->text_after = true;
            each.text_before = text_before;
            text_before = each.text_after;
            g_array_append_val(found, each);
            adjacent = true;
            continue;
        }
        if (last != NULL && adjacent && goes_on(last, cursor.at))
            g_array_set_size(found, found->len - 1);
        else if (last != NULL)
            last->text_after = true;
        text_before = true;
        adjacent = false;
    }
    return found;
}

unsigned
outline_depth(const Candidate *candidate)
{
    return candidate->kind >= KIND_NUMBER
               ? (unsigned)(candidate->kind - KIND_NUMBER) + 1
               : 1;
}
