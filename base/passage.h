/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * passage.h - what an extractor makes of a document: the unit that travels
 * from the indexer to the archive.
 *
 * The text is one valid UTF-8 string without NUL. Passages are contiguous,
 * in order and cover all of it; each is one paragraph or a few, at most
 * about 200 words or 400 Han characters, never across a page.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What a document may bring; more is left out by the sink and refused by
 * extract_check. */
enum {
    EXTRACT_STRING_BYTES_MAX = 512, /* a title, an author, a reason */
    EXTRACT_HEADINGS_MAX = 20 * 1000,
    EXTRACT_LEVEL_MAX = 32,
    EXTRACT_PAGE_MAX = 1000 * 1000,
};

typedef struct {
    uint32_t start;   /* byte offset in the text */
    uint32_t end;     /* first byte after it */
    uint32_t page;    /* page, sheet or slide, from 1; 0: has none */
    uint32_t heading; /* index in headings plus 1; 0: under none */
} Passage;

typedef struct {
    char *title;    /* one line */
    uint32_t level; /* 1 is the outermost */
    uint32_t page;  /* from 1; 0: has none */
    uint32_t start; /* byte offset in the text where its section begins */
} Heading;

typedef enum {
    EXTRACT_INDEXED, /* all of it */
    EXTRACT_PARTIAL, /* some of it: the reason says what is missing */
    EXTRACT_FAILED,  /* none of it: the reason says why */
} ExtractState;

typedef struct {
    char *text; /* NUL-terminated; never NULL */
    uint32_t text_bytes;
    GArray *passages;    /* of Passage */
    GArray *headings;    /* of Heading, by start */
    char *type;          /* MIME type, recognised by content; or NULL */
    char *title;         /* or NULL */
    char *author;        /* or NULL */
    char *language;      /* BCP 47, "zh", "en"; or NULL */
    char *charset;       /* of a text file, when it was not UTF-8; or NULL */
    int64_t created_s;   /* Unix time the document says; 0: says none */
    uint32_t pages;      /* 0: has none */
    ExtractState state;
    int fault;    /* FaultCode when failed or partial */
    char *reason; /* a sentence, or NULL when indexed */
} Extract;

Extract *extract_new(void);
void extract_free(Extract *extract);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Extract, extract_free)

/*
 * The invariants above, for an Extract from a process that may have been
 * taken over by a document: offsets in range and in order, not inside a
 * character, valid UTF-8, bounded strings.
 *
 * Fails  FAULT_PROTOCOL, saying which
 */
bool extract_check(const Extract *extract, GError **error);

/* Titles of the headings that @heading (index plus 1) stands under, joined
 * by " › ", outermost first. Given; NULL when @heading is 0. */
char *extract_heading_path(GArray *headings, uint32_t heading);
