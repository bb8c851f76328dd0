/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sources.c - apps, the folders they save to, and what a file tells of its
 * origin.
 */
#include "config.h"

#include "daemon/intake/sources.h"

#include <glob.h>
#include <string.h>
#include <sys/xattr.h>

enum {
    ORIGIN_BYTES_MAX = 2048, /* any program may write any length */
    FOUND_MAX = 1000,        /* folders of one glob */
};

#define GLOBS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The narrower first where one lies inside another's folder; the innermost
 * match wins all the same. */
const Source sources_table[] = {
    {"wechat", "WeChat",
     GLOBS("{DOCUMENTS}/xwechat_files/*/msg/file", "xwechat_files/*/msg/file",
           ".var/app/com.tencent.WeChat/xwechat_files/*/msg/file",
           "{DOCUMENTS}/WeChat Files/*/FileStorage/File",
           "WeChat Files/*/FileStorage/File")},
    {"wecom", "WeCom",
     GLOBS("{DOCUMENTS}/WXWork/*/Cache/File", "WXWork/*/Cache/File")},
    {"qq", "QQ",
     GLOBS(".config/QQ/nt_qq_*/nt_data/File",
           ".var/app/com.qq.QQ/config/QQ/nt_qq_*/nt_data/File",
           "{DOCUMENTS}/Tencent Files/*/FileRecv")},
    {"dingtalk", "DingTalk", GLOBS("{DOWNLOAD}/DingTalk")},
    {"feishu", "Feishu", GLOBS("{DOWNLOAD}/Feishu", "{DOWNLOAD}/Lark")},
    {"telegram", "Telegram",
     GLOBS("{DOWNLOAD}/Telegram Desktop",
           ".var/app/org.telegram.desktop/data/TelegramDesktop/tdata/"
           "temp_data")},
    {"signal", "Signal", GLOBS("{DOWNLOAD}/Signal")},
    {"slack", "Slack", GLOBS("{DOWNLOAD}/Slack")},
    {"teams", "Teams", GLOBS("{DOWNLOAD}/Teams")},
    {"discord", "Discord", GLOBS("{DOWNLOAD}/Discord")},
    {"kdeconnect", "KDE Connect", GLOBS("{DOWNLOAD}/KDE Connect")},
    {"warpinator", "Warpinator", GLOBS("Warpinator")},
    {"sync", "Syncthing", GLOBS("Sync")},
    {"nextcloud", "Nextcloud", GLOBS("Nextcloud")},
    {"dropbox", "Dropbox", GLOBS("Dropbox")},
    {"nutstore", "Nutstore", GLOBS("Nutstore Files")},
    {"baidu", "Baidu Netdisk", GLOBS("baidunetdiskdownload")},
    {"download", "Downloads", GLOBS("{DOWNLOAD}")},
    {"documents", "Documents", GLOBS("{DOCUMENTS}")},
    {"desktop", "Desktop", GLOBS("{DESKTOP}")},
    {NULL, NULL, NULL},
};

void
source_found_free(SourceFound *found)
{
    if (found == NULL)
        return;
    g_free(found->folder);
    g_free(found);
}

/* ---- XDG user folders ---- */

/* Of user-dirs.dirs (xdg-user-dirs): XDG_NAME_DIR="$HOME/…" or "/…". A
 * folder that is the home itself is switched off. NULL then. Given. */
static char *
parse_user_dir(const char *home, const char *text, const char *name)
{
    g_autofree char *key = g_strconcat("\nXDG_", name, "_DIR=\"", NULL);
    const char *at = strstr(text, key), *end;
    g_autofree char *value = NULL;

    if (at == NULL)
        return NULL;
    at += strlen(key);
    end = strchr(at, '"');
    if (end == NULL)
        return NULL;
    value = g_strndup(at, (size_t)(end - at));
    if (g_str_has_prefix(value, "$HOME/") && value[strlen("$HOME/")] != '\0')
        return g_build_filename(home, value + strlen("$HOME/"), NULL);
    return value[0] == '/' ? g_steal_pointer(&value) : NULL;
}

static char *
user_dir(const char *home, const char *name, const char *usual)
{
    const char *config = g_getenv("XDG_CONFIG_HOME");
    g_autofree char *path =
        config != NULL && *config == '/'
            ? g_build_filename(config, "user-dirs.dirs", NULL)
            : g_build_filename(home, ".config", "user-dirs.dirs", NULL);
    g_autofree char *text = NULL, *with_newline = NULL;
    char *found = NULL;

    if (g_file_get_contents(path, &text, NULL, NULL)) {
        with_newline = g_strconcat("\n", text, NULL);
        found = parse_user_dir(home, with_newline, name);
    }
    return found != NULL ? found : g_build_filename(home, usual, NULL);
}

/* @pattern below @home with the {…} put in. Given. */
static char *
place(const char *home, const char *pattern)
{
    static const struct {
        const char *word, *name, *usual;
    } folders[] = {
        {"{DOWNLOAD}", "DOWNLOAD", "Downloads"},
        {"{DOCUMENTS}", "DOCUMENTS", "Documents"},
        {"{DESKTOP}", "DESKTOP", "Desktop"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *folder = NULL;

        if (!g_str_has_prefix(pattern, folders[i].word))
            continue;
        folder = user_dir(home, folders[i].name, folders[i].usual);
        return g_strconcat(folder, pattern + strlen(folders[i].word), NULL);
    }
    return g_build_filename(home, pattern, NULL);
}

/* ---- discovery ---- */

static bool
is_inside(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    return strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* Once, and the outer one of two. */
static void
add_found(GPtrArray *found, const Source *source, const char *folder)
{
    SourceFound *each;

    for (unsigned i = 0; i < found->len; i++) {
        each = found->pdata[i];
        if (is_inside(folder, each->folder))
            return;
    }
    for (unsigned i = found->len; i > 0; i--) {
        each = found->pdata[i - 1];
        if (is_inside(each->folder, folder))
            (void)g_ptr_array_remove_index(found, i - 1);
    }
    each = g_new0(SourceFound, 1);
    each->source = source;
    each->folder = g_strdup(folder);
    g_ptr_array_add(found, each);
}

GPtrArray *
sources_discover(const char *home)
{
    GPtrArray *found =
        g_ptr_array_new_with_free_func((GDestroyNotify)source_found_free);

    for (const Source *each = sources_table; each->name != NULL; each++) {
        for (unsigned i = 0; each->globs[i] != NULL; i++) {
            g_autofree char *pattern = place(home, each->globs[i]);
            glob_t matches = {0};

            if (glob(pattern, GLOB_ONLYDIR | GLOB_NOSORT, NULL, &matches) ==
                0) {
                for (size_t k = 0; k < MIN(matches.gl_pathc, FOUND_MAX); k++)
                    if (g_file_test(matches.gl_pathv[k], G_FILE_TEST_IS_DIR))
                        add_found(found, each, matches.gl_pathv[k]);
            }
            globfree(&matches);
        }
    }
    return found;
}

/* ---- whose a path is ---- */

/* Components of @path that @pattern takes; 0: does not match. '*' is any one
 * component, or a part of it. */
static unsigned
matched(const char *pattern, const char *path)
{
    g_auto(GStrv) want = g_strsplit(pattern, "/", -1);
    g_auto(GStrv) have = g_strsplit(path, "/", -1);
    unsigned n = g_strv_length(want);

    if (g_strv_length(have) <= n)
        return 0;
    for (unsigned i = 0; i < n; i++)
        if (!g_pattern_match_simple(want[i], have[i]))
            return 0;
    return n;
}

/* The table's globs with the user's folders put in, made once a home: asked
 * for every file that lands. */
typedef struct {
    char *home;
    GPtrArray *patterns; /* of char * */
    GArray *sources;     /* of const Source * */
} Placed;

static const Placed *
placed_for(const char *home)
{
    static Placed placed;

    if (g_strcmp0(placed.home, home) == 0)
        return &placed;
    g_free(placed.home);
    g_clear_pointer(&placed.patterns, g_ptr_array_unref);
    g_clear_pointer(&placed.sources, g_array_unref);
    placed.home = g_strdup(home);
    placed.patterns = g_ptr_array_new_with_free_func(g_free);
    placed.sources = g_array_new(FALSE, FALSE, sizeof(const Source *));
    for (const Source *each = sources_table; each->name != NULL; each++) {
        for (unsigned i = 0; each->globs[i] != NULL; i++) {
            g_ptr_array_add(placed.patterns, place(home, each->globs[i]));
            g_array_append_val(placed.sources, each);
        }
    }
    return &placed;
}

const Source *
sources_of(const char *home, const char *path)
{
    const Placed *placed = placed_for(home);
    const Source *best = NULL;
    unsigned most = 0;

    for (unsigned i = 0; i < placed->patterns->len; i++) {
        unsigned n = matched(placed->patterns->pdata[i], path);

        if (n > most) {
            most = n;
            best = g_array_index(placed->sources, const Source *, i);
        }
    }
    return best;
}

char *
sources_origin(int fd)
{
    char raw[ORIGIN_BYTES_MAX + 1];
    ssize_t n = fgetxattr(fd, "user.xdg.origin.url", raw, ORIGIN_BYTES_MAX);
    g_autoptr(GUri) uri = NULL, plain = NULL;

    if (n <= 0)
        return NULL;
    raw[n] = '\0';
    uri = g_uri_parse(raw, G_URI_FLAGS_PARSE_RELAXED, NULL);
    if (uri == NULL || g_uri_get_host(uri) == NULL)
        return NULL;
    /* Passwords and tokens stay out of the index (CVE-2018-20483). */
    plain = g_uri_build(G_URI_FLAGS_NONE, g_uri_get_scheme(uri), NULL,
                        g_uri_get_host(uri), g_uri_get_port(uri),
                        g_uri_get_path(uri), NULL, NULL);
    return g_uri_to_string(plain);
}
