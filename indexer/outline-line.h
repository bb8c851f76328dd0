/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outline-line.h - lines of a text that begin like a heading. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    OUTLINE_DEPTH_MAX = 4,     /* of 1.2.3.4 */
    OUTLINE_TITLE_BYTES = 480, /* a title is never longer */
};

/* From the outermost. The marked ones name what they are. */
typedef enum {
    KIND_PART,
    KIND_SUBPART, /* 分编 */
    KIND_CHAPTER,
    KIND_SECTION,
    KIND_ARTICLE,
    KIND_HAN,       /* 一、 */
    KIND_HAN_INNER, /* （一） */
    KIND_NUMBER,    /* 1. 1.2 1.2.3: KIND_NUMBER + depth - 1 */
    N_KINDS = KIND_NUMBER + OUTLINE_DEPTH_MAX,
} Kind;

typedef struct {
    Kind kind;
    unsigned numbers[OUTLINE_DEPTH_MAX]; /* all of 1.2.3; else only the first */
    char style;                          /* what follows the number */
    size_t start, end;                   /* of its title in the text */
    bool text_before; /* a line that is none stands before it */
    bool text_after;  /* and after it, or on its own line */
    bool kept;
} Candidate;

/* An array of Candidate in the order of the text, given. */
GArray *outline_candidates(const char *text, size_t size_bytes);

/* How many numbers @candidate has: 3 for 1.2.3. */
unsigned outline_depth(const Candidate *candidate);
