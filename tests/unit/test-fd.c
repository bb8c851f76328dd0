/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-fd.c - descriptors close with their scope, files are read whole or
 * not at all, and one descriptor at a time travels over a socket.
 */
#include "config.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"

/* A file in memory that holds @text. */
static int
file_with(const char *text)
{
    int fd = memfd_create("test-fd", MFD_CLOEXEC);

    g_assert_cmpint(fd, >=, 0);
    g_assert_true(fd_write_all(fd, text, strlen(text), NULL));
    return fd;
}

static bool
is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void
test_closes_at_the_end_of_its_scope(void)
{
    int held;

    {
        fd_auto int fd = file_with("");

        held = fd;
        g_assert_true(is_open(held));
    }
    g_assert_false(is_open(held));
}

static void
test_closing_keeps_errno(void)
{
    int fd = file_with("");

    errno = ENOSPC;
    fd_clear(&fd);
    g_assert_cmpint(errno, ==, ENOSPC);
    g_assert_cmpint(fd, ==, -1);
    fd_clear(&fd);
}

static void
test_what_is_stolen_stays_open(void)
{
    fd_auto int kept = -1;

    {
        fd_auto int fd = file_with("");

        kept = fd_steal(&fd);
        g_assert_cmpint(fd, ==, -1);
    }
    g_assert_true(is_open(kept));
}

static void
test_reads_a_file_whole_wherever_it_stands(void)
{
    fd_auto int fd = file_with("from the first byte");
    g_autoptr(GBytes) all = fd_read_all(fd, 100, NULL);

    g_assert_nonnull(all);
    g_assert_cmpmem(g_bytes_get_data(all, NULL), g_bytes_get_size(all),
                    "from the first byte", 19);
}

static void
test_reads_an_empty_file_as_nothing(void)
{
    fd_auto int fd = file_with("");
    g_autoptr(GBytes) all = fd_read_all(fd, 0, NULL);

    g_assert_nonnull(all);
    g_assert_cmpuint(g_bytes_get_size(all), ==, 0);
}

static void
test_refuses_a_file_one_byte_too_large(void)
{
    fd_auto int fd = file_with("12345");
    g_autoptr(GBytes) fits = fd_read_all(fd, 5, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(fits);
    g_assert_null(fd_read_all(fd, 4, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_LIMIT);
}

static void
test_refuses_a_huge_sparse_file_before_allocating(void)
{
    fd_auto int fd = file_with("");
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(ftruncate(fd, (off_t)1 << 40), ==, 0);
    g_assert_null(fd_read_all(fd, 1024, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_LIMIT);
}

static void
test_a_file_that_does_not_tell_its_size_meets_the_limit_too(void)
{
    fd_auto int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(fd, >=, 0);
    g_assert_null(fd_read_all(fd, 100 * 1000, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_LIMIT);
}

static void
test_a_write_to_nobody_is_a_failure(void)
{
    g_autoptr(GError) error = NULL;
    fd_auto int reads = open("/dev/null", O_RDONLY | O_CLOEXEC);

    g_assert_false(fd_write_all(reads, "x", 1, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_IO);
}

typedef struct {
    int ends[2];
} Pair;

static void
pair_init(Pair *pair)
{
    g_assert_cmpint(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair->ends), ==,
        0);
}

static void
pair_clear(Pair *pair)
{
    fd_clear(&pair->ends[0]);
    fd_clear(&pair->ends[1]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static void
test_a_descriptor_travels_with_its_message(void)
{
    g_auto(Pair) pair;
    fd_auto int sent = file_with("over the border");
    fd_auto int got = -1;
    char message[16];
    g_autoptr(GBytes) text = NULL;

    pair_init(&pair);
    g_assert_true(fd_send(pair.ends[0], "read", 4, sent, NULL));
    g_assert_cmpint(fd_recv(pair.ends[1], message, sizeof message, &got, NULL),
                    ==, 4);
    g_assert_cmpmem(message, 4, "read", 4);
    g_assert_cmpint(got, >=, 0);
    g_assert_cmpint(fcntl(got, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
    text = fd_read_all(got, 100, NULL);
    g_assert_cmpmem(g_bytes_get_data(text, NULL), g_bytes_get_size(text),
                    "over the border", 15);
}

static void
test_a_message_may_come_without_one(void)
{
    g_auto(Pair) pair;
    int got = 99;
    char message[16];

    pair_init(&pair);
    g_assert_true(fd_send(pair.ends[0], "alone", 5, -1, NULL));
    g_assert_cmpint(fd_recv(pair.ends[1], message, sizeof message, &got, NULL),
                    ==, 5);
    g_assert_cmpint(got, ==, -1);
}

/* How many descriptors this process has. */
static unsigned
count_open(void)
{
    unsigned n = 0;

    for (int fd = 0; fd < 256; fd++)
        n += is_open(fd);
    return n;
}

static void
test_more_than_one_is_refused_and_none_leaks(void)
{
    g_auto(Pair) pair;
    fd_auto int sent = file_with("");
    char control[CMSG_SPACE(2 * sizeof(int))] = {0};
    struct iovec part = {(void *)"x", 1};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int two[2] = {sent, sent}, got = -1;
    char room[16];
    g_autoptr(GError) error = NULL;
    unsigned before;

    pair_init(&pair);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof two);
    memcpy(CMSG_DATA(header), two, sizeof two);
    before = count_open();
    g_assert_cmpint(sendmsg(pair.ends[0], &message, 0), ==, 1);
    g_assert_cmpint(fd_recv(pair.ends[1], room, sizeof room, &got, &error), ==,
                    -1);
    g_assert_cmpint(fault_code(error), ==, FAULT_PROTOCOL);
    g_assert_cmpint(got, ==, -1);
    g_assert_cmpuint(count_open(), ==, before);
}

static void
test_a_message_too_long_is_refused_not_cut(void)
{
    g_auto(Pair) pair;
    int got = -1;
    char room[4];
    g_autoptr(GError) error = NULL;

    pair_init(&pair);
    g_assert_true(fd_send(pair.ends[0], "longer", 6, -1, NULL));
    g_assert_cmpint(fd_recv(pair.ends[1], room, sizeof room, &got, &error), ==,
                    -1);
    g_assert_cmpint(fault_code(error), ==, FAULT_PROTOCOL);
}

static void
test_a_closed_end_reads_as_the_end_and_fails_to_send(void)
{
    g_auto(Pair) pair;
    int got = -1;
    char room[4];
    g_autoptr(GError) error = NULL;

    pair_init(&pair);
    fd_clear(&pair.ends[0]);
    g_assert_cmpint(fd_recv(pair.ends[1], room, sizeof room, &got, NULL), ==,
                    0);
    g_assert_false(fd_send(pair.ends[1], "x", 1, -1, &error));
    g_assert_cmpint(fault_code(error), ==, FAULT_IO);
}

static void
test_nonblocking_returns_at_once(void)
{
    g_auto(Pair) pair;
    int got = -1;
    char room[4];

    pair_init(&pair);
    g_assert_true(fd_set_nonblocking(pair.ends[0], NULL));
    g_assert_cmpint(fd_recv(pair.ends[0], room, sizeof room, &got, NULL), ==,
                    -1);
    g_assert_false(fd_set_nonblocking(-1, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fd/closes at the end of its scope",
                    test_closes_at_the_end_of_its_scope);
    g_test_add_func("/fd/closing keeps errno", test_closing_keeps_errno);
    g_test_add_func("/fd/what is stolen stays open",
                    test_what_is_stolen_stays_open);
    g_test_add_func("/fd/reads a file whole wherever it stands",
                    test_reads_a_file_whole_wherever_it_stands);
    g_test_add_func("/fd/reads an empty file as nothing",
                    test_reads_an_empty_file_as_nothing);
    g_test_add_func("/fd/refuses a file one byte too large",
                    test_refuses_a_file_one_byte_too_large);
    g_test_add_func("/fd/refuses a huge sparse file before allocating",
                    test_refuses_a_huge_sparse_file_before_allocating);
    g_test_add_func(
        "/fd/a file that does not tell its size meets the limit too",
        test_a_file_that_does_not_tell_its_size_meets_the_limit_too);
    g_test_add_func("/fd/a write to nobody is a failure",
                    test_a_write_to_nobody_is_a_failure);
    g_test_add_func("/fd/a descriptor travels with its message",
                    test_a_descriptor_travels_with_its_message);
    g_test_add_func("/fd/a message may come without one",
                    test_a_message_may_come_without_one);
    g_test_add_func("/fd/more than one is refused and none leaks",
                    test_more_than_one_is_refused_and_none_leaks);
    g_test_add_func("/fd/a message too long is refused, not cut",
                    test_a_message_too_long_is_refused_not_cut);
    g_test_add_func("/fd/a closed end reads as the end and fails to send",
                    test_a_closed_end_reads_as_the_end_and_fails_to_send);
    g_test_add_func("/fd/non-blocking returns at once",
                    test_nonblocking_returns_at_once);
    return g_test_run();
}
