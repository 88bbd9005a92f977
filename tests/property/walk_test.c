/*
 * Random walks over every chart, small and shipped: commands by anybody with inputs good and bad, signals, deadlines on
 * time and late, rectifications. tests/support/trial.h holds the laws after each event; a case that is closed takes
 * nothing more, but that somebody sets it right.
 */
#include "tests/support/trial.h"
#include "tests/unit/calendar/support.h"

#define WALKS 100
#define STEPS 60
#define OPENED_AT "2026-01-05T01:00:00Z"

static const char *const memberships[] = {"office",   "board",         "opsup",    "committee", "secretariat",
                                          "ministry", "auditor_admin", "procurer", "operator",  NULL};

struct walk {
    struct library *library;
    const struct chart *chart;
    struct trial trial;
    uint64_t random;
    bool careful; /* the next input is right, as far as chance can tell */
    unsigned taken, refused, wanted, closed, rectified;
    GHashTable *rows; /* ids taken */
    struct exploration *exploration;
    bool mended;      /* rectified: exploration leaves that out */
    GPtrArray *names; /* const char *: members that a signal may carry */
};

static int64_t pick(struct walk *w, int64_t below)
{
    return test_random(&w->random, below);
}

static bool chance(struct walk *w, int percent)
{
    return pick(w, 100) < percent;
}

/* ---- inputs ---- */

static struct value *any_day(struct walk *w, int first_year)
{
    g_autofree char *text =
        g_strdup_printf("%04d-%02d-%02d", first_year + (int)pick(w, 3), 1 + (int)pick(w, 12), 1 + (int)pick(w, 28));

    return value_new_text(text);
}

/* Within two months before now, or when the next input need not be right, sometimes a day after it. */
static instant any_past(struct walk *w)
{
    instant now = MAX(w->trial.s->at, trial_instant(OPENED_AT));

    if (!w->careful && chance(w, 5))
        return now + INSTANT_DAY;
    return now - pick(w, 1440) * INSTANT_HOUR;
}

static struct value *any_instant(struct walk *w)
{
    char text[INSTANT_TEXT_SIZE];

    if (!w->careful && chance(w, 5))
        return value_new_text("yesterday");
    instant_print(any_past(w), text);
    return value_new_text(text);
}

static struct value *any_past_day(struct walk *w)
{
    char text[CIVIL_TEXT_SIZE];
    civil_day day;

    zone_day(w->chart->zone, any_past(w), &day, NULL);
    civil_print(day, text);
    return value_new_text(text);
}

/* Half of them follow a period that ended with 2025. */
static struct value *any_period(struct walk *w)
{
    struct value *v = value_new_map();
    civil_day start;
    char text[CIVIL_TEXT_SIZE];

    cr_assert(civil_parse("2026-01-01", &start));
    if (chance(w, 50))
        start += (civil_day)pick(w, 700) - 350;
    civil_print(start, text);
    value_map_set_text(v, "start", text);
    civil_print(start + 80 + (civil_day)pick(w, 300), text);
    value_map_set_text(v, "end", text);
    return v;
}

static struct value *any_text(struct walk *w, enum field_type type)
{
    static const char *const words[] = {"x", "見本", "a \"quoted\" \\ word", "みつ🐝", " ", ""};
    static const char *const good[FIELD_LIST + 1] = {[FIELD_CORP_NO] = "7000012050002",
                                                     [FIELD_REG_NO] = "C21-0004-2",
                                                     [FIELD_COUNTRY] = "JPN",
                                                     [FIELD_EMAIL] = "a@b.example",
                                                     [FIELD_CASE] = "SA-44"};

    if (good[type] != NULL && (w->careful || chance(w, 90)))
        return value_new_text(good[type]);
    return value_new_text(words[w->careful || chance(w, 90) ? pick(w, 4) : pick(w, 6)]);
}

static struct value *any_fields(struct walk *w, const struct chart *chart, const struct range *fields);
static struct value *any_value(struct walk *w, const struct chart *chart, const struct chart_field *field,
                               enum field_type type);

/* What a list asks of its entries together, as far as a careful person sees to it. */
static void any_entry_suits(struct walk *w, const struct chart_field *list, int64_t n, struct value *entry)
{
    g_autofree char *name = g_strdup_printf("entry %" G_GINT64_FORMAT, n);

    if (!w->careful)
        return;
    if (list->distinct != NULL)
        value_map_set_text(entry, list->distinct, name);
    for (char **some = list->some; some != NULL && *some != NULL; some++)
        value_map_set_bool(entry, *some, true);
}

static struct value *any_list(struct walk *w, const struct chart *chart, const struct chart_field *list)
{
    struct value *v = value_new_list();

    for (int64_t n = list->min_items + pick(w, 2); n > 0; n--) {
        struct value *entry =
            list->fields.count > 0 ? any_fields(w, chart, &list->fields) : any_value(w, chart, list, list->items);

        if (list->fields.count > 0)
            any_entry_suits(w, list, n, entry);
        value_list_add(v, entry);
    }
    return v;
}

static struct value *any_value(struct walk *w, const struct chart *chart, const struct chart_field *field,
                               enum field_type type)
{
    struct value *v;

    if (!w->careful && chance(w, 5))
        return value_new_int(pick(w, 9)); /* of another type, often */
    switch (type) {
    case FIELD_BOOL:
        return value_new_bool(field->accept || chance(w, 50));
    case FIELD_INT:
        return value_new_int(pick(w, 10));
    case FIELD_DATE:
        return field->not_future ? any_past_day(w) : any_day(w, 2025);
    case FIELD_PERIOD:
        return any_period(w);
    case FIELD_ENUM:
        return value_new_text(field->options[pick(w, (int64_t)g_strv_length(field->options))]);
    case FIELD_FILE:
        v = value_new_map();
        value_map_set_text(v, "name", "f.pdf");
        value_map_set_text(v, "sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        value_map_set_int(v, "size", 1 + pick(w, 9));
        value_map_set_text(v, "media_type", "application/pdf");
        return v;
    case FIELD_GROUP:
        return any_fields(w, chart, &field->fields);
    case FIELD_LIST:
        return any_list(w, chart, field);
    case FIELD_INSTANT:
        return any_instant(w);
    case FIELD_TEXT:
    case FIELD_LONGTEXT:
    case FIELD_CORP_NO:
    case FIELD_REG_NO:
    case FIELD_COUNTRY:
    case FIELD_EMAIL:
    case FIELD_CASE:
    case FIELD_ORG:
        return any_text(w, type);
    }
    g_assert_not_reached();
}

static struct value *any_fields(struct walk *w, const struct chart *chart, const struct range *fields)
{
    struct value *v = value_new_map();

    for (int f = fields->first; f < fields->first + fields->count; f++) {
        const struct chart_field *field = &chart->fields[f];

        if (w->careful || chance(w, field->required ? 95 : 60))
            value_map_set(v, field->id, any_value(w, chart, field, field->type));
    }
    if (!w->careful && chance(w, 5))
        value_map_set_bool(v, "nobody/asked~for", true);
    return v;
}

/* A member of a signal's payload, of the type that some form of some workflow gives its name. */
static struct value *any_member(struct walk *w, const char *name)
{
    for (guint c = 0; c < w->library->charts->charts->len; c++) {
        const struct chart *chart = g_ptr_array_index(w->library->charts->charts, c);

        for (int form = 0; form < chart->form_count; form++) {
            const struct range *fields = &chart->forms[form].fields;

            for (int f = fields->first; f < fields->first + fields->count; f++)
                if (strcmp(chart->fields[f].id, name) == 0)
                    return any_value(w, chart, &chart->fields[f], chart->fields[f].type);
        }
    }
    return value_new_text("x");
}

static struct value *any_payload(struct walk *w)
{
    struct value *v = value_new_map();

    for (guint i = 0; i < w->names->len; i++)
        if (chance(w, 90))
            value_map_set(v, g_ptr_array_index(w->names, i), any_member(w, g_ptr_array_index(w->names, i)));
    if (chance(w, 30)) {
        struct value *deciders = value_new_list();

        value_list_add(deciders, value_new_text(chance(w, 50) ? "1" : "4"));
        value_map_set(v, "deciders", deciders);
    }
    return v;
}

static void name_add(struct walk *w, const char *path)
{
    g_autofree char *name = g_strndup(path, strcspn(path, "."));

    g_ptr_array_add(w->names, (gpointer)(uintptr_t)g_intern_string(name));
}

static void names_collect(struct walk *w)
{
    for (int a = 0; a < w->chart->action_count; a++) {
        const struct chart_action *action = &w->chart->actions[a];

        if (action->kind == ACTION_SET || action->kind == ACTION_UPDATE)
            name_add(w, action->from != NULL ? action->from : action->name);
        for (char **path = action->kind == ACTION_PUBLISH ? action->with : NULL; path != NULL && *path != NULL; path++)
            name_add(w, *path);
    }
    for (int d = 0; d < w->chart->deadline_count; d++)
        if (w->chart->deadlines[d].of != NULL && w->chart->deadlines[d].anchor != ANCHOR_AHEAD_OF)
            name_add(w, w->chart->deadlines[d].of);
}

/* ---- facts and numbers ---- */

static struct value *any_facts(struct walk *w, int relation)
{
    const struct chart *there = trial_chart(w->library, w->chart->relations[relation].workflow);
    struct value *facts, *states, *data, *deadlines;

    if (chance(w, 40))
        return value_new_null();
    facts = value_new_map();
    states = value_new_list();
    data = value_new_map();
    deadlines = value_new_map();
    for (int n = 0; n < 3; n++)
        value_list_add(states, value_new_text(there->states[1 + pick(w, there->state_count - 1)].id));
    for (int g = 0; g < w->chart->guard_count; g++)
        if (w->chart->guards[g].kind == GUARD_DAY_AFTER && w->chart->guards[g].relation == relation)
            value_map_set_text(data, w->chart->guards[g].other_path, "2025-12-31");
    for (int d = 0; d < there->deadline_count; d++) {
        struct value *fact = value_new_map();

        if (chance(w, 80))
            value_map_set_int(fact, "due", w->trial.s->at + (pick(w, 200) - 100) * INSTANT_DAY);
        value_map_set_bool(fact, "held", chance(w, 20));
        value_map_set(deadlines, there->deadlines[d].id, fact);
    }
    value_map_set_int(facts, "case", 1 + pick(w, 90));
    value_map_set(facts, "states", states);
    value_map_set(facts, "data", data);
    value_map_set(facts, "deadlines", deadlines);
    return facts;
}

/* Adds what is told of the case of ${whose} to what was told of others'. */
static void tell_owned(struct walk *w, int relation, const char *whose)
{
    const char *id = w->chart->relations[relation].id;
    const struct value *known = value_get(w->trial.linked, id);
    struct value *list = value_new_list(), *facts = any_facts(w, relation);
    struct value *told = value_map_copy(value_is_null(facts) ? NULL : facts);

    cr_assert_not_null(whose);
    for (size_t i = 0; i < value_size(known); i++) {
        cr_assert_str_neq(value_text(value_get(value_at(known, i), "owner")), whose, "wanted what was told");
        value_list_add(list, value_ref(value_at(known, i)));
    }
    value_map_set_text(told, "owner", whose);
    value_list_add(list, told);
    value_map_set(w->trial.linked, id, list);
    value_unref(facts);
}

/* Answers exactly what was wanted, and nothing twice in the same way. */
static void tell(struct walk *w, const struct outcome *outcome)
{
    cr_assert(outcome->wants_relations != 0 || outcome->wants_numbers != 0);
    for (int r = 0; r < w->chart->relation_count; r++)
        if ((outcome->wants_relations >> r) & 1) {
            if (w->trial.linked == NULL)
                w->trial.linked = value_new_map();
            if (w->chart->relations[r].owned_by != NULL) {
                tell_owned(w, r, outcome->wants_owner[r]);
                continue;
            }
            cr_assert_null(value_get(w->trial.linked, w->chart->relations[r].id), "wanted what was told");
            value_map_set(w->trial.linked, w->chart->relations[r].id, any_facts(w, r));
        }
    for (int n = 0; n < w->chart->number_count; n++)
        if ((outcome->wants_numbers >> n) & 1) {
            if (w->trial.numbers == NULL)
                w->trial.numbers = value_new_map();
            cr_assert_null(value_get(w->trial.numbers, w->chart->numbers[n].id), "wanted what was told");
            value_map_set_int(w->trial.numbers, w->chart->numbers[n].id, 1 + pick(w, 30000));
        }
}

/* ---- events ---- */

static enum outcome_kind decide(struct walk *w, struct event *event)
{
    enum outcome_kind kind;
    const struct value *rows;

    while ((kind = trial_step(&w->trial, event)) == OUTCOME_WANTS) {
        w->wanted++;
        tell(w, &w->trial.outcome);
    }
    trial_tell_linked(&w->trial, NULL);
    trial_tell_numbers(&w->trial, NULL);
    if (kind == OUTCOME_REFUSED) {
        w->refused++;
        return kind;
    }
    w->taken++;
    rows = value_get(w->trial.outcome.record, "rows");
    for (size_t i = 0; i < value_size(rows); i++)
        g_hash_table_add(w->rows, (gpointer)(uintptr_t)g_intern_string(value_text(value_at(rows, i))));
    w->mended = w->mended || (event->kind == EVENT_COMMAND && strcmp(event->name, EVENT_RECTIFY) == 0);
    if (!w->mended)
        trial_explored(&w->trial, w->exploration);
    return kind;
}

static struct actor any_actor(struct walk *w)
{
    return (struct actor){.person = 1 + pick(w, 4),
                          .org = chance(w, 80) ? owner.org : 40,
                          .roles = chance(w, 80) ? memberships : memberships + pick(w, 9)};
}

static bool take_closes(const struct chart *chart, const struct chart_take *take)
{
    return take->to.count > 0 && chart->states[take->to.items[0]].kind == STATE_FINAL &&
           chart->states[take->to.items[0]].parent == 0;
}

/* Rows of the present states more often than others, and rarely one that ends the walk. */
static const struct chart_take *any_take(struct walk *w, enum trigger trigger)
{
    const struct chart_take *any = NULL;

    for (int tries = 0; tries < 40; tries++) {
        const struct chart_take *take = &w->chart->takes[pick(w, w->chart->take_count)];

        if (take->trigger != trigger || (take_closes(w->chart, take) && !chance(w, 3)))
            continue;
        any = take;
        if (state_set_has(&w->trial.s->states, take->source))
            return take;
    }
    return any;
}

static void walk_command(struct walk *w, instant at)
{
    const struct chart_take *take = any_take(w, TRIGGER_EVENT);
    struct event event = {.kind = EVENT_COMMAND, .at = at, .actor = any_actor(w)};
    struct value *input = NULL;

    if (take == NULL)
        return;
    if (take->form != CHART_NONE && chance(w, 97))
        input = any_fields(w, w->chart, &w->chart->forms[take->form].fields);
    else if (chance(w, 3))
        input = any_payload(w);
    event.name = take->name;
    event.input = input;
    decide(w, &event);
    value_unref(input);
}

static void walk_signal(struct walk *w, instant at)
{
    const struct chart_take *take = any_take(w, TRIGGER_SIGNAL);
    struct event event = {.kind = EVENT_SIGNAL, .at = at, .origin_case = 99, .origin_seq = 3, .hops = 1};
    struct value *input = any_payload(w);

    event.name = take == NULL ? "nothing" : take->name;
    event.input = input;
    decide(w, &event);
    value_unref(input);
}

/* The earliest occurrence that is not held; also late, as after an outage. */
static void walk_due(struct walk *w)
{
    const struct snapshot *s = w->trial.s;
    const struct deadline_state *first = NULL;
    struct event event = {.kind = EVENT_DUE};

    for (guint i = 0; i < s->deadlines->len; i++) {
        const struct deadline_state *d = &g_array_index(s->deadlines, struct deadline_state, i);

        if (d->next != INSTANT_NEVER && !snapshot_holds(s, d->deadline) && (first == NULL || d->next < first->next))
            first = d;
    }
    if (first == NULL)
        return;
    event.name = s->chart->deadlines[first->deadline].id;
    event.deadline = first->deadline;
    event.arming = first->arming;
    event.occurrence = first->occurrence;
    event.at = MAX(first->next, s->at);
    cr_assert_eq(decide(w, &event), OUTCOME_TAKEN, "%s: %s", event.name, w->trial.outcome.reason_en);
}

static bool walk_open(struct walk *w)
{
    struct event event = {.at = trial_instant(OPENED_AT),
                          .actor = {.person = 1, .org = owner.org, .roles = memberships}};
    struct value *input = NULL;
    enum outcome_kind kind;

    if (w->chart->opened_by_signal != NULL) {
        event.kind = EVENT_SIGNAL;
        event.name = w->chart->opened_by_signal;
        input = any_payload(w);
    } else {
        event.kind = EVENT_COMMAND;
        event.name = EVENT_OPEN;
        if (w->chart->opening_form != CHART_NONE)
            input = any_fields(w, w->chart, &w->chart->forms[w->chart->opening_form].fields);
    }
    event.input = input;
    kind = decide(w, &event);
    value_unref(input);
    return kind == OUTCOME_TAKEN;
}

/*
 * Sets something right, in any state: data, a flag, where the case stands. The input is right more often than not; the
 * laws hold of what is taken as of any other event. Answers whether it was.
 */
static bool walk_rectify(struct walk *w, instant at)
{
    struct actor actor = {.person = 9, .org = 40, .roles = memberships};
    struct event event = {.kind = EVENT_COMMAND, .name = EVENT_RECTIFY, .at = at, .actor = actor};
    struct value *input = value_new_map(), *set = value_new_map(), *states = value_new_list();
    instant opened = trial_instant(OPENED_AT);
    char effective[INSTANT_TEXT_SIZE];
    bool taken;

    instant_print(opened + pick(w, at - opened + 1), effective);
    value_map_set_text(input, "reason", "a walk");
    value_map_set_text(input, "effective", effective);
    if (w->names->len > 0 && chance(w, 30)) {
        const char *name = g_ptr_array_index(w->names, pick(w, w->names->len));

        value_map_set(set, name, any_member(w, name));
    }
    if (chance(w, 70))
        value_list_add(states, value_new_text(w->chart->states[1 + pick(w, w->chart->state_count - 1)].id));
    if (value_size(set) > 0)
        value_map_set(input, "set", value_ref(set));
    if (value_size(states) > 0)
        value_map_set(input, "states", value_ref(states));
    event.input = input;
    taken = decide(w, &event) == OUTCOME_TAKEN;
    w->rectified += taken;
    value_unref(set);
    value_unref(states);
    value_unref(input);
    return taken;
}

static void closed_takes_nothing(struct walk *w)
{
    w->closed++;
    for (int i = 0; i < w->chart->take_count; i++) {
        const struct chart_take *take = &w->chart->takes[i];
        struct event event = {.at = w->trial.s->at, .actor = {.person = 1, .org = owner.org, .roles = memberships}};

        event.kind = take->trigger == TRIGGER_SIGNAL ? EVENT_SIGNAL
                     : take->trigger == TRIGGER_DUE  ? EVENT_DUE
                                                     : EVENT_COMMAND;
        event.name = take->name != NULL ? take->name : "done";
        event.deadline = take->trigger == TRIGGER_DUE ? take->deadline : 0;
        cr_assert_eq(decide(w, &event), OUTCOME_REFUSED, "a closed case took %s", take->row);
        cr_assert_eq(w->trial.outcome.code, TOROKU_ERROR_NOT_TAKEN);
    }
}

static void walk_once(struct walk *w)
{
    trial_init(&w->trial, w->chart);
    w->careful = true;
    w->mended = false;
    for (int i = 0; i < 20 && !walk_open(w); i++)
        ;
    for (int i = 0; i < STEPS && w->trial.s->seq > 0; i++) {
        instant at = w->trial.s->at + (chance(w, 30) ? 0 : pick(w, 12 * INSTANT_DAY));
        int64_t what = pick(w, 100);

        w->careful = chance(w, 80);
        if (what < 2)
            walk_rectify(w, at);
        else if (what < 55)
            walk_command(w, at);
        else if (what < 75)
            walk_signal(w, at);
        else
            walk_due(w);
        if (!w->trial.s->closed)
            continue;
        closed_takes_nothing(w);
        if (!walk_rectify(w, w->trial.s->at) || w->trial.s->closed)
            break;
    }
    trial_release(&w->trial);
}

/* ${rows_min}: of the chart's rows, in percent, so many must have been taken for the walks to prove anything. */
static void walk_chart(struct library *library, const struct chart *chart, uint64_t seed, int rows_min)
{
    struct walk w = {.library = library, .chart = chart, .random = seed};
    int rows = 0;

    w.rows = g_hash_table_new(NULL, NULL);
    w.names = g_ptr_array_new();
    w.exploration = chart_explore(chart, EXPLORE_LIMIT);
    names_collect(&w);
    for (int i = 0; i < WALKS; i++)
        walk_once(&w);
    for (int i = 0; i < chart->take_count; i++)
        rows += g_hash_table_contains(w.rows, g_intern_string(chart->takes[i].row));
    printf("%s: TEST_SEED=%" G_GUINT64_FORMAT
           ": %u taken, %u refused, %u wanted, %u closed, %u rectified, %d of %d rows\n",
           chart->workflow, seed, w.taken, w.refused, w.wanted, w.closed, w.rectified, rows, chart->take_count);
    cr_expect_geq(100 * rows, rows_min * chart->take_count, "%s: %d of %d rows", chart->workflow, rows,
                  chart->take_count);
    cr_expect((w.rectified > 0) == (chart->rectified_by.count > 0), "%s: %u rectified", chart->workflow, w.rectified);
    g_hash_table_unref(w.rows);
    g_ptr_array_unref(w.names);
    exploration_free(w.exploration);
}

static void walk_folder(const char *folder, int rows_min)
{
    struct library *library = trial_library(folder);
    uint64_t seed = test_seed();

    printf("TEST_SEED=%" G_GUINT64_FORMAT "\n", seed);
    fflush(stdout);
    for (guint i = 0; i < library->charts->charts->len; i++) {
        const struct chart *chart = g_ptr_array_index(library->charts->charts, i);

        if (chart->take_count > 0 && strcmp(chart->workflow, "restless") != 0) /* refuses whatever it could take */
            walk_chart(library, chart, seed, rows_min);
    }
    library_free(library);
}

Test(walk, small_charts)
{
    walk_folder(TRIAL_CHARTS, 60);
}

Test(walk, shipped_workflows)
{
    walk_folder(TRIAL_WORKFLOWS, 40);
}
