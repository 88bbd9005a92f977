#include "adapters/postgres/params.h"

#include <glib.h>
#include <string.h>

#define PARAMS_NULL SIZE_MAX /* the offset of a NULL value */
#define ARRAY_HEADER 20      /* dimensions, flags, element type, length, lower bound: four bytes each */

static enum pg_type params_array_type(enum pg_type element)
{
    switch (element) {
    case PG_BOOL:
        return PG_BOOL_ARRAY;
    case PG_BYTEA:
        return PG_BYTEA_ARRAY;
    case PG_INT8:
        return PG_INT8_ARRAY;
    case PG_INT2:
        return PG_INT2_ARRAY;
    case PG_INT4:
        return PG_INT4_ARRAY;
    case PG_TEXT:
        return PG_TEXT_ARRAY;
    case PG_TID:
        return PG_TID_ARRAY;
    case PG_TIMESTAMPTZ:
        return PG_TIMESTAMPTZ_ARRAY;
    case PG_BOOL_ARRAY:
    case PG_BYTEA_ARRAY:
    case PG_INT2_ARRAY:
    case PG_INT4_ARRAY:
    case PG_TEXT_ARRAY:
    case PG_TID_ARRAY:
    case PG_INT8_ARRAY:
    case PG_TIMESTAMPTZ_ARRAY:
        break;
    }
    g_assert_not_reached();
}

void params_init(struct params *p)
{
    p->capacity = 1024;
    p->data = g_malloc(p->capacity);
    params_reset(p);
}

void params_release(struct params *p)
{
    g_clear_pointer(&p->data, g_free);
    p->capacity = 0;
}

void params_reset(struct params *p)
{
    p->count = 0;
    p->size = 0;
    p->element = (enum pg_type)0;
    p->elements = 0;
    p->nulls = false;
}

/* Room for ${size} more bytes, which the caller fills. */
static unsigned char *params_grow(struct params *p, size_t size)
{
    unsigned char *place;

    g_assert(size <= (size_t)G_MAXINT32 && p->size + size <= (size_t)G_MAXINT32);
    if (p->size + size > p->capacity) {
        while (p->size + size > p->capacity)
            p->capacity *= 2;
        p->data = g_realloc(p->data, p->capacity);
    }
    place = p->data + p->size;
    p->size += size;
    return place;
}

static void params_store32(unsigned char *place, int32_t value)
{
    int32_t wire = (int32_t)GINT32_TO_BE(value);

    memcpy(place, &wire, sizeof wire);
}

/* The place of a value of ${type} and ${length} bytes: an element of the open array, or the next parameter. */
static unsigned char *params_add(struct params *p, enum pg_type type, size_t length)
{
    if (p->element != 0) {
        unsigned char *place;

        g_assert(p->element == type);
        p->elements++;
        place = params_grow(p, 4 + length);
        params_store32(place, (int32_t)length);
        return place + 4;
    }
    g_assert(p->count < PARAMS_MAX);
    p->types[p->count] = type;
    p->formats[p->count] = 1;
    p->lengths[p->count] = (int)length;
    p->offsets[p->count] = p->size;
    p->count++;
    return params_grow(p, length);
}

void params_int2(struct params *p, int16_t value)
{
    int16_t wire = (int16_t)GINT16_TO_BE(value);

    memcpy(params_add(p, PG_INT2, sizeof wire), &wire, sizeof wire);
}

void params_int4(struct params *p, int32_t value)
{
    params_store32(params_add(p, PG_INT4, sizeof value), value);
}

static void params_add_int64(struct params *p, enum pg_type type, int64_t value)
{
    int64_t wire = (int64_t)GINT64_TO_BE(value);

    memcpy(params_add(p, type, sizeof wire), &wire, sizeof wire);
}

void params_int8(struct params *p, int64_t value)
{
    params_add_int64(p, PG_INT8, value);
}

void params_bool(struct params *p, bool value)
{
    *params_add(p, PG_BOOL, 1) = value ? 1 : 0;
}

static void params_add_bytes(struct params *p, enum pg_type type, const void *bytes, size_t length)
{
    if (bytes == NULL) {
        params_null(p, type);
        return;
    }
    memcpy(params_add(p, type, length), bytes, length);
}

void params_text(struct params *p, const char *text)
{
    params_add_bytes(p, PG_TEXT, text, text != NULL ? strlen(text) : 0);
}

void params_text_len(struct params *p, const char *text, size_t length)
{
    params_add_bytes(p, PG_TEXT, text, length);
}

void params_bytea(struct params *p, const void *bytes, size_t length)
{
    params_add_bytes(p, PG_BYTEA, bytes, length);
}

void params_tid(struct params *p, const unsigned char *tid)
{
    params_add_bytes(p, PG_TID, tid, ROW_TID_SIZE);
}

void params_instant(struct params *p, instant at)
{
    g_assert(at >= INT64_MIN + PG_EPOCH);
    params_add_int64(p, PG_TIMESTAMPTZ, at == INSTANT_NEVER ? INT64_MAX : at - PG_EPOCH);
}

void params_null(struct params *p, enum pg_type type)
{
    if (p->element != 0) {
        g_assert(p->element == type);
        p->elements++;
        p->nulls = true;
        params_store32(params_grow(p, 4), -1);
        return;
    }
    params_add(p, type, 0);
    p->offsets[p->count - 1] = PARAMS_NULL;
}

void params_array_begin(struct params *p, enum pg_type element)
{
    g_assert(p->element == 0);
    params_add(p, params_array_type(element), ARRAY_HEADER);
    p->element = element;
    p->elements = 0;
    p->nulls = false;
}

void params_array_end(struct params *p)
{
    size_t start = p->offsets[p->count - 1];
    unsigned char *header = p->data + start;

    g_assert(p->element != 0);
    params_store32(header, p->elements > 0 ? 1 : 0);
    params_store32(header + 4, p->nulls ? 1 : 0);
    params_store32(header + 8, (int32_t)p->element);
    if (p->elements == 0) {
        p->size = start + 12; /* an empty array has no dimension */
    } else {
        params_store32(header + 12, p->elements);
        params_store32(header + 16, 1);
    }
    p->lengths[p->count - 1] = (int)(p->size - start);
    p->element = (enum pg_type)0;
}

void params_seal(struct params *p)
{
    g_assert(p->element == 0);
    for (size_t i = 0; i < p->count; i++)
        p->values[i] = p->offsets[i] == PARAMS_NULL ? NULL : (const char *)p->data + p->offsets[i];
}
