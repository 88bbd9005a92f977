#include "engine/core/guard.h"

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

bool guard_facts_in_states(const struct value *facts, char **names)
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
    if (guard->names != NULL && !guard_facts_in_states(facts, guard->names))
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

/* What the guard compares: in the case's data, or in those of the linked case. */
static const struct value *guard_subject(struct guard_context *context, const struct chart_guard *guard)
{
    const struct value *facts;

    if (guard->relation == CHART_NONE)
        return guard_read(context, guard->path);
    guard_facts(context, guard->relation, &facts);
    return value_get(value_get(facts, "data"), guard->other_path);
}

/* ${operand} is still text where another workflow decides the type: the value says what it means. */
static bool value_is(const struct value *v, const struct value *operand)
{
    const char *text = value_text(operand);

    if (text != NULL && value_kind(v) == VALUE_BOOL)
        return strcmp(text, value_bool(v) ? "true" : "false") == 0;
    if (text != NULL && value_kind(v) == VALUE_INT) {
        char *end;

        return g_ascii_strtoll(text, &end, 10) == value_int(v) && end != text && *end == '\0';
    }
    return value_equal(v, operand);
}

static bool guard_in_list(const struct value *v, const struct value *list)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (value_is(v, value_at(list, i)))
            return true;
    return false;
}

static bool guard_has(const struct value *list, const struct value *operand)
{
    for (size_t i = 0; value_kind(list) == VALUE_LIST && i < value_size(list); i++)
        if (value_is(value_at(list, i), operand))
            return true;
    return false;
}

/* A number, or the entries of a list. */
static bool value_number(const struct value *v, int64_t *number)
{
    if (value_kind(v) != VALUE_INT && value_kind(v) != VALUE_LIST)
        return false;
    *number = value_kind(v) == VALUE_INT ? value_int(v) : (int64_t)value_size(v);
    return true;
}

/* ${bound} above ${base}; the extremes stand for no bound. */
static int64_t number_bound(int64_t base, int64_t bound)
{
    int64_t sum;

    if (bound == INT64_MIN || bound == INT64_MAX)
        return bound;
    return __builtin_add_overflow(base, bound, &sum) ? (base < 0 ? INT64_MIN : INT64_MAX) : sum;
}

/* The instants of ${event} that lie in the span of ${rule} before ${at}: of a span of days, from the first one's start.
 */
static int64_t events_within(const struct guard_context *context, const char *event, const struct period_rule *rule)
{
    g_autofree char *key = g_strconcat(event, COUNT_TIMES, NULL);
    const struct value *times = value_get(context->s->counts, key);
    struct period_result result;
    instant from = context->at - rule->span.us;
    int64_t count = 0;
    civil_day day;

    if (rule->span.us == 0) {
        zone_day(context->chart->zone, context->at, &day, NULL);
        from = period_from_day(rule, day, NULL, 0, &result, NULL, NULL) ? result.due : INSTANT_MIN;
    }
    for (size_t i = 0; i < value_size(times); i++)
        count += value_int(value_at(times, i)) >= from;
    return count;
}

static bool guard_number(struct guard_context *context, const struct chart_guard *guard)
{
    int64_t number, base = 0;

    if (guard->event != NULL && !span_is_empty(&guard->time.rule.span))
        number = context->s == NULL ? 0 : events_within(context, guard->event, &guard->time.rule);
    else if (guard->event != NULL)
        number = context->s == NULL ? 0 : value_int(value_get(context->s->counts, guard->event));
    else if (!value_number(guard_subject(context, guard), &number))
        return false;
    if (guard->base != NULL && !value_number(guard_read(context, guard->base), &base))
        return false;
    return number >= number_bound(base, guard->low) && number <= number_bound(base, guard->high);
}

/* The other side of a comparison of dates, with what is added to it. FALSE: there is none. */
static bool time_day(struct guard_context *context, const struct chart_guard *guard, civil_day *day)
{
    const struct guard_time *time = &guard->time;
    const char *text = time->base == GUARD_TIME_FIELD ? value_text(guard_read(context, guard->base)) : NULL;
    struct period_result result;

    if (time->base == GUARD_TIME_FIXED)
        *day = time->day;
    else if (time->base == GUARD_TIME_NOW)
        zone_day(context->chart->zone, context->at, day, NULL);
    else if (text == NULL || !civil_parse(text, day))
        return false;
    if (time->base == GUARD_TIME_FIXED)
        return time->days;
    if (span_is_empty(&time->rule.span))
        return true;
    if (!period_from_day(&time->rule, *day, NULL, 0, &result, NULL, NULL))
        return false;
    *day = result.last_day;
    return true;
}

static bool time_instant(struct guard_context *context, const struct chart_guard *guard, instant *at)
{
    const struct guard_time *time = &guard->time;
    const char *text = time->base == GUARD_TIME_FIELD ? value_text(guard_read(context, guard->base)) : NULL;
    int64_t us = time->rule.direction == PERIOD_AFTER ? time->rule.span.us : -time->rule.span.us;

    if (time->base == GUARD_TIME_FIXED)
        *at = time->at;
    else if (time->base == GUARD_TIME_NOW)
        *at = context->at;
    else if (text == NULL || !instant_parse(text, at))
        return false;
    *at = number_bound(*at, us);
    return time->base != GUARD_TIME_FIXED || !time->days;
}

/* A date is compared with a date, an instant with an instant; a mixture does not hold. */
static bool guard_time(struct guard_context *context, const struct chart_guard *guard)
{
    const char *text = value_text(guard_subject(context, guard));
    civil_day day, other_day;
    instant at, other_at;

    if (text == NULL)
        return false;
    if (civil_parse(text, &day))
        return time_day(context, guard, &other_day) && (guard->time.after ? day > other_day : day < other_day);
    return instant_parse(text, &at) && time_instant(context, guard, &other_at) &&
           (guard->time.after ? at > other_at : at < other_at);
}

/* An act at the due instant comes late: the last day ends there. */
static bool guard_passed(const struct guard_context *context, const struct chart_guard *guard)
{
    const struct deadline_state *d = context->s == NULL ? NULL : snapshot_deadline(context->s, guard->deadline_index);
    instant at = context->at;

    if (d == NULL && context->before != NULL)
        d = snapshot_deadline(context->before, guard->deadline_index);
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
        return value_is_present(guard_subject(context, guard));
    case GUARD_ABSENT:
        return !value_is_present(guard_subject(context, guard));
    case GUARD_IS:
        return value_is(guard_subject(context, guard), guard->operand);
    case GUARD_IN:
        return guard_in_list(guard_subject(context, guard), guard->operand);
    case GUARD_DAY_AFTER:
        return guard_day_after(context, guard);
    case GUARD_NUMBER:
        return guard_number(context, guard);
    case GUARD_HAS:
        return guard_has(guard_subject(context, guard), guard->operand);
    case GUARD_TIME:
        return guard_time(context, guard);
    }
    g_assert_not_reached();
}
