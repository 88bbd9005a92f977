#include "engine/core/deadline.h"
#include "engine/core/machine.h"

#include <string.h>

/* The deadline that a notice is about: its own, or the nearest live one of those whose turn it is. */
static int notice_deadline(const struct machine *m, const struct machine_notice *notice)
{
    GArray *turns;
    int deadline = notice->deadline;
    instant due = INSTANT_NEVER;

    if (deadline != CHART_NONE)
        return deadline;
    turns = snapshot_turns(m->s);
    for (guint i = 0; i < turns->len; i++) {
        const struct turn *turn = &g_array_index(turns, struct turn, i);

        if (turn->due < due) {
            due = turn->due;
            deadline = turn->deadline;
        }
    }
    g_array_unref(turns);
    return deadline;
}

/* The day and the hour and minute that a wall clock in the chart's zone shows when ${d} is due. */
static char *deadline_time(const struct machine *m, const struct deadline_state *d)
{
    char text[CIVIL_TEXT_SIZE];
    civil_day day;
    int64_t us;

    zone_day(m->chart->zone, d->due, &day, &us);
    civil_print(day, text);
    return g_strdup_printf("%s %02d:%02d", text, (int)(us / INSTANT_HOUR), (int)(us % INSTANT_HOUR / INSTANT_MINUTE));
}

static struct value *notice_deadline_vars(const struct machine *m, int deadline)
{
    const struct deadline_state *d = snapshot_deadline(m->s, deadline);
    const struct chart_deadline *rule = &m->chart->deadlines[deadline];
    struct value *vars = value_new_map();
    char text[INSTANT_TEXT_SIZE];

    value_map_set_text(vars, "ja", rule->label.ja);
    value_map_set_text(vars, "en", rule->label.en);
    if (d == NULL)
        d = snapshot_deadline(m->before, deadline);
    if (d == NULL || d->due == INSTANT_NEVER)
        return vars;
    instant_print(d->due, text);
    value_map_set_text(vars, "due", text);
    civil_print(d->last_day, text);
    value_map_set_text(vars, "last_day", text);
    if (rule->rule.span.us != 0) {
        g_autofree char *time = deadline_time(m, d);

        value_map_set_text(vars, "time", time);
    }
    return vars;
}

/* Collects the variables `{{name}}` that occur in ${text}. */
static void notice_vars_scan(const struct machine *m, const struct machine_notice *notice, const char *text,
                             struct value *vars)
{
    const char *open = text;

    while (open != NULL && (open = strstr(open, "{{")) != NULL) {
        const char *close = strstr(open, "}}");
        g_autofree char *name = close == NULL ? NULL : g_strndup(open + 2, (gsize)(close - open - 2));

        open = close;
        if (name == NULL || value_get(vars, name) != NULL)
            continue;
        if (g_str_has_prefix(name, "deadline.")) {
            int deadline = notice_deadline(m, notice);

            if (deadline != CHART_NONE && value_get(vars, "deadline") == NULL)
                value_map_set(vars, "deadline", notice_deadline_vars(m, deadline));
        } else if (value_path(m->s->data, name) != NULL) {
            value_map_set(vars, name, value_ref(value_path(m->s->data, name)));
        }
    }
}

static void effects_notices(struct machine *m)
{
    for (guint i = 0; i < m->notices->len; i++) {
        const struct machine_notice *notice = &g_array_index(m->notices, struct machine_notice, i);
        const struct chart_notice *template = rulebook_notice(m->chart->book, notice->notice);
        struct notice_effect effect = {.notice = notice->notice, .to = notice->to, .vars = value_new_map()};

        if (template != NULL) {
            notice_vars_scan(m, notice, template->subject.ja, effect.vars);
            notice_vars_scan(m, notice, template->subject.en, effect.vars);
            notice_vars_scan(m, notice, template->body.ja, effect.vars);
            notice_vars_scan(m, notice, template->body.en, effect.vars);
        }
        if (g_str_has_prefix(effect.to, "auditor."))
            value_map_set_text(effect.vars, "auditor", value_text(value_get(m->s->data, "auditor")));
        g_array_append_val(m->out->notices, effect);
    }
}

/* A limit that is about another one is not shown: that one is. */
struct value *register_entry(const struct snapshot *s, const struct chart_action *action)
{
    struct value *entry = value_new_map();

    for (char **path = action->with; path != NULL && *path != NULL; path++) {
        const struct value *v = value_path(s->data, *path);

        if (v != NULL)
            value_map_set(entry, *path, value_ref(v));
    }
    for (guint i = 0; i < s->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(s->deadlines, struct deadline_state, i);
        char day[CIVIL_TEXT_SIZE];

        if (s->chart->deadlines[d->deadline].kind != DEADLINE_LIMIT || d->last_day == CIVIL_DAY_NONE ||
            s->chart->deadlines[d->deadline].anchor == ANCHOR_AHEAD_OF)
            continue;
        civil_print(d->last_day, day);
        value_map_set_text(entry, s->chart->deadlines[d->deadline].id, day);
    }
    return entry;
}

static void effects_registers(struct machine *m)
{
    for (guint i = 0; i < m->registers->len; i++) {
        const struct chart_action *action = g_array_index(m->registers, struct machine_register, i).action;
        const char *key = value_text(value_path(m->s->data, action->from));
        struct register_effect effect = {
            .kind = action->kind, .register_ = action->name, .key = g_strdup(key), .banner = action->banner};

        if (key == NULL)
            continue;
        if (action->kind == ACTION_PUBLISH)
            effect.entry = register_entry(m->s, action);
        g_array_append_val(m->out->registers, effect);
    }
}

void effects_finish(struct machine *m)
{
    effects_notices(m);
    effects_registers(m);
}
