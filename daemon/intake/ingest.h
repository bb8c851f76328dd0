/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ingest.h - the hand that owns the intake: watch, scan, queue, workers.
 *
 * A touch from watch or scan becomes a name row at once, an entry of the
 * queue, a reading by a worker, and one transaction; whatever happens on the
 * way, the file ends in a state with a reason.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/settings.h"
#include "daemon/archive/store.h"

typedef struct Ingest Ingest;

typedef struct {
    const char *event; /* "arrived", "indexed", "failed", "gone", "moved",
                          "away", "back", "idle" */
    const char *path;  /* lent; NULL with "idle" */
    const char *to;    /* with "moved" */
    const char *reason;
} IngestNews;
typedef void (*IngestTold)(const IngestNews *news, void *user);

Ingest *ingest_new(Archive *archive, const Settings *settings,
                   const char *indexer, IngestTold told, void *user,
                   GError **error);
void ingest_free(Ingest *ingest);
void ingest_apply_settings(Ingest *ingest, const Settings *settings);
/* Watch the roots and reconcile them. */
void ingest_start(Ingest *ingest);
/* Folders watched, of Root, lent until one is added or removed. */
const GPtrArray *ingest_roots(const Ingest *ingest);

bool ingest_add_root(Ingest *ingest, const char *path, bool private,
                     bool found, GError **error);
bool ingest_remove_root(Ingest *ingest, const char *path, GError **error);
/* Read again: a file, a tree, or (NULL) all. */
bool ingest_reindex(Ingest *ingest, const char *path, GError **error);
/* Out of the archive, and not read again until it changes. */
bool ingest_forget(Ingest *ingest, const char *path, GError **error);
void ingest_opened(Ingest *ingest, const char *path);

typedef struct {
    unsigned waiting, reading, writing; /* files */
    uint64_t done;      /* since this backlog began */
    double per_second;  /* of late; 0: unknown */
    bool scanning, idle;
    unsigned watches, polled;
    const char *sandbox;
    unsigned workers;
    const char *trouble; /* a disk that is full, …; NULL: none */
} IngestStatus;
IngestStatus ingest_status(const Ingest *ingest);

/* Why a path is or is not searched, beyond its row: excluded, not below any
 * root, away. *ret_state is one of the words of `why --json`. Given. */
char *ingest_why(Ingest *ingest, const char *path, const char **ret_state);
