/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch.c - one inotify descriptor on the loop.
 *
 * Scans add watches from their own threads while the loop reads events, so
 * the map of folders has a lock. It is held while the kernel adds a watch,
 * or an event could arrive under a number nobody knows yet; it is never held
 * while a callback runs. Between the two only paths are carried, not nodes.
 *
 * IN_MODIFY is left out: a writer makes thousands of them, and closes once.
 */
#include "config.h"

#include "daemon/intake/watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "daemon/intake/folders.h"

enum {
    READ_BYTES = 64 * 1024,
    /* The two halves of a rename are two entries of the kernel's queue, made
     * one after the other: a reader can see the first alone. */
    PAIR_MS = 50,
};

/* No event follows a link, and none tells of a file that has lost its name
 * but is still open. */
static const uint32_t watch_mask = IN_CLOSE_WRITE | IN_MOVED_TO |
                                   IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                                   IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF |
                                   IN_ONLYDIR | IN_EXCL_UNLINK | IN_DONT_FOLLOW;

/* A name that was moved away; where to is not known yet. */
typedef struct {
    char *path;
    uint32_t cookie;
    bool folder;
    int64_t until_us; /* monotonic */
} Departure;

struct Watch {
    int fd;
    unsigned source, pair_source;
    WatchEvents events;
    WatchEnter enter;
    void *user;
    GQueue departures; /* of Departure, oldest first */
    GPtrArray *polled;

    GMutex lock; /* over folders, and over adding and removing watches */
    Folders *folders;
};

static void
departure_free(Departure *departure)
{
    g_free(departure->path);
    g_free(departure);
}

/* ---- the map ---- */

static void
remove_watches(Watch *watch, const GArray *watches)
{
    /* EINVAL: the folder is gone, and the kernel's watch with it. */
    for (unsigned i = 0; i < watches->len; i++)
        (void)inotify_rm_watch(watch->fd, g_array_index(watches, int, i));
}

static void
drop(Watch *watch, const char *folder)
{
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));

    g_mutex_lock(&watch->lock);
    folders_drop(watch->folders, folder, watches);
    remove_watches(watch, watches);
    g_mutex_unlock(&watch->lock);
}

static void
move(Watch *watch, const char *from, const char *to)
{
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));

    g_mutex_lock(&watch->lock);
    folders_move(watch->folders, from, to, watches);
    remove_watches(watch, watches);
    g_mutex_unlock(&watch->lock);
}

static bool
is_watched(Watch *watch, const char *folder)
{
    int number;

    g_mutex_lock(&watch->lock);
    number = folders_watch(watch->folders, folder);
    g_mutex_unlock(&watch->lock);
    return number >= 0;
}

static bool
same_folder(const char *a, const char *b)
{
    struct stat one, other;

    return lstat(a, &one) == 0 && lstat(b, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/*
 * The kernel has one watch per inode. Under another path already: either the
 * folder is mounted twice, and the first path stays; or it was renamed, and
 * the event is still to come or was lost: then all below has moved as well.
 */
static void
remember(Watch *watch, int number, const char *folder)
{
    g_autofree char *known = folders_path(watch->folders, number);
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));
    int before;

    if (known != NULL && strcmp(known, folder) != 0) {
        if (same_folder(known, folder))
            return;
        folders_move(watch->folders, known, folder, watches);
    }
    before = folders_put(watch->folders, folder, number);
    if (before != FOLDERS_NONE)
        g_array_append_val(watches, before);
    remove_watches(watch, watches);
}

/* Under the lock. */
static bool
add(Watch *watch, const char *folder, GError **error)
{
    int number = inotify_add_watch(watch->fd, folder, watch_mask);

    if (number >= 0)
        remember(watch, number, folder);
    else if (errno == ENOSPC)
        (void)folders_put(watch->folders, folder, FOLDERS_POLLED);
    else
        return fault_errno(error, "watch '%s'", folder);
    return true;
}

bool
watch_add(Watch *watch, const char *folder, GError **error)
{
    bool added;

    g_mutex_lock(&watch->lock);
    added = add(watch, folder, error);
    g_mutex_unlock(&watch->lock);
    return added;
}

/* ---- what the kernel says ---- */

static void
folder_appeared(Watch *watch, const char *path)
{
    /* One that cannot be watched was removed again or is closed to us. */
    if (watch->enter(path, watch->user) && watch_add(watch, path, NULL))
        watch->events.folder(path, watch->user);
}

static void
is_gone(Watch *watch, const char *path, bool folder)
{
    if (folder)
        drop(watch, path);
    watch->events.gone(path, folder, watch->user);
}

/* Nobody took in what left: it went where we do not look. */
static void
departed(Watch *watch, GList *link)
{
    Departure *departure = link->data;

    g_queue_delete_link(&watch->departures, link);
    is_gone(watch, departure->path, departure->folder);
    departure_free(departure);
}

static void
depart(Watch *watch, const char *path, uint32_t cookie, bool folder)
{
    Departure *departure = g_new0(Departure, 1);

    departure->path = g_strdup(path);
    departure->cookie = cookie;
    departure->folder = folder;
    departure->until_us = g_get_monotonic_time() + PAIR_MS * 1000;
    g_queue_push_tail(&watch->departures, departure);
}

static void
arrive(Watch *watch, const char *path, uint32_t cookie, bool folder)
{
    GList *link = watch->departures.head;
    Departure *departure;

    while (link != NULL && ((Departure *)link->data)->cookie != cookie)
        link = link->next;
    if (link == NULL && folder) {
        drop(watch, path); /* an empty folder it may have replaced */
        folder_appeared(watch, path);
        return;
    }
    if (link == NULL) {
        watch->events.touched(path, true, watch->user);
        return;
    }
    departure = link->data;
    g_queue_delete_link(&watch->departures, link);
    if (folder) {
        move(watch, departure->path, path);
        if (!watch->enter(path, watch->user))
            drop(watch, path);
        else
            (void)watch_add(watch, path, NULL);
    }
    watch->events.moved(departure->path, path, folder, watch->user);
    departure_free(departure);
}

/* Another event under a name that left: it is a new thing of that name. */
static void
settle_departure(Watch *watch, const char *path, uint32_t cookie)
{
    for (GList *link = watch->departures.head; link != NULL;
         link = link->next) {
        const Departure *departure = link->data;

        if (departure->cookie != cookie && strcmp(departure->path, path) == 0) {
            departed(watch, link);
            return;
        }
    }
}

/* What O_TMPFILE makes has a number for a name, and no name on the disk. */
static bool
is_nameless(const char *path, const char *name)
{
    struct stat status;

    return name[0] == '#' && name[1] != '\0' &&
           name[1 + strspn(name + 1, "0123456789")] == '\0' &&
           lstat(path, &status) < 0;
}

static void
take_name(Watch *watch, const char *path, uint32_t mask, uint32_t cookie)
{
    bool folder = (mask & IN_ISDIR) != 0;

    settle_departure(watch, path, cookie);
    if (mask & IN_MOVED_FROM) {
        depart(watch, path, cookie, folder);
    } else if (mask & IN_MOVED_TO) {
        arrive(watch, path, cookie, folder);
    } else if (mask & IN_DELETE) {
        is_gone(watch, path, folder);
    } else if (folder) {
        /* IN_CREATE; or IN_ATTRIB, when it is open to us only now. */
        if ((mask & IN_CREATE) || !is_watched(watch, path))
            folder_appeared(watch, path);
    } else if (mask & IN_ATTRIB) {
        watch->events.attributes(path, watch->user);
    } else {
        watch->events.touched(path, (mask & IN_CLOSE_WRITE) != 0, watch->user);
    }
}

/* The parent of @folder tells as well, when it is watched, and better. */
static void
take_self(Watch *watch, const char *folder)
{
    g_autofree char *parent = g_path_get_dirname(folder);

    if (!is_watched(watch, parent))
        is_gone(watch, folder, true);
}

static void
forget(Watch *watch, int number)
{
    g_mutex_lock(&watch->lock);
    folders_forget_watch(watch->folders, number);
    g_mutex_unlock(&watch->lock);
}

static void
take_overflow(Watch *watch)
{
    while (watch->departures.head != NULL)
        departed(watch, watch->departures.head);
    watch->events.lost(NULL, watch->user);
}

static void
take_event(Watch *watch, const struct inotify_event *event)
{
    g_autofree char *folder = NULL, *path = NULL;

    if (event->mask & IN_Q_OVERFLOW) {
        take_overflow(watch);
        return;
    }
    g_mutex_lock(&watch->lock);
    folder = folders_path(watch->folders, event->wd);
    g_mutex_unlock(&watch->lock);
    if (folder == NULL)
        return;

    if (event->mask & IN_IGNORED) {
        forget(watch, event->wd);
    } else if (event->mask & IN_UNMOUNT) {
        forget(watch, event->wd);
        watch->events.unmounted(folder, watch->user);
    } else if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF)) {
        take_self(watch, folder);
    } else if (event->len > 0) {
        path = g_build_filename(folder, event->name, NULL);
        if (!is_nameless(path, event->name))
            take_name(watch, path, event->mask, event->cookie);
    }
}

/* One read; false: nothing was there. */
static bool
take_events(Watch *watch)
{
    _Alignas(struct inotify_event) char buffer[READ_BYTES];
    ssize_t n = read(watch->fd, buffer, sizeof buffer);

    for (ssize_t at = 0; at < n;) {
        const struct inotify_event *event = (const void *)(buffer + at);

        take_event(watch, event);
        at += (ssize_t)(sizeof *event + event->len);
    }
    return n > 0;
}

/* ---- the loop ---- */

/* Runs only while a name that left waits for its other half. */
static gboolean
pair_timeout(gpointer user)
{
    Watch *watch = user;
    int64_t now_us;

    /* After a slow callback the other half may lie there unread. */
    while (watch->departures.head != NULL && take_events(watch))
        ;
    now_us = g_get_monotonic_time();
    while (watch->departures.head != NULL &&
           ((Departure *)watch->departures.head->data)->until_us <= now_us)
        departed(watch, watch->departures.head);
    if (watch->departures.head != NULL)
        return G_SOURCE_CONTINUE;
    watch->pair_source = 0;
    return G_SOURCE_REMOVE;
}

static gboolean
on_readable(int fd, GIOCondition condition, gpointer user)
{
    Watch *watch = user;

    (void)take_events(watch);
    if (watch->departures.head != NULL && watch->pair_source == 0)
        watch->pair_source = g_timeout_add(PAIR_MS, pair_timeout, watch);
    return G_SOURCE_CONTINUE;
}

void
watch_remove(Watch *watch, const char *folder)
{
    drop(watch, folder);
}

unsigned
watch_count(Watch *watch)
{
    unsigned n;

    g_mutex_lock(&watch->lock);
    n = folders_watched(watch->folders);
    g_mutex_unlock(&watch->lock);
    return n;
}

GPtrArray *
watch_polled(Watch *watch)
{
    g_ptr_array_set_size(watch->polled, 0);
    g_mutex_lock(&watch->lock);
    folders_list_polled(watch->folders, watch->polled);
    g_mutex_unlock(&watch->lock);
    return watch->polled;
}

Watch *
watch_new(const WatchEvents *events, WatchEnter enter, void *user,
          GError **error)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    Watch *watch;

    if (fd < 0 && errno == EMFILE) {
        fault(error, FAULT_LIMIT,
              "no inotify instance is left; raise "
              "fs.inotify.max_user_instances");
        return NULL;
    }
    if (fd < 0) {
        fault_errno(error, "start inotify");
        return NULL;
    }
    watch = g_new0(Watch, 1);
    watch->fd = fd;
    watch->events = *events;
    watch->enter = enter;
    watch->user = user;
    watch->folders = folders_new();
    watch->polled = g_ptr_array_new_with_free_func(g_free);
    g_queue_init(&watch->departures);
    g_mutex_init(&watch->lock);
    watch->source = g_unix_fd_add(fd, G_IO_IN, on_readable, watch);
    return watch;
}

void
watch_free(Watch *watch)
{
    if (watch == NULL)
        return;
    g_clear_handle_id(&watch->source, g_source_remove);
    g_clear_handle_id(&watch->pair_source, g_source_remove);
    g_queue_clear_full(&watch->departures, (GDestroyNotify)departure_free);
    g_ptr_array_unref(watch->polled);
    folders_free(watch->folders);
    (void)close(watch->fd);
    g_mutex_clear(&watch->lock);
    g_free(watch);
}
