/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * call.c - one conversation with docentd.
 *
 * A service manager that holds the socket answers the connect and starts the
 * daemon itself. Where nobody does, it is started here, and told apart by
 * the pipe it writes to: ready, or why not.
 */
#include "config.h"

#include "client/call.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/settings.h"
#include "base/wire.h"

#define _(text) gettext(text)

enum {
    START_DEADLINE_MS = 20000, /* a large index takes seconds to load */
    ANSWER_DEADLINE_MS = 120000,
    BUSY_STEP_MS = 20, /* while another client starts it */
    WORDS_BYTES_MAX = 4096,
    READ_BYTES = 64 * 1024,
    READY_FD = 3,
};

struct Call {
    int fd;
    GString *in;
    int64_t last_id;
};

/* ---- connecting ---- */

static int
connect_to(const char *path, GError **error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    fd_auto int fd = -1;

    if (strlen(path) >= sizeof address.sun_path) {
        fault(error, FAULT_LIMIT, _("'%s' is too long for a socket"), path);
        return -1;
    }
    (void)strcpy(address.sun_path, path);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        int saved = errno;

        fault(error,
              saved == ENOENT || saved == ECONNREFUSED ? FAULT_NO_DAEMON
                                                       : FAULT_IO,
              _("connect to '%s': %s"), path, g_strerror(saved));
        return -1;
    }
    return fd_steal(&fd);
}

/* ---- starting ---- */

/* Beside ourselves in a build tree and in most prefixes, else in PATH. */
static char *
find_daemon(GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
    g_autofree char *beside =
        folder != NULL ? g_build_filename(folder, "docentd", NULL) : NULL;
    char *found;

    if (beside != NULL && access(beside, X_OK) == 0)
        return g_steal_pointer(&beside);
    found = g_find_program_in_path("docentd");
    if (found == NULL)
        fault(error, FAULT_NO_DAEMON,
              _("docentd is not running, and it is neither beside docent nor "
                "in PATH: is it installed?"));
    return found;
}

/* In the child: nothing of the terminal but the pipe stays open. */
G_NORETURN static void
exec_daemon(const char *program, int pipe_fd)
{
    char *const arguments[] = {(char *)program, (char *)"--background",
                               (char *)"--ready-fd=3", NULL};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    /* dup2 onto itself would leave close-on-exec set. */
    if (pipe_fd == READY_FD)
        (void)fcntl(pipe_fd, F_SETFD, 0);
    else
        (void)dup2(pipe_fd, READY_FD);
    (void)dup2(null, STDIN_FILENO);
    (void)dup2(null, STDOUT_FILENO);
    (void)dup2(READY_FD, STDERR_FILENO);
    (void)execv(program, arguments);
    (void)dprintf(READY_FD, "failed %s\n", strerror(errno));
    _exit(127);
}

/* All that comes until "ready", the end or the deadline. */
static bool
hear_readiness(int fd, GString *words)
{
    int64_t deadline_us =
        g_get_monotonic_time() + START_DEADLINE_MS * (int64_t)1000;

    for (;;) {
        struct pollfd wait = {fd, POLLIN, 0};
        int64_t left_ms = (deadline_us - g_get_monotonic_time()) / 1000;
        char piece[512];
        ssize_t n;

        if (left_ms <= 0) {
            g_string_assign(words, _("it did not say that it is ready"));
            return false;
        }
        if (poll(&wait, 1, (int)left_ms) <= 0)
            continue;
        n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        if (words->len + (size_t)n <= WORDS_BYTES_MAX)
            g_string_append_len(words, piece, n);
        if (g_str_has_prefix(words->str, "ready\n") ||
            strstr(words->str, "\nready\n") != NULL)
            return true;
    }
}

static bool
fail_start(GString *words, GError **error)
{
    g_strstrip(words->str);
    return fault(error, FAULT_NO_DAEMON, _("docentd could not be started%s%s"),
                 words->str[0] != '\0' ? ": " : "",
                 g_str_has_prefix(words->str, "failed ")
                     ? words->str + strlen("failed ")
                     : words->str);
}

static bool
start_daemon(GError **error)
{
    g_autofree char *program = find_daemon(error);
    g_autoptr(GString) words = g_string_new(NULL);
    fd_auto int ours = -1;
    int ends[2];
    pid_t child;
    bool ready;

    if (program == NULL)
        return false;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fault_errno(error, "pipe");
    ours = ends[0];
    child = fork();
    if (child == 0)
        exec_daemon(program, ends[1]);
    (void)close(ends[1]);
    if (child < 0)
        return fault_errno(error, "fork");
    ready = hear_readiness(ours, words);
    (void)waitpid(child, NULL, WNOHANG);
    /* "busy": another one was quicker, which is as good. */
    if (ready || g_str_has_prefix(words->str, "busy ") ||
        strstr(words->str, "\nbusy ") != NULL)
        return true;
    return fail_start(words, error);
}

/* One that starts holds the lock before it listens: wait for it a little. */
static int
connect_soon(const char *path, GError **error)
{
    int fd = -1;

    for (int waited_ms = 0; fd < 0; waited_ms += BUSY_STEP_MS) {
        g_autoptr(GError) inner = NULL;

        fd = connect_to(path, &inner);
        if (fd < 0 && (fault_code(inner) != FAULT_NO_DAEMON ||
                       waited_ms >= START_DEADLINE_MS)) {
            g_propagate_error(error, g_steal_pointer(&inner));
            return -1;
        }
        if (fd < 0)
            g_usleep(BUSY_STEP_MS * 1000);
    }
    return fd;
}

Call *
call_open(bool start, GError **error)
{
    g_autofree char *path = settings_socket_path(error);
    g_autoptr(GError) inner = NULL;
    Call *call;
    int fd;

    if (path == NULL)
        return NULL;
    fd = connect_to(path, &inner);
    if (fd < 0 && (!start || fault_code(inner) != FAULT_NO_DAEMON)) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return NULL;
    }
    if (fd < 0) {
        if (!start_daemon(error))
            return NULL;
        fd = connect_soon(path, error);
        if (fd < 0)
            return NULL;
    }
    call = g_new0(Call, 1);
    call->fd = fd;
    call->in = g_string_new(NULL);
    return call;
}

void
call_close(Call *call)
{
    if (call == NULL)
        return;
    fd_clear(&call->fd);
    g_string_free(call->in, TRUE);
    g_free(call);
}

/* ---- asking ---- */

static bool
send_all(int fd, const char *text, size_t size_bytes, GError **error)
{
    while (size_bytes > 0) {
        ssize_t n = send(fd, text, size_bytes, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        /* One that turns us away says why before it hangs up. */
        if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
            return true;
        if (n < 0)
            return fault_errno(error, "ask docentd");
        text += n;
        size_bytes -= (size_t)n;
    }
    return true;
}

static bool
send_request(Call *call, const char *method, json_t *params, GError **error)
{
    g_autoptr(json_t) request =
        json_pack("{s:s, s:I, s:s, s:o}", "jsonrpc", "2.0", "id",
                  (json_int_t)++call->last_id, "method", method, "params",
                  params != NULL ? params : json_object());
    g_autofree char *line = json_dumps(request, JSON_COMPACT);
    g_autofree char *whole = NULL;

    if (line == NULL)
        return fault(error, FAULT_BAD_REQUEST, _("the words are not UTF-8"));
    whole = g_strconcat(line, "\n", NULL);
    return send_all(call->fd, whole, strlen(whole), error);
}

/* Wait for more bytes. */
static bool
hear_more(Call *call, int64_t deadline_us, GError **error)
{
    struct pollfd wait = {call->fd, POLLIN, 0};
    int64_t left_ms = (deadline_us - g_get_monotonic_time()) / 1000;
    char piece[READ_BYTES];
    ssize_t n;

    if (left_ms <= 0)
        return fault(error, FAULT_TIMEOUT,
                     _("docentd did not answer within %d seconds"),
                     ANSWER_DEADLINE_MS / 1000);
    if (poll(&wait, 1, (int)left_ms) <= 0)
        return true;
    n = read(call->fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0)
        return fault(error, FAULT_NO_DAEMON,
                     _("docentd hung up before it answered"));
    if (call->in->len + (size_t)n > WIRE_ANSWER_BYTES_MAX)
        return fault(error, FAULT_LIMIT,
                     _("the answer is larger than %d bytes"),
                     WIRE_ANSWER_BYTES_MAX);
    g_string_append_len(call->in, piece, n);
    return true;
}

static json_t *
hear_message(Call *call, int64_t deadline_us, GError **error)
{
    size_t scanned = 0;

    for (;;) {
        const char *end =
            memchr(call->in->str + scanned, '\n', call->in->len - scanned);
        json_t *message;
        size_t size;

        if (end == NULL) {
            scanned = call->in->len;
            if (!hear_more(call, deadline_us, error))
                return NULL;
            continue;
        }
        size = (size_t)(end - call->in->str);
        message = wire_parse(call->in->str, size, error);
        g_string_erase(call->in, 0, (gssize)size + 1);
        if (message == NULL)
            (void)fault_prefix(error, _("what docentd answered"));
        return message;
    }
}

static void
take_error(const json_t *wrong, GError **error)
{
    const json_t *data = json_object_get(wrong, "data");
    const char *name = json_string_value(json_object_get(data, "name"));
    const char *words = json_string_value(json_object_get(wrong, "message"));

    fault(error, fault_from_name(name), "%s",
          words != NULL ? words : _("docentd failed without a word"));
}

json_t *
call_ask(Call *call, const char *method, json_t *params, CallTold told,
         void *user, GError **error)
{
    int64_t deadline_us =
        g_get_monotonic_time() + ANSWER_DEADLINE_MS * (int64_t)1000;

    if (!send_request(call, method, params, error))
        return NULL;
    for (;;) {
        g_autoptr(json_t) message = hear_message(call, deadline_us, error);
        const char *news;
        json_t *result, *wrong;

        if (message == NULL)
            return NULL;
        news = json_string_value(json_object_get(message, "method"));
        result = json_object_get(message, "result");
        wrong = json_object_get(message, "error");
        if (wrong != NULL) {
            take_error(wrong, error);
            return NULL;
        }
        if (result != NULL)
            return json_incref(result);
        if (news != NULL && told != NULL)
            told(news, json_object_get(message, "params"), user);
    }
}
