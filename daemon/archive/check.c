/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c - the promises the tables make to each other, tested.
 */
#include "config.h"

#include "daemon/archive/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "daemon/archive/connection.h"

/* Each finds the ids of rows that break a promise. */
static const struct {
    const char *sql;
    const char *what, *says; /* with the number between them */
} promises[] = {
    {"SELECT id FROM file WHERE document <> 0 AND document NOT IN"
     " (SELECT id FROM document) LIMIT 1",
     "file", "is of a document that is not there"},
    {"SELECT id FROM document WHERE id NOT IN (SELECT document FROM file)"
     " LIMIT 1",
     "document", "is no file's"},
    {"SELECT id FROM file WHERE folder NOT IN (SELECT id FROM folder) LIMIT 1",
     "file", "is in a folder that is not there"},
    {"SELECT id FROM folder WHERE id NOT IN (SELECT folder FROM file) LIMIT 1",
     "folder", "holds no file"},
    {"SELECT id >> 20 FROM text WHERE id >> 20 NOT IN"
     " (SELECT id FROM document) LIMIT 1",
     "text of document", "was left behind"},
    {"SELECT id FROM document WHERE text_bytes > 0 AND NOT EXISTS (SELECT 1"
     " FROM text WHERE text.id = document.id << 20) LIMIT 1",
     "document", "has lost its text"},
};

static bool
check_pages(Store *writer, GError **error)
{
    g_autoptr(Statement) statement =
        statement_new(writer, error, "PRAGMA quick_check(1)", "");
    g_autofree char *says = NULL;

    if (statement == NULL || statement_step(writer, statement, error) != 1)
        return false;
    says = statement_text(statement, 0);
    if (g_strcmp0(says, "ok") != 0)
        return fault(error, FAULT_STORE, "the database is damaged: %s", says);
    return true;
}

/* Reads all text again and compares: with rank 0 FTS5 would look at its own
 * structure alone. */
static bool
check_words(Store *writer, GError **error)
{
    if (!statement_run(writer, error,
                       "INSERT INTO words(words, rank)"
                       " VALUES('integrity-check', 1)",
                       ""))
        return fault_prefix(error, "the full-text index is damaged");
    return true;
}

bool
check_archive(Store *writer, GError **error)
{
    if (!check_pages(writer, error))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(promises); i++) {
        int64_t bad;

        if (!statement_number(writer, &bad, 0, error, promises[i].sql, ""))
            return false;
        if (bad != 0)
            return fault(error, FAULT_STORE, "%s %" PRId64 " %s",
                         promises[i].what, bad, promises[i].says);
    }
    return check_words(writer, error);
}

bool
check_rebuild(Store *writer, GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;

    return transaction_begin(&work, writer, error) &&
           statement_run(writer, error,
                         "INSERT INTO words(words) VALUES('rebuild')", "") &&
           transaction_commit(&work, error);
}

/* What belongs to @path with @suffix goes along; it need not be there. */
static bool
rename_with(const char *path, const char *aside, const char *suffix,
            GError **error)
{
    g_autofree char *from = g_strconcat(path, suffix, NULL);
    g_autofree char *to = g_strconcat(aside, suffix, NULL);

    if (rename(from, to) < 0 && (errno != ENOENT || *suffix == '\0'))
        return fault_errno(error, "rename '%s'", from);
    return true;
}

char *
check_set_aside(const char *path, GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *stamp = g_date_time_format(now, "%Y%m%dT%H%M%SZ");
    g_autofree char *aside = g_strdup_printf("%s.damaged-%s", path, stamp);

    /* A second one within the same second must not replace the first. */
    for (unsigned i = 2; access(aside, F_OK) == 0; i++) {
        g_free(aside);
        aside = g_strdup_printf("%s.damaged-%s-%u", path, stamp, i);
    }
    /* The log first: beside a new database it would be taken for its own. */
    if (!rename_with(path, aside, "-wal", error) ||
        !rename_with(path, aside, "-shm", error) ||
        !rename_with(path, aside, "", error))
        return NULL;
    return g_steal_pointer(&aside);
}
