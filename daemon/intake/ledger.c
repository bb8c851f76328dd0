/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.c - group commit: one batch at the writer, the next one gathering.
 */
#include "config.h"

#include "daemon/intake/ledger.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/lane.h"
#include "base/log.h"
#include "base/record.h"
#include "daemon/archive/forgotten.h"

enum {
    BATCH_ENTRIES_MAX = 512, /* an arrival waits for one batch at most */
    GATHER_ENTRIES = 128,    /* of a backlog, before a batch is worth it */
    GATHER_MS = 60,          /* and no longer than this */
    FULL_RETRY_S = 10,       /* look again whether the disk has room */
    TIDY_STEPS_MAX = 10000,
};

struct Ledger {
    Lane *lane;
    Store *writer;
    GQueue waiting;      /* of LedgerEntry */
    unsigned urgent;     /* of those */
    struct Batch *batch; /* at the writer, or NULL */
    unsigned gather_source, retry_source;
    unsigned tidy_left;
    unsigned readings;
    size_t bytes;
    bool bulk, bulk_wanted, full;
    LedgerDone done;
    LedgerTrouble trouble;
    void *user;
};

typedef struct Batch {
    Ledger *ledger;
    GPtrArray *entries; /* of LedgerEntry */
    bool tidy;          /* instead: a step of upkeep */
    bool more;          /* there is more upkeep to do */
    bool set_bulk, bulk;
    GError *error; /* nothing was written */
} Batch;

LedgerEntry *
ledger_entry_new(LedgerKind kind)
{
    LedgerEntry *entry = g_new0(LedgerEntry, 1);

    entry->kind = kind;
    return entry;
}

void
ledger_entry_free(LedgerEntry *entry)
{
    if (entry == NULL)
        return;
    file_free(entry->file);
    prepared_free(entry->prepared);
    root_free(entry->root);
    g_free(entry->path);
    g_free(entry->to);
    g_free(entry->moved_from);
    g_clear_error(&entry->error);
    g_free(entry);
}

static size_t
entry_bytes(const LedgerEntry *entry)
{
    return entry->prepared != NULL ? prepared_bytes(entry->prepared) : 0;
}

static bool
is_reading(const LedgerEntry *entry)
{
    return entry->kind == LEDGER_READ || entry->kind == LEDGER_VERDICT;
}

/* ---- on the writer's lane ---- */

static bool
same_facts(const File *row, const File *now)
{
    return row->size_bytes == now->size_bytes &&
           row->mtime_ns == now->mtime_ns && row->inode == now->inode &&
           row->device == now->device;
}

/* A file that was moved while nobody looked has its inode under a name that
 * is no longer there; one that is there as well is a hard link. */
static bool
adopt_moved(Store *store, LedgerEntry *entry, GError **error)
{
    g_autoptr(File) row = store_file_by_inode(store, entry->file->device,
                                              entry->file->inode, error);
    struct stat status;

    if (row == NULL)
        return error == NULL || *error == NULL;
    if (!same_facts(row, entry->file) || lstat(row->path, &status) == 0 ||
        errno != ENOENT)
        return true;
    if (!store_move(store, row->path, entry->file->path, error))
        return false;
    g_free(entry->moved_from);
    entry->moved_from = g_strdup(row->path);
    return true;
}

/* Where it came from is what the first place told, wherever it lies now. */
static void
keep_origin(File *file, const File *row)
{
    if (row->source != NULL) {
        g_free(file->source);
        file->source = g_strdup(row->source);
    }
    if (row->origin != NULL) {
        g_free(file->origin);
        file->origin = g_strdup(row->origin);
    }
}

static bool
apply_seen(Store *store, LedgerEntry *entry, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(File) row = NULL;
    bool forgotten;

    if (!forgotten_check(store, entry->file, entry->again, &forgotten, error))
        return false;
    if (forgotten) {
        entry->unchanged = true;
        return true;
    }
    row = store_file(store, entry->file->path, &inner);
    if (row == NULL && inner == NULL && adopt_moved(store, entry, &inner) &&
        entry->moved_from != NULL)
        row = store_file(store, entry->file->path, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    if (row != NULL) {
        entry->unchanged = !entry->again && row->state != FILE_WAITING &&
                           row->state != FILE_EXCLUDED &&
                           same_facts(row, entry->file);
        if (entry->unchanged && row->ctime_ns == entry->file->ctime_ns)
            return true;
        keep_origin(entry->file, row);
        /* The old text stays findable until the new is whole. */
        entry->file->document = row->document;
        if (entry->unchanged) {
            entry->file->state = row->state;
            entry->file->fault = row->fault;
            entry->file->reason = g_strdup(row->reason);
            if (row->state == FILE_FAILED && row->fault == FAULT_IO)
                entry->unchanged = false;
        }
    }
    return store_put_file(store, entry->file, error);
}

static bool
apply_looked(Store *store, LedgerEntry *entry, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autoptr(File) row = store_file(store, entry->file->path, &inner);

    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    if (row == NULL)
        return true;
    entry->failed_io = row->state == FILE_FAILED && row->fault == FAULT_IO;
    row->ctime_ns = entry->file->ctime_ns;
    if (row->origin == NULL)
        row->origin = g_steal_pointer(&entry->file->origin);
    return store_put_file(store, row, error);
}

/* State and reason of the file are those of the document it holds. */
static bool
apply_read(Store *store, LedgerEntry *entry, GError **error)
{
    g_autoptr(DocumentRow) row = NULL;

    if (entry->prepared != NULL) {
        int64_t id;

        if (!store_put_document(store, entry->hash, entry->prepared,
                                RECORD_READER_VERSION, &id, error))
            return false;
        row = store_document(store, id, error);
    } else {
        row = store_document_by_hash(store, entry->hash, error);
    }
    if (row == NULL) {
        if (error != NULL && *error == NULL)
            fault(error, FAULT_CHANGED, "its copy is gone meanwhile");
        return false;
    }
    entry->file->document = row->id;
    entry->file->fault = row->fault;
    g_free(entry->file->reason);
    entry->file->reason = g_strdup(row->reason);
    entry->file->state = row->state == EXTRACT_FAILED    ? FILE_FAILED
                         : row->state == EXTRACT_PARTIAL ? FILE_PARTIAL
                                                         : FILE_INDEXED;
    return store_put_file(store, entry->file, error);
}

/* It may have been forgotten while it was read. */
static bool
apply_content(Store *store, LedgerEntry *entry, GError **error)
{
    bool forgotten;

    if (!forgotten_check(store, entry->file, false, &forgotten, error))
        return false;
    if (forgotten)
        return true;
    return entry->kind == LEDGER_READ
               ? apply_read(store, entry, error)
               : store_put_file(store, entry->file, error);
}

static bool
apply_gone(Store *store, LedgerEntry *entry, GError **error)
{
    if (entry->kind == LEDGER_FORGET &&
        !forgotten_add(store, entry->path, error))
        return false;
    if (!entry->folder) {
        entry->count = 1;
        return store_forget_file(store, entry->path, error);
    }
    return store_forget_tree(store, entry->path, &entry->count, error);
}

static bool
apply(Store *store, LedgerEntry *entry, GError **error)
{
    switch (entry->kind) {
    case LEDGER_SEEN:
        return apply_seen(store, entry, error);
    case LEDGER_LOOKED:
        return apply_looked(store, entry, error);
    case LEDGER_READ:
    case LEDGER_VERDICT:
        return apply_content(store, entry, error);
    case LEDGER_GONE:
    case LEDGER_FORGET:
        return apply_gone(store, entry, error);
    case LEDGER_MOVED:
        return store_move(store, entry->path, entry->to, error);
    case LEDGER_OPENED:
        return store_opened(store, entry->path, entry->now_ms, error);
    case LEDGER_ROOT:
        return store_put_root(store, entry->root, error);
    case LEDGER_UNROOT:
        return store_drop_root(store, entry->path, error);
    }
    g_assert_not_reached();
}

static bool
apply_range(Store *store, GPtrArray *entries, unsigned from, unsigned to,
            GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;

    if (!transaction_begin(&work, store, error))
        return false;
    for (unsigned i = from; i < to; i++)
        if (!apply(store, entries->pdata[i], error))
            return false;
    return transaction_commit(&work, error);
}

/* One entry the store refuses must not take the others with it. */
static void
apply_each(Store *store, Batch *batch)
{
    for (unsigned i = 0; i < batch->entries->len; i++) {
        LedgerEntry *entry = batch->entries->pdata[i];

        (void)apply_range(store, batch->entries, i, i + 1, &entry->error);
    }
}

static void
batch_work(void *job)
{
    Batch *batch = job;
    Store *store = batch->ledger->writer;

    if (batch->set_bulk)
        (void)store_set_bulk(store, batch->bulk, NULL);
    if (batch->tidy) {
        if (!store_tidy(store, &batch->more, NULL))
            batch->more = false;
        return;
    }
    if (apply_range(store, batch->entries, 0, batch->entries->len,
                    &batch->error))
        return;
    if (fault_code(batch->error) == FAULT_FULL)
        return;
    g_clear_error(&batch->error);
    apply_each(store, batch);
}

/* ---- on the loop ---- */

static void
batch_free(void *job)
{
    Batch *batch = job;

    g_ptr_array_unref(batch->entries);
    g_clear_error(&batch->error);
    g_free(batch);
}

static void ledger_step(Ledger *ledger, bool now);

static gboolean
retry_full(gpointer user)
{
    Ledger *ledger = user;

    ledger->retry_source = 0;
    ledger_step(ledger, true);
    return G_SOURCE_REMOVE;
}

/* What could not be written waits, in order, for the disk to have room. */
static void
put_back(Ledger *ledger, Batch *batch)
{
    g_ptr_array_set_free_func(batch->entries, NULL);
    for (unsigned i = batch->entries->len; i > 0; i--) {
        LedgerEntry *entry = batch->entries->pdata[i - 1];

        ledger->urgent += entry->urgent;
        g_queue_push_head(&ledger->waiting, entry);
    }
    if (!ledger->full) {
        ledger->full = true;
        ledger->trouble(batch->error->message, ledger->user);
    }
    if (ledger->retry_source == 0)
        ledger->retry_source =
            g_timeout_add_seconds(FULL_RETRY_S, retry_full, ledger);
}

static void
batch_done(void *job)
{
    Batch *batch = job;
    Ledger *ledger = batch->ledger;

    ledger->batch = NULL;
    if (batch->error != NULL) {
        put_back(ledger, batch);
        batch_free(batch);
        return;
    }
    if (batch->tidy)
        ledger->tidy_left = batch->more ? ledger->tidy_left - 1 : 0;
    else if (ledger->full) {
        ledger->full = false;
        ledger->trouble(NULL, ledger->user);
    }
    for (unsigned i = 0; i < batch->entries->len; i++) {
        LedgerEntry *entry = batch->entries->pdata[i];

        ledger->bytes -= entry_bytes(entry);
        ledger->readings -= is_reading(entry);
        ledger->done(entry, ledger->user);
    }
    batch_free(batch);
    ledger_step(ledger, false);
}

static gboolean
gathered(gpointer user)
{
    Ledger *ledger = user;

    ledger->gather_source = 0;
    ledger_step(ledger, true);
    return G_SOURCE_REMOVE;
}

static Batch *
next_batch(Ledger *ledger)
{
    Batch *batch = g_new0(Batch, 1);
    LedgerEntry *entry;

    batch->ledger = ledger;
    batch->entries =
        g_ptr_array_new_with_free_func((GDestroyNotify)ledger_entry_free);
    batch->set_bulk = ledger->bulk != ledger->bulk_wanted;
    batch->bulk = ledger->bulk = ledger->bulk_wanted;
    while (batch->entries->len < BATCH_ENTRIES_MAX &&
           (entry = g_queue_pop_head(&ledger->waiting)) != NULL) {
        ledger->urgent -= entry->urgent;
        g_ptr_array_add(batch->entries, entry);
    }
    batch->tidy = batch->entries->len == 0;
    return batch;
}

/* Begin a batch when there is one to write, or upkeep when there is none.
 * @now: what has gathered is enough. */
static void
ledger_step(Ledger *ledger, bool now)
{
    unsigned n = ledger->waiting.length;

    if (ledger->batch != NULL || ledger->retry_source != 0)
        return;
    if (n == 0 && ledger->tidy_left == 0 && ledger->bulk == ledger->bulk_wanted)
        return;
    if (n > 0 && !now && ledger->urgent == 0 && n < GATHER_ENTRIES) {
        if (ledger->gather_source == 0)
            ledger->gather_source = g_timeout_add(GATHER_MS, gathered, ledger);
        return;
    }
    g_clear_handle_id(&ledger->gather_source, g_source_remove);
    if (n > 0)
        ledger->tidy_left = TIDY_STEPS_MAX;
    ledger->batch = next_batch(ledger);
    lane_push(ledger->lane, batch_work, batch_done, batch_free, ledger->batch);
}

void
ledger_put(Ledger *ledger, LedgerEntry *entry)
{
    ledger->bytes += entry_bytes(entry);
    ledger->readings += is_reading(entry);
    ledger->urgent += entry->urgent;
    g_queue_push_tail(&ledger->waiting, entry);
    ledger_step(ledger, false);
}

unsigned
ledger_depth(const Ledger *ledger)
{
    return ledger->waiting.length +
           (ledger->batch != NULL ? ledger->batch->entries->len : 0);
}

unsigned
ledger_readings(const Ledger *ledger)
{
    return ledger->readings;
}

size_t
ledger_bytes(const Ledger *ledger)
{
    return ledger->bytes;
}

void
ledger_set_bulk(Ledger *ledger, bool bulk)
{
    ledger->bulk_wanted = bulk;
    ledger_step(ledger, false);
}

Ledger *
ledger_new(Archive *archive, LedgerDone done, LedgerTrouble trouble, void *user,
           GError **error)
{
    g_autoptr(Store) writer = store_open_writer(archive, error);
    Ledger *ledger;

    if (writer == NULL)
        return NULL;
    ledger = g_new0(Ledger, 1);
    g_queue_init(&ledger->waiting);
    ledger->writer = g_steal_pointer(&writer);
    ledger->lane = lane_new("writer");
    ledger->done = done;
    ledger->trouble = trouble;
    ledger->user = user;
    return ledger;
}

void
ledger_free(Ledger *ledger)
{
    if (ledger == NULL)
        return;
    g_clear_handle_id(&ledger->gather_source, g_source_remove);
    g_clear_handle_id(&ledger->retry_source, g_source_remove);
    lane_free(ledger->lane);
    while (ledger->waiting.length > 0 && !ledger->full) {
        Batch *batch = next_batch(ledger);

        batch_work(batch);
        if (batch->error != NULL)
            ledger->full = true;
        batch_free(batch);
    }
    g_queue_clear_full(&ledger->waiting, (GDestroyNotify)ledger_entry_free);
    store_free(ledger->writer);
    g_free(ledger);
}
