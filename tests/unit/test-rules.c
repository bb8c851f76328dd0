/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-rules.c - which names are looked at.
 */
#include "config.h"

#include "daemon/intake/rules.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name;
    RuleVerdict verdict;
} Expected;

static const Expected files[] = {
    {"report.pdf", RULE_READ},
    {"报价单(1).docx", RULE_READ},
    {"\xb1\xa8\xbc\xdb.doc", RULE_READ},
    {"two\nlines.txt", RULE_READ},
    {"no-suffix", RULE_READ},
    {"2024-05(1)", RULE_READ},
    {"part", RULE_READ},
    {"archive.part1.rar", RULE_READ},
    {"archive.part07.rar", RULE_READ},
    {"id_card.pdf", RULE_READ},
    {"keynote.txt", RULE_READ},
    {"monkey", RULE_READ},
    {"environment.md", RULE_READ},
    {"notes.asc", RULE_READ},
    {"passwords and how to choose them.pdf", RULE_READ},
    {"template.dotx", RULE_READ},
    {"#1 reasons.txt", RULE_READ},
    {"backup.bak", RULE_READ},

    {"a.pdf.part", RULE_PASSING},
    {"a.x7Kp2Qaz.pdf.PART", RULE_PASSING},
    {"archive.part1.rar.part", RULE_PASSING},
    {"a.zip.crdownload", RULE_PASSING},
    {"Unconfirmed 77512.crdownload", RULE_PASSING},
    {"a.wkdownload", RULE_PASSING},
    {"a.opdownload", RULE_PASSING},
    {"a.pdf.download", RULE_PASSING},
    {"a.baiduyun.p.downloading", RULE_PASSING},
    {"a.partial", RULE_PASSING},
    {"a.filepart", RULE_PASSING},
    {"a.iso.aria2", RULE_PASSING},
    {"a.mp4.ytdl", RULE_PASSING},
    {"a.mkv.!qB", RULE_PASSING},
    {"a.xltd", RULE_PASSING},
    {"a.td", RULE_PASSING},
    {"a.tmp", RULE_PASSING},
    {"lu1234.tmp", RULE_PASSING},
    {"a.temp", RULE_PASSING},
    {".com.google.Chrome.aB3dE9", RULE_PASSING},
    {".org.chromium.Chromium.aB3dE9", RULE_PASSING},
    {".syncthing.a.pdf.tmp", RULE_PASSING},
    {".a.pdf.~1a2b", RULE_PASSING},
    {"~$report.docx", RULE_PASSING},
    {".~lock.report.odt#", RULE_PASSING},
    {".goutputstream-XYZ123", RULE_PASSING},
    {".fuse_hidden0000a1", RULE_PASSING},
    {".nfs000000000123", RULE_PASSING},
    {".notes.txt.swp", RULE_PASSING},
    {"4913", RULE_PASSING},
    {".#notes.txt", RULE_PASSING},
    {"#notes.txt#", RULE_PASSING},

    {"notes.txt~", RULE_SKIP},
    {"Thumbs.db", RULE_SKIP},
    {"desktop.ini", RULE_SKIP},
    {".hidden.pdf", RULE_SKIP},
    {".DS_Store", RULE_SKIP},
    {".env", RULE_SKIP},

    {"vault.kdbx", RULE_NAME_ONLY},
    {"server.KEY", RULE_NAME_ONLY},
    {"server.pem", RULE_NAME_ONLY},
    {"me.p12", RULE_NAME_ONLY},
    {"me.pfx", RULE_NAME_ONLY},
    {"putty.ppk", RULE_NAME_ONLY},
    {"id_rsa", RULE_NAME_ONLY},
    {"id_rsa.old", RULE_NAME_ONLY},
    {"id_ed25519", RULE_NAME_ONLY},
    {"prod.env", RULE_NAME_ONLY},
    {"office.ovpn", RULE_NAME_ONLY},
    {"my.wallet", RULE_NAME_ONLY},
    {"letter.txt.gpg", RULE_NAME_ONLY},
    {"my-secret-key.asc", RULE_NAME_ONLY},
    {"bitwarden_export_20260101.json", RULE_NAME_ONLY},
    {"Chrome Passwords.csv", RULE_NAME_ONLY},
    {"logins.json", RULE_NAME_ONLY},
};

static void
test_files(void)
{
    Rules *rules = rules_new(NULL, false);

    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename("/dl", files[i].name, NULL);
        const char *reason = "";

        g_test_message("%s", files[i].name);
        g_assert_cmpint(rules_file(rules, path, &reason), ==, files[i].verdict);
        g_assert_true((files[i].verdict == RULE_READ) == (reason == NULL));
    }
    rules_free(rules);
}

static void
test_hidden(void)
{
    Rules *rules = rules_new(NULL, true);

    g_assert_cmpint(rules_file(rules, "/d/.notes.txt", NULL), ==, RULE_READ);
    g_assert_cmpint(rules_file(rules, "/d/.env", NULL), ==, RULE_NAME_ONLY);
    g_assert_cmpint(rules_file(rules, "/d/.env.local", NULL), ==,
                    RULE_NAME_ONLY);
    g_assert_cmpint(rules_file(rules, "/d/.netrc", NULL), ==, RULE_NAME_ONLY);
    g_assert_cmpint(rules_folder(rules, "/d/.config", NULL), ==, RULE_READ);
    g_assert_cmpint(rules_folder(rules, "/d/.ssh", NULL), ==, RULE_SKIP);
    g_assert_cmpint(rules_folder(rules, "/d/.git", NULL), ==, RULE_SKIP);
    rules_free(rules);
}

static const Expected folders[] = {
    {"/d/2026-11", RULE_READ},
    {"/d/文档", RULE_READ},
    {"/d/git", RULE_READ},
    {"/d/Telegram Desktop", RULE_READ},
    {"/d/attach", RULE_READ},
    {"/d/cache", RULE_READ},
    {"/d/xwechat_files/wxid_abc_1a2b/msg/file", RULE_READ},
    {"/d/.hidden", RULE_SKIP},
    {"/d/.git", RULE_SKIP},
    {"/d/CVS", RULE_SKIP},
    {"/d/.gnupg", RULE_SKIP},
    {"/d/.aws", RULE_SKIP},
    {"/d/.password-store", RULE_SKIP},
    {"/d/node_modules", RULE_SKIP},
    {"/d/__pycache__", RULE_SKIP},
    {"/d/.Trash-1000", RULE_SKIP},
    {"/d/$RECYCLE.BIN", RULE_SKIP},
    {"/d/System Volume Information", RULE_SKIP},
    {"/d/lost+found", RULE_SKIP},
    {"/d/page.download", RULE_SKIP},
    {"/d/xwechat_files/wxid_abc_1a2b/db_storage", RULE_SKIP},
    {"/d/xwechat_files/wxid_abc_1a2b/msg/attach", RULE_SKIP},
    {"/d/WeChat Files/wxid_abc/Msg", RULE_SKIP},
    {"/d/attachments.noindex", RULE_SKIP},
};

static void
test_folders(void)
{
    Rules *rules = rules_new(NULL, false);

    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
        const char *reason = "";

        g_test_message("%s", folders[i].name);
        g_assert_cmpint(rules_folder(rules, folders[i].name, &reason), ==,
                        folders[i].verdict);
        g_assert_true((folders[i].verdict == RULE_READ) == (reason == NULL));
    }
    rules_free(rules);
}

static void
test_markers(void)
{
    static const char *const markers[] = {".docentignore", ".nomedia",
                                          ".trackerignore", "CACHEDIR.TAG"};
    g_autofree char *folder = g_dir_make_tmp("docent-rules-XXXXXX", NULL);
    Rules *rules = rules_new(NULL, false);

    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++) {
        g_autofree char *marker = g_build_filename(folder, markers[i], NULL);
        const char *reason = NULL;

        g_assert_true(rules_is_marker(marker));
        g_assert_cmpint(rules_folder(rules, folder, NULL), ==, RULE_READ);
        g_assert_true(g_file_set_contents(marker, "", 0, NULL));
        g_assert_cmpint(rules_folder(rules, folder, &reason), ==, RULE_SKIP);
        g_assert_nonnull(strstr(reason, markers[i]));
        g_assert_cmpint(g_unlink(marker), ==, 0);
    }
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    rules_free(rules);
}

static void
test_exclude(void)
{
    static const char *const globs[] = {
        "*.iso",   "private/", "/mnt/x/*", "work/secret",
        "~/diary", "caf\xe9*", "",         NULL};
    g_autofree char *diary = g_build_filename(g_get_home_dir(), "diary", NULL);
    Rules *rules = rules_new(globs, false);
    const char *reason = NULL;

    g_assert_cmpint(rules_file(rules, "/d/a.ISO", &reason), ==, RULE_SKIP);
    g_assert_nonnull(strstr(reason, "watch.exclude"));
    g_assert_cmpint(rules_file(rules, "/d/a.iso.txt", NULL), ==, RULE_READ);
    g_assert_cmpint(rules_folder(rules, "/d/private", NULL), ==, RULE_SKIP);
    g_assert_cmpint(rules_file(rules, "/d/private", NULL), ==, RULE_READ);
    g_assert_cmpint(rules_file(rules, "/mnt/x/y/z.txt", NULL), ==, RULE_SKIP);
    g_assert_cmpint(rules_file(rules, "/mnt/y/z.txt", NULL), ==, RULE_READ);
    g_assert_cmpint(rules_folder(rules, "/d/work/secret", NULL), ==, RULE_SKIP);
    g_assert_cmpint(rules_folder(rules, "/d/homework/secret", NULL), ==,
                    RULE_READ);
    g_assert_cmpint(rules_folder(rules, diary, NULL), ==, RULE_SKIP);
    g_assert_cmpint(rules_file(rules, "/d/caf\xe9.txt", NULL), ==, RULE_SKIP);
    rules_free(rules);
}

static void
test_path(void)
{
    Rules *rules = rules_new(NULL, false);

    g_assert_cmpint(rules_path(rules, "/d", "/d/a/b/c.txt", NULL), ==,
                    RULE_READ);
    g_assert_cmpint(rules_path(rules, "/d", "/d/.git/b/c.txt", NULL), ==,
                    RULE_SKIP);
    g_assert_cmpint(rules_path(rules, "/d", "/d/a/b/c.part", NULL), ==,
                    RULE_PASSING);
    g_assert_cmpint(rules_path(rules, "/d", "/dl/c.txt", NULL), ==, RULE_SKIP);
    g_assert_cmpint(rules_path(rules, "/d/.app/in", "/d/.app/in/c.txt", NULL),
                    ==, RULE_READ);
    g_assert_cmpint(rules_path(rules, "/", "/d/c.txt", NULL), ==, RULE_READ);
    rules_free(rules);
}

/* A thread that still holds them outlives their owner. */
static void
test_hold(void)
{
    Rules *rules = rules_new(NULL, false);
    Rules *held = rules_hold(rules);

    rules_free(rules);
    g_assert_cmpint(rules_file(held, "/d/a.part", NULL), ==, RULE_PASSING);
    rules_free(held);
    rules_free(NULL);
}

static void
test_under_way(void)
{
    static const struct {
        const char *beside;
        bool under_way;
    } cases[] = {
        {"report.pdf.part", true},
        {"report.pdf.crdownload", true},
        {"report.pdf.aria2", true},
        {"report.x7Kp2Qaz.pdf.part", true},
        {"report.x7Kp2Qaz.zip.part", false},
        {"reporter.x7Kp2Qaz.pdf.part", false},
        {"other.pdf.part", false},
        {"report.pdf.txt", false},
    };
    g_autofree char *folder = g_dir_make_tmp("docent-rules-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "report.pdf", NULL);

    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *beside =
            g_build_filename(folder, cases[i].beside, NULL);

        g_test_message("%s", cases[i].beside);
        g_assert_true(g_file_set_contents(beside, "", 0, NULL));
        g_assert_true(rules_download_under_way(path) == cases[i].under_way);
        g_assert_cmpint(g_unlink(beside), ==, 0);
    }
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func("/rules/" name, test)
    ADD("a file's name says whether it is read", test_files);
    ADD("hidden names are looked at when asked for, secrets never read",
        test_hidden);
    ADD("a folder's name says whether it is entered", test_folders);
    ADD("a marker file keeps us out of its folder", test_markers);
    ADD("the user's patterns leave out names and paths", test_exclude);
    ADD("a path is asked folder by folder below its root", test_path);
    ADD("rules last as long as somebody holds them", test_hold);
    ADD("a download beside a file says it is not finished", test_under_way);
#undef ADD
    return g_test_run();
}
