/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search.c - contents and names asked, their answers made one list.
 *
 * Whatever is found is held by its document, so that copies of one content
 * are one row; a file without a document stands for itself.
 */
#include "config.h"

#include "daemon/archive/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "daemon/archive/connection.h"
#include "daemon/archive/query.h"
#include "daemon/archive/sieve.h"
#include "daemon/archive/snippet.h"

/* A name that is just what was typed weighs as much as a text that could not
 * fit better; a word inside a name, less than a fair fit in the text. */
#define NAME_WEIGHT 1.0

enum {
    /* Name hits looked up one by one; above that, all files are read. */
    NAMES_ONE_BY_ONE = 2000,
    /* Terms of the vocabulary tried for forms of one word, and kept. */
    FORMS_TRIED_MAX = 100,
    FORMS_MAX = 24,
    /* Half the vocabulary begins like a shorter stem. */
    FORMS_PREFIX_BYTES_MIN = 3,
};

void
search_hit_free(SearchHit *hit)
{
    if (hit == NULL)
        return;
    file_free(hit->file);
    g_free(hit->type);
    g_free(hit->title);
    g_free(hit->heading);
    g_free(hit->snippet);
    g_free(hit);
}

void
search_result_free(SearchResult *result)
{
    if (result == NULL)
        return;
    g_ptr_array_unref(result->hits);
    g_ptr_array_unref(result->unknown);
    g_free(result);
}

/* ---- one search ---- */

/* Something found: a document, or a file that has none. */
typedef struct {
    int64_t document; /* 0: none */
    int64_t file;     /* whose name fits best; 0: found by content alone */
    double score;
    int64_t key; /* arrival or size, for those orders */
    bool by_content;
} Candidate;

typedef struct {
    Store *store;
    Archive *archive;
    const SearchWish *wish;
    Sieve *sieve;
    Query *query;
    char *expression; /* NULL: nothing is asked of the contents */
    GArray *groups;   /* of unsigned, by phrase */
    IdSet matched;    /* documents found by content */
    GArray *found;    /* of Candidate */
    unsigned total;
} Search;

static void
search_clear(Search *search)
{
    sieve_free(search->sieve);
    query_free(search->query);
    g_free(search->expression);
    g_clear_pointer(&search->groups, g_array_unref);
    g_clear_pointer(&search->found, g_array_unref);
    id_set_clear(&search->matched);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

/* ---- words ---- */

/*
 * Terms that share the stem of @word, each found by a seek: a range of the
 * vocabulary would read the list of documents of every term in it.
 */
static void
add_forms(void *user, const char *word, GPtrArray *forms)
{
    Search *search = user;
    g_autofree char *prefix = query_stem_prefix(word);
    g_autofree char *from = g_strdup(prefix);
    guint limit = forms->len + FORMS_MAX;

    if (strlen(prefix) < FORMS_PREFIX_BYTES_MIN)
        return;
    for (int i = 0; i < FORMS_TRIED_MAX && forms->len < limit; i++) {
        g_autoptr(Statement) statement = statement_new(
            search->store, NULL,
            "SELECT term FROM vocabulary WHERE term >= ? LIMIT 1", "t", from);
        char *term;

        if (statement == NULL ||
            statement_step(search->store, statement, NULL) != 1)
            return;
        term = statement_text(statement, 0);
        g_free(from);
        from = g_strconcat(term, "\x01", NULL);
        if (!g_str_has_prefix(term, prefix)) {
            g_free(term);
            return;
        }
        if (query_same_stem(term, word))
            g_ptr_array_add(forms, term);
        else
            g_free(term);
    }
}

static GArray *
phrase_groups(const Query *query)
{
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(unsigned));

    for (guint i = 0; i < query->terms->len; i++) {
        const QueryTerm *term = query->terms->pdata[i];

        for (guint j = 0; j < term->forms->len; j++)
            g_array_append_val(groups, i);
    }
    return groups;
}

/* The forms of one term, any of which will do. */
static char *
term_expression(const QueryTerm *term)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < term->forms->len; i++) {
        if (i > 0)
            g_string_append(text, " OR ");
        g_string_append(text, term->forms->pdata[i]);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- contents ---- */

static bool
let_document(void *user, int64_t document)
{
    Search *search = user;

    if (!sieve_document(search->sieve, document))
        return false;
    id_set_add(&search->matched, document);
    return true;
}

/* How many candidates the page asked for needs; their order by size is not
 * known beforehand. */
static unsigned
wanted(const SearchWish *wish)
{
    unsigned limit = MIN(wish->limit, (unsigned)SEARCH_LIMIT_MAX);

    if (wish->order == SEARCH_LARGEST)
        return UINT_MAX;
    return wish->offset > UINT_MAX - limit ? UINT_MAX : wish->offset + limit;
}

static bool
find_contents(Search *search, const char *join, GError **error)
{
    g_autoptr(GPtrArray) terms = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) hits = NULL;
    RankWish wish;

    g_free(search->expression);
    search->expression = query_expression(search->query, join);
    if (search->expression == NULL)
        return true;
    for (guint i = 0; i < search->query->terms->len; i++)
        g_ptr_array_add(terms, term_expression(search->query->terms->pdata[i]));
    wish = (RankWish){
        .expression = search->expression,
        .terms = (const char *const *)terms->pdata,
        .n_terms = terms->len,
        .groups = &g_array_index(search->groups, unsigned, 0),
        .n_phrases = search->groups->len,
        .order = search->wish->order == SEARCH_RECENT ? RANK_RECENT : RANK_BEST,
        .now_ms = g_get_real_time() / 1000,
        .filter = let_document,
        .user = search,
        .limit = wanted(search->wish),
    };
    hits = rank_search(search->store->db, search->archive->rank, &wish,
                       &search->total, error);
    if (hits == NULL)
        return false;
    for (guint i = 0; i < hits->len; i++) {
        const RankHit *hit = &g_array_index(hits, RankHit, i);
        Candidate found = {
            .document = hit->document, .score = hit->score, .by_content = true};

        g_array_append_val(search->found, found);
    }
    return true;
}

/* ---- names ---- */

/* Documents by file (of int64_t), for so many names that it is cheaper to
 * read all; -1 where there is no such file. */
static GArray *
all_documents(Store *store, GError **error)
{
    g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(Statement) statement = statement_new(
        store, error,
        /* All of it is in the index, which is small beside the table. */
        "SELECT id, document FROM file INDEXED BY file_by_document", "");
    int got;

    if (statement == NULL)
        return NULL;
    while ((got = statement_step(store, statement, error)) == 1) {
        size_t file = (size_t)sqlite3_column_int64(statement, 0);
        size_t before = documents->len;

        if (file >= before) {
            g_array_set_size(documents, (guint)MAX(file + 1, 2 * before));
            memset(&g_array_index(documents, int64_t, before), 0xff,
                   (documents->len - before) * sizeof(int64_t));
        }
        g_array_index(documents, int64_t, file) =
            sqlite3_column_int64(statement, 1);
    }
    return got == 0 ? g_steal_pointer(&documents) : NULL;
}

static bool
document_of(Search *search, GArray *documents, int64_t file,
            int64_t *ret_document, GError **error)
{
    if (documents != NULL) {
        *ret_document = (size_t)file < documents->len
                            ? g_array_index(documents, int64_t, file)
                            : -1;
        return true;
    }
    return statement_number(search->store, ret_document, -1, error,
                            "SELECT document FROM file WHERE id = ?", "i",
                            file);
}

/* What a name hit is added to: itself, or what its document has already. */
static Candidate *
candidate_for(Search *search, GHashTable *by_document, int64_t document)
{
    Candidate fresh = {.document = document};
    gpointer at;

    if (document > 0 &&
        g_hash_table_lookup_extended(by_document, (gpointer)(intptr_t)document,
                                     NULL, &at))
        return &g_array_index(search->found, Candidate, GPOINTER_TO_UINT(at));

    fresh.by_content = document > 0 && id_set_has(&search->matched, document);
    if (!fresh.by_content)
        search->total++;
    if (document > 0)
        g_hash_table_insert(by_document, (gpointer)(intptr_t)document,
                            GUINT_TO_POINTER(search->found->len));
    g_array_append_val(search->found, fresh);
    return &g_array_index(search->found, Candidate, search->found->len - 1);
}

static bool
add_names(Search *search, GArray *names, GError **error)
{
    g_autoptr(GHashTable) by_document = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) documents = NULL;

    if (names->len > NAMES_ONE_BY_ONE) {
        documents = all_documents(search->store, error);
        if (documents == NULL)
            return false;
    }
    for (guint i = 0; i < search->found->len; i++)
        g_hash_table_insert(
            by_document,
            (gpointer)(intptr_t)g_array_index(search->found, Candidate, i)
                .document,
            GUINT_TO_POINTER(i));
    for (guint i = 0; i < names->len; i++) {
        const NameHit *name = &g_array_index(names, NameHit, i);
        Candidate *found;
        int64_t document;

        if (!sieve_file(search->sieve, name->file))
            continue;
        if (!document_of(search, documents, name->file, &document, error))
            return false;
        if (document < 0) /* gone since its name was found */
            continue;
        found = candidate_for(search, by_document, document);
        if (found->file != 0) /* another copy's name fitted better */
            continue;
        found->file = name->file;
        found->score += NAME_WEIGHT * name->score;
    }
    return true;
}

static bool
find_names(Search *search, GError **error)
{
    g_autoptr(GArray) names = NULL;
    unsigned total;

    if (search->query->plain == NULL || *search->query->plain == '\0')
        return true;
    names = names_find(search->archive->names, search->query->plain, UINT_MAX,
                       &total);
    return add_names(search, names, error);
}

/* ---- what nothing has ---- */

static bool
is_known(Search *search, const QueryTerm *term, bool *ret_known, GError **error)
{
    g_autofree char *expression = term_expression(term);
    g_autoptr(GArray) names = NULL;
    int64_t found;
    unsigned total;

    if (!statement_number(search->store, &found, 0, error,
                          "SELECT rowid FROM words WHERE words MATCH ?"
                          " LIMIT 1",
                          "t", expression))
        return false;
    if (found == 0) {
        names = names_find(search->archive->names, term->word, 1, &total);
        found = total;
    }
    *ret_known = found != 0;
    return true;
}

static bool
find_unknown(Search *search, GPtrArray *unknown, GError **error)
{
    for (guint i = 0; i < search->query->terms->len; i++) {
        const QueryTerm *term = search->query->terms->pdata[i];
        bool known;

        if (!is_known(search, term, &known, error))
            return false;
        if (!known)
            g_ptr_array_add(unknown, g_strdup(term->word));
    }
    return true;
}

/* ---- order ---- */

/* Arrival or size of what was found. */
static bool
learn_keys(Search *search, GError **error)
{
    bool by_size = search->wish->order == SEARCH_LARGEST;

    for (guint i = 0; i < search->found->len; i++) {
        Candidate *found = &g_array_index(search->found, Candidate, i);
        bool learnt;

        if (found->document > 0)
            learnt = statement_number(
                search->store, &found->key, 0, error,
                "SELECT CASE WHEN ?2 THEN size ELSE arrived_ms END FROM file"
                " WHERE document = ?1 ORDER BY arrived_ms DESC LIMIT 1",
                "ii", found->document, (int64_t)by_size);
        else
            learnt = statement_number(
                search->store, &found->key, 0, error,
                "SELECT CASE WHEN ?2 THEN size ELSE arrived_ms END FROM file"
                " WHERE id = ?1",
                "ii", found->file, (int64_t)by_size);
        if (!learnt)
            return false;
    }
    return true;
}

static int
compare(const void *a, const void *b)
{
    const Candidate *one = a, *other = b;

    if (one->key != other->key)
        return one->key > other->key ? -1 : 1;
    if (one->score != other->score)
        return one->score > other->score ? -1 : 1;
    if (one->document != other->document)
        return one->document > other->document ? -1 : 1;
    return one->file > other->file ? -1 : one->file < other->file;
}

static bool
put_in_order(Search *search, GError **error)
{
    if (search->wish->order != SEARCH_BEST && !learn_keys(search, error))
        return false;
    if (search->found->len > 0)
        qsort(search->found->data, search->found->len, sizeof(Candidate),
              compare);
    return true;
}

/* ---- no words: all there is ---- */

static const char list_recent[] =
    "SELECT id, document FROM file ORDER BY arrived_ms DESC, id DESC";
static const char list_largest[] =
    "SELECT id, document FROM file ORDER BY size DESC, arrived_ms DESC";

static bool
list_all(Search *search, GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        search->store, error,
        search->wish->order == SEARCH_LARGEST ? list_largest : list_recent, "");
    unsigned limit = wanted(search->wish);
    int got;

    if (statement == NULL)
        return false;
    while ((got = statement_step(search->store, statement, error)) == 1) {
        Candidate found = {.file = sqlite3_column_int64(statement, 0),
                           .document = sqlite3_column_int64(statement, 1)};

        if (!sieve_file(search->sieve, found.file) ||
            (found.document > 0 &&
             !id_set_add(&search->matched, found.document)))
            continue;
        search->total++;
        if (search->found->len < limit)
            g_array_append_val(search->found, found);
    }
    return got == 0;
}

/* ---- rows to show ---- */

/* The file shown and how many share its content; NULL when it went. */
static File *
choose_file(Search *search, const Candidate *found, unsigned *ret_copies,
            GError **error)
{
    g_autoptr(GPtrArray) files = NULL;
    guint chosen = G_MAXUINT;

    *ret_copies = 1;
    if (found->document == 0)
        return store_file_by_id(search->store, found->file, error);
    files = store_files_of(search->store, found->document, error);
    if (files == NULL)
        return NULL;
    *ret_copies = 0;
    for (guint i = 0; i < files->len; i++) {
        const File *file = files->pdata[i];

        if (!sieve_file(search->sieve, file->id))
            continue;
        ++*ret_copies;
        if (chosen == G_MAXUINT || file->id == found->file)
            chosen = i;
    }
    if (chosen == G_MAXUINT)
        return NULL;
    return g_ptr_array_steal_index(files, chosen);
}

static bool
add_text(Search *search, const Candidate *found, bool snippet, SearchHit *hit,
         GError **error)
{
    g_autoptr(DocumentRow) row = NULL;
    g_autoptr(GError) inner = NULL;
    Snippet shown = {0};

    if (found->document == 0)
        return true;
    row = store_document(search->store, found->document, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    if (row == NULL)
        return true;
    hit->type = g_steal_pointer(&row->type);
    hit->title = g_steal_pointer(&row->title);
    if (!snippet)
        return true;
    if (!snippet_make(search->store, found->document,
                      found->by_content ? search->expression : NULL,
                      (const unsigned *)(void *)search->groups->data, &shown,
                      error))
        return false;
    hit->snippet = shown.text;
    hit->heading = shown.heading;
    hit->page = shown.page;
    return true;
}

static bool
add_hit(Search *search, const Candidate *found, bool snippet, GPtrArray *hits,
        GError **error)
{
    g_autoptr(GError) inner = NULL;
    SearchHit *hit = g_new0(SearchHit, 1);

    hit->file = choose_file(search, found, &hit->copies, &inner);
    hit->score = found->score;
    hit->by_content = found->by_content;
    hit->by_name = found->file != 0 && search->query != NULL;
    if (hit->file == NULL || !add_text(search, found, snippet, hit, &inner)) {
        search_hit_free(hit);
        if (inner == NULL)
            return true;
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    g_ptr_array_add(hits, hit);
    return true;
}

static bool
add_hits(Search *search, GPtrArray *hits, GError **error)
{
    const SearchWish *wish = search->wish;
    unsigned limit = MIN(wish->limit, (unsigned)SEARCH_LIMIT_MAX);
    unsigned snippets = wish->snippets_max == SEARCH_NO_SNIPPETS ? 0
                        : wish->snippets_max > 0 ? wish->snippets_max
                                                 : SEARCH_SNIPPETS;

    for (unsigned i = 0;
         i < limit && wish->offset + (uint64_t)i < search->found->len; i++)
        if (!add_hit(search,
                     &g_array_index(search->found, Candidate, wish->offset + i),
                     i < snippets && search->query != NULL, hits, error))
            return false;
    return true;
}

/* ---- search ---- */

static bool
find_words(Search *search, SearchResult *result, GError **error)
{
    bool names_only = search->wish->names_only;

    search->query =
        query_parse(search->wish->words, names_only ? NULL : add_forms, search);
    search->groups = phrase_groups(search->query);
    if ((!names_only && !find_contents(search, "AND", error)) ||
        !find_names(search, error))
        return false;
    if (search->total == 0) {
        if (!find_unknown(search, result->unknown, error))
            return false;
        if (!names_only && search->query->terms->len > 1) {
            if (!find_contents(search, "OR", error))
                return false;
            result->any = search->total > 0;
        }
    }
    return put_in_order(search, error);
}

static bool
is_blank(const char *words)
{
    return words == NULL || words[strspn(words, " \t\n")] == '\0';
}

static bool
set_up_sieve(Search *search, GError **error)
{
    const SearchWish *wish = search->wish;
    SieveWish sieve = {
        .folder = wish->folder,
        .kind = -1,
        .source = wish->source,
        .since_ms = wish->since_ms,
        .before_ms = wish->before_ms,
    };

    if (wish->kind != NULL) {
        sieve.kind = kind_find(wish->kind);
        if (sieve.kind < 0)
            return fault(error, FAULT_BAD_REQUEST, "no kind '%s'", wish->kind);
    }
    search->sieve = sieve_new(search->store, &sieve, error);
    return search->sieve != NULL;
}

SearchResult *
search_find(Store *reader, Archive *archive, const SearchWish *wish,
            GError **error)
{
    g_autoptr(SearchResult) result = g_new0(SearchResult, 1);
    g_auto(Snapshot) snapshot = SNAPSHOT_NONE;
    g_auto(Search) search = {.store = reader, .archive = archive, .wish = wish};

    result->hits =
        g_ptr_array_new_with_free_func((GDestroyNotify)search_hit_free);
    result->unknown = g_ptr_array_new_with_free_func(g_free);
    search.found = g_array_new(FALSE, FALSE, sizeof(Candidate));
    if (!snapshot_begin(&snapshot, reader, error) ||
        !set_up_sieve(&search, error))
        return NULL;
    if (is_blank(wish->words) ? !list_all(&search, error)
                              : !find_words(&search, result, error))
        return NULL;
    if (!add_hits(&search, result->hits, error))
        return NULL;
    result->total = search.total;
    return g_steal_pointer(&result);
}
