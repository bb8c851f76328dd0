/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-queue.c - the order and the rests of paths; the clock is ours.
 */
#include "config.h"

#include "daemon/intake/queue.h"

static void
assert_next(Queue *queue, const char *path, int64_t now_ms)
{
    QueueClass class;
    g_autofree char *taken = queue_take(queue, QUEUE_SLOW, &class, now_ms);

    g_assert_cmpstr(taken, ==, path);
}

static void
test_one_entry(void)
{
    Queue *queue = queue_new();

    g_assert_cmpint(queue_wait_ms(queue, 0), ==, -1);
    for (int i = 0; i < 10; i++)
        queue_put(queue, "/a", QUEUE_ARRIVAL, 1, 0, i);
    g_assert_cmpuint(queue_length(queue), ==, 1);
    g_assert_cmpint(queue_wait_ms(queue, 10), ==, 0);
    assert_next(queue, "/a", 10);
    assert_next(queue, NULL, 10);
    g_assert_cmpuint(queue_length(queue), ==, 0);
    queue_free(queue);
}

static void
test_order(void)
{
    Queue *queue = queue_new();

    queue_put(queue, "/slow", QUEUE_SLOW, 1, 0, 9);
    queue_put(queue, "/old", QUEUE_BACKLOG, 1, 0, 1);
    queue_put(queue, "/big", QUEUE_BACKLOG, 900, 0, 2);
    queue_put(queue, "/small", QUEUE_BACKLOG, 9, 0, 2);
    queue_put(queue, "/first", QUEUE_ARRIVAL, 1, 0, 0);
    queue_put(queue, "/then", QUEUE_ARRIVAL, 1, 0, 3);
    assert_next(queue, "/then", 10);
    assert_next(queue, "/first", 10);
    assert_next(queue, "/small", 10);
    assert_next(queue, "/big", 10);
    assert_next(queue, "/old", 10);
    assert_next(queue, "/slow", 10);
    queue_free(queue);
}

static void
test_classes(void)
{
    Queue *queue = queue_new();
    QueueClass class;
    g_autofree char *taken = NULL;

    queue_put(queue, "/a", QUEUE_BACKLOG, 1, 0, 0);
    queue_put(queue, "/b", QUEUE_SLOW, 1, 0, 0);
    g_assert_null(queue_take(queue, QUEUE_ARRIVAL, &class, 0));
    queue_put(queue, "/a", QUEUE_ARRIVAL, 1, 0, 1);
    queue_put(queue, "/a", QUEUE_SLOW, 1, 0, 2);
    g_assert_cmpuint(queue_length_of(queue, QUEUE_ARRIVAL), ==, 1);
    g_assert_cmpuint(queue_length_of(queue, QUEUE_BACKLOG), ==, 0);
    g_assert_cmpuint(queue_length_of(queue, QUEUE_SLOW), ==, 1);
    taken = queue_take(queue, QUEUE_ARRIVAL, &class, 2);
    g_assert_cmpstr(taken, ==, "/a");
    g_assert_cmpint(class, ==, QUEUE_ARRIVAL);
    g_assert_null(queue_take(queue, QUEUE_BACKLOG, &class, 2));
    queue_free(queue);
}

static void
test_settle(void)
{
    Queue *queue = queue_new();

    queue_put(queue, "/linked", QUEUE_ARRIVAL, 1, 2000, 0);
    g_assert_cmpint(queue_wait_ms(queue, 500), ==, 1500);
    assert_next(queue, NULL, 1999);
    queue_put(queue, "/linked", QUEUE_ARRIVAL, 1, 2000, 1999); /* still */
    assert_next(queue, NULL, 3998);
    queue_put(queue, "/linked", QUEUE_ARRIVAL, 1, 0, 3998); /* closed */
    assert_next(queue, "/linked", 3998);
    queue_free(queue);
}

static void
test_rest(void)
{
    Queue *queue = queue_new();

    queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, 0);
    assert_next(queue, "/log", 0);
    queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, 10);
    queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, 20);
    g_assert_cmpint(queue_wait_ms(queue, 20), ==, QUEUE_QUIET_MS - 20);
    assert_next(queue, NULL, QUEUE_QUIET_MS - 1);
    assert_next(queue, "/log", QUEUE_QUIET_MS);
    queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, QUEUE_QUIET_MS + 1);
    assert_next(queue, NULL, 3 * QUEUE_QUIET_MS - 1);
    assert_next(queue, "/log", 3 * QUEUE_QUIET_MS);
    /* Once it has been quiet it is as good as new. */
    queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, 100000);
    assert_next(queue, "/log", 100000);
    queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, 100000);
    g_assert_cmpint(queue_wait_ms(queue, 100000), ==, QUEUE_QUIET_MS);
    queue_free(queue);
}

/* Written every 50 ms for ten minutes. */
static void
test_restless(void)
{
    Queue *queue = queue_new();
    unsigned readings = 0;
    QueueClass class;
    int64_t last_ms = 0, now_ms;

    for (now_ms = 0; now_ms < 600000; now_ms += 50) {
        g_autofree char *taken = NULL;

        queue_put(queue, "/log", QUEUE_ARRIVAL, 1, 0, now_ms);
        taken = queue_take(queue, QUEUE_SLOW, &class, now_ms);
        if (taken == NULL)
            continue;
        g_assert_cmpint(now_ms - last_ms, <=, QUEUE_QUIET_MAX_MS + 50);
        last_ms = now_ms;
        readings++;
    }
    g_assert_cmpuint(readings, >, 20);
    g_assert_cmpuint(readings, <, 40);
    queue_free(queue);
}

static void
test_retry(void)
{
    Queue *queue = queue_new();
    int64_t now_ms = 0, wait_ms = 1000;

    queue_put(queue, "/a", QUEUE_BACKLOG, 1, 0, now_ms);
    assert_next(queue, "/a", now_ms);
    for (unsigned i = 0; i < 5; i++) {
        now_ms += 45000; /* it took that long to fail */
        g_assert_true(queue_retry(queue, "/a", QUEUE_BACKLOG, 1, now_ms));
        g_assert_cmpint(queue_wait_ms(queue, now_ms), ==, wait_ms);
        assert_next(queue, NULL, now_ms + wait_ms - 1);
        now_ms += wait_ms;
        assert_next(queue, "/a", now_ms);
        wait_ms *= 2;
    }
    g_assert_false(queue_retry(queue, "/a", QUEUE_BACKLOG, 1, now_ms));
    g_assert_cmpuint(queue_length(queue), ==, 0);

    /* It changed: that is a new beginning. */
    queue_put(queue, "/a", QUEUE_ARRIVAL, 1, 0, now_ms + 60000);
    assert_next(queue, "/a", now_ms + 60000);
    g_assert_true(queue_retry(queue, "/a", QUEUE_ARRIVAL, 1, now_ms + 60001));
    g_assert_cmpint(queue_wait_ms(queue, now_ms + 60001), ==, 1000);
    queue_free(queue);
}

static void
test_retry_overtaken(void)
{
    Queue *queue = queue_new();

    queue_put(queue, "/a", QUEUE_ARRIVAL, 1, 0, 0);
    assert_next(queue, "/a", 0);
    queue_put(queue, "/a", QUEUE_ARRIVAL, 1, 0, 1000);
    g_assert_true(queue_retry(queue, "/a", QUEUE_BACKLOG, 1, 1000));
    g_assert_cmpuint(queue_length(queue), ==, 1);
    assert_next(queue, "/a", 1000);
    queue_free(queue);
}

static void
test_drop(void)
{
    Queue *queue = queue_new();

    queue_put(queue, "/a/b", QUEUE_ARRIVAL, 1, 0, 0);
    queue_put(queue, "/a/b/c", QUEUE_ARRIVAL, 1, 0, 0);
    queue_put(queue, "/a/b/d/e", QUEUE_BACKLOG, 1, 5000, 0);
    queue_put(queue, "/a/b.txt", QUEUE_ARRIVAL, 1, 0, 0);
    queue_put(queue, "/a/b\xff", QUEUE_ARRIVAL, 2, 0, 0);
    queue_drop(queue, "/a/b");
    queue_drop(queue, "/not/there");
    g_assert_cmpuint(queue_length(queue), ==, 2);
    assert_next(queue, "/a/b.txt", 9000);
    assert_next(queue, "/a/b\xff", 9000);
    assert_next(queue, NULL, 9000);
    queue_free(queue);
}

static void
test_move(void)
{
    Queue *queue = queue_new();

    queue_put(queue, "/old/a", QUEUE_ARRIVAL, 1, 0, 2);
    queue_put(queue, "/old/sub/b", QUEUE_BACKLOG, 1, 0, 1);
    queue_put(queue, "/older", QUEUE_BACKLOG, 1, 0, 0);
    queue_put(queue, "/new/a", QUEUE_BACKLOG, 1, 0, 0);
    queue_move(queue, "/old", "/new");
    g_assert_cmpuint(queue_length(queue), ==, 3);
    assert_next(queue, "/new/a", 2);
    assert_next(queue, "/new/sub/b", 2);
    assert_next(queue, "/older", 2);
    queue_free(queue);
}

static void
test_many(void)
{
    enum { MANY = 200000 };
    Queue *queue = queue_new();
    unsigned taken = 0;
    QueueClass class;
    char *path;

    for (unsigned i = 0; i < MANY; i++) {
        g_autofree char *name =
            g_strdup_printf("/home/u/Downloads/%u/%u.pdf", i % 100, i);

        queue_put(queue, name, QUEUE_BACKLOG, i % 977, 0, i / 512);
    }
    g_assert_cmpuint(queue_length(queue), ==, MANY);
    for (unsigned i = 0; i < 50; i++) {
        g_autofree char *name = g_strdup_printf("/home/u/Downloads/%u", i);

        queue_drop(queue, name);
    }
    while ((path = queue_take(queue, QUEUE_SLOW, &class, MANY)) != NULL) {
        g_free(path);
        taken++;
    }
    g_assert_cmpuint(taken, ==, MANY / 2);
    queue_free(queue);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func("/queue/" name, test)
    ADD("has one entry for a path", test_one_entry);
    ADD("gives class before newest before smallest", test_order);
    ADD("keeps the better class, and stops at the one asked for", test_classes);
    ADD("lets a file settle that may still grow", test_settle);
    ADD("lets a path rest that was just read, longer each time", test_rest);
    ADD("reads a file that is never quiet now and then", test_restless);
    ADD("tries again five times, later each time", test_retry);
    ADD("forgets a retry when the path came back by itself",
        test_retry_overtaken);
    ADD("drops a folder's entries and no others", test_drop);
    ADD("moves a folder's entries", test_move);
    ADD("holds two hundred thousand", test_many);
#undef ADD
    return g_test_run();
}
