/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * door.h - a socket in a folder of our own, and the lock that says whose.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    int fd;     /* listening, non-blocking */
    int lock;   /* held while we live */
    char *path; /* to remove at the end; NULL: the socket was given */
} Door;
#define DOOR_NONE ((Door){-1, -1, NULL})

/* As server_new says. @given is taken. */
bool door_open(Door *ret_door, const char *socket_path, int given,
               GError **error);
void door_clear(Door *door);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Door, door_clear)

/* The next client of our own user, given; -1 with errno when there is none
 * (EAGAIN: others were turned away, or none waits). */
int door_accept(const Door *door);
