/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forgotten.h - files the user wants out of the archive, as long as they
 * stay as they are: a scan that meets them again leaves them alone.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "daemon/archive/store.h"

/* Keep in mind every file that is @path or lies below it, as the archive
 * knows them now; to be followed by store_forget_tree. */
bool forgotten_add(Store *store, const char *path, GError **error);

/*
 * *ret_forgotten: @file is one of them, with the size and time of writing it
 * had. One that has changed, or is wanted @again, is one no more.
 */
bool forgotten_check(Store *store, const File *file, bool again,
                     bool *ret_forgotten, GError **error);
