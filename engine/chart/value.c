#include "engine/chart/value.h"

#include "engine/chart/value_text.h"

#include <string.h>

/* Most keys are short and stand in the member itself. */
#define KEY_NEAR 24

struct member {
    struct value *v;
    char *far; /* a key too long for `near`, else NULL */
    char near[KEY_NEAR];
};

struct value {
    int refs;
    enum value_kind kind;
    union {
        bool b;
        int64_t i;
        char *text; /* behind the value, in the same block */
        struct {
            struct value **items;
            size_t size, capacity;
        } list;
        struct {
            struct member *members;
            size_t size, capacity;
        } map;
    } u;
};

static const char *member_key(const struct member *m)
{
    return m->far != NULL ? m->far : m->near;
}

static struct member member_new(const char *key, struct value *v)
{
    struct member m = {.v = v};
    size_t size = strlen(key) + 1;

    if (size <= KEY_NEAR)
        memcpy(m.near, key, size);
    else
        m.far = g_memdup2(key, size);
    return m;
}

static void member_release(struct member *m)
{
    g_free(m->far);
    value_unref(m->v);
}

static struct value *value_new(enum value_kind kind)
{
    struct value *v = g_new0(struct value, 1);

    v->refs = 1;
    v->kind = kind;
    return v;
}

struct value *value_new_null(void)
{
    return value_new(VALUE_NULL);
}

struct value *value_new_bool(bool b)
{
    struct value *v = value_new(VALUE_BOOL);

    v->u.b = b;
    return v;
}

struct value *value_new_int(int64_t i)
{
    struct value *v = value_new(VALUE_INT);

    v->u.i = i;
    return v;
}

struct value *value_new_text(const char *text)
{
    return value_new_text_n(text, strlen(text));
}

struct value *value_new_text_n(const char *text, size_t size)
{
    struct value *v = g_malloc(sizeof(struct value) + size + 1);

    v->refs = 1;
    v->kind = VALUE_TEXT;
    v->u.text = (char *)(v + 1);
    memcpy(v->u.text, text, size);
    v->u.text[size] = '\0';
    return v;
}

struct value *value_new_list(void)
{
    return value_new(VALUE_LIST);
}

struct value *value_new_map(void)
{
    return value_new(VALUE_MAP);
}

struct value *value_ref(const struct value *v)
{
    struct value *shared = (struct value *)(uintptr_t)v;

    if (shared != NULL)
        shared->refs++;
    return shared;
}

static void value_release(struct value *v)
{
    switch (v->kind) {
    case VALUE_LIST:
        for (size_t i = 0; i < v->u.list.size; i++)
            value_unref(v->u.list.items[i]);
        g_free(v->u.list.items);
        break;
    case VALUE_MAP:
        for (size_t i = 0; i < v->u.map.size; i++)
            member_release(&v->u.map.members[i]);
        g_free(v->u.map.members);
        break;
    case VALUE_NULL:
    case VALUE_BOOL:
    case VALUE_INT:
    case VALUE_TEXT:
        break;
    }
}

void value_unref(struct value *v)
{
    if (v == NULL)
        return;
    g_assert(v->refs > 0);
    if (--v->refs > 0)
        return;
    value_release(v);
    g_free(v);
}

enum value_kind value_kind(const struct value *v)
{
    return v == NULL ? VALUE_NULL : v->kind;
}

bool value_is_null(const struct value *v)
{
    return value_kind(v) == VALUE_NULL;
}

bool value_bool(const struct value *v)
{
    return value_kind(v) == VALUE_BOOL && v->u.b;
}

int64_t value_int(const struct value *v)
{
    return value_kind(v) == VALUE_INT ? v->u.i : 0;
}

const char *value_text(const struct value *v)
{
    return value_kind(v) == VALUE_TEXT ? v->u.text : NULL;
}

size_t value_size(const struct value *v)
{
    if (value_kind(v) == VALUE_LIST)
        return v->u.list.size;
    return value_kind(v) == VALUE_MAP ? v->u.map.size : 0;
}

const struct value *value_at(const struct value *list, size_t index)
{
    if (value_kind(list) != VALUE_LIST || index >= list->u.list.size)
        return NULL;
    return list->u.list.items[index];
}

const char *value_key_at(const struct value *map, size_t index)
{
    if (value_kind(map) != VALUE_MAP || index >= map->u.map.size)
        return NULL;
    return member_key(&map->u.map.members[index]);
}

const struct value *value_member_at(const struct value *map, size_t index)
{
    if (value_kind(map) != VALUE_MAP || index >= map->u.map.size)
        return NULL;
    return map->u.map.members[index].v;
}

/* Where ${key} (of ${size} bytes) stands or would stand. */
static size_t map_find(const struct value *map, const char *key, size_t size, bool *found)
{
    size_t low = 0, high = map->u.map.size;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *there = member_key(&map->u.map.members[middle]);
        int order = strncmp(there, key, size);

        if (order == 0 && there[size] != '\0')
            order = 1;
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

static const struct value *map_get_n(const struct value *map, const char *key, size_t size)
{
    bool found;
    size_t at;

    if (value_kind(map) != VALUE_MAP)
        return NULL;
    at = map_find(map, key, size, &found);
    return found ? map->u.map.members[at].v : NULL;
}

const struct value *value_get(const struct value *map, const char *key)
{
    return map_get_n(map, key, strlen(key));
}

const struct value *value_path(const struct value *map, const char *path)
{
    while (map != NULL) {
        const char *dot = strchr(path, '.');

        if (dot == NULL)
            return value_get(map, path);
        map = map_get_n(map, path, (size_t)(dot - path));
        path = dot + 1;
    }
    return NULL;
}

void value_list_add(struct value *list, struct value *v)
{
    g_assert(list->kind == VALUE_LIST && list->refs == 1);
    if (list->u.list.size == list->u.list.capacity) {
        list->u.list.capacity = list->u.list.capacity == 0 ? 4 : 2 * list->u.list.capacity;
        list->u.list.items = g_renew(struct value *, list->u.list.items, list->u.list.capacity);
    }
    list->u.list.items[list->u.list.size++] = v;
}

void value_map_set(struct value *map, const char *key, struct value *v)
{
    bool found;
    size_t at;

    g_assert(map->kind == VALUE_MAP && map->refs == 1);
    at = map_find(map, key, strlen(key), &found);
    if (found) {
        value_unref(map->u.map.members[at].v);
        map->u.map.members[at].v = v;
        return;
    }
    if (map->u.map.size == map->u.map.capacity) {
        map->u.map.capacity = map->u.map.capacity == 0 ? 4 : 2 * map->u.map.capacity;
        map->u.map.members = g_renew(struct member, map->u.map.members, map->u.map.capacity);
    }
    memmove(map->u.map.members + at + 1, map->u.map.members + at, (map->u.map.size - at) * sizeof(struct member));
    map->u.map.members[at] = member_new(key, v);
    map->u.map.size++;
}

void value_map_unset(struct value *map, const char *key)
{
    bool found;
    size_t at;

    g_assert(map->kind == VALUE_MAP && map->refs == 1);
    at = map_find(map, key, strlen(key), &found);
    if (!found)
        return;
    member_release(&map->u.map.members[at]);
    map->u.map.size--;
    memmove(map->u.map.members + at, map->u.map.members + at + 1, (map->u.map.size - at) * sizeof(struct member));
}

void value_map_set_text(struct value *map, const char *key, const char *text)
{
    if (text != NULL)
        value_map_set(map, key, value_new_text(text));
}

void value_map_set_int(struct value *map, const char *key, int64_t i)
{
    value_map_set(map, key, value_new_int(i));
}

void value_map_set_bool(struct value *map, const char *key, bool b)
{
    value_map_set(map, key, value_new_bool(b));
}

struct value *value_map_copy(const struct value *map)
{
    struct value *copy = value_new_map();

    for (size_t i = 0; i < value_size(map); i++)
        value_map_set(copy, value_key_at(map, i), value_ref(value_member_at(map, i)));
    return copy;
}

struct value *value_own(struct value **map)
{
    struct value *shared = *map;

    if (shared->refs > 1) {
        *map = value_map_copy(shared);
        value_unref(shared);
    }
    return *map;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (value_kind(a) != value_kind(b) || value_size(a) != value_size(b))
        return false;
    switch (value_kind(a)) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOL:
        return a->u.b == b->u.b;
    case VALUE_INT:
        return a->u.i == b->u.i;
    case VALUE_TEXT:
        return strcmp(a->u.text, b->u.text) == 0;
    case VALUE_LIST:
        for (size_t i = 0; i < a->u.list.size; i++)
            if (!value_equal(a->u.list.items[i], b->u.list.items[i]))
                return false;
        return true;
    case VALUE_MAP:
        for (size_t i = 0; i < a->u.map.size; i++)
            if (strcmp(value_key_at(a, i), value_key_at(b, i)) != 0 ||
                !value_equal(a->u.map.members[i].v, b->u.map.members[i].v))
                return false;
        return true;
    }
    g_assert_not_reached();
}

/* RFC 8785, 3.2.2.2: only what JSON demands is escaped, in its shortest form. */
static void text_print(const char *text, GString *out)
{
    const char *end = text + strlen(text);

    g_string_append_c(out, '"');
    for (const char *from = text, *c; from < end; from = c + 1) {
        const char *escape = NULL;

        c = text_plain_end(from, end);
        text_append(out, from, (size_t)(c - from));
        if (c == end)
            break;
        switch (*c) {
        case '"':
            escape = "\\\"";
            break;
        case '\\':
            escape = "\\\\";
            break;
        case '\b':
            escape = "\\b";
            break;
        case '\f':
            escape = "\\f";
            break;
        case '\n':
            escape = "\\n";
            break;
        case '\r':
            escape = "\\r";
            break;
        case '\t':
            escape = "\\t";
            break;
        default:
            g_string_append_printf(out, "\\u%04x", (unsigned)*c);
            continue;
        }
        g_string_append(out, escape);
    }
    g_string_append_c(out, '"');
}

static void int_print(int64_t i, GString *out)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

    do {
        digits[--at] = (char)('0' + rest % 10);
    } while ((rest /= 10) > 0);
    if (i < 0)
        digits[--at] = '-';
    text_append(out, digits + at, sizeof digits - at);
}

void value_print(const struct value *v, GString *out)
{
    switch (value_kind(v)) {
    case VALUE_NULL:
        g_string_append(out, "null");
        break;
    case VALUE_BOOL:
        g_string_append(out, v->u.b ? "true" : "false");
        break;
    case VALUE_INT:
        int_print(v->u.i, out);
        break;
    case VALUE_TEXT:
        text_print(v->u.text, out);
        break;
    case VALUE_LIST:
        g_string_append_c(out, '[');
        for (size_t i = 0; i < v->u.list.size; i++) {
            if (i > 0)
                g_string_append_c(out, ',');
            value_print(v->u.list.items[i], out);
        }
        g_string_append_c(out, ']');
        break;
    case VALUE_MAP:
        g_string_append_c(out, '{');
        for (size_t i = 0; i < v->u.map.size; i++) {
            if (i > 0)
                g_string_append_c(out, ',');
            text_print(member_key(&v->u.map.members[i]), out);
            g_string_append_c(out, ':');
            value_print(v->u.map.members[i].v, out);
        }
        g_string_append_c(out, '}');
        break;
    }
}
