#include "adapters/http/page_chart.h"

#include "engine/app/access.h"
#include "engine/core/step.h"

#include <string.h>

instant value_instant(const struct value *v)
{
    instant at;

    return value_text(v) != NULL && instant_parse(value_text(v), &at) ? at : INSTANT_NEVER;
}

const struct rulebook *call_rulebook(const struct call *call)
{
    return ((const struct chart *)g_ptr_array_index(call->charts->charts, 0))->book;
}

const struct chart *page_row_chart(const struct page *page, const struct value *row)
{
    return chart_set_by_id(page->call->charts, (int32_t)value_int(value_get(row, "chart")));
}

/* A state in its region: "Risk from laws outside Japan: Answer awaited". */
static void state_append(const struct page *page, const struct chart *chart, int state, GString *out)
{
    int parent = chart->states[state].parent;
    bool region = parent != CHART_NONE && chart->states[parent].parent != CHART_NONE &&
                  chart->states[chart->states[parent].parent].kind == STATE_PARALLEL;
    const char *label = page_chart_text(page, chart->states[state].label);

    if (region && page_chart_text(page, chart->states[parent].label)[0] != '\0')
        g_string_append_printf(out, page->en ? "%s: " : "%s：", page_chart_text(page, chart->states[parent].label));
    g_string_append(out, label[0] == '\0' ? chart->states[state].id : label);
}

char *page_states_text(const struct page *page, const struct chart *chart, const struct value *ids)
{
    GString *out = g_string_new(NULL);

    for (size_t i = 0; i < value_size(ids); i++) {
        const char *id = value_text(value_at(ids, i));
        int state = chart == NULL ? CHART_NONE : chart_state_index(chart, id);

        if (i > 0)
            g_string_append(out, page_text(page, "、", "; "));
        if (state == CHART_NONE)
            g_string_append(out, id);
        else
            state_append(page, chart, state, out);
    }
    return g_string_free(out, FALSE);
}

void page_cell_case(struct page *page, const char *label, const char *number)
{
    html_add(page->out,
             "<th scope=\"row\" role=\"rowheader\" data-label=\"%s\" class=\"case\"><a href=\"/cases/%s\">%s</a></th>",
             label, number, number);
}

void page_cell_about(struct page *page, const char *label, const struct value *row)
{
    const struct chart *chart = page_row_chart(page, row);

    page_cell_begin(page, label);
    html_text(page->out, chart == NULL ? value_text(value_get(row, "workflow")) : page_chart_text(page, chart->title));
    if (page_subject_text(row)[0] != '\0')
        html_add(page->out, "<br>%s", page_subject_text(row));
    if (page_owner_text(page, row)[0] != '\0')
        html_add(page->out, "<br><span class=\"quiet\">%s</span>", page_owner_text(page, row));
    page_cell_end(page);
}

const char *page_role_text(const struct page *page, const struct chart *chart, const char *role)
{
    int index = role == NULL ? CHART_NONE : rulebook_role(chart->book, role);

    if (index == CHART_NONE)
        return role == NULL ? "" : role;
    return page_chart_text(page, g_array_index(chart->book->roles, struct chart_role, index).label);
}

char *page_recipient_text(const struct page *page, const struct chart *chart, const char *recipient)
{
    static const struct {
        const char *kind, *ja, *en;
    } kinds[] = {{"contacts", "連絡先", "contacts"}, {"queue", "受付窓口", "queue"}, {"lead", "責任者", "lead"}};
    const char *dot = strchr(recipient, '.');
    g_autofree char *who = dot == NULL ? g_strdup(recipient) : g_strndup(recipient, (gsize)(dot - recipient));
    const char *name = strcmp(who, "auditor") == 0 && rulebook_role(chart->book, who) == CHART_NONE
                           ? page_text(page, "監査機関", "Auditor")
                           : page_role_text(page, chart, who);

    for (size_t i = 0; dot != NULL && i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(dot + 1, kinds[i].kind) == 0)
            return g_strdup_printf(page->en ? "%s (%s)" : "%s（%s）", name, page_text(page, kinds[i].ja, kinds[i].en));
    return g_strdup(name);
}

const char *page_owner_text(const struct page *page, const struct value *row)
{
    return page_value_text(page, value_path(row, "owner.name"));
}

const char *page_subject_text(const struct value *row)
{
    const char *name = value_text(value_path(row, "subject.name"));

    return name == NULL ? "" : name;
}

bool page_turn_is_mine(const struct page *page, const struct chart *chart, const char *role, int64_t owner)
{
    struct actor actor = call_actor(page->call);
    int index = role == NULL ? CHART_NONE : rulebook_role(chart->book, role);

    return index != CHART_NONE && step_has_role(chart, owner, &actor, index);
}

void page_basis(struct page *page, const struct chart *chart, int basis)
{
    const struct chart_rule *rule;
    const char *title;

    if (basis == CHART_NONE)
        return;
    rule = &g_array_index(chart->book->rules, struct chart_rule, basis);
    title = page_chart_text(page, rule->title);
    html_add(page->out, "<span class=\"rule\">%s <code>%s</code></span> ", title, rule->id);
    page_tag(page, PAGE_PLAIN,
             rule->is_default ? page_text(page, "本システムの既定", "This installation's default")
                              : page_text(page, "制度の規程", "Rule"));
}

void page_deadline_kind(struct page *page, const struct chart *chart, int deadline)
{
    page_tag(page, PAGE_PLAIN,
             chart->deadlines[deadline].kind == DEADLINE_LIMIT
                 ? page_text(page, "期限（自動で効力が生じます）", "Limit: acts by itself")
                 : page_text(page, "目標", "Target"));
}

void page_deadline_name(struct page *page, const struct chart *chart, int deadline)
{
    const char *label = page_chart_text(page, chart->deadlines[deadline].label);

    html_text(page->out, label[0] == '\0' ? chart->deadlines[deadline].id : label);
    g_string_append_c(page->out, ' ');
    page_deadline_kind(page, chart, deadline);
}

/* What a run of actions does that people notice: marks and mail. */
static void consequence_actions(struct page *page, const struct chart *chart, const struct range *actions)
{
    g_autoptr(GString) told = g_string_new(NULL);

    for (int i = actions->first; i < actions->first + actions->count; i++) {
        const struct chart_action *action = &chart->actions[i];

        if (action->kind == ACTION_FLAG)
            html_add(page->out,
                     page_text(page, "案件に印 <code>%s</code> が付きます。", "The case is marked <code>%s</code>. "),
                     action->name);
        for (char **to = action->to; action->kind == ACTION_NOTIFY && to != NULL && *to != NULL; to++) {
            g_autofree char *recipient = page_recipient_text(page, chart, *to);

            if (told->len > 0)
                g_string_append(told, page_text(page, "、", ", "));
            g_string_append(told, recipient);
        }
    }
    if (told->len > 0)
        html_add(page->out, page_text(page, "通知先：%s。", "Told: %s. "), told->str);
}

/* The row that a limit takes, and where it leads. */
static void consequence_row(struct page *page, const struct chart *chart, const struct chart_take *take)
{
    html_add(page->out, page_text(page, "自動的に「%s」となります", "\"%s\" happens by itself"),
             page_chart_text(page, take->label)[0] == '\0' ? take->row : page_chart_text(page, take->label));
    for (int i = 0; i < take->to.count; i++) {
        const struct chart_state *to = &chart->states[take->to.items[i]];

        html_add(page->out, page_text(page, "（状態：%s）", " (state: %s)"), page_chart_text(page, to->label));
    }
    html_add(page->out, page_text(page, "［%s］。", " [%s]. "), take->row);
    consequence_actions(page, chart, &take->actions);
}

/* Does ${guard} ask whether ${deadline} has passed, directly or through a mark that its due actions set? */
static bool guard_asks_passed(const struct chart *chart, int guard, int deadline)
{
    const struct chart_guard *g;
    const struct range *due = &chart->deadlines[deadline].due;

    if (guard == CHART_NONE)
        return false;
    g = &chart->guards[guard];
    if (g->kind == GUARD_PASSED)
        return g->deadline_index == deadline;
    for (int i = due->first; g->kind == GUARD_FLAG && i < due->first + due->count; i++)
        if (chart->actions[i].kind == ACTION_FLAG && strcmp(chart->actions[i].name, g->flag) == 0)
            return true;
    for (int i = 0; g->kind != GUARD_NOT && i < g->children.count; i++)
        if (guard_asks_passed(chart, g->children.items[i], deadline))
            return true;
    return false;
}

/* Fields that are asked for once the deadline has passed: a reason for being late. */
static void consequence_reasons(struct page *page, const struct chart *chart, int deadline)
{
    for (int f = 0; f < chart->field_count; f++) {
        const char *label = page_chart_text(page, chart->fields[f].label);
        bool told = !guard_asks_passed(chart, chart->fields[f].required_if, deadline);

        for (int before = 0; !told && before < f; before++)
            told = guard_asks_passed(chart, chart->fields[before].required_if, deadline) &&
                   strcmp(label, page_chart_text(page, chart->fields[before].label)) == 0;
        if (!told)
            html_add(page->out,
                     page_text(page, "過ぎた後は「%s」の記入が必要です。", "Afterwards \"%s\" must be given. "), label);
    }
}

void page_consequence(struct page *page, const struct chart *chart, int deadline)
{
    const struct chart_deadline *d = &chart->deadlines[deadline];

    for (int i = 0; i < chart->take_count; i++)
        if (chart->takes[i].trigger == TRIGGER_DUE && chart->takes[i].deadline == deadline)
            consequence_row(page, chart, &chart->takes[i]);
    if (d->kind == DEADLINE_TARGET)
        html_add(page->out, "%s", page_text(page, "自動では何も決まりません。", "Nothing is decided by itself. "));
    consequence_actions(page, chart, &d->due);
    consequence_reasons(page, chart, deadline);
}

void page_cells_deadline(struct page *page, const char *const *labels, const struct chart *chart, int deadline,
                         instant due)
{
    page_cell_begin(page, labels[0]);
    if (deadline == CHART_NONE) {
        html_add(page->out, "<span class=\"quiet\">%s</span>", page_text(page, "期限なし", "No deadline"));
    } else {
        page_due(page, due);
        g_string_append(page->out, "<br>");
        page_deadline_name(page, chart, deadline);
    }
    page_cell_end(page);
    page_cell_begin(page, labels[1]);
    if (deadline != CHART_NONE)
        page_basis(page, chart, chart->deadlines[deadline].basis);
    page_cell_end(page);
    page_cell_begin(page, labels[2]);
    if (deadline != CHART_NONE)
        page_consequence(page, chart, deadline);
    page_cell_end(page);
}

char *page_count_text(const struct page *page, const struct value *answer)
{
    gint64 shown = (gint64)value_size(value_get(answer, "rows")), total = value_int(value_get(answer, "total"));

    if (total > 10000)
        return g_strdup_printf(page->en ? "%" G_GINT64_FORMAT " of more than 10,000"
                                        : "10,000件を超える中の%" G_GINT64_FORMAT "件",
                               shown);
    if (page->en)
        return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, shown, total);
    return g_strdup_printf("全%" G_GINT64_FORMAT "件中%" G_GINT64_FORMAT "件", total, shown);
}

bool page_chart_is_newest(const struct chart_set *set, const struct chart *chart)
{
    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *other = g_ptr_array_index(set->charts, i);

        if (other->version > chart->version && strcmp(other->workflow, chart->workflow) == 0)
            return false;
    }
    return true;
}

const char *page_workflow_text(const struct page *page, const char *workflow)
{
    const struct chart_set *set = page->call->charts;

    for (guint i = 0; i < set->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(set->charts, i);

        if (strcmp(chart->workflow, workflow) == 0 && page_chart_is_newest(set, chart))
            return page_chart_text(page, chart->title);
    }
    return workflow;
}
