/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charset-score.h - how likely a text is, read in one encoding.
 *
 * A score is a cost in half bits: the unlikelier the characters and pairs of
 * letters of a reading, the dearer it is. Scores of the same bytes are
 * compared across encodings of one, two and four bytes alike.
 */
#pragma once

#include <glib.h>
#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>

typedef enum {
    SCORE_NONE, /* converted when declared, never guessed */
    SCORE_SINGLE,
    SCORE_GB18030,
    SCORE_BIG5,
    SCORE_SHIFT_JIS,
    SCORE_EUC_JP,
    SCORE_EUC_KR,
    SCORE_UTF16LE,
    SCORE_UTF16BE,
} ScoreKind;

typedef struct ScoreReader ScoreReader;

/*
 * What is needed to read one encoding; some ten thousand conversions for a
 * double-byte one, so made once a process. Given.
 *
 * @conversion  from it to UTF-8, lent for the call
 * @languages   SCORE_SINGLE: the names of those written in it, " de fr ",
 *              of charset_languages
 */
ScoreReader *score_reader_new(ScoreKind kind, iconv_t conversion,
                              const char *languages);
void score_reader_free(ScoreReader *reader);

enum { SCORE_LANGUAGES_MAX = 40 };

/* A text to be read, and what its a–z says of the language whatever the
 * encoding is. */
typedef struct {
    const char *bytes; /* lent, and not copied */
    size_t size_bytes;
    bool cut;                              /* may end within a character */
    unsigned against[SCORE_LANGUAGES_MAX]; /* each Latin language, half bits */
} ScoreText;

void score_text_init(ScoreText *text, const char *bytes, size_t size_bytes,
                     bool cut);

/* The cost of @text in half bits, and in @ret_invalid how many of its bytes
 * mean nothing in this encoding. */
unsigned score_reading(const ScoreReader *reader, const ScoreText *text,
                       unsigned *ret_invalid);
