/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worker.h - hands documents to the sandbox and checks what comes back.
 *
 * Owns the zygote (base/record.h): starts it, renews it after a child died
 * and after some hundred forks, keeps a spare child ready while there is
 * work, ends all of them after a minute of idleness.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/passage.h"

typedef struct Workers Workers;
typedef struct WorkerJob WorkerJob;

typedef struct {
    uint32_t text_bytes_max;
    uint32_t memory_mb;   /* RLIMIT_AS of a child */
    uint32_t cpu_s;
    uint32_t deadline_ms; /* wall clock, a document */
} WorkerLimits;

/*
 * On the loop. @extract is given; its state says how it went. Never NULL: a
 * child that died, timed out or broke the protocol is EXTRACT_FAILED with
 * FAULT_CRASHED, FAULT_TIMEOUT, FAULT_PROTOCOL and a sentence.
 */
typedef void (*WorkerDone)(Extract *extract, void *user);

/*
 * @indexer: path of docent-indexer. @room is called on the loop whenever a
 * slot has become free, but for worker_cancel, whose caller knows. Nothing
 * runs until workers_read or workers_wake.
 *
 * Fails  FAULT_NOT_FOUND, FAULT_IO: @indexer cannot be run
 */
Workers *workers_new(const char *indexer, unsigned slots,
                     const WorkerLimits *limits, void (*room)(void *user),
                     void *user, GError **error);
/* Jobs under way end without their @done. Not from within a callback. */
void workers_free(Workers *workers);
/* Holds for children forked from now on; for documents, at once. */
void workers_set_limits(Workers *workers, const WorkerLimits *limits);

/* Slots free now; one more than that is kept for arrivals (see @arrival).
 * None while the reader rests after it failed to start: @room tells. */
unsigned workers_free_slots(const Workers *workers, bool arrival);
/* @document is taken (read-only). There must be a free slot. The handle is
 * lent, valid until @done is called, which is never from within. */
WorkerJob *workers_read(Workers *workers, int document, const char *name,
                        bool arrival, WorkerDone done, void *user);
/* Its child is killed; @done will not be called. */
void worker_cancel(WorkerJob *job);

/* Have the zygote started and a child waiting, so that the file landing now
 * meets a warm one. */
void workers_wake(Workers *workers);
/* "full (Landlock ABI 4, seccomp)", or "not started"; lent. */
const char *workers_sandbox(const Workers *workers);
unsigned workers_alive(const Workers *workers); /* processes, zygote too */
