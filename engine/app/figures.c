#include "engine/app/figures.h"

#include <string.h>

/* Does ${state}, or one around it up to ${top}, make it the turn of ${role}? FALSE when it does not lie in ${top}. */
static bool state_is_turn_of(const struct chart *chart, int state, int top, const char *role)
{
    bool is_turn = false;

    for (; state != CHART_NONE; state = chart->states[state].parent) {
        const struct index_list *turn = &chart->states[state].turn;

        for (int i = 0; i < turn->count; i++)
            if (strcmp(g_array_index(chart->book->roles, struct chart_role, turn->items[i]).id, role) == 0)
                is_turn = true;
        if (state == top)
            return is_turn;
    }
    return false;
}

/* Without a name for people a state is a construction of the definition, no stage. */
static bool state_is_stage(const struct chart_state *state)
{
    return state->id != NULL && state->label.ja != NULL && state->label.ja[0] != '\0';
}

static struct value *state_to_value(const struct chart *chart, int state)
{
    struct value *v = value_new_map(), *path = value_new_list();

    for (int i = state; i != CHART_NONE; i = chart->states[i].parent)
        if (state_is_stage(&chart->states[i]))
            value_list_add(path, value_new_text(chart->states[i].id));
    value_map_set_int(v, "chart", chart->id);
    value_map_set_text(v, "state", chart->states[state].id);
    value_map_set_int(v, "n", state);
    value_map_set(v, "path", path);
    return v;
}

static struct value *target_to_value(const struct chart *chart, int deadline, const char *role)
{
    struct value *v = value_new_map(), *turn = value_new_list();

    for (int i = 1; i < chart->state_count; i++)
        if ((chart->states[i].kind == STATE_ATOMIC || chart->states[i].kind == STATE_FINAL) &&
            state_is_turn_of(chart, i, chart->deadlines[deadline].state, role))
            value_list_add(turn, value_new_text(chart->states[i].id));
    value_map_set_int(v, "chart", chart->id);
    value_map_set_text(v, "deadline", chart->deadlines[deadline].id);
    value_map_set_int(v, "n", deadline);
    value_map_set_int(v, "reminders", chart->deadlines[deadline].reminder_count);
    value_map_set(v, "turn", turn);
    return v;
}

static void chart_to_values(const struct chart *chart, const char *role, struct value *states, struct value *targets)
{
    for (int i = 1; i < chart->state_count; i++)
        if (chart->states[i].kind != STATE_HISTORY_SHALLOW && chart->states[i].kind != STATE_HISTORY_DEEP)
            value_list_add(states, state_to_value(chart, i));
    for (int i = 0; i < chart->deadline_count; i++)
        if (chart->deadlines[i].kind == DEADLINE_TARGET)
            value_list_add(targets, target_to_value(chart, i, role));
}

char *figures_charts(const struct chart_set *charts, const char *role)
{
    struct value *v = value_new_map(), *states = value_new_list(), *targets = value_new_list();
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < charts->charts->len; i++)
        chart_to_values(g_ptr_array_index(charts->charts, i), role, states, targets);
    value_map_set(v, "states", states);
    value_map_set(v, "targets", targets);
    value_print(v, out);
    value_unref(v);
    return g_string_free(out, FALSE);
}

char *figures_open_days(const struct calendar *calendar, civil_day first, civil_day last)
{
    GString *out = g_string_new("{");

    for (civil_day day = first; day <= last; day++)
        if (calendar == NULL || calendar_is_open(calendar, day))
            g_string_append_printf(out, "%s%d", out->len > 1 ? "," : "", day);
    g_string_append_c(out, '}');
    return g_string_free(out, FALSE);
}

const struct calendar *figures_calendar(const struct chart_set *charts)
{
    for (guint i = charts->charts->len; i-- > 0;) {
        const struct chart *chart = g_ptr_array_index(charts->charts, i);

        for (int d = 0; d < chart->deadline_count; d++)
            if (chart->deadlines[d].rule.calendar != NULL)
                return chart->deadlines[d].rule.calendar;
    }
    return NULL;
}
