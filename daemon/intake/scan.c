/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.c - a tree on disk against the archive, a folder at a time.
 *
 * The walk runs on a lane; what it finds goes home in small batches. Files
 * of the archive that are not on disk are held back until the whole tree has
 * been seen: an unmounted disk must not look like a great deletion.
 */
#include "config.h"

#include "daemon/intake/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

enum {
    BATCH_FILES = 256, /* small, so that the loop stays quick */
    DEPTH_MAX = 128,   /* folders in folders; deeper is a loop or a trap */
};

struct Scan {
    Lane *lane;
    Store *reader;
    Rules *rules;
    char *top;
    bool cross_devices, again;
    ScanEvents events;
    void *user;
    GMainContext *home;

    /* Between the two sides. */
    int stopped; /* atomic */
    GMutex lock;
    GCond left; /* the walk has left its lane */
    bool walking;
    int holds; /* atomic: the owner, the walk, each message under way */

    /* The walk's own. */
    dev_t device;
    GArray *touched; /* of ScanFile */
    GPtrArray *gone; /* of char * */
    GHashTable *seen_folders;
    unsigned seen, known;
    GError *error;
};

typedef struct {
    Scan *scan;
    ScanBatch batch;
} Message;

static void
scan_file_clear(void *file)
{
    g_free(((ScanFile *)file)->path);
}

static GArray *
touched_new(void)
{
    GArray *touched = g_array_new(FALSE, FALSE, sizeof(ScanFile));

    g_array_set_clear_func(touched, scan_file_clear);
    return touched;
}

static void
scan_unhold(Scan *scan)
{
    if (!g_atomic_int_dec_and_test(&scan->holds))
        return;
    g_array_unref(scan->touched);
    g_ptr_array_unref(scan->gone);
    g_hash_table_unref(scan->seen_folders);
    g_clear_error(&scan->error);
    g_main_context_unref(scan->home);
    g_mutex_clear(&scan->lock);
    g_cond_clear(&scan->left);
    rules_free(scan->rules);
    g_free(scan->top);
    g_free(scan);
}

static bool
is_stopped(Scan *scan)
{
    return g_atomic_int_get(&scan->stopped) != 0;
}

/* ---- batches home ---- */

static void
message_free(void *user)
{
    Message *message = user;

    g_clear_pointer(&message->batch.touched, g_array_unref);
    g_free(message->batch.folder);
    scan_unhold(message->scan);
    g_free(message);
}

static gboolean
message_home(gpointer user)
{
    Message *message = user;

    if (!is_stopped(message->scan))
        message->scan->events.batch(&message->batch, message->scan->user);
    return G_SOURCE_REMOVE;
}

static void
send_touched(Scan *scan, const char *folder)
{
    Message *message;

    if (scan->touched->len == 0)
        return;
    message = g_new0(Message, 1);
    g_atomic_int_inc(&scan->holds);
    message->scan = scan;
    message->batch.folder = g_strdup(folder);
    message->batch.touched = scan->touched;
    scan->touched = touched_new();
    g_main_context_invoke_full(scan->home, G_PRIORITY_DEFAULT, message_home,
                               message, message_free);
}

/* ---- one folder ---- */

static int64_t
in_ns(struct timespec t)
{
    return (int64_t)t.tv_sec * G_GINT64_CONSTANT(1000000000) + t.tv_nsec;
}

static bool
is_changed(const Scan *scan, const File *row, const ScanFile *file)
{
    return scan->again || row == NULL || row->state == FILE_WAITING ||
           row->size_bytes != file->size_bytes ||
           row->mtime_ns != file->mtime_ns || row->ctime_ns != file->ctime_ns ||
           row->inode != file->inode;
}

static void
take_file(Scan *scan, GHashTable *rows, const char *folder, const char *name,
          const struct stat *status)
{
    ScanFile file = {
        .path = g_build_filename(folder, name, NULL),
        .size_bytes = (uint64_t)status->st_size,
        .mtime_ns = in_ns(status->st_mtim),
        .ctime_ns = in_ns(status->st_ctim),
        .device = status->st_dev,
        .inode = status->st_ino,
    };
    RuleVerdict verdict = rules_file(scan->rules, file.path, NULL);
    const File *row;

    if (verdict == RULE_SKIP || verdict == RULE_PASSING) {
        g_free(file.path);
        return;
    }
    scan->seen++;
    row = g_hash_table_lookup(rows, file.path);
    if (is_changed(scan, row, &file))
        g_array_append_val(scan->touched, file);
    else
        g_free(file.path);
    if (row != NULL)
        (void)g_hash_table_remove(rows, row->path);
    if (scan->touched->len >= BATCH_FILES)
        send_touched(scan, folder);
}

/* The rows of one folder by path. */
static GHashTable *
rows_of(Scan *scan, const char *folder)
{
    g_autoptr(GPtrArray) files =
        store_files_in(scan->reader, folder, &scan->error);
    GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
                                             (GDestroyNotify)file_free);

    if (files == NULL)
        return rows;
    g_ptr_array_set_free_func(files, NULL);
    for (unsigned i = 0; i < files->len; i++) {
        File *file = files->pdata[i];

        (void)g_hash_table_insert(rows, file->path, file);
    }
    scan->known += files->len;
    return rows;
}

static void
hold_back_gone(Scan *scan, GHashTable *rows)
{
    GHashTableIter each;
    gpointer path;

    g_hash_table_iter_init(&each, rows);
    while (g_hash_table_iter_next(&each, &path, NULL))
        g_ptr_array_add(scan->gone, g_strdup(path));
}

static void
walk(Scan *scan, int parent, const char *name, const char *folder,
     unsigned depth)
{
    fd_auto int fd = openat(parent, name,
                            O_RDONLY | O_DIRECTORY | O_CLOEXEC |
                                (depth > 0 ? O_NOFOLLOW : 0));
    g_autoptr(GHashTable) rows = NULL;
    g_autoptr(GPtrArray) below = NULL;
    struct dirent *entry;
    struct stat status;
    DIR *dir;

    if (fd < 0 || fstat(fd, &status) < 0) {
        if (depth == 0)
            fault_errno(&scan->error, "read the folder");
        return;
    }
    if (depth == 0)
        scan->device = status.st_dev;
    else if (status.st_dev != scan->device && !scan->cross_devices)
        return;
    /* Watched before it is read: what is made from now on is not missed. */
    scan->events.enter(folder, scan->user);
    g_hash_table_add(scan->seen_folders, g_strdup(folder));
    rows = rows_of(scan, folder);
    below = g_ptr_array_new_with_free_func(g_free);
    dir = fdopendir(dup(fd));
    while (dir != NULL && !is_stopped(scan) && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0 ||
            fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (S_ISREG(status.st_mode))
            take_file(scan, rows, folder, entry->d_name, &status);
        else if (S_ISDIR(status.st_mode))
            g_ptr_array_add(below, g_strdup(entry->d_name));
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (is_stopped(scan))
        return;
    hold_back_gone(scan, rows);
    for (unsigned i = 0; i < below->len && depth < DEPTH_MAX; i++) {
        g_autofree char *path = g_build_filename(folder, below->pdata[i], NULL);

        if (!is_stopped(scan) &&
            rules_folder(scan->rules, path, NULL) == RULE_READ)
            walk(scan, fd, below->pdata[i], path, depth + 1);
    }
}

/* Folders the archive knows and the walk did not meet. */
static void
find_gone_folders(Scan *scan)
{
    g_autoptr(GPtrArray) folders =
        store_folders_below(scan->reader, scan->top, &scan->error);

    for (unsigned i = 0; folders != NULL && i < folders->len; i++) {
        g_autoptr(GHashTable) rows = NULL;

        if (is_stopped(scan) ||
            g_hash_table_contains(scan->seen_folders, folders->pdata[i]))
            continue;
        rows = rows_of(scan, folders->pdata[i]);
        hold_back_gone(scan, rows);
    }
}

static void
work(void *job)
{
    Scan *scan = job;

    walk(scan, AT_FDCWD, scan->top, scan->top, 0);
    if (scan->error == NULL)
        find_gone_folders(scan);
    if (!is_stopped(scan))
        send_touched(scan, scan->top);
    g_mutex_lock(&scan->lock);
    scan->walking = false;
    g_cond_signal(&scan->left);
    g_mutex_unlock(&scan->lock);
}

/* ---- home again ---- */

static void
tell_gone(Scan *scan)
{
    for (unsigned at = 0; at < scan->gone->len && !is_stopped(scan);
         at += BATCH_FILES) {
        g_autoptr(GPtrArray) some = g_ptr_array_new();
        ScanBatch batch = {.folder = scan->top, .gone = some};

        for (unsigned i = at; i < MIN(at + BATCH_FILES, scan->gone->len); i++)
            g_ptr_array_add(some, scan->gone->pdata[i]);
        scan->events.batch(&batch, scan->user);
    }
}

static void
finish(void *job)
{
    Scan *scan = job;

    if (is_stopped(scan)) {
        scan_unhold(scan);
        return;
    }
    if (scan->error == NULL &&
        scan->events.may_delete(scan->top, scan->seen, scan->known,
                                scan->gone->len, scan->user))
        tell_gone(scan);
    if (!is_stopped(scan))
        scan->events.done(scan->top, scan->seen, scan->known, scan->gone->len,
                          scan->error, scan->user);
    scan_unhold(scan);
}

static void
drop(void *job)
{
    scan_unhold(job);
}

Scan *
scan_start(Lane *lane, Store *reader, Rules *rules, const char *top,
           bool cross_devices, bool again, const ScanEvents *events, void *user)
{
    Scan *scan = g_new0(Scan, 1);

    scan->lane = lane;
    scan->reader = reader;
    scan->rules = rules_hold(rules);
    scan->top = g_strdup(top);
    scan->cross_devices = cross_devices;
    scan->again = again;
    scan->events = *events;
    scan->user = user;
    scan->home = g_main_context_ref_thread_default();
    g_mutex_init(&scan->lock);
    g_cond_init(&scan->left);
    scan->walking = true;
    scan->holds = 2; /* the owner and the walk */
    scan->touched = touched_new();
    scan->gone = g_ptr_array_new_with_free_func(g_free);
    scan->seen_folders =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    lane_push(lane, work, finish, drop, scan);
    return scan;
}

void
scan_free(Scan *scan)
{
    if (scan == NULL)
        return;
    g_atomic_int_set(&scan->stopped, 1);
    g_mutex_lock(&scan->lock);
    while (scan->walking)
        g_cond_wait(&scan->left, &scan->lock);
    g_mutex_unlock(&scan->lock);
    scan_unhold(scan);
}
