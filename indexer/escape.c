/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * escape.c - what a document that took over its reader would try.
 *
 * Each attempt is one system call, made without the C library's manners, in
 * a child closed in as for a document. A call that is refused holds, and so
 * does a child that is killed for it.
 */
#include "config.h"

#include "indexer/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "indexer/sandbox.h"

enum {
    ESCAPED = 0,        /* exit status; else an errno */
    EXIT_SANDBOX = 255, /* the child could not close itself in */
    MEMORY_BYTES = 512 * 1024 * 1024,
    CPU_S = 5,
};

/* From before the sandbox: what attempts aim at. */
static char target_home[4096];
static pid_t target_parent;

static long
open_home(void)
{
    return syscall(SYS_openat, AT_FDCWD, target_home, O_RDONLY | O_DIRECTORY);
}

static long
open_passwd(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static long
open_own_memory(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDWR);
}

static long
open_parents_descriptor(void)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%d/fd/0", (int)target_parent);
    return syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
}

static long
open_by_openat2(void)
{
    struct {
        uint64_t flags, mode, resolve;
    } how = {O_RDONLY, 0, 0};

    return syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof how);
}

static long
write_new_file(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/tmp/docent-escape",
                   O_WRONLY | O_CREAT, 0600);
}

static long
write_unnamed_file(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/tmp", O_RDWR | O_TMPFILE, 0600);
}

static long
truncate_file(void)
{
    return syscall(SYS_truncate, "/etc/fonts/fonts.conf", (off_t)1 << 40);
}

static long
make_folder(void)
{
    return syscall(SYS_mkdirat, AT_FDCWD, "/tmp/docent-escape", 0700);
}

static long
make_link(void)
{
    return syscall(SYS_symlinkat, "/", AT_FDCWD, "/tmp/docent-escape");
}

static long
change_mode(void)
{
    return syscall(SYS_fchmodat, AT_FDCWD, target_home, 0777);
}

static long
memory_file(void)
{
    return syscall(SYS_memfd_create, "escape", 0);
}

static long
tcp_socket(void)
{
    return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static long
udp_socket(void)
{
    return syscall(SYS_socket, AF_INET6, SOCK_DGRAM, 0);
}

static long
unix_socket(void)
{
    return syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
}

static long
netlink_socket(void)
{
    return syscall(SYS_socket, AF_NETLINK, SOCK_RAW, 0);
}

static long
connect_anywhere(void)
{
    struct sockaddr_in where = {.sin_family = AF_INET};

    return syscall(SYS_connect, 0, &where, sizeof where);
}

static long
send_anywhere(void)
{
    struct sockaddr_in where = {.sin_family = AF_INET};

    return syscall(SYS_sendto, 0, "", 1, 0, &where, sizeof where);
}

static long
run_program(void)
{
    char *const none[] = {NULL};

    return syscall(SYS_execve, "/bin/true", none, none);
}

static long
run_program_by_descriptor(void)
{
    char *const none[] = {NULL};

    return syscall(SYS_execveat, 0, "", none, none, AT_EMPTY_PATH);
}

/* The new process ends at once, should there be one. */
static long
fork_by(long call, unsigned long flags)
{
    long pid = syscall(call, flags, 0, 0, 0, 0);

    if (pid == 0)
        _exit(EXIT_SUCCESS);
    return pid;
}

static long
fork_process(void)
{
    return fork_by(SYS_clone, SIGCHLD);
}

static long
fork_clone3(void)
{
    uint64_t arguments[8] = {0, 0, 0, 0, SIGCHLD};
    long pid = syscall(SYS_clone3, arguments, sizeof arguments);

    if (pid == 0)
        _exit(EXIT_SUCCESS);
    return pid;
}

static long
new_user_namespace(void)
{
    return fork_by(SYS_clone, CLONE_NEWUSER | SIGCHLD);
}

static long
leave_namespace(void)
{
    return syscall(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNET);
}

static long
signal_parent(void)
{
    return syscall(SYS_kill, target_parent, 0);
}

static long
signal_parents_thread(void)
{
    return syscall(SYS_tgkill, target_parent, target_parent, 0);
}

static long
signal_everyone(void)
{
    return syscall(SYS_kill, -1, 0);
}

static long
signal_by_owner(void)
{
    return syscall(SYS_fcntl, 0, F_SETOWN, target_parent);
}

static long
trace_parent(void)
{
    return syscall(SYS_ptrace, PTRACE_ATTACH, target_parent, 0, 0);
}

static long
read_parents_memory(void)
{
    return syscall(SYS_process_vm_readv, target_parent, NULL, 0, NULL, 0, 0);
}

static long
steal_parents_descriptor(void)
{
    return syscall(SYS_pidfd_open, target_parent, 0);
}

static long
new_code(void)
{
    long at = syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at;
}

static long
written_code(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED)
        return -1;
    return syscall(SYS_mprotect, at, 4096, PROT_READ | PROT_EXEC);
}

static long
ring(void)
{
    char parameters[256] = {0};

    return syscall(SYS_io_uring_setup, 1, parameters);
}

static long
kernel_program(void)
{
    return syscall(SYS_bpf, 0, NULL, 0);
}

static long
fault_handler(void)
{
    return syscall(SYS_userfaultfd, 1 /* user mode only */);
}

static long
key_ring(void)
{
    return syscall(SYS_keyctl, 0, -3, 0);
}

static long
mount_files(void)
{
    return syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, NULL);
}

static long
change_root(void)
{
    return syscall(SYS_chroot, "/");
}

static long
more_memory(void)
{
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

    return syscall(SYS_prlimit64, 0, RLIMIT_AS, &all, NULL);
}

static long
be_dumped(void)
{
    return syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long
outlive_parent(void)
{
    return syscall(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0);
}

static long
be_someone(void)
{
    return syscall(SYS_setuid, 0);
}

static long
shared_memory(void)
{
    return syscall(SYS_shmget, 0, 4096, 01600);
}

static long
write_terminal(void)
{
    char key = '\n';

    return syscall(SYS_ioctl, 1, 0x5412 /* TIOCSTI */, &key);
}

static const struct {
    const char *name;
    long (*attempt)(void);
    const char *call;
} attempts[] = {
    {"open-home", open_home, "openat"},
    {"open-passwd", open_passwd, "openat"},
    {"open-own-memory", open_own_memory, "openat"},
    {"open-parents-fd", open_parents_descriptor, "openat"},
    {"open-by-openat2", open_by_openat2, "openat2"},
    {"write-new-file", write_new_file, "openat"},
    {"write-unnamed-file", write_unnamed_file, "openat"},
    {"truncate", truncate_file, "truncate"},
    {"make-folder", make_folder, "mkdirat"},
    {"make-link", make_link, "symlinkat"},
    {"change-mode", change_mode, "fchmodat"},
    {"memory-file", memory_file, "memfd_create"},
    {"tcp", tcp_socket, "socket"},
    {"udp", udp_socket, "socket"},
    {"unix-socket", unix_socket, "socket"},
    {"netlink", netlink_socket, "socket"},
    {"connect", connect_anywhere, "connect"},
    {"send", send_anywhere, "sendto"},
    {"exec", run_program, "execve"},
    {"exec-by-fd", run_program_by_descriptor, "execveat"},
    {"fork", fork_process, "clone"},
    {"fork-clone3", fork_clone3, "clone3"},
    {"user-namespace", new_user_namespace, "clone"},
    {"unshare", leave_namespace, "unshare"},
    {"signal-parent", signal_parent, "kill"},
    {"signal-thread", signal_parents_thread, "tgkill"},
    {"signal-everyone", signal_everyone, "kill"},
    {"signal-by-owner", signal_by_owner, "fcntl"},
    {"trace-parent", trace_parent, "ptrace"},
    {"read-parent", read_parents_memory, "process_vm_readv"},
    {"pidfd", steal_parents_descriptor, "pidfd_open"},
    {"new-code", new_code, "mmap"},
    {"written-code", written_code, "mprotect"},
    {"io-uring", ring, "io_uring_setup"},
    {"bpf", kernel_program, "bpf"},
    {"userfaultfd", fault_handler, "userfaultfd"},
    {"keys", key_ring, "keyctl"},
    {"mount", mount_files, "mount"},
    {"chroot", change_root, "chroot"},
    {"more-memory", more_memory, "prlimit64"},
    {"dumpable", be_dumped, "prctl"},
    {"outlive-parent", outlive_parent, "prctl"},
    {"setuid", be_someone, "setuid"},
    {"shared-memory", shared_memory, "shmget"},
    {"terminal-input", write_terminal, "ioctl"},
};

/* Never returns: the exit status is the attempt's errno, or ESCAPED. */
static void
attempt_in_child(long (*attempt)(void))
{
    SandboxLimits limits = {.memory_bytes = MEMORY_BYTES, .cpu_s = CPU_S};

    if (!sandbox_enter_child(&limits, NULL))
        _exit(EXIT_SANDBOX);
    _exit(attempt() < 0 ? errno : ESCAPED);
}

static bool
verdict(const char *name, const char *call, int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
        (void)printf("held     %-20s %s: killed\n", name, call);
        return true;
    }
    if (WIFSIGNALED(status)) {
        (void)printf("UNCLEAR  %-20s %s: %s\n", name, call,
                     g_strsignal(WTERMSIG(status)));
        return false;
    }
    if (WEXITSTATUS(status) == EXIT_SANDBOX) {
        (void)printf("UNCLEAR  %-20s no sandbox to try\n", name);
        return false;
    }
    if (WEXITSTATUS(status) == ESCAPED) {
        (void)printf("ESCAPED  %-20s %s\n", name, call);
        return false;
    }
    (void)printf("held     %-20s %s: %s\n", name, call,
                 g_strerror(WEXITSTATUS(status)));
    return true;
}

static bool
try_one(size_t i)
{
    int status = 0;
    pid_t pid;

    (void)fflush(stdout);
    pid = fork();
    if (pid == 0)
        attempt_in_child(attempts[i].attempt);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return verdict(attempts[i].name, attempts[i].call,
                   pid < 0 ? W_EXITCODE(EXIT_SANDBOX, 0) : status);
}

bool
escape_try_all(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *words = NULL;
    const char *home = g_get_home_dir();
    bool held = true;

    g_strlcpy(target_home, home, sizeof target_home);
    target_parent = getpid();
    if (!sandbox_enter_zygote(&error)) {
        (void)printf("UNCLEAR  no sandbox: %s\n", error->message);
        return false;
    }
    words = sandbox_describe();
    (void)printf("sandbox: %s\n", words);
    for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++)
        held = try_one(i) && held;
    (void)fflush(stdout);
    return held;
}
