/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * floor.c - what writing the index costs when nothing else is done.
 *
 * Usage: floor FOLDER, with paths of texts on stdin, a line each. All are
 * read first and cut into terms by our own tokenizer. Then only the writing
 * is timed: these terms into an FTS5 table without content, in one
 * transaction; beside it SQLite's own unicode61 with its text. Databases are
 * made in FOLDER; the figures are a line of JSON.
 */
#include "config.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/archive/tokenize.h"

enum { PATH_LINE_MAX = 8192 };

typedef struct {
    char *body;
    size_t size_bytes;
    Tokens *tokens;
} Text;

typedef struct {
    double seconds;
    goffset database_bytes;
} Figure;

static void
text_clear(void *each)
{
    Text *text = each;

    g_free(text->body);
    tokens_free(text->tokens);
}

static void
must(sqlite3 *db, int result, const char *doing)
{
    if (result == SQLITE_OK || result == SQLITE_DONE)
        return;
    (void)fprintf(stderr, "floor: %s: %s\n", doing, sqlite3_errmsg(db));
    exit(EXIT_FAILURE);
}

static double
seconds_since(int64_t begun_us)
{
    return (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC;
}

/* Files that cannot be read and texts that are not UTF-8 are left out. */
static GArray *
read_texts(void)
{
    GArray *texts = g_array_new(FALSE, TRUE, sizeof(Text));
    char line[PATH_LINE_MAX];

    g_array_set_clear_func(texts, text_clear);
    while (fgets(line, sizeof line, stdin) != NULL) {
        Text text = {NULL};

        g_strchomp(line);
        if (!g_file_get_contents(line, &text.body, &text.size_bytes, NULL))
            continue;
        if (g_utf8_validate(text.body, (gssize)text.size_bytes, NULL))
            g_array_append_val(texts, text);
        else
            text_clear(&text);
    }
    return texts;
}

static goffset
size_of(const char *path)
{
    GStatBuf about;

    return g_stat(path, &about) == 0 ? about.st_size : 0;
}

/* One transaction and its way into the database file. */
static Figure
write_all(const char *path, const char *table, const GArray *texts, bool replay)
{
    sqlite3 *db;
    sqlite3_stmt *insert;
    TokenizeReplay *tokens;
    Figure figure;
    int64_t begun_us;

    (void)g_unlink(path);
    must(NULL, sqlite3_open(path, &db), "open the database");
    tokens = tokenize_register(db, NULL);
    must(db,
         sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                      NULL, NULL, NULL),
         "prepare it");
    must(db, sqlite3_exec(db, table, NULL, NULL, NULL), "make the table");
    must(db,
         sqlite3_prepare_v2(db, "INSERT INTO words(rowid, body) VALUES(?, ?)",
                            -1, &insert, NULL),
         "prepare to write");

    begun_us = g_get_monotonic_time();
    must(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL), "begin");
    for (unsigned i = 0; i < texts->len; i++) {
        const Text *text = &g_array_index(texts, Text, i);

        if (replay)
            tokenize_replay(tokens, text->body, text->tokens);
        /* The terminating zero lets SQLite use the text where it is. */
        (void)sqlite3_bind_int64(insert, 1, i + 1);
        (void)sqlite3_bind_text64(insert, 2, text->body, text->size_bytes,
                                  SQLITE_STATIC, SQLITE_UTF8);
        must(db, sqlite3_step(insert), "write");
        (void)sqlite3_reset(insert);
    }
    must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), "commit");
    must(db,
         sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL),
         "check-point");
    figure.seconds = seconds_since(begun_us);

    tokenize_replay(tokens, NULL, NULL);
    (void)sqlite3_finalize(insert);
    (void)sqlite3_close(db);
    figure.database_bytes = size_of(path);
    (void)g_unlink(path);
    return figure;
}

int
main(int argc, char **argv)
{
    g_autoptr(GArray) texts = NULL;
    g_autofree char *path = NULL;
    Figure ours, unicode;
    uint64_t text_bytes = 0, positions = 0;
    int64_t begun_us;
    double cut_s;

    if (argc != 2) {
        (void)fputs("Usage: floor FOLDER <PATHS\n", stderr);
        return 2;
    }
    path = g_build_filename(argv[1], "floor.db", NULL);
    texts = read_texts();
    begun_us = g_get_monotonic_time();
    for (unsigned i = 0; i < texts->len; i++) {
        Text *text = &g_array_index(texts, Text, i);

        text->tokens = tokens_new(text->body, text->size_bytes);
        text_bytes += text->size_bytes;
        positions += tokens_length(text->tokens);
    }
    cut_s = seconds_since(begun_us);
    ours = write_all(path,
                     "CREATE VIRTUAL TABLE words USING fts5(body, content='',"
                     " columnsize=0, detail=full, tokenize='docent')",
                     texts, true);
    unicode = write_all(path,
                        "CREATE VIRTUAL TABLE words USING fts5(body,"
                        " tokenize='unicode61')",
                        texts, false);
    (void)printf("{\"texts\": %u, \"text_bytes\": %" G_GUINT64_FORMAT
                 ", \"positions\": %" G_GUINT64_FORMAT ", \"cut_s\": %.3f, "
                 "\"write_s\": %.3f, \"write_bytes\": %" G_GOFFSET_FORMAT
                 ", \"unicode61_s\": %.3f, \"unicode61_bytes\": "
                 "%" G_GOFFSET_FORMAT "}\n",
                 texts->len, text_bytes, positions, cut_s, ours.seconds,
                 ours.database_bytes, unicode.seconds, unicode.database_bytes);
    return EXIT_SUCCESS;
}
