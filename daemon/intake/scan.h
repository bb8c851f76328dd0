/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.h - a tree on disk against the archive.
 *
 * Says the words watch says: there is no second path. Walks on a lane of its
 * own with a reader connection, so that neither the loop nor a query waits.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "base/lane.h"
#include "daemon/archive/store.h"
#include "daemon/intake/rules.h"

typedef struct Scan Scan;

/* What one folder's comparison found; arrays of ScanFile / char *. */
typedef struct {
    char *path;
    uint64_t size_bytes;
    int64_t mtime_ns, ctime_ns;
    uint64_t device, inode;
} ScanFile;

typedef struct {
    char *folder;
    GArray *touched;  /* of ScanFile: new, changed, or still waiting */
    GPtrArray *gone;  /* of char *: in the archive, not on disk */
} ScanBatch;

typedef struct {
    /* On the scan's lane, before a folder is read: watch it (watch_add is
     * called for it, so it must be safe to). */
    void (*enter)(const char *folder, void *user);
    /* On the loop. @batch is lent. What is gone is held back until
     * may_delete has said yes, and comes in batches of its own after it. */
    void (*batch)(const ScanBatch *batch, void *user);
    /* On the loop, after the walk and before anything gone is told; asked
     * once, also when nothing is missing. */
    bool (*may_delete)(const char *top, unsigned seen, unsigned known,
                       unsigned missing, void *user);
    /* On the loop: the walk of @top is over. @seen, @known: files on disk
     * and in the archive below it; @missing: known but not on disk. */
    void (*done)(const char *top, unsigned seen, unsigned known,
                 unsigned missing, const GError *error, void *user);
} ScanEvents;

/*
 * @reader is used on @lane only, and lent. @events is copied. @again: every
 * file on disk counts as touched. The walk holds @rules for itself.
 */
Scan *scan_start(Lane *lane, Store *reader, Rules *rules, const char *top,
                 bool cross_devices, bool again, const ScanEvents *events,
                 void *user);
/* Stops it; no callback comes any more, enter included: waits until the
 * walk has left its lane, which takes one folder at most. */
void scan_free(Scan *scan);
