/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * protocol-table.c - every method, its parameters and its results.
 *
 * What stands here is what there is: the daemon refuses the rest, and the
 * manual is made from it. A name once released keeps its meaning.
 */
#include "config.h"

#include "base/protocol.h"

enum {
    LIMIT_MAX = 5000,                 /* rows in one answer */
    OFFSET_MAX = 1000000,             /* rows skipped */
    FAILED_MAX = 10000,               /* failed files told at once */
    WHEN_BYTES_MAX = 64,              /* a time or a duration */
    NAME_BYTES_MAX = 64,              /* of a kind or a source */
    WORDS_BYTES_MAX = 4096,           /* of a question */
    READ_BYTES_MAX = 4 * 1024 * 1024, /* of text in one answer */
    PAGE_MAX = 1000000,
};

enum { MAYBE = false, NEEDED = true };

#define ROW(its_name, its_kind, need, its_help, ...)                           \
    {                                                                          \
        .name = its_name, .kind = FIELD_##its_kind, .required = need,          \
        .help = its_help, __VA_ARGS__                                          \
    }

static const char *const sort_choices[] = {"best", "recent", "largest", NULL};
static const char *const state_choices[] = {
    "indexed", "partial", "waiting", "failed", "excluded", "away", NULL};
static const char *const event_choices[] = {"arrived", "indexed", "failed",
                                            "gone",    "moved",   "away",
                                            "back",    "idle",    NULL};

static const Field no_fields[] = {{NULL}};

static const Field find_params[] = {
    ROW("words", TEXT, NEEDED,
        "what is looked for, as typed; empty: all the filters let",
        .max = WORDS_BYTES_MAX),
    ROW("names_only", BOOL, MAYBE, "match names, not contents"),
    ROW("folder", PATH, MAYBE, "only files below it"),
    ROW("kind", TEXT, MAYBE, "only this kind, such as pdf, text, image, spreadsheet",
        .min = 1, .max = NAME_BYTES_MAX),
    ROW("source", TEXT, MAYBE,
        "only what came from this app, a name that sources tells", .min = 1,
        .max = NAME_BYTES_MAX),
    ROW("since", TEXT, MAYBE,
        "arrived at this time or later: ISO 8601, or 30m, 2h, 7d, 4w", .min = 1,
        .max = WHEN_BYTES_MAX),
    ROW("before", TEXT, MAYBE,
        "arrived earlier than this: ISO 8601, or 30m, 2h, 7d, 4w", .min = 1,
        .max = WHEN_BYTES_MAX),
    ROW("sort", TEXT, MAYBE, "the order of the results; best when not given",
        .choices = sort_choices),
    ROW("limit", INT, MAYBE, "how many results; 20 when not given", .min = 1,
        .max = LIMIT_MAX),
    ROW("offset", INT, MAYBE, "how many results to skip", .min = 0,
        .max = OFFSET_MAX),
    ROW("snippets", BOOL, MAYBE,
        "with the text around the words; true when not given"),
    {NULL},
};

static const Field hit_fields[] = {
    ROW("rank", INT, NEEDED, "place in the list, from 1"),
    ROW("path", PATH, NEEDED, "where the file is"),
    ROW("name", TEXT, NEEDED, "the last part of its path"),
    ROW("member", TEXT, MAYBE, "path inside it, when it is an archive"),
    ROW("title", TEXT, MAYBE, "as the document says"),
    ROW("mime", TEXT, MAYBE, "type, by its content"),
    ROW("size", INT, NEEDED, "bytes"),
    ROW("arrived", TEXT, MAYBE, "when it was first seen, RFC 3339 in UTC"),
    ROW("mtime", TEXT, MAYBE, "when it was last written, RFC 3339 in UTC"),
    ROW("source", TEXT, MAYBE, "the app it came from"),
    ROW("origin", TEXT, MAYBE, "URL or contact"),
    ROW("page", INT, MAYBE, "page, sheet or slide of the snippet, from 1"),
    ROW("heading", TEXT, MAYBE,
        "headings the snippet stands under, outermost first"),
    ROW("snippet", TEXT, MAYBE, "text around the words"),
    ROW("score", NUMBER, NEEDED,
        "higher is better; comparable within one answer only"),
    ROW("copies", INT, NEEDED, "files with this content"),
    ROW("state", TEXT, MAYBE, "how far its content is read",
        .choices = state_choices),
    {NULL},
};

static const Field understood_fields[] = {
    ROW("words", TEXT, MAYBE, "what was looked for"),
    ROW("any", BOOL, MAYBE, "nothing has all words: these have some"),
    {NULL},
};

static const Field find_result[] = {
    ROW("query", TEXT, NEEDED, "the words, as they were typed"),
    ROW("understood", OBJECT, NEEDED, "what they were taken to mean",
        .fields = understood_fields),
    ROW("took_ms", NUMBER, NEEDED, "milliseconds in the daemon"),
    ROW("total", INT, NEEDED, "results there are, beyond the limit"),
    ROW("results", LIST, NEEDED, "best first", .of = FIELD_OBJECT,
        .fields = hit_fields),
    ROW("unknown", LIST, NEEDED, "words that occur nowhere", .of = FIELD_TEXT),
    {NULL},
};

static const Field recent_params[] = {
    ROW("limit", INT, MAYBE, "how many; 20 when not given", .min = 1,
        .max = LIMIT_MAX),
    ROW("folder", PATH, MAYBE, "only files below it"),
    {NULL},
};

static const Field read_params[] = {
    ROW("path", PATH, NEEDED, "an absolute path"),
    ROW("page", INT, MAYBE, "only this page, sheet or slide", .min = 1,
        .max = PAGE_MAX),
    ROW("start", INT, MAYBE,
        "byte of the text to begin at; next of the answer before", .min = 0,
        .max = G_MAXUINT32),
    ROW("limit", INT, MAYBE, "bytes of text, about; 65536 when not given",
        .min = 1, .max = READ_BYTES_MAX),
    {NULL},
};

static const Field passage_fields[] = {
    ROW("page", INT, MAYBE, "from 1"),
    ROW("heading", TEXT, MAYBE, "it stands under"),
    ROW("start", INT, NEEDED, "its first byte in the whole text"),
    ROW("end", INT, NEEDED, "the byte after it"),
    ROW("text", TEXT, NEEDED, "its text"),
    {NULL},
};

static const Field read_result[] = {
    ROW("path", PATH, NEEDED, "where the file is"),
    ROW("name", TEXT, MAYBE, "the last part of it"),
    ROW("title", TEXT, MAYBE, "as the document says"),
    ROW("type", TEXT, MAYBE, "MIME type, by content"),
    ROW("state", TEXT, NEEDED, "how far it is read", .choices = state_choices),
    ROW("reason", TEXT, MAYBE, "what is missing"),
    ROW("pages", INT, MAYBE, "0: it has none"),
    ROW("passages", LIST, NEEDED, "in order", .of = FIELD_OBJECT,
        .fields = passage_fields),
    ROW("text", TEXT, NEEDED, "of these passages, as one"),
    ROW("total_bytes", INT, NEEDED, "of the whole text"),
    ROW("next", INT, MAYBE,
        "start of what comes after; none: this was the end"),
    ROW("size", INT, MAYBE, "bytes of the file"),
    ROW("arrived", TEXT, MAYBE, "RFC 3339 in UTC"),
    ROW("mtime", TEXT, MAYBE, "RFC 3339 in UTC"),
    ROW("source", TEXT, MAYBE, "the app it came from"),
    ROW("origin", TEXT, MAYBE, "URL or contact"),
    {NULL},
};

static const Field status_params[] = {
    ROW("failed", BOOL, MAYBE, "with the files that could not be read"),
    ROW("limit", INT, MAYBE, "how many of those; 100 when not given", .min = 1,
        .max = FAILED_MAX),
    {NULL},
};

static const Field states_fields[] = {
    ROW("indexed", INT, NEEDED, "read in full"),
    ROW("partial", INT, NEEDED, "read in part, or by name alone"),
    ROW("waiting", INT, NEEDED, "found by name, content to be read"),
    ROW("failed", INT, NEEDED, "could not be read"),
    ROW("excluded", INT, NEEDED, "by a rule: the name alone"),
    {NULL},
};

static const Field root_fields[] = {
    ROW("path", PATH, NEEDED, "the folder"),
    ROW("private", BOOL, NEEDED, "found, never sent to a model"),
    ROW("away", BOOL, NEEDED, "not there now; nothing of it is dropped"),
    ROW("found", BOOL, NEEDED, "by docent itself, at first start"),
    ROW("files", INT, MAYBE, "known below it"),
    {NULL},
};

static const Field failed_fields[] = {
    ROW("path", PATH, NEEDED, "the file"),
    ROW("state", TEXT, NEEDED, "failed", .choices = state_choices),
    ROW("reason", TEXT, NEEDED, "a sentence"),
    ROW("fault", TEXT, NEEDED, "its stable name"),
    {NULL},
};

static const Field status_result[] = {
    ROW("version", TEXT, NEEDED, "of docentd"),
    ROW("pid", INT, NEEDED, "of docentd"),
    ROW("uptime_s", INT, NEEDED, "seconds since it started"),
    ROW("files", INT, NEEDED, "names in the index"),
    ROW("documents", INT, NEEDED, "contents; copies share one"),
    ROW("passages", INT, NEEDED, "pieces of text"),
    ROW("text_bytes", INT, NEEDED, "of all text"),
    ROW("database_bytes", INT, NEEDED, "on disk"),
    ROW("states", OBJECT, NEEDED, "files in each state",
        .fields = states_fields),
    ROW("waiting", INT, NEEDED, "files to be read, those at hand included"),
    ROW("reading", INT, NEEDED, "files a worker has"),
    ROW("writing", INT, MAYBE, "files read and not yet in the index"),
    ROW("done", INT, MAYBE, "files read since this backlog began"),
    ROW("idle", BOOL, NEEDED, "nothing is left to do"),
    ROW("scanning", BOOL, NEEDED, "folders are being compared with the index"),
    ROW("rate", NUMBER, NEEDED, "files a second, of late; 0: unknown"),
    ROW("eta_s", NUMBER, MAYBE,
        "seconds until all is read, when it can be told"),
    ROW("workers", INT, NEEDED, "processes that read documents"),
    ROW("sandbox", TEXT, NEEDED, "how they are confined"),
    ROW("watches", INT, NEEDED, "folders the kernel watches"),
    ROW("polled", INT, NEEDED,
        "folders looked at now and then: no watch was left"),
    ROW("roots", LIST, NEEDED, "folders watched", .of = FIELD_OBJECT,
        .fields = root_fields),
    ROW("trouble", TEXT, MAYBE, "such as a full disk"),
    ROW("failed", LIST, MAYBE, "when asked for, newest first",
        .of = FIELD_OBJECT, .fields = failed_fields),
    {NULL},
};

/* Sent as notifications `progress`; the call itself never ends. */
static const Field monitor_result[] = {
    ROW("event", TEXT, NEEDED, "what happened", .choices = event_choices),
    ROW("path", PATH, MAYBE, "to which file or folder"),
    ROW("to", PATH, MAYBE, "its new path, when moved"),
    ROW("reason", TEXT, MAYBE, "when it failed"),
    {NULL},
};

static const Field why_params[] = {
    ROW("path", PATH, NEEDED, "an absolute path"), {NULL}};

static const Field why_result[] = {
    ROW("path", PATH, NEEDED, "the file"),
    ROW("name", TEXT, MAYBE, "the last part of it"),
    ROW("state", TEXT, NEEDED, "is it searched", .choices = state_choices),
    ROW("reason", TEXT, NEEDED, "why not, or what is missing; empty: nothing is"),
    ROW("fault", TEXT, MAYBE, "its stable name"),
    ROW("type", TEXT, MAYBE, "MIME type, by content"),
    ROW("pages", INT, MAYBE, "0: it has none"),
    ROW("passages", INT, MAYBE, "pieces of text"),
    ROW("text_bytes", INT, MAYBE, "of its text"),
    ROW("size", INT, MAYBE, "bytes of the file"),
    ROW("arrived", TEXT, MAYBE, "RFC 3339 in UTC"),
    ROW("mtime", TEXT, MAYBE, "RFC 3339 in UTC"),
    ROW("document", INT, MAYBE, "number of its content; copies share it"),
    ROW("source", TEXT, MAYBE, "the app it came from"),
    ROW("origin", TEXT, MAYBE, "URL or contact"),
    ROW("title", TEXT, MAYBE, "as the document says"),
    ROW("author", TEXT, MAYBE, "as the document says"),
    ROW("language", TEXT, MAYBE, "BCP 47"),
    ROW("charset", TEXT, MAYBE, "of a text that was not UTF-8"),
    ROW("copies", INT, MAYBE, "files with this content"),
    {NULL},
};

static const Field watch_add_params[] = {
    ROW("path", PATH, NEEDED, "an absolute path of a folder"),
    ROW("private", BOOL, MAYBE, "found, never sent to a model"),
    {NULL},
};

static const Field watch_remove_params[] = {
    ROW("path", PATH, NEEDED, "the folder, as watch.list tells it"), {NULL}};

static const Field watch_list_result[] = {
    ROW("roots", LIST, NEEDED, "folders watched", .of = FIELD_OBJECT,
        .fields = root_fields),
    {NULL},
};

static const Field source_fields[] = {
    ROW("name", TEXT, NEEDED, "as find takes it"),
    ROW("label", TEXT, NEEDED, "for people"),
    ROW("path", PATH, NEEDED, "where its files land"),
    {NULL},
};

static const Field sources_result[] = {
    ROW("sources", LIST, NEEDED, "apps found on this machine",
        .of = FIELD_OBJECT, .fields = source_fields),
    {NULL},
};

static const Field reindex_params[] = {
    ROW("path", PATH, MAYBE, "a file or a folder; all when not given"),
    {NULL},
};

static const Field forget_params[] = {
    ROW("path", PATH, NEEDED, "a file or a folder"), {NULL}};

static const Field opened_params[] = {
    ROW("path", PATH, NEEDED, "the file that was opened"), {NULL}};

static const Field describe_result[] = {
    ROW("protocol", INT, NEEDED, "version of the protocol"),
    ROW("version", TEXT, NEEDED, "of docentd"),
    ROW("$schema", TEXT, NEEDED, "the dialect of the schemas"),
    ROW("methods", LIST, NEEDED, "each with its schemas", .of = FIELD_OBJECT),
    ROW("errors", OBJECT, NEEDED, "the number of each name"),
    {NULL},
};

static const Field doctor_result[] = {
    ROW("network", TEXT, NEEDED, "what docentd got when it tried the network"),
    {NULL},
};

const ProtocolMethod protocol_methods[] = {
    {"find", "Files that match, by content and by name, best first.",
     find_params, find_result, false},
    {"recent", "What landed last.", recent_params, find_result, false},
    {"read", "The text of a file, as it was indexed.", read_params, read_result,
     false},
    {"why", "Whether a file is searched, and why not.", why_params, why_result,
     false},
    {"status", "How much is indexed, and what is left to do.", status_params,
     status_result, false},
    {"monitor", "What happens, as it happens, until the caller hangs up.",
     no_fields, monitor_result, true},
    {"watch.add", "Watch a folder and all below it.", watch_add_params,
     no_fields, false},
    {"watch.remove", "Watch it no longer, and drop its files.",
     watch_remove_params, no_fields, false},
    {"watch.list", "The folders watched.", no_fields, watch_list_result, false},
    {"sources", "The apps whose files docent knows, on this machine.",
     no_fields, sources_result, false},
    {"reindex", "Read a file, a folder or all again.", reindex_params,
     no_fields, false},
    {"forget", "Drop a file or a folder until it changes.", forget_params,
     no_fields, false},
    {"opened", "Tell that a file was opened, for ranking.", opened_params,
     no_fields, false},
    {"reload", "Read the settings again.", no_fields, no_fields, false},
    {"describe", "This table, with JSON Schemas.", no_fields, describe_result,
     false},
    {"ping", "Nothing, to see that docentd is there.", no_fields, no_fields,
     false},
    {"doctor", "Try what docentd must not be able to do.", no_fields,
     doctor_result, false},
    {NULL},
};
