#include "adapters/cli/due_answer.h"

#include "engine/core/deadline.h"
#include "engine/core/machine.h"
#include "engine/core/why.h"
#include "engine/error.h"

#include <string.h>

/* Where a period runs from, before the zone of its rule is known. */
struct anchor {
    const char *text;
    bool by_day, local;
    civil_day day;
    int64_t us; /* local: since 00:00 */
    instant at;
};

static bool answer_refuse(GError **error, const char *what, const char *given, const char *expected)
{
    g_set_error(error, TOROKU_ERROR, TOROKU_ERROR_INVALID, "%s: %s; expected %s", what, given, expected);
    return false;
}

/* The time of day of "hh:mm" or "hh:mm:ss" after a T or a blank. */
static bool time_parse(const char *text, int64_t *us)
{
    static const char form[] = "00:00:00";
    size_t length = strlen(text);
    int part[3] = {0};

    if (length != 5 && length != 8)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (form[i] == ':' ? text[i] != ':' : !g_ascii_isdigit(text[i]))
            return false;
        if (form[i] != ':')
            part[i / 3] = part[i / 3] * 10 + text[i] - '0';
    }
    *us = part[0] * INSTANT_HOUR + part[1] * INSTANT_MINUTE + part[2] * INSTANT_SECOND;
    return part[0] < 24 && part[1] < 60 && part[2] < 60;
}

static bool anchor_parse(const char *what, const struct value *v, struct anchor *anchor, GError **error)
{
    char date[CIVIL_TEXT_SIZE];

    *anchor = (struct anchor){.text = value_text(v)};
    if (anchor->text == NULL)
        return answer_refuse(error, what, v == NULL ? "missing" : "no text",
                             "2026-05-01, 2026-05-01T14:00 in the zone, or 2026-05-01T05:00:00Z");
    anchor->by_day = civil_parse(anchor->text, &anchor->day);
    if (anchor->by_day || instant_parse(anchor->text, &anchor->at))
        return true;
    g_strlcpy(date, anchor->text, sizeof date);
    anchor->local = strlen(anchor->text) > sizeof date && strchr("T ", anchor->text[sizeof date - 1]) != NULL &&
                    civil_parse(date, &anchor->day) && time_parse(anchor->text + sizeof date, &anchor->us);
    return anchor->local || answer_refuse(error, what, anchor->text,
                                          "a date that exists, as 2026-05-01, or 2026-05-01T14:00 in the zone, or "
                                          "2026-05-01T05:00:00Z");
}

static instant anchor_instant(const struct anchor *anchor, const struct zone *zone)
{
    return anchor->local ? zone_instant(zone, anchor->day, anchor->us) : anchor->at;
}

static bool stop_read(const struct value *pair, const struct zone *zone, struct interval *stop, GError **error)
{
    struct anchor from, to;

    if (value_size(pair) != 2)
        return answer_refuse(error, "stops", "not a pair", "[from, to], where `to` is null while the clock stands");
    if (!anchor_parse("stops", value_at(pair, 0), &from, error))
        return false;
    stop->to = INSTANT_NEVER;
    if (!value_is_null(value_at(pair, 1)) && !anchor_parse("stops", value_at(pair, 1), &to, error))
        return false;
    if (from.by_day || (!value_is_null(value_at(pair, 1)) && to.by_day))
        return answer_refuse(error, "stops", "a date", "an instant, as 2026-05-01T14:00");
    stop->from = anchor_instant(&from, zone);
    if (!value_is_null(value_at(pair, 1)))
        stop->to = anchor_instant(&to, zone);
    return stop->from <= stop->to || answer_refuse(error, "stops", from.text, "a stop that ends after it begins");
}

/* Takes the anchor as the deadline's rule wants it. */
static bool state_anchor(const struct chart *chart, const struct anchor *anchor, struct deadline_state *d,
                         GError **error)
{
    const enum deadline_anchor kind = chart->deadlines[d->deadline].anchor;

    if (kind == ANCHOR_ONE_OF)
        return answer_refuse(error, "anchor", anchor->text,
                             "one for each period, {PATH: WHEN, ...}, of a deadline of several");
    d->by_day = kind != ANCHOR_STATE_ENTRY && kind != ANCHOR_INSTANT;
    if (d->by_day && !anchor->by_day)
        return answer_refuse(error, "anchor", anchor->text, "a date, as 2026-05-01, by which this rule counts");
    if (!d->by_day && anchor->by_day)
        return answer_refuse(error, "anchor", anchor->text,
                             "an instant, as 2026-05-01T14:00, from which this rule counts");
    if (d->by_day)
        d->anchor_day = anchor->day + (kind == ANCHOR_DAY_AFTER) - (kind == ANCHOR_DAY_BEFORE);
    else
        d->anchor = anchor_instant(anchor, chart->zone);
    return true;
}

/* Puts ${text} where ${path} leads to in ${data}, which is the caller's alone. */
static void data_set(struct value *data, const char *path, const char *text)
{
    const char *dot = strchr(path, '.');
    g_autofree char *key = NULL;
    const struct value *there;
    struct value *inner;

    if (dot == NULL) {
        value_map_set_text(data, path, text);
        return;
    }
    key = g_strndup(path, (gsize)(dot - path));
    there = value_get(data, key);
    inner = value_map_copy(value_kind(there) == VALUE_MAP ? there : NULL);
    data_set(inner, dot + 1, text);
    value_map_set(data, key, inner);
}

/* Is ${path} (state_entry: the entry) where a member of ${rule} runs from? As a date or as an instant. */
static bool rule_runs_from(const struct chart_deadline *rule, const char *path, bool by_day)
{
    for (int i = 0; i < rule->member_count; i++) {
        enum deadline_anchor kind = rule->members[i].anchor;
        const char *of = kind == ANCHOR_STATE_ENTRY ? "state_entry" : rule->members[i].of;

        if (g_strcmp0(of, path) == 0 && by_day == (kind != ANCHOR_STATE_ENTRY && kind != ANCHOR_INSTANT))
            return true;
    }
    return false;
}

/* One of the anchors ${v} of a deadline of several periods, into the data or the entry. */
static bool anchors_take(const struct chart *chart, const struct chart_deadline *rule, const char *path,
                         const struct value *v, struct value *data, instant *entry, GError **error)
{
    struct anchor anchor;
    char text[INSTANT_TEXT_SIZE];

    if (!anchor_parse(path, v, &anchor, error))
        return false;
    if (!rule_runs_from(rule, path, anchor.by_day))
        return answer_refuse(error, path, anchor.text,
                             "state_entry or a path that a period of the deadline is of, and a date or an instant as "
                             "it wants");
    if (anchor.by_day)
        civil_print(anchor.day, text);
    else
        instant_print(anchor_instant(&anchor, chart->zone), text);
    if (strcmp(path, "state_entry") == 0)
        *entry = anchor_instant(&anchor, chart->zone);
    else
        data_set(data, path, text);
    return true;
}

/* The earliest or latest of several periods, as the core chooses among those whose anchors are there. */
static bool state_anchors(const struct chart *chart, const struct value *anchors, struct deadline_state *d,
                          GError **error)
{
    const struct chart_deadline *rule = &chart->deadlines[d->deadline];
    struct value *data = value_new_map();
    struct snapshot *s = snapshot_new(chart, 0, 0, 0);
    instant entry = INSTANT_NEVER;
    bool ok = true;

    for (size_t i = 0; ok && i < value_size(anchors); i++)
        ok = anchors_take(chart, rule, value_key_at(anchors, i), value_member_at(anchors, i), data, &entry, error);
    value_unref(s->data);
    s->data = data;
    if (ok && entry == INSTANT_NEVER && rule_runs_from(rule, "state_entry", false))
        ok = answer_refuse(error, "anchor", "no state_entry", "when the state is entered, from which a period runs");
    if (ok && !deadline_anchor(s, entry, rule, d))
        ok = answer_refuse(error, "anchor", "no period of the deadline has one", "{PATH: WHEN, ...}");
    snapshot_free(s);
    return ok;
}

static bool state_stops(const struct chart *chart, const struct value *stops, struct deadline_state *d, GError **error)
{
    if (stops != NULL && value_kind(stops) != VALUE_LIST)
        return answer_refuse(error, "stops", "no list", "[[from, to], ...]");
    for (size_t i = 0; i < value_size(stops); i++) {
        struct interval stop;

        if (!stop_read(value_at(stops, i), chart->zone, &stop, error))
            return false;
        g_array_append_val(d->stops, stop);
    }
    return true;
}

/* ${at} as a clock of the zone shows it, with its offset. */
static void answer_local(struct value *v, const struct zone *zone, instant at)
{
    civil_day day;
    int64_t us;
    int seconds, offset;
    char date[CIVIL_TEXT_SIZE];
    g_autofree char *text = NULL;

    zone_day(zone, at, &day, &us);
    civil_print(day, date);
    seconds = (int)(us / INSTANT_SECOND);
    offset = (int)((day * INSTANT_DAY + us - at) / INSTANT_MINUTE);
    text = g_strdup_printf("%sT%02d:%02d:%02d%c%02d:%02d", date, seconds / 3600, seconds / 60 % 60, seconds % 60,
                           offset < 0 ? '-' : '+', ABS(offset) / 60, ABS(offset) % 60);
    value_map_set_text(v, "local", text);
}

static void answer_instant(struct value *v, const char *key, const struct zone *zone, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_print(at, text);
    value_map_set_text(v, key, text);
    answer_local(v, zone, at);
}

/* Every reminder of the deadline, in the order of their instants; ${d} moves on to its end. */
static struct value *answer_reminders(const struct chart *chart, struct deadline_state *d)
{
    const struct chart_deadline *rule = &chart->deadlines[d->deadline];
    struct value *list = value_new_list();

    for (int i = 0; i <= rule->reminder_count && d->next != INSTANT_NEVER; i++, deadline_advance(chart, d)) {
        int reminder = deadline_reminder(chart, d);
        struct value *v;

        if (reminder == CHART_NONE)
            continue;
        v = value_new_map();
        answer_instant(v, "at", chart->zone, d->next);
        if (g_strcmp0(rule->reminders[reminder].notice, DUE_NOTICE) != 0)
            value_map_set_text(v, "notice", rule->reminders[reminder].notice);
        value_list_add(list, v);
    }
    return list;
}

static void answer_explain(struct value *answer, const struct chart *chart, const struct value *why,
                           enum explain_language language)
{
    g_autoptr(GPtrArray) sentences = why_explain(chart, why, language);
    struct value *list = value_new_list();

    for (guint i = 0; i < sentences->len; i++)
        value_list_add(list, value_new_text(g_ptr_array_index(sentences, i)));
    value_map_set(answer, "explain", list);
    value_map_set(answer, "steps", value_ref(value_get(why, "steps")));
}

static struct value *answer_of_state(const struct chart *chart, struct deadline_state *d, const struct value *why)
{
    static const char *const kept[] = {"zone", "tzdata", "calendar", "calendar_version"};
    const struct value *steps = value_get(why, "steps");
    struct value *answer = value_new_map();
    char day[CIVIL_TEXT_SIZE];

    if (d->due == INSTANT_NEVER) {
        value_map_set(answer, "due", value_new_null());
    } else {
        answer_instant(answer, "due", chart->zone, d->due);
        civil_print(d->last_day, day);
        value_map_set_text(answer, "last_day", day);
    }
    value_map_set(answer, "remind", answer_reminders(chart, d));
    for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
        value_map_set_text(answer, kept[i], value_text(value_get(why, kept[i])));
    value_map_set_text(answer, "basis", value_text(value_get(why, "rule")));
    for (size_t i = 0; i < value_size(steps); i++)
        if (g_strcmp0(value_text(value_get(value_at(steps, i), "is")), derivation_name(DERIVED_PROVISIONAL)) == 0)
            value_map_set_bool(answer, "provisional", true);
    return answer;
}

/* The members that a question may have: whether it leaves any other. */
static bool question_check(const struct value *question, GError **error)
{
    static const char *const members[] = {"anchor", "calendar", "deadline", "explain", "fires", "id",
                                          "lang",   "remind",   "rule",     "stops",   "zone",  NULL};
    const struct value *lang = value_get(question, "lang"), *explain = value_get(question, "explain");

    if (value_kind(question) != VALUE_MAP)
        return answer_refuse(error, "question", "no JSON object", "one, as {\"rule\": {...}, \"anchor\": \"...\"}");
    for (size_t i = 0; i < value_size(question); i++)
        if (!g_strv_contains(members, value_key_at(question, i)))
            return answer_refuse(
                error, value_key_at(question, i), "unknown member",
                "one of rule, deadline, anchor, stops, zone, calendar, fires, remind, explain, lang, id");
    if (lang != NULL && g_strcmp0(value_text(lang), "ja") != 0 && g_strcmp0(value_text(lang), "en") != 0)
        return answer_refuse(error, "lang", "no language of ours", "ja or en");
    if (explain != NULL && value_kind(explain) != VALUE_BOOL)
        return answer_refuse(error, "explain", "no boolean", "true or false");
    return true;
}

/* Computes ${d}; its derivation. */
static struct value *question_compute(const struct chart *chart, const struct value *question,
                                      const struct anchor *anchor, struct deadline_state *d, GError **error)
{
    const struct value *given = value_get(question, "anchor");
    struct value *why = NULL;
    bool several = value_kind(given) == VALUE_MAP;

    if (!(several ? state_anchors(chart, given, d, error) : state_anchor(chart, anchor, d, error)) ||
        !state_stops(chart, value_get(question, "stops"), d, error))
        return NULL;
    return deadline_compute(chart, d, INSTANT_MIN, &why, error) ? why : NULL;
}

struct value *due_answer(struct due_rules *rules, const struct value *question, GError **error)
{
    struct deadline_state d = {0};
    struct value *answer = NULL, *why = NULL;
    const struct chart *chart;
    struct anchor anchor = {0};

    if (!question_check(question, error) || (value_kind(value_get(question, "anchor")) != VALUE_MAP &&
                                             !anchor_parse("anchor", value_get(question, "anchor"), &anchor, error)))
        return NULL;
    chart = due_rule(rules, question, anchor.by_day, &d.deadline, error);
    if (chart == NULL)
        return NULL;
    d.stops = g_array_new(FALSE, FALSE, sizeof(struct interval));
    why = question_compute(chart, question, &anchor, &d, error);
    if (why != NULL) {
        bool en = g_strcmp0(value_text(value_get(question, "lang")), "en") == 0;

        answer = answer_of_state(chart, &d, why);
        if (value_bool(value_get(question, "explain")))
            answer_explain(answer, chart, why, en ? EXPLAIN_EN : EXPLAIN_JA);
        if (value_get(question, "id") != NULL)
            value_map_set(answer, "id", value_ref(value_get(question, "id")));
    }
    value_unref(why);
    g_array_unref(d.stops);
    return answer;
}

/* One line: a name, an instant as programs and as clocks of the zone show it. */
static void answer_line(GString *out, const char *name, const struct value *v, const char *key)
{
    g_string_append_printf(out, "%s%s  %s\n", name, value_text(value_get(v, key)), value_text(value_get(v, "local")));
}

void due_answer_print(const struct value *answer, enum explain_language language, GString *out)
{
    bool en = language == EXPLAIN_EN;
    const struct value *remind = value_get(answer, "remind"), *explain = value_get(answer, "explain");
    civil_day day;

    if (value_is_null(value_get(answer, "due"))) {
        g_string_append(out, en ? "due       the clock stands still\n" : "期限  期間が停止しています\n");
    } else {
        const char *last_day = value_text(value_get(answer, "last_day"));
        g_autofree char *text = civil_parse(last_day, &day) ? explain_day(day, language) : NULL;

        answer_line(out, en ? "due       " : "期限  ", answer, "due");
        g_string_append_printf(out, "%s%s  %s\n", en ? "last day  " : "末日  ", last_day, text);
    }
    for (size_t i = 0; i < value_size(remind); i++)
        answer_line(out, en ? "reminder  " : "予告  ", value_at(remind, i), "at");
    if (value_bool(value_get(answer, "provisional")))
        g_string_append(out, en ? "provisional: the calendar is not certain that far\n"
                                : "暫定：暦はそこまで確定していません\n");
    if (value_size(explain) > 0)
        g_string_append_c(out, '\n');
    for (size_t i = 0; i < value_size(explain); i++)
        g_string_append_printf(out, "%zu. %s\n", i + 1, value_text(value_at(explain, i)));
}
