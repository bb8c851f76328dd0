/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * place.h - where in a text its headings and pages begin. Pure.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Where a page begins. */
typedef struct {
    uint32_t at;
    uint32_t page;
} PlacePage;

/* A heading, and where its title ends when it is text as well. */
typedef struct {
    uint32_t at, title_end;
    uint32_t page;
    unsigned level;
    char *title;
    bool outline; /* stored apart: not placed yet */
    bool found;   /* in the text, not given */
} PlaceHeading;

/*
 * Settle @headings (of PlaceHeading): those of a stored outline get their
 * place, at their title on their page or at its start; those the text itself
 * shows are added, all where there are none, else only articles a level
 * below the deepest; then they are put in order. @pages is of PlacePage.
 */
void place_headings(GArray *headings, const GArray *pages, const GString *text);

/* Pages and headings, settled, as places that no passage crosses (of
 * CutMark), given. A heading with nothing under it but the next, deeper one
 * shares that one's mark. */
GArray *place_marks(const GArray *headings, const GArray *pages,
                    const GString *text);
