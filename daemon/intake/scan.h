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

enum {
    SCAN_BATCH_FILES = 512, /* at most, in one batch */
    SCAN_DEPTH_MAX = 200,   /* folders below the top; each holds a descriptor */
};

typedef struct {
    char *path;
    uint64_t size_bytes;
    int64_t mtime_ns, ctime_ns;
    uint64_t device, inode;
} ScanFile;

/* Either may be NULL: none. */
typedef struct {
    GArray *touched; /* of ScanFile: new, changed, or still waiting */
    GPtrArray *gone; /* of char *: in the archive, not on disk */
} ScanBatch;

/*
 * In this order: enter and batch (touched) while it walks; then, if nothing
 * failed, may_delete once; if that says true, batch (gone); done at last.
 * Nothing is told gone before may_delete has seen how much that is.
 */
typedef struct {
    /* On the scan's lane, before a folder is read: watch it. Must not call
     * scan_free. */
    void (*enter)(const char *folder, void *user);
    /* On the loop. @batch is lent. */
    void (*batch)(const ScanBatch *batch, void *user);
    /*
     * On the loop: the walk of @top is over. @seen: files on disk; @known:
     * files in the archive that ought to be there; @missing: those of them
     * that are not. What a rule leaves out now, and what is behind a folder
     * that could not be read or another file system, is in none of them; the
     * former is told gone as well, the latter is left alone. False: tell
     * nothing gone. NULL: always true.
     */
    bool (*may_delete)(const char *top, unsigned seen, unsigned known,
                       unsigned missing, void *user);
    /* On the loop, the last call. @error (lent): @top is not a folder that
     * can be read, or the archive failed. */
    void (*done)(const char *top, unsigned seen, unsigned known,
                 unsigned missing, const GError *error, void *user);
} ScanEvents;

/*
 * Compare the tree at @top, whose own name no rule is asked about. Links are
 * not followed; what is neither a regular file nor a folder is not there.
 *
 * @reader  used on @lane only, and lent until the job after this one
 * @rules   held for as long as it is needed
 * @cross_devices  enter other file systems mounted below
 * @every   every file counts as changed
 * @events  copied
 */
Scan *scan_start(Lane *lane, Store *reader, Rules *rules, const char *top,
                 bool cross_devices, bool every, const ScanEvents *events,
                 void *user);
/* Stops it; no callback comes any more, not even enter. Free a scan before
 * its lane; fine inside any callback on the loop. */
void scan_free(Scan *scan);
