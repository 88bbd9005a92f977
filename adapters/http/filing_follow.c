#include "adapters/http/filing.h"

#include <string.h>

/* What follows from a filing, told from the definition before it is filed: states, deadlines, notices, the register. */

/* The states that entering ${target} makes active and that are not yet: its ancestors, itself, its first children. */
static void follow_entered(const struct chart *chart, const struct snapshot *s, int target, GArray *entered)
{
    int first = (int)entered->len, state = target;

    for (int up = chart->states[target].parent; up > 0 && !state_set_has(&s->states, up); up = chart->states[up].parent)
        g_array_insert_val(entered, (guint)first, up);
    while (state != CHART_NONE && state >= 0) {
        g_array_append_val(entered, state);
        state = chart->states[state].kind == STATE_COMPOUND ? chart->states[state].initial : CHART_NONE;
    }
}

static void follow_notices(struct page *page, const struct chart *chart, const struct range *actions)
{
    for (int i = actions->first; i < actions->first + actions->count; i++) {
        const struct chart_action *action = &chart->actions[i];

        if (action->kind == ACTION_PUBLISH)
            html_add(page->out, "<li>%s</li>",
                     page_text(page, "登録簿に公開されます。", "The public register will show it."));
        if (action->kind == ACTION_WITHDRAW_ENTRY)
            html_add(page->out, "<li>%s</li>",
                     page_text(page, "登録簿から削除されます。", "It will be taken off the public register."));
        for (char **to = action->to; action->kind == ACTION_NOTIFY && to != NULL && *to != NULL; to++) {
            g_autofree char *recipient = page_recipient_text(page, chart, *to);

            html_add(page->out, page_text(page, "<li>%sに通知します。</li>", "<li>A notice goes to: %s.</li>"),
                     recipient);
        }
    }
}

static void follow_deadlines(struct page *page, const struct chart *chart, const struct range *deadlines)
{
    for (int i = deadlines->first; i < deadlines->first + deadlines->count; i++) {
        html_add(page->out, "<li>%s ", page_text(page, "期間の計算が始まります：", "A time begins to run:"));
        page_deadline_name(page, chart, i);
        g_string_append(page->out, "</li>");
    }
}

static void follow_states(struct page *page, const struct filing *f, const struct chart_take *take)
{
    const struct chart *chart = f->view.chart;
    GArray *entered = g_array_new(FALSE, FALSE, sizeof(int));

    for (int i = 0; i < take->to.count; i++)
        follow_entered(chart, f->view.s, take->to.items[i], entered);
    for (guint i = 0; i < entered->len; i++) {
        const struct chart_state *state = &chart->states[g_array_index(entered, int, i)];
        const char *label = page_chart_text(page, state->label);

        if (label[0] != '\0')
            html_add(page->out, page_text(page, "<li>状態が「%s」になります。", "<li>The state will be: %s. "), label);
        else
            continue;
        for (int r = 0; r < state->turn.count; r++) {
            const char *role = g_array_index(chart->book->roles, struct chart_role, state->turn.items[r]).id;

            html_add(page->out, page_text(page, "次の手番：%s。", "Then it is the turn of: %s. "),
                     page_role_text(page, chart, role));
        }
        g_string_append(page->out, "</li>");
    }
    for (guint i = 0; i < entered->len; i++) {
        follow_deadlines(page, chart, &chart->states[g_array_index(entered, int, i)].deadlines);
        follow_notices(page, chart, &chart->states[g_array_index(entered, int, i)].enter);
    }
    g_array_unref(entered);
}

void filing_consequences(struct page *page, const struct filing *f)
{
    const struct chart *chart = f->view.chart;

    page_heading(page, 2, NULL, page_text(page, "提出すると", "What follows when you file"));
    g_string_append(page->out, "<ul>");
    if (f->opening)
        html_add(page->out, "<li>%s</li>",
                 page_text(page, "新しい案件が始まり、番号が付きます。", "A new case begins and gets its number."));
    else if (f->take != CHART_NONE) {
        follow_states(page, f, &chart->takes[f->take]);
        follow_notices(page, chart, &chart->takes[f->take].actions);
    }
    html_add(page->out, "<li>%s</li></ul>",
             page_text(page, "提出した時刻と内容は記録され、取り消せません。受付票が表示されます。",
                       "The instant and what you filed are recorded for good. You will see a receipt."));
}

void filing_changes(struct page *page, const struct case_view *view, int version)
{
    const struct value *events = value_get(view->row, "events");

    g_string_append(page->out, "<ul>");
    for (size_t i = 0; i < value_size(events); i++) {
        const struct value *event = value_at(events, i);
        const char *person = value_text(value_get(event, "person"));
        g_autofree char *what = NULL, *states = NULL;

        if (value_int(value_get(event, "seq")) <= version)
            continue;
        what = case_event_text(page, view, event);
        states = page_states_text(page, view->chart, value_get(event, "states"));
        g_string_append(page->out, "<li>");
        page_instant(page, value_instant(value_get(event, "at")));
        html_add(page->out, " <strong>%s</strong> ", what);
        html_add(page->out, "%s %s ", person, page_value_text(page, value_path(event, "org.name")));
        html_add(page->out, page_text(page, "（その後の状態：%s）</li>", "(state since: %s)</li>"), states);
    }
    g_string_append(page->out, "</ul>");
}
