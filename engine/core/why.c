#include "engine/core/why.h"

#include "engine/core/deadline.h"
#include "engine/error.h"

#include <string.h>

static civil_day why_day(const struct value *v)
{
    civil_day day = CIVIL_DAY_NONE;

    if (value_text(v) != NULL)
        civil_parse(value_text(v), &day);
    return day;
}

static instant why_instant(const struct value *v)
{
    instant at = INSTANT_NEVER;

    if (value_text(v) != NULL)
        instant_parse(value_text(v), &at);
    return at;
}

/* The names that ${calendar} gives today for the closure that was kept as ${ja}. */
static struct calendar_reason why_reason(const char *ja, civil_day day, const struct calendar *calendar)
{
    const struct calendar_reason *known = NULL;

    if (ja == NULL)
        return (struct calendar_reason){NULL, NULL};
    if (calendar != NULL && day != CIVIL_DAY_NONE)
        known = calendar_why_closed(calendar, day);
    if (known != NULL && strcmp(known->ja, ja) == 0)
        return *known;
    ja = g_intern_string(ja);
    return (struct calendar_reason){ja, ja};
}

static bool why_read_step(const struct value *v, const struct calendar *calendar, struct derivation_step *step)
{
    const char *is = value_text(value_get(v, "is"));
    int kind = 0;

    while (kind < DERIVATION_KIND_COUNT && g_strcmp0(derivation_name((enum derivation_kind)kind), is) != 0)
        kind++;
    step->kind = (enum derivation_kind)kind;
    step->day = why_day(value_get(v, "day"));
    step->until = why_day(value_get(v, "until"));
    step->at = why_instant(value_get(v, "at"));
    step->to = why_instant(value_get(v, "to"));
    step->reason = why_reason(value_text(value_get(v, "why")), step->day, calendar);
    return kind < DERIVATION_KIND_COUNT;
}

bool why_read(const struct value *why, const struct calendar *calendar, struct derivation *out)
{
    const struct value *steps = value_get(why, "steps");
    bool known = true;

    g_array_set_size(out->steps, 0);
    for (size_t i = 0; i < value_size(steps); i++) {
        struct derivation_step step;

        if (why_read_step(value_at(steps, i), calendar, &step))
            g_array_append_val(out->steps, step);
        else
            known = false;
    }
    return known;
}

GPtrArray *why_explain(const struct chart *chart, const struct value *why, enum explain_language language)
{
    const char *calendar = value_text(value_get(why, "calendar"));
    struct derivation derivation;
    GPtrArray *sentences;

    derivation_init(&derivation);
    why_read(why, calendar == NULL ? NULL : rulebook_calendar(chart->book, calendar), &derivation);
    sentences = explain_derivation(&derivation, chart->zone, language);
    derivation_release(&derivation);
    return sentences;
}

/* The anchor of ${derivation}, and the time that its steps say did not count. */
static bool why_state(const struct derivation *derivation, struct deadline_state *d)
{
    bool anchored = false;

    for (guint i = 0; i < derivation->steps->len; i++) {
        const struct derivation_step *step = derivation_step_at(derivation, i);
        struct interval stop = {.from = step->at, .to = step->to};

        if (step->kind == DERIVED_ANCHOR && !anchored) {
            anchored = true;
            d->by_day = step->at == INSTANT_NEVER;
            d->anchor_day = step->day;
            d->anchor = step->at;
        }
        if (step->kind == DERIVED_STOPPED_DAYS || step->kind == DERIVED_STOPPED_TIME || step->kind == DERIVED_STANDS)
            g_array_append_val(d->stops, stop);
    }
    return anchored;
}

bool why_recompute(const struct chart *chart, int deadline, const struct value *why, instant *due, GError **error)
{
    struct deadline_state d = {.deadline = deadline, .stops = g_array_new(FALSE, FALSE, sizeof(struct interval))};
    struct derivation derivation;
    bool ok;

    derivation_init(&derivation);
    d.choice = CLAMP((int)value_int(value_get(why, "choice")), 0, MAX(chart->deadlines[deadline].member_count - 1, 0));
    d.round = (int)value_int(value_get(why, "round"));
    ok = why_read(why, NULL, &derivation) && why_state(&derivation, &d);
    if (!ok)
        g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "the derivation of \"%s\" does not tell its anchor",
                    chart->deadlines[deadline].id);
    else
        ok = deadline_compute(chart, &d, INSTANT_MIN, NULL, error);
    *due = d.due;
    derivation_release(&derivation);
    g_array_unref(d.stops);
    return ok;
}
