/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fold.h - characters that people take for the same.
 *
 * One code point to its folded form: fullwidth to narrow and other NFKC
 * singletons, lower case, no diacritics, Traditional Chinese to Simplified.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The folded form of the character at @text, one to FOLD_MAX code points in
 * ret_folded; returns how many, 0 for what is dropped (diacritics,
 * zero-width characters, skin tones). *ret_size_bytes is what it took of
 * @text: the character, with the kana voicing marks or hangul jamo after it
 * that make one with it. @text is valid UTF-8 and not empty. ASCII and Han
 * take a fast path. Marks that are vowels (Thai, Devanagari) stay.
 */
enum { FOLD_MAX = 18 }; /* the longest NFKC expansion, U+FDFA */
unsigned fold_next(const char *text, size_t size_bytes,
                   uint32_t ret_folded[FOLD_MAX], unsigned *ret_size_bytes);

/* A whole string, for names and comparison. Given. */
char *fold_text(const char *text, size_t size_bytes, size_t *ret_size_bytes);

/* The character that stands for a Han character and its variants: mostly its
 * simplified form (Unihan kSimplifiedVariant; han-table.sh says what else),
 * or itself. */
uint32_t fold_han(uint32_t character);
