/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-query.c - what words as typed ask of the index.
 */
#include "config.h"

#include "daemon/archive/query.h"

#include <sqlite3.h>
#include <string.h>

#include "daemon/archive/tokenize.h"

#define sqlite_auto __attribute__((cleanup(db_clear)))

static void
db_clear(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static void
asks(const char *words, const char *expression)
{
    g_autoptr(Query) query = query_parse(words, NULL, NULL);
    g_autofree char *made = query_expression(query, "AND");

    g_assert_cmpstr(made, ==, expression);
}

static void
test_words(void)
{
    asks("Rental  contract", "(\"rental\") AND (\"contract\")");
    asks("rental Rental", "(\"rental\")");
    asks("fooBar foo_bar", "(\"foobar\") AND (\"foobar\")");
    asks("don't e-mail", "(\"don't\") AND (\"e-mail\")");
    asks("a,b;c(d)", "(\"a\") AND (\"b\") AND (\"c\") AND (\"d\")");
    asks("1,200.50", "(\"1200.50\")");
    asks("", NULL);
    asks(" - \"\" ** !? ", NULL);
}

static void
test_scripts(void)
{
    asks("合同2026", "(\"合同\") AND (\"2026\")");
    asks("买卖合同纠纷", "(\"买卖合同纠纷\")");
    asks("合同、法院pdf", "(\"合同\") AND (\"法院\") AND (\"pdf\")");
    asks("軟體", "(\"软体\")");
    asks("合同🎉", "(\"合同\") AND (\"🎉\")");
}

static void
test_quotes(void)
{
    g_autoptr(Query) query =
        query_parse("“two words” 「民 法」 plain \"open end", NULL, NULL);
    const QueryTerm *term;

    g_assert_cmpuint(query->terms->len, ==, 4);
    term = query->terms->pdata[0];
    g_assert_true(term->exact);
    g_assert_cmpstr(term->forms->pdata[0], ==, "\"two words\"");
    term = query->terms->pdata[1];
    g_assert_true(term->exact);
    g_assert_cmpstr(term->forms->pdata[0], ==, "\"民 法\"");
    term = query->terms->pdata[2];
    g_assert_false(term->exact);
    term = query->terms->pdata[3];
    g_assert_true(term->exact);
    g_assert_cmpstr(term->word, ==, "open end");
    g_assert_cmpstr(query->plain, ==, "two words 民 法 plain open end");
}

static void
test_prefix(void)
{
    asks("contr* x", "(\"contr\" *) AND (\"x\")");
    asks("合*", "(\"合\")");
    asks("*", NULL);
    asks("a**b", "(\"a\" *) AND (\"b\")");
}

static void
two_forms(void *user, const char *word, GPtrArray *forms)
{
    unsigned *calls = user;

    ++*calls;
    g_ptr_array_add(forms, g_strdup(word));
    g_ptr_array_add(forms, g_strconcat(word, "s", NULL));
    g_ptr_array_add(forms, g_strdup("…"));
}

static void
test_forms(void)
{
    unsigned calls = 0;
    g_autoptr(Query) query = query_parse(
        "report the 2026 合同 ab \"exact\" pre*", two_forms, &calls);
    g_autofree char *made = query_expression(query, "OR");

    g_assert_cmpuint(calls, ==, 2);
    g_assert_cmpstr(made, ==,
                    "(\"report\" OR \"reports\") OR (\"the\" OR \"thes\")"
                    " OR (\"2026\") OR (\"合同\") OR (\"ab\")"
                    " OR (\"exact\") OR (\"pre\" *)");
    g_assert_cmpuint(query_first_phrase(query, 0), ==, 0);
    g_assert_cmpuint(query_first_phrase(query, 1), ==, 2);
    g_assert_cmpuint(query_first_phrase(query, 2), ==, 4);
    g_assert_cmpuint(query_first_phrase(query, 7), ==, 9);
}

static void
test_common(void)
{
    g_autoptr(Query) query =
        query_parse("the contract 什么 \"of\"", NULL, NULL);
    g_autoptr(Query) alone = query_parse("to be", NULL, NULL);
    static const bool expected[] = {true, false, true, false};

    g_assert_cmpuint(query->terms->len, ==, G_N_ELEMENTS(expected));
    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpint(((QueryTerm *)query->terms->pdata[i])->common, ==,
                        expected[i]);
    g_assert_false(((QueryTerm *)alone->terms->pdata[0])->common);
}

static void
test_stems(void)
{
    g_assert_true(query_same_stem("contracts", "contract"));
    g_assert_true(query_same_stem("running", "runs"));
    g_assert_false(query_same_stem("contract", "contrary"));
    g_assert_true(query_same_stem("договоры", "договор"));
    g_assert_false(query_same_stem("договор", "contract"));
    g_assert_true(query_same_stem("合同", "合同"));
    g_assert_false(query_same_stem("合同", "合约"));
}

static void
test_stem_prefix(void)
{
    static const char *const families[][4] = {
        {"hope", "hoping", "hoped", "hopes"},
        {"happy", "happily", "happier", "happiness"},
        {"run", "running", "runs", NULL},
        {"договор", "договоры", "договора", NULL},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        for (int j = 0; j < 4 && families[i][j] != NULL; j++) {
            g_autofree char *prefix = query_stem_prefix(families[i][j]);

            g_assert_cmpuint(strlen(prefix), >=, 2);
            for (int k = 0; k < 4 && families[i][k] != NULL; k++)
                if (query_same_stem(families[i][j], families[i][k]))
                    g_assert_true(g_str_has_prefix(families[i][k], prefix));
        }
    }
}

static gpointer
keep_stemming(gpointer user)
{
    for (int i = 0; i < 2000; i++)
        g_assert_true(query_same_stem("nationally", "nationality") ==
                      query_same_stem("nationality", "nationally"));
    return NULL;
}

static void
test_stems_in_threads(void)
{
    GThread *threads[4];

    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("stem", keep_stemming, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
}

static sqlite3 *
table_new(const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *add;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
    (void)tokenize_register(db, &error);
    g_assert_no_error(error);
    g_assert_cmpint(sqlite3_exec(db,
                                 "CREATE VIRTUAL TABLE found USING"
                                 " fts5(title, body, tokenize=docent)",
                                 NULL, NULL, NULL),
                    ==, SQLITE_OK);
    (void)sqlite3_prepare_v2(db, "INSERT INTO found VALUES ('x', ?1)", -1, &add,
                             NULL);
    (void)sqlite3_bind_text(add, 1, text, -1, SQLITE_TRANSIENT);
    g_assert_cmpint(sqlite3_step(add), ==, SQLITE_DONE);
    (void)sqlite3_finalize(add);
    return db;
}

/* Rows that match @words; fails the test when FTS5 refuses. */
static int
rows(sqlite3 *db, const char *words)
{
    g_autoptr(Query) query = query_parse(words, two_forms, &(unsigned){0});
    g_autofree char *expression = query_expression(query, "AND");
    sqlite3_stmt *find;
    int n = 0, rc;

    g_assert_cmpuint(query->terms->len, <=, QUERY_TERMS_MAX);
    g_assert_true(g_utf8_validate(query->plain, -1, NULL));
    if (expression == NULL)
        return 0;
    (void)sqlite3_prepare_v2(db, "SELECT rowid FROM found WHERE found MATCH ?1",
                             -1, &find, NULL);
    (void)sqlite3_bind_text(find, 1, expression, -1, SQLITE_STATIC);
    while ((rc = sqlite3_step(find)) == SQLITE_ROW)
        n++;
    if (rc != SQLITE_DONE)
        g_error("%s: %s", expression, sqlite3_errmsg(db));
    (void)sqlite3_finalize(find);
    return n;
}

static void
test_operators(void)
{
    sqlite_auto sqlite3 *db = table_new("and or not near title body a b");

    g_assert_cmpint(rows(db, "AND"), ==, 1);
    g_assert_cmpint(rows(db, "a NOT b"), ==, 1);
    g_assert_cmpint(rows(db, "NEAR(a b)"), ==, 1);
    g_assert_cmpint(rows(db, "title:zz"), ==, 0);
    g_assert_cmpint(rows(db, "{title} : a"), ==, 1);
    g_assert_cmpint(rows(db, "^b"), ==, 1);
    g_assert_cmpint(rows(db, "a OR zz"), ==, 0);
    g_assert_cmpint(rows(db, "\" OR \"a"), ==, 1);
}

static void
test_nasty(void)
{
    static const char *const pieces[] = {
        "\"",
        "“",
        "”",
        "「",
        "」",
        "AND",
        "OR",
        "NOT",
        "(",
        ")",
        "*",
        "^",
        ":",
        "-",
        "+",
        "{",
        "}",
        "'",
        "\\",
        "NEAR(a b, 2)",
        "🎉",
        "שלום",
        "مرحبا",
        "合同",
        "a",
        "\xE2\x80\xAE",
        "\x01",
        "\xFF",
        "\xC3",
        " ",
        "\n",
        "1,2",
        "1,200.5",
        "fooBar_x",
        "%",
        "__",
        "😀\xE2\x80\x8D👩",
        "\xCC\x81",
        "ไทย",
        "title",
        "\xEF\xBF\xBD",
    };
    sqlite_auto sqlite3 *db = table_new("nothing 合同");
    g_autoptr(GString) words = g_string_new(NULL);

    for (int i = 0; i < 2000; i++) {
        int n = g_test_rand_int_range(1, 12);

        g_string_truncate(words, 0);
        while (n-- > 0)
            g_string_append(
                words, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
        (void)rows(db, words->str);
    }
}

static void
test_long(void)
{
    sqlite_auto sqlite3 *db = table_new("nothing 合同");
    g_autoptr(GString) words = g_string_new(NULL);
    g_autofree char *one = g_strnfill(10000, 'a');
    g_autofree char *quotes = g_strnfill(10000, '"');
    g_autofree char *stars = g_strnfill(10000, '*');

    (void)rows(db, one);
    (void)rows(db, quotes);
    (void)rows(db, stars);
    for (int i = 0; i < 10000; i++)
        g_string_append(words, "合同");
    (void)rows(db, words->str);
    g_string_truncate(words, 0);
    for (int i = 0; i < 10000; i++)
        g_string_append_printf(words, "w%d ", i);
    (void)rows(db, words->str);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/query/each word is a term", test_words);
    g_test_add_func("/query/scripts are taken apart, a CJK run is a phrase",
                    test_scripts);
    g_test_add_func("/query/quotes of any kind make a phrase", test_quotes);
    g_test_add_func("/query/a star asks for the beginning", test_prefix);
    g_test_add_func("/query/forms of a word count as the word", test_forms);
    g_test_add_func("/query/a stop word is common beside others only",
                    test_common);
    g_test_add_func("/query/forms of a word have one stem", test_stems);
    g_test_add_func("/query/all forms begin with the stem's prefix",
                    test_stem_prefix);
    g_test_add_func("/query/threads stem at once", test_stems_in_threads);
    g_test_add_func("/query/operators are words", test_operators);
    g_test_add_func("/query/whatever is typed FTS5 can read", test_nasty);
    g_test_add_func("/query/long queries are cut", test_long);
    return g_test_run();
}
