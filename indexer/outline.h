/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outline.h - headings found in a text that was stored without them.
 *
 * 第…编/章/节/条, Part, Chapter, Section and Article lines, numbered
 * headings (1. 1.2 1.2.3, 一、（一）). Pure.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "base/passage.h"

/*
 * An array of Heading (title, level, start; page 0), given; empty when the
 * text has fewer than two. A line that only looks like a heading once is
 * none: numbering must run on. Entries of a table of contents are none
 * either. An article is titled by its number alone (第五百六十三条), since
 * its text follows on the same line. At most EXTRACT_HEADINGS_MAX.
 */
GArray *outline_find(const char *text, size_t size_bytes);

/* The articles (第…条, Article 5) alone, all at level 1: for a document that
 * brought its chapters as headings and left its articles as text. */
GArray *outline_find_articles(const char *text, size_t size_bytes);
