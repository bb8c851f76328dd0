/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * print.h - the one way to the terminal.
 *
 * Whatever came from a file or from docentd passes text_safe_line here;
 * escapes are written by this room only, and only where a person reads.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/settings.h"

typedef enum {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_BAD,
    STYLE_NAME,
} Style;

typedef struct {
    bool terminal; /* stdout is one */
    bool colour, links;
    unsigned columns; /* of the terminal, or 80 */
    char host[256];   /* for OSC 8: a link names its machine */
} Print;

/* By the terminal, $NO_COLOR, $CLICOLOR_FORCE, $TERM and the settings ui.*,
 * @settings may be NULL. */
void print_init(Print *print, const Settings *settings);

/* @text (lent, any bytes; NULL: nothing) in one line, made safe. */
void print_text(const Print *print, Style style, const char *text);
/* The same with its lines kept: for document text. */
void print_lines(const Print *print, const char *text);
/* @shown as a link to the file at @path where that works. */
void print_link(const Print *print, Style style, const char *path,
                const char *shown);
/* @snippet indented and wrapped, with the words of @query in it strong. */
void print_snippet(const Print *print, const char *snippet, const char *query);
/* The whole document on stdout, and a line end. */
void print_json(const Print *print, const json_t *value);

/* A path under the home folder as ~/…, others as they are. Given. */
char *print_home(const char *path);
/* "5 minutes ago", from RFC 3339; @now_us for tests. Given; NULL: unknown. */
char *print_age(const char *time, int64_t now_us);
/* "1 h 20 min" and the like. Given. */
char *print_duration(double seconds);
