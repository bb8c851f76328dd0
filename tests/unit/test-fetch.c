/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-fetch.c - what may be opened below a watched folder, and what not.
 */
#include "config.h"

#include "daemon/intake/fetch.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

enum { SIZE_MAX_BYTES = 1000000 };

typedef struct {
    char *root;
} Place;

static void
place_up(Place *place, gconstpointer data)
{
    place->root = g_dir_make_tmp("fetch-XXXXXX", NULL);
    g_assert_nonnull(place->root);
}

static void
place_down(Place *place, gconstpointer data)
{
    const char *argv[] = {"rm", "-rf", place->root, NULL};

    g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH,
                               NULL, NULL, NULL, NULL, NULL, NULL));
    g_free(place->root);
}

static char *
path_in(Place *place, const char *name)
{
    return g_build_filename(place->root, name, NULL);
}

static char *
write_in(Place *place, const char *name, const char *text)
{
    char *path = path_in(place, name);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
assert_refused(Place *place, const char *path, FaultCode code)
{
    g_autoptr(GError) error = NULL;
    Fetched fetched = {.fd = -1};

    g_assert_false(
        fetch_open(place->root, path, SIZE_MAX_BYTES, &fetched, &error));
    g_assert_error(error, FAULT, (int)code);
    g_assert_cmpint(fetched.fd, ==, -1);
}

static void
test_regular(Place *place, gconstpointer data)
{
    g_autofree char *path = write_in(place, "a.txt", "hello");
    g_autoptr(GError) error = NULL;
    Fetched fetched = {.fd = -1};
    uint8_t hash[HASH_BYTES];

    g_assert_true(
        fetch_open(place->root, path, SIZE_MAX_BYTES, &fetched, &error));
    g_assert_cmpuint(fetched.size_bytes, ==, 5);
    g_assert_true(fetch_hash(&fetched, hash, &error));
    g_assert_cmphex(hash[0], ==, 0x2c); /* sha256("hello") = 2cf24d… */
    g_assert_cmphex(hash[1], ==, 0xf2);
    g_assert_true(fetch_unchanged(&fetched, path));
    fetched_clear(&fetched);
}

static void
test_link(Place *place, gconstpointer data)
{
    g_autofree char *path = path_in(place, "secret");
    g_autofree char *folder = path_in(place, "etc");
    g_autofree char *below = path_in(place, "etc/passwd");

    g_assert_cmpint(symlink("/etc/passwd", path), ==, 0);
    g_assert_cmpint(symlink("/etc", folder), ==, 0);
    assert_refused(place, path, FAULT_UNSUPPORTED);
    assert_refused(place, below, FAULT_UNSUPPORTED);
}

static void
test_special(Place *place, gconstpointer data)
{
    g_autofree char *fifo = path_in(place, "fifo");
    g_autofree char *folder = path_in(place, "folder");
    g_autofree char *none = path_in(place, "none");

    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(mkdir(folder, 0700), ==, 0);
    assert_refused(place, fifo, FAULT_UNSUPPORTED);
    assert_refused(place, folder, FAULT_UNSUPPORTED);
    assert_refused(place, none, FAULT_NOT_FOUND);
}

static void
test_size(Place *place, gconstpointer data)
{
    g_autofree char *large = path_in(place, "large");
    g_autofree char *sparse = path_in(place, "sparse");
    g_autofree char *bytes = g_malloc0(SIZE_MAX_BYTES + 1);
    int fd;

    g_assert_true(g_file_set_contents(large, bytes, SIZE_MAX_BYTES + 1, NULL));
    assert_refused(place, large, FAULT_LIMIT);
    fd = open(sparse, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    g_assert_cmpint(ftruncate(fd, (off_t)4 << 30), ==, 0);
    (void)close(fd);
    assert_refused(place, sparse, FAULT_LIMIT);
}

static void
test_changed(Place *place, gconstpointer data)
{
    g_autofree char *path = write_in(place, "a.txt", "hello");
    g_autofree char *other = write_in(place, "b.txt", "other");
    g_autoptr(GError) error = NULL;
    Fetched fetched = {.fd = -1};
    uint8_t hash[HASH_BYTES];
    int fd;

    g_assert_true(
        fetch_open(place->root, path, SIZE_MAX_BYTES, &fetched, &error));
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    g_assert_cmpint(write(fd, "!", 1), ==, 1);
    (void)close(fd);
    g_assert_false(fetch_hash(&fetched, hash, &error));
    g_assert_error(error, FAULT, FAULT_CHANGED);
    g_assert_false(fetch_unchanged(&fetched, path));
    fetched_clear(&fetched);

    g_clear_error(&error);
    g_assert_true(
        fetch_open(place->root, path, SIZE_MAX_BYTES, &fetched, &error));
    g_assert_cmpint(g_rename(other, path), ==, 0);
    g_assert_false(fetch_unchanged(&fetched, path));
    fetched_clear(&fetched);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/fetch/a regular file is opened and hashed", Place, NULL,
               place_up, test_regular, place_down);
    g_test_add("/fetch/no symbolic link is followed, last or on the way", Place,
               NULL, place_up, test_link, place_down);
    g_test_add("/fetch/FIFOs and folders are refused without blocking", Place,
               NULL, place_up, test_special, place_down);
    g_test_add("/fetch/files too large or sparse are refused by name", Place,
               NULL, place_up, test_size, place_down);
    g_test_add("/fetch/a file changed or replaced meanwhile is noticed", Place,
               NULL, place_up, test_changed, place_down);
    return g_test_run();
}
