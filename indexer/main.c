/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c - docent-indexer: serves docentd, or shows by hand what it reads.
 *
 * By hand it takes the way docentd takes: a zygote, an order to fork, a task
 * with the descriptor, records back. So what is seen here is what is indexed.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/record.h"
#include "base/text.h"
#include "indexer/escape.h"
#include "indexer/extractor.h"
#include "indexer/warmup.h"
#include "indexer/zygote.h"

enum {
    EXIT_USAGE = 2,
    TEXT_BYTES_MAX = 16 * 1024 * 1024,
    MEMORY_MB = 512,
    CPU_S = 20,
    DEADLINE_S = 60,
};

static gboolean option_zygote;
static gboolean option_escape;
static gboolean option_bare;
static gboolean option_json;
static gboolean option_version;
static char **option_files;

static const GOptionEntry options[] = {
    {"json", 0, 0, G_OPTION_ARG_NONE, &option_json,
     "Print one JSON object a document", NULL},
    {"no-sandbox", 0, 0, G_OPTION_ARG_NONE, &option_bare,
     "Read in this process, to compare; only files you trust", NULL},
    {"escape", 0, 0, G_OPTION_ARG_NONE, &option_escape,
     "Try to break out of the sandbox, and say what held", NULL},
    {"zygote", 0, 0, G_OPTION_ARG_NONE, &option_zygote,
     "Serve docentd, on a socket that is standard input", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &option_version, "Print the version",
     NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_files, NULL,
     "[FILE…]"},
    {NULL},
};

#ifdef WITH_SANITIZERS
/* What a report would start or trace, the sandbox ends. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
    return "symbolize=0:detect_leaks=0";
}
#endif

/* ---- reading ---- */

/* A zygote of this program; -1 when the system refuses. */
static int
start_zygote(GError **error)
{
    int ends[2];
    fd_auto int near = -1, far = -1;
    ZygoteNews news;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        fault_errno(error, "make a socket");
        return -1;
    }
    near = ends[0];
    far = ends[1];
    pid = fork();
    if (pid < 0) {
        fault_errno(error, "fork");
        return -1;
    }
    if (pid == 0) {
        (void)close(near);
        _exit(zygote_main(far));
    }
    fd_clear(&far);
    if (recv(near, &news, sizeof news, 0) != sizeof news ||
        news.kind != ZYGOTE_READY) {
        fault(error, FAULT_INTERNAL, "the sandbox could not be entered");
        return -1;
    }
    return fd_steal(&near);
}

/* The answer, or NULL when the child ends or stalls before it is whole. */
static Extract *
receive(int socket, GError **error)
{
    g_autoptr(RecordReader) reader = record_reader_new(1, TEXT_BYTES_MAX);
    g_autofree char *packet = g_malloc(RECORD_BYTES_MAX + 1);
    Extract *extract = NULL;
    bool reusable;
    int got = 0;

    while (got == 0) {
        ssize_t n = recv(socket, packet, RECORD_BYTES_MAX + 1, MSG_TRUNC);

        if (n < 0)
            fault(error, FAULT_TIMEOUT, "it took longer than %d s", DEADLINE_S);
        if (n <= 0)
            return NULL;
        got = record_reader_take(reader, packet, (size_t)n, &extract, &reusable,
                                 error);
    }
    return extract;
}

/* The child's wait status. Waited for each time, so that the zygote is never
 * held up by news nobody takes. */
static bool
end_child(int control, int *ret_status, GError **error)
{
    ZygoteOrder order = {.kind = ZYGOTE_KILL, .child = 1};
    ZygoteNews news;

    if (!fd_send(control, &order, sizeof order, -1, error))
        return false;
    if (recv(control, &news, sizeof news, 0) != sizeof news)
        return fault(error, FAULT_CRASHED, "the zygote ended");
    *ret_status = news.status;
    return true;
}

/* A child for this document alone. */
static Extract *
read_closed_in(int control, int document, const char *name, GError **error)
{
    ZygoteOrder order = {ZYGOTE_FORK, 1, MEMORY_MB, CPU_S};
    struct timeval patience = {.tv_sec = DEADLINE_S};
    Task task = {.id = 1, .text_bytes_max = TEXT_BYTES_MAX};
    g_autoptr(Extract) extract = NULL;
    g_autoptr(GError) inner = NULL;
    fd_auto int near = -1, far = -1;
    int status = 0;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        fault_errno(error, "make a socket");
        return NULL;
    }
    near = ends[0];
    far = ends[1];
    g_strlcpy(task.name, name, sizeof task.name);
    (void)setsockopt(near, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (!fd_send(control, &order, sizeof order, far, error))
        return NULL;
    fd_clear(&far);
    if (task_send(near, &task, document, &inner))
        extract = receive(near, &inner);
    if (!end_child(control, &status, error))
        return NULL;
    if (extract == NULL && inner == NULL)
        fault(&inner, FAULT_CRASHED, "its reader ended with wait status %#x",
              (unsigned)status);
    if (extract == NULL)
        g_propagate_error(error, g_steal_pointer(&inner));
    return g_steal_pointer(&extract);
}

/* ---- printing ---- */

static const char *const states[] = {"indexed", "partial", "failed"};

static void
print_line(const char *name, const char *value)
{
    g_autofree char *safe = text_safe_line(value);

    if (value != NULL)
        (void)printf("%s: %s\n", name, safe);
}

static void
print_passage(const Extract *extract, const Passage *passage)
{
    g_autofree char *raw = g_strndup(extract->text + passage->start,
                                     passage->end - passage->start);
    g_autofree char *text = text_safe(g_strchomp(raw));
    g_autofree char *under =
        extract_heading_path(extract->headings, passage->heading);
    g_autofree char *safe_under = text_safe_line(under);

    (void)printf("\n[");
    if (passage->page > 0)
        (void)printf("p. %u", passage->page);
    if (passage->page > 0 && under != NULL)
        (void)printf(" · ");
    (void)printf("%s] %s\n", safe_under, text);
}

static void
print_extract(const char *path, const Extract *extract)
{
    g_autofree char *pages = g_strdup_printf("%u", extract->pages);

    print_line("file", path);
    print_line("state", states[extract->state]);
    print_line("reason", extract->reason);
    print_line("type", extract->type);
    print_line("title", extract->title);
    print_line("author", extract->author);
    print_line("language", extract->language);
    print_line("charset", extract->charset);
    print_line("pages", extract->pages > 0 ? pages : NULL);
    for (unsigned i = 0; i < extract->passages->len; i++)
        print_passage(extract, &g_array_index(extract->passages, Passage, i));
    (void)printf("\n");
}

static json_t *
passage_json(const Extract *extract, const Passage *passage)
{
    g_autofree char *under =
        extract_heading_path(extract->headings, passage->heading);

    return json_pack("{s:i, s:s*, s:s%}", "page", (int)passage->page, "under",
                     under, "text", extract->text + passage->start,
                     (size_t)(passage->end - passage->start));
}

static void
print_json(const char *path, const Extract *extract)
{
    g_autofree char *name = text_from_path(path);
    json_t *passages = json_array();
    json_t *object;

    for (unsigned i = 0; i < extract->passages->len; i++)
        (void)json_array_append_new(
            passages, passage_json(extract, &g_array_index(extract->passages,
                                                           Passage, i)));
    object = json_pack(
        "{s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:i, s:I, s:o}", "file",
        name, "state", states[extract->state], "reason", extract->reason,
        "type", extract->type, "title", extract->title, "author",
        extract->author, "language", extract->language, "charset",
        extract->charset, "pages", (int)extract->pages, "created_s",
        (json_int_t)extract->created_s, "passages", passages);
    (void)json_dumpf(object, stdout, JSON_COMPACT);
    (void)printf("\n");
    json_decref(object);
}

/* ---- the programs it is ---- */

/* @control: of the zygote; -1: without sandbox. */
static bool
show_file(int control, const char *path, GError **error)
{
    fd_auto int document = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(Extract) extract = NULL;
    bool reusable;

    if (document < 0)
        return fault_errno(error, "open");
    extract = control < 0
                  ? extractor_run(document, name, TEXT_BYTES_MAX, &reusable)
                  : read_closed_in(control, document, name, error);
    if (extract == NULL)
        return false;
    if (option_json)
        print_json(path, extract);
    else
        print_extract(path, extract);
    return extract->state != EXTRACT_FAILED;
}

static int
show_files(void)
{
    g_autoptr(GError) error = NULL;
    fd_auto int control = -1;
    int status = EXIT_SUCCESS;

    if (option_bare)
        warmup();
    else if ((control = start_zygote(&error)) < 0) {
        (void)fprintf(stderr, "docent-indexer: %s\n", error->message);
        return EXIT_FAILURE;
    }
    for (char **path = option_files; *path != NULL; path++) {
        g_autoptr(GError) each = NULL;

        if (show_file(control, *path, &each))
            continue;
        status = EXIT_FAILURE;
        if (each != NULL) {
            g_autofree char *safe = text_safe_line(*path);

            (void)fflush(stdout);
            (void)fprintf(stderr, "docent-indexer: %s: %s\n", safe,
                          each->message);
        }
    }
    return status;
}

int
main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("- what docent reads in a document");
    g_autoptr(GError) error = NULL;

    /* Names of bytes must read the same wherever docentd was started. */
    (void)setlocale(LC_ALL, "C.UTF-8");
    g_option_context_add_main_entries(context, options, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        (void)fprintf(stderr, "docent-indexer: %s\n", error->message);
        return EXIT_USAGE;
    }
    if (option_version) {
        (void)printf("docent-indexer %s\n", PACKAGE_VERSION);
        return EXIT_SUCCESS;
    }
    /* Not by exit: nothing that runs there may meet the sandbox. */
    if (option_zygote)
        _exit(zygote_main(STDIN_FILENO));
    if (option_escape)
        _exit(escape_try_all() ? EXIT_SUCCESS : EXIT_FAILURE);
    if (option_files != NULL)
        return show_files();
    (void)fputs(g_option_context_get_help(context, TRUE, NULL), stderr);
    return EXIT_USAGE;
}
