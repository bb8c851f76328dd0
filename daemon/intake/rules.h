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

/* @exclude: the user's globs (NULL-ended; '/' in one: matched against the
 * whole path, else against each name). @hidden: look at hidden names too. */
Rules *rules_new(const char *const *exclude, bool hidden);
void rules_free(Rules *rules);

/* By its name; the folders above were asked already. *ret_reason (may be
 * NULL): a static sentence for `docent why`. */
RuleVerdict rules_file(const Rules *rules, const char *path,
                       const char **ret_reason);
/* RULE_READ or RULE_SKIP: hidden folders, VCS folders, .ssh, .gnupg,
 * node_modules …, a folder with a marker file (.docentignore, .nomedia,
 * .trackerignore) in it. */
RuleVerdict rules_folder(const Rules *rules, const char *path,
                         const char **ret_reason);
/* The whole path below @root at once, as `why` asks. */
RuleVerdict rules_path(const Rules *rules, const char *root,
                       const char *path, const char **ret_reason);
/* A download under way beside @path (name.part, name.crdownload,
 * name.aria2): an empty or growing file is not finished. */
bool rules_download_under_way(const char *path);
