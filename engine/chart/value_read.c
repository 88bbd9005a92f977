#include "engine/chart/value.h"

#include "engine/chart/value_text.h"

#include <string.h>

struct reading {
    const char *at, *end;
    GString *text; /* of the text or key read last */
};

static struct value *reading_value(struct reading *r, size_t depth);

static bool reading_take(struct reading *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool reading_word(struct reading *r, const char *word)
{
    size_t size = strlen(word);

    if ((size_t)(r->end - r->at) < size || memcmp(r->at, word, size) != 0)
        return false;
    r->at += size;
    return true;
}

/* The character behind a backslash, by its short form, or else as "u00" and two digits for what has no short form. */
static bool reading_escape(struct reading *r)
{
    static const char names[] = "\"\\bfnrt", meant[] = "\"\\\b\f\n\r\t";
    const char *name = r->at == r->end ? NULL : memchr(names, *r->at, sizeof names - 1);
    int high, low;
    char c;

    if (name != NULL) {
        r->at++;
        g_string_append_c(r->text, meant[name - names]);
        return true;
    }
    if (!reading_word(r, "u00") || r->end - r->at < 2)
        return false;
    high = g_ascii_xdigit_value(r->at[0]);
    low = g_ascii_xdigit_value(r->at[1]);
    if (high < 0 || high > 1 || low < 0 || g_ascii_isupper(r->at[1]))
        return false;
    c = (char)(16 * high + low);
    r->at += 2;
    if (c == '\0' || memchr(meant, c, sizeof meant - 1) != NULL)
        return false;
    g_string_append_c(r->text, c);
    return true;
}

/* A text up to its closing quote, into r->text. */
static bool reading_text(struct reading *r)
{
    g_string_truncate(r->text, 0);
    if (!reading_take(r, '"'))
        return false;
    while (r->at < r->end) {
        const char *from = r->at;

        r->at = text_plain_end(from, r->end);
        text_append(r->text, from, (size_t)(r->at - from));
        if (reading_take(r, '"'))
            return true;
        if (!reading_take(r, '\\') || !reading_escape(r))
            return false;
    }
    return false;
}

static struct value *reading_int(struct reading *r)
{
    bool minus = reading_take(r, '-');
    const uint64_t most = minus ? (uint64_t)G_MAXINT64 + 1 : (uint64_t)G_MAXINT64;
    const char *from = r->at;
    uint64_t u = 0;

    while (r->at < r->end && g_ascii_isdigit(*r->at)) {
        unsigned digit = (unsigned)(*r->at++ - '0');

        if (u > (most - digit) / 10)
            return NULL;
        u = 10 * u + digit;
    }
    if (r->at == from || (*from == '0' && (minus || r->at - from > 1)))
        return NULL;
    return value_new_int(minus ? (int64_t)(0 - u) : (int64_t)u);
}

static struct value *reading_list(struct reading *r, size_t depth)
{
    struct value *list = value_new_list(), *item;

    if (reading_take(r, ']'))
        return list;
    do {
        item = reading_value(r, depth);
        if (item != NULL)
            value_list_add(list, item);
    } while (item != NULL && reading_take(r, ','));
    if (item != NULL && reading_take(r, ']'))
        return list;
    value_unref(list);
    return NULL;
}

/* One member; its key must come after the last one. */
static bool reading_member(struct reading *r, struct value *map, size_t depth)
{
    size_t size = value_size(map);
    char near[32]; /* most keys fit */
    g_autofree char *far = NULL;
    struct value *v;

    if (!reading_text(r) || !g_str_is_ascii(r->text->str) ||
        (size > 0 && strcmp(value_key_at(map, size - 1), r->text->str) >= 0))
        return false;
    if (g_strlcpy(near, r->text->str, sizeof near) >= sizeof near)
        far = g_strdup(r->text->str);
    v = reading_take(r, ':') ? reading_value(r, depth) : NULL;
    if (v != NULL)
        value_map_set(map, far != NULL ? far : near, v);
    return v != NULL;
}

static struct value *reading_map(struct reading *r, size_t depth)
{
    struct value *map = value_new_map();
    bool good;

    if (reading_take(r, '}'))
        return map;
    do {
        good = reading_member(r, map, depth);
    } while (good && reading_take(r, ','));
    if (good && reading_take(r, '}'))
        return map;
    value_unref(map);
    return NULL;
}

static struct value *reading_value(struct reading *r, size_t depth)
{
    if (r->at == r->end)
        return NULL;
    switch (*r->at) {
    case '"':
        return reading_text(r) ? value_new_text_n(r->text->str, r->text->len) : NULL;
    case '[':
        r->at++;
        return depth > 0 ? reading_list(r, depth - 1) : NULL;
    case '{':
        r->at++;
        return depth > 0 ? reading_map(r, depth - 1) : NULL;
    case 'n':
        return reading_word(r, "null") ? value_new_null() : NULL;
    case 't':
        return reading_word(r, "true") ? value_new_bool(true) : NULL;
    case 'f':
        return reading_word(r, "false") ? value_new_bool(false) : NULL;
    default:
        return reading_int(r);
    }
}

struct value *value_read(const char *text, size_t size, size_t depth_max)
{
    struct reading r = {.at = text, .end = text + size, .text = g_string_sized_new(256)};
    struct value *v = g_utf8_validate_len(text, size, NULL) ? reading_value(&r, depth_max) : NULL;

    if (v != NULL && r.at != r.end)
        g_clear_pointer(&v, value_unref);
    g_string_free(r.text, TRUE);
    return v;
}
