/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extractor.h - one row a format, in order of preference.
 *
 * A format is one extract-*.c without a header: the call goes down by this
 * table. An extractor reads by pread only (mmap of a file that its writer
 * truncates is a SIGBUS), pours into the sink, and knows nothing else.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "indexer/document.h"
#include "indexer/sink.h"

typedef struct {
    const char *name;
    const char *const *types; /* NULL-ended; "text/", "text/x-" a family */
    /* Read by our own code alone, no parser library: its child may go on to
     * the next document. */
    bool reusable;
    /* False only when nothing was read: the reason is @error's message.
     * FAULT_ENCRYPTED, FAULT_BROKEN, FAULT_LIMIT, FAULT_UNSUPPORTED. */
    bool (*extract)(const Document *document, Sink *sink, GError **error);
} Extractor;

/* The first that takes @type, or NULL. */
const Extractor *extractor_for(const char *type);

/*
 * Recognise, choose and run: what @fd holds as an Extract, never NULL; a
 * failure is a state with a reason. An empty file is indexed. A type nobody reads is EXTRACT_PARTIAL,
 * FAULT_UNSUPPORTED, "only the name is indexed: …".
 */
Extract *extractor_run(int fd, const char *name, uint32_t text_bytes_max,
                       bool *ret_reusable);
