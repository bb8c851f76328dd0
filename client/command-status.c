/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command-status.c - how much is indexed, what is left, what went wrong.
 */
#include "config.h"

#include "client/command.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/text.h"

#define _(text) gettext(text)
#define N_(text) text

enum {
    WAIT_STEP_MS = 150,  /* a bar that moves */
    WAIT_LINE_MS = 2000, /* plain lines, in a log */
    BAR_CELLS = 30,
    FAILED_MAX = 10000,
    FAILED_SHOWN = 100,
};

static int64_t
int_of(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

static const char *
text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static bool
is_idle(const json_t *status)
{
    return json_is_true(json_object_get(status, "idle"));
}

/* "1 234 files" is left to the locale: printf's ' groups by it. */
static char *
count(const char *format, int64_t n)
{
    return g_strdup_printf(format, (long)n);
}

static void
put_line(const Print *print, Style style, const char *text)
{
    print_text(print, style, text);
    (void)putchar('\n');
}

/* ---- waiting ---- */

/* "12 of 340 files · 85 a second · 4 s left" */
static char *
progress_words(const json_t *status)
{
    int64_t waiting = int_of(status, "waiting");
    int64_t done = int_of(status, "done");
    double rate = json_number_value(json_object_get(status, "rate"));
    const json_t *eta = json_object_get(status, "eta_s");
    GString *words = g_string_new(NULL);

    if (waiting == 0 && json_is_true(json_object_get(status, "scanning")))
        g_string_append(words, _("comparing folders with the index"));
    else
        g_string_append_printf(words, _("%ld of %ld files"), (long)done,
                               (long)(done + waiting));
    if (rate > 0)
        g_string_append_printf(words, _(" · %.0f a second"), rate);
    if (eta != NULL && waiting > 0) {
        g_autofree char *left = print_duration(json_number_value(eta));

        g_string_append_printf(words, _(" · %s left"), left);
    }
    return g_string_free(words, FALSE);
}

static void
draw_bar(const json_t *status)
{
    int64_t waiting = int_of(status, "waiting");
    int64_t done = int_of(status, "done");
    int64_t all = MAX(done + waiting, 1);
    int full = (int)(done * BAR_CELLS / all);
    g_autofree char *words = progress_words(status);
    g_autoptr(GString) bar = g_string_new(NULL);

    for (int i = 0; i < BAR_CELLS; i++)
        g_string_append(bar, i < full ? "█" : "░");
    (void)fprintf(stderr, "\r\033[K%s %s", bar->str, words);
    (void)fflush(stderr);
}

static void
end_bar(void)
{
    (void)fputs("\r\033[K", stderr);
}

/* A disk that is full or the like would be waited on for ever. */
static bool
is_stuck(const json_t *status)
{
    const char *trouble = text_of(status, "trouble");

    return trouble != NULL && trouble[0] != '\0';
}

/* The first status that is idle; NULL and @error. */
static json_t *
wait_until_idle(Client *client, const json_t *params, GError **error)
{
    bool bar = isatty(STDERR_FILENO);
    int64_t line_us = g_get_monotonic_time();
    json_t *status;

    for (;;) {
        status =
            client_ask(client, "status", json_copy((json_t *)params), error);
        if (status == NULL || is_idle(status) || is_stuck(status))
            break;
        if (bar) {
            draw_bar(status);
        } else if (g_get_monotonic_time() >= line_us) {
            g_autofree char *words = progress_words(status);

            (void)fprintf(stderr, "%s\n", words);
            line_us = g_get_monotonic_time() + WAIT_LINE_MS * (int64_t)1000;
        }
        json_decref(status);
        g_usleep(WAIT_STEP_MS * 1000);
    }
    if (bar)
        end_bar();
    return status;
}

/* ---- for people ---- */

static void
put_counts(const Print *print, const json_t *status)
{
    const json_t *states = json_object_get(status, "states");
    int64_t files = int_of(status, "files"), n;
    g_autofree char *text = text_size((uint64_t)int_of(status, "text_bytes"));
    g_autofree char *disk =
        text_size((uint64_t)int_of(status, "database_bytes"));
    g_autofree char *all =
        count(ngettext("%'ld file", "%'ld files", (unsigned long)files), files);

    print_text(print, STYLE_STRONG, all);
    n = int_of(states, "indexed");
    if (n > 0) {
        g_autofree char *words = count(_(", %'ld read in full"), n);

        print_text(print, STYLE_PLAIN, words);
    }
    n = int_of(states, "partial");
    if (n > 0) {
        g_autofree char *words = count(_(", %'ld in part"), n);

        print_text(print, STYLE_PLAIN, words);
    }
    n = int_of(states, "excluded");
    if (n > 0) {
        g_autofree char *words = count(_(", %'ld by name alone"), n);

        print_text(print, STYLE_PLAIN, words);
    }
    n = int_of(states, "failed");
    if (n > 0) {
        g_autofree char *words = count(_(", %'ld could not be read"), n);

        print_text(print, STYLE_BAD, words);
    }
    (void)printf(_(" · %s of text, %s on disk\n"), text, disk);
}

static void
put_work(const Print *print, const json_t *status)
{
    g_autofree char *words = NULL;

    if (is_idle(status)) {
        put_line(print, STYLE_GOOD, _("Nothing is left to read."));
        return;
    }
    words = progress_words(status);
    print_text(print, STYLE_PLAIN, _("Reading: "));
    put_line(print, STYLE_PLAIN, words);
}

static void
put_roots(const Print *print, const json_t *status)
{
    const json_t *roots = json_object_get(status, "roots");
    json_t *root;
    size_t i;

    if (json_array_size(roots) == 0) {
        put_line(print, STYLE_BAD,
                 _("No folder is watched: try `docent watch add DIR`."));
        return;
    }
    print_text(print, STYLE_PLAIN, _("Watching "));
    json_array_foreach((json_t *)roots, i, root)
    {
        g_autofree char *path = protocol_get_path(root, "path");
        g_autofree char *home = print_home(path != NULL ? path : "");
        g_autofree char *shown = text_from_path(home);

        print_text(print, STYLE_PLAIN, i > 0 ? ", " : "");
        print_link(print, STYLE_PLAIN, path, shown);
        if (json_is_true(json_object_get(root, "away")))
            print_text(print, STYLE_BAD, _(" (away)"));
    }
    (void)putchar('\n');
}

static void
put_polled(const Print *print, const json_t *status)
{
    int64_t polled = int_of(status, "polled");
    g_autofree char *words = NULL;

    if (polled == 0)
        return;
    words = count(ngettext("%'ld folder has no watch of the kernel and is "
                           "looked at now and then; `docent doctor` tells how "
                           "to raise the limit.",
                           "%'ld folders have no watch of the kernel and are "
                           "looked at now and then; `docent doctor` tells how "
                           "to raise the limit.",
                           (unsigned long)polled),
                  polled);
    put_line(print, STYLE_BAD, words);
}

static void
put_failed(const Print *print, const json_t *status)
{
    const json_t *failed = json_object_get(status, "failed");
    json_t *row;
    size_t i;

    json_array_foreach((json_t *)failed, i, row)
    {
        g_autofree char *path = protocol_get_path(row, "path");

        print_link(print, STYLE_NAME, path, path);
        (void)fputs(": ", stdout);
        print_text(print, STYLE_PLAIN, text_of(row, "reason"));
        (void)putchar('\n');
    }
    if (json_array_size(failed) == 0 && print->terminal)
        put_line(print, STYLE_GOOD, _("No file failed."));
}

static void
put_status(const Print *print, const json_t *status)
{
    put_counts(print, status);
    put_work(print, status);
    put_roots(print, status);
    put_polled(print, status);
    if (is_stuck(status))
        put_line(print, STYLE_BAD, text_of(status, "trouble"));
    print_text(print, STYLE_FAINT, _("Documents are read in: "));
    put_line(print, STYLE_FAINT, text_of(status, "sandbox"));
}

/* ---- status ---- */

static int
status_run(Client *client, const Args *args)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) params = json_object();
    g_autoptr(json_t) status = NULL;
    int64_t limit = FAILED_SHOWN;

    if (!args_int(args, "limit", 1, FAILED_MAX, &limit, &error))
        return client_fail(error);
    if (args_has(args, "failed")) {
        (void)json_object_set_new(params, "failed", json_true());
        (void)json_object_set_new(params, "limit", json_integer(limit));
    }
    if (args_has(args, "wait"))
        status = wait_until_idle(client, params, &error);
    else
        status = client_ask(client, "status", json_incref(params), &error);
    if (status == NULL)
        return client_fail(error);
    if (args_has(args, "json"))
        print_json(&client->print, status);
    else if (args_has(args, "failed"))
        put_failed(&client->print, status);
    else
        put_status(&client->print, status);
    return args_has(args, "wait") && !is_idle(status) ? STATUS_TROUBLE
                                                      : STATUS_FOUND;
}

int
status_overview(Client *client)
{
    const Print *print = &client->print;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) status = client_ask(client, "status", NULL, &error);

    if (status == NULL)
        return client_fail(error);
    put_roots(print, status);
    put_counts(print, status);
    put_work(print, status);
    if (is_stuck(status))
        put_line(print, STYLE_BAD, text_of(status, "trouble"));
    (void)putchar('\n');
    (void)puts(_("Try:\n"
                 "  docent recent         what landed last\n"
                 "  docent find WORDS     names and contents, ranked\n"
                 "  docent help           all commands"));
    return STATUS_FOUND;
}

static const Option status_options[] = {
    {"wait", 'w', NULL, N_("until all is read, with a progress bar")},
    {"failed", 'f', NULL, N_("the files that could not be read, and why")},
    {"limit", 'n', "N", N_("with --failed: at most N (100)")},
    {"json", 0, NULL, N_("one JSON document")},
    {NULL},
};

const Command command_status = {
    .name = "status",
    .arguments = "",
    .summary = N_("how much is indexed, and what is left to do"),
    .examples = "docent status --wait\n"
                "docent status --failed\n",
    .options = status_options,
    .run = status_run,
};
