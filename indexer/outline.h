/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outline.h - headings found in a text that was stored without them.
 *
 * 第…编/章/节/条, numbered headings (1. 1.2 1.2.3, 一、（一）), Chapter and
 * Part lines. Pure.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

#include "base/passage.h"

/* An array of Heading (title, level, start; page 0), given; empty when the
 * text has fewer than two. A line that only looks like a heading once is
 * none: numbering must run on. */
GArray *outline_find(const char *text, size_t size_bytes);
