/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-settings.c - the table of keys and the file that changes some.
 */
#include "config.h"

#include "base/settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

static char *scratch; /* a folder of this run */

static char *
scratch_path(void)
{
    return g_build_filename(scratch, "docent.conf", NULL);
}

static char *
write_file(const char *text)
{
    g_autofree char *path = scratch_path();

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return g_steal_pointer(&path);
}

static char *
read_file(const char *path)
{
    char *text = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static Settings *
load(const char *text, GPtrArray *warnings)
{
    g_autofree char *path = write_file(text);
    g_autoptr(GError) error = NULL;
    Settings *settings = settings_load(path, warnings, &error);

    g_assert_no_error(error);
    return settings;
}

static void
test_no_file_is_all_defaults(void)
{
    g_autoptr(Settings) settings = settings_load("/nowhere", NULL, NULL);

    g_assert_false(settings_bool(settings, "watch.hidden"));
    g_assert_true(settings_bool(settings, "watch.discover"));
    g_assert_cmpint(settings_int(settings, "index.max_file_size"), ==,
                    200000000);
    g_assert_cmpint(settings_int(settings, "index.deadline_s"), ==, 30);
    g_assert_cmpstr(settings_text(settings, "ui.colour"), ==, "auto");
    g_assert_null(settings_list(settings, "watch.exclude")[0]);
}

static void
test_the_file_is_read(void)
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Settings) settings =
        load("[watch]\nhidden=yes\nexclude=*.iso;*/build/*;\n"
             "[index]\nmax_file_size=64MiB\nmemory_limit = 1 gb\nworkers=3\n"
             "[ui]\ncolour=never\n",
             warnings);
    const char *const *exclude = settings_list(settings, "watch.exclude");

    g_assert_cmpuint(warnings->len, ==, 0);
    g_assert_true(settings_bool(settings, "watch.hidden"));
    g_assert_cmpstr(exclude[0], ==, "*.iso");
    g_assert_cmpstr(exclude[1], ==, "*/build/*");
    g_assert_null(exclude[2]);
    g_assert_cmpint(settings_int(settings, "index.max_file_size"), ==,
                    64 * 1024 * 1024);
    g_assert_cmpint(settings_int(settings, "index.memory_limit"), ==,
                    1000000000);
    g_assert_cmpint(settings_int(settings, "index.workers"), ==, 3);
    g_assert_cmpstr(settings_text(settings, "ui.colour"), ==, "never");
}

static void
assert_warns(const char *text, const char *word)
{
    g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(Settings) settings = load(text, warnings);

    g_assert_cmpuint(warnings->len, ==, 1);
    g_assert_nonnull(strstr(warnings->pdata[0], word));
    g_assert_cmpint(settings_int(settings, "index.workers"), ==, 0);
    g_assert_cmpint(settings_int(settings, "index.memory_limit"), ==,
                    512000000);
}

static void
test_a_bad_line_keeps_its_default(void)
{
    assert_warns("[index]\nworker=3\n", "'index.workers'");
    assert_warns("[index]\nworkers=many\n", "whole number from 0 to 64");
    assert_warns("[index]\nworkers=65\n", "whole number from 0 to 64");
    assert_warns("[index]\nworkers=-1\n", "'index.workers'");
    assert_warns("[index]\nmemory_limit=1MB\n", "from 64 MB");
    assert_warns("[index]\nmemory_limit=512PB\n", "200MB or 64MiB");
    assert_warns("[index]\nmemory_limit=99999999999999999999\n", "memory");
    assert_warns("[ui]\ncolour=mauve\n", "auto, always, never");
    assert_warns("[watch]\nhidden=maybe\n", "true or false");
    assert_warns("[zzzzzzz]\nqqqqqqqqq=1\n", "no setting");
}

static void
test_no_key_file_is_a_failure(void)
{
    g_autofree char *path = write_file("this is no key file\n");
    g_autoptr(GError) error = NULL;

    g_assert_null(settings_load(path, NULL, &error));
    g_assert_error(error, FAULT, FAULT_BAD_REQUEST);
}

static void
test_writing_keeps_what_stands_there(void)
{
    g_autofree char *path =
        write_file("# mine\n[index]\n# two at a time\nworkers=2\n");
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = NULL;
    g_autofree char *text = NULL, *shown = NULL;
    struct stat status;

    (void)settings_write(path, "index.max_file_size", "1GB", &error);
    g_assert_no_error(error);
    text = read_file(path);
    g_assert_nonnull(strstr(text, "# mine"));
    g_assert_nonnull(strstr(text, "# two at a time\nworkers=2"));
    settings = settings_load(path, NULL, NULL);
    g_assert_cmpint(settings_int(settings, "index.max_file_size"), ==,
                    1000000000);
    shown = settings_show(settings, "index.max_file_size");
    g_assert_cmpstr(shown, ==, "1GB");
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
}

static void
test_a_key_goes_back_to_its_default(void)
{
    g_autofree char *path = write_file("[index]\nworkers=2\n");
    g_autoptr(Settings) settings = NULL;
    g_autofree char *shown = NULL;

    g_assert_true(settings_write(path, "index.workers", NULL, NULL));
    settings = settings_load(path, NULL, NULL);
    shown = settings_show(settings, "index.workers");
    g_assert_cmpstr(shown, ==, "0");
}

static void
assert_not_written(const char *key, const char *value, FaultCode code,
                   const char *word)
{
    g_autofree char *path = write_file("[index]\nworkers=2\n");
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(settings_write(path, key, value, &error));
    g_assert_error(error, FAULT, (int)code);
    g_assert_nonnull(strstr(error->message, word));
    text = read_file(path);
    g_assert_cmpstr(text, ==, "[index]\nworkers=2\n");
}

static void
test_a_bad_value_is_not_written(void)
{
    assert_not_written("index.workers", "many", FAULT_BAD_REQUEST, "0 to 64");
    assert_not_written("index.wokers", "1", FAULT_NOT_FOUND, "index.workers");
    assert_not_written("workers", "1", FAULT_NOT_FOUND, "index.workers");
    assert_not_written("index.workers", "1\n[x]", FAULT_BAD_REQUEST,
                       "one line");
}

static void
test_a_link_stays_a_link(void)
{
    g_autofree char *path = write_file("[index]\nworkers=2\n");
    g_autofree char *real = g_strconcat(path, ".real", NULL);
    g_autofree char *text = NULL;
    struct stat status;

    g_assert_cmpint(rename(path, real), ==, 0);
    g_assert_cmpint(symlink(real, path), ==, 0);
    g_assert_true(settings_write(path, "index.workers", "5", NULL));
    g_assert_cmpint(lstat(path, &status), ==, 0);
    g_assert_true(S_ISLNK(status.st_mode));
    text = read_file(real);
    g_assert_nonnull(strstr(text, "workers=5"));
    g_assert_cmpint(unlink(path), ==, 0);
}

static void
test_every_default_is_a_good_value(void)
{
    for (const Setting *each = settings_table; each->key != NULL; each++) {
        g_autofree char *path = scratch_path();
        g_autoptr(GError) error = NULL;

        g_assert_nonnull(each->help);
        (void)settings_write(path, each->key, each->fallback, &error);
        g_assert_no_error(error);
    }
}

static void
test_paths_follow_xdg(void)
{
    g_autofree char *socket_path = NULL;
    g_autofree char *config = settings_config_path();
    g_autofree char *expected =
        g_build_filename(scratch, "docent", "docent.conf", NULL);

    g_assert_true(g_setenv("XDG_RUNTIME_DIR", "/run/mine", TRUE));
    socket_path = settings_socket_path(NULL);
    g_assert_cmpstr(socket_path, ==, "/run/mine/docent/socket");
    g_assert_cmpstr(config, ==, expected);
}

static void
scratch_remove(void)
{
    g_autoptr(GDir) folder = g_dir_open(scratch, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *path = g_build_filename(scratch, name, NULL);

        g_assert_cmpint(unlink(path), ==, 0);
    }
    g_assert_cmpint(rmdir(scratch), ==, 0);
    g_free(scratch);
}

int
main(int argc, char **argv)
{
    int status;

    scratch = g_dir_make_tmp("docent-settings-XXXXXX", NULL);
    g_assert_nonnull(scratch);
    g_assert_true(g_setenv("XDG_CONFIG_HOME", scratch, TRUE));
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/no file means all defaults",
                    test_no_file_is_all_defaults);
    g_test_add_func("/settings/the file is read", test_the_file_is_read);
    g_test_add_func("/settings/a bad line keeps its default and says so",
                    test_a_bad_line_keeps_its_default);
    g_test_add_func("/settings/what is no key file is a failure",
                    test_no_key_file_is_a_failure);
    g_test_add_func("/settings/writing keeps comments and other keys",
                    test_writing_keeps_what_stands_there);
    g_test_add_func("/settings/a key goes back to its default",
                    test_a_key_goes_back_to_its_default);
    g_test_add_func("/settings/a bad value leaves the file alone",
                    test_a_bad_value_is_not_written);
    g_test_add_func("/settings/a linked file stays linked",
                    test_a_link_stays_a_link);
    g_test_add_func("/settings/every default is a good value",
                    test_every_default_is_a_good_value);
    g_test_add_func("/settings/paths follow XDG", test_paths_follow_xdg);
    status = g_test_run();
    scratch_remove();
    return status;
}
