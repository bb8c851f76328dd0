/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sink.h - where extractors pour text.
 *
 * The sink makes text valid, keeps the page and the heading it stands under,
 * and refuses past its limit. Extractors say what they see, in reading
 * order; sink_finish cuts the passages and hands over the whole.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/passage.h"

typedef struct Sink Sink;

Sink *sink_new(uint32_t text_bytes_max);
void sink_free(Sink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_free)

/*
 * Each returns false once the limit is reached: stop then, and return true
 * from the extractor; the cut is recorded with the page it fell on.
 * @size_bytes -1: NUL-terminated. Bytes need not be valid, but a piece does
 * not end inside a character. White space at the beginning of a paragraph
 * is left out.
 */
bool sink_text(Sink *sink, const char *text, gssize size_bytes);
/* The paragraph ends (a blank line in the text). */
bool sink_break(Sink *sink);
/* Page, sheet or slide @page (from 1) begins. */
bool sink_page(Sink *sink, uint32_t page);
/* A heading, at level 1 …, which also is text here. The first at level 1 is
 * the document's title where nothing else says one. */
bool sink_heading(Sink *sink, unsigned level, const char *title);
/* An entry of an outline stored apart from the text (PDF bookmarks). May be
 * given before or after the text; placed at the start of its page, or at its
 * title on that page where the text has it. */
void sink_outline(Sink *sink, unsigned level, const char *title,
                  uint32_t page);

/* Facts about the document; NULL and "" are ignored, the first one stays. */
void sink_title(Sink *sink, const char *title);
void sink_author(Sink *sink, const char *author);
void sink_language(Sink *sink, const char *bcp47);
void sink_charset(Sink *sink, const char *charset);
void sink_created(Sink *sink, int64_t created_s);
void sink_pages(Sink *sink, uint32_t pages);
/* Something is missing from the text; one sentence, the first one stays. */
void sink_partial(Sink *sink, int fault_code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/*
 * Close the text, cut it into passages, find an outline in the text where
 * the document brought none; where it brought one, only the articles below
 * it. A heading with nothing under it but the next, deeper one shares that
 * one's first passage. Given; the sink is empty then.
 */
Extract *sink_finish(Sink *sink);
