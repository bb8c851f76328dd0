/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readers.c - a few lanes, each with a connection of its own.
 */
#include "config.h"

#include "daemon/desk/readers.h"

#include "base/fault.h"
#include "base/lane.h"

enum { READERS = 2 }; /* a slow question beside the quick ones */

typedef struct Job Job;

typedef struct {
    Readers *readers;
    Lane *lane;
    Store *store;
    GMutex lock; /* over running: interrupt that one, not the next */
    Job *running;
} Reader;

struct Readers {
    Archive *archive;
    Reader each[READERS];
};

struct Job {
    Reader *reader;
    Call *call; /* NULL once the caller is gone */
    LaneJob *lane_job;
    json_t *params;
    ReaderWork work;
    json_t *result;
    GError *error;
};

static void
job_free(void *user)
{
    Job *job = user;

    json_decref(job->params);
    json_decref(job->result);
    g_clear_error(&job->error);
    g_free(job);
}

static void
set_running(Reader *reader, Job *job)
{
    g_mutex_lock(&reader->lock);
    reader->running = job;
    g_mutex_unlock(&reader->lock);
}

static void
job_work(void *user)
{
    Job *job = user;
    Reader *reader = job->reader;

    set_running(reader, job);
    job->result = job->work(reader->store, reader->readers->archive,
                            job->params, &job->error);
    set_running(reader, NULL);
}

static void
job_done(void *user)
{
    Job *job = user;

    call_on_gone(job->call, NULL, NULL);
    if (job->result != NULL)
        call_reply(job->call, g_steal_pointer(&job->result));
    else
        call_fault(job->call, job->error);
    job_free(job);
}

static void
job_gone(void *user)
{
    Job *job = user;
    Reader *reader = job->reader;

    job->call = NULL;
    lane_cancel(job->lane_job);
    g_mutex_lock(&reader->lock);
    if (reader->running == job)
        store_interrupt(reader->store);
    g_mutex_unlock(&reader->lock);
}

static Reader *
least_busy(Readers *readers)
{
    Reader *best = &readers->each[0];

    for (unsigned i = 1; i < READERS; i++)
        if (lane_depth(readers->each[i].lane) < lane_depth(best->lane))
            best = &readers->each[i];
    return best;
}

void
readers_ask(Readers *readers, Call *call, const json_t *params, ReaderWork work)
{
    Job *job = g_new0(Job, 1);

    job->reader = least_busy(readers);
    job->call = call;
    job->params = json_incref((json_t *)params);
    job->work = work;
    call_on_gone(call, job_gone, job);
    job->lane_job =
        lane_push(job->reader->lane, job_work, job_done, job_free, job);
}

Readers *
readers_new(Archive *archive, GError **error)
{
    Readers *readers = g_new0(Readers, 1);

    readers->archive = archive;
    for (unsigned i = 0; i < READERS; i++) {
        Reader *each = &readers->each[i];

        g_mutex_init(&each->lock);
        each->readers = readers;
        each->store = store_open_reader(archive, error);
        if (each->store == NULL) {
            readers_free(readers);
            return NULL;
        }
        each->lane = lane_new("reader");
    }
    return readers;
}

void
readers_free(Readers *readers)
{
    if (readers == NULL)
        return;
    for (unsigned i = 0; i < READERS; i++) {
        Reader *each = &readers->each[i];

        if (each->store != NULL)
            store_interrupt(each->store);
        lane_free(each->lane);
        store_free(each->store);
        g_mutex_clear(&each->lock);
    }
    g_free(readers);
}
