#include "adapters/cli/try_case.h"

#include "adapters/cli/try_effects.h"
#include "engine/core/step.h"

#include <string.h>

#define OWNER_ORG 1
#define CASE_ID 1
/* What fires in one answer: there the clock stands, and goes on from there when it is moved again. */
#define FIRINGS_MAX 10000
/* Rounds of asking for facts and numbers before an event is decided. */
#define WANTS_MAX 16

struct try_case {
    const struct chart *chart;
    struct snapshot *s;
    instant now;
    GPtrArray *roles;     /* const char *, NULL-terminated: all there are */
    struct value *counts; /* counter -> the last number allocated */
};

struct try_case *try_case_new(const struct chart *chart, instant now)
{
    struct try_case *c = g_new0(struct try_case, 1);

    c->chart = chart;
    c->now = now;
    c->s = snapshot_new(chart, CASE_ID, chart->about_subject ? 1 : 0, OWNER_ORG);
    c->counts = value_new_map();
    c->roles = g_ptr_array_new();
    for (guint i = 0; i < chart->book->roles->len; i++)
        g_ptr_array_add(c->roles, g_array_index(chart->book->roles, struct chart_role, i).id);
    g_ptr_array_add(c->roles, NULL);
    return c;
}

void try_case_free(struct try_case *c)
{
    if (c == NULL)
        return;
    snapshot_free(c->s);
    value_unref(c->counts);
    g_ptr_array_unref(c->roles);
    g_free(c);
}

static void list_extend(struct value *list, const struct value *more)
{
    for (size_t i = 0; i < value_size(more); i++)
        value_list_add(list, value_ref(value_at(more, i)));
}

/* No other case is there: a fact about one says so. */
static void linked_add(const struct try_case *c, const struct outcome *o, struct value *linked)
{
    for (int r = 0; r < c->chart->relation_count; r++) {
        const struct chart_relation *relation = &c->chart->relations[r];
        struct value *facts, *owner;

        if (!((o->wants_relations >> r) & 1))
            continue;
        if (relation->owned_by == NULL) {
            value_map_set(linked, relation->id, value_new_null());
            continue;
        }
        owner = value_new_map();
        value_map_set_text(owner, "owner", o->wants_owner[r]);
        facts = value_new_list();
        list_extend(facts, value_get(linked, relation->id));
        value_list_add(facts, owner);
        value_map_set(linked, relation->id, facts);
    }
}

static void numbers_add(const struct try_case *c, const struct outcome *o, struct value *numbers)
{
    for (int n = 0; n < c->chart->number_count; n++)
        if ((o->wants_numbers >> n) & 1)
            value_map_set_int(numbers, c->chart->numbers[n].id,
                              value_int(value_get(c->counts, c->chart->numbers[n].counter)) + 1);
}

static void numbers_keep(struct try_case *c, const struct value *numbers)
{
    for (int n = 0; n < c->chart->number_count; n++)
        if (value_get(numbers, c->chart->numbers[n].id) != NULL)
            value_map_set(c->counts, c->chart->numbers[n].counter,
                          value_ref(value_get(numbers, c->chart->numbers[n].id)));
}

/* Decides ${event}; what is taken becomes the case, and its effects are appended to ${effects}. */
static void case_decide(struct try_case *c, struct event *event, struct outcome *o, struct value *effects)
{
    struct value *linked = value_new_map(), *numbers = value_new_map();
    g_autoptr(GArray) trace = g_array_new(FALSE, FALSE, sizeof(struct trace));

    event->at = MAX(event->at, c->s->at);
    event->linked = linked;
    event->numbers = numbers;
    for (int round = 0;; round++) {
        outcome_init(o);
        o->trace = g_array_set_size(trace, 0);
        step(c->s, event, o);
        if (o->kind != OUTCOME_WANTS || round == WANTS_MAX)
            break;
        linked_add(c, o, linked);
        numbers_add(c, o, numbers);
        outcome_release(o);
    }
    if (o->kind == OUTCOME_WANTS)
        outcome_refuse(o, TOROKU_ERROR_UNPROCESSABLE, "この案件だけでは判断できません。",
                       "The event asks for what one case in memory cannot tell.");
    if (o->kind == OUTCOME_TAKEN) {
        try_effects(c->s, event, o, effects);
        numbers_keep(c, numbers);
        snapshot_free(c->s);
        c->s = o->after;
        o->after = NULL;
    }
    o->trace = NULL;
    value_unref(linked);
    value_unref(numbers);
}

static gint name_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct value *case_states(const struct try_case *c)
{
    struct value *ids = snapshot_states(c->s), *sorted = value_new_list();
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (size_t i = 0; i < value_size(ids); i++)
        g_ptr_array_add(names, (gpointer)(uintptr_t)value_text(value_at(ids, i)));
    g_ptr_array_sort(names, name_compare);
    for (guint i = 0; i < names->len; i++)
        value_list_add(sorted, value_new_text(g_ptr_array_index(names, i)));
    value_unref(ids);
    return sorted;
}

static void map_set_instant(struct value *map, const char *key, instant at)
{
    char text[INSTANT_TEXT_SIZE];

    instant_print(at, text);
    value_map_set_text(map, key, text);
}

/* The live deadline that fires next, held ones and clocks that stand still apart. */
static const struct deadline_state *case_next_due(const struct try_case *c, instant *at)
{
    const struct deadline_state *first = NULL;

    *at = INSTANT_NEVER;
    for (guint i = 0; !c->s->closed && i < c->s->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(c->s->deadlines, struct deadline_state, i);
        instant fire_at = snapshot_fire_at(c->s, d, 0);

        if (fire_at < *at) {
            first = d;
            *at = fire_at;
        }
    }
    return first;
}

static struct value *refusal_value(const struct outcome *o)
{
    struct value *refused = value_new_map(), *findings = value_new_list();

    value_map_set_text(refused, "code", toroku_error_name(o->code));
    value_map_set_text(refused, "text", o->reason_en);
    for (guint i = 0; i < o->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(o->findings, i);
        struct value *v = value_new_map();

        value_map_set_text(v, "pointer", finding->pointer);
        value_map_set_text(v, "rule", finding->rule);
        value_map_set_text(v, "text", finding->en);
        value_list_add(findings, v);
    }
    if (value_size(findings) > 0)
        value_map_set(refused, "findings", value_ref(findings));
    value_unref(findings);
    return refused;
}

/* Fires one occurrence; appends it to ${fired} and what it did to ${effects}. False when it was refused. */
static bool case_fire(struct try_case *c, const struct deadline_state *due, struct value *fired, struct value *effects)
{
    struct event event = {.kind = EVENT_DUE,
                          .name = c->chart->deadlines[due->deadline].id,
                          .at = due->next,
                          .deadline = due->deadline,
                          .arming = due->arming,
                          .occurrence = due->occurrence};
    struct value *row = value_new_map(), *did = value_new_list();
    struct outcome o;
    bool taken;

    case_decide(c, &event, &o, did);
    taken = o.kind == OUTCOME_TAKEN;
    map_set_instant(row, "at", event.at);
    value_map_set_text(row, "deadline", event.name);
    value_map_set(row, "states", case_states(c));
    value_map_set(row, "effects", value_ref(did));
    if (!taken)
        value_map_set(row, "refused", refusal_value(&o));
    list_extend(effects, did);
    value_list_add(fired, row);
    value_unref(did);
    outcome_release(&o);
    return taken;
}

/* Fires what falls due up to ${until}, and leaves the clock there. ${answer} gets the rest; ${effects} is taken. */
static struct value *case_answer(struct try_case *c, instant until, struct value *answer, struct value *effects)
{
    struct value *fired = value_new_list();
    const struct deadline_state *due;
    instant at;

    while ((due = case_next_due(c, &at)) != NULL && at <= until && value_size(fired) < FIRINGS_MAX)
        if (!case_fire(c, due, fired, effects))
            break;
    c->now = value_size(fired) < FIRINGS_MAX ? until : c->s->at;
    map_set_instant(answer, "at", c->now);
    value_map_set(answer, "states", case_states(c));
    value_map_set(answer, "effects", effects);
    if (value_size(fired) > 0)
        value_map_set(answer, "fired", value_ref(fired));
    if (c->s->closed)
        value_map_set_bool(answer, "closed", true);
    value_unref(fired);
    return answer;
}

static bool chart_has_signal(const struct chart *chart, const char *name)
{
    for (int t = 0; t < chart->take_count; t++)
        if (chart->takes[t].trigger == TRIGGER_SIGNAL && g_strcmp0(chart->takes[t].name, name) == 0)
            return true;
    return g_strcmp0(chart->opened_by_signal, name) == 0;
}

/* Another person each time: nobody who acts here has acted before. */
static struct event case_event(const struct try_case *c, enum event_kind kind, const char *name,
                               const struct value *input)
{
    struct event event = {.kind = kind, .name = name, .at = c->now, .input = input};

    if (kind == EVENT_COMMAND)
        event.actor =
            (struct actor){.person = c->s->seq + 1, .org = OWNER_ORG, .roles = (const char *const *)c->roles->pdata};
    return event;
}

struct value *try_case_event(struct try_case *c, const char *name, const struct value *input)
{
    struct value *answer = value_new_map(), *effects = value_new_list();
    struct event event = case_event(c, EVENT_COMMAND, name, input);
    struct outcome o;

    case_decide(c, &event, &o, effects);
    if (o.kind == OUTCOME_REFUSED && o.code == TOROKU_ERROR_NOT_TAKEN && chart_has_signal(c->chart, name)) {
        outcome_release(&o);
        event = case_event(c, EVENT_SIGNAL, name, input);
        case_decide(c, &event, &o, effects);
    }
    value_map_set_text(answer, "event", name);
    if (o.kind != OUTCOME_TAKEN)
        value_map_set(answer, "refused", refusal_value(&o));
    outcome_release(&o);
    return case_answer(c, c->now, answer, effects);
}

struct value *try_case_open(struct try_case *c, const struct value *input)
{
    bool by_signal = c->chart->opened_by_signal != NULL && c->chart->opened_by.count == 0;

    return try_case_event(c, by_signal ? c->chart->opened_by_signal : EVENT_OPEN, input);
}

struct value *try_case_move(struct try_case *c, const struct span *span)
{
    civil_day day;
    int64_t us;
    instant until;

    zone_day(c->chart->zone, c->now, &day, &us);
    if (!civil_add_months(day, INT64_C(12) * span->years + span->months, &day, NULL) ||
        span->days > CIVIL_DAY_MAX - day)
        return NULL;
    until = zone_instant(c->chart->zone, day + span->days, us);
    if (span->us > INSTANT_MAX - until)
        return NULL;
    return case_answer(c, until + span->us, value_new_map(), value_new_list());
}
