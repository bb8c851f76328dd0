/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-record.c - tasks and answers cross the border whole, and nothing
 * malformed crosses it at all.
 */
#include "config.h"

#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/record.h"

enum {
    ID = 7,
    TEXT_BYTES_MAX = 1024 * 1024,
    /* Where things stand in a first packet. */
    AT_KIND = 0,
    AT_ID = 4,
    AT_TEXT_BYTES = 8,
    AT_PASSAGES = 12,
    AT_HEADINGS = 16,
    AT_STRINGS_BYTES = 20,
    AT_STATE = 28,
    AT_FAULT = 32,
    AT_REUSABLE = 36,
    HEAD_BYTES = 8 + 8 * 4 + 8,
};

typedef struct {
    int near, far;
    char packet[RECORD_BYTES_MAX + 1];
} Pair;

static void
pair_init(Pair *pair)
{
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    pair->near = ends[0];
    pair->far = ends[1];
}

static void
pair_clear(Pair *pair)
{
    fd_clear(&pair->near);
    fd_clear(&pair->far);
}

static Extract *
letter(void)
{
    Extract *extract = extract_new();
    Heading heading = {g_strdup("第一章"), 1, 1, 0};
    Passage passages[] = {{0, 12, 1, 1}, {12, 24, 2, 0}};

    g_free(extract->text);
    extract->text = g_strdup("kind regardsand the rest");
    extract->text_bytes = 24;
    g_array_append_vals(extract->passages, passages, 2);
    g_array_append_val(extract->headings, heading);
    extract->type = g_strdup("text/plain");
    extract->title = g_strdup("A letter");
    extract->charset = g_strdup("GB18030");
    extract->created_s = -5;
    extract->pages = 2;
    extract->state = EXTRACT_PARTIAL;
    extract->fault = FAULT_LIMIT;
    extract->reason = g_strdup("page 3 is missing");
    return extract;
}

static size_t
first_packet(Pair *pair, const Extract *extract, bool reusable)
{
    ssize_t n;

    g_assert_true(record_send(pair->near, ID, extract, reusable, NULL));
    n = recv(pair->far, pair->packet, sizeof pair->packet, 0);
    g_assert_cmpint(n, >, HEAD_BYTES);
    return (size_t)n;
}

static void
test_an_answer_comes_back_as_it_was(void)
{
    g_autoptr(Extract) sent = letter();
    g_autoptr(Extract) got = NULL;
    g_autoptr(RecordReader) reader = record_reader_new(ID, TEXT_BYTES_MAX);
    g_autoptr(GError) error = NULL;
    bool reusable = false;
    Pair pair;
    size_t n;

    pair_init(&pair);
    n = first_packet(&pair, sent, true);
    g_assert_cmpint(
        record_reader_take(reader, pair.packet, n, &got, &reusable, &error), ==,
        1);
    g_assert_no_error(error);
    g_assert_true(reusable);
    g_assert_cmpstr(got->text, ==, sent->text);
    g_assert_cmpuint(got->text_bytes, ==, sent->text_bytes);
    g_assert_cmpmem(got->passages->data, got->passages->len * sizeof(Passage),
                    sent->passages->data,
                    sent->passages->len * sizeof(Passage));
    g_assert_cmpuint(got->headings->len, ==, 1);
    g_assert_cmpstr(g_array_index(got->headings, Heading, 0).title, ==,
                    "第一章");
    g_assert_cmpstr(got->type, ==, "text/plain");
    g_assert_cmpstr(got->title, ==, "A letter");
    g_assert_null(got->author);
    g_assert_null(got->language);
    g_assert_cmpstr(got->charset, ==, "GB18030");
    g_assert_cmpint(got->created_s, ==, -5);
    g_assert_cmpuint(got->pages, ==, 2);
    g_assert_cmpint(got->state, ==, EXTRACT_PARTIAL);
    g_assert_cmpint(got->fault, ==, FAULT_LIMIT);
    g_assert_cmpstr(got->reason, ==, "page 3 is missing");
    pair_clear(&pair);
}

/* The whole answer lies in the socket before any of it is read, so it must
 * fit there. */
enum { LONG_BYTES = RECORD_BYTES_MAX + 1000 };

static Extract *
long_letter(void)
{
    Extract *extract = extract_new();
    Passage all = {0, LONG_BYTES, 0, 0};

    g_free(extract->text);
    extract->text = g_strnfill(LONG_BYTES, 'x');
    extract->text_bytes = LONG_BYTES;
    g_array_append_val(extract->passages, all);
    return extract;
}

static void
test_a_long_answer_takes_several_packets(void)
{
    g_autoptr(Extract) sent = long_letter();
    g_autoptr(Extract) got = NULL;
    g_autoptr(RecordReader) reader = record_reader_new(ID, TEXT_BYTES_MAX);
    bool reusable = true;
    Pair pair;
    ssize_t n;

    pair_init(&pair);
    n = (ssize_t)first_packet(&pair, sent, false);
    g_assert_cmpint(n, ==, RECORD_BYTES_MAX);
    g_assert_cmpint(record_reader_take(reader, pair.packet, (size_t)n, &got,
                                       &reusable, NULL),
                    ==, 0);
    n = recv(pair.far, pair.packet, sizeof pair.packet, 0);
    g_assert_cmpint(record_reader_take(reader, pair.packet, (size_t)n, &got,
                                       &reusable, NULL),
                    ==, 1);
    g_assert_false(reusable);
    g_assert_cmpstr(got->text, ==, sent->text);
    pair_clear(&pair);
}

static void
assert_refused(const void *packet, size_t size_bytes)
{
    g_autoptr(RecordReader) reader = record_reader_new(ID, TEXT_BYTES_MAX);
    g_autoptr(GError) error = NULL;
    /* A copy of that very size, so that a reader beyond it is found out. */
    g_autofree char *exact = g_memdup2(packet, size_bytes);
    Extract *got = NULL;
    bool reusable;

    g_assert_cmpint(
        record_reader_take(reader, exact, size_bytes, &got, &reusable, &error),
        ==, -1);
    g_assert_null(got);
    g_assert_cmpint(fault_code(error), ==, FAULT_PROTOCOL);
}

typedef struct {
    const char *what;
    unsigned at;
    uint32_t value;
} Lie;

static const Lie lies[] = {
    {"no such kind", AT_KIND, 99},
    {"a later packet first", AT_KIND, 0x646f6302},
    {"another task's id", AT_ID, ID + 1},
    {"more text than may be", AT_TEXT_BYTES, TEXT_BYTES_MAX + 1},
    {"all the text there is", AT_TEXT_BYTES, UINT32_MAX},
    {"less text than came", AT_TEXT_BYTES, 3},
    {"less text and none of it", AT_TEXT_BYTES, 0},
    {"all the passages there are", AT_PASSAGES, UINT32_MAX},
    {"fewer passages than came", AT_PASSAGES, 1},
    {"all the headings there are", AT_HEADINGS, UINT32_MAX},
    {"fewer headings than came", AT_HEADINGS, 0},
    {"all the strings there are", AT_STRINGS_BYTES, UINT32_MAX},
    {"fewer strings than came", AT_STRINGS_BYTES, 2},
    {"no such state", AT_STATE, 3},
    {"no such fault", AT_FAULT, 1000},
    {"a negative fault", AT_FAULT, UINT32_MAX},
    {"neither reusable nor not", AT_REUSABLE, 2},
    {"a passage beyond the text", HEAD_BYTES + 4, 25},
    {"a passage that begins late", HEAD_BYTES, 1},
    {"a passage that ends before it begins", HEAD_BYTES + 20, 5},
    {"a passage under no such heading", HEAD_BYTES + 12, 9},
    {"a heading beyond the text", HEAD_BYTES + 32 + 8, 500},
};

static void
test_lie(gconstpointer user)
{
    const Lie *lie = user;
    g_autoptr(Extract) sent = letter();
    Pair pair;
    size_t n;

    pair_init(&pair);
    n = first_packet(&pair, sent, true);
    memcpy(pair.packet + lie->at, &lie->value, sizeof lie->value);
    assert_refused(pair.packet, n);
    pair_clear(&pair);
}

static void
test_a_packet_cut_short_is_never_an_answer(void)
{
    g_autoptr(Extract) sent = letter();
    Pair pair;
    size_t n;

    pair_init(&pair);
    n = first_packet(&pair, sent, true);
    for (size_t cut = 0; cut < n; cut++) {
        g_autoptr(RecordReader) reader = record_reader_new(ID, TEXT_BYTES_MAX);
        g_autofree char *exact = g_memdup2(pair.packet, cut);
        Extract *got = NULL;
        bool reusable;

        if (cut < HEAD_BYTES)
            assert_refused(pair.packet, cut);
        else
            g_assert_cmpint(
                record_reader_take(reader, exact, cut, &got, &reusable, NULL),
                ==, 0);
    }
    pair_clear(&pair);
}

static void
test_bytes_after_the_answer_are_refused(void)
{
    g_autoptr(Extract) sent = letter();
    Pair pair;
    size_t n;

    pair_init(&pair);
    n = first_packet(&pair, sent, true);
    pair.packet[n] = 'x';
    assert_refused(pair.packet, n + 1);
    pair_clear(&pair);
}

static void
test_a_second_packet_may_not_bring_too_much(void)
{
    g_autoptr(Extract) sent = long_letter();
    g_autoptr(RecordReader) reader = record_reader_new(ID, TEXT_BYTES_MAX);
    g_autoptr(GError) error = NULL;
    Extract *got = NULL;
    bool reusable;
    Pair pair;
    ssize_t n;

    pair_init(&pair);
    n = (ssize_t)first_packet(&pair, sent, true);
    g_assert_cmpint(record_reader_take(reader, pair.packet, (size_t)n, &got,
                                       &reusable, NULL),
                    ==, 0);
    n = recv(pair.far, pair.packet, sizeof pair.packet, 0);
    pair.packet[n] = '\0';
    g_assert_cmpint(record_reader_take(reader, pair.packet, (size_t)n + 1, &got,
                                       &reusable, &error),
                    ==, -1);
    g_assert_cmpint(fault_code(error), ==, FAULT_PROTOCOL);
    pair_clear(&pair);
}

static void
test_text_that_is_not_utf8_is_refused(void)
{
    g_autoptr(Extract) sent = letter();
    Pair pair;
    size_t n;
    char *at;

    pair_init(&pair);
    n = first_packet(&pair, sent, true);
    at = memmem(pair.packet, n, "kind", 4);
    g_assert_nonnull(at);
    *at = (char)0xff;
    assert_refused(pair.packet, n);
    *at = '\0';
    assert_refused(pair.packet, n);
    pair_clear(&pair);
}

static void
test_a_flipped_byte_never_crashes(void)
{
    g_autoptr(Extract) sent = letter();
    Pair pair;
    size_t n;

    pair_init(&pair);
    n = first_packet(&pair, sent, true);
    for (size_t i = 0; i < n * 8; i++) {
        g_autoptr(RecordReader) reader = record_reader_new(ID, TEXT_BYTES_MAX);
        g_autofree char *flipped = g_memdup2(pair.packet, n);
        g_autoptr(Extract) got = NULL;
        bool reusable;

        flipped[i / 8] ^= (char)(1 << i % 8);
        if (record_reader_take(reader, flipped, n, &got, &reusable, NULL) == 1)
            g_assert_true(extract_check(got, NULL));
    }
    pair_clear(&pair);
}

/* ---- tasks ---- */

static void
test_a_task_comes_with_its_document(void)
{
    Task sent = {.id = 3, .text_bytes_max = 99, .name = "a\xff.txt"};
    Task got;
    fd_auto int document = open("/dev/null", O_RDONLY | O_CLOEXEC);
    fd_auto int passed = -1;
    Pair pair;

    pair_init(&pair);
    g_assert_true(task_send(pair.near, &sent, document, NULL));
    g_assert_cmpint(task_recv(pair.far, &got, &passed, NULL), ==, 1);
    g_assert_cmpuint(got.id, ==, 3);
    g_assert_cmpuint(got.text_bytes_max, ==, 99);
    g_assert_cmpstr(got.name, ==, "a\xff.txt");
    g_assert_cmpint(passed, >=, 0);
    fd_clear(&pair.near);
    g_assert_cmpint(task_recv(pair.far, &got, &passed, NULL), ==, 0);
    pair_clear(&pair);
}

static void
test_a_malformed_task_is_refused(void)
{
    Task sent = {.id = 3};
    Task got;
    fd_auto int document = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int passed = -1;
    Pair pair;

    pair_init(&pair);
    g_assert_true(task_send(pair.near, &sent, -1, NULL));
    g_assert_cmpint(task_recv(pair.far, &got, &passed, NULL), ==, -1);
    g_assert_true(fd_send(pair.near, &sent, 8, document, NULL));
    g_assert_cmpint(task_recv(pair.far, &got, &passed, NULL), ==, -1);
    memset(sent.name, 'x', sizeof sent.name);
    g_assert_true(fd_send(pair.near, &sent, sizeof sent, document, NULL));
    g_assert_cmpint(task_recv(pair.far, &got, &passed, NULL), ==, -1);
    g_assert_cmpint(passed, ==, -1);
    pair_clear(&pair);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record/an answer comes back as it was",
                    test_an_answer_comes_back_as_it_was);
    g_test_add_func("/record/a long answer takes several packets",
                    test_a_long_answer_takes_several_packets);
    for (size_t i = 0; i < G_N_ELEMENTS(lies); i++) {
        g_autofree char *path =
            g_strdup_printf("/record/a lie is refused/%s", lies[i].what);

        g_test_add_data_func(path, &lies[i], test_lie);
    }
    g_test_add_func("/record/a packet cut short is never an answer",
                    test_a_packet_cut_short_is_never_an_answer);
    g_test_add_func("/record/bytes after the answer are refused",
                    test_bytes_after_the_answer_are_refused);
    g_test_add_func("/record/a second packet may not bring too much",
                    test_a_second_packet_may_not_bring_too_much);
    g_test_add_func("/record/text that is not UTF-8 is refused",
                    test_text_that_is_not_utf8_is_refused);
    g_test_add_func("/record/a flipped bit never crashes the reader",
                    test_a_flipped_byte_never_crashes);
    g_test_add_func("/record/a task comes with its document",
                    test_a_task_comes_with_its_document);
    g_test_add_func("/record/a malformed task is refused",
                    test_a_malformed_task_is_refused);
    return g_test_run();
}
