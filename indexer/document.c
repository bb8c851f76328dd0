/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document.c - a document read whole, as bytes or as text.
 */
#include "config.h"

#include "indexer/document.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/text.h"
#include "indexer/charset.h"

GBytes *
document_read(const Document *document, Sink *sink, GError **error)
{
    size_t room = (size_t)MIN(document->size_bytes, DOCUMENT_BYTES_MAX);
    g_autofree char *data = g_malloc(room + 1);
    size_t used = 0;

    while (used < room) {
        ssize_t n = pread(document->fd, data + used, room - used, (off_t)used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            fault_errno(error, "read");
            return NULL;
        }
        if (n == 0)
            break;
        used += (size_t)n;
    }
    if (document->size_bytes > DOCUMENT_BYTES_MAX) {
        g_autofree char *size = text_size(DOCUMENT_BYTES_MAX);

        sink_partial(sink, FAULT_LIMIT, "only the first %s are read", size);
    }
    return g_bytes_new_take(g_steal_pointer(&data), used);
}

char *
document_decode(GBytes *bytes, const char *declared, Sink *sink,
                size_t *ret_size_bytes)
{
    size_t size_bytes;
    const char *data = g_bytes_get_data(bytes, &size_bytes);
    CharsetGuess guess;
    char *text =
        charset_to_utf8(data, size_bytes, declared, ret_size_bytes, &guess);

    if (strcmp(guess.charset, "UTF-8") != 0 &&
        strcmp(guess.charset, "US-ASCII") != 0)
        sink_charset(sink, guess.charset);
    return text;
}

char *
document_text(const Document *document, Sink *sink, size_t *ret_size_bytes,
              GError **error)
{
    g_autoptr(GBytes) bytes = document_read(document, sink, error);

    if (bytes == NULL)
        return NULL;
    return document_decode(bytes, NULL, sink, ret_size_bytes);
}

int64_t
document_date(const char *date)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = NULL;

    if (date == NULL || strlen(date) > 40)
        return 0;
    time = g_date_time_new_from_iso8601(date, utc);
    if (time == NULL && strlen(date) == strlen("2024-05-01")) {
        g_autofree char *midnight = g_strconcat(date, "T00:00:00Z", NULL);

        time = g_date_time_new_from_iso8601(midnight, utc);
    }
    return time != NULL ? g_date_time_to_unix(time) : 0;
}
