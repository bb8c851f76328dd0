/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * params.h - parameters of a request, checked by the protocol's table
 * already.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdint.h>

/* Lent; NULL when it is not there. */
const char *param_text(const json_t *params, const char *name);
int64_t param_int(const json_t *params, const char *name, int64_t fallback);

/*
 * An absolute path as the archive knows it: no "." or "..", and no symbolic
 * link on the way, since folders are watched by what they are. The last part
 * stays, link or not: it is what was asked about. Given; NULL when it is not
 * there.
 *
 * Fails  FAULT_BAD_REQUEST: not absolute
 */
char *param_path(const json_t *params, const char *name, GError **error);
/* A folder: the last part is followed too. */
char *param_folder(const json_t *params, const char *name, GError **error);
