/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command-doctor.c - what holds on this machine, tried rather than believed.
 */
#include "config.h"

#include "client/command.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/settings.h"

#define _(text) gettext(text)
#define N_(text) text

#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/libexec/docent"
#endif

typedef struct {
    const Print *print;
    json_t *rows; /* {name, verdict, words} */
    bool sound;
} Report;

typedef enum { VERDICT_GOOD, VERDICT_NOTE, VERDICT_BAD } Verdict;

static void
report(Report *all, Verdict verdict, const char *name, const char *words)
{
    static const struct {
        const char *word;
        const char *mark;
        Style style;
    } verdicts[] = {
        [VERDICT_GOOD] = {"good", "✓", STYLE_GOOD},
        [VERDICT_NOTE] = {"note", "·", STYLE_STRONG},
        [VERDICT_BAD] = {"bad", "✗", STYLE_BAD},
    };

    all->sound = all->sound && verdict != VERDICT_BAD;
    (void)json_array_append_new(
        all->rows, json_pack("{s:s, s:s, s:s*}", "name", name, "verdict",
                             verdicts[verdict].word, "words", words));
    if (all->print == NULL)
        return;
    print_text(all->print, verdicts[verdict].style, verdicts[verdict].mark);
    (void)putchar(' ');
    print_text(all->print, STYLE_STRONG, name);
    (void)fputs(": ", stdout);
    print_text(all->print, STYLE_PLAIN, words);
    (void)putchar('\n');
    (void)fflush(stdout);
}

static int64_t
int_of(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

/* ---- the settings ---- */

static void
look_at_settings(Report *all)
{
    g_autofree char *path = settings_config_path();
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = settings_load(path, warnings, &error);

    if (settings == NULL)
        report(all, VERDICT_BAD, _("settings"), error->message);
    for (unsigned i = 0; i < warnings->len; i++)
        report(all, VERDICT_BAD, _("settings"), warnings->pdata[i]);
    if (settings != NULL && warnings->len == 0)
        report(all, VERDICT_GOOD, _("settings"), path);
}

/* ---- the daemon ---- */

static void
look_at_roots(Report *all, const json_t *status)
{
    const json_t *roots = json_object_get(status, "roots");
    json_t *root;
    size_t i;

    if (json_array_size(roots) == 0)
        report(all, VERDICT_BAD, _("folders"),
               _("none is watched: docent watch add DIR"));
    json_array_foreach((json_t *)roots, i, root)
    {
        g_autofree char *path = protocol_get_path(root, "path");

        if (json_is_true(json_object_get(root, "away"))) {
            g_autofree char *words =
                g_strdup_printf(_("%s is away; its files are kept"), path);

            report(all, VERDICT_NOTE, _("folder"), words);
        } else {
            report(all, VERDICT_GOOD, _("folder"), path);
        }
    }
}

static void
look_at_watches(Report *all, const json_t *status)
{
    int64_t polled = int_of(status, "polled");
    int64_t watches = int_of(status, "watches");
    g_autofree char *words = NULL;

    if (polled == 0) {
        words =
            g_strdup_printf(ngettext("%ld folder, seen the moment it changes",
                                     "%ld folders, seen the moment they change",
                                     (unsigned long)watches),
                            (long)watches);
        report(all, VERDICT_GOOD, _("watches"), words);
        return;
    }
    words = g_strdup_printf(
        _("%ld of %ld folders are only looked at now and then. To watch them "
          "all: echo fs.inotify.max_user_watches=524288 | sudo tee "
          "/etc/sysctl.d/50-docent.conf && sudo sysctl --system"),
        (long)polled, (long)(polled + watches));
    report(all, VERDICT_NOTE, _("watches"), words);
}

static void
look_at_status(Report *all, const json_t *status)
{
    const char *sandbox = json_string_value(json_object_get(status, "sandbox"));
    const char *trouble = json_string_value(json_object_get(status, "trouble"));
    const json_t *states = json_object_get(status, "states");

    look_at_roots(all, status);
    look_at_watches(all, status);
    if (sandbox != NULL)
        report(all,
               g_str_has_prefix(sandbox, "full") ? VERDICT_GOOD : VERDICT_BAD,
               _("sandbox"), sandbox);
    if (trouble != NULL && trouble[0] != '\0')
        report(all, VERDICT_BAD, _("trouble"), trouble);
    if (int_of(states, "failed") > 0) {
        g_autofree char *words =
            g_strdup_printf(_("%ld could not be read: docent status --failed"),
                            (long)int_of(states, "failed"));

        report(all, VERDICT_NOTE, _("files"), words);
    }
}

static void
look_at_daemon(Report *all, Client *client)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) status = client_ask(client, "status", NULL, &error);
    g_autoptr(json_t) tried = NULL;
    g_autofree char *words = NULL;
    const char *network;

    if (status == NULL) {
        report(all, VERDICT_BAD, "docentd", error->message);
        return;
    }
    words =
        g_strdup_printf(_("%s, process %d"),
                        json_string_value(json_object_get(status, "version")),
                        (int)int_of(status, "pid"));
    report(all, VERDICT_GOOD, "docentd", words);
    look_at_status(all, status);
    tried = client_ask(client, "doctor", NULL, &error);
    network = json_string_value(json_object_get(tried, "network"));
    if (network == NULL)
        network = error != NULL ? error->message : "";
    report(all,
           g_str_has_prefix(network, "refused") ? VERDICT_GOOD : VERDICT_BAD,
           _("network of docentd"), network);
}

/* ---- the sandbox, tried ---- */

static char *
find_indexer(void)
{
    const char *set = getenv("DOCENT_INDEXER");
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
    g_autofree char *beside =
        folder != NULL ? g_build_filename(folder, "docent-indexer", NULL)
                       : NULL;

    if (set != NULL)
        return g_strdup(set);
    if (beside != NULL && access(beside, X_OK) == 0)
        return g_steal_pointer(&beside);
    return g_strdup(LIBEXECDIR "/docent-indexer");
}

/* A line of docent-indexer --escape: "held  open-home  openat: …"; false
 * when it is none. */
static bool
take_attempt(Report *all, const char *line)
{
    static const struct {
        const char *word;
        Verdict verdict;
    } verdicts[] = {
        {"held", VERDICT_GOOD},
        {"UNCLEAR", VERDICT_NOTE}, /* could not be tried here */
        {"ESCAPED", VERDICT_BAD},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++) {
        g_autofree char *rest = NULL, *name = NULL;
        size_t word = strlen(verdicts[i].word), gap, end;

        if (strncmp(line, verdicts[i].word, word) != 0)
            continue;
        gap = word + strspn(line + word, " ");
        end = gap + strcspn(line + gap, " ");
        rest = g_strdup_printf("%s %s", verdicts[i].word,
                               line + end + strspn(line + end, " "));
        name = g_strdup_printf(_("escape %.*s"), (int)(end - gap), line + gap);
        report(all, verdicts[i].verdict, name, rest);
        return true;
    }
    return false;
}

static void
try_escapes(Report *all)
{
    g_autofree char *indexer = find_indexer();
    const char *const words[] = {indexer, "--escape", NULL};
    g_autofree char *out = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(GError) error = NULL;
    unsigned attempts = 0;
    int status = 0;

    if (!g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &out, NULL, &status, &error)) {
        report(all, VERDICT_BAD, _("escapes"), error->message);
        return;
    }
    lines = g_strsplit(out, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        attempts += take_attempt(all, *line);
    if (!g_spawn_check_wait_status(status, &error))
        report(all, VERDICT_BAD, _("escapes"), error->message);
    else if (attempts == 0)
        report(all, VERDICT_BAD, _("escapes"), _("none was tried"));
}

static int
doctor_run(Client *client, const Args *args)
{
    g_autoptr(json_t) rows = json_array();
    Report all = {args_has(args, "json") ? NULL : &client->print, rows, true};

    look_at_settings(&all);
    look_at_daemon(&all, client);
    try_escapes(&all);
    if (args_has(args, "json")) {
        g_autoptr(json_t) result =
            json_pack("{s:b, s:O}", "sound", (int)all.sound, "checks", rows);

        print_json(&client->print, result);
    }
    return all.sound ? STATUS_FOUND : STATUS_TROUBLE;
}

static const Option doctor_options[] = {
    {"json", 0, NULL, N_("one JSON document")},
    {NULL},
};

const Command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = N_("try what must hold on this machine, and tell each verdict"),
    .examples = "docent doctor\n",
    .options = doctor_options,
    .run = doctor_run,
};
