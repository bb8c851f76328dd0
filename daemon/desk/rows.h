/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.h - what the archive gives, as the JSON the protocol promises.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

#include "daemon/archive/search.h"
#include "daemon/archive/store.h"

/* One of the results of find and recent. @rank from 1. Given. */
json_t *row_hit(const SearchHit *hit, unsigned rank);
/* A whole result with its totals. Given. */
json_t *row_result(const SearchResult *result, const char *query,
                   double took_ms);
/* Passages of @document from byte @start on, at most @limit_bytes of text,
 * or (@page > 0) those of one page. Given, or NULL. */
json_t *row_reading(Store *store, const File *file, uint32_t page,
                    uint32_t start, uint32_t limit_bytes, GError **error);
/* Everything known of one file, for `why`. Given, or NULL. */
json_t *row_why(Store *store, const File *file, GError **error);
/* A file in `status --failed`. Given. */
json_t *row_failed(const File *file);

/* Set @name when @value is not NULL. */
void row_put_text(json_t *object, const char *name, const char *value);
