/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract-source.c - programs, configuration and data written as text.
 *
 * Language-neutral: the text as it is. Form feeds stand in old sources for a
 * reader's convenience and are no pages.
 */
#include "config.h"

#include "indexer/extractor.h"

static bool
source_extract(const Document *document, Sink *sink, GError **error)
{
    size_t size_bytes;
    g_autofree char *text = document_text(document, sink, &size_bytes, error);

    if (text == NULL)
        return false;
    sink_text(sink, text, (gssize)size_bytes);
    return true;
}

extern const Extractor extractor_source;
const Extractor extractor_source = {
    .name = "source",
    .types = (const char *const[]){"text/x-",
                                   "text/javascript",
                                   "text/css",
                                   "text/xml",
                                   "application/xml",
                                   "application/json",
                                   "application/javascript",
                                   "application/x-ndjson",
                                   "application/x-yaml",
                                   "application/yaml",
                                   "application/toml",
                                   "application/sql",
                                   "application/x-shellscript",
                                   "application/x-sh",
                                   "application/x-perl",
                                   "application/x-python",
                                   "application/x-ruby",
                                   "application/x-php",
                                   "application/x-httpd-php",
                                   NULL},
    .reusable = true,
    .extract = source_extract,
};
