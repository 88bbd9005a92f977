#include "engine/chart/verify_parts.h"

#include <string.h>

/* Forms that nobody is ever asked to fill in. */
void verify_forms_used(const struct chart *chart, GPtrArray *findings)
{
    for (int f = 0; f < chart->form_count; f++) {
        bool used = chart->opening_form == f || chart->forms[f].extended;
        g_autofree char *path = g_strdup_printf("forms[%d].id", f);

        for (int t = 0; t < chart->take_count; t++)
            used = used || chart->takes[t].form == f;
        if (!used)
            chart_findings_add(findings, FINDING_UNUSED_FORM, path,
                               "nobody is asked for \"%s\"; expected `form: %s` on a row or in opened_by, or `like` in "
                               "another form",
                               chart->forms[f].id, chart->forms[f].id);
    }
}

/* What of a rulebook the charts of a set name: a flag a row. */
struct usage {
    const struct rulebook *book;
    bool *rules, *roles, *notices;
};

static void use_rule(struct usage *use, int rule)
{
    if (rule != CHART_NONE)
        use->rules[rule] = true;
}

static void use_roles(struct usage *use, const struct index_list *roles)
{
    for (int i = 0; i < roles->count; i++)
        use->roles[roles->items[i]] = true;
}

/* Recipients are "who.kind". */
static void use_recipients(struct usage *use, char *const *to)
{
    for (; to != NULL && *to != NULL; to++) {
        g_autofree char *who = g_strndup(*to, strcspn(*to, "."));
        int role = rulebook_role(use->book, who);

        if (role != CHART_NONE)
            use->roles[role] = true;
    }
}

static void use_notice(struct usage *use, const char *id)
{
    const struct chart_notice *notice = rulebook_notice(use->book, id);

    if (notice == NULL)
        return;
    use->notices[notice - &g_array_index(use->book->notices, struct chart_notice, 0)] = true;
    use_rule(use, notice->basis);
}

static void use_bases(struct usage *use, const struct chart *chart)
{
    use_rule(use, chart->basis);
    use_rule(use, chart->rectify_basis);
    for (int s = 1; s < chart->state_count; s++)
        use_rule(use, chart->states[s].basis);
    for (int t = 0; t < chart->take_count; t++)
        use_rule(use, chart->takes[t].basis);
    for (int d = 0; d < chart->deadline_count; d++)
        use_rule(use, chart->deadlines[d].basis);
    for (int f = 0; f < chart->form_count; f++)
        use_rule(use, chart->forms[f].basis);
    for (int f = 0; f < chart->field_count; f++)
        use_rule(use, chart->fields[f].basis);
    for (int n = 0; n < chart->number_count; n++)
        use_rule(use, chart->numbers[n].basis);
}

static void use_chart(struct usage *use, const struct chart *chart)
{
    use_bases(use, chart);
    use_roles(use, &chart->opened_by);
    use_roles(use, &chart->rectified_by);
    for (int s = 1; s < chart->state_count; s++)
        use_roles(use, &chart->states[s].turn);
    for (int t = 0; t < chart->take_count; t++)
        use_roles(use, &chart->takes[t].by);
    for (int a = 0; a < chart->action_count; a++)
        if (chart->actions[a].kind == ACTION_NOTIFY) {
            use_notice(use, chart->actions[a].name);
            use_recipients(use, chart->actions[a].to);
        }
    for (int d = 0; d < chart->deadline_count; d++)
        for (int r = 0; r < chart->deadlines[d].reminder_count; r++) {
            use_notice(use, chart->deadlines[d].reminders[r].notice);
            use_recipients(use, chart->deadlines[d].reminders[r].to);
        }
}

static void find_unused(const struct chart_place *place, enum finding_code code, GPtrArray *findings, const char *what,
                        const char *id, const char *expected)
{
    struct chart_finding *finding =
        chart_findings_add(findings, code, "", "no definition %s \"%s\"; expected %s", what, id, expected);

    finding->file = g_strdup(place->file);
    finding->line = place->line;
    finding->column = place->column;
}

void chart_verify_use(const struct rulebook *book, const struct chart_set *set, GPtrArray *findings)
{
    g_autofree bool *rules = g_new0(bool, book->rules->len + 1), *roles = g_new0(bool, book->roles->len + 1),
                    *notices = g_new0(bool, book->notices->len + 1);
    struct usage use = {.book = book, .rules = rules, .roles = roles, .notices = notices};

    for (guint i = 0; i < set->charts->len; i++)
        use_chart(&use, g_ptr_array_index(set->charts, i));
    for (guint i = 0; i < book->rules->len; i++) {
        const struct chart_rule *rule = &g_array_index(book->rules, struct chart_rule, i);

        if (!rules[i] && rule->outside == NULL && rule->unmet == NULL)
            find_unused(&rule->place, FINDING_UNUSED_RULE, findings, "cites the rule", rule->id,
                        "a `basis` with it, or `outside` or `unmet` with the reason");
    }
    for (guint i = 0; i < book->roles->len; i++) {
        const struct chart_role *role = &g_array_index(book->roles, struct chart_role, i);

        if (!roles[i] && role->outside == NULL)
            find_unused(&role->place, FINDING_UNUSED_ROLE, findings, "names the role", role->id,
                        "it in `by`, `turn` or `to`, or `outside` with what it is for");
    }
    for (guint i = 0; i < book->notices->len; i++) {
        const struct chart_notice *notice = &g_array_index(book->notices, struct chart_notice, i);

        if (!notices[i])
            find_unused(&notice->place, FINDING_UNUSED_NOTICE, findings, "sends the notice", notice->id,
                        "`notify` or a reminder with it");
    }
}
