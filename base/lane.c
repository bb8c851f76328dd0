/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lane.c - one thread, one queue, results back on the loop.
 */
#include "config.h"

#include "base/lane.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

struct LaneJob {
    Lane *lane;
    LaneWork work;
    LaneDone done;
    GDestroyNotify drop;
    void *job;
    int cancelled; /* set by the loop, read by the lane before it begins */
};

struct Lane {
    GThread *thread;
    GAsyncQueue *queue;
    GMainContext *home;
    int depth;  /* atomic */
    int closed; /* atomic: done callbacks no longer run */
    pid_t tid;  /* atomic: of the thread, once it runs */
};

static LaneJob lane_end; /* its address ends the thread */

static void
job_drop(LaneJob *each)
{
    if (each->drop != NULL)
        each->drop(each->job);
    g_free(each);
}

static gboolean
job_home(gpointer user)
{
    LaneJob *each = user;

    if (g_atomic_int_get(&each->cancelled)) {
        job_drop(each);
    } else {
        each->done(each->job);
        g_free(each);
    }
    return G_SOURCE_REMOVE;
}

static gpointer
lane_run(gpointer user)
{
    Lane *lane = user;

    g_atomic_int_set(&lane->tid, (int)syscall(SYS_gettid));
    for (;;) {
        LaneJob *each = g_async_queue_pop(lane->queue);
        GSource *home;

        if (each == &lane_end)
            return NULL;
        if (!g_atomic_int_get(&each->cancelled))
            each->work(each->job);
        g_atomic_int_add(&lane->depth, -1);
        if (g_atomic_int_get(&lane->closed)) {
            job_drop(each);
            continue;
        }
        home = g_idle_source_new();
        g_source_set_priority(home, G_PRIORITY_DEFAULT);
        g_source_set_callback(home, job_home, each, NULL);
        g_source_attach(home, lane->home);
        g_source_unref(home);
    }
}

Lane *
lane_new(const char *name)
{
    Lane *lane = g_new0(Lane, 1);

    lane->queue = g_async_queue_new();
    lane->home = g_main_context_ref_thread_default();
    lane->thread = g_thread_new(name, lane_run, lane);
    return lane;
}

void
lane_free(Lane *lane)
{
    if (lane == NULL)
        return;
    g_atomic_int_set(&lane->closed, 1);
    g_async_queue_push(lane->queue, &lane_end);
    g_thread_join(lane->thread);
    g_async_queue_unref(lane->queue);
    g_main_context_unref(lane->home);
    g_free(lane);
}

LaneJob *
lane_push(Lane *lane, LaneWork work, LaneDone done, GDestroyNotify drop,
          void *job)
{
    LaneJob *each = g_new0(LaneJob, 1);

    each->lane = lane;
    each->work = work;
    each->done = done;
    each->drop = drop;
    each->job = job;
    g_atomic_int_add(&lane->depth, 1);
    g_async_queue_push(lane->queue, each);
    return each;
}

void
lane_cancel(LaneJob *job)
{
    g_atomic_int_set(&job->cancelled, 1);
}

unsigned
lane_depth(Lane *lane)
{
    return (unsigned)g_atomic_int_get(&lane->depth);
}

void
lane_set_background(Lane *lane, bool background)
{
    struct sched_param none = {0};
    pid_t tid = g_atomic_int_get(&lane->tid);

    /* A kernel that refuses leaves the lane as it was: only slower to yield. */
    if (tid != 0)
        (void)sched_setscheduler(tid, background ? SCHED_IDLE : SCHED_OTHER,
                                 &none);
}
