/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-worker.c - documents through the real sandbox, read by the real
 * indexer ($DOCENT_INDEXER), by one that documents take over
 * ($DOCENT_INDEXER_MALICE), and by that one without Landlock
 * ($DOCENT_INDEXER_NO_LANDLOCK).
 */
#include "config.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "daemon/intake/worker.h"

static const WorkerLimits usual = {
    .text_bytes_max = 1024 * 1024,
    .memory_mb = 512,
    .cpu_s = 20,
    .deadline_ms = 60 * 1000,
};

typedef struct {
    Workers *workers;
    GPtrArray *answers; /* of Extract */
    unsigned rooms;
} Bench;

static void
on_room(void *user)
{
    ((Bench *)user)->rooms++;
}

static void
on_done(Extract *extract, void *user)
{
    g_ptr_array_add(((Bench *)user)->answers, extract);
}

static void
bench_init(Bench *bench, const char *variable, const WorkerLimits *limits)
{
    g_autoptr(GError) error = NULL;
    const char *indexer = g_getenv(variable);

    g_assert_nonnull(indexer);
    bench->rooms = 0;
    bench->answers =
        g_ptr_array_new_with_free_func((GDestroyNotify)extract_free);
    bench->workers = workers_new(indexer, 2, limits, on_room, bench, &error);
    g_assert_no_error(error);
}

static void
bench_clear(Bench *bench)
{
    workers_free(bench->workers);
    g_ptr_array_unref(bench->answers);
}

static int
document_of(const char *content, size_t size_bytes)
{
    int fd = memfd_create("document", MFD_CLOEXEC);

    g_assert_true(fd >= 0 && fd_write_all(fd, content, size_bytes, NULL));
    return fd;
}

static WorkerJob *
give(Bench *bench, const char *content, const char *name)
{
    return workers_read(bench->workers, document_of(content, strlen(content)),
                        name, true, on_done, bench);
}

static void
wait_for(Bench *bench, unsigned answers)
{
    while (bench->answers->len < answers)
        g_main_context_iteration(NULL, TRUE);
}

/* The answer to @content; lent until bench_clear. */
static const Extract *
read_one(Bench *bench, const char *content, const char *name)
{
    unsigned before = bench->answers->len;

    (void)give(bench, content, name);
    wait_for(bench, before + 1);
    return bench->answers->pdata[before];
}

static void
assert_reads_on(Bench *bench)
{
    const Extract *next = read_one(bench, "kind regards", "letter.txt");

    g_assert_cmpint(next->state, ==, EXTRACT_INDEXED);
    g_assert_cmpstr(next->text, ==, "kind regards");
}

/* ---- with the real indexer ---- */

static void
test_reads_a_document(void)
{
    Bench bench;
    const Extract *answer;

    bench_init(&bench, "DOCENT_INDEXER", &usual);
    answer = read_one(&bench, "The invoice is due.\n\n第二段文字。\n", "a.txt");
    g_assert_cmpint(answer->state, ==, EXTRACT_INDEXED);
    g_assert_nonnull(strstr(answer->text, "The invoice is due."));
    g_assert_nonnull(strstr(answer->text, "第二段文字。"));
    g_assert_cmpuint(answer->passages->len, >, 0);
    bench_clear(&bench);
}

static void
test_reads_many_documents_without_a_fork_each(void)
{
    Bench bench;

    bench_init(&bench, "DOCENT_INDEXER", &usual);
    for (unsigned i = 0; i < 1000; i++) {
        g_autofree char *content = g_strdup_printf("note number %u\n", i);
        const Extract *answer = read_one(&bench, content, "note.txt");

        g_assert_nonnull(strstr(answer->text, g_strchomp(content)));
        /* A zygote, the child that reads, a spare, and now and then one
         * that is leaving. */
        g_assert_cmpuint(workers_alive(bench.workers), <=, 6);
    }
    g_assert_cmpuint(bench.rooms, ==, 1000);
    bench_clear(&bench);
}

static void
test_a_long_text_arrives_whole(void)
{
    Bench bench;
    g_autoptr(GString) content = g_string_new(NULL);
    const Extract *answer;

    bench_init(&bench, "DOCENT_INDEXER", &usual);
    while (content->len < 900 * 1024)
        g_string_append_printf(content, "Line %zu of a long text.\n",
                               content->len);
    answer = read_one(&bench, content->str, "long.txt");
    g_assert_cmpint(answer->state, ==, EXTRACT_INDEXED);
    g_assert_nonnull(strstr(answer->text, "Line 0 of"));
    g_assert_cmpuint(answer->text_bytes, >, 890 * 1024);
    bench_clear(&bench);
}

static void
test_sandbox_is_told(void)
{
    Bench bench;

    bench_init(&bench, "DOCENT_INDEXER", &usual);
    g_assert_cmpstr(workers_sandbox(bench.workers), ==, "not started");
    g_assert_cmpuint(workers_alive(bench.workers), ==, 0);
    (void)read_one(&bench, "text", "a.txt");
    g_assert_nonnull(strstr(workers_sandbox(bench.workers), "seccomp"));
    bench_clear(&bench);
}

static void
test_one_more_slot_is_kept_for_arrivals(void)
{
    Bench bench;

    bench_init(&bench, "DOCENT_INDEXER", &usual);
    g_assert_cmpuint(workers_free_slots(bench.workers, false), ==, 2);
    (void)give(&bench, "one", "1.txt");
    (void)give(&bench, "two", "2.txt");
    g_assert_cmpuint(workers_free_slots(bench.workers, false), ==, 0);
    g_assert_cmpuint(workers_free_slots(bench.workers, true), ==, 1);
    wait_for(&bench, 2);
    g_assert_cmpuint(workers_free_slots(bench.workers, false), ==, 2);
    bench_clear(&bench);
}

static void
test_an_indexer_that_is_not_there_is_a_failure(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(
        workers_new("/nowhere/docent-indexer", 2, &usual, NULL, NULL, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_NOT_FOUND);
}

static void
test_an_indexer_that_will_not_start_fails_the_job(void)
{
    Bench bench;
    const Extract *answer;

    g_assert_true(g_setenv("TEST_FALSE", "/bin/false", TRUE));
    bench_init(&bench, "TEST_FALSE", &usual);
    answer = read_one(&bench, "text", "a.txt");
    g_assert_cmpint(answer->fault, ==, FAULT_IO);
    g_assert_cmpstr(answer->reason, ==, "the reader could not be started");
    bench_clear(&bench);
}

/* ---- with documents that take over their reader ---- */

typedef struct {
    const char *word;
    FaultCode fault;
    const char *reason; /* part of it */
} Misdeed;

static const Misdeed misdeeds[] = {
    {"segv", FAULT_CRASHED, "crashed (segmentation fault)"},
    {"abort", FAULT_CRASHED, "gave up (aborted)"},
    {"leave", FAULT_CRASHED, "left without an answer"},
    {"connect", FAULT_CRASHED, "forbidden system call"},
    {"exec", FAULT_CRASHED, "forbidden system call"},
    {"garbage", FAULT_PROTOCOL, "does not keep to the protocol"},
    {"flood", FAULT_PROTOCOL, "does not keep to the protocol"},
    {"pass", FAULT_PROTOCOL, "does not keep to the protocol"},
#ifndef WITH_SANITIZERS /* which rule out a limit on memory */
    {"memory", FAULT_CRASHED, "ran out of memory (limit 512 MB)"},
#endif
};

static void
test_misdeed_is_named(gconstpointer user)
{
    const Misdeed *misdeed = user;
    Bench bench;
    const Extract *answer;

    bench_init(&bench, "DOCENT_INDEXER_MALICE", &usual);
    answer = read_one(&bench, misdeed->word, "attack.txt");
    g_assert_cmpint(answer->state, ==, EXTRACT_FAILED);
    g_assert_cmpint(answer->fault, ==, misdeed->fault);
    g_assert_nonnull(strstr(answer->reason, misdeed->reason));
    assert_reads_on(&bench);
    bench_clear(&bench);
}

/* These get no further than an errno, so the reader lives on. */
static const char *const refusals[] = {"open", "write", "fork", "thread",
                                       "kill"};

static void
test_refused(gconstpointer user)
{
    Bench bench;
    const Extract *answer;

    bench_init(&bench, "DOCENT_INDEXER_MALICE", &usual);
    answer = read_one(&bench, user, "attack.txt");
    g_assert_cmpint(answer->state, ==, EXTRACT_INDEXED);
    g_assert_true(g_str_has_prefix(answer->text, "refused: "));
    assert_reads_on(&bench);
    bench_clear(&bench);
}

static void
test_late(gconstpointer word)
{
    WorkerLimits hasty = usual;
    Bench bench;
    const Extract *answer;

    hasty.deadline_ms = 300;
    bench_init(&bench, "DOCENT_INDEXER_MALICE", &hasty);
    answer = read_one(&bench, word, "attack.txt");
    g_assert_cmpint(answer->fault, ==, FAULT_TIMEOUT);
    g_assert_cmpstr(answer->reason, ==, "it took longer than 0.3 s");
    workers_set_limits(bench.workers, &usual);
    assert_reads_on(&bench);
    bench_clear(&bench);
}

static void
test_cpu_time_is_limited(void)
{
    WorkerLimits brief = usual;
    Bench bench;
    const Extract *answer;

    brief.cpu_s = 1;
    bench_init(&bench, "DOCENT_INDEXER_MALICE", &brief);
    answer = read_one(&bench, "spin", "attack.txt");
    g_assert_cmpint(answer->fault, ==, FAULT_TIMEOUT);
    g_assert_nonnull(strstr(answer->reason, "1 s of CPU time"));
    assert_reads_on(&bench);
    bench_clear(&bench);
}

static void
test_a_bad_neighbour_costs_only_itself(void)
{
    Bench bench;
    unsigned indexed = 0;

    bench_init(&bench, "DOCENT_INDEXER_MALICE", &usual);
    for (unsigned i = 0; i < 60; i++) {
        while (workers_free_slots(bench.workers, true) == 0)
            g_main_context_iteration(NULL, TRUE);
        (void)give(&bench, i % 3 == 0 ? "segv" : "kind regards",
                   i % 2 == 0 ? "a.txt" : "a.lib");
    }
    wait_for(&bench, 60);
    for (unsigned i = 0; i < 60; i++) {
        const Extract *answer = bench.answers->pdata[i];

        if (answer->state == EXTRACT_INDEXED)
            indexed++;
        else
            g_assert_cmpint(answer->fault, ==, FAULT_CRASHED);
    }
    g_assert_cmpuint(indexed, ==, 40);
    bench_clear(&bench);
}

static void
test_a_cancelled_job_is_not_heard_of(void)
{
    Bench bench;

    bench_init(&bench, "DOCENT_INDEXER_MALICE", &usual);
    worker_cancel(give(&bench, "stall", "attack.txt"));
    g_assert_cmpuint(workers_free_slots(bench.workers, false), ==, 2);
    assert_reads_on(&bench);
    g_assert_cmpuint(bench.answers->len, ==, 1);
    bench_clear(&bench);
}

static void
test_only_plain_text_is_read_without_landlock(void)
{
    Bench bench;
    const Extract *answer;

    bench_init(&bench, "DOCENT_INDEXER_NO_LANDLOCK", &usual);
    answer = read_one(&bench, "a document for a library", "a.lib");
    g_assert_cmpint(answer->state, ==, EXTRACT_PARTIAL);
    g_assert_cmpint(answer->fault, ==, FAULT_UNSUPPORTED);
    g_assert_cmpuint(answer->text_bytes, ==, 0);
    g_assert_nonnull(strstr(answer->reason, "no Landlock"));
    g_assert_true(
        g_str_has_prefix(workers_sandbox(bench.workers), "reduced (no Land"));
    /* And seccomp alone opens no file. */
    answer = read_one(&bench, "open", "attack.txt");
    g_assert_true(g_str_has_prefix(answer->text, "refused: "));
    assert_reads_on(&bench);
    bench_clear(&bench);
}

static void
test_a_layer_that_is_required_and_missing_is_a_failure(void)
{
    Bench bench;
    const Extract *answer;

    g_assert_true(g_setenv("DOCENT_REQUIRE", "landlock,seccomp", TRUE));
    bench_init(&bench, "DOCENT_INDEXER_NO_LANDLOCK", &usual);
    answer = read_one(&bench, "text", "a.txt");
    g_assert_cmpint(answer->state, ==, EXTRACT_FAILED);
    g_assert_cmpint(answer->fault, ==, FAULT_IO);
    g_unsetenv("DOCENT_REQUIRE");
    bench_clear(&bench);
}

static void
test_a_zygote_is_replaced_after_many_forks(void)
{
    Bench bench;

    bench_init(&bench, "DOCENT_INDEXER_MALICE", &usual);
    for (unsigned i = 0; i < 1100; i++) {
        const Extract *answer = read_one(&bench, "text", "a.lib");

        g_assert_cmpstr(answer->text, ==, "text");
        /* Two zygotes at most, and the children that are leaving. */
        g_assert_cmpuint(workers_alive(bench.workers), <=, 20);
    }
    bench_clear(&bench);
}

static void
test_waking_readies_a_child(void)
{
    Bench bench;

    bench_init(&bench, "DOCENT_INDEXER", &usual);
    workers_wake(bench.workers);
    g_assert_cmpuint(workers_alive(bench.workers), ==, 2);
    workers_wake(bench.workers);
    g_assert_cmpuint(workers_alive(bench.workers), ==, 2);
    assert_reads_on(&bench);
    bench_clear(&bench);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker/reads a document", test_reads_a_document);
    g_test_add_func("/worker/reads many documents without a fork each",
                    test_reads_many_documents_without_a_fork_each);
    g_test_add_func("/worker/a long text arrives whole",
                    test_a_long_text_arrives_whole);
    g_test_add_func("/worker/how closed in it is, is told",
                    test_sandbox_is_told);
    g_test_add_func("/worker/one more slot is kept for arrivals",
                    test_one_more_slot_is_kept_for_arrivals);
    g_test_add_func("/worker/an indexer that is not there is a failure",
                    test_an_indexer_that_is_not_there_is_a_failure);
    g_test_add_func("/worker/an indexer that will not start fails the job",
                    test_an_indexer_that_will_not_start_fails_the_job);
    g_test_add_func("/worker/waking readies a child",
                    test_waking_readies_a_child);
    for (size_t i = 0; i < G_N_ELEMENTS(misdeeds); i++) {
        g_autofree char *path = g_strdup_printf(
            "/worker/a child's misdeed is named, and the next is read/%s",
            misdeeds[i].word);

        g_test_add_data_func(path, &misdeeds[i], test_misdeed_is_named);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path =
            g_strdup_printf("/worker/a child is refused/%s", refusals[i]);

        g_test_add_data_func(path, refusals[i], test_refused);
    }
    g_test_add_data_func("/worker/a child that stalls is given up", "stall",
                         test_late);
    g_test_add_data_func("/worker/a child that hangs up and stays is given up",
                         "hang-up", test_late);
    g_test_add_func("/worker/CPU time is limited", test_cpu_time_is_limited);
    g_test_add_func("/worker/a bad neighbour costs only itself",
                    test_a_bad_neighbour_costs_only_itself);
    g_test_add_func("/worker/a cancelled job is not heard of",
                    test_a_cancelled_job_is_not_heard_of);
    g_test_add_func("/worker/a zygote is replaced after many forks",
                    test_a_zygote_is_replaced_after_many_forks);
    g_test_add_func("/worker/only plain text is read without Landlock",
                    test_only_plain_text_is_read_without_landlock);
    g_test_add_func("/worker/a required layer that is missing is a failure",
                    test_a_layer_that_is_required_and_missing_is_a_failure);
    return g_test_run();
}
