/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-lane.c - long work in turn on a thread of its own, its results back
 * on the loop, and cancelled work that reports to nobody.
 */
#include "config.h"

#include "base/lane.h"

typedef struct {
    GMainLoop *loop;
    GThread *home;
    GString *order; /* of done callbacks; the loop's */
    int worked;     /* atomic */
    int dropped;    /* atomic */
    GMutex gate;    /* held by the test: work marked 'gated' waits for it */
} Case;

typedef struct {
    Case *its;
    char letter;
    bool gated;
    bool last; /* ends the loop */
} Job;

static void
case_init(Case *its)
{
    *its = (Case){.loop = g_main_loop_new(NULL, FALSE),
                  .home = g_thread_self(),
                  .order = g_string_new(NULL)};
    g_mutex_init(&its->gate);
}

static void
case_clear(Case *its)
{
    g_main_loop_unref(its->loop);
    (void)g_string_free(its->order, TRUE);
    g_mutex_clear(&its->gate);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static void
work(void *user)
{
    Job *job = user;

    g_assert_true(g_thread_self() != job->its->home);
    if (job->gated) {
        g_mutex_lock(&job->its->gate);
        g_mutex_unlock(&job->its->gate);
    }
    (void)g_atomic_int_add(&job->its->worked, 1);
}

static void
done(void *user)
{
    Job *job = user;

    g_assert_true(g_thread_self() == job->its->home);
    g_string_append_c(job->its->order, job->letter);
    if (job->last)
        g_main_loop_quit(job->its->loop);
    g_free(job);
}

static void
drop(void *user)
{
    Job *job = user;

    (void)g_atomic_int_add(&job->its->dropped, 1);
    g_free(job);
}

static LaneJob *
push(Lane *lane, Case *its, Job job)
{
    Job *given = g_new(Job, 1);

    *given = job;
    given->its = its;
    return lane_push(lane, work, done, drop, given);
}

static void
test_jobs_run_in_turn_and_come_home(void)
{
    g_auto(Case) its;
    Lane *lane = lane_new("test");

    case_init(&its);
    for (char c = 'a'; c <= 'z'; c++)
        (void)push(lane, &its, (Job){.letter = c, .last = c == 'z'});
    g_main_loop_run(its.loop);
    g_assert_cmpstr(its.order->str, ==, "abcdefghijklmnopqrstuvwxyz");
    g_assert_cmpint(its.dropped, ==, 0);
    g_assert_cmpuint(lane_depth(lane), ==, 0);
    lane_free(lane);
}

static void
test_a_job_cancelled_before_it_began_is_not_run(void)
{
    g_auto(Case) its;
    Lane *lane = lane_new("test");
    LaneJob *waiting;

    case_init(&its);
    g_mutex_lock(&its.gate);
    (void)push(lane, &its, (Job){.letter = 'a', .gated = true});
    waiting = push(lane, &its, (Job){.letter = 'b'});
    (void)push(lane, &its, (Job){.letter = 'c', .last = true});
    g_assert_cmpuint(lane_depth(lane), ==, 3);
    lane_cancel(waiting);
    g_mutex_unlock(&its.gate);

    g_main_loop_run(its.loop);
    g_assert_cmpstr(its.order->str, ==, "ac");
    g_assert_cmpint(its.worked, ==, 2);
    g_assert_cmpint(its.dropped, ==, 1);
    lane_free(lane);
}

static void
test_a_job_cancelled_after_its_work_is_dropped(void)
{
    g_auto(Case) its;
    Lane *lane = lane_new("test");
    LaneJob *first;

    case_init(&its);
    first = push(lane, &its, (Job){.letter = 'a'});
    (void)push(lane, &its, (Job){.letter = 'b', .last = true});
    while (g_atomic_int_get(&its.worked) < 2)
        g_thread_yield();
    /* Its work is over, but the loop has not heard of it yet. */
    lane_cancel(first);
    g_main_loop_run(its.loop);
    g_assert_cmpstr(its.order->str, ==, "b");
    g_assert_cmpint(its.dropped, ==, 1);
    lane_free(lane);
}

static void
test_freeing_finishes_the_work_and_reports_to_nobody(void)
{
    g_auto(Case) its;
    Lane *lane = lane_new("test");

    case_init(&its);
    g_mutex_lock(&its.gate);
    (void)push(lane, &its, (Job){.letter = 'a', .gated = true});
    (void)push(lane, &its, (Job){.letter = 'b'});
    g_mutex_unlock(&its.gate);
    lane_free(lane);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpint(its.worked, ==, 2);
    /* One may have come home before the lane was freed. */
    g_assert_cmpuint((unsigned)its.dropped + its.order->len, ==, 2);
    lane_free(NULL);
}

static void
test_the_background_still_works(void)
{
    g_auto(Case) its;
    Lane *lane = lane_new("test");

    case_init(&its);
    lane_set_background(lane, true);
    (void)push(lane, &its, (Job){.letter = 'a', .last = true});
    g_main_loop_run(its.loop);
    lane_set_background(lane, false);
    g_assert_cmpstr(its.order->str, ==, "a");
    lane_free(lane);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lane/jobs run in turn and come home",
                    test_jobs_run_in_turn_and_come_home);
    g_test_add_func("/lane/a job cancelled before it began is not run",
                    test_a_job_cancelled_before_it_began_is_not_run);
    g_test_add_func("/lane/a job cancelled after its work is dropped",
                    test_a_job_cancelled_after_its_work_is_dropped);
    g_test_add_func("/lane/freeing finishes the work and reports to nobody",
                    test_freeing_finishes_the_work_and_reports_to_nobody);
    g_test_add_func("/lane/the background still works",
                    test_the_background_still_works);
    return g_test_run();
}
