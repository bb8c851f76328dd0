/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract-pdf.c - PDF by poppler, a page at a time.
 *
 * Poppler gives the lines of a page as they are set. Lines that wrap inside
 * a word are joined, so that the word is found: a hyphen in Latin text, any
 * full line in scripts written without spaces.
 */
#include "config.h"

#include "indexer/extractor.h"

#include <fcntl.h>
#include <poppler.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

/* Names of our own, since poppler defines some of these in some versions. */
typedef PopplerDocument Pdf;
typedef PopplerPage PdfPage;
typedef PopplerIndexIter PdfIndex;
typedef PopplerAction PdfAction;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pdf, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfPage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfIndex, poppler_index_iter_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdfAction, poppler_action_free)

enum {
    PAGES_MAX = 5000,
    BOOKMARKS_MAX = 20 * 1000, /* entries may point at one another in rings */
    BOOKMARK_DEPTH_MAX = 16,
    FILLED_BYTES_MAX = 1024 * 1024, /* of fields and notes on one page */
    WRAPPED_CELLS_MIN = 16, /* shorter lines are cells of a table or titles */
    EARLIEST_S = 725846400, /* 1993-01-01: there was no PDF before */
};

/* ---- lines ---- */

typedef struct {
    const char *at, *end;
    unsigned cells;
} Line;

static Line
line_at(const char *at)
{
    Line line = {at, strchr(at, '\n'), 0};

    if (line.end == NULL)
        line.end = at + strlen(at);
    while (line.end > line.at && g_ascii_isspace(line.end[-1]))
        line.end--;
    for (const char *each = at; each < line.end; each = g_utf8_next_char(each))
        line.cells += g_unichar_iswide(g_utf8_get_char(each)) ? 2 : 1;
    return line;
}

static gunichar
first_of(const Line *line)
{
    return line->at < line->end ? g_utf8_get_char(line->at) : 0;
}

static gunichar
last_of(const Line *line)
{
    return line->end > line->at ? g_utf8_get_char(g_utf8_prev_char(line->end))
                                : 0;
}

/* Hangul has spaces: its lines end where words do. */
static bool
is_unspaced(gunichar c)
{
    return (text_is_cjk(c) &&
            g_unichar_get_script(c) != G_UNICODE_SCRIPT_HANGUL) ||
           c == 0x3001 || c == 0xFF0C || c == 0xFF1B || c == 0x300C ||
           c == 0x300D || c == 0x201C || c == 0x201D || c == 0x300A ||
           c == 0x300B;
}

/* A line of Han or kana that is as long as its neighbours was wrapped, in a
 * word as likely as not; a title or the end of a paragraph is shorter. */
static bool
is_wrapped(const Line *before, const Line *line, const Line *next)
{
    unsigned width = MAX(MAX(before->cells, line->cells), next->cells);

    return line->cells >= WRAPPED_CELLS_MIN && line->cells * 4 >= width * 3 &&
           is_unspaced(last_of(line)) && is_unspaced(first_of(next));
}

/* The bytes of a hyphen that only the end of the line put there. */
static size_t
hyphen_bytes(const Line *line, const Line *next)
{
    const char *hyphen;
    gunichar c = last_of(line), letter;

    if (c == 0 || (c != '-' && c != 0xAD && c != 0x2010) ||
        !g_unichar_islower(first_of(next)))
        return 0;
    hyphen = g_utf8_prev_char(line->end);
    if (hyphen == line->at)
        return 0;
    letter = g_utf8_get_char(g_utf8_prev_char(hyphen));
    return g_unichar_isalpha(letter) ? (size_t)(line->end - hyphen) : 0;
}

static const char *
next_line(const Line *line)
{
    const char *end = strchr(line->end, '\n');

    return end != NULL ? end + 1 : NULL;
}

/* @text, valid UTF-8, with its wrapped lines joined. Given. */
static GString *
join_lines(const char *text)
{
    GString *joined = g_string_sized_new(strlen(text) + 1);
    Line before = {text, text, 0}, line = line_at(text);

    for (;;) {
        const char *at = next_line(&line);
        Line next;
        size_t hyphen;

        if (at == NULL)
            break;
        next = line_at(at);
        hyphen = hyphen_bytes(&line, &next);
        g_string_append_len(joined, line.at,
                            (gssize)((size_t)(line.end - line.at) - hyphen));
        if (hyphen == 0 && !is_wrapped(&before, &line, &next))
            g_string_append_c(joined, '\n');
        before = line;
        line = next;
    }
    g_string_append_len(joined, line.at, line.end - line.at);
    return joined;
}

/* ---- facts ---- */

/* A title that a program left: "Microsoft Word - report.doc", "untitled". */
static char *
clean_title(const char *title)
{
    static const char *const prefixes[] = {
        "Microsoft Word - ", "Microsoft PowerPoint - ", "Microsoft Excel - "};
    static const char *const suffixes[] = {
        ".docx", ".doc", ".dvi", ".tex", ".indd", ".pptx", ".ppt",
        ".xlsx", ".xls", ".rtf", ".odt", ".qxd",  ".pdf",  ".wpd"};
    static const char *const empty[] = {"untitled",
                                        "untitled document",
                                        "powerpoint presentation",
                                        "document",
                                        "slide 1",
                                        "无标题",
                                        "title",
                                        NULL};
    g_autofree char *clean = NULL;
    g_autofree char *lower = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
        if (g_str_has_prefix(title, prefixes[i]))
            title += strlen(prefixes[i]);
    clean = g_strstrip(g_strdup(title));
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        size_t stem = strlen(clean) - MIN(strlen(clean), strlen(suffixes[i]));

        if (stem > 0 && g_ascii_strcasecmp(clean + stem, suffixes[i]) == 0) {
            clean[stem] = '\0';
            break;
        }
    }
    lower = g_ascii_strdown(clean, -1);
    if (g_strv_contains(empty, lower) || g_str_has_prefix(lower, "untitled-"))
        return NULL;
    return g_steal_pointer(&clean);
}

static void
take_facts(Pdf *pdf, Sink *sink)
{
    g_autofree char *title = poppler_document_get_title(pdf);
    g_autofree char *author = poppler_document_get_author(pdf);
    int64_t created_s = (int64_t)poppler_document_get_creation_date(pdf);

    if (title != NULL) {
        g_autofree char *clean = clean_title(title);

        sink_title(sink, clean);
    }
    sink_author(sink, author);
    if (created_s >= EARLIEST_S &&
        created_s <= g_get_real_time() / G_USEC_PER_SEC + 24 * 60 * 60)
        sink_created(sink, created_s);
}

/* The page an entry leads to; 0 when it leads elsewhere. */
static uint32_t
page_of(Pdf *pdf, const PdfAction *action)
{
    PopplerDest *named = NULL;
    const PopplerDest *dest = action->goto_dest.dest;
    uint32_t page = 0;

    if (action->type != POPPLER_ACTION_GOTO_DEST || dest == NULL)
        return 0;
    if (dest->type == POPPLER_DEST_NAMED && dest->named_dest != NULL)
        dest = named = poppler_document_find_dest(pdf, dest->named_dest);
    if (dest != NULL && dest->page_num > 0)
        page = (uint32_t)dest->page_num;
    if (named != NULL)
        poppler_dest_free(named);
    return page;
}

static void
take_bookmarks(Pdf *pdf, PdfIndex *iter, unsigned level, unsigned *n,
               Sink *sink)
{
    do {
        g_autoptr(PdfAction) action = poppler_index_iter_get_action(iter);
        g_autoptr(PdfIndex) child = NULL;

        if (++*n > BOOKMARKS_MAX)
            return;
        if (action != NULL)
            sink_outline(sink, level, action->any.title, page_of(pdf, action));
        if (level < BOOKMARK_DEPTH_MAX)
            child = poppler_index_iter_get_child(iter);
        if (child != NULL)
            take_bookmarks(pdf, child, level + 1, n, sink);
    } while (poppler_index_iter_next(iter));
}

/* ---- pages ---- */

static bool
has_words(const char *text)
{
    for (; *text != '\0'; text = g_utf8_next_char(text))
        if (g_unichar_isalnum(g_utf8_get_char(text)))
            return true;
    return false;
}

/* What was typed into a field of a form, or chosen in it. Given, or NULL. */
static char *
field_text(PopplerFormField *field)
{
    if (poppler_form_field_get_field_type(field) == POPPLER_FORM_FIELD_TEXT &&
        !poppler_form_field_text_is_password(field))
        return poppler_form_field_text_get_text(field);
    if (poppler_form_field_get_field_type(field) == POPPLER_FORM_FIELD_CHOICE)
        return poppler_form_field_choice_get_text(field);
    return NULL;
}

/* Poppler draws no fields and notes when it gives the text of a page. */
static void
append_fields(PdfPage *page, GString *text)
{
    GList *fields = poppler_page_get_form_field_mapping(page);

    for (GList *at = fields; at != NULL; at = at->next) {
        g_autofree char *typed =
            field_text(((PopplerFormFieldMapping *)at->data)->field);

        if (typed != NULL && text->len < FILLED_BYTES_MAX)
            g_string_append_printf(text, "\n%s", typed);
    }
    poppler_page_free_form_field_mapping(fields);
}

static void
append_notes(PdfPage *page, GString *text)
{
    GList *notes = poppler_page_get_annot_mapping(page);

    for (GList *at = notes; at != NULL; at = at->next) {
        PopplerAnnot *note = ((PopplerAnnotMapping *)at->data)->annot;
        g_autofree char *words = NULL;

        /* The contents of a link or a field are hints for a mouse. */
        if (!POPPLER_IS_ANNOT_MARKUP(note))
            continue;
        words = poppler_annot_get_contents(note);
        if (words != NULL && text->len < FILLED_BYTES_MAX)
            g_string_append_printf(text, "\n%s", words);
    }
    poppler_page_free_annot_mapping(notes);
}

/* All text of a page, as it stands: its lines, then what was filled in. */
static char *
page_text(PdfPage *page)
{
    g_autofree char *set = poppler_page_get_text(page);
    g_autofree char *valid = NULL;
    g_autoptr(GString) filled = g_string_new(NULL);
    g_autoptr(GString) joined = NULL;

    valid = set != NULL ? text_valid(set, strlen(set), NULL) : g_strdup("");
    joined = join_lines(valid);
    append_fields(page, filled);
    append_notes(page, filled);
    if (filled->len > 0) {
        g_autofree char *more = text_valid(filled->str, filled->len, NULL);

        g_string_append(joined, more);
    }
    return g_string_free(g_steal_pointer(&joined), FALSE);
}

/* False when the sink wants no more. *ret_words tells whether the page has
 * any text. */
static bool
take_page(Pdf *pdf, int index, Sink *sink, bool *ret_words)
{
    g_autoptr(PdfPage) page = poppler_document_get_page(pdf, index);
    g_autofree char *text = NULL;

    *ret_words = false;
    if (page == NULL)
        return true;
    text = page_text(page);
    *ret_words = has_words(text);
    return !*ret_words ||
           (sink_page(sink, (uint32_t)index + 1) && sink_text(sink, text, -1));
}

static void
take_pages(Pdf *pdf, int pages, Sink *sink)
{
    int read = MIN(pages, PAGES_MAX), silent = 0, silent_first = 0;

    for (int i = 0; i < read; i++) {
        bool words;

        if (!take_page(pdf, i, sink, &words))
            break;
        if (!words && silent++ == 0)
            silent_first = i + 1;
    }
    if (pages > PAGES_MAX)
        sink_partial(sink, FAULT_LIMIT,
                     "only the first %d of %d pages are read", PAGES_MAX,
                     pages);
    if (silent == pages)
        sink_partial(sink, FAULT_UNSUPPORTED,
                     pages == 1 ? "its page has no text layer (scanned?)"
                                : "its %d pages have no text layer (scanned?)",
                     pages);
    else if (silent == 1)
        sink_partial(sink, FAULT_UNSUPPORTED, "page %d of %d has no text layer",
                     silent_first, pages);
    else if (silent > 1)
        sink_partial(sink, FAULT_UNSUPPORTED,
                     "%d of %d pages have no text layer, page %d the first",
                     silent, pages, silent_first);
}

/* ---- the document ---- */

static bool
open_failed(const GError *why, GError **error)
{
    if (g_error_matches(why, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
        return fault(error, FAULT_ENCRYPTED, "a password is needed");
    return fault(error, FAULT_BROKEN, "the PDF is damaged: %s",
                 why != NULL ? why->message : "no reason given");
}

static bool
pdf_extract(const Document *document, Sink *sink, GError **error)
{
    g_autoptr(Pdf) pdf = NULL;
    g_autoptr(PdfIndex) bookmarks = NULL;
    g_autoptr(GError) why = NULL;
    unsigned n_bookmarks = 0;
    int pages, fd = fcntl(document->fd, F_DUPFD_CLOEXEC, 0);

    if (fd < 0)
        return fault_errno(error, "duplicate descriptor");
    /* Takes the descriptor, even when it fails; reads by pread. */
    pdf = poppler_document_new_from_fd(fd, NULL, &why);
    if (pdf == NULL)
        return open_failed(why, error);
    pages = poppler_document_get_n_pages(pdf);
    if (pages <= 0)
        return fault(error, FAULT_BROKEN, "the PDF is damaged: no page found");
    sink_pages(sink, (uint32_t)pages);
    take_facts(pdf, sink);
    bookmarks = poppler_index_iter_new(pdf);
    if (bookmarks != NULL)
        take_bookmarks(pdf, bookmarks, 1, &n_bookmarks, sink);
    take_pages(pdf, pages, sink);
    return true;
}

extern const Extractor extractor_pdf;
const Extractor extractor_pdf = {
    .name = "pdf",
    .types =
        (const char *const[]){"application/pdf", "application/x-pdf", NULL},
    .extract = pdf_extract,
};
