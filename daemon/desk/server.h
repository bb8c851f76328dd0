/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server.h - the socket, the clients on it, and the requests they made.
 *
 * Speaks JSON-RPC 2.0, one object a line, and checks each request against
 * the protocol's table; what a method means is somebody else's business.
 * Only processes of our own user get in.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

enum {
    SERVER_CLIENTS_MAX = 32,
    SERVER_CALLS_MAX = 16, /* of one client, unanswered */
    SERVER_ID_BYTES_MAX = 256,
};

typedef struct Server Server;

/*
 * One request that waits for its answer. It lives until call_reply or
 * call_fault, or until its client hangs up or cancels it: then the callback
 * of call_on_gone runs, and the call must not be used any more.
 */
typedef struct Call Call;

/* @params is lent, an object that keeps to the table. May answer at once or
 * later, once. */
typedef void (*ServerHandler)(Call *call, const json_t *params, void *user);

typedef struct {
    const char *name; /* as in protocol_methods; NULL ends the table */
    ServerHandler handle;
} ServerMethod;

/*
 * Take the lock beside @socket_path and listen there, or on @listen_fd
 * (taken; -1: none given by a service manager). Clients wait until
 * server_serve.
 *
 * Fails  FAULT_BUSY: a daemon is running, with its pid
 *        FAULT_LIMIT: the path is too long for a socket
 *        FAULT_IO: the folder is not ours alone, or cannot be written
 */
Server *server_new(const char *socket_path, int listen_fd, GError **error);
/* As server_stop; then the socket is removed, unless it was given. */
void server_free(Server *server);

/* Let clients in. @methods (lent for the server's life) may leave out rows
 * of the protocol: FAULT_NO_METHOD. */
void server_serve(Server *server, const ServerMethod *methods, void *user);
/* Hang up on all clients, whose calls are gone, and let none in. */
void server_stop(Server *server);

unsigned server_clients(const Server *server);

/* The end of @call. @result is taken. A notification gets no answer, but its
 * call ends the same way. */
void call_reply(Call *call, json_t *result);
void call_fault(Call *call, const GError *error);

/*
 * A notification on the way to the answer. @params (an object) is taken and
 * gets the request's id. A client that does not read what it asked for is
 * hung up on, from the loop: @call is valid when this returns.
 */
void call_notify(Call *call, const char *method, json_t *params);

/* One callback a call, NULL takes it back. Not called once answered. */
void call_on_gone(Call *call, void (*gone)(void *user), void *user);
