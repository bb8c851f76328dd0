/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search.h - words in, files out: names and contents together.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/kind.h"
#include "daemon/archive/store.h"

typedef enum { SEARCH_BEST, SEARCH_RECENT, SEARCH_LARGEST } SearchOrder;

enum {
    SEARCH_LIMIT_MAX = 5000,
    SEARCH_SNIPPETS = 50, /* hits that get a snippet, unless said */
    SEARCH_NO_SNIPPETS = INT32_MAX,
};

typedef struct {
    const char *words; /* as typed; "" or NULL: all that the filters let */
    bool names_only;
    const char *folder;          /* below it, or NULL */
    const char *kind;            /* "pdf", "text", "image", … of kind_names */
    const char *source;          /* File.source, or NULL */
    int64_t since_ms, before_ms; /* arrival; 0: unbounded */
    SearchOrder order;
    unsigned limit, offset;
    /* Only so many of the first hits get page, heading and snippet, each of
     * which reads a passage; 0: SEARCH_SNIPPETS; SEARCH_NO_SNIPPETS: none. */
    unsigned snippets_max;
} SearchWish;

typedef struct {
    File *file; /* the newest of its copies, of those whose name
                   matches when any does */
    char *type, *title;
    uint32_t page; /* of the passage shown; 0: none */
    char *heading; /* path of headings it stands under, or NULL */
    char *snippet; /* one or two lines of text, or NULL */
    double score;
    unsigned copies; /* files with this content that pass, 1 … */
    bool by_name, by_content;
} SearchHit;
void search_hit_free(SearchHit *hit);

typedef struct {
    GPtrArray *hits;    /* of SearchHit, best first */
    unsigned total;     /* beyond the limit */
    GPtrArray *unknown; /* of char *: words that occur nowhere */
    bool any;           /* no document has all words: these have some */
} SearchResult;
void search_result_free(SearchResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SearchResult, search_result_free)

/*
 * A document that holds every word counts, wherever in it; when none does,
 * those that hold some. Files match by name too.
 *
 * Fails  FAULT_BAD_REQUEST: no such kind; FAULT_CANCELLED; FAULT_STORE
 */
SearchResult *search_find(Store *reader, Archive *archive,
                          const SearchWish *wish, GError **error);
