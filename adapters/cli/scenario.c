#include "adapters/cli/scenario.h"

#include "adapters/json/json.h"

#include <string.h>

/* Which members a line of each kind has. It is of the first kind whose key it has. */
static const struct {
    const char *key;
    enum scenario_kind kind;
    const char *required, *optional;
} kinds[] = {
    {"person", SCENARIO_PERSON, "person organisation", "name roles"},
    {"open", SCENARIO_OPEN, "open at as", "subject case with with_file set expect_refused"},
    {"event", SCENARIO_EVENT, "event at as case", "with with_file set expect_refused"},
    {"workflow", SCENARIO_ALIAS, "alias workflow subject", ""},
    {"subject", SCENARIO_SUBJECT, "subject organisation name", ""},
    {"organisation", SCENARIO_ORGANISATION, "organisation name", "roles contacts"},
    {"until", SCENARIO_UNTIL, "until", ""},
    {"registration_of", SCENARIO_ALIAS, "alias registration_of", ""},
    {"expect", SCENARIO_EXPECT, "expect", ""},
};

static void scenario_item_free(gpointer p)
{
    struct scenario_item *item = p;

    value_unref(item->line);
    value_unref(item->input);
    g_free(item);
}

static bool G_GNUC_PRINTF(2, 3) item_invalid(GError **error, const char *format, ...)
{
    va_list args;

    if (error != NULL) {
        va_start(args, format);
        *error = g_error_new_valist(TOROKU_ERROR, TOROKU_ERROR_INVALID, format, args);
        va_end(args);
    }
    return false;
}

static bool words_have(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);

    return g_strv_contains((const char *const *)list, word);
}

/* Finds what kind of line it is, and that it has the members of that kind and no others. */
static bool item_classify(struct scenario_item *item, GError **error)
{
    size_t k = 0;

    while (k < G_N_ELEMENTS(kinds) && value_get(item->line, kinds[k].key) == NULL)
        k++;
    if (k == G_N_ELEMENTS(kinds))
        return item_invalid(error, "none of organisation, person, subject, open, event, until, alias, expect");
    item->kind = kinds[k].kind;
    for (size_t i = 0; i < value_size(item->line); i++) {
        const char *key = value_key_at(item->line, i);

        if (strcmp(key, "note") != 0 && !words_have(kinds[k].required, key) && !words_have(kinds[k].optional, key))
            return item_invalid(error, "'%s' does not belong to a line with '%s'", key, kinds[k].key);
    }
    g_auto(GStrv) required = g_strsplit(kinds[k].required, " ", -1);
    for (char **key = required; *key != NULL; key++)
        if (value_get(item->line, *key) == NULL)
            return item_invalid(error, "a line with '%s' needs '%s'", kinds[k].key, *key);
    return true;
}

static bool item_text(const struct scenario_item *item, const char *key, const char **text, GError **error)
{
    const struct value *v = value_get(item->line, key);

    *text = value_text(v);
    return v == NULL || *text != NULL || item_invalid(error, "'%s' is no text", key);
}

static bool item_instant(struct scenario_item *item, const char *key, GError **error)
{
    const char *text = value_text(value_get(item->line, key));

    return (text != NULL && instant_parse(text, &item->at)) ||
           item_invalid(error, "'%s' is no instant like 2021-04-01T09:00:00+09:00", key);
}

static bool item_refused(struct scenario_item *item, GError **error)
{
    const char *name;

    item->refused = -1;
    if (!item_text(item, "expect_refused", &name, error))
        return false;
    for (int code = 0; name != NULL && code < TOROKU_ERROR_COUNT; code++)
        if (strcmp(toroku_error_name((enum toroku_error)code), name) == 0)
            item->refused = code;
    return name == NULL || item->refused >= 0 || item_invalid(error, "there is no refusal '%s'", name);
}

/* ${base} with the members of ${over}; with ${deep} maps are merged. Takes ${base}. */
static struct value *input_merge(struct value *base, const struct value *over, bool deep)
{
    struct value *merged = value_map_copy(base);

    for (size_t i = 0; i < value_size(over); i++) {
        const char *key = value_key_at(over, i);
        const struct value *member = value_member_at(over, i), *was = value_get(base, key);

        if (deep && value_is_null(member))
            value_map_unset(merged, key);
        else if (deep && value_kind(member) == VALUE_MAP && value_kind(was) == VALUE_MAP)
            value_map_set(merged, key, input_merge(value_ref(was), member, true));
        else
            value_map_set(merged, key, value_ref(member));
    }
    value_unref(base);
    return merged;
}

static struct value *json_read(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) io = NULL;
    struct value *v;
    gsize size;

    if (!g_file_get_contents(path, &text, &size, &io)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "%s", io->message);
        return NULL;
    }
    v = json_parse(text, size, JSON_DEPTH_MAX, error);
    if (v == NULL)
        g_prefix_error(error, "%s: ", path);
    return v;
}

static bool item_input(struct scenario_item *item, const char *folder, GError **error)
{
    const struct value *with = value_get(item->line, "with"), *set = value_get(item->line, "set");
    const char *file;

    if (!item_text(item, "with_file", &file, error))
        return false;
    if (file != NULL) {
        g_autofree char *path = g_build_filename(folder, file, NULL);

        item->input = json_read(path, error);
        if (item->input == NULL)
            return false;
    } else if (with != NULL || set != NULL) {
        item->input = value_new_map();
    }
    if (with != NULL)
        item->input = input_merge(item->input, with, false);
    if (set != NULL)
        item->input = input_merge(item->input, set, true);
    return true;
}

static bool item_read_step(struct scenario_item *item, const char *folder, GError **error)
{
    const char *name = item->kind == SCENARIO_OPEN ? "open" : "event";

    return item_instant(item, "at", error) && item_text(item, "as", &item->as, error) &&
           item_text(item, name, &item->name, error) && item_text(item, "case", &item->alias, error) &&
           item_text(item, "subject", &item->subject, error) && item_refused(item, error) &&
           item_input(item, folder, error);
}

static bool item_read(struct scenario_item *item, const char *folder, GError **error)
{
    const struct value *expect;

    if (!item_classify(item, error))
        return false;
    switch (item->kind) {
    case SCENARIO_OPEN:
    case SCENARIO_EVENT:
        return item_read_step(item, folder, error);
    case SCENARIO_UNTIL:
        return item_instant(item, "until", error);
    case SCENARIO_ALIAS:
        if (value_get(item->line, "registration_of") != NULL) {
            item->name = "service-registration";
            return item_text(item, "alias", &item->alias, error) &&
                   item_text(item, "registration_of", &item->subject, error);
        }
        return item_text(item, "alias", &item->alias, error) && item_text(item, "workflow", &item->name, error) &&
               item_text(item, "subject", &item->subject, error);
    case SCENARIO_EXPECT:
        expect = value_get(item->line, "expect");
        item->alias = value_text(value_get(expect, "case"));
        return (item->alias != NULL && value_kind(value_get(expect, "states")) == VALUE_LIST) ||
               item_invalid(error, "'expect' needs 'case' and a list of 'states'");
    case SCENARIO_ORGANISATION:
    case SCENARIO_PERSON:
    case SCENARIO_SUBJECT:
        return true;
    }
    g_assert_not_reached();
}

static bool item_is_dated(const struct scenario_item *item)
{
    return item->kind == SCENARIO_OPEN || item->kind == SCENARIO_EVENT || item->kind == SCENARIO_UNTIL;
}

/* Time does not go back, and the world stands before anything happens in it. */
static bool scenario_check_order(const struct scenario *scenario, const struct scenario_item *item, GError **error)
{
    for (guint i = scenario->items->len; i-- > 0;) {
        const struct scenario_item *before = g_ptr_array_index(scenario->items, i);

        if (item->kind <= SCENARIO_SUBJECT && before->kind > SCENARIO_SUBJECT)
            return item_invalid(error, "the world stands before the first step");
        if (item_is_dated(item) && item_is_dated(before))
            return item->at >= before->at ||
                   item_invalid(error, "its instant lies before that of line %u", before->number);
    }
    return true;
}

static bool scenario_read_line(struct scenario *scenario, unsigned number, char *text, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(scenario->path);
    struct scenario_item *item;

    g_strstrip(text);
    if (*text == '\0')
        return true;
    item = g_new0(struct scenario_item, 1);
    item->number = number;
    item->line = json_parse(text, strlen(text), JSON_DEPTH_MAX, error);
    if (item->line != NULL && value_kind(item->line) != VALUE_MAP)
        item_invalid(error, "a line is a JSON object");
    else if (item->line != NULL && item_read(item, folder, error) && scenario_check_order(scenario, item, error)) {
        g_ptr_array_add(scenario->items, item);
        return true;
    }
    scenario_item_free(item);
    g_prefix_error(error, "%s:%u: ", scenario->path, number);
    return false;
}

struct scenario *scenario_read(const char *path, GError **error)
{
    struct scenario *scenario;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    g_autoptr(GError) io = NULL;

    if (!g_file_get_contents(path, &text, NULL, &io)) {
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "%s", io->message);
        return NULL;
    }
    scenario = g_new0(struct scenario, 1);
    scenario->path = g_strdup(path);
    scenario->items = g_ptr_array_new_with_free_func(scenario_item_free);
    lines = g_strsplit(text, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++)
        if (!scenario_read_line(scenario, i + 1, lines[i], error)) {
            scenario_free(scenario);
            return NULL;
        }
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    g_free(scenario->path);
    g_ptr_array_unref(scenario->items);
    g_free(scenario);
}

instant scenario_begin(const struct scenario *scenario)
{
    for (guint i = 0; i < scenario->items->len; i++) {
        const struct scenario_item *item = g_ptr_array_index(scenario->items, i);

        if (item_is_dated(item))
            return item->at;
    }
    return 0;
}
