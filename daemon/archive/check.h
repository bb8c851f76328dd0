/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.h - is the archive whole, and mending it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/archive/store.h"

/* SQLite's quick_check, FTS5's integrity-check with rank=1 (without it a
 * missing or ghost row passes), and no file without its document, no
 * document without a file. False: FAULT_STORE names the first thing wrong. */
bool check_archive(Store *writer, GError **error);
/* Rebuild the full-text index from the stored text. */
bool check_rebuild(Store *writer, GError **error);
/* Put a database that cannot be opened out of the way (renamed with the
 * time), so that a new one can be made from the files. Given: its new name. */
char *check_set_aside(const char *path, GError **error);
