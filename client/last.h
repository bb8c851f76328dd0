/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * last.h - the last list shown, so that `docent open 2` knows its row 2.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* @results as find answers them. Best effort: a list that cannot be kept
 * costs a row number, nothing else. */
void last_save(const json_t *results);

/*
 * The absolute path a person means: a row of the last list ("2"), a file://
 * URI, or a path from the current folder ("./2" is a file). Given.
 *
 * Fails  FAULT_NOT_FOUND: there is no such row; FAULT_BAD_REQUEST
 */
char *last_resolve(const char *word, GError **error);
