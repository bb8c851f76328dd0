/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * last.c - the last list shown, kept in the state folder.
 */
#include "config.h"

#include "client/last.h"

#include <libintl.h>
#include <string.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/settings.h"
#include "base/text.h"
#include "base/wire.h"

#define _(text) gettext(text)

enum {
    ROW_DIGITS_MAX = 4, /* more digits are the name of a file */
};

static char *
list_path(void)
{
    g_autofree char *folder = settings_state_dir();

    return g_build_filename(folder, "last-list.json", NULL);
}

void
last_save(const json_t *results)
{
    g_autofree char *folder = settings_state_dir();
    g_autofree char *path = list_path();
    g_autofree char *text = NULL;
    g_autoptr(json_t) rows = json_array();
    json_t *result;
    size_t i;

    json_array_foreach((json_t *)results, i, result)
    {
        g_autofree char *each = protocol_get_path(result, "path");
        json_t *row = json_object();

        if (each != NULL)
            protocol_put_path(row, "path", each);
        (void)json_array_append_new(rows, row);
    }
    if (g_mkdir_with_parents(folder, 0700) < 0)
        return;
    text = json_dumps(rows, JSON_COMPACT);
    (void)g_file_set_contents_full(path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static json_t *
load(void)
{
    g_autofree char *path = list_path();
    g_autofree char *text = NULL;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, NULL))
        return NULL;
    return wire_parse(text, size, NULL);
}

static char *
row_path(const char *word, GError **error)
{
    g_autoptr(json_t) rows = load();
    guint64 row = g_ascii_strtoull(word, NULL, 10);
    size_t n = json_array_size(rows);
    char *path = NULL;

    if (row >= 1 && row <= n)
        path = protocol_get_path(json_array_get(rows, row - 1), "path");
    if (path != NULL)
        return path;
    if (n == 0)
        fault(error, FAULT_NOT_FOUND,
              _("there is no list yet: try `docent recent` first, or write "
                "'./%s' for a file of that name"),
              word);
    else
        fault(error, FAULT_NOT_FOUND,
              _("the last list has %zu rows, and no row %s"), n, word);
    return NULL;
}

char *
last_resolve(const char *word, GError **error)
{
    size_t digits = strspn(word, "0123456789");
    g_autoptr(GError) inner = NULL;
    g_autofree char *path = NULL;

    if (digits > 0 && digits <= ROW_DIGITS_MAX && word[digits] == '\0')
        return row_path(word, error);
    if (word[0] == '\0') {
        fault(error, FAULT_BAD_REQUEST, _("a path is empty"));
        return NULL;
    }
    if (!g_str_has_prefix(word, "file://"))
        return g_canonicalize_filename(word, NULL);
    path = g_filename_from_uri(word, NULL, &inner);
    if (path == NULL)
        fault(error, FAULT_BAD_REQUEST, "%s", inner->message);
    return g_steal_pointer(&path);
}
