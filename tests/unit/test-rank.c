/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-rank.c - which document comes first, and why.
 */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "archive-case.h"
#include "base/fault.h"

static const unsigned one_group[] = {0, 0, 0, 0};
static const unsigned two_groups[] = {0, 1};

static GArray *
search_by(ArchiveCase *at, RankWish wish, unsigned *ret_total)
{
    g_autoptr(GError) error = NULL;
    GArray *hits = rank_search(store_connection(at->reader), at->archive->rank,
                               &wish, ret_total, &error);

    g_assert_no_error(error);
    return hits;
}

/* One term, of so many forms. */
static GArray *
search(ArchiveCase *at, const char *expression, unsigned n_forms,
       unsigned limit, unsigned *ret_total)
{
    const char *terms[] = {expression};

    return search_by(at,
                     (RankWish){.expression = expression,
                                .terms = terms,
                                .n_terms = 1,
                                .groups = one_group,
                                .n_phrases = n_forms,
                                .limit = limit},
                     ret_total);
}

static int64_t
first(GArray *hits)
{
    g_assert_cmpuint(hits->len, >, 0);
    return g_array_index(hits, RankHit, 0).document;
}

static void
test_more_often_first(ArchiveCase *at, gconstpointer data)
{
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    int64_t often;

    case_put(at, "/a", "heron one two three four", 1);
    often = case_put(at, "/b", "heron heron heron two three", 1);
    hits = search(at, "heron", 1, 10, &total);
    g_assert_cmpuint(total, ==, 2);
    g_assert_cmpint(first(hits), ==, often);
}

static void
test_shorter_first(ArchiveCase *at, gconstpointer data)
{
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    int64_t short_one;

    case_put(at, "/a", "heron and a great many other words beside it", 1);
    short_one = case_put(at, "/b", "a heron", 1);
    hits = search(at, "heron", 1, 10, &total);
    g_assert_cmpint(first(hits), ==, short_one);
}

static void
test_title_first(ArchiveCase *at, gconstpointer data)
{
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    Extract *titled = case_extract("nothing of the kind is said here");
    int64_t id;

    case_put(at, "/a", "heron heron is said here some times", 1);
    titled->title = g_strdup("The heron");
    id = case_put_extract(at, "/b", titled, 1);
    hits = search(at, "heron", 1, 10, &total);
    g_assert_cmpint(first(hits), ==, id);
}

static void
test_rare_word_counts_more(ArchiveCase *at, gconstpointer data)
{
    const char *terms[] = {"common", "rare"};
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    int64_t rare;

    for (int i = 0; i < 20; i++) {
        g_autofree char *path = g_strdup_printf("/c%d", i);
        g_autofree char *text = g_strdup_printf("common %d", i);

        case_put(at, path, text, 1);
    }
    rare = case_put(at, "/r", "rare 77", 1);
    hits = search_by(at,
                     (RankWish){.expression = "common OR rare",
                                .terms = terms,
                                .n_terms = 2,
                                .groups = two_groups,
                                .n_phrases = 2,
                                .limit = 5},
                     &total);
    g_assert_cmpuint(total, ==, 21);
    g_assert_cmpuint(hits->len, ==, 5);
    g_assert_cmpint(first(hits), ==, rare);
}

static void
test_forms_are_one_word(ArchiveCase *at, gconstpointer data)
{
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    g_autoptr(GArray) alone = NULL;

    case_put(at, "/a", "heron herons x y", 1);
    case_put(at, "/b", "heron heron z w", 1);
    hits = search(at, "heron OR herons", 2, 10, &total);
    g_assert_cmpuint(total, ==, 2);
    g_assert_cmpfloat_with_epsilon(g_array_index(hits, RankHit, 0).score,
                                   g_array_index(hits, RankHit, 1).score, 1e-9);
}

static void
test_limit_keeps_the_best(ArchiveCase *at, gconstpointer data)
{
    unsigned total;
    g_autoptr(GArray) few = NULL;
    g_autoptr(GArray) all = NULL;

    for (int i = 0; i < 50; i++) {
        g_autofree char *path = g_strdup_printf("/f%d", i);
        g_autoptr(GString) text = g_string_new("heron");

        for (int j = 0; j < (i * 7) % 50; j++)
            g_string_append_printf(text, " w%d", j);
        case_put(at, path, text->str, 1);
    }
    all = search(at, "heron", 1, 1000, &total);
    g_assert_cmpuint(all->len, ==, 50);
    few = search(at, "heron", 1, 7, &total);
    g_assert_cmpuint(total, ==, 50);
    g_assert_cmpuint(few->len, ==, 7);
    for (guint i = 0; i < 50; i++) {
        if (i < 7)
            g_assert_cmpint(g_array_index(few, RankHit, i).document, ==,
                            g_array_index(all, RankHit, i).document);
        if (i > 0)
            g_assert_cmpfloat(g_array_index(all, RankHit, i).score, <=,
                              g_array_index(all, RankHit, i - 1).score);
    }
}

static bool
only_even(void *user, int64_t document)
{
    return document % 2 == 0;
}

static void
test_filter(ArchiveCase *at, gconstpointer data)
{
    const char *terms[] = {"heron"};
    unsigned total;
    g_autoptr(GArray) hits = NULL;

    case_put(at, "/a", "heron 1", 1);
    case_put(at, "/b", "heron 2", 1);
    case_put(at, "/c", "heron 3", 1);
    hits = search_by(at,
                     (RankWish){.expression = "heron",
                                .terms = terms,
                                .n_terms = 1,
                                .groups = one_group,
                                .n_phrases = 1,
                                .filter = only_even,
                                .limit = 10},
                     &total);
    g_assert_cmpuint(total, ==, 1);
    g_assert_cmpint(first(hits) % 2, ==, 0);
}

static void
test_newest_first(ArchiveCase *at, gconstpointer data)
{
    const char *terms[] = {"heron"};
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    int64_t newest;

    case_put(at, "/a", "heron heron heron", 1000 * 1000);
    newest = case_put(at, "/b", "heron and more words", 3000 * 1000);
    case_put(at, "/c", "heron heron", 2000 * 1000);
    hits = search_by(at,
                     (RankWish){.expression = "heron",
                                .terms = terms,
                                .n_terms = 1,
                                .groups = one_group,
                                .n_phrases = 1,
                                .order = RANK_RECENT,
                                .limit = 10},
                     &total);
    g_assert_cmpint(first(hits), ==, newest);
}

static void
test_equal_then_recent(ArchiveCase *at, gconstpointer data)
{
    const char *terms[] = {"heron"};
    const int64_t now_ms = INT64_C(1700000000000);
    unsigned total;
    g_autoptr(GArray) hits = NULL;
    int64_t recent = case_put(at, "/b", "heron two", now_ms - 60 * 1000);

    case_put(at, "/a", "heron one", now_ms - INT64_C(400) * 86400 * 1000);
    hits = search_by(at,
                     (RankWish){.expression = "heron",
                                .terms = terms,
                                .n_terms = 1,
                                .groups = one_group,
                                .n_phrases = 1,
                                .now_ms = now_ms,
                                .limit = 10},
                     &total);
    g_assert_cmpint(first(hits), ==, recent);
}

static void
test_places(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) places = NULL;
    Extract *extract = case_extract("one heron two reed heron");
    int64_t id;

    extract->title = g_strdup("heron");
    id = case_put_extract(at, "/a", extract, 1);
    case_put(at, "/b", "heron reed", 1);
    places = rank_places(store_connection(at->reader), "reed OR heron", id, 10,
                         &error);
    g_assert_no_error(error);
    g_assert_cmpuint(places->len, ==, 3);
    g_assert_cmpuint(g_array_index(places, RankPlace, 0).position, ==, 1);
    g_assert_cmpuint(g_array_index(places, RankPlace, 0).phrase, ==, 1);
    g_assert_cmpuint(g_array_index(places, RankPlace, 1).position, ==, 3);
    g_assert_cmpuint(g_array_index(places, RankPlace, 1).phrase, ==, 0);
    g_assert_cmpuint(g_array_index(places, RankPlace, 2).position, ==, 4);
}

static void
test_bad_expression(ArchiveCase *at, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    const char *terms[] = {"\"open"};
    RankWish wish = {.expression = "\"open",
                     .terms = terms,
                     .n_terms = 1,
                     .groups = one_group,
                     .n_phrases = 1,
                     .limit = 10};
    unsigned total;

    g_assert_null(rank_search(store_connection(at->reader), at->archive->rank,
                              &wish, &total, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_STORE);
}

static void
test_lengths(ArchiveCase *at, gconstpointer data)
{
    Rank *rank = rank_new();

    rank_put(rank, 5, 10);
    rank_put(rank, 5, 20);
    rank_put(rank, 100000, 1);
    g_assert_cmpuint(rank_count(rank), ==, 2);
    rank_put(rank, 5, 0);
    g_assert_cmpuint(rank_count(rank), ==, 1);
    rank_clear(rank);
    g_assert_cmpuint(rank_count(rank), ==, 0);
    rank_free(rank);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(path, test)                                                        \
    g_test_add("/rank/" path, ArchiveCase, NULL, archive_case_set_up, test,    \
               archive_case_tear_down)
    ADD("a word said more often comes first", test_more_often_first);
    ADD("the shorter of two comes first", test_shorter_first);
    ADD("a word in the title counts more", test_title_first);
    ADD("a rare word counts more than a common one",
        test_rare_word_counts_more);
    ADD("forms of a word count as one word", test_forms_are_one_word);
    ADD("a limit keeps the best, and counts all", test_limit_keeps_the_best);
    ADD("a filter leaves out and is not counted", test_filter);
    ADD("newest first when asked", test_newest_first);
    ADD("of two that fit alike the recent one comes first",
        test_equal_then_recent);
    ADD("places are token positions of the body", test_places);
    ADD("a bad expression is a fault", test_bad_expression);
    ADD("lengths are counted once a document", test_lengths);
    return g_test_run();
}
