/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.c - a tree on disk against the archive.
 *
 * A folder's rows are read before the folder itself, so that a file which
 * arrives between the two is new twice rather than gone once. What is gone
 * is told at the end, and each name is looked at once more before: watch may
 * have seen it come back. A folder that cannot be read is not an empty one.
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
    BATCH_MS = 50,   /* a batch that fills slowly is delivered as it is */
    BATCHES_MAX = 8, /* delivered but not taken: the walk waits */
};

struct Scan {
    int holds; /* atomic: the owner's, the lane's, one a source */
    Store *reader;
    Rules *rules;
    char *top;
    bool cross_devices, every;
    ScanEvents events;
    void *user;
    GMainContext *home;
    LaneJob *job; /* NULL: the walk is over */

    int stopped; /* atomic; set by the loop under the lock */
    GMutex lock; /* over the five below, and while enter is called */
    GCond taken;
    GQueue mail; /* of ScanBatch */
    bool posted; /* a source that takes the mail out is there */

    /* The walk's; the loop's once it is over. */
    uint64_t device;
    GHashTable *folders; /* those with rows that were not met yet */
    GHashTable *closed;  /* those whose content is not known */
    ScanBatch *batch;
    int64_t batch_since_us;
    unsigned seen, known, missing;
    GPtrArray *absent; /* paths that are missing */
    GPtrArray *left;   /* paths that a rule leaves out now */
    unsigned told;     /* of absent, then of left */
    GError *error;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, closedir)

static void
clear_file(gpointer user)
{
    g_free(((ScanFile *)user)->path);
}

static void
batch_free(ScanBatch *batch)
{
    if (batch == NULL)
        return;
    g_clear_pointer(&batch->touched, g_array_unref);
    g_clear_pointer(&batch->gone, g_ptr_array_unref);
    g_free(batch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScanBatch, batch_free)

static Scan *
scan_hold(Scan *scan)
{
    g_atomic_int_inc(&scan->holds);
    return scan;
}

static void
scan_release(gpointer user)
{
    Scan *scan = user;

    if (!g_atomic_int_dec_and_test(&scan->holds))
        return;
    g_queue_clear_full(&scan->mail, (GDestroyNotify)batch_free);
    g_clear_pointer(&scan->folders, g_hash_table_unref);
    g_hash_table_unref(scan->closed);
    batch_free(scan->batch);
    g_ptr_array_unref(scan->absent);
    g_ptr_array_unref(scan->left);
    g_clear_error(&scan->error);
    rules_free(scan->rules);
    g_main_context_unref(scan->home);
    g_mutex_clear(&scan->lock);
    g_cond_clear(&scan->taken);
    g_free(scan->top);
    g_free(scan);
}

static bool
is_stopped(Scan *scan)
{
    return g_atomic_int_get(&scan->stopped) != 0;
}

/* ---- from the lane to the loop ---- */

/* On the loop: one batch, if there is one. */
static bool
take_mail(Scan *scan)
{
    g_autoptr(ScanBatch) batch = NULL;

    g_mutex_lock(&scan->lock);
    batch = g_queue_pop_head(&scan->mail);
    g_cond_signal(&scan->taken);
    if (batch == NULL)
        scan->posted = false;
    g_mutex_unlock(&scan->lock);
    if (batch == NULL || is_stopped(scan))
        return false;
    scan->events.batch(batch, scan->user);
    return !is_stopped(scan);
}

static gboolean
on_mail(gpointer user)
{
    return take_mail(user) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
attach(Scan *scan, GSourceFunc callback)
{
    GSource *source = g_idle_source_new();

    g_source_set_priority(source, G_PRIORITY_DEFAULT);
    g_source_set_callback(source, callback, scan_hold(scan), scan_release);
    g_source_attach(source, scan->home);
    g_source_unref(source);
}

static void
flush(Scan *scan)
{
    if (scan->batch == NULL)
        return;
    g_mutex_lock(&scan->lock);
    while (!is_stopped(scan) && scan->mail.length >= BATCHES_MAX)
        g_cond_wait(&scan->taken, &scan->lock);
    g_queue_push_tail(&scan->mail, g_steal_pointer(&scan->batch));
    if (!is_stopped(scan) && !scan->posted) {
        scan->posted = true;
        attach(scan, on_mail);
    }
    g_mutex_unlock(&scan->lock);
}

static int64_t
in_ns(struct timespec t)
{
    return (int64_t)t.tv_sec * G_GINT64_CONSTANT(1000000000) + t.tv_nsec;
}

static void
tell_touched(Scan *scan, const char *path, const struct stat *status)
{
    ScanFile file = {
        .path = g_strdup(path),
        .size_bytes = (uint64_t)status->st_size,
        .mtime_ns = in_ns(status->st_mtim),
        .ctime_ns = in_ns(status->st_ctim),
        .device = status->st_dev,
        .inode = status->st_ino,
    };

    if (scan->batch == NULL) {
        scan->batch = g_new0(ScanBatch, 1);
        scan->batch->touched = g_array_new(FALSE, FALSE, sizeof(ScanFile));
        g_array_set_clear_func(scan->batch->touched, clear_file);
        scan->batch_since_us = g_get_monotonic_time();
    }
    g_array_append_val(scan->batch->touched, file);
    if (scan->batch->touched->len >= SCAN_BATCH_FILES)
        flush(scan);
}

/* ---- a folder ---- */

static const char *
name_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

static bool
has_changed(const File *row, RuleVerdict verdict, const struct stat *status)
{
    return row->state == FILE_WAITING ||
           (row->state == FILE_EXCLUDED) != (verdict == RULE_NAME_ONLY) ||
           row->size_bytes != (uint64_t)status->st_size ||
           row->mtime_ns != in_ns(status->st_mtim) ||
           row->ctime_ns != in_ns(status->st_ctim) ||
           row->inode != status->st_ino;
}

/* @rows: the folder's, by name; those met are taken out. */
static void
compare_file(Scan *scan, GHashTable *rows, const char *path,
             const struct stat *status)
{
    const char *name = name_of(path);
    const File *row = g_hash_table_lookup(rows, name);
    RuleVerdict verdict = rules_file(scan->rules, path, NULL);

    if (row != NULL)
        g_hash_table_remove(rows, name);
    if (verdict == RULE_SKIP || verdict == RULE_PASSING) {
        if (row != NULL)
            g_ptr_array_add(scan->left, g_strdup(path));
        return;
    }
    scan->seen++;
    scan->known += row != NULL;
    if (row == NULL || scan->every || has_changed(row, verdict, status))
        tell_touched(scan, path, status);
}

static void
compare_entry(Scan *scan, DIR *names, const struct dirent *entry, GString *path,
              GHashTable *rows, GPtrArray *subfolders)
{
    struct stat status;

    if (entry->d_type != DT_DIR && entry->d_type != DT_REG &&
        entry->d_type != DT_UNKNOWN)
        return;
    if (entry->d_type == DT_DIR) {
        g_ptr_array_add(subfolders, g_strdup(entry->d_name));
    } else if (fstatat(dirfd(names), entry->d_name, &status,
                       AT_SYMLINK_NOFOLLOW) < 0) {
        /* There, whatever it is: not gone. */
        if (errno != ENOENT)
            g_hash_table_remove(rows, entry->d_name);
    } else if (S_ISDIR(status.st_mode)) {
        g_ptr_array_add(subfolders, g_strdup(entry->d_name));
    } else if (S_ISREG(status.st_mode)) {
        size_t folder_bytes = path->len;

        g_string_append(path, entry->d_name);
        compare_file(scan, rows, path->str, &status);
        g_string_truncate(path, folder_bytes);
    }
}

/* Read @names to its end. False: it broke off, and what was not met is not
 * known to be missing. */
static bool
compare_names(Scan *scan, DIR *names, const char *folder, GHashTable *rows,
              GPtrArray *subfolders)
{
    g_autoptr(GString) path = g_string_new(folder);
    const struct dirent *entry;

    if (path->str[path->len - 1] != '/')
        g_string_append_c(path, '/');
    while (!is_stopped(scan) && (errno = 0, entry = readdir(names)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            compare_entry(scan, names, entry, path, rows, subfolders);
    }
    return !is_stopped(scan) && errno == 0;
}

static void
tell_missing(Scan *scan, const char *path)
{
    scan->known++;
    scan->missing++;
    g_ptr_array_add(scan->absent, g_strdup(path));
}

/* @ret_subfolders is filled with names. Fails as store_files_in. */
static bool
compare_folder(Scan *scan, DIR *names, const char *folder,
               GPtrArray *subfolders, GError **error)
{
    g_autoptr(GPtrArray) files = NULL;
    g_autoptr(GHashTable) rows = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter each;
    gpointer row;

    if (g_hash_table_remove(scan->folders, folder)) {
        files = store_files_in(scan->reader, folder, error);
        if (files == NULL)
            return false;
    }
    for (unsigned i = 0; files != NULL && i < files->len; i++) {
        File *file = files->pdata[i];

        g_hash_table_insert(rows, (char *)name_of(file->path), file);
    }
    if (!compare_names(scan, names, folder, rows, subfolders)) {
        g_hash_table_add(scan->closed, g_strdup(folder));
        return true;
    }
    g_hash_table_iter_init(&each, rows);
    while (g_hash_table_iter_next(&each, NULL, &row))
        tell_missing(scan, ((const File *)row)->path);
    return true;
}

/* ---- the tree ---- */

static DIR *
open_folder(int parent, const char *name)
{
    fd_auto int fd =
        openat(parent, name,
               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    DIR *names = fd < 0 ? NULL : fdopendir(fd);

    if (names != NULL)
        (void)fd_steal(&fd);
    return names;
}

static bool
is_other_device(const Scan *scan, DIR *names)
{
    struct stat status;

    return !scan->cross_devices && fstat(dirfd(names), &status) == 0 &&
           status.st_dev != scan->device;
}

static void
enter(Scan *scan, const char *folder)
{
    g_mutex_lock(&scan->lock);
    if (!is_stopped(scan) && scan->events.enter != NULL)
        scan->events.enter(folder, scan->user);
    g_mutex_unlock(&scan->lock);
}

static bool
walk(Scan *scan, DIR *names, const char *folder, unsigned depth, GError **error)
{
    g_autoptr(GPtrArray) subfolders = g_ptr_array_new_with_free_func(g_free);

    enter(scan, folder);
    if (!compare_folder(scan, names, folder, subfolders, error))
        return false;
    if (scan->batch != NULL &&
        g_get_monotonic_time() - scan->batch_since_us > BATCH_MS * 1000)
        flush(scan);

    for (unsigned i = 0; i < subfolders->len && !is_stopped(scan); i++) {
        const char *name = subfolders->pdata[i];
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autoptr(DIR) below = NULL;

        if (rules_folder(scan->rules, path, NULL) != RULE_READ)
            continue;
        below = depth < SCAN_DEPTH_MAX ? open_folder(dirfd(names), name) : NULL;
        if (below == NULL && depth < SCAN_DEPTH_MAX &&
            (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
            continue;
        if (below == NULL || is_other_device(scan, below))
            g_hash_table_add(scan->closed, g_steal_pointer(&path));
        else if (!walk(scan, below, path, depth + 1, error))
            return false;
    }
    return true;
}

/* ---- folders of the archive that were not met ---- */

static bool
is_closed(Scan *scan, const char *folder)
{
    g_autofree char *path = g_strdup(folder);

    for (char *slash = path + strlen(path); slash != NULL && slash != path;
         slash = strrchr(path, '/')) {
        *slash = '\0';
        if (g_hash_table_contains(scan->closed, path))
            return true;
    }
    return false;
}

/* Left out by a rule for itself or a folder above it. */
static bool
is_left_out(Scan *scan, const char *folder)
{
    size_t at = strlen(scan->top);
    const char *slash = folder + at + (folder[at] == '/');

    while (slash != NULL) {
        g_autofree char *above = NULL;

        slash = strchr(slash, '/');
        above = slash != NULL ? g_strndup(folder, (size_t)(slash - folder))
                              : g_strdup(folder);
        if (rules_folder(scan->rules, above, NULL) != RULE_READ)
            return true;
        slash = slash != NULL ? slash + 1 : NULL;
    }
    return false;
}

static bool
compare_unmet(Scan *scan, GError **error)
{
    GHashTableIter each;
    gpointer key;

    g_hash_table_iter_init(&each, scan->folders);
    while (!is_stopped(scan) && g_hash_table_iter_next(&each, &key, NULL)) {
        const char *folder = key;
        g_autoptr(GPtrArray) files = NULL;
        struct stat status;
        bool left_out;

        if (is_closed(scan, folder))
            continue;
        left_out = is_left_out(scan, folder);
        /* It came while the walk was on: watch has told of it. */
        if (!left_out && lstat(folder, &status) == 0 && S_ISDIR(status.st_mode))
            continue;
        files = store_files_in(scan->reader, folder, error);
        if (files == NULL)
            return false;
        for (unsigned i = 0; i < files->len; i++) {
            const File *file = files->pdata[i];

            if (left_out)
                g_ptr_array_add(scan->left, g_strdup(file->path));
            else
                tell_missing(scan, file->path);
        }
    }
    return true;
}

static bool
load_folders(Scan *scan, GError **error)
{
    g_autoptr(GPtrArray) folders =
        store_folders_below(scan->reader, scan->top, error);

    if (folders == NULL)
        return false;
    scan->folders =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned i = 0; i < folders->len; i++)
        g_hash_table_add(scan->folders, g_strdup(folders->pdata[i]));
    return true;
}

static void
work(void *job)
{
    Scan *scan = job;
    g_autoptr(DIR) names = NULL;
    struct stat status;

    if (is_stopped(scan))
        return;
    names = open_folder(AT_FDCWD, scan->top);
    if (names == NULL || fstat(dirfd(names), &status) < 0) {
        fault_errno(&scan->error, "open '%s'", scan->top);
        return;
    }
    scan->device = status.st_dev;
    if (load_folders(scan, &scan->error) &&
        walk(scan, names, scan->top, 0, &scan->error))
        (void)compare_unmet(scan, &scan->error);
    flush(scan);
}

/* ---- the end, on the loop ---- */

static void
finish(Scan *scan)
{
    scan->events.done(scan->top, scan->seen, scan->known, scan->missing,
                      scan->error, scan->user);
}

/* The next path that is gone, lent; NULL: no more. */
static const char *
next_gone(Scan *scan)
{
    while (scan->told < scan->absent->len) {
        const char *path = scan->absent->pdata[scan->told++];
        struct stat status;

        if (lstat(path, &status) == 0 ? !S_ISREG(status.st_mode)
                                      : errno == ENOENT || errno == ENOTDIR)
            return path;
    }
    if (scan->told < scan->absent->len + scan->left->len)
        return scan->left->pdata[scan->told++ - scan->absent->len];
    return NULL;
}

static gboolean
tell_gone(gpointer user)
{
    Scan *scan = user;
    g_autoptr(ScanBatch) batch = g_new0(ScanBatch, 1);
    const char *path = NULL;

    if (is_stopped(scan))
        return G_SOURCE_REMOVE;
    batch->gone = g_ptr_array_new_with_free_func(g_free);
    while (batch->gone->len < SCAN_BATCH_FILES &&
           (path = next_gone(scan)) != NULL)
        g_ptr_array_add(batch->gone, g_strdup(path));
    if (batch->gone->len > 0)
        scan->events.batch(batch, scan->user);
    if (is_stopped(scan))
        return G_SOURCE_REMOVE;
    if (path != NULL)
        return G_SOURCE_CONTINUE;
    finish(scan);
    return G_SOURCE_REMOVE;
}

static void
work_done(void *job)
{
    Scan *scan = job;

    scan->job = NULL;
    while (take_mail(scan))
        ;
    if (!is_stopped(scan)) {
        bool may_delete =
            scan->error == NULL &&
            (scan->events.may_delete == NULL ||
             scan->events.may_delete(scan->top, scan->seen, scan->known,
                                     scan->missing, scan->user));

        if (!is_stopped(scan) && may_delete)
            attach(scan, tell_gone);
        else if (!is_stopped(scan))
            finish(scan);
    }
    scan_release(scan);
}

Scan *
scan_start(Lane *lane, Store *reader, Rules *rules, const char *top,
           bool cross_devices, bool every, const ScanEvents *events, void *user)
{
    Scan *scan = g_new0(Scan, 1);

    scan->holds = 1;
    scan->reader = reader;
    scan->rules = rules_hold(rules);
    scan->top = g_strdup(top);
    scan->cross_devices = cross_devices;
    scan->every = every;
    scan->events = *events;
    scan->user = user;
    scan->home = g_main_context_ref_thread_default();
    scan->closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scan->absent = g_ptr_array_new_with_free_func(g_free);
    scan->left = g_ptr_array_new_with_free_func(g_free);
    g_queue_init(&scan->mail);
    g_mutex_init(&scan->lock);
    g_cond_init(&scan->taken);
    scan->job = lane_push(lane, work, work_done, scan_release, scan_hold(scan));
    return scan;
}

void
scan_free(Scan *scan)
{
    if (scan == NULL)
        return;
    g_mutex_lock(&scan->lock);
    g_atomic_int_set(&scan->stopped, 1);
    g_cond_signal(&scan->taken);
    g_mutex_unlock(&scan->lock);
    if (scan->job != NULL)
        lane_cancel(scan->job);
    scan_release(scan);
}
