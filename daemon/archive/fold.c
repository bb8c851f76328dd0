/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fold.c - characters that people take for the same.
 *
 * NFKC and case folding come from utf8proc; which marks are dropped, which
 * letters lose a stroke and which Han characters share a class is decided
 * here. Folding what is folded changes nothing.
 */
#include "config.h"

#include "daemon/archive/fold.h"

#include <string.h>
#include <utf8proc.h>

#include "daemon/archive/fold-table.h"

enum {
    NEAR_FIRST = 0x3400,
    NEAR_LAST = 0x9FFF,
    HANGUL_FIRST = 0xAC00,
    HANGUL_LAST = 0xD7A3,
    LEADS = 19,  /* hangul: leading consonants … */
    VOWELS = 21, /* … vowels … */
    TAILS = 28,  /* … and trailing consonants, none included */
};

/* What stands for NEAR_FIRST + i; 0: itself. */
static uint16_t near_classes[NEAR_LAST - NEAR_FIRST + 1];

/* Before main, so that the hot path need not ask whether it was done. */
__attribute__((constructor)) static void
near_fill(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fold_near); i++)
        near_classes[fold_near[i][0] - NEAR_FIRST] = fold_near[i][1];
}

static uint32_t
far_class(uint32_t character)
{
    size_t low = 0, high = G_N_ELEMENTS(fold_far);

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (fold_far[middle][0] == character)
            return fold_far[middle][1];
        if (fold_far[middle][0] < character)
            low = middle + 1;
        else
            high = middle;
    }
    return character;
}

uint32_t
fold_han(uint32_t character)
{
    if (character >= NEAR_FIRST && character <= NEAR_LAST) {
        uint16_t class = near_classes[character - NEAR_FIRST];

        return class != 0 ? class : character;
    }
    if ((character >= 0x2E80 && character <= 0x31EF) || character >= 0x20000)
        return far_class(character);
    return character;
}

/*
 * Marks that people leave out when they type. Not all of Mn: in Thai and the
 * scripts of India marks are vowels, and no word is the same without them.
 */
static bool
is_dropped(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } dropped[] = {
        {0x0300, 0x036F}, /* combining diacritical marks */
        {0x0483, 0x0489}, /* Cyrillic, of numbers */
        {0x0591, 0x05BD}, /* Hebrew points */
        {0x05BF, 0x05BF},   {0x05C1, 0x05C2}, {0x05C4, 0x05C5},
        {0x05C7, 0x05C7},   {0x0610, 0x061A}, /* Arabic, honorifics and vowels
                                               */
        {0x0640, 0x0640},                     /* its stretched line */
        {0x064B, 0x065F},   {0x0670, 0x0670}, {0x06D6, 0x06DC},
        {0x06DF, 0x06E4},   {0x06E7, 0x06E8}, {0x06EA, 0x06ED},
        {0x1AB0, 0x1AFF},   /* diacritical marks, extended */
        {0x1DC0, 0x1DFF},   /* and supplement */
        {0x20D0, 0x20FF},   /* and for symbols */
        {0x3099, 0x309A},   /* kana voicing with no kana to voice */
        {0xFE20, 0xFE2F},   /* half marks */
        {0x1F3FB, 0x1F3FF}, /* skin tones */
    };

    for (size_t i = 0; i < G_N_ELEMENTS(dropped) && c >= dropped[i].first; i++)
        if (c <= dropped[i].last)
            return true;
    return false;
}

/* What NFKC leaves apart and people do not. */
static uint32_t
plain(uint32_t c)
{
    switch (c) {
    case 0x00F8: /* ø */
        return 'o';
    case 0x0111: /* đ */
    case 0x00F0: /* ð */
        return 'd';
    case 0x0127: /* ħ */
        return 'h';
    case 0x0131: /* ı */
        return 'i';
    case 0x0142: /* ł */
        return 'l';
    case 0x0167: /* ŧ */
        return 't';
    case 0x2018: /* ‘ */
    case 0x2019: /* ’ */
    case 0x02BC: /* ʼ */
        return '\'';
    case 0x201C: /* “ */
    case 0x201D: /* ” */
        return '"';
    case 0x2010: /* hyphens and dashes */
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212:
        return '-';
    default:
        return fold_han(c);
    }
}

/* The kana that @kana and a voicing @mark make, or 0. */
static uint32_t
voiced(uint32_t kana, uint32_t mark)
{
    bool half = mark == 0x309A || mark == 0xFF9F; /* p- rather than b- */
    uint32_t katakana = kana >= 0x30A0 ? 0x60 : 0;
    uint32_t c = kana - katakana;

    if (!half && mark != 0x3099 && mark != 0xFF9E)
        return 0;
    if (c >= 0x306F && c <= 0x307B && (c - 0x306F) % 3 == 0) /* は … ほ */
        return kana + (half ? 2 : 1);
    if (half)
        return 0;
    if ((c >= 0x304B && c <= 0x3061 && c % 2 == 1) || /* か … ち */
        (c >= 0x3064 && c <= 0x3068 && c % 2 == 0) || /* つ て と */
        c == 0x309D)                                  /* ゝ */
        return kana + 1;
    if (c == 0x3046) /* う */
        return 0x3094 + katakana;
    if (kana >= 0x30EF && kana <= 0x30F2) /* ワ ヰ ヱ ヲ */
        return kana + 8;
    return 0;
}

/* The syllable that @c, a leading consonant or a syllable without a trailing
 * one, and the next jamo make; or 0. */
static uint32_t
syllable(uint32_t c, uint32_t next)
{
    if (c >= 0x1100 && c < 0x1100 + LEADS && next >= 0x1161 &&
        next < 0x1161 + VOWELS)
        return HANGUL_FIRST + ((c - 0x1100) * VOWELS + next - 0x1161) * TAILS;
    if (c >= HANGUL_FIRST && c <= HANGUL_LAST &&
        (c - HANGUL_FIRST) % TAILS == 0 && next > 0x11A7 &&
        next < 0x11A7 + TAILS)
        return c + next - 0x11A7;
    return 0;
}

static uint32_t
compose(uint32_t c, uint32_t next)
{
    if (c == 0x0438 && next == 0x0306) /* й is a letter, not и with a mark */
        return 0x0439;
    if (c >= 0x3046 && c <= 0x30FD)
        return voiced(c, next);
    return syllable(c, next);
}

/* 0 at the end. @text is valid. */
static uint32_t
decode(const char *text, size_t size_bytes, unsigned *ret_size_bytes)
{
    utf8proc_int32_t c = 0;
    utf8proc_ssize_t size =
        utf8proc_iterate((const utf8proc_uint8_t *)text,
                         (utf8proc_ssize_t)MIN(size_bytes, 4), &c);

    if (size <= 0) { /* only past the end, but never stand still */
        *ret_size_bytes = size_bytes > 0;
        return 0;
    }
    *ret_size_bytes = (unsigned)size;
    return (uint32_t)c;
}

/* Kana and hangul syllables are as they should be already. */
static bool
is_settled(uint32_t c)
{
    return (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) ||
           (c >= 0x30FC && c <= 0x30FE) || c == 0x309D || c == 0x309E ||
           (c >= HANGUL_FIRST && c <= HANGUL_LAST);
}

/* NFKC and case of one character, decomposed. */
static unsigned
decompose(uint32_t c, uint32_t ret_folded[FOLD_MAX])
{
    utf8proc_int32_t parts[FOLD_MAX];
    int bound = UTF8PROC_BOUNDCLASS_START;
    utf8proc_ssize_t n;
    unsigned used = 0;

    n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, FOLD_MAX,
                                UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
                                &bound);
    n = CLAMP(n, 0, FOLD_MAX);
    for (utf8proc_ssize_t i = 0; i < n; i++) {
        uint32_t part = (uint32_t)parts[i];
        uint32_t one;

        if (used > 0 && (one = compose(ret_folded[used - 1], part)) != 0) {
            ret_folded[used - 1] = one;
        } else if ((part == 0x00E6 || part == 0x0153) && /* æ œ */
                   used + 1 < FOLD_MAX) {
            ret_folded[used++] = part == 0x00E6 ? 'a' : 'o';
            ret_folded[used++] = 'e';
        } else if (!is_dropped(part)) {
            ret_folded[used++] = plain(part);
        }
    }
    return used;
}

static unsigned
fold_any(const char *text, size_t size_bytes, uint32_t ret_folded[FOLD_MAX],
         unsigned *ret_size_bytes)
{
    unsigned size, next_size, n;
    uint32_t c = decode(text, size_bytes, &size);
    uint32_t next, one;

    if (is_settled(c)) {
        ret_folded[0] = c;
        n = 1;
    } else {
        n = decompose(c, ret_folded);
    }
    /* Marks and jamo that follow as characters of their own, as in names
     * that come from macOS. */
    while (n > 0 && size < size_bytes && (text[size] & 0x80) != 0) {
        next = decode(text + size, size_bytes - size, &next_size);
        one = compose(ret_folded[n - 1], next);
        if (one == 0)
            break;
        ret_folded[n - 1] = one;
        size += next_size;
    }
    *ret_size_bytes = size;
    return n;
}

unsigned
fold_next(const char *text, size_t size_bytes, uint32_t ret_folded[FOLD_MAX],
          unsigned *ret_size_bytes)
{
    const unsigned char *bytes = (const unsigned char *)text;

    if (bytes[0] < 0x80) {
        ret_folded[0] = (uint32_t)g_ascii_tolower(text[0]);
        *ret_size_bytes = 1;
        return 1;
    }
    if (bytes[0] >= 0xE4 && bytes[0] <= 0xE9 && size_bytes >= 3) {
        uint32_t c = (bytes[0] & 0x0Fu) << 12 | (bytes[1] & 0x3Fu) << 6 |
                     (bytes[2] & 0x3Fu);

        ret_folded[0] = fold_han(c);
        *ret_size_bytes = 3;
        return 1;
    }
    return fold_any(text, size_bytes, ret_folded, ret_size_bytes);
}

char *
fold_text(const char *text, size_t size_bytes, size_t *ret_size_bytes)
{
    GString *folded = g_string_sized_new(size_bytes);

    for (size_t at = 0; at < size_bytes;) {
        uint32_t parts[FOLD_MAX];
        unsigned size;
        unsigned n = fold_next(text + at, size_bytes - at, parts, &size);

        for (unsigned i = 0; i < n; i++) {
            if (parts[i] < 0x80)
                g_string_append_c(folded, (char)parts[i]);
            else
                g_string_append_unichar(folded, parts[i]);
        }
        at += size;
    }
    if (ret_size_bytes != NULL)
        *ret_size_bytes = folded->len;
    return g_string_free(folded, FALSE);
}
