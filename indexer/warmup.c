/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warmup.c - makes each library load now what it would load later.
 *
 * A library that finds its file missing does not always say so: without its
 * CMaps poppler leaves CJK text out, and reports success. What is loaded
 * here is kept for good, for letting go of it would unload it.
 */
#include "config.h"

#include "indexer/warmup.h"

#include <iconv.h>
#include <libxml/parser.h>
#include <poppler.h>
#include <string.h>
#include <time.h>

#include "indexer/charset.h"
#include "indexer/recognise.h"

/*
 * iconv modules are code, and the sandbox lets no new code in. These are the
 * charsets documents are written in, under the names libraries ask for.
 */
static const char *const charsets[] = {
    "UTF-8",       "UTF-16",      "UTF-16LE",     "UTF-16BE",    "UTF-32",
    "UTF-32LE",    "UTF-32BE",    "UCS-2",        "UCS-4",       "UTF-7",
    "ASCII",       "ISO-8859-1",  "ISO-8859-2",   "ISO-8859-3",  "ISO-8859-4",
    "ISO-8859-5",  "ISO-8859-6",  "ISO-8859-7",   "ISO-8859-8",  "ISO-8859-9",
    "ISO-8859-10", "ISO-8859-11", "ISO-8859-13",  "ISO-8859-14", "ISO-8859-15",
    "ISO-8859-16", "CP437",       "CP850",        "CP852",       "CP855",
    "CP866",       "CP874",       "CP932",        "CP936",       "CP949",
    "CP1250",      "CP1251",      "CP1252",       "CP1253",      "CP1254",
    "CP1255",      "CP1256",      "CP1257",       "CP1258",      "KOI8-R",
    "KOI8-U",      "MACINTOSH",   "MAC-CYRILLIC", "GB2312",      "GBK",
    "GB18030",     "BIG5",        "BIG5-HKSCS",   "EUC-TW",      "SHIFT_JIS",
    "EUC-JP",      "ISO-2022-JP", "ISO-2022-KR",  "ISO-2022-CN", "EUC-KR",
    "UHC",         "JOHAB",       "TIS-620",      "VISCII",
};

/*
 * A page with one word for each of the four CJK collections, whose CMap and
 * encoding poppler looks up when it meets the font. Written without an xref
 * table: poppler rebuilds one.
 */
static const char page[] =
    "%PDF-1.4\n"
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R"
    "/Resources<</Font<</F0 5 0 R/F1 6 0 R/F2 7 0 R/F3 8 0 R/F4 9 0 R>>>>>>"
    "endobj\n"
    "4 0 obj<</Length 133>>stream\n"
    "BT /F0 9 Tf 9 99 Td(warm)Tj /F1 9 Tf <4e2d6587> Tj "
    "/F2 9 Tf <4e2d6587> Tj /F3 9 Tf <65e5672c> Tj "
    "/F4 9 Tf <d55cad6d> Tj ET        \n"
    "endstream endobj\n"
    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
#define CJK_FONT(number, name, cmap, ordering)                                 \
    number " 0 obj<</Type/Font/Subtype/Type0/BaseFont/" name "/Encoding/" cmap \
           "/DescendantFonts[<</Type/Font/Subtype/"                            \
           "CIDFontType2/BaseFont/" name "/CIDSystemInfo<</Registry(Adobe)"    \
           "/Ordering(" ordering ")/Supplement 2>>>>]>>endobj\n"
    CJK_FONT("6", "SimSun", "UniGB-UCS2-H", "GB1")
        CJK_FONT("7", "MingLiU", "UniCNS-UCS2-H", "CNS1")
            CJK_FONT("8", "MS-Mincho", "UniJIS-UCS2-H", "Japan1")
                CJK_FONT("9", "Batang", "UniKS-UCS2-H",
                         "Korea1") "trailer<</Root 1 0 R>>\n";

static void
warm_charsets(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
        /* Not closed: glibc unloads a module nobody uses. */
        (void)iconv_open("UTF-8", charsets[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++)
        (void)iconv_open(charsets[i], "UTF-8");
}

/* The document is not freed: with the last one poppler drops its CMaps. */
static void
warm_poppler(void)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(page, sizeof page - 1);
    PopplerDocument *document =
        poppler_document_new_from_bytes(bytes, NULL, NULL);
    PopplerPage *first;
    g_autofree char *text = NULL;

    if (document == NULL)
        return;
    first = poppler_document_get_page(document, 0);
    if (first != NULL) {
        text = poppler_page_get_text(first);
        g_object_unref(first);
    }
}

void
warmup(void)
{
    tzset();
    warm_charsets();
    charset_warm_up();
    recognise_warm_up();
    xmlInitParser();
    warm_poppler();
}
