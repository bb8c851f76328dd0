/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * schema.h - the tables, and the steps from each older version.
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

enum { SCHEMA_VERSION = 1 };

/* Bring @db up to SCHEMA_VERSION in one transaction.
 * Fails  FAULT_STORE: newer than this program, or not docent's */
bool schema_prepare(sqlite3 *db, GError **error);
