/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * text.h - UTF-8 made valid, measured, and safe to show.
 *
 * Names and documents come from strangers. Whatever reaches a terminal or a
 * log goes through text_safe or text_safe_line; there is no second way.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * @text as valid UTF-8: bad bytes become U+FFFD, NUL and other C0 controls
 * except \n and \t become spaces, \r\n and \r become \n. Given.
 */
char *text_valid(const char *text, size_t size_bytes, size_t *ret_size_bytes);

/* True when @text is valid UTF-8 without NUL (RFC 3629, no surrogates). */
bool text_is_valid(const char *text, size_t size_bytes);

/*
 * @text fit for a terminal: control characters, escapes, bidi overrides and
 * isolates, tag and other default-ignorable characters become visible
 * (<U+202E>, ^[), invalid bytes \xNN, and runs of more than 8 combining
 * marks are cut. \n and \t stay in text_safe and become a space in
 * text_safe_line. Given. NULL gives "".
 */
char *text_safe(const char *text);
char *text_safe_line(const char *text);

/*
 * Terminal cells @text takes: wide and fullwidth characters two (UAX #11),
 * combining marks none. @text is valid UTF-8.
 */
unsigned text_cells(const char *text);
/* At most @cells of it, ending in "…" when cut. Given. */
char *text_clip(const char *text, unsigned cells);

/* The largest offset <= @at that does not split a character. */
size_t text_floor(const char *text, size_t size_bytes, size_t at);

/* A path or name of any bytes as text to read (bad bytes U+FFFD). Given. */
char *text_from_path(const char *path);

/* "4.2 MB" in powers of 1000, for people. Given. */
char *text_size(uint64_t size_bytes);
/* Case-insensitive distance for "did you mean": Damerau-Levenshtein,
 * optimal string alignment, over bytes; for names of commands and keys. */
unsigned text_distance(const char *a, const char *b);

/* True for Han, kana, hangul and bopomofo letters: scripts that are written
 * without spaces, or whose words are found by their characters. */
bool text_is_cjk(uint32_t character);
