/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-recognise.c - what recognise says of beginnings and names.
 */
#include "config.h"

#include "indexer/recognise.h"

#include <string.h>

#include "indexer/charset.h"

typedef struct {
    const char *name;
    const char *head; /* of C strings, those without NUL */
    const char *type;
} Case;

static void
check(const Case *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *type =
            recognise(cases[i].head, strlen(cases[i].head), cases[i].name);

        if (strcmp(type, cases[i].type) != 0) {
            g_test_message("'%s': %s, not %s", cases[i].name, type,
                           cases[i].type);
            g_test_fail();
        }
    }
}

/* A ZIP of empty members, and before them one that says @mimetype. */
static GString *
zip_of(const char *mimetype, const char *const *members)
{
    GString *zip = g_string_new(NULL);

    if (mimetype) {
        char local[30] = "PK\3\4";

        local[18] = local[22] = (char)strlen(mimetype);
        local[26] = 8;
        g_string_append_len(zip, local, sizeof local);
        g_string_append_printf(zip, "mimetype%s", mimetype);
    }
    for (; members && *members; members++) {
        char local[30] = "PK\3\4";

        local[26] = (char)strlen(*members);
        g_string_append_len(zip, local, sizeof local);
        g_string_append(zip, *members);
    }
    return zip;
}

static void
assert_zip(const char *mimetype, const char *member, const char *name,
           const char *type)
{
    const char *const members[] = {"[Content_Types].xml", member, NULL};
    g_autoptr(GString) zip = zip_of(mimetype, member ? members : NULL);

    g_assert_cmpstr(recognise(zip->str, zip->len, name), ==, type);
}

static void
test_magic(void)
{
    static const Case cases[] = {
        {"a.pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"},
        {"a.txt", "%PDF-1.4\n", "application/pdf"},
        {"a", "HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n", "application/pdf"},
        {"a.pdf", "%\xe2\xe3\n1 0 obj\n<</Type/Catalog>>", "application/pdf"},
        {"a.doc", "{\\rtf1\\ansi hello}", "text/rtf"},
        {"a.txt", "\x89PNG\r\n\x1a\n....", "image/png"},
        {"a", "\xff\xd8\xff\xe0..JFIF", "image/jpeg"},
        {"a", "GIF89a....", "image/gif"},
        {"a", "RIFF....WEBPVP8 ", "image/webp"},
        {"a", "RIFF....WAVEfmt ", "audio/x-wav"},
        {"a", "....ftypheic....", "image/heic"},
        {"a", "....ftypisom....", "video/mp4"},
        {"a", "....ftypqt  ....", "video/quicktime"},
        {"a", "\x1a\x45\xdf\xa3....webm", "video/webm"},
        {"a", "ID3\3....", "audio/mpeg"},
        {"a", "fLaC....", "audio/flac"},
        {"a", "OggS........................vorbis", "audio/ogg"},
        {"a", "\x1f\x8b\x08....", "application/gzip"},
        {"a", "BZh91AY&SY", "application/x-bzip2"},
        {"a", "\x28\xb5\x2f\xfd....", "application/zstd"},
        {"a", "7z\xbc\xaf\x27\x1c....", "application/x-7z-compressed"},
        {"a", "Rar!\x1a\7....", "application/vnd.rar"},
        {"a.deb", "!<arch>\ndebian-binary   ",
         "application/vnd.debian.binary-package"},
        {"a", "AT&TFORM....DJVM", "image/vnd.djvu"},
        {"a", "%!PS-Adobe-3.0\n", "application/postscript"},
        {"a",
         "\x7f"
         "ELF....",
         "application/x-elf"},
    };

    check(cases, G_N_ELEMENTS(cases));
    g_assert_cmpstr(recognise("", 0, "a.pdf"), ==, "inode/x-empty");
}

static void
test_zip_family(void)
{
    assert_zip(NULL, "word/document.xml", "a.zip",
               "application/vnd.openxmlformats-officedocument."
               "wordprocessingml.document");
    assert_zip(NULL, "xl/workbook.xml", "a",
               "application/vnd.openxmlformats-officedocument."
               "spreadsheetml.sheet");
    assert_zip(NULL, "ppt/presentation.xml", "a.pptx",
               "application/vnd.openxmlformats-officedocument."
               "presentationml.presentation");
    assert_zip(NULL, "word/vbaProject.bin", "a",
               "application/vnd.ms-word.document.macroenabled.12");
    assert_zip(NULL, "word/document.xml", "a.dotx",
               "application/vnd.openxmlformats-officedocument."
               "wordprocessingml.template");
    assert_zip(NULL, "word/document.xml", "a.xlsm",
               "application/vnd.openxmlformats-officedocument."
               "wordprocessingml.document");
    assert_zip("application/epub+zip", NULL, "a", "application/epub+zip");
    assert_zip("application/vnd.oasis.opendocument.text", "content.xml", "a",
               "application/vnd.oasis.opendocument.text");
    assert_zip("application/vnd.oasis.opendocument.text-template", NULL, "a",
               "application/vnd.oasis.opendocument.text-template");
    assert_zip(NULL, "OFD.xml", "发票.pdf", "application/ofd");
    assert_zip(NULL, "META-INF/MANIFEST.MF", "a", "application/java-archive");
    assert_zip(NULL, "photo.jpg", "a.zip", "application/zip");
}

static void
assert_ole(const char *stream, const char *name, const char *type)
{
    g_autoptr(GString) ole = g_string_new(NULL);

    g_string_append_len(ole, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
    g_string_set_size(ole, 512);
    memset(ole->str + 8, 0, 504);
    for (; *stream; stream++) {
        g_string_append_c(ole, *stream);
        g_string_append_c(ole, '\0');
    }
    g_string_append_len(ole, "\0\0\0\0", 4);
    g_assert_cmpstr(recognise(ole->str, ole->len, name), ==, type);
}

static void
test_ole_family(void)
{
    assert_ole("WordDocument", "a", "application/msword");
    assert_ole("WordDocument", "a.xls", "application/msword");
    assert_ole("Workbook", "a", "application/vnd.ms-excel");
    assert_ole("PowerPoint Document", "a", "application/vnd.ms-powerpoint");
    assert_ole("__nameid_version1.0", "a", "application/vnd.ms-outlook");
    assert_ole("Root Entry", "a.doc", "application/msword");
    assert_ole("Root Entry", "a", "application/x-ole-storage");
}

static void
test_text_by_content(void)
{
    static const Case cases[] = {
        {"a", "Just a line of text.\n", "text/plain"},
        {"报告", "一份报告，没有扩展名。\n", "text/plain"},
        {"a.txt", "\xbb\xe1\xd2\xe9\xbc\xcd\xd2\xaa\n", "text/plain"},
        {"a.txt", "M\xfcller wohnt in K\xf6ln.\n", "text/plain"},
        {"a.txt", "<!DOCTYPE html><html>", "text/html"},
        {"a", "  <!-- x -->\n<html lang=de>", "text/html"},
        {"a.html", "no tag at all", "text/html"},
        {"a", "<?xml version='1.0'?>\n<note/>", "application/xml"},
        {"a", "<?xml version='1.0'?><!DOCTYPE svg>\n<svg xmlns=''>",
         "image/svg+xml"},
        {"a", "<?xml version='1.0'?><html xmlns=''>", "application/xhtml+xml"},
        {"a.txt", "{\"name\": \"x\"}", "application/json"},
        {"a", "[{\"name\": 1}]", "application/json"},
        {"a.json", "[1, 2]", "application/json"},
        {"a.txt", "[1] Knuth, The Art\n", "text/plain"},
        {"a.txt", "{curly} braces\n", "text/plain"},
        {"a", "From: a@b.c\r\nTo: d@e.f\r\nSubject: x\r\n\r\nhi",
         "message/rfc822"},
        {"a.txt", "To: do list\n\n- milk\n", "text/plain"},
        {"a", "From a@b.c Mon Jan  1 00:00:00 2024\nFrom: a@b.c\n\nhi",
         "application/mbox"},
        {"a.txt", "From here on it is text.\n", "text/plain"},
        {"a", "BEGIN:VCARD\r\nVERSION:3.0\r\n", "text/vcard"},
        {"a", "BEGIN:VCALENDAR\r\n", "text/calendar"},
        {"a", "#!/usr/bin/env python3\n", "text/x-python"},
        {"a", "#!/bin/sh\n", "text/x-shellscript"},
    };

    check(cases, G_N_ELEMENTS(cases));
    g_assert_cmpstr(recognise("h\0e\0l\0l\0o\0\n\0", 12, "a.txt"), ==,
                    "text/plain");
}

static void
test_text_by_name(void)
{
    static const Case cases[] = {
        {"a.md", "# Title\n", "text/markdown"},
        {"A.MD", "<div align=center>\n\n# Title\n", "text/markdown"},
        {"a.csv", "a,b\n1,2\n", "text/csv"},
        {"a.c", "int main(void);\n", "text/x-c"},
        {"a.py", "import os\n", "text/x-python"},
        {"a.pdf", "not a PDF at all\n", "text/plain"},
        {"a.docx", "nor a document\n", "text/plain"},
        {"a.", "nothing after the dot\n", "text/plain"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void
test_binary_is_never_text(void)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);

    for (unsigned n = 0; n < 200; n++) {
        char junk[2048];
        gsize size = (gsize)g_rand_int_range(random, 64, sizeof junk);
        const char *type;

        /* 2 … 7 begins nothing that is known */
        junk[0] = (char)g_rand_int_range(random, 2, 8);
        for (gsize i = 1; i < size; i++)
            junk[i] = (char)g_rand_int_range(random, 0, 256);
        type = recognise(junk, size, n % 2 ? "a.txt" : "a.html");
        g_assert_false(g_str_has_prefix(type, "text/"));
    }
    g_assert_cmpstr(recognise("\1\2\3\4\5\6\7\x0e", 8, "a.txt"), ==,
                    "application/octet-stream");
}

static void
test_any_head_is_safe(void)
{
    static const char *const begins[] = {
        "PK\3\4",        "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "<?xml",         "<!--",
        "{\"",           "From ",
        "%PDF-",         "RIFF",
        "<!DOCTYPE x [",
    };
    g_autoptr(GRand) random = g_rand_new_with_seed(3);

    for (unsigned n = 0; n < 2000; n++) {
        const char *begin = begins[n % G_N_ELEMENTS(begins)];
        gsize size = strlen(begin) + (gsize)g_rand_int_range(random, 0, 200);
        /* exactly as large as said, so that a sanitizer sees a step too far */
        g_autofree char *head = g_malloc(size);

        memcpy(head, begin, strlen(begin));
        for (gsize i = strlen(begin); i < size; i++)
            head[i] = (char)g_rand_int_range(random, n % 3 ? 0 : 32,
                                             n % 3 ? 256 : 127);
        g_assert_nonnull(recognise(head, size, "a.docx"));
        g_assert_nonnull(recognise(head, size, NULL));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    charset_warm_up();
    recognise_warm_up();
    g_test_add_func("/recognise/knows formats by how they begin", test_magic);
    g_test_add_func("/recognise/tells the ZIP family apart", test_zip_family);
    g_test_add_func("/recognise/tells the OLE family apart", test_ole_family);
    g_test_add_func("/recognise/tells kinds of text by content",
                    test_text_by_content);
    g_test_add_func("/recognise/lets the name choose among kinds of text",
                    test_text_by_name);
    g_test_add_func("/recognise/never calls binary text for its name",
                    test_binary_is_never_text);
    g_test_add_func("/recognise/reads no byte past the head",
                    test_any_head_is_safe);
    return g_test_run();
}
