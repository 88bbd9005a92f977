#include "engine/calendar/recurrence.h"
#include "engine/chart/compiler.h"

#include <string.h>

#define REMIND_AT_DEFAULT (9 * INSTANT_HOUR)

struct span compile_span(const struct doc_span *doc)
{
    return (struct span){.years = doc->years,
                         .months = doc->months,
                         .days = doc->days,
                         .business_days = doc->business_days,
                         .us = doc->hours * INSTANT_HOUR + doc->minutes * INSTANT_MINUTE};
}

/* One of ${words}; CHART_NONE with a finding when it is none of them. */
static int word_index(struct compiler *c, const char *suffix, const char *word, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++)
        if (g_strcmp0(words[i], word) == 0)
            return i;
    if (word == NULL) {
        g_autofree char *list = g_strjoinv(" or ", (char **)(gpointer)(uintptr_t)words);

        compiler_find(c, FINDING_NEEDS_KEY, suffix, "missing; expected %s", list);
    } else {
        compiler_find_unknown(c, FINDING_UNKNOWN_WORD, suffix, suffix + 1, word,
                              compiler_ids(words, sizeof(char *), (int)g_strv_length((char **)(uintptr_t)words)));
    }
    return CHART_NONE;
}

/* The deadline before which this one is due: armed earlier, alive as long at least. */
static void deadline_ahead_of(struct compiler *c, const char *of, int index, struct chart_deadline *deadline)
{
    const struct chart *chart = c->chart;
    int other = chart_deadline_index(chart, of);

    if (other == CHART_NONE) {
        compiler_find_unknown(c, FINDING_UNKNOWN_DEADLINE, ".of", "deadline", of,
                              COMPILER_IDS(chart->deadlines, chart->deadline_count));
        return;
    }
    deadline->ahead_of = other;
    deadline->rule.direction = PERIOD_BEFORE;
    if (other >= index || (chart->deadlines[other].state != deadline->state &&
                           !chart_is_descendant(chart, deadline->state, chart->deadlines[other].state)))
        compiler_find(c, FINDING_DEADLINE_ELSEWHERE, ".of",
                      "\"%s\" is not there yet; expected a deadline declared above, of this state or of one "
                      "around it",
                      of);
}

/* The day of "MM-DD", which every year has. */
static void deadline_year_end(struct compiler *c, const char *of, struct chart_deadline *deadline)
{
    g_autofree char *text = g_strconcat("2001-", of, NULL);
    civil_day day;

    if (!civil_parse(text, &day)) {
        compiler_find(c, FINDING_BAD_VALUE, ".of", "\"%s\" is no day that every year has; expected MM-DD, as 03-31",
                      of);
        return;
    }
    deadline->year_end_month = civil_date_of(day).month;
    deadline->year_end_day = civil_date_of(day).day;
}

static void deadline_anchor(struct compiler *c, const struct doc_period *doc, int index,
                            struct chart_deadline *deadline)
{
    static const char *const anchors[] = {"state_entry", "day",          "day_after", "instant", "day_before",
                                          "ahead_of",    "ahead_of_day", "year_end",  NULL};
    struct scope scope = {.state = deadline->state, .form = CHART_NONE};
    struct path_target target;
    int anchor = word_index(c, ".from", doc->from, anchors);

    if (anchor == CHART_NONE)
        return;
    deadline->anchor = (enum deadline_anchor)anchor;
    if (deadline->anchor == ANCHOR_STATE_ENTRY) {
        if (doc->of != NULL)
            compiler_find(
                c, FINDING_MISPLACED_KEY, ".of",
                "a period from state_entry is of no date; expected from: day, day_after, day_before or instant");
        return;
    }
    if (doc->of == NULL) {
        compiler_find(c, FINDING_NEEDS_KEY, "", "from: %s of which field? expected `of` with a path of the case's data",
                      doc->from);
        return;
    }
    deadline->of = compiler_text(c, doc->of);
    if (deadline->anchor == ANCHOR_AHEAD_OF) {
        deadline_ahead_of(c, doc->of, index, deadline);
        return;
    }
    if (deadline->anchor == ANCHOR_YEAR_END) {
        deadline_year_end(c, doc->of, deadline);
        return;
    }
    if (deadline->anchor == ANCHOR_AHEAD_OF_DAY)
        deadline->rule.direction = PERIOD_BEFORE;
    if (!compiler_resolve(c, ".of", doc->of, &scope, &target))
        return;
    deadline->nth = doc->nth;
    if (doc->nth != 0 && (doc->nth < 0 || deadline->anchor == ANCHOR_INSTANT))
        compiler_find(c, FINDING_BAD_VALUE, ".nth", "expected 1 or more, of a list of dates");
    else if (doc->nth != 0 && (target.type != FIELD_LIST || target.field == CHART_NONE ||
                               c->chart->fields[target.field].items != FIELD_DATE))
        compiler_find(c, FINDING_TYPE_MISMATCH, ".of",
                      "\"%s\" is no list of dates, of which to take the nth; expected "
                      "a field of type list with items: date",
                      doc->of);
    else if (doc->nth == 0 && target.typed &&
             target.type != (deadline->anchor == ANCHOR_INSTANT ? FIELD_INSTANT : FIELD_DATE))
        compiler_find(c, FINDING_TYPE_MISMATCH, ".of", "\"%s\" is no %s; expected a path of that type", doc->of,
                      deadline->anchor == ANCHOR_INSTANT ? "instant" : "date");
    compiler_read(c, ".of", doc->of, READ_DECIDE);
}

static const struct calendar *deadline_calendar(struct compiler *c, const char *name)
{
    const char *wanted = name != NULL ? name : c->doc->calendar;
    const struct calendar *calendar = wanted == NULL ? NULL : rulebook_calendar(c->book, wanted);

    if (calendar == NULL && c->lenient && c->book->calendars->len > 0)
        return g_ptr_array_index(c->book->calendars, 0);
    if (name != NULL && calendar == NULL)
        compiler_calendar(c, name);
    return calendar;
}

/* That the calendar is unknown is told where it is named, and not again wherever days are counted. */
static bool calendar_was_told(const struct compiler *c, const struct doc_deadline *doc,
                              const struct chart_deadline *deadline)
{
    return deadline->rule.calendar == NULL && (doc->calendar != NULL || c->doc->calendar != NULL);
}

/* The time of day of "hh:mm" at the key ${suffix}, in µs; ${otherwise} and a finding when it is none. */
static int64_t time_of_day(struct compiler *c, const char *suffix, const char *at, int64_t otherwise)
{
    bool good = strlen(at) == 5 && g_ascii_isdigit(at[0]) && g_ascii_isdigit(at[1]) && at[2] == ':' &&
                g_ascii_isdigit(at[3]) && g_ascii_isdigit(at[4]);
    int hour = good ? 10 * (at[0] - '0') + at[1] - '0' : 24;
    int minute = good ? 10 * (at[3] - '0') + at[4] - '0' : 60;

    if (hour > 23 || minute > 59) {
        compiler_find(c, FINDING_BAD_VALUE, suffix, "\"%s\" is no time of day; expected hh:mm from 00:00 to 23:59", at);
        return otherwise;
    }
    return hour * INSTANT_HOUR + minute * INSTANT_MINUTE;
}

/* Where the days of a period end, and where its last one moves to. */
static void deadline_ends(struct compiler *c, const struct doc_period *doc, struct period_rule *rule)
{
    static const char *const rolls[] = {"none", "next_open", NULL};

    if (doc->cutoff != NULL)
        rule->cutoff_us = time_of_day(c, ".cutoff", doc->cutoff, 0);
    if (doc->roll != NULL && word_index(c, ".roll", doc->roll, rolls) == 1)
        rule->roll = doc->roll_at == NULL ? ROLL_NEXT_OPEN : ROLL_NEXT_OPEN_AT;
    if (doc->roll_at != NULL && rule->roll != ROLL_NEXT_OPEN_AT)
        compiler_find(c, FINDING_MISPLACED_KEY, ".roll_at", "nothing rolls; expected roll: next_open beside it");
    else if (doc->roll_at != NULL)
        rule->roll_us = time_of_day(c, ".roll_at", doc->roll_at, 0);
}

static void deadline_span(struct compiler *c, const struct doc_deadline *doc, const struct doc_period *period,
                          int index, struct chart_deadline *deadline)
{
    static const char *const first_days[] = {"not_counted", "counted", NULL};
    struct doc_span span = {period->years,         period->months, period->days,
                            period->business_days, period->hours,  period->minutes};
    g_autoptr(GError) error = NULL;

    deadline->rule = (struct period_rule){.span = compile_span(&span),
                                          .direction = PERIOD_AFTER,
                                          .include_corresponding_day = period->include_corresponding_day,
                                          .zone = c->chart->zone,
                                          .calendar = deadline->rule.calendar};
    if (period->first_day != NULL && word_index(c, ".first_day", period->first_day, first_days) == 1)
        deadline->rule.first_day = FIRST_DAY_COUNTED;
    deadline_anchor(c, period, index, deadline);
    deadline_ends(c, period, &deadline->rule);
    if (deadline->anchor != ANCHOR_STATE_ENTRY && deadline->anchor != ANCHOR_INSTANT && deadline->rule.span.us != 0)
        compiler_find(c, FINDING_BAD_PERIOD, "",
                      "hours do not run from a date; expected days, or from: state_entry or instant");
    if (c->chart->zone != NULL && !calendar_was_told(c, doc, deadline) && !period_rule_check(&deadline->rule, &error))
        compiler_find(c, FINDING_BAD_PERIOD, "", "%s", error->message);
}

/* Several periods, of which one holds. */
static void deadline_members(struct compiler *c, const struct doc_deadline *doc, int index,
                             struct chart_deadline *deadline)
{
    const struct doc_period *period = &doc->period,
                            *list = period->latest_count > 0 ? period->latest : period->earliest;
    uint32_t count = MAX(period->earliest_count, period->latest_count);
    struct doc_period alone = {.earliest = period->earliest,
                               .earliest_count = period->earliest_count,
                               .latest = period->latest,
                               .latest_count = period->latest_count};

    deadline->anchor = ANCHOR_ONE_OF;
    deadline->latest = period->latest_count > 0;
    deadline->rule = (struct period_rule){.zone = c->chart->zone, .calendar = deadline->rule.calendar};
    if (count < 2 || memcmp(&alone, period, sizeof alone) != 0)
        compiler_find(c, FINDING_CHOOSE_ONE, "",
                      "expected `from`, or two or more periods as `earliest`, or as `latest`, and no key beside it");
    deadline->members = g_new0(struct chart_deadline, count);
    deadline->member_count = (int)count;
    g_ptr_array_add(c->chart->owned, deadline->members);
    for (uint32_t i = 0; i < count; i++) {
        gsize mark = compiler_enter(c, deadline->latest ? ".latest[%u]" : ".earliest[%u]", i);

        deadline->members[i].state = deadline->state;
        deadline->members[i].rule.calendar = deadline->rule.calendar;
        deadline_span(c, doc, &list[i], index, &deadline->members[i]);
        if (list[i].earliest_count + list[i].latest_count > 0)
            compiler_find(c, FINDING_MISPLACED_KEY, "", "one of several is a period itself; expected `from`");
        compiler_leave(c, mark);
    }
}

static void deadline_every(struct compiler *c, const struct doc_deadline *doc, struct chart_deadline *deadline)
{
    static const char *const policies[] = {"skip", "each", NULL};
    struct recurrence_rule rule = {.zone = c->chart->zone};
    g_autoptr(GError) error = NULL;

    if (doc->catch_up != NULL)
        deadline->catch_up = word_index(c, ".catch_up", doc->catch_up, policies) == 1;
    if (doc->every == NULL) {
        if (doc->catch_up != NULL)
            compiler_find(c, FINDING_MISPLACED_KEY, ".catch_up", "nothing comes again; expected `every` beside it");
        return;
    }
    deadline->every = rule.every = compile_span(doc->every);
    if (c->chart->zone != NULL && !recurrence_rule_check(&rule, &error))
        compiler_find(c, FINDING_BAD_PERIOD, ".every", "%s", error->message);
    if (deadline->rule.span.us != 0 || deadline->rule.direction == PERIOD_BEFORE || deadline->anchor == ANCHOR_ONE_OF)
        compiler_find(
            c, FINDING_BAD_PERIOD, ".every",
            "only what ends with a day, after one anchor, comes again; expected such a period, or no `every`");
}

static void deadline_period(struct compiler *c, const struct doc_deadline *doc, int index,
                            struct chart_deadline *deadline)
{
    static const char *const ends[] = {"end_of_last_day", "exact", NULL};
    gsize mark;
    int end;

    deadline->rule.calendar = deadline_calendar(c, doc->calendar);
    mark = compiler_enter(c, ".period");
    if (doc->period.earliest_count + doc->period.latest_count > 0)
        deadline_members(c, doc, index, deadline);
    else
        deadline_span(c, doc, &doc->period, index, deadline);
    compiler_leave(c, mark);
    end = doc->fires == NULL ? CHART_NONE : word_index(c, ".fires", doc->fires, ends);
    if (end == 1 && deadline->rule.span.us == 0)
        compiler_find(c, FINDING_BAD_PERIOD, ".fires",
                      "days end at the end of the last day; only hours and minutes are exact");
    if (end == 0 && deadline->rule.span.us != 0)
        compiler_find(c, FINDING_BAD_PERIOD, ".fires", "hours and minutes run exactly; expected fires: exact");
}

static void compile_reminder(struct compiler *c, const struct doc_remind *doc, const struct period_rule *rule,
                             struct chart_reminder *reminder)
{
    struct period_rule before = {.direction = PERIOD_BEFORE, .zone = rule->zone, .calendar = rule->calendar};
    g_autoptr(GError) error = NULL;

    reminder->before = compile_span(&doc->before);
    before.span = reminder->before;
    if (c->chart->zone != NULL && !period_rule_check(&before, &error))
        compiler_find(c, FINDING_BAD_PERIOD, ".before", "%s", error->message);
    reminder->at_us = reminder->before.us != 0 ? -1 : REMIND_AT_DEFAULT;
    if (doc->at != NULL && reminder->before.us != 0)
        compiler_find(c, FINDING_MISPLACED_KEY, ".at", "a reminder hours before is exact; expected no `at`");
    else if (doc->at != NULL)
        reminder->at_us = time_of_day(c, ".at", doc->at, REMIND_AT_DEFAULT);
    if (doc->notice == NULL)
        compiler_find(c, FINDING_NEEDS_KEY, "", "a reminder that says nothing; expected `notice`");
    else
        reminder->notice = compile_notice(c, ".notice", doc->notice);
    reminder->to = compile_recipients(c, doc->to, doc->to_count);
}

void compile_deadline(struct compiler *c, const struct doc_deadline *doc, int index)
{
    static const char *const kinds[] = {"target", "limit", NULL};
    struct chart_deadline deadline = c->chart->deadlines[index];
    struct scope scope = {.state = deadline.state, .form = CHART_NONE};
    int kind = doc->kind == NULL && c->lenient ? DEADLINE_LIMIT : word_index(c, ".kind", doc->kind, kinds);

    deadline.kind = kind == 1 ? DEADLINE_LIMIT : DEADLINE_TARGET;
    scope.target_due = kind == 0;
    deadline.guard = CHART_NONE;
    if (doc->when != NULL) {
        gsize mark = compiler_enter(c, ".when");

        deadline.guard = compile_guard(c, doc->when, &scope);
        compiler_leave(c, mark);
    }
    deadline.label = compiler_texts(c, &doc->label);
    deadline.basis = compiler_basis(c, ".basis", doc->basis, c->chart->states[deadline.state].basis);
    deadline_period(c, doc, index, &deadline);
    deadline_every(c, doc, &deadline);
    if (doc->remind_count > 0) {
        deadline.reminders = g_new0(struct chart_reminder, doc->remind_count);
        g_ptr_array_add(c->chart->owned, deadline.reminders);
    }
    deadline.reminder_count = (int)doc->remind_count;
    for (uint32_t i = 0; i < doc->remind_count; i++) {
        gsize mark = compiler_enter(c, ".remind[%u]", i);

        compile_reminder(c, &doc->remind[i], &deadline.rule, &deadline.reminders[i]);
        compiler_leave(c, mark);
    }
    deadline.due = compile_actions(c, "due", doc->due, doc->due_count, &scope);
    c->chart->deadlines[index] = deadline;
}
