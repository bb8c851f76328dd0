/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sink.c - where extractors pour text, and what becomes of it.
 *
 * Text lies in one string; pages and headings are places in it. The space
 * between paragraphs is owed until more text comes, so that nothing ends in
 * blank lines and no page is made of white space alone.
 */
#include "config.h"

#include "indexer/sink.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "indexer/cut.h"
#include "indexer/place.h"

enum {
    PAGES_KEPT_MAX = 100 * 1000, /* marks; form feeds are cheap to write */
    TEXT_FIRST_BYTES = 4096,
    PARAGRAPH_BYTES = 6, /* the least it takes: its break and a character */
};

struct Sink {
    GString *text;
    uint32_t text_bytes_max;
    bool full;
    bool owes_break;     /* before more text comes, a blank line */
    uint32_t page;       /* that the next text is on */
    GArray *pages;       /* of PlacePage */
    GArray *headings;    /* of PlaceHeading, in the order given */
    bool heading_titled; /* the title is only a heading's */
    Extract *extract;
};

static void
heading_clear(void *heading)
{
    g_free(((PlaceHeading *)heading)->title);
}

Sink *
sink_new(uint32_t text_bytes_max)
{
    Sink *sink = g_new0(Sink, 1);

    sink->text = g_string_sized_new(TEXT_FIRST_BYTES);
    sink->text_bytes_max = text_bytes_max;
    sink->pages = g_array_new(FALSE, FALSE, sizeof(PlacePage));
    sink->headings = g_array_new(FALSE, FALSE, sizeof(PlaceHeading));
    g_array_set_clear_func(sink->headings, heading_clear);
    sink->extract = extract_new();
    return sink;
}

void
sink_free(Sink *sink)
{
    if (sink == NULL)
        return;
    if (sink->text != NULL)
        g_string_free(sink->text, TRUE);
    g_array_unref(sink->pages);
    g_array_unref(sink->headings);
    extract_free(sink->extract);
    g_free(sink);
}

/* @string as one line of valid text, spaces collapsed, clipped; NULL when
 * nothing is left. */
static char *
one_line(const char *string)
{
    g_autofree char *valid = NULL;
    GString *line;
    bool blank = false;

    if (string == NULL)
        return NULL;
    /* Four times, since what is invalid grows and what is blank shrinks. */
    valid =
        text_valid(string, strnlen(string, 4 * EXTRACT_STRING_BYTES_MAX), NULL);
    line = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (g_unichar_isspace(c) || g_unichar_iscntrl(c)) {
            blank = line->len > 0;
            continue;
        }
        if (blank)
            g_string_append_c(line, ' ');
        blank = false;
        g_string_append_unichar(line, c);
    }
    if (line->len > EXTRACT_STRING_BYTES_MAX)
        g_string_truncate(
            line, text_floor(line->str, line->len, EXTRACT_STRING_BYTES_MAX));
    if (line->len == 0) {
        g_string_free(line, TRUE);
        return NULL;
    }
    return g_string_free(line, FALSE);
}

/* ---- text ---- */

static const char *
skip_white(const char *at, const char *end)
{
    while (at < end && g_unichar_isspace(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    return at;
}

static void
trim_end(GString *text)
{
    const char *end = text->str + text->len;

    while (end > text->str) {
        const char *before = g_utf8_prev_char(end);

        if (!g_unichar_isspace(g_utf8_get_char(before)))
            break;
        end = before;
    }
    g_string_truncate(text, (gsize)(end - text->str));
}

/* The space owed is paid, and the page of what follows is marked. */
static void
begin_paragraph(Sink *sink)
{
    PlacePage mark;

    if (sink->text->len > 0) {
        trim_end(sink->text);
        g_string_append(sink->text, "\n\n");
    }
    sink->owes_break = false;
    mark = (PlacePage){(uint32_t)sink->text->len, sink->page};
    if (sink->pages->len < PAGES_KEPT_MAX &&
        (sink->pages->len == 0
             ? mark.page > 0
             : g_array_index(sink->pages, PlacePage, sink->pages->len - 1)
                       .page != mark.page))
        g_array_append_val(sink->pages, mark);
}

static void
refuse(Sink *sink)
{
    g_autofree char *size = text_size(sink->text_bytes_max);

    sink->full = true;
    if (sink->page > 0)
        sink_partial(sink, FAULT_LIMIT,
                     "only the first %s of text are indexed, up to page %u",
                     size, sink->page);
    else
        sink_partial(sink, FAULT_LIMIT, "only the first %s of text are indexed",
                     size);
}

bool
sink_text(Sink *sink, const char *text, gssize size_bytes)
{
    size_t given_bytes = size_bytes < 0 ? strlen(text) : (size_t)size_bytes;
    size_t room, taken_bytes, fit_bytes;
    g_autofree char *valid = NULL;
    const char *at, *end;

    if (sink->full)
        return false;
    /* No more than fits is copied. */
    room = sink->text_bytes_max - MIN(sink->text->len, sink->text_bytes_max);
    taken_bytes = text_floor(text, given_bytes, room);
    valid = text_valid(text, taken_bytes, &fit_bytes);
    at = valid;
    end = valid + fit_bytes;
    if (sink->text->len == 0 || sink->owes_break) {
        at = skip_white(at, end);
        if (at < end && room >= PARAGRAPH_BYTES) {
            begin_paragraph(sink);
            room = sink->text_bytes_max - sink->text->len;
        } else if (at < end) {
            room = 0;
        }
    }
    fit_bytes = text_floor(at, (size_t)(end - at), room);
    g_string_append_len(sink->text, at, (gssize)fit_bytes);
    if (at + fit_bytes < end || taken_bytes < given_bytes)
        refuse(sink);
    return !sink->full;
}

bool
sink_break(Sink *sink)
{
    sink->owes_break = true;
    return !sink->full;
}

bool
sink_page(Sink *sink, uint32_t page)
{
    sink->page = MIN(page, EXTRACT_PAGE_MAX);
    sink->owes_break = true;
    return !sink->full;
}

/* ---- headings ---- */

bool
sink_heading(Sink *sink, unsigned level, const char *title)
{
    PlaceHeading heading = {.level = CLAMP(level, 1, EXTRACT_LEVEL_MAX)};
    g_autofree char *line = one_line(title);

    if (line == NULL || sink->full)
        return !sink->full;
    sink_break(sink);
    if (!sink_text(sink, line, -1))
        return false;
    heading.title_end = (uint32_t)sink->text->len;
    heading.at = heading.title_end - (uint32_t)strlen(line);
    heading.page = sink->page;
    heading.title = g_steal_pointer(&line);
    if (heading.level == 1 && sink->extract->title == NULL) {
        sink->extract->title = g_strdup(heading.title);
        sink->heading_titled = true;
    }
    if (sink->headings->len < EXTRACT_HEADINGS_MAX)
        g_array_append_val(sink->headings, heading);
    else
        g_free(heading.title);
    return sink_break(sink);
}

void
sink_outline(Sink *sink, unsigned level, const char *title, uint32_t page)
{
    PlaceHeading heading = {.level = CLAMP(level, 1, EXTRACT_LEVEL_MAX),
                            .page = MIN(page, EXTRACT_PAGE_MAX),
                            .outline = true};

    if (sink->headings->len == EXTRACT_HEADINGS_MAX)
        return;
    heading.title = one_line(title);
    if (heading.title == NULL)
        return;
    g_array_append_val(sink->headings, heading);
}

/* ---- facts ---- */

static void
set_first(char **field, const char *value)
{
    if (*field == NULL)
        *field = one_line(value);
}

void
sink_title(Sink *sink, const char *title)
{
    char *line = one_line(title);

    if (line == NULL ||
        (sink->extract->title != NULL && !sink->heading_titled)) {
        g_free(line);
        return;
    }
    g_free(sink->extract->title);
    sink->extract->title = line;
    sink->heading_titled = false;
}

void
sink_author(Sink *sink, const char *author)
{
    set_first(&sink->extract->author, author);
}

/* Letters, digits and hyphens of a language tag (RFC 5646); others are none. */
void
sink_language(Sink *sink, const char *bcp47)
{
    size_t n = 0;

    if (bcp47 == NULL)
        return;
    for (; bcp47[n] != '\0'; n++)
        if (n == 35 || !(g_ascii_isalnum(bcp47[n]) || bcp47[n] == '-'))
            return;
    if (n >= 2)
        set_first(&sink->extract->language, bcp47);
}

void
sink_charset(Sink *sink, const char *charset)
{
    set_first(&sink->extract->charset, charset);
}

void
sink_created(Sink *sink, int64_t created_s)
{
    if (sink->extract->created_s == 0)
        sink->extract->created_s = created_s;
}

void
sink_pages(Sink *sink, uint32_t pages)
{
    if (sink->extract->pages == 0)
        sink->extract->pages = MIN(pages, EXTRACT_PAGE_MAX);
}

void
sink_partial(Sink *sink, int fault_code, const char *format, ...)
{
    g_autofree char *sentence = NULL;
    va_list args;

    if (sink->extract->state != EXTRACT_INDEXED)
        return;
    va_start(args, format);
    sentence = g_strdup_vprintf(format, args);
    va_end(args);
    sink->extract->state = EXTRACT_PARTIAL;
    sink->extract->fault = fault_code;
    sink->extract->reason = one_line(sentence);
}

/* ---- the end ---- */

static void
hand_headings(Sink *sink)
{
    for (unsigned i = 0; i < sink->headings->len; i++) {
        PlaceHeading *each = &g_array_index(sink->headings, PlaceHeading, i);
        Heading heading = {.title = g_steal_pointer(&each->title),
                           .level = each->level,
                           .page = each->page,
                           .start = each->at};

        g_array_append_val(sink->extract->headings, heading);
    }
}

Extract *
sink_finish(Sink *sink)
{
    Extract *extract = sink->extract;
    g_autoptr(GArray) marks = NULL;

    trim_end(sink->text);
    place_headings(sink->headings, sink->pages, sink->text);
    marks = place_marks(sink->headings, sink->pages, sink->text);
    g_array_unref(extract->passages);
    extract->passages = cut_passages(sink->text->str, sink->text->len,
                                     (const CutMark *)(void *)marks->data,
                                     marks->len, CUT_WEIGHT);
    hand_headings(sink);
    extract->text_bytes = (uint32_t)sink->text->len;
    g_free(extract->text);
    extract->text = g_string_free(g_steal_pointer(&sink->text), FALSE);
    sink->extract = NULL;
    return extract;
}
