/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folders.c - the tree of folders watched.
 *
 * Each node knows its own name and its parent; one table finds a child by
 * parent and name, another finds a node by its watch. Nodes that are neither
 * watched nor polled stand there only for what is below them, and go with
 * the last of it.
 */
#include "config.h"

#include "daemon/intake/folders.h"

#include <string.h>

typedef struct Node Node;
struct Node {
    Node *parent; /* NULL: "/" */
    Node *first, *next, *previous;
    char *name;
    int watch;
};

struct Folders {
    Node *top;
    GHashTable *names;   /* set of Node, by parent and name */
    GHashTable *watches; /* watch → Node */
    unsigned polled;
};

static guint
node_hash(gconstpointer key)
{
    const Node *node = key;

    return g_str_hash(node->name) ^ (g_direct_hash(node->parent) >> 4) * 31;
}

static gboolean
node_equal(gconstpointer a, gconstpointer b)
{
    const Node *one = a, *other = b;

    return one->parent == other->parent && strcmp(one->name, other->name) == 0;
}

static void
node_link(Folders *folders, Node *node, Node *parent)
{
    node->parent = parent;
    node->previous = NULL;
    node->next = parent->first;
    if (parent->first != NULL)
        parent->first->previous = node;
    parent->first = node;
    g_hash_table_add(folders->names, node);
}

static void
node_unlink(Folders *folders, Node *node)
{
    g_hash_table_remove(folders->names, node);
    if (node->previous != NULL)
        node->previous->next = node->next;
    else
        node->parent->first = node->next;
    if (node->next != NULL)
        node->next->previous = node->previous;
    node->next = node->previous = NULL;
}

static void
node_free(Node *node)
{
    g_free(node->name);
    g_free(node);
}

static void
set_watch(Folders *folders, Node *node, int watch)
{
    if (node->watch >= 0)
        g_hash_table_remove(folders->watches, GINT_TO_POINTER(node->watch));
    else if (node->watch == FOLDERS_POLLED)
        folders->polled--;
    node->watch = watch;
    if (watch >= 0)
        g_hash_table_insert(folders->watches, GINT_TO_POINTER(watch), node);
    else if (watch == FOLDERS_POLLED)
        folders->polled++;
}

/* Parents that nothing needs any more. */
static void
prune(Folders *folders, Node *node)
{
    while (node->parent != NULL && node->first == NULL &&
           node->watch == FOLDERS_NONE) {
        Node *parent = node->parent;

        node_unlink(folders, node);
        node_free(node);
        node = parent;
    }
}

/* The node of @path; when @make is false, NULL if there is none. */
static Node *
node_at(Folders *folders, const char *path, bool make)
{
    Node *node = folders->top;

    for (;;) {
        Node key = {.parent = node}, *child;

        path += strspn(path, "/");
        if (*path == '\0')
            return node;
        key.name = g_strndup(path, strcspn(path, "/"));
        path += strcspn(path, "/");
        child = g_hash_table_lookup(folders->names, &key);
        if (child != NULL || !make) {
            g_free(key.name);
        } else {
            child = g_new0(Node, 1);
            child->name = key.name;
            child->watch = FOLDERS_NONE;
            node_link(folders, child, node);
        }
        if (child == NULL)
            return NULL;
        node = child;
    }
}

static void
append_path(const Node *node, GString *path)
{
    if (node->parent == NULL)
        return;
    append_path(node->parent, path);
    g_string_append_c(path, '/');
    g_string_append(path, node->name);
}

static char *
node_path(const Node *node)
{
    GString *path = g_string_new(NULL);

    append_path(node, path);
    if (path->len == 0)
        g_string_append_c(path, '/');
    return g_string_free(path, FALSE);
}

/* The next node after @node in the tree below @top, parents first. */
static Node *
node_after(const Node *node, const Node *top)
{
    if (node->first != NULL)
        return node->first;
    while (node != top && node->next == NULL)
        node = node->parent;
    return node == top ? NULL : node->next;
}

Folders *
folders_new(void)
{
    Folders *folders = g_new0(Folders, 1);

    folders->names = g_hash_table_new(node_hash, node_equal);
    folders->watches = g_hash_table_new(NULL, NULL);
    folders->top = g_new0(Node, 1);
    folders->top->watch = FOLDERS_NONE;
    return folders;
}

int
folders_put(Folders *folders, const char *path, int watch)
{
    Node *node = node_at(folders, path, true);
    Node *other = watch < 0 ? NULL
                            : g_hash_table_lookup(folders->watches,
                                                  GINT_TO_POINTER(watch));
    int before = node->watch;

    if (other != NULL && other != node)
        set_watch(folders, other, FOLDERS_NONE);
    set_watch(folders, node, watch);
    if (other != NULL)
        prune(folders, other);
    return before != watch && before >= 0 ? before : FOLDERS_NONE;
}

int
folders_watch(Folders *folders, const char *path)
{
    const Node *node = node_at(folders, path, false);

    return node != NULL ? node->watch : FOLDERS_NONE;
}

char *
folders_path(const Folders *folders, int watch)
{
    const Node *node =
        g_hash_table_lookup(folders->watches, GINT_TO_POINTER(watch));

    return node != NULL ? node_path(node) : NULL;
}

void
folders_forget_watch(Folders *folders, int watch)
{
    Node *node = g_hash_table_lookup(folders->watches, GINT_TO_POINTER(watch));

    if (node == NULL)
        return;
    set_watch(folders, node, FOLDERS_NONE);
    prune(folders, node);
}

static void
drop_below(Folders *folders, Node *top, GArray *watches)
{
    while (top->first != NULL)
        drop_below(folders, top->first, watches);
    if (top->watch >= 0)
        g_array_append_val(watches, top->watch);
    set_watch(folders, top, FOLDERS_NONE);
    if (top->parent == NULL)
        return;
    node_unlink(folders, top);
    node_free(top);
}

void
folders_drop(Folders *folders, const char *path, GArray *watches)
{
    Node *node = node_at(folders, path, false), *parent;

    if (node == NULL)
        return;
    parent = node->parent;
    drop_below(folders, node, watches);
    if (parent != NULL)
        prune(folders, parent);
}

static bool
is_within(const Node *node, const Node *above)
{
    while (node != NULL && node != above)
        node = node->parent;
    return node != NULL;
}

void
folders_move(Folders *folders, const char *from, const char *to,
             GArray *watches)
{
    Node *node = node_at(folders, from, false), *old, *parent, *target;
    g_autofree char *folder = g_path_get_dirname(to);

    if (node == NULL || node == folders->top)
        return;
    target = node_at(folders, to, false);
    /* A folder is never moved into itself, nor over one it is in: such news
     * is stale. */
    if (target != NULL && is_within(node, target))
        return;
    parent = node_at(folders, folder, true);
    if (is_within(parent, node)) {
        prune(folders, parent);
        return;
    }
    if (target != NULL)
        drop_below(folders, target, watches);
    old = node->parent;
    node_unlink(folders, node);
    g_free(node->name);
    node->name = g_path_get_basename(to);
    node_link(folders, node, parent);
    if (old != parent)
        prune(folders, old);
}

unsigned
folders_watched(const Folders *folders)
{
    return g_hash_table_size(folders->watches);
}

unsigned
folders_polled(const Folders *folders)
{
    return folders->polled;
}

void
folders_list_polled(const Folders *folders, GPtrArray *paths)
{
    if (folders->polled == 0)
        return;
    for (const Node *node = folders->top; node != NULL;
         node = node_after(node, folders->top)) {
        if (node->watch == FOLDERS_POLLED)
            g_ptr_array_add(paths, node_path(node));
    }
}

void
folders_free(Folders *folders)
{
    g_autoptr(GArray) watches = g_array_new(FALSE, FALSE, sizeof(int));

    if (folders == NULL)
        return;
    drop_below(folders, folders->top, watches);
    node_free(folders->top);
    g_hash_table_unref(folders->names);
    g_hash_table_unref(folders->watches);
    g_free(folders);
}
