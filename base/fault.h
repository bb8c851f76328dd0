/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fault.h - the one error domain, and the stable name of each code.
 *
 * A fault has a code only where some caller acts on it. The name travels on
 * the wire (error.data.name), so it never changes once released.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    FAULT_INTERNAL,    /* a bug, or the machine is out of something */
    FAULT_BAD_REQUEST, /* the caller asked for something impossible */
    FAULT_NO_METHOD,   /* no such method in the protocol */
    FAULT_NOT_FOUND,   /* no such file, document or row */
    FAULT_LIMIT,       /* larger, deeper or more than a named limit */
    FAULT_IO,          /* the system refused: errno is in the message */
    FAULT_STORE,       /* the database cannot be read or written */
    FAULT_FULL,        /* no room left on the disk */
    FAULT_BUSY,        /* another one holds it; try again */
    FAULT_CANCELLED,   /* the caller went away or said so */
    FAULT_UNSUPPORTED, /* nothing here reads this type */
    FAULT_ENCRYPTED,   /* a password would be needed */
    FAULT_BROKEN,      /* the document is damaged */
    FAULT_TIMEOUT,     /* took longer than it may */
    FAULT_CRASHED,     /* the process that read it died */
    FAULT_PROTOCOL,    /* the other end does not keep to the protocol */
    FAULT_NO_DAEMON,   /* docentd cannot be reached or started */
    FAULT_CHANGED,     /* the file changed while it was read */
} FaultCode;

#define FAULT (fault_quark())
GQuark fault_quark(void);

/*
 * Set @error and return false, so that a failure is one return statement.
 * fault_errno adds what errno says; ENOSPC and EDQUOT become FAULT_FULL,
 * ENOENT and ENOTDIR FAULT_NOT_FOUND, all else FAULT_IO.
 * fault_prefix puts a clause and ": " before a message already set.
 */
bool fault(GError **error, FaultCode code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
bool fault_errno(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);
bool fault_prefix(GError **error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* The code of @error; FAULT_INTERNAL for an error of another domain. */
FaultCode fault_code(const GError *error);

/* The stable name, such as "not-found"; static. */
const char *fault_name(FaultCode code);
/* The code with that name, or FAULT_INTERNAL when there is none. */
FaultCode fault_from_name(const char *name);
/* JSON-RPC 2.0 section 5.1 number for @code. */
int fault_rpc_number(FaultCode code);
