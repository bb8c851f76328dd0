/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger.h - what is to be written, in the order it happened, in batches.
 *
 * The one writer works on a lane. While it writes, entries gather here; when
 * it is done the next batch goes in one transaction. So a single arrival is
 * written at once, and twenty thousand of them cost few transactions.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"

typedef enum {
    LEDGER_SEEN,    /* file: a name is there; its content is still to come */
    LEDGER_LOOKED,  /* file: its facts, the content is the same */
    LEDGER_READ,    /* file, hash, prepared (NULL: the archive has it) */
    LEDGER_VERDICT, /* file, with state and reason, without content */
    LEDGER_GONE,    /* path; folder: and all below */
    LEDGER_FORGET,  /* the same, and not to be taken in again until changed */
    LEDGER_MOVED,   /* path → to */
    LEDGER_OPENED,  /* path, now_ms */
    LEDGER_ROOT,    /* root: added or changed */
    LEDGER_UNROOT,  /* path */
} LedgerKind;

typedef struct {
    LedgerKind kind;
    bool urgent;    /* someone waits: do not gather more first */
    bool again;     /* SEEN: read it even if nothing seems changed */
    File *file;     /* owned */
    char *path, *to;
    bool folder;
    int64_t now_ms;
    uint8_t hash[HASH_BYTES];
    Prepared *prepared; /* owned */
    Root *root;         /* owned */

    /* Written by the writer. */
    bool unchanged;    /* SEEN: its row is up to date, nothing to read */
    char *moved_from;  /* SEEN: it is this one, which is no longer there */
    bool failed_io;    /* LOOKED: was unreadable, is worth another try */
    unsigned count;    /* GONE, FORGET: files */
    GError *error;     /* this entry was not written */
} LedgerEntry;

LedgerEntry *ledger_entry_new(LedgerKind kind);
void ledger_entry_free(LedgerEntry *entry);

typedef struct Ledger Ledger;

/* On the loop, after the commit, in order; @entry is lent. */
typedef void (*LedgerDone)(LedgerEntry *entry, void *user);
/* The disk is full (@sentence), or has room again (NULL). */
typedef void (*LedgerTrouble)(const char *sentence, void *user);

/* @archive lent. Opens the writer.  Fails  as store_open_writer */
Ledger *ledger_new(Archive *archive, LedgerDone done, LedgerTrouble trouble,
                   void *user, GError **error);
/* Writes what is waiting, then ends. */
void ledger_free(Ledger *ledger);

/* @entry is taken. */
void ledger_put(Ledger *ledger, LedgerEntry *entry);
/* Entries not yet committed, and the memory prepared ones hold. */
unsigned ledger_depth(const Ledger *ledger);
/* Of these, files whose reading is over: LEDGER_READ and LEDGER_VERDICT. */
unsigned ledger_readings(const Ledger *ledger);
size_t ledger_bytes(const Ledger *ledger);
/* A long load is under way, or over; see store_set_bulk. */
void ledger_set_bulk(Ledger *ledger, bool bulk);
