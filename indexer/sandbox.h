/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sandbox.h - what a process that reads a stranger's document may still do.
 *
 * Two steps, so that a fork costs little: the zygote takes on what all its
 * children share (no new privileges, Landlock with a table of readable
 * paths, a seccomp filter that still lets it fork), and each child then
 * closes the rest (rlimits, a filter without fork, sockets, signals).
 * Neither can be undone.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    SANDBOX_NONE,    /* nothing works here: read plain text only */
    SANDBOX_REDUCED, /* seccomp without Landlock: the same */
    SANDBOX_FULL,
} SandboxLevel;

/* For people and `docent status`: "full (Landlock ABI 4, seccomp)". Given. */
char *sandbox_describe(void);
SandboxLevel sandbox_level(void);

/* In the zygote, single-threaded, after the warm-up. A kernel that lacks a
 * layer is no failure, it lowers the level; anything else is.
 * $DOCENT_REQUIRE (a comma list: landlock, seccomp) makes a lack fail. */
bool sandbox_enter_zygote(GError **error);

typedef struct {
    uint64_t memory_bytes; /* RLIMIT_AS; 0: none (and none under ASan) */
    uint32_t cpu_s;        /* RLIMIT_CPU soft; hard is 2 more */
} SandboxLimits;

/* In the child, before the first byte of a document. After a reduced or
 * absent level only extractors of our own code may run: see sandbox_level. */
bool sandbox_enter_child(const SandboxLimits *limits, GError **error);
