/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rank.c - one pass over the rows that match, scored from memory.
 *
 * FTS5 hands over the positions of each phrase in a row; all else a score
 * needs is in an array by document. The best rows are kept in a heap, so
 * SQLite sorts nothing and returns nothing.
 */
#include "config.h"

#include "daemon/archive/rank.h"

#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "daemon/archive/connection.h"

/* BM25's two constants: how soon more of the same word stops counting, and
 * how much length is held against a document. */
#define RANK_K1 1.2
#define RANK_B 0.5
/* A word in the title counts as so many in the body. */
#define RANK_TITLE_WEIGHT 4.0
/* What arrived just now gets so much more; half of that after a month. */
#define RANK_RECENCY_WEIGHT 0.05
#define RANK_RECENCY_HALF_S (30.0 * 24 * 3600)

/* Occurrences beyond so many times a document's norm are not counted: by then
 * a word has given 12/13 of all it can. */
#define RANK_SATURATED 12.0

enum {
    RANK_OCCURRENCES_MAX = 1024,
    RANK_TERMS_MAX = 64,
    COUNTS_MAX = 4096, /* terms whose count is remembered */
};

typedef struct {
    unsigned found; /* documents with the term */
    unsigned of;    /* documents there were then */
} TermCount;

struct Rank {
    GRWLock lock;
    uint32_t *tokens;  /* by document id; 0: none such */
    uint32_t *arrived; /* Unix time in s */
    size_t room;
    unsigned count;
    uint64_t total_tokens;
    GMutex counts_lock;
    GHashTable *counts; /* expression of a term to TermCount */
};

/* ---- lengths ---- */

Rank *
rank_new(void)
{
    Rank *rank = g_new0(Rank, 1);

    g_rw_lock_init(&rank->lock);
    g_mutex_init(&rank->counts_lock);
    rank->counts =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return rank;
}

void
rank_free(Rank *rank)
{
    if (rank == NULL)
        return;
    g_free(rank->tokens);
    g_free(rank->arrived);
    g_hash_table_destroy(rank->counts);
    g_mutex_clear(&rank->counts_lock);
    g_rw_lock_clear(&rank->lock);
    g_free(rank);
}

static void
make_room(Rank *rank, size_t document)
{
    size_t room = rank->room;

    if (document < room)
        return;
    room = MAX(document + 1, room + room / 2 + 1024);
    rank->tokens = g_renew(uint32_t, rank->tokens, room);
    rank->arrived = g_renew(uint32_t, rank->arrived, room);
    memset(rank->tokens + rank->room, 0,
           (room - rank->room) * sizeof *rank->tokens);
    memset(rank->arrived + rank->room, 0,
           (room - rank->room) * sizeof *rank->arrived);
    rank->room = room;
}

void
rank_put(Rank *rank, int64_t document, uint32_t tokens)
{
    g_rw_lock_writer_lock(&rank->lock);
    make_room(rank, (size_t)document);
    rank->count += (tokens > 0) - (rank->tokens[document] > 0);
    rank->total_tokens += (uint64_t)tokens - rank->tokens[document];
    rank->tokens[document] = tokens;
    g_rw_lock_writer_unlock(&rank->lock);
}

void
rank_arrived(Rank *rank, int64_t document, int64_t arrived_ms)
{
    g_rw_lock_writer_lock(&rank->lock);
    make_room(rank, (size_t)document);
    rank->arrived[document] =
        (uint32_t)CLAMP(arrived_ms / 1000, 0, (int64_t)UINT32_MAX);
    g_rw_lock_writer_unlock(&rank->lock);
}

void
rank_clear(Rank *rank)
{
    g_rw_lock_writer_lock(&rank->lock);
    g_clear_pointer(&rank->tokens, g_free);
    g_clear_pointer(&rank->arrived, g_free);
    rank->room = 0;
    rank->count = 0;
    rank->total_tokens = 0;
    g_rw_lock_writer_unlock(&rank->lock);
    g_mutex_lock(&rank->counts_lock);
    g_hash_table_remove_all(rank->counts);
    g_mutex_unlock(&rank->counts_lock);
}

unsigned
rank_count(Rank *rank)
{
    unsigned count;

    g_rw_lock_reader_lock(&rank->lock);
    count = rank->count;
    g_rw_lock_reader_unlock(&rank->lock);
    return count;
}

size_t
rank_bytes(Rank *rank)
{
    size_t bytes;

    g_rw_lock_reader_lock(&rank->lock);
    bytes = rank->room * (sizeof *rank->tokens + sizeof *rank->arrived);
    g_rw_lock_reader_unlock(&rank->lock);
    return bytes;
}

/* ---- the best so far ---- */

typedef struct {
    int64_t document;
    double score;
    double key; /* what they are ordered by; larger is better */
} Entry;

/* A heap with the least at its top, which the next better one replaces. */
typedef struct {
    Entry *entries;
    unsigned n, room, limit;
} Heap;

static bool
entry_less(const Entry *a, const Entry *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    return a->document < b->document;
}

static void
heap_sink(Heap *heap, unsigned at)
{
    Entry moving = heap->entries[at];

    for (unsigned child; (child = 2 * at + 1) < heap->n; at = child) {
        if (child + 1 < heap->n &&
            entry_less(&heap->entries[child + 1], &heap->entries[child]))
            child++;
        if (!entry_less(&heap->entries[child], &moving))
            break;
        heap->entries[at] = heap->entries[child];
    }
    heap->entries[at] = moving;
}

static void
heap_rise(Heap *heap, unsigned at)
{
    Entry moving = heap->entries[at];

    while (at > 0) {
        unsigned parent = (at - 1) / 2;

        if (!entry_less(&moving, &heap->entries[parent]))
            break;
        heap->entries[at] = heap->entries[parent];
        at = parent;
    }
    heap->entries[at] = moving;
}

static void
heap_offer(Heap *heap, Entry entry)
{
    if (heap->n < heap->limit) {
        if (heap->n == heap->room) {
            heap->room = MIN(heap->limit, MAX(64, 2 * heap->room));
            heap->entries = g_renew(Entry, heap->entries, heap->room);
        }
        heap->entries[heap->n++] = entry;
        heap_rise(heap, heap->n - 1);
    } else if (heap->n > 0 && entry_less(&heap->entries[0], &entry)) {
        heap->entries[0] = entry;
        heap_sink(heap, 0);
    }
}

static int
entry_compare(const void *a, const void *b)
{
    return entry_less(a, b) ? 1 : -1;
}

/* ---- one pass ---- */

typedef struct {
    const Rank *rank;
    const RankWish *wish;
    double idf[RANK_TERMS_MAX];
    double least_norm;  /* of a document without length */
    double norm_token;  /* what each token adds to it */
    double ceiling_inv; /* 1 / the most the terms could give */
    double now_s;
    unsigned total;
    Heap heap;
} Pass;

#define PASS_POINTER "docent-rank-pass"
#define PLACES_POINTER "docent-rank-places"

/* Weighted occurrences of one phrase in the current row. */
static double
occurrences(const Fts5ExtensionApi *api, Fts5Context *fts, int phrase,
            double norm)
{
    int enough = (int)MIN(1 + norm * RANK_SATURATED, RANK_OCCURRENCES_MAX);
    Fts5PhraseIter iter;
    int column, at, title = 0, body = 0;

    if (api->xPhraseFirst(fts, phrase, &iter, &column, &at) != SQLITE_OK)
        return 0;
    while (column >= 0 && body < enough) {
        if (column == 0)
            title++;
        else
            body++;
        api->xPhraseNext(fts, &iter, &column, &at);
    }
    return RANK_TITLE_WEIGHT * title + body;
}

static double
score_row(const Pass *pass, const Fts5ExtensionApi *api, Fts5Context *fts,
          uint32_t tokens)
{
    const RankWish *wish = pass->wish;
    double norm = pass->least_norm + pass->norm_token * tokens;
    double count[RANK_TERMS_MAX] = {0};
    double score = 0;

    if (wish->n_terms == 1) {
        for (unsigned i = 0; i < wish->n_phrases; i++)
            count[0] += occurrences(api, fts, (int)i, norm);
        return pass->idf[0] * count[0] / (count[0] + norm);
    }
    for (unsigned i = 0; i < wish->n_phrases; i++)
        count[wish->groups[i]] += occurrences(api, fts, (int)i, norm);
    for (unsigned i = 0; i < wish->n_terms; i++)
        score += pass->idf[i] * count[i] / (count[i] + norm);
    return score;
}

/* rank_row(words, pass): what the statement calls for each row. */
static void
rank_row(const Fts5ExtensionApi *api, Fts5Context *fts,
         sqlite3_context *context, int n_values, sqlite3_value **values)
{
    Pass *pass = sqlite3_value_pointer(values[0], PASS_POINTER);
    Entry entry;
    double age_s, recency;
    size_t at;

    if (pass == NULL)
        return;
    entry.document = api->xRowid(fts);
    at = (size_t)entry.document;
    if (pass->wish->filter != NULL &&
        !pass->wish->filter(pass->wish->user, entry.document))
        return;
    pass->total++;
    if (at >= pass->rank->room)
        return;
    age_s = MAX(0, pass->now_s - pass->rank->arrived[at]);
    recency = RANK_RECENCY_HALF_S / (RANK_RECENCY_HALF_S + age_s);
    entry.score = score_row(pass, api, fts, pass->rank->tokens[at]) *
                  pass->ceiling_inv * (1 + RANK_RECENCY_WEIGHT * recency);
    entry.key = pass->wish->order == RANK_RECENT ? pass->rank->arrived[at]
                                                 : entry.score;
    heap_offer(&pass->heap, entry);
}

/* rank_places(words, places): the same for the positions in one row. */
typedef struct {
    GArray *places; /* of RankPlace */
    unsigned limit;
} Places;

static void
rank_row_places(const Fts5ExtensionApi *api, Fts5Context *fts,
                sqlite3_context *context, int n_values, sqlite3_value **values)
{
    Places *into = sqlite3_value_pointer(values[0], PLACES_POINTER);
    int n;

    if (into == NULL || api->xInstCount(fts, &n) != SQLITE_OK)
        return;
    for (int i = 0; i < n && into->places->len < into->limit; i++) {
        int phrase, column, at;
        RankPlace place;

        if (api->xInst(fts, i, &phrase, &column, &at) != SQLITE_OK)
            return;
        if (column != 1)
            continue;
        place = (RankPlace){(uint32_t)at, (uint32_t)phrase};
        g_array_append_val(into->places, place);
    }
}

static fts5_api *
find_fts5(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    fts5_api *api = NULL;

    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        (void)sqlite3_step(statement);
    }
    (void)sqlite3_finalize(statement);
    return api;
}

bool
rank_register(sqlite3 *db, GError **error)
{
    fts5_api *api = find_fts5(db);

    if (api == NULL)
        return fault(error, FAULT_STORE, "SQLite has no FTS5");
    if (api->xCreateFunction(api, "rank_row", NULL, rank_row, NULL) !=
            SQLITE_OK ||
        api->xCreateFunction(api, "rank_places", NULL, rank_row_places, NULL) !=
            SQLITE_OK)
        return connection_fault(db, error, "open");
    return true;
}

/* ---- how many hold a term ---- */

/* One row's number, or all rows stepped over; the pointer is bound third. */
static bool
step_all(sqlite3 *db, const char *sql, const char *expression, int64_t document,
         void *pointer, const char *pointer_type, int64_t *ret_number,
         GError **error)
{
    sqlite3_stmt *statement = NULL;
    int got = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    if (got == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, expression, -1, SQLITE_STATIC);
        if (pointer != NULL)
            sqlite3_bind_pointer(statement, 2, pointer, pointer_type, NULL);
        if (document != 0)
            sqlite3_bind_int64(statement, 3, document);
        while ((got = sqlite3_step(statement)) == SQLITE_ROW)
            if (ret_number != NULL)
                *ret_number = sqlite3_column_int64(statement, 0);
    }
    if (got != SQLITE_DONE && got != SQLITE_OK) {
        connection_fault(db, error, "search");
        (void)sqlite3_finalize(statement);
        return false;
    }
    (void)sqlite3_finalize(statement);
    return true;
}

static bool
recall_count(Rank *rank, const char *term, unsigned documents,
             unsigned *ret_found)
{
    const TermCount *known;
    bool good;

    g_mutex_lock(&rank->counts_lock);
    known = g_hash_table_lookup(rank->counts, term);
    good = known != NULL && documents <= known->of + known->of / 10 &&
           documents >= known->of - known->of / 10;
    if (good)
        *ret_found = known->found;
    g_mutex_unlock(&rank->counts_lock);
    return good;
}

static bool
count_term(sqlite3 *db, Rank *rank, const char *term, unsigned documents,
           unsigned *ret_found, GError **error)
{
    TermCount *known;
    int64_t found = 0;

    if (recall_count(rank, term, documents, ret_found))
        return true;
    if (!step_all(db, "SELECT count(*) FROM words WHERE words MATCH ?1", term,
                  0, NULL, NULL, &found, error))
        return false;
    known = g_new(TermCount, 1);
    *known = (TermCount){(unsigned)found, documents};
    *ret_found = (unsigned)found;
    g_mutex_lock(&rank->counts_lock);
    /* Which were asked least lately matters little at this size. */
    if (g_hash_table_size(rank->counts) >= COUNTS_MAX)
        g_hash_table_remove_all(rank->counts);
    g_hash_table_replace(rank->counts, g_strdup(term), known);
    g_mutex_unlock(&rank->counts_lock);
    return true;
}

/* ---- searching ---- */

/* idf of each term. One alone needs none: it would scale all scores alike,
 * and so spares a pass over its rows. */
static bool
weigh_terms(sqlite3 *db, Rank *rank, const RankWish *wish, unsigned documents,
            Pass *pass, GError **error)
{
    double ceiling = 0;

    for (unsigned i = 0; i < wish->n_terms; i++) {
        unsigned found = 0;

        pass->idf[i] = 1;
        if (wish->n_terms > 1) {
            if (!count_term(db, rank, wish->terms[i], documents, &found, error))
                return false;
            found = MIN(found, documents);
            pass->idf[i] = log1p((documents - found + 0.5) / (found + 0.5));
        }
        ceiling += pass->idf[i];
    }
    pass->ceiling_inv = 1 / MAX(ceiling, 1e-9);
    return true;
}

static GArray *
heap_hits(Heap *heap)
{
    GArray *hits = g_array_sized_new(FALSE, FALSE, sizeof(RankHit), heap->n);

    if (heap->n > 0)
        qsort(heap->entries, heap->n, sizeof(Entry), entry_compare);
    for (unsigned i = 0; i < heap->n; i++) {
        RankHit hit = {heap->entries[i].document, heap->entries[i].score};

        g_array_append_val(hits, hit);
    }
    return hits;
}

GArray *
rank_search(sqlite3 *db, Rank *rank, const RankWish *wish, unsigned *ret_total,
            GError **error)
{
    Pass pass = {.rank = rank, .wish = wish, .heap.limit = wish->limit};
    GArray *hits = NULL;
    double mean;
    bool done;

    if (wish->n_terms > RANK_TERMS_MAX) {
        fault(error, FAULT_LIMIT, "more than %d words", (int)RANK_TERMS_MAX);
        return NULL;
    }
    if (!weigh_terms(db, rank, wish, rank_count(rank), &pass, error))
        return NULL;
    /* Lengths stay as they are for the pass; the writer waits meanwhile. */
    g_rw_lock_reader_lock(&rank->lock);
    mean = rank->count > 0 ? (double)rank->total_tokens / rank->count : 1;
    pass.least_norm = RANK_K1 * (1 - RANK_B);
    pass.norm_token = RANK_K1 * RANK_B / mean;
    pass.now_s = (double)wish->now_ms / 1000;
    done = step_all(db,
                    "SELECT rank_row(words, ?2) FROM words"
                    " WHERE words MATCH ?1",
                    wish->expression, 0, &pass, PASS_POINTER, NULL, error);
    g_rw_lock_reader_unlock(&rank->lock);
    if (done) {
        hits = heap_hits(&pass.heap);
        *ret_total = pass.total;
    }
    g_free(pass.heap.entries);
    return hits;
}

GArray *
rank_places(sqlite3 *db, const char *expression, int64_t document,
            unsigned limit, GError **error)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(RankPlace));
    Places into = {places, limit};

    if (!step_all(db,
                  "SELECT rank_places(words, ?2) FROM words"
                  " WHERE words MATCH ?1 AND rowid = ?3",
                  expression, document, &into, PLACES_POINTER, NULL, error))
        return NULL;
    return g_steal_pointer(&places);
}
