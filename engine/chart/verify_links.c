#include "engine/chart/suggest.h"
#include "engine/chart/types.h"
#include "engine/chart/verify.h"
#include "engine/chart/verify_overlap.h"

#include <string.h>

/* Does ${chart} hold ${path} in the data of its cases? */
static bool chart_keeps(const struct chart *chart, const char *path)
{
    size_t size = strcspn(path, ".");

    for (int f = 0; f < chart->form_count; f++)
        for (int i = 0; i < chart->forms[f].fields.count; i++) {
            const struct chart_field *field = &chart->fields[chart->forms[f].fields.first + i];

            if (field->kept && strncmp(field->id, path, size) == 0 && field->id[size] == '\0')
                return true;
        }
    for (int i = 0; i < chart->action_count; i++) {
        const struct chart_action *action = &chart->actions[i];

        if ((action->kind == ACTION_SET || action->kind == ACTION_UPDATE || action->kind == ACTION_ALLOCATE) &&
            strncmp(action->name, path, size) == 0 && (action->name[size] == '\0' || action->name[size] == '.'))
            return true;
    }
    return false;
}

static bool chart_takes_signal(const struct chart *chart, const char *signal)
{
    if (g_strcmp0(chart->opened_by_signal, signal) == 0)
        return true;
    for (int t = 0; t < chart->take_count; t++)
        if (chart->takes[t].trigger == TRIGGER_SIGNAL && g_strcmp0(chart->takes[t].name, signal) == 0)
            return true;
    return false;
}

static bool chart_has_state(const struct chart *chart, const char *id)
{
    return chart_state_index(chart, id) != CHART_NONE;
}

static bool chart_has_deadline(const struct chart *chart, const char *id)
{
    return chart_deadline_index(chart, id) != CHART_NONE;
}

/* Does some version of ${workflow} know ${name}? */
static bool any_version(const struct chart_set *set, const char *workflow,
                        bool (*knows)(const struct chart *chart, const char *name), const char *name)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (strcmp(chart->workflow, workflow) == 0 && (knows == NULL || knows(chart, name)))
            return true;
    }
    return false;
}

/* What the charts of ${workflow} (NULL: all of them) have a name for. */
enum known { KNOWN_WORKFLOWS, KNOWN_STATES, KNOWN_DEADLINES, KNOWN_REGISTERS };

static GPtrArray *known_names(const struct chart_set *set, const char *workflow, enum known what)
{
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (workflow != NULL && strcmp(chart->workflow, workflow) != 0)
            continue;
        if (what == KNOWN_WORKFLOWS)
            g_ptr_array_add(names, chart->workflow);
        for (int s = 1; what == KNOWN_STATES && s < chart->state_count; s++)
            g_ptr_array_add(names, chart->states[s].id);
        for (int d = 0; what == KNOWN_DEADLINES && d < chart->deadline_count; d++)
            g_ptr_array_add(names, chart->deadlines[d].id);
        for (int a = 0; what == KNOWN_REGISTERS && a < chart->action_count; a++)
            if (chart->actions[a].kind == ACTION_PUBLISH)
                g_ptr_array_add(names, chart->actions[a].name);
    }
    return names;
}

/* Notes with the last finding which of ${names} (taken) was meant by ${word}. */
static void suggest(GPtrArray *findings, const char *word, GPtrArray *names)
{
    struct chart_finding *finding = g_ptr_array_index(findings, findings->len - 1);

    finding->suggestion = g_strdup(name_nearest(word, names));
    g_ptr_array_unref(names);
}

static bool names_have(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(g_ptr_array_index(names, i), name) == 0)
            return true;
    return false;
}

/* Entries are marked and withdrawn where some workflow publishes them. */
static void verify_registers(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    for (int a = 0; a < chart->action_count; a++) {
        const struct chart_action *action = &chart->actions[a];
        const char *key = action->kind == ACTION_MARK             ? "mark"
                          : action->kind == ACTION_UNMARK         ? "unmark"
                          : action->kind == ACTION_WITHDRAW_ENTRY ? "withdraw_entry"
                                                                  : NULL;
        GPtrArray *names = key == NULL ? NULL : known_names(set, NULL, KNOWN_REGISTERS);
        g_autoptr(GString) path = g_string_new(NULL);

        if (names == NULL || names_have(names, action->name)) {
            g_clear_pointer(&names, g_ptr_array_unref);
            continue;
        }
        chart_action_path(chart, a, path);
        g_string_append_printf(path, ".%s.register", key);
        chart_findings_add(findings, FINDING_UNKNOWN_REGISTER, path->str,
                           "nothing is ever published in \"%s\"; expected a register that some `publish` names",
                           action->name);
        suggest(findings, action->name, names);
    }
}

static void verify_signals(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    for (int a = 0; a < chart->action_count; a++) {
        const struct chart_action *action = &chart->actions[a];

        for (int i = 0; action->kind == ACTION_SIGNAL && i < action->relations.count; i++) {
            const char *workflow = chart->relations[action->relations.items[i]].workflow;
            g_autoptr(GString) path = g_string_new(NULL);

            if (!any_version(set, workflow, NULL, NULL) || any_version(set, workflow, chart_takes_signal, action->name))
                continue;
            chart_action_path(chart, a, path);
            chart_findings_add(findings, FINDING_SIGNAL_NOT_TAKEN, path->str,
                               "no case of \"%s\" ever takes the signal \"%s\"; expected a row with it, or opened_by",
                               workflow, action->name);
        }
    }
}

/* Does some version of some workflow send ${signal} to ${workflow} with the member ${name}? */
static bool any_sender_carries(const struct chart_set *set, const char *workflow, const char *signal, const char *name,
                               bool *any_sender)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *sender = g_ptr_array_index(set->charts, i);

        for (int a = 0; a < sender->action_count; a++) {
            const struct chart_action *action = &sender->actions[a];

            for (int r = 0; action->kind == ACTION_SIGNAL && r < action->relations.count; r++) {
                if (strcmp(action->name, signal) != 0 ||
                    strcmp(sender->relations[action->relations.items[r]].workflow, workflow) != 0)
                    continue;
                *any_sender = true;
                if (action->with != NULL && g_strv_contains((const char *const *)action->with, name))
                    return true;
            }
        }
    }
    return false;
}

/* What a row sets from its signal, some sender puts into it. */
static void verify_payloads(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    for (int t = 0; t < chart->take_count; t++) {
        const struct chart_take *take = &chart->takes[t];

        if (take->trigger != TRIGGER_SIGNAL)
            continue;
        for (int a = take->actions.first; a < take->actions.first + take->actions.count; a++) {
            const struct chart_action *action = &chart->actions[a];
            g_autoptr(GString) path = g_string_new(NULL);
            bool any_sender = false;

            if ((action->kind != ACTION_SET && action->kind != ACTION_UPDATE) || action->from != NULL ||
                any_sender_carries(set, chart->workflow, take->name, action->name, &any_sender) || !any_sender)
                continue;
            chart_action_path(chart, a, path);
            chart_findings_add(findings, FINDING_SIGNAL_PAYLOAD, path->str,
                               "no sender of \"%s\" carries \"%s\"; expected it in their `with`", take->name,
                               action->name);
        }
    }
}

/* A guard that reads a linked case, on the row or action at ${path}. */
static void verify_guard(const struct chart *chart, const struct chart_set *set, const GString *path, int guard,
                         GPtrArray *findings)
{
    const struct chart_guard *row = &chart->guards[guard];
    const char *workflow = row->relation == CHART_NONE ? NULL : chart->relations[row->relation].workflow;

    for (int i = 0; i < row->children.count; i++)
        verify_guard(chart, set, path, row->children.items[i], findings);
    if (workflow == NULL || !any_version(set, workflow, NULL, NULL))
        return;
    for (char **name = row->names; name != NULL && *name != NULL; name++)
        if (!any_version(set, workflow, chart_has_state, *name)) {
            chart_findings_add(findings, FINDING_UNKNOWN_STATE, path->str, "\"%s\" has no state \"%s\"", workflow,
                               *name);
            suggest(findings, *name, known_names(set, workflow, KNOWN_STATES));
        }
    if (row->deadline != NULL && !any_version(set, workflow, chart_has_deadline, row->deadline)) {
        chart_findings_add(findings, FINDING_UNKNOWN_DEADLINE, path->str, "\"%s\" has no deadline \"%s\"", workflow,
                           row->deadline);
        suggest(findings, row->deadline, known_names(set, workflow, KNOWN_DEADLINES));
    }
    if (row->kind == GUARD_DAY_AFTER && !any_version(set, workflow, chart_keeps, row->other_path))
        chart_findings_add(findings, FINDING_UNKNOWN_FIELD, path->str,
                           "cases of \"%s\" do not keep \"%s\"; expected a field that it reads or sets", workflow,
                           row->other_path);
}

static void verify_guards(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    g_autoptr(GString) path = g_string_new(NULL);

    for (int t = 0; t < chart->take_count; t++) {
        if (chart->takes[t].guard == CHART_NONE)
            continue;
        g_string_truncate(path, 0);
        chart_take_path(chart, t, path);
        g_string_append(path, ".when");
        verify_guard(chart, set, path, chart->takes[t].guard, findings);
    }
    for (int a = 0; a < chart->action_count; a++) {
        if (chart->actions[a].guard == CHART_NONE)
            continue;
        g_string_truncate(path, 0);
        chart_action_path(chart, a, path);
        g_string_append(path, ".when");
        verify_guard(chart, set, path, chart->actions[a].guard, findings);
    }
    for (int d = 0; d < chart->deadline_count; d++) {
        const struct chart_deadline *deadline = &chart->deadlines[d];

        if (deadline->guard == CHART_NONE)
            continue;
        g_string_truncate(path, 0);
        chart_state_path(chart, deadline->state, path);
        g_string_append_printf(path, ".deadlines[%d].when", d - chart->states[deadline->state].deadlines.first);
        verify_guard(chart, set, path, deadline->guard, findings);
    }
}

static bool chart_is_one_per_subject(const struct chart *chart, const char *name)
{
    (void)name;
    return chart->one_per_subject;
}

static bool chart_links_by(const struct chart *chart, const char *name)
{
    int relation = chart_relation_index(chart, name);

    return relation != CHART_NONE && !chart->relations[relation].same_subject &&
           chart->relations[relation].linked_by == NULL;
}

static void verify_relation(const struct chart *chart, const struct chart_set *set, int relation, GPtrArray *findings)
{
    const struct chart_relation *row = &chart->relations[relation];
    g_autofree char *path = g_strdup_printf("relations[%d].", relation);

    if (row->owned_by != NULL && !any_version(set, row->workflow, chart_is_one_per_subject, NULL)) {
        g_autofree char *at = g_strconcat(path, "owned_by", NULL);

        chart_findings_add(findings, FINDING_WRONG_RELATION, at,
                           "an organisation may have any number of open cases of \"%s\"; expected a "
                           "workflow with open_at_most",
                           row->workflow);
    }
    if (row->linked_by != NULL && !any_version(set, row->workflow, chart_links_by, row->linked_by)) {
        g_autofree char *at = g_strconcat(path, "linked_by", NULL);

        chart_findings_add(findings, FINDING_WRONG_RELATION, at, "\"%s\" links no case through a relation \"%s\"",
                           row->workflow, row->linked_by);
    }
}

void chart_verify_links(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    for (int i = 0; i < chart->relation_count; i++)
        if (!any_version(set, chart->relations[i].workflow, NULL, NULL)) {
            g_autofree char *path = g_strdup_printf("relations[%d].workflow", i);

            chart_findings_add(findings, FINDING_UNKNOWN_WORKFLOW, path, "there is no workflow \"%s\"",
                               chart->relations[i].workflow);
            suggest(findings, chart->relations[i].workflow, known_names(set, NULL, KNOWN_WORKFLOWS));
        } else {
            verify_relation(chart, set, i, findings);
        }
    verify_registers(chart, set, findings);
    verify_signals(chart, set, findings);
    verify_payloads(chart, set, findings);
    verify_guards(chart, set, findings);
    types_verify(chart, set, findings);
    verify_overlaps(chart, set, findings);
}
