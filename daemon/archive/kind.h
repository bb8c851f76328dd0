/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind.h - what people call a file: a pdf, a picture, a spreadsheet.
 */
#pragma once

#include <stdbool.h>

/* All of them, NULL-ended. */
extern const char *const kind_names[];

/* The index in kind_names, or -1. */
int kind_find(const char *name);
/* @type: MIME type by content, or NULL; @name: the file's, for its
 * extension, when the content is not known or says little. */
bool kind_fits(int kind, const char *type, const char *name);
