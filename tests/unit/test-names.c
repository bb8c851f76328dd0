/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-names.c - files by what stands in their names.
 */
#include "config.h"

#include "daemon/archive/names.h"

#include <stdio.h>
#include <string.h>

/* Files found, best first, as "3 1 "; the caller's to free. */
static char *
found(Names *names, const char *words, unsigned limit, unsigned *ret_total)
{
    g_autoptr(GArray) hits = names_find(names, words, limit, ret_total);
    GString *files = g_string_new(NULL);
    double before = 1;

    for (unsigned i = 0; i < hits->len; i++) {
        const NameHit *hit = &g_array_index(hits, NameHit, i);

        g_assert_cmpfloat(hit->score, <=, before);
        g_assert_cmpfloat(hit->score, >, 0);
        before = hit->score;
        g_string_append_printf(files, "%d ", (int)hit->file);
    }
    return g_string_free(files, FALSE);
}

static void
finds(Names *names, const char *words, const char *files)
{
    unsigned total = 99;
    g_autofree char *got = found(names, words, 100, &total);

    if (strcmp(got, files) != 0)
        g_error("'%s' finds '%s', not '%s'", words, got, files);
}

static Names *
some_names(void)
{
    Names *names = names_new();

    names_put(names, 1, "/home/a/Downloads/Rental Contract.pdf", 10);
    names_put(names, 2, "/home/a/Downloads/買賣合同2026.docx", 20);
    names_put(names, 3, "/home/a/Work/contract.txt", 30);
    names_put(names, 4, "/home/a/Work/old/subcontractor.csv", 40);
    names_put(names, 5, "/home/a/Work/Contracts/notes.md", 50);
    return names;
}

static void
test_anywhere(void)
{
    g_autoptr(Names) names = some_names();

    finds(names, "ubcontr", "4 ");
    finds(names, "合同", "2 ");
    finds(names, "买卖", "2 ");
    finds(names, "DOCX", "2 ");
    finds(names, "２０２６", "2 ");
    finds(names, "nowhere", "");
    finds(names, "", "");
    finds(names, " / ", "");
}

static void
test_better_first(void)
{
    g_autoptr(Names) names = some_names();

    /* Whole, a word's beginning, inside. */
    finds(names, "contract", "3 1 4 ");
    names_put(names, 6, "/x/contract-2.txt", 1);
    finds(names, "contract", "3 6 1 4 ");
    finds(names, "contract.txt", "3 ");
}

static void
test_recent_first(void)
{
    g_autoptr(Names) names = names_new();

    for (int i = 1; i <= 9; i++) {
        char path[32];

        (void)snprintf(path, sizeof path, "/d/note%d.txt", i);
        names_put(names, i, path, i == 5 ? 100 : i);
    }
    finds(names, "note", "5 9 8 7 6 4 3 2 1 ");
}

static void
test_folders(void)
{
    g_autoptr(Names) names = some_names();

    finds(names, "work notes", "5 ");
    finds(names, "contract work", "3 4 ");
    finds(names, "work", "");
    finds(names, "work/contract", "3 4 ");
    finds(names, "contract missing", "");
}

static void
test_moved(void)
{
    g_autoptr(Names) names = some_names();

    names_put(names, 3, "/home/a/Work/agreement.txt", 30);
    finds(names, "contract.txt", "");
    finds(names, "agreement", "3 ");
    g_assert_cmpuint(names_count(names), ==, 5);
    names_drop(names, 3);
    names_drop(names, 3);
    names_drop(names, 77);
    finds(names, "agreement", "");
    g_assert_cmpuint(names_count(names), ==, 4);
    names_clear(names);
    finds(names, "contract", "");
    g_assert_cmpuint(names_count(names), ==, 0);
}

static void
test_odd_names(void)
{
    g_autoptr(Names) names = names_new();
    g_autofree char *long_name = g_strnfill(100000, 'x');
    g_autofree char *long_path = g_strconcat("/d/", long_name, NULL);

    names_put(names, 1, "/d\xFF/bad\xFE\xFFname", 1);
    names_put(names, 2, "", 2);
    names_put(names, 3, "/", 3);
    names_put(names, 4, "plain", 4);
    names_put(names, 5, long_path, 5);
    finds(names, "name", "1 ");
    finds(names, "bad", "1 ");
    finds(names, "plain", "4 ");
    finds(names, "xxxx", "5 ");
    finds(names, "\xFF", "1 ");
}

static void
test_limit(void)
{
    g_autoptr(Names) names = names_new();
    unsigned total = 0;
    g_autofree char *got = NULL;
    g_autofree char *none = NULL;

    for (int i = 1; i <= 5000; i++) {
        g_autofree char *path = g_strdup_printf("/d/n%d.txt", i);

        names_put(names, i, path, i % 1000 == 0 ? 10000 - i : 0);
    }
    got = found(names, "txt", 3, &total);
    g_assert_cmpuint(total, ==, 5000);
    g_assert_cmpstr(got, ==, "1000 2000 3000 ");
    none = found(names, "txt", 0, &total);
    g_assert_cmpstr(none, ==, "");
    g_assert_cmpuint(total, ==, 5000);
}

/* Against a plain list, through many changes. */
static void
test_changes(void)
{
    static const char *const words[] = {"alpha", "beta", "合同", "x"};
    g_autoptr(Names) names = names_new();
    g_autoptr(GHashTable) plain =
        g_hash_table_new_full(NULL, NULL, NULL, g_free);

    for (int i = 0; i < 40000; i++) {
        int file = g_test_rand_int_range(1, 6000);

        if (g_test_rand_int_range(0, 5) < 2 + (i > 20000)) {
            names_drop(names, file);
            g_hash_table_remove(plain, GINT_TO_POINTER(file));
        } else {
            char *path = g_strdup_printf(
                "/d%d/%s-%d", file % 7,
                words[g_test_rand_int_range(0, G_N_ELEMENTS(words))], file);

            names_put(names, file, path, i);
            g_hash_table_insert(plain, GINT_TO_POINTER(file), path);
        }
    }
    g_assert_cmpuint(names_count(names), ==, g_hash_table_size(plain));
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
        GHashTableIter iter;
        gpointer path;
        unsigned expected = 0, total;
        g_autoptr(GArray) hits = names_find(names, words[i], 10, &total);

        g_hash_table_iter_init(&iter, plain);
        while (g_hash_table_iter_next(&iter, NULL, &path))
            expected += strstr(strrchr(path, '/'), words[i]) != NULL;
        g_assert_cmpuint(total, ==, expected);
        g_assert_cmpuint(hits->len, ==, MIN(10, expected));
    }
}

static gpointer
keep_putting(gpointer user)
{
    for (int i = 0; i < 20000; i++) {
        g_autofree char *path = g_strdup_printf("/d/moved%d", i);

        names_put(user, i % 100, path, i);
        if (i % 3 == 0)
            names_drop(user, i % 50);
    }
    return NULL;
}

static void
test_threads(void)
{
    g_autoptr(Names) names = names_new();
    GThread *writer = g_thread_new("writer", keep_putting, names);

    for (int i = 0; i < 500; i++) {
        unsigned total;
        g_autoptr(GArray) hits = names_find(names, "moved", 1000, &total);

        g_assert_cmpuint(hits->len, ==, total);
        g_assert_cmpuint(total, <=, 100);
    }
    g_thread_join(writer);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/names/a term is found anywhere in a name", test_anywhere);
    g_test_add_func("/names/what fits better comes first", test_better_first);
    g_test_add_func("/names/of what fits alike the newest comes first",
                    test_recent_first);
    g_test_add_func("/names/folders count, but not alone", test_folders);
    g_test_add_func("/names/a file that moved has its new name only",
                    test_moved);
    g_test_add_func("/names/names of any bytes are taken", test_odd_names);
    g_test_add_func("/names/the limit keeps the best and the total counts all",
                    test_limit);
    g_test_add_func("/names/many changes leave what a plain list has",
                    test_changes);
    g_test_add_func("/names/a search meets no half-made change", test_threads);
    return g_test_run();
}
