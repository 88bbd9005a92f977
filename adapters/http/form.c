#include "adapters/http/form.h"

#include "adapters/http/multipart.h"
#include "adapters/http/percent.h"
#include "engine/error.h"

#include <string.h>

#define URLENCODED "application/x-www-form-urlencoded"

struct form_reading {
    GArray *items; /* struct form_item */
    GError **error;
};

static void form_item_release(gpointer p)
{
    struct form_item *item = p;

    g_free(item->name);
    g_free(item->value);
    g_free(item->file_name);
    g_free(item->media_type);
}

static bool form_refuse(GError **error, const char *detail)
{
    g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, detail);
    return false;
}

/* CRLF and a lone CR become LF, then NFC. Takes ${text}, which is UTF-8. */
static char *form_text(char *text)
{
    char *to = text, *normal;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\r' && from[1] == '\n')
            continue;
        *to++ = *from == '\r' ? '\n' : *from;
    }
    *to = '\0';
    normal = g_utf8_normalize(text, -1, G_NORMALIZE_DEFAULT_COMPOSE);
    g_assert(normal != NULL);
    g_free(text);
    return normal;
}

/* Room for one more; false when there is none. ${item} and what it owns is taken in any case. */
static bool form_add(struct form_reading *reading, struct form_item *item)
{
    g_array_append_val(reading->items, *item);
    if (item->name[0] == '\0' || strlen(item->name) > FORM_NAME_MAX)
        return form_refuse(reading->error, "A field of the form has no name or too long a one.");
    if (reading->items->len <= FORM_ITEMS_MAX)
        return true;
    g_set_error(reading->error, TOROKU_ERROR, TOROKU_ERROR_TOO_LARGE, "The form has more than %d fields.",
                FORM_ITEMS_MAX);
    return false;
}

static bool form_add_pair(struct form_reading *reading, const char *pair, size_t size)
{
    const char *equals = memchr(pair, '=', size);
    size_t name_size = equals != NULL ? (size_t)(equals - pair) : size;
    g_autofree char *name = percent_decode(pair, name_size, true);
    g_autofree char *value = equals != NULL ? percent_decode(equals + 1, size - name_size - 1, true) : g_strdup("");
    struct form_item item = {0};

    if (name == NULL || value == NULL)
        return form_refuse(reading->error, "A field of the form is not percent-encoded UTF-8 text.");
    item.name = g_steal_pointer(&name);
    item.value = form_text(g_steal_pointer(&value));
    return form_add(reading, &item);
}

static bool form_read_pairs(struct form_reading *reading, const char *body, size_t size)
{
    while (size > 0) {
        const char *end = memchr(body, '&', size);
        size_t pair = end != NULL ? (size_t)(end - body) : size;

        if (pair > 0 && !form_add_pair(reading, body, pair))
            return false;
        body += pair + (end != NULL);
        size -= pair + (end != NULL);
    }
    return true;
}

static bool form_is_utf8(const char *bytes, size_t size)
{
    return memchr(bytes, '\0', size) == NULL && g_utf8_validate(bytes, (gssize)size, NULL);
}

static bool form_add_part(void *user, const struct multipart_part *part)
{
    struct form_reading *reading = user;
    struct form_item item = {0};

    if (part->file_name == NULL && !form_is_utf8(part->bytes, part->size))
        return form_refuse(reading->error, "A field of the form is not UTF-8 text.");
    item.name = g_strdup(part->name);
    if (part->file_name == NULL) {
        item.value = form_text(g_strndup(part->bytes, part->size));
        return form_add(reading, &item);
    }
    item.file_name = g_utf8_normalize(part->file_name, -1, G_NORMALIZE_DEFAULT_COMPOSE);
    item.media_type = g_strdup(part->media_type[0] != '\0' ? part->media_type : "application/octet-stream");
    item.bytes = part->bytes;
    item.size = part->size;
    if (strlen(item.file_name) <= FORM_FILE_NAME_MAX)
        return form_add(reading, &item);
    form_item_release(&item);
    return form_refuse(reading->error, "The name of a file is too long.");
}

/* Is ${type} the media type ${name}, with parameters or without? */
static bool form_is_type(const char *type, const char *name)
{
    size_t size = strlen(name);

    return type != NULL && g_ascii_strncasecmp(type, name, size) == 0 &&
           (type[size] == '\0' || type[size] == ';' || type[size] == ' ');
}

struct form *form_parse(const char *content_type, const char *body, size_t size, GError **error)
{
    struct form_reading reading = {g_array_new(FALSE, FALSE, sizeof(struct form_item)), error};
    struct form *form;
    bool good;

    g_array_set_clear_func(reading.items, form_item_release);
    if (form_is_type(content_type, URLENCODED))
        good = form_read_pairs(&reading, body, size);
    else if (form_is_type(content_type, MULTIPART_TYPE))
        good = multipart_read(content_type, body, size, form_add_part, &reading, error);
    else
        good = form_refuse(error, "A form is sent as " URLENCODED " or " MULTIPART_TYPE ".");
    if (!good) {
        g_array_unref(reading.items);
        return NULL;
    }
    form = g_new0(struct form, 1);
    form->count = reading.items->len;
    form->items = (struct form_item *)(void *)g_array_free(reading.items, FALSE);
    return form;
}

void form_free(struct form *form)
{
    if (form == NULL)
        return;
    for (unsigned i = 0; i < form->count; i++)
        form_item_release(&form->items[i]);
    g_free(form->items);
    g_free(form);
}

const char *form_get(const struct form *form, const char *name)
{
    for (unsigned i = 0; i < form->count; i++)
        if (form->items[i].value != NULL && strcmp(form->items[i].name, name) == 0)
            return form->items[i].value;
    return NULL;
}

const char **form_get_all(const struct form *form, const char *name)
{
    GPtrArray *values = g_ptr_array_new();

    for (unsigned i = 0; i < form->count; i++)
        if (form->items[i].value != NULL && strcmp(form->items[i].name, name) == 0)
            g_ptr_array_add(values, form->items[i].value);
    g_ptr_array_add(values, NULL);
    return (const char **)(void *)g_ptr_array_free(values, FALSE);
}

const struct form_item *form_file(const struct form *form, const char *name)
{
    for (unsigned i = 0; i < form->count; i++) {
        const struct form_item *item = &form->items[i];

        if (item->file_name != NULL && (item->size > 0 || item->file_name[0] != '\0') && strcmp(item->name, name) == 0)
            return item;
    }
    return NULL;
}
