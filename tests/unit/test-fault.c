/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-fault.c - each code has one name on the wire, and a message gains a
 * clause on each floor.
 */
#include "config.h"

#include "base/fault.h"

#include <errno.h>

static void
test_every_code_has_a_name_of_its_own(void)
{
    for (int code = FAULT_INTERNAL; code <= FAULT_CHANGED; code++) {
        const char *name = fault_name((FaultCode)code);

        g_assert_nonnull(name);
        g_assert_cmpint(fault_from_name(name), ==, code);
    }
}

static void
test_every_code_has_a_number_json_rpc_allows(void)
{
    for (int code = FAULT_INTERNAL; code <= FAULT_CHANGED; code++) {
        int number = fault_rpc_number((FaultCode)code);
        bool theirs = number >= -32603 && number <= -32600;
        bool ours = number >= -32099 && number <= -32000;

        g_assert_true(theirs || ours);
        for (int other = FAULT_INTERNAL; other < code; other++)
            g_assert_cmpint(fault_rpc_number((FaultCode)other), !=, number);
    }
}

static void
test_an_unknown_name_is_internal(void)
{
    g_assert_cmpint(fault_from_name("no-such-fault"), ==, FAULT_INTERNAL);
    g_assert_cmpint(fault_from_name(NULL), ==, FAULT_INTERNAL);
}

static void
test_errno_tells_what_and_why(void)
{
    static const struct {
        int number;
        FaultCode code;
    } cases[] = {
        {ENOENT, FAULT_NOT_FOUND}, {ENOTDIR, FAULT_NOT_FOUND},
        {ENOSPC, FAULT_FULL},      {EDQUOT, FAULT_FULL},
        {EACCES, FAULT_IO},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *message = NULL;

        errno = cases[i].number;
        g_assert_false(fault_errno(&error, "open '%s'", "a.pdf"));
        g_assert_cmpint(errno, ==, cases[i].number);
        g_assert_cmpint(fault_code(error), ==, cases[i].code);
        message =
            g_strdup_printf("open 'a.pdf': %s", g_strerror(cases[i].number));
        g_assert_cmpstr(error->message, ==, message);
    }
}

static void
test_a_prefix_adds_a_clause_and_keeps_the_code(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(fault(&error, FAULT_BROKEN, "no cross-reference table"));
    g_assert_false(fault_prefix(&error, "page %d", 3));
    g_assert_false(fault_prefix(&error, "index '%s'", "a.pdf"));
    g_assert_cmpstr(error->message, ==,
                    "index 'a.pdf': page 3: no cross-reference table");
    g_assert_cmpint(fault_code(error), ==, FAULT_BROKEN);
}

static void
test_a_caller_may_leave_the_error_out(void)
{
    g_autoptr(GError) none = NULL;

    g_assert_false(fault(NULL, FAULT_IO, "nobody listens"));
    g_assert_false(fault_errno(NULL, "nobody listens"));
    g_assert_false(fault_prefix(NULL, "nobody listens"));
    g_assert_false(fault_prefix(&none, "nothing to prefix"));
    g_assert_null(none);
}

static void
test_an_error_of_another_domain_is_internal(void)
{
    g_autoptr(GError) error =
        g_error_new(G_KEY_FILE_ERROR, FAULT_LIMIT, "of GLib");

    g_assert_cmpint(fault_code(error), ==, FAULT_INTERNAL);
    g_assert_cmpint(fault_code(NULL), ==, FAULT_INTERNAL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/fault/every code has a name of its own",
                    test_every_code_has_a_name_of_its_own);
    g_test_add_func("/fault/every code has a number JSON-RPC allows",
                    test_every_code_has_a_number_json_rpc_allows);
    g_test_add_func("/fault/an unknown name is internal",
                    test_an_unknown_name_is_internal);
    g_test_add_func("/fault/errno tells what and why",
                    test_errno_tells_what_and_why);
    g_test_add_func("/fault/a prefix adds a clause and keeps the code",
                    test_a_prefix_adds_a_clause_and_keeps_the_code);
    g_test_add_func("/fault/a caller may leave the error out",
                    test_a_caller_may_leave_the_error_out);
    g_test_add_func("/fault/an error of another domain is internal",
                    test_an_error_of_another_domain_is_internal);
    return g_test_run();
}
