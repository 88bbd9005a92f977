/*
 * Deadlines follow their anchors: when an event moves a date, an instant or another deadline that a live one starts
 * from, that one moves in the same event. Its clock keeps the time for which it stood. One that comes again does so in
 * the event in which it has passed.
 */
#include "engine/core/deadline.h"
#include "engine/core/machine.h"

static bool deadline_is_over(const struct machine *m, const struct deadline_state *d)
{
    return d->occurrence > m->chart->deadlines[d->deadline].reminder_count;
}

void deadline_reckon(struct machine *m, struct deadline_state *d)
{
    bool over = deadline_is_over(m, d);

    d->arming = m->s->seq;
    if (!over)
        d->occurrence = 0;
    deadline_first_round(m->chart, d, m->event->at);
    if (!machine_compute(m, d))
        return;
    if (over && d->due != INSTANT_NEVER && d->due > m->event->at) {
        d->occurrence = 0;
        deadline_skip(m->chart, d, m->event->at);
    }
}

bool anchors_differ(const struct deadline_state *a, const struct deadline_state *b)
{
    return a->by_day != b->by_day || a->anchor_day != b->anchor_day || a->anchor != b->anchor || a->choice != b->choice;
}

void replan(struct machine *m)
{
    for (guint i = 0; i < m->s->deadlines->len; i++) {
        struct deadline_state *d = &g_array_index(m->s->deadlines, struct deadline_state, i), was = {0}, is = {0};
        const struct chart_deadline *rule = &m->chart->deadlines[d->deadline];

        if (d->arming == m->s->seq)
            continue;
        if (!span_is_empty(&rule->every) && deadline_is_over(m, d)) {
            d->round++;
            d->arming = m->s->seq;
            d->occurrence = 0;
            machine_compute(m, d);
            continue;
        }
        if (rule->anchor == ANCHOR_STATE_ENTRY || rule->anchor == ANCHOR_YEAR_END)
            continue;
        was.deadline = is.deadline = d->deadline;
        if (!deadline_anchor(m->before, d->entry, rule, &was) || !deadline_anchor(m->s, d->entry, rule, &is) ||
            !anchors_differ(&was, &is))
            continue;
        d->choice = is.choice;
        d->by_day = is.by_day;
        d->anchor_day = is.anchor_day;
        d->anchor = is.anchor;
        deadline_reckon(m, d);
    }
}
