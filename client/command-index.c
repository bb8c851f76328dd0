/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command-index.c - what is watched and kept: watch, sources, reindex,
 * forget.
 */
#include "config.h"

#include "client/command.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/text.h"
#include "client/last.h"

#define _(text) gettext(text)
#define N_(text) text

/* ---- watch ---- */

static void
put_root(const Print *print, const json_t *root)
{
    g_autofree char *path = protocol_get_path(root, "path");
    g_autofree char *home = path != NULL ? print_home(path) : NULL;
    g_autofree char *shown = home != NULL ? text_from_path(home) : NULL;
    json_int_t files = json_integer_value(json_object_get(root, "files"));

    if (path == NULL)
        return;
    print_link(print, STYLE_NAME, path, shown);
    if (files > 0) {
        g_autofree char *count = g_strdup_printf(
            ngettext("%lu file", "%lu files", (unsigned long)files),
            (unsigned long)files);

        print_text(print, STYLE_FAINT, " · ");
        print_text(print, STYLE_FAINT, count);
    }
    if (json_is_true(json_object_get(root, "private")))
        print_text(print, STYLE_FAINT, _(" · private"));
    if (json_is_true(json_object_get(root, "found")))
        print_text(print, STYLE_FAINT, _(" · found by docent"));
    if (json_is_true(json_object_get(root, "away")))
        print_text(print, STYLE_BAD, _(" · away: nothing of it is dropped"));
    (void)putchar('\n');
}

static int
watch_list(Client *client, const Args *args)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = client_ask(client, "watch.list", NULL, &error);
    const json_t *roots;
    json_t *root;
    size_t i;

    if (result == NULL)
        return client_fail(error);
    roots = json_object_get(result, "roots");
    if (args_has(args, "json")) {
        print_json(&client->print, result);
    } else {
        json_array_foreach((json_t *)roots, i, root)
            put_root(&client->print, root);
        if (json_array_size(roots) == 0 && client->print.terminal)
            (void)puts(_("No folder is watched: try `docent watch add DIR`."));
    }
    return json_array_size(roots) > 0 ? STATUS_FOUND : STATUS_NONE;
}

static int
watch_change(Client *client, const Args *args, const char *method)
{
    bool private = args_has(args, "private");

    for (int i = 1; i < args->n_words; i++) {
        g_autofree char *path = g_canonicalize_filename(args->words[i], NULL);
        json_t *params = json_object();
        int status;

        protocol_put_path(params, "path", path);
        if (private && strcmp(method, "watch.add") == 0)
            (void)json_object_set_new(params, "private", json_true());
        status = client_do(client, method, params);
        if (status != STATUS_FOUND)
            return status;
    }
    if (client->print.terminal && strcmp(method, "watch.add") == 0)
        (void)puts(_("Reading begins; `docent status --wait` shows how far "
                     "it is."));
    return STATUS_FOUND;
}

static int
watch_run(Client *client, const Args *args)
{
    const char *verb = args->n_words > 0 ? args->words[0] : "list";
    g_autofree char *shown = text_safe_line(verb);
    g_autoptr(GError) error = NULL;

    if (strcmp(verb, "list") == 0 && args->n_words <= 1)
        return watch_list(client, args);
    if (strcmp(verb, "add") == 0 && args->n_words > 1)
        return watch_change(client, args, "watch.add");
    if (strcmp(verb, "remove") == 0 && args->n_words > 1)
        return watch_change(client, args, "watch.remove");
    if (strcmp(verb, "add") == 0 || strcmp(verb, "remove") == 0)
        fault(&error, FAULT_BAD_REQUEST, _("'watch %s' needs a folder"), verb);
    else
        fault(&error, FAULT_BAD_REQUEST,
              _("'watch' takes list, add DIR or remove DIR, not '%s'"), shown);
    return client_fail(error);
}

/* ---- sources ---- */

static int
sources_run(Client *client, const Args *args)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = client_ask(client, "sources", NULL, &error);
    const json_t *sources;
    json_t *source;
    size_t i;

    if (result == NULL)
        return client_fail(error);
    sources = json_object_get(result, "sources");
    if (args_has(args, "json")) {
        print_json(&client->print, result);
        return STATUS_FOUND;
    }
    json_array_foreach((json_t *)sources, i, source)
    {
        const Print *print = &client->print;
        g_autofree char *path = protocol_get_path(source, "path");
        g_autofree char *home = print_home(path != NULL ? path : "");
        g_autofree char *shown = text_from_path(home);

        print_text(print, STYLE_STRONG,
                   json_string_value(json_object_get(source, "label")));
        print_text(print, STYLE_FAINT, " (");
        print_text(print, STYLE_FAINT,
                   json_string_value(json_object_get(source, "name")));
        print_text(print, STYLE_FAINT, "): ");
        print_link(print, STYLE_PLAIN, path, shown);
        (void)putchar('\n');
    }
    return json_array_size(sources) > 0 ? STATUS_FOUND : STATUS_NONE;
}

/* ---- reindex, forget ---- */

static int
each_path(Client *client, const Args *args, const char *method)
{
    for (int i = 0; i < args->n_words; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = last_resolve(args->words[i], &error);
        json_t *params;
        int status;

        if (path == NULL)
            return client_fail(error);
        params = json_object();
        protocol_put_path(params, "path", path);
        status = client_do(client, method, params);
        if (status != STATUS_FOUND)
            return status;
    }
    return STATUS_FOUND;
}

static int
reindex_run(Client *client, const Args *args)
{
    if (args->n_words == 0)
        return client_do(client, "reindex", NULL);
    return each_path(client, args, "reindex");
}

static int
forget_run(Client *client, const Args *args)
{
    return each_path(client, args, "forget");
}

/* ---- the rows ---- */

static const Option no_options[] = {{NULL}};

static const Option watch_options[] = {
    {"private", 0, NULL, N_("with add: found, but never sent to a model")},
    {"json", 0, NULL, N_("with list: one JSON document")},
    {NULL},
};

static const Option sources_options[] = {
    {"json", 0, NULL, N_("one JSON document")},
    {NULL},
};

const Command command_watch = {
    .name = "watch",
    .arguments = N_("[list] | add DIR… | remove DIR…"),
    .summary = N_("the folders that are watched"),
    .examples = "docent watch\n"
                "docent watch add ~/Papers\n"
                "docent watch add ~/Health --private\n",
    .options = watch_options,
    .words_max = -1,
    .run = watch_run,
};

const Command command_sources = {
    .name = "sources",
    .arguments = "",
    .summary = N_("apps whose files docent knows, on this machine"),
    .examples = "docent sources\n",
    .options = sources_options,
    .run = sources_run,
};

const Command command_reindex = {
    .name = "reindex",
    .arguments = N_("[N|PATH…]"),
    .summary = N_("read files, folders or everything again"),
    .examples = "docent reindex ~/Downloads/scan.pdf\n",
    .options = no_options,
    .words_max = -1,
    .run = reindex_run,
};

const Command command_forget = {
    .name = "forget",
    .arguments = N_("N|PATH…"),
    .summary = N_("drop files from the index until they change"),
    .examples = "docent forget ~/Downloads/diary.txt\n",
    .options = no_options,
    .words_min = 1,
    .words_max = -1,
    .run = forget_run,
};
