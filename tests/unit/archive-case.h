/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * archive-case.h - an archive in a folder of its own, for one test.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"

typedef struct {
    char *folder, *path;
    Archive *archive;
    Store *writer, *reader;
} ArchiveCase;

/* For g_test_add with ArchiveCase as fixture. */
void archive_case_set_up(ArchiveCase *at, gconstpointer data);
/* Checks the archive whole, unless it was closed. */
void archive_case_tear_down(ArchiveCase *at, gconstpointer data);

void archive_case_close(ArchiveCase *at);
void archive_case_open(ArchiveCase *at);

/* @text cut at each blank line into passages; page n is the nth passage. */
Extract *case_extract(const char *text);
/* A file with this text, all in one transaction. Copies of a text share a
 * document. Returns the document. */
int64_t case_put(ArchiveCase *at, const char *path, const char *text,
                 int64_t arrived_ms);
/* The same for an extract made elsewhere, which is taken. */
int64_t case_put_extract(ArchiveCase *at, const char *path, Extract *extract,
                         int64_t arrived_ms);
/* How many documents the full-text index gives for @expression. */
unsigned case_count(ArchiveCase *at, const char *expression);
/* check_archive, with its message when it fails. */
void case_check(ArchiveCase *at);
