/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outline.c - headings from the lines that look like one.
 *
 * Lines are strung into runs whose numbers run on, and only runs that look
 * like an outline are kept: what stands once, and what has no text between
 * its lines (a list, a table of contents) is not.
 */
#include "config.h"

#include "indexer/outline.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "indexer/outline-line.h"

enum {
    RUNS_MAX = 8, /* open at one time */
    STRAYS_MAX = 4,
    NUMBER_GAP_MAX = 3, /* headings lost to a broken line */
};

static bool
runs_on(const Candidate *before, const Candidate *each)
{
    unsigned from = before->numbers[0], to = each->numbers[0];

    /* 第十条之一 follows 第十条. */
    return to <= from + NUMBER_GAP_MAX &&
           (to > from || (to == from && each->kind == KIND_ARTICLE));
}

/* The latest of @strays that @each runs on from, or NULL. */
static Candidate *
stray_for(Candidate *const *strays, unsigned n_strays, const Candidate *each)
{
    for (unsigned i = n_strays; i > 0; i--)
        if (runs_on(strays[i - 1], each))
            return strays[i - 1];
    return NULL;
}

/*
 * Marked kinds: a number runs on from the last of its kind. One that does
 * not is a line that refers to another, a stray, unless a later one runs on
 * from it: then numbering began again, as sections do in each chapter.
 */
static void
keep_marked_kind(GArray *candidates, Kind kind)
{
    Candidate *last = NULL, *strays[STRAYS_MAX];
    unsigned kept = 0, n_strays = 0;

    for (unsigned i = 0; i < candidates->len; i++) {
        Candidate *each = &g_array_index(candidates, Candidate, i), *stray;

        if (each->kind != kind)
            continue;
        if (last != NULL && runs_on(last, each)) {
            last = each;
        } else if ((stray = stray_for(strays, n_strays, each)) != NULL) {
            stray->kept = true;
            n_strays = 0;
            last = each;
        } else {
            if (n_strays == STRAYS_MAX)
                memmove(strays, strays + 1, --n_strays * sizeof strays[0]);
            strays[n_strays++] = each;
            continue;
        }
        each->kept = true;
        kept++;
    }
    /* A chapter of one section, in a document where others have more. */
    for (unsigned i = 0; i < candidates->len && kept > 0; i++) {
        Candidate *each = &g_array_index(candidates, Candidate, i);

        if (each->kind == kind && kind < KIND_ARTICLE &&
            each->numbers[0] == 1 && each->text_after)
            each->kept = true;
    }
}

typedef struct {
    bool numbers; /* 1.2.3, or a Han kind */
    Kind kind;
    char style;
    unsigned at[OUTLINE_DEPTH_MAX];
    unsigned depth;
    GArray *members; /* of unsigned: indices of candidates */
} Run;

static bool
run_takes(const Run *run, const Candidate *each)
{
    unsigned depth = outline_depth(each);

    if (run->numbers != (each->kind >= KIND_NUMBER) ||
        (!run->numbers && run->kind != each->kind) ||
        (depth == 1 && run->style != each->style) || depth > run->depth + 1)
        return false;
    for (unsigned i = 0; i + 1 < depth; i++)
        if (each->numbers[i] != run->at[i])
            return false;
    if (depth > run->depth)
        return each->numbers[depth - 1] == 1;
    return each->numbers[depth - 1] == run->at[depth - 1] + 1;
}

static void
run_add(Run *run, const Candidate *each, unsigned index)
{
    run->depth = outline_depth(each);
    memcpy(run->at, each->numbers, sizeof run->at);
    g_array_append_val(run->members, index);
}

/* Kept when it has two and enough of them have text of their own. */
static void
run_close(Run *run, GArray *candidates)
{
    unsigned with_text = 0, n = run->members->len;

    for (unsigned i = 0; i < n; i++)
        with_text += g_array_index(candidates, Candidate,
                                   g_array_index(run->members, unsigned, i))
                         .text_after;
    for (unsigned i = 0; i < n && n >= 2 && with_text * 2 >= n; i++)
        g_array_index(candidates, Candidate,
                      g_array_index(run->members, unsigned, i))
            .kept = true;
    g_array_unref(run->members);
}

/* The run that @each continues. After text it is rather an outer one (the
 * oldest) than a list just ended; straight after a line, the latest. */
static Run *
run_for(Run *runs, unsigned n_runs, const Candidate *each)
{
    Run *found = NULL;

    for (unsigned i = 0; i < n_runs; i++) {
        if (!run_takes(&runs[i], each))
            continue;
        found = &runs[i];
        if (each->text_before)
            break;
    }
    return found;
}

static void
keep_numbered(GArray *candidates)
{
    Run runs[RUNS_MAX];
    unsigned n_runs = 0;

    for (unsigned i = 0; i < candidates->len; i++) {
        const Candidate *each = &g_array_index(candidates, Candidate, i);
        Run *run;

        if (each->kind < KIND_HAN)
            continue;
        run = run_for(runs, n_runs, each);
        if (run == NULL) {
            if (outline_depth(each) != 1 || each->numbers[0] != 1)
                continue;
            if (n_runs == RUNS_MAX) { /* the innermost is over */
                run_close(&runs[RUNS_MAX - 1], candidates);
                n_runs--;
            }
            run = &runs[n_runs++];
            *run = (Run){.numbers = each->kind >= KIND_NUMBER,
                         .kind = each->kind,
                         .style = each->style};
            run->members = g_array_new(FALSE, FALSE, sizeof(unsigned));
        }
        run_add(run, each, i);
    }
    for (unsigned i = 0; i < n_runs; i++)
        run_close(&runs[i], candidates);
}

/* ---- the outline ---- */

/* One line: white space becomes one space, and none between Han characters
 * (第一章　总　　则). */
static char *
title_of(const char *text, const Candidate *each)
{
    const char *end =
        text + text_floor(text, each->end, each->start + OUTLINE_TITLE_BYTES);
    GString *title = g_string_new(NULL);
    gunichar before = 0;
    bool blank = false, titled = false;

    for (const char *at = text + each->start; at < end;
         at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (g_unichar_isspace(c)) {
            blank = true;
            continue;
        }
        if (blank && (!titled || !text_is_cjk(c) || !text_is_cjk(before))) {
            g_string_append_c(title, ' ');
            titled = true;
        }
        blank = false;
        before = c;
        g_string_append_unichar(title, c);
    }
    return g_string_free(title, FALSE);
}

/*
 * A table of contents without leaders: its entries come again further down,
 * where there is text below them.
 */
static void
drop_contents(const char *text, GArray *candidates)
{
    g_autoptr(GHashTable) later =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (unsigned i = candidates->len; i > 0; i--) {
        Candidate *each = &g_array_index(candidates, Candidate, i - 1);

        if (!each->kept || each->kind >= KIND_ARTICLE)
            continue;
        if (!each->text_after) {
            g_autofree char *title = title_of(text, each);

            if (g_hash_table_contains(later, title))
                each->kept = false;
        }
        if (each->kept)
            g_hash_table_add(later, title_of(text, each));
    }
}

static void
heading_clear(void *heading)
{
    g_free(((Heading *)heading)->title);
}

static GArray *
headings_of(const char *text, GArray *candidates, bool articles_only)
{
    GArray *headings = g_array_new(FALSE, FALSE, sizeof(Heading));
    unsigned levels[N_KINDS] = {0}, kinds[N_KINDS] = {0}, level = 0;

    g_array_set_clear_func(headings, heading_clear);
    for (unsigned i = 0; i < candidates->len; i++) {
        Candidate *each = &g_array_index(candidates, Candidate, i);

        if (articles_only && each->kind != KIND_ARTICLE)
            each->kept = false;
        kinds[each->kind] += each->kept;
    }
    for (unsigned kind = 0; kind < N_KINDS; kind++) {
        /* Numbered lines below articles are their items. */
        if (kind >= KIND_HAN && kinds[KIND_ARTICLE] > 0)
            kinds[kind] = 0;
        levels[kind] = kinds[kind] > 0 ? ++level : 0;
    }
    for (unsigned i = 0; i < candidates->len; i++) {
        const Candidate *each = &g_array_index(candidates, Candidate, i);
        Heading heading = {.level = levels[each->kind],
                           .start = (uint32_t)each->start};

        if (!each->kept || heading.level == 0 ||
            headings->len == EXTRACT_HEADINGS_MAX)
            continue;
        heading.title = title_of(text, each);
        g_array_append_val(headings, heading);
    }
    if (headings->len < 2)
        g_array_set_size(headings, 0);
    return headings;
}

static GArray *
find(const char *text, size_t size_bytes, bool articles_only)
{
    g_autoptr(GArray) candidates = outline_candidates(text, size_bytes);

    if (candidates->len > 0) {
        for (Kind kind = KIND_PART; kind <= KIND_ARTICLE; kind++)
            keep_marked_kind(candidates, kind);
        keep_numbered(candidates);
        drop_contents(text, candidates);
    }
    return headings_of(text, candidates, articles_only);
}

GArray *
outline_find(const char *text, size_t size_bytes)
{
    return find(text, size_bytes, false);
}

GArray *
outline_find_articles(const char *text, size_t size_bytes)
{
    return find(text, size_bytes, true);
}
