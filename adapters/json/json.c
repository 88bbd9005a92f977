#include "adapters/json/json.h"

#include "engine/error.h"

#include <jansson.h>
#include <string.h>

/* Where a walk over the bytes of a text stands. Lines and columns count from 1, columns in bytes. */
struct json_place {
    const char *at, *end;
    int line, column;
};

static void json_advance(struct json_place *place)
{
    place->column++;
    if (*place->at == '\n') {
        place->line++;
        place->column = 1;
    }
    place->at++;
}

static void json_skip_string(struct json_place *place)
{
    json_advance(place);
    while (place->at < place->end && *place->at != '"') {
        if (*place->at == '\\' && place->at + 1 < place->end)
            json_advance(place);
        json_advance(place);
    }
    if (place->at < place->end)
        json_advance(place);
}

/* Passes over a number; false, standing at the character, when it has a fraction or an exponent. */
static bool json_skip_integer(struct json_place *place)
{
    do {
        json_advance(place);
    } while (place->at < place->end && g_ascii_isdigit(*place->at));
    return place->at == place->end || strchr(".eE", *place->at) == NULL || *place->at == '\0';
}

static bool json_refuse(const struct json_place *place, const char *what, GError **error)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "JSON, line %d, column %d: %s", place->line, place->column,
                what);
    return false;
}

/* Refuses by place what the library would accept or not place: numbers that are no integers, and too deep a text. */
static bool json_check(const char *text, size_t size, size_t max_depth, GError **error)
{
    struct json_place place = {.at = text, .end = text + size, .line = 1, .column = 1};
    const char *zero = memchr(text, '\0', size);
    size_t depth = 0;

    if (zero != NULL)
        place.end = zero;
    while (place.at < place.end) {
        char c = *place.at;

        if (c == '"') {
            json_skip_string(&place);
            continue;
        }
        if (c == '-' || g_ascii_isdigit(c)) {
            if (!json_skip_integer(&place))
                return json_refuse(&place, "a number with a fraction or an exponent; expected an integer", error);
            continue;
        }
        if (c == '[' || c == '{') {
            if (++depth > max_depth)
                return json_refuse(&place, "lists and maps are nested too deeply", error);
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
        json_advance(&place);
    }
    return zero == NULL || json_refuse(&place, "a zero byte", error);
}

static struct value *json_to_value(const json_t *json, const char **bad_key)
{
    const char *key;
    json_t *member;
    struct value *v;
    size_t i;

    switch (json_typeof(json)) {
    case JSON_TRUE:
    case JSON_FALSE:
        return value_new_bool(json_is_true(json));
    case JSON_INTEGER:
        return value_new_int(json_integer_value(json));
    case JSON_STRING:
        return value_new_text_n(json_string_value(json), json_string_length(json));
    case JSON_ARRAY:
        v = value_new_list();
        json_array_foreach(json, i, member) value_list_add(v, json_to_value(member, bad_key));
        return v;
    case JSON_OBJECT:
        v = value_new_map();
        json_object_foreach((json_t *)(uintptr_t)json, key, member)
        {
            if (!g_str_is_ascii(key))
                *bad_key = key;
            value_map_set(v, key, json_to_value(member, bad_key));
        }
        return v;
    case JSON_NULL:
    case JSON_REAL:
        break;
    }
    g_assert(json_is_null(json)); /* json_check has refused what becomes a real */
    return value_new_null();
}

struct value *json_parse(const char *text, size_t size, size_t max_depth, GError **error)
{
    const char *bad_key = NULL;
    struct value *v;
    json_error_t why;
    json_t *json;

    if (size == 0)
        text = "";
    if (!json_check(text, size, max_depth, error))
        return NULL;
    json = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (json == NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "JSON, line %d, column %d: %s", why.line,
                    MAX(why.column, 1), why.text);
        return NULL;
    }
    v = json_to_value(json, &bad_key);
    if (bad_key != NULL) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "JSON: the key \"%s\" is not ASCII", bad_key);
        value_unref(v);
        v = NULL;
    }
    json_decref(json);
    return v;
}
