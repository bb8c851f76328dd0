/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * params.c - what a method was asked, as C values.
 */
#include "config.h"

#include "daemon/desk/params.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/protocol.h"

const char *
param_text(const json_t *params, const char *name)
{
    return json_string_value(json_object_get(params, name));
}

int64_t
param_int(const json_t *params, const char *name, int64_t fallback)
{
    const json_t *value = json_object_get(params, name);

    return value != NULL ? json_integer_value(value) : fallback;
}

char *
param_path(const json_t *params, const char *name, GError **error)
{
    g_autofree char *raw = protocol_get_path(params, name);
    g_autofree char *clean = NULL, *folder = NULL, *base = NULL;
    g_autofree char *real = NULL;

    if (raw == NULL)
        return NULL;
    if (!g_path_is_absolute(raw)) {
        fault(error, FAULT_BAD_REQUEST, "'%s' is no absolute path", name);
        return NULL;
    }
    clean = g_canonicalize_filename(raw, "/");
    folder = g_path_get_dirname(clean);
    base = g_path_get_basename(clean);
    real = realpath(folder, NULL);
    if (real == NULL || strcmp(clean, "/") == 0)
        return g_steal_pointer(&clean);
    return g_build_filename(real, base, NULL);
}

char *
param_folder(const json_t *params, const char *name, GError **error)
{
    g_autofree char *path = param_path(params, name, error);
    char *real = path != NULL ? realpath(path, NULL) : NULL;

    return real != NULL ? real : g_steal_pointer(&path);
}
