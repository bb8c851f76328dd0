/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names.c - every file's name and path in memory, searched as typed.
 *
 * Folded names lie one after the other in an arena, each ended by a NUL,
 * which no term has in it; so one scan for a rare byte of the term passes
 * over all of them. Folders are kept once. A name that goes leaves a hole,
 * and when holes are half of the arena it is made anew.
 */
#include "config.h"

#include "daemon/archive/names.h"

#include <string.h>

#include "base/text.h"
#include "daemon/archive/fold.h"

enum {
    DEAD = G_MAXUINT32,    /* Entry.folder of a hole */
    SLOT_FREE = 0,         /* a slot holds an entry's index plus one */
    SLOTS_MIN = 64,        /* a power of two */
    COMPACT_MIN = 1024,    /* fewer holes than this stay */
    NAME_BYTES_MAX = 4096, /* of a folded name; NAME_MAX is 255 bytes */
    TRIES_MAX = 4, /* occurrences in one name looked at for a better fit */
};

/* How well a term fits a name; the score in tenths. */
typedef enum {
    FIT_NONE = 0,
    FIT_FOLDER = 2,
    FIT_INSIDE = 4,
    FIT_WORD = 6,
    FIT_BEGINS = 8,
    FIT_WHOLE = 10,
} Fit;

typedef struct {
    int64_t file;
    int64_t order;
    uint32_t at; /* in the arena */
    uint32_t folder;
} Entry;

typedef struct {
    char *path; /* folded */
    uint32_t n_files;
} Folder;

struct Names {
    GRWLock lock;
    GString *arena;
    uint32_t bytes_seen[256]; /* how often each is in the arena */
    GArray *entries;          /* of Entry, by at */
    unsigned n_dead;
    GArray *folders;        /* of Folder */
    GHashTable *folder_ids; /* its path → index plus one */
    size_t folder_bytes;
    uint32_t *slots; /* open addressing by file */
    unsigned n_slots;
};

static void
folder_clear(gpointer data)
{
    g_free(((Folder *)data)->path);
}

/* What was made by names_new and fills as names come. */
static void
contents_init(Names *names)
{
    names->arena = g_string_new(NULL);
    memset(names->bytes_seen, 0, sizeof names->bytes_seen);
    names->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    names->n_dead = 0;
    names->folders = g_array_new(FALSE, FALSE, sizeof(Folder));
    g_array_set_clear_func(names->folders, folder_clear);
    names->folder_ids = g_hash_table_new(g_str_hash, g_str_equal);
    names->folder_bytes = 0;
    names->n_slots = SLOTS_MIN;
    names->slots = g_new0(uint32_t, SLOTS_MIN);
}

static void
contents_clear(Names *names)
{
    g_string_free(names->arena, TRUE);
    g_array_unref(names->entries);
    g_hash_table_unref(names->folder_ids);
    g_array_unref(names->folders);
    g_free(names->slots);
}

Names *
names_new(void)
{
    Names *names = g_new0(Names, 1);

    g_rw_lock_init(&names->lock);
    contents_init(names);
    return names;
}

void
names_free(Names *names)
{
    if (names == NULL)
        return;
    contents_clear(names);
    g_rw_lock_clear(&names->lock);
    g_free(names);
}

/* ---- by file ---- */

static Entry *
entry_at(const Names *names, uint32_t i)
{
    return &g_array_index(names->entries, Entry, i);
}

/* Where @file is, or the free slot where it would be. */
static unsigned
slot_of(const Names *names, int64_t file)
{
    uint64_t hash = (uint64_t)file * UINT64_C(0x9E3779B97F4A7C15);
    unsigned mask = names->n_slots - 1;
    unsigned slot = (unsigned)(hash >> 32) & mask;

    while (names->slots[slot] != SLOT_FREE &&
           entry_at(names, names->slots[slot] - 1)->file != file)
        slot = (slot + 1) & mask;
    return slot;
}

/* Room for the entries there are and one more, at most half full. */
static void
slots_grow(Names *names)
{
    if ((names->entries->len + 1) * 2 <= names->n_slots)
        return;
    g_free(names->slots);
    names->n_slots *= 2;
    names->slots = g_new0(uint32_t, names->n_slots);
    for (uint32_t i = 0; i < names->entries->len; i++)
        if (entry_at(names, i)->folder != DEAD)
            names->slots[slot_of(names, entry_at(names, i)->file)] = i + 1;
}

/* Later entries of the chain move up, so that none is lost behind a hole. */
static void
slot_clear(Names *names, unsigned slot)
{
    unsigned mask = names->n_slots - 1;

    names->slots[slot] = SLOT_FREE;
    for (slot = (slot + 1) & mask; names->slots[slot] != SLOT_FREE;
         slot = (slot + 1) & mask) {
        uint32_t moved = names->slots[slot];

        names->slots[slot] = SLOT_FREE;
        names->slots[slot_of(names, entry_at(names, moved - 1)->file)] = moved;
    }
}

/* ---- putting and dropping ---- */

/* @path is folded. */
static uint32_t
folder_of(Names *names, const char *path, size_t size_bytes)
{
    g_autofree char *key = g_strndup(path, size_bytes);
    gpointer id = g_hash_table_lookup(names->folder_ids, key);
    Folder folder = {.path = NULL};

    if (id != NULL)
        return GPOINTER_TO_UINT(id) - 1;
    folder.path = g_steal_pointer(&key);
    names->folder_bytes += size_bytes + 1;
    g_array_append_val(names->folders, folder);
    g_hash_table_insert(names->folder_ids, folder.path,
                        GUINT_TO_POINTER(names->folders->len));
    return names->folders->len - 1;
}

/* @name and @folder are folded; @file is not there. */
static void
add(Names *names, int64_t file, int64_t order, const char *folder,
    size_t folder_bytes, const char *name)
{
    Entry entry = {
        .file = file, .order = order, .at = (uint32_t)names->arena->len};

    entry.folder = folder_of(names, folder, folder_bytes);
    g_array_index(names->folders, Folder, entry.folder).n_files++;
    g_string_append_len(names->arena, name, (gssize)strlen(name) + 1);
    for (; *name != '\0'; name++)
        names->bytes_seen[(uint8_t)*name]++;
    slots_grow(names);
    g_array_append_val(names->entries, entry);
    names->slots[slot_of(names, file)] = names->entries->len;
}

static void
compact(Names *names)
{
    Names old = *names;

    contents_init(names);
    for (uint32_t i = 0; i < old.entries->len; i++) {
        const Entry *entry = entry_at(&old, i);
        const char *folder;

        if (entry->folder == DEAD)
            continue;
        folder = g_array_index(old.folders, Folder, entry->folder).path;
        add(names, entry->file, entry->order, folder, strlen(folder),
            old.arena->str + entry->at);
    }
    contents_clear(&old);
}

static void
drop(Names *names, int64_t file)
{
    unsigned slot = slot_of(names, file);
    Entry *entry;

    if (names->slots[slot] == SLOT_FREE)
        return;
    entry = entry_at(names, names->slots[slot] - 1);
    slot_clear(names, slot);
    g_array_index(names->folders, Folder, entry->folder).n_files--;
    entry->folder = DEAD;
    names->n_dead++;
    if (names->n_dead >= COMPACT_MIN &&
        names->n_dead * 2 >= names->entries->len)
        compact(names);
}

void
names_put(Names *names, int64_t file, const char *path, int64_t order)
{
    const char *slash = strrchr(path, '/');
    g_autofree char *name = text_from_path(slash != NULL ? slash + 1 : path);
    g_autofree char *folder =
        slash != NULL ? g_strndup(path, (size_t)(slash - path)) : NULL;
    g_autofree char *folder_text = text_from_path(folder != NULL ? folder : "");
    size_t folder_bytes;
    g_autofree char *folded_folder =
        fold_text(folder_text, strlen(folder_text), &folder_bytes);
    size_t size_bytes = strlen(name);
    g_autofree char *folded = NULL;

    size_bytes =
        text_floor(name, size_bytes, MIN(size_bytes, NAME_BYTES_MAX / 4));
    folded = fold_text(name, size_bytes, NULL);

    g_rw_lock_writer_lock(&names->lock);
    drop(names, file);
    add(names, file, order, folded_folder, folder_bytes, folded);
    g_rw_lock_writer_unlock(&names->lock);
}

void
names_drop(Names *names, int64_t file)
{
    g_rw_lock_writer_lock(&names->lock);
    drop(names, file);
    g_rw_lock_writer_unlock(&names->lock);
}

void
names_clear(Names *names)
{
    g_rw_lock_writer_lock(&names->lock);
    contents_clear(names);
    contents_init(names);
    g_rw_lock_writer_unlock(&names->lock);
}

unsigned
names_count(Names *names)
{
    unsigned n;

    g_rw_lock_reader_lock(&names->lock);
    n = names->entries->len - names->n_dead;
    g_rw_lock_reader_unlock(&names->lock);
    return n;
}

size_t
names_bytes(Names *names)
{
    size_t bytes;

    g_rw_lock_reader_lock(&names->lock);
    bytes = sizeof *names + names->arena->allocated_len +
            names->entries->len * sizeof(Entry) +
            names->n_slots * sizeof(uint32_t) + names->folder_bytes +
            names->folders->len * (sizeof(Folder) + 3 * sizeof(gpointer));
    g_rw_lock_reader_unlock(&names->lock);
    return bytes;
}

/* ---- finding ---- */

typedef struct {
    const char *bytes;
    size_t size_bytes;
    size_t rare;   /* the byte of it that the arena has least of */
    uint32_t seen; /* how often */
} Term;

static Term
term_of(const Names *names, const char *bytes)
{
    Term term = {.bytes = bytes, .size_bytes = strlen(bytes)};

    for (size_t i = 1; i < term.size_bytes; i++)
        if (names->bytes_seen[(uint8_t)bytes[i]] <
            names->bytes_seen[(uint8_t)bytes[term.rare]])
            term.rare = i;
    term.seen = names->bytes_seen[(uint8_t)bytes[term.rare]];
    return term;
}

/* The first @term in @from … @end, or NULL. */
static const char *
term_find(const Term *term, const char *from, const char *end)
{
    char rare = term->bytes[term->rare];
    const char *at = from + term->rare;

    for (; (size_t)(end - from) >= term->size_bytes && at < end; at++) {
        at = memchr(at, rare, (size_t)(end - at));
        if (at == NULL)
            return NULL;
        if ((size_t)(end - at) < term->size_bytes - term->rare)
            return NULL;
        if (term->size_bytes == 1 ||
            memcmp(at - term->rare, term->bytes, term->size_bytes) == 0)
            return at - term->rare;
    }
    return NULL;
}

/* A term that begins at @at begins a word: after a sign, and where ASCII and
 * other scripts, or letters and digits, meet. */
static bool
begins_word(const char *at)
{
    char before = at[-1];

    if (!g_ascii_isalnum(before) && (before & 0x80) == 0)
        return true;
    return (before & 0x80) != (at[0] & 0x80) ||
           g_ascii_isdigit(before) != g_ascii_isdigit(at[0]);
}

/* @found: the first occurrence in the name @name … @end. */
static Fit
fit_of(const Term *term, const char *name, const char *end, const char *found)
{
    if (found == name) {
        const char *rest = name + term->size_bytes;

        if (*rest == '\0' || (*rest == '.' && strchr(rest + 1, '.') == NULL))
            return FIT_WHOLE;
        return FIT_BEGINS;
    }
    if (begins_word(found))
        return FIT_WORD;
    for (int i = 1; i < TRIES_MAX; i++) {
        found = term_find(term, found + 1, end);
        if (found == NULL)
            break;
        if (begins_word(found))
            return FIT_WORD;
    }
    return FIT_INSIDE;
}

/* The entry that holds byte @at of the arena, not before entry @from. */
static uint32_t
entry_holding(const Names *names, uint32_t from, uint32_t at)
{
    uint32_t low = from, high = from + 1, n = names->entries->len;

    while (high < n && entry_at(names, high)->at <= at) { /* gallop */
        low = high;
        high = from + (high - from) * 2;
    }
    high = MIN(high, n);
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (entry_at(names, middle)->at <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Where the name of entry @i ends: at its NUL. */
static uint32_t
entry_end(const Names *names, uint32_t i)
{
    return (i + 1 < names->entries->len ? entry_at(names, i + 1)->at
                                        : (uint32_t)names->arena->len) -
           1;
}

/* fits[i]: how @term fits entry i. */
static void
fits_in_names(const Names *names, const Term *term, uint8_t *fits)
{
    const char *arena = names->arena->str;
    const char *end = arena + names->arena->len;
    const char *from = arena, *found;
    uint32_t i = 0;

    while ((found = term_find(term, from, end)) != NULL) {
        const char *name_end;

        i = entry_holding(names, i, (uint32_t)(found - arena));
        name_end = arena + entry_end(names, i);
        if (entry_at(names, i)->folder != DEAD)
            fits[i] = (uint8_t)fit_of(term, arena + entry_at(names, i)->at,
                                      name_end, found);
        from = name_end + 1;
    }
}

/* [i]: folder i has @term in its path. */
static bool *
folders_with(const Names *names, const Term *term)
{
    bool *with = g_new0(bool, names->folders->len + 1);

    for (uint32_t i = 0; i < names->folders->len; i++)
        with[i] = strstr(g_array_index(names->folders, Folder, i).path,
                         term->bytes) != NULL;
    return with;
}

/* An entry whose path holds the terms so far. */
typedef struct {
    uint32_t i;
    uint16_t tenths; /* the terms' fits added up */
    bool named;      /* one at least is in the name */
} Standing;

/* When fewer than one in so many stand, each is looked at by itself. */
enum { FEW = 8 };

static Fit
fit_in_name(const Names *names, const Term *term, uint32_t i)
{
    const char *name = names->arena->str + entry_at(names, i)->at;
    const char *end = names->arena->str + entry_end(names, i);
    const char *found = term_find(term, name, end);

    return found != NULL ? fit_of(term, name, end, found) : FIT_NONE;
}

/* What a search has so far. */
typedef struct {
    Standing *standing; /* room for all entries */
    uint32_t n;
    uint8_t *fits; /* of one term, by entry */
} Search;

/* How @term fits the entries, all of them at once. */
static void
search_scan(const Names *names, const Term *term, Search *search)
{
    memset(search->fits, FIT_NONE, names->entries->len);
    fits_in_names(names, term, search->fits);
}

/* Those that have the first term. @alone: there is no other, and a folder
 * alone does not count. */
static void
search_begin(const Names *names, const Term *term, bool alone, Search *search)
{
    g_autofree bool *with = folders_with(names, term);

    search_scan(names, term, search);
    for (uint32_t i = 0; i < names->entries->len; i++) {
        unsigned fit = search->fits[i];
        bool named = fit != FIT_NONE;

        if (!named) {
            uint32_t folder = alone ? DEAD : entry_at(names, i)->folder;

            if (folder == DEAD || !with[folder])
                continue;
            fit = FIT_FOLDER;
        }
        search->standing[search->n++] = (Standing){i, (uint16_t)fit, named};
    }
}

/* Only those that have @term too stay. */
static void
search_narrow(const Names *names, const Term *term, Search *search)
{
    g_autofree bool *with = folders_with(names, term);
    bool few = search->n < names->entries->len / FEW;
    uint32_t n = 0;

    if (!few)
        search_scan(names, term, search);
    for (uint32_t j = 0; j < search->n; j++) {
        Standing each = search->standing[j];
        unsigned fit =
            few ? fit_in_name(names, term, each.i) : search->fits[each.i];

        if (fit != FIT_NONE)
            each.named = true;
        else if (with[entry_at(names, each.i)->folder])
            fit = FIT_FOLDER;
        else
            continue;
        each.tenths = (uint16_t)(each.tenths + fit);
        search->standing[n++] = each;
    }
    search->n = n;
}

/* A hit while it competes. */
typedef struct {
    int64_t order, file;
    unsigned tenths;
} Rival;

static int
rival_compare(const Rival *a, const Rival *b)
{
    if (a->tenths != b->tenths)
        return a->tenths > b->tenths ? -1 : 1;
    if (a->order != b->order)
        return a->order > b->order ? -1 : 1;
    return a->file < b->file ? -1 : a->file > b->file;
}

static gint
rival_compare_sort(gconstpointer a, gconstpointer b)
{
    return rival_compare(a, b);
}

/* @rivals is a heap, the worst on top, of at most @limit. */
static void
compete(GArray *rivals, const Rival *new, unsigned limit)
{
    Rival *heap;
    unsigned i, child;

    if (rivals->len < limit) {
        g_array_append_val(rivals, *new);
        heap = (Rival *)(void *)rivals->data;
        for (i = rivals->len - 1;
             i > 0 && rival_compare(new, &heap[(i - 1) / 2]) > 0;
             i = (i - 1) / 2)
            heap[i] = heap[(i - 1) / 2];
        heap[i] = *new;
        return;
    }
    heap = (Rival *)(void *)rivals->data;
    if (limit == 0 || rival_compare(new, &heap[0]) >= 0)
        return;
    for (i = 0; (child = 2 * i + 1) < rivals->len; i = child) {
        if (child + 1 < rivals->len &&
            rival_compare(&heap[child + 1], &heap[child]) > 0)
            child++;
        if (rival_compare(new, &heap[child]) >= 0)
            break;
        heap[i] = heap[child];
    }
    heap[i] = *new;
}

/* @words folded into pieces, a NULL-ended list, given. */
static char **
pieces_of(const char *words)
{
    g_autofree char *valid = text_from_path(words);
    g_autofree char *folded = fold_text(valid, strlen(valid), NULL);

    return g_strsplit_set(folded, " \t\n\r\f\v/", -1);
}

/* The terms among @pieces, the rarest first, so that few are left standing
 * for the next. Returns how many. */
static unsigned
terms_of(const Names *names, char **pieces, Term ret_terms[NAMES_TERMS_MAX])
{
    unsigned n = 0;

    for (; *pieces != NULL && n < NAMES_TERMS_MAX; pieces++) {
        Term term;
        unsigned i = n;

        if (**pieces == '\0')
            continue;
        term = term_of(names, *pieces);
        for (; i > 0 && ret_terms[i - 1].seen > term.seen; i--)
            ret_terms[i] = ret_terms[i - 1];
        ret_terms[i] = term;
        n++;
    }
    return n;
}

/* The best of those that stand, unsorted. */
static GArray *
search_best(const Names *names, const Search *search, unsigned limit,
            unsigned *ret_total)
{
    GArray *rivals = g_array_new(FALSE, FALSE, sizeof(Rival));
    unsigned total = 0;

    /* The newest are mostly last: those after them lose at once. */
    for (uint32_t j = search->n; j-- > 0;) {
        const Standing *each = &search->standing[j];
        const Entry *entry = entry_at(names, each->i);
        Rival rival = {
            .order = entry->order, .file = entry->file, .tenths = each->tenths};

        if (!each->named)
            continue;
        total++;
        compete(rivals, &rival, limit);
    }
    *ret_total = total;
    return rivals;
}

/* As search_best; @names is locked. */
static GArray *
search(const Names *names, const Term *terms, unsigned n_terms, unsigned limit,
       unsigned *ret_total)
{
    g_autofree Standing *standing = g_new(Standing, names->entries->len + 1);
    g_autofree uint8_t *fits = g_malloc(names->entries->len + 1);
    Search one = {.standing = standing, .fits = fits};

    search_begin(names, &terms[0], n_terms == 1, &one);
    for (unsigned i = 1; i < n_terms; i++)
        search_narrow(names, &terms[i], &one);
    return search_best(names, &one, limit, ret_total);
}

GArray *
names_find(Names *names, const char *words, unsigned limit, unsigned *ret_total)
{
    g_auto(GStrv) pieces = pieces_of(words);
    GArray *hits = g_array_new(FALSE, FALSE, sizeof(NameHit));
    g_autoptr(GArray) rivals = NULL;
    Term terms[NAMES_TERMS_MAX];
    unsigned n_terms;

    *ret_total = 0;
    g_rw_lock_reader_lock(&names->lock);
    n_terms = terms_of(names, pieces, terms);
    if (n_terms > 0)
        rivals = search(names, terms, n_terms, limit, ret_total);
    g_rw_lock_reader_unlock(&names->lock);
    if (n_terms == 0)
        return hits;

    g_array_sort(rivals, rival_compare_sort);
    for (unsigned i = 0; i < rivals->len; i++) {
        const Rival *rival = &g_array_index(rivals, Rival, i);
        NameHit hit = {rival->file, rival->tenths / (10.0 * n_terms)};

        g_array_append_val(hits, hit);
    }
    return hits;
}
