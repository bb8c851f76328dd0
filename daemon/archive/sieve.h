/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sieve.h - which files a search may show: its filters, worked out once and
 * then asked for each row.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"

typedef struct {
    const char *folder;          /* below it, or NULL */
    int kind;                    /* of kind.h, or -1 */
    const char *source;          /* or NULL */
    int64_t since_ms, before_ms; /* 0: unbounded */
} SieveWish;

typedef struct Sieve Sieve;

/* Reads the files that pass; with no filter nothing, and all pass.
 * Fails  FAULT_STORE, FAULT_CANCELLED */
Sieve *sieve_new(Store *store, const SieveWish *wish, GError **error);
void sieve_free(Sieve *sieve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sieve, sieve_free)

bool sieve_file(const Sieve *sieve, int64_t file);
/* True when a file with this content passes. */
bool sieve_document(const Sieve *sieve, int64_t document);

/* A set of ids, a bit each. */
typedef struct {
    uint8_t *bits;
    size_t size_bytes;
} IdSet;
void id_set_clear(IdSet *set);
/* False when it was there already. */
bool id_set_add(IdSet *set, int64_t id);
bool id_set_has(const IdSet *set, int64_t id);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(IdSet, id_set_clear)
