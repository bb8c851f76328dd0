/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.c - headings and pages as places in a text.
 *
 * Bookmarks name a page, at best a title on it; a statute names its articles
 * only in its text. Here each gets the offset where its section begins.
 */
#include "config.h"

#include "indexer/place.h"

#include "base/passage.h"
#include "indexer/cut.h"
#include "indexer/outline.h"

enum {
    STEPS_MAX = 50 * 1000 * 1000, /* spent on looking for titles */
};

static const char *
skip_white(const char *at, const char *end)
{
    while (at < end && g_unichar_isspace(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    return at;
}

/* Where @title, which begins at @at, ends in the text, whose white space may
 * be another. */
static uint32_t
title_end(const GString *text, uint32_t at, const char *title)
{
    const char *here = text->str + at, *end = text->str + text->len;

    for (; *title != '\0'; title = g_utf8_next_char(title)) {
        if (g_unichar_isspace(g_utf8_get_char(title)))
            continue;
        here = skip_white(here, end);
        if (here < end)
            here = g_utf8_next_char(here);
    }
    return (uint32_t)(here - text->str);
}

/* Where @title stands in @text from @from to @to, spaces and ASCII case
 * aside; or @to. */
static uint32_t
find_title(const GString *text, uint32_t from, uint32_t to, const char *title,
           unsigned *steps)
{
    const char *end = text->str + to;

    for (const char *at = text->str + from; at<end && * steps> 0;
         at = g_utf8_next_char(at)) {
        const char *a = at, *b = title;

        for (; *b != '\0' && *steps > 0; --*steps) {
            if (g_ascii_isspace(*b))
                b++;
            else if (a < end && g_ascii_isspace(*a) && a > at)
                a++;
            else if (a < end && g_ascii_tolower(*a) == g_ascii_tolower(*b))
                a++, b++;
            else
                break;
        }
        if (*b == '\0')
            return (uint32_t)(at - text->str);
    }
    return to;
}

/* The text of @page; of the next page that has text when it has none. */
static void
page_span(const GArray *pages, const GString *text, uint32_t page,
          uint32_t *ret_from, uint32_t *ret_to)
{
    unsigned low = 0, high = pages->len;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (g_array_index(pages, PlacePage, middle).page < page)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_from = *ret_to = (uint32_t)text->len;
    if (low < pages->len)
        *ret_from = g_array_index(pages, PlacePage, low).at;
    if (low + 1 < pages->len)
        *ret_to = g_array_index(pages, PlacePage, low + 1).at;
}

/*
 * Entries of a stored outline get their place: at their title on their page,
 * looked for behind the entry before, else at the page's start.
 */
static void
place_outline(GArray *headings, const GArray *pages, const GString *text)
{
    unsigned steps = STEPS_MAX;
    uint32_t before = 0;

    for (unsigned i = 0; i < headings->len; i++) {
        PlaceHeading *each = &g_array_index(headings, PlaceHeading, i);
        uint32_t from, to, at;

        if (!each->outline)
            continue;
        if (each->page == 0) {
            each->at = before;
            continue;
        }
        page_span(pages, text, each->page, &from, &to);
        if (before > from && before < to)
            from = before;
        at = find_title(text, from, to, each->title, &steps);
        each->at = at < to ? at : from;
        each->title_end = at < to ? title_end(text, at, each->title) : from;
        before = each->at;
    }
}

static int
compare_headings(const void *a, const void *b)
{
    const PlaceHeading *first = a, *second = b;

    return first->at < second->at ? -1 : first->at > second->at;
}

static uint32_t
page_at(const GArray *pages, uint32_t at, unsigned *next_mark)
{
    while (*next_mark < pages->len &&
           g_array_index(pages, PlacePage, *next_mark).at <= at)
        ++*next_mark;
    return *next_mark == 0
               ? 0
               : g_array_index(pages, PlacePage, *next_mark - 1).page;
}

/* Headings that the text itself shows: all of them where the document has
 * none, else only articles, a level below the deepest it has. */
static void
add_found(GArray *headings, const GArray *pages, const GString *text)
{
    bool none = headings->len == 0;
    g_autoptr(GArray) found = none
                                  ? outline_find(text->str, text->len)
                                  : outline_find_articles(text->str, text->len);
    unsigned deepest = 0, next_mark = 0;

    for (unsigned i = 0; i < headings->len; i++)
        deepest = MAX(deepest, g_array_index(headings, PlaceHeading, i).level);
    for (unsigned i = 0; i < found->len && headings->len < EXTRACT_HEADINGS_MAX;
         i++) {
        Heading *each = &g_array_index(found, Heading, i);
        PlaceHeading heading = {
            .at = each->start,
            .title_end = title_end(text, each->start, each->title),
            .page = page_at(pages, each->start, &next_mark),
            .level = MIN(deepest + each->level, EXTRACT_LEVEL_MAX),
            .title = g_steal_pointer(&each->title),
            .found = true,
        };

        g_array_append_val(headings, heading);
    }
}

/* By place; what was found where a heading was given is that heading. */
static void
order(GArray *headings)
{
    PlaceHeading *all = (PlaceHeading *)(void *)headings->data;
    unsigned kept = 0;

    /* It is a stable sort: equal places keep the order given. */
    g_array_sort(headings, compare_headings);
    for (unsigned i = 0; i < headings->len; i++) {
        PlaceHeading each = all[i];

        all[i].title = NULL;
        if (each.found && kept > 0 && all[kept - 1].at == each.at)
            g_free(each.title);
        else
            all[kept++] = each;
    }
    g_array_set_size(headings, kept);
}

void
place_headings(GArray *headings, const GArray *pages, const GString *text)
{
    place_outline(headings, pages, text);
    add_found(headings, pages, text);
    order(headings);
}

static bool
is_white_between(const GString *text, uint32_t from, uint32_t to)
{
    return from <= to &&
           skip_white(text->str + from, text->str + to) == text->str + to;
}

/* The pages and headings as places that no passage crosses. */
GArray *
place_marks(const GArray *headings, const GArray *pages, const GString *text)
{
    GArray *marks = g_array_new(FALSE, FALSE, sizeof(CutMark));
    const PlaceHeading *above = NULL;
    CutMark mark = {0, 0, 0};
    unsigned page = 0, heading = 0;

    while (page < pages->len || heading < headings->len) {
        const PlacePage *next_page =
            page < pages->len ? &g_array_index(pages, PlacePage, page) : NULL;
        const PlaceHeading *each =
            heading < headings->len
                ? &g_array_index(headings, PlaceHeading, heading)
                : NULL;

        if (each == NULL || (next_page != NULL && next_page->at <= each->at)) {
            mark.at = next_page->at;
            mark.page = next_page->page;
            above = NULL;
            page++;
        } else {
            mark.heading = ++heading;
            /* Nothing stands under the one above: they share a passage. */
            if (above == NULL || above->level >= each->level ||
                !is_white_between(text, MAX(above->at, above->title_end),
                                  each->at))
                mark.at = each->at;
            above = each;
        }
        if (marks->len > 0 &&
            g_array_index(marks, CutMark, marks->len - 1).at == mark.at)
            g_array_index(marks, CutMark, marks->len - 1) = mark;
        else
            g_array_append_val(marks, mark);
    }
    return marks;
}
