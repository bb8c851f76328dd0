/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * confine.c - the seccomp filter that takes the network away.
 *
 * The daemon never reads a document's structure, so its filter can be small:
 * it names what must not happen (reach a network, become another program's
 * debugger, load code into the kernel), not all that may.
 */
#include "config.h"

#include "daemon/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/fd.h"

/* Each a way around the rule above. */
static const int forbidden[] = {
#ifndef WITH_SANITIZERS /* LeakSanitizer looks at us by ptrace */
    SCMP_SYS(ptrace),   /* another process's network */
#endif
    SCMP_SYS(process_vm_readv),  /* … or its memory */
    SCMP_SYS(process_vm_writev), /* the same */
    SCMP_SYS(io_uring_setup),    /* makes sockets past this filter */
    SCMP_SYS(bpf),               /* code in the kernel */
    SCMP_SYS(keyctl),            /* keys of the session */
    SCMP_SYS(add_key),           /* the same */
    SCMP_SYS(request_key),       /* the same */
    SCMP_SYS(userfaultfd),       /* a help to exploits, else unused */
    SCMP_SYS(mount),             /* another view of the files */
    SCMP_SYS(unshare),           /* the same */
    SCMP_SYS(setns),             /* the same */
};

static int
forbid(scmp_filter_ctx filter)
{
    uint32_t refuse = SCMP_ACT_ERRNO(EACCES);
    int rc;

    for (size_t i = 0; i < G_N_ELEMENTS(forbidden); i++) {
        rc = seccomp_rule_add(filter, refuse, forbidden[i], 0);
        if (rc < 0)
            return rc;
    }
    return seccomp_rule_add(filter, refuse, SCMP_SYS(socket), 1,
                            SCMP_A0(SCMP_CMP_NE, AF_UNIX));
}

bool
confine_network(GError **error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int rc;

    if (filter == NULL)
        return fault(error, FAULT_INTERNAL, "no memory for a filter");
    rc = forbid(filter);
    if (rc == 0)
        rc = seccomp_load(filter); /* sets no_new_privs too */
    seccomp_release(filter);
    if (rc < 0)
        return fault(error, FAULT_INTERNAL, "seccomp: %s", g_strerror(-rc));
        /* What is in memory is the user's: no other process of theirs needs to
         * look, and no core file. */
#ifndef WITH_SANITIZERS
    (void)prctl(PR_SET_DUMPABLE, 0);
#endif
    return true;
}

char *
confine_try_network(void)
{
    fd_auto int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        return g_strdup("REACHED: a network socket could be made");
    return g_strdup_printf("refused: socket: %s", g_strerror(errno));
}
