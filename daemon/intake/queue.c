/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue.c - paths waiting to be read, one entry per path.
 *
 * Events come in bursts; work must not. An entry stands in the tree of
 * paths, so that a folder's entries are one stretch of it, and either among
 * those that are ready, best first, or among those that are due later,
 * soonest first. What was read a moment ago is remembered until its rest is
 * over.
 */
#include "config.h"

#include "daemon/intake/queue.h"

#include <string.h>

enum {
    RETRY_FIRST_MS = 1000,
    RETRIES_MAX = 5,
    /* A failed reading comes back within this, or its tries are forgotten. */
    TRIES_KEPT_MS = 10 * 60 * 1000,
    SWEEP_FROM = 256, /* rests remembered before old ones are looked for */
};

typedef struct {
    char *path;
    QueueClass class;
    uint64_t size_bytes;
    int64_t put_ms, due_ms;
    uint64_t number; /* order of arrival, the last resort */
    unsigned tries;  /* retries so far, this one included */
    bool ready;      /* where at points */
    GSequenceIter *at;
} Entry;

/* A path that was taken. */
typedef struct {
    int64_t until_ms, keep_ms;
    unsigned rest_ms;
    unsigned tries;
} Rest;

struct Queue {
    GTree *paths;       /* path → Entry */
    GSequence *ready;   /* of Entry, best first */
    GSequence *waiting; /* of Entry, soonest first */
    GHashTable *rests;  /* path → Rest */
    unsigned sweep_at;
    unsigned lengths[QUEUE_SLOW + 1];
    uint64_t number;
};

static int
compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static gint
compare_paths(gconstpointer a, gconstpointer b, gpointer user)
{
    return strcmp(a, b);
}

static gint
compare_ready(gconstpointer a, gconstpointer b, gpointer user)
{
    const Entry *one = a, *other = b;

    if (one->class != other->class)
        return compare(one->class, other->class);
    if (one->put_ms != other->put_ms)
        return one->put_ms > other->put_ms ? -1 : 1;
    if (one->size_bytes != other->size_bytes)
        return compare(one->size_bytes, other->size_bytes);
    return compare(one->number, other->number);
}

static gint
compare_due(gconstpointer a, gconstpointer b, gpointer user)
{
    const Entry *one = a, *other = b;

    if (one->due_ms != other->due_ms)
        return one->due_ms < other->due_ms ? -1 : 1;
    return compare(one->number, other->number);
}

static void
entry_free(gpointer user)
{
    Entry *entry = user;

    g_free(entry->path);
    g_free(entry);
}

/* ---- where an entry stands ---- */

static void
place(Queue *queue, Entry *entry, bool ready)
{
    entry->ready = ready;
    entry->at = ready ? g_sequence_insert_sorted(queue->ready, entry,
                                                 compare_ready, NULL)
                      : g_sequence_insert_sorted(queue->waiting, entry,
                                                 compare_due, NULL);
}

static void
enter(Queue *queue, Entry *entry)
{
    g_tree_insert(queue->paths, entry->path, entry);
    queue->lengths[entry->class]++;
    place(queue, entry, false);
}

/* Out of the queue, but not freed. */
static void
leave(Queue *queue, Entry *entry)
{
    g_sequence_remove(entry->at);
    queue->lengths[entry->class]--;
    g_tree_steal(queue->paths, entry->path);
}

static void
wake(Queue *queue, int64_t now_ms)
{
    for (;;) {
        GSequenceIter *first = g_sequence_get_begin_iter(queue->waiting);
        Entry *entry;

        if (g_sequence_iter_is_end(first))
            return;
        entry = g_sequence_get(first);
        if (entry->due_ms > now_ms)
            return;
        g_sequence_remove(first);
        place(queue, entry, true);
    }
}

/* ---- rests ---- */

static gboolean
is_over(gpointer path, gpointer value, gpointer user)
{
    const Rest *rest = value;
    const int64_t *now_ms = user;

    return rest->keep_ms <= *now_ms;
}

static void
begin_rest(Queue *queue, const Entry *entry, int64_t now_ms)
{
    Rest *rest = g_hash_table_lookup(queue->rests, entry->path);

    if (g_hash_table_size(queue->rests) >= queue->sweep_at) {
        g_hash_table_foreach_remove(queue->rests, is_over, &now_ms);
        queue->sweep_at = MAX(SWEEP_FROM, 2 * g_hash_table_size(queue->rests));
        rest = g_hash_table_lookup(queue->rests, entry->path);
    }
    if (rest == NULL) {
        rest = g_new0(Rest, 1);
        rest->rest_ms = QUEUE_QUIET_MS;
        g_hash_table_insert(queue->rests, g_strdup(entry->path), rest);
    }
    rest->tries = entry->tries;
    rest->until_ms = now_ms + rest->rest_ms;
    rest->keep_ms =
        now_ms + (entry->tries > 0 ? TRIES_KEPT_MS : (int64_t)rest->rest_ms);
}

/* Until when @path rests, if it does; @again: it comes back now, and was not
 * in the queue already. */
static int64_t
rest_until(Queue *queue, const char *path, bool again, int64_t now_ms)
{
    Rest *rest = g_hash_table_lookup(queue->rests, path);

    if (rest == NULL)
        return now_ms;
    if (again)
        rest->rest_ms =
            now_ms < rest->until_ms
                ? MIN(2 * rest->rest_ms, (unsigned)QUEUE_QUIET_MAX_MS)
                : QUEUE_QUIET_MS;
    return MAX(rest->until_ms, now_ms);
}

/* ---- in and out ---- */

static Entry *
entry_new(Queue *queue, const char *path, QueueClass class)
{
    Entry *entry = g_new0(Entry, 1);

    entry->path = g_strdup(path);
    entry->class = class;
    entry->number = queue->number++;
    return entry;
}

void
queue_put(Queue *queue, const char *path, QueueClass class, uint64_t size_bytes,
          unsigned settle_ms, int64_t now_ms)
{
    Entry *entry = g_tree_lookup(queue->paths, path);
    int64_t rested_ms = rest_until(queue, path, entry == NULL, now_ms);

    if (entry == NULL) {
        entry = entry_new(queue, path, class);
    } else {
        leave(queue, entry);
        entry->class = MIN(entry->class, class);
    }
    entry->size_bytes = size_bytes;
    entry->put_ms = now_ms;
    entry->due_ms = MAX(rested_ms, now_ms + settle_ms);
    /* It is another file now than the one that failed. */
    entry->tries = 0;
    enter(queue, entry);
}

bool
queue_retry(Queue *queue, const char *path, QueueClass class,
            uint64_t size_bytes, int64_t now_ms)
{
    const Rest *rest = g_hash_table_lookup(queue->rests, path);
    unsigned tries = rest != NULL ? rest->tries : 0;
    Entry *entry = g_tree_lookup(queue->paths, path);
    int64_t wait_ms = (int64_t)RETRY_FIRST_MS << MIN(tries, RETRIES_MAX);

    if (entry != NULL)
        return true; /* it came back meanwhile, and is read anyway */
    if (tries >= RETRIES_MAX)
        return false;
    entry = entry_new(queue, path, class);
    entry->size_bytes = size_bytes;
    entry->put_ms = now_ms;
    entry->due_ms = now_ms + MIN(wait_ms, QUEUE_QUIET_MAX_MS);
    entry->tries = tries + 1;
    enter(queue, entry);
    return true;
}

char *
queue_take(Queue *queue, QueueClass most, QueueClass *ret_class, int64_t now_ms)
{
    GSequenceIter *first;
    Entry *entry;
    char *path;

    wake(queue, now_ms);
    first = g_sequence_get_begin_iter(queue->ready);
    if (g_sequence_iter_is_end(first))
        return NULL;
    entry = g_sequence_get(first);
    if (entry->class > most)
        return NULL;
    leave(queue, entry);
    begin_rest(queue, entry, now_ms);
    *ret_class = entry->class;
    path = g_steal_pointer(&entry->path);
    entry_free(entry);
    return path;
}

int64_t
queue_wait_ms(Queue *queue, int64_t now_ms)
{
    GSequenceIter *first;

    wake(queue, now_ms);
    if (!g_sequence_is_empty(queue->ready))
        return 0;
    first = g_sequence_get_begin_iter(queue->waiting);
    if (g_sequence_iter_is_end(first))
        return -1;
    return ((Entry *)g_sequence_get(first))->due_ms - now_ms;
}

/* Entries at @path and below it, of Entry; they stay in the queue. */
static GPtrArray *
below(Queue *queue, const char *path)
{
    GPtrArray *found = g_ptr_array_new();
    g_autofree char *prefix = g_strconcat(path, "/", NULL);
    Entry *itself = g_tree_lookup(queue->paths, path);

    if (itself != NULL)
        g_ptr_array_add(found, itself);
    for (GTreeNode *node = g_tree_lower_bound(queue->paths, prefix);
         node != NULL && g_str_has_prefix(g_tree_node_key(node), prefix);
         node = g_tree_node_next(node))
        g_ptr_array_add(found, g_tree_node_value(node));
    return found;
}

void
queue_drop(Queue *queue, const char *path)
{
    g_autoptr(GPtrArray) found = below(queue, path);

    for (unsigned i = 0; i < found->len; i++) {
        leave(queue, found->pdata[i]);
        entry_free(found->pdata[i]);
    }
}

void
queue_move(Queue *queue, const char *from, const char *to)
{
    g_autoptr(GPtrArray) found = below(queue, from);

    for (unsigned i = 0; i < found->len; i++)
        leave(queue, found->pdata[i]);
    queue_drop(queue, to);
    for (unsigned i = 0; i < found->len; i++) {
        Entry *entry = found->pdata[i];
        char *path = g_strconcat(to, entry->path + strlen(from), NULL);

        g_free(entry->path);
        entry->path = path;
        enter(queue, entry);
    }
}

unsigned
queue_length(const Queue *queue)
{
    return (unsigned)g_tree_nnodes(queue->paths);
}

unsigned
queue_length_of(const Queue *queue, QueueClass class)
{
    return queue->lengths[class];
}

Queue *
queue_new(void)
{
    Queue *queue = g_new0(Queue, 1);

    queue->paths = g_tree_new_full(compare_paths, NULL, NULL, entry_free);
    queue->ready = g_sequence_new(NULL);
    queue->waiting = g_sequence_new(NULL);
    queue->rests =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    queue->sweep_at = SWEEP_FROM;
    return queue;
}

void
queue_free(Queue *queue)
{
    if (queue == NULL)
        return;
    g_sequence_free(queue->ready);
    g_sequence_free(queue->waiting);
    g_tree_unref(queue->paths);
    g_hash_table_unref(queue->rests);
    g_free(queue);
}
