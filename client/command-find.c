/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command-find.c - find and recent: a ranked list, for people or programs.
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

enum {
    LIMIT_MAX = 5000,
    OFFSET_MAX = 1000000,
};

/* ---- a row ---- */

static const char *
text_of(const json_t *row, const char *name)
{
    return json_string_value(json_object_get(row, name));
}

static void
put_fact(const Print *print, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    print_text(print, STYLE_FAINT, " · ");
    print_text(print, STYLE_FAINT, text);
}

static void
put_where(const Print *print, const json_t *row, const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *home = print_home(folder);
    g_autofree char *shown = text_from_path(home);
    const char *member = text_of(row, "member");

    print_text(print, STYLE_FAINT, " — ");
    print_text(print, STYLE_FAINT, shown);
    if (member != NULL) {
        print_text(print, STYLE_FAINT, " › ");
        print_text(print, STYLE_FAINT, member);
    }
}

static void
put_copies(const Print *print, const json_t *row)
{
    json_int_t copies = json_integer_value(json_object_get(row, "copies"));
    g_autofree char *shown = NULL;

    if (copies < 2)
        return;
    shown = g_strdup_printf(
        ngettext("%lu copy", "%lu copies", (unsigned long)copies),
        (unsigned long)copies);
    put_fact(print, shown);
}

static void
put_page(const Print *print, const json_t *row)
{
    json_int_t page = json_integer_value(json_object_get(row, "page"));
    g_autofree char *shown = NULL;

    if (page < 1)
        return;
    shown = g_strdup_printf(_("page %d"), (int)page);
    put_fact(print, shown);
}

/* A file that cannot be searched by content says so. */
static void
put_state(const Print *print, const json_t *row)
{
    const char *state = text_of(row, "state");

    if (g_strcmp0(state, "waiting") == 0)
        put_fact(print, _("not read yet"));
    else if (g_strcmp0(state, "failed") == 0)
        put_fact(print, _("could not be read: name only"));
}

static void
put_row(const Print *print, const json_t *row, const char *query,
        int64_t now_us)
{
    g_autofree char *path = protocol_get_path(row, "path");
    g_autofree char *age = print_age(text_of(row, "arrived"), now_us);
    g_autofree char *size =
        text_size((uint64_t)json_integer_value(json_object_get(row, "size")));
    const char *snippet = text_of(row, "snippet");
    json_int_t rank = json_integer_value(json_object_get(row, "rank"));

    if (path == NULL)
        return;
    (void)printf("%2d. ", (int)rank);
    print_link(print, STYLE_NAME, path, text_of(row, "name"));
    put_where(print, row, path);
    put_fact(print, age);
    put_fact(print, size);
    put_fact(print, text_of(row, "source"));
    put_copies(print, row);
    put_page(print, row);
    put_fact(print, text_of(row, "heading"));
    put_state(print, row);
    (void)putchar('\n');
    if (snippet != NULL && snippet[0] != '\0')
        print_snippet(print, snippet, query);
}

/* ---- the list ---- */

static void
put_unknown(const Print *print, const json_t *result)
{
    const json_t *unknown = json_object_get(result, "unknown");
    json_t *word;
    size_t i;

    if (json_array_size(unknown) == 0)
        return;
    print_text(print, STYLE_FAINT, _("Nowhere in your files: "));
    json_array_foreach((json_t *)unknown, i, word)
    {
        if (i > 0)
            print_text(print, STYLE_FAINT, ", ");
        print_text(print, STYLE_STRONG, json_string_value(word));
    }
    (void)putchar('\n');
}

static void
put_total(const Print *print, const json_t *result, size_t shown)
{
    json_int_t total = json_integer_value(json_object_get(result, "total"));
    g_autofree char *text = NULL;

    if (total <= (json_int_t)shown)
        return;
    text = g_strdup_printf(
        _("%zu of %" JSON_INTEGER_FORMAT "; --limit shows more"), shown, total);
    print_text(print, STYLE_FAINT, text);
    (void)putchar('\n');
}

static void
put_list(const Print *print, const json_t *result)
{
    const json_t *rows = json_object_get(result, "results");
    const json_t *understood = json_object_get(result, "understood");
    const char *query = text_of(result, "query");
    int64_t now_us = g_get_real_time();
    json_t *row;
    size_t i;

    put_unknown(print, result);
    if (json_array_size(rows) == 0) {
        if (print->terminal)
            (void)puts(_("Nothing found."));
        return;
    }
    if (json_is_true(json_object_get(understood, "any"))) {
        print_text(print, STYLE_FAINT,
                   _("No file has all the words; these have some."));
        (void)putchar('\n');
    }
    json_array_foreach((json_t *)rows, i, row)
        put_row(print, row, query, now_us);
    if (print->terminal)
        put_total(print, result, json_array_size(rows));
}

/* Exact bytes, for xargs and the like: nothing is made safe here. */
static void
put_paths(const json_t *rows, char end)
{
    json_t *row;
    size_t i;

    json_array_foreach((json_t *)rows, i, row)
    {
        g_autofree char *path = protocol_get_path(row, "path");

        if (path != NULL) {
            (void)fputs(path, stdout);
            (void)putchar(end);
        }
    }
}

/* Lines are for reading, unless a program reads them. */
static void
put_path_lines(const Print *print, const json_t *rows)
{
    json_t *row;
    size_t i;

    if (!print->terminal) {
        put_paths(rows, '\n');
        return;
    }
    json_array_foreach((json_t *)rows, i, row)
    {
        g_autofree char *path = protocol_get_path(row, "path");

        print_link(print, STYLE_PLAIN, path, path);
        (void)putchar('\n');
    }
}

static int
show(Client *client, const Args *args, const char *method, json_t *params)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = client_ask(client, method, params, &error);
    const json_t *rows;

    if (result == NULL)
        return client_fail(error);
    rows = json_object_get(result, "results");
    last_save(rows);
    if (args_has(args, "json"))
        print_json(&client->print, result);
    else if (args_has(args, "print0"))
        put_paths(rows, '\0');
    else if (args_has(args, "paths"))
        put_path_lines(&client->print, rows);
    else
        put_list(&client->print, result);
    return json_array_size(rows) > 0 ? STATUS_FOUND : STATUS_NONE;
}

/* ---- parameters ---- */

static void
put_value(json_t *params, const Args *args, const char *option,
          const char *name)
{
    const char *value = args_value(args, option);

    if (value != NULL)
        (void)json_object_set_new(params, name, json_string(value));
}

static bool
put_number(json_t *params, const Args *args, const char *name, int64_t min,
           int64_t max, GError **error)
{
    int64_t number = -1;

    if (!args_int(args, name, min, max, &number, error))
        return false;
    if (number >= 0)
        (void)json_object_set_new(params, name, json_integer(number));
    return true;
}

static void
put_folder(json_t *params, const Args *args)
{
    const char *folder = args_value(args, "in");
    g_autofree char *path = NULL;

    if (folder == NULL)
        return;
    path = g_canonicalize_filename(folder, NULL);
    protocol_put_path(params, "folder", path);
}

static bool
has_filter(const Args *args)
{
    static const char *const filters[] = {"in",    "kind",   "from",
                                          "since", "before", "sort"};

    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
        if (args_has(args, filters[i]))
            return true;
    return false;
}

static int
find_run(Client *client, const Args *args)
{
    g_autofree char *words = args_joined(args);
    g_autofree char *valid = text_from_path(words);
    g_autoptr(json_t) params = json_object();
    g_autoptr(GError) error = NULL;

    if (words[0] == '\0' && !has_filter(args)) {
        fault(&error, FAULT_BAD_REQUEST,
              _("what is to be found? Write some words, or a filter such as "
                "--kind pdf --since 7d"));
        return client_fail(error);
    }
    (void)json_object_set_new(params, "words", json_string(valid));
    put_folder(params, args);
    put_value(params, args, "kind", "kind");
    put_value(params, args, "from", "source");
    put_value(params, args, "since", "since");
    put_value(params, args, "before", "before");
    put_value(params, args, "sort", "sort");
    if (args_has(args, "name"))
        (void)json_object_set_new(params, "names_only", json_true());
    if (!put_number(params, args, "limit", 1, LIMIT_MAX, &error) ||
        !put_number(params, args, "offset", 0, OFFSET_MAX, &error))
        return client_fail(error);
    return show(client, args, "find", g_steal_pointer(&params));
}

static int
recent_run(Client *client, const Args *args)
{
    g_autoptr(json_t) params = json_object();
    g_autoptr(GError) error = NULL;
    int64_t limit = 0;

    if (args->n_words == 1 &&
        !g_ascii_string_to_signed(args->words[0], 10, 1, LIMIT_MAX, &limit,
                                  NULL)) {
        g_autofree char *shown = text_safe_line(args->words[0]);

        fault(&error, FAULT_BAD_REQUEST,
              _("'%s' is no number from 1 to %d: how many files?"), shown,
              LIMIT_MAX);
        return client_fail(error);
    }
    if (limit > 0)
        (void)json_object_set_new(params, "limit", json_integer(limit));
    if (!put_number(params, args, "limit", 1, LIMIT_MAX, &error))
        return client_fail(error);
    put_folder(params, args);
    return show(client, args, "recent", g_steal_pointer(&params));
}

/* ---- the rows ---- */

static const Option find_options[] = {
    {"kind", 'k', "KIND", N_("pdf, text, image, spreadsheet, archive, …")},
    {"from", 'f', "APP", N_("where it came from: browser, wechat, …")},
    {"since", 's', "WHEN", N_("arrived since 2026-11-24, 45m, 2h, 7d, 4w")},
    {"before", 'b', "WHEN", N_("arrived before that")},
    {"name", 'N', NULL, N_("look at names only")},
    {"sort", 'o', "ORDER", N_("best, recent or largest first")},
    {"offset", 0, "N", N_("leave out the first N")},
    {"in", 'd', "DIR", N_("only below this folder")},
    {"limit", 'n', "N", N_("how many rows (20)")},
    {"json", 0, NULL, N_("one JSON document")},
    {"print0", '0', NULL, N_("paths alone, each ended by a NUL")},
    {"paths", 'l', NULL, N_("paths alone, one a line")},
    {NULL},
};

static const Option recent_options[] = {
    {"in", 'd', "DIR", N_("only below this folder")},
    {"limit", 'n', "N", N_("how many rows (20)")},
    {"json", 0, NULL, N_("one JSON document")},
    {"print0", '0', NULL, N_("paths alone, each ended by a NUL")},
    {"paths", 'l', NULL, N_("paths alone, one a line")},
    {NULL},
};

const Command command_find = {
    .name = "find",
    .arguments = N_("WORDS…"),
    .summary = N_("search names and contents"),
    .examples = "docent find rent contract\n"
                "docent find 合同 --kind pdf --since 7d\n"
                "docent find invoice --in ~/Downloads -0 | xargs -0 ls -l\n",
    .options = find_options,
    .words_max = -1,
    .run = find_run,
};

const Command command_recent = {
    .name = "recent",
    .arguments = N_("[N]"),
    .summary = N_("what landed last, and where it came from"),
    .examples = "docent recent\n"
                "docent recent 5 && docent open 1\n",
    .options = recent_options,
    .words_max = 1,
    .run = recent_run,
};
