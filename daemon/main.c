/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c - docentd: puts the wings together and runs the loop.
 */
#include "config.h"

#include <getopt.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/settings.h"
#include "daemon/archive/check.h"
#include "daemon/archive/store.h"
#include "daemon/confine.h"
#include "daemon/desk/methods.h"
#include "daemon/desk/server.h"
#include "daemon/intake/ingest.h"
#include "daemon/intake/sources.h"
#include "daemon/service.h"

enum { EXIT_RUNNING = 0 }; /* a second daemon is not an error */

typedef struct {
    GMainLoop *loop;
    char *config_path;
    Settings *settings;
    Archive *archive;
    Ingest *ingest;
    Desk *desk;
    Server *server;
    GFileMonitor *config_monitor;
    bool failed;
} Daemon;

typedef struct {
    bool background;
    int ready_fd;
    LogLevel log_level;
} Options;

static const char usage[] =
    "Usage: docentd [OPTION]…\n"
    "Watch folders, index what lands in them, answer docent.\n"
    "\n"
    "  --background    detach from the terminal\n"
    "  --ready-fd=N    write a line to descriptor N when ready, and close it\n"
    "  --verbose       tell more on stderr\n"
    "  --help          this text\n"
    "  --version       the version\n"
    "\n"
    "Usually started by `docent` itself or by systemd; see docentd(8).\n";

static int
parse_options(int argc, char **argv, Options *options)
{
    static const struct option longs[] = {
        {"background", no_argument, NULL, 'b'},
        {"ready-fd", required_argument, NULL, 'r'},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int c;

    *options = (Options){.ready_fd = -1, .log_level = LOG_LEVEL_INFO};
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        switch (c) {
        case 'b':
            options->background = true;
            break;
        case 'r':
            options->ready_fd = atoi(optarg);
            break;
        case 'v':
            options->log_level = LOG_LEVEL_DEBUG;
            break;
        case 'h':
            (void)fputs(usage, stdout);
            return EXIT_SUCCESS;
        case 'V':
            (void)printf("docentd %s\n", PACKAGE_VERSION);
            return EXIT_SUCCESS;
        default:
            return 2;
        }
    }
    if (optind < argc) {
        (void)fprintf(stderr, "docentd: unexpected '%s'\n", argv[optind]);
        return 2;
    }
    return -1;
}

/* ---- the archive ---- */

/* One that is damaged is put aside: all of it can be read again. */
static Archive *
open_archive(GError **error)
{
    g_autofree char *folder = settings_data_dir();
    g_autofree char *path = g_build_filename(folder, "index.db", NULL);
    g_autofree char *aside = NULL;
    g_autoptr(GError) inner = NULL;
    Archive *archive;

    if (g_mkdir_with_parents(folder, 0700) < 0) {
        fault_errno(error, "make '%s'", folder);
        return NULL;
    }
    archive = archive_open(path, &inner);
    if (archive != NULL)
        return archive;
    if (fault_code(inner) != FAULT_STORE) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    aside = check_set_aside(path, error);
    if (aside == NULL)
        return NULL;
    log_error("the index cannot be used (%s); it was put aside as '%s', and "
              "everything is read again",
              inner->message, aside);
    return archive_open(path, error);
}

/* ---- settings ---- */

static Settings *
load_settings(const char *path)
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    Settings *settings = settings_load(path, warnings, &error);

    for (unsigned i = 0; i < warnings->len; i++)
        log_warning("%s", (const char *)warnings->pdata[i]);
    if (settings == NULL)
        log_warning("the settings keep what they were: %s", error->message);
    return settings;
}

static void
reload(void *user)
{
    Daemon *daemon = user;
    Settings *settings = load_settings(daemon->config_path);

    if (settings == NULL)
        return;
    settings_free(daemon->settings);
    daemon->settings = settings;
    ingest_apply_settings(daemon->ingest, settings);
    log_info("settings read again");
}

static void
on_config_changed(GFileMonitor *monitor, GFile *file, GFile *other,
                  GFileMonitorEvent event, gpointer user)
{
    if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT ||
        event == G_FILE_MONITOR_EVENT_DELETED)
        reload(user);
}

static void
watch_config(Daemon *daemon)
{
    g_autoptr(GFile) file = g_file_new_for_path(daemon->config_path);
    g_autofree char *folder = g_path_get_dirname(daemon->config_path);

    /* Without the folder GIO would ask for it every few seconds. */
    (void)g_mkdir_with_parents(folder, 0700);
    daemon->config_monitor =
        g_file_monitor_file(file, G_FILE_MONITOR_NONE, NULL, NULL);
    if (daemon->config_monitor != NULL)
        (void)g_signal_connect(daemon->config_monitor, "changed",
                               G_CALLBACK(on_config_changed), daemon);
}

/* ---- signals, signs of life ---- */

static gboolean
on_stop(gpointer user)
{
    Daemon *daemon = user;

    service_notify("STOPPING=1");
    g_main_loop_quit(daemon->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup(gpointer user)
{
    reload(user);
    return G_SOURCE_CONTINUE;
}

static gboolean
sign_of_life(gpointer user)
{
    service_notify("WATCHDOG=1");
    return G_SOURCE_CONTINUE;
}

static void
on_news(const IngestNews *news, void *user)
{
    Daemon *daemon = user;

    if (daemon->desk != NULL)
        desk_tell(daemon->desk, news);
}

/* ---- life ---- */

/* At first start everything the table of sources finds is watched. */
static bool
first_roots(Daemon *daemon, GError **error)
{
    g_autoptr(GPtrArray) found = NULL;

    if (ingest_roots(daemon->ingest)->len > 0 ||
        !archive_is_new(daemon->archive) ||
        !settings_bool(daemon->settings, "watch.discover"))
        return true;
    found = sources_discover(g_get_home_dir());
    for (unsigned i = 0; i < found->len; i++) {
        const SourceFound *each = found->pdata[i];
        g_autoptr(GError) inner = NULL;

        if (!ingest_add_root(daemon->ingest, each->folder, false, true, &inner))
            log_warning("%s", inner->message);
    }
    log_info("first start: watching %u folders", found->len);
    return true;
}

static char *
find_indexer(void)
{
    const char *set = getenv("DOCENT_INDEXER");
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = NULL, *beside = NULL;

    if (set != NULL)
        return g_strdup(set);
    if (self != NULL) {
        folder = g_path_get_dirname(self);
        beside = g_build_filename(folder, "docent-indexer", NULL);
        if (access(beside, X_OK) == 0)
            return g_steal_pointer(&beside);
    }
    return g_strdup(LIBEXECDIR "/docent-indexer");
}

static bool
build(Daemon *daemon, GError **error)
{
    static const DeskHooks hooks = {
        .reload = reload,
        .try_network = confine_try_network,
    };
    g_autofree char *socket_path = settings_socket_path(error);
    g_autofree char *indexer = find_indexer();

    if (socket_path == NULL)
        return false;
    /* The lock on the socket comes before the archive: of two daemons
     * started at once, one never touches it. */
    daemon->server = server_new(socket_path, service_listen_fd(), error);
    if (daemon->server == NULL)
        return false;
    daemon->archive = open_archive(error);
    if (daemon->archive == NULL)
        return false;
    daemon->ingest = ingest_new(daemon->archive, daemon->settings, indexer,
                                on_news, daemon, error);
    if (daemon->ingest == NULL || !first_roots(daemon, error))
        return false;
    daemon->desk = desk_new(daemon->server, daemon->archive, daemon->ingest,
                            &hooks, daemon, error);
    return daemon->desk != NULL;
}

static void
clear(Daemon *daemon)
{
    g_clear_object(&daemon->config_monitor);
    desk_free(daemon->desk);
    daemon->desk = NULL;
    ingest_free(daemon->ingest);
    archive_free(daemon->archive);
    server_free(daemon->server);
    settings_free(daemon->settings);
    g_free(daemon->config_path);
    g_main_loop_unref(daemon->loop);
}

static void
say_ready(const Options *options)
{
    service_notify("READY=1");
    if (options->ready_fd < 0)
        return;
    (void)fd_write_all(options->ready_fd, "ready\n", strlen("ready\n"), NULL);
    (void)close(options->ready_fd);
}

/* On stderr, and to whoever waits for readiness. */
static void
say_failed(const Options *options, const char *how, const GError *error)
{
    log_error("%s", error->message);
    if (options->ready_fd >= 0)
        (void)dprintf(options->ready_fd, "%s %s\n", how, error->message);
}

static int
run(Daemon *daemon, const Options *options)
{
    g_autoptr(GError) error = NULL;
    unsigned alive_ms = service_watchdog_ms();

    daemon->loop = g_main_loop_new(NULL, FALSE);
    daemon->config_path = settings_config_path();
    daemon->settings = load_settings(daemon->config_path);
    if (daemon->settings == NULL)
        daemon->settings = settings_load("/dev/null", NULL, NULL);
    if (!build(daemon, &error)) {
        bool busy = fault_code(error) == FAULT_BUSY;

        say_failed(options, busy ? "busy" : "failed", error);
        return busy ? EXIT_RUNNING : EXIT_FAILURE;
    }
    watch_config(daemon);
    (void)g_unix_signal_add(SIGTERM, on_stop, daemon);
    (void)g_unix_signal_add(SIGINT, on_stop, daemon);
    (void)g_unix_signal_add(SIGHUP, on_hangup, daemon);
    if (alive_ms > 0)
        (void)g_timeout_add(alive_ms, sign_of_life, NULL);
    ingest_start(daemon->ingest);
    say_ready(options);
    g_main_loop_run(daemon->loop);
    return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    Daemon daemon = {0};
    Options options;
    int status = parse_options(argc, argv, &options);

    if (status >= 0)
        return status;
    (void)setlocale(LC_ALL, "");
    /* Names in archives are decoded by the locale's character type, and a
     * user service may be started without any. */
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        (void)setlocale(LC_CTYPE, "C.utf8");
    (void)umask(0077);
    (void)signal(SIGPIPE, SIG_IGN);
    log_init("docentd", options.log_level);
    if ((options.background && !service_detach(&error)) ||
        !confine_network(&error)) {
        say_failed(&options, "failed", error);
        return EXIT_FAILURE;
    }
    status = run(&daemon, &options);
    clear(&daemon);
    return status;
}
