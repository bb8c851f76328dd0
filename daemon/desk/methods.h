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

/* What only the top can do. */
typedef struct {
    void (*reload)(void *user);   /* read the settings again */
    char *(*try_network)(void);   /* what the kernel says to it; given */
} DeskHooks;

/* All lent; @hooks is copied.  Fails  as store_open_reader */
Desk *desk_new(Server *server, Archive *archive, Ingest *ingest,
               const DeskHooks *hooks, void *user, GError **error);
void desk_free(Desk *desk);

/* Pass news on to those who monitor. */
void desk_tell(Desk *desk, const IngestNews *news);
