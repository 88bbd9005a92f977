#include "engine/chart/compiler.h"

#include "engine/chart/suggest.h"

#include <string.h>

gsize compiler_enter(struct compiler *c, const char *format, ...)
{
    gsize mark = c->path->len;
    va_list args;

    va_start(args, format);
    g_string_append_vprintf(c->path, format, args);
    va_end(args);
    return mark;
}

void compiler_leave(struct compiler *c, gsize mark)
{
    g_string_truncate(c->path, mark);
}

/* The document path of ${suffix} at the present place, without the dot that a path does not begin with. */
static char *place_of(const struct compiler *c, const char *suffix)
{
    g_autofree char *path = g_strconcat(c->path->str, suffix, NULL);

    return g_strdup(path[0] == '.' ? path + 1 : path);
}

char *compiler_place(struct compiler *c)
{
    g_autofree char *path = place_of(c, "");

    return compiler_text(c, path);
}

void compiler_find(struct compiler *c, enum finding_code code, const char *suffix, const char *format, ...)
{
    g_autofree char *path = place_of(c, suffix);
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    chart_findings_add(c->findings, code, path, "%s", message);
}

void compiler_demand(struct compiler *c, enum finding_code code, const char *suffix, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    if (c->lenient)
        return;
    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    compiler_find(c, code, suffix, "%s", message);
}

/* Leaves each name once, where it came first. */
static void names_once(GPtrArray *names)
{
    for (guint i = 0; i < names->len; i++)
        for (guint later = names->len - 1; later > i; later--)
            if (strcmp(g_ptr_array_index(names, i), g_ptr_array_index(names, later)) == 0)
                g_ptr_array_remove_index(names, later);
}

void compiler_find_unknown(struct compiler *c, enum finding_code code, const char *suffix, const char *what,
                           const char *name, GPtrArray *names)
{
    const char *nearest;
    g_autoptr(GString) message = g_string_new(NULL);
    struct chart_finding *finding;

    names_once(names);
    nearest = name_nearest(name, names);
    g_string_append_printf(message, "there is no %s \"%s\"", what, name);
    if (names->len == 0)
        g_string_append_printf(message, "; none is defined here");
    else if (names->len <= 12) {
        g_string_append(message, "; expected one of");
        for (guint i = 0; i < names->len; i++)
            g_string_append_printf(message, "%s %s", i == 0 ? "" : ",", (const char *)g_ptr_array_index(names, i));
    }
    compiler_find(c, code, suffix, "%s", message->str);
    finding = g_ptr_array_index(c->findings, c->findings->len - 1);
    finding->suggestion = g_strdup(nearest);
    g_ptr_array_unref(names);
}

GPtrArray *compiler_ids(const void *rows, size_t size, int count)
{
    GPtrArray *ids = g_ptr_array_new();

    for (int i = 0; i < count; i++) {
        char *id;

        memcpy(&id, (const char *)rows + (size_t)i * size, sizeof id);
        if (id != NULL)
            g_ptr_array_add(ids, id);
    }
    return ids;
}

char *compiler_text(struct compiler *c, const char *text)
{
    return text == NULL ? NULL : g_string_chunk_insert_const(c->chart->strings, text);
}

struct chart_text compiler_texts(struct compiler *c, const struct doc_text *text)
{
    return (struct chart_text){.ja = compiler_text(c, text->ja), .en = compiler_text(c, text->en)};
}

char **compiler_list(struct compiler *c, char *const *texts, uint32_t count)
{
    char **list;

    if (count == 0)
        return NULL;
    list = g_new0(char *, count + 1);
    g_ptr_array_add(c->chart->owned, list);
    for (uint32_t i = 0; i < count; i++)
        list[i] = compiler_text(c, texts[i]);
    return list;
}

struct index_list compiler_indices(struct compiler *c, const GArray *ints)
{
    struct index_list list = {0};

    if (ints->len == 0)
        return list;
    list.count = (int)ints->len;
    list.items = g_memdup2(ints->data, ints->len * sizeof(int));
    g_ptr_array_add(c->chart->owned, list.items);
    return list;
}

int compiler_basis(struct compiler *c, const char *suffix, const char *basis, int inherited)
{
    int rule;

    if (basis == NULL)
        return inherited;
    rule = rulebook_rule(c->book, basis);
    if (rule == CHART_NONE)
        compiler_find_unknown(c, FINDING_UNKNOWN_RULE, suffix, "rule", basis,
                              compiler_ids(c->book->rules->data, sizeof(struct chart_rule), (int)c->book->rules->len));
    return rule;
}

void compiler_calendar(struct compiler *c, const char *name)
{
    GPtrArray *names;

    if (rulebook_calendar(c->book, name) != NULL)
        return;
    names = g_ptr_array_new();
    for (guint i = 0; i < c->book->calendars->len; i++)
        g_ptr_array_add(names, (gpointer)(uintptr_t)calendar_name(g_ptr_array_index(c->book->calendars, i)));
    compiler_find_unknown(c, FINDING_UNKNOWN_CALENDAR, ".calendar", "calendar", name, names);
}

bool compiler_check_id(struct compiler *c, const char *suffix, const char *id, bool wide)
{
    bool good;

    wide = wide || c->lenient;
    good = id != NULL && (g_ascii_islower(id[0]) || (wide && g_ascii_isupper(id[0])));
    for (const char *p = id; good && *p != '\0'; p++)
        good = g_ascii_islower(*p) || g_ascii_isdigit(*p) || *p == '_' ||
               (wide && (g_ascii_isupper(*p) || *p == '-' || *p == '.'));
    if (!good && id == NULL)
        compiler_find(c, FINDING_BAD_NAME, suffix, "a name is missing");
    else if (!good)
        compiler_find(c, FINDING_BAD_NAME, suffix, "\"%s\" is no name; expected %s, beginning with a letter", id,
                      wide ? "letters, digits and _ - ." : "a-z, 0-9 and _");
    return good;
}

bool compiler_check_event(struct compiler *c, const char *suffix, const char *name, bool pattern)
{
    size_t size = name == NULL ? 0 : strlen(name);
    bool good = size > 0 && name[0] != '.' && name[size - 1] != '.' && strstr(name, "..") == NULL;

    if (pattern && (g_strcmp0(name, "*") == 0 || (size > 2 && g_str_has_suffix(name, ".*"))))
        size -= MIN(size, 2);
    for (size_t i = 0; good && i < size; i++)
        good = g_ascii_islower(name[i]) || g_ascii_isdigit(name[i]) || name[i] == '_' || name[i] == '.' ||
               (c->lenient && (g_ascii_isupper(name[i]) || name[i] == '-'));
    if (!good)
        compiler_find(c, FINDING_BAD_NAME, suffix,
                      "\"%s\" is no event; expected tokens of a-z, 0-9 and _, joined by dots",
                      name == NULL ? "" : name);
    return good;
}

void compiler_read(struct compiler *c, const char *suffix, const char *path, enum read_purpose purpose)
{
    struct read read = {.purpose = purpose};

    read.name = g_strndup(path, strcspn(path, "."));
    read.path = place_of(c, suffix);
    g_array_append_val(c->reads, read);
}

/* The top-level field ${name}: of the scope's form first, then of any other. */
static int field_find_top(const struct chart *chart, const char *name, size_t size, const struct scope *scope)
{
    int field = CHART_NONE;

    if (scope->form != CHART_NONE)
        field = types_field(chart, chart->forms[scope->form].fields, name, size);
    for (int i = 0; field == CHART_NONE && !scope->form_only && i < chart->form_count; i++)
        field = types_field(chart, chart->forms[i].fields, name, size);
    return field;
}

static bool is_data_name(const struct compiler *c, const char *name, size_t size)
{
    for (guint i = 0; i < c->data_names->len; i++) {
        const char *known = g_ptr_array_index(c->data_names, i);

        if (strncmp(known, name, size) == 0 && (known[size] == '\0' || known[size] == '.'))
            return true;
    }
    return false;
}

static void names_add(GPtrArray *names, char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(g_ptr_array_index(names, i), name) == 0)
            return;
    g_ptr_array_add(names, name);
}

/* The fields that ${scope} may name, and what actions provide. */
static GPtrArray *known_names(const struct compiler *c, const struct scope *scope)
{
    const struct chart *chart = c->chart;
    GPtrArray *names = g_ptr_array_new();

    for (int i = 0; i < chart->form_count; i++) {
        struct range fields = chart->forms[i].fields;

        for (int f = fields.first; f < fields.first + fields.count; f++)
            if (!scope->form_only || i == scope->form)
                names_add(names, chart->fields[f].id);
    }
    for (guint i = 0; !scope->form_only && i < c->data_names->len; i++)
        names_add(names, g_ptr_array_index(c->data_names, i));
    return names;
}

/* Follows the rest of a path below ${target->field}. */
static bool path_follow(struct compiler *c, const char *suffix, const char *path, const char *rest,
                        const struct scope *scope, struct path_target *target)
{
    while (rest != NULL) {
        size_t size = strcspn(rest, ".");
        g_autofree char *part = g_strndup(rest, size);
        const struct chart_field *field = target->field == CHART_NONE ? NULL : &c->chart->fields[target->field];

        bool entry = scope->required && scope->entry_of != CHART_NONE && target->field == scope->entry_of;

        if (field != NULL && (field->type == FIELD_GROUP || entry)) {
            target->field = types_field(c->chart, field->fields, part, size);
            if (target->field == CHART_NONE) {
                compiler_find_unknown(c, FINDING_UNKNOWN_FIELD, suffix, "field", part,
                                      COMPILER_IDS(c->chart->fields + field->fields.first, field->fields.count));
                return false;
            }
            target->type = c->chart->fields[target->field].type;
        } else if (field != NULL && types_part(field->type, part, &target->type)) {
            target->field = CHART_NONE;
        } else {
            compiler_find(c, FINDING_NO_SUCH_PART, suffix,
                          "\"%s\" leads nowhere: what comes before \"%s\" has no such part", path, part);
            return false;
        }
        rest = rest[size] == '.' ? rest + size + 1 : NULL;
    }
    return true;
}

bool compiler_resolve(struct compiler *c, const char *suffix, const char *path, const struct scope *scope,
                      struct path_target *target)
{
    size_t size = strcspn(path, ".");
    g_autofree char *name = g_strndup(path, size);

    *target = (struct path_target){.typed = true};
    target->field = field_find_top(c->chart, path, size, scope);
    if (target->field != CHART_NONE) {
        target->type = c->chart->fields[target->field].type;
        return path_follow(c, suffix, path, path[size] == '.' ? path + size + 1 : NULL, scope, target);
    }
    if (!scope->form_only && !scope->any_input && !c->lenient && is_data_name(c, path, size)) {
        if (types_find(c->chart, path, target))
            return true;
        compiler_find(c, FINDING_NO_SUCH_PART, suffix, "\"%s\" leads nowhere: \"%s\" has no such part", path, name);
        return false;
    }
    target->typed = false;
    if (c->lenient || (!scope->form_only && (scope->any_input || is_data_name(c, path, size))))
        return true;
    compiler_find_unknown(c, FINDING_UNKNOWN_FIELD, suffix, scope->form_only ? "field of this form" : "field", name,
                          known_names(c, scope));
    return false;
}
