/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-server.c - the server and its clients, both ends on one loop.
 */
#include "config.h"

#include "daemon/desk/server.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/protocol.h"
#include "base/wire.h"

/* ---- a server whose methods do as little as can be seen ---- */

static char *folder, *path; /* of the socket, of this test */
static Server *server;
static Call *kept; /* of "why", which never answers by itself */
static unsigned gone;

static void
on_call_gone(void *user)
{
    gone++;
    kept = NULL;
}

static void
method_ping(Call *call, const json_t *params, void *user)
{
    g_assert_true(json_is_object(params));
    call_reply(call, json_pack("{s:i}", "pong", *(int *)user));
}

static void
method_why(Call *call, const json_t *params, void *user)
{
    kept = call;
    call_on_gone(call, on_call_gone, NULL);
}

static void
method_forget(Call *call, const json_t *params, void *user)
{
    g_autoptr(GError) error = NULL;

    fault(&error, FAULT_NOT_FOUND, "there is no '\xFF'");
    call_fault(call, error);
}

static int answer = 42;
static const ServerMethod methods[] = {
    {"ping", method_ping},
    {"why", method_why},
    {"forget", method_forget},
    {NULL, NULL},
};

static void
turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void
begin(void)
{
    g_autoptr(GError) error = NULL;

    folder = g_dir_make_tmp("docent-server-XXXXXX", &error);
    g_assert_no_error(error);
    path = g_build_filename(folder, "docent", "socket", NULL);
    server = server_new(path, -1, &error);
    g_assert_no_error(error);
    server_serve(server, methods, &answer);
    kept = NULL;
    gone = 0;
}

static void
end(void)
{
    g_autofree char *lock = g_strconcat(path, ".lock", NULL);
    g_autofree char *inner = g_path_get_dirname(path);

    g_clear_pointer(&server, server_free);
    turn();
    g_assert_cmpint(access(path, F_OK), ==, -1);
    g_assert_cmpint(unlink(lock), ==, 0);
    g_assert_cmpint(rmdir(inner), ==, 0);
    g_assert_cmpint(rmdir(folder), ==, 0);
    g_clear_pointer(&path, g_free);
    g_clear_pointer(&folder, g_free);
}

/* ---- a client by hand ---- */

static int
connect_to(const char *socket_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)strcpy(address.sun_path, socket_path);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof address),
                    ==, 0);
    return fd;
}

static void
say(int fd, const char *text)
{
    g_autofree char *line = g_strdelimit(g_strdup(text), "'", '"');

    g_assert_true(fd_write_all(fd, line, strlen(line), NULL));
    g_assert_true(fd_write_all(fd, "\n", 1, NULL));
    turn();
}

/* The next line; NULL when the server has hung up. */
static json_t *
hear(int fd)
{
    g_autoptr(GString) line = g_string_new(NULL);
    json_t *message;
    char c;

    for (;;) {
        ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT);

        g_assert_cmpint(n, >=, 0);
        if (n == 0)
            return NULL;
        if (c == '\n')
            break;
        g_string_append_c(line, c);
    }
    message = wire_parse(line->str, line->len, NULL);
    g_assert_nonnull(message);
    return message;
}

static void
assert_silent(int fd)
{
    char c;

    turn();
    g_assert_cmpint(recv(fd, &c, 1, MSG_DONTWAIT), ==, -1);
}

static void
assert_hears(int fd, const char *expected)
{
    g_autofree char *line = g_strdelimit(g_strdup(expected), "'", '"');
    g_autoptr(json_t) wanted = wire_parse(line, strlen(line), NULL);
    g_autoptr(json_t) heard = hear(fd);
    g_autofree char *shown = json_dumps(heard, JSON_COMPACT | JSON_SORT_KEYS);

    if (!json_equal(wanted, heard))
        g_error("heard %s, not %s", shown, line);
}

static void
assert_fault(int fd, const char *id, int number, const char *name)
{
    g_autoptr(json_t) heard = hear(fd);
    json_t *error = json_object_get(heard, "error");
    g_autofree char *heard_id =
        json_dumps(json_object_get(heard, "id"), JSON_ENCODE_ANY);

    g_assert_cmpstr(heard_id, ==, id);
    g_assert_cmpint(json_integer_value(json_object_get(error, "code")), ==,
                    number);
    g_assert_cmpstr(json_string_value(json_object_get(
                        json_object_get(error, "data"), "name")),
                    ==, name);
    g_assert_true(json_is_string(json_object_get(error, "message")));
}

#define REPLY(id)                                                              \
    "{'jsonrpc':'2.0','protocol':1,'id':" id ",'result':{'pong':42}}"

/* ---- what it promises ---- */

static void
test_answers_with_the_id_of_the_request(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':7,'method':'ping'}");
    assert_hears(fd, REPLY("7"));
    say(fd, "{'jsonrpc':'2.0','id':'x','method':'ping','params':{}}");
    assert_hears(fd, REPLY("'x'"));
    say(fd, "{'jsonrpc':'2.0','id':null,'method':'ping','params':null}");
    assert_hears(fd, REPLY("null"));
    end();
}

static void
test_a_notification_is_heard_and_not_answered(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','method':'ping'}");
    say(fd, "{'jsonrpc':'2.0','method':'nothing'}");
    assert_silent(fd);
    say(fd, "{'jsonrpc':'2.0','method':'why','params':{'path':'/a'}}");
    g_assert_nonnull(kept);
    call_reply(kept, json_object());
    assert_silent(fd);
    end();
}

static void
test_faults_carry_a_stable_name(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'forget','params':{'path':'/'}}");
    assert_fault(fd, "1", -32004, "not-found");
    say(fd, "{'jsonrpc':'2.0','id':2,'method':'nothing'}");
    assert_fault(fd, "2", -32601, "no-method");
    say(fd, "{'jsonrpc':'2.0','id':3,'method':'find','params':{'words':'a'}}");
    assert_fault(fd, "3", -32601, "no-method"); /* this server has none */
    say(fd, "{'jsonrpc':'2.0','id':4,'method':'ping','params':{'x':1}}");
    assert_fault(fd, "4", -32602, "bad-request");
    end();
}

static void
test_bad_lines_are_answered(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "this is no JSON");
    assert_fault(fd, "null", -32700, "protocol");
    say(fd, "[{'jsonrpc':'2.0','id':1,'method':'ping'}]");
    assert_fault(fd, "null", -32600, "protocol");
    say(fd, "{'id':5,'method':'ping'}");
    assert_fault(fd, "5", -32600, "protocol");
    say(fd, "{'jsonrpc':'2.0','id':6}");
    assert_fault(fd, "6", -32600, "protocol");
    say(fd, "{'jsonrpc':'2.0','id':{},'method':'ping'}");
    assert_fault(fd, "null", -32600, "protocol");
    say(fd, "{'jsonrpc':'2.0','id':7,'method':'ping'}");
    assert_hears(fd, REPLY("7"));
    end();
}

static void
test_hanging_up_ends_the_work(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'why','params':{'path':'/a'}}");
    g_assert_nonnull(kept);
    fd_clear(&fd);
    turn();
    g_assert_cmpuint(gone, ==, 1);
    g_assert_cmpuint(server_clients(server), ==, 0);
    end();
}

static void
test_cancel_ends_the_work(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'why','params':{'path':'/a'}}");
    say(fd, "{'jsonrpc':'2.0','method':'$/cancel','params':{'id':2}}");
    g_assert_cmpuint(gone, ==, 0);
    say(fd, "{'jsonrpc':'2.0','method':'$/cancel','params':{'id':1}}");
    g_assert_cmpuint(gone, ==, 1);
    assert_fault(fd, "1", -32010, "cancelled");
    assert_silent(fd);
    end();
}

static void
test_an_answer_is_not_a_hang_up(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'why','params':{'path':'/a'}}");
    call_reply(kept, json_pack("{s:i}", "pong", 42));
    turn();
    assert_hears(fd, REPLY("1"));
    fd_clear(&fd);
    turn();
    g_assert_cmpuint(gone, ==, 0);
    end();
}

static void
test_notifications_carry_the_id(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':9,'method':'why','params':{'path':'/a'}}");
    call_notify(kept, "progress", json_pack("{s:i}", "done", 3));
    turn();
    assert_hears(fd, "{'jsonrpc':'2.0','protocol':1,'method':'progress',"
                     "'params':{'id':9,'done':3}}");
    end();
}

static void
test_one_who_does_not_read_is_hung_up_on(void)
{
    fd_auto int fd = -1;
    g_autofree char *text = g_strnfill(1024 * 1024, 'x');

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':9,'method':'why','params':{'path':'/a'}}");
    for (unsigned i = 0; i < 10; i++)
        call_notify(kept, "progress", json_pack("{s:s}", "text", text));
    turn();
    g_assert_cmpuint(gone, ==, 1);
    g_assert_cmpuint(server_clients(server), ==, 0);
    end();
}

static void
test_one_who_said_his_last_is_answered(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'why','params':{'path':'/a'}}");
    g_assert_cmpint(shutdown(fd, SHUT_WR), ==, 0);
    turn();
    g_assert_cmpuint(gone, ==, 0);
    call_reply(kept, json_pack("{s:i}", "pong", 42));
    turn();
    assert_hears(fd, REPLY("1"));
    g_assert_null(hear(fd));
    end();
}

static void
test_requests_of_one_client_are_bounded(void)
{
    fd_auto int fd = -1;
    unsigned i;

    begin();
    fd = connect_to(path);
    for (i = 0; i < SERVER_CALLS_MAX; i++) {
        g_autofree char *line =
            g_strdup_printf("{'jsonrpc':'2.0','id':%u,'method':'why',"
                            "'params':{'path':'/a'}}",
                            i);

        say(fd, line);
    }
    assert_silent(fd);
    say(fd, "{'jsonrpc':'2.0','id':99,'method':'ping'}");
    assert_fault(fd, "99", -32009, "busy");
    fd_clear(&fd);
    turn();
    g_assert_cmpuint(gone, ==, SERVER_CALLS_MAX);
    end();
}

static void
test_an_id_in_use_is_refused(void)
{
    fd_auto int fd = -1;

    begin();
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'why','params':{'path':'/a'}}");
    say(fd, "{'jsonrpc':'2.0','id':1,'method':'ping'}");
    assert_fault(fd, "1", -32600, "protocol");
    end();
}

static void
test_clients_are_bounded(void)
{
    int fds[SERVER_CLIENTS_MAX];
    fd_auto int more = -1;

    begin();
    for (unsigned i = 0; i < SERVER_CLIENTS_MAX; i++) {
        fds[i] = connect_to(path);
        turn();
    }
    g_assert_cmpuint(server_clients(server), ==, SERVER_CLIENTS_MAX);
    more = connect_to(path);
    turn();
    assert_fault(more, "null", -32009, "busy");
    g_assert_null(hear(more));
    fd_clear(&fds[0]);
    fd_clear(&more);
    turn();
    more = connect_to(path);
    say(more, "{'jsonrpc':'2.0','id':7,'method':'ping'}");
    assert_hears(more, REPLY("7"));
    for (unsigned i = 1; i < SERVER_CLIENTS_MAX; i++)
        fd_clear(&fds[i]);
    end();
}

static void
test_an_endless_line_is_hung_up_on(void)
{
    fd_auto int fd = -1;
    g_autofree char *piece = g_strnfill(64 * 1024, ' ');

    begin();
    fd = connect_to(path);
    for (unsigned i = 0; i < 17; i++) {
        (void)send(fd, piece, strlen(piece), MSG_NOSIGNAL);
        turn();
    }
    assert_fault(fd, "null", -32005, "limit");
    g_assert_cmpuint(server_clients(server), ==, 0);
    end();
}

static void
test_a_second_daemon_is_told_of_the_first(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *pid = g_strdup_printf("pid %d", (int)getpid());
    fd_auto int fd = -1;

    begin();
    g_assert_null(server_new(path, -1, &error));
    g_assert_error(error, FAULT, FAULT_BUSY);
    g_assert_nonnull(strstr(error->message, pid));
    fd = connect_to(path); /* and the first one still listens */
    say(fd, "{'jsonrpc':'2.0','id':7,'method':'ping'}");
    assert_hears(fd, REPLY("7"));
    end();
}

static void
test_a_stale_socket_is_replaced(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *kept_socket = NULL;
    fd_auto int fd = -1;

    begin();
    kept_socket = g_strconcat(path, ".kept", NULL);
    g_assert_cmpint(link(path, kept_socket), ==, 0);
    g_clear_pointer(&server, server_free);
    g_assert_cmpint(rename(kept_socket, path), ==, 0);
    server = server_new(path, -1, &error);
    g_assert_no_error(error);
    server_serve(server, methods, &answer);
    fd = connect_to(path);
    say(fd, "{'jsonrpc':'2.0','id':7,'method':'ping'}");
    assert_hears(fd, REPLY("7"));
    end();
}

static void
assert_no_server(const char *socket_path, FaultCode code, const char *word)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(server_new(socket_path, -1, &error));
    g_assert_error(error, FAULT, (int)code);
    g_assert_nonnull(strstr(error->message, word));
}

static void
test_a_place_open_to_others_is_refused(void)
{
    g_autofree char *inner = NULL, *beside = NULL, *linked = NULL;
    g_autofree char *long_name = g_strnfill(120, 'x');
    g_autofree char *long_path = NULL, *long_lock = NULL;

    begin();
    inner = g_path_get_dirname(path);
    g_assert_cmpint(chmod(inner, 0755), ==, 0);
    assert_no_server(path, FAULT_IO, "chmod 700");
    g_assert_cmpint(chmod(inner, 0700), ==, 0);

    beside = g_build_filename(folder, "link", NULL);
    linked = g_build_filename(beside, "other", NULL);
    g_assert_cmpint(symlink(inner, beside), ==, 0);
    assert_no_server(linked, FAULT_NOT_FOUND, "link");
    g_assert_cmpint(unlink(beside), ==, 0);

    long_path = g_build_filename(inner, long_name, NULL);
    assert_no_server(long_path, FAULT_LIMIT, "107 bytes");
    long_lock = g_strconcat(long_path, ".lock", NULL);
    g_assert_cmpint(unlink(long_lock), ==, 0);
    end();
}

static void
test_the_socket_is_ours_alone(void)
{
    struct stat status;

    begin();
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    end();
}

static void
test_a_given_socket_is_served_and_left(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_autofree char *other = NULL;
    fd_auto int fd = -1;
    int given = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autoptr(GError) error = NULL;

    begin();
    g_clear_pointer(&server, server_free);
    other = g_build_filename(folder, "given", NULL);
    (void)strcpy(address.sun_path, other);
    g_assert_cmpint(bind(given, (struct sockaddr *)&address, sizeof address),
                    ==, 0);
    g_assert_cmpint(listen(given, 4), ==, 0);
    server = server_new(path, given, &error);
    g_assert_no_error(error);
    server_serve(server, methods, &answer);
    fd = connect_to(other);
    say(fd, "{'jsonrpc':'2.0','id':7,'method':'ping'}");
    assert_hears(fd, REPLY("7"));
    g_clear_pointer(&server, server_free);
    g_assert_cmpint(unlink(other), ==, 0); /* still there */
    end();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/server/answers with the id of the request",
                    test_answers_with_the_id_of_the_request);
    g_test_add_func("/server/a notification is heard and not answered",
                    test_a_notification_is_heard_and_not_answered);
    g_test_add_func("/server/faults carry a stable name",
                    test_faults_carry_a_stable_name);
    g_test_add_func("/server/bad lines are answered, and the next is heard",
                    test_bad_lines_are_answered);
    g_test_add_func("/server/hanging up ends the work",
                    test_hanging_up_ends_the_work);
    g_test_add_func("/server/cancel ends the work", test_cancel_ends_the_work);
    g_test_add_func("/server/an answered call is never gone",
                    test_an_answer_is_not_a_hang_up);
    g_test_add_func("/server/notifications carry the id of their request",
                    test_notifications_carry_the_id);
    g_test_add_func("/server/one who does not read is hung up on",
                    test_one_who_does_not_read_is_hung_up_on);
    g_test_add_func("/server/one who said his last is answered, then let go",
                    test_one_who_said_his_last_is_answered);
    g_test_add_func("/server/requests of one client are bounded",
                    test_requests_of_one_client_are_bounded);
    g_test_add_func("/server/an id that is in use is refused",
                    test_an_id_in_use_is_refused);
    g_test_add_func("/server/clients are bounded, and told so",
                    test_clients_are_bounded);
    g_test_add_func("/server/an endless line is hung up on",
                    test_an_endless_line_is_hung_up_on);
    g_test_add_func("/server/a second daemon is told of the first",
                    test_a_second_daemon_is_told_of_the_first);
    g_test_add_func("/server/a stale socket is replaced",
                    test_a_stale_socket_is_replaced);
    g_test_add_func("/server/a place open to others is refused",
                    test_a_place_open_to_others_is_refused);
    g_test_add_func("/server/the socket is ours alone",
                    test_the_socket_is_ours_alone);
    g_test_add_func("/server/a socket that was given is served and left there",
                    test_a_given_socket_is_served_and_left);
    return g_test_run();
}
