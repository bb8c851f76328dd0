/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * query.c - words as typed into what the index is asked.
 *
 * Every term becomes FTS5 strings in double quotes, and FTS5 gives those to
 * the same tokenizer that made the index; so nothing a person types is ever
 * read as an operator.
 */
#include "config.h"

#include "daemon/archive/query.h"

#include <libstemmer.h>
#include <string.h>

#include "base/text.h"
#include "daemon/archive/fold.h"
#include "daemon/archive/tokenize.h"

enum {
    STEM_LETTERS_MIN = 3, /* shorter words have no other forms worth it */
};

/* ---- stems ---- */

/* By the script of a word's first letter: what it is written in. */
static const struct {
    uint32_t first, last;
    const char *language;
} stemmers[] = {
    {0x0061, 0x024F, "english"}, {0x0370, 0x03FF, "greek"},
    {0x0400, 0x052F, "russian"}, {0x0531, 0x0587, "armenian"},
    {0x0620, 0x06FF, "arabic"},  {0x0900, 0x097F, "hindi"},
    {0x0B80, 0x0BFF, "tamil"},
};

/* A stemmer is not safe from two threads, so each thread has its own. */
typedef struct {
    struct sb_stemmer *of[G_N_ELEMENTS(stemmers)];
} Stemmers;

static void
stemmers_free(gpointer data)
{
    Stemmers *own = data;

    for (size_t i = 0; i < G_N_ELEMENTS(stemmers); i++)
        if (own->of[i] != NULL)
            sb_stemmer_delete(own->of[i]);
    g_free(own);
}

static GPrivate stemmers_own = G_PRIVATE_INIT(stemmers_free);

/* NULL: none for the script of @word, or not in this libstemmer. */
static struct sb_stemmer *
stemmer_for(const char *word)
{
    Stemmers *own = g_private_get(&stemmers_own);
    uint32_t letter = g_utf8_get_char(word);

    if (own == NULL) {
        own = g_new0(Stemmers, 1);
        g_private_set(&stemmers_own, own);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(stemmers); i++) {
        if (letter < stemmers[i].first || letter > stemmers[i].last)
            continue;
        if (own->of[i] == NULL)
            own->of[i] = sb_stemmer_new(stemmers[i].language, "UTF_8");
        return own->of[i];
    }
    return NULL;
}

/* Given; @word itself without a stemmer. */
static char *
stem_of(const char *word)
{
    struct sb_stemmer *stemmer = stemmer_for(word);
    const sb_symbol *stem = NULL;

    if (stemmer != NULL)
        stem = sb_stemmer_stem(stemmer, (const sb_symbol *)word,
                               (int)strlen(word));
    if (stem == NULL)
        return g_strdup(word);
    return g_strndup((const char *)stem, (gsize)sb_stemmer_length(stemmer));
}

bool
query_same_stem(const char *a, const char *b)
{
    g_autofree char *stem = NULL;
    g_autofree char *other = NULL;

    if (strcmp(a, b) == 0)
        return true;
    if (stemmer_for(a) == NULL || stemmer_for(a) != stemmer_for(b))
        return false;
    stem = stem_of(a);
    other = stem_of(b);
    return strcmp(stem, other) == 0;
}

char *
query_stem_prefix(const char *word)
{
    g_autofree char *stem = stem_of(word);
    size_t n = 0;

    while (stem[n] != '\0' && stem[n] == word[n])
        n++;
    n = text_floor(word, strlen(word), n);
    /* English: hope and hoping, happy and happily, lie and lying. */
    if (n > 1 && (word[n - 1] == 'e' || word[n - 1] == 'i' ||
                  (word[n - 1] == 'y' && strchr("aeou", word[n - 2]) == NULL)))
        n--;
    return n > 0 ? g_strndup(word, n) : g_strdup(word);
}

/* ---- words that say little ---- */

static const char *const common_words[] = {
    "a",        "about",      "above",   "after",   "again",  "against",
    "all",      "am",         "an",      "and",     "any",    "are",
    "as",       "at",         "be",      "because", "been",   "before",
    "being",    "below",      "between", "both",    "but",    "by",
    "can",      "could",      "did",     "do",      "does",   "doing",
    "down",     "during",     "each",    "few",     "for",    "from",
    "further",  "had",        "has",     "have",    "having", "he",
    "her",      "here",       "hers",    "herself", "him",    "himself",
    "his",      "how",        "i",       "if",      "in",     "into",
    "is",       "it",         "its",     "itself",  "just",   "me",
    "more",     "most",       "my",      "myself",  "no",     "nor",
    "not",      "now",        "of",      "off",     "on",     "once",
    "only",     "or",         "other",   "our",     "ours",   "ourselves",
    "out",      "over",       "own",     "s",       "same",   "she",
    "should",   "so",         "some",    "such",    "t",      "than",
    "that",     "the",        "their",   "theirs",  "them",   "themselves",
    "then",     "there",      "these",   "they",    "this",   "those",
    "through",  "to",         "too",     "under",   "until",  "up",
    "very",     "was",        "we",      "were",    "what",   "when",
    "where",    "which",      "while",   "who",     "whom",   "why",
    "will",     "with",       "would",   "you",     "your",   "yours",
    "yourself", "yourselves",
};

/* Chinese question words, folded (so Simplified). */
static const char *const question_words[] = {
    "为什么", "为何",     "什么",   "何人",   "何地", "何处",   "何时",
    "有没有", "请问",     "谁",     "吗",     "呢",   "哪一",   "哪个",
    "哪些",   "哪位",     "哪儿",   "哪年",   "哪种", "哪里",   "多少",
    "如何",   "可不可以", "可以吗", "可否",   "怎么", "怎么样", "怎样",
    "是不是", "是否",     "甚么",   "能不能", "能否",
};

static bool
is_common(const QueryTerm *term)
{
    if (term->exact || term->prefix)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(common_words); i++)
        if (strcmp(term->word, common_words[i]) == 0)
            return true;
    for (size_t i = 0; i < G_N_ELEMENTS(question_words); i++)
        if (strcmp(term->word, question_words[i]) == 0)
            return true;
    return false;
}

/* ---- terms ---- */

static void
term_free(gpointer data)
{
    QueryTerm *term = data;

    g_ptr_array_unref(term->forms);
    g_free(term->word);
    g_free(term);
}

/* @text as an FTS5 string. Given. */
static char *
quote(const char *text)
{
    GString *quoted = g_string_new("\"");

    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(quoted, '"');
        g_string_append_c(quoted, *text);
    }
    g_string_append_c(quoted, '"');
    return g_string_free(quoted, FALSE);
}

/* The tokens a piece of a query gives. */
typedef struct {
    unsigned n;
    char first[TOKEN_BYTES_MAX + 1];
    bool cjk; /* the last one is CJK */
} Tokenized;

static int
tokenized_take(void *user, const char *term, int size_bytes, int start, int end,
               bool beside)
{
    Tokenized *tokenized = user;

    if (tokenized->n++ == 0) {
        memcpy(tokenized->first, term, (size_t)size_bytes);
        tokenized->first[size_bytes] = '\0';
    }
    tokenized->cjk = text_is_cjk(g_utf8_get_char(term));
    return 0;
}

static Tokenized
tokenized_of(const char *text)
{
    Tokenized tokenized = {0};

    (void)tokenize(text, strlen(text), TOKENIZE_QUERY, tokenized_take,
                   &tokenized);
    return tokenized;
}

/* Letters alone, enough of them, none CJK. */
static bool
has_forms(const char *word)
{
    glong letters = 0;

    for (; *word != '\0'; word = g_utf8_next_char(word), letters++) {
        gunichar c = g_utf8_get_char(word);

        if (text_is_cjk(c) || g_unichar_isdigit(c) ||
            !(g_unichar_isalpha(c) || g_unichar_ismark(c)))
            return false;
    }
    return letters >= STEM_LETTERS_MIN;
}

static void
forms_add(GPtrArray *forms, const char *text)
{
    g_autofree char *form = quote(text);

    if (forms->len < QUERY_FORMS_MAX &&
        !g_ptr_array_find_with_equal_func(forms, form, g_str_equal, NULL))
        g_ptr_array_add(forms, g_steal_pointer(&form));
}

/* What is read so far. */
typedef struct {
    Query *query;
    GString *plain;
    QueryForms forms;
    void *user;
} Reading;

static bool
is_there(const Query *query, const QueryTerm *term)
{
    for (unsigned i = 0; i < query->terms->len; i++) {
        const QueryTerm *other = query->terms->pdata[i];

        if (strcmp(other->word, term->word) == 0 &&
            other->exact == term->exact && other->prefix == term->prefix)
            return true;
    }
    return false;
}

static void
ask_forms(const Reading *reading, const char *word, GPtrArray *forms)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

    reading->forms(reading->user, word, found);
    for (unsigned i = 0; i < found->len; i++)
        if (tokenized_of(found->pdata[i]).n > 0)
            forms_add(forms, found->pdata[i]);
}

/* Bytes @text … @end as one term; nothing when it holds no token. */
static void
term_add(Reading *reading, const char *text, const char *end, bool exact,
         bool prefix)
{
    g_autofree char *piece = g_strndup(text, (gsize)(end - text));
    Tokenized tokenized = tokenized_of(piece);
    QueryTerm *term;
    char *folded;

    if (tokenized.n == 0)
        return;
    if (reading->plain->len > 0)
        g_string_append_c(reading->plain, ' ');
    g_string_append(reading->plain, piece);
    if (reading->query->terms->len == QUERY_TERMS_MAX)
        return;
    folded = fold_text(piece, strlen(piece), NULL);
    term = g_new0(QueryTerm, 1);
    term->word = g_strdup(g_strstrip(folded));
    g_free(folded);
    term->exact = exact;
    term->prefix = prefix && !tokenized.cjk;
    term->forms = g_ptr_array_new_with_free_func(g_free);
    if (is_there(reading->query, term)) {
        term_free(term);
        return;
    }
    forms_add(term->forms, tokenized.n == 1 ? tokenized.first : piece);
    if (reading->forms != NULL && tokenized.n == 1 && !exact && !term->prefix &&
        has_forms(tokenized.first))
        ask_forms(reading, tokenized.first, term->forms);
    g_ptr_array_add(reading->query->terms, term);
}

/* ---- reading what was typed ---- */

/* The quote that ends what @c begins; 0: it begins nothing. */
static gunichar
closing_quote(gunichar c)
{
    static const gunichar pairs[][2] = {
        {'"', '"'},       {0x201C, 0x201D}, /* “ ” */
        {0x201D, 0x201D},                   /* typed alone by some */
        {0x201E, 0x201C},                   /* „ “ */
        {0x00AB, 0x00BB},                   /* « » */
        {0x300C, 0x300D},                   /* 「 」 */
        {0x300E, 0x300F},                   /* 『 』 */
        {0xFF02, 0xFF02},                   /* ＂ */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return 0;
}

typedef enum { SORT_GAP, SORT_SIGN, SORT_WORD, SORT_CJK } Sort;

/* A gap ends a term; a sign may stand in one. */
static Sort
sort_of(gunichar c)
{
    if (text_is_cjk(c))
        return SORT_CJK;
    if (g_unichar_isspace(c) || g_unichar_iscntrl(c) || closing_quote(c) != 0)
        return SORT_GAP;
    if (g_unichar_isalnum(c) || g_unichar_ismark(c))
        return SORT_WORD;
    /* ASCII's and their like in other widths: , ; ( ) … */
    if (strchr(",;()[]{}<>|*", (int)MIN(c, 0x7F)) != NULL ||
        (c >= 0x3001 && c <= 0x301F) || /* 、。〈〉《》【】 */
        (c >= 0xFF01 && c <= 0xFF65 && !g_unichar_isalnum(c)))
        return SORT_GAP;
    return g_unichar_type(c) == G_UNICODE_OTHER_SYMBOL ? SORT_WORD : SORT_SIGN;
}

/* A comma between digits belongs to the number. */
static bool
is_in_number(const char *words, const char *at)
{
    return *at == ',' && at > words && g_ascii_isdigit(at[-1]) &&
           g_ascii_isdigit(at[1]);
}

/* What begins at @at without a gap, or without a change of script. Returns
 * its end. */
static const char *
piece_end(const char *words, const char *at)
{
    Sort sort = SORT_SIGN;

    for (; *at != '\0'; at = g_utf8_next_char(at)) {
        Sort next = sort_of(g_utf8_get_char(at));

        if (next == SORT_GAP && !is_in_number(words, at))
            break;
        if (next != SORT_WORD && next != SORT_CJK) {
            if (sort == SORT_CJK)
                break;
            continue;
        }
        if (sort != SORT_SIGN && next != sort)
            break;
        sort = next;
    }
    return at;
}

/* A phrase in quotes, from after the quote. Returns what follows it. */
static const char *
read_quoted(Reading *reading, const char *at, gunichar closing)
{
    const char *end = at;

    while (*end != '\0' && g_utf8_get_char(end) != closing)
        end = g_utf8_next_char(end);
    term_add(reading, at, end, true, false);
    return *end != '\0' ? g_utf8_next_char(end) : end;
}

static void
read_all(Reading *reading, const char *words)
{
    const char *at = words;

    while (*at != '\0') {
        gunichar closing = closing_quote(g_utf8_get_char(at));
        const char *end;

        if (closing != 0) {
            at = read_quoted(reading, g_utf8_next_char(at), closing);
            continue;
        }
        end = piece_end(words, at);
        if (end == at) {
            at = g_utf8_next_char(at);
            continue;
        }
        term_add(reading, at, end, false, *end == '*');
        at = end;
    }
}

/* Marks what may be left out, when something is left then. */
static void
mark_common(Query *query)
{
    unsigned n = 0;

    for (unsigned i = 0; i < query->terms->len; i++)
        n += is_common(query->terms->pdata[i]);
    if (n == query->terms->len)
        return;
    for (unsigned i = 0; i < query->terms->len; i++) {
        QueryTerm *term = query->terms->pdata[i];

        term->common = is_common(term);
    }
}

Query *
query_parse(const char *words, QueryForms forms, void *user)
{
    size_t size_bytes = strnlen(words, QUERY_BYTES_MAX + 1);
    g_autofree char *valid = NULL;
    Query *query = g_new0(Query, 1);
    Reading reading = {query, g_string_new(NULL), forms, user};

    if (size_bytes > QUERY_BYTES_MAX)
        size_bytes = text_floor(words, size_bytes, QUERY_BYTES_MAX);
    valid = text_valid(words, size_bytes, NULL);
    query->terms = g_ptr_array_new_with_free_func(term_free);
    read_all(&reading, valid);
    query->plain = g_string_free(reading.plain, FALSE);
    mark_common(query);
    return query;
}

void
query_free(Query *query)
{
    if (query == NULL)
        return;
    g_ptr_array_unref(query->terms);
    g_free(query->plain);
    g_free(query);
}

/* ---- for FTS5 ---- */

char *
query_expression(const Query *query, const char *join)
{
    GString *expression;

    if (query->terms->len == 0)
        return NULL;
    expression = g_string_new(NULL);
    for (unsigned i = 0; i < query->terms->len; i++) {
        const QueryTerm *term = query->terms->pdata[i];

        g_string_append_printf(expression, i > 0 ? " %s (" : "(", join);
        for (unsigned j = 0; j < term->forms->len; j++) {
            if (j > 0)
                g_string_append(expression, " OR ");
            g_string_append(expression, term->forms->pdata[j]);
            if (term->prefix)
                g_string_append(expression, " *");
        }
        g_string_append_c(expression, ')');
    }
    return g_string_free(expression, FALSE);
}

unsigned
query_first_phrase(const Query *query, unsigned i)
{
    unsigned n = 0;

    for (unsigned j = 0; j < i && j < query->terms->len; j++)
        n += ((const QueryTerm *)query->terms->pdata[j])->forms->len;
    return n;
}
