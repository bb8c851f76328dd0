/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blob.h - text, passages and headings as the bytes the database keeps.
 *
 * Reading trusts nothing: a damaged blob is a failure, never a crash or a
 * large allocation.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/passage.h"
#include "daemon/archive/tokenize.h"

enum {
    BLOB_PART_BYTES_MAX = 256 * 1024,       /* of text, before compression */
    BLOB_LIST_BYTES_MAX = 64 * 1024 * 1024, /* passages, headings */
};

/* @size_bytes of @data, compressed when that is smaller. Given. */
GBytes *blob_pack(const void *data, size_t size_bytes);
/* Appended to @into; false: damaged, or more than @limit_bytes. */
bool blob_unpack(const void *blob, size_t size_bytes, size_t limit_bytes,
                 GByteArray *into);

/* Passages with the position of each one's first token. Given. */
GBytes *blob_pack_passages(GArray *passages, const Tokens *tokens);
/* Of Passage and uint32_t; given. False: damaged. */
bool blob_unpack_passages(const void *blob, size_t size_bytes,
                          GArray **ret_passages, GArray **ret_positions);

GBytes *blob_pack_headings(GArray *headings);
/* Of Heading, which it frees; given. */
bool blob_unpack_headings(const void *blob, size_t size_bytes,
                          GArray **ret_headings);
