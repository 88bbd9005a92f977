#include "engine/core/guard.h"

#include "engine/calendar/civil.h"

#include <string.h>

static bool form_has_field(const struct guard_context *context, const char *path)
{
    const struct range *fields;
    size_t size = strcspn(path, ".");

    if (context->form_index == CHART_NONE)
        return false;
    fields = &context->chart->forms[context->form_index].fields;
    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const char *id = context->chart->fields[f].id;

        if (strncmp(id, path, size) == 0 && id[size] == '\0')
            return true;
    }
    return false;
}

static const struct value *guard_read(const struct guard_context *context, const char *path)
{
    if (context->s == NULL || form_has_field(context, path))
        return value_path(context->form, path);
    return value_path(context->s->data, path);
}

static bool value_is_present(const struct value *v)
{
    switch (value_kind(v)) {
    case VALUE_NULL:
        return false;
    case VALUE_TEXT:
        return value_text(v)[0] != '\0';
    case VALUE_LIST:
    case VALUE_MAP:
        return value_size(v) > 0;
    case VALUE_BOOL:
    case VALUE_INT:
        return true;
    }
    return false;
}

/* Of the facts about the cases of several organisations, those about ${owner}; NULL when they were not given. */
static const struct value *facts_of_owner(const struct value *given, const char *owner)
{
    for (size_t i = 0; i < value_size(given); i++)
        if (g_strcmp0(value_text(value_get(value_at(given, i), "owner")), owner) == 0)
            return value_at(given, i);
    return NULL;
}

bool guard_facts(struct guard_context *context, int relation, const struct value **facts)
{
    const struct chart_relation *row = &context->chart->relations[relation];
    const char *owner = NULL;

    *facts = context->linked == NULL ? NULL : value_get(context->linked, row->id);
    if (row->owned_by != NULL) {
        owner = value_text(guard_read(context, row->owned_by));
        *facts = facts_of_owner(*facts, owner);
    }
    if (*facts == NULL && (row->owned_by == NULL || (owner != NULL && owner[0] != '\0'))) {
        context->wants |= UINT64_C(1) << relation;
        if (context->wants_owner != NULL)
            context->wants_owner[relation] = owner;
        return false;
    }
    if (row->owned_by != NULL && value_get(*facts, "case") == NULL)
        *facts = NULL;
    return true;
}

static bool facts_in_states(const struct value *facts, char **names)
{
    const struct value *states = value_get(facts, "states");

    for (size_t i = 0; i < value_size(states); i++)
        for (char **name = names; *name != NULL; name++)
            if (strcmp(value_text(value_at(states, i)), *name) == 0)
                return true;
    return false;
}

/* A held deadline does not fire; one that is not live, or whose clock stands still, cannot have passed. */
static bool facts_before(const struct value *facts, const char *deadline, instant at)
{
    const struct value *fact = value_get(value_get(facts, "deadlines"), deadline);
    const struct value *due = value_get(fact, "due");

    return due == NULL || value_bool(value_get(fact, "held")) || at < value_int(due);
}

static bool guard_linked(struct guard_context *context, const struct chart_guard *guard)
{
    const struct value *facts;

    if (!guard_facts(context, guard->relation, &facts))
        return false;
    if (value_is_null(facts) || guard->absent)
        return value_is_null(facts) && guard->absent;
    if (guard->names != NULL && !facts_in_states(facts, guard->names))
        return false;
    return guard->deadline == NULL || facts_before(facts, guard->deadline, context->at);
}

static bool guard_day_after(struct guard_context *context, const struct chart_guard *guard)
{
    const struct value *facts;
    const char *day_text, *other_text;
    civil_day day, other;

    guard_facts(context, guard->relation, &facts);
    day_text = value_text(guard_read(context, guard->path));
    other_text = value_text(value_get(value_get(facts, "data"), guard->other_path));

    return day_text != NULL && other_text != NULL && civil_parse(day_text, &day) && civil_parse(other_text, &other) &&
           day == other + 1;
}

static bool guard_in_list(const struct value *v, const struct value *list)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (value_equal(v, value_at(list, i)))
            return true;
    return false;
}

/* An act at the due instant comes late: the last day ends there. */
static bool guard_passed(const struct guard_context *context, const struct chart_guard *guard)
{
    const struct deadline_state *d = context->s == NULL ? NULL : snapshot_deadline(context->s, guard->deadline_index);
    instant at = context->at;

    if (d == NULL)
        return false;
    if (guard->path != NULL) {
        const char *text = value_text(guard_read(context, guard->path));

        return text != NULL && instant_parse(text, &at) && d->due <= at;
    }
    return d->due <= at;
}

bool guard_holds(struct guard_context *context, int index)
{
    const struct chart_guard *guard;

    if (index == CHART_NONE)
        return true;
    guard = &context->chart->guards[index];
    switch (guard->kind) {
    case GUARD_ALL:
        for (int i = 0; i < guard->children.count; i++)
            if (!guard_holds(context, guard->children.items[i]))
                return false;
        return true;
    case GUARD_ANY:
        for (int i = 0; i < guard->children.count; i++)
            if (guard_holds(context, guard->children.items[i]))
                return true;
        return false;
    case GUARD_NOT:
        return !guard_holds(context, guard->children.items[0]);
    case GUARD_IN_STATE:
        return context->s != NULL && state_set_has(&context->s->states, guard->state);
    case GUARD_FLAG:
        return context->s != NULL && value_get(context->s->flags, guard->flag) != NULL;
    case GUARD_PASSED:
        return guard_passed(context, guard);
    case GUARD_LINKED:
        return guard_linked(context, guard);
    case GUARD_PRESENT:
        return value_is_present(guard_read(context, guard->path));
    case GUARD_ABSENT:
        return !value_is_present(guard_read(context, guard->path));
    case GUARD_IS:
        return value_equal(guard_read(context, guard->path), guard->operand);
    case GUARD_IN:
        return guard_in_list(guard_read(context, guard->path), guard->operand);
    case GUARD_DAY_AFTER:
        return guard_day_after(context, guard);
    }
    g_assert_not_reached();
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
    if (guard->names != NULL && !facts_in_states(facts, guard->names)) {
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

void guard_explain(struct guard_context *context, int index, char **ja, char **en)
{
    const struct chart_guard *guard = &context->chart->guards[index];
    const struct chart_guard *inner =
        guard->kind == GUARD_NOT ? &context->chart->guards[guard->children.items[0]] : guard;

    if (guard->kind == GUARD_ALL) {
        for (int i = 0; i < guard->children.count; i++)
            if (!guard_holds(context, guard->children.items[i])) {
                guard_explain(context, guard->children.items[i], ja, en);
                return;
            }
    }
    if (guard->kind == GUARD_LINKED) {
        explain_linked(context, guard, ja, en);
    } else if (inner->kind == GUARD_IN_STATE) {
        explain_in_state(context, inner, inner == guard, ja, en);
    } else if (inner->kind == GUARD_PASSED) {
        explain_passed(context, inner, inner == guard, ja, en);
    } else if (guard->kind == GUARD_DAY_AFTER) {
        *ja = g_strdup_printf("%s は %s.%s の翌日でなければなりません。", guard->path,
                              context->chart->relations[guard->relation].id, guard->other_path);
        *en = g_strdup_printf("%s must be the day after %s.%s.", guard->path,
                              context->chart->relations[guard->relation].id, guard->other_path);
    } else if (guard->kind == GUARD_ANY) {
        explain_any(context, guard, ja, en);
    } else if (guard->path != NULL) {
        struct chart_text label = path_label(context->chart, guard->path);

        *ja = g_strdup_printf(guard->kind == GUARD_PRESENT ? "「%s」がありません。" : "「%s」が条件に合いません。",
                              label.ja);
        *en = g_strdup_printf(
            guard->kind == GUARD_PRESENT ? "\"%s\" is missing." : "\"%s\" does not meet the condition.", label.en);
    } else {
        *ja = g_strdup("案件が条件に合いません。");
        *en = g_strdup("The case does not meet the condition.");
    }
}
