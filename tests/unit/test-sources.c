/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-sources.c - apps by the folders they save to, in a made-up home.
 */
#include "config.h"

#include "daemon/intake/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

typedef struct {
    char *base; /* holds the home, and what is outside it */
    char *home;
} Case;

static char *
in(const Case *at, const char *name)
{
    return g_build_filename(at->home, name, NULL);
}

static void
make_folder(const Case *at, const char *name)
{
    g_autofree char *path = in(at, name);

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

static void
set_user_dirs(const Case *at, const char *text)
{
    g_autofree char *path = in(at, ".config/user-dirs.dirs");

    make_folder(at, ".config");
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    /* What was known of the home before is read anew. */
    g_ptr_array_unref(sources_present(at->home));
}

static void
set_up(Case *at, gconstpointer data)
{
    g_autofree char *made = g_dir_make_tmp("docent-sources-XXXXXX", NULL);

    at->base = g_canonicalize_filename(made, NULL);
    at->home = g_build_filename(at->base, "home", NULL);
    g_assert_cmpint(g_mkdir(at->home, 0700), ==, 0);
}

static void
remove_tree(const char *path)
{
    g_autoptr(GDir) names = g_dir_open(path, 0, NULL);
    const char *name;

    while (names != NULL && (name = g_dir_read_name(names)) != NULL) {
        g_autofree char *each = g_build_filename(path, name, NULL);
        struct stat status;

        if (lstat(each, &status) == 0 && S_ISDIR(status.st_mode))
            remove_tree(each);
        else
            (void)unlink(each);
    }
    (void)rmdir(path);
}

static void
tear_down(Case *at, gconstpointer data)
{
    remove_tree(at->base);
    g_free(at->base);
    g_free(at->home);
}

typedef struct {
    const char *path;
    const char *source; /* NULL: none */
} Expected;

static void
assert_sources(const Case *at, const Expected *expected, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        g_autofree char *path = in(at, expected[i].path);
        const Source *source = sources_of(at->home, path);

        g_test_message("%s", expected[i].path);
        g_assert_cmpstr(source != NULL ? source->name : NULL, ==,
                        expected[i].source);
    }
}

static const Expected english[] = {
    {"Downloads/a.pdf", "download"},
    {"Downloads/sub/deep/a.pdf", "download"},
    {"Documents/a.odt", "documents"},
    {"Desktop/a.txt", "desktop"},
    {"Pictures/Screenshots/Screenshot from 2026-01-01.png", "screenshot"},
    {"Pictures/cat.jpg", NULL},
    {"Downloads/Telegram Desktop/photo_2026-01-02_03-04-05.jpg", "telegram"},
    {"Downloads/Telegram Desktop", "download"},
    {"Downloads/Telegram/a.pdf", "download"},
    {"Documents/xwechat_files/wxid_abc_1a2b/msg/file/2026-11/报价单(1).docx",
     "wechat"},
    {"Documents/xwechat_files/wxid_abc_1a2b/msg/file/a.pdf", "wechat"},
    {"Documents/xwechat_files/wxid_abc_1a2b/msg/video/a.mp4", "documents"},
    {"Documents/xwechat_files/a/b/msg/file/a.pdf", "documents"},
    {"xwechat_files/wxid_abc_1a2b/msg/file/2026-11/a.pdf", "wechat"},
    {".var/app/com.tencent.WeChat/xwechat_files/wxid_a_1/msg/file/2026-11/x",
     "wechat"},
    {"Documents/WeChat Files/wxid_abc/FileStorage/File/2026-11/a.xlsx",
     "wechat"},
    {"WeChat Files/wxid_abc/FileStorage/File/2026-11/a.xlsx", "wechat"},
    {".deepinwine/Deepin-WeChat/drive_c/users/u/My Documents/WeChat Files/"
     "wxid_abc/FileStorage/File/2026-11/a.xlsx",
     "wechat"},
    {".wine/drive_c/users/u/Documents/WXWork/1688850000000000/Cache/File/"
     "2026-11/a.docx",
     "wecom"},
    {"Documents/WXWork/1688850000000000/Cache/File/2026-11/a.docx", "wecom"},
    {".config/QQ/nt_qq_0f0f/nt_data/File/2026-11/Ori/a.zip", "qq"},
    {".var/app/com.qq.QQ/config/QQ/nt_qq_0f0f/nt_data/File/a.zip", "qq"},
    {".config/QQ/nt_qq_0f0f/nt_db/x.db", NULL},
    {"Downloads/DingTalk/a.pdf", "dingtalk"},
    {"Downloads/飞书/a.pdf", "feishu"},
    {"Downloads/KDE Connect/a.pdf", "kdeconnect"},
    {"Warpinator/a.pdf", "warpinator"},
    {"Sync/a.pdf", "sync"},
    {"Nextcloud/deep/a.pdf", "nextcloud"},
    {"Nutstore Files/a.pdf", "nutstore"},
    {"snap/firefox/common/Downloads/a.pdf", "download"},
    {"Downloads2/a.pdf", NULL},
    {"a.pdf", NULL},
    {"../other/Downloads/a.pdf", NULL},
};

static void
test_places(Case *at, gconstpointer data)
{
    assert_sources(at, english, G_N_ELEMENTS(english));
    g_assert_null(sources_of(at->home, "/"));
    g_assert_null(sources_of(at->home, ""));
}

static const Expected chinese[] = {
    {"下载/a.pdf", "download"},
    {"下载/Telegram Desktop/a.pdf", "telegram"},
    {"文档 [旧]/xwechat_files/wxid_a_1/msg/file/2026-11/a.pdf", "wechat"},
    {"文档 旧/a.pdf", NULL},
    {"图片/截图/a.png", "screenshot"},
    {"Downloads/a.pdf", NULL},
    {"a.pdf", NULL},
    {"Desktop/a.pdf", NULL}, /* switched off */
};

static void
test_localised(Case *at, gconstpointer data)
{
    set_user_dirs(at, "# a comment\n"
                      "XDG_DESKTOP_DIR=\"$HOME/\"\n"
                      "XDG_DOWNLOAD_DIR=\"$HOME/older\"\n"
                      "  XDG_DOWNLOAD_DIR=\"$HOME/下载/\"\n"
                      "XDG_DOCUMENTS_DIR=\"$HOME/文档 \\[旧]\"\n"
                      "XDG_PICTURES_DIR=\"$HOME/图片\"\n"
                      "XDG_VIDEOS_DIR=\"$HOME/unclosed\n");
    assert_sources(at, chinese, G_N_ELEMENTS(chinese));
}

static void
test_moved(Case *at, gconstpointer data)
{
    static const Expected before[] = {{"one/a.pdf", "download"}};
    static const Expected after[] = {{"one/a.pdf", NULL},
                                     {"two/a.pdf", "download"}};

    set_user_dirs(at, "XDG_DOWNLOAD_DIR=\"$HOME/one\"\n");
    assert_sources(at, before, G_N_ELEMENTS(before));
    set_user_dirs(at, "XDG_DOWNLOAD_DIR=\"$HOME/two\"\n");
    assert_sources(at, after, G_N_ELEMENTS(after));
}

static bool
has_folder(GPtrArray *found, const char *source, const char *folder)
{
    for (unsigned i = 0; i < found->len; i++) {
        const SourceFound *each = found->pdata[i];

        if (strcmp(each->source->name, source) == 0 &&
            strcmp(each->folder, folder) == 0)
            return true;
    }
    return false;
}

static bool
has(const Case *at, GPtrArray *found, const char *source, const char *name)
{
    g_autofree char *folder = in(at, name);

    return has_folder(found, source, folder);
}

static void
test_discover(Case *at, gconstpointer data)
{
    g_autoptr(GPtrArray) found = NULL, outer = NULL;

    make_folder(at, "Downloads/Telegram Desktop");
    make_folder(at, "Documents/xwechat_files/wxid_a_1/msg/file/2026-11");
    make_folder(at, "Documents/xwechat_files/wxid_b_2/msg/file");
    make_folder(at, "Documents/xwechat_files/all_users");
    make_folder(at, ".config/QQ/nt_qq_0f/nt_data/File");
    make_folder(at, "Downloads2");
    found = sources_present(at->home);
    g_assert_true(has(at, found, "download", "Downloads"));
    g_assert_true(has(at, found, "telegram", "Downloads/Telegram Desktop"));
    g_assert_true(
        has(at, found, "wechat", "Documents/xwechat_files/wxid_a_1/msg/file"));
    g_assert_true(
        has(at, found, "wechat", "Documents/xwechat_files/wxid_b_2/msg/file"));
    g_assert_true(has(at, found, "documents", "Documents"));
    g_assert_true(has(at, found, "qq", ".config/QQ/nt_qq_0f/nt_data/File"));
    g_assert_cmpuint(found->len, ==, 6);

    outer = sources_discover(at->home);
    g_assert_true(has(at, outer, "download", "Downloads"));
    g_assert_true(has(at, outer, "documents", "Documents"));
    g_assert_true(has(at, outer, "qq", ".config/QQ/nt_qq_0f/nt_data/File"));
    g_assert_cmpuint(outer->len, ==, 3);
}

static void
test_links(Case *at, gconstpointer data)
{
    g_autofree char *disk = g_build_filename(at->base, "disk", NULL);
    g_autofree char *downloads = in(at, "Downloads");
    g_autofree char *on_disk = g_build_filename(disk, "a.pdf", NULL);
    g_autofree char *wine =
        in(at, ".deepinwine/Deepin-WeChat/drive_c/users/u/Documents");
    g_autofree char *documents = in(at, "Documents");
    g_autoptr(GPtrArray) found = NULL;

    g_assert_cmpint(g_mkdir(disk, 0700), ==, 0);
    g_assert_cmpint(symlink(disk, downloads), ==, 0);
    make_folder(at, "Documents/WeChat Files/wxid_a/FileStorage/File");
    make_folder(at, ".deepinwine/Deepin-WeChat/drive_c/users/u");
    g_assert_cmpint(symlink(documents, wine), ==, 0);
    found = sources_present(at->home);
    g_assert_true(has_folder(found, "download", disk));
    g_assert_true(has(at, found, "wechat",
                      "Documents/WeChat Files/wxid_a/FileStorage/File"));
    g_assert_cmpuint(found->len, ==, 3); /* each folder once */
    g_assert_cmpstr(sources_of(at->home, on_disk)->name, ==, "download");
}

static void
test_home_itself(Case *at, gconstpointer data)
{
    g_autofree char *desktop = in(at, "Desktop");
    g_autoptr(GPtrArray) found = NULL;

    set_user_dirs(at, "XDG_DOWNLOAD_DIR=\"$HOME\"\n"
                      "XDG_DOCUMENTS_DIR=\"/\"\n");
    make_folder(at, "Downloads");
    g_assert_cmpint(symlink(at->home, desktop), ==, 0);
    found = sources_discover(at->home);
    g_assert_cmpuint(found->len, ==, 0);
}

static char *
origin_of(const Case *at, const char *attribute, const char *value, size_t n)
{
    g_autofree char *path = in(at, "a.pdf");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char *origin;

    g_assert_cmpint(fd, >=, 0);
    (void)fremovexattr(fd, "user.xdg.origin.url");
    (void)fremovexattr(fd, "user.xdg.referrer.url");
    g_assert_cmpint(fsetxattr(fd, attribute, value, n, 0), ==, 0);
    origin = sources_origin(fd);
    g_assert_cmpint(close(fd), ==, 0);
    return origin;
}

static void
test_origin(Case *at, gconstpointer data)
{
    static const struct {
        const char *value;
        const char *origin;
    } cases[] = {
        {"https://example.com/a/b.pdf", "https://example.com/a/b.pdf"},
        {"https://u:secret@example.com:8443/b.pdf?token=1#page=2",
         "https://example.com:8443/b.pdf"},
        {"http://例子.测试/文.pdf",
         "http://xn--fsqu00a.xn--0zwm56d/%E6%96%87.pdf"},
        {"ftp://u@host/x", "ftp://host/x"},
        {"https://example.com", "https://example.com"},
        {"data:text/plain,secret", NULL},
        {"file:///home/u/a.pdf", NULL},
        {"javascript:alert(1)", NULL},
        {"not an address", NULL},
        {"https:///nohost", NULL},
        {"https://example.com/\x1b[31m", NULL},
        {"https://example.com/\xff", NULL},
        {"", NULL},
    };
    g_autofree char *longest = g_strnfill(2049, 'a');
    g_autofree char *referrer = NULL, *none = NULL, *with_nul = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *origin = origin_of(
            at, "user.xdg.origin.url", cases[i].value, strlen(cases[i].value));

        g_test_message("%s", cases[i].value);
        g_assert_cmpstr(origin, ==, cases[i].origin);
    }
    (void)memcpy(longest, "https://example.com/", 20);
    none = origin_of(at, "user.xdg.origin.url", longest, 2049);
    g_assert_null(none);
    with_nul = origin_of(at, "user.xdg.origin.url", "http://a/\0b", 11);
    g_assert_null(with_nul);
    referrer = origin_of(at, "user.xdg.referrer.url", "https://a.b/?q=1", 16);
    g_assert_cmpstr(referrer, ==, "https://a.b/");
}

static void
test_no_origin(Case *at, gconstpointer data)
{
    g_autofree char *path = in(at, "a.pdf");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    g_assert_null(sources_origin(fd));
    g_assert_cmpint(close(fd), ==, 0);
    g_assert_null(sources_origin(-1));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                        \
    g_test_add("/sources/" name, Case, NULL, set_up, test, tear_down)
    ADD("a path tells its app by the innermost folder", test_places);
    ADD("the user's own folder names count", test_localised);
    ADD("a folder that was moved is noticed", test_moved);
    ADD("folders there are found, the outer ones to be watched", test_discover);
    ADD("a folder reached by links is found once, by its real name",
        test_links);
    ADD("the home folder itself is never one", test_home_itself);
    ADD("an origin is an address without its secrets", test_origin);
    ADD("a file without an origin has none", test_no_origin);
#undef ADD
    return g_test_run();
}
