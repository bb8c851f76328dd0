/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * desktop.h - a file handed to the programs of the desktop.
 *
 * By running their small helpers, so that docent itself links no desktop.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* With the program that opens this type.
 * Fails  FAULT_UNSUPPORTED: no xdg-open, no gio; FAULT_IO */
bool desktop_open(const char *path, GError **error);
/* The file manager at its folder, the file selected where that works. */
bool desktop_reveal(const char *path, GError **error);
/* @text on the clipboard.
 * Fails  FAULT_UNSUPPORTED: no helper for this session */
bool desktop_clipboard(const char *text, GError **error);
/*
 * A copy of the file in @folder under its own name, or "name (1)" when that
 * is taken. *ret_path is where, given.
 * Fails  FAULT_NOT_FOUND, FAULT_IO, FAULT_FULL
 */
bool desktop_copy(const char *path, const char *folder, char **ret_path,
                  GError **error);
