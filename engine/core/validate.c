#include "engine/core/validate.h"

#include "engine/core/country.h"
#include "engine/core/guard.h"

#include <string.h>

#define TEXT_MAX 400
#define LONGTEXT_MAX 20000
#define LIST_MAX 2000
#define FILE_NAME_MAX 255
#define MEDIA_TYPE_MAX 127
/* Beyond it an integer is not the same to every reader of JSON (RFC 8785, 3.1; RFC 7493, 2.2). */
#define INT_MAX_EXACT INT64_C(9007199254740991)

struct validation {
    const struct chart *chart;
    const struct snapshot *s;
    instant at;
    int form_index;
    const struct value *form; /* the whole input */
    bool partial;
    civil_day today; /* in the chart's zone */
    GPtrArray *findings;
};

static void validation_find(struct validation *v, const char *pointer, const char *rule, const char *ja, const char *en)
{
    struct finding *finding = g_new(struct finding, 1);

    *finding = (struct finding){g_strdup(pointer), g_strdup(rule), g_strdup(ja), g_strdup(en)};
    g_ptr_array_add(v->findings, finding);
}

bool validate_corporate_number(const char *text)
{
    int sum = 0;

    if (strlen(text) != 13 || strspn(text, "0123456789") != 13 || text[0] == '0')
        return false;
    for (int n = 1; n <= 12; n++)
        sum += (text[13 - n] - '0') * (n % 2 == 1 ? 1 : 2);
    return text[0] - '0' == 9 - sum % 9;
}

bool validate_registration_number(const char *text)
{
    return strlen(text) == 10 && text[0] == 'C' && g_ascii_isdigit(text[1]) && g_ascii_isdigit(text[2]) &&
           text[3] == '-' && strspn(text + 4, "0123456789") == 4 && strcmp(text + 8, "-2") == 0;
}

static bool text_is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* Whatever the mailbox's server will say: one @ with something on both sides, no space, no control character. */
static bool text_is_email(const char *text)
{
    const char *at = strchr(text, '@');

    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return false;
    return at != NULL && at != text && strchr(at + 1, '@') == NULL && strchr(at + 1, '.') != NULL && at[1] != '.';
}

static const char *text_next(const char *text)
{
    return text + g_utf8_skip[(guchar)*text];
}

/* What breaks a line, or reorders what people read: controls (C0, C1), separators, overrides of direction. */
static bool char_is_control(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return type == G_UNICODE_CONTROL || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool text_has_control(const char *text, bool lines)
{
    for (; *text != '\0'; text = text_next(text))
        if (char_is_control(g_utf8_get_char(text)) && !(lines && (*text == '\n' || *text == '\t')))
            return true;
    return false;
}

static bool text_is_short(const char *text, long max)
{
    return text != NULL && text[0] != '\0' && g_utf8_strlen(text, -1) <= max && !text_has_control(text, false);
}

/* The number of a case: its workflow's prefix and its id, "SA-42". */
static bool text_is_case_number(const char *text)
{
    size_t prefix = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), digits;

    if (prefix < 1 || prefix > 8 || text[prefix] != '-')
        return false;
    digits = strspn(text + prefix + 1, "0123456789");
    return digits >= 1 && digits <= 18 && text[prefix + 1] != '0' && text[prefix + 1 + digits] == '\0';
}

static bool text_is_future(const struct validation *v, enum field_type type, const char *text)
{
    civil_day day, today;
    instant at;

    if (type == FIELD_INSTANT)
        return instant_parse(text, &at) && at > v->at;
    zone_day(v->chart->zone, v->at, &today, NULL);
    return civil_parse(text, &day) && day > today;
}

static void validate_text(struct validation *v, const struct chart_field *field, enum field_type type, const char *text,
                          const char *pointer)
{
    civil_day day;
    instant at;
    bool own_max = field->type == type && field->max > 0; /* that of a list counts its elements */
    long max = own_max ? field->max : type == FIELD_LONGTEXT ? LONGTEXT_MAX : TEXT_MAX;

    if (g_utf8_strlen(text, -1) > max)
        validation_find(v, pointer, "too_long", "長すぎます。", "This text is too long.");
    else if (text_has_control(text, type == FIELD_LONGTEXT))
        validation_find(v, pointer, "control_character", "制御文字は使えません。", "Control characters are not taken.");
    else if (type == FIELD_DATE && !civil_parse(text, &day))
        validation_find(v, pointer, "date", "日付は YYYY-MM-DD の形で入力してください。",
                        "A date is written YYYY-MM-DD.");
    else if (type == FIELD_DATE && field->not_past && !v->partial && day < v->today)
        validation_find(v, pointer, "past", "過ぎた日付です。", "This day has passed.");
    else if (type == FIELD_INSTANT && !instant_parse(text, &at))
        validation_find(v, pointer, "instant", "日時は RFC 3339 の形で入力してください。",
                        "An instant is written as in RFC 3339, with its offset.");
    else if (field->not_future && text_is_future(v, type, text))
        validation_find(v, pointer, "future", "未来の日時は入力できません。", "This lies in the future.");
    else if (type == FIELD_CORP_NO && !validate_corporate_number(text))
        validation_find(v, pointer, "check_digit", "法人番号が正しくありません（半角13桁、検査用数字）。",
                        "This is no corporate number: 13 digits, the first of which checks the others.");
    else if (type == FIELD_REG_NO && !validate_registration_number(text))
        validation_find(v, pointer, "registration_number", "登録番号は C21-0004-2 のような形です。",
                        "A registration number looks like C21-0004-2.");
    else if (type == FIELD_COUNTRY && !country_is_known(text))
        validation_find(v, pointer, "country", "国名は ISO 3166-1 の3文字コードで入力してください。",
                        "A country is its three-letter code of ISO 3166-1.");
    else if (type == FIELD_EMAIL && !text_is_email(text))
        validation_find(v, pointer, "email", "メールアドレスの形ではありません。", "This is no mail address.");
    else if (type == FIELD_ENUM &&
             (field->options == NULL || !g_strv_contains((const char *const *)field->options, text)))
        validation_find(v, pointer, "enum", "選択肢にない値です。", "This is not one of the options.");
    else if (type == FIELD_CASE && !text_is_case_number(text))
        validation_find(v, pointer, "case", "案件番号は SA-42 のような形です。", "A case number looks like SA-42.");
}

static void validate_fields(struct validation *v, const struct range *fields, const struct value *map,
                            const char *pointer);

static bool period_is_at_least(civil_day start, civil_day end, const struct span *span, bool at_least)
{
    int64_t months = 12 * (int64_t)span->years + span->months;
    civil_day last = start - 1;

    if (months > 0 && !civil_months_end(start, months, &last, NULL))
        return true;
    last += span->days;
    return at_least ? end >= last : end <= last;
}

static void validate_period(struct validation *v, const struct chart_field *field, const struct value *value,
                            const char *pointer)
{
    const char *start_text = value_text(value_get(value, "start")), *end_text = value_text(value_get(value, "end"));
    civil_day start, end;

    if (start_text == NULL || end_text == NULL || !civil_parse(start_text, &start) || !civil_parse(end_text, &end) ||
        value_size(value) != 2) {
        validation_find(v, pointer, "period", "期間は {start, end} で、それぞれ YYYY-MM-DD です。",
                        "A period is {start, end}, each written YYYY-MM-DD.");
        return;
    }
    if (end < start)
        validation_find(v, pointer, "period_order", "終了日が開始日より前です。", "The period ends before it starts.");
    else if (field->has_at_least && !period_is_at_least(start, end, &field->at_least, true))
        validation_find(v, pointer, "period_too_short", "期間が短すぎます。",
                        "The period is shorter than the rule allows.");
    else if (field->has_at_most && !period_is_at_least(start, end, &field->at_most, false))
        validation_find(v, pointer, "period_too_long", "期間が長すぎます。",
                        "The period is longer than the rule allows.");
}

static void validate_file(struct validation *v, const struct value *file, const char *pointer)
{
    const char *sha256 = value_text(value_get(file, "sha256"));
    int64_t size = value_int(value_get(file, "size"));
    bool ok = text_is_short(value_text(value_get(file, "name")), FILE_NAME_MAX) && sha256 != NULL &&
              text_is_sha256(sha256) && size > 0 && size <= INT_MAX_EXACT &&
              text_is_short(value_text(value_get(file, "media_type")), MEDIA_TYPE_MAX) && value_size(file) == 4;

    if (!ok)
        validation_find(v, pointer, "file",
                        "ファイルは {name, sha256, size, media_type} です。先に文書を登録してください。",
                        "A file is {name, sha256, size, media_type} of a document that was put before.");
}

static void validate_value(struct validation *v, const struct chart_field *field, enum field_type type,
                           const struct value *value, const char *pointer);

/* Does the requirement of one of these fields depend on others? */
static bool fields_have_conditions(const struct chart *chart, const struct range *fields)
{
    for (int f = fields->first; f < fields->first + fields->count; f++)
        if (chart->fields[f].required_if != CHART_NONE || fields_have_conditions(chart, &chart->fields[f].fields))
            return true;
    return false;
}

/* One entry of a list of maps. To its own conditions the list is this entry. */
static void validate_entry(struct validation *v, const struct chart_field *list, const struct value *entry,
                           const char *pointer)
{
    const struct value *form = v->form;
    struct value *seen;

    if (v->partial || !fields_have_conditions(v->chart, &list->fields)) {
        validate_value(v, list, FIELD_GROUP, entry, pointer);
        return;
    }
    seen = value_map_copy(form);
    value_map_set(seen, list->id, value_ref(entry));
    v->form = seen;
    validate_value(v, list, FIELD_GROUP, entry, pointer);
    v->form = form;
    value_unref(seen);
}

/* A text as people compare it: compatible forms of a character, letter case and spaces are the same. NULL: no text. */
static char *text_alike(const struct value *value)
{
    const char *text = value_text(value);
    g_autofree char *form = text == NULL ? NULL : g_utf8_normalize(text, -1, G_NORMALIZE_ALL_COMPOSE);
    g_autofree char *folded = form == NULL ? NULL : g_utf8_casefold(form, -1);
    GString *out;

    if (folded == NULL)
        return NULL;
    out = g_string_new(NULL);
    for (const char *c = folded; *c != '\0'; c = text_next(c))
        if (!g_unichar_isspace(g_utf8_get_char(c)))
            g_string_append_len(out, c, text_next(c) - c);
    return g_string_free(out, FALSE);
}

static void validate_distinct(struct validation *v, const struct chart_field *field, const struct value *list,
                              const char *pointer)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (size_t i = 0; i < value_size(list); i++) {
        char *alike = text_alike(value_get(value_at(list, i), field->distinct));
        g_autofree char *at = g_strdup_printf("%s/%zu/%s", pointer, i, field->distinct);

        if (alike != NULL && alike[0] != '\0' && !g_hash_table_add(seen, alike))
            validation_find(v, at, "distinct", "すでに挙げられています。", "This stands in the list already.");
        else if (alike != NULL && alike[0] == '\0')
            g_free(alike);
    }
}

/* The label of an inner field. */
static const struct chart_text *field_inner_label(const struct chart *chart, const struct chart_field *field,
                                                  const char *id)
{
    for (int f = field->fields.first; f < field->fields.first + field->fields.count; f++)
        if (strcmp(chart->fields[f].id, id) == 0)
            return &chart->fields[f].label;
    g_assert_not_reached();
}

static void validate_some(struct validation *v, const struct chart_field *field, const struct value *list,
                          const char *pointer)
{
    for (char **id = field->some; id != NULL && *id != NULL; id++) {
        const struct chart_text *label = field_inner_label(v->chart, field, *id);
        g_autofree char *ja = g_strdup_printf("「%s」が一人もいません。", label->ja);
        g_autofree char *en = g_strdup_printf("No entry says yes to \"%s\".", label->en);
        bool found = false;

        for (size_t i = 0; i < value_size(list) && !found; i++)
            found = value_bool(value_get(value_at(list, i), *id));
        if (!found)
            validation_find(v, pointer, "some", ja, en);
    }
}

static void validate_list(struct validation *v, const struct chart_field *field, const struct value *list,
                          const char *pointer)
{
    size_t max = field->max > 0 ? (size_t)field->max : LIST_MAX;

    if (!v->partial && value_size(list) < (size_t)field->min_items)
        validation_find(v, pointer, "too_few", "項目が足りません。", "The list has too few entries.");
    if (value_size(list) > max) {
        validation_find(v, pointer, "too_many", "項目が多すぎます。", "The list has too many entries.");
        return;
    }
    for (size_t i = 0; i < value_size(list); i++) {
        g_autofree char *at = g_strdup_printf("%s/%zu", pointer, i);

        if (field->fields.count > 0)
            validate_entry(v, field, value_at(list, i), at);
        else
            validate_value(v, field, field->items, value_at(list, i), at);
    }
    if (!v->partial && field->distinct != NULL)
        validate_distinct(v, field, list, pointer);
    if (!v->partial)
        validate_some(v, field, list, pointer);
}

static enum value_kind field_kind(enum field_type type)
{
    switch (type) {
    case FIELD_BOOL:
        return VALUE_BOOL;
    case FIELD_INT:
        return VALUE_INT;
    case FIELD_LIST:
        return VALUE_LIST;
    case FIELD_GROUP:
    case FIELD_PERIOD:
    case FIELD_FILE:
        return VALUE_MAP;
    case FIELD_TEXT:
    case FIELD_LONGTEXT:
    case FIELD_DATE:
    case FIELD_INSTANT:
    case FIELD_CORP_NO:
    case FIELD_REG_NO:
    case FIELD_COUNTRY:
    case FIELD_EMAIL:
    case FIELD_ENUM:
    case FIELD_CASE:
    case FIELD_ORG:
        return VALUE_TEXT;
    }
    g_assert_not_reached();
}

static void validate_value(struct validation *v, const struct chart_field *field, enum field_type type,
                           const struct value *value, const char *pointer)
{
    static const char *const names[] = {"null", "a boolean", "an integer", "a text", "a list", "an object"};
    g_autofree char *en = NULL;

    if (value_kind(value) != field_kind(type)) {
        en = g_strdup_printf("Expected %s, not %s.", names[field_kind(type)], names[value_kind(value)]);
        validation_find(v, pointer, "type", "値の種類が違います。", en);
        return;
    }
    if (type == FIELD_GROUP)
        validate_fields(v, &field->fields, value, pointer);
    else if (type == FIELD_LIST)
        validate_list(v, field, value, pointer);
    else if (type == FIELD_PERIOD)
        validate_period(v, field, value, pointer);
    else if (type == FIELD_FILE)
        validate_file(v, value, pointer);
    else if (field_kind(type) == VALUE_TEXT)
        validate_text(v, field, type, value_text(value), pointer);
    else if (type == FIELD_INT && (value_int(value) > INT_MAX_EXACT || value_int(value) < -INT_MAX_EXACT))
        validation_find(v, pointer, "range", "数が大きすぎます。", "This number is too large.");
    else if (type == FIELD_BOOL && field->accept && !v->partial && !value_bool(value))
        validation_find(v, pointer, "accept", "宣誓が必要です。", "This pledge has to be given.");
}

static bool value_is_empty(const struct value *value)
{
    return value_is_null(value) || (value_kind(value) == VALUE_TEXT && value_text(value)[0] == '\0');
}

/* Says nothing where something is required: also white space alone, and a list of nothing. */
static bool value_is_blank(const struct value *value)
{
    const char *text = value_text(value);

    while (text != NULL && *text != '\0' && g_unichar_isspace(g_utf8_get_char(text)))
        text = text_next(text);
    return value_is_null(value) || (text != NULL && *text == '\0') ||
           (value_kind(value) == VALUE_LIST && value_size(value) == 0);
}

bool validate_requires(const struct snapshot *s, instant at, int form, const struct chart_field *field,
                       const struct value *input)
{
    struct guard_context context = {.chart = s->chart, .s = s, .form = input, .form_index = form, .at = at};

    if (field->required_if != CHART_NONE)
        return guard_holds(&context, field->required_if);
    return field->required || field->accept;
}

static bool field_is_required(const struct validation *v, const struct chart_field *field)
{
    return !v->partial && validate_requires(v->s, v->at, v->form_index, field, v->form);
}

/* A member's name within a JSON pointer (RFC 6901, 3). */
static char *pointer_token(const char *name)
{
    GString *token = g_string_new(name);

    g_string_replace(token, "~", "~0", 0);
    g_string_replace(token, "/", "~1", 0);
    return g_string_free(token, FALSE);
}

/* Members that no field describes. */
static void validate_unknown(struct validation *v, const struct range *fields, const struct value *map,
                             const char *pointer)
{
    for (size_t i = 0; i < value_size(map); i++) {
        bool known = false;

        for (int f = fields->first; f < fields->first + fields->count && !known; f++)
            known = strcmp(v->chart->fields[f].id, value_key_at(map, i)) == 0;
        if (!known) {
            g_autofree char *token = pointer_token(value_key_at(map, i));
            g_autofree char *at = g_strdup_printf("%s/%s", pointer, token);

            validation_find(v, at, "unknown_field", "この様式にない項目です。", "The form has no such field.");
        }
    }
}

static void validate_fields(struct validation *v, const struct range *fields, const struct value *map,
                            const char *pointer)
{
    validate_unknown(v, fields, map, pointer);
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &v->chart->fields[f];
        const struct value *value = value_get(map, field->id);
        g_autofree char *at = g_strdup_printf("%s/%s", pointer, field->id);

        if (value_is_blank(value) && field_is_required(v, field))
            validation_find(v, at, "required", "必須項目です。", "This field is required.");
        else if (!value_is_empty(value))
            validate_value(v, field, field->type, value, at);
    }
}

void validate_field(const struct snapshot *s, instant at, int form, const struct chart_field *field,
                    const struct value *input, const char *pointer, GPtrArray *findings)
{
    struct validation v = {
        .chart = s->chart, .s = s, .at = at, .form_index = form, .form = input, .findings = findings};

    zone_day(s->chart->zone, at, &v.today, NULL);
    validate_value(&v, field, field->type, value_get(input, field->id), pointer);
}

void validate_input(const struct snapshot *s, instant at, int form, const struct value *input, bool partial,
                    GPtrArray *findings)
{
    static const struct range nothing = {0};
    struct validation v = {.chart = s->chart,
                           .s = s,
                           .at = at,
                           .form_index = form,
                           .form = input,
                           .partial = partial,
                           .findings = findings};

    zone_day(s->chart->zone, at, &v.today, NULL);
    if (input != NULL && value_kind(input) != VALUE_MAP) {
        validation_find(&v, "", "type", "様式はオブジェクトで送ってください。", "A form is a JSON object.");
        return;
    }
    validate_fields(&v, form == CHART_NONE ? &nothing : &s->chart->forms[form].fields, input, "");
}
