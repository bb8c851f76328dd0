/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.h - paths waiting to be read, one entry per path.
 *
 * Pure: the clock is an argument (milliseconds of CLOCK_MONOTONIC).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Queue Queue;

typedef enum {
    QUEUE_ARRIVAL, /* someone is waiting for it: before all else */
    QUEUE_BACKLOG, /* found by a scan */
    QUEUE_SLOW,    /* known to take long: after all else */
} QueueClass;

enum {
    QUEUE_QUIET_MS = 300,       /* rest between two readings of one path */
    QUEUE_QUIET_MAX_MS = 30000, /* the rest doubles up to this */
};

Queue *queue_new(void);
void queue_free(Queue *queue);

/*
 * @path is to be read. A first time it is due at once, or after @settle_ms
 * (a name that was linked, a file that may still grow). One that was read a
 * moment ago rests QUEUE_QUIET_MS, doubled each time it comes back within
 * the rest, so that a file written again and again is read now and then. An
 * entry already there keeps the better class, and @settle_ms begins anew;
 * within a class the newest put comes first, then the smallest.
 */
void queue_put(Queue *queue, const char *path, QueueClass class,
               uint64_t size_bytes, unsigned settle_ms, int64_t now_ms);
/* Read again later (it changed while read, or failed in a way that may
 * pass): after 1 s, doubled each time, up to QUEUE_QUIET_MAX_MS. False, and
 * not queued: 5 of these are over. A queue_put begins to count anew; true as
 * well when there was one meanwhile. */
bool queue_retry(Queue *queue, const char *path, QueueClass class,
                 uint64_t size_bytes, int64_t now_ms);
void queue_drop(Queue *queue, const char *path); /* and all below it */
/* @from and all below it; what was queued at @to is dropped. */
void queue_move(Queue *queue, const char *from, const char *to);
/* The next that is due, given, no longer in the queue; NULL: none is.
 * @most: no class after this one. */
char *queue_take(Queue *queue, QueueClass most, QueueClass *ret_class,
                 int64_t now_ms);
/* Until the next one is due, in ms; 0: one is; -1: the queue is empty. */
int64_t queue_wait_ms(Queue *queue, int64_t now_ms);
unsigned queue_length(const Queue *queue);
unsigned queue_length_of(const Queue *queue, QueueClass class);
