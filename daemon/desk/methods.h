/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * methods.h - the right-hand side of the protocol's table.
 *
 * Reads go to threads with their own connection, so that no query waits for
 * another nor for the writer; what changes something goes to ingest.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/archive/store.h"
#include "daemon/desk/server.h"
#include "daemon/intake/ingest.h"

typedef struct Desk Desk;

/* All lent. @reload is called for the method of that name.
 * Fails  as store_open_reader */
Desk *desk_new(Server *server, Archive *archive, Ingest *ingest,
               void (*reload)(void *user), void *user, GError **error);
void desk_free(Desk *desk);

/* Pass news on to those who monitor. */
void desk_tell(Desk *desk, const IngestNews *news);
