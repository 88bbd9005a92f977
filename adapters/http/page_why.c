#include "adapters/http/page_chart.h"

#include "engine/calendar/derivation.h"

#include <string.h>

/* Sentences by kind, ja and en; their %s are the texts of the step's parts in this order: day, until, at, to. */
static const struct why_sentence {
    enum derivation_kind kind;
    const char *parts; /* which: d, u, a, t */
    const char *ja, *en;
} why_sentences[] = {
    {DERIVED_RUNS_AT_ONCE, "a", "時間で定めた期間なので、%sから直ちに起算します。",
     "A period of hours runs at once, from %s."},
    {DERIVED_FIRST_DAY_NOT_COUNTED, "d", "初日の%sは数えません。", "The first day, %s, is not counted."},
    {DERIVED_FIRST_DAY_FROM_MIDNIGHT, "d", "%sは午前零時に始まるので数えます。",
     "%s is counted, because it began at midnight."},
    {DERIVED_FIRST_DAY_COUNTED, "d", "規定により初日の%sを数えます。",
     "The first day, %s, is counted as the rule says."},
    {DERIVED_STOPPED_DAYS, "du", "%sから%sまでは、期間が停止していたため数えません。",
     "From %s to %s the clock stood still; these days are not counted."},
    {DERIVED_STOPPED_TIME, "at", "%sから%sまでは、期間が停止していたため数えません。",
     "From %s to %s the clock stood still; this time is not counted."},
    {DERIVED_MONTH_END, "d", "応当する日がないため、その月の末日の%sを用います。",
     "There is no corresponding day; the last day of that month, %s, is used."},
    {DERIVED_CORRESPONDING_DAY, "d", "応当する日は%sです。", "The corresponding day is %s."},
    {DERIVED_CORRESPONDING_DAY_INCLUDED, "d", "規定の読み方により、応当する日の%sまで含めます。",
     "As the rule is read, the corresponding day, %s, is included."},
    {DERIVED_ROLLED, "d", "末日が休日に当たるため、%sに延びます。", "The last day is a holiday and moves to %s."},
    {DERIVED_LAST_DAY, "d", "期間の末日は%sです。", "The last day of the period is %s."},
    {DERIVED_PROVISIONAL, "d", "%sから先の暦はまだ確定していません。", "From %s on the calendar is not certain yet."},
    {DERIVED_STANDS, "a", "%sから期間が停止しています。", "The clock stands still since %s."},
    {DERIVED_DUE, "a", "期限の時刻は%sです。", "It is due at %s."},
};

static char *why_day(const struct page *page, const struct value *v)
{
    civil_day day;

    return value_text(v) != NULL && civil_parse(value_text(v), &day) ? page_day_text(page, day) : NULL;
}

static char *why_instant(const struct page *page, const struct value *v)
{
    instant at = value_instant(v);

    return at == INSTANT_NEVER ? NULL : page_instant_text(page, at);
}

static char *why_part(const struct page *page, const struct value *step, char part)
{
    switch (part) {
    case 'd':
        return why_day(page, value_get(step, "day"));
    case 'u':
        return why_day(page, value_get(step, "until"));
    case 'a':
        return why_instant(page, value_get(step, "at"));
    default:
        return why_instant(page, value_get(step, "to"));
    }
}

/* Why a day is closed, in the page's language when the calendar still knows it. */
static const char *why_closed(const struct page *page, const struct chart *chart, const struct value *why,
                              const struct value *step)
{
    const char *name = value_text(value_get(why, "calendar")), *kept = value_text(value_get(step, "why"));
    const struct calendar *calendar = name == NULL ? NULL : rulebook_calendar(chart->book, name);
    const struct calendar_reason *reason = NULL;
    civil_day day;

    if (page->en && calendar != NULL && civil_parse(value_text(value_get(step, "day")), &day))
        reason = calendar_why_closed(calendar, day);
    if (reason != NULL && reason->en != NULL)
        return reason->en;
    return kept == NULL ? "" : kept;
}

/* Days that follow one another in the derivation and are all closed make one sentence. Answers the step after them. */
static size_t why_closed_days(struct page *page, const struct chart *chart, const struct value *why,
                              const struct value *steps, size_t i)
{
    html_add(page->out, "<li>%s", page_text(page, "休日は数えません：", "Holidays are not counted: "));
    for (size_t first = i; i < value_size(steps); i++) {
        const struct value *step = value_at(steps, i);
        g_autofree char *day = why_day(page, value_get(step, "day"));

        if (g_strcmp0(value_text(value_get(step, "is")), derivation_name(DERIVED_CLOSED)) != 0)
            break;
        html_add(page->out, page_text(page, "%s%s「%s」", "%s%s \"%s\""), i == first ? "" : page_text(page, "、", ", "),
                 day == NULL ? "" : day, why_closed(page, chart, why, step));
    }
    g_string_append(page->out, page->en ? ".</li>" : "。</li>");
    return i;
}

static void why_anchor(struct page *page, const struct value *step)
{
    g_autofree char *at = why_instant(page, value_get(step, "at"));
    g_autofree char *day = why_day(page, value_get(step, "day"));

    html_add(page->out, "<li>%s%s%s</li>", page_text(page, "起算の基準：", "Counted from: "),
             at != NULL    ? at
             : day != NULL ? day
                           : "",
             page_text(page, "。", "."));
}

/* The clause of the Civil Code that a step applies: "civil_code.140". */
static void why_clause(struct page *page, const struct value *step)
{
    const char *clause = value_text(value_get(step, "basis"));

    if (clause != NULL && g_str_has_prefix(clause, "civil_code."))
        html_add(page->out, page_text(page, "（民法第%s条）", " (Civil Code, article %s)"),
                 clause + strlen("civil_code."));
}

static void why_sentence(struct page *page, const struct value *step)
{
    const char *is = value_text(value_get(step, "is"));

    for (size_t i = 0; i < G_N_ELEMENTS(why_sentences); i++) {
        const struct why_sentence *s = &why_sentences[i];
        g_autofree char *first = NULL, *second = NULL;

        if (g_strcmp0(is, derivation_name(s->kind)) != 0)
            continue;
        first = why_part(page, step, s->parts[0]);
        second = why_part(page, step, s->parts[1]);
        g_string_append(page->out, "<li>");
        html_add(page->out, page_text(page, s->ja, s->en), first == NULL ? "—" : first, second == NULL ? "—" : second);
        why_clause(page, step);
        g_string_append(page->out, "</li>");
        return;
    }
}

void page_why(struct page *page, const struct chart *chart, const struct value *why)
{
    const struct value *steps = value_get(why, "steps");
    const char *calendar = value_text(value_get(why, "calendar"));
    const char *version = value_text(value_get(why, "calendar_version"));
    const char *zone = value_text(value_get(why, "zone"));

    g_string_append(page->out, "<ol>");
    for (size_t i = 0; i < value_size(steps);) {
        const struct value *step = value_at(steps, i);
        const char *is = value_text(value_get(step, "is"));

        if (g_strcmp0(is, derivation_name(DERIVED_CLOSED)) == 0) {
            i = why_closed_days(page, chart, why, steps, i);
            continue;
        }
        if (g_strcmp0(is, derivation_name(DERIVED_ANCHOR)) == 0)
            why_anchor(page, step);
        else
            why_sentence(page, step);
        i++;
    }
    g_string_append(page->out, "</ol>");
    html_add(page->out, page_text(page, "<p class=\"quiet\">時間帯 %s。", "<p class=\"quiet\">Time zone %s. "),
             zone == NULL ? "" : zone);
    if (calendar != NULL)
        html_add(page->out, page_text(page, "暦 %s（版 %s）。", "Calendar %s, version %s."), calendar,
                 version == NULL ? "" : version);
    g_string_append(page->out, "</p>");
}
