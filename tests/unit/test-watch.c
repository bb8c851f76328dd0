/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-watch.c - real files in a real folder, told by a real loop.
 *
 * What is told is written down a line each, with paths below the test's
 * folder. Whoever waits does so for a line; the deadline only ends a test
 * that would wait for ever.
 */
#include "config.h"

#include "daemon/intake/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"

enum { DEADLINE_S = 60 };

/* Stands in front of the C library's: the kernel's limit is the whole
 * machine's, and no test may use it up. -1: no limit but that. */
static int watches_left = -1;

int
inotify_add_watch(int fd, const char *path, uint32_t mask)
{
    if (watches_left == 0) {
        errno = ENOSPC;
        return -1;
    }
    if (watches_left > 0)
        watches_left--;
    return (int)syscall(SYS_inotify_add_watch, fd, path, mask);
}

typedef struct {
    char *base;    /* made for this test */
    char *folder;  /* in it: the one watched first */
    char *outside; /* beside that one, not watched */
    Watch *watch;
    GPtrArray *told;    /* of char * */
    const char *closed; /* folders of this name are not entered */
} Case;

static const char *
below(const Case *at, const char *path)
{
    size_t n = strlen(at->folder);

    if (strncmp(path, at->folder, n) != 0)
        return path;
    return path[n] == '/' ? path + n + 1 : ".";
}

static void
tell(Case *at, char *line)
{
    g_ptr_array_add(at->told, line);
}

static void
on_touched(const char *path, bool settled, void *user)
{
    tell(user, g_strdup_printf("%s %s", settled ? "touched" : "appeared",
                               below(user, path)));
}

static void
on_attributes(const char *path, void *user)
{
    tell(user, g_strdup_printf("attributes %s", below(user, path)));
}

static void
on_gone(const char *path, bool folder, void *user)
{
    tell(user,
         g_strdup_printf("gone %s%s", below(user, path), folder ? "/" : ""));
}

static void
on_moved(const char *from, const char *to, bool folder, void *user)
{
    tell(user, g_strdup_printf("moved %s %s%s", below(user, from),
                               below(user, to), folder ? "/" : ""));
}

/* What a scan does: watch each folder, then look at what is in it. */
static void
look(Case *at, const char *folder)
{
    g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
    const char *name;

    g_assert_true(watch_add(at->watch, folder, NULL));
    while ((name = g_dir_read_name(names)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            look(at, path);
        else
            tell(at, g_strdup_printf("found %s", below(at, path)));
    }
}

static void
on_folder(const char *path, void *user)
{
    tell(user, g_strdup_printf("folder %s", below(user, path)));
    look(user, path);
}

static void
on_lost(const char *path, void *user)
{
    tell(user, g_strdup_printf("lost %s", path != NULL ? path : "all"));
}

static void
on_unmounted(const char *path, void *user)
{
    tell(user, g_strdup_printf("unmounted %s", below(user, path)));
}

static bool
may_enter(const char *path, void *user)
{
    const Case *at = user;
    g_autofree char *name = g_path_get_basename(path);

    return g_strcmp0(name, at->closed) != 0;
}

static char *
in(const Case *at, const char *name)
{
    return g_build_filename(at->folder, name, NULL);
}

static char *
out(const Case *at, const char *name)
{
    return g_build_filename(at->outside, name, NULL);
}

static void
make_folder(const char *path)
{
    g_assert_cmpint(mkdir(path, 0700), ==, 0);
}

static void
case_begin(Case *at)
{
    static const WatchEvents events = {
        .touched = on_touched,
        .attributes = on_attributes,
        .gone = on_gone,
        .moved = on_moved,
        .folder = on_folder,
        .lost = on_lost,
        .unmounted = on_unmounted,
    };
    g_autoptr(GError) error = NULL;

    *at = (Case){.base = g_dir_make_tmp("docent-watch-XXXXXX", NULL)};
    at->folder = g_build_filename(at->base, "in", NULL);
    at->outside = g_build_filename(at->base, "out", NULL);
    at->told = g_ptr_array_new_with_free_func(g_free);
    make_folder(at->folder);
    make_folder(at->outside);
    at->watch = watch_new(&events, may_enter, at, &error);
    g_assert_no_error(error);
    g_assert_true(watch_add(at->watch, at->folder, &error));
    g_assert_no_error(error);
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

static void
case_end(Case *at)
{
    watch_free(at->watch);
    remove_tree(at->base);
    g_ptr_array_unref(at->told);
    g_free(at->base);
    g_free(at->folder);
    g_free(at->outside);
}

static unsigned
count_told(const Case *at, const char *line)
{
    unsigned n = 0;

    for (unsigned i = 0; i < at->told->len; i++)
        n += strcmp(at->told->pdata[i], line) == 0;
    return n;
}

static gboolean
too_late(gpointer line)
{
    g_error("'%s' was not told in %d s", (const char *)line, DEADLINE_S);
    return G_SOURCE_REMOVE;
}

static void
wait_for(Case *at, const char *line)
{
    unsigned deadline =
        g_timeout_add_seconds(DEADLINE_S, too_late, (gpointer)line);

    while (count_told(at, line) == 0)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(deadline);
}

static void
write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
    g_assert_cmpint(close(fd), ==, 0);
}

/* All that happened before has been told once this has. */
static void
settle(Case *at)
{
    static unsigned times;
    g_autofree char *name = g_strdup_printf("fence-%u", ++times);
    g_autofree char *path = in(at, name);
    g_autofree char *line = g_strconcat("touched ", name, NULL);

    write_file(path, "");
    wait_for(at, line);
}

static void
forget_told(Case *at)
{
    g_ptr_array_set_size(at->told, 0);
}

static void
move(const char *from, const char *to)
{
    g_assert_cmpint(rename(from, to), ==, 0);
}

/* ---- files ---- */

static void
test_closed(void)
{
    Case at;
    g_autofree char *path = NULL;

    case_begin(&at);
    path = in(&at, "letter.txt");
    write_file(path, "kind regards");
    wait_for(&at, "touched letter.txt");
    g_assert_cmpuint(count_told(&at, "appeared letter.txt"), ==, 1);
    g_assert_cmpuint(at.told->len, ==, 2);
    case_end(&at);
}

static void
test_open_writer(void)
{
    Case at;
    g_autofree char *path = NULL;
    int fd;

    case_begin(&at);
    path = in(&at, "growing.log");
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    g_assert_cmpint(write(fd, "more", 4), ==, 4);
    settle(&at);
    g_assert_cmpuint(count_told(&at, "appeared growing.log"), ==, 1);
    g_assert_cmpuint(count_told(&at, "touched growing.log"), ==, 0);
    g_assert_cmpint(close(fd), ==, 0);
    wait_for(&at, "touched growing.log");
    case_end(&at);
}

static void
test_download(void)
{
    Case at;
    g_autofree char *part = NULL, *whole = NULL;

    case_begin(&at);
    part = in(&at, "a.pdf.part");
    whole = in(&at, "a.pdf");
    write_file(whole, "");
    write_file(part, "%PDF");
    move(part, whole);
    wait_for(&at, "moved a.pdf.part a.pdf");
    settle(&at);
    g_assert_cmpuint(count_told(&at, "gone a.pdf.part"), ==, 0);
    case_end(&at);
}

static void
test_between(void)
{
    Case at;
    g_autofree char *sub = NULL, *from = NULL, *to = NULL;

    case_begin(&at);
    sub = in(&at, "sub");
    from = in(&at, "a.txt");
    to = in(&at, "sub/b.txt");
    make_folder(sub);
    wait_for(&at, "folder sub");
    write_file(from, "text");
    move(from, to);
    wait_for(&at, "moved a.txt sub/b.txt");
    case_end(&at);
}

static void
test_in_and_out(void)
{
    Case at;
    g_autofree char *inside = NULL, *outside = NULL;

    case_begin(&at);
    inside = in(&at, "a.txt");
    outside = out(&at, "a.txt");
    write_file(outside, "text");
    move(outside, inside);
    wait_for(&at, "touched a.txt");
    move(inside, outside);
    wait_for(&at, "gone a.txt");
    case_end(&at);
}

static void
test_hard_link(void)
{
    Case at;
    g_autofree char *inside = NULL, *outside = NULL;

    case_begin(&at);
    inside = in(&at, "linked.txt");
    outside = out(&at, "original.txt");
    write_file(outside, "text");
    g_assert_cmpint(link(outside, inside), ==, 0);
    wait_for(&at, "appeared linked.txt");
    case_end(&at);
}

static void
test_nameless(void)
{
    Case at;
    g_autofree char *path = NULL;
    int fd;

    case_begin(&at);
    fd = open(at.folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, "x", 1), ==, 1);
    g_assert_cmpint(close(fd), ==, 0);
    settle(&at);
    g_assert_cmpuint(at.told->len, ==, 2); /* the fence's */
    path = in(&at, "#12");
    write_file(path, "a name that looks like one");
    wait_for(&at, "touched #12");
    case_end(&at);
}

static void
test_attributes(void)
{
    Case at;
    g_autofree char *path = NULL;

    case_begin(&at);
    path = in(&at, "a.txt");
    write_file(path, "text");
    g_assert_cmpint(chmod(path, 0400), ==, 0);
    wait_for(&at, "attributes a.txt");
    case_end(&at);
}

static void
test_odd_names(void)
{
    static const char *const names[] = {"two\nlines.txt", "\xff\xfe.txt",
                                        " -rf ", "\xb1\xa8\xbc\xdb.doc",
                                        "报价单.pdf"};
    Case at;

    case_begin(&at);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = in(&at, names[i]);
        g_autofree char *there = g_strconcat("touched ", names[i], NULL);
        g_autofree char *gone = g_strconcat("gone ", names[i], NULL);

        write_file(path, "text");
        wait_for(&at, there);
        g_assert_cmpint(unlink(path), ==, 0);
        wait_for(&at, gone);
    }
    case_end(&at);
}

static void
test_name_reused(void)
{
    Case at;
    g_autofree char *inside = NULL, *outside = NULL;
    unsigned gone = 0, touched = 0;

    case_begin(&at);
    inside = in(&at, "a.txt");
    outside = out(&at, "a.txt");
    write_file(inside, "old");
    wait_for(&at, "touched a.txt");
    forget_told(&at);
    move(inside, outside);
    write_file(inside, "new");
    wait_for(&at, "touched a.txt");
    for (unsigned i = 0; i < at.told->len; i++) {
        if (strcmp(at.told->pdata[i], "gone a.txt") == 0)
            gone = i + 1;
        if (strcmp(at.told->pdata[i], "touched a.txt") == 0)
            touched = i + 1;
    }
    g_assert_cmpuint(gone, >, 0);
    g_assert_cmpuint(gone, <, touched);
    case_end(&at);
}

/* ---- folders ---- */

static void
test_tree_moved_in(void)
{
    Case at;
    g_autofree char *tree = NULL, *deep = NULL, *to = NULL, *later = NULL;
    g_autofree char *there = NULL;

    case_begin(&at);
    tree = out(&at, "tree");
    deep = out(&at, "tree/deep");
    there = out(&at, "tree/deep/old.txt");
    to = in(&at, "tree");
    later = in(&at, "tree/deep/new.txt");
    make_folder(tree);
    make_folder(deep);
    write_file(there, "text");
    move(tree, to);
    wait_for(&at, "folder tree");
    g_assert_cmpuint(count_told(&at, "found tree/deep/old.txt"), ==, 1);
    g_assert_cmpuint(watch_count(at.watch), ==, 3);
    write_file(later, "text");
    wait_for(&at, "touched tree/deep/new.txt");
    case_end(&at);
}

/* Each file is touched or found, however the making and the watching fall
 * together. */
static void
test_race(void)
{
    enum { TREES = 100 };
    Case at;

    case_begin(&at);
    for (unsigned i = 0; i < TREES; i++) {
        g_autofree char *folder = g_strdup_printf("%s/t%u/b/c", at.folder, i);
        g_autofree char *path = g_strconcat(folder, "/file.txt", NULL);

        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
        write_file(path, "text");
        if (i % 3 == 0)
            g_main_context_iteration(NULL, FALSE);
    }
    settle(&at);
    for (unsigned i = 0; i < TREES; i++) {
        g_autofree char *found = g_strdup_printf("found t%u/b/c/file.txt", i);
        g_autofree char *touched =
            g_strdup_printf("touched t%u/b/c/file.txt", i);

        if (count_told(&at, found) == 0)
            wait_for(&at, touched);
    }
    case_end(&at);
}

static void
test_folder_renamed(void)
{
    Case at;
    g_autofree char *old = NULL, *sub = NULL, *new = NULL, *file = NULL;

    case_begin(&at);
    old = in(&at, "old");
    sub = in(&at, "old/sub");
    new = in(&at, "new");
    file = in(&at, "new/sub/a.txt");
    make_folder(old);
    make_folder(sub);
    settle(&at);
    g_assert_cmpuint(watch_count(at.watch), ==, 3);
    move(old, new);
    write_file(file, "text");
    wait_for(&at, "touched new/sub/a.txt");
    g_assert_cmpuint(count_told(&at, "moved old new/"), ==, 1);
    g_assert_cmpuint(count_told(&at, "touched old/sub/a.txt"), ==, 0);
    g_assert_cmpuint(watch_count(at.watch), ==, 3);
    case_end(&at);
}

static void
test_folder_moved_out(void)
{
    Case at;
    g_autofree char *sub = NULL, *deep = NULL, *away = NULL, *file = NULL;

    case_begin(&at);
    sub = in(&at, "sub");
    deep = in(&at, "sub/deep");
    away = out(&at, "sub");
    file = out(&at, "sub/deep/a.txt");
    make_folder(sub);
    make_folder(deep);
    settle(&at);
    move(sub, away);
    wait_for(&at, "gone sub/");
    g_assert_cmpuint(watch_count(at.watch), ==, 1);
    forget_told(&at);
    write_file(file, "not ours any more");
    settle(&at);
    g_assert_cmpuint(at.told->len, ==, 2); /* the fence's */
    case_end(&at);
}

static void
test_tree_deleted(void)
{
    Case at;
    g_autofree char *sub = NULL, *deep = NULL, *file = NULL;

    case_begin(&at);
    sub = in(&at, "sub");
    deep = in(&at, "sub/deep");
    file = in(&at, "sub/deep/a.txt");
    make_folder(sub);
    make_folder(deep);
    write_file(file, "text");
    settle(&at);
    remove_tree(sub);
    wait_for(&at, "gone sub/");
    g_assert_cmpuint(count_told(&at, "gone sub/deep/"), ==, 1);
    g_assert_cmpuint(count_told(&at, "gone sub/deep/a.txt"), ==, 1);
    settle(&at);
    g_assert_cmpuint(watch_count(at.watch), ==, 1);
    case_end(&at);
}

static void
test_made_again(void)
{
    Case at;
    g_autofree char *sub = NULL, *file = NULL;

    case_begin(&at);
    sub = in(&at, "sub");
    file = in(&at, "sub/a.txt");
    for (unsigned i = 0; i < 5; i++) {
        make_folder(sub);
        g_assert_cmpint(rmdir(sub), ==, 0);
    }
    make_folder(sub);
    settle(&at);
    forget_told(&at);
    write_file(file, "text");
    wait_for(&at, "touched sub/a.txt");
    case_end(&at);
}

static void
test_left_out(void)
{
    Case at;
    g_autofree char *closed = NULL, *file = NULL, *open_now = NULL;

    case_begin(&at);
    at.closed = "node_modules";
    closed = in(&at, "node_modules");
    file = in(&at, "node_modules/readme.txt");
    open_now = in(&at, "mine");
    make_folder(closed);
    write_file(file, "text");
    settle(&at);
    g_assert_cmpuint(count_told(&at, "folder node_modules"), ==, 0);
    g_assert_cmpuint(watch_count(at.watch), ==, 1);
    move(closed, open_now);
    wait_for(&at, "moved node_modules mine/");
    g_assert_cmpuint(watch_count(at.watch), ==, 2);
    move(open_now, closed);
    wait_for(&at, "moved mine node_modules/");
    g_assert_cmpuint(watch_count(at.watch), ==, 1);
    case_end(&at);
}

static void
test_link_to_folder(void)
{
    Case at;
    g_autofree char *link_path = NULL;
    g_autoptr(GError) error = NULL;

    case_begin(&at);
    link_path = in(&at, "link");
    g_assert_cmpint(symlink(at.outside, link_path), ==, 0);
    settle(&at);
    g_assert_cmpuint(count_told(&at, "folder link"), ==, 0);
    g_assert_false(watch_add(at.watch, link_path, &error));
    g_assert_error(error, FAULT, FAULT_NOT_FOUND);
    case_end(&at);
}

/* ---- the folder watched ---- */

static void
test_root_deleted(void)
{
    Case at;

    case_begin(&at);
    g_assert_cmpint(rmdir(at.folder), ==, 0);
    wait_for(&at, "gone ./");
    g_assert_cmpuint(watch_count(at.watch), ==, 0);
    case_end(&at);
}

static void
test_root_moved(void)
{
    Case at;
    g_autofree char *away = NULL;

    case_begin(&at);
    away = out(&at, "in");
    move(at.folder, away);
    wait_for(&at, "gone ./");
    g_assert_cmpuint(watch_count(at.watch), ==, 0);
    case_end(&at);
}

static void
test_root_removed(void)
{
    Case at;
    g_autofree char *sub = NULL, *file = NULL, *fence = NULL;

    case_begin(&at);
    sub = in(&at, "sub");
    file = in(&at, "sub/a.txt");
    fence = out(&at, "fence.txt");
    make_folder(sub);
    settle(&at);
    forget_told(&at);
    g_assert_true(watch_add(at.watch, at.outside, NULL));
    write_file(file, "told to nobody");
    watch_remove(at.watch, at.folder);
    g_assert_cmpuint(watch_count(at.watch), ==, 1);
    write_file(file, "told to nobody");
    write_file(fence, "");
    while (at.told->len < 2)
        g_main_context_iteration(NULL, TRUE);
    for (unsigned i = 0; i < at.told->len; i++)
        g_assert_nonnull(strstr(at.told->pdata[i], "/fence.txt"));
    case_end(&at);
}

static void
test_not_there(void)
{
    Case at;
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;

    case_begin(&at);
    path = in(&at, "nothing");
    g_assert_false(watch_add(at.watch, path, &error));
    g_assert_error(error, FAULT, FAULT_NOT_FOUND);
    g_assert_true(watch_add(at.watch, at.folder, NULL)); /* again: fine */
    g_assert_cmpuint(watch_count(at.watch), ==, 1);
    case_end(&at);
}

/* ---- limits ---- */

static void
test_overflow(void)
{
    Case at;
    g_autofree char *text = NULL, *path = NULL, *late = NULL;
    unsigned events;

    case_begin(&at);
    g_assert_true(g_file_get_contents("/proc/sys/fs/inotify/max_queued_events",
                                      &text, NULL, NULL));
    path = in(&at, "burst.txt");
    late = in(&at, "late.txt");
    /* No two alike in a row, or the kernel would join them. */
    for (events = (unsigned)atoi(text); events > 0; events--) {
        write_file(path, "");
        g_assert_cmpint(unlink(path), ==, 0);
        events -= MIN(events - 1, 2u);
    }
    wait_for(&at, "lost all");
    write_file(late, "text");
    wait_for(&at, "touched late.txt");
    case_end(&at);
}

static void
test_no_watches_left(void)
{
    Case at;
    g_autofree char *sub = NULL, *deep = NULL;
    GPtrArray *polled;

    case_begin(&at);
    sub = in(&at, "sub");
    deep = in(&at, "sub/deep");
    make_folder(sub);
    make_folder(deep);
    watches_left = 1;
    g_assert_true(watch_add(at.watch, sub, NULL));
    g_assert_true(watch_add(at.watch, deep, NULL));
    polled = watch_polled(at.watch);
    g_assert_cmpuint(polled->len, ==, 1);
    g_assert_cmpstr(polled->pdata[0], ==, deep);
    g_assert_cmpuint(watch_count(at.watch), ==, 2);

    watches_left = -1;
    g_assert_true(watch_add(at.watch, deep, NULL));
    g_assert_cmpuint(watch_polled(at.watch)->len, ==, 0);
    g_assert_cmpuint(watch_count(at.watch), ==, 3);
    case_end(&at);
}

/* With nothing to do the loop would sleep for ever. */
static void
test_idle(void)
{
    Case at;
    g_autofree char *inside = NULL, *outside = NULL;
    GMainContext *loop = g_main_context_default();
    GPollFD fds[16];
    int priority, timeout_ms;

    case_begin(&at);
    inside = in(&at, "a.txt");
    outside = out(&at, "a.txt");
    write_file(inside, "text");
    move(inside, outside);
    wait_for(&at, "gone a.txt");
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_true(g_main_context_acquire(loop));
    (void)g_main_context_prepare(loop, &priority);
    (void)g_main_context_query(loop, G_MAXINT, &timeout_ms, fds,
                               G_N_ELEMENTS(fds));
    g_main_context_release(loop);
    g_assert_cmpint(timeout_ms, ==, -1);
    case_end(&at);
}

/* ---- threads ---- */

enum { THREAD_FOLDERS = 300 };

static gpointer
add_all(gpointer user)
{
    Case *at = user;

    for (unsigned i = 0; i < THREAD_FOLDERS; i++) {
        g_autofree char *path = g_strdup_printf("%s/t%u", at->outside, i);

        make_folder(path);
        g_assert_true(watch_add(at->watch, path, NULL));
    }
    return NULL;
}

static void
test_thread(void)
{
    Case at;
    GThread *thread;

    case_begin(&at);
    thread = g_thread_new("adder", add_all, &at);
    for (unsigned i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("d%u", i);
        g_autofree char *path = in(&at, name);

        make_folder(path);
        settle(&at);
    }
    g_thread_join(thread);
    g_assert_cmpuint(watch_count(at.watch), ==, 1 + 20 + THREAD_FOLDERS);
    case_end(&at);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func("/watch/" name, test)
    ADD("a file is told settled when its writer closes it", test_closed);
    ADD("a file with an open writer is told as just appeared",
        test_open_writer);
    ADD("a download that takes its final name is one move", test_download);
    ADD("a move between two watched folders is one move", test_between);
    ADD("a file that comes in is touched, one that leaves is gone",
        test_in_and_out);
    ADD("a hard link is told as just appeared", test_hard_link);
    ADD("a file without a name is not told", test_nameless);
    ADD("a change of attributes is told as such", test_attributes);
    ADD("names may hold any bytes", test_odd_names);
    ADD("a name that left and is used again is gone first", test_name_reused);
    ADD("a tree that is moved in is watched and told", test_tree_moved_in);
    ADD("nothing is missed while folders are being made", test_race);
    ADD("after a folder is renamed its events have the new path",
        test_folder_renamed);
    ADD("a folder that leaves is gone, with its watches",
        test_folder_moved_out);
    ADD("a deleted tree is gone, name by name", test_tree_deleted);
    ADD("a folder made again is watched again", test_made_again);
    ADD("a folder that may not be entered is left out", test_left_out);
    ADD("a link to a folder is not followed", test_link_to_folder);
    ADD("a watched folder that is deleted is told gone", test_root_deleted);
    ADD("a watched folder that is moved is told gone", test_root_moved);
    ADD("a folder no longer watched is silent", test_root_removed);
    ADD("a folder that is not there is a fault", test_not_there);
    ADD("events that were lost are told as lost", test_overflow);
    ADD("without watches left a folder is polled, and tried again",
        test_no_watches_left);
    ADD("nothing wakes the loop when nothing happens", test_idle);
    ADD("watches may be added from another thread", test_thread);
#undef ADD
    return g_test_run();
}
