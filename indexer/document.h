/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document.h - the document an extractor is given, and its plain reading.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "indexer/sink.h"

enum { DOCUMENT_BYTES_MAX = 64 * 1024 * 1024 }; /* read into memory */

typedef struct {
    int fd; /* read-only, lent, at any offset */
    uint64_t size_bytes;
    const char *name; /* bytes; a hint, never a path */
    const char *type; /* as recognised */
} Document;

/*
 * The document's bytes from its start, by pread: a file cut short by its
 * writer is a short read and never SIGBUS. Of one larger than
 * DOCUMENT_BYTES_MAX only so much, which the sink is told.
 *
 * Fails  FAULT_IO
 */
GBytes *document_read(const Document *document, Sink *sink, GError **error);

/* The same as valid UTF-8, NUL-terminated, given; the sink is told the
 * charset where it is another. @declared as in charset_to_utf8. */
char *document_text(const Document *document, Sink *sink,
                    size_t *ret_size_bytes, GError **error);
char *document_decode(GBytes *bytes, const char *declared, Sink *sink,
                      size_t *ret_size_bytes);

/* A day or time of ISO 8601 ("2024-05-01", "2024-05-01T10:00:00Z") as Unix
 * time; 0 when it is none. */
int64_t document_date(const char *date);
