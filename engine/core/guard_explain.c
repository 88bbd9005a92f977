#include "engine/core/guard.h"

#include <string.h>

/* What people read for a path of the data: the label of the field that it begins with, else the path. */
static struct chart_text path_label(const struct chart *chart, char *path)
{
    size_t size = strcspn(path, ".");

    for (int form = 0; form < chart->form_count; form++) {
        const struct range *fields = &chart->forms[form].fields;

        for (int f = fields->first; f < fields->first + fields->count; f++)
            if (strncmp(chart->fields[f].id, path, size) == 0 && chart->fields[f].id[size] == '\0')
                return chart->fields[f].label;
    }
    return (struct chart_text){path, path};
}

static void explain_linked(struct guard_context *context, const struct chart_guard *guard, char **ja, char **en)
{
    const char *relation = context->chart->relations[guard->relation].id;
    const struct value *facts;
    g_autofree char *states = NULL;

    guard_facts(context, guard->relation, &facts);
    if (guard->absent || value_is_null(facts)) {
        *ja = g_strdup_printf(
            guard->absent ? "関係する案件（%s）がすでにあります。" : "関係する案件（%s）がありません。", relation);
        *en = g_strdup_printf(guard->absent ? "There is a %s already." : "There is no %s.", relation);
        return;
    }
    if (guard->names != NULL && !guard_facts_in_states(facts, guard->names)) {
        states = g_strjoinv(", ", guard->names);
        *ja = g_strdup_printf("関係する案件（%s）の状態が %s ではありません。", relation, states);
        *en = g_strdup_printf("The %s is not in state %s.", relation, states);
        return;
    }
    *ja = g_strdup_printf("関係する案件（%s）の期限（%s）を過ぎています。", relation, guard->deadline);
    *en = g_strdup_printf("The deadline %s of the %s has passed.", guard->deadline, relation);
}

/* ${wanted}: it should have passed, and has not. */
static void explain_passed(const struct guard_context *context, const struct chart_guard *guard, bool wanted, char **ja,
                           char **en)
{
    const struct chart_deadline *deadline = &context->chart->deadlines[guard->deadline_index];
    const char *label_ja = deadline->label.ja == NULL ? deadline->id : deadline->label.ja;
    const char *label_en = deadline->label.en == NULL ? deadline->id : deadline->label.en;

    *ja = g_strdup_printf(wanted ? "「%s」をまだ過ぎていません。" : "「%s」を過ぎています。", label_ja);
    *en = g_strdup_printf(wanted ? "\"%s\" has not passed yet." : "\"%s\" has passed.", label_en);
}

/* ${wanted}: it should be in that state, and is not. */
static void explain_in_state(const struct guard_context *context, const struct chart_guard *guard, bool wanted,
                             char **ja, char **en)
{
    const struct chart_state *state = &context->chart->states[guard->state];
    const char *label_ja = state->label.ja == NULL ? state->id : state->label.ja;
    const char *label_en = state->label.en == NULL ? state->id : state->label.en;

    *ja = g_strdup_printf(wanted ? "「%s」の状態ではありません。" : "「%s」の間はこの操作はできません。", label_ja);
    *en = g_strdup_printf(
        wanted ? "The case is not in the state \"%s\"." : "Not while the case is in the state \"%s\".", label_en);
}

/* None of several: those that ask for something to be there are named. */
static void explain_any(const struct guard_context *context, const struct chart_guard *guard, char **ja, char **en)
{
    GString *names_ja = g_string_new(NULL), *names_en = g_string_new(NULL);

    for (int i = 0; i < guard->children.count; i++) {
        const struct chart_guard *child = &context->chart->guards[guard->children.items[i]];
        struct chart_text label;

        if (child->kind != GUARD_PRESENT)
            continue;
        label = path_label(context->chart, child->path);
        g_string_append_printf(names_ja, "%s「%s」", names_ja->len == 0 ? "" : "、", label.ja);
        g_string_append_printf(names_en, "%s\"%s\"", names_en->len == 0 ? "" : ", ", label.en);
    }
    *ja = names_ja->len == 0 ? g_strdup("案件が条件に合いません。")
                             : g_strdup_printf("次のいずれも入力されていません：%s。", names_ja->str);
    *en = names_en->len == 0 ? g_strdup("The case does not meet the condition.")
                             : g_strdup_printf("None of these is there: %s.", names_en->str);
    g_string_free(names_ja, TRUE);
    g_string_free(names_en, TRUE);
}

/* What people read for an event: the label of a row that takes it, else its name. */
static struct chart_text event_label(const struct chart *chart, char *event)
{
    for (int t = 0; t < chart->take_count; t++)
        if (g_strcmp0(chart->takes[t].name, event) == 0 && chart->takes[t].label.ja != NULL)
            return chart->takes[t].label;
    return (struct chart_text){event, event};
}

/* What a guard is about: a field by its label, one of a linked case by its path. */
static void explain_subject(const struct guard_context *context, const struct chart_guard *guard, char **ja, char **en)
{
    struct chart_text label;

    if (guard->relation != CHART_NONE) {
        const char *relation = context->chart->relations[guard->relation].id;

        *ja = g_strdup_printf("関係する案件（%s）の「%s」", relation, guard->other_path);
        *en = g_strdup_printf("\"%s\" of the %s", guard->other_path, relation);
        return;
    }
    label = path_label(context->chart, guard->path);
    *ja = g_strdup_printf("「%s」", label.ja);
    *en = g_strdup_printf("\"%s\"", label.en);
}

/* "at least 3", "less than "Hives"": one bound, above that which stands at the guard's base. */
static void explain_bound(const struct guard_context *context, const struct chart_guard *guard, bool low, int64_t bound,
                          char **ja, char **en)
{
    bool beyond = guard->base != NULL && bound != 0;
    struct chart_text base;

    if (guard->base == NULL) {
        *ja = g_strdup_printf("%" G_GINT64_FORMAT "%s", bound, low ? "以上" : "以下");
        *en = g_strdup_printf("%s %" G_GINT64_FORMAT, low ? "at least" : "at most", bound);
        return;
    }
    base = path_label(context->chart, guard->base);
    *ja = g_strdup_printf(low      ? beyond ? "「%s」より多く" : "「%s」以上"
                          : beyond ? "「%s」未満"
                                   : "「%s」以下",
                          base.ja);
    *en = g_strdup_printf(low      ? beyond ? "more than \"%s\"" : "at least \"%s\""
                          : beyond ? "less than \"%s\""
                                   : "at most \"%s\"",
                          base.en);
}

/* ${wanted}: the number should lie between the bounds, else outside of them. */
static void explain_number(const struct guard_context *context, const struct chart_guard *guard, bool wanted, char **ja,
                           char **en)
{
    bool low = (guard->low != INT64_MIN) == wanted;
    int64_t bound = wanted ? (low ? guard->low : guard->high) : low ? guard->high + 1 : guard->low - 1;
    g_autofree char *bound_ja = NULL, *bound_en = NULL, *what_ja = NULL, *what_en = NULL;

    if (guard->low == guard->high) {
        bound_ja = g_strdup_printf("%" G_GINT64_FORMAT "%s", guard->low, wanted ? "" : "以外");
        bound_en = g_strdup_printf("%s%" G_GINT64_FORMAT, wanted ? "exactly " : "other than ", guard->low);
    } else {
        explain_bound(context, guard, low, bound, &bound_ja, &bound_en);
    }
    if (guard->event != NULL) {
        struct chart_text label = event_label(context->chart, guard->event);

        *ja = g_strdup_printf("「%s」の回数が%sではありません。", label.ja, bound_ja);
        *en = g_strdup_printf("\"%s\" must have happened %s times.", label.en, bound_en);
        return;
    }
    explain_subject(context, guard, &what_ja, &what_en);
    *ja = g_strdup_printf("%sは%sでなければなりません。", what_ja, bound_ja);
    *en = g_strdup_printf("%s must be %s.", what_en, bound_en);
}

/* "10 business days": the one unit that a span has, or years and months. */
static void explain_span(const struct span *span, char **ja, char **en)
{
    const struct {
        int64_t count;
        const char *ja, *en;
    } units[] = {{span->years, "年", "year"},
                 {span->months, "か月", "month"},
                 {span->days, "日", "day"},
                 {span->business_days, "営業日", "business day"},
                 {span->us / INSTANT_HOUR, "時間", "hour"},
                 {span->us % INSTANT_HOUR / INSTANT_MINUTE, "分", "minute"}};
    GString *out_ja = g_string_new(NULL), *out_en = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        if (units[i].count == 0)
            continue;
        g_string_append_printf(out_ja, "%" G_GINT64_FORMAT "%s", units[i].count, units[i].ja);
        g_string_append_printf(out_en, "%s%" G_GINT64_FORMAT " %s%s", out_en->len == 0 ? "" : " and ", units[i].count,
                               units[i].en, units[i].count == 1 ? "" : "s");
    }
    *ja = g_string_free(out_ja, FALSE);
    *en = g_string_free(out_en, FALSE);
}

/* What a date or an instant is compared with. */
static void explain_time_base(const struct guard_context *context, const struct chart_guard *guard, char **ja,
                              char **en)
{
    const struct guard_time *time = &guard->time;
    bool after = time->rule.direction == PERIOD_AFTER;
    g_autofree char *base_ja = NULL, *base_en = NULL, *span_ja = NULL, *span_en = NULL;
    char text[INSTANT_TEXT_SIZE] = "";

    if (time->base == GUARD_TIME_FIELD) {
        struct chart_text label = path_label(context->chart, guard->base);

        base_ja = g_strdup_printf("「%s」", label.ja);
        base_en = g_strdup_printf("\"%s\"", label.en);
    } else if (time->base == GUARD_TIME_NOW) {
        base_ja = g_strdup(time->days ? "本日" : "現在");
        base_en = g_strdup(time->days ? "today" : "now");
    } else {
        if (time->days)
            civil_print(time->day, text);
        else
            instant_print(time->at, text);
        base_ja = g_strdup(text);
        base_en = g_strdup(text);
    }
    if (span_is_empty(&time->rule.span)) {
        *ja = g_steal_pointer(&base_ja);
        *en = g_steal_pointer(&base_en);
        return;
    }
    explain_span(&time->rule.span, &span_ja, &span_en);
    *ja = g_strdup_printf("%sの%s%s", base_ja, span_ja, after ? "後" : "前");
    *en = g_strdup_printf("%s %s %s", span_en, after ? "after" : "before", base_en);
}

static void explain_time(const struct guard_context *context, const struct chart_guard *guard, bool wanted, char **ja,
                         char **en)
{
    g_autofree char *base_ja = NULL, *base_en = NULL, *what_ja = NULL, *what_en = NULL;
    const char *side = guard->time.after ? "後" : "前";

    explain_time_base(context, guard, &base_ja, &base_en);
    explain_subject(context, guard, &what_ja, &what_en);
    *ja = g_strdup_printf(wanted ? "%sは%sより%sでなければなりません。" : "%sは%sより%sであってはなりません。", what_ja,
                          base_ja, side);
    *en = g_strdup_printf("%s must%s be %s %s.", what_en, wanted ? "" : " not",
                          guard->time.after ? "later than" : "earlier than", base_en);
}

static void explain_has(const struct guard_context *context, const struct chart_guard *guard, bool wanted, char **ja,
                        char **en)
{
    g_autofree char *what_ja = NULL, *what_en = NULL;
    GString *entry = g_string_new(NULL);

    explain_subject(context, guard, &what_ja, &what_en);
    if (value_kind(guard->operand) == VALUE_TEXT)
        g_string_append(entry, value_text(guard->operand));
    else
        value_print(guard->operand, entry);
    *ja = g_strdup_printf(wanted ? "%sに「%s」がありません。" : "%sに「%s」があります。", what_ja, entry->str);
    *en = g_strdup_printf("%s %s \"%s\".", what_en, wanted ? "does not contain" : "contains", entry->str);
    g_string_free(entry, TRUE);
}

static void explain_day_after(const struct guard_context *context, const struct chart_guard *guard, char **ja,
                              char **en)
{
    const char *relation = context->chart->relations[guard->relation].id;

    *ja = g_strdup_printf("%s は %s.%s の翌日でなければなりません。", guard->path, relation, guard->other_path);
    *en = g_strdup_printf("%s must be the day after %s.%s.", guard->path, relation, guard->other_path);
}

static void explain_field(const struct guard_context *context, const struct chart_guard *guard, char **ja, char **en)
{
    g_autofree char *what_ja = NULL, *what_en = NULL;
    bool missing = guard->kind == GUARD_PRESENT;

    explain_subject(context, guard, &what_ja, &what_en);
    *ja = g_strdup_printf(missing ? "%sがありません。" : "%sが条件に合いません。", what_ja);
    *en = g_strdup_printf(missing ? "%s is missing." : "%s does not meet the condition.", what_en);
}

/* One comparison. ${wanted}: it should hold and does not; else the contrary. */
static void explain_one(struct guard_context *context, const struct chart_guard *guard, bool wanted, char **ja,
                        char **en)
{
    if (guard->kind == GUARD_IN_STATE) {
        explain_in_state(context, guard, wanted, ja, en);
    } else if (guard->kind == GUARD_PASSED) {
        explain_passed(context, guard, wanted, ja, en);
    } else if (guard->kind == GUARD_NUMBER) {
        explain_number(context, guard, wanted, ja, en);
    } else if (guard->kind == GUARD_TIME) {
        explain_time(context, guard, wanted, ja, en);
    } else if (guard->kind == GUARD_HAS) {
        explain_has(context, guard, wanted, ja, en);
    } else if (wanted && guard->kind == GUARD_LINKED) {
        explain_linked(context, guard, ja, en);
    } else if (wanted && guard->kind == GUARD_DAY_AFTER) {
        explain_day_after(context, guard, ja, en);
    } else if (wanted && guard->kind == GUARD_ANY) {
        explain_any(context, guard, ja, en);
    } else if (wanted && (guard->path != NULL || guard->other_path != NULL)) {
        explain_field(context, guard, ja, en);
    } else {
        *ja = g_strdup("案件が条件に合いません。");
        *en = g_strdup("The case does not meet the condition.");
    }
}

void guard_explain(struct guard_context *context, int index, char **ja, char **en)
{
    const struct chart_guard *guard = &context->chart->guards[index];

    if (guard->kind == GUARD_ALL) {
        for (int i = 0; i < guard->children.count; i++)
            if (!guard_holds(context, guard->children.items[i])) {
                guard_explain(context, guard->children.items[i], ja, en);
                return;
            }
    }
    if (guard->kind == GUARD_NOT)
        explain_one(context, &context->chart->guards[guard->children.items[0]], false, ja, en);
    else
        explain_one(context, guard, true, ja, en);
}
