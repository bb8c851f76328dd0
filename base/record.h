/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record.h - the language between docentd and docent-indexer.
 *
 * docentd sends a Task with the document's descriptor (SCM_RIGHTS) over a
 * SOCK_SEQPACKET socket; back come records, each one packet: a kind and its
 * bytes. Both ends are of one build, so numbers are in host order. What
 * comes back is hostile: the reader trusts no count and no length.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/passage.h"

enum {
    RECORD_BYTES_MAX = 128 * 1024, /* one packet */
    TASK_NAME_BYTES_MAX = 1024,
    /* Raised when extractors read better: what an older one read is then
     * read again. */
    RECORD_READER_VERSION = 1,
};

/* A document to read. What a child may use is settled before it sees its
 * first Task: see ZygoteOrder. */
typedef struct {
    uint32_t id; /* echoed in each packet of the answer */
    uint32_t text_bytes_max;
    char name[TASK_NAME_BYTES_MAX]; /* the file's name, bytes; a hint only */
} Task;

bool task_send(int socket, const Task *task, int document, GError **error);
/* 1 a task, 0 the other end closed, -1 failure. *ret_document is given. */
int task_recv(int socket, Task *ret_task, int *ret_document, GError **error);

/*
 * Send all of @extract for task @id. Text goes in pieces of at most
 * RECORD_BYTES_MAX; what is small goes in one packet, since most documents
 * are small and each packet wakes the reader.
 * @reusable: the child read it with code of our own only, and may be given
 * another document.
 */
bool record_send(int socket, uint32_t id, const Extract *extract,
                 bool reusable, GError **error);

/* Puts the packets of one answer together. */
typedef struct RecordReader RecordReader;
/* Text above @text_bytes_max is refused. */
RecordReader *record_reader_new(uint32_t id, uint32_t text_bytes_max);
void record_reader_free(RecordReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecordReader, record_reader_free)
/*
 * One packet. 1: the answer is whole, checked (extract_check) and given in
 * *ret_extract; 0: more to come; -1: FAULT_PROTOCOL.
 */
int record_reader_take(RecordReader *reader, const void *packet,
                       size_t size_bytes, Extract **ret_extract,
                       bool *ret_reusable, GError **error);

/*
 * The control socket between docentd and the zygote, the pre-warmed parent
 * that forks a sandboxed child a document. docentd starts
 * `docent-indexer --zygote` with a SOCK_SEQPACKET socket as its standard
 * input; over it come ZygoteOrder packets:
 *
 *   ZYGOTE_FORK  with one end of a SOCK_SEQPACKET pair: fork a child that
 *                serves Tasks on it. The child sandboxes itself at once and
 *                then waits, so that a spare one is ready when a file lands.
 *   ZYGOTE_KILL  the child with that id; a no-op when it is gone. Only the
 *                zygote knows whether a pid is still its child's.
 *
 * and back go ZygoteNews packets: ready once, then each child's end. EOF on
 * the control socket ends the zygote and its children.
 */
enum { ZYGOTE_WORDS_BYTES = 160 };

typedef enum { ZYGOTE_FORK = 1, ZYGOTE_KILL } ZygoteOrderKind;

typedef struct {
    uint32_t kind;      /* ZygoteOrderKind */
    uint32_t child;     /* chosen by docentd */
    uint32_t memory_mb; /* with ZYGOTE_FORK: RLIMIT_AS, MiB; 0: none */
    uint32_t cpu_s;     /* with ZYGOTE_FORK: for each document */
} ZygoteOrder;

/* How a child ends of itself; by WEXITSTATUS. */
enum {
    ZYGOTE_EXIT_DONE = 0,    /* served its documents, or its socket closed */
    ZYGOTE_EXIT_BROKEN = 3,  /* its socket does not keep to the protocol */
    ZYGOTE_EXIT_SANDBOX = 4, /* could not close itself in: it read nothing */
    ZYGOTE_EXIT_MEMORY = 5,  /* reached its memory limit */
};

typedef enum { ZYGOTE_READY = 1, ZYGOTE_ENDED } ZygoteNewsKind;

typedef struct {
    uint32_t kind; /* ZygoteNewsKind */
    uint32_t child;
    int32_t status; /* as of waitpid(2) */
    int32_t level;  /* SandboxLevel, with ZYGOTE_READY */
    char words[ZYGOTE_WORDS_BYTES]; /* sandbox_describe, with ZYGOTE_READY */
} ZygoteNews;
