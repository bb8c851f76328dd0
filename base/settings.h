/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.h - one table of keys, read from docent.conf.
 *
 * $XDG_CONFIG_HOME/docent/docent.conf is a GKeyFile: [group] key=value. The
 * table below is all there is to know about a key: `docent config`, the
 * manual page and completion are made from it. Folders watched are not
 * settings: they live in the archive, and `docent watch` changes them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SETTING_BOOL,
    SETTING_INT,  /* with min and max */
    SETTING_SIZE, /* bytes; "200MB", "64MiB" and plain numbers */
    SETTING_TEXT,
    SETTING_LIST, /* separated by ';' */
} SettingKind;

typedef struct {
    const char *key; /* "group.name" */
    SettingKind kind;
    const char *fallback;       /* as it would be written */
    int64_t min, max;           /* of INT and SIZE */
    const char *const *choices; /* of TEXT; NULL-ended, or NULL: any */
    bool live;                  /* a change applies without a restart */
    const char *help;           /* one sentence, translatable */
} Setting;

/* All of them, ended by a NULL key. */
extern const Setting settings_table[];
const Setting *settings_find(const char *key);
/* The key nearest to a mistyped one, or NULL. */
const char *settings_nearest(const char *key);

typedef struct Settings Settings;

/*
 * Read the file; one that is not there means all defaults. An unknown key or
 * a bad value keeps its default and adds a sentence, with the line's key and
 * the nearest known one, to @warnings (GPtrArray of char *, lent, or NULL).
 *
 * Fails  FAULT_IO, FAULT_BAD_REQUEST: not a key file
 */
Settings *settings_load(const char *path, GPtrArray *warnings, GError **error);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/* @key is in the table and of that kind; anything else is a bug. */
bool settings_bool(const Settings *settings, const char *key);
int64_t settings_int(const Settings *settings, const char *key); /* or SIZE */
const char *settings_text(const Settings *settings, const char *key);
const char *const *settings_list(const Settings *settings, const char *key);

/*
 * Check @value (NULL: back to the default) and write it, keeping the file's
 * comments, atomically, 0600.
 *
 * Fails  FAULT_NOT_FOUND: no such key (the message names the nearest)
 *        FAULT_BAD_REQUEST: the value (the message says what it takes)
 */
bool settings_write(const char *path, const char *key, const char *value,
                    GError **error);
/* As it stands in the file or the default, for printing. Given. */
char *settings_show(const Settings *settings, const char *key);

/* Paths by the XDG base directory specification; all given.
 * The runtime path fails (NULL, FAULT_IO) without $XDG_RUNTIME_DIR, unless
 * /run/user/UID is there and ours: a socket in /tmp is nobody's. */
char *settings_config_path(void);           /* …/docent/docent.conf */
char *settings_data_dir(void);              /* $XDG_DATA_HOME/docent */
char *settings_state_dir(void);             /* $XDG_STATE_HOME/docent */
char *settings_cache_dir(void);             /* $XDG_CACHE_HOME/docent */
char *settings_socket_path(GError **error); /* …/docent/socket */
