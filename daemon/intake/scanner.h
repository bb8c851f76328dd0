/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scanner.h - the scans there are to do, two at a time.
 *
 * Whole roots go one after the other on one lane; folders that just arrived
 * have a lane of their own, so that they do not wait behind a large tree.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "daemon/archive/store.h"
#include "daemon/intake/rules.h"
#include "daemon/intake/scan.h"

typedef struct Scanner Scanner;

typedef enum {
    SCANNER_ROOT,    /* reconcile with the archive */
    SCANNER_ARRIVED, /* what is in it landed now */
    SCANNER_AGAIN,   /* everything counts as changed */
} ScannerKind;

typedef struct {
    /* On a scan's lane: about to read @folder. */
    void (*entered)(const char *folder, void *user);
    /* The others on the loop. */
    void (*touched)(const ScanFile *file, ScannerKind kind, void *user);
    void (*gone)(const char *path, void *user);
    /* After each few hundred of the two above. */
    void (*rest)(void *user);
    /* As ScanEvents.may_delete; not asked by SCANNER_AGAIN, which takes the
     * tree as it is. */
    bool (*may_delete)(const char *top, unsigned seen, unsigned known,
                       unsigned missing, void *user);
    /* @deleted: the archive agrees with the disk now. */
    void (*done)(const char *top, bool deleted, const GError *error,
                 void *user);
} ScannerEvents;

/* @archive lent.  Fails  as store_open_reader */
Scanner *scanner_new(Archive *archive, const ScannerEvents *events,
                     void *user, GError **error);
void scanner_free(Scanner *scanner);
/* Lent until the next call; no scan may be running (scanner_stop). */
void scanner_set_rules(Scanner *scanner, Rules *rules, bool cross_devices);

/* Scan @top soon; once, however often it is wanted meanwhile. */
void scanner_want(Scanner *scanner, const char *top, ScannerKind kind);
/* Forget what is wanted, end what runs. */
void scanner_stop(Scanner *scanner);
bool scanner_busy(const Scanner *scanner);
