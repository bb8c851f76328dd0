/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rules.h - which names are looked at at all. Pure but for marker files.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Rules Rules;

typedef enum {
    RULE_READ,      /* name and content */
    RULE_NAME_ONLY, /* a secret (key stores, .env, …): the name at most */
    RULE_PASSING,   /* a download or a save under way: wait, its name too */
    RULE_SKIP,      /* not at all */
} RuleVerdict;

/*
 * @exclude  the user's globs (NULL-ended, copied), case ignored. One without
 *           a '/' is matched against each name; one with a '/' against the
 *           whole path, where '*' takes a '/' too, "~/" is the home folder,
 *           and one that begins with neither '/' nor '*' may begin at any
 *           folder. A '/' at the end: folders only.
 * @hidden   look at hidden names too
 */
Rules *rules_new(const char *const *exclude, bool hidden);
/* Gives back one hold; the last one frees them. */
void rules_free(Rules *rules);
/* One more hold, for a thread that may still be asking when the owner lets
 * go. Returns @rules, given; they never change, so any thread may ask. */
Rules *rules_hold(Rules *rules);

/* By its name; the folders above were asked already. *ret_reason (may be
 * NULL): a static sentence for `docent why`. */
RuleVerdict rules_file(const Rules *rules, const char *path,
                       const char **ret_reason);
/* RULE_READ or RULE_SKIP: hidden folders, VCS folders, .ssh, .gnupg,
 * node_modules …, a folder with a marker file (.docentignore, .nomedia,
 * .trackerignore, CACHEDIR.TAG) in it. */
RuleVerdict rules_folder(const Rules *rules, const char *path,
                         const char **ret_reason);
/* The file @path and each folder between it and @root at once, as `why`
 * asks; @root itself was chosen by the user, whatever its name. */
RuleVerdict rules_path(const Rules *rules, const char *root, const char *path,
                       const char **ret_reason);
/* A marker file, whose coming or going changes what its folder is. */
bool rules_is_marker(const char *path);
/* A download under way beside @path (name.part, name.crdownload, name.aria2,
 * and name.RANDOM.ext.part as Firefox has it): an empty or growing file is
 * not finished. Looks at the disk. */
bool rules_download_under_way(const char *path);
