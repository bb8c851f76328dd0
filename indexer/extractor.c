/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extractor.c - which format reads a document, and what comes of it.
 */
#include "config.h"

#include "indexer/extractor.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"
#include "indexer/recognise.h"

extern const Extractor extractor_html;
extern const Extractor extractor_markdown;
extern const Extractor extractor_pdf;
extern const Extractor extractor_source;
extern const Extractor extractor_text;

/* In order of preference: plain text takes what no one else wanted. */
static const Extractor *const extractors[] = {
    &extractor_pdf,    &extractor_html, &extractor_markdown,
    &extractor_source, &extractor_text,
};

/* Called text, but written for programs: words would drown in marks. */
static const char *const unreadable[] = {"text/rtf", "text/x-tnef", NULL};

static bool
takes(const Extractor *extractor, const char *type)
{
    for (const char *const *each = extractor->types; *each != NULL; each++) {
        char last = (*each)[strlen(*each) - 1];

        if (last == '/' || last == '-' ? g_str_has_prefix(type, *each)
                                       : strcmp(type, *each) == 0)
            return true;
    }
    return false;
}

const Extractor *
extractor_for(const char *type)
{
    if (g_strv_contains(unreadable, type))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(extractors); i++)
        if (takes(extractors[i], type))
            return extractors[i];
    return NULL;
}

static Extract *
failed(const GError *error)
{
    Extract *extract = extract_new();
    char *reason = text_safe_line(error->message);

    reason[text_floor(reason, strlen(reason), EXTRACT_STRING_BYTES_MAX)] = '\0';
    extract->state = EXTRACT_FAILED;
    extract->fault = (int)fault_code(error);
    extract->reason = reason;
    return extract;
}

static Extract *
name_only(const char *type)
{
    Extract *extract = extract_new();

    extract->state = EXTRACT_PARTIAL;
    extract->fault = FAULT_UNSUPPORTED;
    extract->reason =
        g_strdup_printf("only the name is indexed: nothing reads %s", type);
    return extract;
}

static Extract *
read_document(const Document *document, uint32_t text_bytes_max,
              bool *ret_reusable)
{
    const Extractor *extractor = extractor_for(document->type);
    g_autoptr(Sink) sink = NULL;
    g_autoptr(GError) error = NULL;

    if (extractor == NULL)
        return strcmp(document->type, "inode/x-empty") == 0
                   ? extract_new()
                   : name_only(document->type);
    *ret_reusable = extractor->reusable;
    sink = sink_new(text_bytes_max);
    if (!extractor->extract(document, sink, &error))
        return failed(error);
    return sink_finish(sink);
}

/* The document's head, to recognise it by; -1 and errno on failure. */
static ssize_t
read_head(int fd, char *head)
{
    size_t used = 0;

    while (used < RECOGNISE_BYTES) {
        ssize_t n = pread(fd, head + used, RECOGNISE_BYTES - used, (off_t)used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        used += (size_t)n;
    }
    return (ssize_t)used;
}

Extract *
extractor_run(int fd, const char *name, uint32_t text_bytes_max,
              bool *ret_reusable)
{
    static char head[RECOGNISE_BYTES]; /* a child reads one at a time */
    g_autoptr(GError) error = NULL;
    struct stat status;
    Document document = {.fd = fd, .name = name};
    ssize_t head_bytes = read_head(fd, head);
    Extract *extract;

    *ret_reusable = true;
    if (head_bytes < 0 || fstat(fd, &status) < 0) {
        fault_errno(&error, "read");
        return failed(error);
    }
    document.size_bytes = (uint64_t)status.st_size;
    document.type = recognise(head, (size_t)head_bytes, name);
    extract = read_document(&document, text_bytes_max, ret_reusable);
    extract->type = g_strdup(document.type);
    return extract;
}
