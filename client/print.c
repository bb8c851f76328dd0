/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * print.c - the one way to the terminal.
 */
#include "config.h"

#include "client/print.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"

#define _(text) gettext(text)

enum {
    COLUMNS_USUAL = 80,
    COLUMNS_MIN = 20,
    SNIPPET_INDENT = 4,
    SNIPPET_LINES = 3,
    MINUTE_S = 60,
    HOUR_S = 3600,
    DAY_S = 86400,
    WEEK_S = 7 * DAY_S,
};

static const char *const style_codes[] = {
    [STYLE_PLAIN] = "",        [STYLE_STRONG] = "\033[1m",
    [STYLE_FAINT] = "\033[2m", [STYLE_GOOD] = "\033[32m",
    [STYLE_BAD] = "\033[31m",  [STYLE_NAME] = "\033[1;36m",
};

/* ---- what the terminal can do ---- */

static bool
is_set(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0';
}

static bool
decide(const Settings *settings, const char *key, bool automatic)
{
    const char *word = settings != NULL ? settings_text(settings, key) : "auto";

    if (strcmp(word, "auto") == 0)
        return automatic;
    return strcmp(word, "always") == 0;
}

void
print_init(Print *print, const Settings *settings)
{
    struct winsize size;
    bool dumb = g_strcmp0(getenv("TERM"), "dumb") == 0;

    *print = (Print){.columns = COLUMNS_USUAL};
    print->terminal = isatty(STDOUT_FILENO);
    if (print->terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col >= COLUMNS_MIN)
        print->columns = size.ws_col;
    print->colour =
        decide(settings, "ui.colour",
               is_set("CLICOLOR_FORCE") || (print->terminal && !dumb));
    /* https://no-color.org: what is set by the person at hand is obeyed
     * before any file. */
    if (is_set("NO_COLOR"))
        print->colour = false;
    print->links = decide(settings, "ui.hyperlinks", print->terminal && !dumb);
    if (gethostname(print->host, sizeof print->host - 1) < 0)
        print->links = false;
}

/* ---- pieces ---- */

static void
put_styled(const Print *print, Style style, const char *safe)
{
    bool styled = print->colour && style != STYLE_PLAIN && safe[0] != '\0';

    if (styled)
        (void)fputs(style_codes[style], stdout);
    (void)fputs(safe, stdout);
    if (styled)
        (void)fputs("\033[0m", stdout);
}

void
print_text(const Print *print, Style style, const char *text)
{
    g_autofree char *safe = text_safe_line(text);

    put_styled(print, style, safe);
}

void
print_lines(const Print *print, const char *text)
{
    g_autofree char *safe = text_safe(text);

    (void)fputs(safe, stdout);
}

void
print_link(const Print *print, Style style, const char *path, const char *shown)
{
    g_autofree char *uri = NULL;

    if (print->links && path != NULL)
        uri = g_filename_to_uri(path, print->host, NULL);
    if (uri != NULL)
        (void)printf("\033]8;;%s\033\\", uri);
    print_text(print, style, shown);
    if (uri != NULL)
        (void)fputs("\033]8;;\033\\", stdout);
}

void
print_json(const Print *print, const json_t *value)
{
    (void)json_dumpf(value, stdout,
                     (print->terminal ? JSON_INDENT(2) : JSON_COMPACT) |
                         JSON_ENCODE_ANY);
    (void)putchar('\n');
}

/* ---- snippets ---- */

/* Characters of a snippet, and which of them are words that were asked. */
typedef struct {
    gunichar *characters;
    bool *strong;
    glong n;
} Marked;

static void
marked_clear(Marked *marked)
{
    g_free(marked->characters);
    g_free(marked->strong);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Marked, marked_clear)

static bool
is_word_character(gunichar c)
{
    return g_unichar_isalnum(c) || g_unichar_ismark(c);
}

static bool
same_at(const Marked *marked, glong at, const gunichar *word, glong n)
{
    if (at + n > marked->n)
        return false;
    for (glong i = 0; i < n; i++)
        if (g_unichar_tolower(marked->characters[at + i]) != word[i])
            return false;
    return true;
}

/* A word of letters is found at the start of a word, and makes all of it
 * strong: the index knows "contract" in "contracts" too. */
static void
mark_letters(Marked *marked, const gunichar *word, glong n)
{
    for (glong i = 0; i + n <= marked->n; i++) {
        if ((i > 0 && is_word_character(marked->characters[i - 1]) &&
             !text_is_cjk(marked->characters[i - 1])) ||
            !same_at(marked, i, word, n))
            continue;
        for (; i < marked->n && is_word_character(marked->characters[i]) &&
               !text_is_cjk(marked->characters[i]);
             i++)
            marked->strong[i] = true;
    }
}

/* Han text has no word borders: pairs of characters, as it is indexed. */
static void
mark_cjk(Marked *marked, const gunichar *word, glong n)
{
    glong step = MIN(n, 2);

    for (glong from = 0; from + step <= n; from++)
        for (glong i = 0; i + step <= marked->n; i++)
            if (same_at(marked, i, word + from, step))
                for (glong k = 0; k < step; k++)
                    marked->strong[i + k] = true;
}

static void
mark_words(Marked *marked, const char *query)
{
    glong n = 0;
    g_autofree gunichar *words = g_utf8_to_ucs4_fast(query, -1, &n);

    for (glong i = 0; i < n; i++)
        words[i] = g_unichar_tolower(words[i]);
    for (glong i = 0, end; i < n; i = end) {
        bool cjk = text_is_cjk(words[i]);

        end = i + 1;
        if (!is_word_character(words[i]))
            continue;
        while (end < n && is_word_character(words[end]) &&
               text_is_cjk(words[end]) == cjk)
            end++;
        if (cjk)
            mark_cjk(marked, words + i, end - i);
        else
            mark_letters(marked, words + i, end - i);
    }
}

static void
put_run(const Print *print, const Marked *marked, glong from, glong end)
{
    while (from < end) {
        glong to = from;
        g_autofree char *piece = NULL;

        while (to < end && marked->strong[to] == marked->strong[from])
            to++;
        piece = g_ucs4_to_utf8(marked->characters + from, to - from, NULL, NULL,
                               NULL);
        print_text(print, marked->strong[from] ? STYLE_STRONG : STYLE_PLAIN,
                   piece);
        from = to;
    }
}

static unsigned
cells_of(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    return g_unichar_iswide(c) ? 2 : 1;
}

/* The end of the line that begins at @from: after a blank or beside a Han
 * character when it has to be cut. */
static glong
line_end(const Marked *marked, glong from, unsigned cells)
{
    unsigned used = 0;
    glong cut = 0;

    for (glong i = from; i < marked->n; i++) {
        gunichar c = marked->characters[i];

        used += cells_of(c);
        if (used > cells)
            return cut > from ? cut : i;
        if (c == ' ' || text_is_cjk(c))
            cut = i + 1;
    }
    return marked->n;
}

/* One line of text: breaks the eye cannot see are left out, all white space
 * is one blank. */
static char *
snippet_line(const char *snippet)
{
    GString *line = g_string_new(NULL);
    bool blank = true;

    for (; *snippet != '\0'; snippet = g_utf8_next_char(snippet)) {
        gunichar c = g_utf8_get_char(snippet);

        if (c == 0x00AD || c == 0x200B) /* soft hyphen, zero width space */
            continue;
        if (g_unichar_isspace(c)) {
            if (!blank)
                g_string_append_c(line, ' ');
            blank = true;
        } else {
            g_string_append_unichar(line, c);
            blank = false;
        }
    }
    return g_string_free(line, FALSE);
}

void
print_snippet(const Print *print, const char *snippet, const char *query)
{
    g_auto(Marked) marked = {0};
    g_autofree char *line = snippet_line(snippet);
    unsigned cells = print->columns - SNIPPET_INDENT;

    marked.characters = g_utf8_to_ucs4_fast(line, -1, &marked.n);
    marked.strong = g_new0(bool, (gsize)marked.n + 1);
    if (query != NULL)
        mark_words(&marked, query);
    if (!print->terminal)
        cells = G_MAXUINT / 2; /* programs cut lines themselves */
    for (glong from = 0, lines = 0; from < marked.n && lines < SNIPPET_LINES;
         lines++) {
        glong end = line_end(&marked, from, cells);

        (void)printf("%*s", SNIPPET_INDENT, "");
        put_run(print, &marked, from, end);
        (void)putchar('\n');
        from = end;
    }
}

/* ---- words for figures ---- */

char *
print_home(const char *path)
{
    const char *home = g_get_home_dir();
    size_t bytes = strlen(home);

    if (bytes > 1 && strncmp(path, home, bytes) == 0 &&
        (path[bytes] == '/' || path[bytes] == '\0'))
        return g_strconcat("~", path + bytes, NULL);
    return g_strdup(path);
}

char *
print_age(const char *time, int64_t now_us)
{
    g_autoptr(GDateTime) then = NULL, local = NULL;
    int64_t ago_s;
    unsigned long n;

    if (time != NULL)
        then = g_date_time_new_from_iso8601(time, NULL);
    if (then == NULL)
        return NULL;
    ago_s = now_us / G_USEC_PER_SEC - g_date_time_to_unix(then);
    if (ago_s < MINUTE_S && ago_s > -MINUTE_S)
        return g_strdup(_("just now"));
    if (ago_s > 0 && ago_s < HOUR_S) {
        n = (unsigned long)ago_s / MINUTE_S;
        return g_strdup_printf(ngettext("%lu minute ago", "%lu minutes ago", n),
                               n);
    }
    if (ago_s > 0 && ago_s < DAY_S) {
        n = (unsigned long)ago_s / HOUR_S;
        return g_strdup_printf(ngettext("%lu hour ago", "%lu hours ago", n), n);
    }
    if (ago_s > 0 && ago_s < WEEK_S) {
        n = (unsigned long)ago_s / DAY_S;
        return g_strdup_printf(ngettext("%lu day ago", "%lu days ago", n), n);
    }
    local = g_date_time_to_local(then);
    return g_date_time_format(local, "%Y-%m-%d");
}

char *
print_duration(double seconds)
{
    int64_t s = (int64_t)(seconds + 0.5);

    if (s < MINUTE_S)
        return g_strdup_printf(_("%d s"), (int)s);
    if (s < HOUR_S)
        return g_strdup_printf(_("%d min"), (int)((s + 30) / MINUTE_S));
    return g_strdup_printf(_("%d h %d min"), (int)(s / HOUR_S),
                           (int)(s % HOUR_S / MINUTE_S));
}
