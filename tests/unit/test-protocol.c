/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test-protocol.c - requests against the table, and the table told.
 */
#include "config.h"

#include "base/protocol.h"

#include <string.h>

#include "base/fault.h"
#include "base/wire.h"

/* Single quotes for double, to be readable here. */
static json_t *
json(const char *text)
{
    g_autofree char *real = g_strdelimit(g_strdup(text), "'", '"');
    json_t *value = wire_parse(real, strlen(real), NULL);

    g_assert_nonnull(value);
    return value;
}

static void
assert_taken(const char *method, const char *params)
{
    g_autoptr(json_t) value = json(params);
    g_autoptr(GError) error = NULL;

    (void)protocol_check(protocol_find(method), value, &error);
    g_assert_no_error(error);
}

static void
assert_refused(const char *method, const char *params, const char *word)
{
    g_autoptr(json_t) value = json(params);
    g_autoptr(GError) error = NULL;

    g_assert_false(protocol_check(protocol_find(method), value, &error));
    g_assert_error(error, FAULT, FAULT_BAD_REQUEST);
    g_assert_nonnull(strstr(error->message, word));
}

static void
test_takes_what_the_table_says(void)
{
    g_autoptr(GError) error = NULL;

    assert_taken("find", "{'words':'合同'}");
    assert_taken("find", "{'words':'','sort':'recent','limit':5000,"
                         "'names_only':true,'folder':'/home','kind':'pdf',"
                         "'since':'2h','offset':0}");
    assert_taken("recent", "{}");
    assert_taken("read", "{'path_b64':'L2EvYuk=','page':3}");
    g_assert_true(protocol_check(protocol_find("ping"), NULL, &error));
    g_assert_true(protocol_check(protocol_find("ping"), json_null(), &error));
}

static void
test_unknown_parameters_are_refused_by_name(void)
{
    assert_refused("find", "{'words':'a','limt':3}", "'limit'");
    assert_refused("ping", "{'anything':1}", "'anything'");
    assert_refused("find", "{'words':'a','words_b64':'YQ=='}", "'words_b64'");
}

static void
test_wrong_values_are_told_what_is_taken(void)
{
    assert_refused("find", "{}", "needs 'words'");
    assert_refused("find", "{'words':1}", "a text");
    assert_refused("find", "{'words':'a','limit':0}", "from 1 to 5000");
    assert_refused("find", "{'words':'a','limit':5001}", "from 1 to 5000");
    assert_refused("find", "{'words':'a','limit':2.5}", "whole number");
    assert_refused("find", "{'words':'a','limit':'5'}", "whole number");
    assert_refused("find", "{'words':'a','names_only':1}", "true or false");
    assert_refused("find", "{'words':'a','sort':'newest'}",
                   "best, recent, largest");
    assert_refused("read", "{'path':''}", "1 to");
    assert_refused("read", "{'path_b64':'not base64'}", "base64");
    assert_refused("read", "{'path_b64':'YQBi'}", "NUL");
    assert_refused("read", "[]", "object");
}

static void
test_long_texts_are_refused(void)
{
    g_autofree char *words = g_strnfill(5000, 'x');
    g_autofree char *params = g_strconcat("{'words':'", words, "'}", NULL);

    assert_refused("find", params, "4096 bytes");
}

static void
test_paths_travel_exactly(void)
{
    static const char *const paths[] = {"/home/a b.pdf", "/home/合同.pdf",
                                        "/home/\xE9t\xE9 \xFF"};

    for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(json_t) object = json_object();
        g_autofree char *back = NULL;

        protocol_put_path(object, "path", paths[i]);
        g_assert_true(json_is_string(json_object_get(object, "path")));
        g_assert_true((json_object_get(object, "path_b64") != NULL) ==
                      (i == 2));
        g_assert_true(protocol_check(protocol_find("why"), object, NULL));
        back = protocol_get_path(object, "path");
        g_assert_cmpstr(back, ==, paths[i]);
    }
}

static void
test_no_path_is_none(void)
{
    g_autoptr(json_t) object = json_object();

    g_assert_null(protocol_get_path(object, "path"));
}

static void
test_every_method_is_described(void)
{
    g_autoptr(json_t) all = protocol_describe();
    json_t *methods = json_object_get(all, "methods"), *method;
    size_t i;

    g_assert_cmpint(json_integer_value(json_object_get(all, "protocol")), ==,
                    PROTOCOL_VERSION);
    json_array_foreach(methods, i, method)
    {
        json_t *params = json_object_get(method, "params");

        g_assert_cmpstr(json_string_value(json_object_get(method, "name")), ==,
                        protocol_methods[i].name);
        g_assert_cmpstr(json_string_value(json_object_get(params, "type")), ==,
                        "object");
        g_assert_true(
            json_is_false(json_object_get(params, "additionalProperties")));
    }
    g_assert_null(protocol_methods[i].name);
    g_assert_cmpuint(json_object_size(json_object_get(all, "errors")), ==,
                     FAULT_CHANGED + 1);
}

/* What is sent over a wire must be read by one. */
static void
test_the_description_can_be_parsed(void)
{
    g_autoptr(json_t) all = protocol_describe();
    g_autofree char *line = json_dumps(all, JSON_COMPACT);
    g_autoptr(json_t) back = wire_parse(line, strlen(line), NULL);

    g_assert_true(json_equal(all, back));
}

static void
check_help(const Field *fields)
{
    for (; fields != NULL && fields->name != NULL; fields++) {
        g_assert_nonnull(fields->help);
        g_assert_true(fields->kind != FIELD_INT || fields->min <= fields->max);
        check_help(fields->fields);
    }
}

static void
test_every_field_has_its_help(void)
{
    for (const ProtocolMethod *each = protocol_methods; each->name != NULL;
         each++) {
        g_assert_nonnull(each->help);
        g_assert_true(protocol_find(each->name) == each);
        check_help(each->params);
        check_help(each->result);
    }
    g_assert_null(protocol_find("nothing"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/protocol/takes what the table says",
                    test_takes_what_the_table_says);
    g_test_add_func("/protocol/unknown parameters are refused by name",
                    test_unknown_parameters_are_refused_by_name);
    g_test_add_func("/protocol/a refusal says what is taken",
                    test_wrong_values_are_told_what_is_taken);
    g_test_add_func("/protocol/long texts are refused",
                    test_long_texts_are_refused);
    g_test_add_func("/protocol/a path of any bytes travels exactly",
                    test_paths_travel_exactly);
    g_test_add_func("/protocol/no path is none", test_no_path_is_none);
    g_test_add_func("/protocol/every method is described",
                    test_every_method_is_described);
    g_test_add_func("/protocol/the description fits a line",
                    test_the_description_can_be_parsed);
    g_test_add_func("/protocol/every field has its help",
                    test_every_field_has_its_help);
    return g_test_run();
}
