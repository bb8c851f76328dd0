/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-wire.c - JSON lines, both ends on one loop.
 */
#include "config.h"

#include "base/wire.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"

typedef struct {
    Wire *wire;
    int other;        /* the end that a test writes and reads by hand */
    GPtrArray *lines; /* of char *: messages as JSON, or "! " and a fault */
    unsigned gone, drained;
    int gone_code; /* FaultCode, -1: none */
    bool free_on_message;
} End;

static void
on_message(Wire *wire, json_t *message, const GError *error, void *user)
{
    End *end = user;
    g_autofree char *text = NULL;

    if (message != NULL)
        text = json_dumps(message, JSON_COMPACT);
    g_ptr_array_add(end->lines, message != NULL
                                    ? g_strdup(text)
                                    : g_strconcat("! ", error->message, NULL));
    if (end->free_on_message)
        g_clear_pointer(&end->wire, wire_free);
}

static void
on_gone(Wire *wire, const GError *error, void *user)
{
    End *end = user;

    end->gone++;
    end->gone_code = error != NULL ? (int)fault_code(error) : -1;
    g_clear_pointer(&end->wire, wire_free);
}

static void
on_drained(Wire *wire, void *user)
{
    End *end = user;

    end->drained++;
}

static void
end_init(End *end, size_t line_bytes_max)
{
    int pair[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
                    ==, 0);
    *end = (End){.other = pair[1]};
    end->lines = g_ptr_array_new_with_free_func(g_free);
    end->wire = wire_new(pair[0], line_bytes_max, on_message, on_gone, end);
    wire_on_drained(end->wire, on_drained);
}

static void
end_clear(End *end)
{
    wire_free(end->wire);
    fd_clear(&end->other);
    g_ptr_array_unref(end->lines);
}

static void
say(End *end, const char *text)
{
    g_assert_true(fd_write_all(end->other, text, strlen(text), NULL));
}

static void
turn(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

#define assert_line(end, i, text)                                              \
    g_assert_cmpstr((end)->lines->pdata[i], ==, text)

static void
test_lines_come_whole(void)
{
    End end;

    end_init(&end, 1000);
    say(&end, "{\"a\":1}\n{\"b\"");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 1);
    say(&end, ":[2]}\r\n\n  \n{}\n");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 3);
    assert_line(&end, 0, "{\"a\":1}");
    assert_line(&end, 1, "{\"b\":[2]}");
    assert_line(&end, 2, "{}");
    end_clear(&end);
}

static void
test_a_bad_line_costs_that_line(void)
{
    End end;

    end_init(&end, 1000);
    say(&end, "{\"a\":}\n\xFF\n{\"a\":1,\"a\":2}\n{\"a\":\"\\u0000\"}\n{}\n");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 5);
    for (unsigned i = 0; i < 4; i++)
        g_assert_true(g_str_has_prefix(end.lines->pdata[i], "! "));
    assert_line(&end, 4, "{}");
    g_assert_cmpuint(end.gone, ==, 0);
    end_clear(&end);
}

static void
test_depth_is_limited(void)
{
    g_autofree char *open = g_strnfill(WIRE_DEPTH_MAX + 1, '[');
    g_autofree char *close = g_strnfill(WIRE_DEPTH_MAX + 1, ']');
    g_autofree char *deep = g_strconcat(open, close, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) fits = NULL;
    g_autoptr(json_t) quoted = NULL;

    g_assert_null(wire_parse(deep, strlen(deep), &error));
    g_assert_error(error, FAULT, FAULT_BAD_REQUEST);
    fits = wire_parse(deep + 1, strlen(deep) - 2, NULL);
    g_assert_nonnull(fits);
    /* Brackets inside a text are only text. */
    g_free(deep);
    deep = g_strconcat("[\"\\\"", open, "\"]", NULL);
    quoted = wire_parse(deep, strlen(deep), NULL);
    g_assert_nonnull(quoted);
}

static void
test_a_line_without_end_is_the_end(void)
{
    End end;

    end_init(&end, 10);
    say(&end, "[1,2,3,4]\n[1,2,3,4,5,6,7,8");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 1);
    g_assert_cmpuint(end.gone, ==, 1);
    g_assert_cmpint(end.gone_code, ==, FAULT_LIMIT);
    end_clear(&end);
}

static void
test_a_long_line_is_refused_with_its_end_too(void)
{
    End end;

    end_init(&end, 10);
    say(&end, "[1,2,3,4,5,6,7,8]\n");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 0);
    g_assert_cmpint(end.gone_code, ==, FAULT_LIMIT);
    end_clear(&end);
}

static void
test_hanging_up_is_told_once(void)
{
    End end;

    end_init(&end, 1000);
    say(&end, "{}\n");
    fd_clear(&end.other);
    turn();
    g_assert_cmpuint(end.lines->len, ==, 1);
    g_assert_cmpuint(end.gone, ==, 1);
    g_assert_cmpint(end.gone_code, ==, -1);
    end_clear(&end);
}

static void
test_half_a_close_still_gets_answers(void)
{
    End end;
    char piece[64];
    ssize_t n;
    g_autoptr(json_t) answer = json_pack("[i]", 1);

    end_init(&end, 1000);
    say(&end, "{}"); /* and no line end */
    g_assert_cmpint(shutdown(end.other, SHUT_WR), ==, 0);
    turn();
    g_assert_cmpuint(end.lines->len, ==, 1);
    g_assert_cmpuint(end.gone, ==, 0);
    g_assert_true(wire_ended(end.wire));
    g_assert_cmpuint(end.drained, ==, 1);
    wire_send(end.wire, answer);
    n = read(end.other, piece, sizeof piece);
    g_assert_cmpmem(piece, (size_t)n, "[1]\n", 4);
    fd_clear(&end.other);
    turn();
    g_assert_cmpuint(end.gone, ==, 1);
    end_clear(&end);
}

static void
test_may_be_freed_inside(void)
{
    End end;

    end_init(&end, 1000);
    end.free_on_message = true;
    say(&end, "{}\n{}\n");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 1);
    g_assert_cmpuint(end.gone, ==, 0);
    end_clear(&end);
}

/* Answers of more than the queue holds: nothing is read meanwhile, and all
 * arrives in order once the other end listens. */
static void
test_one_who_does_not_listen_cannot_ask(void)
{
    End end;
    g_autofree char *text = g_strnfill(1024 * 1024, 'x');
    g_autoptr(json_t) large = json_pack("[s]", text);
    g_autofree char *piece = g_malloc(1024 * 1024);
    size_t lines = 0;

    end_init(&end, 1000);
    for (unsigned i = 0; i < 8; i++)
        wire_send(end.wire, large);
    g_assert_cmpuint(wire_queued_bytes(end.wire), >, WIRE_QUEUE_HIGH_BYTES);
    say(&end, "{}\n{}\n");
    turn();
    g_assert_cmpuint(end.lines->len, ==, 0);
    while (lines < 8) {
        ssize_t n = read(end.other, piece, 1024 * 1024);

        g_assert_cmpint(n, >, 0);
        for (ssize_t i = 0; i < n; i++)
            lines += piece[i] == '\n';
        turn();
    }
    turn();
    g_assert_cmpuint(end.lines->len, ==, 2);
    g_assert_cmpuint(end.drained, >=, 1);
    g_assert_cmpuint(wire_queued_bytes(end.wire), ==, 0);
    end_clear(&end);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/lines come whole, however they are cut",
                    test_lines_come_whole);
    g_test_add_func("/wire/a bad line costs that line only",
                    test_a_bad_line_costs_that_line);
    g_test_add_func("/wire/depth is limited before parsing",
                    test_depth_is_limited);
    g_test_add_func("/wire/a line without end ends the wire",
                    test_a_line_without_end_is_the_end);
    g_test_add_func("/wire/a line that is too long ends it as well",
                    test_a_long_line_is_refused_with_its_end_too);
    g_test_add_func("/wire/hanging up is told once",
                    test_hanging_up_is_told_once);
    g_test_add_func("/wire/half a close still gets its answers",
                    test_half_a_close_still_gets_answers);
    g_test_add_func("/wire/may be freed inside its own callback",
                    test_may_be_freed_inside);
    g_test_add_func("/wire/one who does not listen cannot ask for more",
                    test_one_who_does_not_listen_cannot_ask);
    return g_test_run();
}
