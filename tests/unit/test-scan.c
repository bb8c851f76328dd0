/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-scan.c - a real tree against a real archive.
 */
#include "config.h"

#include "daemon/intake/scan.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive-case.h"
#include "base/fault.h"

typedef struct {
    ArchiveCase archive;
    char *top;
    Lane *lane;
    Rules *rules;
    bool cross_devices, every;

    Scan *scan;
    GMutex lock;     /* over told: enter comes from the lane */
    GPtrArray *told; /* of char *: "touched a.txt", "gone b.txt", … */
    bool allow;      /* what may_delete answers */
    int stop_after;  /* free the scan inside that batch; 0: never */
    unsigned batches, largest;
    unsigned seen, known, missing;
    unsigned asked, done; /* times */
    int fault;
} Case;

static const char *
below(const Case *at, const char *path)
{
    size_t n = strlen(at->top);

    g_assert_true(g_str_has_prefix(path, at->top));
    return path[n] == '/' ? path + n + 1 : ".";
}

static void
tell(Case *at, const char *what, const char *path)
{
    g_mutex_lock(&at->lock);
    g_ptr_array_add(at->told, g_strdup_printf("%s %s", what, below(at, path)));
    g_mutex_unlock(&at->lock);
}

static void
on_enter(const char *folder, void *user)
{
    tell(user, "entered", folder);
}

static void
on_batch(const ScanBatch *batch, void *user)
{
    Case *at = user;
    unsigned touched = batch->touched != NULL ? batch->touched->len : 0;
    unsigned gone = batch->gone != NULL ? batch->gone->len : 0;

    g_assert_true(gone == 0 || at->asked == 1);
    at->batches++;
    at->largest = MAX(at->largest, touched + gone);
    for (unsigned i = 0; i < touched; i++) {
        const ScanFile *file = &g_array_index(batch->touched, ScanFile, i);
        struct stat status;

        g_assert_cmpint(lstat(file->path, &status), ==, 0);
        g_assert_cmpuint(file->size_bytes, ==, (uint64_t)status.st_size);
        g_assert_cmpuint(file->inode, ==, status.st_ino);
        tell(at, "touched", file->path);
    }
    for (unsigned i = 0; i < gone; i++)
        tell(at, "gone", batch->gone->pdata[i]);
    if (at->stop_after > 0 && --at->stop_after == 0)
        g_clear_pointer(&at->scan, scan_free);
}

static bool
on_may_delete(const char *top, unsigned seen, unsigned known, unsigned missing,
              void *user)
{
    Case *at = user;

    g_assert_cmpstr(top, ==, at->top);
    at->asked++;
    at->seen = seen;
    at->known = known;
    at->missing = missing;
    return at->allow;
}

static void
on_done(const char *top, unsigned seen, unsigned known, unsigned missing,
        const GError *error, void *user)
{
    Case *at = user;

    at->done++;
    at->fault = error != NULL ? (int)fault_code(error) : -1;
}

static const ScanEvents events = {
    .enter = on_enter,
    .batch = on_batch,
    .may_delete = on_may_delete,
    .done = on_done,
};

static void
begin_scan(Case *at)
{
    g_ptr_array_set_size(at->told, 0);
    at->asked = at->done = at->batches = at->largest = 0;
    at->scan = scan_start(at->lane, at->archive.reader, at->rules, at->top,
                          at->cross_devices, at->every, &events, at);
}

static void
scan(Case *at)
{
    begin_scan(at);
    while (at->done == 0)
        g_main_context_iteration(NULL, TRUE);
    g_clear_pointer(&at->scan, scan_free);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(at->done, ==, 1);
}

static unsigned
count(const Case *at, const char *word)
{
    unsigned n = 0;

    for (unsigned i = 0; i < at->told->len; i++)
        n += g_str_has_prefix(at->told->pdata[i], word);
    return n;
}

static bool
was_told(const Case *at, const char *line)
{
    return g_ptr_array_find_with_equal_func(at->told, line, g_str_equal, NULL);
}

/* ---- disk and archive ---- */

static char *
in(const Case *at, const char *name)
{
    return g_build_filename(at->top, name, NULL);
}

static void
make_folder(const Case *at, const char *name)
{
    g_autofree char *path = in(at, name);

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

static void
make_file(const Case *at, const char *name, const char *text)
{
    g_autofree char *path = in(at, name);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int64_t
in_ns(struct timespec t)
{
    return (int64_t)t.tv_sec * G_GINT64_CONSTANT(1000000000) + t.tv_nsec;
}

/* A row for @name as it is on disk. */
static void
archive_file(Case *at, const char *name, FileState state)
{
    g_autoptr(File) file = g_new0(File, 1);
    g_autoptr(GError) error = NULL;
    struct stat status;

    file->path = in(at, name);
    g_assert_cmpint(lstat(file->path, &status), ==, 0);
    file->size_bytes = (uint64_t)status.st_size;
    file->mtime_ns = in_ns(status.st_mtim);
    file->ctime_ns = in_ns(status.st_ctim);
    file->device = status.st_dev;
    file->inode = status.st_ino;
    file->state = state;
    store_put_file(at->archive.writer, file, &error);
    g_assert_no_error(error);
}

static void
make_both(Case *at, const char *name)
{
    make_file(at, name, "text");
    archive_file(at, name, FILE_INDEXED);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) names = g_dir_open(path, 0, NULL);
    const char *name;

    while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
        g_autofree char *each = g_build_filename(path, name, NULL);
        struct stat status;

        if (lstat(each, &status) == 0 && S_ISDIR(status.st_mode))
            remove_tree(each);
        else
            (void)unlink(each);
    }
    (void)rmdir(path);
}

static void delete (const Case *at, const char *name)
{
    g_autofree char *path = in(at, name);

    if (unlink(path) < 0)
        remove_tree(path);
}

static void
set_up(Case *at, gconstpointer data)
{
    archive_case_set_up(&at->archive, NULL);
    at->top = g_dir_make_tmp("docent-scan-XXXXXX", NULL);
    at->lane = lane_new("scan");
    at->rules = rules_new(NULL, false);
    at->told = g_ptr_array_new_with_free_func(g_free);
    at->allow = true;
    g_mutex_init(&at->lock);
}

static void
tear_down(Case *at, gconstpointer data)
{
    scan_free(at->scan);
    lane_free(at->lane);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    rules_free(at->rules);
    remove_tree(at->top);
    g_free(at->top);
    g_ptr_array_unref(at->told);
    g_mutex_clear(&at->lock);
    archive_case_tear_down(&at->archive, NULL);
}

/* ---- the tests ---- */

static void
test_new(Case *at, gconstpointer data)
{
    make_folder(at, "sub/deep");
    make_file(at, "a.txt", "text");
    make_file(at, "sub/deep/b\n\xff.txt", "text");
    scan(at);
    g_assert_true(was_told(at, "touched a.txt"));
    g_assert_true(was_told(at, "touched sub/deep/b\n\xff.txt"));
    g_assert_cmpstr(at->told->pdata[0], ==, "entered .");
    g_assert_cmpuint(count(at, "entered"), ==, 3);
    g_assert_cmpuint(at->told->len, ==, 5);
    g_assert_cmpuint(at->seen, ==, 2);
    g_assert_cmpuint(at->known, ==, 0);
    g_assert_cmpuint(at->asked, ==, 1);
}

static void
test_unchanged(Case *at, gconstpointer data)
{
    make_folder(at, "sub");
    make_both(at, "a.txt");
    make_both(at, "sub/b.txt");
    make_file(at, "sub/broken.pdf", "text");
    archive_file(at, "sub/broken.pdf", FILE_FAILED);
    scan(at);
    g_assert_cmpuint(at->batches, ==, 0);
    g_assert_cmpuint(at->seen, ==, 3);
    g_assert_cmpuint(at->known, ==, 3);
    g_assert_cmpuint(at->missing, ==, 0);

    at->every = true;
    scan(at);
    g_assert_cmpuint(count(at, "touched"), ==, 3);
}

static void
test_changed(Case *at, gconstpointer data)
{
    g_autofree char *dated = in(at, "dated.txt");
    g_autofree char *moded = in(at, "moded.txt");
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = 1000}};

    make_both(at, "same.txt");
    make_both(at, "longer.txt");
    make_both(at, "dated.txt");
    make_both(at, "moded.txt");
    make_both(at, "replaced.txt");
    make_file(at, "waiting.txt", "text");
    archive_file(at, "waiting.txt", FILE_WAITING);
    make_file(at, "longer.txt", "more text");
    g_assert_cmpint(utimensat(AT_FDCWD, dated, times, 0), ==, 0);
    g_assert_cmpint(chmod(moded, 0400), ==, 0);
    make_file(at, "replaced.txt", "text");
    scan(at);
    g_assert_true(was_told(at, "touched longer.txt"));
    g_assert_true(was_told(at, "touched dated.txt"));
    g_assert_true(was_told(at, "touched moded.txt"));
    g_assert_true(was_told(at, "touched replaced.txt"));
    g_assert_true(was_told(at, "touched waiting.txt"));
    g_assert_cmpuint(count(at, "touched"), ==, 5);
}

static void
test_gone(Case *at, gconstpointer data)
{
    make_folder(at, "sub/deep");
    make_both(at, "a.txt");
    make_both(at, "b.txt");
    make_both(at, "sub/deep/c.txt");
    delete (at, "b.txt");
    delete (at, "sub");
    scan(at);
    g_assert_true(was_told(at, "gone b.txt"));
    g_assert_true(was_told(at, "gone sub/deep/c.txt"));
    g_assert_cmpuint(count(at, "gone"), ==, 2);
    g_assert_cmpuint(at->seen, ==, 1);
    g_assert_cmpuint(at->known, ==, 3);
    g_assert_cmpuint(at->missing, ==, 2);
}

static void
test_not_allowed(Case *at, gconstpointer data)
{
    make_both(at, "a.txt");
    delete (at, "a.txt");
    at->allow = false;
    scan(at);
    g_assert_cmpuint(at->missing, ==, 1);
    g_assert_cmpuint(at->batches, ==, 0);
}

/* It is moved back between the walk and the telling. */
static bool
put_back(const char *top, unsigned seen, unsigned known, unsigned missing,
         void *user)
{
    make_file(user, "back.txt", "text");
    return on_may_delete(top, seen, known, missing, user);
}

static void
test_came_back(Case *at, gconstpointer data)
{
    ScanEvents returning = events;

    returning.may_delete = put_back;
    make_both(at, "back.txt");
    make_both(at, "gone.txt");
    delete (at, "back.txt");
    delete (at, "gone.txt");
    at->scan = scan_start(at->lane, at->archive.reader, at->rules, at->top,
                          false, false, &returning, at);
    while (at->done == 0)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(at->missing, ==, 2);
    g_assert_cmpuint(count(at, "gone"), ==, 1);
    g_assert_true(was_told(at, "gone gone.txt"));
}

static void
test_specials(Case *at, gconstpointer data)
{
    g_autofree char *fifo = in(at, "fifo.txt");
    g_autofree char *to_file = in(at, "link.txt");
    g_autofree char *to_folder = in(at, "link");

    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(symlink("/etc/passwd", to_file), ==, 0);
    g_assert_cmpint(symlink("/etc", to_folder), ==, 0);
    scan(at);
    g_assert_cmpuint(at->batches, ==, 0);
    g_assert_cmpuint(count(at, "entered"), ==, 1);

    /* A file that became a link is gone. */
    make_both(at, "became.txt");
    delete (at, "became.txt");
    g_free(to_file);
    to_file = in(at, "became.txt");
    g_assert_cmpint(symlink("/etc/passwd", to_file), ==, 0);
    scan(at);
    g_assert_true(was_told(at, "gone became.txt"));
}

static void
test_rules(Case *at, gconstpointer data)
{
    make_folder(at, "node_modules");
    make_both(at, "node_modules/readme.txt");
    make_both(at, "a.pdf.part");
    make_file(at, "b.pdf.part", "half");
    make_file(at, "vault.kdbx", "secret");
    archive_file(at, "vault.kdbx", FILE_EXCLUDED);
    make_both(at, "server.pem");
    make_file(at, "plain.txt", "text");
    archive_file(at, "plain.txt", FILE_EXCLUDED);
    scan(at);
    /* Left out by a rule: gone, but not missing. */
    g_assert_true(was_told(at, "gone node_modules/readme.txt"));
    g_assert_true(was_told(at, "gone a.pdf.part"));
    g_assert_cmpuint(count(at, "gone"), ==, 2);
    g_assert_cmpuint(at->missing, ==, 0);
    g_assert_cmpuint(at->known, ==, 3);
    /* Rows of another rule than today's. */
    g_assert_true(was_told(at, "touched server.pem"));
    g_assert_true(was_told(at, "touched plain.txt"));
    g_assert_cmpuint(count(at, "touched"), ==, 2);
    g_assert_cmpuint(count(at, "entered"), ==, 1);
}

/* Root may read all; a folder deeper than the limit is closed to anyone. */
static void
test_closed(Case *at, gconstpointer data)
{
    g_autoptr(GString) deep = g_string_new("d");

    for (unsigned i = 0; i < SCAN_DEPTH_MAX; i++)
        g_string_append(deep, "/d");
    make_folder(at, deep->str);
    g_string_append(deep, "/a.txt");
    make_both(at, deep->str);
    scan(at);
    g_assert_cmpuint(count(at, "entered"), ==, SCAN_DEPTH_MAX + 1);
    g_assert_cmpuint(count(at, "gone"), ==, 0);
    g_assert_cmpuint(at->known, ==, 0);
    g_assert_cmpint(at->fault, ==, -1);
}

static void
test_no_top(Case *at, gconstpointer data)
{
    make_both(at, "a.txt");
    remove_tree(at->top);
    scan(at);
    g_assert_cmpint(at->fault, ==, FAULT_NOT_FOUND);
    g_assert_cmpuint(at->asked, ==, 0);
    g_assert_cmpuint(at->batches, ==, 0);
}

static void
make_many(Case *at, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf("f%05u.txt", i);
        g_autofree char *path = in(at, name);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

        g_assert_cmpint(fd, >=, 0);
        g_assert_cmpint(close(fd), ==, 0);
    }
}

static void
test_batches(Case *at, gconstpointer data)
{
    enum { MANY = 5 * SCAN_BATCH_FILES + 1 };

    make_many(at, MANY);
    scan(at);
    g_assert_cmpuint(count(at, "touched"), ==, MANY);
    g_assert_cmpuint(at->largest, <=, SCAN_BATCH_FILES);
    g_assert_cmpuint(at->batches, >=, 6);
}

static void
test_stopped(Case *at, gconstpointer data)
{
    make_many(at, 12 * SCAN_BATCH_FILES);
    begin_scan(at);
    at->stop_after = 2;
    while (at->scan != NULL)
        g_main_context_iteration(NULL, TRUE);
    /* The lane is free again, and nothing is told of the one that was. */
    scan(at);
    g_assert_cmpuint(count(at, "touched"), ==, 12 * SCAN_BATCH_FILES);
    g_assert_cmpuint(count(at, "entered"), ==, 1);

    begin_scan(at);
    g_clear_pointer(&at->scan, scan_free);
    lane_free(at->lane);
    at->lane = lane_new("scan");
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpuint(at->done + at->asked + at->batches, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                        \
    g_test_add("/scan/" name, Case, NULL, set_up, test, tear_down)
    ADD("tells what is new, folder by folder", test_new);
    ADD("is silent about what has not changed", test_unchanged);
    ADD("tells what has changed in any of its facts", test_changed);
    ADD("tells what is gone, at the end", test_gone);
    ADD("tells nothing gone when that is not allowed", test_not_allowed);
    ADD("looks again before it tells a file gone", test_came_back);
    ADD("takes neither links nor pipes for files", test_specials);
    ADD("keeps to the rules of today", test_rules);
    ADD("does not take a folder it cannot read for an empty one", test_closed);
    ADD("fails when the top is not there", test_no_top);
    ADD("tells many in small batches", test_batches);
    ADD("tells nothing any more once it is freed", test_stopped);
#undef ADD
    return g_test_run();
}
