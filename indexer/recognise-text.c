/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * recognise-text.c - whether bytes are text, and which kind.
 *
 * Text is what decodes without controls. Its kind shows in its first lines;
 * where many kinds share one look (a .c, a .md, a .csv), the name decides.
 */
#include "config.h"

#include "indexer/recognise-text.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "indexer/charset.h"

enum {
    SNIFF_BYTES = 4096,  /* where the kind of a text shows */
    ROOT_BYTES = 1024,   /* a root element has begun by then */
    STRANGE_PARTS = 128, /* of so many characters one may be none */
    UTF16_BYTES = 16,    /* without a mark, what is shorter is not believed */
    HEADERS_MAX = 40,
    HEADERS_KNOWN = 2, /* "To:" alone may begin a note */
};

/* Text types by name; a text whose name is not here is text/plain. */
static const struct {
    const char *extensions; /* spaced */
    const char *type;
} text_names[] = {
    {" md markdown mdown mkd mdx qmd rmd ", "text/markdown"},
    {" rst ", "text/prs.fallenstein.rst"},
    {" org ", "text/org"},
    {" adoc asciidoc ", "text/asciidoc"},
    {" tex latex ltx sty cls ", "text/x-tex"},
    {" bib ", "text/x-bibtex"},
    {" csv ", "text/csv"},
    {" tsv tab ", "text/tab-separated-values"},
    {" srt ", "application/x-subrip"},
    {" vtt ", "text/vtt"},
    {" ass ssa ", "text/x-ssa"},
    {" c h ", "text/x-c"},
    {" cc cpp cxx c++ hh hpp hxx h++ ino cu ", "text/x-c++"},
    {" m mm ", "text/x-objective-c"},
    {" cs ", "text/x-csharp"},
    {" java ", "text/x-java"},
    {" kt kts ", "text/x-kotlin"},
    {" scala sc ", "text/x-scala"},
    {" groovy gradle ", "text/x-groovy"},
    {" swift ", "text/x-swift"},
    {" go ", "text/x-go"},
    {" rs ", "text/x-rust"},
    {" zig ", "text/x-zig"},
    {" d ", "text/x-d"},
    {" py pyw pyi pyx ", "text/x-python"},
    {" rb rake gemspec ", "text/x-ruby"},
    {" pl pm t pod ", "text/x-perl"},
    {" php phtml ", "text/x-php"},
    {" js mjs cjs jsx ", "text/javascript"},
    {" ts tsx mts cts ", "text/x-typescript"},
    {" vue svelte ", "text/x-vue"},
    {" css ", "text/css"},
    {" scss sass less ", "text/x-scss"},
    {" sh bash zsh ksh fish ebuild ", "text/x-shellscript"},
    {" ps1 psm1 psd1 ", "text/x-powershell"},
    {" bat cmd ", "text/x-msdos-batch"},
    {" lua ", "text/x-lua"},
    {" r ", "text/x-r"},
    {" jl ", "text/x-julia"},
    {" hs lhs ", "text/x-haskell"},
    {" ml mli ", "text/x-ocaml"},
    {" fs fsx fsi ", "text/x-fsharp"},
    {" erl hrl ", "text/x-erlang"},
    {" ex exs ", "text/x-elixir"},
    {" clj cljs cljc edn ", "text/x-clojure"},
    {" lisp lsp cl ", "text/x-lisp"},
    {" el ", "text/x-emacs-lisp"},
    {" scm ss rkt ", "text/x-scheme"},
    {" vim ", "text/x-vim"},
    {" pas pp dpr ", "text/x-pascal"},
    {" adb ads ", "text/x-ada"},
    {" f f77 f90 f95 f03 for ", "text/x-fortran"},
    {" cob cbl ", "text/x-cobol"},
    {" vb vbs bas ", "text/x-vb"},
    {" v sv svh ", "text/x-verilog"},
    {" vhd vhdl ", "text/x-vhdl"},
    {" s asm ", "text/x-asm"},
    {" sql ", "text/x-sql"},
    {" proto ", "text/x-protobuf"},
    {" dart ", "text/x-dart"},
    {" nim ", "text/x-nim"},
    {" cmake ", "text/x-cmake"},
    {" mk mak ", "text/x-makefile"},
    {" m4 ac ", "text/x-m4"},
    {" nix ", "text/x-nix"},
    {" tf hcl ", "text/x-hcl"},
    {" diff patch ", "text/x-diff"},
    {" po pot ", "text/x-gettext-translation"},
    {" yaml yml ", "text/x-yaml"},
    {" toml ", "text/x-toml"},
    {" ini cfg conf properties desktop ", "text/x-ini"},
    {" ics ", "text/calendar"},
    {" vcf ", "text/vcard"},
    {" jsonl ndjson ", "application/x-ndjson"},
};

/* The first word of a script, after "#!". */
static const struct {
    const char *interpreter;
    const char *type;
} interpreters[] = {
    {"python", "text/x-python"}, {"perl", "text/x-perl"},
    {"ruby", "text/x-ruby"},     {"node", "text/javascript"},
    {"php", "text/x-php"},       {"lua", "text/x-lua"},
    {"awk", "text/x-awk"},       {"sh", "text/x-shellscript"},
};

/* Elements that only HTML begins with. */
static const char *const html_begins[] = {
    "<!doctype html", "<html",   "<head",   "<body",   "<title",
    "<meta",          "<script", "<table",  "<div",    "<style",
    "<link",          "<h1",     "<h2",     "<p>",     "<br>",
    "<br/>",          "<font",   "<center", "<iframe", "<ul>",
    "<ol>",           "<span",   "<a href",
};

/* Root elements of XML that is read otherwise than as source. */
static const struct {
    const char *root;
    const char *type;
} xml_roots[] = {
    {"svg", "image/svg+xml"},
    {"html", "application/xhtml+xml"},
    {"FictionBook", "application/x-fictionbook+xml"},
    {"w:wordDocument", "application/vnd.ms-wordml"},
};

static const char *const mail_headers[] = {
    "From",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "Received",
    "Return-Path",
    "MIME-Version",
    "Delivered-To",
    "Content-Type",
    "Reply-To",
    "Newsgroups",
    "Sender",
    "In-Reply-To",
    "References",
    "X-Mailer",
    "X-Received",
    "Content-Transfer-Encoding",
    "DKIM-Signature",
    "Envelope-To",
    "Path",
    "X-Gmail-Labels",
    "Snapshot-Content-Location",
};

static bool
begins(const char *text, const char *with)
{
    return g_ascii_strncasecmp(text, with, strlen(with)) == 0;
}

static const char *
skip_space(const char *text)
{
    while (g_ascii_isspace(*text))
        text++;
    return text;
}

/* Past white space and comments of markup. */
static const char *
skip_comments(const char *text)
{
    text = skip_space(text);
    while (g_str_has_prefix(text, "<!--")) {
        const char *end = strstr(text, "-->");

        if (!end)
            break;
        text = skip_space(end + 3);
    }
    return text;
}

static bool
extension_in(const char *extension, const char *list)
{
    g_autofree char *word = g_strdup_printf(" %s ", extension);

    return *extension && !strchr(extension, ' ') && strstr(list, word);
}

/* Past the declaration, the document type and what else precedes a root. */
static const char *
xml_root(const char *text)
{
    for (;;) {
        const char *end = NULL;

        text = skip_comments(text);
        if (g_str_has_prefix(text, "<?")) {
            if ((end = strstr(text, "?>")))
                text = end + 2;
        } else if (begins(text, "<!doctype")) {
            const char *subset = strchr(text, '[');

            end = strchr(text, '>');
            if (end && subset && subset < end)
                end = strstr(subset, "]>") ? strstr(subset, "]>") + 1 : NULL;
            if (end)
                text = end + 1;
        }
        if (!end)
            return text;
    }
}

static const char *
xml_type(const char *text)
{
    const char *root = xml_root(text);
    size_t length;

    if (*root != '<')
        return "application/xml";
    root++;
    length = strcspn(root, " \t\r\n/>");
    for (unsigned i = 0; i < G_N_ELEMENTS(xml_roots); i++) {
        if (strlen(xml_roots[i].root) == length &&
            strncmp(root, xml_roots[i].root, length) == 0)
            return xml_roots[i].type;
    }
    if (length == strlen("office:document") &&
        strncmp(root, "office:document", length) == 0) {
        static const char *const kinds[][2] = {
            {"opendocument.spreadsheet",
             "application/vnd.oasis.opendocument.spreadsheet-flat-xml"},
            {"opendocument.presentation",
             "application/vnd.oasis.opendocument.presentation-flat-xml"},
            {"opendocument.graphics",
             "application/vnd.oasis.opendocument.graphics-flat-xml"},
        };

        for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
            if (strstr(root, kinds[i][0]))
                return kinds[i][1];
        }
        return "application/vnd.oasis.opendocument.text-flat-xml";
    }
    return "application/xml";
}

static const char *
markup_type(const char *text, const char *extension)
{
    const char *at = skip_comments(text);

    if (g_str_has_prefix(at, "<?php") || g_str_has_prefix(at, "<?="))
        return "text/x-php";
    if (g_str_has_prefix(at, "<?xml"))
        return xml_type(at);
    if (*at != '<')
        return extension_in(extension, " html htm shtml xhtml ") ? "text/html"
                                                                 : NULL;
    /* HTML in Markdown is Markdown. */
    for (unsigned i = 0; i < G_N_ELEMENTS(html_begins); i++) {
        if (begins(at, html_begins[i]) &&
            (i < 2 || !extension_in(extension, " md markdown vue svelte ")))
            return "text/html";
    }
    if (begins(at, "<!doctype") || g_str_has_prefix(at, "<svg") ||
        extension_in(extension, " xml xsl xslt xsd rdf rss atom svg plist "
                                "xmp fodt fods fodp kml gpx fb2 xlf dita "
                                "ditamap wsdl xul xaml nfo opf ncx "))
        return xml_type(at);
    return extension_in(extension, " html htm shtml xhtml ") ? "text/html"
                                                             : NULL;
}

/* A brace may open anything; a quoted name and a colon are JSON. */
static bool
is_json(const char *text, const char *extension)
{
    bool named = extension_in(extension, " json geojson ipynb webmanifest map "
                                         "topojson har jsonld ");
    const char *at = skip_space(text);
    char open = *at;

    if (open != '{' && open != '[')
        return false;
    at = skip_space(at + 1);
    if (named)
        return true;
    while (open == '[' && (*at == '[' || *at == '{'))
        at = skip_space(at + 1);
    if (*at != '"')
        return false;
    for (at++; *at && *at != '"' && *at != '\n'; at++) {
        if (*at == '\\' && at[1])
            at++;
    }
    if (*at != '"')
        return false;
    at = skip_space(at + 1);
    return *at == ':' || (open == '[' && *at == ',');
}

/* True when @text begins with a block of header lines of which some are those
 * of mail. */
static bool
is_mail(const char *text, const char *extension)
{
    unsigned known = 0,
             wanted = extension_in(extension, " eml mht mhtml nws msg ")
                          ? 1
                          : HEADERS_KNOWN;

    for (unsigned n = 0; n < HEADERS_MAX && *text; n++) {
        size_t length = strcspn(text, ":\r\n \t");
        const char *end = strchr(text, '\n');

        if (*text == '\r' || *text == '\n')
            break;
        if (*text != ' ' && *text != '\t') { /* not a folded line */
            if (length == 0 || text[length] != ':')
                return false;
            for (unsigned i = 0; i < G_N_ELEMENTS(mail_headers); i++)
                known += strlen(mail_headers[i]) == length &&
                         begins(text, mail_headers[i]);
        } else if (n == 0) {
            return false;
        }
        if (!end)
            break;
        text = end + 1;
    }
    return known >= wanted;
}

static const char *
mail_type(const char *text, const char *extension)
{
    if (g_str_has_prefix(text, "From ")) {
        const char *line = strchr(text, '\n');

        return line && is_mail(line + 1, "eml") ? "application/mbox" : NULL;
    }
    if (!is_mail(text, extension))
        return NULL;
    return extension_in(extension, " mht mhtml ") ||
                   begins(text, "From: <Saved by ")
               ? "multipart/related"
               : "message/rfc822";
}

static const char *
script_type(const char *text)
{
    g_autofree char *line = NULL;

    if (!g_str_has_prefix(text, "#!"))
        return NULL;
    line = g_strndup(text, strcspn(text, "\r\n"));
    for (unsigned i = 0; i < G_N_ELEMENTS(interpreters); i++) {
        if (strstr(line, interpreters[i].interpreter))
            return interpreters[i].type;
    }
    return NULL;
}

static const char *
text_type(const char *text, const char *extension)
{
    const char *type;

    if (begins(skip_space(text), "BEGIN:VCARD"))
        return "text/vcard";
    if (begins(skip_space(text), "BEGIN:VCALENDAR"))
        return "text/calendar";
    if (g_str_has_prefix(text, "WEBVTT"))
        return "text/vtt";
    if (g_str_has_prefix(text, "WARC/1."))
        return "application/warc";
    if ((type = script_type(text)))
        return type;
    if (is_json(text, extension))
        return extension_in(extension, " jsonl ndjson ")
                   ? "application/x-ndjson"
                   : "application/json";
    if ((type = markup_type(text, extension)) ||
        (type = mail_type(text, extension)))
        return type;
    for (unsigned i = 0; i < G_N_ELEMENTS(text_names); i++) {
        if (extension_in(extension, text_names[i].extensions))
            return text_names[i].type;
    }
    return "text/plain";
}

/* True when too many characters of @text are none that people write. */
static bool
is_strange(const char *text, size_t size_bytes)
{
    size_t strange = 0, all = 0;

    for (const char *at = text; at < text + size_bytes; all++) {
        gunichar character = g_utf8_get_char(at);

        strange +=
            (character < 0x20 && !strchr("\t\n\v\f\r\b\x1b", (int)character)) ||
            (character >= 0x7f && character < 0xa0 && character != 0x85) ||
            character == 0 || character == 0xfffd ||
            (character >= 0xfdd0 && character < 0xfdf0);
        at = g_utf8_next_char(at);
    }
    return strange * STRANGE_PARTS > all;
}

const char *
recognise_text(const char *head, size_t size_bytes, const char *extension)
{
    size_t size = MIN(size_bytes, (size_t)SNIFF_BYTES);
    g_autofree char *text = NULL;
    CharsetGuess guess = charset_guess(head, size_bytes, NULL);
    size_t text_bytes;

    if (guess.confidence == 0.0) /* nothing fits */
        return NULL;
    /* Any few bytes are hanzi in UTF-16. */
    if (g_str_has_prefix(guess.charset, "UTF-16") && guess.bom_bytes == 0 &&
        size < UTF16_BYTES && !memchr(head, '\0', size))
        return NULL;
    text = charset_to_utf8(head, size, guess.charset, &text_bytes, NULL);
    /* The last character may be cut by the sniff. */
    if (size < size_bytes && text_bytes > 3)
        text_bytes -= 3;
    while (text_bytes > 0 && ((unsigned char)text[text_bytes] & 0xc0) == 0x80)
        text_bytes--;
    if (is_strange(text, text_bytes))
        return NULL;
    text[text_bytes] = '\0';
    return text_type(text, extension);
}
