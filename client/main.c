/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * main.c - docent: one request to docentd, and what came back.
 *
 * The table of commands is the program: help is printed from it, a mistyped
 * command is told the nearest one, and the exit status is the command's.
 */
#include "config.h"

#include "client/command.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"

#define _(text) gettext(text)

#ifndef LOCALEDIR
#define LOCALEDIR "/usr/share/locale"
#endif

static const Command *const commands[] = {
    &command_find,   &command_recent,  &command_read,   &command_open,
    &command_reveal, &command_copy,    &command_why,    &command_status,
    &command_watch,  &command_sources, &command_forget, &command_reindex,
    &command_config, &command_doctor,
};

/* ---- what all commands share ---- */

json_t *
client_ask(Client *client, const char *method, json_t *params, GError **error)
{
    if (client->call == NULL)
        client->call = call_open(true, error);
    if (client->call == NULL) {
        json_decref(params);
        return NULL;
    }
    return call_ask(client->call, method, params, NULL, NULL, error);
}

int
client_fail(const GError *error)
{
    g_autofree char *safe = text_safe_line(error->message);

    (void)fflush(stdout);
    (void)fprintf(stderr, "docent: %s\n", safe);
    switch (fault_code(error)) {
    case FAULT_NOT_FOUND:
        return STATUS_NONE;
    case FAULT_BAD_REQUEST:
        return STATUS_USAGE;
    default:
        return STATUS_TROUBLE;
    }
}

int
client_do(Client *client, const char *method, json_t *params)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = client_ask(client, method, params, &error);

    return result != NULL ? STATUS_FOUND : client_fail(error);
}

/* ---- help ---- */

static const Command *
find_command(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void
help_all(void)
{
    (void)puts(_("Usage: docent COMMAND [OPTION]… [ARGUMENT]…\n"
                 "Find what has landed on this computer, by name and by "
                 "content.\n"));
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        (void)printf("  %-9s %s\n", commands[i]->name, _(commands[i]->summary));
    (void)puts(_("\n`docent COMMAND --help` tells more. Exit status: 0 "
                 "found, 1 nothing found,\n2 asked wrongly, 3 trouble with "
                 "the daemon or the data."));
}

static void
help_one(const Command *command)
{
    const char *arguments =
        command->arguments[0] != '\0' ? _(command->arguments) : "";
    g_auto(GStrv) examples = NULL;

    (void)printf(_("Usage: docent %s [OPTION]… %s\n"), command->name,
                 arguments);
    (void)printf("%s\n\n", _(command->summary));
    options_print(command->options);
    if (command->examples == NULL)
        return;
    (void)printf("\n%s\n", _("Examples:"));
    examples = g_strsplit(command->examples, "\n", -1);
    for (char **line = examples; *line != NULL; line++)
        if (**line != '\0')
            (void)printf("  %s\n", *line);
}

static int
refuse_command(const char *name)
{
    const char *best = NULL;
    unsigned best_distance = (unsigned)strlen(name) / 2 + 1;
    g_autofree char *shown = text_safe_line(name);

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
        unsigned distance = text_distance(commands[i]->name, name);

        if (distance < best_distance) {
            best = commands[i]->name;
            best_distance = distance;
        }
    }
    if (best != NULL)
        (void)fprintf(stderr,
                      _("docent: there is no command '%s'; did you mean "
                        "'%s'? To search for it: docent find %s\n"),
                      shown, best, shown);
    else
        (void)fprintf(stderr,
                      _("docent: there is no command '%s'. To search for it: "
                        "docent find %s\n"),
                      shown, shown);
    return STATUS_USAGE;
}

/* ---- running ---- */

static bool
check_words(const Command *command, const Args *args, GError **error)
{
    if (args->n_words < command->words_min)
        return fault(error, FAULT_BAD_REQUEST, _("'%s' takes %s"),
                     command->name, _(command->arguments));
    if (command->words_max >= 0 && args->n_words > command->words_max) {
        g_autofree char *shown =
            text_safe_line(args->words[command->words_max]);

        return fault(error, FAULT_BAD_REQUEST,
                     _("'%s' does not take '%s'; see docent %s --help"),
                     command->name, shown, command->name);
    }
    return true;
}

static void
client_init(Client *client)
{
    g_autofree char *path = settings_config_path();
    g_autoptr(Settings) settings = settings_load(path, NULL, NULL);

    *client = (Client){0};
    print_init(&client->print, settings);
}

static int
run(const Command *command, int argc, char **argv)
{
    Client client;
    Args args;
    g_autoptr(GError) error = NULL;
    bool help;
    int status;

    if (!options_parse(command->options, argc, argv, &args, &help, &error) ||
        (!help && !check_words(command, &args, &error)))
        return client_fail(error);
    if (help) {
        help_one(command);
        return STATUS_FOUND;
    }
    client_init(&client);
    status = command->run(&client, &args);
    call_close(client.call);
    return status;
}

static int
overview(void)
{
    Client client;
    int status;

    client_init(&client);
    status = status_overview(&client);
    call_close(client.call);
    return status;
}

static int
help_run(const char *name)
{
    const Command *command = name != NULL ? find_command(name) : NULL;

    if (name != NULL && command == NULL)
        return refuse_command(name);
    if (command != NULL)
        help_one(command);
    else
        help_all();
    return STATUS_FOUND;
}

static bool
is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static int
dispatch(int argc, char **argv)
{
    const Command *command;

    if (argc < 2)
        return overview();
    if (is_one_of(argv[1], "help", "--help", "-h"))
        return help_run(argc > 2 ? argv[2] : NULL);
    if (is_one_of(argv[1], "version", "--version", "-V")) {
        (void)printf("docent %s\n", PACKAGE_VERSION);
        return STATUS_FOUND;
    }
    command = find_command(argv[1]);
    if (command == NULL)
        return refuse_command(argv[1]);
    return run(command, argc - 1, argv + 1);
}

int
main(int argc, char **argv)
{
    int status;

    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain("docent", LOCALEDIR);
    (void)bind_textdomain_codeset("docent", "UTF-8");
    (void)textdomain("docent");
    status = dispatch(argc, argv);
    /* A disk that is full must not pass for an answer. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        (void)fputs(_("docent: the answer could not be written\n"), stderr);
        return STATUS_TROUBLE;
    }
    return status;
}
