/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scanner.c - which tree is scanned next, and by which lane.
 */
#include "config.h"

#include "daemon/intake/scanner.h"

#include <string.h>

#include "base/lane.h"

typedef struct {
    char *top;
    ScannerKind kind;
} Wanted;

typedef struct {
    Scanner *scanner;
    Lane *lane;
    Store *reader; /* the lane's */
    GQueue wanted; /* of Wanted */
    Wanted *now;
    Scan *scan;
    bool deleted; /* what may_delete said of this one */
    unsigned next_source;
} Runner;

struct Scanner {
    Runner roots, arrived;
    Rules *rules;
    bool cross_devices;
    ScannerEvents events;
    void *user;
};

static void
wanted_free(Wanted *wanted)
{
    if (wanted == NULL)
        return;
    g_free(wanted->top);
    g_free(wanted);
}

static void
on_enter(const char *folder, void *user)
{
    Runner *runner = user;

    runner->scanner->events.entered(folder, runner->scanner->user);
}

static void
on_batch(const ScanBatch *batch, void *user)
{
    Runner *runner = user;
    Scanner *scanner = runner->scanner;

    for (unsigned i = 0; batch->touched != NULL && i < batch->touched->len; i++)
        scanner->events.touched(&g_array_index(batch->touched, ScanFile, i),
                                runner->now->kind, scanner->user);
    for (unsigned i = 0; batch->gone != NULL && i < batch->gone->len; i++)
        scanner->events.gone(batch->gone->pdata[i], scanner->user);
    scanner->events.rest(scanner->user);
}

static bool
on_may_delete(const char *top, unsigned seen, unsigned known, unsigned missing,
              void *user)
{
    Runner *runner = user;
    Scanner *scanner = runner->scanner;

    runner->deleted =
        runner->now->kind == SCANNER_AGAIN ||
        scanner->events.may_delete(top, seen, known, missing, scanner->user);
    return runner->deleted;
}

static void runner_next(Runner *runner);

static gboolean
begin_next(gpointer user)
{
    Runner *runner = user;

    runner->next_source = 0;
    g_clear_pointer(&runner->scan, scan_free);
    g_clear_pointer(&runner->now, wanted_free);
    runner_next(runner);
    return G_SOURCE_REMOVE;
}

/* The scan is freed from the loop, not from inside its own callback. */
static void
on_done(const char *top, unsigned seen, unsigned known, unsigned missing,
        const GError *error, void *user)
{
    Runner *runner = user;
    Scanner *scanner = runner->scanner;

    scanner->events.done(top, error == NULL && runner->deleted, error,
                         scanner->user);
    if (runner->next_source == 0)
        runner->next_source = g_idle_add(begin_next, runner);
}

static void
runner_next(Runner *runner)
{
    static const ScanEvents events = {
        .enter = on_enter,
        .batch = on_batch,
        .may_delete = on_may_delete,
        .done = on_done,
    };
    Scanner *scanner = runner->scanner;

    if (runner->now != NULL || scanner->rules == NULL)
        return;
    runner->now = g_queue_pop_head(&runner->wanted);
    if (runner->now == NULL)
        return;
    runner->deleted = false;
    runner->scan =
        scan_start(runner->lane, runner->reader, scanner->rules,
                   runner->now->top, scanner->cross_devices,
                   runner->now->kind == SCANNER_AGAIN, &events, runner);
}

void
scanner_want(Scanner *scanner, const char *top, ScannerKind kind)
{
    Runner *runner =
        kind == SCANNER_ARRIVED ? &scanner->arrived : &scanner->roots;
    Wanted *wanted;

    for (GList *each = runner->wanted.head; each != NULL; each = each->next) {
        Wanted *there = each->data;

        if (strcmp(there->top, top) == 0) {
            there->kind = MAX(there->kind, kind);
            return;
        }
    }
    wanted = g_new0(Wanted, 1);
    wanted->top = g_strdup(top);
    wanted->kind = kind;
    g_queue_push_tail(&runner->wanted, wanted);
    runner_next(runner);
}

static void
runner_stop(Runner *runner)
{
    g_clear_handle_id(&runner->next_source, g_source_remove);
    g_clear_pointer(&runner->scan, scan_free);
    g_clear_pointer(&runner->now, wanted_free);
    g_queue_clear_full(&runner->wanted, (GDestroyNotify)wanted_free);
}

void
scanner_stop(Scanner *scanner)
{
    runner_stop(&scanner->roots);
    runner_stop(&scanner->arrived);
}

bool
scanner_busy(const Scanner *scanner)
{
    return scanner->roots.now != NULL || scanner->arrived.now != NULL;
}

void
scanner_set_rules(Scanner *scanner, Rules *rules, bool cross_devices)
{
    scanner->rules = rules;
    scanner->cross_devices = cross_devices;
}

static bool
runner_init(Runner *runner, Scanner *scanner, Archive *archive,
            const char *name, GError **error)
{
    runner->scanner = scanner;
    g_queue_init(&runner->wanted);
    runner->reader = store_open_reader(archive, error);
    if (runner->reader == NULL)
        return false;
    runner->lane = lane_new(name);
    return true;
}

static void
runner_clear(Runner *runner)
{
    runner_stop(runner);
    lane_free(runner->lane);
    store_free(runner->reader);
}

Scanner *
scanner_new(Archive *archive, const ScannerEvents *events, void *user,
            GError **error)
{
    Scanner *scanner = g_new0(Scanner, 1);

    scanner->events = *events;
    scanner->user = user;
    if (!runner_init(&scanner->roots, scanner, archive, "scan", error) ||
        !runner_init(&scanner->arrived, scanner, archive, "look", error)) {
        scanner_free(scanner);
        return NULL;
    }
    return scanner;
}

void
scanner_free(Scanner *scanner)
{
    if (scanner == NULL)
        return;
    runner_clear(&scanner->roots);
    runner_clear(&scanner->arrived);
    g_free(scanner);
}
