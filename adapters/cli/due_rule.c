#include "adapters/cli/due_rule.h"

#include "engine/chart/suggest.h"
#include "engine/error.h"

#include <string.h>

#define CALENDAR_DEFAULT "jp-government"
#define RULE_ID "asked"
#define ANCHOR_ID "anchor"

struct due_rules {
    struct library *library;
    const struct chart *workflow;
    GHashTable *charts; /* text of the bare workflow -> struct chart */
};

static void rules_chart_free(gpointer chart)
{
    chart_free(chart);
}

struct due_rules *due_rules_new(struct library *library, const struct chart *workflow)
{
    struct due_rules *rules = g_new0(struct due_rules, 1);

    rules->library = library;
    rules->workflow = workflow;
    rules->charts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rules_chart_free);
    return rules;
}

void due_rules_free(struct due_rules *rules)
{
    if (rules == NULL)
        return;
    g_hash_table_unref(rules->charts);
    g_free(rules);
}

static bool rule_refuse(GError **error, const char *what)
{
    g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, what);
    return false;
}

/* A name that ${names} (which goes) lacks. */
static void rule_unknown(GError **error, const char *what, const char *name, GPtrArray *names)
{
    const char *nearest = name_nearest(name, names);
    g_autofree char *known = NULL;

    g_ptr_array_add(names, NULL);
    known = g_strjoinv(", ", (char **)names->pdata);
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_NOT_FOUND, "%s \"%s\" is not known; expected one of %s%s%s%s", what,
                name, known, nearest == NULL ? "" : "; did you mean \"", nearest == NULL ? "" : nearest,
                nearest == NULL ? "" : "\"?");
    g_ptr_array_unref(names);
}

/* A lenient compiler takes any calendar for one that it does not know; here the days are what is asked for. */
static bool rule_check_calendar(const struct due_rules *rules, const struct value *name, GError **error)
{
    const GPtrArray *calendars = rules->library->book->calendars;
    GPtrArray *names;

    if (name == NULL || (value_text(name) != NULL && rulebook_calendar(rules->library->book, value_text(name)) != NULL))
        return true;
    if (value_text(name) == NULL)
        return rule_refuse(error, "calendar: expected a name");
    names = g_ptr_array_new();
    for (guint i = 0; i < calendars->len; i++)
        g_ptr_array_add(names, (gpointer)(uintptr_t)calendar_name(g_ptr_array_index(calendars, i)));
    rule_unknown(error, "calendar", value_text(name), names);
    return false;
}

/* Where the period runs from and of what, as far as the question leaves that to its anchor. */
static struct value *rule_period(const struct value *given, bool by_day)
{
    struct value *period = value_map_copy(given);
    const char *from;

    if (value_get(period, "earliest") != NULL || value_get(period, "latest") != NULL)
        return period;
    if (value_get(period, "from") == NULL)
        value_map_set_text(period, "from", by_day ? "day" : "state_entry");
    from = value_text(value_get(period, "from"));
    if (from != NULL && strcmp(from, "state_entry") != 0 && value_get(period, "of") == NULL)
        value_map_set_text(period, "of", ANCHOR_ID);
    return period;
}

/* Whom a reminder tells is not asked here; the language demands that it be said. */
static struct value *rule_remind(const struct value *given)
{
    struct value *list = value_new_list();

    for (size_t i = 0; i < value_size(given); i++) {
        struct value *entry = value_map_copy(value_at(given, i));

        if (value_get(entry, "notice") == NULL)
            value_map_set_text(entry, "notice", DUE_NOTICE);
        if (value_get(entry, "to") == NULL)
            value_map_set(entry, "to", value_new_list());
        value_list_add(list, entry);
    }
    return list;
}

/* The deadline of ${question} as a workflow file has it. */
static struct value *rule_deadline(const struct value *question, bool by_day, GError **error)
{
    static const char *const beside[] = {"calendar", "fires", "remind"};
    const struct value *rule = value_get(question, "rule"), *period = value_get(rule, "period");
    struct value *deadline;

    if (value_kind(rule) != VALUE_MAP || (period != NULL && value_kind(period) != VALUE_MAP)) {
        rule_refuse(error, "rule: expected a period, as in {\"from\": \"day\", \"business_days\": 10}, or a whole "
                           "deadline with a period in it");
        return NULL;
    }
    if (g_strcmp0(value_text(value_get(period == NULL ? rule : period, "from")), "ahead_of") == 0) {
        rule_refuse(error, "period.from: ahead_of is so long before another deadline, and there is none; expected "
                           "ahead_of_day and the day as anchor");
        return NULL;
    }
    deadline = period == NULL ? value_new_map() : value_map_copy(rule);
    value_map_set(deadline, "period", rule_period(period == NULL ? rule : period, by_day));
    for (size_t i = 0; i < G_N_ELEMENTS(beside); i++)
        if (value_get(question, beside[i]) != NULL)
            value_map_set(deadline, beside[i], value_ref(value_get(question, beside[i])));
    if (value_kind(value_get(deadline, "remind")) == VALUE_LIST)
        value_map_set(deadline, "remind", rule_remind(value_get(deadline, "remind")));
    value_map_set_text(deadline, "id", RULE_ID);
    if (value_get(deadline, "kind") == NULL)
        value_map_set_text(deadline, "kind", "limit");
    return deadline;
}

/* A list of the maps given, each of which may be NULL. */
static struct value *rule_list(struct value *first, struct value *second)
{
    struct value *list = value_new_list();

    if (first != NULL)
        value_list_add(list, first);
    if (second != NULL)
        value_list_add(list, second);
    return list;
}

/* The bare workflow around ${deadline}, whose reference goes: JSON, which is YAML. */
static char *rule_workflow(const struct value *question, struct value *deadline)
{
    struct value *workflow = value_new_map(), *running = value_new_map(), *over = value_new_map();
    struct value *take = value_new_map(), *to = value_new_list();
    const struct value *zone = value_get(question, "zone");
    GString *text = g_string_new(NULL);

    value_list_add(to, value_new_text("over"));
    value_map_set(take, "to", to);
    value_map_set_text(take, "due", RULE_ID);
    value_map_set_text(running, "id", "running");
    value_map_set(running, "deadlines", rule_list(deadline, NULL));
    value_map_set(running, "take", rule_list(take, NULL));
    value_map_set_text(over, "id", "over");
    value_map_set_bool(over, "final", true);
    value_map_set_text(workflow, "workflow", "due");
    value_map_set_text(workflow, "calendar", CALENDAR_DEFAULT);
    if (zone != NULL)
        value_map_set(workflow, "zone", value_ref(zone));
    value_map_set(workflow, "states", rule_list(running, over));
    value_print(workflow, text);
    value_unref(workflow);
    return g_string_free(text, FALSE);
}

/* What is wrong with a rule, in the words of `toroku check`, without the workflow that was put around it. */
static void rule_tell(const GPtrArray *findings, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < findings->len; i++) {
        const struct chart_finding *f = g_ptr_array_index(findings, i);
        const char *path = f->path;

        if (g_str_has_prefix(path, "states[0].deadlines["))
            path = strchr(path, ']') + strlen("].deadlines[0]");
        path += path[0] == '.';
        if (g_str_has_prefix(f->text, "period: ")) /* said by the calendar room, which knows of no paths */
            path = "";
        g_string_append_printf(text, "%s%s%s%s", i > 0 ? "\n" : "", path, path[0] == '\0' ? "" : ": ", f->text);
        if (f->expected != NULL)
            g_string_append_printf(text, "; expected %s", f->expected);
        if (f->suggestion != NULL)
            g_string_append_printf(text, "; did you mean \"%s\"?", f->suggestion);
    }
    g_set_error_literal(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, text->str);
}

static const struct chart *rule_of_question(struct due_rules *rules, const struct value *question, bool by_day,
                                            int *deadline, GError **error)
{
    g_autoptr(GPtrArray) findings = NULL;
    g_autofree char *text = NULL;
    struct value *asked = rule_deadline(question, by_day, error);
    struct chart *chart;

    if (asked == NULL)
        return NULL;
    if (!rule_check_calendar(rules, value_get(asked, "calendar"), error)) {
        value_unref(asked);
        return NULL;
    }
    text = rule_workflow(question, asked);
    chart = g_hash_table_lookup(rules->charts, text);
    if (chart == NULL) {
        findings = chart_findings_new();
        chart = library_lenient_text(rules->library, RULE_ID, text, strlen(text), findings);
        if (chart == NULL) {
            rule_tell(findings, error);
            return NULL;
        }
        g_hash_table_insert(rules->charts, g_steal_pointer(&text), chart);
    }
    *deadline = chart_deadline_index(chart, RULE_ID);
    return chart;
}

const struct chart *due_rule(struct due_rules *rules, const struct value *question, bool by_day, int *deadline,
                             GError **error)
{
    const struct value *id = value_get(question, "deadline");
    const struct chart *chart = rules->workflow;
    GPtrArray *names;

    if (id == NULL)
        return rule_of_question(rules, question, by_day, deadline, error);
    if (chart == NULL || value_text(id) == NULL) {
        rule_refuse(error, chart == NULL ? "deadline: of which workflow? name its file: --workflow FILE"
                                         : "deadline: expected the id of a deadline of the workflow");
        return NULL;
    }
    *deadline = chart_deadline_index(chart, value_text(id));
    if (*deadline != CHART_NONE)
        return chart;
    names = g_ptr_array_new();
    for (int i = 0; i < chart->deadline_count; i++)
        g_ptr_array_add(names, chart->deadlines[i].id);
    rule_unknown(error, "deadline", value_text(id), names);
    return NULL;
}
