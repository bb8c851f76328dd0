/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tokenize.h - text into the terms the index is made of.
 *
 * NFKC, case and diacritics folded, Traditional Chinese folded to
 * Simplified. A CJK character takes one position and gives itself and, at
 * the same position, the pair it begins; so a phrase of n characters is n-1
 * pairs in a row, and one character is findable too. A word of other letters
 * takes one position, as typed: stems are found at query time (query.h),
 * which keeps the index small and "exact words" exact. An identifier
 * (fooBar, foo_bar) gives its parts in a row and itself whole beside the
 * first. 1,200.50 is one term, 1200.50.
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
                       beside others, pairs alone where there are two CJK
                       characters or more */
} TokenizeMode;

int tokenize(const char *text, size_t size_bytes, TokenizeMode mode,
             TokenizeEach each, void *user);

/* Tokens made beforehand, off the thread that writes. */
typedef struct Tokens Tokens;
Tokens *tokens_new(const char *text, size_t size_bytes);
void tokens_free(Tokens *tokens);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tokens, tokens_free)
/* Positions taken: the length of the text in tokens. */
uint32_t tokens_length(const Tokens *tokens);
/* Position of the first token that starts at or after byte @at; the length
 * when there is none. Binary search. */
uint32_t tokens_position(const Tokens *tokens, uint32_t at);

/*
 * The FTS5 tokenizer "docent" for @db. In a column whose text pointer is
 * what tokens_replay was last given for, the prepared tokens are replayed
 * instead of made again; NULL ends that.
 */
typedef struct TokenizeReplay TokenizeReplay;
TokenizeReplay *tokenize_register(sqlite3 *db, GError **error);
void tokenize_replay(TokenizeReplay *replay, const char *text,
                     const Tokens *tokens);
