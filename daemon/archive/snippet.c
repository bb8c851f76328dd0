/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snippet.c - from places in tokens to a line to read.
 */
#include "config.h"

#include "daemon/archive/snippet.h"

#include <string.h>

#include "base/text.h"
#include "daemon/archive/tokenize.h"

enum {
    PLACES_MAX = 4096, /* looked at; a later passage is seldom better */
    /* Terms so near each other fit the line together. */
    WINDOW_TOKENS = 20,
    /* Read of one passage; a longer one was not cut as it should be. */
    PASSAGE_BYTES_MAX = 64 * 1024,
    /* Shown before the first term, if a word begins there. */
    LEAD_BYTES = 48,
};

void
snippet_clear(Snippet *snippet)
{
    g_clear_pointer(&snippet->text, g_free);
    g_clear_pointer(&snippet->heading, g_free);
}

/* ---- which passage ---- */

/* The last of @positions that is at or before @position. */
static guint
passage_of(GArray *positions, uint32_t position)
{
    guint low = 0, high = positions->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(positions, uint32_t, middle) <= position)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static unsigned
distinct(GArray *places, guint from, guint to, const unsigned *groups)
{
    uint64_t seen = 0;

    for (guint i = from; i < to; i++)
        seen |= UINT64_C(1)
                << groups[g_array_index(places, RankPlace, i).phrase] % 64;
    return (unsigned)__builtin_popcountll(seen);
}

/* The run of @places that lie in one passage and has most terms; its passage
 * is returned. */
static guint
best_passage(GArray *places, GArray *positions, const unsigned *groups,
             guint *ret_from, guint *ret_to)
{
    guint best = 0;
    uint64_t best_score = 0;

    *ret_from = *ret_to = 0;
    for (guint i = 0, next; i < places->len; i = next) {
        guint passage =
            passage_of(positions, g_array_index(places, RankPlace, i).position);
        uint64_t score;

        for (next = i + 1; next < places->len; next++)
            if (passage_of(positions,
                           g_array_index(places, RankPlace, next).position) !=
                passage)
                break;
        score =
            ((uint64_t)distinct(places, i, next, groups) << 32) | (next - i);
        if (score > best_score) {
            best_score = score;
            best = passage;
            *ret_from = i;
            *ret_to = next;
        }
    }
    return best;
}

/* Where in places @from … @to the line should begin. */
static uint32_t
best_position(GArray *places, guint from, guint to, const unsigned *groups)
{
    uint32_t best = g_array_index(places, RankPlace, from).position;
    unsigned best_score = 0;

    for (guint i = from; i < to; i++) {
        uint32_t first = g_array_index(places, RankPlace, i).position;
        guint end = i;
        unsigned score;

        while (end < to && g_array_index(places, RankPlace, end).position <
                               first + WINDOW_TOKENS)
            end++;
        score = distinct(places, i, end, groups) * 256 + MIN(end - i, 255);
        if (score > best_score) {
            best_score = score;
            best = first;
        }
    }
    return best;
}

/* ---- which line of it ---- */

typedef struct {
    uint32_t left; /* tokens before the one wanted */
    int at;        /* its byte */
} Seek;

static int
seek_token(void *user, const char *term, int size_bytes, int start, int end,
           bool beside)
{
    Seek *seek = user;

    if (beside)
        return 0;
    if (seek->left == 0) {
        seek->at = start;
        return 1;
    }
    seek->left--;
    return 0;
}

/* A little before @at, where a sentence or a word begins. */
static size_t
lead(const char *text, size_t at)
{
    size_t from = at > LEAD_BYTES ? at - LEAD_BYTES : 0;
    size_t word = at;

    if (from == 0)
        return 0;
    from = text_floor(text, at, from);
    for (size_t i = at; i > from; i--) {
        if (text[i - 1] == '\n' || (text[i - 1] == ' ' && i >= 2 &&
                                    strchr(".!?", text[i - 2]) != NULL))
            return i;
        if (text[i - 1] == ' ')
            word = i;
    }
    if (word < at)
        return word;
    /* No spaces: CJK may be cut at any character. */
    return text_is_cjk(g_utf8_get_char(text + from)) ? from : at;
}

/* One line of it: runs of white space are one space. */
static char *
flatten(const char *text, bool cut_before)
{
    g_autoptr(GString) line = g_string_new(cut_before ? "…" : NULL);
    g_autofree char *clipped = NULL;
    bool space = true;

    for (; *text != '\0' && line->len < 8 * SNIPPET_CELLS; text++) {
        bool is_space = g_ascii_isspace(*text);

        if (!is_space)
            g_string_append_c(line, *text);
        else if (!space)
            g_string_append_c(line, ' ');
        space = is_space;
    }
    g_string_truncate(line, text_floor(line->str, line->len, line->len));
    return text_clip(line->str, SNIPPET_CELLS);
}

static char *
show(Store *store, int64_t document, const Passage *passage, uint32_t token,
     GError **error)
{
    uint32_t end = MIN(passage->end, passage->start + PASSAGE_BYTES_MAX);
    g_autofree char *text =
        store_text(store, document, passage->start, end, error);
    Seek seek = {.left = token};
    size_t from;

    if (text == NULL)
        return NULL;
    (void)tokenize(text, strlen(text), TOKENIZE_TEXT, seek_token, &seek);
    from = lead(text, (size_t)seek.at);
    return flatten(text + from, from > 0);
}

bool
snippet_make(Store *store, int64_t document, const char *expression,
             const unsigned *groups, Snippet *ret_snippet, GError **error)
{
    g_autoptr(GArray) passages = NULL;
    g_autoptr(GArray) headings = NULL;
    g_autoptr(GArray) positions = NULL;
    g_autoptr(GArray) places = NULL;
    const Passage *passage;
    guint best, from = 0, to = 0;
    uint32_t token = 0;
    Snippet snippet = {0};

    if (expression != NULL) {
        places = rank_places(store_connection(store), expression, document,
                             PLACES_MAX, error);
        if (places == NULL)
            return false;
    }
    if (!store_passage_positions(store, document, &passages, &headings,
                                 &positions, error))
        return false;
    if (passages->len == 0) {
        *ret_snippet = snippet;
        return true;
    }
    best = places != NULL && places->len > 0
               ? best_passage(places, positions, groups, &from, &to)
               : 0;
    passage = &g_array_index(passages, Passage, best);
    if (to > from)
        token = best_position(places, from, to, groups) -
                g_array_index(positions, uint32_t, best);
    snippet.text = show(store, document, passage, token, error);
    if (snippet.text == NULL)
        return false;
    snippet.page = passage->page;
    if (passage->heading <= headings->len)
        snippet.heading = extract_heading_path(headings, passage->heading);
    *ret_snippet = snippet;
    return true;
}
