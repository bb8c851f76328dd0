/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recognise.c - what a document is, by its content before its name.
 *
 * Three questions in order: does it begin like a format we know; is it text,
 * and of which kind; does libmagic know it. Text never reaches libmagic, which
 * is slow on it, and binary junk never becomes text because of its name.
 */
#include "config.h"

#include "indexer/recognise.h"

#include <magic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "indexer/recognise-text.h"

#define UNKNOWN "application/octet-stream"
#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

enum {
    PDF_JUNK_BYTES = 1024, /* what readers accept before %PDF- */
    TAR_BLOCK_BYTES = 512,
    TAR_CHECKSUM_AT = 148,
    TAR_CHECKSUM_BYTES = 8,
    ZIP_LOCAL_BYTES = 30,   /* of a local header, before the name */
    ZIP_CENTRAL_BYTES = 46, /* of an entry of the directory at the end */
    ZIP_MEMBERS_MAX = 512,
    MIMETYPE_BYTES_MAX = 80,
};

/* What is looked at. */
typedef struct {
    const char *bytes;
    size_t size_bytes;
    const char *extension; /* lower case, "" when there is none */
} Head;

/* A format, and what tells it within its family. */
typedef struct {
    const char *mark;
    const char *type;
    const char *extension; /* only for names that end so; NULL: any */
} Mark;

static bool
head_has(const Head *head, size_t offset, const char *mark, size_t length)
{
    return head->size_bytes >= length && offset <= head->size_bytes - length &&
           memcmp(head->bytes + offset, mark, length) == 0;
}

static unsigned
little16(const char *at)
{
    return (unsigned char)at[0] | (unsigned)(unsigned char)at[1] << 8;
}

/* Readers open a PDF with junk before its mark; one without a mark is told by
 * the objects it is made of, when its name says so too. */
static bool
is_pdf(const Head *head)
{
    size_t junk = MIN(head->size_bytes, (size_t)PDF_JUNK_BYTES);

    return memmem(head->bytes, junk, "%PDF-", 5) ||
           (strcmp(head->extension, "pdf") == 0 &&
            memmem(head->bytes, head->size_bytes, " 0 obj", 6));
}

/* Content that a name tells apart, or the ZIP when nothing does. */
static const struct {
    const char *extension;
    const char *family; /* a folder that must be within; NULL: any ZIP */
    const char *type;
} zip_names[] = {
    {"docm", "word/", "application/vnd.ms-word.document.macroenabled.12"},
    {"dotm", "word/", "application/vnd.ms-word.template.macroenabled.12"},
    {"dotx", "word/", OOXML "wordprocessingml.template"},
    {"xlsm", "xl/", "application/vnd.ms-excel.sheet.macroenabled.12"},
    {"xltm", "xl/", "application/vnd.ms-excel.template.macroenabled.12"},
    {"xlam", "xl/", "application/vnd.ms-excel.addin.macroenabled.12"},
    {"xltx", "xl/", OOXML "spreadsheetml.template"},
    {"pptm", "ppt/",
     "application/vnd.ms-powerpoint.presentation.macroenabled.12"},
    {"potm", "ppt/", "application/vnd.ms-powerpoint.template.macroenabled.12"},
    {"ppsm", "ppt/", "application/vnd.ms-powerpoint.slideshow.macroenabled.12"},
    {"potx", "ppt/", OOXML "presentationml.template"},
    {"ppsx", "ppt/", OOXML "presentationml.slideshow"},
    {"pages", NULL, "application/vnd.apple.pages"},
    {"numbers", NULL, "application/vnd.apple.numbers"},
    {"key", NULL, "application/vnd.apple.keynote"},
    {"war", "META-INF/", "application/java-archive"},
    {"sxw", "META-INF/", "application/vnd.sun.xml.writer"},
    {"stw", "META-INF/", "application/vnd.sun.xml.writer.template"},
    {"sxc", "META-INF/", "application/vnd.sun.xml.calc"},
    {"sxi", "META-INF/", "application/vnd.sun.xml.impress"},
    {"wacz", NULL, "application/wacz"},
};

/* The first row some member of the ZIP begins with. */
static const Mark zip_members[] = {
    {"xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12",
     NULL},
    {"word/vbaProject.bin", "application/vnd.ms-word.document.macroenabled.12",
     NULL},
    {"xl/vbaProject.bin", "application/vnd.ms-excel.sheet.macroenabled.12",
     NULL},
    {"ppt/vbaProject.bin",
     "application/vnd.ms-powerpoint.presentation.macroenabled.12", NULL},
    {"word/", OOXML "wordprocessingml.document", NULL},
    {"xl/", OOXML "spreadsheetml.sheet", NULL},
    {"ppt/", OOXML "presentationml.presentation", NULL},
    {"visio/", "application/vnd.ms-visio.drawing", NULL},
    {"OFD.xml", "application/ofd", NULL},
    {"Doc_0/Document.xml", "application/ofd", NULL},
    {"FixedDocSeq.fdseq", "application/vnd.ms-xpsdocument", NULL},
    {"FixedDocumentSequence.fdseq", "application/vnd.ms-xpsdocument", NULL},
    {"Documents/1/", "application/vnd.ms-xpsdocument", NULL},
    {"AndroidManifest.xml", "application/vnd.android.package-archive", NULL},
    {"designmap.xml", "application/vnd.adobe.indesign-idml-package", NULL},
    {"META-INF/container.xml", "application/epub+zip", NULL},
    {"index.apxl", "application/vnd.apple.keynote", NULL},
    {"index.xml", "application/vnd.apple.pages", "pages"},
    {"index.xml", "application/vnd.apple.numbers", "numbers"},
    {"Index/Presentation.iwa", "application/vnd.apple.keynote", NULL},
    {"Index/Slide", "application/vnd.apple.keynote", NULL},
    {"META-INF/MANIFEST.MF", "application/java-archive", NULL},
    {"doc.kml", "application/vnd.google-earth.kmz", NULL},
    /* A package whose parts all stand past what is looked at. */
    {"[Content_Types].xml", OOXML "wordprocessingml.document", "docx"},
    {"[Content_Types].xml", OOXML "spreadsheetml.sheet", "xlsx"},
    {"[Content_Types].xml", OOXML "presentationml.presentation", "pptx"},
    {"_rels/.rels", OOXML "wordprocessingml.document", "docx"},
    {"_rels/.rels", OOXML "spreadsheetml.sheet", "xlsx"},
    {"_rels/.rels", OOXML "presentationml.presentation", "pptx"},
};

/* What a stored first member "mimetype" may say. */
static const char *const zip_mimetypes[] = {
    "application/epub+zip",
    ODF "text",
    ODF "text-template",
    ODF "text-master",
    ODF "text-web",
    ODF "spreadsheet",
    ODF "spreadsheet-template",
    ODF "presentation",
    ODF "presentation-template",
    ODF "graphics",
    ODF "graphics-template",
    ODF "chart",
    ODF "chart-template",
    ODF "formula",
    ODF "formula-template",
    ODF "image",
    ODF "base",
    ODF "database",
    "application/vnd.sun.xml.writer",
    "application/vnd.sun.xml.writer.template",
    "application/vnd.sun.xml.calc",
    "application/vnd.sun.xml.calc.template",
    "application/vnd.sun.xml.impress",
    "application/vnd.sun.xml.impress.template",
    "application/vnd.sun.xml.draw",
    "application/hwp+zip",
    "image/openraster",
    "application/x-krita",
};

static const char *
zip_mimetype(const Head *head)
{
    const char *said;
    size_t length;

    if (!head_has(head, ZIP_LOCAL_BYTES, "mimetype", 8))
        return NULL;
    length = ZIP_LOCAL_BYTES + 8 + little16(head->bytes + 28);
    if (length >= head->size_bytes)
        return NULL;
    said = head->bytes + length;
    length = MIN(head->size_bytes - length, (size_t)MIMETYPE_BYTES_MAX);
    /* The longest that fits: "…text-template" begins like "…text". */
    for (size_t i = 0, best = 0, at = 0; i <= G_N_ELEMENTS(zip_mimetypes);
         i++) {
        size_t size;

        if (i == G_N_ELEMENTS(zip_mimetypes))
            return best ? zip_mimetypes[at] : NULL;
        size = strlen(zip_mimetypes[i]);
        if (size > best && size <= length &&
            memcmp(said, zip_mimetypes[i], size) == 0) {
            best = size;
            at = i;
        }
    }
    return NULL;
}

/* The names of the members in the head, one a line; a compressed member that
 * looks like a header makes a name more, which no row has. Given. */
static char *
zip_member_names(const Head *head)
{
    GString *names = g_string_new("\n");
    const char *at = head->bytes, *end = head->bytes + head->size_bytes;

    for (unsigned n = 0; n < ZIP_MEMBERS_MAX; n++) {
        size_t fixed, length;

        at = memmem(at, (size_t)(end - at), "PK", 2);
        if (!at || end - at < ZIP_LOCAL_BYTES)
            break;
        if (memcmp(at, "PK\3\4", 4) == 0)
            fixed = ZIP_LOCAL_BYTES;
        else if (memcmp(at, "PK\1\2", 4) == 0)
            fixed = ZIP_CENTRAL_BYTES;
        else
            fixed = 0;
        if (fixed > 0 && (size_t)(end - at) > fixed) {
            length = little16(at + (fixed == ZIP_LOCAL_BYTES ? 26 : 28));
            length = MIN(length, (size_t)(end - at) - fixed);
            for (size_t i = 0; i < length; i++) {
                char c = at[fixed + i];

                g_string_append_c(names, c == '\\' ? '/' : c ? c : ' ');
            }
            g_string_append_c(names, '\n');
        } else {
            n--; /* two letters in compressed data are no member */
        }
        at += 2;
    }
    return g_string_free(names, FALSE);
}

static bool
zip_has(const char *names, const char *member)
{
    g_autofree char *line = g_strconcat("\n", member, NULL);

    return strstr(names, line) != NULL;
}

static const char *
zip_type(const Head *head)
{
    const char *type = zip_mimetype(head);
    g_autofree char *names = NULL;

    if (type)
        return type;
    names = zip_member_names(head);
    for (unsigned i = 0; i < G_N_ELEMENTS(zip_names); i++) {
        if (strcmp(zip_names[i].extension, head->extension) == 0 &&
            (!zip_names[i].family || zip_has(names, zip_names[i].family)))
            return zip_names[i].type;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(zip_members); i++) {
        const Mark *mark = &zip_members[i];

        if ((!mark->extension ||
             strcmp(mark->extension, head->extension) == 0) &&
            zip_has(names, mark->mark))
            return mark->type;
    }
    return "application/zip";
}

/* Streams of an OLE2 file. A document may hold another within, so the one its
 * name asks for goes first, then these in order. */
static const Mark ole_streams[] = {
    {"EncryptedPackage", "application/encrypted", NULL},
    {"PowerPoint Document", "application/vnd.ms-powerpoint", "ppt"},
    {"PowerPoint Document", "application/vnd.ms-powerpoint", "pot"},
    {"PowerPoint Document", "application/vnd.ms-powerpoint", "pps"},
    {"PowerPoint Document", "application/vnd.ms-powerpoint", "dps"},
    {"WordDocument", "application/msword", "doc"},
    {"WordDocument", "application/msword", "dot"},
    {"WordDocument", "application/msword", "wps"},
    {"Workbook", "application/vnd.ms-excel", "xls"},
    {"Workbook", "application/vnd.ms-excel", "xlt"},
    {"Workbook", "application/vnd.ms-excel", "et"},
    {"Book", "application/vnd.ms-excel", "xls"},
    {"__properties_version1.0", "application/vnd.ms-outlook", NULL},
    {"__nameid_version1.0", "application/vnd.ms-outlook", NULL},
    {"PowerPoint Document", "application/vnd.ms-powerpoint", NULL},
    {"VisioDocument", "application/vnd.visio", NULL},
    {"Quill", "application/x-mspublisher", NULL},
    {"HwpSummaryInformation", "application/x-hwp", NULL},
    {"\005HwpSummaryInformation", "application/x-hwp", NULL},
    {"WordDocument", "application/msword", NULL},
    {"Workbook", "application/vnd.ms-excel", NULL},
    {"Book", "application/vnd.ms-excel", NULL},
    {"PerfectOffice_MAIN", "application/vnd.wordperfect", NULL},
    {"MatOST", "application/vnd.ms-works", NULL},
    {"SwDocContentMgr", "application/sldworks", NULL},
    {"StarWriterDocument", "application/vnd.stardivision.writer", NULL},
    {"StarCalcDocument", "application/vnd.stardivision.calc", NULL},
    {"!_StringData", "application/x-msi", NULL},
};

/* When the directory stands past the head, the name is all there is. */
static const struct {
    const char *extension;
    const char *type;
} ole_names[] = {
    {"doc", "application/msword"},
    {"dot", "application/msword"},
    {"wps", "application/vnd.ms-works"},
    {"xls", "application/vnd.ms-excel"},
    {"xlt", "application/vnd.ms-excel"},
    {"et", "application/vnd.ms-excel"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pps", "application/vnd.ms-powerpoint"},
    {"pot", "application/vnd.ms-powerpoint"},
    {"dps", "application/vnd.ms-powerpoint"},
    {"msg", "application/vnd.ms-outlook"},
    {"vsd", "application/vnd.visio"},
    {"pub", "application/x-mspublisher"},
    {"hwp", "application/x-hwp"},
    {"msi", "application/x-msi"},
};

/* True when the head has a directory entry of that name: UTF-16, ended. */
static bool
ole_has(const Head *head, const char *stream)
{
    char name[64] = {0};
    size_t length = strlen(stream);

    g_assert(length * 2 + 2 <= sizeof name);
    for (size_t i = 0; i < length; i++)
        name[2 * i] = stream[i];
    return memmem(head->bytes, head->size_bytes, name, length * 2 + 2) != NULL;
}

static const char *
ole_type(const Head *head)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(ole_streams); i++) {
        const Mark *mark = &ole_streams[i];

        if ((!mark->extension ||
             strcmp(mark->extension, head->extension) == 0) &&
            ole_has(head, mark->mark))
            return mark->type;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(ole_names); i++) {
        if (strcmp(ole_names[i].extension, head->extension) == 0)
            return ole_names[i].type;
    }
    return "application/x-ole-storage";
}

static const char *
riff_type(const Head *head)
{
    if (head_has(head, 8, "WEBP", 4))
        return "image/webp";
    if (head_has(head, 8, "WAVE", 4))
        return "audio/x-wav";
    if (head_has(head, 8, "AVI ", 4))
        return "video/x-msvideo";
    return NULL;
}

/* ISO base media: the brand says what is in the box. */
static const char *
ftyp_type(const Head *head)
{
    static const Mark brands[] = {
        {"heic", "image/heic", NULL}, {"heix", "image/heic", NULL},
        {"hevc", "image/heic", NULL}, {"mif1", "image/heif", NULL},
        {"msf1", "image/heif", NULL}, {"avif", "image/avif", NULL},
        {"avis", "image/avif", NULL}, {"qt  ", "video/quicktime", NULL},
        {"M4A ", "audio/mp4", NULL},  {"M4B ", "audio/mp4", NULL},
        {"M4P ", "audio/mp4", NULL},  {"crx ", "image/x-canon-cr3", NULL},
        {"jp2 ", "image/jp2", NULL},  {"jpx ", "image/jpx", NULL},
        {"3gp", "video/3gpp", NULL},  {"3g2", "video/3gpp2", NULL},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(brands); i++) {
        if (head_has(head, 8, brands[i].mark, strlen(brands[i].mark)))
            return brands[i].type;
    }
    return "video/mp4";
}

static const char *
ebml_type(const Head *head)
{
    size_t near = MIN(head->size_bytes, 64u);

    return memmem(head->bytes, near, "webm", 4) ? "video/webm"
                                                : "video/x-matroska";
}

static const char *
ogg_type(const Head *head)
{
    size_t near = MIN(head->size_bytes, 64u);

    if (memmem(head->bytes, near, "theora", 6))
        return "video/ogg";
    if (memmem(head->bytes, near, "OpusHead", 8) ||
        memmem(head->bytes, near, "vorbis", 6) ||
        memmem(head->bytes, near, "Speex", 5) ||
        memmem(head->bytes, near, "FLAC", 4))
        return "audio/ogg";
    return "application/ogg";
}

static const char *
tiff_type(const Head *head)
{
    if (head_has(head, 8, "CR\2", 3))
        return "image/x-canon-cr2";
    return strcmp(head->extension, "dng") == 0 ? "image/x-adobe-dng"
                                               : "image/tiff";
}

static const char *
ar_type(const Head *head)
{
    return head_has(head, 8, "debian-binary", 13)
               ? "application/vnd.debian.binary-package"
               : "application/x-archive";
}

/* Java classes and Mach-O archives begin alike; a class says its version,
 * which began at 45, where the other says how few machines it is for. */
static const char *
cafebabe_type(const Head *head)
{
    return head->size_bytes >= 8 && (unsigned char)head->bytes[7] >= 43
               ? "application/x-java-applet"
               : "application/x-mach-binary";
}

/* What begins with @mark, or what @decide makes of it when it is more than
 * one thing; NULL from that asks the next row. */
typedef struct {
    size_t offset;
    const char *mark;
    size_t length;
    const char *type;
    const char *(*decide)(const Head *head);
} Magic;

#define MAGIC(offset, mark, type, decide)                                      \
    {                                                                          \
        offset, mark, sizeof mark - 1, type, decide                            \
    }

static const Magic magics[] = {
    MAGIC(0, "PK\3\4", NULL, zip_type),
    MAGIC(0, "PK\5\6", "application/zip", NULL), /* an empty one */
    MAGIC(0, "PK00PK\3\4", "application/zip", NULL),
    MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NULL, ole_type),
    MAGIC(0, "{\\rtf", "text/rtf", NULL),
    MAGIC(0, "\x89PNG\r\n\x1a\n", "image/png", NULL),
    MAGIC(0, "\xff\xd8\xff", "image/jpeg", NULL),
    MAGIC(0, "GIF87a", "image/gif", NULL),
    MAGIC(0, "GIF89a", "image/gif", NULL),
    MAGIC(0, "RIFF", NULL, riff_type),
    MAGIC(0, "II*\0", NULL, tiff_type),
    MAGIC(0, "MM\0*", NULL, tiff_type),
    MAGIC(4, "ftyp", NULL, ftyp_type),
    MAGIC(4, "moov", "video/quicktime", NULL),
    MAGIC(0, "\xff\x0a", "image/jxl", NULL),
    MAGIC(0, "\0\0\0\x0cJXL \r\n\x87\n", "image/jxl", NULL),
    MAGIC(0, "\0\0\0\x0cjP  \r\n\x87\n", "image/jp2", NULL),
    MAGIC(0, "8BPS", "image/vnd.adobe.photoshop", NULL),
    MAGIC(0, "gimp xcf ", "image/x-xcf", NULL),
    MAGIC(0, "\0\0\1\0", "image/vnd.microsoft.icon", NULL),
    MAGIC(0, "AT&TFORM", "image/vnd.djvu", NULL),
    MAGIC(0, "BPG\xfb", "image/bpg", NULL),
    MAGIC(0, "\xd7\xcd\xc6\x9a", "image/wmf", NULL),
    MAGIC(40, " EMF", "image/emf", NULL),
    MAGIC(0, "\x1f\x8b", "application/gzip", NULL),
    MAGIC(0, "BZh", "application/x-bzip2", NULL),
    MAGIC(0, "\xfd\x37zXZ\0", "application/x-xz", NULL),
    MAGIC(0, "\x28\xb5\x2f\xfd", "application/zstd", NULL),
    MAGIC(0, "\x1f\x9d", "application/x-compress", NULL),
    MAGIC(0, "\x04\x22\x4d\x18", "application/x-lz4", NULL),
    MAGIC(0, "LZIP", "application/x-lzip", NULL),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", NULL),
    MAGIC(0, "Rar!\x1a\7", "application/vnd.rar", NULL),
    MAGIC(0, "MSCF\0\0\0\0", "application/vnd.ms-cab-compressed", NULL),
    MAGIC(0, "ITSF\3\0\0\0", "application/vnd.ms-htmlhelp", NULL),
    MAGIC(0, "!<arch>\n", NULL, ar_type),
    MAGIC(0, "\xed\xab\xee\xdb", "application/x-rpm", NULL),
    MAGIC(0, "070701", "application/x-cpio", NULL),
    MAGIC(257, "ustar", "application/x-tar", NULL),
    MAGIC(0x8001, "CD001", "application/x-iso9660-image", NULL),
    MAGIC(0, "ID3", "audio/mpeg", NULL),
    MAGIC(0, "\xff\xfb", "audio/mpeg", NULL),
    MAGIC(0, "\xff\xf3", "audio/mpeg", NULL),
    MAGIC(0, "\xff\xf2", "audio/mpeg", NULL),
    MAGIC(0, "\xff\xfa", "audio/mpeg", NULL),
    MAGIC(0, "fLaC", "audio/flac", NULL),
    MAGIC(0, "OggS", NULL, ogg_type),
    MAGIC(0, "#!AMR", "audio/amr", NULL),
    MAGIC(0, "MThd", "audio/midi", NULL),
    MAGIC(0, "\x1a\x45\xdf\xa3", NULL, ebml_type),
    MAGIC(0, "FLV\1", "video/x-flv", NULL),
    MAGIC(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf", NULL),
    MAGIC(0, "\0\0\1\xba", "video/mpeg", NULL),
    MAGIC(0, "%!PS", "application/postscript", NULL),
    MAGIC(0, "\4%!PS", "application/postscript", NULL),
    MAGIC(0,
          "\x7f"
          "ELF",
          "application/x-elf", NULL),
    MAGIC(0, "MZ\x90\0", "application/vnd.microsoft.portable-executable", NULL),
    MAGIC(0, "\xca\xfe\xba\xbe", NULL, cafebabe_type),
    MAGIC(0, "\0asm", "application/wasm", NULL),
    MAGIC(0, "SQLite format 3\0", "application/vnd.sqlite3", NULL),
    MAGIC(0, "\0\1\0\0Standard Jet DB", "application/x-msaccess", NULL),
    MAGIC(0, "\0\1\0\0Standard ACE DB", "application/x-msaccess", NULL),
    MAGIC(0, "wOFF", "font/woff", NULL),
    MAGIC(0, "wOF2", "font/woff2", NULL),
    MAGIC(0, "OTTO", "font/otf", NULL),
    MAGIC(0, "\0\1\0\0\0", "font/ttf", NULL),
    MAGIC(60, "BOOKMOBI", "application/x-mobipocket-ebook", NULL),
    MAGIC(0, "!BDN", "application/vnd.ms-outlook-pst", NULL),
    MAGIC(0, "\x78\x9f\x3e\x22", "application/vnd.ms-tnef", NULL),
    MAGIC(0, "\xffWPC", "application/vnd.wordperfect", NULL),
    MAGIC(0, "bplist00", "application/x-bplist", NULL),
    MAGIC(0, "\xac\xed\0\5", "application/x-java-serialized-object", NULL),
    MAGIC(0, "\x89HDF\r\n\x1a\n", "application/x-hdf5", NULL),
    MAGIC(0, "PAR1", "application/vnd.apache.parquet", NULL),
    MAGIC(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote", NULL),
};

static const char *
magic_type(const Head *head)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(magics); i++) {
        const Magic *magic = &magics[i];

        if (head_has(head, magic->offset, magic->mark, magic->length)) {
            const char *type =
                magic->decide ? magic->decide(head) : magic->type;

            if (type)
                return type;
        }
    }
    return NULL;
}

/* Archives from before POSIX have no mark, but the sum of their header. */
static bool
is_tar(const Head *head)
{
    char digits[TAR_CHECKSUM_BYTES + 1] = "";
    unsigned sum = 0;

    if (head->size_bytes < TAR_BLOCK_BYTES || head->bytes[0] == '\0')
        return false;
    for (unsigned i = 0; i < TAR_BLOCK_BYTES; i++) {
        bool blank =
            i >= TAR_CHECKSUM_AT && i < TAR_CHECKSUM_AT + TAR_CHECKSUM_BYTES;

        sum += blank ? ' ' : (unsigned char)head->bytes[i];
    }
    memcpy(digits, head->bytes + TAR_CHECKSUM_AT, TAR_CHECKSUM_BYTES);
    return g_ascii_strtoull(digits, NULL, 8) == sum;
}

static bool
is_bmp(const Head *head)
{
    /* Two letters are no mark; the size of its second header is. */
    return head_has(head, 0, "BM", 2) && head->size_bytes >= 26 &&
           (little16(head->bytes + 14) == 40 ||
            little16(head->bytes + 14) == 12 ||
            little16(head->bytes + 14) == 108 ||
            little16(head->bytes + 14) == 124) &&
           little16(head->bytes + 16) == 0;
}

static magic_t libmagic;

void
recognise_warm_up(void)
{
    if (libmagic)
        return;
    libmagic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_TEXT |
                          MAGIC_NO_CHECK_ENCODING | MAGIC_NO_CHECK_COMPRESS);
    if (libmagic && magic_load(libmagic, NULL) != 0) {
        magic_close(libmagic);
        libmagic = NULL;
    }
}

/* What libmagic makes of binary; text is what it cannot be. */
static const char *
libmagic_type(const Head *head)
{
    const char *type =
        libmagic ? magic_buffer(libmagic, head->bytes, head->size_bytes) : NULL;

    if (!type || g_str_has_prefix(type, "text/") ||
        g_str_has_prefix(type, "inode/") || !strchr(type, '/'))
        return UNKNOWN;
    return g_intern_string(type); /* libmagic's own, of which there are few */
}

const char *
recognise(const char *head_bytes, size_t size_bytes, const char *name)
{
    g_autofree char *extension = NULL;
    const char *dot = name ? strrchr(name, '.') : NULL;
    const char *type;
    Head head = {head_bytes, MIN(size_bytes, (size_t)RECOGNISE_BYTES), ""};

    if (size_bytes == 0)
        return "inode/x-empty";
    if (dot) {
        extension = g_ascii_strdown(dot + 1, -1);
        head.extension = extension;
    }

    if ((type = magic_type(&head)))
        return type;
    if (is_pdf(&head))
        return "application/pdf";
    if (is_tar(&head))
        return "application/x-tar";
    if (is_bmp(&head))
        return "image/bmp";
    if ((type = recognise_text(head.bytes, head.size_bytes, head.extension)))
        return type;
    return libmagic_type(&head);
}
