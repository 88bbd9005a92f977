#include "engine/chart/suggest.h"
#include "engine/chart/types.h"

#include <string.h>

static void misfit_tell(const struct chart_guard *guard, struct type_misfit *misfit, const char *whose,
                        GPtrArray *findings)
{
    g_autofree char *path = g_strconcat(guard->place, misfit->key, NULL);

    if (misfit->why != NULL)
        chart_findings_add(findings, misfit->code, path, "as %s has it, %s", whose, misfit->why);
    g_clear_pointer(&misfit->why, g_free);
}

/* Does ${chart} hold ${path} in the data of its cases: a field that it reads, or what its actions set? */
static bool chart_keeps(const struct chart *chart, const char *path)
{
    size_t size = strcspn(path, ".");

    for (int f = 0; f < chart->form_count; f++) {
        int field = types_field(chart, chart->forms[f].fields, path, size);

        if (field != CHART_NONE && chart->fields[field].kept)
            return true;
    }
    for (int i = 0; i < chart->datum_count; i++)
        if (strncmp(chart->data[i].name, path, size) == 0 && chart->data[i].name[size] == '\0')
            return true;
    return false;
}

static void names_kept(const struct chart *chart, GPtrArray *names)
{
    for (int f = 0; f < chart->form_count; f++) {
        struct range fields = chart->forms[f].fields;

        for (int i = fields.first; i < fields.first + fields.count; i++)
            if (chart->fields[i].kept)
                g_ptr_array_add(names, chart->fields[i].id);
    }
    for (int i = 0; i < chart->datum_count; i++)
        g_ptr_array_add(names, chart->data[i].name);
}

static void linked_unknown(const struct chart_guard *guard, const struct chart *other, GPtrArray *findings)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *path = g_strconcat(guard->place, ".field", NULL);
    const char *nearest;

    names_kept(other, names);
    nearest = name_nearest(guard->other_path, names);
    chart_findings_add(findings, FINDING_UNKNOWN_FIELD, path,
                       "cases of \"%s\" do not keep \"%s\"; expected a field that it reads or sets%s%s%s",
                       other->workflow, guard->other_path, nearest == NULL ? "" : "; did you mean \"",
                       nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
}

/* Does ${sender} send ${signal} to cases of ${workflow} with this member? */
static bool sender_carries(const struct chart *sender, const char *workflow, const char *signal, const char *member)
{
    for (int a = 0; a < sender->action_count; a++) {
        const struct chart_action *action = &sender->actions[a];

        if (action->kind != ACTION_SIGNAL || strcmp(action->name, signal) != 0 || action->with == NULL ||
            !g_strv_contains((const char *const *)action->with, member))
            continue;
        for (int r = 0; r < action->relations.count; r++)
            if (strcmp(sender->relations[action->relations.items[r]].workflow, workflow) == 0)
                return true;
    }
    return false;
}

/* Where ${path} leads in the data that a sender carried when it opened a case of ${chart}; NULL: no sender does. */
static const struct chart *opening_find(const struct chart *chart, const struct chart_set *set, const char *path,
                                        struct path_target *target)
{
    g_autofree char *member = g_strndup(path, strcspn(path, "."));

    for (guint i = 0; chart->opened_by_signal != NULL && i < set->charts->len; i++) {
        const struct chart *sender = g_ptr_array_index(set->charts, i);

        if (sender_carries(sender, chart->workflow, chart->opened_by_signal, member) &&
            types_find(sender, path, target))
            return sender;
    }
    return NULL;
}

/* A comparison with a field of a linked case fits one version of that workflow at least. */
static void verify_linked(const struct chart *chart, const struct chart_set *set, const struct chart_guard *guard,
                          GPtrArray *findings)
{
    const struct chart *last = NULL;
    struct type_misfit misfit = {.why = NULL};
    g_autofree char *whose = NULL;

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *other = g_ptr_array_index(set->charts, i), *home = other;
        struct path_target target;

        if (strcmp(other->workflow, chart->relations[guard->relation].workflow) != 0)
            continue;
        last = other;
        if (!chart_keeps(other, guard->other_path) || !types_find(other, guard->other_path, &target))
            home = opening_find(other, set, guard->other_path, &target);
        if (home == NULL)
            continue;
        g_clear_pointer(&misfit.why, g_free);
        if (!target.typed || types_fit(home, guard, &target, &misfit))
            return;
    }
    if (last == NULL)
        return;
    whose = g_strdup_printf("\"%s\"", last->workflow);
    if (misfit.why == NULL)
        linked_unknown(guard, last, findings);
    misfit_tell(guard, &misfit, whose, findings);
}

/* The member of a signal's payload that ${action} sets ${name} from; NULL: it sets something else. */
static const char *action_member(const struct chart_action *action, const char *name)
{
    if ((action->kind != ACTION_SET && action->kind != ACTION_UPDATE) || strcmp(action->name, name) != 0)
        return NULL;
    return action->from == NULL ? action->name : action->from;
}

/* Holds the comparison up to what each sender of ${signal} carries as ${member}. */
static void verify_senders(const struct chart *chart, const struct chart_set *set, const struct chart_guard *guard,
                           const char *signal, const char *member, GPtrArray *findings)
{
    g_autofree char *path = g_strconcat(member, guard->path + strcspn(guard->path, "."), NULL);

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *sender = g_ptr_array_index(set->charts, i);
        g_autofree char *whose = g_strdup_printf("the sender \"%s\" of the signal \"%s\"", sender->workflow, signal);

        if (sender_carries(sender, chart->workflow, signal, member)) {
            struct path_target target;
            struct type_misfit misfit = {.code = FINDING_NO_SUCH_PART, .key = ".field"};

            if (!types_find(sender, path, &target))
                misfit.why = g_strdup_printf("\"%s\" leads nowhere", guard->path);
            else if (target.typed)
                types_fit(sender, guard, &target, &misfit);
            misfit_tell(guard, &misfit, whose, findings);
        }
    }
}

/* A comparison with what only signals set fits what their senders carry. */
static void verify_carried(const struct chart *chart, const struct chart_set *set, const struct chart_guard *guard,
                           GPtrArray *findings)
{
    g_autofree char *name = g_strndup(guard->path, strcspn(guard->path, "."));

    if (chart->opened_by_signal != NULL)
        verify_senders(chart, set, guard, chart->opened_by_signal, name, findings);
    for (int t = 0; t < chart->take_count; t++) {
        const struct chart_take *take = &chart->takes[t];

        for (int a = take->actions.first;
             take->trigger == TRIGGER_SIGNAL && a < take->actions.first + take->actions.count; a++) {
            const char *member = action_member(&chart->actions[a], name);

            if (member != NULL)
                verify_senders(chart, set, guard, take->name, member, findings);
        }
    }
}

void types_verify(const struct chart *chart, const struct chart_set *set, GPtrArray *findings)
{
    for (int i = 0; i < chart->guard_count; i++) {
        const struct chart_guard *guard = &chart->guards[i];

        if (guard->typed || guard->kind == GUARD_DAY_AFTER)
            continue;
        if (guard->relation != CHART_NONE && guard->other_path != NULL)
            verify_linked(chart, set, guard, findings);
        else if (guard->path != NULL && !chart->lenient)
            verify_carried(chart, set, guard, findings);
    }
}
