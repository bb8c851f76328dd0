/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol.h - the one table of methods, their parameters and results.
 *
 * It checks requests before a method runs, and makes `describe`, the manual
 * page docent-protocol(7) and the completions, so none can fall behind.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum { PROTOCOL_VERSION = 1, PROTOCOL_TEXT_BYTES_MAX = 64 * 1024 };

typedef enum {
    FIELD_BOOL,
    FIELD_INT, /* min … max */
    FIELD_NUMBER,
    FIELD_TEXT,   /* min … max bytes; max 0: PROTOCOL_TEXT_BYTES_MAX */
    FIELD_PATH,   /* "name" as text, or "name_b64": exact bytes, base64 */
    FIELD_LIST,   /* of what of says: FIELD_TEXT, FIELD_OBJECT … */
    FIELD_OBJECT, /* of what fields says, or any when NULL */
} FieldKind;

typedef struct Field Field;
struct Field {
    const char *name; /* NULL ends a list of fields */
    FieldKind kind;
    FieldKind of;
    bool required; /* in parameters; in results: always there */
    int64_t min, max;
    const char *const *choices; /* of FIELD_TEXT; NULL-ended, or NULL */
    const Field *fields;
    const char *help; /* one clause */
};

typedef struct {
    const char *name;
    const char *help; /* one sentence */
    const Field *params;
    const Field *result;
    bool streams; /* sends notifications with the request's id before it */
} ProtocolMethod;

extern const ProtocolMethod protocol_methods[]; /* ended by a NULL name */
const ProtocolMethod *protocol_find(const char *name);

/*
 * @params (lent; NULL or null means {}) against the table.
 *
 * Fails  FAULT_BAD_REQUEST, naming the parameter and what it takes; an
 *        unknown one is refused by name, with the nearest known one
 */
bool protocol_check(const ProtocolMethod *method, const json_t *params,
                    GError **error);

/* Fields of one object as JSON Schema 2020-12. Given. */
json_t *protocol_schema(const Field *fields);
/* The whole table, what `describe` answers. Given. */
json_t *protocol_describe(void);

/* A path in an object: as "name" for reading, and "name_b64" too when it is
 * not UTF-8. */
void protocol_put_path(json_t *object, const char *name, const char *path);
/* The exact bytes, given; NULL when neither is there. */
char *protocol_get_path(const json_t *object, const char *name);
