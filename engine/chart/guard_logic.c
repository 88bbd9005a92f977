#include "engine/chart/guard_logic.h"

#include "engine/chart/types.h"

#include <string.h>

/* A tableau that grows beyond these is given up: nothing is certain then. */
#define LITERALS_MAX 64
#define BRANCHES_MAX 4096

struct literal {
    int guard;
    bool negated;
};

struct tableau {
    const struct chart *chart;
    const struct chart_set *set;
    struct literal pending[LITERALS_MAX], literals[LITERALS_MAX];
    int branches;
    bool given_up;
};

/* May a case of ${chart} be in both states at once? */
static bool states_meet(const struct chart *chart, int a, int b)
{
    int common = chart->states[a].parent;

    if (a == b || chart_is_descendant(chart, a, b) || chart_is_descendant(chart, b, a))
        return true;
    while (common != CHART_NONE && !chart_is_descendant(chart, b, common))
        common = chart->states[common].parent;
    return common != CHART_NONE && chart->states[common].kind == STATE_PARALLEL;
}

/* May a linked case, in some version of its workflow, be in one of ${a} and in one of ${b}? */
static bool names_meet(const struct tableau *t, int relation, char **a, char **b)
{
    const char *workflow = t->chart->relations[relation].workflow;

    for (char **i = a; *i != NULL; i++)
        for (char **j = b; *j != NULL; j++) {
            if (strcmp(*i, *j) == 0)
                return true;
            for (guint c = 0; t->set != NULL && c < t->set->charts->len; c++) {
                const struct chart *other = g_ptr_array_index(t->set->charts, c);
                int one = chart_state_index(other, *i), two = chart_state_index(other, *j);

                if (strcmp(other->workflow, workflow) == 0 && one != CHART_NONE && two != CHART_NONE &&
                    states_meet(other, one, two))
                    return true;
            }
        }
    return false;
}

static bool names_within(char **a, char **b)
{
    for (; *a != NULL; a++)
        if (!g_strv_contains((const char *const *)b, *a))
            return false;
    return true;
}

static bool span_same(const struct guard_time *a, const struct guard_time *b)
{
    return a->rule.direction == b->rule.direction && memcmp(&a->rule.span, &b->rule.span, sizeof a->rule.span) == 0;
}

/* Are they about the same: a path of the case or of a linked one, or an event counted? */
static bool subject_same(const struct chart_guard *a, const struct chart_guard *b)
{
    return a->relation == b->relation && g_strcmp0(a->path, b->path) == 0 &&
           g_strcmp0(a->other_path, b->other_path) == 0 && g_strcmp0(a->event, b->event) == 0 &&
           (a->event == NULL || span_same(&a->time, &b->time)) &&
           (a->path != NULL || a->other_path != NULL || a->event != NULL);
}

static bool base_same(const struct chart_guard *a, const struct chart_guard *b)
{
    if (g_strcmp0(a->base, b->base) != 0)
        return false;
    if (a->kind != GUARD_TIME)
        return a->event == NULL || b->event == NULL || span_same(&a->time, &b->time);
    return a->time.base == b->time.base && span_same(&a->time, &b->time) &&
           (a->time.base != GUARD_TIME_FIXED ||
            (a->time.days == b->time.days && a->time.day == b->time.day && a->time.at == b->time.at));
}

static bool names_same(char **a, char **b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || (names_within(a, b) && names_within(b, a)));
}

/* Do both always say the same? */
static bool guard_same(const struct chart_guard *a, const struct chart_guard *b)
{
    return a->kind == b->kind && a->relation == b->relation && a->state == b->state &&
           a->deadline_index == b->deadline_index && a->absent == b->absent && g_strcmp0(a->flag, b->flag) == 0 &&
           g_strcmp0(a->path, b->path) == 0 && g_strcmp0(a->other_path, b->other_path) == 0 &&
           g_strcmp0(a->event, b->event) == 0 && g_strcmp0(a->deadline, b->deadline) == 0 &&
           names_same(a->names, b->names) && a->low == b->low && a->high == b->high && a->time.after == b->time.after &&
           base_same(a, b) && (a->operand == NULL ? b->operand == NULL : value_equal(a->operand, b->operand));
}

/* The values that `is` and `in` allow. */
static size_t values_count(const struct chart_guard *guard)
{
    return guard->kind == GUARD_IN ? value_size(guard->operand) : guard->kind == GUARD_IS ? 1 : 0;
}

static const struct value *values_at(const struct chart_guard *guard, size_t index)
{
    return guard->kind == GUARD_IN ? value_at(guard->operand, index) : guard->operand;
}

/* Does ${guard}, a comparison, allow this value? */
static bool value_allowed(const struct chart_guard *guard, const struct value *v)
{
    if (guard->kind == GUARD_NUMBER)
        return guard->base != NULL || value_kind(v) != VALUE_INT ||
               (value_int(v) >= guard->low && value_int(v) <= guard->high);
    for (size_t i = 0; i < values_count(guard); i++)
        if (value_equal(values_at(guard, i), v))
            return true;
    return false;
}

static bool is_empty_text(const struct value *v)
{
    return value_kind(v) == VALUE_TEXT && value_text(v)[0] == '\0';
}

/* Does ${guard} hold only of what is there and not empty? */
static bool guard_needs_presence(const struct tableau *t, const struct chart_guard *guard)
{
    struct path_target target;

    switch (guard->kind) {
    case GUARD_IS:
    case GUARD_IN:
        for (size_t i = 0; i < values_count(guard); i++)
            if (is_empty_text(values_at(guard, i)))
                return false;
        return true;
    case GUARD_NUMBER:
        return guard->event == NULL && ((guard->base == NULL && guard->low > 0) ||
                                        (guard->path != NULL && types_find(t->chart, guard->path, &target) &&
                                         target.typed && target.type == FIELD_INT));
    case GUARD_PRESENT:
    case GUARD_HAS:
    case GUARD_TIME:
    case GUARD_DAY_AFTER:
        return true;
    case GUARD_PASSED:
        return guard->path != NULL;
    case GUARD_ALL:
    case GUARD_ANY:
    case GUARD_NOT:
    case GUARD_IN_STATE:
    case GUARD_FLAG:
    case GUARD_LINKED:
    case GUARD_ABSENT:
        return false;
    }
    g_assert_not_reached();
}

/* Does ${guard} hold only when there is a case of its relation? */
static bool guard_needs_case(const struct chart_guard *guard)
{
    if (guard->relation == CHART_NONE)
        return false;
    return guard->kind == GUARD_LINKED ? !guard->absent : guard->kind != GUARD_ABSENT;
}

static bool linked_is_plain(const struct chart_guard *guard)
{
    return guard->kind == GUARD_LINKED && guard->names == NULL && guard->deadline == NULL;
}

static bool times_exclude(const struct chart_guard *a, const struct chart_guard *b)
{
    const struct chart_guard *before = a->time.after ? b : a, *after = a->time.after ? a : b;

    if (a->time.after == b->time.after)
        return false;
    if (base_same(a, b))
        return true;
    if (a->time.base != GUARD_TIME_FIXED || b->time.base != GUARD_TIME_FIXED || a->time.days != b->time.days)
        return false;
    return a->time.days ? before->time.day - after->time.day <= 1 : before->time.at - after->time.at <= 1;
}

/* Can never both of these hold, which are no all, any or not? */
static bool literals_exclude(const struct tableau *t, const struct chart_guard *a, const struct chart_guard *b)
{
    if (a->kind == GUARD_IN_STATE && b->kind == GUARD_IN_STATE)
        return !states_meet(t->chart, a->state, b->state);
    if (a->relation != CHART_NONE && a->relation == b->relation) {
        if ((linked_is_plain(a) && a->absent && guard_needs_case(b)) ||
            (linked_is_plain(b) && b->absent && guard_needs_case(a)))
            return true;
        if (a->kind == GUARD_LINKED && b->kind == GUARD_LINKED && a->names != NULL && b->names != NULL)
            return !names_meet(t, a->relation, a->names, b->names);
    }
    if (!subject_same(a, b))
        return false;
    if (a->kind == GUARD_ABSENT || b->kind == GUARD_ABSENT)
        return guard_needs_presence(t, a->kind == GUARD_ABSENT ? b : a);
    if (a->kind == GUARD_NUMBER && b->kind == GUARD_NUMBER)
        return g_strcmp0(a->base, b->base) == 0 && (a->high < b->low || b->high < a->low);
    if (a->kind == GUARD_TIME && b->kind == GUARD_TIME)
        return times_exclude(a, b);
    if (values_count(a) == 0 || (values_count(b) == 0 && b->kind != GUARD_NUMBER))
        return values_count(b) > 0 && a->kind == GUARD_NUMBER && literals_exclude(t, b, a);
    for (size_t i = 0; i < values_count(a); i++)
        if (value_allowed(b, values_at(a, i)))
            return false;
    return true;
}

/* Does ${b} hold whenever ${a} does? */
static bool literal_implies(const struct tableau *t, const struct chart_guard *a, const struct chart_guard *b)
{
    if (guard_same(a, b))
        return true;
    if (a->kind == GUARD_IN_STATE && b->kind == GUARD_IN_STATE)
        return chart_is_descendant(t->chart, a->state, b->state);
    if (linked_is_plain(b) && !b->absent && a->relation == b->relation)
        return guard_needs_case(a);
    if (a->kind == GUARD_LINKED && b->kind == GUARD_LINKED)
        return a->relation == b->relation && !a->absent && !b->absent && b->deadline == NULL && a->names != NULL &&
               b->names != NULL && names_within(a->names, b->names);
    if (!subject_same(a, b))
        return false;
    if (b->kind == GUARD_PRESENT)
        return guard_needs_presence(t, a);
    if (a->kind == GUARD_NUMBER && b->kind == GUARD_NUMBER)
        return g_strcmp0(a->base, b->base) == 0 && a->low >= b->low && a->high <= b->high;
    if (values_count(a) == 0 || (values_count(b) == 0 && (b->kind != GUARD_NUMBER || b->base != NULL)))
        return false;
    for (size_t i = 0; i < values_count(a); i++)
        if (!value_allowed(b, values_at(a, i)) || (b->kind == GUARD_NUMBER && value_kind(values_at(a, i)) != VALUE_INT))
            return false;
    return true;
}

/* ${literal} without its negation where the contrary is a comparison too. */
static struct chart_guard literal_plain(const struct tableau *t, struct literal literal, bool *negated)
{
    struct chart_guard guard = t->chart->guards[literal.guard];
    bool turned = literal.negated;

    if (turned && (guard.kind == GUARD_PRESENT || guard.kind == GUARD_ABSENT)) {
        guard.kind = guard.kind == GUARD_PRESENT ? GUARD_ABSENT : GUARD_PRESENT;
        turned = false;
    } else if (turned && linked_is_plain(&guard)) {
        guard.absent = !guard.absent;
        turned = false;
    } else if (turned && guard.event != NULL && guard.low == INT64_MIN) {
        guard.low = guard.high + 1;
        guard.high = INT64_MAX;
        turned = false;
    } else if (turned && guard.event != NULL && guard.high == INT64_MAX) {
        guard.high = guard.low - 1;
        guard.low = INT64_MIN;
        turned = false;
    }
    *negated = turned;
    return guard;
}

static bool literals_clash(const struct tableau *t, struct literal one, struct literal other)
{
    bool a_negated, b_negated;
    struct chart_guard a = literal_plain(t, one, &a_negated), b = literal_plain(t, other, &b_negated);

    if (a_negated && b_negated)
        return false;
    if (a_negated || b_negated)
        return literal_implies(t, a_negated ? &b : &a, a_negated ? &a : &b);
    return literals_exclude(t, &a, &b);
}

static bool tableau_holds(struct tableau *t, int pending, int literals);

static bool tableau_push(struct tableau *t, int *pending, int guard, bool negated)
{
    if (*pending == LITERALS_MAX) {
        t->given_up = true;
        return false;
    }
    t->pending[(*pending)++] = (struct literal){guard, negated};
    return true;
}

/* One way after the other in which a disjunction may hold. */
static bool tableau_branch(struct tableau *t, const struct chart_guard *guard, bool negated, int pending, int literals)
{
    struct literal kept[LITERALS_MAX];

    memcpy(kept, t->pending, sizeof kept);
    for (int i = 0; i < guard->children.count; i++) {
        int count = pending;

        if (++t->branches > BRANCHES_MAX)
            t->given_up = true;
        memcpy(t->pending, kept, sizeof kept);
        if (!tableau_push(t, &count, guard->children.items[i], negated) || t->given_up ||
            tableau_holds(t, count, literals))
            return true;
    }
    return false;
}

/* May everything pending hold beside the literals that do? TRUE as well when it is given up. */
static bool tableau_holds(struct tableau *t, int pending, int literals)
{
    while (pending > 0) {
        struct literal next = t->pending[--pending];
        const struct chart_guard *guard = &t->chart->guards[next.guard];

        if (guard->kind == GUARD_NOT) {
            t->pending[pending++] = (struct literal){guard->children.items[0], !next.negated};
            continue;
        }
        if (guard->kind == (next.negated ? GUARD_ANY : GUARD_ALL)) {
            for (int i = 0; i < guard->children.count; i++)
                if (!tableau_push(t, &pending, guard->children.items[i], next.negated))
                    return true;
            continue;
        }
        if (guard->kind == GUARD_ALL || guard->kind == GUARD_ANY)
            return tableau_branch(t, guard, next.negated, pending, literals);
        for (int i = 0; i < literals; i++)
            if (literals_clash(t, t->literals[i], next))
                return false;
        if (literals == LITERALS_MAX) {
            t->given_up = true;
            return true;
        }
        t->literals[literals++] = next;
    }
    return true;
}

/* Is it certain that the guard, and the other one or its contrary, never hold at once? */
static bool never_both(const struct chart *chart, const struct chart_set *set, int one, int other, bool contrary)
{
    struct tableau t = {.chart = chart, .set = set};
    int pending = 0;

    if (other == CHART_NONE && contrary)
        return true;
    if (one != CHART_NONE)
        tableau_push(&t, &pending, one, false);
    if (other != CHART_NONE)
        tableau_push(&t, &pending, other, contrary);
    return !tableau_holds(&t, pending, 0);
}

bool guards_exclude(const struct chart *chart, const struct chart_set *set, int one, int other)
{
    return never_both(chart, set, one, other, false);
}

bool guard_implies(const struct chart *chart, const struct chart_set *set, int one, int other)
{
    return never_both(chart, set, one, other, true);
}

bool guard_is_impossible(const struct chart *chart, const struct chart_set *set, int guard)
{
    return never_both(chart, set, guard, CHART_NONE, false);
}
