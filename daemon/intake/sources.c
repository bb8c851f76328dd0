/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sources.c - apps, the folders they save to, and what a file tells of its
 * origin.
 */
#include "config.h"

#include "daemon/intake/sources.h"

#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

enum {
    ORIGIN_BYTES_MAX = 2048, /* any program may write any length */
    FOUND_MAX = 1000,        /* folders of one glob */
};

#define GLOBS(...) ((const char *const[]){__VA_ARGS__, NULL})

/*
 * Browsers, mail programs and most messengers save to the download folder,
 * so a place alone does not tell them apart. What an app keeps encrypted
 * (Signal's attachments, WeChat's images and databases) is not here.
 */
const Source sources_table[] = {
    {"wechat", "WeChat",
     GLOBS("{DOCUMENTS}/xwechat_files/*/msg/file", "xwechat_files/*/msg/file",
           ".var/app/com.tencent.WeChat/xwechat_files/*/msg/file",
           "{DOCUMENTS}/WeChat Files/*/FileStorage/File",
           "WeChat Files/*/FileStorage/File",
           "{WINE}/WeChat Files/*/FileStorage/File",
           "{WINE}/xwechat_files/*/msg/file")},
    {"wecom", "WeCom",
     GLOBS("{DOCUMENTS}/WXWork/*/Cache/File", "WXWork/*/Cache/File",
           "{WINE}/WXWork/*/Cache/File")},
    {"qq", "QQ",
     GLOBS(".config/QQ/nt_qq_*/nt_data/File",
           ".var/app/com.qq.QQ/config/QQ/nt_qq_*/nt_data/File",
           "{DOCUMENTS}/Tencent Files/*/FileRecv",
           "{WINE}/Tencent Files/*/FileRecv")},
    {"dingtalk", "DingTalk", GLOBS("{DOWNLOAD}/DingTalk", "{DOWNLOAD}/钉钉")},
    {"feishu", "Feishu",
     GLOBS("{DOWNLOAD}/Feishu", "{DOWNLOAD}/Lark", "{DOWNLOAD}/飞书")},
    {"telegram", "Telegram",
     GLOBS("{DOWNLOAD}/Telegram Desktop",
           ".var/app/org.telegram.desktop/data/TelegramDesktop/tdata/"
           "temp_data",
           "snap/telegram-desktop/current/Downloads/Telegram Desktop")},
    {"signal", "Signal", GLOBS("{DOWNLOAD}/Signal")},
    {"whatsapp", "WhatsApp", GLOBS("{DOWNLOAD}/WhatsApp*")},
    {"slack", "Slack", GLOBS("{DOWNLOAD}/Slack")},
    {"teams", "Teams", GLOBS("{DOWNLOAD}/Teams")},
    {"discord", "Discord", GLOBS("{DOWNLOAD}/Discord")},
    {"zoom", "Zoom", GLOBS("{DOCUMENTS}/Zoom")},
    {"thunderbird", "Thunderbird", GLOBS("{DOWNLOAD}/Thunderbird")},
    {"kdeconnect", "KDE Connect",
     GLOBS("{DOWNLOAD}/KDE Connect", "{DOWNLOAD}/kdeconnect")},
    {"localsend", "LocalSend", GLOBS("{DOWNLOAD}/LocalSend")},
    {"warpinator", "Warpinator", GLOBS("Warpinator", "{DOWNLOAD}/Warpinator")},
    {"screenshot", "Screenshots",
     GLOBS("{PICTURES}/Screenshots", "{PICTURES}/截图", "{PICTURES}/屏幕截图",
           "{PICTURES}/截屏", "{PICTURES}/Bildschirmfotos",
           "{PICTURES}/Captures d’écran", "{PICTURES}/スクリーンショット")},
    {"sync", "Syncthing", GLOBS("Sync")},
    {"nextcloud", "Nextcloud", GLOBS("Nextcloud")},
    {"dropbox", "Dropbox", GLOBS("Dropbox")},
    {"onedrive", "OneDrive", GLOBS("OneDrive")},
    {"nutstore", "Nutstore", GLOBS("Nutstore Files")},
    {"baidu", "Baidu Netdisk",
     GLOBS("baidunetdiskdownload", "{DOWNLOAD}/baidunetdiskdownload")},
    {"thunder", "Thunder", GLOBS("{DOWNLOAD}/迅雷下载", "迅雷下载")},
    {"download", "Downloads",
     GLOBS("{DOWNLOAD}", "snap/*/common/Downloads", "snap/*/current/Downloads",
           ".var/app/*/Downloads")},
    {"documents", "Documents", GLOBS("{DOCUMENTS}")},
    {"desktop", "Desktop", GLOBS("{DESKTOP}")},
    {NULL, NULL, NULL},
};

/* Where {WINE} may be; the second is often a link to the first. */
static const char *const wine_folders[] = {
    ".wine/drive_c/users/*/Documents",
    ".wine/drive_c/users/*/My Documents",
    ".deepinwine/*/drive_c/users/*/Documents",
    ".deepinwine/*/drive_c/users/*/My Documents",
    ".local/share/bottles/bottles/*/drive_c/users/*/Documents",
    ".var/app/com.usebottles.bottles/data/bottles/bottles/*/drive_c/users/*/"
    "Documents",
};

static const struct {
    const char *word; /* in a glob */
    const char *key;  /* in user-dirs.dirs */
    const char *usual;
} user_folders[] = {
    {"{DOWNLOAD}", "XDG_DOWNLOAD_DIR", "Downloads"},
    {"{DOCUMENTS}", "XDG_DOCUMENTS_DIR", "Documents"},
    {"{DESKTOP}", "XDG_DESKTOP_DIR", "Desktop"},
    {"{PICTURES}", "XDG_PICTURES_DIR", "Pictures"},
};

/* One glob of the table with this user's folders put in. */
typedef struct {
    const Source *source;
    char *glob;           /* absolute; for glob(3) and fnmatch(3) */
    size_t literal_bytes; /* of start */
    char *start;          /* what each match begins with, unescaped */
    unsigned depth;       /* components */
} Place;

void
source_found_free(SourceFound *found)
{
    if (found == NULL)
        return;
    g_free(found->folder);
    g_free(found);
}

static bool
is_inside(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    if (n > 0 && folder[n - 1] == '/')
        n--; /* the root folder */
    return strncmp(path, folder, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* @path without symbolic links, or NULL when it is not there. Given. */
static char *
real(const char *path)
{
    char *resolved = realpath(path, NULL);
    char *copy = g_strdup(resolved);

    free(resolved);
    return copy;
}

/* ---- the user's folders ---- */

/* What stands in double quotes at @text, as a shell reads it. Given, or
 * NULL. */
static char *
unquote(const char *text)
{
    GString *value = g_string_new(NULL);

    for (text++; *text != '"'; text++) {
        if (*text == '\\' && text[1] != '\0')
            text++;
        if (*text == '\0' || *text == '\n') {
            g_string_free(value, TRUE);
            return NULL;
        }
        g_string_append_c(value, *text);
    }
    return g_string_free(value, FALSE);
}

/* The value of @key in user-dirs.dirs, the last one, as a shell has it.
 * Given, or NULL: none. */
static char *
lookup(const char *text, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char *value = NULL;

    for (unsigned i = 0; lines[i] != NULL; i++) {
        const char *line = g_strchug(lines[i]);

        if (!g_str_has_prefix(line, key) ||
            !g_str_has_prefix(line + strlen(key), "=\""))
            continue;
        g_free(value);
        value = unquote(line + strlen(key) + 1);
    }
    return value;
}

/* Given; NULL: switched off, by being the home folder itself. */
static char *
user_folder(const char *home, const char *text, const char *key,
            const char *usual)
{
    g_autofree char *value = lookup(text, key);
    g_autofree char *folder = NULL;
    size_t n;

    if (value == NULL)
        folder = g_build_filename(home, usual, NULL);
    else if (g_str_has_prefix(value, "$HOME"))
        folder = g_build_filename(home, value + strlen("$HOME"), NULL);
    else if (value[0] == '/')
        folder = g_strdup(value);
    else
        return NULL;
    n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/')
        folder[--n] = '\0';
    return is_inside(home, folder) ? NULL : g_steal_pointer(&folder);
}

/* @home may be another than ours, in tests; then so is its configuration. */
static char *
read_user_dirs(const char *home)
{
    g_autofree char *path =
        strcmp(home, g_get_home_dir()) == 0
            ? g_build_filename(g_get_user_config_dir(), "user-dirs.dirs", NULL)
            : g_build_filename(home, ".config", "user-dirs.dirs", NULL);
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        text = g_strdup("");
    return text;
}

/* ---- places ---- */

static void
place_clear(gpointer user)
{
    Place *place = user;

    g_free(place->glob);
    g_free(place->start);
}

/* @base is a path, @rest a glob below it, or "". */
static void
add_place(GArray *places, const Source *source, const char *base,
          const char *rest)
{
    GString *glob = g_string_new(NULL);
    GString *start = g_string_new(base);
    Place place = {.source = source};

    for (const char *at = base; *at != '\0'; at++) {
        if (strchr("*?[]\\", *at) != NULL)
            g_string_append_c(glob, '\\');
        g_string_append_c(glob, *at);
    }
    if (*rest != '\0') {
        g_string_append_printf(glob, "/%s", rest);
        g_string_append_c(start, '/');
        g_string_append_len(start, rest, (gssize)strcspn(rest, "*"));
    }
    for (const char *at = glob->str; *at != '\0'; at++)
        place.depth += *at == '/';
    place.literal_bytes = start->len;
    place.start = g_string_free(start, FALSE);
    place.glob = g_string_free(glob, FALSE);
    g_array_append_val(places, place);
}

/* Under its own name, and under its real one where that is another. */
static void
add_places(GArray *places, const Source *source, const char *base,
           const char *rest)
{
    g_autofree char *resolved = real(base);

    add_place(places, source, base, rest);
    if (resolved != NULL && strcmp(resolved, base) != 0)
        add_place(places, source, resolved, rest);
}

static void
add_glob(GArray *places, const Source *source, const char *home,
         char *const *folders, const char *glob)
{
    for (size_t i = 0; i < G_N_ELEMENTS(user_folders); i++) {
        const char *rest = glob + strlen(user_folders[i].word);

        if (!g_str_has_prefix(glob, user_folders[i].word))
            continue;
        if (folders[i] != NULL)
            add_places(places, source, folders[i], rest + (*rest == '/'));
        return;
    }
    if (!g_str_has_prefix(glob, "{WINE}/")) {
        add_places(places, source, home, glob);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wine_folders); i++) {
        g_autofree char *below =
            g_build_filename(wine_folders[i], glob + strlen("{WINE}/"), NULL);

        add_places(places, source, home, below);
    }
}

static GArray *
make_places(const char *home)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(Place));
    g_autofree char *text = read_user_dirs(home);
    char *folders[G_N_ELEMENTS(user_folders)];

    g_array_set_clear_func(places, place_clear);
    for (size_t i = 0; i < G_N_ELEMENTS(user_folders); i++)
        folders[i] =
            user_folder(home, text, user_folders[i].key, user_folders[i].usual);
    for (const Source *each = sources_table; each->name != NULL; each++) {
        for (unsigned i = 0; each->globs[i] != NULL; i++)
            add_glob(places, each, home, folders, each->globs[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(user_folders); i++)
        g_free(folders[i]);
    return places;
}

/* Made once a home, for it is asked about every file that lands; @anew: the
 * user may have moved a folder. */
static const GArray *
places_of(const char *home, bool anew)
{
    static char *known;
    static GArray *places;

    if (!anew && g_strcmp0(known, home) == 0)
        return places;
    g_free(known);
    g_clear_pointer(&places, g_array_unref);
    known = g_strdup(home);
    places = make_places(home);
    return places;
}

/* ---- discovery ---- */

static void
add_found(GPtrArray *found, const Source *source, char *folder)
{
    SourceFound *each;

    for (unsigned i = 0; i < found->len; i++) {
        each = found->pdata[i];
        if (strcmp(each->folder, folder) == 0) {
            g_free(folder);
            return;
        }
    }
    each = g_new0(SourceFound, 1);
    each->source = source;
    each->folder = folder;
    g_ptr_array_add(found, each);
}

GPtrArray *
sources_present(const char *home)
{
    GPtrArray *found =
        g_ptr_array_new_with_free_func((GDestroyNotify)source_found_free);
    const GArray *places = places_of(home, true);
    g_autofree char *home_itself = real(home);

    for (unsigned i = 0; i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);
        glob_t matches = {0};

        if (glob(place->glob, GLOB_ONLYDIR, NULL, &matches) == 0) {
            for (size_t k = 0; k < MIN(matches.gl_pathc, FOUND_MAX); k++) {
                char *folder = real(matches.gl_pathv[k]);

                if (folder != NULL && g_file_test(folder, G_FILE_TEST_IS_DIR) &&
                    (home_itself == NULL || !is_inside(home_itself, folder)))
                    add_found(found, place->source, folder);
                else
                    g_free(folder);
            }
        }
        globfree(&matches);
    }
    return found;
}

GPtrArray *
sources_discover(const char *home)
{
    GPtrArray *found = sources_present(home);

    for (unsigned i = found->len; i > 0; i--) {
        const SourceFound *inner = found->pdata[i - 1];
        bool covered = false;

        for (unsigned k = 0; k < found->len && !covered; k++)
            covered = k != i - 1 &&
                      is_inside(inner->folder,
                                ((SourceFound *)found->pdata[k])->folder);
        if (covered)
            g_ptr_array_remove_index(found, i - 1);
    }
    return found;
}

/* ---- whose a path is ---- */

static bool
is_below(const Place *place, const char *path)
{
    g_autofree char *folder = NULL;
    const char *end = path;

    if (strncmp(path, place->start, place->literal_bytes) != 0)
        return false;
    for (unsigned i = 0; i <= place->depth && end != NULL; i++)
        end = i == 0 ? path : strchr(end + 1, '/');
    if (end == NULL)
        return false;
    folder = g_strndup(path, (size_t)(end - path));
    return fnmatch(place->glob, folder, FNM_PATHNAME) == 0;
}

const Source *
sources_of(const char *home, const char *path)
{
    const GArray *places = places_of(home, false);
    const Place *best = NULL;

    for (unsigned i = 0; i < places->len; i++) {
        const Place *place = &g_array_index(places, Place, i);

        if ((best == NULL || place->depth > best->depth) &&
            is_below(place, path))
            best = place;
    }
    return best != NULL ? best->source : NULL;
}

/* ---- origin ---- */

static bool
is_plain(const char *text, size_t size_bytes)
{
    for (size_t i = 0; i < size_bytes; i++) {
        if (g_ascii_iscntrl(text[i]) || text[i] == '\0')
            return false;
    }
    return g_utf8_validate(text, (gssize)size_bytes, NULL);
}

/* Addresses with a host only: data: holds the file itself, file: and blob:
 * tell nothing. Given, or NULL. */
static char *
read_address(int fd, const char *attribute)
{
    static const char *const schemes[] = {"http", "https", "ftp",
                                          "ftps", "sftp",  NULL};
    char raw[ORIGIN_BYTES_MAX + 1];
    ssize_t n = fgetxattr(fd, attribute, raw, ORIGIN_BYTES_MAX);
    g_autoptr(GUri) whole = NULL, plain = NULL;
    const char *host;

    if (n <= 0 || !is_plain(raw, (size_t)n))
        return NULL;
    raw[n] = '\0';
    whole =
        g_uri_parse(raw, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
    host = whole != NULL ? g_uri_get_host(whole) : NULL;
    if (host == NULL || *host == '\0' ||
        !g_strv_contains(schemes, g_uri_get_scheme(whole)))
        return NULL;
    /* Passwords and tokens stay out of the index (CVE-2018-20483). */
    plain =
        g_uri_build(G_URI_FLAGS_ENCODED, g_uri_get_scheme(whole), NULL, host,
                    g_uri_get_port(whole), g_uri_get_path(whole), NULL, NULL);
    return g_uri_to_string(plain);
}

char *
sources_origin(int fd)
{
    char *origin = read_address(fd, "user.xdg.origin.url");

    return origin != NULL ? origin : read_address(fd, "user.xdg.referrer.url");
}
