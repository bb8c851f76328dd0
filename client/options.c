/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * options.c - a command's options as a table.
 */
#include "config.h"

#include "client/options.h"

#include <getopt.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

#define _(text) gettext(text)
#define N_(text) text

enum {
    HELP_VALUE = 1000, /* beyond any letter and any row */
    ROW_VALUE = 2000,
};

static const Option help_option = {"help", 'h', NULL, N_("this text")};

static int
find_row(const Option *options, const char *name)
{
    for (int i = 0; options[i].name != NULL; i++)
        if (strcmp(options[i].name, name) == 0)
            return i;
    g_assert_not_reached();
}

static int
row_of_letter(const Option *options, int letter)
{
    for (int i = 0; options[i].name != NULL; i++)
        if (options[i].letter == letter)
            return i;
    g_assert_not_reached();
}

static bool
refuse_unknown(const Option *options, const char *word, GError **error)
{
    g_autofree char *name = g_strdup(word + strspn(word, "-"));
    g_autofree char *shown = text_safe_line(word);
    const char *best = NULL;
    unsigned best_distance;

    name[strcspn(name, "=")] = '\0';
    best_distance = (unsigned)strlen(name) / 2 + 1;
    for (; options->name != NULL; options++) {
        unsigned distance = text_distance(options->name, name);

        if (distance < best_distance) {
            best = options->name;
            best_distance = distance;
        }
    }
    if (best != NULL)
        return fault(error, FAULT_BAD_REQUEST,
                     _("there is no option '%s'; did you mean '--%s'?"), shown,
                     best);
    return fault(error, FAULT_BAD_REQUEST, _("there is no option '%s'"), shown);
}

/* The tables getopt_long wants, made from ours. */
static void
make_getopt(const Option *options, struct option *longs, GString *letters)
{
    int n = 0;

    g_string_append(letters, ":h");
    for (; options[n].name != NULL; n++) {
        g_assert(n < OPTIONS_MAX);
        longs[n] = (struct option){options[n].name,
                                   options[n].value != NULL ? required_argument
                                                            : no_argument,
                                   NULL, ROW_VALUE + n};
        if (options[n].letter == 0)
            continue;
        g_string_append_c(letters, options[n].letter);
        if (options[n].value != NULL)
            g_string_append_c(letters, ':');
    }
    longs[n++] = (struct option){"help", no_argument, NULL, HELP_VALUE};
    longs[n] = (struct option){NULL, 0, NULL, 0};
}

bool
options_parse(const Option *options, int argc, char **argv, Args *ret,
              bool *ret_help, GError **error)
{
    struct option longs[OPTIONS_MAX + 2];
    g_autoptr(GString) letters = g_string_new(NULL);
    Args args = {.options = options};
    int found;

    make_getopt(options, longs, letters);
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    *ret_help = false;
    while ((found = getopt_long(argc, argv, letters->str, longs, NULL)) != -1) {
        int row;

        if (found == HELP_VALUE || found == 'h') {
            *ret_help = true;
            return true;
        }
        if (found == '?' && optopt != 0 && optopt < ROW_VALUE) {
            const char word[] = {'-', (char)optopt, '\0'};

            return refuse_unknown(options, word, error);
        }
        if (found == '?')
            return refuse_unknown(options, argv[optind - 1], error);
        if (found == ':')
            return fault(error, FAULT_BAD_REQUEST, _("'%s' needs a value"),
                         argv[optind - 1]);
        row = found >= ROW_VALUE ? found - ROW_VALUE
                                 : row_of_letter(options, found);
        args.values[row] = optarg != NULL ? optarg : "";
    }
    args.words = argv + optind;
    args.n_words = argc - optind;
    *ret = args;
    return true;
}

bool
args_has(const Args *args, const char *name)
{
    return args->values[find_row(args->options, name)] != NULL;
}

const char *
args_value(const Args *args, const char *name)
{
    return args->values[find_row(args->options, name)];
}

bool
args_int(const Args *args, const char *name, int64_t min, int64_t max,
         int64_t *ret, GError **error)
{
    const char *text = args_value(args, name);
    g_autofree char *shown = NULL;

    if (text == NULL || g_ascii_string_to_signed(text, 10, min, max, ret, NULL))
        return true;
    shown = text_safe_line(text);
    return fault(error, FAULT_BAD_REQUEST,
                 _("'--%s' takes a whole number from %" G_GINT64_FORMAT
                   " to %" G_GINT64_FORMAT ", not '%s'"),
                 name, min, max, shown);
}

char *
args_joined(const Args *args)
{
    GString *joined = g_string_new(NULL);

    for (int i = 0; i < args->n_words; i++) {
        if (i > 0)
            g_string_append_c(joined, ' ');
        g_string_append(joined, args->words[i]);
    }
    return g_string_free(joined, FALSE);
}

/* "-n, --limit N" */
static char *
option_words(const Option *option)
{
    g_autofree char *letter = option->letter != 0
                                  ? g_strdup_printf("-%c, ", option->letter)
                                  : g_strdup("    ");

    return g_strconcat(letter, "--", option->name,
                       option->value != NULL ? " " : "",
                       option->value != NULL ? option->value : "", NULL);
}

static void
print_row(const Option *option, unsigned cells)
{
    g_autofree char *words = option_words(option);
    unsigned used = text_cells(words);

    (void)printf("  %s%*s  %s\n", words, (int)(cells - MIN(used, cells)), "",
                 _(option->help));
}

void
options_print(const Option *options)
{
    unsigned cells = 0;

    for (const Option *each = options; each->name != NULL; each++) {
        g_autofree char *words = option_words(each);

        cells = MAX(cells, text_cells(words));
    }
    cells = MAX(cells, (unsigned)strlen("-h, --help"));
    for (const Option *each = options; each->name != NULL; each++)
        print_row(each, cells);
    print_row(&help_option, cells);
}
