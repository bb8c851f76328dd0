/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * options.h - a command's options as a table: parsed, and told by --help.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *name;  /* "limit" for --limit; NULL ends a table */
    char letter;       /* 'n' for -n; 0: none */
    const char *value; /* "N" as --help shows it; NULL: a flag */
    const char *help;  /* translatable */
} Option;

enum { OPTIONS_MAX = 24 }; /* rows of one table */

typedef struct {
    const Option *options;
    const char *values[OPTIONS_MAX]; /* one a row; NULL: not given */
    char **words;                    /* what is left, lent */
    int n_words;
} Args;

/*
 * argv[0] is the command's name. --help and -h are in every table.
 * Fails  FAULT_BAD_REQUEST: no such option (with the nearest), no value
 */
bool options_parse(const Option *options, int argc, char **argv, Args *ret,
                   bool *ret_help, GError **error);

/* A row that is not in the table is a bug. */
bool args_has(const Args *args, const char *name);
const char *args_value(const Args *args, const char *name);
/* *ret is untouched when the option was not given.
 * Fails  FAULT_BAD_REQUEST: no whole number in the range */
bool args_int(const Args *args, const char *name, int64_t min, int64_t max,
              int64_t *ret, GError **error);
/* The words with a blank between. Given. */
char *args_joined(const Args *args);

/* A line an option, aligned, on stdout. */
void options_print(const Option *options);
