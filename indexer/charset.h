/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charset.h - text of an unknown encoding as UTF-8.
 *
 * In order: byte order mark, strict UTF-8, what the document declares (when
 * it decodes), UTF-16 without a mark, then scored decoders: GB18030, Big5,
 * Shift_JIS, EUC-JP, EUC-KR, windows-125x, KOI8-R/U, ISO-8859-x. Right on file
 * names of four characters too, where general detectors are not. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *charset; /* IANA name, static; "UTF-8" when nothing fits */
    double confidence;   /* 0 … 1 */
    unsigned bom_bytes;  /* to skip */
} CharsetGuess;

/* Open every conversion and build the tables of the scored decoders, once,
 * before any fork; some milliseconds, and the sandbox has not the files. What
 * is not warmed up is made when first wanted. */
void charset_warm_up(void);

/* @declared: a charset the document names, or NULL. A long text is judged
 * by its beginning and samples. */
CharsetGuess charset_guess(const char *bytes, size_t size_bytes,
                           const char *declared);

/* @bytes as valid UTF-8 by charset_guess; bytes that do not decode become
 * U+FFFD, nothing is dropped. Given. @ret_guess may be NULL. */
char *charset_to_utf8(const char *bytes, size_t size_bytes,
                      const char *declared, size_t *ret_size_bytes,
                      CharsetGuess *ret_guess);
