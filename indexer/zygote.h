/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * zygote.h - the pre-warmed parent that forks a sandboxed child a document.
 *
 * Its language is in base/record.h. It stays single-threaded: fork and
 * threads do not mix, and a thread begun before the sandbox is outside it.
 */
#pragma once

/* Warm up, sandbox, serve orders until @control ends. The exit status. */
int zygote_main(int control);
