/*
 * What a form of a page sent: names with texts and files, in the order of the form.
 *
 * Reads application/x-www-form-urlencoded and multipart/form-data (RFC 7578, with the escapes of the HTML standard).
 * Texts are UTF-8 without NUL, in Unicode form NFC, with LF alone at the end of a line, whatever the browser made of
 * them. What is not whole and well-formed is refused altogether: never is half a form taken.
 */
#ifndef TOROKU_ADAPTERS_HTTP_FORM_H
#define TOROKU_ADAPTERS_HTTP_FORM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define FORM_ITEMS_MAX 2000
#define FORM_NAME_MAX 250      /* bytes of a name */
#define FORM_FILE_NAME_MAX 500 /* bytes of a file's name */

struct form_item {
    char *name;
    char *value;       /* the text; NULL for a file */
    char *file_name;   /* without folders; "" when nothing was chosen; NULL for a text */
    char *media_type;  /* in lower case, without parameters; application/octet-stream when none was sent */
    const char *bytes; /* of a file: they stand in the body that was read */
    size_t size;
};

struct form {
    unsigned count;
    struct form_item *items;
};

/*
 * Reads ${size} bytes of ${body} by the request's Content-Type (NULL: none). The files' bytes are borrowed from
 * ${body}. NULL and ${error}: INVALID when it is no such form or not well-formed, TOO_LARGE for too many items.
 */
struct form *form_parse(const char *content_type, const char *body, size_t size, GError **error);

/* Accepts NULL. */
void form_free(struct form *form);

/* The text ${name}, the first when it stands several times; NULL when absent. */
const char *form_get(const struct form *form, const char *name);

/* The texts ${name} in their order, ended by NULL; the texts are borrowed, the array is for g_free. */
const char **form_get_all(const struct form *form, const char *name);

/* The file ${name}, the first that was chosen; NULL when there is none. */
const struct form_item *form_file(const struct form *form, const char *name);

#endif
