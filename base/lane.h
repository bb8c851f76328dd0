/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lane.h - a thread that does long work in turn, so that the loop never does.
 *
 * The loop hands in jobs; each runs on the lane, then its done callback runs
 * back on the loop (the main context the lane was made on). Jobs of one lane
 * run in the order given, so a lane can own what must not be shared, such as
 * a database connection.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Lane Lane;
typedef struct LaneJob LaneJob;

/* On the lane's thread. */
typedef void (*LaneWork)(void *job);
/* Back on the loop; also frees @job. Not called on a job that was freed. */
typedef void (*LaneDone)(void *job);

/* @name names the thread, at most 15 bytes. */
Lane *lane_new(const char *name);
/* Jobs begun and waiting are finished first, without their done callback;
 * @drop frees what they carry. Blocks until the thread has ended. */
void lane_free(Lane *lane);

/*
 * Queue @work. @job is taken: @done gets it on the loop after @work has run,
 * or @drop frees it when the job was cancelled meanwhile. Returns a lent
 * handle for lane_cancel, valid until @done or @drop has run.
 */
LaneJob *lane_push(Lane *lane, LaneWork work, LaneDone done,
                   GDestroyNotify drop, void *job);

/* From the loop: @done will not run; @drop runs instead, once @work is over.
 * A job not begun yet is not run at all. */
void lane_cancel(LaneJob *job);

/* Jobs waiting, the running one included. */
unsigned lane_depth(Lane *lane);

/* Lower this lane's CPU class to SCHED_IDLE, or back to normal. */
void lane_set_background(Lane *lane, bool background);
