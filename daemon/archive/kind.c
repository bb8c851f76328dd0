/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind.c - one table: a name, the MIME types, the extensions.
 */
#include "config.h"

#include "daemon/archive/kind.h"

#include <glib.h>
#include <string.h>

#define OPENXML "application/vnd.openxmlformats-officedocument."
#define OASIS "application/vnd.oasis.opendocument."

/* A type that ends in '/', '.' or '-' stands for all that begin so. */
static const struct {
    const char *types;
    const char *extensions;
} kinds[] = {
    {"application/pdf", "pdf"},
    {"text/plain text/markdown text/x-rst text/x-log", "txt md rst log text"},
    {"application/msword application/rtf text/rtf " OPENXML
     "wordprocessingml. " OASIS "text application/vnd.ms-word."
     " application/vnd.ms-works application/wps-office.wps"
     " application/wps-office.docx",
     "doc docx docm odt rtf wps pages"},
    {"application/vnd.ms-excel text/csv text/tab-separated-values " OPENXML
     "spreadsheetml. " OASIS "spreadsheet application/vnd.ms-excel.",
     "xls xlsx xlsm ods csv tsv et numbers"},
    {"application/vnd.ms-powerpoint " OPENXML "presentationml. " OASIS
     "presentation application/vnd.ms-powerpoint.",
     "ppt pptx pptm odp dps key"},
    {"image/", "jpg jpeg png gif webp svg bmp tif tiff heic avif ico psd"},
    {"audio/", "mp3 flac wav ogg opus m4a aac wma amr"},
    {"video/", "mp4 mkv avi mov webm wmv flv m4v mpg mpeg"},
    {"application/zip application/gzip application/x-tar application/x-7z-"
     " application/x-rar application/vnd.rar application/x-xz"
     " application/x-bzip application/zstd",
     "zip gz tgz tar 7z rar xz bz2 zst"},
    {"message/rfc822 application/vnd.ms-outlook application/mbox",
     "eml msg mbox"},
    {"text/html application/xhtml+xml multipart/related",
     "html htm xhtml mhtml mht"},
    {"text/x- application/javascript text/javascript application/json"
     " text/css application/xml text/xml application/x-shellscript"
     " application/x-yaml application/sql",
     "c h cc cpp hpp cs java js ts jsx tsx py rb go rs php pl sh lua swift kt"
     " scala sql json xml yaml yml toml ini css r m"},
    {"application/epub+zip application/x-mobipocket-ebook"
     " application/x-fictionbook application/vnd.amazon.",
     "epub mobi azw azw3 fb2"},
};

const char *const kind_names[] = {
    "pdf",   "text",  "document", "spreadsheet", "presentation",
    "image", "audio", "video",    "archive",     "mail",
    "web",   "code",  "ebook",    NULL,
};

G_STATIC_ASSERT(G_N_ELEMENTS(kind_names) == G_N_ELEMENTS(kinds) + 1);

int
kind_find(const char *name)
{
    for (int i = 0; kind_names[i] != NULL; i++)
        if (strcmp(kind_names[i], name) == 0)
            return i;
    return -1;
}

/* True when @word of @size bytes is in @list, separated by spaces. */
static bool
is_listed(const char *list, const char *word, size_t size, bool families)
{
    for (const char *at = list; *at != '\0';) {
        size_t length = strcspn(at, " ");
        bool family =
            families && length > 0 && strchr("/.-", at[length - 1]) != NULL;

        if ((family ? size >= length : size == length) &&
            g_ascii_strncasecmp(at, word, length) == 0)
            return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}

/* Types that content alone cannot tell apart further: code, logs and
 * tables are all plain text, and office files are zip archives. */
static bool
says_little(const char *type)
{
    return type == NULL || strcmp(type, "text/plain") == 0 ||
           strcmp(type, "application/octet-stream") == 0 ||
           strcmp(type, "application/zip") == 0;
}

static bool
extension_fits(int kind, const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL &&
           is_listed(kinds[kind].extensions, dot + 1, strlen(dot + 1), false);
}

bool
kind_fits(int kind, const char *type, const char *name)
{
    if (says_little(type)) {
        if (extension_fits(kind, name))
            return true;
        if (type == NULL)
            return false;
        /* "notes.c" is code, not text, though its content says text. */
        for (int i = 0; kind_names[i] != NULL; i++)
            if (i != kind && extension_fits(i, name))
                return false;
    }
    return is_listed(kinds[kind].types, type, strlen(type), true);
}
