/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rules.c - which names are looked at at all, each with its reason.
 *
 * Two tables, files and folders, asked from top to bottom; the first row
 * that fits decides. Names are bytes, so only ASCII case is ignored.
 */
#include "config.h"

#include "daemon/intake/rules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum {
    IS,     /* the name is this */
    ENDS,   /* and has something before it */
    BEGINS, /* and has something after it */
    GLOB,
    PATH, /* a glob for the whole path */
} Match;

typedef struct {
    Match match;
    const char *text;
    RuleVerdict verdict;
    const char *reason;
} Rule;

typedef struct {
    char *glob;
    bool whole;   /* matched against the path, not the name */
    bool folders; /* ended in '/' */
} Exclude;

struct Rules {
    int holds;       /* atomic */
    GArray *exclude; /* of Exclude */
    bool hidden;
};

static const char downloading[] = "a download that is still under way";
static const char saving[] = "a file that a program is saving or has open";
static const char secret[] = "it holds keys or passwords; its text is not read";
static const char encrypted[] = "it is encrypted; there is no text to read";
static const char rubbish[] = "a file that only the desktop uses";
static const char backup[] = "an editor's backup of another file";
static const char hidden_name[] = "its name begins with a dot";
static const char excluded[] = "a pattern in watch.exclude fits it";
static const char outside[] = "it is not below the watched folder";

/* Under these names a file is not yet, or no longer, what it will be called.
 * They come before the rule for hidden names, for many are hidden. */
static const Rule passing_rules[] = {
    {ENDS, ".part", RULE_PASSING, downloading}, /* not x.part1.rar */
    {ENDS, ".crdownload", RULE_PASSING, downloading},
    {ENDS, ".wkdownload", RULE_PASSING, downloading},
    {ENDS, ".opdownload", RULE_PASSING, downloading},
    {ENDS, ".download", RULE_PASSING, downloading},
    {ENDS, ".downloading", RULE_PASSING, downloading},
    {ENDS, ".partial", RULE_PASSING, downloading},
    {ENDS, ".filepart", RULE_PASSING, downloading},
    {ENDS, ".aria2", RULE_PASSING, downloading},
    {ENDS, ".ytdl", RULE_PASSING, downloading},
    {ENDS, ".!qB", RULE_PASSING, downloading},
    {ENDS, ".!ut", RULE_PASSING, downloading},
    {ENDS, ".xltd", RULE_PASSING, downloading},
    {ENDS, ".td", RULE_PASSING, downloading},
    {BEGINS, ".com.google.Chrome.", RULE_PASSING, downloading},
    {BEGINS, ".org.chromium.Chromium.", RULE_PASSING, downloading},
    {BEGINS, ".syncthing.", RULE_PASSING, downloading},
    {BEGINS, "~syncthing~", RULE_PASSING, downloading},
    {GLOB, ".*.~[0-9a-f]*", RULE_PASSING, downloading}, /* Nextcloud */
    {ENDS, ".tmp", RULE_PASSING, saving},
    {ENDS, ".temp", RULE_PASSING, saving},
    {BEGINS, "~$", RULE_PASSING, saving},      /* Office, WPS */
    {BEGINS, ".~lock.", RULE_PASSING, saving}, /* LibreOffice */
    {BEGINS, ".goutputstream-", RULE_PASSING, saving},
    {BEGINS, ".fuse_hidden", RULE_PASSING, saving},
    {GLOB, ".nfs[0-9a-f]*", RULE_PASSING, saving},
    {GLOB, "*.sw[opx]", RULE_PASSING, saving},
    {IS, "4913", RULE_PASSING, saving},   /* vim tries whether it may write */
    {BEGINS, ".#", RULE_PASSING, saving}, /* Emacs */
    {GLOB, "#*#", RULE_PASSING, saving},
};

static const Rule file_rules[] = {
    {ENDS, "~", RULE_SKIP, backup},
    {IS, "Thumbs.db", RULE_SKIP, rubbish},
    {IS, "ehthumbs.db", RULE_SKIP, rubbish},
    {IS, "desktop.ini", RULE_SKIP, rubbish},
    {IS, "Icon\r", RULE_SKIP, rubbish},

    {ENDS, ".kdbx", RULE_NAME_ONLY, secret},
    {ENDS, ".kdb", RULE_NAME_ONLY, secret},
    {ENDS, ".key", RULE_NAME_ONLY, secret},
    {ENDS, ".pem", RULE_NAME_ONLY, secret},
    {ENDS, ".p8", RULE_NAME_ONLY, secret},
    {ENDS, ".p12", RULE_NAME_ONLY, secret},
    {ENDS, ".pfx", RULE_NAME_ONLY, secret},
    {ENDS, ".ppk", RULE_NAME_ONLY, secret},
    {ENDS, ".jks", RULE_NAME_ONLY, secret},
    {ENDS, ".keystore", RULE_NAME_ONLY, secret},
    {ENDS, ".keytab", RULE_NAME_ONLY, secret},
    {ENDS, ".wallet", RULE_NAME_ONLY, secret},
    {ENDS, ".ovpn", RULE_NAME_ONLY, secret},
    {ENDS, ".psafe3", RULE_NAME_ONLY, secret},
    {ENDS, ".1pif", RULE_NAME_ONLY, secret},
    {ENDS, ".1pux", RULE_NAME_ONLY, secret},
    {ENDS, ".agilekeychain", RULE_NAME_ONLY, secret},
    {ENDS, ".env", RULE_NAME_ONLY, secret},
    {IS, ".env", RULE_NAME_ONLY, secret},
    {BEGINS, ".env.", RULE_NAME_ONLY, secret},
    {IS, ".netrc", RULE_NAME_ONLY, secret},
    {IS, "_netrc", RULE_NAME_ONLY, secret},
    {IS, ".pgpass", RULE_NAME_ONLY, secret},
    {IS, ".git-credentials", RULE_NAME_ONLY, secret},
    {IS, ".npmrc", RULE_NAME_ONLY, secret},
    {IS, ".pypirc", RULE_NAME_ONLY, secret},
    {IS, "wallet.dat", RULE_NAME_ONLY, secret},
    /* id_card.pdf is no key: the kinds of keys are named. */
    {GLOB, "id_rsa*", RULE_NAME_ONLY, secret},
    {GLOB, "id_dsa*", RULE_NAME_ONLY, secret},
    {GLOB, "id_ecdsa*", RULE_NAME_ONLY, secret},
    {GLOB, "id_ed25519*", RULE_NAME_ONLY, secret},
    /* An .asc may be AsciiDoc, or a signature. */
    {GLOB, "*secret*.asc", RULE_NAME_ONLY, secret},
    {GLOB, "*private*.asc", RULE_NAME_ONLY, secret},
    /* What password managers and browsers export. */
    {GLOB, "bitwarden*export*", RULE_NAME_ONLY, secret},
    {GLOB, "lastpass*.csv", RULE_NAME_ONLY, secret},
    {GLOB, "1password*.csv", RULE_NAME_ONLY, secret},
    {GLOB, "keepass*.csv", RULE_NAME_ONLY, secret},
    {GLOB, "keepass*.xml", RULE_NAME_ONLY, secret},
    {GLOB, "*passwords*.csv", RULE_NAME_ONLY, secret},
    {IS, "logins.csv", RULE_NAME_ONLY, secret},
    /* Of a browser's profile that was copied somewhere. */
    {IS, "logins.json", RULE_NAME_ONLY, secret},
    {IS, "key4.db", RULE_NAME_ONLY, secret},
    {IS, "cookies.sqlite", RULE_NAME_ONLY, secret},
    {IS, "Login Data", RULE_NAME_ONLY, secret},
    {IS, "Cookies", RULE_NAME_ONLY, secret},

    {ENDS, ".gpg", RULE_NAME_ONLY, encrypted},
    {ENDS, ".pgp", RULE_NAME_ONLY, encrypted},
    {ENDS, ".age", RULE_NAME_ONLY, encrypted},
};

static const char keys_folder[] = "a folder of keys or passwords";
static const char versions[] = "a version control system's own folder";
static const char installed[] = "programs and libraries, not documents";
static const char trash[] = "what was thrown away";
static const char app_store[] = "an app's own database, encrypted";
static const char system_folder[] = "a folder of the file system's own";
static const char profile[] = "a browser's or mail program's profile";

/* These are left out even where hidden names are looked at. */
static const Rule folder_rules[] = {
    {IS, ".ssh", RULE_SKIP, keys_folder},
    {IS, ".gnupg", RULE_SKIP, keys_folder},
    {IS, ".pki", RULE_SKIP, keys_folder},
    {IS, ".aws", RULE_SKIP, keys_folder},
    {IS, ".azure", RULE_SKIP, keys_folder},
    {IS, ".kube", RULE_SKIP, keys_folder},
    {IS, ".docker", RULE_SKIP, keys_folder},
    {IS, ".password-store", RULE_SKIP, keys_folder},
    {IS, "keyrings", RULE_SKIP, keys_folder},
    {IS, ".mozilla", RULE_SKIP, profile},
    {IS, ".thunderbird", RULE_SKIP, profile},
    {PATH, "*/.config/google-chrome", RULE_SKIP, profile},
    {PATH, "*/.config/chromium", RULE_SKIP, profile},
    {PATH, "*/.config/mozilla", RULE_SKIP, profile},
    {IS, ".git", RULE_SKIP, versions},
    {IS, ".svn", RULE_SKIP, versions},
    {IS, ".hg", RULE_SKIP, versions},
    {IS, ".bzr", RULE_SKIP, versions},
    {IS, "_darcs", RULE_SKIP, versions},
    {IS, "CVS", RULE_SKIP, versions},
    {IS, "node_modules", RULE_SKIP, installed},
    {IS, "bower_components", RULE_SKIP, installed},
    {IS, "site-packages", RULE_SKIP, installed},
    {IS, "__pycache__", RULE_SKIP, installed},
    {IS, ".venv", RULE_SKIP, installed},
    {IS, ".tox", RULE_SKIP, installed},
    {IS, ".cache", RULE_SKIP, installed},
    {GLOB, ".Trash*", RULE_SKIP, trash},
    {IS, "$RECYCLE.BIN", RULE_SKIP, trash},
    {PATH, "*/.local/share/Trash", RULE_SKIP, trash},
    {IS, "System Volume Information", RULE_SKIP, system_folder},
    {IS, "lost+found", RULE_SKIP, system_folder},
    {IS, ".snapshots", RULE_SKIP, system_folder},
    {ENDS, ".download", RULE_SKIP, downloading}, /* Safari's are folders */
    {IS, ".stversions", RULE_SKIP, backup},
    /* WeChat, QQ, WeCom, Signal: SQLCipher, and images only they can show. */
    {IS, "db_storage", RULE_SKIP, app_store},
    {IS, "nt_db", RULE_SKIP, app_store},
    {IS, "attachments.noindex", RULE_SKIP, app_store},
    {PATH, "*/xwechat_files/*/msg/attach", RULE_SKIP, app_store},
    {PATH, "*/xwechat_files/*/cache", RULE_SKIP, app_store},
    {PATH, "*/WeChat Files/*/Msg", RULE_SKIP, app_store},
    {PATH, "*/WeChat Files/*/FileStorage/Image", RULE_SKIP, app_store},
    {PATH, "*/WeChat Files/*/FileStorage/Cache", RULE_SKIP, app_store},
    {PATH, "*/WXWork/*/Data", RULE_SKIP, app_store},
};

/* Left in a folder by someone who wants it left alone. */
static const struct {
    const char *name;
    const char *reason;
} markers[] = {
    {".docentignore", "its folder holds a file .docentignore"},
    {".nomedia", "its folder holds a file .nomedia"},
    {".trackerignore", "its folder holds a file .trackerignore"},
    {"CACHEDIR.TAG", "its folder is marked as a cache (CACHEDIR.TAG)"},
};

static bool
fits(const Rule *rule, const char *path, const char *name, size_t name_bytes)
{
    size_t n;

    switch (rule->match) {
    case IS:
        return g_ascii_strcasecmp(name, rule->text) == 0;
    case ENDS:
        n = strlen(rule->text);
        return name_bytes > n &&
               g_ascii_strcasecmp(name + name_bytes - n, rule->text) == 0;
    case BEGINS:
        n = strlen(rule->text);
        return name_bytes > n && g_ascii_strncasecmp(name, rule->text, n) == 0;
    case GLOB:
        return fnmatch(rule->text, name, FNM_CASEFOLD) == 0;
    case PATH:
        return fnmatch(rule->text, path, 0) == 0;
    }
    g_assert_not_reached();
}

static const Rule *
find(const Rule *rules, size_t n, const char *path, const char *name)
{
    size_t name_bytes = strlen(name);

    for (size_t i = 0; i < n; i++) {
        if (fits(&rules[i], path, name, name_bytes))
            return &rules[i];
    }
    return NULL;
}

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static RuleVerdict
verdict(RuleVerdict found, const char *reason, const char **ret_reason)
{
    if (ret_reason != NULL)
        *ret_reason = reason;
    return found;
}

static bool
is_excluded(const Rules *rules, const char *path, const char *name, bool folder)
{
    for (unsigned i = 0; i < rules->exclude->len; i++) {
        const Exclude *each = &g_array_index(rules->exclude, Exclude, i);

        if ((folder || !each->folders) &&
            fnmatch(each->glob, each->whole ? path : name, FNM_CASEFOLD) == 0)
            return true;
    }
    return false;
}

RuleVerdict
rules_file(const Rules *rules, const char *path, const char **ret_reason)
{
    const char *name = name_of(path);
    const Rule *rule;

    if (is_excluded(rules, path, name, false))
        return verdict(RULE_SKIP, excluded, ret_reason);
    rule = find(passing_rules, G_N_ELEMENTS(passing_rules), path, name);
    if (rule != NULL)
        return verdict(rule->verdict, rule->reason, ret_reason);
    if (name[0] == '.' && !rules->hidden)
        return verdict(RULE_SKIP, hidden_name, ret_reason);
    rule = find(file_rules, G_N_ELEMENTS(file_rules), path, name);
    if (rule != NULL)
        return verdict(rule->verdict, rule->reason, ret_reason);
    return verdict(RULE_READ, NULL, ret_reason);
}

bool
rules_is_marker(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++)
        if (strcmp(name_of(path), markers[i].name) == 0)
            return true;
    return false;
}

static const char *
marker_in(const char *folder)
{
    for (size_t i = 0; i < G_N_ELEMENTS(markers); i++) {
        g_autofree char *path = g_build_filename(folder, markers[i].name, NULL);

        if (faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return markers[i].reason;
    }
    return NULL;
}

RuleVerdict
rules_folder(const Rules *rules, const char *path, const char **ret_reason)
{
    const char *name = name_of(path), *marker;
    const Rule *rule;

    if (is_excluded(rules, path, name, true))
        return verdict(RULE_SKIP, excluded, ret_reason);
    rule = find(folder_rules, G_N_ELEMENTS(folder_rules), path, name);
    if (rule != NULL)
        return verdict(rule->verdict, rule->reason, ret_reason);
    if (name[0] == '.' && !rules->hidden)
        return verdict(RULE_SKIP, hidden_name, ret_reason);
    marker = marker_in(path);
    if (marker != NULL)
        return verdict(RULE_SKIP, marker, ret_reason);
    return verdict(RULE_READ, NULL, ret_reason);
}

RuleVerdict
rules_path(const Rules *rules, const char *root, const char *path,
           const char **ret_reason)
{
    size_t at = strlen(root);
    const char *slash;

    while (at > 0 && root[at - 1] == '/')
        at--;
    if (strncmp(path, root, at) != 0 || path[at] != '/')
        return verdict(RULE_SKIP, outside, ret_reason);
    for (slash = path + at + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        g_autofree char *folder = g_strndup(path, (size_t)(slash - path));
        RuleVerdict found = rules_folder(rules, folder, ret_reason);

        if (found != RULE_READ)
            return found;
    }
    return rules_file(rules, path, ret_reason);
}

/* ---- downloads ---- */

/*
 * Firefox makes an empty "report.pdf" and fills "report.x7Kp2Qaz.pdf.part".
 * The folder is searched for that, but only for a file that was just made:
 * the download begins with it. The inode's own time counts, for nobody can
 * set it.
 */
static bool
has_firefox_part(const char *path)
{
    enum { RECENT_S = 3600, NAMES_MAX = 4096 };
    g_autofree char *folder = g_path_get_dirname(path);
    const char *name = name_of(path);
    const char *extension = strrchr(name, '.');
    size_t stem_bytes = strcspn(name, ".");
    g_autofree char *end =
        g_strconcat(extension != NULL ? extension : "", ".part", NULL);
    struct dirent *entry;
    struct stat status;
    bool found = false;
    DIR *names;

    if (lstat(path, &status) < 0 ||
        g_get_real_time() / G_USEC_PER_SEC - status.st_ctime > RECENT_S)
        return false;
    names = opendir(folder);
    if (names == NULL)
        return false;
    for (unsigned i = 0; !found && i < NAMES_MAX; i++) {
        entry = readdir(names);
        if (entry == NULL)
            break;
        found = strncmp(entry->d_name, name, stem_bytes) == 0 &&
                entry->d_name[stem_bytes] == '.' &&
                g_str_has_suffix(entry->d_name, end);
    }
    (void)closedir(names);
    return found;
}

bool
rules_download_under_way(const char *path)
{
    static const char *const beside[] = {".part", ".crdownload", ".aria2"};

    for (size_t i = 0; i < G_N_ELEMENTS(beside); i++) {
        g_autofree char *other = g_strconcat(path, beside[i], NULL);

        if (faccessat(AT_FDCWD, other, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return true;
    }
    return has_firefox_part(path);
}

/* ---- life ---- */

static void
exclude_clear(gpointer user)
{
    Exclude *exclude = user;

    g_free(exclude->glob);
}

static void
add_exclude(Rules *rules, const char *text)
{
    g_autofree char *glob = g_strdup(text);
    size_t n = strlen(glob);
    Exclude exclude = {0};

    while (n > 1 && glob[n - 1] == '/') {
        glob[--n] = '\0';
        exclude.folders = true;
    }
    if (n == 0)
        return;
    exclude.whole = strchr(glob, '/') != NULL;
    if (g_str_has_prefix(glob, "~/"))
        exclude.glob = g_build_filename(g_get_home_dir(), glob + 2, NULL);
    else if (exclude.whole && glob[0] != '/' && glob[0] != '*')
        exclude.glob = g_strconcat("*/", glob, NULL);
    else
        exclude.glob = g_steal_pointer(&glob);
    g_array_append_val(rules->exclude, exclude);
}

Rules *
rules_new(const char *const *exclude, bool hidden)
{
    Rules *rules = g_new0(Rules, 1);

    rules->holds = 1;
    rules->hidden = hidden;
    rules->exclude = g_array_new(FALSE, FALSE, sizeof(Exclude));
    g_array_set_clear_func(rules->exclude, exclude_clear);
    for (; exclude != NULL && *exclude != NULL; exclude++)
        add_exclude(rules, *exclude);
    return rules;
}

Rules *
rules_hold(Rules *rules)
{
    g_atomic_int_inc(&rules->holds);
    return rules;
}

void
rules_free(Rules *rules)
{
    if (rules == NULL || !g_atomic_int_dec_and_test(&rules->holds))
        return;
    g_array_unref(rules->exclude);
    g_free(rules);
}
