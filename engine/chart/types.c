#include "engine/chart/types.h"

#include "engine/chart/suggest.h"

#include "engine/chart/suggest.h"

#include <string.h>

int types_field(const struct chart *chart, struct range fields, const char *name, size_t size)
{
    for (int i = fields.first; i < fields.first + fields.count; i++)
        if (strncmp(chart->fields[i].id, name, size) == 0 && chart->fields[i].id[size] == '\0')
            return i;
    return CHART_NONE;
}

bool types_part(enum field_type whole, const char *part, enum field_type *type)
{
    static const char *const file_parts[] = {"name", "sha256", "media_type", NULL};

    if (whole == FIELD_PERIOD && (strcmp(part, "start") == 0 || strcmp(part, "end") == 0)) {
        *type = FIELD_DATE;
        return true;
    }
    if (whole == FIELD_FILE && g_strv_contains(file_parts, part)) {
        *type = FIELD_TEXT;
        return true;
    }
    if (whole == FIELD_FILE && strcmp(part, "size") == 0) {
        *type = FIELD_INT;
        return true;
    }
    return false;
}

static bool types_follow(const struct chart *chart, const char *rest, struct path_target *target)
{
    while (rest != NULL) {
        size_t size = strcspn(rest, ".");
        g_autofree char *part = g_strndup(rest, size);

        if (target->field == CHART_NONE)
            return false;
        if (chart->fields[target->field].type == FIELD_GROUP) {
            target->field = types_field(chart, chart->fields[target->field].fields, part, size);
            if (target->field == CHART_NONE)
                return false;
            target->type = chart->fields[target->field].type;
        } else if (types_part(chart->fields[target->field].type, part, &target->type)) {
            target->field = CHART_NONE;
        } else {
            return false;
        }
        rest = rest[size] == '.' ? rest + size + 1 : NULL;
    }
    return true;
}

bool types_find(const struct chart *chart, const char *path, struct path_target *target)
{
    size_t size = strcspn(path, ".");
    const char *rest = path[size] == '.' ? path + size + 1 : NULL;

    *target = (struct path_target){.field = CHART_NONE};
    for (int i = 0; i < chart->form_count && target->field == CHART_NONE; i++)
        target->field = types_field(chart, chart->forms[i].fields, path, size);
    if (target->field != CHART_NONE) {
        target->typed = true;
        target->type = chart->fields[target->field].type;
        return types_follow(chart, rest, target);
    }
    for (int i = 0; i < chart->datum_count; i++) {
        const struct chart_datum *datum = &chart->data[i];

        if (strncmp(datum->name, path, size) != 0 || datum->name[size] != '\0')
            continue;
        *target = (struct path_target){.typed = datum->typed, .type = datum->type, .field = datum->field};
        return !datum->typed || types_follow(chart, rest, target);
    }
    return false;
}

const char *types_name(enum field_type type)
{
    static const char *const names[] = {
        [FIELD_TEXT] = "text",       [FIELD_LONGTEXT] = "longtext", [FIELD_BOOL] = "bool",
        [FIELD_INT] = "int",         [FIELD_DATE] = "date",         [FIELD_INSTANT] = "instant",
        [FIELD_PERIOD] = "period",   [FIELD_CORP_NO] = "corp_no",   [FIELD_REG_NO] = "reg_no",
        [FIELD_COUNTRY] = "country", [FIELD_EMAIL] = "email",       [FIELD_ENUM] = "enum",
        [FIELD_FILE] = "file",       [FIELD_CASE] = "case",         [FIELD_ORG] = "org",
        [FIELD_GROUP] = "group",     [FIELD_LIST] = "list"};

    return names[type];
}

/* "is no option": with the options, and the nearest. */
static char *option_misfit(char **options, const char *text)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *list = g_strjoinv(", ", options);
    const char *nearest;

    for (char **option = options; *option != NULL; option++)
        g_ptr_array_add(names, *option);
    nearest = name_nearest(text, names);
    return g_strdup_printf("there is no option \"%s\"; expected one of %s%s%s%s", text, list,
                           nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
                           nearest == NULL ? "" : "\"?");
}

/* Why ${text} is no single value of this type. */
static char *text_misfit(enum field_type type, char **options, const char *text)
{
    gint64 number;
    civil_day day;
    instant at;

    switch (type) {
    case FIELD_BOOL:
        if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
            return g_strdup_printf("\"%s\" is no bool; expected true or false", text);
        return NULL;
    case FIELD_INT:
        if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
            return g_strdup_printf("\"%s\" is no number; expected digits", text);
        return NULL;
    case FIELD_ENUM:
        if (options != NULL && !g_strv_contains((const char *const *)options, text))
            return option_misfit(options, text);
        return NULL;
    case FIELD_DATE:
        return civil_parse(text, &day) ? NULL : g_strdup_printf("\"%s\" is no date; expected YYYY-MM-DD", text);
    case FIELD_INSTANT:
        return instant_parse(text, &at)
                   ? NULL
                   : g_strdup_printf("\"%s\" is no instant; expected one as in RFC 3339, with its offset", text);
    case FIELD_PERIOD:
    case FIELD_FILE:
    case FIELD_GROUP:
    case FIELD_LIST:
        return g_strdup("a value with parts is not compared as a whole; expected present or absent, or one of its "
                        "parts");
    case FIELD_TEXT:
    case FIELD_LONGTEXT:
    case FIELD_CORP_NO:
    case FIELD_REG_NO:
    case FIELD_COUNTRY:
    case FIELD_EMAIL:
    case FIELD_CASE:
    case FIELD_ORG:
        return NULL;
    }
    g_assert_not_reached();
}

/* Whole spans of days for a date; hours and minutes for an instant. */
static char *time_misfit(const struct guard_time *time, enum field_type type, struct type_misfit *m)
{
    const struct span *span = &time->rule.span;
    bool days = type == FIELD_DATE;

    if (time->base == GUARD_TIME_FIXED && time->days != days)
        return g_strdup_printf("a%s is compared here; expected %s", days ? " date" : "n instant",
                               days ? "today, YYYY-MM-DD or the path of a date"
                                    : "now, an instant as in RFC 3339 or the path of an instant");
    if (span_is_empty(span) || days == (span->us == 0))
        return NULL;
    g_strlcpy(m->key, time->rule.direction == PERIOD_AFTER ? ".plus" : ".minus", sizeof m->key);
    return g_strdup(days ? "a date has no hours; expected days, business days, months or years"
                         : "days are not counted from an instant; expected hours or minutes");
}

static char *field_misfit(const struct chart_guard *guard, const char *noun, const char *expected,
                          struct type_misfit *m)
{
    g_strlcpy(m->key, ".field", sizeof m->key);
    return g_strdup_printf("\"%s\" is no %s; expected %s", guard->path != NULL ? guard->path : guard->other_path, noun,
                           expected);
}

static char *guard_misfit(const struct chart *chart, const struct chart_guard *guard, const struct path_target *target,
                          struct type_misfit *m)
{
    const struct chart_field *field = target->field == CHART_NONE ? NULL : &chart->fields[target->field];
    char **options = field == NULL ? NULL : field->options;
    char *why = NULL;

    switch (guard->kind) {
    case GUARD_IS:
        g_strlcpy(m->key, ".is", sizeof m->key);
        return text_misfit(target->type, options, value_text(guard->operand));
    case GUARD_IN:
        for (size_t i = 0; i < value_size(guard->operand) && why == NULL; i++) {
            g_snprintf(m->key, sizeof m->key, ".in[%zu]", i);
            why = text_misfit(target->type, options, value_text(value_at(guard->operand, i)));
        }
        return why;
    case GUARD_HAS:
        if (target->type != FIELD_LIST || field == NULL || field->fields.count > 0)
            return field_misfit(guard, "list of single values", "one, in which `has` looks for a value", m);
        g_strlcpy(m->key, ".has", sizeof m->key);
        return text_misfit(field->items, options, value_text(guard->operand));
    case GUARD_NUMBER:
        if (target->type != FIELD_INT && target->type != FIELD_LIST)
            return field_misfit(guard, "number", "an int, or a list whose entries are counted", m);
        return NULL;
    case GUARD_TIME:
        if (target->type != FIELD_DATE && target->type != FIELD_INSTANT)
            return field_misfit(guard, "date and no instant", "one of these", m);
        g_strlcpy(m->key, guard->time.after ? ".after" : ".before", sizeof m->key);
        return time_misfit(&guard->time, target->type, m);
    case GUARD_DAY_AFTER:
        return target->type == FIELD_DATE ? NULL : field_misfit(guard, "date", "a date, which day_after compares", m);
    case GUARD_PASSED:
        return target->type == FIELD_INSTANT ? NULL
                                             : field_misfit(guard, "instant", "an instant, which passed compares", m);
    case GUARD_ALL:
    case GUARD_ANY:
    case GUARD_NOT:
    case GUARD_IN_STATE:
    case GUARD_FLAG:
    case GUARD_LINKED:
    case GUARD_PRESENT:
    case GUARD_ABSENT:
        return NULL;
    }
    g_assert_not_reached();
}

bool types_fit(const struct chart *chart, const struct chart_guard *guard, const struct path_target *target,
               struct type_misfit *misfit)
{
    *misfit = (struct type_misfit){.code = FINDING_TYPE_MISMATCH};
    misfit->why = guard_misfit(chart, guard, target, misfit);
    if (misfit->why != NULL && g_str_has_prefix(misfit->why, "there is no option"))
        misfit->code = FINDING_UNKNOWN_OPTION;
    return misfit->why == NULL;
}
