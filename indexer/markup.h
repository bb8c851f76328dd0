/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * markup.h - HTML made fit for a parser. Pure.
 */
#pragma once

#include <stddef.h>

/* The first @what (ASCII, any case) from @at on; @end when there is none. */
const char *markup_find(const char *at, const char *end, const char *what);

/*
 * Take scripts, styles, comments and declarations out of @text, in place,
 * and from each tag all attributes after its 64th and those of more than
 * 4096 bytes. @text is NUL-terminated.
 *
 * Returns the size of what is left, never more than before
 */
size_t markup_tidy(char *text, size_t size_bytes);
