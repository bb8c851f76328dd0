/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pipeline.h - a due path through its stages: opened and hashed, read by a
 * worker, made ready, entered in the ledger.
 *
 * Each stage is somebody else's thread or process; here is only who is
 * where. Copies of what is known already skip the reading. Whatever goes
 * wrong becomes a verdict in the ledger, or another try in the queue.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "base/settings.h"
#include "daemon/archive/store.h"
#include "daemon/intake/ledger.h"
#include "daemon/intake/queue.h"

typedef struct Pipeline Pipeline;

typedef struct {
    /* The root @path is below, lent; NULL: none any more. */
    const char *(*root_of)(const char *path, void *user);
    /* A row for @path as now on disk, given: source and arrival filled in. */
    File *(*describe)(const char *path, void *user);
    /* Nothing is under way and nothing is due. */
    void (*idle)(void *user);
} PipelineEvents;

/* All lent for the pipeline's life but @settings and @indexer. */
Pipeline *pipeline_new(Archive *archive, Queue *queue, Ledger *ledger,
                       const Settings *settings, const char *indexer,
                       const PipelineEvents *events, void *user,
                       GError **error);
void pipeline_free(Pipeline *pipeline);
void pipeline_apply_settings(Pipeline *pipeline, const Settings *settings);

/* Begin what is due and has room; call after each queue_put. Sets its own
 * timer for what is due later. */
void pipeline_pump(Pipeline *pipeline);
/* Read @path even if its content is known, when it is taken next. */
void pipeline_again(Pipeline *pipeline, const char *path);
/* What is under way for @path (and below) comes to nothing. */
void pipeline_drop(Pipeline *pipeline, const char *path);
void pipeline_move(Pipeline *pipeline, const char *from, const char *to);

unsigned pipeline_under_way(const Pipeline *pipeline);
const char *pipeline_sandbox(const Pipeline *pipeline); /* lent */
unsigned pipeline_workers(const Pipeline *pipeline);
/* Why the backlog rests, or NULL; static. */
const char *pipeline_paused(const Pipeline *pipeline);
