/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zygote.c - waits for orders, forks, and tells how each child ended.
 *
 * A child closes itself in, then serves documents on its own socket: many
 * while only our own code reads them, one when a parser library does, since
 * what a document did to a library must not meet the next.
 */
#include "config.h"

#include "indexer/zygote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/record.h"
#include "indexer/extractor.h"
#include "indexer/recognise.h"
#include "indexer/sandbox.h"
#include "indexer/warmup.h"

enum {
    CHILD_SOCKET = 0,          /* where standard input was */
    CHILD_DOCUMENTS_MAX = 256, /* then a fresh one, for heap creep */
    /* RLIMIT_CPU counts a child's whole life. It leaves once it has used
     * this much, which its limit has on top, so that each document finds
     * all of its share. */
    CHILD_CPU_S = 1,
    MEMORY_PROBE_BYTES = 16 * 1024 * 1024,
};

/* ---- in the child ---- */

/* GLib traps when an allocation fails, and poppler aborts; when there is no
 * room for a little more, that was the reason. */
static void
on_abort(int number)
{
    void *room = mmap(NULL, MEMORY_PROBE_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (number == SIGTRAP || room == MAP_FAILED)
        _exit(ZYGOTE_EXIT_MEMORY);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static bool
has_cpu_left(void)
{
    struct rusage used;

    return getrusage(RUSAGE_SELF, &used) == 0 &&
           used.ru_utime.tv_sec + used.ru_stime.tv_sec < CHILD_CPU_S;
}

/* Whether @document would need a parser library, which without a whole
 * sandbox is not let near it. */
static bool
needs_library(int document, const char *name)
{
    g_autofree char *head = g_malloc(RECOGNISE_BYTES);
    ssize_t n = pread(document, head, RECOGNISE_BYTES, 0);
    const Extractor *extractor =
        n < 0 ? NULL : extractor_for(recognise(head, (size_t)n, name));

    return extractor != NULL && !extractor->reusable;
}

static Extract *
read_document(int document, const Task *task, bool *ret_reusable)
{
    Extract *extract;

    if (sandbox_level() == SANDBOX_FULL || !needs_library(document, task->name))
        return extractor_run(document, task->name, task->text_bytes_max,
                             ret_reusable);
    extract = extract_new();
    extract->state = EXTRACT_PARTIAL;
    extract->fault = FAULT_UNSUPPORTED;
    extract->reason = g_strdup("only the name is indexed: this kernel has no "
                               "Landlock, so only plain text is read");
    *ret_reusable = true;
    return extract;
}

/* One document; false when the child should leave. */
static bool
serve_one(unsigned served)
{
    g_autoptr(Extract) extract = NULL;
    fd_auto int document = -1;
    bool reusable = false;
    Task task;
    int got = task_recv(CHILD_SOCKET, &task, &document, NULL);

    if (got == 0)
        return false;
    if (got < 0)
        _exit(ZYGOTE_EXIT_BROKEN);
    extract = read_document(document, &task, &reusable);
    reusable = reusable && served + 1 < CHILD_DOCUMENTS_MAX && has_cpu_left();
    if (!record_send(CHILD_SOCKET, task.id, extract, reusable, NULL))
        _exit(ZYGOTE_EXIT_BROKEN);
    return reusable;
}

static void
close_from(int first)
{
#ifdef CLOSE_RANGE_UNSHARE
    if (close_range((unsigned)first, ~0U, 0) == 0)
        return;
#endif
    for (int fd = first; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
        (void)close(fd);
}

/* Never returns. @socket is all it keeps of what is open. */
static void
child_main(int socket, pid_t parent, const ZygoteOrder *order)
{
    SandboxLimits limits = {
        .memory_bytes = (uint64_t)order->memory_mb * 1024 * 1024,
        .cpu_s = order->cpu_s > 0 ? order->cpu_s + CHILD_CPU_S : 0,
    };
    g_autoptr(GError) error = NULL;
    unsigned served = 0;
    sigset_t none;

    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(socket, CHILD_SOCKET) < 0)
        _exit(ZYGOTE_EXIT_SANDBOX);
    close_from(STDERR_FILENO + 1);
    (void)signal(SIGABRT, on_abort);
    (void)signal(SIGTRAP, on_abort);
    if (!sandbox_enter_child(&limits, &error)) {
        (void)fprintf(stderr, "docent-indexer: %s\n", error->message);
        _exit(ZYGOTE_EXIT_SANDBOX);
    }
    /* The parent may have ended before its end could reach us. */
    if (getppid() != parent)
        _exit(ZYGOTE_EXIT_DONE);
    while (serve_one(served))
        served++;
    _exit(ZYGOTE_EXIT_DONE);
}

/* ---- in the zygote ---- */

typedef struct {
    uint32_t id;
    pid_t pid;
} Child;

typedef struct {
    int control;
    int ends;         /* a signalfd of SIGCHLD */
    GArray *children; /* of Child */
} Zygote;

static bool
send_news(const Zygote *zygote, const ZygoteNews *news)
{
    return fd_send(zygote->control, news, sizeof *news, -1, NULL);
}

static bool
tell_ready(const Zygote *zygote)
{
    ZygoteNews news = {.kind = ZYGOTE_READY, .level = (int)sandbox_level()};
    g_autofree char *words = sandbox_describe();

    g_strlcpy(news.words, words, sizeof news.words);
    return send_news(zygote, &news);
}

static bool
tell_end(const Zygote *zygote, uint32_t id, int status)
{
    ZygoteNews news = {.kind = ZYGOTE_ENDED, .child = id, .status = status};

    return send_news(zygote, &news);
}

static bool
fork_child(Zygote *zygote, const ZygoteOrder *order, int socket)
{
    pid_t self = getpid();
    Child child = {order->child, fork()};

    if (child.pid == 0)
        child_main(socket, self, order);
    if (child.pid < 0) /* the socket closes: docentd hears of it so, too */
        return tell_end(zygote, order->child,
                        W_EXITCODE(ZYGOTE_EXIT_SANDBOX, 0));
    g_array_append_val(zygote->children, child);
    return true;
}

static void
kill_child(const Zygote *zygote, uint32_t id)
{
    for (unsigned i = 0; i < zygote->children->len; i++) {
        const Child *child = &g_array_index(zygote->children, Child, i);

        if (child->id == id)
            (void)kill(child->pid, SIGKILL);
    }
}

/* False when there is nobody left to serve. */
static bool
take_order(Zygote *zygote)
{
    fd_auto int socket = -1;
    ZygoteOrder order;
    ssize_t n = fd_recv(zygote->control, &order, sizeof order, &socket, NULL);

    if (n != sizeof order)
        return false;
    switch (order.kind) {
    case ZYGOTE_FORK:
        return socket >= 0 && fork_child(zygote, &order, socket);
    case ZYGOTE_KILL:
        kill_child(zygote, order.child);
        return true;
    default:
        return false;
    }
}

/* All children that have ended; signals of several may have become one. */
static bool
take_ends(Zygote *zygote)
{
    struct signalfd_siginfo unused;
    int status;
    pid_t pid;

    (void)!read(zygote->ends, &unused, sizeof unused);
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < zygote->children->len; i++) {
            Child child = g_array_index(zygote->children, Child, i);

            if (child.pid != pid)
                continue;
            g_array_remove_index_fast(zygote->children, i);
            if (!tell_end(zygote, child.id, status))
                return false;
            break;
        }
    }
    return true;
}

static void
end_children(const Zygote *zygote)
{
    for (unsigned i = 0; i < zygote->children->len; i++)
        (void)kill(g_array_index(zygote->children, Child, i).pid, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        continue;
}

static void
serve(Zygote *zygote)
{
    struct pollfd either[] = {{zygote->control, POLLIN, 0},
                              {zygote->ends, POLLIN, 0}};

    for (;;) {
        if (poll(either, G_N_ELEMENTS(either), -1) < 0 && errno != EINTR)
            return;
        if (either[1].revents != 0 && !take_ends(zygote))
            return;
        if (either[0].revents != 0 && !take_order(zygote))
            return;
    }
}

int
zygote_main(int control)
{
    g_autoptr(GError) error = NULL;
    Zygote zygote = {.control = control};
    sigset_t ends;

    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL);
    /* The terminal's ^C is docentd's to answer; a file that may not grow is
     * an error to its writer, not its end. */
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    zygote.ends = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    zygote.children = g_array_new(FALSE, FALSE, sizeof(Child));
    warmup();
    if (zygote.ends < 0 || !sandbox_enter_zygote(&error)) {
        (void)fprintf(stderr, "docent-indexer: %s\n",
                      error != NULL ? error->message : "no signalfd");
        return EXIT_FAILURE;
    }
    if (tell_ready(&zygote))
        serve(&zygote);
    end_children(&zygote);
    return EXIT_SUCCESS;
}
