/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * methods.c - one function a method, and the table that names them.
 */
#include "config.h"

#include "daemon/desk/methods.h"

#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/text.h"
#include "base/wire.h"
#include "daemon/desk/params.h"
#include "daemon/desk/readers.h"
#include "daemon/desk/rows.h"
#include "daemon/desk/when.h"
#include "daemon/intake/sources.h"

enum {
    FIND_LIMIT = 20,
    READ_BYTES = 64 * 1024, /* of text in one answer */
    FAILED_LIMIT = 100,
    MICROS_PER_MILLI = 1000,
};

struct Desk {
    Server *server;
    Archive *archive;
    Ingest *ingest;
    Readers *readers;
    GPtrArray *monitors; /* of Call: those who listen, lent */
    int64_t started_us;
    DeskHooks hooks;
    void *user;
};

/* @error is looked at once @ok is known: the order in which arguments are
 * evaluated is nobody's promise. */
static bool
reply_or_fault(Call *call, bool ok, GError *const *error)
{
    if (ok)
        call_reply(call, json_object());
    else
        call_fault(call, *error);
    return ok;
}

/* ---- find, recent ---- */

static bool
wish_times(const json_t *params, SearchWish *wish, GError **error)
{
    int64_t now_ms = g_get_real_time() / MICROS_PER_MILLI;
    const char *since = param_text(params, "since");
    const char *before = param_text(params, "before");

    return (since == NULL ||
            when_parse(since, now_ms, &wish->since_ms, error)) &&
           (before == NULL ||
            when_parse(before, now_ms, &wish->before_ms, error));
}

static SearchOrder
wish_order(const char *sort)
{
    if (g_strcmp0(sort, "recent") == 0)
        return SEARCH_RECENT;
    return g_strcmp0(sort, "largest") == 0 ? SEARCH_LARGEST : SEARCH_BEST;
}

static json_t *
find_work(Store *store, Archive *archive, const json_t *params, GError **error)
{
    int64_t begun_us = g_get_monotonic_time();
    g_autoptr(GError) inner = NULL;
    g_autofree char *folder = param_folder(params, "folder", &inner);
    g_autoptr(SearchResult) result = NULL;
    SearchWish wish = {
        .words = param_text(params, "words"),
        .names_only = json_is_true(json_object_get(params, "names_only")),
        .folder = folder,
        .kind = param_text(params, "kind"),
        .source = param_text(params, "source"),
        .order = wish_order(param_text(params, "sort")),
        .limit = (unsigned)param_int(params, "limit", FIND_LIMIT),
        .offset = (unsigned)param_int(params, "offset", 0),
        .snippets_max = json_is_false(json_object_get(params, "snippets"))
                            ? SEARCH_NO_SNIPPETS
                            : 0,
    };

    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (!wish_times(params, &wish, error))
        return NULL;
    result = search_find(store, archive, &wish, error);
    if (result == NULL)
        return NULL;
    return row_result(result, wish.words,
                      (double)(g_get_monotonic_time() - begun_us) /
                          MICROS_PER_MILLI);
}

static void
method_find(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;

    readers_ask(desk->readers, call, params, find_work);
}

static json_t *
recent_work(Store *store, Archive *archive, const json_t *params,
            GError **error)
{
    g_autoptr(json_t) wish = json_object();
    json_t *folder = json_object_get(params, "folder");
    json_t *folder_b64 = json_object_get(params, "folder_b64");

    (void)json_object_set_new(wish, "sort", json_string("recent"));
    (void)json_object_set_new(
        wish, "limit", json_integer(param_int(params, "limit", FIND_LIMIT)));
    if (folder != NULL)
        (void)json_object_set(wish, "folder", folder);
    if (folder_b64 != NULL)
        (void)json_object_set(wish, "folder_b64", folder_b64);
    return find_work(store, archive, wish, error);
}

static void
method_recent(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;

    readers_ask(desk->readers, call, params, recent_work);
}

/* ---- read ---- */

static File *
file_of(Store *store, const json_t *params, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *path = param_path(params, "path", &inner);
    g_autofree char *shown = NULL;
    File *file = path != NULL ? store_file(store, path, &inner) : NULL;

    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (file == NULL) {
        shown = text_from_path(path != NULL ? path : "");
        fault(error, FAULT_NOT_FOUND, "'%s' is not in the index", shown);
    }
    return file;
}

static json_t *
read_work(Store *store, Archive *archive, const json_t *params, GError **error)
{
    g_autoptr(File) file = file_of(store, params, error);

    if (file == NULL)
        return NULL;
    return row_reading(store, file, (uint32_t)param_int(params, "page", 0),
                       (uint32_t)param_int(params, "start", 0),
                       (uint32_t)param_int(params, "limit", READ_BYTES), error);
}

static void
method_read(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;

    readers_ask(desk->readers, call, params, read_work);
}

/* ---- why ---- */

/* What ingest said of the path. */
static void
put_standing(json_t *object, const json_t *params)
{
    row_put_text(object, "state", param_text(params, "_state"));
    row_put_text(object, "reason", param_text(params, "_reason"));
}

/* The row as far as there is one; ingest knows the rest. */
static json_t *
why_work(Store *store, Archive *archive, const json_t *params, GError **error)
{
    g_autoptr(GError) inner = NULL;
    g_autofree char *path = param_path(params, "path", &inner);
    g_autoptr(File) file = NULL;
    json_t *object;

    if (path != NULL)
        file = store_file(store, path, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (file != NULL) {
        object = row_why(store, file, error);
        /* A folder that is away outranks what its files were. */
        if (object != NULL &&
            g_strcmp0(param_text(params, "_state"), "away") == 0)
            put_standing(object, params);
        return object;
    }
    object = json_object();
    protocol_put_path(object, "path", path != NULL ? path : "");
    put_standing(object, params);
    return object;
}

static void
method_why(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(json_t) more = json_copy((json_t *)params);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = param_path(params, "path", &error);
    g_autofree char *reason = NULL;
    const char *state;

    if (path == NULL) {
        call_fault(call, error);
        return;
    }
    reason = ingest_why(desk->ingest, path, &state);
    row_put_text(more, "_state", state);
    row_put_text(more, "_reason", reason);
    readers_ask(desk->readers, call, more, why_work);
}

/* ---- status ---- */

static json_t *
roots_json(const Desk *desk)
{
    const GPtrArray *roots = ingest_roots(desk->ingest);
    json_t *rows = json_array();

    for (unsigned i = 0; i < roots->len; i++) {
        const Root *root = roots->pdata[i];
        json_t *row =
            json_pack("{s:b, s:b, s:b}", "private", (int)root->private, "away",
                      (int)root->away, "found", (int)root->found);

        protocol_put_path(row, "path", root->path);
        (void)json_array_append_new(rows, row);
    }
    return rows;
}

/* What the loop knows; the reader adds what the archive counts. */
static json_t *
status_of_loop(const Desk *desk, const json_t *params)
{
    IngestStatus now = ingest_status(desk->ingest);
    int64_t waiting = (int64_t)now.waiting + now.reading + now.writing;
    json_t *object = json_pack(
        "{s:s, s:i, s:I, s:I, s:i, s:i, s:b, s:b, s:I, s:f, s:i, s:s, s:i, "
        "s:i, s:o}",
        "version", PACKAGE_VERSION, "pid", (int)getpid(), "uptime_s",
        (json_int_t)((g_get_monotonic_time() - desk->started_us) /
                     G_USEC_PER_SEC),
        "waiting", (json_int_t)waiting, "reading", (int)now.reading, "writing",
        (int)now.writing, "idle", (int)now.idle, "scanning", (int)now.scanning,
        "done", (json_int_t)now.done, "rate", now.per_second, "workers",
        (int)now.workers, "sandbox", now.sandbox, "watches", (int)now.watches,
        "polled", (int)now.polled, "roots", roots_json(desk));

    if (now.per_second > 0)
        (void)json_object_set_new(object, "eta_s",
                                  json_real((double)waiting / now.per_second));
    row_put_text(object, "trouble", now.trouble);
    if (json_is_true(json_object_get(params, "failed"))) {
        (void)json_object_set_new(object, "_failed", json_true());
        (void)json_object_set_new(
            object, "_limit",
            json_integer(param_int(params, "limit", FAILED_LIMIT)));
    }
    return object;
}

static void
put_counts(json_t *object, const StoreCounts *counts)
{
    json_t *states = json_object();

    for (FileState state = FILE_WAITING; state <= FILE_EXCLUDED; state++)
        (void)json_object_set_new(
            states, file_state_name(state),
            json_integer((json_int_t)counts->by_state[state]));
    (void)json_object_set_new(object, "states", states);
    (void)json_object_set_new(object, "files",
                              json_integer((json_int_t)counts->files));
    (void)json_object_set_new(object, "documents",
                              json_integer((json_int_t)counts->documents));
    (void)json_object_set_new(object, "passages",
                              json_integer((json_int_t)counts->passages));
    (void)json_object_set_new(object, "text_bytes",
                              json_integer((json_int_t)counts->text_bytes));
    (void)json_object_set_new(object, "database_bytes",
                              json_integer((json_int_t)counts->database_bytes));
}

static json_t *
status_work(Store *store, Archive *archive, const json_t *params,
            GError **error)
{
    g_autoptr(json_t) object = json_copy((json_t *)params);
    g_autoptr(GPtrArray) files = NULL;
    json_t *rows;
    StoreCounts counts;

    (void)json_object_del(object, "_failed");
    (void)json_object_del(object, "_limit");
    if (!store_counts(store, &counts, error))
        return NULL;
    put_counts(object, &counts);
    if (!json_is_true(json_object_get(params, "_failed")))
        return g_steal_pointer(&object);
    files =
        store_files_by_state(store, FILE_FAILED, NULL,
                             (unsigned)param_int(params, "_limit", 0), error);
    if (files == NULL)
        return NULL;
    rows = json_array();
    for (unsigned i = 0; i < files->len; i++)
        (void)json_array_append_new(rows, row_failed(files->pdata[i]));
    (void)json_object_set_new(object, "failed", rows);
    return g_steal_pointer(&object);
}

static void
method_status(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(json_t) loop = status_of_loop(desk, params);

    readers_ask(desk->readers, call, loop, status_work);
}

/* ---- monitor ---- */

static void
monitor_gone(void *user)
{
    /* The call is removed by desk_forget; its address is all we have. */
    void **both = user;
    Desk *desk = both[0];

    g_ptr_array_remove_fast(desk->monitors, both[1]);
    g_free(both);
}

static void
method_monitor(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    void **both = g_new(void *, 2);

    both[0] = desk;
    both[1] = call;
    g_ptr_array_add(desk->monitors, call);
    call_on_gone(call, monitor_gone, both);
}

void
desk_tell(Desk *desk, const IngestNews *news)
{
    g_autoptr(json_t) event = NULL;

    if (desk->monitors->len == 0)
        return;
    event = json_object();
    row_put_text(event, "event", news->event);
    if (news->path != NULL)
        protocol_put_path(event, "path", news->path);
    if (news->to != NULL)
        protocol_put_path(event, "to", news->to);
    row_put_text(event, "reason", news->reason);
    for (unsigned i = 0; i < desk->monitors->len; i++)
        call_notify(desk->monitors->pdata[i], "progress", json_copy(event));
}

/* ---- what changes something ---- */

static void
method_watch_add(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = param_folder(params, "path", &error);
    bool private = json_is_true(json_object_get(params, "private"));

    (void)reply_or_fault(
        call,
        path != NULL &&
            ingest_add_root(desk->ingest, path, private, false, &error),
        &error);
}

static void
method_watch_remove(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = param_folder(params, "path", &error);

    (void)reply_or_fault(
        call, path != NULL && ingest_remove_root(desk->ingest, path, &error),
        &error);
}

static void
method_watch_list(Call *call, const json_t *params, void *user)
{
    call_reply(call, json_pack("{s:o}", "roots", roots_json(user)));
}

static void
method_reindex(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = param_path(params, "path", &error);

    (void)reply_or_fault(
        call, error == NULL && ingest_reindex(desk->ingest, path, &error),
        &error);
}

static void
method_forget(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = param_path(params, "path", &error);

    (void)reply_or_fault(
        call, path != NULL && ingest_forget(desk->ingest, path, &error),
        &error);
}

static void
method_opened(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autoptr(GError) error = NULL;
    g_autofree char *path = param_path(params, "path", &error);

    if (path != NULL)
        ingest_opened(desk->ingest, path);
    (void)reply_or_fault(call, path != NULL, &error);
}

static void
method_reload(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;

    desk->hooks.reload(desk->user);
    call_reply(call, json_object());
}

/* ---- about docent itself ---- */

static void
method_sources(Call *call, const json_t *params, void *user)
{
    g_autoptr(GPtrArray) found = sources_present(g_get_home_dir());
    json_t *rows = json_array();

    for (unsigned i = 0; i < found->len; i++) {
        const SourceFound *each = found->pdata[i];
        json_t *row = json_object();

        row_put_text(row, "name", each->source->name);
        row_put_text(row, "label", each->source->label);
        protocol_put_path(row, "path", each->folder);
        (void)json_array_append_new(rows, row);
    }
    call_reply(call, json_pack("{s:o}", "sources", rows));
}

static void
method_describe(Call *call, const json_t *params, void *user)
{
    call_reply(call, protocol_describe());
}

static void
method_ping(Call *call, const json_t *params, void *user)
{
    call_reply(call, json_object());
}

static void
method_doctor(Call *call, const json_t *params, void *user)
{
    Desk *desk = user;
    g_autofree char *network = desk->hooks.try_network();

    call_reply(call, json_pack("{s:s}", "network", network));
}

static const ServerMethod methods[] = {
    {"find", method_find},
    {"recent", method_recent},
    {"read", method_read},
    {"why", method_why},
    {"status", method_status},
    {"monitor", method_monitor},
    {"watch.add", method_watch_add},
    {"watch.remove", method_watch_remove},
    {"watch.list", method_watch_list},
    {"sources", method_sources},
    {"reindex", method_reindex},
    {"forget", method_forget},
    {"opened", method_opened},
    {"reload", method_reload},
    {"describe", method_describe},
    {"ping", method_ping},
    {"doctor", method_doctor},
    {NULL, NULL},
};

Desk *
desk_new(Server *server, Archive *archive, Ingest *ingest,
         const DeskHooks *hooks, void *user, GError **error)
{
    Readers *readers = readers_new(archive, error);
    Desk *desk;

    if (readers == NULL)
        return NULL;
    desk = g_new0(Desk, 1);
    desk->server = server;
    desk->archive = archive;
    desk->ingest = ingest;
    desk->readers = readers;
    desk->monitors = g_ptr_array_new();
    desk->started_us = g_get_monotonic_time();
    desk->hooks = *hooks;
    desk->user = user;
    server_serve(server, methods, desk);
    return desk;
}

void
desk_free(Desk *desk)
{
    if (desk == NULL)
        return;
    server_stop(desk->server);
    readers_free(desk->readers);
    g_ptr_array_unref(desk->monitors);
    g_free(desk);
}
