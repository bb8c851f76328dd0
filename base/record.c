/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * record.c - tasks and answers as packets, and packets back as answers.
 *
 * An answer is one run of bytes: Sizes, then the passages, the headings, the
 * text and the strings, each as long as Sizes says. The run travels in as
 * few packets as it fits in, most often one.
 */
#include "config.h"

#include "base/record.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/fd.h"

enum {
    PASSAGES_MAX = 1000 * 1000,
    HEADINGS_MAX = 200 * 1000,
    STRINGS_BYTES_MAX = 16 * 1024 * 1024, /* titles and the like together */
};

typedef enum { RECORD_FIRST = 0x646f6301, RECORD_MORE } RecordKind;

typedef struct {
    uint32_t kind; /* RecordKind */
    uint32_t id;   /* of the Task */
} PacketHead;

enum { PACKET_ROOM = RECORD_BYTES_MAX - (int)sizeof(PacketHead) };

typedef struct {
    uint32_t text_bytes;
    uint32_t passages;
    uint32_t headings;
    uint32_t strings_bytes;
    uint32_t pages;
    uint32_t state;
    uint32_t fault;
    uint32_t reusable;
    int64_t created_s;
} Sizes;

/* A Heading without its title, which stands among the strings. */
typedef struct {
    uint32_t level;
    uint32_t page;
    uint32_t start;
} HeadingRow;

/* Strings come in this order, each ended by NUL, then the headings' titles;
 * an empty one stands for NULL. */
static const size_t string_fields[] = {
    G_STRUCT_OFFSET(Extract, type),    G_STRUCT_OFFSET(Extract, title),
    G_STRUCT_OFFSET(Extract, author),  G_STRUCT_OFFSET(Extract, language),
    G_STRUCT_OFFSET(Extract, charset), G_STRUCT_OFFSET(Extract, reason),
};

/* ---- tasks ---- */

bool
task_send(int socket, const Task *task, int document, GError **error)
{
    size_t name_bytes = strnlen(task->name, sizeof task->name - 1);

    return fd_send(socket, task, G_STRUCT_OFFSET(Task, name) + name_bytes + 1,
                   document, error);
}

int
task_recv(int socket, Task *ret_task, int *ret_document, GError **error)
{
    Task task;
    fd_auto int document = -1;
    ssize_t n = fd_recv(socket, &task, sizeof task, &document, error);

    if (n <= 0)
        return (int)n;
    if ((size_t)n <= G_STRUCT_OFFSET(Task, name) ||
        ((char *)&task)[n - 1] != '\0' || document < 0) {
        fault(error, FAULT_PROTOCOL, "a task of %zd bytes%s", n,
              document < 0 ? " without a document" : "");
        return -1;
    }
    memcpy(ret_task, &task, (size_t)n);
    *ret_document = fd_steal(&document);
    return 1;
}

/* ---- sending ---- */

static void
append_string(GByteArray *strings, const char *string)
{
    if (string == NULL)
        string = "";
    g_byte_array_append(strings, (const guint8 *)string,
                        (guint)strlen(string) + 1);
}

static GByteArray *
strings_of(const Extract *extract)
{
    GByteArray *strings = g_byte_array_new();

    for (size_t i = 0; i < G_N_ELEMENTS(string_fields); i++)
        append_string(strings,
                      G_STRUCT_MEMBER(char *, extract, string_fields[i]));
    for (unsigned i = 0; i < extract->headings->len; i++)
        append_string(strings,
                      g_array_index(extract->headings, Heading, i).title);
    return strings;
}

static GByteArray *
run_of(const Extract *extract, bool reusable)
{
    g_autoptr(GByteArray) strings = strings_of(extract);
    Sizes sizes = {
        .text_bytes = extract->text_bytes,
        .passages = extract->passages->len,
        .headings = extract->headings->len,
        .strings_bytes = strings->len,
        .pages = extract->pages,
        .state = extract->state,
        .fault = (uint32_t)extract->fault,
        .reusable = reusable,
        .created_s = extract->created_s,
    };
    GByteArray *run = g_byte_array_sized_new(
        (guint)(sizeof sizes + sizes.passages * sizeof(Passage) +
                sizes.headings * sizeof(HeadingRow) + sizes.text_bytes +
                sizes.strings_bytes));

    g_byte_array_append(run, (const guint8 *)&sizes, sizeof sizes);
    g_byte_array_append(run, (const guint8 *)extract->passages->data,
                        (guint)(sizes.passages * sizeof(Passage)));
    for (unsigned i = 0; i < sizes.headings; i++) {
        const Heading *heading = &g_array_index(extract->headings, Heading, i);
        HeadingRow row = {heading->level, heading->page, heading->start};

        g_byte_array_append(run, (const guint8 *)&row, sizeof row);
    }
    g_byte_array_append(run, (const guint8 *)extract->text, sizes.text_bytes);
    g_byte_array_append(run, strings->data, strings->len);
    return run;
}

static bool
packet_send(int socket, PacketHead head, const void *bytes, size_t size_bytes,
            GError **error)
{
    struct iovec parts[] = {{&head, sizeof head}, {(void *)bytes, size_bytes}};
    struct msghdr message = {.msg_iov = parts,
                             .msg_iovlen = G_N_ELEMENTS(parts)};
    ssize_t n;

    do
        n = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n >= 0 || fault_errno(error, "send a record");
}

bool
record_send(int socket, uint32_t id, const Extract *extract, bool reusable,
            GError **error)
{
    g_autoptr(GByteArray) run = run_of(extract, reusable);
    PacketHead head = {RECORD_FIRST, id};

    for (size_t sent = 0; sent < run->len; head.kind = RECORD_MORE) {
        size_t piece = MIN(run->len - sent, PACKET_ROOM);

        if (!packet_send(socket, head, run->data + sent, piece, error))
            return false;
        sent += piece;
    }
    return true;
}

/* ---- reading: from here on nothing that came is believed ---- */

struct RecordReader {
    uint32_t id;
    uint32_t text_bytes_max;
    Sizes sizes;
    size_t run_bytes; /* what the sizes add up to; 0: no packet yet */
    GByteArray *run;  /* of an answer in several packets; or NULL */
};

RecordReader *
record_reader_new(uint32_t id, uint32_t text_bytes_max)
{
    RecordReader *reader = g_new0(RecordReader, 1);

    reader->id = id;
    reader->text_bytes_max = text_bytes_max;
    return reader;
}

void
record_reader_free(RecordReader *reader)
{
    if (reader == NULL)
        return;
    g_clear_pointer(&reader->run, g_byte_array_unref);
    g_free(reader);
}

static bool
sizes_check(const Sizes *sizes, uint32_t text_bytes_max, GError **error)
{
    if (sizes->text_bytes > text_bytes_max)
        return fault(error, FAULT_PROTOCOL, "%u bytes of text, more than %u",
                     sizes->text_bytes, text_bytes_max);
    if (sizes->passages > PASSAGES_MAX)
        return fault(error, FAULT_PROTOCOL, "%u passages", sizes->passages);
    if (sizes->headings > HEADINGS_MAX)
        return fault(error, FAULT_PROTOCOL, "%u headings", sizes->headings);
    if (sizes->strings_bytes > STRINGS_BYTES_MAX)
        return fault(error, FAULT_PROTOCOL, "%u bytes of strings",
                     sizes->strings_bytes);
    if (sizes->reusable > 1)
        return fault(error, FAULT_PROTOCOL, "reusable %u", sizes->reusable);
    return true;
}

static bool
begin(RecordReader *reader, const uint8_t *bytes, size_t size_bytes,
      GError **error)
{
    if (size_bytes < sizeof reader->sizes)
        return fault(error, FAULT_PROTOCOL, "a first packet of %zu bytes",
                     size_bytes);
    memcpy(&reader->sizes, bytes, sizeof reader->sizes);
    if (!sizes_check(&reader->sizes, reader->text_bytes_max, error))
        return false;
    reader->run_bytes = sizeof(Sizes) +
                        reader->sizes.passages * sizeof(Passage) +
                        reader->sizes.headings * sizeof(HeadingRow) +
                        reader->sizes.text_bytes + reader->sizes.strings_bytes;
    return true;
}

/* The string at *@at, which moves behind it; false when none ends there. */
static bool
take_string(const char **at, const char *end, char **ret)
{
    const char *nul = memchr(*at, '\0', (size_t)(end - *at));

    if (nul == NULL)
        return false;
    *ret = g_strndup(*at, (size_t)(nul - *at));
    *at = nul + 1;
    return true;
}

static bool
take_strings(Extract *extract, const char *at, const char *end)
{
    for (size_t i = 0; i < G_N_ELEMENTS(string_fields); i++) {
        char **field = G_STRUCT_MEMBER_P(extract, string_fields[i]);

        if (!take_string(&at, end, field))
            return false;
        if (**field == '\0')
            g_clear_pointer(field, g_free);
    }
    for (unsigned i = 0; i < extract->headings->len; i++) {
        Heading *heading = &g_array_index(extract->headings, Heading, i);

        if (!take_string(&at, end, &heading->title))
            return false;
    }
    return at == end;
}

/* @run holds exactly what @sizes say. */
static Extract *
extract_of(const Sizes *sizes, const uint8_t *run, GError **error)
{
    g_autoptr(Extract) extract = extract_new();
    const uint8_t *at = run + sizeof *sizes;

    g_array_set_size(extract->passages, 0);
    g_array_append_vals(extract->passages, at, sizes->passages);
    at += sizes->passages * sizeof(Passage);
    for (unsigned i = 0; i < sizes->headings; i++) {
        HeadingRow row;
        Heading heading;

        memcpy(&row, at, sizeof row);
        at += sizeof row;
        heading = (Heading){NULL, row.level, row.page, row.start};
        g_array_append_val(extract->headings, heading);
    }
    g_free(extract->text);
    extract->text = g_malloc(sizes->text_bytes + 1);
    memcpy(extract->text, at, sizes->text_bytes);
    extract->text[sizes->text_bytes] = '\0';
    extract->text_bytes = sizes->text_bytes;
    at += sizes->text_bytes;
    extract->created_s = sizes->created_s;
    extract->pages = sizes->pages;
    extract->state = (ExtractState)sizes->state;
    extract->fault = (int)sizes->fault;
    if (!take_strings(extract, (const char *)at,
                      (const char *)at + sizes->strings_bytes)) {
        fault(error, FAULT_PROTOCOL, "strings that do not fit their room");
        return NULL;
    }
    if (!extract_check(extract, error))
        return NULL;
    return g_steal_pointer(&extract);
}

int
record_reader_take(RecordReader *reader, const void *packet, size_t size_bytes,
                   Extract **ret_extract, bool *ret_reusable, GError **error)
{
    bool first = reader->run_bytes == 0;
    const uint8_t *bytes = (const uint8_t *)packet + sizeof(PacketHead);
    PacketHead head = {0};
    size_t held = reader->run != NULL ? reader->run->len : 0;
    Extract *extract;

    if (size_bytes > sizeof head)
        memcpy(&head, packet, sizeof head);
    if (head.kind != (first ? RECORD_FIRST : RECORD_MORE) ||
        head.id != reader->id || size_bytes > RECORD_BYTES_MAX) {
        fault(error, FAULT_PROTOCOL, "a packet of kind %u, id %u, %zu bytes",
              head.kind, head.id, size_bytes);
        return -1;
    }
    size_bytes -= sizeof head;
    if (first && !begin(reader, bytes, size_bytes, error))
        return -1;
    if (size_bytes > reader->run_bytes - held) {
        fault(error, FAULT_PROTOCOL, "more bytes than were announced");
        return -1;
    }
    if (size_bytes < reader->run_bytes) {
        /* It grows as bytes come: what is only announced costs nothing. */
        if (first)
            reader->run = g_byte_array_new();
        g_byte_array_append(reader->run, bytes, (guint)size_bytes);
        if (reader->run->len < reader->run_bytes)
            return 0;
        bytes = reader->run->data;
    }
    extract = extract_of(&reader->sizes, bytes, error);
    if (extract == NULL)
        return -1;
    *ret_extract = extract;
    *ret_reusable = reader->sizes.reusable != 0;
    return 1;
}
