/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cut.h - a text into passages. Pure: no clock, no file.
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

#include "base/passage.h"

/* A place no passage may reach across: a page or a section begins. */
typedef struct {
    uint32_t at;      /* byte offset, in order */
    uint32_t page;    /* holds from here on */
    uint32_t heading; /* index plus 1; holds from here on */
} CutMark;

/*
 * Passages that cover @text (valid UTF-8) without gap or overlap, each at
 * most @weight_max, one Latin word weighing 2 and one CJK character 1 (so
 * 400 is 200 words or 400 characters); a run without spaces weighs as words
 * of 24 bytes. Cut at marks always; then, where a passage would grow too
 * heavy, at a blank line, a line end that ends a sentence, a sentence end
 * (. ! ? 。！？… with closing quotes), a line end, a space, and in text with
 * none of these between characters, never inside one. Short paragraphs are
 * joined while they fit, so that a passage is worth showing. No passage is
 * white space alone unless all of the text is.
 *
 * Returns an array of Passage, given; empty for an empty text
 */
GArray *cut_passages(const char *text, size_t size_bytes,
                     const CutMark *marks, size_t n_marks,
                     unsigned weight_max);

enum { CUT_WEIGHT = 400 };
