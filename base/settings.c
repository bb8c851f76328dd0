/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * settings.c - one table of keys, and the file that changes some of them.
 *
 * A bad line costs that line, never the daemon: its key keeps the default,
 * and a sentence says so.
 */
#include "config.h"

#include "base/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"

/* Marks a text to be translated where it is shown. */
#define N_(text) text

enum {
    FILE_BYTES_MAX = 1024 * 1024,
    KILO = 1000,
    MEGA = 1000 * KILO,
    GIGA = 1000 * MEGA,
};
#define TERA (KILO * (int64_t)GIGA)

typedef struct {
    int64_t number; /* of BOOL, INT and SIZE */
    char *text;
    char **list;
} Value;

struct Settings {
    GKeyFile *file;
    Value *values; /* one a row of the table */
};

static const char *const when_choices[] = {"auto", "always", "never", NULL};

const Setting settings_table[] = {
    {"watch.discover", SETTING_BOOL, "true", .live = false,
     .help = N_("At first start, watch the folders where apps put files.")},
    {"watch.exclude", SETTING_LIST, "", .live = true,
     .help = N_("Globs of names, or with a '/' of paths, that are left out.")},
    {"watch.hidden", SETTING_BOOL, "false", .live = true,
     .help = N_("Look at names that begin with a dot too.")},
    {"watch.cross_devices", SETTING_BOOL, "false", .live = true,
     .help = N_("Follow folders onto other file systems.")},
    {"index.max_file_size", SETTING_SIZE, "200MB", KILO, TERA, .live = true,
     .help = N_("Larger files are found by name alone.")},
    {"index.max_text_size", SETTING_SIZE, "64MB", KILO, GIGA, .live = true,
     .help = N_("Text of one document that is kept; the rest is cut.")},
    {"index.memory_limit", SETTING_SIZE, "512MB", 64 * MEGA, 64 * (int64_t)GIGA,
     .live = true, .help = N_("Memory that reading one document may take.")},
    {"index.cpu_limit_s", SETTING_INT, "30", 1, 3600, .live = true,
     .help = N_("Seconds of CPU that reading one document may take.")},
    {"index.deadline_s", SETTING_INT, "30", 1, 3600, .live = true,
     .help = N_("Seconds after which reading one document is given up.")},
    {"index.workers", SETTING_INT, "0", 0, 64, .live = true,
     .help = N_("Documents read at a time; 0: one a processor core.")},
    {"index.pause_on_battery", SETTING_BOOL, "true", .live = true,
     .help = N_("Leave a backlog until there is mains power.")},
    {"ui.colour", SETTING_TEXT, "auto", .choices = when_choices, .live = true,
     .help = N_("Colours of docent on a terminal.")},
    {"ui.hyperlinks", SETTING_TEXT, "auto", .choices = when_choices,
     .live = true, .help = N_("File names that can be clicked.")},
    {NULL},
};

/* ---- the table ---- */

const Setting *
settings_find(const char *key)
{
    for (const Setting *each = settings_table; each->key != NULL; each++)
        if (strcmp(each->key, key) == 0)
            return each;
    return NULL;
}

const char *
settings_nearest(const char *key)
{
    const char *best = NULL;
    unsigned best_distance = (unsigned)strlen(key) / 2 + 1;

    for (const Setting *each = settings_table; each->key != NULL; each++) {
        const char *name = strchr(each->key, '.') + 1;
        /* "workers" means index.workers as well as "index.worker" does. */
        unsigned distance =
            MIN(text_distance(each->key, key), text_distance(name, key));

        if (distance < best_distance) {
            best = each->key;
            best_distance = distance;
        }
    }
    return best;
}

static Value *
value_of(const Settings *settings, const char *key, SettingKind kind)
{
    const Setting *setting = settings_find(key);

    g_assert(setting != NULL);
    g_assert(setting->kind == kind ||
             (kind == SETTING_INT && setting->kind == SETTING_SIZE));
    return &settings->values[setting - settings_table];
}

/* ---- values ---- */

static bool
parse_bool(const char *text, Value *ret)
{
    static const char *const yes[] = {"true", "yes", "on", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "0", NULL};
    g_autofree char *lower = g_ascii_strdown(text, -1);

    ret->number = g_strv_contains(yes, lower);
    return ret->number || g_strv_contains(no, lower);
}

/* What a unit multiplies by; 0: there is no such unit. */
static int64_t
unit_bytes(const char *unit)
{
    static const char letters[] = "kmgt";
    const char *at;
    int64_t base = KILO, bytes = 1;

    if (*unit == '\0' || g_ascii_strcasecmp(unit, "b") == 0)
        return 1;
    at = strchr(letters, g_ascii_tolower(*unit));
    if (at == NULL)
        return 0;
    if (g_ascii_strcasecmp(unit + 1, "ib") == 0)
        base = 1024;
    else if (unit[1] != '\0' && g_ascii_strcasecmp(unit + 1, "b") != 0)
        return 0;
    for (ptrdiff_t i = 0; i <= at - letters; i++)
        bytes *= base;
    return bytes;
}

static bool
parse_number(const Setting *setting, const char *text, Value *ret)
{
    char *end;
    int64_t number, unit = 1;

    errno = 0;
    number = g_ascii_strtoll(text, &end, 10);
    if (end == text || errno != 0 || number < 0)
        return false;
    while (*end == ' ')
        end++;
    if (setting->kind == SETTING_SIZE)
        unit = unit_bytes(end);
    else if (*end != '\0')
        return false;
    if (unit == 0 || number > G_MAXINT64 / unit)
        return false;
    ret->number = number * unit;
    return ret->number >= setting->min && ret->number <= setting->max;
}

/* What @setting takes, for the sentence that refuses another. */
static char *
takes(const Setting *setting)
{
    g_autofree char *least = NULL, *most = NULL, *all = NULL;

    switch (setting->kind) {
    case SETTING_BOOL:
        return g_strdup("true or false");
    case SETTING_INT:
        return g_strdup_printf("a whole number from %" G_GINT64_FORMAT
                               " to %" G_GINT64_FORMAT,
                               setting->min, setting->max);
    case SETTING_SIZE:
        least = text_size((uint64_t)setting->min);
        most = text_size((uint64_t)setting->max);
        return g_strdup_printf("a size such as 200MB or 64MiB, from %s to %s",
                               least, most);
    case SETTING_TEXT:
        if (setting->choices == NULL)
            return g_strdup("a line of text");
        all = g_strjoinv(", ", (char **)setting->choices);
        return g_strdup_printf("one of: %s", all);
    case SETTING_LIST:
        return g_strdup("texts separated by ';'");
    }
    g_assert_not_reached();
}

static bool
parse_strings(const Setting *setting, GKeyFile *file, const char *group,
              const char *name, Value *ret)
{
    if (setting->kind == SETTING_LIST) {
        ret->list = g_key_file_get_string_list(file, group, name, NULL, NULL);
        return ret->list != NULL;
    }
    ret->text = g_key_file_get_string(file, group, name, NULL);
    return ret->text != NULL && (setting->choices == NULL ||
                                 g_strv_contains(setting->choices, ret->text));
}

static void
value_clear(Value *value)
{
    g_free(value->text);
    g_strfreev(value->list);
    *value = (Value){0};
}

/* The key as @file has it; *ret is cleared on failure. */
static bool
parse_value(const Setting *setting, GKeyFile *file, Value *ret, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(setting->key, ".", 2);
    g_autofree char *raw = g_key_file_get_value(file, parts[0], parts[1], NULL);
    g_autofree char *shown = NULL, *wanted = NULL;
    bool ok;

    if (raw == NULL)
        raw = g_strdup("");
    if (setting->kind == SETTING_BOOL)
        ok = parse_bool(raw, ret);
    else if (setting->kind == SETTING_INT || setting->kind == SETTING_SIZE)
        ok = parse_number(setting, raw, ret);
    else
        ok = parse_strings(setting, file, parts[0], parts[1], ret);
    if (ok)
        return true;
    value_clear(ret);
    shown = text_safe_line(raw);
    wanted = takes(setting);
    return fault(error, FAULT_BAD_REQUEST, "'%s' takes %s, not '%s'",
                 setting->key, wanted, shown);
}

static void
parse_fallback(const Setting *setting, Value *ret)
{
    g_auto(GStrv) parts = g_strsplit(setting->key, ".", 2);
    g_autoptr(GKeyFile) file = g_key_file_new();
    bool ok;

    g_key_file_set_value(file, parts[0], parts[1], setting->fallback);
    ok = parse_value(setting, file, ret, NULL);
    g_assert(ok);
}

/* ---- reading ---- */

static void
warn_unknown(const char *key, GPtrArray *warnings)
{
    const char *nearest = settings_nearest(key);
    g_autofree char *shown = text_safe_line(key);

    if (nearest != NULL)
        g_ptr_array_add(
            warnings, g_strdup_printf("there is no setting '%s'; did you mean "
                                      "'%s'?",
                                      shown, nearest));
    else
        g_ptr_array_add(warnings,
                        g_strdup_printf("there is no setting '%s'", shown));
}

static void
warn_of_unknown_keys(GKeyFile *file, GPtrArray *warnings)
{
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);

    for (char **group = groups; *group != NULL; group++) {
        g_auto(GStrv) names = g_key_file_get_keys(file, *group, NULL, NULL);

        for (char **name = names; name != NULL && *name != NULL; name++) {
            g_autofree char *key = g_strconcat(*group, ".", *name, NULL);

            if (settings_find(key) == NULL)
                warn_unknown(key, warnings);
        }
    }
}

static void
read_values(Settings *settings, GPtrArray *warnings)
{
    for (size_t i = 0; settings_table[i].key != NULL; i++) {
        const Setting *setting = &settings_table[i];
        g_auto(GStrv) parts = g_strsplit(setting->key, ".", 2);
        g_autoptr(GError) error = NULL;

        if (g_key_file_has_key(settings->file, parts[0], parts[1], NULL) &&
            parse_value(setting, settings->file, &settings->values[i], &error))
            continue;
        parse_fallback(setting, &settings->values[i]);
        if (error != NULL && warnings != NULL)
            g_ptr_array_add(warnings,
                            g_strdup_printf("%s; it stays %s", error->message,
                                            setting->fallback));
    }
}

/* An empty key file when there is none at @path. */
static GKeyFile *
load_file(const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) inner = NULL;
    struct stat status;

    if (stat(path, &status) == 0 && status.st_size > FILE_BYTES_MAX) {
        fault(error, FAULT_BAD_REQUEST, "'%s' is no settings file: too large",
              path);
        return NULL;
    }
    if (g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS,
                                  &inner) ||
        g_error_matches(inner, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
        g_error_matches(inner, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_NOT_FOUND))
        return g_steal_pointer(&file);
    fault(error,
          inner->domain == G_KEY_FILE_ERROR ? FAULT_BAD_REQUEST : FAULT_IO,
          "read '%s': %s", path, inner->message);
    return NULL;
}

Settings *
settings_load(const char *path, GPtrArray *warnings, GError **error)
{
    g_autoptr(GKeyFile) file = load_file(path, error);
    Settings *settings;

    if (file == NULL)
        return NULL;
    settings = g_new0(Settings, 1);
    settings->file = g_steal_pointer(&file);
    settings->values = g_new0(Value, G_N_ELEMENTS(settings_table));
    if (warnings != NULL)
        warn_of_unknown_keys(settings->file, warnings);
    read_values(settings, warnings);
    return settings;
}

void
settings_free(Settings *settings)
{
    if (settings == NULL)
        return;
    for (size_t i = 0; settings_table[i].key != NULL; i++)
        value_clear(&settings->values[i]);
    g_free(settings->values);
    g_key_file_unref(settings->file);
    g_free(settings);
}

bool
settings_bool(const Settings *settings, const char *key)
{
    return value_of(settings, key, SETTING_BOOL)->number != 0;
}

int64_t
settings_int(const Settings *settings, const char *key)
{
    return value_of(settings, key, SETTING_INT)->number;
}

const char *
settings_text(const Settings *settings, const char *key)
{
    return value_of(settings, key, SETTING_TEXT)->text;
}

const char *const *
settings_list(const Settings *settings, const char *key)
{
    return (const char *const *)value_of(settings, key, SETTING_LIST)->list;
}

char *
settings_show(const Settings *settings, const char *key)
{
    const Setting *setting = settings_find(key);
    g_auto(GStrv) parts = g_strsplit(key, ".", 2);
    g_autofree char *raw = NULL;
    Value value = {0};

    g_assert(setting != NULL);
    raw = g_key_file_get_value(settings->file, parts[0], parts[1], NULL);
    if (raw == NULL || !parse_value(setting, settings->file, &value, NULL))
        return g_strdup(setting->fallback);
    value_clear(&value);
    return g_steal_pointer(&raw);
}

/* ---- writing ---- */

static bool
set_value(GKeyFile *file, const Setting *setting, const char *value,
          GError **error)
{
    g_auto(GStrv) parts = g_strsplit(setting->key, ".", 2);
    Value parsed = {0};

    if (!text_is_valid(value, strlen(value)) || strpbrk(value, "\r\n") != NULL)
        return fault(error, FAULT_BAD_REQUEST, "'%s' takes one line of UTF-8",
                     setting->key);
    if (setting->kind == SETTING_TEXT)
        g_key_file_set_string(file, parts[0], parts[1], value);
    else
        g_key_file_set_value(file, parts[0], parts[1], value);
    if (!parse_value(setting, file, &parsed, error))
        return false;
    value_clear(&parsed);
    return true;
}

/* Many keep their settings elsewhere and link to them: the link stays. */
static bool
save_file(GKeyFile *file, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *real = realpath(path, NULL);
    g_autofree char *data = NULL;
    g_autoptr(GError) inner = NULL;
    gsize size;

    if (g_mkdir_with_parents(folder, 0700) < 0)
        return fault_errno(error, "make '%s'", folder);
    data = g_key_file_to_data(file, &size, NULL);
    if (g_file_set_contents_full(real != NULL ? real : path, data, (gssize)size,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &inner))
        return true;
    return fault(error, FAULT_IO, "write '%s': %s", path, inner->message);
}

bool
settings_write(const char *path, const char *key, const char *value,
               GError **error)
{
    const Setting *setting = settings_find(key);
    const char *nearest = settings_nearest(key);
    g_autoptr(GKeyFile) file = NULL;
    g_auto(GStrv) parts = NULL;

    if (setting == NULL && nearest != NULL)
        return fault(error, FAULT_NOT_FOUND,
                     "there is no setting '%s'; did you mean '%s'?", key,
                     nearest);
    if (setting == NULL)
        return fault(error, FAULT_NOT_FOUND, "there is no setting '%s'", key);
    file = load_file(path, error);
    if (file == NULL)
        return false;
    parts = g_strsplit(key, ".", 2);
    if (value == NULL)
        (void)g_key_file_remove_key(file, parts[0], parts[1], NULL);
    else if (!set_value(file, setting, value, error))
        return false;
    return save_file(file, path, error);
}

/* ---- where things are ---- */

char *
settings_config_path(void)
{
    return g_build_filename(g_get_user_config_dir(), "docent", "docent.conf",
                            NULL);
}

char *
settings_data_dir(void)
{
    return g_build_filename(g_get_user_data_dir(), "docent", NULL);
}

char *
settings_state_dir(void)
{
    return g_build_filename(g_get_user_state_dir(), "docent", NULL);
}

char *
settings_cache_dir(void)
{
    return g_build_filename(g_get_user_cache_dir(), "docent", NULL);
}

char *
settings_socket_path(GError **error)
{
    const char *set = getenv("XDG_RUNTIME_DIR");
    g_autofree char *usual = NULL;
    struct stat status;

    if (set != NULL && g_path_is_absolute(set))
        return g_build_filename(set, "docent", "socket", NULL);
    usual = g_strdup_printf("/run/user/%u", (unsigned)geteuid());
    if (lstat(usual, &status) == 0 && S_ISDIR(status.st_mode) &&
        status.st_uid == geteuid())
        return g_build_filename(usual, "docent", "socket", NULL);
    fault(error, FAULT_IO,
          "XDG_RUNTIME_DIR is not set and '%s' is not there: log in through "
          "a session, or set it to a folder that is yours alone",
          usual);
    return NULL;
}
