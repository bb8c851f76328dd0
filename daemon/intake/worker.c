/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * worker.c - documents out to sandboxed children, answers back in.
 *
 * Nothing here waits for a process to come up: orders and tasks lie in the
 * sockets until the other end reads them. A child that has read a document
 * with our own code stays for the next; any other is replaced by one that
 * was forked meanwhile.
 *
 * How a child ended is told by two sources in either order: its socket
 * closes, and its zygote tells the wait status. A job fails once both are
 * in, or at its deadline.
 */
#include "config.h"

#include "daemon/intake/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/record.h"

enum {
    FORKS_MAX = 500, /* of one zygote: heap creep, one address layout */
    IDLE_S = 60,     /* without work, then all end */
    TRIES_MAX = 3,   /* of a job whose zygote died under it */
    REST_S_MAX = 60, /* between starts that fail; 1 s, doubled */
};

typedef struct {
    Workers *workers;
    pid_t pid;
    int control;
    unsigned source; /* of control */
    unsigned forks;
    bool ready;
} Zygote;

typedef struct {
    Zygote *zygote;
    uint32_t id;
    int socket;      /* -1: closed by either end */
    unsigned source; /* of socket */
    bool last;       /* is given no other document */
    bool killed;     /* by us */
    WorkerJob *job;  /* or NULL */
} Child;

struct WorkerJob {
    Workers *workers;
    Child *child;   /* NULL: waits for a zygote */
    int document;   /* kept until the answer, for another try */
    int64_t due_us; /* its deadline, monotonic; while it has a child */
    unsigned tries;
    RecordReader *reader;
    Task task;
    WorkerDone done;
    void *user;
};

struct Workers {
    char *indexer;
    unsigned slots;
    WorkerLimits limits;
    void (*room)(void *user);
    void *user;

    Zygote *zygote;      /* the one that forks; or NULL */
    Zygote *successor;   /* warming up; or NULL */
    GPtrArray *retired;  /* of Zygote: end with their last child */
    GPtrArray *children; /* of Child, of all zygotes, until told ended */
    GPtrArray *jobs;     /* of WorkerJob */
    uint32_t last_id;    /* of children and tasks */
    char *words;

    GSource *clock;        /* deadlines, idleness, rest: fires at the first */
    int64_t idle_us;       /* when all may end */
    unsigned rest_s;       /* the next rest; 0: all is well */
    int64_t rest_until_us; /* jobs without a child wait for it; 0: no rest */
    uint8_t packet[RECORD_BYTES_MAX + 1];
};

/* ---- time ---- */

/* The clock never runs late; it may run early and look again, so that the
 * usual job, done long before its deadline, costs no timer. */
static void
clock_at(Workers *workers, int64_t due_us)
{
    int64_t set_us = g_source_get_ready_time(workers->clock);

    if (set_us < 0 || due_us < set_us)
        g_source_set_ready_time(workers->clock, due_us);
}

static int64_t
in_seconds(unsigned seconds)
{
    return g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
}

static void
touch_idle(Workers *workers)
{
    workers->idle_us = in_seconds(IDLE_S);
    clock_at(workers, workers->idle_us);
}

/* ---- children ---- */

static void
child_close(Child *child)
{
    if (child->source != 0)
        g_source_remove(child->source);
    child->source = 0;
    fd_clear(&child->socket);
}

static void
child_free(Child *child)
{
    child_close(child);
    if (child->job != NULL)
        child->job->child = NULL;
    g_free(child);
}

static void
child_kill(Child *child)
{
    ZygoteOrder order = {.kind = ZYGOTE_KILL, .child = child->id};

    child_close(child);
    child->killed = true;
    /* A zygote that is gone has taken its children along. */
    (void)fd_send(child->zygote->control, &order, sizeof order, -1, NULL);
}

/* The one that served last, whose memory is warm. */
static Child *
idle_child(const Workers *workers)
{
    for (unsigned i = workers->children->len; i > 0; i--) {
        Child *child = workers->children->pdata[i - 1];

        if (child->job == NULL && child->socket >= 0 && !child->last)
            return child;
    }
    return NULL;
}

static Child *
find_child(const Workers *workers, const Zygote *zygote, uint32_t id)
{
    for (unsigned i = 0; i < workers->children->len; i++) {
        Child *child = workers->children->pdata[i];

        if (child->zygote == zygote && child->id == id)
            return child;
    }
    return NULL;
}

/* ---- jobs ---- */

static void
job_free(WorkerJob *job)
{
    if (job->child != NULL)
        job->child->job = NULL;
    record_reader_free(job->reader);
    fd_clear(&job->document);
    g_free(job);
}

/* @extract is taken. The job is over; what it stood on may be gone after. */
static void
job_end(WorkerJob *job, Extract *extract)
{
    Workers *workers = job->workers;
    WorkerDone done = job->done;
    void *user = job->user;

    g_ptr_array_remove_fast(workers->jobs, job);
    job_free(job);
    touch_idle(workers);
    done(extract, user);
    workers->room(workers->user);
}

static void G_GNUC_PRINTF(3, 4)
    job_fail(WorkerJob *job, FaultCode code, const char *format, ...)
{
    Extract *extract = extract_new();
    va_list args;

    va_start(args, format);
    extract->state = EXTRACT_FAILED;
    extract->fault = (int)code;
    extract->reason = g_strdup_vprintf(format, args);
    va_end(args);
    job_end(job, extract);
}

static const struct {
    int number;
    const char *sentence;
} signal_sentences[] = {
    {SIGSEGV, "crashed (segmentation fault)"},
    {SIGBUS, "crashed (bus error)"},
    {SIGILL, "crashed (illegal instruction)"},
    {SIGFPE, "crashed (arithmetic error)"},
    {SIGABRT, "gave up (aborted)"},
    {SIGSYS, "tried a forbidden system call"},
    {SIGKILL, "was killed, most likely for want of memory"},
};

/* @status as of waitpid(2), of a child that ended before its answer. */
static void
job_fail_with(WorkerJob *job, int status)
{
    const WorkerLimits *limits = &job->workers->limits;

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
        job_fail(job, FAULT_TIMEOUT,
                 "its reader took more than %u s of CPU "
                 "time",
                 limits->cpu_s);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(signal_sentences); i++) {
        if (WIFSIGNALED(status) &&
            WTERMSIG(status) == signal_sentences[i].number) {
            job_fail(job, FAULT_CRASHED, "its reader %s",
                     signal_sentences[i].sentence);
            return;
        }
    }
    if (WIFSIGNALED(status))
        job_fail(job, FAULT_CRASHED, "its reader was ended by signal %d",
                 WTERMSIG(status));
    else if (WEXITSTATUS(status) == ZYGOTE_EXIT_MEMORY)
        job_fail(job, FAULT_CRASHED,
                 "its reader ran out of memory (limit "
                 "%u MB)",
                 limits->memory_mb);
    else if (WEXITSTATUS(status) == ZYGOTE_EXIT_SANDBOX)
        job_fail(job, FAULT_IO, "its reader could not be closed in");
    else
        job_fail(job, FAULT_CRASHED,
                 "its reader left without an answer "
                 "(status %d)",
                 WEXITSTATUS(status));
}

static void
job_take_answer(Child *child, Extract *extract, bool reusable)
{
    WorkerJob *job = child->job;

    child->job = NULL;
    job->child = NULL;
    job->workers->rest_s = 0;
    if (!reusable || child->last)
        child_close(child);
    job_end(job, extract);
}

/* What the child sent, until there is no more or its job is over. Afterwards
 * the child may be another's, so nobody looks at it. */
static void
child_read(Workers *workers, Child *child)
{
    g_autoptr(GError) error = NULL;

    for (;;) {
        Extract *extract;
        bool reusable;
        int got;
        /* No room for descriptors: the kernel drops what is passed. */
        ssize_t n = recv(child->socket, workers->packet, sizeof workers->packet,
                         MSG_DONTWAIT | MSG_TRUNC);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0) {
            child_close(child);
            return;
        }
        got = child->job == NULL
                  ? -1
                  : record_reader_take(child->job->reader, workers->packet,
                                       (size_t)n, &extract, &reusable, &error);
        if (got == 1) {
            job_take_answer(child, extract, reusable);
            return;
        }
        if (got < 0) {
            WorkerJob *job = child->job;

            child->job = NULL;
            child_kill(child);
            if (job == NULL)
                return;
            job->child = NULL;
            job_fail(job, FAULT_PROTOCOL,
                     "its reader does not keep to the "
                     "protocol: %s",
                     error->message);
            return;
        }
    }
}

static gboolean
on_child(int fd, GIOCondition condition, gpointer user)
{
    Child *child = user;

    child_read(child->zygote->workers, child);
    return G_SOURCE_CONTINUE; /* removed already, if it was closed */
}

/* ---- zygotes ---- */

static gboolean
on_reap(int fd, GIOCondition condition, gpointer user)
{
    (void)waitpid(GPOINTER_TO_INT(user), NULL, 0);
    (void)close(fd);
    return G_SOURCE_REMOVE;
}

/* It ends at the end of its control socket, and its children with it; while
 * it is warming up it has none, and is not waited for. */
static void
zygote_free(Zygote *zygote)
{
    int pidfd = (int)syscall(SYS_pidfd_open, zygote->pid, 0);

    if (zygote->source != 0)
        g_source_remove(zygote->source);
    fd_clear(&zygote->control);
    if (!zygote->ready || pidfd < 0)
        (void)kill(zygote->pid, SIGKILL);
    if (pidfd >= 0)
        g_unix_fd_add(pidfd, G_IO_IN, on_reap, GINT_TO_POINTER(zygote->pid));
    else
        (void)waitpid(zygote->pid, NULL, 0);
    g_free(zygote);
}

/* No other document for the children of @zygote (NULL: of any): those that
 * wait for one end now. */
static void
let_go(Workers *workers, const Zygote *zygote)
{
    for (unsigned i = 0; i < workers->children->len; i++) {
        Child *child = workers->children->pdata[i];

        if (zygote != NULL && child->zygote != zygote)
            continue;
        child->last = true;
        if (child->job == NULL)
            child_close(child);
    }
}

static void
free_when_childless(Workers *workers, Zygote *zygote)
{
    for (unsigned i = 0; i < workers->children->len; i++)
        if (((Child *)workers->children->pdata[i])->zygote == zygote)
            return;
    if (g_ptr_array_remove_fast(workers->retired, zygote))
        zygote_free(zygote);
}

static void
successor_takes_over(Workers *workers)
{
    Zygote *old = workers->zygote;

    workers->zygote = g_steal_pointer(&workers->successor);
    if (old == NULL)
        return;
    g_ptr_array_add(workers->retired, old);
    let_go(workers, old);
    free_when_childless(workers, old);
}

/* The jobs of its children wait for another one: it was not their doing. */
static void
zygote_gone(Workers *workers, Zygote *zygote)
{
    for (unsigned i = workers->children->len; i > 0; i--) {
        Child *child = workers->children->pdata[i - 1];

        if (child->zygote == zygote) {
            child_close(child);
            g_ptr_array_remove_index_fast(workers->children, i - 1);
        }
    }
    workers->rest_until_us = in_seconds(workers->rest_s);
    if (!zygote->ready && workers->rest_s == 0)
        workers->rest_until_us = in_seconds(1);
    workers->rest_s = CLAMP(workers->rest_s * 2, 1, REST_S_MAX);
    clock_at(workers, workers->rest_until_us);

    if (zygote == workers->zygote)
        workers->zygote = g_steal_pointer(&workers->successor);
    else if (zygote == workers->successor)
        workers->successor = NULL;
    else
        g_ptr_array_remove_fast(workers->retired, zygote);
    zygote_free(zygote);
}

static void
zygote_is_ready(Workers *workers, Zygote *zygote, const ZygoteNews *news)
{
    zygote->ready = true;
    g_free(workers->words);
    workers->words = g_strndup(news->words, sizeof news->words);
    if (zygote == workers->successor)
        successor_takes_over(workers);
}

/* Takes what it still sent before it ended, then fails its job if it left
 * one. True when it ended in a way that leaves its kin in doubt. */
static bool
child_ended(Workers *workers, Child *child, int status)
{
    bool doubtful = WIFSIGNALED(status) && !child->killed;
    WorkerJob *job;

    child->last = true;
    if (child->socket >= 0)
        child_read(workers, child);
    job = child->job;
    g_ptr_array_remove_fast(workers->children, child);
    if (job != NULL)
        job_fail_with(job, status);
    return doubtful;
}

static gboolean
on_control(int fd, GIOCondition condition, gpointer user)
{
    Zygote *zygote = user;
    Workers *workers = zygote->workers;
    ZygoteNews news;
    ssize_t n = recv(fd, &news, sizeof news, MSG_DONTWAIT | MSG_TRUNC);
    Child *child;

    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return G_SOURCE_CONTINUE;
    if (n != sizeof news) {
        zygote_gone(workers, zygote);
        return G_SOURCE_CONTINUE;
    }
    if (news.kind == ZYGOTE_READY) {
        zygote_is_ready(workers, zygote, &news);
        return G_SOURCE_CONTINUE;
    }
    child = find_child(workers, zygote, news.child);
    if (child != NULL && child_ended(workers, child, news.status) &&
        zygote == workers->zygote)
        zygote->forks = FORKS_MAX;
    free_when_childless(workers, zygote);
    return G_SOURCE_CONTINUE;
}

/* All it gets from us: no names, no secrets of the session. */
static char **
environment(void)
{
    static const char *const passed[] = {
        "DOCENT_REQUIRE",
        "DOCENT_DEBUG",
#ifdef WITH_SANITIZERS
        "ASAN_OPTIONS",
        "UBSAN_OPTIONS",
#endif
    };
    GPtrArray *list = g_ptr_array_new();

    g_ptr_array_add(list, g_strdup("PATH=/usr/bin:/bin"));
    g_ptr_array_add(list, g_strdup("LANG=C.UTF-8"));
    /* Read before main: a thread pool would meet the sandbox. */
    g_ptr_array_add(list, g_strdup("OMP_THREAD_LIMIT=1"));
    for (size_t i = 0; i < G_N_ELEMENTS(passed); i++)
        if (getenv(passed[i]) != NULL)
            g_ptr_array_add(
                list, g_strdup_printf("%s=%s", passed[i], getenv(passed[i])));
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(list, FALSE);
}

/* docent-indexer with @control as its standard input and nothing else of
 * ours.  Returns its pid, or -1 with errno */
static pid_t
spawn(const char *indexer, int control)
{
    char *arguments[] = {(char *)indexer, (char *)"--zygote", NULL};
    g_auto(GStrv) variables = environment();
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    pid_t pid;
    int result;

    sigemptyset(&none);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    /* A session of its own: the terminal's signals are for us. */
    (void)posix_spawnattr_setflags(&attributes,
                                   POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawn_file_actions_adddup2(&files, control, STDIN_FILENO);
    if (getenv("DOCENT_DEBUG") == NULL)
        (void)posix_spawn_file_actions_addopen(&files, STDERR_FILENO,
                                               "/dev/null", O_WRONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&files, STDERR_FILENO,
                                           STDOUT_FILENO);
    (void)posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    result =
        posix_spawn(&pid, indexer, &files, &attributes, arguments, variables);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    errno = result;
    return result == 0 ? pid : -1;
}

/* NULL when the system refuses a process or a socket. */
static Zygote *
zygote_new(Workers *workers)
{
    int ends[2];
    fd_auto int near = -1, far = -1;
    Zygote *zygote;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return NULL;
    near = ends[0];
    far = ends[1];
    if (!fd_set_nonblocking(near, NULL))
        return NULL;
    pid = spawn(workers->indexer, far);
    if (pid < 0)
        return NULL;
    zygote = g_new0(Zygote, 1);
    zygote->workers = workers;
    zygote->pid = pid;
    zygote->control = fd_steal(&near);
    zygote->source =
        g_unix_fd_add(zygote->control, G_IO_IN, on_control, zygote);
    return zygote;
}

/* ---- documents to children ---- */

/* Its socket is ready for a task at once. NULL when there is no zygote. */
static Child *
child_new(Workers *workers)
{
    ZygoteOrder order = {
        .kind = ZYGOTE_FORK,
        .child = ++workers->last_id,
        .memory_mb = workers->limits.memory_mb,
        .cpu_s = workers->limits.cpu_s,
    };
    int ends[2];
    fd_auto int near = -1, far = -1;
    Zygote *zygote;
    Child *child;

    if (workers->zygote == NULL)
        workers->zygote = zygote_new(workers);
    zygote = workers->zygote;
    if (zygote == NULL ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return NULL;
    near = ends[0];
    far = ends[1];
    if (!fd_send(zygote->control, &order, sizeof order, far, NULL))
        return NULL;
    if (++zygote->forks >= FORKS_MAX && workers->successor == NULL)
        workers->successor = zygote_new(workers);
    child = g_new0(Child, 1);
    child->zygote = zygote;
    child->id = order.child;
    child->socket = fd_steal(&near);
    child->source = g_unix_fd_add(child->socket, G_IO_IN, on_child, child);
    g_ptr_array_add(workers->children, child);
    return child;
}

static bool
give(WorkerJob *job, Child *child)
{
    job->task.id = ++job->workers->last_id;
    job->task.text_bytes_max = job->workers->limits.text_bytes_max;
    if (!task_send(child->socket, &job->task, job->document, NULL)) {
        child->last = true; /* it ended while it waited */
        child_close(child);
        return false;
    }
    g_clear_pointer(&job->reader, record_reader_free);
    job->reader = record_reader_new(job->task.id, job->task.text_bytes_max);
    job->child = child;
    child->job = job;
    return true;
}

/* To a child that waits or a new one, and one more is readied for the next
 * document. A job that finds none waits for the end of the rest. */
static void
begin(WorkerJob *job)
{
    Workers *workers = job->workers;
    Child *child;

    job->tries++;
    while (job->child == NULL && (child = idle_child(workers)) != NULL)
        (void)give(job, child);
    if (job->child == NULL && (child = child_new(workers)) != NULL)
        (void)give(job, child);
    if (job->child == NULL) {
        workers->rest_s = CLAMP(workers->rest_s * 2, 1, REST_S_MAX);
        workers->rest_until_us = in_seconds(workers->rest_s);
        clock_at(workers, workers->rest_until_us);
        return;
    }
    job->due_us =
        g_get_monotonic_time() + (int64_t)workers->limits.deadline_ms * 1000;
    clock_at(workers, job->due_us);
    if (idle_child(workers) == NULL)
        (void)child_new(workers);
}

/* ---- the clock ---- */

static void
end_all(Workers *workers)
{
    g_ptr_array_set_size(workers->children, 0);
    while (workers->retired->len > 0)
        zygote_free(g_ptr_array_steal_index_fast(workers->retired, 0));
    g_clear_pointer(&workers->successor, zygote_free);
    g_clear_pointer(&workers->zygote, zygote_free);
}

/* The first job whose time is up, or that waits for a child when
 * @without_child; NULL: none. */
static WorkerJob *
first_job(const Workers *workers, int64_t now_us, bool without_child)
{
    for (unsigned i = 0; i < workers->jobs->len; i++) {
        WorkerJob *job = workers->jobs->pdata[i];

        if (without_child ? job->child == NULL
                          : job->child != NULL && job->due_us <= now_us)
            return job;
    }
    return NULL;
}

static void
end_late_jobs(Workers *workers, int64_t now_us)
{
    WorkerJob *job;

    while ((job = first_job(workers, now_us, false)) != NULL) {
        Child *child = job->child;

        child->job = NULL;
        job->child = NULL;
        child_kill(child);
        job_fail(job, FAULT_TIMEOUT, "it took longer than %.3g s",
                 workers->limits.deadline_ms / 1000.0);
    }
}

static void
end_rest(Workers *workers)
{
    WorkerJob *job;

    workers->rest_until_us = 0;
    while (workers->rest_until_us == 0 &&
           (job = first_job(workers, 0, true)) != NULL) {
        if (job->tries >= TRIES_MAX)
            job_fail(job, FAULT_IO, "the reader could not be started");
        else
            begin(job);
    }
    if (workers->rest_until_us == 0)
        workers->room(workers->user);
}

static gboolean
on_clock(gpointer user)
{
    Workers *workers = user;
    int64_t now_us = g_get_monotonic_time();

    g_source_set_ready_time(workers->clock, -1);
    end_late_jobs(workers, now_us);
    if (workers->rest_until_us != 0 && workers->rest_until_us <= now_us)
        end_rest(workers);
    if (workers->jobs->len == 0 && workers->idle_us <= now_us)
        end_all(workers);

    for (unsigned i = 0; i < workers->jobs->len; i++) {
        const WorkerJob *job = workers->jobs->pdata[i];

        if (job->child != NULL)
            clock_at(workers, job->due_us);
    }
    if (workers->rest_until_us != 0)
        clock_at(workers, workers->rest_until_us);
    if (workers->jobs->len == 0 && workers_alive(workers) > 0)
        clock_at(workers, workers->idle_us);
    return G_SOURCE_CONTINUE;
}

static gboolean
clock_dispatch(GSource *source, GSourceFunc callback, gpointer user)
{
    return callback(user);
}

static GSourceFuncs clock_funcs = {.dispatch = clock_dispatch};

/* ---- what others call ---- */

Workers *
workers_new(const char *indexer, unsigned slots, const WorkerLimits *limits,
            void (*room)(void *user), void *user, GError **error)
{
    Workers *workers;

    if (access(indexer, X_OK) < 0) {
        fault_errno(error, "run '%s'", indexer);
        return NULL;
    }
    workers = g_new0(Workers, 1);
    workers->indexer = g_strdup(indexer);
    workers->slots = slots;
    workers->limits = *limits;
    workers->room = room;
    workers->user = user;
    workers->retired = g_ptr_array_new();
    workers->children =
        g_ptr_array_new_with_free_func((GDestroyNotify)child_free);
    workers->jobs = g_ptr_array_new();
    workers->words = g_strdup("not started");
    workers->clock = g_source_new(&clock_funcs, sizeof(GSource));
    g_source_set_callback(workers->clock, on_clock, workers, NULL);
    g_source_attach(workers->clock, NULL);
    return workers;
}

void
workers_free(Workers *workers)
{
    if (workers == NULL)
        return;
    for (unsigned i = 0; i < workers->jobs->len; i++)
        job_free(workers->jobs->pdata[i]);
    end_all(workers);
    g_source_destroy(workers->clock);
    g_source_unref(workers->clock);
    g_ptr_array_unref(workers->jobs);
    g_ptr_array_unref(workers->children);
    g_ptr_array_unref(workers->retired);
    g_free(workers->words);
    g_free(workers->indexer);
    g_free(workers);
}

void
workers_set_limits(Workers *workers, const WorkerLimits *limits)
{
    bool same = workers->limits.memory_mb == limits->memory_mb &&
                workers->limits.cpu_s == limits->cpu_s;

    workers->limits = *limits;
    if (!same)
        let_go(workers, NULL);
}

unsigned
workers_free_slots(const Workers *workers, bool arrival)
{
    unsigned all = workers->slots + (arrival ? 1 : 0);

    if (workers->rest_until_us != 0 || workers->jobs->len >= all)
        return 0;
    return all - workers->jobs->len;
}

WorkerJob *
workers_read(Workers *workers, int document, const char *name, bool arrival,
             WorkerDone done, void *user)
{
    WorkerJob *job = g_new0(WorkerJob, 1);

    g_assert(workers_free_slots(workers, arrival) > 0);
    job->workers = workers;
    job->document = document;
    job->done = done;
    job->user = user;
    g_strlcpy(job->task.name, name, sizeof job->task.name);
    g_ptr_array_add(workers->jobs, job);
    begin(job);
    return job;
}

void
worker_cancel(WorkerJob *job)
{
    Workers *workers = job->workers;

    if (job->child != NULL)
        child_kill(job->child);
    g_ptr_array_remove_fast(workers->jobs, job);
    job_free(job);
    touch_idle(workers);
}

void
workers_wake(Workers *workers)
{
    if (workers->rest_until_us != 0)
        return;
    touch_idle(workers);
    if (idle_child(workers) == NULL)
        (void)child_new(workers);
}

const char *
workers_sandbox(const Workers *workers)
{
    return workers->words;
}

unsigned
workers_alive(const Workers *workers)
{
    return workers->children->len + workers->retired->len +
           (workers->zygote != NULL) + (workers->successor != NULL);
}
