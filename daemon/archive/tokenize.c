/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tokenize.c - text into the terms the index is made of.
 *
 * One walk over the text. Two kinds of text are most of what there is and
 * take a short way: words of plain ASCII letters are passed on almost as
 * they lie, and Han characters need one look into a table. All else goes
 * through fold_next, one character after the other.
 */
#include "config.h"

#include "daemon/archive/tokenize.h"

#include <string.h>
#include <utf8proc.h>

#include "base/fault.h"
#include "base/text.h"
#include "daemon/archive/fold.h"

enum {
    PARTS_MAX = 16, /* of one identifier; more begin another word */
    CHARACTER_BYTES_MAX = 4,
    /* parts, and a dot after each */
    WORD_BYTES_MAX = PARTS_MAX * (TOKEN_BYTES_MAX + 1),
    TEXT_BYTES_MAX = G_MAXINT, /* FTS5 counts bytes in int */
};

typedef enum {
    IS_NOTHING,
    IS_LETTER,
    IS_DIGIT,
    IS_JOINER,
    IS_CJK,
    IS_ALONE
} Kind;

/* How a character of a word looks, for finding the humps of camelCase. */
typedef enum { LOOKS_SMALL, LOOKS_CAPITAL, LOOKS_OTHER } Look;

/* One run of letters that is findable by itself. */
typedef struct {
    int at, size_bytes; /* in Walk.word */
    int start, end;     /* in the text */
    bool full;          /* reached TOKEN_BYTES_MAX: the rest is dropped */
    bool digits;        /* nothing else in it */
    bool grouped;       /* a thousands separator was dropped in it */
} Part;

typedef struct {
    char bytes[CHARACTER_BYTES_MAX];
    int size_bytes; /* 0: none */
    int start, end;
} Character;

typedef struct {
    const char *text;
    int size_bytes;
    TokenizeMode mode;
    TokenizeEach each;
    void *user;
    int stop; /* non-zero: what each returned */

    /* The word being read: its parts, the last one open. */
    char word[WORD_BYTES_MAX];
    int word_bytes;
    Part parts[PARTS_MAX];
    int n_parts;
    Look look, look_before;
    int last_at, last_start; /* its last character */

    /* The CJK run being read. */
    Character last;
    bool paired; /* last ended a pair given already */
    /* Queries: the end of a run, due when another token follows. */
    Character owed;
} Walk;

static void
give(Walk *walk, const char *term, int size_bytes, int start, int end,
     bool beside)
{
    if (walk->owed.size_bytes > 0 && walk->stop == 0) {
        Character *owed = &walk->owed;

        walk->stop = walk->each(walk->user, owed->bytes, owed->size_bytes,
                                owed->start, owed->end, false);
        owed->size_bytes = 0;
    }
    if (walk->stop == 0)
        walk->stop =
            walk->each(walk->user, term, size_bytes, start, end, beside);
}

/* The most of @term that fits without splitting a character. */
static int
fit(const char *term, int size_bytes)
{
    if (size_bytes <= TOKEN_BYTES_MAX)
        return size_bytes;
    size_bytes = TOKEN_BYTES_MAX;
    while (size_bytes > 0 && (term[size_bytes] & 0xC0) == 0x80)
        size_bytes--;
    return size_bytes;
}

static void
word_end(Walk *walk)
{
    int n = walk->n_parts;
    const Part *last;

    if (n == 0)
        return;
    walk->n_parts = 0;
    last = &walk->parts[n - 1];
    if (last->size_bytes == 0) { /* foo_ */
        if (n == 1)
            return;
        last = &walk->parts[--n - 1];
    }
    give(walk, walk->word, fit(walk->word, last->at + last->size_bytes),
         walk->parts[0].start, last->end, false);
    if (n == 1 || walk->mode == TOKENIZE_QUERY)
        return;
    for (int i = 0; i < n && walk->stop == 0; i++) {
        const Part *part = &walk->parts[i];

        give(walk, walk->word + part->at, part->size_bytes, part->start,
             part->end, true);
    }
}

static void
part_begin(Walk *walk)
{
    if (walk->n_parts == 0)
        walk->word_bytes = 0;
    walk->parts[walk->n_parts++] =
        (Part){.at = walk->word_bytes, .digits = true};
}

/* The next character is of another part, and when there are too many of
 * another word. */
static void
part_border(Walk *walk)
{
    if (walk->n_parts == 0 || walk->parts[walk->n_parts - 1].size_bytes == 0)
        return;
    if (walk->n_parts == PARTS_MAX)
        word_end(walk);
    else
        part_begin(walk);
    walk->look = walk->look_before = LOOKS_OTHER;
}

/* HTMLParser: the capital before a small letter begins the next part. */
static void
hump_split(Walk *walk)
{
    Part *part = &walk->parts[walk->n_parts - 1];
    int moved = walk->word_bytes - walk->last_at;

    if (walk->n_parts == PARTS_MAX || part->full || walk->last_at <= part->at)
        return;
    part->size_bytes -= moved;
    part->end = walk->last_start;
    part[1] = (Part){
        .at = walk->last_at, .size_bytes = moved, .start = walk->last_start};
    walk->n_parts++;
}

static void
word_add(Walk *walk, const char *bytes, int size_bytes, int start, int end,
         Look look, bool digit)
{
    Part *part;

    if (walk->n_parts > 0) {
        if (look == LOOKS_CAPITAL && walk->look != LOOKS_CAPITAL)
            part_border(walk);
        else if (look == LOOKS_SMALL && walk->look == LOOKS_CAPITAL &&
                 walk->look_before == LOOKS_CAPITAL)
            hump_split(walk);
    }
    if (walk->n_parts == 0) {
        part_begin(walk);
        walk->look = LOOKS_OTHER;
    }
    part = &walk->parts[walk->n_parts - 1];
    if (part->size_bytes == 0)
        part->start = start;
    part->end = end;
    part->digits = part->digits && digit;
    walk->look_before = walk->look;
    walk->look = look;
    walk->last_at = walk->word_bytes;
    walk->last_start = start;
    if (part->full || part->size_bytes + size_bytes > TOKEN_BYTES_MAX) {
        part->full = true;
        return;
    }
    memcpy(walk->word + walk->word_bytes, bytes, (size_t)size_bytes);
    walk->word_bytes += size_bytes;
    part->size_bytes += size_bytes;
}

/* Bytes of the digit at @at, also a fullwidth one; 0: there is none. */
static int
digit_at(const Walk *walk, int at)
{
    const char *text = walk->text + at;

    if (at < walk->size_bytes && g_ascii_isdigit(text[0]))
        return 1;
    if (at + 3 <= walk->size_bytes && text[0] == '\xEF' && text[1] == '\xBC' &&
        (unsigned char)text[2] >= 0x90 && (unsigned char)text[2] <= 0x99)
        return 3;
    return 0;
}

/* Three digits and no fourth. */
static bool
is_group(const Walk *walk, int at)
{
    for (int i = 0; i < 3; i++) {
        int size = digit_at(walk, at);

        if (size == 0)
            return false;
        at += size;
    }
    return digit_at(walk, at) == 0;
}

/* A dot or comma in a word, that ends at @end: true when it belongs to a
 * number. */
static bool
number_goes_on(Walk *walk, char mark, int end)
{
    Part *part = &walk->parts[walk->n_parts - 1];

    if (part->size_bytes == 0 || digit_at(walk, end) == 0 ||
        !g_ascii_isdigit(walk->word[walk->word_bytes - 1]))
        return false;
    if (mark == ',') {
        if (!part->digits || (part->size_bytes > 3 && !part->grouped) ||
            !is_group(walk, end))
            return false;
        part->grouped = true;
        return true;
    }
    if (walk->n_parts == PARTS_MAX)
        return false;
    walk->word[walk->word_bytes++] = '.';
    part_begin(walk);
    return true;
}

static void
run_end(Walk *walk)
{
    Character *last = &walk->last;

    if (last->size_bytes == 0)
        return;
    if (walk->mode == TOKENIZE_TEXT || !walk->paired)
        give(walk, last->bytes, last->size_bytes, last->start, last->end,
             false);
    else
        walk->owed = *last;
    last->size_bytes = 0;
    walk->paired = false;
}

static void
run_add(Walk *walk, const char *bytes, int size_bytes, int start, int end)
{
    Character *last = &walk->last;

    if (last->size_bytes > 0) {
        char pair[2 * CHARACTER_BYTES_MAX];
        bool text = walk->mode == TOKENIZE_TEXT;

        if (text)
            give(walk, last->bytes, last->size_bytes, last->start, last->end,
                 false);
        memcpy(pair, last->bytes, CHARACTER_BYTES_MAX);
        memcpy(pair + last->size_bytes, bytes, (size_t)size_bytes);
        give(walk, pair, last->size_bytes + size_bytes, last->start, end, text);
        walk->paired = true;
    }
    memcpy(last->bytes, bytes, (size_t)size_bytes);
    last->size_bytes = size_bytes;
    last->start = start;
    last->end = end;
}

/* Scripts whose words stand without spaces, beside what text_is_cjk has. */
static bool
is_unspaced(uint32_t c)
{
    return (c >= 0x0E00 && c <= 0x0EFF && !(c >= 0x0E50 && c <= 0x0E59) &&
            c != 0x0E3F && c != 0x0E4F && c != 0x0E5A && c != 0x0E5B) ||
           (c >= 0x0F40 && c <= 0x0FBC) || /* Tibetan */
           (c >= 0x1000 && c <= 0x103F) || /* Burmese */
           (c >= 0x1780 && c <= 0x17D3);   /* Khmer */
}

/* Of a folded character beyond ASCII. */
static Kind
kind_of(uint32_t c)
{
    if (text_is_cjk(c) || is_unspaced(c))
        return IS_CJK;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return IS_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return IS_DIGIT;
    case UTF8PROC_CATEGORY_SO: /* emoji and dingbats */
        return c >= 0x2600 ? IS_ALONE : IS_NOTHING;
    default:
        return IS_NOTHING;
    }
}

static Kind
kind_of_ascii(uint32_t c)
{
    if (g_ascii_isalpha((char)c))
        return IS_LETTER;
    if (g_ascii_isdigit((char)c))
        return IS_DIGIT;
    return c == '_' ? IS_JOINER : IS_NOTHING;
}

/* Signs that NFKC makes letters of, but that end the word they stand at. */
static bool
stands_apart(uint32_t c)
{
    return c == 0x2120 || c == 0x2122 ||   /* ℠ ™ */
           (c >= 0x2460 && c <= 0x24FF) || /* ① … ⓪ */
           (c >= 0x2776 && c <= 0x2793) || /* ❶ … ➓ */
           (c >= 0x1F100 && c <= 0x1F1E5); /* 🄰 … */
}

static Look
look_of(const char *bytes, int size_bytes)
{
    utf8proc_int32_t c;

    if ((bytes[0] & 0x80) == 0)
        return g_ascii_isupper(bytes[0])   ? LOOKS_CAPITAL
               : g_ascii_islower(bytes[0]) ? LOOKS_SMALL
                                           : LOOKS_OTHER;
    if (utf8proc_iterate((const utf8proc_uint8_t *)bytes, size_bytes, &c) < 0)
        return LOOKS_OTHER;
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return LOOKS_CAPITAL;
    case UTF8PROC_CATEGORY_LL:
        return LOOKS_SMALL;
    default:
        return LOOKS_OTHER;
    }
}

static void
all_end(Walk *walk)
{
    word_end(walk);
    run_end(walk);
}

/* One folded character, made of bytes @start … @end of the text. */
static void
take(Walk *walk, uint32_t c, Look look, int start, int end)
{
    Kind kind = c < 0x80 ? kind_of_ascii(c) : kind_of(c);
    char bytes[CHARACTER_BYTES_MAX + 2];
    int size_bytes = g_unichar_to_utf8(c, bytes);

    switch (kind) {
    case IS_LETTER:
    case IS_DIGIT:
        run_end(walk);
        word_add(walk, bytes, size_bytes, start, end, look, kind == IS_DIGIT);
        return;
    case IS_CJK:
        word_end(walk);
        run_add(walk, bytes, size_bytes, start, end);
        return;
    case IS_JOINER:
        run_end(walk);
        part_border(walk);
        return;
    case IS_ALONE:
        all_end(walk);
        give(walk, bytes, size_bytes, start, end, false);
        return;
    case IS_NOTHING:
        if ((c == '.' || c == ',') && walk->n_parts > 0 &&
            number_goes_on(walk, (char)c, end))
            return;
        all_end(walk);
        return;
    }
}

/* Any character at @at; returns the offset of the next. */
static int
step(Walk *walk, int at)
{
    const char *bytes = walk->text + at;
    uint32_t folded[FOLD_MAX];
    unsigned size, n;
    uint32_t c;
    int end;

    n = fold_next(bytes, (size_t)(walk->size_bytes - at), folded, &size);
    end = at + (int)size;
    if (n == 0) { /* a mark belongs to what it marks */
        if (walk->n_parts > 0 && walk->parts[walk->n_parts - 1].size_bytes > 0)
            walk->parts[walk->n_parts - 1].end = end;
        return end;
    }
    c = (bytes[0] & 0x80) == 0 ? 0 : g_utf8_get_char(bytes);
    if (c >= 0x2120 && stands_apart(c)) {
        all_end(walk);
        for (unsigned i = 0; i < n; i++)
            take(walk, folded[i], LOOKS_OTHER, at, end);
        all_end(walk);
        return end;
    }
    for (unsigned i = 0; i < n; i++)
        take(walk, folded[i], i > 0 ? LOOKS_OTHER : look_of(bytes, (int)size),
             at, end);
    return end;
}

/*
 * A word of ASCII letters, all small but perhaps the first, between bytes
 * that end it: most of all words. Returns its end, or @at when it is not
 * that plain.
 */
static int
plain_word(Walk *walk, int at)
{
    const char *text = walk->text;
    int end = at + 1;
    char term[TOKEN_BYTES_MAX];
    int size_bytes;

    while (end < walk->size_bytes && text[end] >= 'a' && text[end] <= 'z')
        end++;
    if (end < walk->size_bytes &&
        ((text[end] & 0x80) != 0 || kind_of_ascii((uint8_t)text[end])))
        return at;
    size_bytes = MIN(end - at, TOKEN_BYTES_MAX);
    if (text[at] >= 'a') {
        give(walk, text + at, size_bytes, at, end, false);
    } else {
        memcpy(term, text + at, (size_t)size_bytes);
        term[0] = (char)(term[0] | 0x20);
        give(walk, term, size_bytes, at, end, false);
    }
    return end;
}

/* Han characters from @at on; returns the offset of what is not. */
static int
han_run(Walk *walk, int at)
{
    const uint8_t *bytes = (const uint8_t *)walk->text;

    word_end(walk);
    while (at + 3 <= walk->size_bytes && bytes[at] >= 0xE4 &&
           bytes[at] <= 0xE9 && walk->stop == 0) {
        uint32_t c = (bytes[at] & 0x0Fu) << 12 | (bytes[at + 1] & 0x3Fu) << 6 |
                     (bytes[at + 2] & 0x3Fu);
        char folded[3];

        if (c >= 0x4DC0 && c <= 0x4DFF) /* hexagrams are not Han */
            break;
        c = fold_han(c);
        folded[0] = (char)(0xE0 | c >> 12);
        folded[1] = (char)(0x80 | (c >> 6 & 0x3F));
        folded[2] = (char)(0x80 | (c & 0x3F));
        run_add(walk, folded, 3, at, at + 3);
        at += 3;
    }
    return at;
}

int
tokenize(const char *text, size_t size_bytes, TokenizeMode mode,
         TokenizeEach each, void *user)
{
    Walk walk;
    int at = 0;

    g_assert(size_bytes <= TEXT_BYTES_MAX);
    walk.text = text;
    walk.size_bytes = (int)size_bytes;
    walk.mode = mode;
    walk.each = each;
    walk.user = user;
    walk.stop = walk.n_parts = walk.word_bytes = 0;
    walk.last.size_bytes = walk.owed.size_bytes = 0;
    walk.paired = false;

    while (at < walk.size_bytes && walk.stop == 0) {
        uint8_t c = (uint8_t)text[at];
        int next = at;

        if (c >= 0xE4 && c <= 0xE9) {
            next = han_run(&walk, at);
        } else if (walk.n_parts == 0 && c < 0x80) {
            if (c == ' ' || c == '\n') {
                run_end(&walk);
                next = at + 1;
            } else if (g_ascii_isalpha((char)c)) {
                run_end(&walk);
                next = plain_word(&walk, at);
            }
        }
        at = next > at ? next : step(&walk, at);
    }
    if (walk.stop == 0)
        all_end(&walk);
    return walk.stop;
}

/* ---- tokens made beforehand ---- */

/*
 * A token is a head byte (its size; HEAD_BESIDE), how far its start is from
 * that of the token before and how long it is in the text, both as varints,
 * and its bytes. A pair is HEAD_BESIDE alone: its bytes and its end are
 * those of the single characters before and after it.
 */
enum {
    HEAD_BESIDE = 0x80,
    HEAD_SIZE = 0x7F,
    MARK_EVERY = 32, /* positions between two places to begin reading at */
};
G_STATIC_ASSERT((int)TOKEN_BYTES_MAX <= (int)HEAD_SIZE);

/* The token at a position that MARK_EVERY divides. */
typedef struct {
    uint32_t at;           /* in Tokens.bytes */
    uint32_t start;        /* in the text */
    uint32_t start_before; /* of the token before it */
} Mark;

struct Tokens {
    uint8_t *bytes;
    size_t n_bytes;
    Mark *marks;
    uint32_t n_positions;
};

typedef struct {
    GByteArray *bytes;
    GArray *marks;
    uint32_t n_positions;
    int start;      /* of the token before */
    int size_bytes; /* of the last one not beside */
} Collect;

/* Returns the bytes written, at most 5. */
static unsigned
varint_put(uint8_t *into, uint32_t value)
{
    unsigned n = 0;

    for (; value >= 0x80; value >>= 7)
        into[n++] = (uint8_t)(value | 0x80);
    into[n++] = (uint8_t)value;
    return n;
}

static uint32_t
varint_take(const uint8_t **from)
{
    uint32_t value = 0;

    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = *(*from)++;

        value |= (uint32_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
}

static int
collect(void *user, const char *term, int size_bytes, int start, int end,
        bool beside)
{
    Collect *into = user;
    uint8_t token[1 + 5 + 5 + TOKEN_BYTES_MAX];
    unsigned n = 0;

    /* Parts are never longer than their word; what is longer than the
     * character it stands beside is a pair. */
    if (beside && size_bytes > into->size_bytes) {
        token[n++] = HEAD_BESIDE;
        g_byte_array_append(into->bytes, token, n);
        return 0;
    }
    if (!beside) {
        if (into->n_positions % MARK_EVERY == 0) {
            Mark mark = {.at = into->bytes->len,
                         .start = (uint32_t)start,
                         .start_before = (uint32_t)into->start};

            g_array_append_val(into->marks, mark);
        }
        into->n_positions++;
        into->size_bytes = size_bytes;
    }
    token[n++] = (uint8_t)(size_bytes | (beside ? HEAD_BESIDE : 0));
    n += varint_put(token + n, (uint32_t)(start - into->start));
    n += varint_put(token + n, (uint32_t)(end - start));
    memcpy(token + n, term, (size_t)size_bytes);
    g_byte_array_append(into->bytes, token, n + (unsigned)size_bytes);
    into->start = start;
    return 0;
}

Tokens *
tokens_new(const char *text, size_t size_bytes)
{
    Tokens *tokens = g_new0(Tokens, 1);
    Collect into = {
        .bytes = g_byte_array_sized_new((guint)(size_bytes * 2)),
        .marks = g_array_new(FALSE, FALSE, sizeof(Mark)),
    };

    (void)tokenize(text, size_bytes, TOKENIZE_TEXT, collect, &into);
    tokens->n_positions = into.n_positions;
    tokens->n_bytes = into.bytes->len;
    tokens->bytes = g_realloc(g_byte_array_free(into.bytes, FALSE),
                              MAX(tokens->n_bytes, 1));
    tokens->marks = (Mark *)(void *)g_array_free(into.marks, FALSE);
    return tokens;
}

void
tokens_free(Tokens *tokens)
{
    if (tokens == NULL)
        return;
    g_free(tokens->bytes);
    g_free(tokens->marks);
    g_free(tokens);
}

uint32_t
tokens_length(const Tokens *tokens)
{
    return tokens->n_positions;
}

static uint32_t
n_marks(const Tokens *tokens)
{
    return (tokens->n_positions + MARK_EVERY - 1) / MARK_EVERY;
}

size_t
tokens_bytes(const Tokens *tokens)
{
    return sizeof *tokens + tokens->n_bytes + n_marks(tokens) * sizeof(Mark);
}

/* One token as it lies; a pair has size 0. */
typedef struct {
    const char *term;
    int size_bytes;
    uint32_t start, end;
    bool beside;
} Token;

/* *start: of the token before, then of this one. */
static Token
token_take(const uint8_t **from, uint32_t *start)
{
    uint8_t head = *(*from)++;
    Token token = {.size_bytes = head & HEAD_SIZE,
                   .beside = (head & HEAD_BESIDE) != 0};

    token.start = *start;
    if (token.size_bytes == 0)
        return token;
    token.start = *start += varint_take(from);
    token.end = token.start + varint_take(from);
    token.term = (const char *)*from;
    *from += token.size_bytes;
    return token;
}

uint32_t
tokens_position(const Tokens *tokens, uint32_t at)
{
    uint32_t low = 0, high = n_marks(tokens); /* marks that start before @at */
    const uint8_t *from, *end = tokens->bytes + tokens->n_bytes;
    uint32_t position, start;

    while (low < high) {
        uint32_t middle = (low + high) / 2;

        if (tokens->marks[middle].start < at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    position = (low - 1) * MARK_EVERY;
    from = tokens->bytes + tokens->marks[low - 1].at;
    start = tokens->marks[low - 1].start_before;
    while (from < end) {
        Token token = token_take(&from, &start);

        if (token.beside)
            continue;
        if (token.start >= at)
            return position;
        position++;
    }
    return tokens->n_positions;
}

/* As tokenize would call @each for the text they were made of. */
static int
tokens_each(const Tokens *tokens, TokenizeEach each, void *user)
{
    const uint8_t *from = tokens->bytes, *end = from + tokens->n_bytes;
    Token single = {0};
    uint32_t start = 0;
    int stop = 0;

    while (from < end && stop == 0) {
        Token token = token_take(&from, &start);

        if (token.size_bytes == 0) {
            char pair[2 * CHARACTER_BYTES_MAX];
            const uint8_t *peek = from;
            uint32_t peek_start = start;
            Token next = token_take(&peek, &peek_start);

            memcpy(pair, single.term, (size_t)single.size_bytes);
            memcpy(pair + single.size_bytes, next.term,
                   (size_t)next.size_bytes);
            stop = each(user, pair, single.size_bytes + next.size_bytes,
                        (int)single.start, (int)next.end, true);
            continue;
        }
        if (!token.beside)
            single = token;
        stop = each(user, token.term, token.size_bytes, (int)token.start,
                    (int)token.end, token.beside);
    }
    return stop;
}

/* ---- the FTS5 tokenizer ---- */

struct TokenizeReplay {
    const char *text;
    const Tokens *tokens;
};

typedef int (*Fts5Each)(void *, int, const char *, int, int, int);

typedef struct {
    Fts5Each each;
    void *user;
} Fts5Sink;

static int
fts5_give(void *user, const char *term, int size_bytes, int start, int end,
          bool beside)
{
    Fts5Sink *sink = user;

    return sink->each(sink->user, beside ? FTS5_TOKEN_COLOCATED : 0, term,
                      size_bytes, start, end);
}

static int
fts5_create(void *user, const char **arguments, int n_arguments,
            Fts5Tokenizer **ret_tokenizer)
{
    *ret_tokenizer = user; /* it has no state but the replay */
    return SQLITE_OK;
}

static void
fts5_delete(Fts5Tokenizer *tokenizer)
{
}

static int
fts5_tokenize(Fts5Tokenizer *tokenizer, void *user, int flags, const char *text,
              int size_bytes, Fts5Each each)
{
    const TokenizeReplay *replay = (const TokenizeReplay *)(void *)tokenizer;
    Fts5Sink sink = {each, user};
    bool query = (flags & FTS5_TOKENIZE_QUERY) != 0;

    if (text == NULL || size_bytes <= 0)
        return SQLITE_OK;
    if (!query && replay->tokens != NULL && text == replay->text)
        return tokens_each(replay->tokens, fts5_give, &sink);
    return tokenize(text, (size_t)size_bytes,
                    query ? TOKENIZE_QUERY : TOKENIZE_TEXT, fts5_give, &sink);
}

static fts5_api *
fts5_of(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
        (void)sqlite3_step(statement);
    }
    (void)sqlite3_finalize(statement);
    return api;
}

TokenizeReplay *
tokenize_register(sqlite3 *db, GError **error)
{
    fts5_tokenizer methods = {fts5_create, fts5_delete, fts5_tokenize};
    fts5_api *api = fts5_of(db);
    TokenizeReplay *replay;

    if (api == NULL) {
        fault(error, FAULT_STORE, "this SQLite has no FTS5: %s",
              sqlite3_errmsg(db));
        return NULL;
    }
    replay = g_new0(TokenizeReplay, 1);
    if (api->xCreateTokenizer(api, "docent", replay, &methods, g_free) !=
        SQLITE_OK) {
        g_free(replay);
        fault(error, FAULT_STORE, "register the tokenizer: %s",
              sqlite3_errmsg(db));
        return NULL;
    }
    return replay;
}

void
tokenize_replay(TokenizeReplay *replay, const char *text, const Tokens *tokens)
{
    replay->text = text;
    replay->tokens = text != NULL ? tokens : NULL;
}
