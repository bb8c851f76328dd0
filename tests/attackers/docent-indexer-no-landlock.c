/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * docent-indexer-no-landlock.c - docent-indexer-malice, which stands beside
 * it, as on a kernel without Landlock.
 */
#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

static bool
take_landlock_away(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

    return filter != NULL &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
                            SCMP_SYS(landlock_create_ruleset), 0) == 0 &&
           seccomp_load(filter) == 0;
}

int
main(int argc, char **argv)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = g_path_get_dirname(self != NULL ? self : ".");
    g_autofree char *malice =
        g_build_filename(folder, "docent-indexer-malice", NULL);

    if (!take_landlock_away())
        return EXIT_FAILURE;
    (void)execv(malice, argv);
    return EXIT_FAILURE;
}
