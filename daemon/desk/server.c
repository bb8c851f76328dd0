/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * server.c - the socket, the clients on it, and the requests they made.
 *
 * A client owns its calls: when it hangs up they are gone, and whoever works
 * on one is told, so that nobody reads for someone who left.
 */
#include "config.h"

#include "daemon/desk/server.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/protocol.h"
#include "base/text.h"
#include "base/wire.h"
#include "daemon/desk/door.h"

enum {
    RPC_PARSE_ERROR = -32700, /* JSON-RPC 2.0 section 5.1 */
    ACCEPT_AGAIN_MS = 1000,   /* when out of descriptors */
};

struct Server {
    Door door;
    const ServerMethod *methods;
    void *user;
    guint accept_source;
    GPtrArray *clients; /* of Client */
};

typedef struct {
    Server *server;
    Wire *wire;
    GPtrArray *calls; /* of Call, unanswered */
    guint drop_source;
} Client;

struct Call {
    Client *client;
    json_t *id; /* NULL: a notification */
    void (*gone)(void *user);
    void *user;
};

/* ---- messages ---- */

static json_t *
message_new(void)
{
    return json_pack("{s:s, s:i}", "jsonrpc", "2.0", "protocol",
                     PROTOCOL_VERSION);
}

static json_t *
message_error(json_t *id, int number, FaultCode code, const char *sentence)
{
    g_autofree char *valid = text_from_path(sentence);
    json_t *message = message_new();

    (void)json_object_set_new(message, "error",
                              json_pack("{s:i, s:s, s:{s:s}}", "code", number,
                                        "message", valid, "data", "name",
                                        fault_name(code)));
    (void)json_object_set_new(message, "id",
                              id != NULL ? json_incref(id) : json_null());
    return message;
}

static void
client_error(Client *client, json_t *id, const GError *error)
{
    FaultCode code = fault_code(error);
    g_autoptr(json_t) message =
        message_error(id, fault_rpc_number(code), code, error->message);

    wire_send(client->wire, message);
}

/* ---- calls ---- */

static void
call_end(Call *call)
{
    (void)g_ptr_array_remove_fast(call->client->calls, call);
    json_decref(call->id);
    g_free(call);
}

static void
call_gone(Call *call)
{
    void (*gone)(void *) = call->gone;

    call->gone = NULL;
    if (gone != NULL)
        gone(call->user);
    call_end(call);
}

void
call_reply(Call *call, json_t *result)
{
    g_autoptr(json_t) message = message_new();

    (void)json_object_set_new(message, "result", result);
    if (call->id != NULL) {
        (void)json_object_set(message, "id", call->id);
        wire_send(call->client->wire, message);
    }
    call_end(call);
}

void
call_fault(Call *call, const GError *error)
{
    if (call->id != NULL)
        client_error(call->client, call->id, error);
    call_end(call);
}

void
call_on_gone(Call *call, void (*gone)(void *user), void *user)
{
    call->gone = gone;
    call->user = user;
}

/* ---- clients ---- */

static void
client_free(Client *client)
{
    if (client->drop_source != 0)
        (void)g_source_remove(client->drop_source);
    while (client->calls->len > 0)
        call_gone(client->calls->pdata[client->calls->len - 1]);
    wire_free(client->wire);
    g_ptr_array_unref(client->calls);
    g_free(client);
}

static void
client_drop(Client *client)
{
    (void)g_ptr_array_remove_fast(client->server->clients, client);
    client_free(client);
}

static gboolean
client_drop_now(gpointer user)
{
    Client *client = user;

    client->drop_source = 0;
    client_drop(client);
    return G_SOURCE_REMOVE;
}

void
call_notify(Call *call, const char *method, json_t *params)
{
    Client *client = call->client;
    g_autoptr(json_t) message = message_new();

    if (call->id != NULL)
        (void)json_object_set(params, "id", call->id);
    (void)json_object_set_new(message, "method", json_string(method));
    (void)json_object_set_new(message, "params", params);
    if (client->drop_source != 0)
        return;
    if (wire_queued_bytes(client->wire) > WIRE_QUEUE_HIGH_BYTES)
        client->drop_source = g_idle_add(client_drop_now, client);
    else
        wire_send(client->wire, message);
}

/* ---- requests ---- */

static Call *
find_call(const Client *client, const json_t *id)
{
    for (unsigned i = 0; i < client->calls->len; i++) {
        Call *each = client->calls->pdata[i];

        if (each->id != NULL && json_equal(each->id, id))
            return each;
    }
    return NULL;
}

/* `$/cancel` {id}: of a request that is answered already it is no fault. */
static void
cancel(Client *client, json_t *id, const json_t *params)
{
    const json_t *wanted = json_object_get(params, "id");
    Call *call = wanted != NULL ? find_call(client, wanted) : NULL;
    g_autoptr(GError) error = NULL;

    if (call != NULL) {
        fault(&error, FAULT_CANCELLED, "cancelled");
        client_error(client, call->id, error);
        call_gone(call);
    }
    if (id != NULL) {
        g_autoptr(json_t) message = message_new();

        (void)json_object_set_new(message, "result", json_object());
        (void)json_object_set(message, "id", id);
        wire_send(client->wire, message);
    }
}

static ServerHandler
find_handler(const Server *server, const char *name)
{
    for (const ServerMethod *each = server->methods; each->name != NULL; each++)
        if (strcmp(each->name, name) == 0)
            return each->handle;
    return NULL;
}

static bool
refuse_method(const char *name, GError **error)
{
    const char *best = NULL;
    unsigned best_distance = (unsigned)strlen(name) / 2 + 1;
    g_autofree char *shown = text_safe_line(name);

    for (const ProtocolMethod *each = protocol_methods; each->name != NULL;
         each++) {
        unsigned distance = text_distance(each->name, name);

        if (distance < best_distance) {
            best = each->name;
            best_distance = distance;
        }
    }
    if (best != NULL)
        return fault(error, FAULT_NO_METHOD,
                     "there is no method '%s'; did you mean '%s'?", shown,
                     best);
    return fault(error, FAULT_NO_METHOD,
                 "there is no method '%s'; describe tells which there are",
                 shown);
}

static bool
is_id(const json_t *id)
{
    return json_is_number(id) || json_is_null(id) ||
           (json_is_string(id) &&
            json_string_length(id) <= SERVER_ID_BYTES_MAX);
}

/* The form of a request, before what it asks. */
static bool
check_form(const json_t *message, GError **error)
{
    const json_t *id = json_object_get(message, "id");
    const char *version =
        json_string_value(json_object_get(message, "jsonrpc"));

    if (json_is_array(message))
        return fault(error, FAULT_PROTOCOL,
                     "batches are not spoken here: send one object a line");
    if (g_strcmp0(version, "2.0") != 0)
        return fault(error, FAULT_PROTOCOL, "'jsonrpc' is not \"2.0\"");
    if (!json_is_string(json_object_get(message, "method")))
        return fault(error, FAULT_PROTOCOL, "'method' is missing or no text");
    if (id != NULL && !is_id(id))
        return fault(error, FAULT_PROTOCOL,
                     "'id' is no number and no text of at most %d bytes",
                     SERVER_ID_BYTES_MAX);
    return true;
}

static bool
check_request(const Client *client, const json_t *message,
              ServerHandler *ret_handle, GError **error)
{
    const char *name = json_string_value(json_object_get(message, "method"));
    const json_t *id = json_object_get(message, "id");
    const ProtocolMethod *method = protocol_find(name);
    ServerHandler handle = find_handler(client->server, name);

    if (method == NULL || handle == NULL)
        return refuse_method(name, error);
    if (!protocol_check(method, json_object_get(message, "params"), error))
        return false;
    if (client->calls->len >= SERVER_CALLS_MAX)
        return fault(error, FAULT_BUSY,
                     "%d requests wait for an answer already",
                     SERVER_CALLS_MAX);
    if (id != NULL && find_call(client, id) != NULL)
        return fault(error, FAULT_PROTOCOL,
                     "a request with this 'id' waits for an answer already");
    *ret_handle = handle;
    return true;
}

static void
take_request(Client *client, json_t *message)
{
    json_t *id = json_object_get(message, "id");
    json_t *params = json_object_get(message, "params");
    const char *name = json_string_value(json_object_get(message, "method"));
    g_autoptr(json_t) given = NULL;
    g_autoptr(GError) error = NULL;
    ServerHandler handle = NULL;
    Call *call;

    if (strcmp(name, "$/cancel") == 0) {
        cancel(client, id, params);
        return;
    }
    if (!check_request(client, message, &handle, &error)) {
        if (id != NULL)
            client_error(client, id, error);
        return;
    }
    given = json_is_object(params) ? json_incref(params) : json_object();
    call = g_new0(Call, 1);
    call->client = client;
    call->id = id != NULL ? json_incref(id) : NULL;
    g_ptr_array_add(client->calls, call);
    handle(call, given, client->server->user);
}

/* Named in a refusal too, if it can be. */
static json_t *
usable_id(const json_t *message)
{
    json_t *id = json_object_get(message, "id");

    return is_id(id) ? id : NULL;
}

static void
on_message(Wire *wire, json_t *message, const GError *wrong, void *user)
{
    Client *client = user;
    g_autoptr(GError) error = NULL;

    if (message == NULL) {
        g_autoptr(json_t) answer = message_error(
            NULL, RPC_PARSE_ERROR, FAULT_PROTOCOL, wrong->message);

        wire_send(wire, answer);
    } else if (!check_form(message, &error)) {
        client_error(client, usable_id(message), error);
    } else {
        take_request(client, message);
    }
}

static void
on_gone(Wire *wire, const GError *error, void *user)
{
    Client *client = user;

    if (error != NULL)
        client_error(client, NULL, error);
    client_drop(client);
}

/* One who said his last stays until all is answered: `nc -N`, `socat`. */
static void
on_drained(Wire *wire, void *user)
{
    Client *client = user;

    if (wire_ended(wire) && client->calls->len == 0)
        client_drop(client);
}

/* ---- accepting ---- */

static void
turn_away(int fd)
{
    g_autoptr(json_t) message =
        message_error(NULL, fault_rpc_number(FAULT_BUSY), FAULT_BUSY,
                      "too many clients: close one, then try again");
    g_autofree char *line = json_dumps(message, JSON_COMPACT);

    (void)send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE);
    (void)send(fd, "\n", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static Client *
client_new(Server *server, int fd)
{
    Client *client = g_new0(Client, 1);

    client->server = server;
    client->calls = g_ptr_array_new();
    client->wire =
        wire_new(fd, WIRE_LINE_BYTES_MAX, on_message, on_gone, client);
    wire_on_drained(client->wire, on_drained);
    return client;
}

static gboolean accept_again(gpointer user);

static gboolean
on_connect(gint listening, GIOCondition condition, gpointer user)
{
    Server *server = user;
    fd_auto int fd = door_accept(&server->door);

    /* Out of descriptors the client goes on waiting, and asking again at
     * once would only burn. */
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
        server->accept_source =
            g_timeout_add(ACCEPT_AGAIN_MS, accept_again, server);
        return G_SOURCE_REMOVE;
    }
    if (fd < 0)
        return G_SOURCE_CONTINUE;
    if (server->clients->len >= SERVER_CLIENTS_MAX)
        turn_away(fd);
    else
        g_ptr_array_add(server->clients, client_new(server, fd_steal(&fd)));
    return G_SOURCE_CONTINUE;
}

static gboolean
accept_again(gpointer user)
{
    Server *server = user;

    server->accept_source =
        g_unix_fd_add(server->door.fd, G_IO_IN, on_connect, server);
    return G_SOURCE_REMOVE;
}

/* ---- life ---- */

Server *
server_new(const char *socket_path, int listen_fd, GError **error)
{
    g_auto(Door) door = DOOR_NONE;
    Server *server;

    if (!door_open(&door, socket_path, listen_fd, error))
        return NULL;
    server = g_new0(Server, 1);
    server->door = door;
    door = DOOR_NONE;
    server->clients = g_ptr_array_new();
    return server;
}

void
server_serve(Server *server, const ServerMethod *methods, void *user)
{
    g_assert(server->accept_source == 0);
    server->methods = methods;
    server->user = user;
    server->accept_source =
        g_unix_fd_add(server->door.fd, G_IO_IN, on_connect, server);
}

void
server_stop(Server *server)
{
    if (server->accept_source != 0)
        (void)g_source_remove(server->accept_source);
    server->accept_source = 0;
    while (server->clients->len > 0)
        client_drop(server->clients->pdata[server->clients->len - 1]);
}

void
server_free(Server *server)
{
    if (server == NULL)
        return;
    server_stop(server);
    g_ptr_array_unref(server->clients);
    door_clear(&server->door);
    g_free(server);
}

unsigned
server_clients(const Server *server)
{
    return server->clients->len;
}
