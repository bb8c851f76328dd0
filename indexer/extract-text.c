/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract-text.c - plain text, and whatever else is text and has no reader.
 *
 * Lines and paragraphs stay as they are; a form feed begins a page.
 */
#include "config.h"

#include "indexer/extractor.h"

#include <string.h>

static bool
text_extract(const Document *document, Sink *sink, GError **error)
{
    size_t size_bytes;
    g_autofree char *text = document_text(document, sink, &size_bytes, error);
    const char *at = text, *end, *feed;
    uint32_t page = 1;

    if (text == NULL)
        return false;
    end = text + size_bytes;
    while ((feed = memchr(at, '\f', (size_t)(end - at))) != NULL) {
        if (page == 1)
            sink_page(sink, page);
        if (!sink_text(sink, at, feed - at))
            return true;
        sink_page(sink, ++page);
        at = feed + 1;
    }
    sink_text(sink, at, end - at);
    /* A form feed at the very end begins nothing. */
    if (page > 1)
        sink_pages(sink, at < end ? page : page - 1);
    return true;
}

extern const Extractor extractor_text;
const Extractor extractor_text = {
    .name = "text",
    .types = (const char *const[]){"text/", NULL},
    .reusable = true,
    .extract = text_extract,
};
