/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * command.h - what a command is, and what all of them share.
 *
 * A command is a row with its help; main has the list. Adding one is a
 * struct in its file and a line there.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

#include "base/wire.h"
#include "client/call.h"
#include "client/options.h"
#include "client/print.h"

/* The exit status is part of the interface: scripts ask it. */
enum {
    STATUS_FOUND = 0,
    STATUS_NONE = 1,    /* nothing found */
    STATUS_USAGE = 2,   /* asked wrongly */
    STATUS_TROUBLE = 3, /* the daemon or the data */
};

typedef struct {
    Print print;
    Call *call; /* opened by the first client_ask */
} Client;

typedef struct {
    const char *name;
    const char *arguments;    /* "WORDS…" for usage, or "" */
    const char *summary;      /* one line, translatable */
    const char *examples;     /* lines of "docent …", or NULL */
    const Option *options;    /* never NULL */
    int words_min, words_max; /* -1: any number */
    int (*run)(Client *client, const Args *args);
} Command;

/* The result, given; the daemon is started when it is not running. @params
 * is taken. */
json_t *client_ask(Client *client, const char *method, json_t *params,
                   GError **error);
/* Say it on stderr; the exit status that fits. */
int client_fail(const GError *error);
/* Ask, and say no more than that it worked: the exit status. */
int client_do(Client *client, const char *method, json_t *params);

extern const Command command_config;
extern const Command command_copy;
extern const Command command_doctor;
extern const Command command_find;
extern const Command command_forget;
extern const Command command_open;
extern const Command command_read;
extern const Command command_recent;
extern const Command command_reindex;
extern const Command command_reveal;
extern const Command command_sources;
extern const Command command_status;
extern const Command command_watch;
extern const Command command_why;

/* What docent says when asked nothing: where it stands, what to try. */
int status_overview(Client *client);
