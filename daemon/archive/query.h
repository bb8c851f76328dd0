/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * query.h - words as typed into what the index is asked.
 *
 * Words, "exact phrases", prefix*; anything else is a word, whatever FTS5
 * would make of it. Pure but for the vocabulary, which is asked by callback.
 *
 * A run of CJK characters is one phrase, in quotes or not. What is typed
 * without spaces is taken apart where scripts meet (合同2026 is two terms)
 * and at commas and brackets; what other signs join (don't, e-mail,
 * report.pdf) is a phrase of its parts. Signs alone are nothing.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum {
    QUERY_BYTES_MAX = 4096, /* the rest of a longer one is ignored */
    QUERY_TERMS_MAX = 32,   /* and of more terms */
    QUERY_FORMS_MAX = 64,   /* of one term */
};

/* One thing asked for: the forms that count as it. */
typedef struct {
    char *word;       /* as typed, folded; to name it when nothing has it */
    bool exact;       /* was in quotes */
    bool prefix;      /* ended in '*', and not in a CJK character, which
                         needs none: what it begins holds it */
    bool common;      /* a stop word or question word (the, 什么) beside
                         other terms: may be left out */
    GPtrArray *forms; /* of char *: FTS5 strings, in double quotes, for the
                         tokenizer to take apart; the first is the word */
} QueryTerm;

typedef struct {
    GPtrArray *terms; /* of QueryTerm *, in order, none twice */
    char *plain;      /* the words without quotes and stars, for names */
} Query;

/*
 * Forms of a word's stem that the index holds: adds char * (folded terms,
 * given) to @forms. Called for words of at least three letters outside CJK,
 * without digits, not in quotes and without '*'.
 */
typedef void (*QueryForms)(void *user, const char *folded_word,
                           GPtrArray *forms);

/* Empty (no terms) when @words has nothing to look for. @forms NULL: exact
 * words only. @words is any bytes. Never fails: unbalanced quotes end at the
 * end. */
Query *query_parse(const char *words, QueryForms forms, void *user);
void query_free(Query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)

/* An FTS5 expression: each term's forms joined by OR, terms by @join
 * ("AND", "OR"). Given; NULL when there is no term. */
char *query_expression(const Query *query, const char *join);
/* How many phrases the expression has before term @i: FTS5 numbers phrases
 * in order, so a phrase's term is found by this. With @i the number of
 * terms, how many there are. */
unsigned query_first_phrase(const Query *query, unsigned i);

/* Same stem by the stemmer of the script both are written in (Snowball:
 * English for Latin letters, Russian for Cyrillic, …); false for scripts
 * without one, unless they are equal. Both are folded. Safe from any
 * thread. */
bool query_same_stem(const char *a, const char *b);
/* The prefix all forms of @word share, for a range of the vocabulary; @word
 * itself when its script has no stemmer. Never empty. Given. */
char *query_stem_prefix(const char *word);
