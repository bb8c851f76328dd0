/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charset-score.c - how likely a text is, read in one encoding.
 *
 * Alphabets are judged by pairs of letters, one language at a time, and by
 * where capitals stand: KOI8-R read as windows-1251 is Russian with its
 * capitals inside words. Han, kana and hangul are judged by how common each
 * character is, rare ones by the part of the code table they stand in.
 * Plain a–z costs every reading the same, so that an English paragraph does
 * not decide about the three hanzi in it.
 */
#include "config.h"

#include "indexer/charset-score.h"

#include <stdint.h>
#include <string.h>

#include "indexer/charset-table.h"

enum {
    PLANE = 0x10000,      /* characters of the BMP, codes of two bytes */
    ASCII_LETTERS = 27,   /* LETTER_NONE and a–z */
    LETTER_NONE = 0,      /* in an alphabet: anything that is no letter */
    LETTER_FOREIGN = 255, /* not in the alphabet of the language at hand */
};

/* Half bits, chosen so that one odd character costs about as much as two
 * ordinary ones gain. */
enum {
    COST_INVALID = 120,
    COST_CONTROL = 60,
    COST_PUNCTUATION = 18, /* “ ” – … € and their like */
    COST_SYMBOL = 28,
    COST_LETTER_ELSEWHERE = 28, /* a letter of another language */
    COST_ODD = 36,              /* µ ª º, box drawing */
    COST_SCRIPTS_MEET = 26,     /* d and д in one word */
    COST_WORD_SPLIT = 26,       /* a sign with letters on both sides */
    COST_HAN_MEETS = 4,         /* 第 and A side by side */
    COST_HAN_MEETS_LOWER = 10,  /* 第 and a: seldom one word */
    COST_LANGUAGE_MAX = 20,     /* what a–z may say against a language */
    COST_GB_FOUR = 56,
    COST_EUC_THREE = 48,
    COST_HALF_KANA = 16,
    COST_HALF_KANA_BEGINS = 10, /* they come in words */
    COST_SUPPLEMENTARY = 60,
    COST_SAME_SCRIPT = 4, /* what a letter beside its kin is cheaper by */
};

/* Letters as capitals see them. */
typedef enum { CASE_OUT, CASE_LOWER, CASE_FIRST, CASE_UPPER, N_CASES } Case;

/* A language seen through a single-byte charset. */
typedef struct {
    const CharsetLanguage *language;
    unsigned language_at;
    uint8_t letter[256]; /* its place in the alphabet, or LETTER_FOREIGN */
} View;

struct ScoreReader {
    ScoreKind kind;
    GArray *views;      /* of View; SCORE_SINGLE */
    uint8_t other[256]; /* cost of a byte that is no letter of the language */
    Case letter_case[256]; /* CASE_LOWER, CASE_UPPER; CASE_OUT: has none */
    uint8_t *pair;         /* double-byte: cost of lead << 8 | trail */
};

/* Where a reading stands. */
typedef struct {
    unsigned cost;
    unsigned invalid;
    unsigned ascii; /* the a–z letter before, or LETTER_NONE */
    Case letter_case;
    bool han;   /* a double-byte character before */
    bool kana;  /* a half-width one */
    bool split; /* a sign that came after a letter */
} Place;

/* The pair table of a language with its cells as numbers. */
typedef struct {
    unsigned size; /* of the alphabet, with LETTER_NONE */
    uint8_t *pair; /* size × size, the letter before first */
} Alphabet;

static Alphabet alphabets[SCORE_LANGUAGES_MAX]; /* as charset_languages */
static uint8_t ascii_pair[ASCII_LETTERS][ASCII_LETTERS]; /* least of Latin */
static uint8_t unicode_cost[PLANE];

static void
alphabet_prepare(Alphabet *alphabet, const CharsetLanguage *language)
{
    size_t cells = strlen(language->pairs);

    alphabet->size = 1 + (language->latin ? 26 : 0) +
                     (unsigned)g_utf8_strlen(language->letters, -1);
    g_assert(cells == (size_t)alphabet->size * alphabet->size);
    alphabet->pair = g_malloc(cells);
    for (size_t i = 0; i < cells; i++) {
        char cell = language->pairs[i];

        alphabet->pair[i] =
            (uint8_t)(g_ascii_isdigit(cell) ? cell - '0' : cell - 'a' + 10);
    }
}

static void
ascii_pair_prepare(void)
{
    memset(ascii_pair, 0xff, sizeof ascii_pair);
    for (unsigned k = 0; charset_languages[k].name; k++) {
        const Alphabet *alphabet = &alphabets[k];

        if (!charset_languages[k].latin)
            continue;
        for (unsigned i = 0; i < ASCII_LETTERS; i++) {
            for (unsigned j = 0; j < ASCII_LETTERS; j++)
                ascii_pair[i][j] = MIN(ascii_pair[i][j],
                                       alphabet->pair[i * alphabet->size + j]);
        }
    }
}

/* The cost of each character of the BMP by @list; 0 where it says nothing.
 * Given. */
static uint8_t *
common_costs(const char *list)
{
    uint8_t *costs = g_malloc0(PLANE);

    for (const CharsetCommon *common = charset_common; common->list; common++) {
        if (strcmp(common->list, list) != 0)
            continue;
        for (const char *at = common->characters; *at;
             at = g_utf8_next_char(at))
            costs[g_utf8_get_char(at)] = (uint8_t)(2 * common->cost_bits);
    }
    return costs;
}

/* What a character costs in UTF-16, where the code says nothing. */
static unsigned
unicode_cost_of(gunichar character)
{
    if (character < 0xa0)
        return COST_CONTROL;
    if (!g_unichar_isdefined(character))
        return COST_INVALID;
    if (character >= 0xe000 && character < 0xf900)
        return 50; /* private use */
    if (character >= 0x4e00 && character < 0xa000)
        return 30;
    if (character >= 0xac00 && character < 0xd7a4)
        return 28;
    if (character >= 0x3000 && character < 0x3100)
        return 22; /* kana, 、。「 */
    if (character >= 0xff00 && character < 0xff5f)
        return 24; /* （，： */
    if (character >= 0x2010 && character < 0x2040)
        return COST_PUNCTUATION;
    if (character < 0x700 && g_unichar_isalpha(character))
        return COST_PUNCTUATION;
    return character < 0x100 ? COST_SYMBOL : 40;
}

static void
unicode_prepare(void)
{
    static const char *const lists[] = {"zh_CN", "zh_TW", "ja", "ko"};

    for (unsigned i = 0; i < PLANE; i++)
        unicode_cost[i] = (uint8_t)unicode_cost_of(i);
    for (unsigned k = 0; k < G_N_ELEMENTS(lists); k++) {
        g_autofree uint8_t *costs = common_costs(lists[k]);

        for (unsigned i = 0; i < PLANE; i++) {
            if (costs[i])
                unicode_cost[i] = (uint8_t)MIN(unicode_cost[i], costs[i] + 2u);
        }
    }
}

static void
prepare(void)
{
    static bool prepared;

    if (prepared)
        return;
    prepared = true;
    for (unsigned k = 0; charset_languages[k].name; k++) {
        g_assert(k < SCORE_LANGUAGES_MAX);
        alphabet_prepare(&alphabets[k], &charset_languages[k]);
    }
    ascii_pair_prepare();
    unicode_prepare();
}

/* The one character @code stands for, or 0. */
static gunichar
decode_code(iconv_t conversion, const char *code, size_t size_bytes)
{
    char text[16];
    char *in = (char *)code, *out = text;
    size_t in_left = size_bytes, out_left = sizeof text - 1;
    gunichar character;

    (void)iconv(conversion, NULL, NULL, NULL, NULL);
    if (iconv(conversion, &in, &in_left, &out, &out_left) == (size_t)-1 ||
        iconv(conversion, NULL, NULL, &out, &out_left) == (size_t)-1 ||
        out == text)
        return 0;
    *out = '\0';
    character = g_utf8_get_char(text);
    return g_utf8_next_char(text) == out ? character : 0;
}

/* What a double-byte code costs that no list of common characters has, by
 * where the makers of the code table put it: their level 1 holds the common
 * characters, level 2 the rest, and extensions what nobody missed. */
static unsigned
region_cost(ScoreKind kind, unsigned lead, unsigned trail)
{
    bool inner = lead >= 0xa1 && trail >= 0xa1; /* the 94 × 94 square */

    switch (kind) {
    case SCORE_GB18030:
        if (!inner)
            return 38;
        return lead >= 0xf8   ? 40
               : lead >= 0xd8 ? 33
               : lead >= 0xb0 ? 28
               : lead <= 0xa5 ? 26
                              : 34;
    case SCORE_BIG5:
        if (lead < 0xa1 || lead > 0xf9)
            return 44;
        return lead >= 0xc9 ? 34 : lead >= 0xa4 ? 27 : 28;
    case SCORE_SHIFT_JIS:
        if (lead >= 0xed)
            return 42;
        return lead >= 0x98 ? 34 : lead >= 0x88 ? 28 : lead <= 0x83 ? 24 : 36;
    case SCORE_EUC_JP:
        if (!inner)
            return 44;
        return lead > 0xf4    ? 42
               : lead >= 0xd0 ? 34
               : lead >= 0xb0 ? 28
               : lead <= 0xa5 ? 26
                              : 36;
    case SCORE_EUC_KR:
        if (!inner)
            return 36;
        return lead > 0xc8 ? 38 : lead >= 0xb0 ? 26 : lead <= 0xa3 ? 28 : 38;
    default:
        return COST_INVALID;
    }
}

/* The script a double-byte encoding is made for, and what it also holds. */
static const struct {
    ScoreKind kind;
    const char *list;
    const char *also;
    unsigned also_cost; /* half bits: how much rarer @also is met in it */
} scripts[] = {
    {SCORE_GB18030, "zh_CN", "zh_TW", 8}, {SCORE_BIG5, "zh_TW", "zh_CN", 4},
    {SCORE_SHIFT_JIS, "ja", "zh_TW", 4},  {SCORE_EUC_JP, "ja", "zh_TW", 4},
    {SCORE_EUC_KR, "ko", "zh_TW", 16},
};

static uint8_t *
pair_table_new(ScoreKind kind, iconv_t conversion)
{
    uint8_t *pair = g_malloc(PLANE);
    g_autofree uint8_t *common = NULL, *also = NULL;
    unsigned also_cost = 0;

    for (unsigned k = 0; k < G_N_ELEMENTS(scripts); k++) {
        if (scripts[k].kind == kind) {
            common = common_costs(scripts[k].list);
            also = common_costs(scripts[k].also);
            also_cost = scripts[k].also_cost;
        }
    }

    memset(pair, COST_INVALID, PLANE);
    for (unsigned lead = 0x81; lead < 0xff; lead++) {
        for (unsigned trail = 0x40; trail < 0xff; trail++) {
            char code[2] = {(char)lead, (char)trail};
            gunichar character = decode_code(conversion, code, sizeof code);
            unsigned cost;

            if (character == 0)
                continue;
            cost = region_cost(kind, lead, trail);
            if (character < PLANE && common[character])
                cost = MIN(cost, common[character]);
            if (character < PLANE && also[character])
                cost = MIN(cost, also[character] + also_cost);
            pair[lead << 8 | trail] = (uint8_t)cost;
        }
    }
    return pair;
}

/* A byte of a single-byte encoding that is no letter of the language. */
static unsigned
other_cost(gunichar character)
{
    if (character == 0)
        return COST_INVALID;
    if (character < 0xa0)
        return COST_CONTROL;
    if (character < 0x100 && strchr("\xab\xbb\xb0\xa7\xae\xa9", (int)character))
        return COST_PUNCTUATION; /* « » ° § ® © */
    if ((character >= 0x2013 && character <= 0x2026) || character == 0x20ac ||
        character == 0x2116)
        return COST_PUNCTUATION;
    if (character == 0xb5 || character == 0xaa || character == 0xba ||
        (character >= 0x2200 && character < 0x2600))
        return COST_ODD;
    return g_unichar_isalpha(character) ? COST_LETTER_ELSEWHERE : COST_SYMBOL;
}

static unsigned
alphabet_find(const CharsetLanguage *language, gunichar letter)
{
    const char *found;

    if (letter < 0x80) /* 0, which has no letter, and Turkish İ */
        return language->latin && letter == 'i' ? letter - 'a' + 1
                                                : LETTER_FOREIGN;
    found = g_utf8_strchr(language->letters, -1, letter);
    if (!found)
        return LETTER_FOREIGN;
    return 1 + (language->latin ? 26 : 0) +
           (unsigned)g_utf8_pointer_to_offset(language->letters, found);
}

/* Turkish İ has a two-letter lower case, and Σ two lower cases; both are
 * judged as the plain one. */
static gunichar
lower(gunichar character)
{
    return character == 0x130 ? 'i' : g_unichar_tolower(character);
}

static void
single_prepare(ScoreReader *reader, iconv_t conversion, const char *languages)
{
    gunichar characters[256];

    for (unsigned i = 0; i < 256; i++) {
        char code = (char)i;
        gunichar character = i < 0x80 ? i : decode_code(conversion, &code, 1);

        characters[i] = character;
        reader->other[i] = (uint8_t)other_cost(character);
        if (g_unichar_islower(character))
            reader->letter_case[i] = CASE_LOWER;
        else if (g_unichar_isupper(character))
            reader->letter_case[i] = CASE_UPPER;
    }

    reader->views = g_array_new(FALSE, TRUE, sizeof(View));
    for (unsigned k = 0; charset_languages[k].name; k++) {
        const CharsetLanguage *language = &charset_languages[k];
        g_autofree char *word = g_strdup_printf(" %s ", language->name);
        View view = {.language = language, .language_at = k};

        if (!strstr(languages, word))
            continue;
        for (unsigned i = 0x80; i < 256; i++)
            view.letter[i] =
                (uint8_t)alphabet_find(language, lower(characters[i]));
        g_array_append_val(reader->views, view);
    }
}

ScoreReader *
score_reader_new(ScoreKind kind, iconv_t conversion, const char *languages)
{
    ScoreReader *reader = g_new0(ScoreReader, 1);

    prepare();
    reader->kind = kind;
    if (kind == SCORE_SINGLE)
        single_prepare(reader, conversion, languages);
    else if (kind >= SCORE_GB18030 && kind <= SCORE_EUC_KR)
        reader->pair = pair_table_new(kind, conversion);
    return reader;
}

void
score_reader_free(ScoreReader *reader)
{
    if (!reader)
        return;
    if (reader->views)
        g_array_free(reader->views, TRUE);
    g_free(reader->pair);
    g_free(reader);
}

static unsigned
ascii_letter(unsigned char byte)
{
    return g_ascii_isalpha(byte) ? (byte & 0x1fu) : LETTER_NONE;
}

static unsigned
ascii_other(unsigned char byte)
{
    if (byte == ' ')
        return 2;
    if (g_ascii_isdigit(byte))
        return 7;
    if (strchr("-_.,()\n\t\r", byte))
        return byte == '\0' ? COST_CONTROL : 8;
    return byte < 0x20 || byte == 0x7f ? COST_CONTROL : 12;
}

/* A capital within a word is what a wrong reading has most of. */
static unsigned
case_step(Case *state, Case letter)
{
    static const uint8_t costs[N_CASES][2] = {
        [CASE_OUT] = {1, 4},
        [CASE_LOWER] = {0, 16},
        [CASE_FIRST] = {1, 6},
        [CASE_UPPER] = {10, 1},
    };
    unsigned cost;

    if (letter == CASE_OUT)
        return 0;
    cost = costs[*state][letter == CASE_UPPER];
    if (letter == CASE_LOWER)
        *state = CASE_LOWER;
    else
        *state = *state == CASE_OUT ? CASE_FIRST : CASE_UPPER;
    return cost;
}

/* An ASCII character, the same in every reading. */
static void
place_ascii(Place *place, unsigned char byte)
{
    unsigned letter = ascii_letter(byte);

    place->cost += ascii_pair[place->ascii][letter];
    if (letter == LETTER_NONE) {
        place->cost += ascii_other(byte);
        place->letter_case = CASE_OUT;
    } else {
        place->cost +=
            case_step(&place->letter_case,
                      g_ascii_isupper(byte) ? CASE_UPPER : CASE_LOWER);
        if (place->han)
            place->cost +=
                g_ascii_islower(byte) ? COST_HAN_MEETS_LOWER : COST_HAN_MEETS;
    }
    place->ascii = letter;
    place->han = place->kana = place->split = false;
}

/* A character of a script without words, or of none. */
static void
place_han(Place *place, unsigned cost)
{
    if (place->ascii != LETTER_NONE)
        place->cost += ascii_pair[place->ascii][LETTER_NONE] +
                       (place->letter_case == CASE_LOWER ? COST_HAN_MEETS_LOWER
                                                         : COST_HAN_MEETS);
    place->cost += cost;
    place->ascii = LETTER_NONE;
    place->letter_case = CASE_OUT;
    place->han = true;
    place->kana = false;
}

static void
place_invalid(Place *place)
{
    place_han(place, COST_INVALID);
    place->han = false;
    place->invalid++;
}

/* A letter or sign of a single-byte encoding, seen as @view sees it. @before
 * is the letter of the language before it; returns the one it is. */
static unsigned
place_single(Place *place, const ScoreReader *reader, const View *view,
             unsigned before, unsigned char byte)
{
    const Alphabet *alphabet = &alphabets[view->language_at];
    unsigned letter = view->letter[byte];

    if (letter == LETTER_FOREIGN) {
        place->cost += reader->other[byte];
        place->invalid += reader->other[byte] == COST_INVALID;
        /* A Latin word may have a letter its language has not. */
        place->split =
            (before != LETTER_NONE || place->ascii != LETTER_NONE) &&
            (!view->language->latin || reader->letter_case[byte] == CASE_OUT);
        place->letter_case = CASE_OUT;
        place->ascii = LETTER_NONE;
        return LETTER_NONE;
    }
    if (!view->language->latin && place->ascii != LETTER_NONE)
        place->cost +=
            COST_SCRIPTS_MEET + ascii_pair[place->ascii][LETTER_NONE];
    if (place->split)
        place->cost += COST_WORD_SPLIT;
    place->split = false;
    place->cost += alphabet->pair[before * alphabet->size + letter];
    place->cost += case_step(&place->letter_case, reader->letter_case[byte]);
    place->ascii = LETTER_NONE;
    return letter;
}

/* A text read in one language. */
static unsigned
view_cost(const ScoreReader *reader, const View *view, const ScoreText *text,
          unsigned *ret_invalid)
{
    const Alphabet *alphabet = &alphabets[view->language_at];
    bool latin = view->language->latin;
    unsigned before = LETTER_NONE;
    Place place = {0};

    for (size_t i = 0; i < text->size_bytes; i++) {
        unsigned char byte = (unsigned char)text->bytes[i];
        unsigned letter = latin ? ascii_letter(byte) : LETTER_NONE;

        if (byte >= 0x80) {
            before = place_single(&place, reader, view, before, byte);
            if (latin && before < ASCII_LETTERS)
                place.ascii = before;
            continue;
        }
        place_ascii(&place, byte);
        if (before >= (latin ? ASCII_LETTERS : 1u)) {
            /* place_ascii saw "no letter" before; the language knows what
             * follows this one. */
            place.cost += alphabet->pair[before * alphabet->size + letter];
            place.cost -= ascii_pair[LETTER_NONE][ascii_letter(byte)];
            if (!latin && ascii_letter(byte) != LETTER_NONE)
                place.cost += COST_SCRIPTS_MEET;
        }
        before = letter;
    }
    *ret_invalid = place.invalid;
    return place.cost;
}

/* The language that makes the cheapest reading. */
static unsigned
score_single(const ScoreReader *reader, const ScoreText *text,
             unsigned *ret_invalid)
{
    unsigned best = G_MAXUINT;

    for (unsigned k = 0; k < reader->views->len; k++) {
        const View *view = &g_array_index(reader->views, View, k);
        unsigned invalid;
        unsigned cost = view_cost(reader, view, text, &invalid) +
                        text->against[view->language_at];

        if (cost < best) {
            best = cost;
            *ret_invalid = invalid;
        }
    }
    return best;
}

/* How many bytes the character at @bytes takes that is not a pair, and what
 * it costs; 0 when it is a pair or nothing. */
static size_t
odd_length(ScoreKind kind, const unsigned char *bytes, size_t size_bytes,
           bool kana_before, unsigned *ret_cost)
{
    if (kind == SCORE_GB18030 && size_bytes >= 4 && g_ascii_isdigit(bytes[1]) &&
        bytes[2] >= 0x81 && bytes[2] < 0xff && g_ascii_isdigit(bytes[3]) &&
        (bytes[0] <= 0x84 || (bytes[0] >= 0x90 && bytes[0] <= 0xe3))) {
        *ret_cost = COST_GB_FOUR;
        return 4;
    }
    if (kind == SCORE_SHIFT_JIS && bytes[0] >= 0xa1 && bytes[0] <= 0xdf) {
        *ret_cost = COST_HALF_KANA + (kana_before ? 0 : COST_HALF_KANA_BEGINS);
        return 1;
    }
    if (kind == SCORE_EUC_JP && size_bytes >= 2 && bytes[0] == 0x8e &&
        bytes[1] >= 0xa1 && bytes[1] <= 0xdf) {
        *ret_cost = COST_HALF_KANA + COST_HALF_KANA_BEGINS;
        return 2;
    }
    if (kind == SCORE_EUC_JP && size_bytes >= 3 && bytes[0] == 0x8f &&
        bytes[1] >= 0xa1 && bytes[2] >= 0xa1) {
        *ret_cost = COST_EUC_THREE;
        return 3;
    }
    return 0;
}

static unsigned
score_double(const ScoreReader *reader, const ScoreText *text,
             unsigned *ret_invalid)
{
    const unsigned char *at = (const unsigned char *)text->bytes;
    size_t size_bytes = text->size_bytes;
    Place place = {0};

    for (size_t i = 0, length; i < size_bytes; i += length) {
        unsigned cost = 0;

        length = 1;
        if (at[i] < 0x80) {
            place_ascii(&place, at[i]);
            continue;
        }
        length =
            odd_length(reader->kind, at + i, size_bytes - i, place.kana, &cost);
        if (length > 0) {
            place_han(&place, cost);
            place.kana = length == 1;
        } else if (i + 1 == size_bytes) {
            length = 1;
            if (!text->cut)
                place_invalid(&place);
        } else {
            cost = reader->pair[at[i] << 8 | at[i + 1]];
            length = cost < COST_INVALID ? 2 : 1;
            if (cost < COST_INVALID)
                place_han(&place, cost);
            else
                place_invalid(&place);
        }
    }
    *ret_invalid = place.invalid;
    return place.cost;
}

static unsigned
score_utf16(const ScoreReader *reader, const ScoreText *text,
            unsigned *ret_invalid)
{
    const unsigned char *at = (const unsigned char *)text->bytes;
    size_t size_bytes = text->size_bytes;
    unsigned low = reader->kind == SCORE_UTF16LE ? 0 : 1;
    unsigned before = 0;
    Place place = {0};

    for (size_t i = 0; i + 1 < size_bytes; i += 2) {
        unsigned unit = at[i + low] | (unsigned)at[i + 1 - low] << 8;
        bool follows = before >= 0xd800 && before < 0xdc00;

        if (unit < 0x80) {
            place_ascii(&place, (unsigned char)unit);
        } else if (unit >= 0xd800 && unit < 0xe000) {
            if ((unit >= 0xdc00) == follows)
                place_han(&place, COST_SUPPLEMENTARY / 2);
            else
                place_invalid(&place);
        } else if (unicode_cost[unit] >= COST_INVALID) {
            place_invalid(&place);
        } else {
            bool kin = unit >> 8 == before >> 8 && unit < 0x700;

            place_han(&place,
                      unicode_cost[unit] - (kin ? COST_SAME_SCRIPT : 0u));
        }
        before = unit;
    }
    if (size_bytes % 2 && !text->cut)
        place_invalid(&place);
    *ret_invalid = place.invalid;
    return place.cost;
}

/* What the pairs of a–z cost more than the least of any Latin language. */
static unsigned
plain_cost(const Alphabet *alphabet, const ScoreText *text)
{
    unsigned cost = 0, before = LETTER_NONE;
    bool ascii_before = true;

    for (size_t i = 0; i < text->size_bytes; i++) {
        unsigned char byte = (unsigned char)text->bytes[i];
        unsigned letter = byte < 0x80 ? ascii_letter(byte) : LETTER_NONE;

        if (byte < 0x80 && ascii_before)
            cost += alphabet->pair[before * alphabet->size + letter] -
                    ascii_pair[before][letter];
        ascii_before = byte < 0x80;
        before = letter;
    }
    return cost;
}

void
score_text_init(ScoreText *text, const char *bytes, size_t size_bytes, bool cut)
{
    unsigned least = G_MAXUINT;

    prepare();
    *text = (ScoreText){.bytes = bytes, .size_bytes = size_bytes, .cut = cut};
    for (unsigned k = 0; charset_languages[k].name; k++) {
        if (charset_languages[k].latin) {
            text->against[k] = plain_cost(&alphabets[k], text);
            least = MIN(least, text->against[k]);
        }
    }
    for (unsigned k = 0; charset_languages[k].name; k++) {
        if (charset_languages[k].latin)
            text->against[k] = MIN((text->against[k] - least) / 2,
                                   (unsigned)COST_LANGUAGE_MAX);
    }
}

unsigned
score_reading(const ScoreReader *reader, const ScoreText *text,
              unsigned *ret_invalid)
{
    switch (reader->kind) {
    case SCORE_NONE:
        break;
    case SCORE_SINGLE:
        return score_single(reader, text, ret_invalid);
    case SCORE_GB18030:
    case SCORE_BIG5:
    case SCORE_SHIFT_JIS:
    case SCORE_EUC_JP:
    case SCORE_EUC_KR:
        return score_double(reader, text, ret_invalid);
    case SCORE_UTF16LE:
    case SCORE_UTF16BE:
        return score_utf16(reader, text, ret_invalid);
    }
    g_assert_not_reached();
}
