/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fault.c - codes, their names on the wire and their JSON-RPC numbers.
 */
#include "config.h"

#include "base/fault.h"

#include <errno.h>

/* -32600 … -32603 are JSON-RPC's own; -32000 … -32099 are left to servers. */
static const struct {
    const char *name;
    int rpc_number;
} faults[] = {
    [FAULT_INTERNAL] = {"internal", -32603},
    [FAULT_BAD_REQUEST] = {"bad-request", -32602},
    [FAULT_NO_METHOD] = {"no-method", -32601},
    [FAULT_NOT_FOUND] = {"not-found", -32004},
    [FAULT_LIMIT] = {"limit", -32005},
    [FAULT_IO] = {"io", -32006},
    [FAULT_STORE] = {"store", -32007},
    [FAULT_FULL] = {"disk-full", -32008},
    [FAULT_BUSY] = {"busy", -32009},
    [FAULT_CANCELLED] = {"cancelled", -32010},
    [FAULT_UNSUPPORTED] = {"unsupported", -32011},
    [FAULT_ENCRYPTED] = {"encrypted", -32012},
    [FAULT_BROKEN] = {"broken", -32013},
    [FAULT_TIMEOUT] = {"timeout", -32014},
    [FAULT_CRASHED] = {"crashed", -32015},
    [FAULT_PROTOCOL] = {"protocol", -32600},
    [FAULT_NO_DAEMON] = {"no-daemon", -32016},
    [FAULT_CHANGED] = {"changed", -32017},
};

G_DEFINE_QUARK(docent-fault, fault)

static void
set_va(GError **error, FaultCode code, const char *format, va_list args)
{
    if (error != NULL)
        g_propagate_error(error, g_error_new_valist(FAULT, (int)code, format,
                                                    args));
}

bool
fault(GError **error, FaultCode code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set_va(error, code, format, args);
    va_end(args);
    return false;
}

bool
fault_errno(GError **error, const char *format, ...)
{
    int saved = errno;
    FaultCode code = FAULT_IO;
    g_autofree char *clause = NULL;
    va_list args;

    if (saved == ENOSPC || saved == EDQUOT)
        code = FAULT_FULL;
    else if (saved == ENOENT || saved == ENOTDIR)
        code = FAULT_NOT_FOUND;

    va_start(args, format);
    clause = g_strdup_vprintf(format, args);
    va_end(args);
    fault(error, code, "%s: %s", clause, g_strerror(saved));
    errno = saved;
    return false;
}

bool
fault_prefix(GError **error, const char *format, ...)
{
    g_autofree char *clause = NULL;
    va_list args;

    if (error == NULL || *error == NULL)
        return false;
    va_start(args, format);
    clause = g_strdup_vprintf(format, args);
    va_end(args);
    g_prefix_error(error, "%s: ", clause);
    return false;
}

FaultCode
fault_code(const GError *error)
{
    if (error == NULL || error->domain != FAULT || error->code < 0 ||
        (size_t)error->code >= G_N_ELEMENTS(faults))
        return FAULT_INTERNAL;
    return (FaultCode)error->code;
}

const char *
fault_name(FaultCode code)
{
    g_assert((size_t)code < G_N_ELEMENTS(faults));
    return faults[code].name;
}

FaultCode
fault_from_name(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
        if (g_strcmp0(faults[i].name, name) == 0)
            return (FaultCode)i;
    return FAULT_INTERNAL;
}

int
fault_rpc_number(FaultCode code)
{
    g_assert((size_t)code < G_N_ELEMENTS(faults));
    return faults[code].rpc_number;
}
