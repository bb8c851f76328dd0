/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sieve.c - filters as two sets of bits, filled by one statement.
 */
#include "config.h"

#include "daemon/archive/sieve.h"

#include <string.h>

#include "daemon/archive/connection.h"
#include "daemon/archive/kind.h"

struct Sieve {
    bool all; /* no filter */
    IdSet files, documents;
};

/* ---- sets ---- */

void
id_set_clear(IdSet *set)
{
    g_clear_pointer(&set->bits, g_free);
    set->size_bytes = 0;
}

bool
id_set_add(IdSet *set, int64_t id)
{
    size_t at = (size_t)id / 8;
    uint8_t bit = (uint8_t)(1u << (id % 8));

    if (at >= set->size_bytes) {
        size_t size = MAX(at + 1, set->size_bytes * 2 + 1024);

        set->bits = g_realloc(set->bits, size);
        memset(set->bits + set->size_bytes, 0, size - set->size_bytes);
        set->size_bytes = size;
    }
    if ((set->bits[at] & bit) != 0)
        return false;
    set->bits[at] |= bit;
    return true;
}

bool
id_set_has(const IdSet *set, int64_t id)
{
    size_t at = (size_t)id / 8;

    return at < set->size_bytes && (set->bits[at] >> (id % 8) & 1) != 0;
}

/* ---- filters ---- */

#define SIEVE_COLUMNS                                                          \
    "SELECT file.id, document, name, CASE WHEN ?4 THEN"                        \
    " (SELECT type FROM document WHERE document.id = file.document) END"
#define SIEVE_WHERE                                                            \
    " arrived_ms >= ?1 AND arrived_ms < ?2 AND (?3 IS NULL OR source = ?3)"

static Statement *
candidates(Store *store, const SieveWish *wish, const char *first,
           const char *end, GError **error)
{
    int64_t before_ms = wish->before_ms != 0 ? wish->before_ms : INT64_MAX;
    int64_t with_type = wish->kind >= 0;

    if (wish->folder != NULL)
        return statement_new(store, error,
                             SIEVE_COLUMNS
                             " FROM folder JOIN file ON file.folder = folder.id"
                             " WHERE (path = ?5 OR (path >= ?6 AND path < ?7))"
                             " AND" SIEVE_WHERE,
                             "iitippp", wish->since_ms, before_ms, wish->source,
                             with_type, wish->folder, first, end);
    return statement_new(store, error,
                         SIEVE_COLUMNS " FROM file WHERE" SIEVE_WHERE, "iiti",
                         wish->since_ms, before_ms, wish->source, with_type);
}

static bool
name_fits(Statement *statement, int kind)
{
    g_autofree char *name = NULL;

    if (kind < 0)
        return true;
    name = statement_text(statement, 2);
    return kind_fits(kind, (const char *)sqlite3_column_text(statement, 3),
                     name);
}

Sieve *
sieve_new(Store *store, const SieveWish *wish, GError **error)
{
    g_autoptr(Sieve) sieve = g_new0(Sieve, 1);
    g_autofree char *first = NULL;
    g_autofree char *end = NULL;
    g_autoptr(Statement) statement = NULL;
    int got;

    sieve->all = wish->folder == NULL && wish->kind < 0 &&
                 wish->source == NULL && wish->since_ms == 0 &&
                 wish->before_ms == 0;
    if (sieve->all)
        return g_steal_pointer(&sieve);
    if (wish->folder != NULL) {
        first = g_strconcat(wish->folder, "/", NULL);
        end = g_strconcat(wish->folder, "0", NULL);
    }
    statement = candidates(store, wish, first, end, error);
    if (statement == NULL)
        return NULL;
    while ((got = statement_step(store, statement, error)) == 1) {
        if (!name_fits(statement, wish->kind))
            continue;
        id_set_add(&sieve->files, sqlite3_column_int64(statement, 0));
        if (sqlite3_column_int64(statement, 1) > 0)
            id_set_add(&sieve->documents, sqlite3_column_int64(statement, 1));
    }
    return got == 0 ? g_steal_pointer(&sieve) : NULL;
}

void
sieve_free(Sieve *sieve)
{
    if (sieve == NULL)
        return;
    id_set_clear(&sieve->files);
    id_set_clear(&sieve->documents);
    g_free(sieve);
}

bool
sieve_file(const Sieve *sieve, int64_t file)
{
    return sieve->all || id_set_has(&sieve->files, file);
}

bool
sieve_document(const Sieve *sieve, int64_t document)
{
    return sieve->all || id_set_has(&sieve->documents, document);
}
