/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * query.h - words as typed into what the index is asked.
 *
 * Words, "exact phrases", prefix*; anything else is a word, whatever FTS5
 * would make of it. Pure but for the vocabulary, which is asked by callback.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* One thing asked for: the forms that count as it. */
typedef struct {
    char *word;       /* as typed, folded; to name it when nothing has it */
    bool exact;       /* was in quotes */
    bool prefix;      /* ended in '*' */
    GPtrArray *forms; /* of char *: FTS5 phrases, quoted: "合同 同纠" */
} QueryTerm;

typedef struct {
    GPtrArray *terms; /* of QueryTerm *, in order */
    char *plain;      /* the words without quotes and stars, for names */
} Query;

/*
 * Forms of a word's stem that the index holds: adds char * (folded terms,
 * given) to @forms. Called for words of letters outside CJK, not in quotes.
 */
typedef void (*QueryForms)(void *user, const char *folded_word,
                           GPtrArray *forms);

/* Empty (no terms) when @words has nothing to look for. @forms NULL: exact
 * words only. Never fails: unbalanced quotes end at the end. */
Query *query_parse(const char *words, QueryForms forms, void *user);
void query_free(Query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)

/* An FTS5 expression: each term's forms joined by OR, terms by @join
 * ("AND", "OR"). Given; NULL when there is no term. */
char *query_expression(const Query *query, const char *join);
/* How many phrases the expression has before term @i: FTS5 numbers phrases
 * in order, so a phrase's term is found by this. */
unsigned query_first_phrase(const Query *query, unsigned i);

/* Same stem by any stemmer in use (Snowball english, french, german,
 * spanish, russian, …): English here, others by language code. */
bool query_same_stem(const char *a, const char *b);
/* The prefix all forms of @word share, for a range of the vocabulary. Given. */
char *query_stem_prefix(const char *word);
