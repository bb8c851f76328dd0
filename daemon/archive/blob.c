/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blob.c - variable-length numbers, and zstd around them.
 *
 * A blob is one byte that says how the rest is kept, then the rest. Lists
 * are numbers of seven bits a byte (LEB128), each passage as what differs
 * from the one before: three or four bytes a passage.
 */
#include "config.h"

#include "daemon/archive/blob.h"

#include <string.h>
#include <zstd.h>

/* Measured on short texts: level 5 is 2 % smaller and twice as slow as 3;
 * above it nothing is won that is worth the time. */
enum { BLOB_ZSTD_LEVEL = 3 };

enum { KEPT_RAW = 0, KEPT_ZSTD = 1 };

/* ---- compression ---- */

static void
compressor_free(void *context)
{
    (void)ZSTD_freeCCtx(context);
}

static void
decompressor_free(void *context)
{
    (void)ZSTD_freeDCtx(context);
}

static GPrivate compressor = G_PRIVATE_INIT(compressor_free);
static GPrivate decompressor = G_PRIVATE_INIT(decompressor_free);

/* Contexts are kept a thread: making one costs more than a short text. */
static ZSTD_CCtx *
own_compressor(void)
{
    ZSTD_CCtx *context = g_private_get(&compressor);

    if (context == NULL) {
        context = ZSTD_createCCtx();
        g_private_set(&compressor, context);
    }
    return context;
}

static ZSTD_DCtx *
own_decompressor(void)
{
    ZSTD_DCtx *context = g_private_get(&decompressor);

    if (context == NULL) {
        context = ZSTD_createDCtx();
        g_private_set(&decompressor, context);
    }
    return context;
}

GBytes *
blob_pack(const void *data, size_t size_bytes)
{
    size_t room = ZSTD_compressBound(size_bytes);
    uint8_t *blob = g_malloc(1 + MAX(room, size_bytes));
    size_t got = ZSTD_compressCCtx(own_compressor(), blob + 1, room, data,
                                   size_bytes, BLOB_ZSTD_LEVEL);

    if (!ZSTD_isError(got) && got < size_bytes) {
        blob[0] = KEPT_ZSTD;
    } else {
        blob[0] = KEPT_RAW;
        memcpy(blob + 1, data, size_bytes);
        got = size_bytes;
    }
    return g_bytes_new_take(g_realloc(blob, got + 1), got + 1);
}

bool
blob_unpack(const void *blob, size_t size_bytes, size_t limit_bytes,
            GByteArray *into)
{
    const uint8_t *bytes = blob;
    unsigned long long size;
    guint before = into->len;

    if (size_bytes == 0 || bytes[0] > KEPT_ZSTD)
        return false;
    if (bytes[0] == KEPT_RAW) {
        if (size_bytes - 1 > limit_bytes)
            return false;
        g_byte_array_append(into, bytes + 1, (guint)(size_bytes - 1));
        return true;
    }
    size = ZSTD_getFrameContentSize(bytes + 1, size_bytes - 1);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR ||
        size > limit_bytes)
        return false;
    g_byte_array_set_size(into, before + (guint)size);
    return ZSTD_decompressDCtx(own_decompressor(), into->data + before, size,
                               bytes + 1, size_bytes - 1) == size;
}

/* ---- numbers ---- */

static void
put_number(GByteArray *bytes, uint32_t number)
{
    uint8_t seven[5];
    guint n = 0;

    while (number >= 0x80) {
        seven[n++] = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    seven[n++] = (uint8_t)number;
    g_byte_array_append(bytes, seven, n);
}

/* Differences either way: 0, -1, 1, -2, … as 0, 1, 2, 3, … */
static void
put_difference(GByteArray *bytes, uint32_t from, uint32_t to)
{
    int32_t by = (int32_t)(to - from);

    put_number(bytes, ((uint32_t)by << 1) ^ (uint32_t)(by >> 31));
}

typedef struct {
    const uint8_t *at, *end;
    bool bad; /* ended early: all numbers are 0 from there */
} Reader;

static uint32_t
take_number(Reader *reader)
{
    uint32_t number = 0;

    for (unsigned shift = 0; shift < 35; shift += 7) {
        if (reader->at == reader->end)
            break;
        number |= (uint32_t)(*reader->at & 0x7f) << shift;
        if (*reader->at++ < 0x80)
            return number;
    }
    reader->bad = true;
    return 0;
}

static uint32_t
take_difference(Reader *reader, uint32_t from)
{
    uint32_t number = take_number(reader);

    return from + ((number >> 1) ^ (0u - (number & 1)));
}

/* ---- passages ---- */

GBytes *
blob_pack_passages(GArray *passages, const Tokens *tokens)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Passage before = {0};
    uint32_t position = 0;

    put_number(bytes, passages->len);
    for (guint i = 0; i < passages->len; i++) {
        const Passage *passage = &g_array_index(passages, Passage, i);
        uint32_t at = tokens_position(tokens, passage->start);

        put_number(bytes, passage->end - before.end);
        put_difference(bytes, before.page, passage->page);
        put_difference(bytes, before.heading, passage->heading);
        put_number(bytes, at - position);
        before = *passage;
        position = at;
    }
    return blob_pack(bytes->data, bytes->len);
}

/* A list unpacked: it holds at most a row a byte. False: damaged. */
static bool
open_list(const void *blob, size_t size_bytes, GByteArray *bytes,
          Reader *ret_reader, uint32_t *ret_count)
{
    if (!blob_unpack(blob, size_bytes, BLOB_LIST_BYTES_MAX, bytes))
        return false;
    *ret_reader = (Reader){bytes->data, bytes->data + bytes->len, false};
    *ret_count = take_number(ret_reader);
    return !ret_reader->bad && *ret_count <= bytes->len;
}

bool
blob_unpack_passages(const void *blob, size_t size_bytes, GArray **ret_passages,
                     GArray **ret_positions)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GArray) passages = NULL;
    g_autoptr(GArray) positions = NULL;
    Passage passage = {0};
    uint32_t count, position = 0;
    Reader reader;

    if (!open_list(blob, size_bytes, bytes, &reader, &count))
        return false;
    passages = g_array_sized_new(FALSE, FALSE, sizeof(Passage), count);
    positions = g_array_sized_new(FALSE, FALSE, sizeof(uint32_t), count);
    for (uint32_t i = 0; i < count && !reader.bad; i++) {
        passage.start = passage.end;
        passage.end += take_number(&reader);
        passage.page = take_difference(&reader, passage.page);
        passage.heading = take_difference(&reader, passage.heading);
        position += take_number(&reader);
        g_array_append_val(passages, passage);
        g_array_append_val(positions, position);
        reader.bad |= passage.end < passage.start;
    }
    if (reader.bad)
        return false;
    *ret_passages = g_steal_pointer(&passages);
    *ret_positions = g_steal_pointer(&positions);
    return true;
}

/* ---- headings ---- */

GBytes *
blob_pack_headings(GArray *headings)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    Heading before = {0};

    put_number(bytes, headings->len);
    for (guint i = 0; i < headings->len; i++) {
        const Heading *heading = &g_array_index(headings, Heading, i);
        size_t size = strlen(heading->title);

        put_number(bytes, heading->level);
        put_difference(bytes, before.page, heading->page);
        put_difference(bytes, before.start, heading->start);
        put_number(bytes, (uint32_t)size);
        g_byte_array_append(bytes, (const guint8 *)heading->title, (guint)size);
        before = *heading;
    }
    return blob_pack(bytes->data, bytes->len);
}

static void
heading_clear(void *data)
{
    Heading *heading = data;

    g_free(heading->title);
}

bool
blob_unpack_headings(const void *blob, size_t size_bytes, GArray **ret_headings)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GArray) headings = NULL;
    Heading heading = {0};
    uint32_t count;
    Reader reader;

    if (!open_list(blob, size_bytes, bytes, &reader, &count))
        return false;
    headings = g_array_new(FALSE, FALSE, sizeof(Heading));
    g_array_set_clear_func(headings, heading_clear);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size;

        heading.level = take_number(&reader);
        heading.page = take_difference(&reader, heading.page);
        heading.start = take_difference(&reader, heading.start);
        size = take_number(&reader);
        if (reader.bad || size > (size_t)(reader.end - reader.at))
            return false;
        heading.title = g_strndup((const char *)reader.at, size);
        reader.at += size;
        g_array_append_val(headings, heading);
    }
    *ret_headings = g_steal_pointer(&headings);
    return true;
}
