/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charset-table.h - what charset.c knows of languages: how often letters
 * follow each other, and which characters are common.
 *
 * Costs are -log2 of a frequency, so that the costs of a text add up and
 * the cheapest reading is the likeliest.
 */
#pragma once

#include <stdbool.h>

typedef struct {
    const char *name;    /* ISO 639 */
    bool latin;          /* a–z come first in its alphabet */
    const char *letters; /* lower case UTF-8, after a–z in a Latin one */
    /* Rows and columns are "no letter", then the alphabet; a cell is
     * the cost of column after row in half bits, a digit to base 36. */
    const char *pairs;
} CharsetLanguage;

/* Characters of a script with one cost. */
typedef struct {
    const char *list; /* "zh_CN", "zh_TW", "ja", "ko" */
    int cost_bits;
    const char *characters; /* UTF-8 */
} CharsetCommon;

/* Both end with an entry whose first member is NULL. */
extern const CharsetLanguage charset_languages[];
extern const CharsetCommon charset_common[];
