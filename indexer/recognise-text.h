/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recognise-text.h - whether bytes are text, and which kind.
 */
#pragma once

#include <stddef.h>

/*
 * The MIME type of @head, the beginning of a document, when it is text in
 * any encoding; NULL when it is not. Where content leaves it open, the
 * @extension (lower case, no dot) chooses. Static string.
 */
const char *recognise_text(const char *head, size_t size_bytes,
                           const char *extension);
