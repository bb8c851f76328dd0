/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract-markdown.c - Markdown: its headings, its front matter, its text.
 *
 * The text keeps its marks for emphasis and links, which do no harm; only
 * headings are taken out of theirs. What stands between two headings goes
 * down in one piece.
 */
#include "config.h"

#include "indexer/extractor.h"

#include <string.h>

typedef struct {
    const char *at, *end; /* without its line end */
    const char *after;    /* the next line */
} Line;

static Line
line_at(const char *at, const char *end)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    Line line = {at, stop != NULL ? stop : end, stop != NULL ? stop + 1 : end};

    while (line.end > line.at && g_ascii_isspace(line.end[-1]))
        line.end--;
    return line;
}

static bool
line_is(const Line *line, const char *words)
{
    size_t size_bytes = strlen(words);

    return (size_t)(line->end - line->at) == size_bytes &&
           memcmp(line->at, words, size_bytes) == 0;
}

/* Up to three spaces may stand before a mark; four make it code. */
static const char *
mark_of(const Line *line)
{
    const char *at = line->at;

    while (at < line->end && at - line->at < 4 && *at == ' ')
        at++;
    return at - line->at < 4 ? at : line->end;
}

static size_t
run_of(const char *at, const char *end, char mark)
{
    size_t n = 0;

    while (at + n < end && at[n] == mark)
        n++;
    return n;
}

/* A title without marks: **bold**, `code`, [text](where), <a name="x">. */
static char *
plain_title(const char *at, const char *end)
{
    GString *title = g_string_new(NULL);

    for (; at < end; at++) {
        const char *stop;

        if (*at == '*' || *at == '`' || *at == '[')
            continue;
        if (*at == ']') {
            if (at + 1 < end && at[1] == '(' &&
                (stop = memchr(at, ')', (size_t)(end - at))) != NULL)
                at = stop;
            continue;
        }
        if (*at == '<' && at + 1 < end &&
            (g_ascii_isalpha(at[1]) || at[1] == '/') &&
            (stop = memchr(at, '>', (size_t)(end - at))) != NULL) {
            at = stop;
            continue;
        }
        g_string_append_c(title, *at);
    }
    return g_string_free(title, FALSE);
}

/* # Title ##: the level; 0 when @line is none. */
static unsigned
atx_heading(const Line *line, char **ret_title)
{
    const char *at = mark_of(line), *end = line->end;
    size_t level = run_of(at, end, '#');

    if (level < 1 || level > 6 ||
        (at + level < end && at[level] != ' ' && at[level] != '\t'))
        return 0;
    at += level;
    while (end > at && end[-1] == '#')
        end--;
    if (end > at && end[-1] != ' ') /* C# ends in its name */
        end = line->end;
    *ret_title = plain_title(at, end);
    return (unsigned)level;
}

/* === or --- below a line: its level; 0 when @line is none. */
static unsigned
setext_level(const Line *line)
{
    const char *at = mark_of(line);
    size_t size_bytes = (size_t)(line->end - at);

    if (size_bytes >= 2 && run_of(at, line->end, '=') == size_bytes)
        return 1;
    if (size_bytes >= 3 && run_of(at, line->end, '-') == size_bytes)
        return 2;
    return 0;
}

/* A fence that opens code, or closes what *fence opened with as many. */
static bool
is_fence(const Line *line, char *fence, size_t *length)
{
    const char *at = mark_of(line);
    size_t n;

    if (*fence != '\0') {
        n = run_of(at, line->end, *fence);
        if (n < *length || at + n != line->end)
            return false;
        *fence = '\0';
        return true;
    }
    if (at == line->end || (*at != '`' && *at != '~'))
        return false;
    n = run_of(at, line->end, *at);
    if (n < 3 || (*at == '`' &&
                  memchr(at + n, '`', (size_t)(line->end - at - n)) != NULL))
        return false;
    *fence = *at;
    *length = n;
    return true;
}

/* One "key: value" of front matter. */
static void
take_fact(Sink *sink, const Line *line)
{
    const char *colon = memchr(line->at, ':', (size_t)(line->end - line->at));
    g_autofree char *key = NULL;
    g_autofree char *value = NULL;

    if (colon == NULL)
        return;
    key = g_ascii_strdown(line->at, colon - line->at);
    value = g_strstrip(g_strndup(colon + 1, (size_t)(line->end - colon - 1)));
    if ((*value == '"' || *value == '\'') && strlen(value) > 1 &&
        value[strlen(value) - 1] == *value) {
        value[strlen(value) - 1] = '\0';
        memmove(value, value + 1, strlen(value));
    }
    if (strcmp(key, "title") == 0)
        sink_title(sink, value);
    else if (strcmp(key, "author") == 0)
        sink_author(sink, value);
    else if (strcmp(key, "date") == 0)
        sink_created(sink, document_date(value));
    else if (strcmp(key, "lang") == 0)
        sink_language(sink, value);
}

/* Facts between two lines of --- at the very beginning. They stay text, for
 * a document is found by its tags too. Returns where the rest begins. */
static const char *
front_matter(Sink *sink, const char *text, const char *end)
{
    Line line = line_at(text, end);
    const char *first = line.after;

    if (!line_is(&line, "---"))
        return text;
    for (const char *at = first; at < end; at = line.after) {
        line = line_at(at, end);
        if (!line_is(&line, "---") && !line_is(&line, "..."))
            continue;
        for (const char *fact = first; fact < at;) {
            Line each = line_at(fact, end);

            take_fact(sink, &each);
            fact = each.after;
        }
        sink_text(sink, first, at - first);
        sink_break(sink);
        return line.after;
    }
    return text;
}

static bool
pour(Sink *sink, const char *from, const char *to, unsigned level,
     const char *title)
{
    return sink_text(sink, from, to - from) && sink_heading(sink, level, title);
}

static void
pour_markdown(Sink *sink, const char *at, const char *end)
{
    const char *from = at;            /* not poured yet */
    Line before = {NULL, NULL, NULL}; /* a line that may be a heading */
    bool before_alone = true;         /* no text stands right above */
    size_t fence_length = 0;
    char fence = '\0';

    for (Line line; at < end; at = line.after) {
        g_autofree char *title = NULL;
        unsigned level = 0;
        bool blank, fenced;

        line = line_at(at, end);
        blank = line.at == line.end;
        fenced = is_fence(&line, &fence, &fence_length) || fence != '\0';
        if (!fenced && (level = atx_heading(&line, &title)) > 0) {
            if (!pour(sink, from, line.at, level, title))
                return;
        } else if (!fenced && before.at != NULL && before_alone &&
                   (level = setext_level(&line)) > 0) {
            title = plain_title(before.at, before.end);
            if (!pour(sink, from, before.at, level, title))
                return;
        }
        if (level > 0)
            from = line.after;
        before_alone = before.at == NULL;
        before = line;
        if (blank || fenced || level > 0 || mark_of(&line) == line.end)
            before.at = NULL;
    }
    sink_text(sink, from, end - from);
}

static bool
markdown_extract(const Document *document, Sink *sink, GError **error)
{
    size_t size_bytes;
    g_autofree char *text = document_text(document, sink, &size_bytes, error);

    if (text == NULL)
        return false;
    pour_markdown(sink, front_matter(sink, text, text + size_bytes),
                  text + size_bytes);
    return true;
}

extern const Extractor extractor_markdown;
const Extractor extractor_markdown = {
    .name = "markdown",
    .types = (const char *const[]){"text/markdown", "text/x-markdown", NULL},
    .reusable = true,
    .extract = markdown_extract,
};
