/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pipeline.c - who is at which stage between the queue and the ledger.
 */
#include "config.h"

#include "daemon/intake/pipeline.h"

#include <fcntl.h>
#include <string.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/lane.h"
#include "base/record.h"
#include "daemon/intake/fetch.h"
#include "daemon/intake/pressure.h"
#include "daemon/intake/rules.h"
#include "daemon/intake/sources.h"
#include "daemon/intake/worker.h"

enum {
    AHEAD = 8, /* opened and hashed beyond those being read */
    LEDGER_BYTES_MAX = 64 * 1024 * 1024, /* prepared, not yet written */
    LEDGER_DEPTH_MAX = 2048,
    PRESSURE_EVERY_MS = 5000,
    CRASH_TRIES = 2, /* once more, alone; then never until it changes */
    WORKERS_MAX = 16,
    MEBIBYTE = 1024 * 1024,
};

typedef struct {
    Pipeline *pipeline;
    char *path;
    char *root;
    QueueClass class;
    File *file; /* as it will be entered */
    Fetched fetched;
    uint64_t size_bytes_max;
    uint8_t hash[HASH_BYTES];
    Extract *extract;
    Prepared *prepared;
    WorkerJob *reading; /* while at a worker */
    bool known;         /* the archive has this content, read */
    bool changed;       /* while it was read */
    bool again;         /* read it even if it is known */
    bool dropped;       /* gone meanwhile: comes to nothing */
    GError *error;
} Item;

struct Pipeline {
    Archive *archive;
    Queue *queue;
    Ledger *ledger;
    Lane *opener;   /* opens, hashes, asks whether it is known */
    Store *reader;  /* the opener's */
    Lane *preparer; /* makes tokens, compresses */
    Workers *workers;
    GPtrArray *items; /* all under way; of Item, lent */
    GQueue opened;    /* waiting for a worker; of Item, lent */
    unsigned opening;
    GHashTable *crashes; /* path → times */
    GHashTable *again;   /* paths to read even if known */
    uint64_t size_bytes_max;
    bool rest_on_battery;
    Pressure pressure;
    int64_t pressure_ms; /* when it was asked */
    unsigned due_source;
    bool was_busy;
    PipelineEvents events;
    void *user;
};

static void
item_free(Item *item)
{
    if (item == NULL)
        return;
    fetched_clear(&item->fetched);
    file_free(item->file);
    extract_free(item->extract);
    prepared_free(item->prepared);
    g_clear_error(&item->error);
    g_free(item->path);
    g_free(item->root);
    g_free(item);
}

static int64_t
now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void
item_over(Item *item)
{
    Pipeline *pipeline = item->pipeline;

    g_ptr_array_remove_fast(pipeline->items, item);
    item_free(item);
    pipeline_pump(pipeline);
}

/* ---- the ledger ---- */

static LedgerEntry *
entry_for(Item *item, LedgerKind kind)
{
    LedgerEntry *entry = ledger_entry_new(kind);
    File *file = g_steal_pointer(&item->file);

    g_free(file->path);
    file->path = g_strdup(item->path);
    file->size_bytes = item->fetched.size_bytes;
    file->mtime_ns = item->fetched.mtime_ns;
    file->ctime_ns = item->fetched.ctime_ns;
    file->device = item->fetched.device;
    file->inode = item->fetched.inode;
    entry->file = file;
    entry->urgent = item->class == QUEUE_ARRIVAL;
    return entry;
}

static void
enter_verdict(Item *item, FileState state, FaultCode code, const char *reason)
{
    LedgerEntry *entry = entry_for(item, LEDGER_VERDICT);

    entry->file->state = state;
    entry->file->fault = (int)code;
    g_free(entry->file->reason);
    entry->file->reason = g_strdup(reason);
    ledger_put(item->pipeline->ledger, entry);
    item_over(item);
}

static void
enter_read(Item *item)
{
    LedgerEntry *entry = entry_for(item, LEDGER_READ);

    memcpy(entry->hash, item->hash, HASH_BYTES);
    entry->prepared = g_steal_pointer(&item->prepared);
    ledger_put(item->pipeline->ledger, entry);
    item_over(item);
}

/* Another try, unless there were enough. */
static void
try_later(Item *item, FaultCode code, const char *reason)
{
    if (queue_retry(item->pipeline->queue, item->path, item->class,
                    item->fetched.size_bytes, now_ms()))
        item_over(item);
    else
        enter_verdict(item, FILE_FAILED, code, reason);
}

/* ---- made ready ---- */

static void
prepare_work(void *job)
{
    Item *item = job;

    item->changed = !fetch_unchanged(&item->fetched, item->path);
    if (!item->changed)
        item->prepared = prepared_new(g_steal_pointer(&item->extract));
}

static void
prepare_done(void *job)
{
    Item *item = job;

    if (item->dropped)
        item_over(item);
    else if (item->changed)
        try_later(item, FAULT_CHANGED, "it keeps changing while it is read");
    else
        enter_read(item);
}

/* ---- read ---- */

/* A crash may have been another's doing (memory ran out): once more. */
static bool
crash_again(Item *item)
{
    Pipeline *pipeline = item->pipeline;
    unsigned times =
        GPOINTER_TO_UINT(g_hash_table_lookup(pipeline->crashes, item->path));

    if (item->extract->state != EXTRACT_FAILED ||
        item->extract->fault != FAULT_CRASHED || times + 1 >= CRASH_TRIES) {
        g_hash_table_remove(pipeline->crashes, item->path);
        return false;
    }
    g_hash_table_insert(pipeline->crashes, g_strdup(item->path),
                        GUINT_TO_POINTER(times + 1));
    item->class = QUEUE_SLOW;
    return true;
}

static void
reading_done(Extract *extract, void *user)
{
    Item *item = user;

    item->reading = NULL;
    item->extract = extract;
    if (item->dropped)
        item_over(item);
    else if (crash_again(item))
        try_later(item, FAULT_CRASHED, extract->reason);
    else
        lane_push(item->pipeline->preparer, prepare_work, prepare_done, NULL,
                  item);
}

static void
hand_over(Item *item)
{
    g_autofree char *name = g_path_get_basename(item->path);
    int lent = fcntl(item->fetched.fd, F_DUPFD_CLOEXEC, 0);

    if (lent < 0) {
        g_autoptr(GError) error = NULL;

        fault_errno(&error, "duplicate its descriptor");
        try_later(item, FAULT_IO, error->message);
        return;
    }
    item->reading =
        workers_read(item->pipeline->workers, lent, name,
                     item->class == QUEUE_ARRIVAL, reading_done, item);
}

static void
begin_reading(Pipeline *pipeline)
{
    Item *item;

    while ((item = g_queue_peek_head(&pipeline->opened)) != NULL &&
           workers_free_slots(pipeline->workers, item->class == QUEUE_ARRIVAL) >
               0) {
        g_queue_pop_head(&pipeline->opened);
        hand_over(item);
    }
}

/* ---- opened ---- */

static bool
is_known(Pipeline *pipeline, const uint8_t *hash)
{
    g_autoptr(DocumentRow) row =
        store_document_by_hash(pipeline->reader, hash, NULL);

    return row != NULL && row->reader_version == RECORD_READER_VERSION;
}

static void
open_work(void *job)
{
    Item *item = job;

    if (!fetch_open(item->root, item->path, item->size_bytes_max,
                    &item->fetched, &item->error) ||
        item->fetched.size_bytes == 0 ||
        !fetch_hash(&item->fetched, item->hash, &item->error))
        return;
    if (item->file->origin == NULL)
        item->file->origin = sources_origin(item->fetched.fd);
    item->known = is_known(item->pipeline, item->hash);
}

static void
open_failed(Item *item)
{
    FaultCode code = fault_code(item->error);

    if (code == FAULT_NOT_FOUND) {
        /* Gone again: its own event, or a scan, says so. */
        item_over(item);
    } else if (code == FAULT_CHANGED) {
        try_later(item, code, "it keeps changing while it is read");
    } else {
        bool named = code == FAULT_LIMIT || code == FAULT_UNSUPPORTED;
        g_autofree char *reason =
            named ? g_strdup_printf("only the name is indexed: %s",
                                    item->error->message)
                  : g_strdup(item->error->message);

        enter_verdict(item, named ? FILE_PARTIAL : FILE_FAILED, code, reason);
    }
}

static void
open_done(void *job)
{
    Item *item = job;
    Pipeline *pipeline = item->pipeline;

    pipeline->opening--;
    if (item->dropped)
        item_over(item);
    else if (item->error != NULL)
        open_failed(item);
    else if (item->fetched.size_bytes == 0 &&
             rules_download_under_way(item->path))
        item_over(item);
    else if (item->fetched.size_bytes == 0)
        enter_verdict(item, FILE_INDEXED, FAULT_INTERNAL, "it is empty");
    else if (item->known && !item->again)
        enter_read(item);
    else {
        if (item->class == QUEUE_ARRIVAL)
            g_queue_push_head(&pipeline->opened, item);
        else
            g_queue_push_tail(&pipeline->opened, item);
        begin_reading(pipeline);
    }
}

static void
begin(Pipeline *pipeline, char *path, QueueClass class)
{
    const char *root = pipeline->events.root_of(path, pipeline->user);
    Item *item;

    if (root == NULL) {
        g_free(path);
        return;
    }
    item = g_new0(Item, 1);
    item->pipeline = pipeline;
    item->path = path;
    item->root = g_strdup(root);
    item->class = class;
    item->fetched.fd = -1;
    item->file = pipeline->events.describe(path, pipeline->user);
    item->size_bytes_max = pipeline->size_bytes_max;
    item->again = g_hash_table_remove(pipeline->again, path);
    g_ptr_array_add(pipeline->items, item);
    pipeline->opening++;
    lane_push(pipeline->opener, open_work, open_done, (GDestroyNotify)item_free,
              item);
}

/* ---- what to begin ---- */

static bool
has_room(const Pipeline *pipeline)
{
    return pipeline->opening + pipeline->opened.length < AHEAD &&
           ledger_bytes(pipeline->ledger) < LEDGER_BYTES_MAX &&
           ledger_depth(pipeline->ledger) < LEDGER_DEPTH_MAX;
}

/* While the machine is pressed, only what somebody waits for. */
static QueueClass
class_allowed(Pipeline *pipeline)
{
    int64_t now = now_ms();

    if (queue_length(pipeline->queue) >
            queue_length_of(pipeline->queue, QUEUE_ARRIVAL) &&
        now - pipeline->pressure_ms >= PRESSURE_EVERY_MS) {
        pipeline->pressure_ms = now;
        pipeline->pressure = pressure_now(pipeline->rest_on_battery);
    }
    return pipeline->pressure == PRESSURE_NONE ? QUEUE_SLOW : QUEUE_ARRIVAL;
}

static gboolean
due(gpointer user)
{
    Pipeline *pipeline = user;

    pipeline->due_source = 0;
    pipeline_pump(pipeline);
    return G_SOURCE_REMOVE;
}

/* Nothing is polled: the timer is there only while something is due later. */
static void
arm(Pipeline *pipeline)
{
    int64_t wait_ms = queue_wait_ms(pipeline->queue, now_ms());

    g_clear_handle_id(&pipeline->due_source, g_source_remove);
    if (wait_ms < 0 || !has_room(pipeline))
        return;
    if (wait_ms == 0 && pipeline->pressure != PRESSURE_NONE)
        wait_ms = PRESSURE_EVERY_MS;
    pipeline->due_source = g_timeout_add((guint)MAX(wait_ms, 1), due, pipeline);
}

void
pipeline_pump(Pipeline *pipeline)
{
    QueueClass most = class_allowed(pipeline), class;
    char *path;

    while (has_room(pipeline) &&
           (path = queue_take(pipeline->queue, most, &class, now_ms())) !=
               NULL) {
        pipeline->was_busy = true;
        begin(pipeline, path, class);
    }
    begin_reading(pipeline);
    arm(pipeline);
    if (pipeline->was_busy && pipeline->items->len == 0 &&
        queue_length(pipeline->queue) == 0) {
        pipeline->was_busy = false;
        pipeline->events.idle(pipeline->user);
    }
}

static bool
is_below(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    return strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

void
pipeline_again(Pipeline *pipeline, const char *path)
{
    g_hash_table_add(pipeline->again, g_strdup(path));
}

/* A worker's child is not killed for it: its answer comes to nothing. */
void
pipeline_drop(Pipeline *pipeline, const char *path)
{
    for (unsigned i = 0; i < pipeline->items->len; i++) {
        Item *item = pipeline->items->pdata[i];

        if (is_below(item->path, path))
            item->dropped = true;
    }
}

/* What a lane may be looking at now cannot change under it: it is dropped
 * and begun anew under its new name. */
void
pipeline_move(Pipeline *pipeline, const char *from, const char *to)
{
    for (unsigned i = 0; i < pipeline->items->len; i++) {
        Item *item = pipeline->items->pdata[i];
        g_autofree char *moved = NULL;

        if (item->dropped || !is_below(item->path, from))
            continue;
        moved = g_strconcat(to, item->path + strlen(from), NULL);
        item->dropped = true;
        if (item->again)
            pipeline_again(pipeline, moved);
        queue_put(pipeline->queue, moved, item->class, item->fetched.size_bytes,
                  0, now_ms());
    }
}

/* ---- life ---- */

static void
room(void *user)
{
    pipeline_pump(user);
}

static WorkerLimits
limits_from(const Settings *settings)
{
    return (WorkerLimits){
        .text_bytes_max =
            (uint32_t)settings_int(settings, "index.max_text_size"),
        .memory_mb =
            (uint32_t)(settings_int(settings, "index.memory_limit") / MEBIBYTE),
        .cpu_s = (uint32_t)settings_int(settings, "index.cpu_limit_s"),
        .deadline_ms =
            (uint32_t)settings_int(settings, "index.deadline_s") * 1000,
    };
}

void
pipeline_apply_settings(Pipeline *pipeline, const Settings *settings)
{
    WorkerLimits limits = limits_from(settings);

    pipeline->size_bytes_max =
        (uint64_t)settings_int(settings, "index.max_file_size");
    pipeline->rest_on_battery =
        settings_bool(settings, "index.pause_on_battery");
    workers_set_limits(pipeline->workers, &limits);
}

static unsigned
slots_from(const Settings *settings)
{
    unsigned wanted = (unsigned)settings_int(settings, "index.workers");

    if (wanted == 0)
        wanted = g_get_num_processors();
    return MIN(wanted, WORKERS_MAX);
}

Pipeline *
pipeline_new(Archive *archive, Queue *queue, Ledger *ledger,
             const Settings *settings, const char *indexer,
             const PipelineEvents *events, void *user, GError **error)
{
    g_autoptr(Store) reader = store_open_reader(archive, error);
    WorkerLimits limits = limits_from(settings);
    Pipeline *pipeline;

    if (reader == NULL)
        return NULL;
    pipeline = g_new0(Pipeline, 1);
    pipeline->workers = workers_new(indexer, slots_from(settings), &limits,
                                    room, pipeline, error);
    if (pipeline->workers == NULL) {
        g_free(pipeline);
        return NULL;
    }
    pipeline->archive = archive;
    pipeline->queue = queue;
    pipeline->ledger = ledger;
    pipeline->reader = g_steal_pointer(&reader);
    pipeline->opener = lane_new("opener");
    pipeline->preparer = lane_new("preparer");
    pipeline->items = g_ptr_array_new();
    g_queue_init(&pipeline->opened);
    pipeline->crashes =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    pipeline->again =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    pipeline->pressure_ms = -PRESSURE_EVERY_MS;
    pipeline->events = *events;
    pipeline->user = user;
    pipeline_apply_settings(pipeline, settings);
    return pipeline;
}

void
pipeline_free(Pipeline *pipeline)
{
    if (pipeline == NULL)
        return;
    g_clear_handle_id(&pipeline->due_source, g_source_remove);
    workers_free(pipeline->workers);
    lane_free(pipeline->opener);
    lane_free(pipeline->preparer);
    store_free(pipeline->reader);
    g_queue_clear(&pipeline->opened);
    for (unsigned i = 0; i < pipeline->items->len; i++)
        item_free(pipeline->items->pdata[i]);
    g_ptr_array_unref(pipeline->items);
    g_hash_table_unref(pipeline->crashes);
    g_hash_table_unref(pipeline->again);
    g_free(pipeline);
}

unsigned
pipeline_under_way(const Pipeline *pipeline)
{
    return pipeline->items->len;
}

const char *
pipeline_sandbox(const Pipeline *pipeline)
{
    return workers_sandbox(pipeline->workers);
}

unsigned
pipeline_workers(const Pipeline *pipeline)
{
    return workers_alive(pipeline->workers);
}

const char *
pipeline_paused(const Pipeline *pipeline)
{
    return pressure_sentence(pipeline->pressure);
}
