#include "engine/core/chain.h"

#include <openssl/sha.h>
#include <string.h>

void part_release(gpointer p)
{
    g_free(((struct part *)p)->body);
}

void chain_sha256(const void *bytes, size_t size, uint8_t hash[HASH_SIZE])
{
    SHA256(bytes, size, hash);
}

static enum access_class field_access(const struct chart *chart, int form, const char *id)
{
    const struct range *fields;

    if (form == CHART_NONE)
        return ACCESS_CASE;
    fields = &chart->forms[form].fields;
    for (int f = fields->first; f < fields->first + fields->count; f++)
        if (strcmp(chart->fields[f].id, id) == 0)
            return chart->fields[f].access;
    return ACCESS_CASE;
}

GArray *chain_parts(struct value *const split[ACCESS_CLASS_COUNT])
{
    GArray *parts = g_array_new(FALSE, TRUE, sizeof(struct part));

    g_array_set_clear_func(parts, part_release);
    for (int access = 0; access < ACCESS_CLASS_COUNT; access++) {
        struct part part = {.access = (enum access_class)access};
        GString *body;

        if (value_size(split[access]) == 0)
            continue;
        body = g_string_new(NULL);
        value_print(split[access], body);
        part.body_size = body->len;
        part.body = g_string_free(body, FALSE);
        g_array_append_val(parts, part);
    }
    return parts;
}

GArray *chain_split(const struct chart *chart, int form, const struct value *input)
{
    struct value *split[ACCESS_CLASS_COUNT] = {NULL};
    GArray *parts;

    for (size_t i = 0; i < value_size(input); i++) {
        enum access_class access = field_access(chart, form, value_key_at(input, i));

        if (split[access] == NULL)
            split[access] = value_new_map();
        value_map_set(split[access], value_key_at(input, i), value_ref(value_member_at(input, i)));
    }
    parts = chain_parts(split);
    for (int access = 0; access < ACCESS_CLASS_COUNT; access++)
        value_unref(split[access]);
    return parts;
}

void chain_commit(struct part *part)
{
    GByteArray *bytes = g_byte_array_sized_new((guint)(SALT_SIZE + part->body_size));

    g_byte_array_append(bytes, part->salt, SALT_SIZE);
    g_byte_array_append(bytes, (const guint8 *)part->body, (guint)part->body_size);
    chain_sha256(bytes->data, bytes->len, part->commitment);
    g_byte_array_unref(bytes);
}

void chain_next(const uint8_t previous[HASH_SIZE], const char *record, size_t record_size, const GArray *parts,
                uint8_t hash[HASH_SIZE])
{
    uint8_t bytes[2 * HASH_SIZE + ACCESS_CLASS_COUNT * (1 + HASH_SIZE)];
    size_t size = 2 * HASH_SIZE;

    g_assert(parts == NULL || parts->len <= ACCESS_CLASS_COUNT);
    memcpy(bytes, previous, HASH_SIZE);
    chain_sha256(record, record_size, bytes + HASH_SIZE);
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const struct part *part = &g_array_index(parts, struct part, i);

        bytes[size++] = (uint8_t)part->access;
        memcpy(bytes + size, part->commitment, HASH_SIZE);
        size += HASH_SIZE;
    }
    chain_sha256(bytes, size, hash);
}
