/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.c - Landlock, seccomp and rlimits, each a table with its reasons.
 *
 * Landlock says which files may be opened; seccomp says which system calls
 * there are at all. Each leaves open what the other closes: Landlock knows
 * nothing of UDP, ptrace or descriptors already open, seccomp nothing of
 * paths.
 *
 * A call nobody listed answers ENOSYS, as an older kernel would, so that a
 * newer C library falls back instead of dying. Only what no reader of
 * documents could ever mean ends the process.
 */
#include "config.h"

#include "indexer/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

/* ---- Landlock ---- */

/* What the headers of an older distribution do not name. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP (1ULL << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNAL (1ULL << 1)
#endif

enum { LANDLOCK_ABI_KNOWN = 7 };

/* struct landlock_ruleset_attr as of ABI 6; older kernels take less of it. */
typedef struct {
    uint64_t fs;
    uint64_t net;    /* from ABI 4 */
    uint64_t scoped; /* from ABI 6 */
} Ruleset;

static const struct {
    const char *path;
    const char *reason;
} readable[] = {
    {"/usr/share/poppler", "CMaps: without them CJK text is lost"},
    {"/usr/share/fonts", "widths of fonts a PDF names but does not hold"},
    {"/usr/local/share/fonts", "the same"},
    {"/usr/share/texmf/fonts", "the same, where TeX is installed"},
    {"/usr/share/fontconfig", "which font stands in for which"},
    {"/etc/fonts", "the same"},
    {"/var/cache/fontconfig", "the same, already worked out"},
};

/* The ABI of this kernel's Landlock; 0: none, or the container denies it. */
static int
landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
                       LANDLOCK_CREATE_RULESET_VERSION);

    return abi > 0 ? (int)MIN(abi, LANDLOCK_ABI_KNOWN) : 0;
}

static Ruleset
ruleset_for(int abi, size_t *ret_size_bytes)
{
    Ruleset all = {
        .fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1, /* all of ABI 1 */
    };

    *ret_size_bytes = sizeof all.fs;
    if (abi >= 2)
        all.fs |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        all.fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
    if (abi >= 4) {
        all.net =
            LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
        *ret_size_bytes = sizeof all.fs + sizeof all.net;
    }
    if (abi >= 5)
        all.fs |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
    if (abi >= 6) {
        all.scoped =
            LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
        *ret_size_bytes = sizeof all;
    }
    return all;
}

static bool
landlock_enter(int abi, GError **error)
{
    size_t size_bytes;
    Ruleset all = ruleset_for(abi, &size_bytes);
    fd_auto int rules =
        (int)syscall(SYS_landlock_create_ruleset, &all, size_bytes, 0);

    if (rules < 0)
        return fault_errno(error, "create Landlock rules");
    for (size_t i = 0; i < G_N_ELEMENTS(readable); i++) {
        fd_auto int place = open(readable[i].path, O_PATH | O_CLOEXEC);
        struct landlock_path_beneath_attr beneath = {
            .allowed_access =
                LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
            .parent_fd = place,
        };

        if (place >= 0 && syscall(SYS_landlock_add_rule, rules,
                                  LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
            return fault_errno(error, "allow '%s'", readable[i].path);
    }
    if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
        return fault_errno(error, "enter Landlock");
    return true;
}

/* ---- seccomp ---- */

enum { CHILD = 1, ZYGOTE = 2, BOTH = CHILD | ZYGOTE };

/* In the child's filter this stands for its own pid, known only after the
 * fork. No flag or number a rule compares with looks like it. */
enum { PID_TO_COME = 0x5e1fed };

#define ALLOW SCMP_ACT_ALLOW
#define KILL SCMP_ACT_KILL_PROCESS
#define DENY SCMP_ACT_ERRNO(EACCES)
#define MUTE SCMP_ACT_ERRNO(EPERM)

enum {
    CLONE_FORBIDDEN = CLONE_VM | CLONE_THREAD | CLONE_FILES | CLONE_NEWNS |
                      CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET
};

#define ALL UINT32_MAX /* the argument is an int */

typedef struct {
    int call;
    unsigned who;
    uint32_t action;
    const char *reason;
    unsigned argument;    /* from 1; 0: whatever the arguments */
    uint32_t mask, value; /* (argument & mask) == value */
} Rule;

static const Rule rules[] = {
    /* Memory, time, itself. */
    {SCMP_SYS(brk), BOTH, ALLOW, "malloc"},
    {SCMP_SYS(munmap), BOTH, ALLOW, "malloc"},
    {SCMP_SYS(mremap), BOTH, ALLOW, "malloc"},
    {SCMP_SYS(madvise), BOTH, ALLOW, "malloc"},
    {SCMP_SYS(mmap), BOTH, ALLOW, "malloc; never code", 3, PROT_EXEC, 0},
    {SCMP_SYS(mprotect), BOTH, ALLOW, "malloc; never code", 3, PROT_EXEC, 0},
    {SCMP_SYS(mmap), BOTH, DENY, "new code", 3, PROT_EXEC, PROT_EXEC},
    {SCMP_SYS(mprotect), BOTH, DENY, "new code", 3, PROT_EXEC, PROT_EXEC},
    {SCMP_SYS(futex), BOTH, ALLOW, "locks of the C library"},
    {SCMP_SYS(exit), BOTH, ALLOW, "the end"},
    {SCMP_SYS(exit_group), BOTH, ALLOW, "the end"},
    {SCMP_SYS(rt_sigreturn), BOTH, ALLOW, "abort's handler"},
    {SCMP_SYS(rt_sigprocmask), BOTH, ALLOW, "abort"},
    {SCMP_SYS(rt_sigaction), BOTH, ALLOW, "abort"},
    {SCMP_SYS(restart_syscall), BOTH, ALLOW, "the kernel's own"},
    {SCMP_SYS(clock_gettime), BOTH, ALLOW, "where the vDSO fails"},
    {SCMP_SYS(gettimeofday), BOTH, ALLOW, "the same"},
    {SCMP_SYS(time), BOTH, ALLOW, "the same"},
    {SCMP_SYS(clock_nanosleep), BOTH, ALLOW, "harmless"},
    {SCMP_SYS(sched_yield), BOTH, ALLOW, "harmless"},
    {SCMP_SYS(getrandom), BOTH, ALLOW, "seeds of hash tables"},
    {SCMP_SYS(getpid), BOTH, ALLOW, "abort"},
    {SCMP_SYS(gettid), BOTH, ALLOW, "abort"},
    {SCMP_SYS(getrusage), BOTH, ALLOW, "CPU used so far"},
    {SCMP_SYS(tgkill), CHILD, ALLOW, "abort: itself alone", 1, ALL,
     PID_TO_COME},

    /* Descriptors it holds: the document, its socket, /dev/null. */
    {SCMP_SYS(read), BOTH, ALLOW, "documents, data files"},
    {SCMP_SYS(readv), BOTH, ALLOW, "the same"},
    {SCMP_SYS(pread64), BOTH, ALLOW, "the same"},
    {SCMP_SYS(preadv), BOTH, ALLOW, "the same"},
    {SCMP_SYS(lseek), BOTH, ALLOW, "the same"},
    {SCMP_SYS(fadvise64), BOTH, ALLOW, "the same"},
    {SCMP_SYS(fstat), BOTH, ALLOW, "the same"},
    {SCMP_SYS(fstatfs), BOTH, ALLOW, "fontconfig: is it NFS"},
    {SCMP_SYS(close), BOTH, ALLOW, "the same"},
    {SCMP_SYS(dup), BOTH, ALLOW, "poppler keeps one of its own"},
    {SCMP_SYS(write), BOTH, ALLOW, "libraries warn on stderr"},
    {SCMP_SYS(writev), BOTH, ALLOW, "the same"},
    {SCMP_SYS(recvmsg), BOTH, ALLOW, "the next task"},
    {SCMP_SYS(sendmsg), BOTH, ALLOW, "the answer"},
    /* F_SETOWN would send signals to others. */
    {SCMP_SYS(fcntl), BOTH, ALLOW, "poppler", 2, ALL, F_DUPFD},
    {SCMP_SYS(fcntl), BOTH, ALLOW, "poppler", 2, ALL, F_DUPFD_CLOEXEC},
    {SCMP_SYS(fcntl), BOTH, ALLOW, "poppler", 2, ALL, F_GETFD},
    {SCMP_SYS(fcntl), BOTH, ALLOW, "poppler", 2, ALL, F_SETFD},
    {SCMP_SYS(fcntl), BOTH, ALLOW, "fdopen", 2, ALL, F_GETFL},

    /* Paths: Landlock says which may be read. */
    {SCMP_SYS(openat), BOTH, ALLOW, "fonts, CMaps", 3,
     O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY},
    {SCMP_SYS(open), BOTH, ALLOW, "the same", 2, O_ACCMODE | O_CREAT | O_TRUNC,
     O_RDONLY},
    {SCMP_SYS(openat), BOTH, DENY, "writing", 3, O_WRONLY, O_WRONLY},
    {SCMP_SYS(openat), BOTH, DENY, "writing", 3, O_RDWR, O_RDWR},
    {SCMP_SYS(newfstatat), BOTH, ALLOW, "fstat of newer glibc"},
    {SCMP_SYS(stat), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(lstat), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(access), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(faccessat), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(faccessat2), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(readlink), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(readlinkat), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(getdents64), BOTH, ALLOW, "fontconfig"},
    {SCMP_SYS(unlink), BOTH, DENY, "fontconfig would write its cache"},
    {SCMP_SYS(rename), BOTH, DENY, "the same"},
    {SCMP_SYS(link), BOTH, DENY, "the same"},
    {SCMP_SYS(mkdir), BOTH, DENY, "the same"},
    {SCMP_SYS(chmod), BOTH, DENY, "the same"},
    {SCMP_SYS(ioctl), BOTH, SCMP_ACT_ERRNO(ENOTTY), "isatty: it is not"},

    /* What a parent of children needs besides. */
    {SCMP_SYS(clone), ZYGOTE, ALLOW, "fork; no thread", 1, CLONE_FORBIDDEN, 0},
    {SCMP_SYS(fork), ZYGOTE, ALLOW, "fork"},
    {SCMP_SYS(set_robust_list), ZYGOTE, ALLOW, "fork"},
    {SCMP_SYS(rseq), ZYGOTE, ALLOW, "fork"},
    {SCMP_SYS(wait4), ZYGOTE, ALLOW, "children's ends"},
    {SCMP_SYS(poll), ZYGOTE, ALLOW, "orders and ends"},
    {SCMP_SYS(ppoll), ZYGOTE, ALLOW, "the same"},
    {SCMP_SYS(kill), ZYGOTE, ALLOW, "a child past its deadline"},
    {SCMP_SYS(tgkill), ZYGOTE, ALLOW, "abort"},
    {SCMP_SYS(getppid), BOTH, ALLOW, "a child: orphaned yet?"},
    {SCMP_SYS(geteuid), ZYGOTE, ALLOW, "RLIMIT_NPROC"},
    {SCMP_SYS(dup2), ZYGOTE, ALLOW, "a child's socket"},
    {SCMP_SYS(dup3), ZYGOTE, ALLOW, "the same"},
    {SCMP_SYS(close_range), ZYGOTE, ALLOW, "the rest"},
    {SCMP_SYS(prctl), ZYGOTE, ALLOW, "a child closes itself in"},
    {SCMP_SYS(seccomp), ZYGOTE, ALLOW, "the same"},
    {SCMP_SYS(setrlimit), ZYGOTE, ALLOW, "the same"},
    {SCMP_SYS(prlimit64), ZYGOTE, ALLOW, "the same", 1, ALL, 0},
    {SCMP_SYS(sigaltstack), BOTH, ALLOW, "AddressSanitizer"},

    /* Asked for by libraries that take no for an answer. */
    {SCMP_SYS(clone), CHILD, MUTE, "no thread, no process"},
    {SCMP_SYS(fork), CHILD, MUTE, "no process"},
    {SCMP_SYS(vfork), BOTH, MUTE, "no process"},
    {SCMP_SYS(kill), CHILD, MUTE, "no signal"},
    {SCMP_SYS(prlimit64), CHILD, MUTE, "no limit moves"},
    {SCMP_SYS(prctl), CHILD, MUTE, "nothing is undone"},

    /* No reader of documents means any of these. */
    {SCMP_SYS(execve), BOTH, KILL, "another program"},
    {SCMP_SYS(execveat), BOTH, KILL, "another program"},
    {SCMP_SYS(socket), BOTH, KILL, "the network"},
    {SCMP_SYS(socketpair), BOTH, KILL, "the network"},
    {SCMP_SYS(connect), BOTH, KILL, "the network"},
    {SCMP_SYS(bind), BOTH, KILL, "the network"},
    {SCMP_SYS(listen), BOTH, KILL, "the network"},
    {SCMP_SYS(accept), BOTH, KILL, "the network"},
    {SCMP_SYS(accept4), BOTH, KILL, "the network"},
    {SCMP_SYS(sendto), BOTH, KILL, "the network"},
    {SCMP_SYS(ptrace), BOTH, KILL, "another process"},
    {SCMP_SYS(process_vm_readv), BOTH, KILL, "another process"},
    {SCMP_SYS(process_vm_writev), BOTH, KILL, "another process"},
    {SCMP_SYS(pidfd_open), CHILD, KILL, "another process"},
    {SCMP_SYS(pidfd_getfd), BOTH, KILL, "another process"},
    {SCMP_SYS(pidfd_send_signal), BOTH, KILL, "another process"},
    {SCMP_SYS(kcmp), BOTH, KILL, "another process"},
    {SCMP_SYS(bpf), BOTH, KILL, "the kernel"},
    {SCMP_SYS(perf_event_open), BOTH, KILL, "the kernel"},
    {SCMP_SYS(io_uring_setup), BOTH, KILL, "calls seccomp does not see"},
    {SCMP_SYS(io_uring_enter), BOTH, KILL, "the same"},
    {SCMP_SYS(io_uring_register), BOTH, KILL, "the same"},
    {SCMP_SYS(userfaultfd), BOTH, KILL, "the kernel"},
    {SCMP_SYS(keyctl), BOTH, KILL, "secrets"},
    {SCMP_SYS(add_key), BOTH, KILL, "secrets"},
    {SCMP_SYS(request_key), BOTH, KILL, "secrets"},
    {SCMP_SYS(mount), BOTH, KILL, "another view of the files"},
    {SCMP_SYS(umount2), BOTH, KILL, "the same"},
    {SCMP_SYS(pivot_root), BOTH, KILL, "the same"},
    {SCMP_SYS(chroot), BOTH, KILL, "the same"},
    {SCMP_SYS(open_by_handle_at), BOTH, KILL, "the same"},
    {SCMP_SYS(unshare), BOTH, KILL, "the same"},
    {SCMP_SYS(setns), BOTH, KILL, "the same"},
    {SCMP_SYS(init_module), BOTH, KILL, "the kernel"},
    {SCMP_SYS(finit_module), BOTH, KILL, "the kernel"},
    {SCMP_SYS(kexec_load), BOTH, KILL, "the kernel"},
};

/* Without Landlock no path may be opened: what a child needs is warm. */
static bool
opens_path(const Rule *rule)
{
    return (rule->call == SCMP_SYS(openat) || rule->call == SCMP_SYS(open)) &&
           rule->action == ALLOW;
}

static void
filter_free(scmp_filter_ctx filter)
{
    if (filter != NULL)
        seccomp_release(filter);
}
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(scmp_filter_ctx, filter_free, NULL)

/* Given; NULL is a failure. */
static scmp_filter_ctx
filter_build(unsigned who, bool paths, GError **error)
{
    g_auto(scmp_filter_ctx) filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));

    if (filter == NULL) {
        fault(error, FAULT_INTERNAL, "begin a seccomp filter");
        return NULL;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
        const Rule *rule = &rules[i];
        struct scmp_arg_cmp when = {rule->argument - 1, SCMP_CMP_MASKED_EQ,
                                    rule->mask, rule->value};
        int result;

        if (!(rule->who & who) || (opens_path(rule) && !paths))
            continue;
        result = seccomp_rule_add_array(filter, rule->action, rule->call,
                                        rule->argument > 0, &when);
        /* EDOM: this architecture has no such call. */
        if (result < 0 && result != -EDOM) {
            errno = -result;
            fault_errno(error, "seccomp rule %zu (%s)", i, rule->reason);
            return NULL;
        }
    }
    return g_steal_pointer(&filter);
}

/* The filter as the kernel takes it, so that a child only has to load it. */
static GArray *
filter_compile(unsigned who, bool paths, GError **error)
{
    g_auto(scmp_filter_ctx) filter = filter_build(who, paths, error);
    fd_auto int file = -1;
    g_autoptr(GBytes) bytes = NULL;
    GArray *program;
    size_t size_bytes;
    const void *data;
    int result;

    if (filter == NULL)
        return NULL;
    file = memfd_create("filter", MFD_CLOEXEC);
    result = file < 0 ? -errno : seccomp_export_bpf(filter, file);
    if (result < 0) {
        errno = -result;
        fault_errno(error, "export a seccomp filter");
        return NULL;
    }
    bytes = fd_read_all(file, BPF_MAXINSNS * sizeof(struct sock_filter), error);
    if (bytes == NULL)
        return NULL;
    data = g_bytes_get_data(bytes, &size_bytes);
    program = g_array_new(FALSE, FALSE, sizeof(struct sock_filter));
    g_array_append_vals(program, data,
                        (guint)(size_bytes / sizeof(struct sock_filter)));
    return program;
}

static bool
filter_load(GArray *program, GError **error)
{
    struct sock_fprog prog = {
        .len = (unsigned short)program->len,
        .filter = (struct sock_filter *)(void *)program->data,
    };

    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
        return fault_errno(error, "enter seccomp");
    return true;
}

static bool
seccomp_is_here(void)
{
    return prctl(PR_GET_SECCOMP) >= 0 &&
           seccomp_api_get() >= 3; /* with SECCOMP_RET_KILL_PROCESS */
}

/* ---- the zygote's step, then each child's ---- */

static struct {
    int abi;            /* of Landlock, entered; 0: not */
    bool seccomp;       /* entered */
    GArray *for_child;  /* of struct sock_filter */
    unsigned pid_place; /* where PID_TO_COME stands in it */
} sandbox;

SandboxLevel
sandbox_level(void)
{
    if (sandbox.abi > 0 && sandbox.seccomp)
        return SANDBOX_FULL;
    return sandbox.abi > 0 || sandbox.seccomp ? SANDBOX_REDUCED : SANDBOX_NONE;
}

char *
sandbox_describe(void)
{
    static const char *const words[] = {"none", "reduced", "full"};
    g_autofree char *landlock =
        sandbox.abi > 0 ? g_strdup_printf("Landlock ABI %d", sandbox.abi)
                        : g_strdup("no Landlock");

    return g_strdup_printf("%s (%s, %s)", words[sandbox_level()], landlock,
                           sandbox.seccomp ? "seccomp" : "no seccomp");
}

/* Finds where the child's pid goes: at one place, else the rule is not the
 * one we wrote. */
static bool
find_pid_place(GError **error)
{
    unsigned found = 0;

    for (unsigned i = 0; i < sandbox.for_child->len; i++) {
        if (g_array_index(sandbox.for_child, struct sock_filter, i).k !=
            PID_TO_COME)
            continue;
        sandbox.pid_place = i;
        found++;
    }
    return found == 1 || fault(error, FAULT_INTERNAL,
                               "%u places for a pid in the filter", found);
}

static bool
required(const char *layer)
{
    const char *list = getenv("DOCENT_REQUIRE");
    g_auto(GStrv) layers = g_strsplit(list != NULL ? list : "", ",", -1);

    return g_strv_contains((const char *const *)layers, layer);
}

/* A thread begun earlier would stay outside. */
static bool
check_single_threaded(GError **error)
{
    g_autofree char *status = NULL;
    const char *threads;

    if (!g_file_get_contents("/proc/self/status", &status, NULL, error))
        return fault_prefix(error, "count threads");
    threads = strstr(status, "\nThreads:\t");
    if (threads == NULL || atoi(threads + strlen("\nThreads:\t")) != 1)
        return fault(error, FAULT_INTERNAL, "a thread was begun before");
    return true;
}

bool
sandbox_enter_zygote(GError **error)
{
    g_autoptr(GArray) own = NULL;
    int abi = landlock_abi();
    bool seccomp = seccomp_is_here();

    if (!check_single_threaded(error))
        return false;
    if (abi == 0 && required("landlock"))
        return fault(error, FAULT_UNSUPPORTED, "this kernel has no Landlock");
    if (!seccomp && required("seccomp"))
        return fault(error, FAULT_UNSUPPORTED, "this kernel has no seccomp");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return fault_errno(error, "give up new privileges");
    if (prctl(PR_SET_DUMPABLE, 0) < 0)
        return fault_errno(error, "forbid dumps");
    if (seccomp) {
        own = filter_compile(ZYGOTE, true, error);
        sandbox.for_child = filter_compile(CHILD, abi > 0, error);
        if (own == NULL || sandbox.for_child == NULL || !find_pid_place(error))
            return false;
    }
    if (abi > 0 && !landlock_enter(abi, error))
        return false;
    if (seccomp && !filter_load(own, error))
        return false;
    sandbox.abi = abi;
    sandbox.seccomp = seccomp;
    return true;
}

static bool
limit(int resource, const char *name, uint64_t soft, uint64_t hard,
      GError **error)
{
    struct rlimit both = {soft, hard};

    if (setrlimit(resource, &both) < 0)
        return fault_errno(error, "limit %s", name);
    return true;
}

/* Open descriptors: its socket, a document or two, data files of libraries. */
enum { FILES_MAX = 64, CPU_GRACE_S = 2 };

static bool
limits_enter(const SandboxLimits *limits, GError **error)
{
    uint64_t memory = limits->memory_bytes;

#ifdef WITH_SANITIZERS
    memory = 0; /* ASan reserves terabytes of addresses for its shadow. */
#endif
    /* Root is not counted by RLIMIT_NPROC; the filter forbids fork to all. */
    return (memory == 0 || limit(RLIMIT_AS, "memory", memory, memory, error)) &&
           (limits->cpu_s == 0 || limit(RLIMIT_CPU, "CPU time", limits->cpu_s,
                                        limits->cpu_s + CPU_GRACE_S, error)) &&
           (geteuid() == 0 || limit(RLIMIT_NPROC, "processes", 0, 0, error)) &&
           limit(RLIMIT_CORE, "core dumps", 0, 0, error) &&
           limit(RLIMIT_FSIZE, "file size", 0, 0, error) &&
           limit(RLIMIT_NOFILE, "open files", FILES_MAX, FILES_MAX, error);
}

bool
sandbox_enter_child(const SandboxLimits *limits, GError **error)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return fault_errno(error, "end with the parent");
    if (!limits_enter(limits, error))
        return false;
    if (!sandbox.seccomp)
        return true;
    g_array_index(sandbox.for_child, struct sock_filter, sandbox.pid_place).k =
        (uint32_t)getpid();
    return filter_load(sandbox.for_child, error);
}
