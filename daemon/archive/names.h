/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names.h - every file's name and path in memory, searched as typed.
 *
 * Folded (fold.h) into one arena, so that a substring is found anywhere in
 * 200,000 names in a few milliseconds. Safe from any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Names Names;

typedef struct {
    int64_t file;
    double score; /* 0 … 1: how well the name fits */
} NameHit;

Names *names_new(void);
void names_free(Names *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Names, names_free)

/* @path: absolute, any bytes. A file already there is moved. @order: larger
 * is more recent (arrival in ms); breaks ties. */
void names_put(Names *names, int64_t file, const char *path, int64_t order);
void names_drop(Names *names, int64_t file);
void names_clear(Names *names);
unsigned names_count(Names *names);
size_t names_bytes(Names *names); /* memory held */

/*
 * Files whose path holds every term of @words, at least one of them in the
 * name itself; best first, then most recent. @words as typed, valid UTF-8,
 * split at white space and '/'; of NAMES_TERMS_MAX terms the rest is
 * ignored. Score, the mean over the terms: 1 the whole name (with or without
 * its extension), 0.8 its beginning, 0.6 a word's beginning, 0.4 inside, 0.2
 * in the folder only.
 * Returns an array of NameHit, given. *ret_total counts all, beyond @limit.
 */
enum { NAMES_TERMS_MAX = 16 };
GArray *names_find(Names *names, const char *words, unsigned limit,
                   unsigned *ret_total);
