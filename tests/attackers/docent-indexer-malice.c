/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * docent-indexer-malice.c - the real zygote and sandbox with a reader that
 * the document has taken over: the first word of a document is what it does.
 *
 * A word that is no attack is the document's text. An attack that is refused
 * answers "refused: …" as its text; one that succeeds answers "ESCAPED".
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fd.h"
#include "base/record.h"
#include "indexer/extractor.h"
#include "indexer/recognise.h"
#include "indexer/zygote.h"

enum {
    SOCKET = 0, /* of a child */
    FLOOD_PACKETS = 1000 * 1000,
    BIG_BYTES = 8 * 1024 * 1024,
};

#ifdef WITH_SANITIZERS
/* A crash is to look as it does in a release. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
    return "handle_segv=0:handle_abort=0";
}
#endif

/* ---- what may be refused: a negative result with errno ---- */

static long
open_passwd(void)
{
    return open("/etc/passwd", O_RDONLY);
}

static long
write_file(void)
{
    return open("/tmp/docent-malice", O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static long
connect_out(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long
run_shell(void)
{
    return execl("/bin/sh", "sh", "-c", ":", NULL);
}

static long
fork_away(void)
{
    long pid = fork();

    if (pid == 0)
        _exit(EXIT_SUCCESS);
    return pid;
}

static void *
thread_body(void *unused)
{
    return unused;
}

static long
begin_thread(void)
{
    pthread_t thread;

    errno = pthread_create(&thread, NULL, thread_body, NULL);
    return errno != 0 ? -1 : 0;
}

static long
kill_parent(void)
{
    return kill(getppid(), SIGKILL);
}

/* ---- what ends a child, or makes it useless ---- */

/* By a signal, for a wild store is not what a compiler must make of one. */
static long
segv(void)
{
    return raise(SIGSEGV);
}

static long
aborts(void)
{
    abort();
}

/* As GLib's users do: until it ends the program. */
static long
eat_memory(void)
{
    for (;;)
        memset(g_malloc(BIG_BYTES), 1, BIG_BYTES);
    return -1;
}

static long
spin(void)
{
    for (volatile unsigned i = 0;; i++)
        continue;
    return -1;
}

static long
stall(void)
{
    for (;;)
        (void)sleep(60);
    return -1;
}

static long
leave(void)
{
    _exit(EXIT_SUCCESS);
}

static long
hang_up(void)
{
    (void)close(SOCKET);
    return stall();
}

static long
garbage(void)
{
    char bytes[4096];

    memset(bytes, 0xa5, sizeof bytes);
    (void)fd_send(SOCKET, bytes, sizeof bytes, -1, NULL);
    return stall();
}

static long
flood(void)
{
    char bytes[64] = {0};

    for (unsigned i = 0; i < FLOOD_PACKETS; i++)
        if (!fd_send(SOCKET, bytes, sizeof bytes, -1, NULL))
            break;
    return stall();
}

static long
pass_descriptor(void)
{
    char bytes[64] = {0};

    (void)fd_send(SOCKET, bytes, sizeof bytes, SOCKET, NULL);
    return stall();
}

static const struct {
    const char *word;
    long (*attack)(void);
} attacks[] = {
    {"open", open_passwd},
    {"write", write_file},
    {"connect", connect_out},
    {"exec", run_shell},
    {"fork", fork_away},
    {"thread", begin_thread},
    {"kill", kill_parent},
    {"segv", segv},
    {"abort", aborts},
    {"memory", eat_memory},
    {"spin", spin},
    {"stall", stall},
    {"leave", leave},
    {"hang-up", hang_up},
    {"garbage", garbage},
    {"flood", flood},
    {"pass", pass_descriptor},
};

/* ---- in place of the indexer's own ---- */

void
recognise_warm_up(void)
{
}

const char *
recognise(const char *head, size_t size_bytes, const char *name)
{
    return g_str_has_suffix(name, ".lib") ? "application/x-library"
                                          : "text/plain";
}

static const char *const text_types[] = {"text/plain", NULL};
static const char *const library_types[] = {"application/x-library", NULL};
static const Extractor extractors[] = {
    {.name = "text", .types = text_types, .reusable = true},
    {.name = "library", .types = library_types},
};

const Extractor *
extractor_for(const char *type)
{
    return &extractors[strcmp(type, text_types[0]) != 0];
}

static char *
act_on(const char *word)
{
    for (size_t i = 0; i < G_N_ELEMENTS(attacks); i++) {
        if (strcmp(word, attacks[i].word) != 0)
            continue;
        if (attacks[i].attack() >= 0)
            return g_strdup("ESCAPED");
        return g_strdup_printf("refused: %s", g_strerror(errno));
    }
    return g_strdup(word);
}

Extract *
extractor_run(int fd, const char *name, uint32_t text_bytes_max,
              bool *ret_reusable)
{
    Extract *extract = extract_new();
    char word[256] = "";
    Passage all;

    (void)!pread(fd, word, sizeof word - 1, 0);
    g_free(extract->text);
    extract->text = act_on(g_strchomp(word));
    extract->text_bytes = (uint32_t)strlen(extract->text);
    extract->type = g_strdup(recognise("", 0, name));
    all = (Passage){.end = extract->text_bytes};
    if (all.end > 0)
        g_array_append_val(extract->passages, all);
    *ret_reusable = extractor_for(extract->type)->reusable;
    return extract;
}

int
main(int argc, char **argv)
{
    _exit(zygote_main(STDIN_FILENO));
}
