/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-tokenize.c - the terms of a text, and that phrases find them again.
 */
#include "config.h"

#include "daemon/archive/tokenize.h"

#include <string.h>

#define sqlite_auto __attribute__((cleanup(db_clear)))

static void
db_clear(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

/* Terms one after the other; '/' before one beside the one before. */
static int
write_down(void *user, const char *term, int size_bytes, int start, int end,
           bool beside)
{
    GString *written = user;

    g_assert_cmpint(start, <, end);
    g_assert_cmpint(size_bytes, >, 0);
    g_assert_cmpint(size_bytes, <=, TOKEN_BYTES_MAX);
    g_assert_true(g_utf8_validate(term, size_bytes, NULL));
    if (written->len > 0)
        g_string_append_c(written, beside ? '/' : ' ');
    g_string_append_len(written, term, size_bytes);
    return 0;
}

static void
gives(const char *text, TokenizeMode mode, const char *terms)
{
    g_autoptr(GString) written = g_string_new(NULL);

    g_assert_cmpint(tokenize(text, strlen(text), mode, write_down, written), ==,
                    0);
    g_assert_cmpstr(written->str, ==, terms);
}

static void
text_gives(const char *text, const char *terms)
{
    gives(text, TOKENIZE_TEXT, terms);
}

static void
query_gives(const char *text, const char *terms)
{
    gives(text, TOKENIZE_QUERY, terms);
}

static void
test_words(void)
{
    text_gives("The cat, HE said: café!", "the cat he said cafe");
    text_gives("Москва Ελλάδα", "москва ελλαδα");
    text_gives("don't O’Neil well-known", "don t o neil well known");
    text_gives("", "");
    text_gives(" \n\t.,;_-\"", "");
}

static void
test_cjk(void)
{
    text_gives("合同法", "合/合同 同/同法 法");
    text_gives("法", "法");
    text_gives("你好，世界", "你/你好 好 世/世界 界");
    text_gives("合同\n法", "合/合同 同 法");
    text_gives("カナ 한국", "カ/カナ ナ 한/한국 국");
    text_gives("ไทย", "ไ/ไท ท/ทย ย");
}

static void
test_cjk_query(void)
{
    query_gives("合同法", "合同 同法");
    query_gives("法", "法");
    query_gives("合同法。", "合同 同法");
    query_gives("合同2026", "合同 同 2026");
    query_gives("2026年合同", "2026 年合 合同");
    query_gives("你好，世界", "你好 好 世界");
}

static void
test_widths_and_scripts(void)
{
    text_gives("ＡＢＣ１２", "abc12");
    text_gives("ｶﾞﾗｽ", "ガ/ガラ ラ/ラス ス");
    text_gives("軟體", "软/软体 体");
    text_gives("file文件v2", "file 文/文件 件 v2");
}

static void
test_identifiers(void)
{
    text_gives("fooBar", "foobar/foo/bar");
    text_gives("foo_bar_", "foobar/foo/bar");
    text_gives("__init__ _it_", "init it");
    text_gives("HTMLParser iPhone15Pro",
               "htmlparser/html/parser iphone15pro/i/phone15/pro");
    text_gives("HTTP Word", "http word");
    text_gives("МойДом", "мойдом/мой/дом");
    query_gives("the fooBar is foo_bar", "the foobar is foobar");
}

static void
test_numbers(void)
{
    text_gives("1,200.50", "1200.50/1200/50");
    text_gives("1,234,567", "1234567");
    text_gives("１，２００", "1200");
    text_gives("1,2,3 2026,200 12,34", "1 2 3 2026 200 12 34");
    text_gives("3.14. v1.2 fig.3 1.Intro", "3.14/3/14 v1.2/v1/2 fig 3 1 intro");
    query_gives("1,200.50", "1200.50");
}

static void
test_signs(void)
{
    text_gives("a🎉b", "a 🎉 b");
    text_gives("Foo™ ①foo m²", "foo tm 1 foo m2");
    text_gives("a\xE2\x80\x8B"
               "b\xC2\xAD"
               "c",
               "abc");
}

static int
last_of(void *user, const char *term, int size_bytes, int start, int end,
        bool beside)
{
    int *place = user;

    place[0] = start;
    place[1] = end;
    place[2]++;
    return 0;
}

static void
test_places(void)
{
    int place[3] = {0};

    (void)tokenize("x Cafe\xCC\x81 ", 9, TOKENIZE_TEXT, last_of, place);
    g_assert_cmpint(place[0], ==, 2);
    g_assert_cmpint(place[1], ==, 8);
    (void)tokenize("，合同", 9, TOKENIZE_QUERY, last_of, place);
    g_assert_cmpint(place[0], ==, 3);
    g_assert_cmpint(place[1], ==, 9);
}

static void
test_long(void)
{
    g_autofree char *small = g_strnfill(5000, 'a');
    g_autofree char *han = g_strdup("");
    g_autofree char *expected = g_strnfill(TOKEN_BYTES_MAX, 'a');
    g_autoptr(GString) written = g_string_new(NULL);
    g_autoptr(GString) accented = g_string_new("x");
    g_autoptr(GString) parts = g_string_new(NULL);
    int place[3] = {0};

    text_gives(small, expected);
    query_gives(small, expected);
    /* Two bytes a letter after one: the cut falls inside one. */
    for (int i = 0; i < 100; i++)
        g_string_append(accented, "д");
    (void)tokenize(accented->str, accented->len, TOKENIZE_TEXT, write_down,
                   written);
    g_assert_cmpuint(written->len, ==, TOKEN_BYTES_MAX - 1);
    /* More parts than one word takes: all are there. */
    for (int i = 0; i < 1000; i++)
        g_string_append(parts, "ab_");
    (void)tokenize(parts->str, parts->len, TOKENIZE_TEXT, last_of, place);
    g_assert_cmpint(place[2], >, 1000);
    place[2] = 0;
    for (int i = 0; i < 3000; i++)
        g_string_append(parts, "Ab1.2");
    (void)tokenize(parts->str, parts->len, TOKENIZE_TEXT, last_of, place);
    g_assert_cmpint(place[2], >, 3000);
}

static int
third(void *user, const char *term, int size_bytes, int start, int end,
      bool beside)
{
    return ++*(int *)user == 3 ? 42 : 0;
}

static void
test_stop(void)
{
    int n = 0;

    g_assert_cmpint(tokenize("a b c d", 7, TOKENIZE_TEXT, third, &n), ==, 42);
    g_assert_cmpint(n, ==, 3);
    n = 0;
    g_assert_cmpint(tokenize("一二三四", 12, TOKENIZE_TEXT, third, &n), ==, 42);
    g_assert_cmpint(n, ==, 3);
}

static void
test_positions(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(Tokens) tokens = NULL;
    g_autoptr(Tokens) none = tokens_new("", 0);

    for (int i = 0; i < 1000; i++)
        g_string_append_printf(text, "word%04d ", i); /* 9 bytes each */
    g_string_append(text, "合同法");
    tokens = tokens_new(text->str, text->len);
    g_assert_cmpuint(tokens_length(tokens), ==, 1003);
    for (uint32_t i = 0; i < 1000; i++) {
        g_assert_cmpuint(tokens_position(tokens, i * 9), ==, i);
        g_assert_cmpuint(tokens_position(tokens, i * 9 + 1), ==, i + 1);
    }
    g_assert_cmpuint(tokens_position(tokens, 9003), ==, 1001);
    g_assert_cmpuint(tokens_position(tokens, 9006), ==, 1002);
    g_assert_cmpuint(tokens_position(tokens, 9009), ==, 1003);
    g_assert_cmpuint(tokens_length(none), ==, 0);
    g_assert_cmpuint(tokens_position(none, 0), ==, 0);
    g_assert_cmpuint(tokens_bytes(tokens), <, text->len * 2 + 1000);
}

static const char *const documents[] = {
    "The iPhone 15 was sold at 1,200.50 in Zürich, don't ask.",
    "買賣合同糾紛的處理，人民法院認為應當",
    "int foo_bar = fooBar(HTMLParser);\nbase64 == aGVsbG8gV29ybGQ",
    "2026年合同 第３条 ｶﾞﾗｽ 🎉 한국어 ไทย",
    "",
    "短",
};

/* A table whose rows were written through replayed tokens. */
static sqlite3 *
table_new(const char *const *texts, size_t n_texts)
{
    sqlite3 *db = NULL;
    TokenizeReplay *replay;
    sqlite3_stmt *into_text, *into_index;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
    replay = tokenize_register(db, &error);
    g_assert_no_error(error);
    g_assert_cmpint(
        sqlite3_exec(db,
                     "CREATE TABLE text (id INTEGER PRIMARY KEY, body TEXT);"
                     "CREATE VIRTUAL TABLE found USING fts5(body,"
                     " content=text, content_rowid=id, tokenize=docent);",
                     NULL, NULL, NULL),
        ==, SQLITE_OK);
    (void)sqlite3_prepare_v2(db, "INSERT INTO text VALUES (?1, ?2)", -1,
                             &into_text, NULL);
    (void)sqlite3_prepare_v2(db,
                             "INSERT INTO found (rowid, body) VALUES (?1, ?2)",
                             -1, &into_index, NULL);
    for (size_t i = 0; i < n_texts; i++) {
        const char *text = texts[i];
        g_autoptr(Tokens) tokens = tokens_new(text, strlen(text));
        sqlite3_stmt *both[] = {into_text, into_index};

        tokenize_replay(replay, text, tokens);
        for (int j = 0; j < 2; j++) {
            (void)sqlite3_bind_int64(both[j], 1, (sqlite3_int64)i + 1);
            (void)sqlite3_bind_text(both[j], 2, text, -1, SQLITE_STATIC);
            g_assert_cmpint(sqlite3_step(both[j]), ==, SQLITE_DONE);
            (void)sqlite3_reset(both[j]);
        }
        tokenize_replay(replay, NULL, NULL);
    }
    (void)sqlite3_finalize(into_text);
    (void)sqlite3_finalize(into_index);
    return db;
}

/* Rows of @db that match, as "1 3 "; the caller's to free. */
static char *
matches(sqlite3 *db, const char *expression)
{
    GString *rows = g_string_new(NULL);
    sqlite3_stmt *find;
    int rc;

    (void)sqlite3_prepare_v2(
        db, "SELECT rowid FROM found WHERE found MATCH ?1 ORDER BY rowid", -1,
        &find, NULL);
    (void)sqlite3_bind_text(find, 1, expression, -1, SQLITE_STATIC);
    while ((rc = sqlite3_step(find)) == SQLITE_ROW)
        g_string_append_printf(rows, "%d ", sqlite3_column_int(find, 0));
    g_assert_cmpint(rc, ==, SQLITE_DONE);
    (void)sqlite3_finalize(find);
    return g_string_free(rows, FALSE);
}

static void
finds(sqlite3 *db, const char *expression, const char *rows)
{
    g_autofree char *found = matches(db, expression);

    if (strcmp(found, rows) != 0)
        g_error("%s finds '%s', not '%s'", expression, found, rows);
}

/* It makes the tokens again from the text and compares. */
static void
is_whole(sqlite3 *db)
{
    g_assert_cmpint(sqlite3_exec(db,
                                 "INSERT INTO found (found, rank)"
                                 " VALUES ('integrity-check', 1)",
                                 NULL, NULL, NULL),
                    ==, SQLITE_OK);
}

static void
test_integrity(void)
{
    sqlite_auto sqlite3 *db = table_new(documents, G_N_ELEMENTS(documents));

    is_whole(db);
}

/* Characters of all kinds, with those that matter here more often. */
static char *
random_text(void)
{
    static const char often[] = "aB_.,19 \n'-";
    GString *text = g_string_new("x");

    for (int n = g_test_rand_int_range(1, 200); n > 0; n--) {
        int way = g_test_rand_int_range(0, 10);
        gunichar c;

        if (way < 5)
            c = (guchar)often[g_test_rand_int_range(0, sizeof often - 1)];
        else if (way < 7)
            c = (gunichar)g_test_rand_int_range(0x4E00, 0xA000);
        else if (way < 9)
            c = (gunichar)g_test_rand_int_range(0xA0, 0x3400);
        else
            c = (gunichar)g_test_rand_int_range(0xF900, 0x2FA20);
        g_string_append_unichar(text, c);
    }
    return g_string_free(text, FALSE);
}

static void
test_random(void)
{
    enum { N = 300 };
    char *texts[N];
    sqlite_auto sqlite3 *db = NULL;

    for (int i = 0; i < N; i++)
        texts[i] = random_text();
    db = table_new((const char *const *)texts, N);
    is_whole(db);
    for (int i = 0; i < N; i++) {
        g_autofree char *phrase = g_strdup_printf("\"%s\"", texts[i]);
        g_autofree char *found = matches(db, phrase);
        g_autofree char *row = g_strdup_printf("%d ", i + 1);

        if (strstr(found, row) == NULL)
            g_error("'%s' does not find itself", texts[i]);
    }
    for (int i = 0; i < N; i++)
        g_free(texts[i]);
}

static void
test_phrases(void)
{
    sqlite_auto sqlite3 *db = table_new(documents, G_N_ELEMENTS(documents));

    finds(db, "\"iphone 15\"", "1 ");
    finds(db, "\"iPhone 15 was\"", "1 ");
    finds(db, "\"phone\" AND \"1200\"", "1 ");
    finds(db, "\"1,200.50 in zurich\"", "1 ");
    finds(db, "\"don’t ask\"", "1 ");
    finds(db, "\"合同纠纷\"", "2 ");
    finds(db, "\"合同\"", "2 4 ");
    finds(db, "\"合\"", "2 4 ");
    finds(db, "\"理人\"", "");
    finds(db, "\"处理，人民法院\"", "2 ");
    finds(db, "\"処理\"", "");
    finds(db, "\"foobar foobar htmlparser\"", "3 ");
    finds(db, "\"parser\"", "3 ");
    finds(db, "\"2026年合同 第3条\"", "4 ");
    finds(db, "\"ガラス 🎉\"", "4 ");
    finds(db, "\"국어 ไทย\"", "4 ");
    finds(db, "\"短\"", "6 ");
    finds(db, "\"合\" *", "2 4 ");
    finds(db, "\"htm\" *", "3 ");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tokenize/a word is its letters folded", test_words);
    g_test_add_func("/tokenize/a CJK character gives itself and its pair",
                    test_cjk);
    g_test_add_func("/tokenize/a query of CJK is pairs in a row",
                    test_cjk_query);
    g_test_add_func("/tokenize/widths and scripts fold to one",
                    test_widths_and_scripts);
    g_test_add_func("/tokenize/an identifier has its parts beside it",
                    test_identifiers);
    g_test_add_func("/tokenize/a number with separators is one word",
                    test_numbers);
    g_test_add_func("/tokenize/signs end words, and emoji are words",
                    test_signs);
    g_test_add_func("/tokenize/a term knows the bytes it stands for",
                    test_places);
    g_test_add_func("/tokenize/a long word is cut at a character", test_long);
    g_test_add_func("/tokenize/the walk ends when it is told to", test_stop);
    g_test_add_func("/tokenize/tokens tell positions by bytes", test_positions);
    g_test_add_func("/tokenize/replayed tokens are those of the text",
                    test_integrity);
    g_test_add_func("/tokenize/phrases find what holds them", test_phrases);
    g_test_add_func("/tokenize/any text finds itself", test_random);
    return g_test_run();
}
