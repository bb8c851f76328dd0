/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recognise.h - what a document is, by its content before its name.
 */
#pragma once

#include <glib.h>
#include <stddef.h>

enum { RECOGNISE_BYTES = 64 * 1024 }; /* how much of its head is looked at */

/* Load libmagic's table, once, before any fork; it is slow and wants a file
 * the sandbox has not. Without it, only what recognise knows itself. */
void recognise_warm_up(void);

/*
 * The MIME type of a document with @head (its first RECOGNISE_BYTES or all
 * of it) and @name. Content decides; the name only chooses among types the
 * content allows (a .c, .md or .csv file is text all the same; a .txt file
 * holding a PDF is a PDF). "application/octet-stream" when nothing knows it,
 * "inode/x-empty" for no bytes. Static string.
 */
const char *recognise(const char *head, size_t size_bytes, const char *name);
