/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command-file.c - what is done with one file: read, why, open, reveal, copy.
 */
#include "config.h"

#include "client/command.h"

#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/text.h"
#include "client/desktop.h"
#include "client/last.h"

#define _(text) gettext(text)
#define N_(text) text

enum {
    PAGE_MAX = 1000000,
    READ_PIECE_BYTES = 1024 * 1024, /* of text in one answer */
};

static const char *
text_of(const json_t *row, const char *name)
{
    return json_string_value(json_object_get(row, name));
}

static int64_t
int_of(const json_t *row, const char *name)
{
    return json_integer_value(json_object_get(row, name));
}

/* {path} of the file that @word means. */
static json_t *
path_params(const char *word, GError **error)
{
    g_autofree char *path = last_resolve(word, error);
    json_t *params;

    if (path == NULL)
        return NULL;
    params = json_object();
    protocol_put_path(params, "path", path);
    return params;
}

/* ---- read ---- */

/* A page begins with its number, where a person reads. */
static void
put_passages(const Print *print, const json_t *result, int64_t *page)
{
    const json_t *passages = json_object_get(result, "passages");
    json_t *passage;
    size_t i;

    json_array_foreach((json_t *)passages, i, passage)
    {
        int64_t its_page = int_of(passage, "page");

        if (its_page != *page && print->terminal) {
            g_autofree char *mark =
                g_strdup_printf(_("── page %d ──"), (int)its_page);

            print_text(print, STYLE_FAINT, mark);
            (void)putchar('\n');
        }
        *page = its_page;
        print_lines(print, text_of(passage, "text"));
    }
}

/* Piece after piece, until there is no next. */
static int
read_all(Client *client, const json_t *params, int64_t page)
{
    int64_t shown_page = 0, next = 0;
    bool any = false;

    do {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) result = NULL;
        json_t *piece = json_copy((json_t *)params);

        if (page > 0)
            (void)json_object_set_new(piece, "page", json_integer(page));
        (void)json_object_set_new(piece, "limit",
                                  json_integer(READ_PIECE_BYTES));
        (void)json_object_set_new(piece, "start", json_integer(next));
        result = client_ask(client, "read", piece, &error);
        if (result == NULL)
            return client_fail(error);
        put_passages(&client->print, result, &shown_page);
        any = any || json_array_size(json_object_get(result, "passages")) > 0;
        /* A next that does not go on would never end. */
        next = int_of(result, "next") > next ? int_of(result, "next") : 0;
    } while (next > 0);
    if (any)
        (void)putchar('\n');
    return any ? STATUS_FOUND : STATUS_NONE;
}

static int
read_run(Client *client, const Args *args)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) params = path_params(args->words[0], &error);
    g_autoptr(json_t) result = NULL;
    int64_t page = 0, start = -1, limit = 0;

    if (params == NULL || !args_int(args, "page", 1, PAGE_MAX, &page, &error) ||
        !args_int(args, "start", 0, G_MAXUINT32, &start, &error) ||
        !args_int(args, "limit", 1, READ_PIECE_BYTES, &limit, &error))
        return client_fail(error);
    if (!args_has(args, "json") && start < 0 && limit == 0)
        return read_all(client, params, page);
    if (page > 0)
        (void)json_object_set_new(params, "page", json_integer(page));
    if (start >= 0)
        (void)json_object_set_new(params, "start", json_integer(start));
    if (limit > 0)
        (void)json_object_set_new(params, "limit", json_integer(limit));
    result = client_ask(client, "read", g_steal_pointer(&params), &error);
    if (result == NULL)
        return client_fail(error);
    if (args_has(args, "json"))
        print_json(&client->print, result);
    else
        print_lines(&client->print, text_of(result, "text"));
    return STATUS_FOUND;
}

/* ---- why ---- */

static void
put_line(const Print *print, const char *label, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    (void)fputs("  ", stdout);
    print_text(print, STYLE_FAINT, label);
    (void)fputs(": ", stdout);
    print_text(print, STYLE_PLAIN, value);
    (void)putchar('\n');
}

static void
put_figure(const Print *print, const char *label, int64_t value)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);

    if (value > 0)
        put_line(print, label, text);
}

/* What each state means, in a sentence. */
static const char *
state_words(const char *state)
{
    static const struct {
        const char *state, *words;
    } rows[] = {
        {"indexed", N_("searched: name and all of its content")},
        {"partial", N_("searched, but not all of its content")},
        {"waiting", N_("found by name; its content is not read yet")},
        {"failed", N_("found by name; its content could not be read")},
        {"excluded", N_("not searched")},
        {"away", N_("kept, but its folder is not there now")},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_strcmp0(rows[i].state, state) == 0)
            return _(rows[i].words);
    return state;
}

static bool
is_searched(const char *state)
{
    return g_strcmp0(state, "indexed") == 0 || g_strcmp0(state, "partial") == 0;
}

static void
put_why(const Print *print, const json_t *result)
{
    g_autofree char *path = protocol_get_path(result, "path");
    g_autofree char *age =
        print_age(text_of(result, "arrived"), g_get_real_time());
    g_autofree char *size = text_size((uint64_t)int_of(result, "size"));
    const char *state = text_of(result, "state");

    print_link(print, STYLE_NAME, path, path);
    (void)fputs(": ", stdout);
    print_text(print, is_searched(state) ? STYLE_GOOD : STYLE_BAD,
               state_words(state));
    (void)putchar('\n');
    put_line(print, _("reason"), text_of(result, "reason"));
    put_line(print, _("type"), text_of(result, "type"));
    put_line(print, _("title"), text_of(result, "title"));
    put_line(print, _("author"), text_of(result, "author"));
    put_line(print, _("language"), text_of(result, "language"));
    put_line(print, _("character set"), text_of(result, "charset"));
    put_figure(print, _("pages"), int_of(result, "pages"));
    put_figure(print, _("passages"), int_of(result, "passages"));
    if (int_of(result, "size") > 0)
        put_line(print, _("size"), size);
    put_line(print, _("arrived"), age);
    put_line(print, _("from"), text_of(result, "source"));
    put_line(print, _("origin"), text_of(result, "origin"));
    if (int_of(result, "copies") > 1)
        put_figure(print, _("copies"), int_of(result, "copies"));
}

static int
why_run(Client *client, const Args *args)
{
    g_autoptr(GError) error = NULL;
    json_t *params = path_params(args->words[0], &error);
    g_autoptr(json_t) result =
        params != NULL ? client_ask(client, "why", params, &error) : NULL;

    if (result == NULL)
        return client_fail(error);
    if (args_has(args, "json"))
        print_json(&client->print, result);
    else
        put_why(&client->print, result);
    return is_searched(text_of(result, "state")) ? STATUS_FOUND : STATUS_NONE;
}

/* ---- open, reveal ---- */

/* So that what is used comes sooner; a daemon that is away only forgets. */
static void
tell_opened(Client *client, const char *path)
{
    g_autoptr(json_t) result = NULL;
    json_t *params = json_object();

    protocol_put_path(params, "path", path);
    result = client_ask(client, "opened", params, NULL);
}

static int
open_run(Client *client, const Args *args)
{
    for (int i = 0; i < args->n_words; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = last_resolve(args->words[i], &error);

        if (path == NULL || !desktop_open(path, &error))
            return client_fail(error);
        tell_opened(client, path);
    }
    return STATUS_FOUND;
}

static int
reveal_run(Client *client, const Args *args)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = last_resolve(args->words[0], &error);

    if (path == NULL || !desktop_reveal(path, &error))
        return client_fail(error);
    return STATUS_FOUND;
}

/* ---- copy ---- */

/* "copy 2 3 DIR": the last word is a folder that is there, and no row. */
static bool
has_destination(const Args *args)
{
    const char *last = args->words[args->n_words - 1];

    return args->n_words > 1 && last[strspn(last, "0123456789")] != '\0' &&
           g_file_test(last, G_FILE_TEST_IS_DIR);
}

static int
copy_to_folder(const Print *print, const Args *args)
{
    const char *folder = args->words[args->n_words - 1];

    for (int i = 0; i < args->n_words - 1; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *path = last_resolve(args->words[i], &error);
        g_autofree char *made = NULL;

        if (path == NULL || !desktop_copy(path, folder, &made, &error))
            return client_fail(error);
        print_text(print, STYLE_PLAIN, made);
        (void)putchar('\n');
    }
    return STATUS_FOUND;
}

static int
copy_run(Client *client, const Args *args)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GError) error = NULL;

    if (has_destination(args))
        return copy_to_folder(&client->print, args);
    for (int i = 0; i < args->n_words; i++) {
        g_autofree char *path = last_resolve(args->words[i], &error);

        if (path == NULL)
            return client_fail(error);
        if (i > 0)
            g_string_append_c(list, '\n');
        g_string_append(list, path);
    }
    if (!desktop_clipboard(list->str, &error))
        return client_fail(error);
    (void)printf(ngettext("%d path is on the clipboard.\n",
                          "%d paths are on the clipboard.\n",
                          (unsigned long)args->n_words),
                 args->n_words);
    return STATUS_FOUND;
}

/* ---- the rows ---- */

static const Option no_options[] = {{NULL}};

static const Option read_options[] = {
    {"page", 'p', "P", N_("only this page, sheet or slide")},
    {"json", 0, NULL, N_("one JSON document, a piece of the text at a time")},
    {"start", 0, "N", N_("begin at this byte of the text")},
    {"limit", 'n', "N", N_("about so many bytes of text")},
    {NULL},
};

static const Option why_options[] = {
    {"json", 0, NULL, N_("one JSON document")},
    {NULL},
};

const Command command_read = {
    .name = "read",
    .arguments = N_("N|FILE"),
    .summary = N_("the text of a file, as it was indexed"),
    .examples = "docent read 1 --page 3\n"
                "docent read report.pdf | less\n",
    .options = read_options,
    .words_min = 1,
    .words_max = 1,
    .run = read_run,
};

const Command command_why = {
    .name = "why",
    .arguments = N_("N|FILE"),
    .summary = N_("is a file searched, and why not"),
    .examples = "docent why ~/Downloads/scan.pdf\n",
    .options = why_options,
    .words_min = 1,
    .words_max = 1,
    .run = why_run,
};

const Command command_open = {
    .name = "open",
    .arguments = N_("N|FILE…"),
    .summary = N_("open a row of the last list, or a file"),
    .examples = "docent find rent contract && docent open 1\n",
    .options = no_options,
    .words_min = 1,
    .words_max = -1,
    .run = open_run,
};

const Command command_reveal = {
    .name = "reveal",
    .arguments = N_("N|FILE"),
    .summary = N_("show it in the file manager"),
    .examples = "docent reveal 2\n",
    .options = no_options,
    .words_min = 1,
    .words_max = 1,
    .run = reveal_run,
};

const Command command_copy = {
    .name = "copy",
    .arguments = N_("N|FILE… [DIR]"),
    .summary = N_("copy its path to the clipboard, or the file to DIR"),
    .examples = "docent copy 1\n"
                "docent copy 1 3 ~/Desktop\n",
    .options = no_options,
    .words_min = 1,
    .words_max = -1,
    .run = copy_run,
};
