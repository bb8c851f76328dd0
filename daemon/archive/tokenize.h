/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tokenize.h - text into the terms the index is made of.
 *
 * NFKC, case and diacritics folded, Traditional Chinese folded to
 * Simplified (fold.h). A CJK character takes one position and gives itself
 * and, at the same position, the pair it begins; so a phrase of n characters
 * is n-1 pairs in a row, and one character is findable too. Scripts written
 * without spaces (Thai, Lao, Khmer, Burmese, Tibetan) are treated alike.
 * Pairs never cross anything between characters.
 *
 * A word of other letters and digits takes one position, as typed: stems are
 * found at query time (query.h), which keeps the index small and "exact
 * words" exact. An identifier (fooBar, foo_bar) is one word, foobar, with its
 * parts foo and bar beside it; so it is found whole, by a part, and in a
 * phrase. 1,200.50 is one word too, 1200.50, with 1200 and 50 beside. An
 * apostrophe or hyphen ends a word: don't is don t. An emoji is a word.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKEN_BYTES_MAX = 96 }; /* a longer word is cut there */

/*
 * @start, @end: bytes of the original text. @beside: at the position of the
 * token before. Non-zero ends the walk and is what tokenize returns.
 */
typedef int (*TokenizeEach)(void *user, const char *term, int size_bytes,
                            int start, int end, bool beside);

typedef enum {
    TOKENIZE_TEXT,  /* all of the above: documents */
    TOKENIZE_QUERY, /* what a phrase of the index must hold: no terms
                       beside others, pairs where there are two CJK
                       characters or more, the last of them alone only when
                       a token follows */
} TokenizeMode;

/* @text is valid UTF-8 and less than 2 GiB; @term is lent for the call. */
int tokenize(const char *text, size_t size_bytes, TokenizeMode mode,
             TokenizeEach each, void *user);

/* Tokens made beforehand, off the thread that writes. They hold about twice
 * the size of the text and do not need it. */
typedef struct Tokens Tokens;
Tokens *tokens_new(const char *text, size_t size_bytes);
void tokens_free(Tokens *tokens);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tokens, tokens_free)
/* Positions taken: the length of the text in tokens. */
uint32_t tokens_length(const Tokens *tokens);
size_t tokens_bytes(const Tokens *tokens); /* memory held */
/* Position of the first token that starts at or after byte @at; the length
 * when there is none. Binary search. */
uint32_t tokens_position(const Tokens *tokens, uint32_t at);

/*
 * The FTS5 tokenizer "docent" for @db. A text that starts at the address
 * tokenize_replay was last given gets the prepared tokens instead of being
 * tokenized again; both are lent until the next call, NULL ends it. What is
 * returned is lent and lives as long as @db.
 *
 * Fails  FAULT_STORE: this SQLite has no FTS5
 */
typedef struct TokenizeReplay TokenizeReplay;
TokenizeReplay *tokenize_register(sqlite3 *db, GError **error);
void tokenize_replay(TokenizeReplay *replay, const char *text,
                     const Tokens *tokens);
