/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * call.h - one conversation with docentd, which is started when it is not
 * running. Blocks; a client has nothing else to do.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct Call Call;

/* @params of a notification that belongs to the request, lent. */
typedef void (*CallTold)(const char *method, const json_t *params, void *user);

/*
 * Connect; @start: start docentd first when nobody listens.
 *
 * Fails  FAULT_NO_DAEMON: it is not running and could not be started, with
 *        what it said; FAULT_IO: there is no place for its socket
 */
Call *call_open(bool start, GError **error);
void call_close(Call *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Call, call_close)

/*
 * Ask and wait for the answer. @params is taken, NULL: none. @told may be
 * NULL.
 *
 * Returns  the result, given
 * Fails    as the daemon says, by its stable name; FAULT_NO_DAEMON: it hung
 *          up; FAULT_TIMEOUT; FAULT_PROTOCOL
 */
json_t *call_ask(Call *call, const char *method, json_t *params, CallTold told,
                 void *user, GError **error);
