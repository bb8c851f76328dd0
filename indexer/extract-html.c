/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract-html.c - HTML by libxml2's push parser, without a tree.
 *
 * The parser gets UTF-8 without scripts, comments and absurd tags (markup.h)
 * and tells of each tag and each piece of text as it comes.
 */
#include "config.h"

#include "indexer/extractor.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "indexer/markup.h"

enum {
    DEPTH_MAX = 512, /* an end tag looks through all open ones */
    CHUNK_BYTES = 32 * 1024,
    HEADING_BYTES_MAX = 1024, /* more is a page with a forgotten end tag */
    TITLE_BYTES_MAX = 1024,
    DECLARED_BYTES = 4096, /* where a charset is declared */
};

typedef enum {
    ROLE_INLINE,
    ROLE_BLOCK, /* a paragraph of its own */
    ROLE_LINE,  /* a line of its own */
    ROLE_CELL,
    ROLE_HEADING,
    ROLE_PRE,
    ROLE_TITLE,
    ROLE_META,
    ROLE_HIDDEN,
    ROLE_IMAGE,
} Role;

static const struct {
    const char *name;
    Role role;
} roles[] = {
    {"address", ROLE_BLOCK},  {"article", ROLE_BLOCK},
    {"aside", ROLE_BLOCK},    {"blockquote", ROLE_BLOCK},
    {"body", ROLE_BLOCK},     {"br", ROLE_LINE},
    {"caption", ROLE_LINE},   {"center", ROLE_BLOCK},
    {"dd", ROLE_LINE},        {"details", ROLE_BLOCK},
    {"dir", ROLE_BLOCK},      {"div", ROLE_BLOCK},
    {"dl", ROLE_BLOCK},       {"dt", ROLE_LINE},
    {"fieldset", ROLE_BLOCK}, {"figcaption", ROLE_LINE},
    {"figure", ROLE_BLOCK},   {"footer", ROLE_BLOCK},
    {"form", ROLE_BLOCK},     {"h1", ROLE_HEADING},
    {"h2", ROLE_HEADING},     {"h3", ROLE_HEADING},
    {"h4", ROLE_HEADING},     {"h5", ROLE_HEADING},
    {"h6", ROLE_HEADING},     {"head", ROLE_BLOCK},
    {"header", ROLE_BLOCK},   {"hr", ROLE_BLOCK},
    {"img", ROLE_IMAGE},      {"legend", ROLE_LINE},
    {"li", ROLE_LINE},        {"main", ROLE_BLOCK},
    {"menu", ROLE_BLOCK},     {"meta", ROLE_META},
    {"nav", ROLE_BLOCK},      {"noscript", ROLE_HIDDEN},
    {"ol", ROLE_BLOCK},       {"option", ROLE_LINE},
    {"p", ROLE_BLOCK},        {"pre", ROLE_PRE},
    {"script", ROLE_HIDDEN},  {"section", ROLE_BLOCK},
    {"select", ROLE_BLOCK},   {"style", ROLE_HIDDEN},
    {"summary", ROLE_LINE},   {"table", ROLE_BLOCK},
    {"td", ROLE_CELL},        {"template", ROLE_HIDDEN},
    {"textarea", ROLE_BLOCK}, {"th", ROLE_CELL},
    {"title", ROLE_TITLE},    {"tr", ROLE_LINE},
    {"ul", ROLE_BLOCK},
};

typedef struct {
    Sink *sink;
    htmlParserCtxtPtr parser;
    GString *line;    /* text not poured yet */
    bool blank;       /* a space is owed before more text */
    bool tab;         /* it is the one between two cells */
    GString *title;   /* while inside <title>, else NULL */
    unsigned heading; /* level while inside one, else 0 */
    unsigned hidden;  /* elements open whose text is not shown */
    unsigned pre;     /* elements open that keep their spaces */
    unsigned depth;
    bool stopped;
} Page;

static Role
role_of(const char *name)
{
    size_t low = 0, high = G_N_ELEMENTS(roles);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, roles[middle].name);

        if (order == 0)
            return roles[middle].role;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return ROLE_INLINE;
}

/* ---- text ---- */

static void
stop(Page *page)
{
    page->stopped = true;
    xmlStopParser(page->parser);
}

static void
pour(Page *page, bool ends_paragraph)
{
    bool more = true;

    if (page->line->len > 0)
        more = sink_text(page->sink, page->line->str, (gssize)page->line->len);
    g_string_truncate(page->line, 0);
    page->blank = page->tab = false;
    if (ends_paragraph)
        more = sink_break(page->sink);
    if (!more)
        stop(page);
}

/* A heading that never ends was a forgotten end tag: its text is text. */
static void
end_heading(Page *page)
{
    bool more = sink_heading(page->sink, page->heading, page->line->str);

    page->heading = 0;
    g_string_truncate(page->line, 0);
    page->blank = page->tab = false;
    if (!more)
        stop(page);
}

static void
add_collapsed(Page *page, GString *to, const char *text, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++) {
        if (g_ascii_isspace(text[i])) {
            page->blank = true;
            continue;
        }
        if (page->blank && to->len > 0 && to->str[to->len - 1] != '\n')
            g_string_append_c(to, page->tab ? '\t' : ' ');
        page->blank = page->tab = false;
        g_string_append_c(to, text[i]);
    }
}

static void
add_text(Page *page, const char *text, size_t size_bytes)
{
    if (page->hidden > 0 || page->stopped)
        return;
    if (page->title != NULL) {
        if (page->title->len < TITLE_BYTES_MAX)
            add_collapsed(page, page->title, text, size_bytes);
        return;
    }
    if (page->pre > 0 && page->heading == 0) {
        g_string_append_len(page->line, text, (gssize)size_bytes);
        page->blank = false;
    } else {
        add_collapsed(page, page->line, text, size_bytes);
    }
    if (page->heading > 0 && page->line->len > HEADING_BYTES_MAX)
        page->heading = 0;
    /* Poured in pieces, so that a page without paragraphs is bounded by the
     * sink; at the end of a word, or of a piece of the parser's. */
    if (page->heading == 0 && page->line->len > CHUNK_BYTES) {
        bool blank = page->blank;

        pour(page, false);
        if (blank && !page->stopped)
            g_string_append_c(page->line, ' ');
    }
}

static void
new_line(Page *page)
{
    if (page->heading > 0 || page->line->len == 0) {
        page->blank = true;
        return;
    }
    if (page->line->str[page->line->len - 1] != '\n')
        g_string_append_c(page->line, '\n');
    page->blank = page->tab = false;
}

/* ---- facts ---- */

static const char *
attribute(const xmlChar **attributes, const char *name)
{
    for (; attributes != NULL && attributes[0] != NULL; attributes += 2)
        if (strcmp((const char *)attributes[0], name) == 0)
            return (const char *)attributes[1];
    return NULL;
}

static void
take_meta(Page *page, const xmlChar **attributes)
{
    static const char *const dates[] = {"article:published_time",
                                        "date",
                                        "dcterms.created",
                                        "dc.date",
                                        "dcterms.date",
                                        "pubdate",
                                        NULL};
    const char *name = attribute(attributes, "name");
    const char *content = attribute(attributes, "content");
    g_autofree char *key = NULL;

    if (name == NULL)
        name = attribute(attributes, "property");
    if (name == NULL || content == NULL)
        return;
    key = g_ascii_strdown(name, -1);
    if (strcmp(key, "author") == 0 || strcmp(key, "dc.creator") == 0) {
        sink_author(page->sink, content);
    } else if (strcmp(key, "description") == 0) {
        /* Not shown, but what the page says of itself is worth finding. */
        pour(page, true);
        add_text(page, content, strlen(content));
        pour(page, true);
    } else if (g_strv_contains(dates, key)) {
        sink_created(page->sink, document_date(content));
    }
}

/* ---- the parser's events ---- */

static void
on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
    Page *page = user;
    Role role = role_of((const char *)name);
    const char *alt;

    if (page->stopped)
        return;
    if (++page->depth > DEPTH_MAX) {
        sink_partial(page->sink, FAULT_LIMIT,
                     "tags are nested deeper than %d: the rest is not read",
                     DEPTH_MAX);
        stop(page);
        return;
    }
    if (strcmp((const char *)name, "html") == 0 ||
        strcmp((const char *)name, "body") == 0) {
        sink_language(page->sink, attribute(attributes, "lang"));
        sink_language(page->sink, attribute(attributes, "xml:lang"));
    }
    if (role == ROLE_HIDDEN)
        page->hidden++;
    if (page->hidden > 0)
        return;
    switch (role) {
    case ROLE_PRE:
        page->pre++;
        G_GNUC_FALLTHROUGH;
    case ROLE_BLOCK:
        if (page->heading > 0)
            page->blank = true;
        else
            pour(page, true);
        break;
    case ROLE_HEADING:
        pour(page, true);
        page->heading = (unsigned)(name[1] - '0');
        break;
    case ROLE_LINE:
        new_line(page);
        break;
    case ROLE_TITLE:
        pour(page, true);
        if (page->title == NULL)
            page->title = g_string_new(NULL);
        break;
    case ROLE_META:
        take_meta(page, attributes);
        break;
    case ROLE_IMAGE:
        alt = attribute(attributes, "alt");
        if (alt != NULL)
            add_text(page, alt, strlen(alt));
        break;
    default:
        break;
    }
}

static void
on_end(void *user, const xmlChar *name)
{
    Page *page = user;
    Role role = role_of((const char *)name);

    if (page->depth > 0)
        page->depth--;
    if (page->stopped)
        return;
    if (role == ROLE_HIDDEN && page->hidden > 0) {
        page->hidden--;
        return;
    }
    if (page->hidden > 0)
        return;
    switch (role) {
    case ROLE_PRE:
        page->pre -= page->pre > 0;
        G_GNUC_FALLTHROUGH;
    case ROLE_BLOCK:
        if (page->heading > 0)
            page->blank = true;
        else
            pour(page, true);
        break;
    case ROLE_HEADING:
        if (page->heading > 0)
            end_heading(page);
        else
            pour(page, true);
        break;
    case ROLE_LINE:
        new_line(page);
        break;
    case ROLE_CELL:
        page->blank = page->tab = true;
        break;
    case ROLE_TITLE:
        if (page->title == NULL)
            break;
        sink_title(page->sink, page->title->str);
        g_string_free(g_steal_pointer(&page->title), TRUE);
        page->blank = false;
        break;
    default:
        break;
    }
}

static void
on_characters(void *user, const xmlChar *text, int size_bytes)
{
    add_text(user, (const char *)text, (size_t)size_bytes);
}

/* ---- the document ---- */

/* The charset named in a <meta> or an XML declaration, given; or NULL. */
static char *
declared_charset(GBytes *bytes)
{
    static const char *const keys[] = {"charset=", "encoding="};
    size_t size_bytes;
    const char *data = g_bytes_get_data(bytes, &size_bytes);
    const char *end = data + MIN(size_bytes, DECLARED_BYTES);

    for (size_t i = 0; data != NULL && i < G_N_ELEMENTS(keys); i++) {
        const char *at = markup_find(data, end, keys[i]), *from;

        if (at == end)
            continue;
        at += strlen(keys[i]);
        while (at < end && strchr("\"' ", *at) != NULL && *at != '\0')
            at++;
        from = at;
        while (at < end && at - from < 40 &&
               (g_ascii_isalnum(*at) || strchr("-_:.", *at) != NULL) &&
               *at != '\0')
            at++;
        if (at > from)
            return g_strndup(from, (size_t)(at - from));
    }
    return NULL;
}

static void
parse(Page *page, const char *text, size_t size_bytes)
{
    for (size_t at = 0; at < size_bytes && !page->stopped;) {
        size_t stop_at = text_floor(text, size_bytes, at + CHUNK_BYTES);

        (void)htmlParseChunk(page->parser, text + at, (int)(stop_at - at), 0);
        at = stop_at;
    }
    if (!page->stopped)
        (void)htmlParseChunk(page->parser, NULL, 0, 1);
    if (page->title != NULL) {
        sink_title(page->sink, page->title->str);
        g_string_free(page->title, TRUE);
    }
    if (!page->stopped)
        pour(page, true);
}

static bool
html_extract(const Document *document, Sink *sink, GError **error)
{
    htmlSAXHandler events = {
        .startElement = on_start,
        .endElement = on_end,
        .characters = on_characters,
        .ignorableWhitespace = on_characters,
    };
    g_autoptr(GBytes) bytes = document_read(document, sink, error);
    g_autofree char *declared = NULL;
    g_autofree char *text = NULL;
    Page page = {.sink = sink};
    size_t size_bytes;

    if (bytes == NULL)
        return false;
    declared = declared_charset(bytes);
    text = document_decode(bytes, declared, sink, &size_bytes);
    size_bytes = markup_tidy(text, size_bytes);
    page.parser = htmlCreatePushParserCtxt(&events, &page, NULL, 0, NULL,
                                           XML_CHAR_ENCODING_UTF8);
    if (page.parser == NULL)
        return fault(error, FAULT_INTERNAL, "libxml2 gives no parser");
    (void)htmlCtxtUseOptions(page.parser,
                             HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                 HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                 HTML_PARSE_IGNORE_ENC);
    page.line = g_string_new(NULL);
    parse(&page, text, size_bytes);
    g_string_free(page.line, TRUE);
    htmlFreeParserCtxt(page.parser);
    return true;
}

extern const Extractor extractor_html;
const Extractor extractor_html = {
    .name = "html",
    .types = (const char *const[]){"text/html", "application/xhtml+xml", NULL},
    .extract = html_extract,
};
