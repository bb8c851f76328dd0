/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * charset.c - text of an unknown encoding as UTF-8.
 *
 * Every encoding that could be meant reads the same bytes, and each reading
 * has a cost: how unlikely its characters and pairs of letters are. The
 * cheapest reading wins. Costs add up, so two hanzi count for something and
 * a page of them for certainty, and encodings of one byte and of two are
 * compared without special cases.
 */
#include "config.h"

#include "indexer/charset.h"

#include <errno.h>
#include <iconv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "indexer/charset-score.h"

enum {
    SAMPLE_HEAD_BYTES = 4096,   /* the beginning, judged whole */
    SAMPLE_WINDOW_BYTES = 1024, /* of each place looked at further on */
    SAMPLE_WINDOWS = 4,
    SAMPLE_BYTES =
        SAMPLE_HEAD_BYTES + SAMPLE_WINDOWS * (SAMPLE_WINDOW_BYTES + 1),
    SYNC_BYTES = 128,  /* how far a byte that is surely a character may be */
    SYNC_BELOW = 0x30, /* no encoding has a trail byte below */
    DECLARED_BYTES = 256 * 1024, /* how much a declared charset must decode */
    DAMAGED_BYTES = 64 * 1024,   /* how much is looked at for damaged UTF-8 */
    DAMAGED_PARTS = 4, /* sequences that are well for one that is not */
    CHARSET_NAME_MAX = 40,
    MARGIN_DECLARED = 80, /* half bits a declared charset must be wrong by */
    INVALID_PARTS = 8, /* of so many bytes one may be wrong in a fit reading */
    NOISE_BYTES = 16,  /* a name shorter than this may be all rare hanzi */
    NOISE_HALF_BITS = 14, /* a byte; random ones cost 16 or more */
    CONTROL_PARTS = 16,   /* of so many bytes no more than one is a control */
    PIECE_BYTES = 8192,
};

typedef struct {
    const char *name;    /* IANA */
    const char *iconv;   /* glibc: the superset that is met in practice */
    const char *aliases; /* lower case, letters and digits only, spaced */
    ScoreKind kind;
    int prior;             /* half bits: how rarely it is met */
    const char *languages; /* of a single-byte one, spaced */
} Charset;

/* In order of preference: of two readings that cost the same, the first. */
static const Charset charsets[] = {
    {"GB18030", "GB18030",
     " gb2312 gbk gb18030 cp936 ms936 windows936 xgbk euccn cngb chinese "
     "gb231280 csgb2312 hzgb2312 ",
     SCORE_GB18030, 0, NULL},
    {"windows-1252", "CP1252",
     " windows1252 cp1252 iso88591 latin1 l1 ansi1252 cp819 usascii ascii ",
     SCORE_SINGLE, 2, " en de fr es pt it ca nl sv da fi is "},
    {"Big5", "BIG5-HKSCS",
     " big5 big5hkscs cnbig5 csbig5 xxbig5 cp950 windows950 ms950 big5tw ",
     SCORE_BIG5, 2, NULL},
    {"Shift_JIS", "CP932",
     " shiftjis sjis xsjis cp932 ms932 windows31j windows932 mskanji "
     "csshiftjis ",
     SCORE_SHIFT_JIS, 2, NULL},
    {"windows-1251", "CP1251", " windows1251 cp1251 win1251 ansi1251 ",
     SCORE_SINGLE, 2, " ru uk be bg sr "},
    {"EUC-KR", "UHC",
     " euckr cp949 uhc ksc5601 ksc56011987 windows949 ms949 korean cseuckr ",
     SCORE_EUC_KR, 3, NULL},
    {"EUC-JP", "EUC-JP-MS", " eucjp xeucjp eucjpms ujis cseucjp ", SCORE_EUC_JP,
     6, NULL},
    {"windows-1250", "CP1250", " windows1250 cp1250 ansi1250 ", SCORE_SINGLE, 6,
     " pl cs sk hu ro hr sl "},
    {"windows-1253", "CP1253", " windows1253 cp1253 ansi1253 ", SCORE_SINGLE, 6,
     " el "},
    {"windows-1254", "CP1254", " windows1254 cp1254 ansi1254 ", SCORE_SINGLE, 6,
     " tr "},
    {"windows-1255", "CP1255", " windows1255 cp1255 iso88598i ", SCORE_SINGLE,
     7, " he "},
    {"windows-1256", "CP1256", " windows1256 cp1256 ", SCORE_SINGLE, 7, " ar "},
    {"windows-1257", "CP1257", " windows1257 cp1257 ", SCORE_SINGLE, 8,
     " lt lv et "},
    {"KOI8-R", "KOI8-R", " koi8r koi8 cskoi8r ", SCORE_SINGLE, 7, " ru bg "},
    {"KOI8-U", "KOI8-U", " koi8u koi8ru ", SCORE_SINGLE, 9, " uk be ru "},
    {"ISO-8859-2", "ISO-8859-2", " iso88592 latin2 l2 ", SCORE_SINGLE, 8,
     " pl cs sk hu ro hr sl "},
    {"windows-1258", "CP1258", " windows1258 cp1258 ", SCORE_SINGLE, 10,
     " vi "},
    {"ISO-8859-15", "ISO-8859-15", " iso885915 latin9 latin0 l9 ", SCORE_SINGLE,
     11, " fr fi et "},
    {"ISO-8859-9", "ISO-8859-9", " iso88599 latin5 l5 ", SCORE_SINGLE, 11,
     " tr "},
    {"ISO-8859-7", "ISO-8859-7", " iso88597 greek ", SCORE_SINGLE, 10, " el "},
    {"ISO-8859-5", "ISO-8859-5", " iso88595 cyrillic ", SCORE_SINGLE, 12,
     " ru uk be bg sr "},
    {"IBM866", "IBM866", " ibm866 cp866 866 ", SCORE_SINGLE, 12, " ru be "},
    {"ISO-8859-13", "ISO-8859-13", " iso885913 latin7 ", SCORE_SINGLE, 13,
     " lt lv et "},
    {"ISO-8859-4", "ISO-8859-4", " iso88594 latin4 ", SCORE_SINGLE, 14,
     " lt lv et "},
    {"ISO-8859-8", "ISO-8859-8", " iso88598 hebrew visual ", SCORE_SINGLE, 12,
     " he "},
    {"ISO-8859-6", "ISO-8859-6", " iso88596 arabic ", SCORE_SINGLE, 12, " ar "},
    {"UTF-16LE", "UTF-16LE", "", SCORE_UTF16LE, 12, NULL},
    {"UTF-16BE", "UTF-16BE", "", SCORE_UTF16BE, 20, NULL},
    {"UTF-32LE", "UTF-32LE", "", SCORE_NONE, 0, NULL},
    {"UTF-32BE", "UTF-32BE", "", SCORE_NONE, 0, NULL},
    {"ISO-2022-JP", "ISO-2022-JP-2", " iso2022jp csiso2022jp iso2022jp2 ",
     SCORE_NONE, 0, NULL},
    {"ISO-2022-KR", "ISO-2022-KR", " iso2022kr ", SCORE_NONE, 0, NULL},
    {"ISO-8859-3", "ISO-8859-3", " iso88593 latin3 ", SCORE_NONE, 0, NULL},
    {"ISO-8859-10", "ISO-8859-10", " iso885910 latin6 ", SCORE_NONE, 0, NULL},
    {"ISO-8859-14", "ISO-8859-14", " iso885914 latin8 ", SCORE_NONE, 0, NULL},
    {"ISO-8859-16", "ISO-8859-16", " iso885916 latin10 ", SCORE_NONE, 0, NULL},
    {"windows-874", "CP874", " windows874 tis620 iso885911 cp874 ", SCORE_NONE,
     0, NULL},
    {"macintosh", "MACINTOSH", " macintosh macroman xmacroman ", SCORE_NONE, 0,
     NULL},
    {"x-mac-cyrillic", "MAC-CYRILLIC", " xmaccyrillic maccyrillic ", SCORE_NONE,
     0, NULL},
    {"IBM437", "IBM437", " ibm437 cp437 437 ", SCORE_NONE, 0, NULL},
    {"IBM850", "IBM850", " ibm850 cp850 850 ", SCORE_NONE, 0, NULL},
    {"IBM852", "IBM852", " ibm852 cp852 852 ", SCORE_NONE, 0, NULL},
};

/* What one charset needs to be read, made when first wanted. */
static struct {
    iconv_t conversion;
    bool opened;
    ScoreReader *reader;
} caches[G_N_ELEMENTS(charsets)];

/* (iconv_t)-1 where the system has none: the sandbox, before a warm-up. */
static iconv_t
conversion_of(unsigned at)
{
    if (!caches[at].opened) {
        caches[at].conversion = iconv_open("UTF-8", charsets[at].iconv);
        caches[at].opened = true;
    }
    return caches[at].conversion;
}

static const ScoreReader *
reader_of(unsigned at)
{
    if (!caches[at].reader && charsets[at].kind != SCORE_NONE &&
        conversion_of(at) != (iconv_t)-1)
        caches[at].reader = score_reader_new(
            charsets[at].kind, conversion_of(at), charsets[at].languages);
    return caches[at].reader;
}

void
charset_warm_up(void)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(charsets); i++) {
        (void)conversion_of(i);
        (void)reader_of(i);
    }
}

static int
charset_find(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(charsets); i++) {
        if (strcmp(charsets[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

/* The row that a document means by @declared, or -1. UTF-16 is not believed:
 * whoever could read the declaration as ASCII has shown it wrong. */
static int
charset_declared(const char *declared)
{
    char word[CHARSET_NAME_MAX + 3] = " ";
    size_t length = 1;

    for (const char *at = declared; *at; at++) {
        if (!g_ascii_isalnum(*at))
            continue;
        if (length > CHARSET_NAME_MAX)
            return -1;
        word[length++] = g_ascii_tolower(*at);
    }
    word[length] = ' ';
    for (unsigned i = 0; length > 1 && i < G_N_ELEMENTS(charsets); i++) {
        if (strstr(charsets[i].aliases, word))
            return (int)i;
    }
    return -1;
}

/* The length of the UTF-8 sequence at @at (RFC 3629), 0 when there is none,
 * and -1 when the text ends within one. */
static int
utf8_sequence(const unsigned char *at, size_t size_bytes)
{
    unsigned char lead = at[0], low = 0x80, high = 0xbf;
    int length;

    if (lead < 0x80)
        return 1;
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead == 0xe0)
        low = 0xa0; /* not longer than need be */
    else if (lead == 0xed)
        high = 0x9f; /* no surrogates */
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f; /* up to U+10FFFF */
    for (int i = 1; i < length; i++) {
        if ((size_t)i == size_bytes)
            return -1;
        if (at[i] < low || at[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return length;
}

/* How many bytes from @at on are ASCII without NUL, eight at a time. */
static size_t
ascii_run(const unsigned char *at, size_t size_bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t i = 0;

    for (uint64_t word; size_bytes - i >= sizeof word; i += sizeof word) {
        memcpy(&word, at + i, sizeof word);
        /* word - ones borrows into the high bit of a zero byte */
        if ((word | (word - ones)) & (ones << 7))
            break;
    }
    while (i < size_bytes && at[i] < 0x80 && at[i] != '\0')
        i++;
    return i;
}

/* What a text is as UTF-8. */
typedef struct {
    size_t well;    /* sequences of more than one byte */
    size_t bad;     /* bytes in none */
    size_t nuls[2]; /* at even and at odd offsets */
    bool cut;       /* ends within a sequence */
} Utf8;

/* All of a text that is UTF-8, of another no more than DAMAGED_BYTES. */
static Utf8
utf8_judge(const char *bytes, size_t size_bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    Utf8 seen = {0};

    for (size_t i = 0; i < size_bytes;) {
        int length;

        if (at[i] < 0x80 && at[i] != '\0') {
            i += ascii_run(at + i, size_bytes - i);
            continue;
        }
        if (at[i] == '\0') {
            seen.nuls[i % 2]++;
            i++;
            continue;
        }
        length = utf8_sequence(at + i, size_bytes - i);
        if (length < 0) {
            seen.cut = true;
            break;
        }
        if (length == 0) {
            seen.bad++;
            i++;
            if (i > DAMAGED_BYTES)
                break;
            continue;
        }
        seen.well++;
        i += (size_t)length;
    }
    return seen;
}

/* Most of one half of the pairs are NUL in UTF-16 of a Latin script. */
static const char *
utf16_by_nuls(const Utf8 *seen, size_t size_bytes)
{
    size_t even = seen->nuls[0], odd = seen->nuls[1];

    if (size_bytes < 4 || (even + odd) * 4 < size_bytes)
        return NULL;
    if (odd > even * 8)
        return "UTF-16LE";
    if (even > odd * 8)
        return "UTF-16BE";
    return NULL;
}

/* Control characters that no text has are bytes of UTF-16 in another script:
 * 04 in Cyrillic, 4E in hanzi, and neighbours below 20. */
static bool
has_controls(const char *bytes, size_t size_bytes)
{
    size_t head = MIN(size_bytes, (size_t)SAMPLE_HEAD_BYTES), controls = 0;

    for (size_t i = 0; i < head; i++)
        controls += (unsigned char)bytes[i] < 0x20 &&
                    !memchr("\t\n\v\f\r\x1b", bytes[i], 6);
    return controls * CONTROL_PARTS > head;
}

static bool
is_utf16(ScoreKind kind)
{
    return kind == SCORE_UTF16LE || kind == SCORE_UTF16BE;
}

static bool
utf8_fits(const Utf8 *seen, double *ret_confidence)
{
    if (seen->bad == 0 && (!seen->cut || seen->well > 0)) {
        *ret_confidence = 1.0;
        return true;
    }
    /* Text in another encoding makes a sequence now and then; UTF-8 that was
     * cut or mixed has hardly anything else. */
    if (seen->well >= DAMAGED_PARTS * (seen->bad + 1)) {
        *ret_confidence = 0.8;
        return true;
    }
    return false;
}

/* True when all of @bytes has a meaning; a character cut off at the end
 * is no fault. */
static bool
decodes(iconv_t conversion, const char *bytes, size_t size_bytes)
{
    char *in = (char *)bytes;
    size_t in_left = MIN(size_bytes, (size_t)DECLARED_BYTES);

    if (conversion == (iconv_t)-1)
        return false;
    (void)iconv(conversion, NULL, NULL, NULL, NULL);
    while (in_left > 0) {
        char piece[PIECE_BYTES];
        char *out = piece;
        size_t out_left = sizeof piece;

        if (iconv(conversion, &in, &in_left, &out, &out_left) == (size_t)-1 &&
            errno != E2BIG)
            return errno == EINVAL && in != bytes;
    }
    return true;
}

/* Where a character surely begins near @at, past a byte that is no part of
 * one; @size_bytes when none is near. */
static size_t
sync_point(const char *bytes, size_t size_bytes, size_t at)
{
    for (size_t back = at; back > 0 && at - back < SYNC_BYTES; back--) {
        if ((unsigned char)bytes[back - 1] < SYNC_BELOW)
            return back;
    }
    for (size_t on = at; on < size_bytes && on - at < SYNC_BYTES; on++) {
        if ((unsigned char)bytes[on] < SYNC_BELOW)
            return on + 1;
    }
    return size_bytes;
}

/* The beginning of a text, and of what follows the places further on that
 * are not ASCII. Returns its size. */
static size_t
sample_take(char sample[SAMPLE_BYTES], const char *bytes, size_t size_bytes)
{
    size_t size = MIN(size_bytes, (size_t)SAMPLE_HEAD_BYTES);
    size_t rest = size_bytes - size, at = size;

    memcpy(sample, bytes, size);
    for (unsigned k = 0; rest > 0 && k < SAMPLE_WINDOWS; k++) {
        size_t length;

        at = MAX(at, SAMPLE_HEAD_BYTES + rest / SAMPLE_WINDOWS * k);
        while (at < size_bytes && (unsigned char)bytes[at] < 0x80)
            at += MAX(
                ascii_run((const unsigned char *)bytes + at, size_bytes - at),
                1u);
        at = MAX(sync_point(bytes, size_bytes, at), (size_t)SAMPLE_HEAD_BYTES);
        if (at >= size_bytes)
            break;
        length = MIN(size_bytes - at, (size_t)SAMPLE_WINDOW_BYTES);
        sample[size++] = '\n';
        memcpy(sample + size, bytes + at, length);
        size += length;
        at += length;
    }
    return size;
}

/* The likeliest reading of a sample. */
typedef struct {
    int at; /* in charsets; -1: none */
    unsigned cost;
    unsigned next_cost; /* of the second best */
    unsigned invalid;
} Best;

/* Nearly any two bytes are a character in UTF-16, and what compresses no
 * better than at random is none of it. */
static bool
is_noise(unsigned cost, size_t size_bytes)
{
    return size_bytes >= NOISE_BYTES && cost / size_bytes >= NOISE_HALF_BITS;
}

static Best
best_reading(const char *sample, size_t size_bytes, bool cut, bool utf16)
{
    Best best = {.at = -1, .cost = G_MAXUINT, .next_cost = G_MAXUINT};
    ScoreText text;

    score_text_init(&text, sample, size_bytes, cut);
    for (unsigned i = 0; i < G_N_ELEMENTS(charsets); i++) {
        const ScoreReader *reader = reader_of(i);
        unsigned invalid, cost;

        if (!reader || (is_utf16(charsets[i].kind) && !utf16))
            continue;
        cost = score_reading(reader, &text, &invalid);
        if (is_utf16(charsets[i].kind) && is_noise(cost, size_bytes))
            continue;
        cost += (unsigned)charsets[i].prior;
        if (cost < best.cost) {
            best.next_cost = best.cost;
            best.cost = cost;
            best.at = (int)i;
            best.invalid = invalid;
        } else {
            best.next_cost = MIN(best.next_cost, cost);
        }
    }
    return best;
}

/* Scores of UTF-16 need the pairs in step, which holds in the beginning
 * alone; the others are told apart better by samples of the whole. */
static Best
best_of(const char *bytes, size_t size_bytes)
{
    char sample[SAMPLE_BYTES];
    size_t head = MIN(size_bytes, (size_t)SAMPLE_HEAD_BYTES), size;
    bool cut = size_bytes > head;
    Best best = best_reading(bytes, head, cut, true);

    if (!cut || best.at < 0 || is_utf16(charsets[best.at].kind))
        return best;
    size = sample_take(sample, bytes, size_bytes);
    return best_reading(sample, size, true, false);
}

/* One chance in 2^bits is what the second best reading has; half of the
 * bits are believed, for letters are not independent. */
static double
confidence_of(const Best *best)
{
    double bits = (best->next_cost - best->cost) / 2.0;

    return 1.0 / (1.0 + exp2(-MIN(bits, 60.0) / 2));
}

static bool
is_double_byte(ScoreKind kind)
{
    return kind >= SCORE_GB18030 && kind <= SCORE_EUC_KR;
}

/* Pages of hanzi that say they are Latin-1 are common, and as that all bytes
 * decode. */
static bool
declared_is_wrong(unsigned declared, const Best *best, const char *bytes,
                  size_t size_bytes)
{
    size_t head = MIN(size_bytes, (size_t)SAMPLE_HEAD_BYTES);
    unsigned invalid;
    ScoreText text;

    score_text_init(&text, bytes, head, true);
    return charsets[declared].kind == SCORE_SINGLE && best->at >= 0 &&
           is_double_byte(charsets[best->at].kind) && best->invalid == 0 &&
           score_reading(reader_of(declared), &text, &invalid) >
               best->cost / 4 * 5 + MARGIN_DECLARED;
}

static bool
guess_by_mark(const unsigned char *bytes, size_t size_bytes,
              CharsetGuess *ret_guess)
{
    static const struct {
        const char *mark;
        unsigned length;
        const char *charset;
    } marks[] = {
        {"\xff\xfe\0\0", 4, "UTF-32LE"},    {"\0\0\xfe\xff", 4, "UTF-32BE"},
        {"\x84\x31\x95\x33", 4, "GB18030"}, {"\xef\xbb\xbf", 3, "UTF-8"},
        {"\xff\xfe", 2, "UTF-16LE"},        {"\xfe\xff", 2, "UTF-16BE"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (size_bytes >= marks[i].length &&
            memcmp(bytes, marks[i].mark, marks[i].length) == 0) {
            *ret_guess = (CharsetGuess){marks[i].charset, 1.0, marks[i].length};
            return true;
        }
    }
    return false;
}

/* ISO-2022 is ASCII to the eye; its escapes tell. */
static const char *
guess_by_escape(const char *bytes, size_t size_bytes)
{
    size_t head = MIN(size_bytes, (size_t)DAMAGED_BYTES);
    static const struct {
        const char *escape;
        const char *charset;
    } escapes[] = {
        {"\x1b$B", "ISO-2022-JP"},
        {"\x1b$@", "ISO-2022-JP"},
        {"\x1b$)C", "ISO-2022-KR"},
    };

    if (!memchr(bytes, 0x1b, head))
        return NULL;
    for (unsigned i = 0; i < G_N_ELEMENTS(escapes); i++) {
        int at = charset_find(escapes[i].charset);

        if (memmem(bytes, head, escapes[i].escape, strlen(escapes[i].escape)) &&
            decodes(conversion_of((unsigned)at), bytes, size_bytes))
            return escapes[i].charset;
    }
    return NULL;
}

CharsetGuess
charset_guess(const char *bytes, size_t size_bytes, const char *declared)
{
    CharsetGuess guess = {"UTF-8", 1.0, 0};
    const char *name;
    Utf8 seen;
    Best best;
    int at;

    if (size_bytes == 0 ||
        guess_by_mark((const unsigned char *)bytes, size_bytes, &guess))
        return guess;

    seen = utf8_judge(bytes, size_bytes);
    if ((name = utf16_by_nuls(&seen, size_bytes)))
        return (CharsetGuess){name, 0.95, 0};
    if (seen.well + seen.bad == 0 && !seen.cut &&
        (name = guess_by_escape(bytes, size_bytes)))
        return (CharsetGuess){name, 0.95, 0};
    if (utf8_fits(&seen, &guess.confidence)) {
        if (!has_controls(bytes, size_bytes))
            return guess;
        best = best_of(bytes, size_bytes);
        if (best.at >= 0 && is_utf16(charsets[best.at].kind))
            return (CharsetGuess){charsets[best.at].name, 0.8, 0};
        return guess;
    }

    best = best_of(bytes, size_bytes);
    at = declared ? charset_declared(declared) : -1;
    if (at >= 0 && decodes(conversion_of((unsigned)at), bytes, size_bytes) &&
        !declared_is_wrong((unsigned)at, &best, bytes, size_bytes))
        return (CharsetGuess){charsets[at].name, 0.9, 0};

    if (best.at < 0 || best.invalid > size_bytes / INVALID_PARTS)
        return (CharsetGuess){"UTF-8", 0.0, 0};
    return (CharsetGuess){charsets[best.at].name, confidence_of(&best), 0};
}

static void
append_replacement(GString *text)
{
    g_string_append(text, "\xef\xbf\xbd");
}

static void
utf8_append(GString *text, const char *bytes, size_t size_bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    size_t from = 0;

    for (size_t i = 0; i < size_bytes;) {
        int length = at[i] < 0x80
                         ? (int)MIN(MAX(ascii_run(at + i, size_bytes - i), 1u),
                                    (size_t)G_MAXINT)
                         : utf8_sequence(at + i, size_bytes - i);

        if (length <= 0) {
            g_string_append_len(text, bytes + from, (gssize)(i - from));
            append_replacement(text);
            from = i + 1;
            length = 1;
        }
        i += (size_t)length;
    }
    g_string_append_len(text, bytes + from, (gssize)(size_bytes - from));
}

static void
converted_append(GString *text, iconv_t conversion, const char *bytes,
                 size_t size_bytes, size_t unit_bytes)
{
    char *in = (char *)bytes;
    size_t in_left = size_bytes;
    bool done = false;

    (void)iconv(conversion, NULL, NULL, NULL, NULL);
    while (!done) {
        char piece[PIECE_BYTES];
        char *out = piece;
        size_t out_left = sizeof piece, result;

        /* With no input, what an encoding of combining marks still holds. */
        done = in_left == 0;
        result = done ? iconv(conversion, NULL, NULL, &out, &out_left)
                      : iconv(conversion, &in, &in_left, &out, &out_left);
        g_string_append_len(text, piece, out - piece);
        if (result == (size_t)-1 && errno != E2BIG && !done) {
            size_t skip = MIN(unit_bytes, in_left);

            append_replacement(text);
            in += skip;
            in_left -= skip;
        }
    }
}

char *
charset_to_utf8(const char *bytes, size_t size_bytes, const char *declared,
                size_t *ret_size_bytes, CharsetGuess *ret_guess)
{
    CharsetGuess guess = charset_guess(bytes, size_bytes, declared);
    GString *text = g_string_sized_new(size_bytes + size_bytes / 2 + 1);
    int at = charset_find(guess.charset);
    iconv_t conversion = at < 0 ? (iconv_t)-1 : conversion_of((unsigned)at);

    bytes += guess.bom_bytes;
    size_bytes -= guess.bom_bytes;
    if (conversion == (iconv_t)-1)
        utf8_append(text, bytes, size_bytes);
    else
        converted_append(text, conversion, bytes, size_bytes,
                         g_str_has_prefix(guess.charset, "UTF-32")   ? 4
                         : g_str_has_prefix(guess.charset, "UTF-16") ? 2
                                                                     : 1);

    if (ret_guess)
        *ret_guess = guess;
    *ret_size_bytes = text->len;
    return g_string_free(text, FALSE);
}
