/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.h - JSON, one value a line, over a stream socket on the loop.
 *
 * Lines in are bounded; lines out are queued, bounded too. Knows lines and
 * JSON, not what they mean.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    WIRE_LINE_BYTES_MAX = 1024 * 1024,        /* a request */
    WIRE_ANSWER_BYTES_MAX = 64 * 1024 * 1024, /* a reply, at the client */
    WIRE_DEPTH_MAX = 32,                      /* nested arrays and objects */
    WIRE_QUEUE_HIGH_BYTES = 4 * 1024 * 1024,  /* stop reading above this */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

typedef struct Wire Wire;

/* @message is lent. Or, when a line is no JSON or too deep: NULL, @error. */
typedef void (*WireMessage)(Wire *wire, json_t *message, const GError *error,
                            void *user);
/* The other end closed, or broke the rules so that nothing more can be
 * read (a line without end): then @error says so, and a last word may be sent
 * from inside it. Called once; wire_free is allowed inside either callback. */
typedef void (*WireGone)(Wire *wire, const GError *error, void *user);

/* @fd is taken and made non-blocking. */
Wire *wire_new(int fd, size_t line_bytes_max, WireMessage message,
               WireGone gone, void *user);
void wire_free(Wire *wire);

/*
 * Queue @message (lent) as one line. While more than WIRE_QUEUE_HIGH_BYTES
 * wait to be written, nothing is read from the other end, so one who does
 * not listen cannot ask for more.
 */
void wire_send(Wire *wire, const json_t *message);
size_t wire_queued_bytes(const Wire *wire);
/* @drained is called on the loop whenever the queue has become empty, and
 * when the other end has said its last while the queue was empty. Inside it
 * wire_free is allowed too. */
void wire_on_drained(Wire *wire, void (*drained)(Wire *wire, void *user));

/* True once the other end has closed its half: it asks nothing more, but may
 * still wait for answers. WireGone comes when it closes the rest. */
bool wire_ended(const Wire *wire);

/* Parse one line under the limits above. Given, or NULL and
 * FAULT_BAD_REQUEST (with the column). */
json_t *wire_parse(const char *line, size_t size_bytes, GError **error);
