/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warmup.h - everything the libraries load lazily, loaded before the fork.
 *
 * A child has no file to load it from, and no time: poppler's CMaps,
 * fontconfig, iconv modules, libmagic's table, libxml2.
 */
#pragma once

void warmup(void);
