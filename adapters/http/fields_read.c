#include "adapters/http/fields.h"

#include "engine/core/chain.h"

#include <string.h>

/* A hostile form may announce any number of rows; no form of people has more. */
#define ROWS_MAX 2000

struct reading {
    const struct chart *chart;
    const struct form *form;
    int rows; /* left */
};

static struct value *read_fields(struct reading *r, const struct range *fields, const char *name);

/* The text ${name}${part}, trimmed unless ${whole}; NULL when absent or blank. */
static char *read_text(const struct reading *r, const char *name, const char *part, bool whole)
{
    g_autofree char *full = g_strconcat(name, part, NULL);
    const char *text = form_get(r->form, full);
    char *copy;

    if (text == NULL)
        return NULL;
    copy = g_strdup(text);
    if (!whole)
        g_strstrip(copy);
    if (copy[0] != '\0')
        return copy;
    g_free(copy);
    return NULL;
}

/* Full-width letters and digits are what a Japanese keyboard writes; numbers and codes are read as ASCII. */
static char *read_code(const struct reading *r, const char *name, const char *part)
{
    g_autofree char *typed = read_text(r, name, part, false);
    char *text = typed == NULL ? NULL : g_utf8_normalize(typed, -1, G_NORMALIZE_ALL_COMPOSE);

    return text == NULL ? NULL : g_strstrip(text);
}

static struct value *text_value(char *text)
{
    struct value *v = text == NULL ? NULL : value_new_text(text);

    g_free(text);
    return v;
}

static struct value *read_int(const struct reading *r, const char *name)
{
    g_autofree char *text = read_code(r, name, "");
    gint64 number;

    if (text == NULL)
        return NULL;
    if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return value_new_int(number);
    return value_new_text(text);
}

static struct value *read_bool(const struct reading *r, const char *name)
{
    g_autofree char *text = read_text(r, name, "", false);

    if (text == NULL)
        return NULL;
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ? value_new_bool(strcmp(text, "true") == 0)
                                                                   : value_new_text(text);
}

/* A day and a time of day of the chart's zone; "DAY TIME" as typed when they make no instant. */
static struct value *read_instant(const struct reading *r, const char *name)
{
    g_autofree char *day_text = read_code(r, name, "/day"), *time_text = read_code(r, name, "/time");
    g_autofree char *utc = NULL, *typed = NULL;
    char text[INSTANT_TEXT_SIZE];
    civil_day day;
    instant of_day;

    if (day_text == NULL && time_text == NULL)
        return NULL;
    typed = g_strdup_printf("%s %s", day_text == NULL ? "" : day_text, time_text == NULL ? "" : time_text);
    utc = g_strdup_printf("1970-01-01T%s%sZ", time_text == NULL ? "" : time_text,
                          time_text != NULL && strlen(time_text) == 5 ? ":00" : "");
    if (day_text == NULL || !civil_parse(day_text, &day) || !instant_parse(utc, &of_day) || of_day < 0 ||
        of_day >= INSTANT_DAY)
        return value_new_text(typed);
    instant_print(zone_instant(r->chart->zone, day, of_day), text);
    return value_new_text(text);
}

static struct value *read_period(const struct reading *r, const char *name)
{
    struct value *period = value_new_map();
    g_autofree char *start = read_code(r, name, "/start"), *end = read_code(r, name, "/end");

    value_map_set_text(period, "start", start);
    value_map_set_text(period, "end", end);
    return period;
}

static struct value *read_file_sent(const struct form_item *file)
{
    struct value *v = value_new_map();
    uint8_t hash[HASH_SIZE];
    char hex[2 * HASH_SIZE + 1];

    chain_sha256(file->bytes, file->size, hash);
    for (int i = 0; i < HASH_SIZE; i++)
        g_snprintf(hex + 2 * i, 3, "%02x", hash[i]);
    value_map_set_text(v, "name", file->file_name);
    value_map_set_text(v, "sha256", hex);
    value_map_set_int(v, "size", (int64_t)file->size);
    value_map_set_text(v, "media_type", file->media_type);
    return v;
}

/* A file sent now, else the one that came before, unless it is to be dropped. */
static struct value *read_file(const struct reading *r, const char *name)
{
    g_autofree char *input = g_strconcat(name, "/file", NULL), *drop = read_text(r, name, "/drop", false);
    g_autofree char *sha256 = read_text(r, name, "/sha256", false), *size = read_text(r, name, "/size", false);
    g_autofree char *file_name = read_text(r, name, "/name", true), *type = read_text(r, name, "/media_type", false);
    const struct form_item *file = form_file(r->form, input);
    struct value *v;
    gint64 bytes = 0;

    if (file != NULL)
        return read_file_sent(file);
    if (sha256 == NULL || drop != NULL)
        return NULL;
    v = value_new_map();
    if (size != NULL)
        g_ascii_string_to_signed(size, 10, 0, G_MAXINT64, &bytes, NULL);
    value_map_set_text(v, "name", file_name);
    value_map_set_text(v, "sha256", sha256);
    value_map_set_int(v, "size", bytes);
    value_map_set_text(v, "media_type", type);
    return v;
}

static struct value *read_one(struct reading *r, const struct chart_field *field, enum field_type type,
                              const char *name);

/* Several of the options of an enum, each with a checkbox of the same name. */
static struct value *read_choices(const struct reading *r, const char *name)
{
    g_autofree const char **texts = form_get_all(r->form, name);
    struct value *list = value_new_list();

    for (const char **text = texts; *text != NULL; text++)
        if (**text != '\0')
            value_list_add(list, value_new_text(*text));
    return list;
}

static struct value *read_list(struct reading *r, const struct chart_field *field, const char *name)
{
    g_autofree char *count_text = read_text(r, name, "/rows", false);
    enum field_type type = field->fields.count > 0 ? FIELD_GROUP : field->items;
    struct value *list = value_new_list();
    guint64 count = 0;

    if (type == FIELD_ENUM) {
        value_unref(list);
        return read_choices(r, name);
    }
    if (count_text != NULL)
        g_ascii_string_to_unsigned(count_text, 10, 0, ROWS_MAX, &count, NULL);
    for (guint64 i = 0; i < count && r->rows > 0; i++, r->rows--) {
        g_autofree char *row = g_strdup_printf("%s/%" G_GUINT64_FORMAT, name, i);
        struct value *v = read_one(r, field, type, row);

        value_list_add(list, v == NULL ? value_new_null() : v);
    }
    return list;
}

static struct value *read_one(struct reading *r, const struct chart_field *field, enum field_type type,
                              const char *name)
{
    switch (type) {
    case FIELD_BOOL:
        return read_bool(r, name);
    case FIELD_INT:
        return read_int(r, name);
    case FIELD_INSTANT:
        return read_instant(r, name);
    case FIELD_PERIOD:
        return read_period(r, name);
    case FIELD_FILE:
        return read_file(r, name);
    case FIELD_GROUP:
        return read_fields(r, &field->fields, name);
    case FIELD_LIST:
        return read_list(r, field, name);
    case FIELD_LONGTEXT:
        return text_value(read_text(r, name, "", true));
    case FIELD_DATE:
    case FIELD_CORP_NO:
    case FIELD_REG_NO:
    case FIELD_COUNTRY:
    case FIELD_EMAIL:
    case FIELD_CASE:
        return text_value(read_code(r, name, ""));
    case FIELD_TEXT:
    case FIELD_ENUM:
    case FIELD_ORG:
        return text_value(read_text(r, name, "", false));
    }
    g_assert_not_reached();
}

static struct value *read_fields(struct reading *r, const struct range *fields, const char *name)
{
    struct value *map = value_new_map();

    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &r->chart->fields[f];
        g_autofree char *input = g_strdup_printf("%s/%s", name, field->id);
        struct value *v = read_one(r, field, field->type, input);

        if (v != NULL)
            value_map_set(map, field->id, v);
    }
    return map;
}

struct value *fields_read(const struct fields_view *view, const struct form *form)
{
    struct reading r = {view->s->chart, form, ROWS_MAX};

    if (view->form == CHART_NONE)
        return value_new_map();
    return read_fields(&r, &view->s->chart->forms[view->form].fields, "f");
}

/* NULL when nothing is left. */
static struct value *prune(const struct value *v)
{
    struct value *kept;

    if (value_is_null(v) || (value_kind(v) == VALUE_TEXT && value_text(v)[0] == '\0'))
        return NULL;
    if (value_kind(v) != VALUE_MAP && value_kind(v) != VALUE_LIST)
        return value_ref(v);
    kept = value_kind(v) == VALUE_MAP ? value_new_map() : value_new_list();
    for (size_t i = 0; i < value_size(v); i++) {
        struct value *inner = prune(value_kind(v) == VALUE_MAP ? value_member_at(v, i) : value_at(v, i));

        if (inner != NULL && value_kind(v) == VALUE_MAP)
            value_map_set(kept, value_key_at(v, i), inner);
        else if (inner != NULL)
            value_list_add(kept, inner);
    }
    if (value_size(kept) == 0)
        g_clear_pointer(&kept, value_unref);
    return kept;
}

/* Required groups that prune left away: the engine then tells what lacks in them, not that they do. */
static void restore_groups(const struct chart *chart, const struct range *fields, struct value *map)
{
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &chart->fields[f];

        if (field->type == FIELD_GROUP && field->required && value_get(map, field->id) == NULL)
            value_map_set(map, field->id, value_new_map());
    }
}

struct value *fields_prune(const struct fields_view *view, const struct value *data)
{
    struct value *kept = prune(data);

    if (kept == NULL)
        kept = value_new_map();
    if (view->form != CHART_NONE && !view->partial && value_kind(kept) == VALUE_MAP)
        restore_groups(view->s->chart, &view->s->chart->forms[view->form].fields, kept);
    return kept;
}

/* ${list} without row ${without} (-1: all of it), and with an empty row more when ${more}. */
static struct value *list_changed(const struct value *list, int without, bool more)
{
    struct value *changed = value_new_list();

    for (size_t i = 0; i < value_size(list); i++)
        if ((int)i != without)
            value_list_add(changed, value_ref(value_at(list, i)));
    if (more)
        value_list_add(changed, value_new_null());
    return changed;
}

/* ${v} (NULL: nothing yet) with the list that ${tokens} lead to changed: without a row, or with one more when it is -1.
 * The tokens lead to a list of the form, but rows on the way may not be there. */
static struct value *value_edited(const struct value *v, char **tokens, int row)
{
    struct value *changed;
    size_t at;

    if (tokens[0] == NULL)
        return list_changed(value_kind(v) == VALUE_LIST ? v : NULL, row, row < 0);
    if (!g_ascii_isdigit(tokens[0][0])) {
        changed = value_map_copy(value_kind(v) == VALUE_MAP ? v : NULL);
        value_map_set(changed, tokens[0], value_edited(value_get(v, tokens[0]), tokens + 1, row));
        return changed;
    }
    at = (size_t)g_ascii_strtoull(tokens[0], NULL, 10);
    changed = value_new_list();
    for (size_t i = 0; i < (value_kind(v) == VALUE_LIST ? value_size(v) : 0); i++)
        value_list_add(changed, i == at ? value_edited(value_at(v, i), tokens + 1, row) : value_ref(value_at(v, i)));
    return changed;
}

struct value *fields_edit(const struct fields_view *view, const struct value *data, const char *action, char **focus)
{
    bool add = g_str_has_prefix(action, "add:/"), remove = g_str_has_prefix(action, "remove:/");
    const char *pointer = add || remove ? strchr(action, ':') + 1 : "";
    const struct chart_field *list = fields_find(view->s->chart, view->form, pointer, NULL);
    g_auto(GStrv) tokens = g_strsplit(pointer[0] == '/' ? pointer + 1 : "", "/", -1);
    guint count = g_strv_length(tokens);
    int row = -1;

    *focus = NULL;
    fields_find(view->s->chart, view->form, pointer, &row);
    if (list == NULL || list->type != FIELD_LIST || (row >= 0) != remove)
        return value_ref(data);
    if (remove)
        g_clear_pointer(&tokens[count - 1], g_free);
    *focus = g_strdup(pointer);
    if (remove)
        *strrchr(*focus, '/') = '\0';
    return value_edited(data, tokens, row);
}

const struct chart_field *fields_find(const struct chart *chart, int form, const char *pointer, int *row)
{
    g_auto(GStrv) tokens = g_strsplit(pointer, "/", -1);
    const struct range *fields = form == CHART_NONE ? NULL : &chart->forms[form].fields;
    const struct chart_field *found = NULL;
    guint64 number;

    if (row != NULL)
        *row = -1;
    for (char **token = tokens[0] == NULL ? tokens : tokens + 1; *token != NULL; token++) {
        const struct chart_field *inner = NULL;

        if (found != NULL && found->type == FIELD_LIST && fields == NULL) {
            if (!g_ascii_string_to_unsigned(*token, 10, 0, ROWS_MAX, &number, NULL))
                return NULL;
            if (row != NULL && token[1] == NULL)
                *row = (int)number;
            fields = &found->fields;
            continue;
        }
        for (int f = 0; fields != NULL && f < fields->count && inner == NULL; f++)
            if (strcmp(chart->fields[fields->first + f].id, *token) == 0)
                inner = &chart->fields[fields->first + f];
        if (inner == NULL)
            return NULL;
        found = inner;
        fields = found->type == FIELD_GROUP ? &found->fields : NULL;
    }
    return found;
}
