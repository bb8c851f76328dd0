/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-extract.c - documents of each format, made here, and what is read.
 */
#include "config.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "indexer/extractor.h"
#include "indexer/markup.h"

enum { ROOM_BYTES = 1000 * 1000 };

static Extract *
extract_bytes(const char *bytes, size_t size_bytes, const char *name,
              bool *ret_reusable)
{
    g_autoptr(GError) error = NULL;
    fd_auto int fd = memfd_create("document", MFD_CLOEXEC);
    Extract *extract;

    g_assert_cmpint(fd, >=, 0);
    g_assert_true(fd_write_all(fd, bytes, size_bytes, &error));
    extract = extractor_run(fd, name, ROOM_BYTES, ret_reusable);
    g_assert_true(extract_check(extract, &error));
    g_assert_no_error(error);
    return extract;
}

static Extract *
extract(const char *text, const char *name)
{
    bool reusable;

    return extract_bytes(text, strlen(text), name, &reusable);
}

static const Heading *
heading(const Extract *read, unsigned i)
{
    g_assert_cmpuint(i, <, read->headings->len);
    return &g_array_index(read->headings, Heading, i);
}

static const Passage *
passage(const Extract *read, unsigned i)
{
    g_assert_cmpuint(i, <, read->passages->len);
    return &g_array_index(read->passages, Passage, i);
}

static void
assert_has(const Extract *read, const char *words)
{
    if (strstr(read->text, words) == NULL)
        g_error("'%s' is not in: %s", words, read->text);
}

static void
assert_lacks(const Extract *read, const char *words)
{
    if (strstr(read->text, words) != NULL)
        g_error("'%s' is in: %s", words, read->text);
}

/* ---- text ---- */

static void
test_text(void)
{
    g_autoptr(Extract) read = extract("One.\nTwo.\n\nThree.\n", "a.txt");

    g_assert_cmpstr(read->text, ==, "One.\nTwo.\n\nThree.");
    g_assert_cmpstr(read->type, ==, "text/plain");
    g_assert_cmpint(read->state, ==, EXTRACT_INDEXED);
    g_assert_cmpuint(read->pages, ==, 0);
    g_assert_null(read->charset);
}

static void
test_form_feeds(void)
{
    g_autoptr(Extract) read = extract("first page\n\fsecond page\n\f", "a.txt");

    g_assert_cmpuint(read->pages, ==, 2);
    g_assert_cmpuint(read->passages->len, ==, 2);
    g_assert_cmpuint(passage(read, 1)->page, ==, 2);
}

static void
test_charset(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *gbk =
        g_convert("汉字文件，里面是中文。\n第二行也是中文，用来判断编码。\n",
                  -1, "GB18030", "UTF-8", NULL, NULL, &error);
    g_autoptr(Extract) read = NULL;

    g_assert_no_error(error);
    read = extract(gbk, "a.txt");
    assert_has(read, "汉字文件，里面是中文。");
    g_assert_cmpstr(read->charset, ==, "GB18030");
}

static void
test_empty(void)
{
    g_autoptr(Extract) read = extract("", "a.txt");

    g_assert_cmpint(read->state, ==, EXTRACT_INDEXED);
    g_assert_cmpuint(read->text_bytes, ==, 0);
}

static void
test_unread(void)
{
    static const char bytes[] = "\x7F"
                                "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3E\0";
    bool reusable;
    g_autoptr(Extract) read =
        extract_bytes(bytes, sizeof bytes, "program", &reusable);

    g_assert_cmpint(read->state, ==, EXTRACT_PARTIAL);
    g_assert_cmpint(read->fault, ==, FAULT_UNSUPPORTED);
    g_assert_true(g_str_has_prefix(read->reason, "only the name is indexed"));
}

static void
test_reusable(void)
{
    bool reusable;

    extract_free(extract_bytes("words", 5, "a.txt", &reusable));
    g_assert_true(reusable);
    extract_free(extract_bytes("<html><p>words", 14, "a.html", &reusable));
    g_assert_false(reusable);
    g_assert_true(extractor_for("text/x-c")->reusable);
    g_assert_true(extractor_for("text/markdown")->reusable);
    g_assert_false(extractor_for("application/pdf")->reusable);
    g_assert_null(extractor_for("text/rtf"));
    g_assert_null(extractor_for("video/mp4"));
}

/* ---- Markdown ---- */

static void
test_markdown(void)
{
    g_autoptr(Extract) read = extract("Intro\n\n"
                                      "# The **Title** #\n\nText.\n\n"
                                      "Second\n------\n\nMore [text](url).\n"
                                      "```\n# no heading\n```\n"
                                      "### C# and `code`\nEnd.\n"
                                      "- list\n---\n    # code\n#hash\n",
                                      "a.md");

    g_assert_cmpuint(read->headings->len, ==, 3);
    g_assert_cmpstr(heading(read, 0)->title, ==, "The Title");
    g_assert_cmpuint(heading(read, 0)->level, ==, 1);
    g_assert_cmpstr(heading(read, 1)->title, ==, "Second");
    g_assert_cmpuint(heading(read, 1)->level, ==, 2);
    g_assert_cmpstr(heading(read, 2)->title, ==, "C# and code");
    g_assert_cmpstr(read->title, ==, "The Title");
    assert_has(read, "# no heading");
    assert_has(read, "Text.\n\nSecond\n\nMore [text](url).");
    assert_has(read, "#hash");
}

static void
test_front_matter(void)
{
    g_autoptr(Extract) read =
        extract("---\ntitle: \"On Foxes\"\nauthor: A. Writer\n"
                "date: 2024-05-01\nlang: en\ntags: [red, quick]\n---\n"
                "# Foxes\n\nText.\n",
                "a.md");

    g_assert_cmpstr(read->title, ==, "On Foxes");
    g_assert_cmpstr(read->author, ==, "A. Writer");
    g_assert_cmpstr(read->language, ==, "en");
    g_assert_cmpint(read->created_s, ==, 1714521600);
    g_assert_cmpuint(read->headings->len, ==, 1);
    assert_has(read, "quick");
}

/* ---- HTML ---- */

static void
test_html(void)
{
    g_autoptr(Extract) read = extract(
        "<!DOCTYPE html><html lang=\"de\"><head><title>Der &amp; Titel</title>"
        "<meta name=author content='E. Mann'>"
        "<meta property=\"article:published_time\" "
        "content=\"2024-05-01T00:00:00Z\">"
        "<style>p { color: red }</style><script>var hidden = '<p>x';</script>"
        "</head><body><!-- a > comment <p>secret -->"
        "<h1>Gro&szlig;e\n  &Uuml;berschrift</h1><p>Ein   <b>fet</b>ter\nSatz."
        "<p>Zweiter<br>Absatz<h2>Unter</h2>"
        "<noscript>kein</noscript><template><p>nie</p></template>"
        "<img src=x alt='ein Bild'>"
        "<table><tr><td>eins<td>zwei</tr><tr><td>drei</td><td>vier</table>"
        "<pre>a\n  b</pre><ul><li>p<li>q</ul></body></html>",
        "a.html");

    g_assert_cmpstr(read->title, ==, "Der & Titel");
    g_assert_cmpstr(read->author, ==, "E. Mann");
    g_assert_cmpstr(read->language, ==, "de");
    g_assert_cmpint(read->created_s, ==, 1714521600);
    g_assert_cmpuint(read->headings->len, ==, 2);
    g_assert_cmpstr(heading(read, 0)->title, ==, "Große Überschrift");
    g_assert_cmpuint(heading(read, 1)->level, ==, 2);
    g_assert_cmpstr(read->text, ==,
                    "Große Überschrift\n\nEin fetter Satz.\n\n"
                    "Zweiter\nAbsatz\n\nUnter\n\nein Bild\n\n"
                    "eins\tzwei\ndrei\tvier\n\na\n  b\n\np\nq");
}

static void
test_html_charset(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *page =
        g_convert("<html><head><meta charset=\"gbk\"><title>标题</title></head>"
                  "<body><p>正文</p></body></html>",
                  -1, "GB18030", "UTF-8", NULL, NULL, &error);
    g_autoptr(Extract) read = NULL;

    g_assert_no_error(error);
    read = extract(page, "a.html");
    g_assert_cmpstr(read->title, ==, "标题");
    g_assert_cmpstr(read->text, ==, "正文");
}

static void
test_html_attributes(void)
{
    g_autoptr(GString) page = g_string_new("<html><body><p>before<a ");
    g_autoptr(Extract) read = NULL;

    for (int i = 0; i < 40000; i++)
        g_string_append_printf(page, "a%d='>' ", i);
    g_string_append(page, ">after</a><img src='data:");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(page, 'A');
    g_string_append(page, "' alt=picture><p>end");
    read = extract(page->str, "a.html");
    g_assert_cmpstr(read->text, ==, "beforeafterpicture\n\nend");
}

static void
test_html_depth(void)
{
    g_autoptr(GString) page = g_string_new("<html><body><p>before</p>");
    g_autoptr(Extract) read = NULL;

    for (int i = 0; i < 200000; i++)
        g_string_append(page, "<div>");
    g_string_append(page, "deep");
    for (int i = 0; i < 200000; i++)
        g_string_append(page, "</b>");
    read = extract(page->str, "a.html");
    g_assert_cmpstr(read->text, ==, "before");
    g_assert_cmpint(read->state, ==, EXTRACT_PARTIAL);
    g_assert_cmpint(read->fault, ==, FAULT_LIMIT);
}

static void
test_tidy(void)
{
    static const char *const pieces[] = {
        "<a",   " b=\"1\"", "c='2'", ">",        "<",         "text",
        "<!--", "-->",      "=",     "<p x=",    "'",         "\"",
        "</",   "<!d",      " ",     "<script>", "</script>", "&amp;"};
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);

    for (int round = 0; round < 5000; round++) {
        g_autoptr(GString) page = g_string_new(NULL);
        g_autofree char *text = NULL;
        size_t size_bytes;

        for (int i = g_rand_int_range(rand, 1, 40); i > 0; i--)
            g_string_append(
                page, pieces[g_rand_int_range(rand, 0, G_N_ELEMENTS(pieces))]);
        text = g_strdup(page->str); /* no byte more than it takes */
        size_bytes = markup_tidy(text, page->len);
        g_assert_cmpuint(size_bytes, <=, page->len);
        g_assert_cmpint(text[page->len], ==, '\0');
    }
    {
        char packed[] = "<a b=\"1\"c='2'd=3 e>x<!-- y --><i>";
        size_t size_bytes = markup_tidy(packed, strlen(packed));

        packed[size_bytes] = '\0';
        g_assert_cmpstr(packed, ==, "<a b=\"1\"c='2'd=3 e>x<i>");
    }
}

/* Cut anywhere, a page is still read. */
static void
test_html_cut(void)
{
    static const char page[] =
        "<html><head><title>T</title></head><body><h1 class='a'>Words</h1>"
        "<!-- c --><script>x</script><table><tr><td a=b c>1</td></tr></table>"
        "<p a=\"v\" >&amp;text &#x4E2D; < 3 </p></body></html>";

    for (size_t size_bytes = 6; size_bytes < sizeof page; size_bytes++) {
        bool reusable;
        g_autoptr(Extract) read =
            extract_bytes(page, size_bytes, "a.html", &reusable);

        g_assert_cmpint(read->state, ==, EXTRACT_INDEXED);
    }
}

/* ---- PDF ---- */

/* A PDF in the making: objects and where they stand. */
typedef struct {
    GString *bytes;
    GArray *offsets; /* of size_t */
} Writer;

static void
writer_begin(Writer *writer)
{
    writer->bytes = g_string_new("%PDF-1.4\n");
    writer->offsets = g_array_new(FALSE, FALSE, sizeof(size_t));
}

G_GNUC_PRINTF(2, 3)
static unsigned
writer_add(Writer *writer, const char *format, ...)
{
    size_t at = writer->bytes->len;
    va_list args;

    g_array_append_val(writer->offsets, at);
    g_string_append_printf(writer->bytes, "%u 0 obj\n", writer->offsets->len);
    va_start(args, format);
    g_string_append_vprintf(writer->bytes, format, args);
    va_end(args);
    g_string_append(writer->bytes, "\nendobj\n");
    return writer->offsets->len;
}

static unsigned
writer_stream(Writer *writer, const char *content)
{
    return writer_add(writer, "<< /Length %zu >>\nstream\n%s\nendstream",
                      strlen(content), content);
}

static Extract *
writer_end(Writer *writer, const char *trailer)
{
    size_t table = writer->bytes->len;
    bool reusable;
    Extract *read;

    g_string_append_printf(writer->bytes, "xref\n0 %u\n0000000000 65535 f \n",
                           writer->offsets->len + 1);
    for (unsigned i = 0; i < writer->offsets->len; i++)
        g_string_append_printf(writer->bytes, "%010zu 00000 n \n",
                               g_array_index(writer->offsets, size_t, i));
    g_string_append_printf(writer->bytes,
                           "trailer\n<< /Size %u /Root 1 0 R %s >>\n"
                           "startxref\n%zu\n%%%%EOF\n",
                           writer->offsets->len + 1, trailer, table);
    read = extract_bytes(writer->bytes->str, writer->bytes->len, "a.pdf",
                         &reusable);
    g_string_free(writer->bytes, TRUE);
    g_array_unref(writer->offsets);
    return read;
}

/* Lines of a page; "\n" between them. */
static char *
page_content(const char *lines)
{
    g_auto(GStrv) each = g_strsplit(lines, "\n", -1);
    GString *content = g_string_new("BT /F1 12 Tf 14 TL 72 700 Td\n");

    for (unsigned i = 0; each[i] != NULL; i++)
        g_string_append_printf(content, "(%s) Tj T*\n", each[i]);
    g_string_append(content, "ET");
    return g_string_free(content, FALSE);
}

/* Objects 1 catalog, 2 pages, 3 font, 4 and 5 pages, 6 and 7 contents. */
static Extract *
two_pages(const char *first, const char *second, const char *catalog,
          const char *trailer, const char *const *more)
{
    static const char page[] =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
        "/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R %s >>";
    g_autofree char *first_content = page_content(first);
    g_autofree char *second_content = page_content(second);
    Writer writer;

    writer_begin(&writer);
    writer_add(&writer, "<< /Type /Catalog /Pages 2 0 R %s >>", catalog);
    writer_add(&writer, "<< /Type /Pages /Kids [4 0 R 5 0 R] /Count 2 >>");
    writer_add(&writer, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
                        "/Encoding /WinAnsiEncoding >>");
    writer_add(&writer, page, 6,
               strstr(catalog, "AcroForm") != NULL ? "/Annots [8 0 R 9 0 R]"
                                                   : "");
    writer_add(&writer, page, 7, "");
    writer_stream(&writer, first_content);
    writer_stream(&writer, second_content);
    for (; more != NULL && *more != NULL; more++)
        writer_add(&writer, "%s", *more);
    return writer_end(&writer, trailer);
}

static void
test_pdf(void)
{
    static const char *const info[] = {
        "<< /Title (Microsoft Word - Lease.doc) /Author (A. Landlord) "
        "/CreationDate (D:20240501000000Z) >>",
        NULL};
    g_autoptr(Extract) read =
        two_pages("The lease is termi-\nnated by Anglo-\nSaxon law.",
                  "The second page.", "", "/Info 8 0 R", info);

    g_assert_cmpint(read->state, ==, EXTRACT_INDEXED);
    g_assert_cmpstr(read->type, ==, "application/pdf");
    g_assert_cmpuint(read->pages, ==, 2);
    g_assert_cmpstr(read->title, ==, "Lease");
    g_assert_cmpstr(read->author, ==, "A. Landlord");
    g_assert_cmpint(read->created_s, ==, 1714521600);
    g_assert_cmpstr(read->text, ==,
                    "The lease is terminated by Anglo-\nSaxon law.\n\n"
                    "The second page.");
    g_assert_cmpuint(passage(read, 0)->page, ==, 1);
    g_assert_cmpuint(passage(read, 1)->page, ==, 2);
}

static void
test_pdf_bookmarks(void)
{
    static const char *const outlines[] = {
        "<< /Type /Outlines /First 9 0 R /Last 11 0 R /Count 3 >>",
        "<< /Title (One) /Parent 8 0 R /Next 11 0 R /First 10 0 R "
        "/Last 10 0 R /Count 1 /Dest [4 0 R /XYZ 0 792 0] >>",
        "<< /Title (Inner part) /Parent 9 0 R /Dest [4 0 R /Fit] >>",
        "<< /Title <FEFF4E8C> /Parent 8 0 R /Prev 9 0 R "
        "/Dest [5 0 R /Fit] >>",
        NULL};
    g_autoptr(Extract) read =
        two_pages("A cover\nOne\nwords\nInner  part\nmore", "text",
                  "/Outlines 8 0 R", "", outlines);

    g_assert_cmpuint(read->headings->len, ==, 3);
    g_assert_cmpstr(heading(read, 0)->title, ==, "One");
    g_assert_cmpuint(heading(read, 0)->start, ==, 8);
    g_assert_cmpuint(heading(read, 1)->level, ==, 2);
    g_assert_cmpuint(heading(read, 1)->start, ==, 18);
    g_assert_cmpstr(heading(read, 2)->title, ==, "二");
    g_assert_cmpuint(heading(read, 2)->page, ==, 2);
    g_assert_cmpuint(passage(read, read->passages->len - 1)->heading, ==, 3);
}

/* An entry that is its own next and its own child. */
static void
test_pdf_ring(void)
{
    static const char *const outlines[] = {
        "<< /Type /Outlines /First 9 0 R /Last 9 0 R /Count 1 >>",
        "<< /Title (One) /Parent 8 0 R /Next 9 0 R /First 9 0 R "
        "/Last 9 0 R /Count 1 /Dest [4 0 R /Fit] >>",
        NULL};
    g_autoptr(Extract) read =
        two_pages("words", "text", "/Outlines 8 0 R", "", outlines);

    g_assert_cmpuint(read->headings->len, <=, EXTRACT_HEADINGS_MAX);
    assert_has(read, "words");
}

static void
test_pdf_form(void)
{
    static const char *const fields[] = {
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) "
        "/Rect [100 100 300 120] /P 4 0 R >>",
        "<< /Type /Annot /Subtype /Text /Contents (a remark) "
        "/Rect [10 10 30 30] /P 4 0 R >>",
        NULL};
    g_autoptr(Extract) read = two_pages(
        "Name:", "text", "/AcroForm << /Fields [8 0 R] >>", "", fields);

    assert_has(read, "Ada Lovelace");
    assert_has(read, "a remark");
    g_assert_cmpuint(passage(read, 0)->page, ==, 1);
}

static void
test_pdf_silent(void)
{
    g_autoptr(Extract) read = two_pages("words", "", "", "", NULL);
    g_autoptr(Extract) none = two_pages("", "", "", "", NULL);

    g_assert_cmpint(read->state, ==, EXTRACT_PARTIAL);
    g_assert_cmpint(read->fault, ==, FAULT_UNSUPPORTED);
    g_assert_nonnull(strstr(read->reason, "page 2 of 2"));
    assert_has(read, "words");
    g_assert_cmpint(none->state, ==, EXTRACT_PARTIAL);
    g_assert_nonnull(strstr(none->reason, "2 pages"));
}

static void
test_pdf_encrypted(void)
{
    static const char *const encrypt[] = {
        "<< /Filter /Standard /V 1 /R 2 /P -4 "
        "/O <0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF> "
        "/U <0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF> "
        ">>",
        NULL};
    g_autoptr(Extract) read = two_pages(
        "words", "text", "", "/Encrypt 8 0 R /ID [<01> <01>]", encrypt);

    g_assert_cmpint(read->state, ==, EXTRACT_FAILED);
    g_assert_cmpint(read->fault, ==, FAULT_ENCRYPTED);
}

static void
test_pdf_broken(void)
{
    g_autoptr(Extract) read = extract("%PDF-1.4\nnothing here\n", "a.pdf");

    g_assert_cmpint(read->state, ==, EXTRACT_FAILED);
    g_assert_cmpint(read->fault, ==, FAULT_BROKEN);
    g_assert_nonnull(read->reason);
}

/* Codes of the font are UTF-16: ToUnicode says so for 0x3000 … 0xFFFF. */
static unsigned
add_han_font(Writer *writer)
{
    g_autoptr(GString) map = g_string_new(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Own def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n");
    unsigned to_unicode, below;

    for (unsigned high = 0x30; high < 0x100; high++)
        g_string_append_printf(
            map, "1 beginbfrange <%02X00> <%02XFF> <%02X00> endbfrange\n", high,
            high, high);
    g_string_append(map, "endcmap end end");
    to_unicode = writer_stream(writer, map->str);
    below = writer_add(writer,
                       "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own "
                       "/CIDSystemInfo << /Registry (Adobe) "
                       "/Ordering (Identity) /Supplement 0 >> /DW 1000 >>");
    return writer_add(writer,
                      "<< /Type /Font /Subtype /Type0 /BaseFont /Own "
                      "/Encoding /Identity-H /DescendantFonts [%u 0 R] "
                      "/ToUnicode %u 0 R >>",
                      below, to_unicode);
}

static void
test_pdf_han(void)
{
    static const char *const lines[] = {
        "合同的终止", "当事人协商一致，可以解除合同约", "定解除合同的事由。"};
    g_autoptr(GString) content = g_string_new("BT /F1 12 Tf 14 TL 72 700 Td\n");
    g_autoptr(Extract) read = NULL;
    Writer writer;
    unsigned font, stream;

    for (unsigned i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_string_append_c(content, '<');
        for (const char *at = lines[i]; *at != '\0'; at = g_utf8_next_char(at))
            g_string_append_printf(content, "%04X", g_utf8_get_char(at));
        g_string_append(content, "> Tj T*\n");
    }
    g_string_append(content, "ET");
    writer_begin(&writer);
    writer_add(&writer, "<< /Type /Catalog /Pages 2 0 R >>");
    writer_add(&writer, "<< /Type /Pages /Kids [7 0 R] /Count 1 >>");
    font = add_han_font(&writer);
    stream = writer_stream(&writer, content->str);
    writer_add(&writer,
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
               "/Resources << /Font << /F1 %u 0 R >> >> /Contents %u 0 R >>",
               font, stream);
    read = writer_end(&writer, "");
    g_assert_cmpstr(
        read->text, ==,
        "合同的终止\n当事人协商一致，可以解除合同约定解除合同的事由。");
    assert_lacks(read, "约\n定");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/extract/text keeps its paragraphs", test_text);
    g_test_add_func("/extract/a form feed begins a page", test_form_feeds);
    g_test_add_func("/extract/text in another charset becomes UTF-8",
                    test_charset);
    g_test_add_func("/extract/an empty file is indexed", test_empty);
    g_test_add_func("/extract/a type nobody reads leaves its name",
                    test_unread);
    g_test_add_func("/extract/only our own code may read on", test_reusable);
    g_test_add_func("/extract/markdown has headings, and none in its code",
                    test_markdown);
    g_test_add_func("/extract/front matter tells title, author and day",
                    test_front_matter);
    g_test_add_func("/extract/html gives what its reader sees", test_html);
    g_test_add_func("/extract/html is read in the charset it declares",
                    test_html_charset);
    g_test_add_func("/extract/a tag of 40,000 attributes loses most of them",
                    test_html_attributes);
    g_test_add_func("/extract/tags nested without end are cut off",
                    test_html_depth);
    g_test_add_func("/extract/tidied html is never longer", test_tidy);
    g_test_add_func("/extract/html cut off anywhere is read", test_html_cut);
    g_test_add_func("/extract/pdf has pages, facts and whole words", test_pdf);
    g_test_add_func("/extract/bookmarks of a pdf are its outline",
                    test_pdf_bookmarks);
    g_test_add_func("/extract/bookmarks in a ring end", test_pdf_ring);
    g_test_add_func("/extract/what was filled in or remarked is found",
                    test_pdf_form);
    g_test_add_func("/extract/pages without a text layer are counted",
                    test_pdf_silent);
    g_test_add_func("/extract/a pdf under a password says so",
                    test_pdf_encrypted);
    g_test_add_func("/extract/a damaged pdf says so", test_pdf_broken);
    g_test_add_func("/extract/a phrase across lines of Han is one",
                    test_pdf_han);
    return g_test_run();
}
