/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * markup.c - HTML made fit for a parser, in one pass and in place.
 *
 * Scripts, styles and comments hold no words and may hold anything; libxml2
 * compares each attribute of a tag with all before it, so that 40,000 on one
 * tag take seconds.
 */
#include "config.h"

#include "indexer/markup.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum {
    ATTRIBUTES_MAX = 64,        /* of one tag */
    ATTRIBUTE_BYTES_MAX = 4096, /* pictures are written into attributes */
};

const char *
markup_find(const char *at, const char *end, const char *what)
{
    size_t size_bytes = strlen(what);

    for (; (size_t)(end - at) >= size_bytes; at++) {
        at = memchr(at, what[0], (size_t)(end - at) - size_bytes + 1);
        if (at == NULL)
            break;
        if (g_ascii_strncasecmp(at, what, size_bytes) == 0)
            return at;
    }
    return end;
}

/* The end of an attribute that begins at @at, its value included. */
static const char *
attribute_end(const char *at, const char *end)
{
    const char *quote;

    while (at < end && *at != '=' && *at != '>' && !g_ascii_isspace(*at))
        at++;
    for (quote = at; quote < end && g_ascii_isspace(*quote);)
        quote++;
    if (quote == end || *quote != '=')
        return at;
    for (at = quote + 1; at < end && g_ascii_isspace(*at);)
        at++;
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));

        return close != NULL ? close + 1 : end;
    }
    while (at < end && *at != '>' && !g_ascii_isspace(*at))
        at++;
    return at;
}

/* Copy the tag at *at to @to without what it has too much of; returns the
 * end of the copy, and in *at that of the tag. */
static char *
tidy_tag(const char **at, const char *end, char *to)
{
    const char *here = *at + 1;
    bool spaced = false;
    unsigned n = 0;

    *to++ = '<';
    while (here < end && *here != '>' && !g_ascii_isspace(*here))
        *to++ = *here++;
    while (here < end && *here != '>') {
        const char *stop;

        if (g_ascii_isspace(*here)) {
            spaced = true;
            here++;
            continue;
        }
        stop = attribute_end(here, end);
        if (stop == here) /* a stray "=" */
            stop++;
        if (n < ATTRIBUTES_MAX && stop < end &&
            stop - here <= ATTRIBUTE_BYTES_MAX) {
            /* Only where something was left out is there room for it. */
            if (spaced)
                *to++ = ' ';
            memmove(to, here, (size_t)(stop - here));
            to += stop - here;
            spaced = false;
            n++;
        } else {
            spaced = true;
        }
        here = stop;
    }
    if (here < end)
        *to++ = *here++;
    *at = here;
    return to;
}

static bool
is_tag(const char *at, const char *end, const char *name)
{
    size_t size_bytes = strlen(name);

    return (size_t)(end - at) > size_bytes + 1 &&
           g_ascii_strncasecmp(at + 1, name, size_bytes) == 0 &&
           !g_ascii_isalnum(at[size_bytes + 1]);
}

size_t
markup_tidy(char *text, size_t size_bytes)
{
    const char *at = text, *end = text + size_bytes;
    char *to = text;

    while (at < end) {
        const char *mark = memchr(at, '<', (size_t)(end - at));
        size_t plain = (size_t)((mark != NULL ? mark : end) - at);
        char after;

        memmove(to, at, plain);
        to += plain;
        at += plain;
        if (mark == NULL || mark + 1 == end)
            break;
        after = mark[1];
        if (g_str_has_prefix(mark, "<!--")) {
            at = markup_find(mark + 4, end, "-->");
            at += MIN(end - at, 3);
        } else if (after == '!' || after == '?') {
            at = markup_find(mark, end, ">");
            at += at < end;
        } else if (is_tag(mark, end, "script")) {
            at = markup_find(mark, end, "</script");
            at = markup_find(at, end, ">");
            at += at < end;
        } else if (is_tag(mark, end, "style")) {
            at = markup_find(mark, end, "</style");
            at = markup_find(at, end, ">");
            at += at < end;
        } else if (g_ascii_isalpha(after) || after == '/') {
            to = tidy_tag(&at, end, to);
        } else {
            *to++ = *at++;
        }
    }
    return (size_t)(to - text);
}
