/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * passage.c - an Extract made, ended, and checked when a stranger sent it.
 */
#include "config.h"

#include "base/passage.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

static void
heading_clear(void *heading)
{
    g_free(((Heading *)heading)->title);
}

Extract *
extract_new(void)
{
    Extract *extract = g_new0(Extract, 1);

    extract->text = g_strdup("");
    extract->passages = g_array_new(FALSE, FALSE, sizeof(Passage));
    extract->headings = g_array_new(FALSE, FALSE, sizeof(Heading));
    g_array_set_clear_func(extract->headings, heading_clear);
    return extract;
}

void
extract_free(Extract *extract)
{
    if (extract == NULL)
        return;
    g_free(extract->text);
    g_clear_pointer(&extract->passages, g_array_unref);
    g_clear_pointer(&extract->headings, g_array_unref);
    g_free(extract->type);
    g_free(extract->title);
    g_free(extract->author);
    g_free(extract->language);
    g_free(extract->charset);
    g_free(extract->reason);
    g_free(extract);
}

/* One line of at most EXTRACT_STRING_BYTES_MAX; NULL passes. */
static bool
string_check(const char *string, const char *what, GError **error)
{
    size_t size_bytes;

    if (string == NULL)
        return true;
    size_bytes = strnlen(string, EXTRACT_STRING_BYTES_MAX + 1);
    if (size_bytes > EXTRACT_STRING_BYTES_MAX)
        return fault(error, FAULT_PROTOCOL, "%s is longer than %d bytes", what,
                     EXTRACT_STRING_BYTES_MAX);
    if (!text_is_valid(string, size_bytes))
        return fault(error, FAULT_PROTOCOL, "%s is not UTF-8", what);
    for (size_t i = 0; i < size_bytes; i++)
        if ((unsigned char)string[i] < 0x20)
            return fault(error, FAULT_PROTOCOL, "%s is not one line", what);
    return true;
}

static bool
is_boundary(const Extract *extract, uint32_t at)
{
    return at <= extract->text_bytes &&
           ((unsigned char)extract->text[at] & 0xC0) != 0x80;
}

static bool
headings_check(const Extract *extract, GError **error)
{
    uint32_t before = 0;

    if (extract->headings->len > EXTRACT_HEADINGS_MAX)
        return fault(error, FAULT_PROTOCOL, "%u headings",
                     extract->headings->len);
    for (unsigned i = 0; i < extract->headings->len; i++) {
        const Heading *each = &g_array_index(extract->headings, Heading, i);

        if (each->title == NULL || each->title[0] == '\0')
            return fault(error, FAULT_PROTOCOL, "heading %u has no title", i);
        if (!string_check(each->title, "a heading", error))
            return false;
        if (each->level < 1 || each->level > EXTRACT_LEVEL_MAX ||
            each->page > EXTRACT_PAGE_MAX)
            return fault(error, FAULT_PROTOCOL, "heading %u: level or page", i);
        if (each->start < before || !is_boundary(extract, each->start))
            return fault(error, FAULT_PROTOCOL, "heading %u: offset", i);
        before = each->start;
    }
    return true;
}

static bool
passages_check(const Extract *extract, GError **error)
{
    uint32_t at = 0;

    for (unsigned i = 0; i < extract->passages->len; i++) {
        const Passage *each = &g_array_index(extract->passages, Passage, i);

        if (each->start != at || each->end <= at ||
            !is_boundary(extract, each->end))
            return fault(error, FAULT_PROTOCOL, "passage %u: offsets", i);
        if (each->heading > extract->headings->len)
            return fault(error, FAULT_PROTOCOL, "passage %u: heading", i);
        if (each->page > EXTRACT_PAGE_MAX)
            return fault(error, FAULT_PROTOCOL, "passage %u: page", i);
        at = each->end;
    }
    if (at != extract->text_bytes)
        return fault(error, FAULT_PROTOCOL, "passages end before the text");
    return true;
}

static bool
state_check(const Extract *extract, GError **error)
{
    if ((int)extract->state < EXTRACT_INDEXED ||
        (int)extract->state > EXTRACT_FAILED ||
        extract->fault < FAULT_INTERNAL || extract->fault > FAULT_CHANGED)
        return fault(error, FAULT_PROTOCOL, "no such state");
    if (extract->state != EXTRACT_INDEXED && extract->reason == NULL)
        return fault(error, FAULT_PROTOCOL, "a failure without a reason");
    if (extract->state == EXTRACT_FAILED && extract->text_bytes > 0)
        return fault(error, FAULT_PROTOCOL, "a failure with text");
    if (extract->pages > EXTRACT_PAGE_MAX)
        return fault(error, FAULT_PROTOCOL, "%u pages", extract->pages);
    return true;
}

bool
extract_check(const Extract *extract, GError **error)
{
    if (extract->text == NULL ||
        !text_is_valid(extract->text, extract->text_bytes) ||
        extract->text[extract->text_bytes] != '\0')
        return fault(error, FAULT_PROTOCOL, "the text is not UTF-8");
    return string_check(extract->type, "the type", error) &&
           string_check(extract->title, "the title", error) &&
           string_check(extract->author, "the author", error) &&
           string_check(extract->language, "the language", error) &&
           string_check(extract->charset, "the charset", error) &&
           string_check(extract->reason, "the reason", error) &&
           state_check(extract, error) && headings_check(extract, error) &&
           passages_check(extract, error);
}

char *
extract_heading_path(GArray *headings, uint32_t heading)
{
    const char *titles[EXTRACT_LEVEL_MAX];
    unsigned n = 0;
    uint32_t level = G_MAXUINT32;
    GString *path;

    if (heading == 0 || heading > headings->len)
        return NULL;
    for (uint32_t i = heading; i > 0 && level > 1; i--) {
        const Heading *each = &g_array_index(headings, Heading, i - 1);

        if (each->level >= level || n == G_N_ELEMENTS(titles))
            continue;
        level = each->level;
        titles[n++] = each->title;
    }
    path = g_string_new(titles[n - 1]);
    while (--n > 0)
        g_string_append_printf(path, " › %s", titles[n - 1]);
    return g_string_free(path, FALSE);
}
