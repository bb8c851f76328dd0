/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cut.c - a text into passages.
 *
 * A passage grows character by character until it is too heavy; then it is
 * cut at the best place seen, and the next begins there. A place counts from
 * a quarter of the weight on, so each byte is looked at four times at most,
 * however long a line is.
 */
#include "config.h"

#include "indexer/cut.h"

#include <stdbool.h>

#include "base/text.h"

enum { RUN_BYTES = 24 }; /* of a run without spaces: weighs as one word */

/* Where a passage may end, best first. */
typedef enum {
    PLACE_BLANK_LINE,
    PLACE_LINE_SENTENCE,
    PLACE_SENTENCE,
    PLACE_LINE,
    PLACE_SPACE,
    PLACE_CHARACTER,
    N_PLACES,
} Place;

/* What the characters so far mean for the next one. */
typedef struct {
    unsigned weight;
    unsigned run_bytes; /* since the last space or CJK character */
    bool word;          /* a word has begun in this run */
    bool solid;         /* something but white space was seen */
    bool space;         /* white space stands just before */
    unsigned lines;     /* line ends in that white space */
    size_t line_start;  /* after the last of them */
    bool cjk;           /* the character before */
    bool ended;         /* a sentence mark, perhaps with closing quotes */
    bool ended_cjk;     /* one that needs no space after it */
} Walk;

typedef struct {
    size_t at;
    unsigned weight; /* before it; 0: none seen */
} Cut;

static bool
is_white(gunichar c)
{
    return c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r')
                    : c == 0x3000 || g_unichar_isspace(c);
}

static bool
is_word(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c) : g_unichar_isalnum(c);
}

/* Ends a word without a space: a,b|c=d is four. */
static bool
is_divider(gunichar c)
{
    switch (c) {
    case ',':
    case ';':
    case '|':
    case '=':
    case '(':
    case '[':
    case '{':
    case '<':
    case '>':
        return true;
    default:
        return false;
    }
}

static bool
is_closing(gunichar c)
{
    switch (c) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case 0x2019: /* ’ */
    case 0x201D: /* ” */
    case 0x300B: /* 》 */
    case 0x300D: /* 」 */
    case 0x300F: /* 』 */
    case 0x3011: /* 】 */
    case 0xFF09: /* ） */
        return true;
    default:
        return false;
    }
}

static bool
is_end(gunichar c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026;
}

static bool
is_cjk_end(gunichar c)
{
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x2026;
}

/* What may not begin a passage: it belongs to what stands before. */
static bool
is_attached(gunichar c)
{
    return is_closing(c) || is_cjk_end(c) || c == 0x3001 || c == 0xFF0C ||
           c == 0xFF1B || c == 0xFF1A || (c >= 0x300 && g_unichar_ismark(c));
}

static unsigned
weigh(Walk *walk, gunichar c, unsigned bytes)
{
    unsigned weight = 0;

    if (text_is_cjk(c)) {
        walk->run_bytes = 0;
        walk->word = false;
        return 1;
    }
    if (!walk->word && is_word(c)) {
        walk->word = true;
        walk->run_bytes = 0;
        weight = 2;
    } else if (is_divider(c)) {
        walk->word = false;
    }
    walk->run_bytes += bytes;
    if (walk->run_bytes > RUN_BYTES) {
        walk->run_bytes = bytes;
        weight += 2;
    }
    return weight;
}

/* The kind of place just before @c, where *ret_at is set; or N_PLACES. */
static Place
place_before(const Walk *walk, gunichar c, size_t at, size_t *ret_at)
{
    *ret_at = at;
    if (walk->lines > 0) {
        *ret_at = walk->line_start;
        if (walk->lines > 1)
            return PLACE_BLANK_LINE;
        return walk->ended ? PLACE_LINE_SENTENCE : PLACE_LINE;
    }
    if (walk->space)
        return walk->ended && !g_unichar_islower(c) ? PLACE_SENTENCE
                                                    : PLACE_SPACE;
    if (is_attached(c))
        return N_PLACES;
    if (walk->ended_cjk)
        return PLACE_SENTENCE;
    return walk->cjk || text_is_cjk(c) ? PLACE_CHARACTER : N_PLACES;
}

static void
walk_white(Walk *walk, gunichar c, size_t after)
{
    walk->run_bytes = 0;
    walk->word = false;
    walk->space = true;
    if (c == '\n' || c == 0x2028 || c == 0x2029) {
        walk->lines++;
        walk->line_start = after;
    }
}

static void
walk_solid(Walk *walk, gunichar c)
{
    bool closes =
        (walk->ended || walk->ended_cjk) && !walk->space && is_closing(c);

    walk->solid = true;
    walk->space = false;
    walk->lines = 0;
    walk->cjk = text_is_cjk(c);
    if (!closes) {
        walk->ended_cjk = is_cjk_end(c);
        walk->ended = walk->ended_cjk || is_end(c);
    }
}

static size_t
best_of(const Cut *cuts, unsigned weight_max, size_t here)
{
    unsigned least = MAX(weight_max / 4, 1);

    for (Place place = 0; place < N_PLACES; place++)
        if (cuts[place].weight >= least)
            return cuts[place].at;
    return here;
}

/* The end of the passage that begins at @start; *ret_solid tells whether it
 * holds anything but white space. */
static size_t
passage_end(const char *text, size_t start, size_t end, unsigned weight_max,
            bool *ret_solid)
{
    Cut cuts[N_PLACES] = {{0, 0}};
    Walk walk = {0};

    for (size_t at = start; at < end;) {
        unsigned char byte = (unsigned char)text[at];
        gunichar c = byte < 0x80 ? byte : g_utf8_get_char(text + at);
        unsigned bytes = byte < 0x80 ? 1 : (unsigned)g_utf8_skip[byte];
        unsigned weight;
        size_t place_at;
        Place place;

        if (is_white(c)) {
            at += bytes;
            walk_white(&walk, c, at);
            continue;
        }
        place = place_before(&walk, c, at, &place_at);
        if (place < N_PLACES)
            cuts[place] = (Cut){place_at, walk.weight};
        weight = weigh(&walk, c, bytes);
        if (walk.solid && walk.weight + weight > weight_max) {
            *ret_solid = true;
            return best_of(cuts, weight_max, at);
        }
        walk.weight += weight;
        walk_solid(&walk, c);
        at += bytes;
    }
    *ret_solid = walk.solid;
    return end;
}

/*
 * Passages of @text between two marks. *start is where the first begins:
 * before @from when only white space came before it.
 */
static void
cut_section(GArray *passages, const char *text, size_t *start, size_t to,
            const CutMark *mark, unsigned weight_max)
{
    while (*start < to) {
        bool solid;
        Passage passage = {
            .start = (uint32_t)*start,
            .end = (uint32_t)passage_end(text, *start, to, weight_max, &solid),
            .page = mark->page,
            .heading = mark->heading,
        };

        if (solid)
            g_array_append_val(passages, passage);
        else if (passages->len > 0)
            g_array_index(passages, Passage, passages->len - 1).end =
                passage.end;
        else
            return;
        *start = passage.end;
    }
}

GArray *
cut_passages(const char *text, size_t size_bytes, const CutMark *marks,
             size_t n_marks, unsigned weight_max)
{
    GArray *passages = g_array_new(FALSE, FALSE, sizeof(Passage));
    CutMark mark = {0, 0, 0};
    size_t start = 0;

    for (size_t i = 0; i < n_marks; i++) {
        cut_section(passages, text, &start, marks[i].at, &mark, weight_max);
        mark = marks[i];
    }
    cut_section(passages, text, &start, size_bytes, &mark, weight_max);
    if (start < size_bytes) {
        Passage white = {(uint32_t)start, (uint32_t)size_bytes, mark.page,
                         mark.heading};

        g_array_append_val(passages, white);
    }
    return passages;
}
