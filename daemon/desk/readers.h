/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readers.h - questions to the archive, answered off the loop.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#include "daemon/archive/store.h"
#include "daemon/desk/server.h"

typedef struct Readers Readers;

/* On a reader's thread: the result, given, or NULL and @error. */
typedef json_t *(*ReaderWork)(Store *store, Archive *archive,
                              const json_t *params, GError **error);

/* @archive lent.  Fails  as store_open_reader */
Readers *readers_new(Archive *archive, GError **error);
void readers_free(Readers *readers);

/* Answer @call with what @work makes of @params (lent). When the caller goes
 * away the statement it is at is interrupted and nothing is answered. */
void readers_ask(Readers *readers, Call *call, const json_t *params,
                 ReaderWork work);
