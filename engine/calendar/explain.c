#include "engine/calendar/explain.h"

#include <string.h>

/* By kind; {day}, {until}, {at} and {to} are parts of the step, {time} the time of day of `at`, {closed} the closed
 * days from the step on. */
static const struct explain_sentence {
    const char *text[2]; /* by language */
} explain_sentences[DERIVATION_KIND_COUNT] = {
    [DERIVED_ANCHOR] = {{"起算の基準：{day}。", "Counted from: {day}."}},
    [DERIVED_RUNS_AT_ONCE] = {{"時間で定めた期間なので、{at}から直ちに起算します。",
                               "A period of hours runs at once, from {at}."}},
    [DERIVED_FIRST_DAY_NOT_COUNTED] = {{"初日の{day}は数えません。", "The first day, {day}, is not counted."}},
    [DERIVED_FIRST_DAY_FROM_MIDNIGHT] = {{"{day}は午前零時に始まるので数えます。",
                                          "{day} is counted, because it began at midnight."}},
    [DERIVED_FIRST_DAY_COUNTED] = {{"規定により初日の{day}を数えます。",
                                    "The first day, {day}, is counted as the rule says."}},
    [DERIVED_CUTOFF_PASSED] = {{"初日の{day}は、締切時刻の{time}を過ぎていたため数えません。",
                                "The first day, {day}, is not counted: its cut-off at {time} had passed."}},
    [DERIVED_CLOSED] = {{"休日は数えません：{closed}。", "Closed days are not counted: {closed}."}},
    [DERIVED_STOPPED_DAYS] = {{"{day}から{until}までは、期間が停止していたため数えません。",
                               "From {day} to {until} the clock stood still; these days are not counted."}},
    [DERIVED_STOPPED_TIME] = {{"{at}から{to}までは、期間が停止していたため数えません。",
                               "From {at} to {to} the clock stood still; this time is not counted."}},
    [DERIVED_MONTH_END] = {{"応当する日がないため、その月の末日の{day}を用います。",
                            "There is no corresponding day; the last day of that month, {day}, is used."}},
    [DERIVED_CORRESPONDING_DAY] = {{"応当する日は{day}です。", "The corresponding day is {day}."}},
    [DERIVED_CORRESPONDING_DAY_INCLUDED] = {{"規定の読み方により、応当する日の{day}まで含めます。",
                                             "As the rule is read, the corresponding day, {day}, is included."}},
    [DERIVED_ROLLED] = {{"末日が休日に当たるため、{day}に延びます。", "The last day is a holiday and moves to {day}."}},
    [DERIVED_LAST_DAY] = {{"期間の末日は{day}です。", "The last day of the period is {day}."}},
    [DERIVED_CUTOFF] = {{"{day}の締切時刻は{time}です。", "The cut-off on {day} is at {time}."}},
    [DERIVED_PROVISIONAL] = {{"{day}から先の暦はまだ確定していません。",
                              "From {day} on the calendar is not certain yet."}},
    [DERIVED_STANDS] = {{"{at}から期間が停止しています。", "The clock stands still since {at}."}},
    [DERIVED_DUE] = {{"期限の時刻は{at}です。", "It is due at {at}."}},
};

/* A step whose anchor is an instant, and the last day of a period that was counted backward. */
static const struct explain_sentence explain_anchor_at = {{"起算の基準：{at}。", "Counted from: {at}."}};
static const struct explain_sentence explain_back = {
    {"さかのぼって数えた期間は{day}の始めに至ります。",
     "Counted backward, the period reaches to the beginning of {day}."}};

struct explain_work {
    const struct derivation *derivation;
    const struct zone *zone;
    enum explain_language language;
};

char *explain_day(civil_day day, enum explain_language language)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const char *const days_ja[] = {"月", "火", "水", "木", "金", "土", "日"};
    static const char *const days_en[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    struct civil_date date = civil_date_of(day);
    int weekday = (int)civil_weekday(day) - 1;

    if (language == EXPLAIN_EN)
        return g_strdup_printf("%s %d %s %d", days_en[weekday], date.day, months[date.month - 1], date.year);
    return g_strdup_printf("%d年%d月%d日（%s）", date.year, date.month, date.day, days_ja[weekday]);
}

char *explain_instant(instant at, const struct zone *zone, enum explain_language language)
{
    const char *name = zone == NULL ? "UTC" : zone_name(zone);
    g_autofree char *day_text = NULL;
    civil_day day;
    int64_t us;
    int seconds;

    if (zone != NULL) {
        zone_day(zone, at, &day, &us);
    } else {
        day = (civil_day)(at / INSTANT_DAY - (at % INSTANT_DAY < 0));
        us = at - day * INSTANT_DAY;
    }
    if (strcmp(name, "Asia/Tokyo") == 0)
        name = language == EXPLAIN_EN ? "JST" : "日本時間";
    seconds = (int)(us / INSTANT_SECOND);
    day_text = explain_day(day, language);
    if (language == EXPLAIN_EN)
        return g_strdup_printf("%s, %02d:%02d:%02d (%s)", day_text, seconds / 3600, seconds / 60 % 60, seconds % 60,
                               name);
    return g_strdup_printf("%s %02d:%02d:%02d（%s）", day_text, seconds / 3600, seconds / 60 % 60, seconds % 60, name);
}

static void explain_add_day(const struct explain_work *work, civil_day day, GString *out)
{
    g_autofree char *text = day == CIVIL_DAY_NONE ? g_strdup("—") : explain_day(day, work->language);

    g_string_append(out, text);
}

static void explain_add_instant(const struct explain_work *work, instant at, GString *out)
{
    g_autofree char *text = at == INSTANT_NEVER ? g_strdup("—") : explain_instant(at, work->zone, work->language);

    g_string_append(out, text);
}

static void explain_add_time(const struct explain_work *work, instant at, GString *out)
{
    civil_day day;
    int64_t us;

    zone_day(work->zone, at, &day, &us);
    g_string_append_printf(out, "%02d:%02d", (int)(us / INSTANT_HOUR), (int)(us / INSTANT_MINUTE % 60));
}

/* The closed days from step ${i} on, as far as they follow one another. */
static void explain_add_closed(const struct explain_work *work, guint i, GString *out)
{
    for (guint first = i; i < work->derivation->steps->len; i++) {
        const struct derivation_step *step = derivation_step_at(work->derivation, i);

        if (step->kind != DERIVED_CLOSED)
            break;
        if (i > first)
            g_string_append(out, work->language == EXPLAIN_EN ? ", " : "、");
        explain_add_day(work, step->day, out);
        if (step->reason.ja != NULL)
            g_string_append_printf(out, work->language == EXPLAIN_EN ? " \"%s\"" : "「%s」",
                                   work->language == EXPLAIN_EN && step->reason.en != NULL ? step->reason.en
                                                                                           : step->reason.ja);
    }
}

static void explain_add_part(const struct explain_work *work, guint i, const char *name, GString *out)
{
    const struct derivation_step *step = derivation_step_at(work->derivation, i);

    if (g_str_has_prefix(name, "{day}"))
        explain_add_day(work, step->day, out);
    else if (g_str_has_prefix(name, "{until}"))
        explain_add_day(work, step->until, out);
    else if (g_str_has_prefix(name, "{at}"))
        explain_add_instant(work, step->at, out);
    else if (g_str_has_prefix(name, "{time}"))
        explain_add_time(work, step->at, out);
    else if (g_str_has_prefix(name, "{to}"))
        explain_add_instant(work, step->to, out);
    else
        explain_add_closed(work, i, out);
}

static bool explain_is_back(const struct explain_work *work, guint i)
{
    const struct derivation_step *step = derivation_step_at(work->derivation, i);
    guint last = work->derivation->steps->len - 1;

    return step->kind == DERIVED_LAST_DAY && work->zone != NULL && step->day != CIVIL_DAY_NONE &&
           derivation_step_at(work->derivation, last)->at == zone_instant(work->zone, step->day, 0);
}

static char *explain_step(const struct explain_work *work, guint i)
{
    const struct derivation_step *step = derivation_step_at(work->derivation, i);
    const struct explain_sentence *sentence = &explain_sentences[step->kind];
    const char *clause = derivation_clause(step->kind), *at;
    GString *out = g_string_new(NULL);

    if (step->kind == DERIVED_ANCHOR && step->at != INSTANT_NEVER)
        sentence = &explain_anchor_at;
    else if (explain_is_back(work, i))
        sentence = &explain_back;
    for (at = sentence->text[work->language]; *at != '\0'; at++) {
        if (*at != '{') {
            g_string_append_c(out, *at);
            continue;
        }
        explain_add_part(work, i, at, out);
        at = strchr(at, '}');
    }
    if (clause != NULL && g_str_has_prefix(clause, "civil_code."))
        g_string_append_printf(out, work->language == EXPLAIN_EN ? " (Civil Code, article %s)" : "（民法第%s条）",
                               clause + strlen("civil_code."));
    return g_string_free(out, FALSE);
}

GPtrArray *explain_derivation(const struct derivation *derivation, const struct zone *zone,
                              enum explain_language language)
{
    GPtrArray *sentences = g_ptr_array_new_with_free_func(g_free);
    struct explain_work work = {derivation, zone, language};

    for (guint i = 0; i < derivation->steps->len; i++) {
        bool told = i > 0 && derivation_step_at(derivation, i)->kind == DERIVED_CLOSED &&
                    derivation_step_at(derivation, i - 1)->kind == DERIVED_CLOSED;

        if (!told)
            g_ptr_array_add(sentences, explain_step(&work, i));
    }
    return sentences;
}
