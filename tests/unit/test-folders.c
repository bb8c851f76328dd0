/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-folders.c - folders by path and by watch.
 */
#include "config.h"

#include "daemon/intake/folders.h"

static void
assert_path(Folders *folders, int watch, const char *path)
{
    g_autofree char *found = folders_path(folders, watch);

    g_assert_cmpstr(found, ==, path);
}

static void
test_both_ways(void)
{
    Folders *folders = folders_new();

    g_assert_cmpint(folders_put(folders, "/home/u/dl", 7), ==, FOLDERS_NONE);
    assert_path(folders, 7, "/home/u/dl");
    g_assert_cmpint(folders_watch(folders, "/home/u/dl"), ==, 7);
    g_assert_cmpint(folders_watch(folders, "/home/u"), ==, FOLDERS_NONE);
    g_assert_cmpint(folders_watch(folders, "/home/x"), ==, FOLDERS_NONE);
    assert_path(folders, 8, NULL);
    g_assert_cmpint(folders_put(folders, "/home/u/dl", 9), ==, 7);
    assert_path(folders, 7, NULL);
    g_assert_cmpint(folders_put(folders, "/", 10), ==, FOLDERS_NONE);
    assert_path(folders, 10, "/");
    g_assert_cmpuint(folders_watched(folders), ==, 2);
    folders_free(folders);
}

static void
test_move(void)
{
    Folders *folders = folders_new();
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));

    folders_put(folders, "/a/b", 1);
    folders_put(folders, "/a/b/c", 2);
    folders_put(folders, "/a/b/c/d", 3);
    folders_put(folders, "/x/old", 4);
    folders_put(folders, "/x/old/below", 5);
    folders_move(folders, "/a/b", "/x/old", watches);
    assert_path(folders, 1, "/x/old");
    assert_path(folders, 3, "/x/old/c/d");
    assert_path(folders, 4, NULL);
    assert_path(folders, 5, NULL);
    g_assert_cmpuint(watches->len, ==, 2);
    g_assert_cmpint(folders_watch(folders, "/a/b/c"), ==, FOLDERS_NONE);

    /* Stale news changes nothing. */
    folders_move(folders, "/x/old", "/x/old/c/below", watches);
    folders_move(folders, "/x/old/c", "/x", watches);
    folders_move(folders, "/not/there", "/x/new", watches);
    assert_path(folders, 3, "/x/old/c/d");
    g_assert_cmpuint(folders_watched(folders), ==, 3);
    folders_free(folders);
}

static void
test_drop(void)
{
    Folders *folders = folders_new();
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));

    folders_put(folders, "/a", 1);
    folders_put(folders, "/a/b", 2);
    folders_put(folders, "/a/bb", 3);
    folders_put(folders, "/a/b/c", FOLDERS_POLLED);
    folders_drop(folders, "/a/b", watches);
    g_assert_cmpuint(watches->len, ==, 1);
    g_assert_cmpint(g_array_index(watches, int, 0), ==, 2);
    g_assert_cmpuint(folders_polled(folders), ==, 0);
    assert_path(folders, 1, "/a");
    assert_path(folders, 3, "/a/bb");
    folders_free(folders);
}

/* A watch the kernel gave to another path takes the node above or below it
 * along without harm. */
static void
test_same_watch(void)
{
    Folders *folders = folders_new();

    folders_put(folders, "/a/b/c", 1);
    folders_put(folders, "/a/b", 1);
    assert_path(folders, 1, "/a/b");
    folders_put(folders, "/a/b/c/d", 1);
    assert_path(folders, 1, "/a/b/c/d");
    g_assert_cmpuint(folders_watched(folders), ==, 1);
    folders_forget_watch(folders, 1);
    g_assert_cmpuint(folders_watched(folders), ==, 0);
    folders_free(folders);
}

static void
test_polled(void)
{
    Folders *folders = folders_new();
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);

    folders_put(folders, "/a/one", FOLDERS_POLLED);
    folders_put(folders, "/a/two/deep", FOLDERS_POLLED);
    folders_put(folders, "/a/three", 1);
    folders_move(folders, "/a/two", "/b", watches);
    folders_put(folders, "/a/one", 2);
    folders_list_polled(folders, paths);
    g_assert_cmpuint(paths->len, ==, 1);
    g_assert_cmpstr(paths->pdata[0], ==, "/b/deep");
    folders_free(folders);
}

static void
test_many(void)
{
    enum { MANY = 50000 };
    Folders *folders = folders_new();
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));

    for (int i = 0; i < MANY; i++) {
        g_autofree char *path =
            g_strdup_printf("/home/u/dl/%d/%d", i / 250, i % 250);

        folders_put(folders, path, i);
    }
    folders_move(folders, "/home/u/dl", "/home/u/下载", watches);
    assert_path(folders, 0, "/home/u/下载/0/0");
    assert_path(folders, MANY - 1, "/home/u/下载/199/249");
    folders_drop(folders, "/home", watches);
    g_assert_cmpuint(watches->len, ==, MANY);
    g_assert_cmpuint(folders_watched(folders), ==, 0);
    folders_free(folders);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/folders/are found by path and by watch", test_both_ways);
    g_test_add_func("/folders/take all below along when they move", test_move);
    g_test_add_func("/folders/go with all below", test_drop);
    g_test_add_func("/folders/a watch has one path", test_same_watch);
    g_test_add_func("/folders/those polled are listed", test_polled);
    g_test_add_func("/folders/may be fifty thousand", test_many);
    return g_test_run();
}
