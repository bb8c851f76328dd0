/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * snippet.h - the passage of a document that shows why it was found.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"

enum { SNIPPET_CELLS = 160 }; /* two lines of a terminal */

typedef struct {
    char *text;    /* one line; NULL: the document has no text */
    char *heading; /* path of headings, or NULL */
    uint32_t page; /* 0: none */
} Snippet;
void snippet_clear(Snippet *snippet);

/*
 * From @document, the passage with most of the terms of @expression, then
 * most of their occurrences; its beginning when it has none (@expression
 * NULL, or found by its title). @groups as in RankWish.
 * Fails  FAULT_STORE, FAULT_CANCELLED
 */
bool snippet_make(Store *store, int64_t document, const char *expression,
                  const unsigned *groups, Snippet *ret_snippet, GError **error);
