/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ingest.c - the hand that owns the intake.
 *
 * Watch and scan say the same few words; each becomes an entry in the
 * ledger, in the order said, and where there is something to read, one in
 * the queue. The archive is never asked on the loop.
 */
#include "config.h"

#include "daemon/intake/ingest.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/log.h"
#include "daemon/intake/fetch.h"
#include "daemon/intake/ledger.h"
#include "daemon/intake/pipeline.h"
#include "daemon/intake/queue.h"
#include "daemon/intake/roots.h"
#include "daemon/intake/rules.h"
#include "daemon/intake/scanner.h"
#include "daemon/intake/sources.h"
#include "daemon/intake/watch.h"

enum {
    SETTLE_MS = 500,     /* a name that appeared without being closed */
    BULK_FROM = 300,     /* files waiting: a load, not an arrival */
    POLLED_EVERY_S = 60, /* folders the kernel has no watch for */
    RATE_OVER_US = 2 * G_USEC_PER_SEC,
};

struct Ingest {
    char *home;
    Roots *roots;
    Rules *rules;
    bool cross_devices;
    Queue *queue;
    Ledger *ledger;
    Pipeline *pipeline;
    Watch *watch;
    Scanner *scanner;
    unsigned polled_source;
    char *trouble;
    bool bulk;
    uint64_t done;
    int64_t begun_us; /* of this backlog; 0: none */
    IngestTold told;
    void *user;
};

static int64_t
now_ms(void)
{
    return g_get_monotonic_time() / 1000;
}

static void
tell(Ingest *ingest, const char *event, const char *path, const char *to,
     const char *reason)
{
    IngestNews news = {event, path, to, reason};

    ingest->told(&news, ingest->user);
}

/* ---- what watch and scan say ---- */

static File *
describe(const char *path, void *user)
{
    Ingest *ingest = user;
    const Source *source = sources_of(ingest->home, path);
    File *file = g_new0(File, 1);

    file->path = g_strdup(path);
    file->source = source != NULL ? g_strdup(source->name) : NULL;
    file->arrived_ms = g_get_real_time() / 1000;
    return file;
}

static File *
file_from(Ingest *ingest, const char *path, const Fetched *facts, bool arrival)
{
    File *file = describe(path, ingest);

    file->size_bytes = facts->size_bytes;
    file->mtime_ns = facts->mtime_ns;
    file->ctime_ns = facts->ctime_ns;
    file->device = facts->device;
    file->inode = facts->inode;
    /* Found by a scan, it has been there since its inode last changed. */
    if (!arrival)
        file->arrived_ms = MIN(file->arrived_ms, facts->ctime_ns / 1000000);
    return file;
}

static void
enter_excluded(Ingest *ingest, File *file, const char *reason)
{
    LedgerEntry *entry = ledger_entry_new(LEDGER_VERDICT);

    entry->file = file;
    file->state = FILE_EXCLUDED;
    file->reason = g_strdup(reason);
    entry->urgent = true;
    ledger_put(ingest->ledger, entry);
}

typedef struct {
    bool settled; /* may be read at once */
    bool arrival; /* it landed now; else a scan met it */
    bool again;   /* read it even if nothing changed */
} Touch;

static void
touch(Ingest *ingest, const char *path, const Fetched *facts, Touch how)
{
    const char *reason = NULL;
    RuleVerdict verdict = rules_file(ingest->rules, path, &reason);
    QueueClass class = how.arrival ? QUEUE_ARRIVAL : QUEUE_BACKLOG;
    Fetched looked = {.fd = -1};
    LedgerEntry *entry;

    if (verdict == RULE_SKIP || verdict == RULE_PASSING ||
        roots_of(ingest->roots, path) == NULL)
        return;
    if (facts == NULL) {
        if (!fetch_look(path, &looked, NULL))
            return;
        facts = &looked;
    }
    if (verdict == RULE_NAME_ONLY) {
        enter_excluded(ingest, file_from(ingest, path, facts, how.arrival),
                       reason);
        return;
    }
    /* Just made and still empty: its writer closes it when there is more to
     * say. Asking whether a download is under way reads the whole folder. */
    if (facts->size_bytes == 0 &&
        (!how.settled || rules_download_under_way(path)))
        return;

    entry = ledger_entry_new(LEDGER_SEEN);
    entry->file = file_from(ingest, path, facts, how.arrival);
    entry->file->state = FILE_WAITING;
    entry->urgent = how.arrival;
    entry->again = how.again;
    ledger_put(ingest->ledger, entry);
    if (how.again)
        pipeline_again(ingest->pipeline, path);
    queue_put(ingest->queue, path, class, facts->size_bytes,
              how.settled ? 0 : SETTLE_MS, now_ms());
    if (ingest->begun_us == 0) {
        ingest->begun_us = g_get_monotonic_time();
        ingest->done = 0;
    }
    if (!ingest->bulk && queue_length(ingest->queue) > BULK_FROM) {
        ingest->bulk = true;
        ledger_set_bulk(ingest->ledger, true);
    }
}

static void
enter_gone(Ingest *ingest, LedgerKind kind, const char *path, bool folder)
{
    LedgerEntry *entry = ledger_entry_new(kind);

    pipeline_drop(ingest->pipeline, path);
    queue_drop(ingest->queue, path);
    entry->path = g_strdup(path);
    entry->folder = folder;
    entry->urgent = true;
    ledger_put(ingest->ledger, entry);
}

/* The folder of @path has a marker; its watch is kept for that one only. */
static bool
is_left_out(Ingest *ingest, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);

    return rules_folder(ingest->rules, folder, NULL) != RULE_READ &&
           roots_at(ingest->roots, folder) == NULL;
}

/* A marker came: its folder is left out from now on. */
static void
leave_out(Ingest *ingest, const char *marker)
{
    g_autofree char *folder = g_path_get_dirname(marker);

    if (roots_of(ingest->roots, folder) == NULL)
        return;
    watch_remove(ingest->watch, folder);
    enter_gone(ingest, LEDGER_GONE, folder, true);
    /* Only its own marker, so that taking it away is noticed. */
    (void)watch_add(ingest->watch, folder, NULL);
}

static void
on_touched(const char *path, bool settled, void *user)
{
    Ingest *ingest = user;

    if (rules_is_marker(path)) {
        leave_out(ingest, path);
        return;
    }
    if (is_left_out(ingest, path))
        return;
    touch(ingest, path, NULL, (Touch){.settled = settled, .arrival = true});
    pipeline_pump(ingest->pipeline);
}

static void
on_attributes(const char *path, void *user)
{
    Ingest *ingest = user;
    Fetched facts;
    LedgerEntry *entry;

    if (roots_of(ingest->roots, path) == NULL ||
        rules_file(ingest->rules, path, NULL) != RULE_READ ||
        !fetch_look(path, &facts, NULL))
        return;
    entry = ledger_entry_new(LEDGER_LOOKED);
    entry->file = file_from(ingest, path, &facts, true);
    ledger_put(ingest->ledger, entry);
}

static void
on_folder(const char *path, void *user)
{
    Ingest *ingest = user;

    if (roots_of(ingest->roots, path) != NULL &&
        rules_folder(ingest->rules, path, NULL) == RULE_READ)
        scanner_want(ingest->scanner, path, SCANNER_ARRIVED);
}

static void
on_gone(const char *path, bool folder, void *user)
{
    Ingest *ingest = user;
    const Root *root = folder ? roots_at(ingest->roots, path) : NULL;
    g_autofree char *parent = NULL;

    if (!folder && rules_is_marker(path)) {
        parent = g_path_get_dirname(path);
        on_folder(parent, ingest);
        return;
    }
    if (root != NULL)
        roots_away(ingest->roots, path, "the folder is gone");
    else if (roots_of(ingest->roots, path) != NULL)
        enter_gone(ingest, LEDGER_GONE, path, folder);
}

static void
enter_moved(Ingest *ingest, const char *from, const char *to)
{
    LedgerEntry *entry = ledger_entry_new(LEDGER_MOVED);

    entry->path = g_strdup(from);
    entry->to = g_strdup(to);
    entry->urgent = true;
    queue_move(ingest->queue, from, to);
    pipeline_move(ingest->pipeline, from, to);
    ledger_put(ingest->ledger, entry);
}

/* A download that takes its final name was not there before; a name that
 * becomes one docent leaves alone is gone. */
static void
on_moved(const char *from, const char *to, bool folder, void *user)
{
    Ingest *ingest = user;
    RuleVerdict was = folder ? rules_folder(ingest->rules, from, NULL)
                             : rules_file(ingest->rules, from, NULL);
    RuleVerdict is = folder ? rules_folder(ingest->rules, to, NULL)
                            : rules_file(ingest->rules, to, NULL);
    const Root *root = folder ? roots_at(ingest->roots, from) : NULL;

    if (root != NULL) {
        roots_away(ingest->roots, from, "the folder was moved away");
        return;
    }
    if (is != RULE_READ && was != RULE_PASSING && was != RULE_SKIP)
        enter_gone(ingest, LEDGER_GONE, from, folder);
    else if (was == RULE_READ)
        enter_moved(ingest, from, to);
    if (folder)
        on_folder(to, ingest);
    else
        on_touched(to, true, ingest);
}

static void
on_lost(const char *path, void *user)
{
    Ingest *ingest = user;
    const GPtrArray *roots = roots_all(ingest->roots);

    if (path != NULL) {
        scanner_want(ingest->scanner, path, SCANNER_ARRIVED);
        return;
    }
    for (unsigned i = 0; i < roots->len; i++)
        scanner_want(ingest->scanner, ((const Root *)roots->pdata[i])->path,
                     SCANNER_ROOT);
}

static void
on_unmounted(const char *path, void *user)
{
    Ingest *ingest = user;

    roots_unmounted(ingest->roots, path);
}

static bool
may_enter(const char *path, void *user)
{
    Ingest *ingest = user;

    return rules_folder(ingest->rules, path, NULL) == RULE_READ;
}

/* ---- what scanner says ---- */

static void
scan_entered(const char *folder, void *user)
{
    Ingest *ingest = user;

    /* One that cannot be watched is scanned all the same. */
    (void)watch_add(ingest->watch, folder, NULL);
}

static void
scan_touched(const ScanFile *file, ScannerKind kind, void *user)
{
    Ingest *ingest = user;
    Fetched facts = {
        .fd = -1,
        .size_bytes = file->size_bytes,
        .mtime_ns = file->mtime_ns,
        .ctime_ns = file->ctime_ns,
        .device = file->device,
        .inode = file->inode,
    };

    /* A marker may have come while a new folder was walked. */
    if (kind == SCANNER_ARRIVED && is_left_out(ingest, file->path))
        return;
    touch(ingest, file->path, &facts,
          (Touch){.settled = true,
                  .arrival = kind == SCANNER_ARRIVED,
                  .again = kind == SCANNER_AGAIN});
}

static void
scan_gone(const char *path, void *user)
{
    Ingest *ingest = user;
    const Root *root = roots_of(ingest->roots, path);
    Fetched there;

    /* It may have come back since the walk passed by. */
    if (root != NULL && fetch_look(path, &there, NULL) &&
        rules_path(ingest->rules, root->path, path, NULL) == RULE_READ)
        return;
    enter_gone(ingest, LEDGER_GONE, path, false);
}

static void
scan_rest(void *user)
{
    Ingest *ingest = user;

    pipeline_pump(ingest->pipeline);
}

static bool
scan_may_delete(const char *top, unsigned seen, unsigned known,
                unsigned missing, void *user)
{
    Ingest *ingest = user;

    return roots_may_delete(ingest->roots, top, seen, known, missing);
}

static gboolean
scan_polled(gpointer user)
{
    Ingest *ingest = user;
    GPtrArray *folders = watch_polled(ingest->watch);

    for (unsigned i = 0; i < folders->len; i++)
        scanner_want(ingest->scanner, folders->pdata[i], SCANNER_ARRIVED);
    if (folders->len > 0)
        return G_SOURCE_CONTINUE;
    ingest->polled_source = 0;
    return G_SOURCE_REMOVE;
}

static void
scan_done(const char *top, bool deleted, const GError *error, void *user)
{
    Ingest *ingest = user;

    pipeline_pump(ingest->pipeline);
    if (watch_polled(ingest->watch)->len > 0 && ingest->polled_source == 0)
        ingest->polled_source =
            g_timeout_add_seconds(POLLED_EVERY_S, scan_polled, ingest);
    if (error != NULL)
        roots_away(ingest->roots, top, error->message);
    else if (deleted)
        roots_present(ingest->roots, top);
}

/* ---- what roots say ---- */

static void
root_there(const char *path, void *user)
{
    Ingest *ingest = user;

    scanner_want(ingest->scanner, path, SCANNER_ROOT);
}

static void
root_changed(const char *path, const char *away, void *user)
{
    tell(user, away != NULL ? "away" : "back", path, NULL, away);
}

/* ---- what ledger and pipeline say ---- */

static void
seen_done(Ingest *ingest, LedgerEntry *entry)
{
    const char *path = entry->file->path;

    if (entry->unchanged) {
        queue_drop(ingest->queue, path);
        pipeline_pump(ingest->pipeline);
    } else if (entry->moved_from != NULL) {
        tell(ingest, "moved", entry->moved_from, path, NULL);
    } else {
        tell(ingest, "arrived", path, NULL, NULL);
    }
}

static void
read_done(Ingest *ingest, LedgerEntry *entry)
{
    const File *file = entry->file;

    ingest->done++;
    tell(ingest, file->state == FILE_FAILED ? "failed" : "indexed", file->path,
         NULL, file->reason);
}

static void
entry_failed(Ingest *ingest, LedgerEntry *entry)
{
    const char *path = entry->file != NULL ? entry->file->path : entry->path;

    if (entry->kind == LEDGER_READ &&
        fault_code(entry->error) == FAULT_CHANGED) {
        queue_put(ingest->queue, path, QUEUE_BACKLOG, 0, 0, now_ms());
        return;
    }
    log_error("write to the archive: %s", entry->error->message);
    log_debug("… for '%s'", path != NULL ? path : "");
}

static void
on_entry_done(LedgerEntry *entry, void *user)
{
    Ingest *ingest = user;

    if (entry->error != NULL) {
        entry_failed(ingest, entry);
    } else if (entry->kind == LEDGER_SEEN) {
        seen_done(ingest, entry);
    } else if (entry->kind == LEDGER_READ || entry->kind == LEDGER_VERDICT) {
        read_done(ingest, entry);
    } else if (entry->kind == LEDGER_GONE || entry->kind == LEDGER_FORGET) {
        tell(ingest, "gone", entry->path, NULL, NULL);
    } else if (entry->kind == LEDGER_MOVED) {
        tell(ingest, "moved", entry->path, entry->to, NULL);
    } else if (entry->kind == LEDGER_LOOKED && entry->failed_io) {
        touch(ingest, entry->file->path, NULL,
              (Touch){.settled = true, .arrival = true, .again = true});
    }
    /* The pipeline rests while too much waits to be written. */
    pipeline_pump(ingest->pipeline);
}

static void
on_trouble(const char *sentence, void *user)
{
    Ingest *ingest = user;

    g_free(ingest->trouble);
    ingest->trouble = g_strdup(sentence);
    if (sentence != NULL)
        log_error("indexing rests: %s", sentence);
}

static const char *
root_path_of(const char *path, void *user)
{
    Ingest *ingest = user;
    const Root *root = roots_of(ingest->roots, path);

    return root != NULL ? root->path : NULL;
}

static void
on_idle(void *user)
{
    Ingest *ingest = user;

    if (ingest->bulk) {
        ingest->bulk = false;
        ledger_set_bulk(ingest->ledger, false);
    }
    ingest->begun_us = 0;
    tell(ingest, "idle", NULL, NULL, NULL);
}

/* ---- life ---- */

static void
apply_rules(Ingest *ingest, const Settings *settings)
{
    rules_free(ingest->rules);
    ingest->rules = rules_new(settings_list(settings, "watch.exclude"),
                              settings_bool(settings, "watch.hidden"));
    ingest->cross_devices = settings_bool(settings, "watch.cross_devices");
}

void
ingest_apply_settings(Ingest *ingest, const Settings *settings)
{
    scanner_stop(ingest->scanner);
    apply_rules(ingest, settings);
    scanner_set_rules(ingest->scanner, ingest->rules, ingest->cross_devices);
    pipeline_apply_settings(ingest->pipeline, settings);
    on_lost(NULL, ingest);
}

static bool
build(Ingest *ingest, Archive *archive, const Settings *settings,
      const char *indexer, GError **error)
{
    static const WatchEvents watch_events = {
        .touched = on_touched,
        .attributes = on_attributes,
        .gone = on_gone,
        .moved = on_moved,
        .folder = on_folder,
        .lost = on_lost,
        .unmounted = on_unmounted,
    };
    static const ScannerEvents scanner_events = {
        .entered = scan_entered,
        .touched = scan_touched,
        .gone = scan_gone,
        .rest = scan_rest,
        .may_delete = scan_may_delete,
        .done = scan_done,
    };
    static const PipelineEvents pipeline_events = {
        .root_of = root_path_of,
        .describe = describe,
        .idle = on_idle,
    };
    static const RootsEvents roots_events = {
        .there = root_there,
        .changed = root_changed,
    };
    g_autoptr(Store) reader = store_open_reader(archive, error);
    g_autoptr(GPtrArray) list = NULL;

    if (reader == NULL)
        return false;
    list = store_roots(reader, error);
    if (list == NULL)
        return false;
    apply_rules(ingest, settings);
    ingest->queue = queue_new();
    ingest->watch = watch_new(&watch_events, may_enter, ingest, error);
    if (ingest->watch == NULL)
        return false;
    ingest->ledger =
        ledger_new(archive, on_entry_done, on_trouble, ingest, error);
    if (ingest->ledger == NULL)
        return false;
    ingest->roots = roots_new(g_steal_pointer(&list), ingest->ledger,
                              &roots_events, ingest);
    ingest->pipeline =
        pipeline_new(archive, ingest->queue, ingest->ledger, settings, indexer,
                     &pipeline_events, ingest, error);
    if (ingest->pipeline == NULL)
        return false;
    ingest->scanner = scanner_new(archive, &scanner_events, ingest, error);
    if (ingest->scanner == NULL)
        return false;
    scanner_set_rules(ingest->scanner, ingest->rules, ingest->cross_devices);
    return true;
}

Ingest *
ingest_new(Archive *archive, const Settings *settings, const char *indexer,
           IngestTold told, void *user, GError **error)
{
    Ingest *ingest = g_new0(Ingest, 1);

    ingest->home = g_strdup(g_get_home_dir());
    ingest->told = told;
    ingest->user = user;
    if (!build(ingest, archive, settings, indexer, error)) {
        ingest_free(ingest);
        return NULL;
    }
    return ingest;
}

void
ingest_free(Ingest *ingest)
{
    if (ingest == NULL)
        return;
    g_clear_handle_id(&ingest->polled_source, g_source_remove);
    scanner_free(ingest->scanner);
    pipeline_free(ingest->pipeline);
    roots_free(ingest->roots);
    ledger_free(ingest->ledger);
    watch_free(ingest->watch);
    queue_free(ingest->queue);
    rules_free(ingest->rules);
    g_free(ingest->trouble);
    g_free(ingest->home);
    g_free(ingest);
}

void
ingest_start(Ingest *ingest)
{
    on_lost(NULL, ingest);
}

bool
ingest_add_root(Ingest *ingest, const char *path, bool private, bool found,
                GError **error)
{
    if (!roots_put(ingest->roots, path, private, found, error))
        return false;
    scanner_want(ingest->scanner, path, SCANNER_ROOT);
    return true;
}

bool
ingest_remove_root(Ingest *ingest, const char *path, GError **error)
{
    if (!roots_drop(ingest->roots, path, error))
        return false;
    scanner_stop(ingest->scanner);
    watch_remove(ingest->watch, path);
    pipeline_drop(ingest->pipeline, path);
    queue_drop(ingest->queue, path);
    /* Roots inside or around it keep what is theirs. */
    on_lost(NULL, ingest);
    return true;
}

bool
ingest_reindex(Ingest *ingest, const char *path, GError **error)
{
    const GPtrArray *roots = roots_all(ingest->roots);
    struct stat status;

    if (path == NULL) {
        for (unsigned i = 0; i < roots->len; i++)
            scanner_want(ingest->scanner, ((const Root *)roots->pdata[i])->path,
                         SCANNER_AGAIN);
        return true;
    }
    if (roots_of(ingest->roots, path) == NULL)
        return fault(error, FAULT_NOT_FOUND, "'%s' is below no watched folder",
                     path);
    if (lstat(path, &status) < 0)
        return fault_errno(error, "read '%s' again", path);
    if (S_ISDIR(status.st_mode)) {
        scanner_want(ingest->scanner, path, SCANNER_AGAIN);
    } else {
        touch(ingest, path, NULL,
              (Touch){.settled = true, .arrival = true, .again = true});
        pipeline_pump(ingest->pipeline);
    }
    return true;
}

bool
ingest_forget(Ingest *ingest, const char *path, GError **error)
{
    if (roots_of(ingest->roots, path) == NULL)
        return fault(error, FAULT_NOT_FOUND, "'%s' is below no watched folder",
                     path);
    enter_gone(ingest, LEDGER_FORGET, path, true);
    return true;
}

void
ingest_opened(Ingest *ingest, const char *path)
{
    LedgerEntry *entry = ledger_entry_new(LEDGER_OPENED);

    entry->path = g_strdup(path);
    entry->now_ms = g_get_real_time() / 1000;
    ledger_put(ingest->ledger, entry);
}

/* ---- questions ---- */

IngestStatus
ingest_status(const Ingest *ingest)
{
    unsigned queued = queue_length(ingest->queue);
    unsigned reading = pipeline_under_way(ingest->pipeline);
    unsigned writing = ledger_readings(ingest->ledger);
    bool scanning = scanner_busy(ingest->scanner);
    int64_t spent_us =
        ingest->begun_us != 0 ? g_get_monotonic_time() - ingest->begun_us : 0;
    const char *paused = pipeline_paused(ingest->pipeline);

    return (IngestStatus){
        .waiting = queued,
        .reading = reading,
        .writing = writing,
        .done = ingest->done,
        .per_second =
            spent_us > RATE_OVER_US
                ? (double)ingest->done * G_USEC_PER_SEC / (double)spent_us
                : 0,
        .scanning = scanning,
        .idle = queued == 0 && reading == 0 && !scanning &&
                ledger_depth(ingest->ledger) == 0,
        .watches = watch_count(ingest->watch),
        .polled = watch_polled(ingest->watch)->len,
        .sandbox = pipeline_sandbox(ingest->pipeline),
        .workers = pipeline_workers(ingest->pipeline),
        .trouble = ingest->trouble != NULL ? ingest->trouble : paused,
    };
}

char *
ingest_why(Ingest *ingest, const char *path, const char **ret_state)
{
    const Root *root = roots_of(ingest->roots, path);
    const char *reason = NULL;
    g_autoptr(GError) error = NULL;
    Fetched facts;

    *ret_state = "excluded";
    if (root == NULL)
        return g_strdup("it is below no watched folder; "
                        "see `docent watch list`");
    if (root->away) {
        *ret_state = "away";
        return g_strdup_printf("its folder '%s' is away", root->path);
    }
    if (rules_path(ingest->rules, root->path, path, &reason) != RULE_READ)
        return g_strdup(reason);
    if (!fetch_look(path, &facts, &error))
        return g_strdup(fault_code(error) == FAULT_NOT_FOUND
                            ? "there is no such file"
                            : error->message);
    *ret_state = "waiting";
    return g_strdup("it is not read yet");
}

const GPtrArray *
ingest_roots(const Ingest *ingest)
{
    return roots_all(ingest->roots);
}
