/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * desktop.c - a file handed to the programs of the desktop.
 */
#include "config.h"

#include "client/desktop.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

#define _(text) gettext(text)

enum {
    COPY_BYTES = 256 * 1024,
    NAMES_MAX = 1000, /* "name (1)" … */
};

/* ---- open ---- */

static bool
check_there(const char *path, GError **error)
{
    struct stat status;

    return stat(path, &status) == 0 || fault_errno(error, "'%s'", path);
}

bool
desktop_open(const char *path, GError **error)
{
    const char *const ways[][4] = {
        {"xdg-open", path, NULL, NULL},
        {"gio", "open", path, NULL},
    };

    if (!check_there(path, error))
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *program = g_find_program_in_path(ways[i][0]);
        g_autoptr(GError) inner = NULL;

        if (program == NULL)
            continue;
        if (g_spawn_async(NULL, (char **)ways[i], NULL,
                          G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                              G_SPAWN_STDERR_TO_DEV_NULL,
                          NULL, NULL, NULL, &inner))
            return true;
        return fault(error, FAULT_IO, "%s: %s", ways[i][0], inner->message);
    }
    return fault(error, FAULT_UNSUPPORTED,
                 _("neither xdg-open nor gio is installed: '%s' was not "
                   "opened"),
                 path);
}

/* ---- reveal ---- */

/* The call of the freedesktop file manager interface; false when nobody
 * answers it. */
static bool
ask_file_manager(const char *path)
{
    g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);
    const char *uris[] = {uri, NULL};
    g_autoptr(GVariant) list = NULL;
    g_autofree char *argument = NULL;
    int status = -1;

    if (uri == NULL)
        return false;
    list = g_variant_ref_sink(g_variant_new_strv(uris, -1));
    argument = g_variant_print(list, FALSE);

    const char *const words[] = {"gdbus",
                                 "call",
                                 "--session",
                                 "--timeout",
                                 "5",
                                 "--dest",
                                 "org.freedesktop.FileManager1",
                                 "--object-path",
                                 "/org/freedesktop/FileManager1",
                                 "--method",
                                 "org.freedesktop.FileManager1.ShowItems",
                                 argument,
                                 "",
                                 NULL};

    return g_spawn_sync(NULL, (char **)words, NULL,
                        G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                            G_SPAWN_STDERR_TO_DEV_NULL,
                        NULL, NULL, NULL, NULL, &status, NULL) &&
           g_spawn_check_wait_status(status, NULL);
}

bool
desktop_reveal(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (!check_there(path, error))
        return false;
    return ask_file_manager(path) || desktop_open(folder, error);
}

/* ---- clipboard ---- */

static const char *const *
clipboard_words(void)
{
    static const char *const wayland[] = {"wl-copy", NULL};
    static const char *const x11[] = {"xclip", "-selection", "clipboard", NULL};
    static const char *const x11_too[] = {"xsel", "--clipboard", "--input",
                                          NULL};
    const char *const *ways[] = {
        getenv("WAYLAND_DISPLAY") != NULL ? wayland : NULL,
        getenv("DISPLAY") != NULL ? x11 : NULL,
        getenv("DISPLAY") != NULL ? x11_too : NULL,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *program =
            ways[i] != NULL ? g_find_program_in_path(ways[i][0]) : NULL;

        if (program != NULL)
            return ways[i];
    }
    return NULL;
}

bool
desktop_clipboard(const char *text, GError **error)
{
    const char *const *words = clipboard_words();
    g_autoptr(GError) inner = NULL;
    fd_auto int input = -1;

    if (words == NULL)
        return fault(error, FAULT_UNSUPPORTED,
                     _("there is no clipboard here (wl-copy, xclip or xsel "
                       "in a desktop session); name a folder to copy the "
                       "file into"));
    if (!g_spawn_async_with_pipes(NULL, (char **)words, NULL,
                                  G_SPAWN_SEARCH_PATH |
                                      G_SPAWN_STDOUT_TO_DEV_NULL |
                                      G_SPAWN_STDERR_TO_DEV_NULL,
                                  NULL, NULL, NULL, &input, NULL, NULL, &inner))
        return fault(error, FAULT_IO, "%s: %s", words[0], inner->message);
    return fd_write_all(input, text, strlen(text), error);
}

/* ---- copy ---- */

static bool
copy_bytes(int from, int to, GError **error)
{
    g_autofree char *piece = g_malloc(COPY_BYTES);

    for (;;) {
        ssize_t n = read(from, piece, COPY_BYTES);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fault_errno(error, "read");
        if (n == 0)
            return true;
        if (!fd_write_all(to, piece, (size_t)n, error))
            return false;
    }
}

/* "report.pdf", "report (1).pdf", … in @folder. Given. */
static char *
numbered(const char *folder, const char *name, unsigned n)
{
    const char *dot = strrchr(name, '.');
    size_t stem =
        dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    g_autofree char *full = NULL;

    if (n == 0)
        return g_build_filename(folder, name, NULL);
    full = g_strdup_printf("%.*s (%u)%s", (int)stem, name, n, name + stem);
    return g_build_filename(folder, full, NULL);
}

/* A name that nothing has yet, opened; -1 and @error. */
static int
open_new(const char *folder, const char *name, char **ret_path, GError **error)
{
    for (unsigned n = 0; n < NAMES_MAX; n++) {
        g_autofree char *path = numbered(folder, name, n);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

        if (fd >= 0) {
            *ret_path = g_steal_pointer(&path);
            return fd;
        }
        if (errno != EEXIST) {
            fault_errno(error, "make '%s'", path);
            return -1;
        }
    }
    fault(error, FAULT_IO, _("'%s' is full of copies of '%s'"), folder, name);
    return -1;
}

bool
desktop_copy(const char *path, const char *folder, char **ret_path,
             GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *made = NULL;
    fd_auto int from = open(path, O_RDONLY | O_CLOEXEC);
    fd_auto int to = -1;

    if (from < 0)
        return fault_errno(error, "open '%s'", path);
    to = open_new(folder, name, &made, error);
    if (to < 0)
        return false;
    if (!copy_bytes(from, to, error)) {
        (void)unlink(made);
        return fault_prefix(error, "copy '%s'", path);
    }
    *ret_path = g_steal_pointer(&made);
    return true;
}
