/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wire.c - JSON, one value a line, over a stream socket on the loop.
 *
 * A callback may free the wire it was called on, so the wire stays until the
 * last function that stands on it has returned.
 */
#include "config.h"

#include "base/wire.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

enum {
    READ_BYTES = 64 * 1024,
    /* Room kept by an empty buffer: one large answer is given back. */
    KEEP_BYTES = 256 * 1024,
};

struct Wire {
    int fd;
    size_t line_bytes_max;
    WireMessage message;
    WireGone gone;
    void (*drained)(Wire *wire, void *user);
    void *user;

    GString *in;    /* not told yet; begins with a line's first byte */
    size_t scanned; /* of in: no line end before it */
    GString *out;   /* not written yet, from sent */
    size_t sent;
    guint in_source, out_source, drained_source;
    bool ended;    /* nothing more comes in */
    bool told;     /* gone was called */
    bool freed;    /* by a callback; the memory goes when held is 0 */
    unsigned held; /* functions that stand on it */
};

static void
wire_hold(Wire *wire)
{
    wire->held++;
}

static void
wire_let(Wire *wire)
{
    if (--wire->held > 0 || !wire->freed)
        return;
    g_string_free(wire->in, TRUE);
    g_string_free(wire->out, TRUE);
    g_free(wire);
}

static void
source_clear(guint *source)
{
    if (*source != 0)
        (void)g_source_remove(*source);
    *source = 0;
}

static void
tell_gone(Wire *wire, const GError *error)
{
    source_clear(&wire->in_source);
    source_clear(&wire->out_source);
    source_clear(&wire->drained_source);
    wire->ended = true;
    if (wire->told || wire->freed)
        return;
    wire->told = true;
    wire->gone(wire, error, wire->user);
}

static void
tell_drained(Wire *wire)
{
    if (wire->drained != NULL && !wire->freed && !wire->told)
        wire->drained(wire, wire->user);
}

static bool
is_jammed(const Wire *wire)
{
    return wire_queued_bytes(wire) > WIRE_QUEUE_HIGH_BYTES;
}

static void
give_room_back(GString **buffer)
{
    if ((*buffer)->len > 0 || (*buffer)->allocated_len <= KEEP_BYTES)
        return;
    g_string_free(*buffer, TRUE);
    *buffer = g_string_new(NULL);
}

/* ---- in ---- */

/* Brackets are counted before the parser recurses on them. */
static bool
check_depth(const char *line, size_t size_bytes, GError **error)
{
    bool quoted = false;
    unsigned depth = 0;

    for (size_t i = 0; i < size_bytes; i++) {
        switch (line[i]) {
        case '"':
            quoted = !quoted;
            break;
        case '\\':
            if (quoted)
                i++;
            break;
        case '{':
        case '[':
            if (!quoted && ++depth > WIRE_DEPTH_MAX)
                return fault(error, FAULT_BAD_REQUEST,
                             "column %zu: nested deeper than %d", i + 1,
                             WIRE_DEPTH_MAX);
            break;
        case '}':
        case ']':
            if (!quoted && depth > 0)
                depth--;
            break;
        default:
            break;
        }
    }
    return true;
}

json_t *
wire_parse(const char *line, size_t size_bytes, GError **error)
{
    json_error_t wrong;
    json_t *message;

    if (!check_depth(line, size_bytes, error))
        return NULL;
    message = json_loadb(line, size_bytes, JSON_REJECT_DUPLICATES, &wrong);
    if (message == NULL)
        fault(error, FAULT_BAD_REQUEST, "no JSON at column %d: %s",
              wrong.position, wrong.text);
    return message;
}

static void
take_line(Wire *wire, const char *line, size_t size_bytes)
{
    g_autoptr(json_t) message = NULL;
    g_autoptr(GError) error = NULL;

    while (size_bytes > 0 && g_ascii_isspace(line[size_bytes - 1]))
        size_bytes--;
    if (size_bytes == 0)
        return;
    message = wire_parse(line, size_bytes, &error);
    wire->message(wire, message, error, wire->user);
}

static void
refuse_long_line(Wire *wire)
{
    g_autoptr(GError) error = NULL;

    fault(&error, FAULT_LIMIT, "a line is longer than %zu bytes",
          wire->line_bytes_max);
    tell_gone(wire, error);
}

/* The line at @at, with its end in *ret_size; false when it is not whole. */
static bool
next_line(Wire *wire, size_t at, size_t *ret_size)
{
    size_t from = MAX(at, wire->scanned);
    const char *end = memchr(wire->in->str + from, '\n', wire->in->len - from);

    if (end == NULL) {
        wire->scanned = wire->in->len;
        /* What was said before the end counts without a line end too. */
        if (!wire->ended || at == wire->in->len)
            return false;
        end = wire->in->str + wire->in->len - 1;
    }
    *ret_size = (size_t)(end + 1 - (wire->in->str + at));
    return true;
}

/* Tell whole lines until one end has to wait for the other. */
static void
take_lines(Wire *wire)
{
    size_t at = 0, size = 0;

    while (!wire->freed && !wire->told && !is_jammed(wire) &&
           next_line(wire, at, &size)) {
        if (size > wire->line_bytes_max + 1) {
            refuse_long_line(wire);
            return;
        }
        take_line(wire, wire->in->str + at, size);
        at += size;
    }
    if (wire->freed || wire->told)
        return;
    g_string_erase(wire->in, 0, (gssize)at);
    wire->scanned = wire->scanned > at ? wire->scanned - at : 0;
    if (wire->scanned == wire->in->len && wire->in->len > wire->line_bytes_max)
        refuse_long_line(wire);
    else
        give_room_back(&wire->in);
}

static gboolean
on_drained(gpointer user)
{
    Wire *wire = user;

    wire_hold(wire);
    wire->drained_source = 0;
    tell_drained(wire);
    wire_let(wire);
    return G_SOURCE_REMOVE;
}

/* From the loop, never from inside wire_send: its caller is not ready. */
static void
drained_soon(Wire *wire)
{
    if (wire->drained != NULL && wire->drained_source == 0 && !wire->told)
        wire->drained_source =
            g_idle_add_full(G_PRIORITY_DEFAULT, on_drained, wire, NULL);
}

static gboolean
on_hangup(gint fd, GIOCondition condition, gpointer user)
{
    Wire *wire = user;

    wire_hold(wire);
    tell_gone(wire, NULL);
    wire_let(wire);
    return G_SOURCE_CONTINUE;
}

/* Half a close: answers are still wanted, so only the other half ends it. */
static void
take_end(Wire *wire, GIOCondition condition)
{
    source_clear(&wire->in_source);
    wire->ended = true;
    take_lines(wire);
    if (wire->freed || wire->told)
        return;
    if (condition & (G_IO_HUP | G_IO_ERR)) {
        tell_gone(wire, NULL);
        return;
    }
    wire->in_source =
        g_unix_fd_add(wire->fd, G_IO_HUP | G_IO_ERR, on_hangup, wire);
    if (wire_queued_bytes(wire) == 0)
        drained_soon(wire);
}

static gboolean
on_readable(gint fd, GIOCondition condition, gpointer user)
{
    Wire *wire = user;
    char piece[READ_BYTES];
    ssize_t n = read(fd, piece, sizeof piece);

    wire_hold(wire);
    if (n > 0) {
        g_string_append_len(wire->in, piece, n);
        take_lines(wire);
        if (is_jammed(wire))
            source_clear(&wire->in_source);
    } else if (n == 0) {
        take_end(wire, condition);
    } else if (errno != EAGAIN && errno != EINTR) {
        tell_gone(wire, NULL);
    }
    wire_let(wire);
    return G_SOURCE_CONTINUE;
}

/* ---- out ---- */

/* A queue that never empties must not keep what has long been sent. */
static void
drop_sent(Wire *wire)
{
    if (wire->sent < KEEP_BYTES)
        return;
    g_string_erase(wire->out, 0, (gssize)wire->sent);
    wire->sent = 0;
}

/* As much as goes without waiting; false when the other end is gone. */
static bool
write_some(Wire *wire)
{
    while (wire->sent < wire->out->len) {
        ssize_t n = send(wire->fd, wire->out->str + wire->sent,
                         wire->out->len - wire->sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
            return false;
        if (n < 0) {
            drop_sent(wire);
            return true;
        }
        wire->sent += (size_t)n;
    }
    g_string_truncate(wire->out, 0);
    wire->sent = 0;
    give_room_back(&wire->out);
    return true;
}

/* Go on reading where a jam stopped it. */
static void
resume_reading(Wire *wire)
{
    if (wire->freed || wire->told || is_jammed(wire))
        return;
    take_lines(wire);
    if (!wire->freed && !wire->told && !wire->ended && !is_jammed(wire) &&
        wire->in_source == 0)
        wire->in_source = g_unix_fd_add(wire->fd, G_IO_IN, on_readable, wire);
}

static gboolean
on_writable(gint fd, GIOCondition condition, gpointer user)
{
    Wire *wire = user;

    wire_hold(wire);
    if (!write_some(wire)) {
        tell_gone(wire, NULL);
    } else {
        if (wire_queued_bytes(wire) == 0) {
            source_clear(&wire->out_source);
            tell_drained(wire);
        }
        resume_reading(wire);
    }
    wire_let(wire);
    return G_SOURCE_CONTINUE;
}

static int
append_piece(const char *piece, size_t size_bytes, void *user)
{
    g_string_append_len(user, piece, (gssize)size_bytes);
    return 0;
}

void
wire_send(Wire *wire, const json_t *message)
{
    bool was_empty = wire_queued_bytes(wire) == 0;

    if (wire->freed)
        return;
    (void)json_dump_callback(message, append_piece, wire->out,
                             JSON_COMPACT | JSON_ENCODE_ANY);
    g_string_append_c(wire->out, '\n');
    /* Most answers go at once and cost no turn of the loop. */
    if (was_empty && write_some(wire) && wire_queued_bytes(wire) == 0) {
        drained_soon(wire);
        return;
    }
    if (wire->out_source == 0 && !wire->told)
        wire->out_source = g_unix_fd_add(wire->fd, G_IO_OUT, on_writable, wire);
}

size_t
wire_queued_bytes(const Wire *wire)
{
    return wire->out->len - wire->sent;
}

bool
wire_ended(const Wire *wire)
{
    return wire->ended;
}

void
wire_on_drained(Wire *wire, void (*drained)(Wire *wire, void *user))
{
    wire->drained = drained;
}

/* ---- life ---- */

Wire *
wire_new(int fd, size_t line_bytes_max, WireMessage message, WireGone gone,
         void *user)
{
    Wire *wire = g_new0(Wire, 1);

    wire->fd = fd;
    wire->line_bytes_max = line_bytes_max;
    wire->message = message;
    wire->gone = gone;
    wire->user = user;
    wire->in = g_string_new(NULL);
    wire->out = g_string_new(NULL);
    /* A descriptor that cannot be made so is closed or no descriptor. */
    (void)fd_set_nonblocking(fd, NULL);
    wire->in_source = g_unix_fd_add(fd, G_IO_IN, on_readable, wire);
    return wire;
}

void
wire_free(Wire *wire)
{
    if (wire == NULL || wire->freed)
        return;
    source_clear(&wire->in_source);
    source_clear(&wire->out_source);
    source_clear(&wire->drained_source);
    fd_clear(&wire->fd);
    wire->freed = true;
    wire_hold(wire);
    wire_let(wire);
}
