/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command-config.c - the settings, read and written by their table.
 */
#include "config.h"

#include "client/command.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/settings.h"

#define _(text) gettext(text)
#define N_(text) text

static void
warn(GPtrArray *warnings)
{
    for (unsigned i = 0; i < warnings->len; i++)
        (void)fprintf(stderr, "docent: %s\n", (char *)warnings->pdata[i]);
}

static void
put_setting(const Print *print, const Setting *setting,
            const Settings *settings)
{
    g_autofree char *value = settings_show(settings, setting->key);
    bool usual = strcmp(value, setting->fallback) == 0;

    print_text(print, STYLE_NAME, setting->key);
    (void)fputs(" = ", stdout);
    print_text(print, usual ? STYLE_PLAIN : STYLE_STRONG, value);
    if (print->terminal) {
        (void)fputs("\n    ", stdout);
        print_text(print, STYLE_FAINT, _(setting->help));
    }
    (void)putchar('\n');
}

static int
show_all(const Client *client, const Args *args, const Settings *settings)
{
    g_autoptr(json_t) all = json_object();

    for (const Setting *each = settings_table; each->key != NULL; each++) {
        g_autofree char *value = settings_show(settings, each->key);

        (void)json_object_set_new(all, each->key, json_string(value));
        if (!args_has(args, "json"))
            put_setting(&client->print, each, settings);
    }
    if (args_has(args, "json"))
        print_json(&client->print, all);
    return STATUS_FOUND;
}

static int
show_one(const Client *client, const Args *args, const Settings *settings)
{
    const char *key = args->words[0];
    const char *nearest = settings_nearest(key);
    g_autofree char *value = NULL;
    g_autoptr(GError) error = NULL;

    if (settings_find(key) == NULL) {
        if (nearest != NULL)
            fault(&error, FAULT_BAD_REQUEST,
                  _("there is no setting '%s'; did you mean '%s'?"), key,
                  nearest);
        else
            fault(&error, FAULT_BAD_REQUEST, _("there is no setting '%s'"),
                  key);
        return client_fail(error);
    }
    value = settings_show(settings, key);
    if (args_has(args, "json")) {
        g_autoptr(json_t) one = json_pack("{s:s}", key, value);

        print_json(&client->print, one);
    } else {
        print_text(&client->print, STYLE_PLAIN, value);
        (void)putchar('\n');
    }
    return STATUS_FOUND;
}

/* A daemon that runs hears of it; one that does not needs no waking. */
static void
tell_daemon(const char *key)
{
    g_autoptr(Call) call = call_open(false, NULL);
    g_autoptr(json_t) result =
        call != NULL ? call_ask(call, "reload", NULL, NULL, NULL, NULL) : NULL;
    const Setting *setting = settings_find(key);

    if (result != NULL && !setting->live)
        (void)fputs(_("docent: this applies when docentd starts again\n"),
                    stderr);
}

static int
change(const char *path, const char *key, const char *value)
{
    g_autoptr(GError) error = NULL;

    if (!settings_write(path, key, value, &error)) {
        /* An unknown key was asked wrongly, nothing was looked for. */
        if (fault_code(error) == FAULT_NOT_FOUND && settings_find(key) == NULL)
            error->code = FAULT_BAD_REQUEST;
        return client_fail(error);
    }
    tell_daemon(key);
    return STATUS_FOUND;
}

static int
config_run(Client *client, const Args *args)
{
    g_autofree char *path = settings_config_path();
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Settings) settings = NULL;
    g_autoptr(GError) error = NULL;

    if (args_has(args, "path")) {
        print_text(&client->print, STYLE_PLAIN, path);
        (void)putchar('\n');
        return STATUS_FOUND;
    }
    if (args_has(args, "unset") && args->n_words != 1) {
        fault(&error, FAULT_BAD_REQUEST, _("--unset takes one KEY"));
        return client_fail(error);
    }
    if (args->n_words == 2 || args_has(args, "unset"))
        return change(path, args->words[0],
                      args->n_words == 2 ? args->words[1] : NULL);
    settings = settings_load(path, warnings, &error);
    if (settings == NULL)
        return client_fail(error);
    warn(warnings);
    if (args->n_words == 1)
        return show_one(client, args, settings);
    return show_all(client, args, settings);
}

static const Option config_options[] = {
    {"unset", 'u', NULL, N_("back to the default")},
    {"path", 0, NULL, N_("where the file is")},
    {"json", 0, NULL, N_("one JSON document")},
    {NULL},
};

const Command command_config = {
    .name = "config",
    .arguments = N_("[KEY [VALUE]]"),
    .summary = N_("show or change the settings"),
    .examples = "docent config\n"
                "docent config index.max_file_size 500MB\n"
                "docent config --unset index.max_file_size\n",
    .options = config_options,
    .words_max = 2,
    .run = config_run,
};
