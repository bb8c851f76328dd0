/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document.c - content by its hash: written once, read in part.
 *
 * What costs time (tokens, compression) is done beforehand on any thread, so
 * that the one writer only writes. Text is kept in parts cut where a passage
 * ends, so that a page of a large document is read without inflating all.
 */
#include "config.h"

#include "daemon/archive/document.h"

#include <inttypes.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "daemon/archive/blob.h"
#include "daemon/archive/connection.h"
#include "daemon/archive/tokenize.h"

enum {
    PART_BITS = 20,   /* text.id is document << PART_BITS | part */
    TOKEN_BYTES = 12, /* what a prepared token takes, about */
};

typedef struct {
    uint32_t start;
    GBytes *body;
} Part;

struct Prepared {
    Extract *extract;
    Tokens *tokens;
    GArray *parts; /* of Part */
    GBytes *passages, *headings;
    uint32_t length_tokens;
};

void
document_row_free(DocumentRow *row)
{
    if (row == NULL)
        return;
    g_free(row->type);
    g_free(row->title);
    g_free(row->author);
    g_free(row->language);
    g_free(row->charset);
    g_free(row->reason);
    g_free(row);
}

/* ---- made ready ---- */

static void
part_clear(void *data)
{
    Part *part = data;

    g_bytes_unref(part->body);
}

/* Where the part that begins at @start ends: with the last passage that fits;
 * inside a passage only when it alone is larger than a part. */
static uint32_t
part_end(const Extract *extract, uint32_t start, guint *passage)
{
    uint32_t end = start;

    for (; *passage < extract->passages->len; (*passage)++) {
        const Passage *next =
            &g_array_index(extract->passages, Passage, *passage);

        if (next->end - start > BLOB_PART_BYTES_MAX)
            break;
        end = next->end;
    }
    if (end > start)
        return end;
    if (extract->text_bytes - start <= BLOB_PART_BYTES_MAX)
        return extract->text_bytes;
    return (uint32_t)text_floor(extract->text, extract->text_bytes,
                                start + BLOB_PART_BYTES_MAX);
}

static GArray *
make_parts(const Extract *extract)
{
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(Part));
    guint passage = 0;

    g_array_set_clear_func(parts, part_clear);
    for (uint32_t start = 0, end; start < extract->text_bytes; start = end) {
        Part part = {.start = start};

        end = part_end(extract, start, &passage);
        part.body = blob_pack(extract->text + start, end - start);
        g_array_append_val(parts, part);
    }
    return parts;
}

Prepared *
prepared_new(Extract *extract)
{
    Prepared *prepared = g_new0(Prepared, 1);
    g_autoptr(Tokens) title = NULL;

    prepared->extract = extract;
    prepared->tokens = tokens_new(extract->text, extract->text_bytes);
    prepared->parts = make_parts(extract);
    prepared->passages =
        blob_pack_passages(extract->passages, prepared->tokens);
    prepared->headings = blob_pack_headings(extract->headings);
    prepared->length_tokens = tokens_length(prepared->tokens);
    if (extract->title != NULL) {
        title = tokens_new(extract->title, strlen(extract->title));
        prepared->length_tokens += tokens_length(title);
    }
    return prepared;
}

void
prepared_free(Prepared *prepared)
{
    if (prepared == NULL)
        return;
    extract_free(prepared->extract);
    tokens_free(prepared->tokens);
    g_array_unref(prepared->parts);
    g_bytes_unref(prepared->passages);
    g_bytes_unref(prepared->headings);
    g_free(prepared);
}

size_t
prepared_bytes(const Prepared *prepared)
{
    size_t bytes = sizeof *prepared + sizeof *prepared->extract +
                   prepared->extract->text_bytes +
                   prepared->extract->passages->len * sizeof(Passage) +
                   prepared->extract->headings->len * sizeof(Heading) +
                   (size_t)tokens_length(prepared->tokens) * TOKEN_BYTES +
                   g_bytes_get_size(prepared->passages) +
                   g_bytes_get_size(prepared->headings);

    for (guint i = 0; i < prepared->parts->len; i++)
        bytes += g_bytes_get_size(g_array_index(prepared->parts, Part, i).body);
    return bytes;
}

/* ---- text ---- */

/* Parts of @document from the one that holds @start to the one that holds
 * the byte before @end, appended to @text. */
static bool
inflate(Store *store, int64_t document, uint32_t start, uint32_t end,
        GByteArray *text, uint32_t *ret_first, GError **error)
{
    int64_t low = document << PART_BITS, high = (document + 1) << PART_BITS;
    int64_t from;
    g_autoptr(Statement) statement = NULL;
    int got;

    if (!statement_number(store, &from, low, error,
                          "SELECT id FROM text WHERE id >= ?1 AND id < ?2"
                          " AND start <= ?3 ORDER BY id DESC LIMIT 1",
                          "iii", low, high, (int64_t)start))
        return false;
    statement = statement_new(store, error,
                              "SELECT start, body FROM text"
                              " WHERE id >= ?1 AND id < ?2 AND start < ?3"
                              " ORDER BY id",
                              "iii", from, high, (int64_t)end);
    if (statement == NULL)
        return false;
    while ((got = statement_step(store, statement, error)) == 1) {
        if (text->len == 0)
            *ret_first = (uint32_t)sqlite3_column_int64(statement, 0);
        if (!blob_unpack(sqlite3_column_blob(statement, 1),
                         (size_t)sqlite3_column_bytes(statement, 1),
                         BLOB_PART_BYTES_MAX, text))
            return fault(error, FAULT_STORE,
                         "text of document %" PRId64 " is damaged", document);
    }
    return got == 0;
}

char *
store_text(Store *store, int64_t document, uint32_t start, uint32_t end,
           GError **error)
{
    g_autoptr(GByteArray) text = g_byte_array_new();
    uint32_t first = 0;
    size_t from, to;

    if (start < end &&
        !inflate(store, document, start, end, text, &first, error))
        return NULL;
    from = start > first ? MIN(start - first, text->len) : 0;
    to = end > first ? MIN(end - first, text->len) : 0;
    if (from >= to)
        return g_strdup("");
    from = text_floor((const char *)text->data, text->len, from);
    while (to < text->len && (text->data[to] & 0xc0) == 0x80)
        to++;
    return g_strndup((const char *)text->data + from, to - from);
}

/* document_text(id): what the view behind the full-text index calls. */
static void
document_text(sqlite3_context *context, int n_values, sqlite3_value **values)
{
    Store *store = sqlite3_user_data(context);
    g_autoptr(GError) error = NULL;
    char *text = store_text(store, sqlite3_value_int64(values[0]), 0,
                            UINT32_MAX, &error);

    if (text == NULL) {
        sqlite3_result_error(context, error->message, -1);
        if (fault_code(error) == FAULT_STORE)
            sqlite3_result_error_code(context, SQLITE_CORRUPT);
        return;
    }
    sqlite3_result_text64(context, text, strlen(text), g_free, SQLITE_UTF8);
}

bool
document_register(Store *store, GError **error)
{
    /* Harmless, so that the view may call it with trusted_schema off. */
    if (sqlite3_create_function_v2(
            store->db, "document_text", 1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, store,
            document_text, NULL, NULL, NULL) != SQLITE_OK)
        return connection_fault(store->db, error, "open");
    return true;
}

/* ---- rows ---- */

#define DOCUMENT_COLUMNS                                                       \
    "id, type, title, author, language, charset, created_s, pages, tokens,"    \
    " text_bytes, n_passages, state, fault, reason, reader_version"

static DocumentRow *
read_row(Store *store, Statement *statement, GError **error)
{
    DocumentRow *row;

    if (statement == NULL || statement_step(store, statement, error) != 1)
        return NULL;
    row = g_new0(DocumentRow, 1);
    row->id = sqlite3_column_int64(statement, 0);
    row->type = statement_text(statement, 1);
    row->title = statement_text(statement, 2);
    row->author = statement_text(statement, 3);
    row->language = statement_text(statement, 4);
    row->charset = statement_text(statement, 5);
    row->created_s = sqlite3_column_int64(statement, 6);
    row->pages = (uint32_t)sqlite3_column_int64(statement, 7);
    row->tokens = (uint32_t)sqlite3_column_int64(statement, 8);
    row->text_bytes = (uint32_t)sqlite3_column_int64(statement, 9);
    row->n_passages = (uint32_t)sqlite3_column_int64(statement, 10);
    row->state = (ExtractState)sqlite3_column_int(statement, 11);
    row->fault = sqlite3_column_int(statement, 12);
    row->reason = statement_text(statement, 13);
    row->reader_version = (uint32_t)sqlite3_column_int64(statement, 14);
    return row;
}

DocumentRow *
store_document(Store *store, int64_t id, GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        store, error, "SELECT " DOCUMENT_COLUMNS " FROM document WHERE id = ?",
        "i", id);

    return read_row(store, statement, error);
}

DocumentRow *
store_document_by_hash(Store *store, const uint8_t hash[HASH_BYTES],
                       GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        store, error,
        "SELECT " DOCUMENT_COLUMNS " FROM document WHERE hash = ?", "b", hash,
        (size_t)HASH_BYTES);

    return read_row(store, statement, error);
}

bool
store_passage_positions(Store *store, int64_t document, GArray **ret_passages,
                        GArray **ret_headings, GArray **ret_positions,
                        GError **error)
{
    g_autoptr(Statement) statement = statement_new(
        store, error, "SELECT passages, headings FROM document WHERE id = ?",
        "i", document);
    g_autoptr(GArray) passages = NULL;
    g_autoptr(GArray) positions = NULL;
    g_autoptr(GArray) headings = NULL;
    int got;

    if (statement == NULL)
        return false;
    got = statement_step(store, statement, error);
    if (got < 0)
        return false;
    if (got == 0)
        return fault(error, FAULT_NOT_FOUND, "no document %" PRId64, document);
    if (!blob_unpack_passages(sqlite3_column_blob(statement, 0),
                              (size_t)sqlite3_column_bytes(statement, 0),
                              &passages, &positions) ||
        !blob_unpack_headings(sqlite3_column_blob(statement, 1),
                              (size_t)sqlite3_column_bytes(statement, 1),
                              &headings))
        return fault(error, FAULT_STORE,
                     "passages of document %" PRId64 " are damaged", document);
    *ret_passages = g_steal_pointer(&passages);
    *ret_headings = g_steal_pointer(&headings);
    *ret_positions = g_steal_pointer(&positions);
    return true;
}

bool
store_passages(Store *store, int64_t document, GArray **ret_passages,
               GArray **ret_headings, GError **error)
{
    g_autoptr(GArray) positions = NULL;

    return store_passage_positions(store, document, ret_passages, ret_headings,
                                   &positions, error);
}

/* ---- writing ---- */

/* With its text and out of the full-text index: FTS5 is told the very text it
 * was given, since it keeps none, so this comes before the text goes. */
static bool
drop_row(Store *store, int64_t id, GError **error)
{
    g_autofree char *text = store_text(store, id, 0, UINT32_MAX, error);
    g_autoptr(DocumentRow) row = NULL;

    if (text == NULL)
        return false;
    row = store_document(store, id, error);
    if (row == NULL)
        return false;
    return statement_run(store, error,
                         "INSERT INTO words(words, rowid, title, body)"
                         " VALUES('delete', ?, ?, ?)",
                         "itt", id, row->title, text) &&
           statement_run(store, error,
                         "DELETE FROM text WHERE id >= ? AND id < ?", "ii",
                         id << PART_BITS, (id + 1) << PART_BITS) &&
           statement_run(store, error, "DELETE FROM document WHERE id = ?", "i",
                         id);
}

static bool
write_words(Store *store, int64_t id, const Prepared *prepared, GError **error)
{
    const Extract *extract = prepared->extract;
    bool written;

    for (guint i = 0; i < prepared->parts->len; i++) {
        const Part *part = &g_array_index(prepared->parts, Part, i);
        gsize size;
        const void *body = g_bytes_get_data(part->body, &size);

        if (!statement_run(store, error,
                           "INSERT INTO text(id, start, body)"
                           " VALUES(?, ?, ?)",
                           "iib", id << PART_BITS | i, (int64_t)part->start,
                           body, (size_t)size))
            return false;
    }
    tokenize_replay(store->replay, extract->text, prepared->tokens);
    written = statement_run(store, error,
                            "INSERT INTO words(rowid, title, body)"
                            " VALUES(?, ?, ?)",
                            "itt", id, extract->title, extract->text);
    tokenize_replay(store->replay, NULL, NULL);
    return written;
}

static bool
write_row(Store *store, int64_t id, const uint8_t hash[HASH_BYTES],
          const Prepared *prepared, uint32_t reader_version, GError **error)
{
    const Extract *extract = prepared->extract;
    gsize passages_size, headings_size;
    const void *passages = g_bytes_get_data(prepared->passages, &passages_size);
    const void *headings = g_bytes_get_data(prepared->headings, &headings_size);

    return statement_run(
        store, error,
        "INSERT INTO document(" DOCUMENT_COLUMNS ", hash, passages, headings)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "itttttiiiiiiitibbb", id, extract->type, extract->title,
        extract->author, extract->language, extract->charset,
        extract->created_s, (int64_t)extract->pages,
        (int64_t)prepared->length_tokens, (int64_t)extract->text_bytes,
        (int64_t)extract->passages->len, (int64_t)extract->state,
        (int64_t)extract->fault, extract->reason, (int64_t)reader_version, hash,
        (size_t)HASH_BYTES, passages, (size_t)passages_size, headings,
        (size_t)headings_size);
}

bool
store_put_document(Store *store, const uint8_t hash[HASH_BYTES],
                   Prepared *prepared, uint32_t reader_version, int64_t *ret_id,
                   GError **error)
{
    g_auto(Transaction) work = TRANSACTION_NONE;
    int64_t id;

    if (!transaction_begin(&work, store, error) ||
        !statement_number(store, &id, 0, error,
                          "SELECT id FROM document WHERE hash = ?", "b", hash,
                          (size_t)HASH_BYTES))
        return false;
    if (id != 0) {
        if (!drop_row(store, id, error))
            return false;
    } else if (!statement_number(store, &id, 1, error,
                                 "SELECT max(id) + 1 FROM document", "")) {
        /* Ever larger ids: FTS5 gathers rows as long as they ascend. */
        return false;
    }
    id = MAX(id, 1);
    if (!write_row(store, id, hash, prepared, reader_version, error) ||
        !write_words(store, id, prepared, error))
        return false;
    connection_change(store, CHANGE_TOKENS, id, NULL, prepared->length_tokens);
    if (!transaction_commit(&work, error))
        return false;
    *ret_id = id;
    return true;
}

bool
document_settle(Store *store, int64_t document, GError **error)
{
    int64_t arrived_ms;

    if (document == 0)
        return true;
    if (!statement_number(store, &arrived_ms, INT64_MIN, error,
                          "SELECT arrived_ms FROM file WHERE document = ?"
                          " ORDER BY arrived_ms DESC LIMIT 1",
                          "i", document))
        return false;
    if (arrived_ms != INT64_MIN) {
        connection_change(store, CHANGE_ARRIVED, document, NULL, arrived_ms);
        return true;
    }
    if (!drop_row(store, document, error))
        return false;
    connection_change(store, CHANGE_TOKENS, document, NULL, 0);
    return true;
}
