/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.c - requests checked against the table, and the table told.
 *
 * The same rows refuse a bad request, answer `describe` with JSON Schema,
 * and make docent-protocol(7).
 */
#include "config.h"

#include "base/protocol.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

enum {
    PATH_BYTES_MAX = 16 * 1024, /* escaped; the kernel's limit is 4 KiB */
};

/* ---- asking a field of an object ---- */

static bool
name_is_b64_of(const char *name, const Field *field)
{
    size_t bytes = strlen(field->name);

    return field->kind == FIELD_PATH &&
           strncmp(name, field->name, bytes) == 0 &&
           strcmp(name + bytes, "_b64") == 0;
}

static const Field *
find_field(const Field *fields, const char *name)
{
    for (; fields != NULL && fields->name != NULL; fields++)
        if (strcmp(fields->name, name) == 0 || name_is_b64_of(name, fields))
            return fields;
    return NULL;
}

static const char *
nearest_field(const Field *fields, const char *name)
{
    const char *best = NULL;
    unsigned best_distance = (unsigned)strlen(name) / 2 + 1;

    for (; fields != NULL && fields->name != NULL; fields++) {
        unsigned distance = text_distance(fields->name, name);

        if (distance < best_distance) {
            best = fields->name;
            best_distance = distance;
        }
    }
    return best;
}

static bool
refuse_unknown(const ProtocolMethod *method, const char *name, GError **error)
{
    const char *nearest = nearest_field(method->params, name);
    g_autofree char *shown = text_safe_line(name);

    if (nearest != NULL)
        return fault(error, FAULT_BAD_REQUEST,
                     "'%s' has no parameter '%s'; did you mean '%s'?",
                     method->name, shown, nearest);
    return fault(error, FAULT_BAD_REQUEST, "'%s' has no parameter '%s'",
                 method->name, shown);
}

/* ---- checking values ---- */

static bool
check_int(const Field *field, const json_t *value, GError **error)
{
    json_int_t n = json_integer_value(value);

    if (json_is_integer(value) && n >= field->min && n <= field->max)
        return true;
    return fault(error, FAULT_BAD_REQUEST,
                 "'%s' takes a whole number from %" G_GINT64_FORMAT
                 " to %" G_GINT64_FORMAT,
                 field->name, field->min, field->max);
}

static bool
check_choice(const Field *field, const char *text, GError **error)
{
    g_autofree char *all = NULL;

    if (field->choices == NULL || g_strv_contains(field->choices, text))
        return true;
    all = g_strjoinv(", ", (char **)field->choices);
    return fault(error, FAULT_BAD_REQUEST, "'%s' takes one of: %s", field->name,
                 all);
}

static bool
check_text(const Field *field, const json_t *value, GError **error)
{
    int64_t bytes_max = field->max > 0 ? field->max : PROTOCOL_TEXT_BYTES_MAX;
    size_t bytes = json_string_length(value);

    if (!json_is_string(value))
        return fault(error, FAULT_BAD_REQUEST, "'%s' takes a text",
                     field->name);
    if (strlen(json_string_value(value)) != bytes)
        return fault(error, FAULT_BAD_REQUEST, "'%s' holds a NUL", field->name);
    if ((int64_t)bytes < field->min || (int64_t)bytes > bytes_max)
        return fault(error, FAULT_BAD_REQUEST,
                     "'%s' takes %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                     " bytes of text",
                     field->name, field->min, bytes_max);
    return check_choice(field, json_string_value(value), error);
}

/* Base64 is decoded by forgiving code, so its letters are looked at here. */
static bool
check_b64(const char *name, const json_t *value, GError **error)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *text = json_string_value(value);
    g_autofree guchar *bytes = NULL;
    size_t n, size = 0;

    if (text == NULL || json_string_length(value) > PATH_BYTES_MAX ||
        (n = strspn(text, letters)) == 0 || strspn(text + n, "=") > 2 ||
        text[n + strspn(text + n, "=")] != '\0' || strlen(text) % 4 != 0 ||
        json_string_length(value) != strlen(text))
        return fault(error, FAULT_BAD_REQUEST, "'%s' takes base64", name);
    bytes = g_base64_decode(text, &size);
    if (memchr(bytes, '\0', size) != NULL)
        return fault(error, FAULT_BAD_REQUEST, "'%s' holds a NUL", name);
    return true;
}

static bool
check_path(const Field *field, const char *name, const json_t *value,
           GError **error)
{
    Field text = {.name = name, .min = 1, .max = PATH_BYTES_MAX};

    if (strcmp(name, field->name) != 0)
        return check_b64(name, value, error);
    return check_text(&text, value, error);
}

/* Whether it is the right kind; what it means is the method's business. */
static bool
check_value(const Field *field, const char *name, const json_t *value,
            GError **error)
{
    Field each = *field;
    json_t *item;
    size_t i;

    switch (field->kind) {
    case FIELD_BOOL:
        return json_is_boolean(value) ||
               fault(error, FAULT_BAD_REQUEST, "'%s' takes true or false",
                     name);
    case FIELD_INT:
        return check_int(field, value, error);
    case FIELD_NUMBER:
        return json_is_number(value) ||
               fault(error, FAULT_BAD_REQUEST, "'%s' takes a number", name);
    case FIELD_TEXT:
        return check_text(field, value, error);
    case FIELD_PATH:
        return check_path(field, name, value, error);
    case FIELD_LIST:
        if (!json_is_array(value))
            return fault(error, FAULT_BAD_REQUEST, "'%s' takes a list", name);
        each.kind = field->of;
        json_array_foreach((json_t *)value, i, item)
        {
            if (!check_value(&each, name, item, error))
                return fault_prefix(error, "item %zu", i + 1);
        }
        return true;
    case FIELD_OBJECT:
        return json_is_object(value) ||
               fault(error, FAULT_BAD_REQUEST, "'%s' takes an object", name);
    }
    g_assert_not_reached();
}

static bool
has_field(const json_t *params, const Field *field)
{
    g_autofree char *b64 = NULL;

    if (json_object_get(params, field->name) != NULL)
        return true;
    if (field->kind != FIELD_PATH)
        return false;
    b64 = g_strconcat(field->name, "_b64", NULL);
    return json_object_get(params, b64) != NULL;
}

bool
protocol_check(const ProtocolMethod *method, const json_t *params,
               GError **error)
{
    const char *name;
    json_t *value;

    if (params != NULL && !json_is_null(params) && !json_is_object(params))
        return fault(error, FAULT_BAD_REQUEST,
                     "'%s' takes its parameters as an object", method->name);
    json_object_foreach((json_t *)params, name, value)
    {
        const Field *field = find_field(method->params, name);

        if (field == NULL)
            return refuse_unknown(method, name, error);
        if (!check_value(field, name, value, error))
            return false;
    }
    for (const Field *each = method->params; each != NULL && each->name != NULL;
         each++)
        if (each->required && !has_field(params, each))
            return fault(error, FAULT_BAD_REQUEST, "'%s' needs '%s': %s",
                         method->name, each->name, each->help);
    return true;
}

/* ---- JSON Schema ---- */

static json_t *
choices_json(const char *const *choices)
{
    json_t *all = json_array();

    for (; *choices != NULL; choices++)
        (void)json_array_append_new(all, json_string(*choices));
    return all;
}

/* The schema of one value, without its help. */
static json_t *
value_schema(FieldKind kind, const Field *field)
{
    static const char *const names[] = {
        [FIELD_BOOL] = "boolean",  [FIELD_INT] = "integer",
        [FIELD_NUMBER] = "number", [FIELD_TEXT] = "string",
        [FIELD_PATH] = "string",   [FIELD_LIST] = "array",
        [FIELD_OBJECT] = "object",
    };
    json_t *schema;

    if (kind == FIELD_OBJECT && field->fields != NULL)
        return protocol_schema(field->fields);
    schema = json_pack("{s:s}", "type", names[kind]);
    if (kind == FIELD_LIST)
        (void)json_object_set_new(schema, "items",
                                  value_schema(field->of, field));
    if (kind == FIELD_INT && field->max > field->min) {
        (void)json_object_set_new(schema, "minimum", json_integer(field->min));
        (void)json_object_set_new(schema, "maximum", json_integer(field->max));
    }
    if (kind == FIELD_TEXT && field->choices != NULL)
        (void)json_object_set_new(schema, "enum", choices_json(field->choices));
    return schema;
}

static json_t *
b64_schema(const char *name)
{
    json_t *schema =
        json_pack("{s:s, s:s}", "type", "string", "contentEncoding", "base64");
    g_autofree char *help =
        g_strdup_printf("exact bytes of %s, when they are not UTF-8", name);

    (void)json_object_set_new(schema, "description", json_string(help));
    return schema;
}

/* A path that is required may come in either form. */
static json_t *
either_form(const char *name, const char *b64)
{
    return json_pack("{s:[{s:[s]}, {s:[s]}]}", "anyOf", "required", name,
                     "required", b64);
}

json_t *
protocol_schema(const Field *fields)
{
    json_t *properties = json_object(), *required = json_array();
    json_t *all_of = json_array();
    json_t *schema =
        json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
                  "additionalProperties", 0);

    for (; fields != NULL && fields->name != NULL; fields++) {
        json_t *each = value_schema(fields->kind, fields);

        (void)json_object_set_new(each, "description",
                                  json_string(fields->help));
        (void)json_object_set_new(properties, fields->name, each);
        if (fields->kind == FIELD_PATH) {
            g_autofree char *b64 = g_strconcat(fields->name, "_b64", NULL);

            (void)json_object_set_new(properties, b64,
                                      b64_schema(fields->name));
            if (fields->required)
                (void)json_array_append_new(all_of,
                                            either_form(fields->name, b64));
        } else if (fields->required) {
            (void)json_array_append_new(required, json_string(fields->name));
        }
    }
    if (json_array_size(required) > 0)
        (void)json_object_set(schema, "required", required);
    if (json_array_size(all_of) > 0)
        (void)json_object_set(schema, "allOf", all_of);
    json_decref(required);
    json_decref(all_of);
    return schema;
}

/* The names of the faults are as stable as the methods. */
static json_t *
faults_json(void)
{
    json_t *all = json_object();

    for (FaultCode code = FAULT_INTERNAL; code <= FAULT_CHANGED; code++)
        (void)json_object_set_new(all, fault_name(code),
                                  json_integer(fault_rpc_number(code)));
    return all;
}

json_t *
protocol_describe(void)
{
    json_t *methods = json_array();

    for (const ProtocolMethod *each = protocol_methods; each->name != NULL;
         each++)
        (void)json_array_append_new(
            methods,
            json_pack("{s:s, s:s, s:b, s:o, s:o}", "name", each->name,
                      "description", each->help, "streams", (int)each->streams,
                      "params", protocol_schema(each->params), "result",
                      protocol_schema(each->result)));
    return json_pack("{s:i, s:s, s:s, s:o, s:o}", "protocol", PROTOCOL_VERSION,
                     "version", PACKAGE_VERSION, "$schema",
                     "https://json-schema.org/draft/2020-12/schema", "methods",
                     methods, "errors", faults_json());
}

/* ---- paths ---- */

void
protocol_put_path(json_t *object, const char *name, const char *path)
{
    size_t bytes = strlen(path);
    g_autofree char *shown = NULL;
    g_autofree char *b64_name = NULL;
    g_autofree char *b64 = NULL;

    if (text_is_valid(path, bytes)) {
        (void)json_object_set_new(object, name, json_stringn(path, bytes));
        return;
    }
    shown = text_from_path(path);
    b64_name = g_strconcat(name, "_b64", NULL);
    b64 = g_base64_encode((const guchar *)path, bytes);
    (void)json_object_set_new(object, name, json_string(shown));
    (void)json_object_set_new(object, b64_name, json_string(b64));
}

char *
protocol_get_path(const json_t *object, const char *name)
{
    g_autofree char *b64_name = g_strconcat(name, "_b64", NULL);
    const char *b64 = json_string_value(json_object_get(object, b64_name));
    g_autofree guchar *bytes = NULL;
    gsize size;

    if (b64 == NULL)
        return g_strdup(json_string_value(json_object_get(object, name)));
    bytes = g_base64_decode(b64, &size);
    return g_strndup((const char *)bytes, size);
}

const ProtocolMethod *
protocol_find(const char *name)
{
    for (const ProtocolMethod *each = protocol_methods; each->name != NULL;
         each++)
        if (strcmp(each->name, name) == 0)
            return each;
    return NULL;
}
