/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document.h - what files hold: documents by their hash, their passages and
 * text, and the full-text index.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/passage.h"

typedef struct Store Store; /* store.h */

enum { HASH_BYTES = 32 }; /* SHA-256 of the content */

typedef struct {
    int64_t id;
    char *type, *title, *author, *language, *charset;
    int64_t created_s;
    uint32_t pages, tokens, text_bytes, n_passages;
    ExtractState state;
    int fault;
    char *reason;
    uint32_t reader_version; /* of the indexer that read it */
} DocumentRow;
void document_row_free(DocumentRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DocumentRow, document_row_free)

/* NULL without @error: none. */
DocumentRow *store_document(Store *store, int64_t id, GError **error);
DocumentRow *store_document_by_hash(Store *store,
                                    const uint8_t hash[HASH_BYTES],
                                    GError **error);

/* An extract made ready to be written, on any thread: tokens made, text
 * compressed. @extract is taken. */
typedef struct Prepared Prepared;
Prepared *prepared_new(Extract *extract);
void prepared_free(Prepared *prepared);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prepared, prepared_free)
size_t prepared_bytes(const Prepared *prepared); /* memory it holds */

/* The document with this content, new or in place of its older reading (the
 * old text stays findable until the transaction is committed). */
bool store_put_document(Store *store, const uint8_t hash[HASH_BYTES],
                        Prepared *prepared, uint32_t reader_version,
                        int64_t *ret_id, GError **error);

/* Text of bytes @start … @end, widened to character borders. Only the parts
 * that hold it are decompressed. Given. */
char *store_text(Store *store, int64_t document, uint32_t start, uint32_t end,
                 GError **error);
/* Passages (of Passage) and headings (of Heading); both given. */
bool store_passages(Store *store, int64_t document, GArray **ret_passages,
                    GArray **ret_headings, GError **error);
/* The same, with the position in tokens of each passage's first token
 * (of uint32_t): what rank_places finds is told to its passage by these. */
bool store_passage_positions(Store *store, int64_t document,
                             GArray **ret_passages, GArray **ret_headings,
                             GArray **ret_positions, GError **error);

/* Drop a document that no file holds; with one, note when its newest file
 * arrived. For the room that writes files. */
bool document_settle(Store *store, int64_t document, GError **error);
/* Make the SQL function of the view the index is made from known to the
 * connection of @store. */
bool document_register(Store *store, GError **error);
