/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rows.c - files, hits and passages written as JSON.
 */
#include "config.h"

#include "daemon/desk/rows.h"

#include <string.h>

#include "base/fault.h"
#include "base/protocol.h"
#include "base/text.h"
#include "base/wire.h"
#include "daemon/desk/when.h"

void
row_put_text(json_t *object, const char *name, const char *value)
{
    if (value != NULL)
        (void)json_object_set_new(object, name, json_string(value));
}

static void
put_time(json_t *object, const char *name, int64_t ms)
{
    g_autofree char *text = when_format(ms);

    row_put_text(object, name, text);
}

static void
put_int(json_t *object, const char *name, int64_t value)
{
    (void)json_object_set_new(object, name, json_integer(value));
}

static void
put_file(json_t *row, const File *file)
{
    g_autofree char *base = g_path_get_basename(file->path);
    g_autofree char *name = text_from_path(base);

    protocol_put_path(row, "path", file->path);
    row_put_text(row, "name", name);
    put_int(row, "size", (int64_t)file->size_bytes);
    put_time(row, "arrived", file->arrived_ms);
    put_time(row, "mtime", file->mtime_ns / 1000000);
    row_put_text(row, "source", file->source);
    row_put_text(row, "origin", file->origin);
}

json_t *
row_hit(const SearchHit *hit, unsigned rank)
{
    json_t *row = json_object();

    put_int(row, "rank", rank);
    put_file(row, hit->file);
    row_put_text(row, "title", hit->title);
    row_put_text(row, "mime", hit->type);
    if (hit->page > 0)
        put_int(row, "page", hit->page);
    row_put_text(row, "heading", hit->heading);
    row_put_text(row, "snippet", hit->snippet);
    (void)json_object_set_new(row, "score", json_real(hit->score));
    put_int(row, "copies", hit->copies);
    row_put_text(row, "state", file_state_name(hit->file->state));
    return row;
}

json_t *
row_result(const SearchResult *result, const char *query, double took_ms)
{
    json_t *object = json_object(), *rows = json_array(),
           *unknown = json_array();

    for (unsigned i = 0; i < result->hits->len; i++)
        (void)json_array_append_new(rows,
                                    row_hit(result->hits->pdata[i], i + 1));
    for (unsigned i = 0; i < result->unknown->len; i++)
        (void)json_array_append_new(unknown,
                                    json_string(result->unknown->pdata[i]));
    row_put_text(object, "query", query != NULL ? query : "");
    (void)json_object_set_new(object, "understood",
                              json_pack("{s:s, s:b}", "words",
                                        query != NULL ? query : "", "any",
                                        (int)result->any));
    (void)json_object_set_new(object, "took_ms", json_real(took_ms));
    put_int(object, "total", result->total);
    (void)json_object_set_new(object, "results", rows);
    (void)json_object_set_new(object, "unknown", unknown);
    return object;
}

/* ---- reading ---- */

static json_t *
passage_row(const char *text, uint32_t text_start, const Passage *passage,
            GArray *headings)
{
    json_t *row = json_object();
    g_autofree char *heading = extract_heading_path(headings, passage->heading);

    if (passage->page > 0)
        put_int(row, "page", passage->page);
    row_put_text(row, "heading", heading);
    put_int(row, "start", passage->start);
    put_int(row, "end", passage->end);
    (void)json_object_set_new(row, "text",
                              json_stringn(text + (passage->start - text_start),
                                           passage->end - passage->start));
    return row;
}

typedef struct {
    guint first, end; /* passages first … end-1 */
} Range;

static Range
choose(GArray *passages, uint32_t page, uint32_t start, uint32_t limit_bytes)
{
    Range range = {passages->len, passages->len};

    for (guint i = 0; i < passages->len; i++) {
        const Passage *each = &g_array_index(passages, Passage, i);
        bool wanted = page > 0 ? each->page == page : each->end > start;

        if (wanted && range.first == passages->len)
            range.first = i;
        if (!wanted && range.first < passages->len) {
            range.end = i;
            break;
        }
        if (wanted && i > range.first &&
            each->end - g_array_index(passages, Passage, range.first).start >
                limit_bytes) {
            range.end = i;
            break;
        }
    }
    return range;
}

static bool
put_passages(Store *store, json_t *object, const File *file, uint32_t page,
             uint32_t start, uint32_t limit_bytes, GError **error)
{
    g_autoptr(GArray) passages = NULL;
    g_autoptr(GArray) headings = NULL;
    g_autofree char *text = NULL;
    json_t *rows = json_array();
    uint32_t from = 0, to = 0;
    Range range;

    (void)json_object_set_new(object, "passages", rows);
    if (!store_passages(store, file->document, &passages, &headings, error))
        return false;
    range = choose(passages, page, start, limit_bytes);
    if (range.first < range.end) {
        from = g_array_index(passages, Passage, range.first).start;
        to = g_array_index(passages, Passage, range.end - 1).end;
    }
    text = store_text(store, file->document, from, to, error);
    if (text == NULL)
        return false;
    for (guint i = range.first; i < range.end; i++)
        (void)json_array_append_new(
            rows, passage_row(text, from, &g_array_index(passages, Passage, i),
                              headings));
    row_put_text(object, "text", text);
    if (range.end < passages->len && page == 0)
        put_int(object, "next", to);
    return true;
}

json_t *
row_reading(Store *store, const File *file, uint32_t page, uint32_t start,
            uint32_t limit_bytes, GError **error)
{
    g_autoptr(json_t) object = json_object();
    g_autoptr(GError) inner = NULL;
    g_autoptr(DocumentRow) document = NULL;

    put_file(object, file);
    row_put_text(object, "state", file_state_name(file->state));
    row_put_text(object, "reason", file->reason);
    if (file->document != 0)
        document = store_document(store, file->document, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (document == NULL) {
        fault(error, FAULT_NOT_FOUND, "there is no text: %s",
              file->reason != NULL ? file->reason
                                   : file_state_name(file->state));
        return NULL;
    }
    row_put_text(object, "title", document->title);
    row_put_text(object, "type", document->type);
    put_int(object, "pages", document->pages);
    put_int(object, "total_bytes", document->text_bytes);
    if (!put_passages(store, object, file, page, start, limit_bytes, error))
        return NULL;
    if (page > 0 && json_array_size(json_object_get(object, "passages")) == 0) {
        if (document->pages > 0)
            fault(error, FAULT_NOT_FOUND, "no text on page %u; it has %u pages",
                  page, document->pages);
        else
            fault(error, FAULT_NOT_FOUND, "this kind of file has no pages");
        return NULL;
    }
    return g_steal_pointer(&object);
}

json_t *
row_why(Store *store, const File *file, GError **error)
{
    g_autoptr(json_t) object = json_object();
    g_autoptr(GError) inner = NULL;
    g_autoptr(DocumentRow) document = NULL;

    put_file(object, file);
    row_put_text(object, "state", file_state_name(file->state));
    row_put_text(object, "reason", file->reason != NULL ? file->reason : "");
    if (file->fault != FAULT_INTERNAL)
        row_put_text(object, "fault", fault_name((FaultCode)file->fault));
    if (file->document != 0)
        document = store_document(store, file->document, &inner);
    if (inner != NULL) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (document == NULL)
        return g_steal_pointer(&object);
    row_put_text(object, "type", document->type);
    row_put_text(object, "title", document->title);
    row_put_text(object, "author", document->author);
    row_put_text(object, "language", document->language);
    row_put_text(object, "charset", document->charset);
    put_int(object, "pages", document->pages);
    put_int(object, "passages", document->n_passages);
    put_int(object, "text_bytes", document->text_bytes);
    put_int(object, "document", document->id);
    return g_steal_pointer(&object);
}

json_t *
row_failed(const File *file)
{
    json_t *row = json_object();

    protocol_put_path(row, "path", file->path);
    row_put_text(row, "state", file_state_name(file->state));
    row_put_text(row, "reason", file->reason != NULL ? file->reason : "");
    row_put_text(row, "fault", fault_name((FaultCode)file->fault));
    return row;
}
