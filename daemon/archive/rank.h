/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rank.h - BM25 over FTS5 with document lengths in memory.
 *
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
 * Beyond" (2009), with idf = ln(1 + (N - n + 0.5) / (n + 0.5)). SQLite's own
 * bm25() looks up each row's length in a B-tree; an array makes the same
 * score 6 to 7 times faster.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* Length and arrival of all documents, safe from any thread. */
typedef struct Rank Rank;
Rank *rank_new(void);
void rank_free(Rank *rank);
/* @tokens 0 drops it. */
void rank_put(Rank *rank, int64_t document, uint32_t tokens);
/* When its newest file arrived, Unix time. */
void rank_arrived(Rank *rank, int64_t document, int64_t arrived_ms);
void rank_clear(Rank *rank);
unsigned rank_count(Rank *rank);
size_t rank_bytes(Rank *rank);

/* Make the functions rank_row and rank_places known to @db. */
bool rank_register(sqlite3 *db, GError **error);

/* Passed for a row of a document: false leaves it out (filters). May not
 * call back into @rank. */
typedef bool (*RankFilter)(void *user, int64_t document);

typedef enum { RANK_BEST, RANK_RECENT } RankOrder;

typedef struct {
    const char *expression; /* FTS5 syntax */
    /* How many documents hold a term is counted by the term's own
     * expression, over all its forms, and remembered until the collection
     * has grown by a tenth. */
    const char *const *terms;
    unsigned n_terms;
    /* groups[i] says which term phrase i of the expression is a form of, so
     * that forms of one word count as one. */
    const unsigned *groups;
    unsigned n_phrases;
    RankOrder order;
    int64_t now_ms;    /* for the recency of what is scored */
    RankFilter filter; /* or NULL */
    void *user;
    unsigned limit;
} RankWish;

typedef struct {
    int64_t document;
    double score; /* a share, 0 … 1, of the most these terms could give,
                     and a little more for what arrived lately */
} RankHit;

/*
 * Documents that match, best (or newest) first. Returns an array of RankHit,
 * given; *ret_total counts all that the filter let, beyond the limit.
 * Fails  FAULT_STORE, FAULT_CANCELLED
 */
GArray *rank_search(sqlite3 *db, Rank *rank, const RankWish *wish,
                    unsigned *ret_total, GError **error);

/* Token positions in the body of one document where @expression matches, in
 * order, with the phrase each belongs to; for choosing a passage. Given. */
typedef struct {
    uint32_t position, phrase;
} RankPlace;
GArray *rank_places(sqlite3 *db, const char *expression, int64_t document,
                    unsigned limit, GError **error);
